/* core/event.h - taking a waitable's event.
 *
 * What an event says is computed now, not when it was queued.
 */
#ifndef HD_EVENT_H
#define HD_EVENT_H

#include "core/ref.h"

/* Payload and state change of a delivered subtask, stream or future event;
 * linked only where the built-ins that queue them are. */
HD_WEAK uint32_t hd_subtask_event(struct hd_waitable *w);
HD_WEAK uint32_t hd_copy_event(struct hd_waitable *w);

/* Takes the first event out of the queue of a set: that of handle h.  Returns
 * whose it is, which the caller makes say so (HD_SHORT): not `pending` any more. */
static HD_INLINE struct hd_waitable *
hd_event_unqueue(const struct hd_instance *in, uint32_t set, uint32_t h)
{
	struct hd_slot *slots = in->handles.slots;
	struct hd_waitable *w = (struct hd_waitable *)hd_at(slots[h].v.obj);

	if (HD_SHORT && HD_LIKELY(slots[h].u.rep == 0))
		slots[set].u.first = 0;	/* it was the only one */
	else
		hd_waitable_unpost(w);
	return w;
}

/* hd_event_take, in line. */
static HD_INLINE uint32_t hd_event_pop(const struct hd_instance *in,
				       uint32_t set, uint32_t *p)
{
	const uint32_t h = in->handles.slots[set].u.first;
	struct hd_waitable *w = hd_event_unqueue(in, set, h);
	const uint32_t kind = in->handles.slots[h].kind;

	if (HD_SHORT)		/* it is already */
		w->pending = false;
	p[0] = h;
	p[1] = 0;
	if (HD_LIKELY(kind >= HD_KIND_RING_READ))	/* nothing to compute */
		return kind - ((uint32_t)HD_KIND_RING_READ - HD_EVENT_STREAM_READ);
	p[1] = kind == HD_KIND_SUBTASK ? hd_subtask_event(w) : hd_copy_event(w);
	return kind - ((uint32_t)HD_KIND_SUBTASK - HD_EVENT_SUBTASK);
}

/* Whether a set has an event. */
static inline bool hd_set_ready(const struct hd_instance *in, uint32_t set)
{
	return in->handles.slots[set].u.first != 0;
}

#endif
