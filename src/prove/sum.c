/* sum.c - the normaliser: sums.
 *
 * A sum is built in a scratch list of (term, coefficient) and put in order;
 * shifts by constants and products with constants are sums too, so that
 * address arithmetic has one form however it was computed.
 */
#include "prove/term.h"

#include <string.h>

#include "base/compiler.h"

enum { MOST_CHOICES = 32 };	/* of a sum, on the stack */

struct sum {
	uint32_t k;
};

/* Merges m words of (coefficient, term), in order of terms, into the list,
 * which stays so; what cancels is left with coefficient 0. */
static void sum_merge(struct terms *z, const uint32_t *q, uint32_t m,
		      uint32_t coef)
{
	uint32_t i = z->lin.n, j = m, w = i + m, *v;

	z->effort += w / 8;
	for (uint32_t k = 0; k < m; k++)
		vec_push(z->arena, &z->lin, 0);
	v = z->lin.at;
	while (j > 0) {
		uint32_t c = 0, t = q[j - 1];
		if (i > 0 && v[i - 1] >= t) {
			c = v[i - 2];
			t = v[i - 1];
			i -= 2;
		}
		if (t == q[j - 1]) {
			c += coef * q[j - 2];
			j -= 2;
		}
		w -= 2;
		v[w] = c;
		v[w + 1] = t;
	}
	while (w > i) {
		w -= 2;
		v[w] = 0;
	}
}

static void sum_term(struct terms *z, struct sum *s, term t, uint32_t coef)
{
	const struct term_node i = *term_at(z, t);

	if (i.op == TM_CONST) {
		s->k += coef * i.imm;
	} else if (i.op == TM_SUM) {
		s->k += coef * i.imm;
		sum_merge(z, &z->pool.at[i.args], i.n, coef);
	} else {
		sum_merge(z, (uint32_t[]){ 1, t }, 2, coef);
	}
}

/* Drops what cancelled. */
static void sum_order(struct terms *z)
{
	uint32_t n = 0, *v = z->lin.at;

	for (uint32_t i = 0; i < z->lin.n; i += 2)
		if (v[i]) {
			v[n] = v[i];
			v[n + 1] = v[i + 1];
			n += 2;
		}
	z->lin.n = n;
}

/* Bounds of a sum that cannot wrap: all coefficients positive and small. */
static void sum_bounds(const struct terms *z, uint32_t k, uint32_t *lo,
		       uint32_t *hi)
{
	uint64_t l = k, h = k;

	*lo = 0;
	*hi = UINT32_MAX;
	for (uint32_t i = 0; i < z->lin.n; i += 2) {
		const struct term_node *t = term_at(z, z->lin.at[i + 1]);
		l += (uint64_t)z->lin.at[i] * t->lo;
		h += (uint64_t)z->lin.at[i] * t->hi;
		if (h > UINT32_MAX)
			break;
	}
	if (h <= UINT32_MAX) {
		*lo = (uint32_t)l;
		*hi = (uint32_t)h;
		return;
	}
	/* One term, less a constant that it always exceeds. */
	if (z->lin.n == 2 && z->lin.at[0] == 1) {
		const struct term_node *t = term_at(z, z->lin.at[1]);
		if (t->lo >= 0 - k && k) {
			*lo = t->lo + k;
			*hi = t->hi + k;
		}
	}
}

/* x >> k; 0 when t is something else. */
static term quotient_of(const struct terms *z, term t, uint32_t *k)
{
	return term_at(z, t)->op == TM_SHR &&
	       term_is_const(z, term_arg(z, t, 1), k) ? term_arg(z, t, 0) : 0;
}

/* Is t the low k bits of x? */
static bool is_rest_of(const struct terms *z, term t, term x, uint32_t k)
{
	const struct term_node *i = term_at(z, t);
	uint32_t mask;

	return i->op == TM_AND && i->n == 2 && term_arg(z, t, 0) == x &&
	       term_is_const(z, term_arg(z, t, 1), &mask) &&
	       mask == (1u << k) - 1;
}

struct part {
	term x;
	uint32_t low, coef;	/* bits of x that count; how often */
};

/* a * x - a * 2^k * (x >> k) is a times the low bits of x, and the low bits
 * with 2^k * (x >> k) are x.  Takes the two out of the list. */
static bool sum_parts(struct terms *z, struct part *p)
{
	uint32_t *v = z->lin.at, k;

	for (uint32_t i = 0; i < z->lin.n; i += 2) {
		term x = quotient_of(z, v[i + 1], &k);
		for (uint32_t j = 0; x && k < 32 && j < z->lin.n; j += 2) {
			bool whole = v[j + 1] == x &&
				     v[i] == 0 - (v[j] << k);
			if (!whole && !(v[i] == v[j] << k &&
					is_rest_of(z, v[j + 1], x, k)))
				continue;
			*p = (struct part){ .x = x, .coef = v[j], .low = whole ?
					    (1u << k) - 1 : UINT32_MAX };
			v[i] = v[j] = 0;
			return true;
		}
	}
	return false;
}

