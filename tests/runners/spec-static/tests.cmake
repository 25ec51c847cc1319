add_runner(spec-static)
add_test(NAME spec.static COMMAND spec-static-run ${CORE_SPEC})
set_tests_properties(spec.static PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
