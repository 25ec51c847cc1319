/* exec/queue.h - the queue of threads that may be ready: what run.c's short ways
 * and sched.c share. */
#ifndef HD_QUEUE_H
#define HD_QUEUE_H

#include "core/event.h"
#include "core/sched.h"

/*   head, tail  in ticket order, higher priority first; tail means something
 *               only while there is a head
 *   tickets     the next ticket */
struct hd_queue {
	struct hd_thread *head, *tail;
	uint32_t tickets;
};

extern struct hd_queue hd_queue;

/* Takes the first thread out. */
static HD_INLINE void hd_queue_pop(const struct hd_thread *t)
{
	hd_queue.head = t->next;
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
	set->v.waiters = hd_ref_of(t);
}

#endif
