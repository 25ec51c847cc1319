/* order.c - unsigned order that follows from several literals.
 *
 * a <= b when it is known, or a < b + 1 is; when bounds say so, also of b - a;
 * when b - a <= b is known (for a <= b and b - a <= b say the same); when
 * b = s - x with a <= s and x <= s - a known; when a <= y is a literal and
 * y <= b follows; when a = x + c * y, y <= d is a literal, c * d does not wrap,
 * c * d <= b and x <= b - c * d; and against quotients by powers of two.  A
 * literal p < q also says ~q < ~p.
 */
#include "prove/facts.h"

enum { DEEP = 3, MOST = 120 };

/* What an upper bound d of some term is wanted for: d <= b, or with a rest,
 * rest + coef * d <= b. */
struct goal {
	term b, rest;
	uint32_t coef;
	unsigned depth;
};

/* What is to be bounded, and its complement. */
struct low {
	term t, not;
};

static bool at_most(struct facts *f, term a, term b, unsigned depth);

static bool reached(struct facts *f, const struct goal *g, term d)
{
	struct terms *z = f->z;

	if (!g->rest)
		return at_most(f, d, g->b, g->depth);
	if ((uint64_t)facts_bound(f, d).hi * g->coef > UINT32_MAX)
		return false;
	term most = term_mul_add(z, d, g->coef, term_const(z, 0));
	return at_most(f, most, g->b, g->depth) &&
	       at_most(f, g->rest, term_sub(z, g->b, most), g->depth);
}

/* Does c give an upper bound of a that reaches the goal? */
static bool through(struct facts *f, term c, const struct low *a,
		    const struct goal *g)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, c);
	bool holds = i.op != TM_BNOT;

	for (unsigned k = 0; i.op == TM_BAND && k < i.n; k++)
		if (through(f, z->pool.at[i.args + k], a, g))
			return true;
	if (!holds)
		c = term_arg(z, c, 0);
	if (term_at(z, c)->op != TM_ULT)
		return false;
	term low = term_arg(z, c, holds ? 0 : 1);
	term high = term_arg(z, c, holds ? 1 : 0);
	return low == a->t ? reached(f, g, high) :
	       high == a->not && reached(f, g, term_not(z, low));
}

static bool any(struct facts *f, term t, const struct goal *g)
{
	uint32_t first = f->literal.n > MOST ? f->literal.n - MOST : 0;
	const struct low a = { t, term_not(f->z, t) };

	for (uint32_t k = f->literal.n; k-- > first;)
		if (through(f, f->literal.at[k], &a, g))
			return true;
	return false;
}

/* b = s - x */
static bool fits(struct facts *f, term a, term b)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, b);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		if (z->pool.at[i.args + k] != UINT32_MAX)
			continue;
		term x = z->pool.at[i.args + k + 1], s = term_add(z, b, x);
		if (facts_known(f, term_ult(z, s, a)) == 0 &&
		    facts_known(f, term_ult(z, term_sub(z, s, a), x)) == 0)
			return true;
	}
	return false;
}

/* The same by the greatest that y may be, of a b that is always as much. */
static bool bound_fits(struct facts *f, term y, const struct goal *g)
{
	struct terms *z = f->z;
	uint64_t most = (uint64_t)facts_bound(f, y).hi * g->coef;

	return most <= facts_bound(f, g->b).lo &&
	       at_most(f, g->rest, term_addk(z, g->b, 0 - (uint32_t)most),
		       g->depth);
}

/* a = x + c * y */
static bool part_fits(struct facts *f, term a, term b, unsigned depth)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, a);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		uint32_t coef = z->pool.at[i.args + k];
		term y = z->pool.at[i.args + k + 1];
		struct goal g = { b, term_mul_add(z, y, 0 - coef, a), coef,
				  depth };
		if (coef < 0x10000 && (bound_fits(f, y, &g) || any(f, y, &g)))
			return true;
	}
	return false;
}

/* b = a + something, without wrapping */
static bool sum_fits(struct facts *f, term a, term b)
{
	struct bound d = facts_bound(f, term_sub(f->z, b, a));

	return d.hi <= UINT32_MAX - facts_bound(f, a).hi;
}

/* x of t = (x >> k) - c with c not negative; 0 when t is not so. */
static term quotient_less(struct terms *z, term t, uint32_t *k, uint32_t *c)
{
	term q = term_split(z, t, c);

	*c = 0 - *c;
	return q && *c < 0x80000000u && term_at(z, q)->op == TM_SHR &&
	       term_is_const(z, term_arg(z, q, 1), k) && *k < 31 ?
	       term_arg(z, q, 0) : 0;
}

/* a <= (x >> k) - c when (a + c) * 2^k <= x, and x >> k <= b when
 * x <= b * 2^k + 2^k - 1, where that does not wrap. */
static bool scaled(struct facts *f, term a, term b, unsigned depth)
{
	struct terms *z = f->z;
	uint32_t k, c;
	term x = quotient_less(z, b, &k, &c);

	if (x && (uint64_t)facts_bound(f, a).hi + c <= UINT32_MAX >> k)
		return at_most(f, term_shiftk(z, TM_SHL, term_addk(z, a, c), k),
			       x, depth);
	x = quotient_less(z, a, &k, &c);
	return x && c == 0 && facts_bound(f, b).hi <= UINT32_MAX >> k &&
	       at_most(f, x, term_addk(z, term_shiftk(z, TM_SHL, b, k),
				       (1u << k) - 1), depth);
}

static bool at_most(struct facts *f, term a, term b, unsigned depth)
{
	struct terms *z = f->z;

	if (a == b || sum_fits(f, a, b) ||
	    facts_bound(f, a).hi <= facts_bound(f, b).lo ||
	    facts_known(f, term_ult(z, b, a)) == 0 ||
	    facts_known(f, term_ult(z, a, term_addk(z, b, 1))) == 1 ||
	    facts_known(f, term_ult(z, b, term_sub(z, b, a))) == 0 ||
	    fits(f, a, b))
		return true;
	if (depth == 0)
		return false;
	struct goal g = { b, 0, 1, depth - 1 };
	return any(f, a, &g) || part_fits(f, a, b, depth - 1) ||
	       scaled(f, a, b, depth - 1);
}

bool facts_at_most(struct facts *f, term a, term b)
{
	struct terms *z = f->z;

	return at_most(f, a, b, DEEP) ||
	       at_most(f, term_not(z, b), term_not(z, a), DEEP);
}
