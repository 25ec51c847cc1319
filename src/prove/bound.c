/* bound.c - unsigned bounds of terms on a path.
 *
 * Bounds of a term are those that hold always (term_node), narrowed by the
 * literals that compare it with constants, and by those of its parts.
 */
#include "prove/facts.h"

enum { DEEP = 40, MOST = 400 };

void facts_room(struct facts *f, term t)
{
	while (f->truth.n <= t) {
		const struct term_node *i = term_at(f->z, f->truth.n);
		vec_push(f->arena, &f->truth, 0);
		vec_push(f->arena, &f->bound, (struct bound){ i->lo, i->hi });
	}
}

/* --- of a term ------------------------------------------------------------------- */

static struct bound bound_at(struct facts *f, term t, unsigned depth);

/* x and k of t = x / k, or x >> k; 0 when it is neither, or k is not known. */
static term dividend(const struct terms *z, term t, uint32_t *k)
{
	const struct term_node *i = term_at(z, t);

	if ((i->op != TM_UDIV && i->op != TM_SHR) ||
	    !term_is_const(z, term_arg(z, t, 1), k))
		return 0;
	if (i->op == TM_SHR)
		*k = *k < 31 ? 1u << *k : 0;
	return *k ? term_arg(z, t, 0) : 0;
}

/* m * (x - k * (x / k)) + rest: m times a remainder, and the rest. */
static bool bound_rest(struct facts *f, term t, unsigned depth,
		       struct bound *out)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, t);
	uint32_t k;

	for (unsigned n = 0; n < i.n; n += 2) {
		uint32_t coef = 0 - z->pool.at[i.args + n];
		term q = z->pool.at[i.args + n + 1], x = dividend(z, q, &k);
		if (!x || coef % k || coef > 0x7fffffffu)
			continue;
		uint32_t m = coef / k;
		term rest = term_mul_add(z, x, 0 - m, term_mul_add(z, q, coef,
								   t));
		struct bound b = bound_at(f, rest, depth + 8);
		uint64_t hi = b.hi + (uint64_t)m * (k - 1);
		if (hi > UINT32_MAX)
			continue;
		*out = (struct bound){ b.lo, (uint32_t)hi };
		return true;
	}
	return false;
}

/* A sum whose terms do not wrap. */
static bool bound_terms(struct facts *f, term t, unsigned depth,
			struct bound *out)
{
	const struct term_node i = *term_at(f->z, t);
	uint64_t lo = 0, hi = 0;

	for (unsigned k = 0; k < i.n; k += 2) {
		uint32_t coef = f->z->pool.at[i.args + k];
		struct bound b = bound_at(f, f->z->pool.at[i.args + k + 1],
					  depth + 1);
		uint32_t less = 0 - coef;
		if (i.n == 2 && (uint64_t)less * b.hi <= i.imm) {
			*out = (struct bound){ i.imm - less * b.hi,
					       i.imm - less * b.lo };
			return true;
		}
		lo += (uint64_t)coef * b.lo;
		hi += (uint64_t)coef * b.hi;
		if (hi > UINT32_MAX)
			return false;
	}
	/* the constant adds, or takes away from what is always more */
	if (hi + i.imm > UINT32_MAX && lo + i.imm <= UINT32_MAX)
		return false;
	*out = (struct bound){ (uint32_t)lo + i.imm, (uint32_t)hi + i.imm };
	return true;
}

/* What is known of a sum as one, where the constant beside it wraps never, or
 * always. */
static struct bound bound_beside(struct facts *f, term t, struct bound b)
{
	const struct term_node i = *term_at(f->z, t);
	uint32_t k;

	if (i.n < 4 || !i.imm)
		return b;
	term base = term_split(f->z, t, &k);
	facts_room(f, base);
	struct bound c = f->bound.at[base];
	if ((uint64_t)c.hi + k > UINT32_MAX &&
	    (uint64_t)c.lo + k <= UINT32_MAX)
		return b;
	return (struct bound){ c.lo + k > b.lo ? c.lo + k : b.lo,
			       c.hi + k < b.hi ? c.hi + k : b.hi };
}

static struct bound bound_sum(struct facts *f, term t, unsigned depth)
{
	struct bound b;

	if (!bound_terms(f, t, depth, &b) && !bound_rest(f, t, depth, &b))
		b = (struct bound){ 0, UINT32_MAX };
	return bound_beside(f, t, b);
}

/* An arm of a choice by order: where a < b, or b <= a, of a and of b that says more. */
static struct bound bound_arm(struct facts *f, term t, bool way, unsigned depth)
{
	struct terms *z = f->z;
	term c = term_arg(z, t, 0), arm = term_arg(z, t, way ? 1 : 2);
	struct bound b = bound_at(f, arm, depth), o;

	if (term_at(z, c)->op != TM_ULT)
		return b;
	term low = term_arg(z, c, !way), high = term_arg(z, c, way);
	if (arm == low) {
		o = bound_at(f, high, depth);
		b.hi = o.hi - way < b.hi ? o.hi - way : b.hi;
	} else if (arm == high) {
		o = bound_at(f, low, depth);
		b.lo = o.lo + way > b.lo ? o.lo + way : b.lo;
	}
	return b;
}

static struct bound bound_ite(struct facts *f, term t, unsigned depth)
{
	/* what follows from order asks for bounds in turn */
	int d = facts_known(f, term_arg(f->z, t, 0));
	struct bound x, y;

