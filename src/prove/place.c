/* place.c - states by their place in the source, then in the output. */
#include "prove/pair.h"

static int order(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static uint32_t ip_at(const struct walk *w, uint32_t frame)
{
	return frame < w->frame.n ? w->frame.at[frame].ip : w->ip;
}

/* By place in the source; of places that are equal so far the one further
 * inside is first: it has not come back yet. */
int pair_compare_source(const struct at *a, const struct at *b)
{
	int d = order(a->passed_w, b->passed_w);
	uint32_t n = a->w.frame.n < b->w.frame.n ? a->w.frame.n
						 : b->w.frame.n;

	for (uint32_t k = 0; !d && k <= n; k++)
		d = order(ip_at(&a->w, k), ip_at(&b->w, k));
	if (!d)
		d = order(b->w.frame.n, a->w.frame.n);
	return d ? d : order(a->w.paid, b->w.paid);
}

/* Running, then waiting at a join, then the rest. */
static uint32_t rank(enum stop s)
{
	return s == STOP_NONE ? 0 : s == STOP_JOIN ? 1 : 2 + (uint32_t)s;
}

int pair_compare(const struct at *a, const struct at *b)
{
	int d = pair_compare_source(a, b);

	if (!d)
		d = order(rank(a->ws), rank(b->ws));
	if (!d && a->ws == STOP_TRAP)
		d = order((uint32_t)a->w.trap, (uint32_t)b->w.trap);
	if (!d)
		d = order(a->passed_m, b->passed_m);
	return d ? d : order(a->m.pc, b->m.pc);
}

bool pair_same_source(const struct at *a, const struct at *b)
{
	return a->ws == b->ws && !pair_compare_source(a, b);
}
