# build/opt-run: passes alone and together on generated loops; golden files.
add_runner(opt)
foreach(opt 1 2 3 sccp,tidy check mem version,tidy thread unroll,tidy inline,tidy licm ifstore,tidy,pack)
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
# golden.pass.PASS, before and after: one for each row of passes.def, and it must be there.
file(STRINGS ${CMAKE_SOURCE_DIR}/src/opt/passes.def rows REGEX "^PASS")
foreach(row ${rows})
	string(REGEX REPLACE "PASS.([a-z]*).*" "\\1" pass "${row}")
	add_test(NAME golden.pass.${pass} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/golden/pass.sh
		$<TARGET_FILE:opt-run> ${pass} ${CMAKE_SOURCE_DIR}/tests/golden/pass)
	set_tests_properties(golden.pass.${pass} PROPERTIES LABELS golden SKIP_RETURN_CODE 77)
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/opt/passes.def)
# Loops over bytes and halfwords (gen_lanes.py): packed in the evaluator, and compiled code against V8.
foreach(how dsp words)
	add_test(NAME opt.lanes.${how} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/runners/opt/lanes.sh
		$<TARGET_FILE:opt-run> 0 60 --packed=${how} --opt=2)
	set_tests_properties(opt.lanes.${how} PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
	add_test(NAME opt.lanes.${how}.more COMMAND sh ${CMAKE_SOURCE_DIR}/tests/runners/opt/lanes.sh
		$<TARGET_FILE:opt-run> 1000 2000 --packed=${how} --opt=3)
	set_tests_properties(opt.lanes.${how}.more PROPERTIES LABELS long SKIP_RETURN_CODE 77)
endforeach()
foreach(target cortex-m3 cortex-m4 cortex-m33)
	add_test(NAME opt.lanes.${target} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/runners/opt/lanes.sh
		${CMAKE_BINARY_DIR}/spec-run 100 130 --target ${target})
	set_tests_properties(opt.lanes.${target} PROPERTIES LABELS qemu SKIP_RETURN_CODE 77)
	foreach(first 200 240 280 320)
		math(EXPR last "${first} + 40")
		add_test(NAME opt.lanes.${target}.${first} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/runners/opt/lanes.sh
			${CMAKE_BINARY_DIR}/spec-run ${first} ${last} --target ${target} -O 3)
		set_tests_properties(opt.lanes.${target}.${first} PROPERTIES LABELS long SKIP_RETURN_CODE 77)
	endforeach()
endforeach()
