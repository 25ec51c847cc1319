/* offset.c - bounds of a term by those of it and a constant.
 *
 * What x + 5 may be says what x + 9 may be, also where x + 5 wraps and x alone
 * has no bounds: intervals modulo 2^32.  Terms that were narrowed are kept by
 * what they are without their constant.
 */
#include "prove/facts.h"

enum { MOST = 24 };	/* of the latest that are looked at */

static uint32_t constant_of(const struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);

	return i->op == TM_SUM ? i->imm : 0;
}

/* t without its constant; 0 of constants. */
static term base_of(struct facts *f, term t)
{
	uint32_t k;

	while (f->base.n <= t)
		vec_push(f->arena, &f->base, UINT32_MAX);
	if (f->base.at[t] == UINT32_MAX) {
		term base = term_split(f->z, t, &k);
		f->base.at[t] = base;
	}
	return f->base.at[t];
}

/* The latest that has this base: its number + 1. */
static uint32_t last_of(const struct facts *f, term base)
{
	return base && base < f->last.n ? f->last.at[base] : 0;
}

void facts_keep_offset(struct facts *f, term t)
{
	term base = base_of(f, t);
	uint32_t last = last_of(f, base), n = last;

	if (!base)
		return;
	for (unsigned k = 0; n && k < MOST; k++, n = f->offset.at[n - 1].before)
		if (f->offset.at[n - 1].t == t)
			return;
	while (f->last.n <= base)
		vec_push(f->arena, &f->last, 0);
	vec_push(f->arena, &f->offset, (struct fact_offset){ base, t, last });
	f->last.at[base] = f->offset.n;
}

void facts_drop_offsets(struct facts *f, uint32_t n)
{
	while (f->offset.n > n) {
		struct fact_offset x = f->offset.at[--f->offset.n];
		f->last.at[x.base] = x.before;
	}
}

void facts_offset_bound(struct facts *f, term t, struct bound *b)
{
	uint32_t n = f->offset.n ? last_of(f, base_of(f, t)) : 0;

	for (unsigned k = 0; n && k < MOST; k++, n = f->offset.at[n - 1].before) {
		term s = f->offset.at[n - 1].t;
		uint32_t d = constant_of(f->z, t) - constant_of(f->z, s);
		struct bound c = f->bound.at[s];
		c.lo += d;
		c.hi += d;
		if (c.lo > c.hi)
			continue;
		b->lo = c.lo > b->lo ? c.lo : b->lo;
		b->hi = c.hi < b->hi ? c.hi : b->hi;
	}
}

bool facts_never_in(struct facts *f, term t, uint32_t lo, uint32_t hi)
{
	uint32_t n = f->offset.n ? last_of(f, base_of(f, t)) : 0;

	for (unsigned k = 0; n && k < MOST; k++, n = f->offset.at[n - 1].before) {
		term s = f->offset.at[n - 1].t;
		uint32_t d = constant_of(f->z, t) - constant_of(f->z, s);
		struct bound c = f->bound.at[s];
		/* where s is when t is in there; it may wrap */
		uint32_t from = lo - d, to = hi - d;
		bool below = to < c.lo, above = from > c.hi;
		if (from <= to ? below || above : below && above)
			return true;
	}
	return false;
}

term facts_narrowest(struct facts *f, term t, struct bound *b)
{
	uint32_t n = f->offset.n ? last_of(f, base_of(f, t)) : 0;
	term best = t;

	*b = facts_bound(f, t);
	for (unsigned k = 0; n && k < MOST; k++, n = f->offset.at[n - 1].before) {
		term s = f->offset.at[n - 1].t;
		struct bound c = facts_bound(f, s);
		if (c.hi - c.lo < b->hi - b->lo) {
			*b = c;
			best = s;
		}
	}
	return best;
}
