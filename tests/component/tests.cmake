# Components: fuzzing from the corpus (its folders are one level deeper than
# the other fuzz targets look).
include(${CMAKE_SOURCE_DIR}/tests/corpus.cmake)
add_test(NAME fuzz.component_corpus
         COMMAND sh ${CMAKE_SOURCE_DIR}/tests/component/fuzz.sh $<TARGET_FILE:component_fuzz> ${HEDDLE_CORPUS})
set_tests_properties(fuzz.component_corpus PROPERTIES LABELS fuzz SKIP_RETURN_CODE 77 TIMEOUT 300
                     WORKING_DIRECTORY ${CMAKE_BINARY_DIR})

# Each section made wrong; other seeds in the long form.
foreach(what "sections;3;1" "sections.more;60;2")
	list(POP_FRONT what name flips seed)
	set(files "")
	foreach(file text-driver counters-worker flow-mixer call-driver echo-utf16)
		list(APPEND files ${CMAKE_SOURCE_DIR}/tests/p3/${file}.wasm)
	endforeach()
	add_test(NAME component.${name} COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/component/sections.py
		$<TARGET_FILE:heddle> ${flips} ${seed} ${files})
	set_tests_properties(component.${name} PROPERTIES LABELS component TIMEOUT 600)
endforeach()
set_property(TEST component.sections.more APPEND PROPERTY LABELS long)
# A section that says other instances belong together.
foreach(name twice whole)
	add_test(NAME component.instances.${name} COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/component/instances.py
		$<TARGET_FILE:heddle> ${CMAKE_SOURCE_DIR}/tests/component/share/${name}.wasm)
	set_tests_properties(component.instances.${name} PROPERTIES LABELS component)
endforeach()
# Worlds of several sections in one core module.
add_test(NAME component.worlds COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/component/worlds.py $<TARGET_FILE:heddle>)
set_tests_properties(component.worlds PROPERTIES LABELS component)
# What is lowered is valid elsewhere; adapters run; inspect says what it said.
set(COMPONENT_DIR ${CMAKE_SOURCE_DIR}/tests/component)
add_test(NAME component.wabt
         COMMAND sh ${COMPONENT_DIR}/wabt.sh $<TARGET_FILE:heddle> ${HEDDLE_CORPUS}/cm-async ${HEDDLE_CORPUS}/p3 ${COMPONENT_DIR}/data ${CMAKE_SOURCE_DIR}/tests/p3)
# in one more engine, where it has multi-memory
set(ADAPTERS_NODE)
if(NOT "$ENV{HEDDLE_NODE}" STREQUAL "")
	set(node $ENV{HEDDLE_NODE})
else()
	set(node node)
