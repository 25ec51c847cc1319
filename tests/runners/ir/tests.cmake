# build/ir-run: the intermediate form of every function of the core suite.
add_runner(ir)
foreach(mode "" --fuel)
	add_test(NAME ir.core_suite${mode} COMMAND ir-run ${mode} ${CORE_SPEC})
	set_tests_properties(ir.core_suite${mode} PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
endforeach()
