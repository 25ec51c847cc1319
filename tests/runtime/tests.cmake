# The runtime's tests besides the *_test.c programs.
set(dir ${CMAKE_SOURCE_DIR}/tests/runtime)
add_test(NAME runtime.soak.long COMMAND rt_soak_test 10000000 3)
add_test(NAME runtime.load.long COMMAND rt_load_test 10000000 3)
add_test(NAME runtime.explore.long COMMAND rt_explore_test 6)
set_tests_properties(runtime.soak.long runtime.load.long runtime.explore.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
add_test(NAME runtime.headers COMMAND sh ${dir}/headers.sh ${CMAKE_SOURCE_DIR})
add_test(NAME runtime.spin.mailbox COMMAND sh ${dir}/spin/run.sh ${dir}/spin/mailbox.pml)
set_tests_properties(runtime.headers runtime.spin.mailbox PROPERTIES LABELS runtime SKIP_RETURN_CODE 77)
if(TARGET rt-cross)
	add_test(NAME runtime.symbols COMMAND sh ${dir}/symbols.sh ${CMAKE_BINARY_DIR}/rt/cortex-m4/libheddle-rt.a ${dir}/symbols.txt)
	set_tests_properties(runtime.symbols PROPERTIES LABELS runtime SKIP_RETURN_CODE 77)
	hd_sources(config HD_CONFIG)
	list(TRANSFORM config PREPEND ${CMAKE_SOURCE_DIR}/)
	# hand-made guests and fibers on the boards
	foreach(pair "cortex-m3 mps2-an385" "cortex-m4 mps2-an386" "cortex-m4f mps2-an386" "cortex-m7 mps2-an500" "cortex-m33 mps2-an505" "cortex-m55 mps3-an547")
		string(REPLACE " " ";" pair ${pair})
		list(GET pair 0 target)
		list(GET pair 1 board)
		set(rt ${CMAKE_BINARY_DIR}/rt/${target})
		set(guarded -DGUARDED)
		set(link -nostartfiles -nostdlib -Wl,--gc-sections -L${CMAKE_BINARY_DIR}/rt/board -T ${board}.ld
			-Wl,--start-group ${rt}/libheddle-board.a ${rt}/libheddle-rt.a -lgcc -Wl,--end-group)
		add_custom_command(OUTPUT ${rt}/fiber.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_INSTANCES=2 -DHD_FIBERS=8 ${guarded}
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/fiber.c ${dir}/qemu/fiber_poison.S ${config}
				-Wl,--undefined=hd_fiber_run ${link} -o ${rt}/fiber.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -O1
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/upcase_guest.c ${config} ${link} -o ${rt}/guest.elf
			BYPRODUCTS ${rt}/guest.elf
			DEPENDS ${dir}/qemu/fiber.c ${dir}/qemu/fiber_poison.S ${dir}/qemu/upcase_guest.c ${config}
				${rt}/libheddle-rt.a ${rt}/libheddle-board.a
			COMMENT "Runtime tests for ${target}")
		add_custom_target(rt-tests-${target} ALL DEPENDS ${rt}/fiber.elf)
		add_dependencies(rt-tests-${target} rt-cross)
		add_test(NAME runtime.qemu.${target} COMMAND sh ${dir}/qemu/run.sh ${rt} ${board})
		set_tests_properties(runtime.qemu.${target} PROPERTIES LABELS "runtime;qemu" SKIP_RETURN_CODE 77)
	endforeach()
endif()
if(HEDDLE_FUZZ)
	add_executable(rt_ops_fuzz ${dir}/fuzz/ops_fuzz.c)
	target_include_directories(rt_ops_fuzz PRIVATE ${dir})
	target_link_libraries(rt_ops_fuzz PRIVATE heddle-rt-host)
	target_compile_options(rt_ops_fuzz PRIVATE -fsanitize=fuzzer)
	target_link_options(rt_ops_fuzz PRIVATE -fsanitize=fuzzer)
	add_test(NAME runtime.fuzz COMMAND rt_ops_fuzz -max_total_time=20 -max_len=512)
	set_tests_properties(runtime.fuzz PROPERTIES LABELS "runtime;fuzz")
endif()
