/* places.c - the places of a state that hold terms, listed in one order.
 *
 * What is done to every place (merging, replacing, comparing two states place by
 * place) goes over this list.
 */
#include "prove/pair.h"

#include <string.h>

void pair_room(struct pair *p, struct mach *m, uint32_t slots)
{
	if (m->nslots >= slots)
		return;
	term *more = arena_array(&p->states, term, slots);
	if (m->nslots)
		memcpy(more, m->slot, m->nslots * sizeof *more);
	m->slot = more;
	m->nslots = slots;
}

static void put(struct pair *p, struct places *l, term *t)
{
	vec_push(&p->states, &l->at, t);
}

/* Locals and operands. */
static void put_values(struct pair *p, struct places *l, struct walk *w)
{
	for (uint32_t k = 0; k < w->local.n; k++) {
		put(p, l, &w->local.at[k].lo);
		put(p, l, &w->local.at[k].hi);
	}
	for (uint32_t k = 0; k < w->stack.n; k++) {
		put(p, l, &w->stack.at[k].lo);
		put(p, l, &w->stack.at[k].hi);
	}
}

void pair_places(struct pair *p, struct places *l, struct walk *w,
		 struct mach *m, uint32_t slots)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		put(p, l, &w->state[k]);
	for (uint32_t k = p->w->at_globals; k < p->w->at_lengths; k++)
		put(p, l, &m->state[k]);
	put_values(p, l, w);
	if (m->wasm)
		put_values(p, l, m->wasm);
	l->filled = l->at.n;
	if (m->wasm)
		return;
	for (uint32_t k = 0; k < 16; k++)
		if (k != R_SP && k != R_PC)
			put(p, l, &m->r[k]);
	for (uint32_t k = 0; k < 32; k++)
		put(p, l, &m->s[k]);
	for (uint32_t k = 0; k < slots; k++)
		put(p, l, &m->slot[k]);
	for (uint32_t k = 0; k < p->mf.in_words; k++)
		put(p, l, &m->in[k]);
}

void pair_simplify(struct pair *p, struct places *l)
{
	struct map memo;

	map_init(&memo, &p->states);
	for (uint32_t k = 0; k < l->at.n; k++)
		vec_push(&p->states, &l->plain,
			 facts_simplify_in(&p->facts, &memo, *l->at.at[k]));
}
