# build/opt-run: passes alone and together on generated loops; golden files.
add_runner(opt)
foreach(opt 1 2 3 check mem version,tidy thread unroll,tidy inline,tidy licm)
	string(REPLACE "," "-" name ${opt})
	add_test(NAME opt.loops.${name}
		COMMAND sh ${CMAKE_SOURCE_DIR}/tests/runners/opt/loops.sh $<TARGET_FILE:opt-run> ${opt} 0 80)
	set_tests_properties(opt.loops.${name} PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
endforeach()
file(GLOB OPT_GOLDEN CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/golden/opt/*.wat)
foreach(f ${OPT_GOLDEN})
	get_filename_component(name ${f} NAME_WE)
	add_test(NAME golden.opt.${name} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/golden/run.sh $<TARGET_FILE:opt-run> ${f})
	set_tests_properties(golden.opt.${name} PROPERTIES LABELS golden SKIP_RETURN_CODE 77)
endforeach()
