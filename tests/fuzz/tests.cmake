# One program per NAME_fuzz.c: libFuzzer under the fuzz preset, else
# standalone_main.c.  20 seconds each in a smoke run.
include(${CMAKE_SOURCE_DIR}/tests/corpus.cmake)
set(FUZZ_DIR ${CMAKE_SOURCE_DIR}/tests/fuzz)
set(FUZZ_SECONDS 20 CACHE STRING "length of each fuzz smoke run")
file(GLOB FUZZERS CONFIGURE_DEPENDS ${FUZZ_DIR}/*_fuzz.c)
foreach(src ${FUZZERS})
	get_filename_component(name ${src} NAME_WE)
	string(REPLACE "_fuzz" "" short ${name})
	if(HEDDLE_FUZZ)
		add_executable(${name} ${src})
		target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
		target_link_options(${name} PRIVATE -fsanitize=fuzzer)
	else()
		add_executable(${name} ${src} ${FUZZ_DIR}/standalone_main.c)
	endif()
	target_link_libraries(${name} PRIVATE heddle-lib)
	add_test(NAME fuzz.${short}
	         COMMAND sh ${FUZZ_DIR}/smoke.sh $<TARGET_FILE:${name}> ${short} ${FUZZ_SECONDS}
	                 ${CORE_SPEC} ${HEDDLE_CORPUS}/rfc46)
	set_tests_properties(fuzz.${short} PROPERTIES LABELS fuzz FIXTURES_REQUIRED core_spec
	                     SKIP_RETURN_CODE 77 TIMEOUT 300 WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()
if(HEDDLE_FUZZ)
	# edges of the code under test guide the fuzzer
	target_compile_options(heddle-lib PRIVATE -fsanitize=fuzzer-no-link)
endif()