endif()
execute_process(COMMAND ${node} -e "new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,5,5,2,0,1,0,1]))"
	RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(status EQUAL 0)
	set(ADAPTERS_NODE component.adapters.node)
	add_test(NAME component.adapters.node COMMAND sh ${COMPONENT_DIR}/adapters.sh $<TARGET_FILE:heddle>)
endif()
function(add_inspect_test name in)
	add_test(NAME component.inspect.${name}
	         COMMAND sh ${COMPONENT_DIR}/inspect.sh $<TARGET_FILE:heddle> ${in} ${COMPONENT_DIR}/inspect/${name} ${ARGN})
	set_tests_properties(component.inspect.${name} PROPERTIES LABELS golden SKIP_RETURN_CODE 77)
endfunction()
add_inspect_test(values.txt ${COMPONENT_DIR}/data/values.wasm)
add_inspect_test(values.json ${COMPONENT_DIR}/data/values.wasm --json)
add_inspect_test(sensor-filter.txt ${HEDDLE_CORPUS}/p3/sensor-filter/composed.wasm)
add_inspect_test(sensor-filter.json ${HEDDLE_CORPUS}/p3/sensor-filter/composed.wasm --json)
add_inspect_test(resources.txt ${HEDDLE_CORPUS}/cm-async/official/passing-resources/0.wasm)
set_tests_properties(component.wabt ${ADAPTERS_NODE} PROPERTIES LABELS component SKIP_RETURN_CODE 77)

# Adapters against the canonical ABI on the host, for random types.
file(GLOB ADAPTER_DIFF CONFIGURE_DEPENDS ${COMPONENT_DIR}/diff/*.c)
add_executable(adapter-diff ${ADAPTER_DIFF})
target_link_libraries(adapter-diff PRIVATE runner-common)
set_target_properties(adapter-diff PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
add_test(NAME component.adapter_diff COMMAND adapter-diff -n 3000)
set_tests_properties(component.adapter_diff PROPERTIES LABELS component TIMEOUT 300 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
add_test(NAME component.adapter_diff_long COMMAND adapter-diff -n 100000 -s 1000000)
set_tests_properties(component.adapter_diff_long PROPERTIES LABELS long TIMEOUT 3600 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})

# Each kind of wrong answer is noticed, every time.
foreach(what trap memory result moves wrong lock)
	add_test(NAME component.adapter_diff.notices_${what} COMMAND adapter-diff -n 40 -w ${what})
	set_tests_properties(component.adapter_diff.notices_${what} PROPERTIES LABELS component WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()

# The same as compiled code, without the optimiser and with it.
foreach(target cortex-m4 cortex-m4f cortex-m33)
	foreach(level 0 2)
		if(HD_TARGETS AND (level OR NOT target STREQUAL cortex-m4f))
			add_test(NAME component.adapters.${target}.O${level}
				COMMAND adapter-diff -n 120 -s 5000 -t ${target} -O ${level})
			set_tests_properties(component.adapters.${target}.O${level} PROPERTIES LABELS "component;qemu"
				TIMEOUT 600 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
			add_test(NAME component.adapters_long.${target}.O${level}
				COMMAND adapter-diff -n 5000 -s 2000000 -t ${target} -O ${level})
			set_tests_properties(component.adapters_long.${target}.O${level} PROPERTIES LABELS "long"
				TIMEOUT 3600 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
		endif()
	endforeach()
endforeach()
# Behind walls: what touches memory before they are lifted, or after, faults.
foreach(level 0 2)
	if(HD_TARGETS)
		add_test(NAME component.adapters.walls.O${level}
			COMMAND adapter-diff -n 120 -s 7000 -t cortex-m33 -O ${level} -m on)
		set_tests_properties(component.adapters.walls.O${level} PROPERTIES LABELS "component;qemu"
			TIMEOUT 600 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
	endif()
endforeach()

# Which built-ins have the runtime's short way for bytes.
add_test(NAME component.canon COMMAND python3 ${COMPONENT_DIR}/canon.py $<TARGET_FILE:heddle> ${CMAKE_SOURCE_DIR}/tests/p3)
set_tests_properties(component.canon PROPERTIES LABELS component)

# Core modules with bracket names, and components given as several files.
add_test(NAME component.wrap COMMAND sh ${COMPONENT_DIR}/wrap.sh $<TARGET_FILE:heddle> ${HEDDLE_CORPUS}/p3)
set_tests_properties(component.wrap PROPERTIES LABELS component SKIP_RETURN_CODE 77)
add_test(NAME fuzz.wrap_corpus
         COMMAND sh ${COMPONENT_DIR}/fuzz.sh $<TARGET_FILE:wrap_fuzz> ${HEDDLE_CORPUS})
set_tests_properties(fuzz.wrap_corpus PROPERTIES LABELS fuzz SKIP_RETURN_CODE 77 TIMEOUT 300
                     WORKING_DIRECTORY ${CMAKE_BINARY_DIR})

# Instances within instances; start functions, and segments behind them.
foreach(what nested starts)
	if(HD_TARGETS)
		add_test(NAME component.${what} COMMAND python3 ${COMPONENT_DIR}/${what}.py $<TARGET_FILE:heddle>)
		set_tests_properties(component.${what} PROPERTIES LABELS "component;qemu")
	endif()
endforeach()
