/* interval.c - arithmetic on wrapping intervals. */
#include "opt/interval.h"

#include "wasm/op.h"

static uint8_t zeros(uint32_t v)
{
	uint8_t n = 0;

	if (!v)
		return 32;
	for (; !(v & 1); v >>= 1)
		n++;
	return n;
}

static uint8_t least(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

static struct range make(uint64_t lo, uint64_t len, uint8_t tz)
{
	if (len >= UINT32_MAX)
		return (struct range){ 0, UINT32_MAX, least(tz, 32) };
	return (struct range){ (uint32_t)lo, (uint32_t)len, least(tz, 32) };
}

struct range range_of(uint32_t lo, uint32_t hi)
{
	return make(lo, (uint32_t)(hi - lo), 0);
}

struct range range_const(uint32_t v)
{
	return make(v, 0, zeros(v));
}

uint32_t range_umin(struct range r)
{
	return r.lo + r.len < r.lo ? 0 : r.lo;
}

uint32_t range_umax(struct range r)
{
	return r.lo + r.len < r.lo ? UINT32_MAX : r.lo + r.len;
}

#define BIAS UINT32_C(0x80000000)

static struct range biased(struct range r)
{
	r.lo += BIAS;
	return r;
}

static int32_t to_signed(uint32_t v)
{
	return v < BIAS ? (int32_t)v : -(int32_t)(~v) - 1;
}

int32_t range_smin(struct range r)
{
	return to_signed(range_umin(biased(r)) - BIAS);
}

int32_t range_smax(struct range r)
{
	return to_signed(range_umax(biased(r)) - BIAS);
}

/* --- sets ---------------------------------------------------------------- */

bool range_inside(struct range a, struct range b)
{
	uint32_t off = a.lo - b.lo;

	return range_is_full(b) || (off <= b.len && a.len <= b.len - off);
}

struct range range_union(struct range a, struct range b)
{
	uint8_t tz = least(a.tz, b.tz);
	uint64_t ab = (uint64_t)(b.lo - a.lo) + b.len;
	uint64_t ba = (uint64_t)(a.lo - b.lo) + a.len;

	ab = ab > a.len ? ab : a.len;
	ba = ba > b.len ? ba : b.len;
	return ab <= ba ? make(a.lo, ab, tz) : make(b.lo, ba, tz);
}

/* Two pieces, or none (code that is never reached): one of the operands. */
struct range range_meet(struct range a, struct range b)
{
	uint8_t tz = a.tz > b.tz ? a.tz : b.tz;
	uint32_t off = b.lo - a.lo, back = a.lo - b.lo;
	bool b_in_a = off <= a.len, a_in_b = back <= b.len;
	struct range r = a.len <= b.len ? a : b;

	if (range_is_full(a) || range_is_full(b)) {
		r = range_is_full(a) ? b : a;
	} else if (b_in_a && (!a_in_b || off == 0)) {
		uint32_t rest = a.len - off;
		r = make(b.lo, rest < b.len ? rest : b.len, 0);
	} else if (a_in_b && !b_in_a) {
		uint32_t rest = b.len - back;
		r = make(a.lo, rest < a.len ? rest : a.len, 0);
	}
	r.tz = tz;
	return r;
}

/* --- arithmetic ---------------------------------------------------------- */

struct range range_add(struct range a, struct range b)
{
	return make((uint64_t)a.lo + b.lo, (uint64_t)a.len + b.len,
		    least(a.tz, b.tz));
}

struct range range_sub(struct range a, struct range b)
{
	uint32_t lo = 0u - (b.lo + b.len);
	struct range neg = { lo, b.len, b.tz };

	return range_add(a, neg);
}

static struct range mul_const(struct range a, uint32_t c)
{
	uint8_t tz = (uint8_t)(a.tz + zeros(c));
	bool minus = c >= BIAS;
	uint64_t k = minus ? 0u - c : c;
	uint64_t first = minus ? (uint64_t)(a.lo + a.len) * c
			       : (uint64_t)a.lo * c;

	if (a.len * k >= UINT32_MAX)
		return make(0, UINT32_MAX, tz);
	return make(first, a.len * k, tz);
}

struct range range_mul(struct range a, struct range b)
{
	if (range_is_const(b))
		return mul_const(a, b.lo);
	if (range_is_const(a))
		return mul_const(b, a.lo);
	uint8_t tz = (uint8_t)(a.tz + b.tz);
	uint64_t lo = (uint64_t)range_umin(a) * range_umin(b);
	uint64_t hi = (uint64_t)range_umax(a) * range_umax(b);
	if (hi > UINT32_MAX)
		return make(0, UINT32_MAX, tz);
	return make(lo, hi - lo, tz);
}

/* All ones below and at the highest one of v. */
static uint32_t smear(uint32_t v)
{
	for (unsigned n = 1; n < 32; n *= 2)
		v |= v >> n;
	return v;
}

static struct range eval_and(struct range a, struct range b)
{
	uint8_t tz = a.tz > b.tz ? a.tz : b.tz;
	uint32_t ma = range_umax(a), mb = range_umax(b);
	struct range r = make(0, ma < mb ? ma : mb, tz);

	/* a mask that only clears low bits, as far as a reaches */
	uint32_t mask = b.lo | ~smear(ma);
	if (range_is_const(b) && mask && (mask | (mask - 1)) == UINT32_MAX)
		r = make(range_umin(a) & mask,
			 (ma & mask) - (range_umin(a) & mask), tz);
	return r;
}

static struct range eval_or(struct range a, struct range b)
{
	uint32_t la = range_umin(a), lb = range_umin(b);
	uint32_t lo = la > lb ? la : lb;
	uint32_t hi = smear(range_umax(a) | range_umax(b));

	return make(lo, hi - lo, least(a.tz, b.tz));
}

static struct range eval_shift(unsigned op, struct range a, struct range b)
{
	uint32_t n = b.lo & 31;
	int32_t lo, hi;

	if (!range_is_const(b))
		return op == OP_I32_SHR_U ? range_of(0, range_umax(a))
					  : range_full();
	switch (op) {
	case OP_I32_SHL:
		return mul_const(a, UINT32_C(1) << n);
	case OP_I32_SHR_U:
		return range_of(range_umin(a) >> n, range_umax(a) >> n);
	default:
		lo = range_smin(a);
		hi = range_smax(a);
		return range_of(lo < 0 ? ~(~(uint32_t)lo >> n)
				       : (uint32_t)lo >> n,
				hi < 0 ? ~(~(uint32_t)hi >> n)
				       : (uint32_t)hi >> n);
	}
}

static struct range eval_div(unsigned op, struct range a, struct range b)
{
	uint32_t low = range_umin(b), high = range_umax(b);

	if (low == 0)
		low = 1;
	if (high == 0)
		return range_full();
	if (op == OP_I32_DIV_U)
		return range_of(range_umin(a) / high, range_umax(a) / low);
	if (range_umax(a) < low)
		return a;
	return range_of(0, range_umax(a) < high - 1 ? range_umax(a) : high - 1);
}

static struct range eval_sign(unsigned bits, struct range a)
{
	struct range r = range_of(0u - (UINT32_C(1) << (bits - 1)),
				  (UINT32_C(1) << (bits - 1)) - 1);

	return range_inside(a, r) ? a : r;
}

struct range range_eval(unsigned op, struct range a, struct range b)
{
	if (op <= OP_F64_GE)
		return range_of(0, 1);
	switch (op) {
	case OP_I32_ADD: return range_add(a, b);
	case OP_I32_SUB: return range_sub(a, b);
	case OP_I32_MUL: return range_mul(a, b);
	case OP_I32_AND: return eval_and(a, b);
	case OP_I32_OR: return eval_or(a, b);
	case OP_I32_XOR:
		return make(0, smear(range_umax(a) | range_umax(b)),
			    least(a.tz, b.tz));
	case OP_I32_SHL: case OP_I32_SHR_U: case OP_I32_SHR_S:
		return eval_shift(op, a, b);
	case OP_I32_DIV_U: case OP_I32_REM_U:
		return eval_div(op, a, b);
	case OP_I32_EXTEND8_S: return eval_sign(8, a);
	case OP_I32_EXTEND16_S: return eval_sign(16, a);
	case OP_I32_CLZ: case OP_I32_CTZ: case OP_I32_POPCNT:
		return range_of(0, 32);
	default: return range_full();
	}
}

/* --- comparisons --------------------------------------------------------- */

unsigned range_negated(unsigned op)
{
	switch (op) {
	case OP_I32_EQ: return OP_I32_NE;
	case OP_I32_NE: return OP_I32_EQ;
	case OP_I32_LT_S: return OP_I32_GE_S;
	case OP_I32_LT_U: return OP_I32_GE_U;
	case OP_I32_GT_S: return OP_I32_LE_S;
	case OP_I32_GT_U: return OP_I32_LE_U;
	case OP_I32_LE_S: return OP_I32_GT_S;
	case OP_I32_LE_U: return OP_I32_GT_U;
	case OP_I32_GE_S: return OP_I32_LT_S;
	case OP_I32_GE_U: return OP_I32_LT_U;
	default: return OP_ILLEGAL;
	}
}

unsigned range_mirrored(unsigned op)
{
	switch (op) {
	case OP_I32_EQ: case OP_I32_NE: return op;
	case OP_I32_LT_S: return OP_I32_GT_S;
	case OP_I32_LT_U: return OP_I32_GT_U;
	case OP_I32_GT_S: return OP_I32_LT_S;
	case OP_I32_GT_U: return OP_I32_LT_U;
	case OP_I32_LE_S: return OP_I32_GE_S;
	case OP_I32_LE_U: return OP_I32_GE_U;
	case OP_I32_GE_S: return OP_I32_LE_S;
	case OP_I32_GE_U: return OP_I32_LE_U;
	default: return OP_ILLEGAL;
	}
}

static bool disjoint(struct range a, struct range b)
{
	return b.lo - a.lo > a.len && a.lo - b.lo > b.len;
}

/* a < b always, never, or open; for unsigned numbers. */
static int below(struct range a, struct range b)
{
	if (range_umax(a) < range_umin(b))
		return 1;
	return range_umin(a) >= range_umax(b) ? 0 : -1;
}

static int inverted(int r)
{
	return r < 0 ? r : !r;
}

int range_compare(unsigned op, struct range a, struct range b)
{
	switch (op) {
	case OP_I32_EQ: case OP_I32_NE:
		if (disjoint(a, b))
			return op == OP_I32_NE;
		if (range_is_const(a) && range_is_const(b))
			return op == OP_I32_EQ;
		return -1;
	case OP_I32_LT_U: return below(a, b);
	case OP_I32_GT_U: return below(b, a);
	case OP_I32_GE_U: return inverted(below(a, b));
	case OP_I32_LE_U: return inverted(below(b, a));
	case OP_I32_LT_S: return below(biased(a), biased(b));
	case OP_I32_GT_S: return below(biased(b), biased(a));
	case OP_I32_GE_S: return inverted(below(biased(a), biased(b)));
	case OP_I32_LE_S: return inverted(below(biased(b), biased(a)));
	default: return -1;
	}
}

static struct range without(struct range a, uint32_t v)
{
	if (range_is_full(a))
		return make((uint64_t)v + 1, UINT32_MAX - 1, a.tz);
	if (a.len == 0)
		return a;
	if (a.lo == v)
		a.lo++, a.len--;
	else if (a.lo + a.len == v)
		a.len--;
	return a;
}

static struct range assume_unsigned(unsigned op, struct range a,
				    struct range b)
{
	uint32_t lo = range_umin(b), hi = range_umax(b);

	switch (op) {
	case OP_I32_LT_U:
		return hi ? range_meet(a, range_of(0, hi - 1)) : a;
	case OP_I32_LE_U:
		return range_meet(a, range_of(0, hi));
	case OP_I32_GT_U:
		return lo < UINT32_MAX
			       ? range_meet(a, range_of(lo + 1, UINT32_MAX))
			       : a;
	default:
		return range_meet(a, range_of(lo, UINT32_MAX));
	}
}

struct range range_assume(unsigned op, struct range a, struct range b)
{
	static const uint16_t unsigned_of[][2] = {
		{ OP_I32_LT_S, OP_I32_LT_U }, { OP_I32_LE_S, OP_I32_LE_U },
		{ OP_I32_GT_S, OP_I32_GT_U }, { OP_I32_GE_S, OP_I32_GE_U },
	};

	switch (op) {
	case OP_I32_EQ:
		return range_meet(a, b);
	case OP_I32_NE:
		return range_is_const(b) ? without(a, b.lo) : a;
	case OP_I32_LT_U: case OP_I32_LE_U: case OP_I32_GT_U: case OP_I32_GE_U:
		return assume_unsigned(op, a, b);
	default:
		break;
	}
	for (unsigned k = 0; k < 4; k++)
		if (unsigned_of[k][0] == op)
			return biased(assume_unsigned(unsigned_of[k][1],
						      biased(a), biased(b)));
	return a;
}
