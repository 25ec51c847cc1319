# trace-run, and the same replay as firmware for two cores.
set(dir ${CMAKE_SOURCE_DIR}/tests/runners/trace)
set(traces ${CMAKE_SOURCE_DIR}/../shared/corpus/async-traces)
if(DEFINED ENV{HEDDLE_CORPUS})
	set(traces $ENV{HEDDLE_CORPUS}/async-traces)
endif()
set(replay ${dir}/replay.c ${dir}/adapt.c ${dir}/ops.c ${dir}/json.c ${dir}/lines.c ${dir}/state.c)
hd_sources(config HD_CONFIG)
list(TRANSFORM config PREPEND ${CMAKE_SOURCE_DIR}/)
# The traces are of the executable reference: what differs from the library
# (HD_REFERENCE in core/core.h) is compiled for it and comes before the library.
set(reference)
foreach(src core/call core/pipe core/set exec/run exec/sched)
	list(APPEND reference ${CMAKE_SOURCE_DIR}/runtime/${src}.c)
endforeach()
hd_sources(all HD_CORE HD_EXEC HD_HOST)
list(REMOVE_ITEM all runtime/exec/app.c)	# which needs an application
list(TRANSFORM all PREPEND ${CMAKE_SOURCE_DIR}/)
foreach(small "" -small)	# with the short ways of the runtime and without
	set(compiled ${reference})
	if(small)
		set(compiled ${all})
	endif()
	add_executable(trace-run${small} ${dir}/main.c ${replay} ${compiled} ${config})
	target_compile_definitions(trace-run${small} PRIVATE HD_REFERENCE=1 $<$<BOOL:${small}>:HD_SMALL>)
	target_include_directories(trace-run${small} PRIVATE ${dir})
	target_link_libraries(trace-run${small} PRIVATE heddle-rt-host)
	# config.c comes first with this runner's pools; the library's is not taken
	target_link_options(trace-run${small} PRIVATE -Wl,--undefined=hd_fiber_run)
	set_target_properties(trace-run${small} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
	add_test(NAME trace.host${small} COMMAND sh ${dir}/corpus.sh $<TARGET_FILE:trace-run${small}> host ${traces})
	set_tests_properties(trace.host${small} PROPERTIES LABELS trace SKIP_RETURN_CODE 77)
endforeach()
set_property(TARGET trace-run APPEND PROPERTY ADDITIONAL_CLEAN_FILES trace.elf)

if(TARGET rt-cross)
	set(board_cortex-m4 mps2-an386)
	set(board_cortex-m33 mps2-an505)
	file(GLOB trace_headers CONFIGURE_DEPENDS ${dir}/*.h ${dir}/*.def)
	foreach(target cortex-m4 cortex-m33)
		set(rt ${CMAKE_BINARY_DIR}/rt/${target})
		add_custom_command(OUTPUT ${rt}/trace.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_REFERENCE=1 -I${dir} -I${CMAKE_SOURCE_DIR}/runtime
				-I${CMAKE_SOURCE_DIR}/include ${dir}/target/main.c ${replay} ${reference} ${config}
				-nostartfiles -nostdlib -Wl,--gc-sections -Wl,--undefined=hd_fiber_run
				-L${CMAKE_BINARY_DIR}/rt/board -T ${board_${target}}.ld
				${rt}/libheddle-board.a ${rt}/libheddle-rt.a -lgcc -o ${rt}/trace.elf
			DEPENDS ${dir}/target/main.c ${replay} ${reference} ${config} ${trace_headers}
				${rt}/libheddle-rt.a ${rt}/libheddle-board.a
			COMMENT "Trace replay for ${target}")
		add_custom_target(trace-${target} ALL DEPENDS ${rt}/trace.elf)
		add_dependencies(trace-${target} rt-cross)
		add_test(NAME trace.${target} COMMAND sh ${dir}/corpus.sh $<TARGET_FILE:trace-run> ${target} ${traces})
		set_tests_properties(trace.${target} PROPERTIES LABELS "trace;qemu" SKIP_RETURN_CODE 77)
	endforeach()
	# as -Oz links it: the runtime's files as one program
	set(rt ${CMAKE_BINARY_DIR}/rt/cortex-m4)
	file(MAKE_DIRECTORY ${rt}/small)
	add_custom_command(OUTPUT ${rt}/small/trace.elf
		COMMAND ${HD_CC} ${HD_CPU_cortex-m4} ${HD_CFLAGS} ${HD_SMALL_FLAGS} -flto-partition=none -DHD_REFERENCE=1 -I${dir}
			-I${CMAKE_SOURCE_DIR}/runtime -I${CMAKE_SOURCE_DIR}/include ${dir}/target/main.c ${replay} ${all} ${config}
			-nostartfiles -nostdlib -Wl,--gc-sections -Wl,--undefined=hd_fiber_run
			-L${CMAKE_BINARY_DIR}/rt/board -T ${board_cortex-m4}.ld
			${rt}/libheddle-board.a ${rt}/libheddle-rt.a -lgcc -o ${rt}/small/trace.elf
		DEPENDS ${dir}/target/main.c ${replay} ${all} ${config} ${trace_headers} ${rt}/libheddle-rt.a ${rt}/libheddle-board.a
		COMMENT "Trace replay as -Oz links it")
	add_custom_target(trace-small-firmware ALL DEPENDS ${rt}/small/trace.elf)
	add_dependencies(trace-small-firmware rt-cross)
	add_test(NAME trace.cortex-m4.small COMMAND sh ${dir}/corpus.sh $<TARGET_FILE:trace-run> cortex-m4/small ${traces})
	set_tests_properties(trace.cortex-m4.small PROPERTIES LABELS "trace;qemu" SKIP_RETURN_CODE 77)
endif()
