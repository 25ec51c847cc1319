/* weaken_load.c - places that hold what is in memory at some address.
 *
 * A loop of the output may begin behind the load that the source's begins
 * with.  Then a register holds what the memory has, whatever it has: of the
 * memory that the cut has, at an address of what places hold.
 */
#include "prove/weaken.h"

/* Is t what the memory has at the address, by what is known? */
static bool is_at(struct facts *f, term t, term memory, term address)
{
	term u = term_load(f->z, term_at(f->z, t)->imm, memory, address);

	return u == t || facts_simplify(f, u) == t;
}

static bool is_memory(const struct weaken *w, uint32_t k)
{
	return k > 0 && w->held[k] && *w->now->at.at[k] &&
	       term_at(&w->p->z, w->held[k])->sort == SORT_TOKEN;
}

/* Of which memory, by its place; 0 when of none.  `to_address`: now. */
static uint32_t memory_of(struct weaken *w, term from, term to,
			  term to_address)
{
	struct terms *z = &w->p->z;
	unsigned bits = term_at(z, from)->imm;

	for (uint32_t k = 1; k < w->p->w->n; k++) {
		if (!is_memory(w, k) ||
		    !is_at(&w->before, from, w->held[k], term_arg(z, from, 1)))
			continue;
		term u = term_load(z, bits, *w->now->at.at[k], to_address);
		if (u == to || facts_simplify(&w->p->facts, u) == to)
			return k;
	}
	return 0;
}

bool weaken_is_load(struct weaken *w, term from, term to)
{
	const struct terms *z = &w->p->z;

	return from && to && term_at(z, from)->op == TM_LOAD &&
	       term_at(z, to)->op == TM_LOAD &&
	       term_at(z, from)->imm == term_at(z, to)->imm &&
	       memory_of(w, from, to, term_arg(z, to, 1));
}

term weaken_as_load(struct weaken *w, term from, term to)
{
	struct terms *z = &w->p->z;
	term a = term_arg(z, from, 1), now = weaken_over(w, a, true), t = 0;
	uint32_t k = memory_of(w, from, to, now);

	if (k)
		t = weaken_over(w, a, false);
	now = term_arg(z, to, 1);
	for (uint32_t j = 0; !k && !t && j < w->bases.n; j++)
		t = weaken_in_step(w, &w->bases.at[j], a, now);
	if (!k && t)
		k = memory_of(w, from, to, now);
	return k && t ? term_load(z, term_at(z, from)->imm, *w->have->at.at[k],
				  t) : 0;
}
