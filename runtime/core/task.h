/* core/task.h - functions, tasks and subtasks.
 *
 * A task is one call of a lifted function.  The caller's view of it, once it
 * did not resolve at once, is a subtask: a waitable in the caller's table.
 * Both live in one record, which goes back to the pool when the callee's
 * threads have ended and the caller has let go of it.
 */
#ifndef HD_TASK_H
#define HD_TASK_H

#include "core/sched.h"

enum hd_task_state {
	HD_TASK_INITIAL,
	HD_TASK_PENDING_CANCEL,
	HD_TASK_CANCEL_DELIVERED,
	HD_TASK_RESOLVED
};

enum hd_subtask_state {
	HD_SUBTASK_STARTING,
	HD_SUBTASK_STARTED,
	HD_SUBTASK_RETURNED,
	HD_SUBTASK_CANCELLED_BEFORE_STARTED,
	HD_SUBTASK_CANCELLED_BEFORE_RETURNED
};

/* Words of arguments kept for a call that is queued: at most four flat
 * parameters of 64 bits and the result pointer. */
#define HD_ARG_WORDS 9

/* flags of struct hd_lift */
enum {
	HD_LIFT_ASYNC = 1,	/* lifted with the async option */
	HD_LIFT_CALLBACK = 2,	/* ... and a callback */
	HD_LIFT_TYPED = 4,	/* the function type is async */
	HD_LIFT_FIBER = 8,	/* its code can block: it needs a stack */
	HD_LIFT_HOST = 16	/* the host's: start may return unresolved */
};

/* A lifted function, in flash.
 *
 *   result   equal pointers, equal result types and options (task.return)
 *   callback (event, p1, p2) -> callback result, when HD_LIFT_CALLBACK
 */
struct hd_lift {
	struct hd_instance *inst;
	uint32_t (*callback)(uint32_t event, uint32_t p1, uint32_t p2);
	const void *result;
	uint8_t flags;
};

/* A lowered import bound to its callee, in flash: the adapter between the two.
 *
 *   start    lifts the arguments (args) out of the caller, lowers them into
 *            the callee and calls its core function.  Returns the callback
 *            result when HD_LIFT_CALLBACK.  A sync lift calls
 *            hd_task_resolve(t, flat results) and then its post-return inside
 *            hd_post_begin and hd_post_end.
 *   results  lifts flat results out of the callee and lowers them into the
 *            caller: stores at the result pointer in args, or hands them to
 *            a blocked caller
 */
struct hd_lower {
	const struct hd_lift *callee;
	uint32_t (*start)(struct hd_task *t, const void *args);
	void (*results)(struct hd_task *t, const void *flat, const void *args);
};

struct hd_task {
	int32_t fuel;			/* fuel and inst: port/cortex-m/offsets.h */
	struct hd_instance *inst;	/* NULL: in the pool */
	struct hd_waitable sub;		/* in the caller's table */
	uint8_t state;			/* enum hd_task_state */
	uint8_t held;			/* the caller may still ask about it */
	uint8_t delivered;		/* the caller knows it has resolved */
	uint8_t cancel_requested;
	uint8_t borrows;		/* borrow handles the callee holds */
	uint8_t lends;			/* first lend of the call, or 0 */
	uint8_t exclusive;		/* its code needs the lock of its instance */
	const struct hd_lower *lower;	/* NULL: hd_instance.task */
	const void *args;		/* the caller's flat arguments */
	uint32_t last;			/* the last of them; of hd_instance.task:
					   the callback result */
	struct hd_thread main;		/* the implicit thread */
};

/* Arguments of a call that is held back (HD_QUEUED of the configuration). */
struct hd_args {
	uint32_t words[HD_ARG_WORDS];
};

extern struct hd_args hd_queued[];
extern const uint8_t hd_nqueued;

/* An explicit thread: thread.new-indirect, or of pulseengine:async, where
 * thread.index is its handle. */
struct hd_xthread {
	struct hd_thread thread;	/* first */
	void (*body)(uint32_t arg);
	uint32_t arg;
};

