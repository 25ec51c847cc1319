# build/mutate-run: mutants of accepted machine code; what is not rejected must
# behave the same in QEMU.
add_runner(mutate)
if(HD_TARGETS)
	set(run sh ${CMAKE_SOURCE_DIR}/tests/runners/mutate/run.sh $<TARGET_FILE:mutate-run>)
	add_test(NAME prove.mutants COMMAND ${run} 600 ${HEDDLE_CORPUS} ${CORE_SPEC})
	add_test(NAME prove.mutants.long COMMAND ${run} 25000 ${HEDDLE_CORPUS} ${CORE_SPEC})
	set_tests_properties(prove.mutants prove.mutants.long PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
	set_tests_properties(prove.mutants.long PROPERTIES LABELS "prove;long" TIMEOUT 6000 FIXTURES_REQUIRED core_spec)
endif()
