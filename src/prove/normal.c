/* normal.c - the normaliser: words.
 *
 * Every function returns a term equal to what it is named after, for all
 * values of the leaves; which of several equal ones decides only how often
 * two sides meet without the solver.
 */
#include "prove/term.h"

#include "base/compiler.h"

enum { MOST = 64 };	/* arguments of a flat operation */

static uint32_t ones(uint32_t bits)
{
	return bits >= 32 ? UINT32_MAX : (1u << bits) - 1;
}

/* Bits that may be set in values up to hi. */
static uint32_t reach(uint32_t hi)
{
	uint32_t m = hi;

	for (unsigned k = 1; k < 32; k *= 2)
		m |= m >> k;
	return m;
}

static uint32_t high_of(const struct terms *z, term t)
{
	return term_at(z, t)->hi;
}

static bool const_arms(const struct terms *z, term t, uint32_t *a, uint32_t *b)
{
	return term_at(z, t)->op == TM_ITE &&
	       term_is_const(z, term_arg(z, t, 1), a) &&
	       term_is_const(z, term_arg(z, t, 2), b);
}

/* The condition of which t is the truth, 1 or 0; 0 when it is none. */
static term flag_of(struct terms *z, term t)
{
	uint32_t a, b;

	if (!const_arms(z, t, &a, &b) || a > 1 || b > 1 || a == b)
		return 0;
	term c = term_arg(z, t, 0);
	return a ? c : term_bnot(z, c);
}

/* --- and, or, exclusive or --------------------------------------------------- */

static uint32_t fold(enum term_op op, uint32_t x, uint32_t y)
{
	return op == TM_AND ? x & y : op == TM_OR ? x | y : x ^ y;
}

struct flat {
	enum term_op op;
	uint32_t k;
	term at[MOST];
	unsigned n;
};

/* Ordered; twice the same is once, or nothing for exclusive or. */
static void flat_put(struct flat *f, term t)
{
	unsigned j = f->n;

	for (unsigned i = 0; i < f->n; i++)
		if (f->at[i] == t) {
			if (f->op == TM_XOR) {
				for (f->n--; i < f->n; i++)
					f->at[i] = f->at[i + 1];
			}
			return;
		}
	for (; j > 0 && f->at[j - 1] > t; j--)
		f->at[j] = f->at[j - 1];
	f->at[j] = t;
	f->n++;
}

/* x of t = ~x; 0 when t is not so. */
static term complement_of(const struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);

	return i->op == TM_SUM && i->n == 2 && i->imm == UINT32_MAX &&
	       term_arg(z, t, 0) == UINT32_MAX ? term_arg(z, t, 1) : 0;
}

static bool flatten(struct terms *z, struct flat *f, term t)
{
	const struct term_node i = *term_at(z, t);
	term x;

	if (i.op == TM_CONST) {
		f->k = fold(f->op, f->k, i.imm);
		return true;
	}
	/* of a complement, the complement of all */
	if (f->op == TM_XOR && (x = complement_of(z, t))) {
		f->k = ~f->k;
		return flatten(z, f, x);
	}
	if (i.op != f->op) {
		if (f->n == MOST)
			return false;
		flat_put(f, t);
		return true;
	}
	for (unsigned k = 0; k < i.n; k++)
		if (!flatten(z, f, z->pool.at[i.args + k]))
			return false;
	return true;
}

static term make_bits(struct terms *z, enum term_op op, const term *arg,
		      unsigned n)
{
	uint32_t lo = 0, hi = op == TM_AND ? UINT32_MAX : 0;

	for (unsigned k = 0; k < n; k++) {
		uint32_t h = high_of(z, arg[k]);
		if (op == TM_AND)
			hi = h < hi ? h : hi;
		else
			hi |= reach(h);
		if (op == TM_OR && term_at(z, arg[k])->lo > lo)
			lo = term_at(z, arg[k])->lo;
	}
	return term_make(z, &(struct term_shape){ op, SORT_WORD, 0, lo, hi },
			 arg, n);
}

/* Is t a multiple of what is above the mask? */
static bool is_above(const struct terms *z, term t, uint32_t mask)
{
	return !(term_factors(z, t) & mask);
}

