/* core/sched.h - threads and who runs next.
 *
 * A thread that cannot go on waits with a ticket; of the threads whose
 * condition holds, the one with the lowest ticket (the one that began waiting
 * first) runs next.  exec/sched.c keeps candidates in ticket order; conditions
 * are exact and tested again when a candidate is picked.
 *
 * A candidate may also have to pass a gate of its instance: the lock, no
 * backpressure.  An instance keeps its candidates apart by what gates they have to
 * pass, so that a gate that opens or closes changes nothing but which of these
 * are looked at.
 *
 * INV-S1  a waiting thread whose condition holds is a candidate, whether it can
 *         pass its gates or not.
 * INV-S2  a thread is a candidate exactly when its state says READY.
 */
#ifndef HD_SCHED_H
#define HD_SCHED_H

#include "core/ref.h"

struct hd_fiber;

/* From WAITING on, the thread waits until its condition holds. */
enum hd_thread_state {
	HD_THREAD_FREE,		/* not started, or ended */
	HD_THREAD_RUNNING,	/* or below one that runs */
	HD_THREAD_SUSPENDED,	/* until another thread resumes it */
	HD_THREAD_WAITING,
	HD_THREAD_READY		/* a candidate */
};

/* The gates of an instance that a candidate has to pass. */
enum {
	HD_GATE_LOCK = 1,	/* nobody has the lock */
	HD_GATE_PRESSURE = 2,	/* no backpressure */
	HD_GATES = 4		/* masks of them */
};

/* The condition of a waiting thread, and in bits 2 and 3 its gates; those about a
 * set are odd.  From HERE on, and LOOP, it is between callbacks. */
enum hd_wait {
	HD_WAIT_NONE = 0,	/* holds: a yield */
	HD_WAIT_SET = 1,	/* its set has an event */
	HD_WAIT_EVENT = 2,	/* its waitable has an event, or is resolved */
	HD_WAIT_LOOP = HD_GATE_LOCK << 2,	/* a yield */
	HD_WAIT_LOOP_SET,	/* its set has an event */
	HD_WAIT_ENTER = HD_GATE_PRESSURE << 2,	/* a call; one that takes the */
	HD_WAIT_ENTER_LOCK = HD_WAIT_ENTER | HD_WAIT_LOOP,	/* lock, too */
	HD_WAIT_HERE = 16 | HD_WAIT_LOOP,	/* LOOP of a task that needs no */
	HD_WAIT_HERE_SET	/* fiber: hd_tick has a short way */
};

/* A thread as a record in order: on 32-bit targets laid out as a slot (order.h).
 *
 *   after   of a candidate that is not alone: what comes after it
 *   number  where its ticket is
 *   index   in the instance's thread table
 */
struct hd_order {
	hd_ref child[2];
};

struct hd_place {
	struct hd_order after;
	hd_ref number;
	uint16_t index;
};

/* A thread of a task.
 *
 *   link    next explicit thread of its task
 *   on      what the condition is about, as hd_wait_begin takes it
 *   peer    next waiter of its set
 *   fiber   its stack while it has one
 */
struct hd_thread {
	union {
		struct hd_place place;
		struct hd_slot slot;
	};
	uint32_t ticket;		/* when it began waiting */
	struct hd_task *task;
	uint8_t state;			/* enum hd_thread_state */
	uint8_t wait;			/* enum hd_wait */
	uint8_t cancellable;
	bool cancelled;			/* why it was resumed */
	hd_ref on;
	hd_ref peer;
	uint32_t context[2];
	struct hd_thread *link;
	struct hd_fiber *fiber;
} HD_ALIGNED(8);

/* The handle of the set a thread waits on. */
static inline uint32_t hd_on_set(const struct hd_thread *t)
{
	return (uint32_t)(uintptr_t)t->on;
}

static inline bool hd_waits_on_set(const struct hd_thread *t)
{
	return t->wait & 1;
}

/* Whether a thread that waits is a call at the door of its instance. */
static inline bool hd_waits_to_enter(const struct hd_thread *t)
{
	return t->wait & HD_WAIT_ENTER;
}

/* The gates of what waits so. */
static inline unsigned hd_gates_of(unsigned wait)
{
	return wait >> 2 & (HD_GATES - 1u);
}

/* Makes a waiting thread whose condition holds, or every waiter of a set that has some,
 * a candidate: each time the set gets an event.  hd_sched_wake_first: its first, which is that of slot
 * `event`.  Weak: images in which nothing waits have no scheduler. */
HD_WEAK void hd_sched_wake(struct hd_thread *t);
HD_WEAK void hd_sched_wake_set(struct hd_slot *set);
HD_WEAK void hd_sched_wake_first(struct hd_slot *set, const struct hd_slot *event);

/* t, which does not wait, begins to, with a new ticket.
 *   on   the address of a waitable for EVENT, a handle for SET and LOOP_SET,
 *        otherwise 0 */
void hd_wait_begin(struct hd_thread *t, enum hd_wait wait, uintptr_t on,
		   bool cancellable);

/* t no longer waits. */
void hd_wait_end(struct hd_thread *t);

/* The gates of an instance that are closed. */
unsigned hd_closed(const struct hd_instance *in);

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
 * Traps  CANNOT_BLOCK when it has no stack of its own; a yield then goes on. */
bool hd_block(enum hd_wait wait, uintptr_t on, bool cancellable);

/* The same until w has an event, or is resolved, whatever is cancelled. */
void hd_await(const struct hd_waitable *w);

/* The running thread suspends; `to`, unless NULL, is resumed in its place. */
bool hd_suspend(struct hd_thread *to, bool cancellable);

/* The running thread, whose state says how it waits, gives way to `to`. */
bool hd_switch_to(struct hd_thread *to);

/* Whether a call from instance `from` (NULL: the host) may enter `in`: neither
 * it nor an ancestor the caller does not share is on the stack. */
bool hd_may_enter(const struct hd_instance *in, const struct hd_instance *from);

/* Of the thread of a task that runs for the first time, called by a guest: from
 * its beginning to where it waits or ends; for hd_enter. */
void hd_first_step(void *task);

/* Code of `in` has trapped: poisons it and clears away what it leaves. */
void hd_fall(struct hd_instance *in);

/* Calls a plain function (a destructor) in an instance, which may be entered.
 * Returns false when it trapped. */
bool hd_call_plain(struct hd_instance *in, void (*code)(uint32_t),
		   uint32_t arg);

/* Gives the running thread's stack back to whoever resumed it. */
HD_WEAK void hd_fiber_block(void);

/* Runs a thread from its beginning, or from one callback to the next, on the
 * present stack.  A realloc of the caller's that trapped has only poisoned the
 * caller: the callee cannot go on either. */
void hd_thread_body(void *thread);

/* Runs t on its fiber, taking one from the pool when it has none; a new fiber
 * does hd_thread_body.  Returns when t blocks or that ends. */
HD_WEAK void hd_fiber_run(struct hd_thread *t);

/* Clears away what a poisoned instance leaves behind (exec/reap.c). */
void hd_reap(struct hd_instance *in);

/* Whether a fiber is free.  Not weak: whoever makes threads calls it, and so
 * links the fibers. */
bool hd_fiber_available(void);

/* Returns t's fiber to the pool without running it again. */
HD_WEAK void hd_fiber_abandon(struct hd_thread *t);

#endif