static bool const_arms(const struct terms *z, term t, uint32_t *a, uint32_t *b)
{
	return term_at(z, t)->op == TM_ITE &&
	       term_is_const(z, term_arg(z, t, 1), a) &&
	       term_is_const(z, term_arg(z, t, 2), b);
}

/* Which way a choice of 1 or 0 goes: 1 where its condition holds, or where not. */
enum way { NEITHER, HOLDS, HOLDS_NOT };

static enum way way_of(const struct terms *z, term t)
{
	uint32_t a, b;

	if (!const_arms(z, t, &a, &b))
		return NEITHER;
	return a == 1 && b == 0 ? HOLDS : a == 0 && b == 1 ? HOLDS_NOT : NEITHER;
}

/* *coef * *t of a choice between constants, as a constant, which is left, and so
 * many times 1 or 0. */
static uint32_t take_choice(struct terms *z, uint32_t *coef, term *t,
			    enum way way)
{
	term c = term_arg(z, *t, 0);
	uint32_t a = term_at(z, term_arg(z, *t, 1))->imm;
	uint32_t b = term_at(z, term_arg(z, *t, 2))->imm;
	uint32_t least = *coef * (way == HOLDS ? b : a);

	*coef *= way == HOLDS ? a - b : b - a;
	*t = term_ite(z, c, term_const(z, way == HOLDS),
		      term_const(z, way != HOLDS));
	return least;
}

/* Takes the list apart and puts it together again, choices as 1 where they hold
 * or, where that would be a negative number of times, as 1 where they do not. */
static void choices_as(struct terms *z, struct sum *s, bool negative)
{
	uint32_t n = z->lin.n, few[2 * MOST_CHOICES], *v = few, a, b;

	if (n > ARRAY_LEN(few))
		v = arena_array(z->arena, uint32_t, n);
	memcpy(v, z->lin.at, n * sizeof *v);
	/* what makes terms uses the list */
	for (uint32_t i = 0; i < n; i += 2)
		if (const_arms(z, v[i + 1], &a, &b) &&
		    (!negative || v[i] > 0x80000000u))
			s->k += take_choice(z, &v[i], &v[i + 1],
					    negative ? HOLDS_NOT : HOLDS);
	z->lin.n = 0;
	for (uint32_t i = 0; i < n; i += 2)
		sum_term(z, s, v[i + 1], v[i]);
	sum_order(z);
}