	if (d >= 0)
		return bound_at(f, term_arg(f->z, t, d ? 1 : 2), depth + 1);
	x = bound_arm(f, t, true, depth + 1);
	y = bound_arm(f, t, false, depth + 1);
	return (struct bound){ x.lo < y.lo ? x.lo : y.lo,
			       x.hi > y.hi ? x.hi : y.hi };
}

static struct bound bound_at(struct facts *f, term t, unsigned depth)
{
	const struct term_node i = *term_at(f->z, t);
	struct bound b, c;
	uint32_t k;

	facts_room(f, t);
	b = f->bound.at[t];
	if (depth > DEEP || i.sort != SORT_WORD || f->left == 0)
		return b;
	f->left--;
	facts_offset_bound(f, t, &b);
	switch (i.op) {
	case TM_SUM:
		c = bound_sum(f, t, depth);
		break;
	case TM_ITE:
		c = bound_ite(f, t, depth);
		break;
	case TM_AND:
		c = bound_at(f, term_arg(f->z, t, 0), depth + 1);
		c.lo = 0;
		break;
	case TM_SHR:
		if (!term_is_const(f->z, term_arg(f->z, t, 1), &k))
			return b;
		c = bound_at(f, term_arg(f->z, t, 0), depth + 1);
		c.lo >>= k;
		c.hi >>= k;
		break;
	default:
		return b;
	}
	if (c.lo > b.lo)
		b.lo = c.lo;
	if (c.hi < b.hi)
		b.hi = c.hi;
	return b;
}

/* Conditions of choices ask for bounds in turn: all of them together look at no
 * more than MOST terms, for parts that are shared are looked at each time. */
struct bound facts_bound(struct facts *f, term t)
{
	bool first = !f->asked;

	if (first) {
		f->asked = true;
		f->left = MOST;
	}
	struct bound b = bound_at(f, t, 0);
	if (first) {
		f->asked = false;
		f->z->effort += (MOST - f->left) / 8;
	}
	return b;
}

/* --- narrowing ------------------------------------------------------------------- */

/* t = imm + coef * x within b, where that does not wrap: bounds of x. */
static void narrow_product(struct facts *f, term t, struct bound b)
{
	const struct term_node i = *term_at(f->z, t);

	if (i.op != TM_SUM || i.n != 2)
		return;
	uint64_t coef = f->z->pool.at[i.args], k = i.imm;
	term x = f->z->pool.at[i.args + 1];
	struct bound r = facts_bound(f, x);
	if (coef > 1 && k + coef * r.hi <= UINT32_MAX) {
		if (b.hi < k)
			f->contradiction = true;
		else
			facts_narrow(f, x, b.lo <= k ? 0 : (uint32_t)
			       ((b.lo - k + coef - 1) / coef),
			       (uint32_t)((b.hi - k) / coef));
	} else if (coef > 0x80000000u) {
		coef = (uint32_t)(0 - coef);
		uint32_t lo = i.imm - b.hi, hi = i.imm - b.lo;
		if (coef == 1 && lo <= hi)
			facts_narrow(f, x, lo, hi);	/* x is imm - t */
		if (coef * r.hi > k)
			return;
		if (b.lo > k)
			f->contradiction = true;
		else
			facts_narrow(f, x, b.hi >= k ? 0 : (uint32_t)
			       ((k - b.hi + coef - 1) / coef),
			       (uint32_t)((k - b.lo) / coef));
	}
}

/* t = x >> k within b: bounds of x. */
static void narrow_quotient(struct facts *f, term t, struct bound b)
{
	uint32_t k;

	if (term_at(f->z, t)->op != TM_SHR ||
	    !term_is_const(f->z, term_arg(f->z, t, 1), &k) || k > 31 ||
	    b.hi > UINT32_MAX >> k)
		return;
	facts_narrow(f, term_arg(f->z, t, 0), b.lo << k, b.hi << k | ((1u << k) - 1));
}

void facts_narrow(struct facts *f, term t, uint32_t lo, uint32_t hi)
{
	uint32_t k;

	facts_room(f, t);
	struct bound have = facts_bound(f, t), b = have;
	if (lo > b.lo)
		b.lo = lo;
	if (hi < b.hi)
		b.hi = hi;
	if (b.lo > b.hi) {
		f->contradiction = true;
		return;
	}
	if (b.lo == f->bound.at[t].lo && b.hi == f->bound.at[t].hi)
		return;
	vec_push(f->arena, &f->undo, (struct fact_undo){ t, false,
							 f->bound.at[t] });
	f->bound.at[t] = b;
	facts_keep_offset(f, t);
	if (facts_never_in(f, t, b.lo, b.hi)) {
		f->contradiction = true;
		return;
	}
	/* x + k within [lo, hi]: x within [lo - k, hi - k]; where that wraps, on the
	 * one side of it that x may be on */
	term base = term_split(f->z, t, &k);
	if (base && base != t) {
		struct bound c = facts_bound(f, base);
		bool wraps = b.lo - k > b.hi - k;
		if (!wraps || c.hi < b.lo - k || c.lo > b.hi - k)
			facts_narrow(f, base,
				     wraps && c.hi < b.lo - k ? 0 : b.lo - k,
				     wraps && c.lo > b.hi - k ? UINT32_MAX
							      : b.hi - k);
	}
	narrow_product(f, t, b);
	narrow_quotient(f, t, b);
}
