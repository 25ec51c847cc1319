/* core/builtin.h - the canonical built-ins.
 *
 * Common to all: they run as the guest thread in force (hd_now.thread), at task
 * level, never from an interrupt; nothing is allocated outside the pools; time
 * is O(1) besides copying unless stated.  Traps are listed in the order in
 * which they are tested, and nothing has changed before a trap.  Those that
 * may not be used while the instance may not leave (realloc, post-return)
 * trap CANNOT_LEAVE first.  A handle that names nothing traps BAD_HANDLE, one
 * that names something else HANDLE_TYPE.
 *
 * Source of all: component-model 6d28164, CanonicalABI.md, canon_X.
 */
#ifndef HD_BUILTIN_H
#define HD_BUILTIN_H

#include "core/pipe.h"
#include "core/task.h"

/* Immediates of a built-in, in flash.
 *
 *   elem    element type of a stream or future built-in
 *   flags   HD_CANON_*
 *   memory  index of the memory option in the instance's module
 *   id      tells the built-ins of a component apart, for hd_elem.copy
 */
struct hd_canon {
	const struct hd_elem *elem;
	uint8_t flags;
	uint8_t memory;
	uint16_t id;
};

enum {
	HD_CANON_SYNC = 1,	/* without the async option: blocks */
	HD_CANON_CANCELLABLE = 2,
	HD_CANON_BYTES = 4	/* stream.read, .write, alone: elements are one
				   plain byte, which hd_elem.copy at most finds
				   behind a wall, and the memory exists */
};

/* --- task.c --- */

/* task.return: resolves the running task with flat results; the task goes on.
 *   f   the function whose result type and options this built-in declares
 * Traps  CANNOT_LEAVE, NOT_ASYNC, TYPE_MISMATCH, RESOLVED, BORROWS, and what
 *        lifting and lowering the results trap with. */
void hd_task_return(const struct hd_lift *f, const void *flat);

/* task.cancel: confirms a delivered cancellation.
 * Traps  CANNOT_LEAVE, NOT_ASYNC, NO_CANCEL, BORROWS. */
void hd_task_cancel(void);

/* backpressure.inc, .dec: new calls wait while the counter is not 0.
 * Traps  BACKPRESSURE beyond 65535 or below 0. */
void hd_backpressure_inc(void);
void hd_backpressure_dec(void);

/* context.get, context.set of the running thread, i below 2.
 * Traps  BAD_VALUE for other i (validated modules never do). */
uint32_t hd_context_get(uint32_t i);
void hd_context_set(uint32_t i, uint32_t v);

/* --- set.c --- */

/* waitable-set.new: returns a handle.
 * Traps  CANNOT_LEAVE, TABLE_FULL. */
uint32_t hd_waitable_set_new(void);

/* waitable-set.wait, .poll: store the event's payload at ptr and ptr + 4 and
 * return its code; wait blocks until there is one, poll returns 0.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, BUFFER_ALIGN, BUFFER_BOUNDS,
 *        CANNOT_BLOCK (wait). */
uint32_t hd_waitable_set_wait(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr);
uint32_t hd_waitable_set_poll(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr);

/* waitable-set.drop.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, HAS_MEMBERS, HAS_WAITERS. */
void hd_waitable_set_drop(uint32_t set);

/* waitable.join: into `set`, or out of any set when 0.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, SYNC_WAITER. */
void hd_join(uint32_t waitable, uint32_t set);

/* --- subtask.c --- */

/* subtask.cancel: returns the final state, or HD_BLOCKED (async only).
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, RESOLVE_SEEN, CANCEL_TWICE,
 *        IN_SET (sync only), CANNOT_BLOCK. */
uint32_t hd_subtask_cancel(const struct hd_canon *c, uint32_t subtask);

/* subtask.drop.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, NOT_RESOLVED. */
void hd_subtask_drop(uint32_t subtask);

/* --- pipe.c --- */

/* stream.new, future.new: readable | writable << 32.
 * Traps  CANNOT_LEAVE, POOL_FULL, TABLE_FULL. */
uint64_t hd_stream_new(const struct hd_canon *c);
uint64_t hd_future_new(const struct hd_canon *c);

/* stream.read, .write, future.read, .write.  The immediates come last, so that
 * arguments stay where the guest put them.
 *   ptr   linear-memory address in bytes, aligned to the element
 *   n     capacity in elements, at most HD_BUFFER_MAX
 * Returns HD_BLOCKED, or enum hd_copy_result | elements copied << 4 (futures:
 *         count 0).
 * Traps   CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, BUSY, DONE,
 *         IN_SET (sync only), BUFFER_LENGTH, BUFFER_ALIGN, BUFFER_BOUNDS,
 *         SAME_INSTANCE, CANNOT_BLOCK.
 * Owns    until the event is delivered or cancel returns, the runtime owns the
 *         n elements at ptr.  O(n), one copy from writer to reader. */
uint32_t hd_stream_read(uint32_t end, uint32_t ptr, uint32_t n,
			const struct hd_canon *c);
uint32_t hd_stream_write(uint32_t end, uint32_t ptr, uint32_t n,
			 const struct hd_canon *c);