/* What is above the mask, of a pair's shift mostly, is no part of what is below. */
static term without_above(struct terms *z, term t, uint32_t mask)
{
	const struct term_node i = *term_at(z, t);
	term below = term_const(z, 0);
	bool any = false;

	for (unsigned k = 0; k < i.n && !any; k++)
		any = is_above(z, z->pool.at[i.args + k], mask);
	if (!any)
		return t;
	for (unsigned k = 0; k < i.n; k++) {
		term x = z->pool.at[i.args + k];
		if (!is_above(z, x, mask))
			below = term_bits(z, (enum term_op)i.op, below, x);
	}
	return below;
}

/* x reduced where only its low bits count, and what `mask` keeps anyway is
 * not masked inside. */
static term low_bits(struct terms *z, term t, uint32_t mask)
{
	const struct term_node i = *term_at(z, t);

	uint32_t by;

	if (i.op == TM_SEXT && !(mask & ~ones(i.imm)))
		return low_bits(z, term_arg(z, t, 0), mask);
	/* what comes in at the top, a rotation's or signs, is not looked at */
	if ((i.op == TM_ROR || i.op == TM_SAR) &&
	    term_is_const(z, term_arg(z, t, 1), &by) &&
	    !(mask & ~(UINT32_MAX >> by)))
		return term_shiftk(z, TM_SHR, term_arg(z, t, 0), by);
	if (i.op == TM_AND) {
		uint32_t k;
		term last = term_arg(z, t, i.n - 1u);
		if (i.n == 2 && term_is_const(z, last, &k) && (k & mask) == mask)
			return low_bits(z, term_arg(z, t, 0), mask);
	}
	if (i.op == TM_OR || i.op == TM_XOR)
		return without_above(z, t, mask);
	if (i.op == TM_SUM) {
		term sum = term_const(z, i.imm & mask);
		for (unsigned k = 0; k < i.n; k += 2) {
			uint32_t coef = z->pool.at[i.args + k];
			term x = z->pool.at[i.args + k + 1];
			/* modulo 2^n a coefficient counts modulo 2^n */
			if ((coef & mask) == 0)
				continue;
			uint32_t c = coef & mask;
			if (c > mask / 2 && c > 1 && mask != UINT32_MAX)
				c |= ~mask;
			sum = term_mul_add(z, low_bits(z, x, mask), c, sum);
		}
		return sum;
	}
	return t;
}

static uint32_t fold_unary(enum term_op op, uint32_t x);

static bool is_low_mask(uint32_t k)
{
	return k && !(k & (k + 1));
}

static term and_const(struct terms *z, term x, uint32_t k)
{
	uint32_t a, b;

	if (k == 0)
		return term_const(z, 0);
	if (is_low_mask(k)) {
		x = low_bits(z, x, k);
		if (term_is_const(z, x, &a))
			return term_const(z, a & k);
	}
	if (const_arms(z, x, &a, &b))
		return term_ite(z, term_arg(z, x, 0), term_const(z, a & k),
				term_const(z, b & k));
	uint32_t can = reach(high_of(z, x));
	k &= can;
	if (k == 0)
		return term_const(z, 0);
	if (k == can)
		return x;
	/* only low bits are cleared: a multiple, as shifts make it */
	uint32_t low = ~k & can;
	if (is_low_mask(low) && low < 256) {
		uint32_t n = 32 - fold_unary(TM_CLZ, low);
		return term_mul_add(z, term_shiftk(z, TM_SHR, x, n), 1u << n,
				    term_const(z, 0));
	}
	term arg[2] = { x, term_const(z, k) };
	return make_bits(z, TM_AND, arg, 2);
}

term term_andk(struct terms *z, term x, uint32_t k)
{
	return term_bits(z, TM_AND, x, term_const(z, k));
}

/* Two conditions as words. */
static term bit_flags(struct terms *z, enum term_op op, term c, term d)
{
	if (op == TM_AND)
		return term_bool(z, term_band(z, c, d));
	if (op == TM_OR)
		return term_bool(z, term_bor(z, c, d));
	return term_bool(z, term_bor(z, term_band(z, c, term_bnot(z, d)),
				     term_band(z, term_bnot(z, c), d)));
}

