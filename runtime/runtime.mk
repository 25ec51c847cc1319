# runtime.mk - every source file of the runtime, one to a line.
#
# cmake/runtime.cmake and cmake/cross.cmake read this file too, so keep the
# form "NAME += path".  A firmware project includes it and compiles
#   $(HD_CORE) $(HD_EXEC) $(HD_COMPONENT) $(HD_HOST) $(HD_FLOAT) and one port
# with -I runtime -I include, and HD_CONFIG with its own hd_config.h in front.

# canonical ABI state machine and the pulseengine:async facade
HD_CORE += core/kiln.c
HD_CORE += core/kiln_new.c
HD_CORE += core/kiln_task.c
HD_CORE += core/kiln_call.c
HD_CORE += core/kiln_set.c
HD_CORE += core/kiln_thread.c
HD_CORE += core/byte_ring.c
HD_CORE += core/memory.c
HD_CORE += core/order.c
HD_CORE += core/pool.c
HD_CORE += core/ring.c
HD_CORE += core/table.c
HD_CORE += core/trap.c
HD_CORE += core/traptext.c
HD_CORE += core/waitable.c
HD_CORE += core/call.c
HD_CORE += core/error.c
HD_CORE += core/pipe.c
HD_CORE += core/resource.c
HD_CORE += core/set.c
HD_CORE += core/subtask.c
HD_CORE += core/task.c
HD_CORE += core/thread.c
HD_CORE += core/thread_new.c

# executors
HD_EXEC += exec/app.c
HD_EXEC += exec/callback.c
HD_EXEC += exec/reset.c
HD_EXEC += exec/fiber.c
HD_EXEC += exec/fuel.c
HD_EXEC += exec/loop.c
HD_EXEC += exec/reftable.c
HD_EXEC += exec/reap.c
HD_EXEC += exec/run.c
HD_EXEC += exec/sched.c

# components: instances, calls from and to C, what adapters call
HD_COMPONENT += component/start.c
HD_COMPONENT += component/call.c
HD_COMPONENT += component/host.c
HD_COMPONENT += component/move.c
HD_COMPONENT += component/sync.c
HD_COMPONENT += component/thread.c

# host edge
HD_HOST += host/func.c
HD_HOST += host/mailbox.c
HD_HOST += host/ring.c
HD_HOST += host/script.c
HD_HOST += host/timer.c

# values as text, for hosts that want it
HD_WAVE += host/wave_read.c
HD_WAVE += host/wave_scalar.c
HD_WAVE += host/wave_print.c
HD_WAVE += host/wave_flat.c

# soft float helpers
HD_FLOAT += float/f32.c
HD_FLOAT += float/f64.c
HD_FLOAT += float/convert.c

# one port
HD_PORT_CORTEX_M += port/cortex-m/port.c
HD_PORT_CORTEX_M += port/cortex-m/copy.S
HD_PORT_CORTEX_M += port/cortex-m/enter.S
HD_PORT_CORTEX_M += port/cortex-m/enter.c
HD_PORT_CORTEX_M += port/cortex-m/switch.S
HD_PORT_CORTEX_M += port/cortex-m/fuel.S
HD_PORT_CORTEX_M += port/cortex-m/invoke.c
HD_PORT_CORTEX_M += port/cortex-m/invoke.S
HD_PORT_CORTEX_M += port/cortex-m/string.c

# on Cortex-M, for components compiled with --mpu: in front of the library, or
# in place of port/cortex-m/enter.S
HD_WALL += component/wall.c
HD_WALL += port/cortex-m/wall.c
HD_WALL += port/cortex-m/enter_wall.S

HD_PORT_POSIX += core/copy.c
HD_PORT_POSIX += exec/enter.c
HD_PORT_POSIX += port/posix/port.c
HD_PORT_POSIX += port/posix/switch.S
HD_PORT_POSIX += port/posix/invoke.c

# for several executors: with all of the above compiled with -DHD_MULTI
HD_MULTI += exec/executor.c
HD_MULTI += port/cortex-m/hold.c
HD_MULTI_POSIX += exec/executor.c
HD_MULTI_POSIX += port/posix/hold.c

# QEMU boards with semihosting
HD_BOARD += board/startup.c
HD_BOARD += board/fault.S
HD_BOARD += board/semihost.c
HD_BOARD += board/main_stream.c
HD_BOARD_COMPONENT += board/startup.c
HD_BOARD_COMPONENT += board/fault.S
HD_BOARD_COMPONENT += board/semihost.c
HD_BOARD_COMPONENT += board/main_component.c
HD_BOARD_COMPONENT += board/edge.c

# once per application
HD_CONFIG += config.c