static bool in_sum(const struct terms *z, term t)
{
	uint32_t lo = 0, hi = z->lin.n / 2;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		if (z->lin.at[2 * mid + 1] == t)
			return true;
		if (z->lin.at[2 * mid + 1] < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Is the same condition there the other way, too? */
static bool both_ways(const struct terms *z, term t)
{
	const term arg[3] = { term_arg(z, t, 0), term_arg(z, t, 2),
			      term_arg(z, t, 1) };
	const struct term_shape s = { TM_ITE, SORT_WORD, 0, 0, 0 };
	term other = term_find(z, &s, arg, 3);

	return other && in_sum(z, other);
}

/* Of choices between constants what they have in common is the sum's, and each is
 * 1 or 0 a positive number of times: so it is however the sum came about. */
static void sum_choices(struct terms *z, struct sum *s)
{
	bool any = false;
	uint32_t a, b;

	for (uint32_t i = 0; !any && i < z->lin.n; i += 2) {
		term t = z->lin.at[i + 1];
		enum way way = way_of(z, t);
		if (way == HOLDS)
			any = z->lin.at[i] > 0x80000000u;
		else if (way == HOLDS_NOT)
			any = z->lin.at[i] >= 0x80000000u || both_ways(z, t);
		else
			any = const_arms(z, t, &a, &b);
	}
	if (!any)
		return;
	choices_as(z, s, false);
	choices_as(z, s, true);
}

/* x of t = x but for bits that coef * t does not depend on; 0 when t is not so. */
static term without_mask(const struct terms *z, term t, uint32_t coef)
{
	const struct term_node *i = term_at(z, t);
	uint32_t mask = 0, counts = UINT32_MAX >> __builtin_ctz(coef);

	if (i->op == TM_SEXT)
		mask = UINT32_MAX >> (32 - i->imm);
	else if (i->op != TM_AND || i->n != 2 ||
		 !term_is_const(z, term_arg(z, t, 1), &mask))
		return 0;
	return (mask & counts) == counts ? term_arg(z, t, 0) : 0;
}

/* Modulo 2^32 the high bits of what is multiplied by a power of two do not
 * count: nor do masks of these. */
static void sum_masks(struct terms *z, struct sum *s)
{
	for (uint32_t i = 0; i < z->lin.n; i += 2) {
		uint32_t coef = z->lin.at[i];
		term x = coef & 1 ? 0 : without_mask(z, z->lin.at[i + 1], coef);
		if (!x)
			continue;
		z->lin.at[i] = 0;
		sum_order(z);
		sum_term(z, s, x, coef);
		sum_order(z);
		i = UINT32_MAX - 1;	/* from the first again */
	}
}

static term sum_done(struct terms *z, struct sum s)
{
	struct term_shape shape = { TM_SUM, SORT_WORD, 0, 0, UINT32_MAX };
	struct part p;
	uint32_t a, b;

	sum_order(z);
	sum_masks(z, &s);
	if (z->lin.n > 2 && sum_parts(z, &p)) {
		term rest = sum_done(z, s);
		return term_mul_add(z, term_andk(z, p.x, p.low), p.coef, rest);
	}
	if (z->lin.n > 2)
		sum_choices(z, &s);
	if (z->lin.n == 0)
		return term_const(z, s.k);
	uint32_t coef = z->lin.at[0], only = z->lin.at[1];
	/* the complement of x ^ a, which is x ^ ~a */
	if (z->lin.n == 2 && coef == UINT32_MAX && s.k == UINT32_MAX &&
	    term_at(z, only)->op == TM_XOR &&
	    term_is_const(z, term_arg(z, only, term_at(z, only)->n - 1u), &a))
		return term_bits(z, TM_XOR, only, term_const(z, UINT32_MAX));
	if (z->lin.n == 2 && coef == 1 && s.k == 0)
		return only;
	if (z->lin.n == 2 && const_arms(z, only, &a, &b))
		return term_ite(z, term_arg(z, only, 0),
				term_const(z, coef * a + s.k),
				term_const(z, coef * b + s.k));
	shape.imm = s.k;
	sum_bounds(z, s.k, &shape.lo, &shape.hi);
	uint32_t n = z->lin.n;
	uint32_t few[16], *copy = few;
	if (n > ARRAY_LEN(few))
		copy = arena_array(z->arena, uint32_t, n);
	memcpy(copy, z->lin.at, n * sizeof *copy);
	return term_make(z, &shape, copy, n);
}

term term_mul_add(struct terms *z, term x, uint32_t k, term y)
{
	struct sum s = { 0 };

	z->lin.n = 0;
	sum_term(z, &s, y, 1);
	sum_term(z, &s, x, k);
	return sum_done(z, s);
}

term term_sum(struct terms *z, uint32_t k, const uint32_t *part, uint32_t n)
{
	struct sum s = { .k = k };

	z->lin.n = 0;
	for (uint32_t i = 0; i < n; i += 2)
		sum_term(z, &s, part[i + 1], part[i]);
	return sum_done(z, s);
}

uint32_t term_factors(const struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);
	uint32_t all = i->imm;

	if (i->op != TM_SUM)
		return UINT32_MAX;
	for (unsigned k = 0; k < i->n; k += 2)
		all |= z->pool.at[i->args + k];
	return all;
}

term term_divided(struct terms *z, term t, uint32_t k)
{
	const struct term_node i = *term_at(z, t);
	int32_t by = (int32_t)k;
	uint32_t c;

	if (by == 1)
		return t;
	if (by == -1)
		return term_sub(z, term_const(z, 0), t);
	if (term_is_const(z, t, &c))
		return (int32_t)c % by ? 0 : term_const(z,
				(uint32_t)((int32_t)c / by));
	if (i.op != TM_SUM || (int32_t)i.imm % by)
		return 0;
	term r = term_const(z, (uint32_t)((int32_t)i.imm / by));
	for (unsigned n = 0; n < i.n; n += 2) {
		int32_t coef = (int32_t)z->pool.at[i.args + n];
		if (coef % by)
			return 0;
		r = term_mul_add(z, z->pool.at[i.args + n + 1],
				 (uint32_t)(coef / by), r);
	}
	return r;
}

term term_add(struct terms *z, term x, term y)
{
	return term_mul_add(z, x, 1, y);
}

term term_sub(struct terms *z, term x, term y)
{
	return term_mul_add(z, y, UINT32_MAX, x);
}

term term_addk(struct terms *z, term x, uint32_t k)
{
	return k ? term_mul_add(z, x, 1, term_const(z, k)) : x;
}

term term_not(struct terms *z, term x)
{
	return term_mul_add(z, x, UINT32_MAX, term_const(z, UINT32_MAX));
}

term term_split(struct terms *z, term t, uint32_t *k)
{
	const struct term_node *i = term_at(z, t);

	*k = 0;
	if (i->op == TM_CONST) {
		*k = i->imm;
		return 0;
	}
	if (i->op != TM_SUM || !i->imm)
		return t;
	*k = i->imm;
	return term_addk(z, t, 0 - i->imm);
}

/* c of t = c ? 1 : 0; 0 when t is not so. */
static term truth_of(const struct terms *z, term t)
{
	return way_of(z, t) == HOLDS ? term_arg(z, t, 0) : 0;
}

term term_mul(struct terms *z, term x, term y)
{
	term c = truth_of(z, y), d = c ? 0 : truth_of(z, x);
	uint32_t k;

	if (c || d)
		return term_ite(z, c ? c : d, c ? x : y, term_const(z, 0));

	if (term_is_const(z, x, &k))
		return term_mul_add(z, y, k, term_const(z, 0));
	if (term_is_const(z, y, &k))
		return term_mul_add(z, x, k, term_const(z, 0));
	return term_arith(z, TM_MUL, x, y);
}
