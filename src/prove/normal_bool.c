/* normal_bool.c - the normaliser: conditions and choices. */
#include "prove/term.h"

enum { MOST = 64 };

static bool const_arms(const struct terms *z, term t, uint32_t *a, uint32_t *b)
{
	return term_at(z, t)->op == TM_ITE &&
	       term_is_const(z, term_arg(z, t, 1), a) &&
	       term_is_const(z, term_arg(z, t, 2), b);
}

/* c when p and not q, ...: a choice between two truths. */
static term choose(struct terms *z, term c, bool p, bool q)
{
	if (p == q)
		return p ? z->yes : z->no;
	return p ? c : term_bnot(z, c);
}

static term make_bool(struct terms *z, enum term_op op, const term *arg,
		      unsigned n)
{
	return term_make(z, &(struct term_shape){ op, SORT_BOOL, 0, 0, 0 },
			 arg, n);
}

/* --- equality -------------------------------------------------------------------- */

/* 1 / k modulo 2^32, for odd k. */
static uint32_t inverse(uint32_t k)
{
	uint32_t x = k;

	for (unsigned i = 0; i < 5; i++)
		x *= 2 - k * x;
	return x;
}

static term eq0(struct terms *z, term d);

static term all_zero(struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);
	term c = z->yes;

	for (unsigned k = 0; k < i.n; k++)
		c = term_band(z, c, eq0(z, z->pool.at[i.args + k]));
	return c;
}

/* The sum or its negation, so that x - y and y - x are one. */
static term turned(struct terms *z, term d)
{
	const struct term_node *i = term_at(z, d);
	uint32_t first = term_arg(z, d, 0);

	if (i->n == 2 && (first & 1) && first != 1)
		return term_mul_add(z, d, inverse(first), term_const(z, 0));
	if (first > 0x80000000u)
		return term_mul_add(z, d, UINT32_MAX, term_const(z, 0));
	return d;
}

/* The quotient of x by y, and y, have the sign bit in common and no other only
 * when it has wrapped: x is the least number and y is -1.  Lemma: tried for
 * all operands of up to 11 bits (tests/unit/prove_lemma_test.c). */
static term wrapped_quotient(struct terms *z, term t)
{
	if (term_at(z, t)->op != TM_AND || term_at(z, t)->n != 2)
		return 0;
	for (unsigned k = 0; k < 2; k++) {
		term q = term_arg(z, t, k), y = term_arg(z, t, 1 - k);
		if (term_at(z, q)->op == TM_SDIV && term_arg(z, q, 1) == y)
			return term_band(z, term_eq(z, term_arg(z, q, 0),
					term_const(z, 0x80000000u)),
					term_eq(z, y, term_const(z,
							UINT32_MAX)));
	}
	return 0;
}

enum { MANY = 16 };

/* Of 2^k * t, a sum, k: by how often its parts are there. */
static unsigned power_of(const struct terms *z, term t)
{
	const uint32_t all = term_factors(z, t);
	unsigned k = 0;

	while (k < 31 && !(all >> k & 1))
		k++;
	return k;
}

/* Of a multiple of 2^k only the bits count that stay: a test of the lowest bits,
 * as a shift makes it.  0: k is small, and the multiple better known as one.
 * Lemma: tests/unit/prove_lemma_test.c. */
static term low_bits(struct terms *z, term d)
{
	unsigned k = power_of(z, d);

	return k < MANY ? 0 : term_andk(z, term_divided(z, d, 1u << k),
					UINT32_MAX >> k);
}

/* x of t = x & 1; 0 when t is not so. */
static term bit_of(const struct terms *z, term t)
{
	uint32_t k;

	return term_at(z, t)->op == TM_AND && term_at(z, t)->n == 2 &&
	       term_is_const(z, term_arg(z, t, 1), &k) && k == 1
		       ? term_arg(z, t, 0) : 0;
}

/* Two lowest bits are equal where the lowest bit of x ^ y is 0; 0 when d is not
 * their difference. */
