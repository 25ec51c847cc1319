/* peek_sched.c - exec/sched.c and its candidates. */
#include "exec/sched.c"
#include "peek.h"

#include <string.h>

static unsigned below(hd_ref r, const struct hd_thread *t)
{
	const struct hd_thread *at = hd_at(r);

	if (!r)
		return 0;
	return (at == t) + below(at->place.after.child[0], t) +
	       below(at->place.after.child[1], t);
}

unsigned peek_candidate(const struct hd_thread *t)
{
	return (hd_queue.only == t) + below(*order_root(t), t);
}

unsigned peek_candidates(void)
{
	return (hd_queue.only != NULL) + hd_queue.ordered;
}

void peek_forget_order(struct hd_instance *in)
{
	memset(in->ready, 0, sizeof in->ready);
}

void peek_put_in_order(struct hd_thread *t)
{
	if (hd_queue.only != t)
		order_put(THREADS, order_root(t), hd_ref_of(t));
}

void peek_forget_way(void)
{
	if (hd_queue.set)
		return;
	hd_queue.end = NULL;
	hd_queue.event = 0;
}

uint32_t *peek_tickets(void)
{
	return &hd_queue.tickets;
}
