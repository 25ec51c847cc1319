/* events.c - what core/waitable.c does for those who queue events, without the
 * queues: an event is pending until it is taken back or delivered, and any that
 * is pending may be delivered next. sets.c proves it of core/waitable.c. */
#include "world.h"

uint32_t hd_waitable_give(struct hd_waitable *w, struct hd_instance *in,
			  enum hd_kind kind)
{
	const uint32_t h = hd_table_put(&in->handles, kind, w);

	w->handle = (uint16_t)h;
	w->inst = in->number;
	return h;
}

void hd_waitable_post(struct hd_waitable *w)
{
	w->pending = true;
}

void hd_waitable_unpost(struct hd_waitable *w)
{
	w->pending = false;
}

void hd_waitable_drop(struct hd_waitable *w)
{
	w->pending = false;
	hd_table_free(&hd_instance_at[w->inst]->handles, w->handle);
}
