/* core/sched.h - threads and who runs next.
 *
 * A thread that cannot go on waits with a ticket; of the threads whose
 * condition holds, the one with the lowest ticket (the one that began waiting
 * first) runs next.  exec/sched.c keeps candidates in ticket order; conditions
 * are exact and tested again when a candidate is picked.
 *
 * INV-S1  a waiting thread whose condition holds is in the candidate queue, or
 *         parked at its instance when only the lock or backpressure holds it.
 * INV-S2  a thread is in at most one of the two (`queued`).
 */
#ifndef HD_SCHED_H
#define HD_SCHED_H

#include "core/core.h"

struct hd_fiber;

enum hd_thread_state {
	HD_THREAD_FREE,		/* not started, or ended */
	HD_THREAD_RUNNING,	/* or below one that runs */
	HD_THREAD_SUSPENDED,	/* until another thread resumes it */
	HD_THREAD_WAITING	/* until its condition holds */
};

/* The condition of a waiting thread. */
enum hd_wait {
	HD_WAIT_NONE,		/* holds: a yield */
	HD_WAIT_ENTER,		/* no backpressure, lock free */
	HD_WAIT_SET,		/* its set has an event */
	HD_WAIT_EVENT,		/* its waitable has an event */
	HD_WAIT_RESOLVED	/* its subtask (a task) is resolved */
};

enum hd_queued { HD_QUEUED_NOT, HD_QUEUED_READY, HD_QUEUED_PARKED };

/* A thread of a task.
 *
 *   next, prev   candidate queue or parked list
 *   link         next thread of its task
 *   peer         next waiter of its set
 *   on           set, waitable or task of the condition
 */
struct hd_thread {
	struct hd_thread *next, *prev;
	struct hd_thread *link, *peer;
	struct hd_task *task;
	void *on;
	struct hd_fiber *fiber;		/* its stack while it has one */
	uint32_t context[2];
	uint32_t ticket;		/* when it began waiting */
	uint16_t index;			/* in the instance's thread table */
	uint8_t state;
	uint8_t wait;
	uint8_t queued;
	uint8_t cancellable;
	uint8_t cancelled;		/* why it was resumed */
	uint8_t loop;			/* between callbacks: needs the lock */
};

/* Makes a waiting thread, or every waiter of s, a candidate.  Weak: images in
 * which nothing waits have no scheduler. */
HD_WEAK void hd_sched_wake(struct hd_thread *t);
HD_WEAK void hd_sched_wake_set(struct hd_set *s);

/* Makes candidates of the threads that waited only for the lock of the
 * instance or for its backpressure to end. */
HD_WEAK void hd_sched_unpark(struct hd_instance *in);

/* t, which is not queued, begins to wait with a new ticket. */
void hd_wait_begin(struct hd_thread *t, enum hd_wait wait, void *on,
		   bool cancellable);

/* t no longer waits. */
void hd_wait_end(struct hd_thread *t);

/* Whether the condition of a waiting thread holds now. */
bool hd_thread_ready(const struct hd_thread *t);

/* The ready thread that began waiting first, or NULL. */
struct hd_thread *hd_sched_pick(void);

/* The same among the threads of one instance, apart from the task holding its
 * lock: what may run while a sync-typed call blocks. */
struct hd_thread *hd_sched_pick_in(const struct hd_instance *in);

/* Forgets every waiting thread: warm restarts and tests. */
void hd_sched_reset(void);

/* Resumes a thread that is not running, as cancelled or not, until it waits,
 * suspends or ends.  Its instance is poisoned if it trapped. */
void hd_resume(struct hd_thread *t, bool cancelled);

/* Resumes the thread that is due.  Returns false when none is ready. */
bool hd_tick(void);

/* The running thread waits until the condition holds.
 * Returns true when it was cancelled instead (cancellable only).
 * Traps  CANNOT_BLOCK when it has no stack of its own. */
bool hd_block(enum hd_wait wait, void *on, bool cancellable);

/* The running thread suspends; `to`, unless NULL, is resumed in its place. */
bool hd_suspend(struct hd_thread *to, bool cancellable);

/* The running thread, whose state says how it waits, gives way to `to`. */
bool hd_switch_to(struct hd_thread *to);

/* Whether a call from instance `from` (NULL: the host) may enter `in`: neither
 * it nor an ancestor the caller does not share is on the stack. */
bool hd_may_enter(const struct hd_instance *in, const struct hd_instance *from);

/* Calls a plain function (a destructor) in an instance, which may be entered.
 * Returns false when it trapped. */
bool hd_call_plain(struct hd_instance *in, void (*code)(uint32_t),
		   uint32_t arg);

/* Gives the running thread's stack back to whoever resumed it. */
HD_WEAK void hd_fiber_block(void);

/* Runs t on its fiber, taking one from the pool when it has none; `body` is
 * what a new fiber does.  Returns when t blocks or body ends. */
HD_WEAK void hd_fiber_run(struct hd_thread *t, void (*body)(void *));

/* Clears away what a poisoned instance leaves behind (exec/reap.c). */
void hd_reap(struct hd_instance *in);

/* Whether a fiber is free.  Not weak: whoever makes threads calls it, and so
 * links the fibers. */
bool hd_fiber_available(void);

/* Returns t's fiber to the pool without running it again. */
HD_WEAK void hd_fiber_abandon(struct hd_thread *t);

#endif
