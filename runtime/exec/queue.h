/* exec/queue.h - threads that may be ready: what run.c's short ways and sched.c
 * share. */
#ifndef HD_QUEUE_H
#define HD_QUEUE_H

#include "core/event.h"
#include "exec/executor.h"

/* That of this executor. */
#ifdef HD_MULTI
#define hd_queue	(hd_self->queue)
#else
extern struct hd_ready hd_queue;
#endif

/* Not ready any more is a candidate, for which there need be no reason. */
void hd_sched_drop(struct hd_thread *t);

/* That of a thread. */
static HD_INLINE struct hd_ready *hd_queue_of(const struct hd_thread *t)
{
#ifdef HD_MULTI
	return &hd_executor_of(t->task->inst)->queue;
#else
	(void)t;
	return &hd_queue;
#endif
}

/* t, between two callbacks of a task that needs no fiber, waits for an event of
 * a set that has none. */
static HD_INLINE void hd_wait_for_set(struct hd_thread *t, struct hd_slot *set,
				      uint32_t handle)
{
	t->state = HD_THREAD_WAITING;
	t->wait = HD_WAIT_HERE_SET;
	t->cancellable = true;
	t->cancelled = false;
	t->on = (hd_ref)(uintptr_t)handle;
	t->ticket = hd_queue.tickets++;
	t->peer = set->v.waiters;
	if (HD_UNLIKELY(t->peer))
		hd_queue.set = NULL;
	set->v.waiters = hd_ref_of(t);
}

#endif