static term bits_differ(struct terms *z, term d)
{
	const struct term_node i = *term_at(z, d);

	if (i.op != TM_SUM || i.n != 4 || i.imm ||
	    term_arg(z, d, 0) + term_arg(z, d, 2) != 0 ||
	    (term_arg(z, d, 0) != 1 && term_arg(z, d, 2) != 1))
		return 0;
	term x = bit_of(z, term_arg(z, d, 1)), y = bit_of(z, term_arg(z, d, 3));
	return x && y ? term_andk(z, term_bits(z, TM_XOR, x, y), 1) : 0;
}

/* x and n of t = x >> n; 0 when t is not so. */
static term quotient_of(const struct terms *z, term t, uint32_t *n)
{
	return term_at(z, t)->op == TM_SHR &&
	       term_is_const(z, term_arg(z, t, 1), n) && *n < 32 ?
	       term_arg(z, t, 0) : 0;
}

static term ult_const(struct terms *z, term x, uint32_t k);

/* d = 0 */
static term eq0(struct terms *z, term d)
{
	uint32_t a, b;

	if (term_is_const(z, d, &a))
		return a ? z->no : z->yes;
	if (const_arms(z, d, &a, &b))
		return choose(z, term_arg(z, d, 0), !a, !b);
	term low = low_bits(z, d);
	if (!low)
		low = bits_differ(z, d);
	if (low)
		return eq0(z, low);
	if (term_at(z, d)->op == TM_SUM)
		d = turned(z, d);
	const struct term_node i = *term_at(z, d);
	if (i.lo > 0)
		return z->no;
	if (i.op == TM_OR)
		return all_zero(z, d);
	term x = quotient_of(z, d, &a);
	if (x)
		return ult_const(z, x, 1u << a);
	if (i.op == TM_RBIT || i.op == TM_REV)
		return eq0(z, term_arg(z, d, 0));
	if (i.op == TM_XOR && i.n == 2)
		return term_eq(z, term_arg(z, d, 0), term_arg(z, d, 1));
	if (i.op == TM_SUM && i.n == 2 && term_arg(z, d, 0) == 1) {
		const struct term_node *y = term_at(z, term_arg(z, d, 1));
		if (0 - i.imm < y->lo || 0 - i.imm > y->hi)
			return z->no;
		term w = i.imm == 0x80000000u ?
			wrapped_quotient(z, term_arg(z, d, 1)) : 0;
		if (w)
			return w;
	}
	return make_bool(z, TM_EQ0, &d, 1);
}

term term_eq(struct terms *z, term x, term y)
{
	return x == y ? z->yes : eq0(z, term_sub(z, x, y));
}

/* --- order ------------------------------------------------------------------------- */

/* Is the leading coefficient negative? */
static bool is_negative(const struct terms *z, term t)
{
	return term_at(z, t)->op == TM_SUM &&
	       z->pool.at[term_at(z, t)->args] > 0x80000000u;
}

/* (y + c) & mask < k, of y that is not above the mask: where what wraps is not
 * below k, y + c - (mask + 1) < k; 0 where it is not so. */
static term masked_sum(struct terms *z, term x, uint32_t k)
{
	const struct term_node i = *term_at(z, x);
	uint32_t mask, c;

	if (i.op != TM_AND || i.n != 2 ||
	    !term_is_const(z, term_arg(z, x, 1), &mask) ||
	    (mask != 0xff && mask != 0xffff))
		return 0;
	term y = term_split(z, term_arg(z, x, 0), &c);
	c &= mask;
	return !y || term_at(z, y)->hi > mask || c < k ? 0 :
	       term_addk(z, y, c - (mask + 1));
}

/* 2^k * t, k > 0: its highest bit is one of t's.  That bit, or 0: a sum of small
 * multiples is better known as one.  Lemma: tests/unit/prove_lemma_test.c. */
static term highest(struct terms *z, term x)
{
	const unsigned least = term_at(z, x)->n == 2 && !term_at(z, x)->imm ? 1 : MANY;
	unsigned k = power_of(z, x);

	return k < least ? 0 : term_andk(z, term_divided(z, x, 1u << k),
					 0x80000000u >> k);
}

