/* waitable.c - waitables and the queues of their events.
 *
 * INV-W1  w is in an order exactly when w->pending and not w->waited.
 * INV-W2  that order is that of w's set, slot 0's when w joined none.
 * INV-W3  the order of a set is that of joining, so that the earliest-joined
 *         member with an event is its first.  Slot 0's is first come, first
 *         served: each event gets a number of its own.
 */
#include "core/event.h"
#include "core/order.h"
#include "exec/executor.h"

/* Kinds and events are numbered alike. */
_Static_assert((int)HD_KIND_FUTURE_WRITE - HD_EVENT_FUTURE_WRITE ==
	       (int)HD_KIND_SUBTASK - HD_EVENT_SUBTASK &&
	       (int)HD_KIND_RING_READ - HD_EVENT_STREAM_READ ==
	       (int)HD_KIND_CELL_WRITE - HD_EVENT_FUTURE_WRITE, "hd_event_pop");

static uint32_t joins;		/* order of the next to join */

void hd_waitable_reset(void)
{
	joins = 0;
}

/* In whose table its handle is. */
static HD_ONCE struct hd_instance *owner(const struct hd_waitable *w)
{
	return hd_instance_at[w->inst];
}

/* Queues the event of w, and wakes who waits for one of its set. */
static HD_INLINE void link_event(struct hd_waitable *w)
{
	struct hd_slot *slots = owner(w)->handles.slots;
	const uint32_t h = w->handle, set = w->u.set;
	struct hd_slot *s = &slots[set];

	HD_KEEP(s);
	if (set == 0)
		w->order = joins++;
	if (!HD_SHORT || HD_UNLIKELY(s->u.first)) {
		hd_order_put(slots, &s->u.first, (uint16_t)h);
		if (s->v.waiters)
			hd_sched_wake_set(s);
	} else {
		s->u.first = (uint16_t)h;
		slots[h].u.rep = 0;
		if (s->v.waiters)
			hd_sched_wake_first(s, &slots[h]);
	}
	if (set == 0)
		hd_kick(owner(w));
}

uint32_t hd_waitable_give(struct hd_waitable *w, struct hd_instance *in,
			  enum hd_kind kind)
{
	const uint32_t h = hd_table_put(&in->handles, kind, w);

	w->handle = (uint16_t)h;
	w->inst = in->number;
	return h;
}

HD_HOT void hd_waitable_post(struct hd_waitable *w)
{
	const bool queued = w->pending;

	w->pending = true;
	if (HD_UNLIKELY(w->waited))
		hd_sched_wake(hd_at(w->u.waiter));
	else if (!queued)
		link_event(w);
}

void hd_waitable_unpost(struct hd_waitable *w)
{
	if (!w->pending)
		return;
	struct hd_slot *slots = owner(w)->handles.slots;

	hd_order_take(slots, &slots[w->u.set].u.first, w->handle);
	w->pending = false;
}

void hd_waitable_join(const struct hd_instance *in, struct hd_waitable *w,
		      uint32_t set)
{
	struct hd_slot *slots = in->handles.slots;
	const bool pending = w->pending;

	hd_waitable_unpost(w);
	slots[w->u.set].count--;	/* slot 0's means nothing */
	slots[set].count++;
	w->u.set = (uint16_t)set;
	w->order = joins++;
	if (pending)
		hd_waitable_post(w);
}

void hd_waitable_drop(struct hd_waitable *w)
{
	struct hd_table *t = &owner(w)->handles;

	hd_waitable_unpost(w);
	t->slots[w->u.set].count--;
	hd_table_free(t, w->handle);
}

uint32_t hd_event_take(const struct hd_instance *in, uint32_t set, uint32_t *p)
{
	return hd_event_pop(in, set, p);
}
