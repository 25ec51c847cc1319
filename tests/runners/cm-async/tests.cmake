# build/cm-async-run: the official async suite, executed.
find_package(Threads REQUIRED)
add_runner(cm-async Threads::Threads PkgConfig::JANSSON)
foreach(target cortex-m4 cortex-m33)
	add_test(NAME cm-async.${target}
		COMMAND cm-async-run ${HEDDLE_CORPUS}/cm-async/official --target ${target} -j 2)
	add_test(NAME cm-async.mpu.${target}
		COMMAND cm-async-run ${HEDDLE_CORPUS}/cm-async/official --target ${target} --mpu -j 2)
	add_test(NAME cm-async.pointer.${target}
		COMMAND cm-async-run ${HEDDLE_CORPUS}/cm-async/official --target ${target} --pointer -j 2)
	set_tests_properties(cm-async.${target} cm-async.pointer.${target} cm-async.mpu.${target} PROPERTIES LABELS qemu SKIP_RETURN_CODE 77)
endforeach()
