add_runner(wasm-agree)
add_test(NAME spec.wabt_agrees COMMAND wasm-agree-run -n 1000 ${CORE_SPEC} ${CORE_SPEC}/simd)
set_tests_properties(spec.wabt_agrees PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