static term ult_const(struct terms *z, term x, uint32_t k)
{
	const struct term_node i = *term_at(z, x);
	term y = masked_sum(z, x, k);
	uint32_t a, b;

	if (y)
		return term_ult(z, y, term_const(z, k));

	if (k == 0)
		return z->no;
	if (i.hi < k)
		return z->yes;
	if (i.lo >= k)
		return z->no;
	y = k == 0x80000000u ? highest(z, x) : 0;
	if (y)
		return eq0(z, y);
	/* a quotient of x by 2^a is below k where x is below 2^a * k */
	y = quotient_of(z, x, &a);
	if (y && k <= UINT32_MAX >> a)
		return ult_const(z, y, k << a);
	if (k == 1)
		return eq0(z, x);
	if (k == UINT32_MAX)
		return term_bnot(z, term_eq(z, x, term_const(z, k)));
	if (const_arms(z, x, &a, &b))
		return choose(z, term_arg(z, x, 0), a < k, b < k);
	/* x < k: ~k < ~x */
	if (is_negative(z, x))
		return term_bnot(z, ult_const(z, term_not(z, x), 0 - k));
	return make_bool(z, TM_ULT, (term[]){ x, term_const(z, k) }, 2);
}

term term_ult(struct terms *z, term x, term y)
{
	uint32_t a, b;

	if (x == y)
		return z->no;
	if (term_is_const(z, y, &b))
		return ult_const(z, x, b);
	if (term_is_const(z, x, &a))
		return a == UINT32_MAX ? z->no
				       : term_bnot(z, ult_const(z, y, a + 1));
	if (term_at(z, x)->hi < term_at(z, y)->lo)
		return z->yes;
	if (term_at(z, x)->lo >= term_at(z, y)->hi)
		return z->no;
	term nx = term_not(z, x), ny = term_not(z, y);
	if (x > ny || (x == ny && y > nx))
		return make_bool(z, TM_ULT, (term[]){ ny, nx }, 2);
	return make_bool(z, TM_ULT, (term[]){ x, y }, 2);
}

static bool is_small(const struct terms *z, term t)
{
	return term_at(z, t)->hi < 0x80000000u;
}

static term slt_const(struct terms *z, term x, uint32_t k)
{
	uint32_t a, b;

	if (k == 0x80000000u)
		return z->no;
	if (k == 0)
		return term_bnot(z, ult_const(z, x, 0x80000000u));
	if (const_arms(z, x, &a, &b))
		return choose(z, term_arg(z, x, 0), (int32_t)a < (int32_t)k,
			      (int32_t)b < (int32_t)k);
	if (k < 0x80000000u && is_small(z, x))
		return ult_const(z, x, k);
	if (is_negative(z, x))
		return term_bnot(z, slt_const(z, term_not(z, x), 0 - k));
	return make_bool(z, TM_SLT, (term[]){ x, term_const(z, k) }, 2);
}

term term_slt(struct terms *z, term x, term y)
{
	uint32_t a, b;

	if (x == y)
		return z->no;
	if (term_is_const(z, x, &a) && term_is_const(z, y, &b))
		return (int32_t)a < (int32_t)b ? z->yes : z->no;
	if (term_is_const(z, y, &b))
		return slt_const(z, x, b);
	if (term_is_const(z, x, &a))
		return a == 0x7fffffffu ? z->no
					: term_bnot(z, slt_const(z, y, a + 1));
	if (is_small(z, x) && is_small(z, y))
		return term_ult(z, x, y);
	term nx = term_not(z, x), ny = term_not(z, y);
	if (x > ny || (x == ny && y > nx))
		return make_bool(z, TM_SLT, (term[]){ ny, nx }, 2);
	return make_bool(z, TM_SLT, (term[]){ x, y }, 2);
}

/* With y = ~w the sum carries when w < x, or when w = x and c. */
term term_carry(struct terms *z, term x, term y, term c)
{
	term w = term_not(z, y);

	if (c == z->no)
		return term_ult(z, w, x);
	if (c == z->yes)
		return term_bnot(z, term_ult(z, x, w));
	return term_bnot(z, term_bor(z, term_ult(z, x, w),
		term_band(z, term_eq(z, x, w), term_bnot(z, c))));
}

/* --- logic --------------------------------------------------------------------------- */