/* Bits of t that are 0 however it came about: of a sum, or what is masked. */
static uint32_t unset_low(const struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);
	const uint32_t all = term_factors(z, t);
	uint32_t k;

	if (i.op == TM_AND && term_is_const(z, term_arg(z, t, i.n - 1u), &k))
		return (k & (0 - k)) - 1;
	return (all & (0 - all)) - 1;
}

enum { MOST_ADDED = 127 };

static term with_const(struct terms *z, enum term_op op, term x, uint32_t k)
{
	uint32_t a, b;

	if (op == TM_AND)
		return and_const(z, x, k);
	if (k == 0)
		return x;
	if (op == TM_OR && k == UINT32_MAX)
		return term_const(z, k);
	if (op == TM_XOR && k == UINT32_MAX)
		return term_not(z, x);
	/* to set the lowest bits of a multiple adds them: an address, mostly; what
	 * bytes are put together by stays as it is */
	if (op != TM_AND && k <= MOST_ADDED && !(k & ~unset_low(z, x)))
		return term_addk(z, x, k);
	if (op == TM_XOR && k == 0x80000000u)
		return term_addk(z, x, k);
	if (op == TM_XOR && k == 0x7fffffffu)
		return term_not(z, term_addk(z, x, 0x80000000u));
	if (const_arms(z, x, &a, &b))
		return term_ite(z, term_arg(z, x, 0),
				term_const(z, fold(op, a, k)),
				term_const(z, fold(op, b, k)));
	term arg[2] = { x, term_const(z, k) };
	return make_bits(z, op, arg, 2);
}

/* Of more than are taken apart: ordered, and a constant counts as beside others. */
static term too_many(struct terms *z, enum term_op op, term x, term y)
{
	term a = op == TM_XOR ? complement_of(z, x) : 0;
	term b = op == TM_XOR ? complement_of(z, y) : 0;
	uint32_t k;

	if (term_is_const(z, y, &k))
		return with_const(z, op, x, k);
	if (term_is_const(z, x, &k))
		return with_const(z, op, y, k);
	if (a || b)
		return with_const(z, op, too_many(z, op, a ? a : x, b ? b : y),
				  a && b ? 0 : UINT32_MAX);
	return make_bits(z, op, (term[]){ x < y ? x : y, x < y ? y : x }, 2);
}

term term_bits(struct terms *z, enum term_op op, term x, term y)
{
	struct flat f = { .op = op, .k = op == TM_AND ? UINT32_MAX : 0 };

	term c = flag_of(z, x), d = c ? flag_of(z, y) : 0;
	if (d)
		return bit_flags(z, op, c, d);
	if (!flatten(z, &f, x) || !flatten(z, &f, y))
		return too_many(z, op, x, y);
	if (f.n == 0)
		return term_const(z, f.k);
	if (f.n == 1)
		return with_const(z, op, f.at[0], f.k);
	if ((op == TM_AND && f.k == 0) || (op == TM_OR && f.k == UINT32_MAX))
		return term_const(z, f.k);
	term t = make_bits(z, op, f.at, f.n);
	return with_const(z, op, t, f.k);
}

/* --- shifts --------------------------------------------------------------------- */

static uint32_t fold_shift(enum term_op op, uint32_t x, uint32_t n)
{
	switch (op) {
	case TM_SHL: return n < 32 ? x << n : 0;
	case TM_SHR: return n < 32 ? x >> n : 0;
	case TM_SAR:
		n = n < 31 ? n : 31;
		return x >> n | (n && x >> 31 ? ~(UINT32_MAX >> n) : 0);
	default:
		return n & 31 ? x >> (n & 31) | x << (32 - (n & 31)) : x;
	}
}

/* x = 2^n * y without a constant part? */
static term halved(struct terms *z, term x, uint32_t n)
{
	const struct term_node *i = term_at(z, x);

	if (i->op == TM_SUM && i->n == 2 && !i->imm &&
	    term_arg(z, x, 0) == 1u << n)
		return term_arg(z, x, 1);
	return 0;
}

