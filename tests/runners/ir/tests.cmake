# build/ir-run: the intermediate form of every function of the core suite.
add_runner(ir)
foreach(mode "" --fuel)
	add_test(NAME ir.core_suite${mode} COMMAND ir-run ${mode} ${CORE_SPEC})
	set_tests_properties(ir.core_suite${mode} PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
endforeach()

# golden.ir.NAME: the text of small functions.
file(GLOB IR_GOLDEN CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/golden/ir/*.wat)
foreach(f ${IR_GOLDEN})
	get_filename_component(name ${f} NAME_WE)
	add_test(NAME golden.ir.${name} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/golden/run.sh $<TARGET_FILE:ir-run> ${f})
	set_tests_properties(golden.ir.${name} PROPERTIES LABELS golden SKIP_RETURN_CODE 77)
endforeach()
