# build/mutate-run: mutants of accepted machine code; what is not rejected must
# behave the same in QEMU.  The long tests are pieces: each ends by itself.
add_runner(mutate)
if(HD_TARGETS)
	set(run sh ${CMAKE_SOURCE_DIR}/tests/runners/mutate/run.sh $<TARGET_FILE:mutate-run> ${HEDDLE_CORPUS})
	add_test(NAME prove.mutants COMMAND ${run} - -n 600)
	set_tests_properties(prove.mutants PROPERTIES LABELS prove SKIP_RETURN_CODE 77)
	foreach(piece RANGE 7)
		add_test(NAME prove.mutants.long.${piece}
		         COMMAND ${run} ${CORE_SPEC} --each 2 --piece ${piece}/8 --least 1000)
		add_test(NAME prove.mutants.guests.${piece} COMMAND ${run} - --each 16 --piece ${piece}/8)
		set_tests_properties(prove.mutants.long.${piece} prove.mutants.guests.${piece}
		                     PROPERTIES LABELS "prove;long" SKIP_RETURN_CODE 77 TIMEOUT 3000)
		set_tests_properties(prove.mutants.long.${piece} PROPERTIES FIXTURES_REQUIRED core_spec)
	endforeach()
endif()
