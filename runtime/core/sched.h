/* core/sched.h - threads, tasks and who runs next.
 *
 * A thread that cannot go on waits with a ticket; of the threads whose
 * condition holds, the one with the lowest ticket (the one that began waiting
 * first) runs next.  exec/sched.c keeps the candidates; conditions are exact
 * and tested again when a candidate is picked.
 */
#ifndef HD_SCHED_H
#define HD_SCHED_H

#include "core/core.h"

struct hd_fiber;

enum hd_thread_state {
	HD_THREAD_FREE,
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
	HD_WAIT_RESOLVED	/* its subtask is resolved */
};

/* A thread of a task.
 *
 *   next, prev   candidate queue or an instance's parked queue
 *   link         next thread of its task; next waiter of its set
 *   on           set, waitable or subtask of the condition
 *   ticket       when it began waiting
 */
struct hd_thread {
	struct hd_thread *next, *prev;
	struct hd_thread *link, *peer;
	struct hd_task *task;
	void *on;
	struct hd_fiber *fiber;		/* keeps its stack while it is blocked */
	uint32_t context[2];
	uint32_t ticket;
	uint16_t index;			/* in the instance's thread table */
	uint8_t state;
	uint8_t wait;
	uint8_t queued;			/* enum: where next/prev are */
	uint8_t cancellable;
	uint8_t cancelled;		/* why it was resumed */
	uint8_t loop;			/* waits between callbacks: needs the lock */
};

/* What a running thread belongs to: set with hd_now.task by exec/enter.c. */
extern struct hd_thread *hd_self;

/* Makes a waiting thread a candidate. */
HD_WEAK void hd_sched_wake(struct hd_thread *t);

/* Makes every waiter of s a candidate. */
HD_WEAK void hd_sched_wake_set(struct hd_set *s);

#endif
