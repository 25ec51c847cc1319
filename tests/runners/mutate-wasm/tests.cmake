# build/mutate-wasm-run: mutants of what `opt` writes; what is not rejected must
# behave the same in the evaluator.
add_runner(mutate-wasm)
set(run sh ${CMAKE_SOURCE_DIR}/tests/runners/mutate/run.sh $<TARGET_FILE:mutate-wasm-run>)
add_test(NAME prove.mutants_wasm COMMAND ${run} 400 ${HEDDLE_CORPUS} ${CORE_SPEC})
add_test(NAME prove.mutants_wasm.long COMMAND ${run} 25000 ${HEDDLE_CORPUS} ${CORE_SPEC})
set_tests_properties(prove.mutants_wasm prove.mutants_wasm.long PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
set_tests_properties(prove.mutants_wasm.long PROPERTIES LABELS "prove;long" TIMEOUT 6000 FIXTURES_REQUIRED core_spec)