term term_bnot(struct terms *z, term c)
{
	if (c == z->yes)
		return z->no;
	if (c == z->no)
		return z->yes;
	if (term_at(z, c)->op == TM_BNOT)
		return term_arg(z, c, 0);
	return make_bool(z, TM_BNOT, &c, 1);
}

struct all {
	term at[MOST];
	unsigned n;
	bool never, full;
};

static void all_put(struct terms *z, struct all *a, term c)
{
	const struct term_node i = *term_at(z, c);

	if (i.op == TM_BAND) {
		for (unsigned k = 0; k < i.n; k++)
			all_put(z, a, z->pool.at[i.args + k]);
		return;
	}
	term not_c = term_bnot(z, c);
	unsigned j = a->n;
	for (unsigned k = 0; k < a->n; k++) {
		if (a->at[k] == c)
			return;
		a->never |= a->at[k] == not_c;
	}
	a->never |= c == z->no;
	if (c == z->yes)
		return;
	if (a->n == MOST) {
		a->full = true;
		return;
	}
	for (; j > 0 && a->at[j - 1] > c; j--)
		a->at[j] = a->at[j - 1];
	a->at[j] = c;
	a->n++;
}

term term_band(struct terms *z, term c, term d)
{
	struct all a = { .n = 0 };

	all_put(z, &a, c);
	all_put(z, &a, d);
	if (a.full)
		return make_bool(z, TM_BAND, (term[]){ c, d }, 2);
	if (a.never)
		return z->no;
	if (a.n == 0)
		return z->yes;
	return a.n == 1 ? a.at[0] : make_bool(z, TM_BAND, a.at, a.n);
}

term term_bor(struct terms *z, term c, term d)
{
	return term_bnot(z, term_band(z, term_bnot(z, c), term_bnot(z, d)));
}

term term_bool(struct terms *z, term c)
{
	return term_ite(z, c, term_const(z, 1), term_const(z, 0));
}

/* --- choices -------------------------------------------------------------------------- */

static term where(struct terms *z, term c, bool holds, term t);

static term ite_bool(struct terms *z, term c, term x, term y)
{
	x = where(z, c, true, x);
	y = where(z, c, false, y);
	if (y == z->no)
		return term_band(z, c, x);
	if (x == z->no)
		return term_band(z, term_bnot(z, c), y);
	return term_band(z, term_bor(z, term_bnot(z, c), x),
			 term_bor(z, c, y));
}

/* Bounds of t where c holds, which may say that t + k is below n. */
static void bounds_where(struct terms *z, term c, term t, uint32_t *lo,
			 uint32_t *hi)
{
	const struct term_node i = *term_at(z, c);
	uint32_t n, k, m;

	*lo = term_at(z, t)->lo;
	*hi = term_at(z, t)->hi;
	if (i.op != TM_ULT || !term_is_const(z, term_arg(z, c, 1), &n) || !n)
		return;
	term base = term_split(z, term_arg(z, c, 0), &k);
	if (!base || term_split(z, t, &m) != base)
		return;
	uint32_t least = m - k, most = least + n - 1;
	if (least > most)
		return;
	*lo = least > *lo ? least : *lo;
	*hi = most < *hi ? most : *hi;
}

static void hull(struct terms *z, term c, term x, term y, struct term_shape *s)
{
	const struct term_node j = *term_at(z, y);
	uint32_t lo, hi;

	bounds_where(z, c, x, &lo, &hi);
	s->lo = lo < j.lo ? lo : j.lo;
	s->hi = hi > j.hi ? hi : j.hi;
}

/* x < k + 1 ? x : k is x < k ? x : k. */
static term clamp(struct terms *z, term c, term x, term y)
{
	const struct term_node i = *term_at(z, c);
	uint32_t k, limit;

	if ((i.op == TM_ULT || i.op == TM_SLT) && term_arg(z, c, 0) == x &&
	    term_is_const(z, term_arg(z, c, 1), &limit) &&
	    term_is_const(z, y, &k) && limit == k + 1 &&
	    k != (i.op == TM_ULT ? UINT32_MAX : 0x7fffffffu))
		return (i.op == TM_ULT ? term_ult : term_slt)(z, x, y);
	return c;
}

