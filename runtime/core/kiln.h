/* core/kiln.h - the pulseengine:async intrinsics, as compiled code calls them.
 *
 * `(import "pulseengine:async" "X")` is BL kiln_builtins_X with the wasm
 * parameters in AAPCS order.  ABI: docs/abi.md, "pulseengine:async".
 *
 * Common to all: a handle of the wrong kind, direction or instance gives
 * HD_INVALID before anything else is looked at; then [ptr, ptr + len) must lie
 * in memory `mem` (trap BUFFER_BOUNDS), ptr must be aligned to the element
 * (BUFFER_ALIGN) and len a multiple of it (BUFFER_LENGTH), even when nothing
 * would move.  Task level only, O(1) besides the copy, nothing allocated.
 */
#ifndef HD_KILN_H
#define HD_KILN_H

#include <stdint.h>

/* A new stream with a ring of hd_ring_bytes; readable | writable << 32, or
 * HD_OOM in the low word when handles or channels are used up. */
uint64_t kiln_builtins_stream_new(void);
uint64_t kiln_builtins_future_new(void);

/* Returns bytes copied; 0 at the end of the stream; HD_PENDING when there is
 * nothing yet: one STREAM_READ event follows. */
int32_t kiln_builtins_stream_read(uint32_t h, uint32_t ptr, uint32_t len,
				  uint32_t mem);

/* Returns bytes accepted; fewer than len means one STREAM_WRITE event follows
 * when there is room; HD_CLOSED when the reader is gone. */
int32_t kiln_builtins_stream_write(uint32_t h, uint32_t ptr, uint32_t len,
				   uint32_t mem);

/* Returns 1 and the value, 0 when not yet written (one FUTURE_READ event
 * follows), HD_CLOSED when it never will be or was taken before. */
int32_t kiln_builtins_future_read(uint32_t h, uint32_t ptr, uint32_t mem);

/* Returns 1, or HD_CLOSED when the reader is gone or it was written before. */
int32_t kiln_builtins_future_write(uint32_t h, uint32_t ptr, uint32_t mem);

/* Gives up the subscription of an end.  Returns 1 when there was one, else 0. */
int32_t kiln_builtins_stream_cancel_read(uint32_t h);
int32_t kiln_builtins_stream_cancel_write(uint32_t h);
int32_t kiln_builtins_future_cancel_read(uint32_t h);
int32_t kiln_builtins_future_cancel_write(uint32_t h);

/* Drops an end; its queued event is forgotten.  A wrong handle is ignored. */
void kiln_builtins_stream_drop_readable(uint32_t h);
void kiln_builtins_stream_drop_writable(uint32_t h);
void kiln_builtins_future_drop_readable(uint32_t h);
void kiln_builtins_future_drop_writable(uint32_t h);

/* Sets or clears the instance's backpressure flag. */
void kiln_builtins_task_backpressure(uint32_t on);

/* As the built-ins of the same names (core/builtin.h). */
uint32_t kiln_builtins_waitable_set_new(void);
uint32_t kiln_builtins_waitable_set_wait(uint32_t set, uint32_t ptr);
uint32_t kiln_builtins_waitable_set_poll(uint32_t set, uint32_t ptr);
void kiln_builtins_waitable_set_drop(uint32_t set);
void kiln_builtins_waitable_join(uint32_t w, uint32_t set);
uint32_t kiln_builtins_context_get(uint32_t i);
void kiln_builtins_context_set(uint32_t i, uint32_t v);
void kiln_builtins_backpressure_inc(void);
void kiln_builtins_backpressure_dec(void);
void kiln_builtins_task_cancel(void);
uint32_t kiln_builtins_task_yield(void);
uint32_t kiln_builtins_subtask_cancel(uint32_t subtask);
void kiln_builtins_subtask_drop(uint32_t subtask);

/* Resolves the running task with up to four i32 results; in a __callback
 * module hd_hook_task_return hears of them. */
void kiln_builtins_task_return(uint32_t a, uint32_t b, uint32_t c, uint32_t d);
void hd_hook_task_return(uint32_t instance, const uint32_t words[4]);

/* A fiber that will call wasm function `function` with arg; ready at once.
 * Returns its handle or HD_OOM.  Traps UNDEFINED_ELEM. */
int32_t kiln_builtins_thread_new(uint32_t function, uint32_t arg);

/* Runs a fiber in the caller's place; the caller is ready behind the others,
 * or, on the executor's stack, goes on when the fiber gives way.
 * Traps  DEAD_THREAD, NOT_SUSPENDED. */
void kiln_builtins_thread_switch_to(uint32_t thread);

/* Lets the other ready fibers run. */
void kiln_builtins_thread_yield(void);

/* Ends the running fiber, or the running callback. */
void kiln_builtins_thread_exit(void);

/* Resolves a function index; the default looks in heddle_funcs. */
void (*hd_hook_function(uint32_t instance, uint32_t index))(uint32_t);

/* Called when task_backpressure changes the flag; does nothing unless the
 * application defines it. */
void hd_hook_backpressure(uint32_t instance, uint32_t on);

#endif