/* Calls from a guest.  `args` holds `words` 32-bit words of flat arguments in
 * the layout lower->start expects, the result pointer last.  When the call
 * outlives this function, a copy of all is kept until it has started, and the
 * last word, at its place, until it resolves.
 *
 * Returns the subtask's state | handle << 4; a bare RETURNED when it resolved.
 * Traps  CANNOT_LEAVE, CANNOT_ENTER, POOL_FULL, POISONED (the callee trapped),
 *        TABLE_FULL, and what the callee's start traps with.
 * Source component-model 6d28164, CanonicalABI.md, canon_lower, canon_lift. */
uint32_t hd_call_async(const struct hd_lower *l, const void *args,
		       uint32_t words);

/* The same, blocking until the callee resolves; `args` stays valid throughout
 * and takes the results.
 * Traps  also CANNOT_BLOCK. */
void hd_call_sync(const struct hd_lower *l, void *args);

/* A call from the host: no caller instance.  Returns the task, held until
 * hd_task_release; NULL when the callee is poisoned or no task is free. */
struct hd_task *hd_call_host(const struct hd_lower *l, const void *args);
void hd_task_release(struct hd_task *t);

/* Asks the callee to stop, as subtask.cancel does. */
void hd_task_request_cancel(struct hd_task *t);

/* Resolves the task with flat results: what a sync lift's adapter calls. */
void hd_task_resolve(struct hd_task *t, const void *flat);

/* Around post-return and realloc: the instance may not leave. */
static inline void hd_post_begin(struct hd_instance *in)
{
	in->no_leave = true;
}

static inline void hd_post_end(struct hd_instance *in)
{
	in->no_leave = false;
}

/* The caller's view of a task (enum hd_subtask_state) is sub.state. */
static inline bool hd_subtask_resolved(const struct hd_task *t)
{
	return t->sub.state >= HD_SUBTASK_RETURNED;
}

static inline bool hd_task_exclusive(const struct hd_task *t)
{
	return t->exclusive;
}

/* Whether new calls of an instance wait, whatever the lock.  With HD_NO_GATE, for
 * images in which nothing can raise backpressure, none do. */
static inline bool hd_has_pressure(const struct hd_instance *in)
{
#ifndef HD_NO_GATE
	return in->backpressure > 0 || in->flag;
#else
	(void)in;
	return false;
#endif
}

/* The instance that called, or NULL: the host did. */
static inline struct hd_instance *hd_task_caller(const struct hd_task *t)
{
	return t->sub.inst == HD_NOBODY ? NULL : hd_instance_at[t->sub.inst];
}

static inline struct hd_task *hd_task_of_sub(struct hd_waitable *w)
{
	return (struct hd_task *)((char *)w - offsetof(struct hd_task, sub));
}

/* cancel_requested of a cancellation that the executor of the task delivers to
 * a thread that waits. */
#define HD_CANCEL_SENT	2

static inline bool hd_cancel_sent(const struct hd_thread *t)
{
	return t->cancellable && t->task->cancel_requested == HD_CANCEL_SENT &&
	       t->task->state == HD_TASK_PENDING_CANCEL;
}

/* Delivers a requested cancellation now, if it may be. */
static inline bool hd_take_cancel(struct hd_task *t, bool cancellable)
{
	if (!cancellable || t->state != HD_TASK_PENDING_CANCEL)
		return false;
	t->state = HD_TASK_CANCEL_DELIVERED;
	return true;
}

/* Forgets all tasks but the first `reserved` of the pool, which are those of
 * instances (hd_instance_init): restarts. */
void hd_task_reset(uint32_t reserved);

/* The guest lets go of a call it made. */
void hd_subtask_release(struct hd_task *t);

/* call.c, for exec/run.c: starts the callee's code; resolves a task as cancelled, in
 * one of the two states of that. */
uint32_t hd_task_start(struct hd_task *t);
void hd_task_cancelled(struct hd_task *t, enum hd_subtask_state state);
void hd_task_reclaim(struct hd_task *t);
HD_WEAK void hd_lends_release(struct hd_task *t);

/* thread.c: registration in the task and the instance's thread table. */
void hd_thread_register(struct hd_thread *t);
void hd_thread_unregister(struct hd_thread *t);

#endif
