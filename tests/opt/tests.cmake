# Modules that went through the optimiser and back to WebAssembly.
foreach(level 0 2 3 z)
	add_test(NAME spec.rewrite-${level}
		COMMAND spec-run --target eval --rewrite ${level} --leave-out /simd/ -j 2 ${CORE_SPEC})
	set_tests_properties(spec.rewrite-${level} PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
	add_test(NAME random.rewrite-${level}
		COMMAND randmod-run --engines eval,wasm-eval:${level} --seed 3000 -n 300 --keep ${CMAKE_BINARY_DIR})
	set_tests_properties(random.rewrite-${level} PROPERTIES LABELS unit)
endforeach()
if(NODE)
	add_test(NAME random.rewrite-node
		COMMAND randmod-run --engines eval,wasm-node:2 --seed 4000 -n 300 --keep ${CMAKE_BINARY_DIR})
	set_tests_properties(random.rewrite-node PROPERTIES LABELS unit SKIP_RETURN_CODE 77)
endif()
add_test(NAME opt.command COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle> ROOT=${CMAKE_SOURCE_DIR}
	sh ${CMAKE_SOURCE_DIR}/tests/opt/command_test.sh)
set_tests_properties(opt.command PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.dispatch COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle>
	sh ${CMAKE_SOURCE_DIR}/tests/opt/dispatch_test.sh)
set_tests_properties(opt.dispatch PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.async COMMAND sh ${CMAKE_SOURCE_DIR}/tests/opt/async_test.sh)
set_tests_properties(opt.async PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
	ENVIRONMENT "HEDDLE=$<TARGET_FILE:heddle>;ROOT=${CMAKE_SOURCE_DIR};BUILD=${CMAKE_BINARY_DIR}")
