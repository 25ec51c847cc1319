# fuzz/NAME_fuzz.c    libFuzzer target fuzz_NAME, with -DHEDDLE_FUZZ=ON and clang
# fuzz/seeds/NAME/    where it starts; absent: from nothing
# The entry fuzz.NAME is a smoke run; long runs are started by hand.
if(HEDDLE_FUZZ)
	set(HEDDLE_FUZZ_SECONDS 10 CACHE STRING "length of each fuzzing smoke run")
	file(GLOB FUZZ CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*_fuzz.c)
	foreach(src ${FUZZ})
		get_filename_component(name ${src} NAME_WE)
		string(REPLACE "_fuzz" "" short ${name})
		add_executable(fuzz_${short} ${src})
		target_link_libraries(fuzz_${short} PRIVATE heddle-lib)
		target_link_options(fuzz_${short} PRIVATE -fsanitize=fuzzer)
		set(seeds ${CMAKE_CURRENT_LIST_DIR}/seeds/${short})
		if(NOT EXISTS ${seeds})
			set(seeds)
		endif()
		file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz/${short})
		add_test(NAME fuzz.${short} COMMAND fuzz_${short} -max_total_time=${HEDDLE_FUZZ_SECONDS}
		         -timeout=10 -rss_limit_mb=1024 ${CMAKE_BINARY_DIR}/fuzz/${short} ${seeds})
		set_tests_properties(fuzz.${short} PROPERTIES LABELS fuzz)
	endforeach()
endif()
