/* core/event.h - taking a waitable's event.
 *
 * What an event says is computed now, not when it was queued.
 */
#ifndef HD_EVENT_H
#define HD_EVENT_H

#include "core/core.h"

#define HD_EVENT_RING	0x80	/* a byte ring: nothing to compute */

/* Payload and state change of a delivered subtask, stream or future event;
 * linked only where the built-ins that queue them are. */
HD_WEAK uint32_t hd_subtask_event(struct hd_waitable *w);
HD_WEAK uint32_t hd_copy_event(struct hd_waitable *w);

/* Takes the head out of a queue that is not empty. */
static inline void hd_set_pop(struct hd_set *s)
{
	struct hd_waitable *w = s->head;

	w->pending = false;
	s->head = w->next;
	if (w->next)
		w->next->prev = NULL;
	else
		s->tail = NULL;
}

/* Dequeues the first event of a queue that is not empty.  p1 becomes the
 * handle, p2 the payload.  Returns the event code. */
static inline uint32_t hd_event_take(struct hd_set *s, uint32_t *p1,
				     uint32_t *p2)
{
	struct hd_waitable *w = s->head;

	hd_set_pop(s);
	*p1 = w->handle;
	*p2 = 0;
	if (w->event == HD_EVENT_SUBTASK)
		*p2 = hd_subtask_event(w);
	else if (!(w->event & HD_EVENT_RING))
		*p2 = hd_copy_event(w);
	return w->event & ~(uint32_t)HD_EVENT_RING;
}

#endif