/* t where c is known to hold, or not to. */
static term where(struct terms *z, term c, bool holds, term t)
{
	const struct term_node i = *term_at(z, t);

	if (t == c)
		return holds ? z->yes : z->no;
	if (i.op == TM_BNOT) {
		term u = where(z, c, holds, term_arg(z, t, 0));
		return u == term_arg(z, t, 0) ? t : term_bnot(z, u);
	}
	if (i.op != TM_BAND)
		return t;
	term all = z->yes;
	bool same = true;
	for (unsigned k = 0; k < i.n; k++) {
		term u = where(z, c, holds, z->pool.at[i.args + k]);
		same &= u == z->pool.at[i.args + k];
		all = term_band(z, all, u);
	}
	return same ? t : all;
}

/* A choice inside the branch of one where c holds, or does not: without what
 * that decides. */
static term inner(struct terms *z, term c, bool holds, term x)
{
	const struct term_node i = *term_at(z, c);

	if (term_at(z, x)->op != TM_ITE)
		return x;
	term d = term_arg(z, x, 0), e = where(z, c, holds, d);
	for (unsigned k = 0; holds && i.op == TM_BAND && k < i.n; k++)
		e = where(z, z->pool.at[i.args + k], true, e);
	return e == d ? x : term_ite(z, e, term_arg(z, x, 1),
				     term_arg(z, x, 2));
}

/* Is x what y is where t is 0?  Then it does not matter which of them is
 * chosen there: a difference with 0, or its opposite. */
static bool no_matter(struct terms *z, term t, term x, term y)
{
	const struct term_node i = *term_at(z, x);
	uint32_t k = 1;

	if (i.op == TM_SUM && i.n == 2 && !i.imm && term_arg(z, x, 1) == t)
		x = term_const(z, 0);	/* a multiple of t */
	return y == t && term_is_const(z, x, &k) && k == 0;
}

term term_ite(struct terms *z, term c, term x, term y)
{
	const struct term_node i = *term_at(z, c);
	struct term_shape s = { TM_ITE, SORT_WORD, 0, 0, 0 };

	if (c == z->yes || x == y)
		return x;
	if (c == z->no)
		return y;
	if (i.op == TM_BNOT)
		return term_ite(z, term_arg(z, c, 0), y, x);
	if (term_at(z, x)->sort == SORT_BOOL)
		return ite_bool(z, c, x, y);
	term d = z->choose ? z->choose(z, c, x, y) : 0;
	if (d)
		return d;
	d = clamp(z, c, x, y);
	if (d != c)
		return term_ite(z, d, x, y);
	term u = inner(z, c, true, x), v = inner(z, c, false, y);
	if (u != x || v != y)
		return term_ite(z, c, u, v);
	if (i.op == TM_EQ0 && no_matter(z, term_arg(z, c, 0), x, y))
		return y;
	const struct term_node p = *term_at(z, x), q = *term_at(z, y);
	if (p.op == TM_ITE && term_arg(z, x, 2) == y)
		return term_ite(z, term_band(z, c, term_arg(z, x, 0)),
				term_arg(z, x, 1), y);
	if (p.op == TM_ITE && term_arg(z, x, 1) == y)
		return term_ite(z, term_band(z, c, term_bnot(z,
				term_arg(z, x, 0))), term_arg(z, x, 2), y);
	if (q.op == TM_ITE && term_arg(z, y, 1) == x)
		return term_ite(z, term_bor(z, c, term_arg(z, y, 0)), x,
				term_arg(z, y, 2));
	if (q.op == TM_ITE && term_arg(z, y, 2) == x)
		return term_ite(z, term_bor(z, c, term_bnot(z,
				term_arg(z, y, 0))), x, term_arg(z, y, 1));
	/* x < k + 1 ? x : k, where x = k either way is the same */
	uint32_t k, below;
	if (i.op == TM_ULT && term_arg(z, c, 0) == x &&
	    term_is_const(z, y, &k) &&
	    term_is_const(z, term_arg(z, c, 1), &below) && below == k + 1 &&
	    k > 0)
		return term_ite(z, ult_const(z, x, k), x, y);
	s.sort = (enum term_sort)p.sort;
	hull(z, c, x, y, &s);
	return term_make(z, &s, (term[]){ c, x, y }, 3);
}