static term shr_const(struct terms *z, term x, uint32_t n)
{
	const struct term_node i = *term_at(z, x);
	term y = halved(z, x, n);
	uint32_t a, b, k;

	if (y)
		return term_andk(z, y, UINT32_MAX >> n);
	if (i.op == TM_SHR && term_is_const(z, term_arg(z, x, 1), &k))
		return term_shiftk(z, TM_SHR, term_arg(z, x, 0), n + k);
	if (i.hi >> n == 0)
		return term_const(z, 0);
	if (i.op == TM_AND && i.n == 2 &&
	    term_is_const(z, term_arg(z, x, 1), &k))
		return term_andk(z, term_shiftk(z, TM_SHR, term_arg(z, x, 0),
						n), k >> n);
	if (i.op == TM_CLZ && n == 5)
		return term_bool(z, term_eq(z, term_arg(z, x, 0),
					    term_const(z, 0)));
	if (const_arms(z, x, &a, &b))
		return term_ite(z, term_arg(z, x, 0), term_const(z, a >> n),
				term_const(z, b >> n));
	struct term_shape s = { TM_SHR, SORT_WORD, 0, i.lo >> n, i.hi >> n };
	return term_make(z, &s, (term[]){ x, term_const(z, n) }, 2);
}

static term sar_const(struct terms *z, term x, uint32_t n)
{
	term y = halved(z, x, n);
	uint32_t k;

	if (y)
		return term_sext(z, y, 32 - n);
	if (high_of(z, x) < 0x80000000u)
		return shr_const(z, x, n);
	if (term_at(z, x)->op == TM_SAR &&
	    term_is_const(z, term_arg(z, x, 1), &k))
		return term_shiftk(z, TM_SAR, term_arg(z, x, 0),
				   n + k > 31 ? 31 : n + k);
	struct term_shape s = { TM_SAR, SORT_WORD, 0, 0, UINT32_MAX };
	return term_make(z, &s, (term[]){ x, term_const(z, n) }, 2);
}

/* x = y >> n? */
static bool is_shifted(const struct terms *z, term x, uint32_t n)
{
	uint32_t k;

	return term_at(z, x)->op == TM_SHR &&
	       term_is_const(z, term_arg(z, x, 1), &k) && k == n;
}

term term_shiftk(struct terms *z, enum term_op op, term x, uint32_t n)
{
	uint32_t k;

	if (op == TM_ROR)
		n &= 31;
	if (op == TM_SAR && n > 31)
		n = 31;
	if (n == 0)
		return x;
	if (n > 31)
		return term_const(z, 0);
	if (term_is_const(z, x, &k))
		return term_const(z, fold_shift(op, k, n));
	if (op == TM_SHL && n > 8 && is_shifted(z, x, n))
		return term_andk(z, term_arg(z, x, 0), UINT32_MAX << n);
	if (op == TM_SHL)
		return term_mul_add(z, x, 1u << n, term_const(z, 0));
	if (op == TM_SHR)
		return shr_const(z, x, n);
	if (op == TM_SAR)
		return sar_const(z, x, n);
	return term_make(z, &(struct term_shape){ op, SORT_WORD, 0, 0,
						  UINT32_MAX },
			 (term[]){ x, term_const(z, n) }, 2);
}

term term_shift(struct terms *z, enum term_op op, term x, term n)
{
	struct term_shape s = { op, SORT_WORD, 0, 0, UINT32_MAX };
	uint32_t k;

	if (op == TM_ROR) {
		n = low_bits(z, n, 31);
		if (term_at(z, n)->op == TM_SUM)	/* the constant too */
			n = term_addk(z, n, 0 - (term_at(z, n)->imm & ~31u));
	}
	if (term_is_const(z, n, &k))
		return term_shiftk(z, op, x, k);
	if (term_is_const(z, x, &k) && k == 0)
		return x;
	if (op == TM_SHR)
		s.hi = high_of(z, x);
	return term_make(z, &s, (term[]){ x, n }, 2);
}

term term_sext(struct terms *z, term x, unsigned n)
{
	uint32_t k, bit = 1u << (n - 1);

	if (n >= 32)
		return x;
	if (term_is_const(z, x, &k))
		return term_const(z, ((k & ones(n)) ^ bit) - bit);
	if (high_of(z, x) < bit)
		return x;
	x = low_bits(z, x, ones(n));
	if (term_at(z, x)->op == TM_SEXT && term_at(z, x)->imm <= n)
		return x;
	return term_make(z, &(struct term_shape){ TM_SEXT, SORT_WORD, n, 0,
						  UINT32_MAX }, &x, 1);
}

/* --- other arithmetic -------------------------------------------------------------- */

