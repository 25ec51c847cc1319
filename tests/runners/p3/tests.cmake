# build/p3-run: components compiled from C, composed and as two files.
add_runner(p3 PkgConfig::JANSSON)
foreach(target cortex-m4 cortex-m33)
	add_test(NAME p3.${target} COMMAND p3-run ${HEDDLE_CORPUS}/p3 --target ${target})
	add_test(NAME p3.mpu.${target} COMMAND p3-run ${HEDDLE_CORPUS}/p3 --target ${target} --mpu)
	add_test(NAME p3.pointer.${target} COMMAND p3-run ${HEDDLE_CORPUS}/p3 --target ${target} --pointer)
	set_tests_properties(p3.${target} p3.pointer.${target} p3.mpu.${target} PROPERTIES LABELS qemu SKIP_RETURN_CODE 77)
endforeach()