uint32_t hd_future_read(uint32_t end, uint32_t ptr, const struct hd_canon *c);
uint32_t hd_future_write(uint32_t end, uint32_t ptr, const struct hd_canon *c);

/* {stream,future}.cancel-{read,write}: the packed result; by race it may be
 * COMPLETED or DROPPED.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, NOT_COPYING,
 *        SYNC_WAITER, IN_SET (sync only). */
uint32_t hd_stream_cancel_read(const struct hd_canon *c, uint32_t end);
uint32_t hd_stream_cancel_write(const struct hd_canon *c, uint32_t end);
uint32_t hd_future_cancel_read(const struct hd_canon *c, uint32_t end);
uint32_t hd_future_cancel_write(const struct hd_canon *c, uint32_t end);

/* {stream,future}.drop-{readable,writable}: the peer is told DROPPED.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, NOT_WRITTEN
 *        (writable future), DROP_BUSY. */
void hd_stream_drop_readable(const struct hd_canon *c, uint32_t end);
void hd_stream_drop_writable(const struct hd_canon *c, uint32_t end);
void hd_future_drop_readable(const struct hd_canon *c, uint32_t end);
void hd_future_drop_writable(const struct hd_canon *c, uint32_t end);

/* --- thread.c --- */

/* thread.yield: lets others run.  Returns 1 when cancelled.
 * Traps  CANNOT_LEAVE.  Without a stack of its own the caller goes on. */
uint32_t hd_thread_yield(const struct hd_canon *c);

/* thread.index, thread.new-indirect, thread.suspend, thread.resume-later,
 * thread.{yield,suspend}-then-{resume,promote}.
 * Traps  CANNOT_LEAVE, POOL_FULL, TABLE_FULL (new), BAD_THREAD, NOT_SUSPENDED
 *        (resume), CANNOT_BLOCK. */
uint32_t hd_thread_index(void);
uint32_t hd_thread_new_indirect(void (*body)(uint32_t), uint32_t arg);
uint32_t hd_thread_suspend(const struct hd_canon *c);
void hd_thread_resume_later(uint32_t thread);
uint32_t hd_thread_yield_then_resume(const struct hd_canon *c, uint32_t thread);
uint32_t hd_thread_suspend_then_resume(const struct hd_canon *c,
				       uint32_t thread);
uint32_t hd_thread_yield_then_promote(const struct hd_canon *c,
				      uint32_t thread);
uint32_t hd_thread_suspend_then_promote(const struct hd_canon *c,
					uint32_t thread);

/* --- error.c --- */

/* error-context.new, .debug-message, .drop; messages are always empty, as the
 * deterministic profile has them.
 * Traps  CANNOT_LEAVE, TABLE_FULL; BUFFER_ALIGN, BUFFER_BOUNDS (message). */
uint32_t hd_error_context_new(const struct hd_canon *c, uint32_t ptr,
			      uint32_t length);
void hd_error_context_debug_message(const struct hd_canon *c, uint32_t error,
				    uint32_t ptr);
void hd_error_context_drop(uint32_t error);

/* --- resource.c --- */

/* A resource type, in flash.
 *   impl    the instance that defines it; `dtor` may be NULL
 *   number  below 256, unique in the image */
struct hd_resource {
	struct hd_instance *impl;
	void (*dtor)(uint32_t rep);
	uint8_t number;
};

/* resource.new, .rep, .drop.
 * Traps  CANNOT_LEAVE (new, drop), BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH,
 *        TABLE_FULL (new); RESOURCE_LENT, CANNOT_ENTER (drop). */
uint32_t hd_resource_new(const struct hd_resource *r, uint32_t rep);
uint32_t hd_resource_rep(const struct hd_resource *r, uint32_t handle);
void hd_resource_drop(const struct hd_resource *r, uint32_t handle);

/* --- values that are handles, for adapters: lift from the caller's table,
 *     lower into the callee's --- */

/* Moves an own handle out of `in`.  Returns the rep.
 * Traps  BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, RESOURCE_LENT. */
uint32_t hd_lift_own(struct hd_instance *in, const struct hd_resource *r,
		     uint32_t handle);

/* Lends a handle of `in` for the duration of call t.  Returns the rep.
 * Traps  BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, POOL_FULL. */
uint32_t hd_lift_borrow(struct hd_task *t, struct hd_instance *in,
			const struct hd_resource *r, uint32_t handle);

/* Returns the new handle.  A borrow lowered into the implementing instance is
 * the rep itself; elsewhere task t owes its drop.
 * Traps  TABLE_FULL, POOL_FULL. */
uint32_t hd_lower_own(struct hd_instance *in, const struct hd_resource *r,
		      uint32_t rep);
uint32_t hd_lower_borrow(struct hd_task *t, const struct hd_resource *r,
			 uint32_t rep);

/* Moves the readable end of a stream or future out of `in`, and into one.
 * Traps  lift: BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH, BUSY, DONE, IN_SET;
 *        lower: TABLE_FULL. */
struct hd_pipe *hd_lift_pipe(struct hd_instance *in, const struct hd_elem *e,
			     uint32_t handle, bool future);
uint32_t hd_lower_pipe(struct hd_instance *in, struct hd_pipe *p);

#endif
