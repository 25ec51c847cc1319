/* waitable.c - waitables and the queues of their events.
 *
 * INV-W1  w is linked into a queue exactly when w->pending.
 * INV-W2  that queue is w->set's, or the instance's own when w joined none.
 * INV-W3  the queue of a set is sorted by join order, so the earliest-joined
 *         member with an event is its head; delivery is O(1).
 */
#include "core/core.h"
#include "core/sched.h"

static struct hd_set *queue_of(const struct hd_waitable *w)
{
	return w->set ? w->set : &w->inst->events;
}

static void link_event(struct hd_waitable *w)
{
	struct hd_set *s = queue_of(w);
	struct hd_waitable *after = s->tail;

	if (!s->fifo)
		while (after && (int32_t)(after->order - w->order) > 0)
			after = after->prev;
	w->prev = after;
	w->next = after ? after->next : s->head;
	*(w->next ? &w->next->prev : &s->tail) = w;
	*(after ? &after->next : &s->head) = w;
	if (s->waiters)
		hd_sched_wake_set(s);
}

static void unlink_event(struct hd_waitable *w)
{
	struct hd_set *s = queue_of(w);

	*(w->next ? &w->next->prev : &s->tail) = w->prev;
	*(w->prev ? &w->prev->next : &s->head) = w->next;
}

void hd_waitable_init(struct hd_waitable *w, struct hd_instance *in,
		      uint32_t handle, enum hd_event event)
{
	*w = (struct hd_waitable){ .inst = in, .handle = (uint16_t)handle,
				   .event = (uint8_t)event };
}

/* Queues behind or before others, and wakes who waits. */
static HD_NOINLINE void post_slow(struct hd_waitable *w)
{
	link_event(w);
	if (w->waiter)
		hd_sched_wake(w->waiter);
}

void hd_waitable_post(struct hd_waitable *w)
{
	struct hd_set *s = queue_of(w);

	if (w->pending)
		return;
	w->pending = true;
	if (HD_UNLIKELY(s->head || s->waiters || w->waiter)) {
		post_slow(w);
		return;
	}
	w->next = w->prev = NULL;
	s->head = s->tail = w;
}

void hd_waitable_unpost(struct hd_waitable *w)
{
	if (!w->pending)
		return;
	unlink_event(w);
	w->pending = false;
}

void hd_waitable_join(struct hd_waitable *w, struct hd_set *s)
{
	if (w->pending)
		unlink_event(w);
	if (w->set)
		w->set->members--;
	w->set = s;
	if (s) {
		s->members++;
		w->order = s->order++;
	}
	if (w->pending)
		link_event(w);
}

void hd_waitable_drop(struct hd_waitable *w)
{
	hd_waitable_unpost(w);
	hd_waitable_join(w, NULL);
}
