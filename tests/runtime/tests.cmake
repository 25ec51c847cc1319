# The runtime's tests besides the *_test.c programs.
set(dir ${CMAKE_SOURCE_DIR}/tests/runtime)
add_test(NAME runtime.soak.long COMMAND rt_soak_test 10000000 3)
add_test(NAME runtime.load.long COMMAND rt_load_test 10000000 3)
set_tests_properties(runtime.soak.long runtime.load.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
add_test(NAME runtime.headers COMMAND sh ${dir}/headers.sh ${CMAKE_SOURCE_DIR})
add_test(NAME runtime.port_template COMMAND sh ${dir}/port_template.sh ${CMAKE_SOURCE_DIR})
set_tests_properties(runtime.port_template PROPERTIES LABELS runtime)
add_test(NAME runtime.spin.mailbox COMMAND sh ${dir}/spin/run.sh ${dir}/spin/mailbox.pml)
set_tests_properties(runtime.headers runtime.spin.mailbox PROPERTIES LABELS runtime SKIP_RETURN_CODE 77)
# Two executors that are threads.
set(pools HD_INSTANCES=3 HD_HANDLES=64 HD_TASKS=32 HD_CHANNELS=64 HD_QUEUED=16 HD_EXECUTORS=2)
function(hd_multi_test name library)
	add_executable(${name} ${dir}/multi/threads.c ${dir}/multi/traffic.c ${CMAKE_SOURCE_DIR}/runtime/config.c)
	target_compile_definitions(${name} PRIVATE ${pools})
	target_link_libraries(${name} PRIVATE ${library} pthread ${ARGN})
endfunction()
hd_multi_test(rt_multi heddle-rt-multi-host)
add_test(NAME runtime.multi COMMAND rt_multi 500 1)
add_test(NAME runtime.multi.long COMMAND rt_multi 40000 2)
# the same in orders that seeds say: each function of the runtime is a place where another may come
hd_multi_library(heddle-rt-multi-points)
target_compile_options(heddle-rt-multi-points PRIVATE -finstrument-functions)
add_executable(rt_schedules ${dir}/multi/schedules.c ${dir}/multi/baton.c ${dir}/multi/traffic.c ${CMAKE_SOURCE_DIR}/runtime/config.c)
target_compile_definitions(rt_schedules PRIVATE ${pools})
target_link_libraries(rt_schedules PRIVATE heddle-rt-multi-points)
add_test(NAME runtime.multi.schedules COMMAND rt_schedules 150 1)
add_test(NAME runtime.multi.schedules.long COMMAND rt_schedules 6000 1000)
set_tests_properties(runtime.multi.schedules PROPERTIES LABELS runtime)
set_tests_properties(runtime.multi.schedules.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
if(NOT HEDDLE_SANITIZE AND NOT HEDDLE_STRESS)
	add_test(NAME runtime.multi.broken COMMAND python3 ${dir}/multi/broken.py ${CMAKE_SOURCE_DIR} $<TARGET_FILE:heddle-rt-multi-points>
		${CMAKE_C_COMPILER} HD_MULTI HD_LOCAL=_Thread_local ${pools})
	set_tests_properties(runtime.multi.broken PROPERTIES LABELS runtime)
endif()
add_test(NAME runtime.multi.entries COMMAND python3 ${dir}/multi/entries.py ${CMAKE_SOURCE_DIR})
set_tests_properties(runtime.multi runtime.multi.entries PROPERTIES LABELS runtime)
set_tests_properties(runtime.multi.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
if(NOT HEDDLE_SANITIZE)
	hd_multi_library(heddle-rt-multi-tsan)
	target_compile_options(heddle-rt-multi-tsan PUBLIC -fsanitize=thread)
	hd_multi_test(rt_multi_tsan heddle-rt-multi-tsan -fsanitize=thread)
	add_test(NAME runtime.multi.tsan COMMAND rt_multi_tsan 200 3)
	set_tests_properties(runtime.multi.tsan PROPERTIES LABELS runtime)
endif()
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
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_INSTANCES=3 -DHD_FIBERS=8 ${guarded}
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/fiber.c ${dir}/qemu/fiber_poison.S ${config}
				-Wl,--undefined=hd_fiber_run ${link} -o ${rt}/fiber.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_INSTANCES=3 -DHD_FIBERS=8 ${guarded}
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/fiber.c ${dir}/qemu/fiber_poison.S ${config} -Wl,--undefined=hd_fiber_run
				${rt}/libheddle-rt-small.a -flto-partition=none ${link} -o ${rt}/fiber_small.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -O1
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/upcase_guest.c ${config} ${link} -o ${rt}/guest.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -O2
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/copy.c ${config} ${link} -o ${rt}/copy.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -O2
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/copy.c ${config} ${rt}/libheddle-rt-small.a ${link} -o ${rt}/copy_small.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_INSTANCES=3
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/wall.c ${config} ${rt}/libheddle-rt-wall.a ${link} -o ${rt}/wall.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_MULTI -DHD_EXECUTORS=2 -DHD_CEILING=0x80 -DROUNDS=200
				-DHD_INSTANCES=4 -DHD_HANDLES=64 -DHD_TASKS=32 -DHD_CHANNELS=64 -DHD_QUEUED=16
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime -I${CMAKE_SOURCE_DIR}/tests
				${dir}/qemu/multi.c ${dir}/multi/traffic.c ${config} -Wl,--defsym=__handler_stack_size=0x1000
				-Wl,--undefined=hd_tick ${rt}/libheddle-rt-multi.a ${link} -o ${rt}/multi.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_MULTI -DHD_EXECUTORS=2 -DHD_CEILING=0x80 -DVISITS=1500 -DHD_INSTANCES=3
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/multi_wall.c ${config} -Wl,--defsym=__handler_stack_size=0x1000
				${rt}/libheddle-rt-wall.a ${rt}/libheddle-rt-multi.a ${link} -o ${rt}/multi_wall.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_MULTI -DHD_EXECUTORS=2 -DHD_CEILING=0x80 -DHD_INSTANCES=4 -DHD_FIBERS=8
				-DHD_FIBER_STACK=1024 -I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/multi_fiber.c ${dir}/qemu/fiber_poison.S ${config} -Wl,--defsym=__handler_stack_size=0x1000
				-Wl,--undefined=hd_tick,--undefined=hd_fiber_run ${rt}/libheddle-rt-multi.a ${link} -o ${rt}/multi_fiber.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_MULTI -DHD_EXECUTORS=3 -DHD_CEILING=0x80 -DHD_INSTANCES=5 -DHD_FIBERS=8
				-DHD_FIBER_STACK=1024 -DHD_FIBER_ROOM=64 -I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime
				${dir}/qemu/multi_overflow.c ${dir}/qemu/fiber_poison.S ${config} -Wl,--defsym=__handler_stack_size=0x1000
				-Wl,--undefined=hd_tick,--undefined=hd_fiber_run ${rt}/libheddle-rt-multi.a ${link} -o ${rt}/multi_overflow.elf
			COMMAND ${HD_CC} ${HD_CPU_${target}} ${HD_CFLAGS} -DHD_MULTI -DHD_EXECUTORS=2 -DHD_CEILING=0x80 -DROUNDS=60 -DHD_INSTANCES=5
				-DHD_HANDLES=64 -DHD_TASKS=32 -DHD_CHANNELS=64 -DHD_QUEUED=16 -DHD_FIBERS=8 -DHD_FIBER_STACK=1024
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/runtime -I${CMAKE_SOURCE_DIR}/tests
				${dir}/qemu/rtos.c ${dir}/qemu/fiber_poison.S ${dir}/multi/traffic.c ${config}
				-Wl,--undefined=hd_tick,--undefined=hd_fiber_run ${rt}/libheddle-rt-multi.a ${link} -o ${rt}/rtos.elf
			BYPRODUCTS ${rt}/multi.elf ${rt}/multi_wall.elf ${rt}/multi_fiber.elf ${rt}/multi_overflow.elf ${rt}/rtos.elf ${rt}/wall.elf ${rt}/guest.elf ${rt}/copy.elf ${rt}/copy_small.elf ${rt}/fiber_small.elf
			DEPENDS ${dir}/qemu/multi.c ${dir}/qemu/multi_wall.c ${dir}/qemu/multi_fiber.c ${dir}/qemu/multi_overflow.c ${dir}/qemu/rtos.c ${dir}/qemu/machine.h ${dir}/multi/traffic.c ${dir}/multi/traffic.h ${rt}/libheddle-rt-multi.a
				${dir}/qemu/copy.c ${dir}/qemu/fiber.c ${dir}/qemu/fiber_poison.S ${dir}/qemu/upcase_guest.c ${dir}/qemu/wall.c ${config}
				${rt}/libheddle-rt.a ${rt}/libheddle-rt-wall.a ${rt}/libheddle-rt-small.a ${rt}/libheddle-board.a
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

# Proofs by exhaustion (explore/explore.h): the runtime itself, on small pools.
if(NOT HEDDLE_SANITIZE AND NOT HEDDLE_STRESS)
	set(explore ${dir}/explore)
	hd_sources(proved HD_CORE HD_EXEC HD_HOST HD_PORT_POSIX)
	list(REMOVE_ITEM proved runtime/core/copy.c runtime/core/waitable.c runtime/core/pipe.c runtime/core/ring.c runtime/exec/sched.c runtime/exec/run.c)
	list(TRANSFORM proved PREPEND ${CMAKE_SOURCE_DIR}/)
	add_library(explore-rt STATIC ${proved} ${explore}/peek_pipe.c ${explore}/peek_waitable.c ${explore}/peek_ring.c ${explore}/peek_sched.c
		${explore}/peek_run.c ${explore}/pools.c)
	add_library(explore-worlds OBJECT ${explore}/engine.c ${explore}/common.c ${explore}/pipes.c ${explore}/host.c
		${explore}/rings.c ${explore}/calls.c)
	foreach(t explore-rt explore-worlds)
		target_include_directories(${t} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/runtime ${explore})
		target_link_libraries(${t} PRIVATE heddle-flags)
	endforeach()
	add_executable(rt_explore $<TARGET_OBJECTS:explore-worlds>)
	target_link_libraries(rt_explore PRIVATE heddle-flags explore-rt)
	target_link_options(rt_explore PRIVATE -Wl,-T,${explore}/state.ld)
	set_target_properties(rt_explore PROPERTIES LINK_DEPENDS ${explore}/state.ld)
	add_executable(rt_interrupts ${explore}/interrupts.c)
	target_include_directories(rt_interrupts PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/runtime)
	target_link_libraries(rt_interrupts PRIVATE heddle-flags)
	# a world without a depth is explored until nothing new appears
	foreach(world "future" "host" "ring" "stream 12" "streams 7" "futures 7" "rings 7" "calls 7")
		separate_arguments(args UNIX_COMMAND ${world})
		list(GET args 0 name)
		add_test(NAME runtime.proof.${name} COMMAND rt_explore ${args})
		set_tests_properties(runtime.proof.${name} PROPERTIES LABELS runtime)
	endforeach()
	foreach(world "stream" "futures" "streams 9" "rings 10" "calls 12")
		separate_arguments(args UNIX_COMMAND ${world})
		list(GET args 0 name)
		add_test(NAME runtime.proof.${name}.long COMMAND rt_explore ${args})
		set_tests_properties(runtime.proof.${name}.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
	endforeach()
	add_test(NAME runtime.proof.interrupts COMMAND rt_interrupts 2 1 1)
	add_test(NAME runtime.proof.interrupts.long COMMAND rt_interrupts 2 2 1)
	set_tests_properties(runtime.proof.interrupts.long PROPERTIES LABELS "runtime;long" TIMEOUT 3000)
	add_custom_command(TARGET rt_explore POST_BUILD COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/proofs/explore-worlds
		COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_OBJECTS:explore-worlds> ${CMAKE_BINARY_DIR}/proofs/explore-worlds
		COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:explore-rt> ${CMAKE_BINARY_DIR}/proofs COMMAND_EXPAND_LISTS)
	add_test(NAME runtime.proof.broken COMMAND python3 ${explore}/broken.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/proofs ${CMAKE_C_COMPILER})
	set_tests_properties(runtime.proof.interrupts runtime.proof.broken PROPERTIES LABELS runtime)
endif()

# Bounded proofs by CBMC (cbmc/world.h), of the sources; the build changes nothing.
if(NOT HEDDLE_SANITIZE AND NOT HEDDLE_STRESS)
	function(hd_bounded name labels)
		add_test(NAME runtime.bounded.${name} COMMAND python3 ${dir}/cbmc/prove.py ${CMAKE_SOURCE_DIR} ${ARGN})
		set_tests_properties(runtime.bounded.${name} PROPERTIES LABELS "${labels}" SKIP_RETURN_CODE 77 TIMEOUT 3000)
	endfunction()
	foreach(proof "table 4" "pool 5" "copy 4" "memory 1" "rings 1" "stream 3" "future 4"
		"order 3" "sets 2" "resources 1" "timer 1" "host_future_reads 2" "calls 1" "builtins 1")
		separate_arguments(args UNIX_COMMAND ${proof})
		list(GET args 0 name)
		hd_bounded(${name} runtime ${args})
	endforeach()
	hd_bounded(broken runtime broken core/table.c core/pool.c core/copy.c core/memory.c core/byte_ring.c)
	foreach(proof "table 6" "pool 7" "copy 7" "stream 4" "stream_small 3" "stream_moved 3" "future_moved 5"
		"order 4" "sets 3" "host_reads 4" "host_writes 3" "host_future_reads 4" "host_future_writes 4" "host_calls 1" "sets_small 2" "calls_small 1")
		separate_arguments(args UNIX_COMMAND ${proof})
		list(GET args 0 name)
		hd_bounded(${name}.long "runtime;long" ${args})
	endforeach()
	hd_bounded(broken.long "runtime;long" broken core/pipe.c)
	hd_bounded(broken_sets.long "runtime;long" broken core/order.inc core/waitable.c core/set.c core/resource.c core/call.c core/subtask.c core/task.c core/error.c host/ring.c host/timer.c)
endif()
