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

/* t without its constant, as parts of a sum. */
struct base {
	const uint32_t *part;		/* coefficient, term */
	uint32_t n;
	uint32_t alone[2];
};

static void base_of(const struct terms *z, term t, struct base *b)
{
	const struct term_node *i = term_at(z, t);

	b->part = b->alone;
	b->n = i->op == TM_CONST ? 0 : 2;
	b->alone[0] = 1;
	b->alone[1] = t;
	if (i->op == TM_SUM) {
		b->part = &z->pool.at[i->args];
		b->n = i->n;
	}
}

static uint64_t hash_base(const struct base *b)
{
	uint64_t h = b->n;

	for (uint32_t k = 0; k < b->n; k++)
		h = hash_mix(h ^ b->part[k]);
	return h;
}

static bool same_base(const struct terms *z, const struct base *b, term t)
{
	struct base c;

	base_of(z, t, &c);
	return b->n == c.n && !memcmp(b->part, c.part, b->n * sizeof *b->part);
}

/* The latest that may have this base: its number + 1. */
static uint32_t last_of(const struct facts *f, const struct base *b)
{
	uint32_t *n = f->offset.n && b->n ? map_get(&f->last, hash_base(b))
					  : NULL;

	return n ? *n : 0;
}

void facts_keep_offset(struct facts *f, term t)
{
	struct base b;

	base_of(f->z, t, &b);
	uint32_t last = last_of(f, &b), n = last;
	if (!b.n)
		return;
	for (unsigned k = 0; n && k < MOST; k++, n = f->offset.at[n - 1].before)
		if (f->offset.at[n - 1].t == t)
			return;
	uint64_t hash = hash_base(&b);
	vec_push(f->arena, &f->offset, (struct fact_offset){ hash, t, last });
	*map_put(&f->last, hash) = f->offset.n;
}

void facts_drop_offsets(struct facts *f, uint32_t n)
{
	while (f->offset.n > n) {
		struct fact_offset x = f->offset.at[--f->offset.n];
		*map_put(&f->last, x.hash) = x.before;
	}
}

/* One after another: those of t's base. */
struct each {
	struct base b;
	uint32_t n;
	unsigned left;
};

static void begin(const struct facts *f, struct each *e, term t)
{
	base_of(f->z, t, &e->b);
	e->n = last_of(f, &e->b);
	e->left = MOST;
}

/* 0: no more. */
static term next(const struct facts *f, struct each *e)
{
	while (e->n && e->left-- > 0) {
		term s = f->offset.at[e->n - 1].t;
		e->n = f->offset.at[e->n - 1].before;
		if (same_base(f->z, &e->b, s))
			return s;
	}
	return 0;
}

void facts_offset_bound(struct facts *f, term t, struct bound *b)
{
	struct each e;

	begin(f, &e, t);
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
	struct each e;

	begin(f, &e, t);
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
	struct each e;
	term best = t;

	*b = facts_bound(f, t);
	begin(f, &e, t);
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