static uint32_t fold_unary(enum term_op op, uint32_t x)
{
	uint32_t r = 0;

	switch (op) {
	case TM_CLZ:
		for (r = 32; x; x >>= 1)
			r--;
		return r;
	case TM_RBIT:
		for (unsigned k = 0; k < 32; k++)
			r |= (x >> k & 1) << (31 - k);
		return r;
	default:
		return x << 24 | (x & 0xff00) << 8 | (x >> 8 & 0xff00) | x >> 24;
	}
}

static uint32_t fold_arith(enum term_op op, uint32_t x, uint32_t y)
{
	int64_t sx = (int32_t)x, sy = (int32_t)y;

	switch (op) {
	case TM_MUL:   return x * y;
	case TM_UMULH: return (uint32_t)((uint64_t)x * y >> 32);
	case TM_SMULH: return (uint32_t)((uint64_t)(sx * sy) >> 32);
	case TM_UDIV:  return y ? x / y : 0;
	default:       return y ? (uint32_t)(sx / sy) : 0;
	}
}

/* The high word of a product of signed words, as a product of wide numbers that
 * these are extended to has it (prove_lemma_test.c, signed_high). */
static term signed_high(struct terms *z, term x, term y)
{
	term sx = term_shiftk(z, TM_SAR, x, 31);
	term sy = term_shiftk(z, TM_SAR, y, 31);

	return term_add(z, term_arith(z, TM_UMULH, x, y),
			term_add(z, term_mul(z, sx, y), term_mul(z, x, sy)));
}

term term_arith(struct terms *z, enum term_op op, term x, term y)
{
	struct term_shape s = { op, SORT_WORD, 0, 0, UINT32_MAX };
	uint32_t a, b;

	bool kx = term_is_const(z, x, &a), ky = term_is_const(z, y, &b);

	if (kx && ky)
		return term_const(z, fold_arith(op, a, b));
	if ((kx && a == 0) || (ky && b == 0))
		return term_const(z, 0);
	if (op == TM_SMULH)
		return signed_high(z, x, y);
	if (op == TM_SDIV && ky && b == UINT32_MAX)
		return term_sub(z, term_const(z, 0), x);
	if (op == TM_UDIV && ky) {
		if (!(b & (b - 1)))
			return term_shiftk(z, TM_SHR, x, 31 - fold_unary(TM_CLZ, b));
		s.hi = high_of(z, x) / b;
	}
	if (op == TM_SDIV && ky && b > 1 && b < 0x80000000u && !(b & (b - 1))) {
		/* towards zero: negative dividends get b - 1 added first */
		uint32_t n = 31 - fold_unary(TM_CLZ, b);
		term sign = n > 1 ? term_shiftk(z, TM_SAR, x, 31) : x;
		return term_shiftk(z, TM_SAR, term_add(z, x,
				   term_shiftk(z, TM_SHR, sign, 32 - n)), n);
	}
	if (op == TM_UMULH)
		s.hi = (uint32_t)((uint64_t)high_of(z, x) * high_of(z, y) >> 32);
	if (op <= TM_SMULH && op >= TM_MUL && x > y)
		return term_make(z, &s, (term[]){ y, x }, 2);
	return term_make(z, &s, (term[]){ x, y }, 2);
}

/* Bytes in the other order, as source code says it. */
static term reversed(struct terms *z, term x)
{
	term outer = term_bits(z, TM_OR, term_shiftk(z, TM_SHL, x, 24),
			       term_shiftk(z, TM_SHR, x, 24));
	term up = term_shiftk(z, TM_SHL, term_andk(z, x, 0xff00), 8);
	term down = term_andk(z, term_shiftk(z, TM_SHR, x, 8), 0xff00);

	return term_bits(z, TM_OR, outer, term_bits(z, TM_OR, up, down));
}

term term_unary(struct terms *z, enum term_op op, term x)
{
	struct term_shape s = { op, SORT_WORD, 0, 0,
				op == TM_CLZ ? 32 : UINT32_MAX };
	uint32_t k;

	if (term_is_const(z, x, &k))
		return term_const(z, fold_unary(op, k));
	if (op == TM_REV)
		return reversed(z, x);
	if (op != TM_CLZ && term_at(z, x)->op == op)
		return term_arg(z, x, 0);
	return term_make(z, &s, &x, 1);
}
