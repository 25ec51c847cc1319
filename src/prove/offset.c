/* offset.c - bounds of a term by those of it and a constant.
 *
 * What x + 5 may be says what x + 9 may be, also where x + 5 wraps and x alone
 * has no bounds: intervals modulo 2^32.  Terms that were narrowed are kept by
 * what they are without their constant.
 */
#include "prove/facts.h"

#include <string.h>

enum { MOST = 24 };	/* of the latest that are looked at */

static uint32_t constant_of(const struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);

	return i->op == TM_SUM ? i->imm : 0;
}

/* Do two sums differ in their constant at most? */
static bool same_parts(const struct terms *z, const struct term_node *i,
		       const struct term_node *j)
{
	return i->n == j->n && !memcmp(&z->pool.at[i->args],
				       &z->pool.at[j->args],
				       i->n * sizeof *z->pool.at);
}

/* The first sum that was asked about of those with the same parts. */
static term first_of(struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);
	uint64_t hash = i->n;

	for (uint32_t k = 0; k < i->n; k++)
		hash = hash_mix(hash ^ z->pool.at[i->args + k]);
	uint32_t *first = map_put(&z->first_of, hash);
	while (*first && !same_parts(z, i, term_at(z, *first)))
		first = map_put(&z->first_of, hash = hash_mix(hash + 1));
	if (!*first)
		*first = t;
	return *first;
}

/* One of the terms that differ from t in their constant alone, always the same; 0 of
 * a constant. */
static term base_of(struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);

	if (i->base || i->op == TM_CONST)
		return i->base;
	const bool alone = i->op == TM_SUM && i->n == 2 &&
			   z->pool.at[i->args] == 1;
	const term base = i->op != TM_SUM ? t :
			  alone ? z->pool.at[i->args + 1] : first_of(z, t);
	return z->nodes.at[t].base = base;
}

/* The latest of this base: its number + 1. */
static uint32_t last_of(const struct facts *f, term base)
{
	return base && base < f->last.n ? f->last.at[base] : 0;
}

void facts_keep_offset(struct facts *f, term t)
{
	const term base = base_of(f->z, t);
	const uint32_t last = last_of(f, base);
	uint32_t n = last;

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

/* One after another: those of t's base. */
struct each {
	uint32_t n;
	unsigned left;
};

static struct each begin(const struct facts *f, term t)
{
	return (struct each){ last_of(f, base_of(f->z, t)), MOST };
}

/* 0: no more. */
static term next(const struct facts *f, struct each *e)
{
	if (!e->n || e->left-- == 0)
		return 0;
	const struct fact_offset *x = &f->offset.at[e->n - 1];
	e->n = x->before;
	return x->t;
}

void facts_offset_bound(struct facts *f, term t, struct bound *b)
{
	struct each e = begin(f, t);

	for (term s; (s = next(f, &e));) {
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
	struct each e = begin(f, t);

	for (term s; (s = next(f, &e));) {
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
	term best = t;

	*b = facts_bound(f, t);
	struct each e = begin(f, t);
	for (term s; (s = next(f, &e));) {
		struct bound c = f->bound.at[s];
		if (c.hi - c.lo < b->hi - b->lo) {
			*b = c;
			best = s;
		}
	}
	/* others may say more of it than was said of itself */
	*b = facts_bound(f, best);
	return best;
}
