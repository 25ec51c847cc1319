# build/mutate-wasm-run: mutants of what `opt` writes; what is not rejected must
# behave the same in the evaluator.
add_runner(mutate-wasm)
set(run sh ${CMAKE_SOURCE_DIR}/tests/runners/mutate/run.sh $<TARGET_FILE:mutate-wasm-run> ${HEDDLE_CORPUS})
add_test(NAME prove.mutants_wasm COMMAND ${run} - -n 400)
set_tests_properties(prove.mutants_wasm PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
foreach(piece RANGE 7)
	add_test(NAME prove.mutants_wasm.long.${piece}
	         COMMAND ${run} ${CORE_SPEC} --each 1 --piece ${piece}/8 --least 1000)
	add_test(NAME prove.mutants_wasm.guests.${piece} COMMAND ${run} - --each 16 --piece ${piece}/8)
	set_tests_properties(prove.mutants_wasm.long.${piece} prove.mutants_wasm.guests.${piece}
	                     PROPERTIES LABELS "prove;long" SKIP_RETURN_CODE 77 TIMEOUT 3000)
	set_tests_properties(prove.mutants_wasm.long.${piece} PROPERTIES FIXTURES_REQUIRED core_spec)
endforeach()
