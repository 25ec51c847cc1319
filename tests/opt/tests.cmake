# Modules that went through the optimiser and back to WebAssembly.
foreach(level 0 2 3 z)
	add_test(NAME spec.rewrite-${level}
		COMMAND spec-run --target eval --rewrite ${level} --leave-out /simd/ -j 2 ${CORE_SPEC})
	set_tests_properties(spec.rewrite-${level} PROPERTIES LABELS spec FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77)
	add_test(NAME random.rewrite-${level}
		COMMAND randmod-run --engines eval,wasm-eval:${level} --seed 3000 -n 300 --keep ${CMAKE_BINARY_DIR})
	set_tests_properties(random.rewrite-${level} PROPERTIES LABELS unit)
endforeach()
# Each pass alone, and all orders of two: one test for each that comes first.
set(PASSES_DEF ${CMAKE_SOURCE_DIR}/src/opt/passes.def)
file(STRINGS ${PASSES_DEF} rows REGEX "^PASS")
foreach(row "" ${rows})
	string(REGEX REPLACE "PASS.([a-z]*).*" "\\1" first "${row}")
	set(name opt.orders.${first})
	set(label cli) # the release build only
	if(NOT first)
		set(name opt.alone)
		set(label spec)
	endif()
	add_test(NAME ${name} COMMAND sh ${CMAKE_SOURCE_DIR}/tests/opt/orders.sh $<TARGET_FILE:spec-run> ${PASSES_DEF} ${CORE_SPEC} ${first})
	set_tests_properties(${name} PROPERTIES LABELS ${label} FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()
# What the command does, functions that move and go included; 10,000 modules in the long form.
foreach(level O2 Oz)
	add_test(NAME random.opt-${level}
		COMMAND randmod-run --engines eval,wasm-eval:${level} --seed 6000 -n 150 --keep ${CMAKE_BINARY_DIR})
	set_tests_properties(random.opt-${level} PROPERTIES LABELS unit)
	add_test(NAME random.opt-${level}.more
		COMMAND randmod-run --engines eval,wasm-eval:${level} --seed 100000 -n 2500 --keep ${CMAKE_BINARY_DIR})
	set_tests_properties(random.opt-${level}.more PROPERTIES LABELS long TIMEOUT 3000)
	if(NODE)
		add_test(NAME random.opt-${level}.node
			COMMAND randmod-run --engines node,wasm-node:${level} --seed 200000 -n 2500 --keep ${CMAKE_BINARY_DIR})
		set_tests_properties(random.opt-${level}.node PROPERTIES LABELS long SKIP_RETURN_CODE 77 TIMEOUT 3000)
	endif()
endforeach()
if(NODE AND WASM_OPT)
	add_test(NAME random.ttf COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tests/opt/ttf.mjs $<TARGET_FILE:heddle> 0 60)
	set_tests_properties(random.ttf PROPERTIES LABELS unit)
	add_test(NAME random.ttf.more COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tests/opt/ttf.mjs $<TARGET_FILE:heddle> 1000 3000)
	set_tests_properties(random.ttf.more PROPERTIES LABELS long TIMEOUT 3000)
endif()
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
add_test(NAME opt.guarded COMMAND sh ${CMAKE_SOURCE_DIR}/tests/opt/guarded_test.sh)
set_tests_properties(opt.guarded PROPERTIES LABELS cli SKIP_RETURN_CODE 77
	ENVIRONMENT "HEDDLE=$<TARGET_FILE:heddle>;ROOT=${CMAKE_SOURCE_DIR};BUILD=${CMAKE_BINARY_DIR}")
add_test(NAME opt.ifconv COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle> ROOT=${CMAKE_SOURCE_DIR}
	sh ${CMAKE_SOURCE_DIR}/tests/opt/ifconv_test.sh)
set_tests_properties(opt.ifconv PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.unused COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle>
	sh ${CMAKE_SOURCE_DIR}/tests/opt/unused_test.sh)
set_tests_properties(opt.unused PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.memory COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle> ROOT=${CMAKE_SOURCE_DIR}
	sh ${CMAKE_SOURCE_DIR}/tests/opt/memory_test.sh)
set_tests_properties(opt.memory PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.linked COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/linked_test.py $<TARGET_FILE:heddle>
	${CMAKE_SOURCE_DIR}/tests/p3 -O2 -Oz)
set_tests_properties(opt.linked PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 600)
add_test(NAME opt.stats COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/stats_test.py $<TARGET_FILE:heddle> ${CMAKE_SOURCE_DIR})
set_tests_properties(opt.stats PROPERTIES LABELS cli)
add_test(NAME opt.sccp COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle>
	sh ${CMAKE_SOURCE_DIR}/tests/opt/sccp_test.sh)
set_tests_properties(opt.sccp PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
foreach(level 2 z)
	add_test(NAME opt.fixed.O${level} COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/fixed_test.py $<TARGET_FILE:heddle> ${CORE_SPEC} ${level})
	set_tests_properties(opt.fixed.O${level} PROPERTIES LABELS cli FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77 TIMEOUT 300)
endforeach()
add_test(NAME opt.dead COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle>
	sh ${CMAKE_SOURCE_DIR}/tests/opt/dead_test.sh)
set_tests_properties(opt.dead PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.component COMMAND ${CMAKE_COMMAND} -E env HEDDLE=$<TARGET_FILE:heddle> ROOT=${CMAKE_SOURCE_DIR}
	sh ${CMAKE_SOURCE_DIR}/tests/opt/component_test.sh)
set_tests_properties(opt.component PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
add_test(NAME opt.custom COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/custom_test.py $<TARGET_FILE:heddle>)
set_tests_properties(opt.custom PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
# Names, the order of functions, and copies of them do not matter.
foreach(level 2 z)
	add_test(NAME opt.metamorphic.O${level} COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/metamorphic_test.py $<TARGET_FILE:heddle> ${level} 8
		${CMAKE_SOURCE_DIR}/bench/kernels ${CMAKE_SOURCE_DIR}/tests/rfc46 ${CORE_SPEC})
	set_tests_properties(opt.metamorphic.O${level} PROPERTIES LABELS cli FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77 TIMEOUT 600)
	add_test(NAME opt.metamorphic.O${level}.more COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/opt/metamorphic_test.py $<TARGET_FILE:heddle> ${level} 1 ${CORE_SPEC})
	set_tests_properties(opt.metamorphic.O${level}.more PROPERTIES LABELS long FIXTURES_REQUIRED core_spec SKIP_RETURN_CODE 77 TIMEOUT 3000)
endforeach()
