# build/spec-run, and the core suite in the evaluator.
add_runner(spec)
file(GLOB spec_qemu CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/runners/spec/qemu*.c)
if(spec_qemu)
	target_compile_definitions(spec-run PRIVATE SPEC_HAS_QEMU=1)
endif()
add_test(NAME spec.eval COMMAND spec-run --target eval --strict --leave-out /simd/ -j 2 ${CORE_SPEC})
set_tests_properties(spec.eval PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
foreach(target cortex-m3 cortex-m4f cortex-m33)
	add_test(NAME spec.${target} COMMAND spec-run --target ${target} --strict --leave-out /simd/ -j 2 ${CORE_SPEC})
	set_tests_properties(spec.${target} PROPERTIES LABELS "spec;qemu" FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77
		PROCESSORS 2 TIMEOUT 900)
endforeach()
# The optimiser: its levels, and passes that need another behind them.
foreach(opt 1 2 inline,tidy version,tidy)
	string(REPLACE "," "-" name ${opt})
	add_test(NAME spec.eval.opt-${name}
		COMMAND spec-run --target eval --opt ${opt} --leave-out /simd/ -j 2 ${CORE_SPEC})
	set_tests_properties(spec.eval.opt-${name} PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
endforeach()
