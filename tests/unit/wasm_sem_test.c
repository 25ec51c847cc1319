/* wasm_sem_test.c - num_eval against other ways to compute the same.
 *
 * Integers: the host's own arithmetic, written out by width.  Floats: the C
 * library, which shares nothing with flt.c but the four operations and sqrt.
 * Every row of num.def is evaluated on all pairs of edge values.
 */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "wasm/sem.h"

static const uint64_t edges[] = {
	0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff,
	0x8000, 0xffff, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff,
	0xfffffffe, 0x100000000, 0xffffffff00000000, 0x7fffffffffffffff,
	0x8000000000000000, 0x8000000000000001, 0xffffffffffffffff,
	0x123456789abcdef0, 0xdeadbeefcafef00d,
	/* floats: halves, limits of conversions, infinities, NaNs */
	0x3f000000, 0xbf000000, 0x3f800000, 0xbf800000, 0x3fc00000, 0x40200000,
	0xc0200000, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x4f800000,
	0x5f000000, 0xdf000000, 0x5f800000, 0x7f800000, 0xff800000, 0x7fc00000,
	0x7f800001, 0xffc12345, 0x007fffff, 0x00800000, 0x7f7fffff, 0x4b000001,
	0x4affffff, 0x3effffff, 0xbf7fffff, 0x33800001,
	0x3fe0000000000000, 0xbfe0000000000000, 0x3ff0000000000000,
	0xbff0000000000000, 0x3ff8000000000000, 0x4004000000000000,
	0x41dfffffffc00000, 0x41e0000000000000, 0xc1e0000000000000,
	0xc1e0000000200000, 0xc1e00000001fffff, 0x41f0000000000000,
	0x41efffffffffffff, 0x43e0000000000000, 0xc3e0000000000000,
	0xc3e0000000000001, 0x43f0000000000000, 0x7ff0000000000000,
	0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001,
	0x000fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
	0x36a0000000000000, 0x3690000000000000, 0x47efffffe0000000,
	0x47effffff0000000, 0xbfefffffffffffff, 0x4330000000000001,
};
enum { EDGES = ARRAY_LEN(edges) };

static bool eval(enum op op, uint64_t a, uint64_t b, uint64_t *r,
		 enum hd_trap_kind *t)
{
	return num_eval(op, (uint64_t[]){ a, b }, r, t);
}

/* ---- every row ---- */

/* Results fit their type, and only rows that say so trap. */
static void all_rows(void)
{
	unsigned wide = 0, trapped[OP_NUM_END] = { 0 }, surprise = 0;

	for (int op = 0; op < OP_NUM_END; op++) {
		const char *sig = op_info[op].sig;
		char out = sig[strlen(sig) - 1];
		for (unsigned i = 0; i < EDGES * EDGES; i++) {
			uint64_t r = 0;
			enum hd_trap_kind t;
			if (!eval((enum op)op, edges[i / EDGES],
				  edges[i % EDGES], &r, &t))
				trapped[op]++;
			wide += (out == 'i' || out == 'f') && r >> 32;
		}
		surprise += !!trapped[op] != op_info[op].traps;
	}
	ok(!wide, "32-bit results are zero-extended");
	ok(!surprise, "rows trap on some edges exactly if the table says so");
}

/* ---- integers ---- */

#define CASE32(id, expr)                                                    \
	case OP_I32_##id: {                                                 \
		uint32_t x = (uint32_t)a, y = (uint32_t)b, n = y & 31;      \
		int32_t sx = (int32_t)x, sy = (int32_t)y;                   \
		(void)n, (void)sx, (void)sy;                                \
		return (uint32_t)(expr);                                    \
	}
#define CASE64(id, expr)                                                    \
	case OP_I64_##id: {                                                 \
		uint64_t x = a, y = b, n = y & 63;                          \
		int64_t sx = (int64_t)x, sy = (int64_t)y;                   \
		(void)n, (void)sx, (void)sy;                                \
		return (uint64_t)(expr);                                    \
	}
#define BOTH_WIDTHS(id, expr) CASE32(id, expr) CASE64(id, expr)

static uint64_t host_int(enum op op, uint64_t a, uint64_t b)
{
	switch ((int)op) {
	BOTH_WIDTHS(ADD, x + y)
	BOTH_WIDTHS(SUB, x - y)
	BOTH_WIDTHS(MUL, x * y)
	BOTH_WIDTHS(DIV_U, x / y)
	BOTH_WIDTHS(REM_U, x % y)
	BOTH_WIDTHS(DIV_S, sx / sy)
	BOTH_WIDTHS(REM_S, sy == -1 ? 0 : sx % sy)
	BOTH_WIDTHS(AND, x & y)
	BOTH_WIDTHS(OR, x | y)
	BOTH_WIDTHS(XOR, x ^ y)
	BOTH_WIDTHS(SHL, x << n)
	BOTH_WIDTHS(SHR_U, x >> n)
	BOTH_WIDTHS(SHR_S, sx < 0 ? ~(~x >> n) : x >> n)
	CASE32(ROTL, n ? x << n | x >> (32 - n) : x)
	CASE32(ROTR, n ? x >> n | x << (32 - n) : x)
	CASE64(ROTL, n ? x << n | x >> (64 - n) : x)
	CASE64(ROTR, n ? x >> n | x << (64 - n) : x)
	BOTH_WIDTHS(EQZ, x == 0)
	BOTH_WIDTHS(EQ, x == y)
	BOTH_WIDTHS(NE, x != y)
	BOTH_WIDTHS(LT_S, sx < sy)
	BOTH_WIDTHS(LT_U, x < y)
	BOTH_WIDTHS(GT_S, sx > sy)
	BOTH_WIDTHS(GT_U, x > y)
	BOTH_WIDTHS(LE_S, sx <= sy)
	BOTH_WIDTHS(LE_U, x <= y)
	BOTH_WIDTHS(GE_S, sx >= sy)
	BOTH_WIDTHS(GE_U, x >= y)
	CASE32(EXTEND8_S, (x & 0x7f) - (x & 0x80))
	CASE64(EXTEND8_S, (x & 0x7f) - (x & 0x80))
	CASE32(EXTEND16_S, (x & 0x7fff) - (x & 0x8000))
	CASE64(EXTEND16_S, (x & 0x7fff) - (x & 0x8000))
	CASE64(EXTEND32_S, (int32_t)x)
	CASE32(WRAP_I64, x)
	case OP_I64_EXTEND_I32_S: return (uint64_t)(int32_t)a;
	case OP_I64_EXTEND_I32_U: return (uint32_t)a;
	}
	return UINT64_MAX;
}

/* What the specification says of integer traps, by hand. */
static int host_trap(enum op op, uint64_t a, uint64_t b)
{
	switch ((int)op) {
	case OP_I32_DIV_S:
		if ((uint32_t)b && (uint32_t)a == 0x80000000 &&
		    (uint32_t)b == UINT32_MAX)
			return HD_TRAP_INT_OVERFLOW;
		/* fall through */
	case OP_I32_DIV_U: case OP_I32_REM_S: case OP_I32_REM_U:
		return (uint32_t)b ? 0 : HD_TRAP_DIV_ZERO;
	case OP_I64_DIV_S:
		if (a == UINT64_C(1) << 63 && b == UINT64_MAX)
			return HD_TRAP_INT_OVERFLOW;
		/* fall through */
	case OP_I64_DIV_U: case OP_I64_REM_S: case OP_I64_REM_U:
		return b ? 0 : HD_TRAP_DIV_ZERO;
	default:
		return 0;
	}
}

static const enum op int_ops[] = {
#define N(id, code, text, sig, value, traps) OP_##id,
#include "wasm/num.def"
};

static bool is_int_row(enum op op)
{
	const char *sig = op_info[op].sig;

	if (op == OP_I32_CLZ || op == OP_I32_CTZ || op == OP_I32_POPCNT ||
	    op == OP_I64_CLZ || op == OP_I64_CTZ || op == OP_I64_POPCNT)
		return false;	/* bit_counts */
	return !strpbrk(sig, "fd");
}

static void integers(void)
{
	unsigned bad = 0, n = 0;

	for (size_t k = 0; k < ARRAY_LEN(int_ops); k++) {
		enum op op = int_ops[k];
		for (unsigned i = 0; is_int_row(op) && i < EDGES * EDGES; i++) {
			uint64_t a = edges[i / EDGES], b = edges[i % EDGES];
			uint64_t r;
			enum hd_trap_kind t = 0;
			int want = host_trap(op, a, b);
			n++;
			if (!eval(op, a, b, &r, &t))
				bad += (int)t != want;
			else
				bad += want || r != host_int(op, a, b);
		}
	}
	ok(!bad && n > 100000, "%u integer results agree with the host", n);
}

static void bit_counts(void)
{
	unsigned bad = 0;
	enum hd_trap_kind t;

	for (unsigned w = 32; w <= 64; w += 32)
		for (unsigned i = 0; i < EDGES; i++) {
			uint64_t x = edges[i] & UINT64_MAX >> (64 - w), r;
			unsigned lead = 0, trail = 0, ones = 0;
			while (lead < w && !(x >> (w - 1 - lead) & 1))
				lead++;
			while (trail < w && !(x >> trail & 1))
				trail++;
			for (unsigned k = 0; k < w; k++)
				ones += (unsigned)(x >> k & 1);
			eval(w == 32 ? OP_I32_CLZ : OP_I64_CLZ, x, 0, &r, &t);
			bad += r != lead;
			eval(w == 32 ? OP_I32_CTZ : OP_I64_CTZ, x, 0, &r, &t);
			bad += r != trail;
			eval(w == 32 ? OP_I32_POPCNT : OP_I64_POPCNT, x, 0, &r,
			     &t);
			bad += r != ones;
		}
	ok(!bad, "clz, ctz, popcnt");
}

/* ---- floats ---- */

static float f32(uint64_t x)
{
	uint32_t low = (uint32_t)x;
	float f;
	memcpy(&f, &low, sizeof f);
	return f;
}

static double f64(uint64_t x)
{
	double d;
	memcpy(&d, &x, sizeof d);
	return d;
}

static uint64_t bits32(float f)
{
	uint32_t x;
	memcpy(&x, &f, sizeof x);
	return isnan(f) ? 0x7fc00000 : x;
}

static uint64_t bits64(double d)
{
	uint64_t x;
	memcpy(&x, &d, sizeof x);
	return isnan(d) ? UINT64_C(0x7ff8000000000000) : x;
}

static double min_of(double x, double y)
{
	if (isnan(x) || isnan(y))
		return NAN;
	if (x == y)
		return signbit(x) ? x : y;
	return x < y ? x : y;
}

static double max_of(double x, double y)
{
	if (isnan(x) || isnan(y))
		return NAN;
	if (x == y)
		return signbit(x) ? y : x;
	return x > y ? x : y;
}

static uint64_t host_float(enum op op, uint64_t a, uint64_t b)
{
	float x = f32(a), y = f32(b);
	double p = f64(a), q = f64(b);
	uint32_t a32 = (uint32_t)a, b32 = (uint32_t)b;

	switch ((int)op) {
	case OP_F32_EQ: return x == y;
	case OP_F32_NE: return x != y;
	case OP_F32_LT: return x < y;
	case OP_F32_GT: return x > y;
	case OP_F32_LE: return x <= y;
	case OP_F32_GE: return x >= y;
	case OP_F64_EQ: return p == q;
	case OP_F64_NE: return p != q;
	case OP_F64_LT: return p < q;
	case OP_F64_GT: return p > q;
	case OP_F64_LE: return p <= q;
	case OP_F64_GE: return p >= q;
	case OP_F32_ABS: return a32 & 0x7fffffff;
	case OP_F32_NEG: return a32 ^ 0x80000000;
	case OP_F32_COPYSIGN: return (a32 & 0x7fffffff) | (b32 & 0x80000000);
	case OP_F64_ABS: return a << 1 >> 1;
	case OP_F64_NEG: return a ^ UINT64_C(1) << 63;
	case OP_F64_COPYSIGN: return a << 1 >> 1 | b >> 63 << 63;
	case OP_F32_CEIL: return bits32(ceilf(x));
	case OP_F32_FLOOR: return bits32(floorf(x));
	case OP_F32_TRUNC: return bits32(truncf(x));
	case OP_F32_NEAREST: return bits32(rintf(x));
	case OP_F32_SQRT: return bits32(sqrtf(x));
	case OP_F64_CEIL: return bits64(ceil(p));
	case OP_F64_FLOOR: return bits64(floor(p));
	case OP_F64_TRUNC: return bits64(trunc(p));
	case OP_F64_NEAREST: return bits64(rint(p));
	case OP_F64_SQRT: return bits64(sqrt(p));
	/* double rounding is harmless for these five: 53 >= 2 * 24 + 2 */
	case OP_F32_ADD: return bits32((float)((double)x + (double)y));
	case OP_F32_SUB: return bits32((float)((double)x - (double)y));
	case OP_F32_MUL: return bits32((float)((double)x * (double)y));
	case OP_F32_DIV: return bits32((float)((double)x / (double)y));
	case OP_F64_ADD: return bits64(p + q);
	case OP_F64_SUB: return bits64(p - q);
	case OP_F64_MUL: return bits64(p * q);
	case OP_F64_DIV: return bits64(p / q);
	case OP_F32_MIN: return bits32((float)min_of((double)x, (double)y));
	case OP_F32_MAX: return bits32((float)max_of((double)x, (double)y));
	case OP_F64_MIN: return bits64(min_of(p, q));
	case OP_F64_MAX: return bits64(max_of(p, q));
	case OP_F32_DEMOTE_F64: return bits32((float)p);
	case OP_F64_PROMOTE_F32: return bits64((double)x);
	case OP_F32_CONVERT_I32_S: return bits32((float)(int32_t)a32);
	case OP_F32_CONVERT_I32_U: return bits32((float)a32);
	case OP_F32_CONVERT_I64_S: return bits32((float)(int64_t)a);
	case OP_F32_CONVERT_I64_U: return bits32((float)a);
	case OP_F64_CONVERT_I32_S: return bits64((double)(int32_t)a32);
	case OP_F64_CONVERT_I32_U: return bits64((double)a32);
	case OP_F64_CONVERT_I64_S: return bits64((double)(int64_t)a);
	case OP_F64_CONVERT_I64_U: return bits64((double)a);
	case OP_I32_REINTERPRET_F32: case OP_F32_REINTERPRET_I32: return a32;
	case OP_I64_REINTERPRET_F64: case OP_F64_REINTERPRET_I64: return a;
	}
	return UINT64_MAX - 1;	/* conversions */
}

static void floats(void)
{
	unsigned bad = 0, n = 0;

	for (int op = 0; op < OP_NUM_END; op++) {
		for (unsigned i = 0; i < EDGES * EDGES; i++) {
			uint64_t a = edges[i / EDGES], b = edges[i % EDGES], r;
			enum hd_trap_kind t;
			uint64_t want = host_float((enum op)op, a, b);
			if (want == UINT64_MAX - 1 ||
			    !strpbrk(op_info[op].sig, "fd"))
				break;
			n++;
			bad += !eval((enum op)op, a, b, &r, &t) || r != want;
			if (bad == 1 && r != want)
				printf("# %s %llx %llx\n", op_info[op].text,
				       (unsigned long long)a,
				       (unsigned long long)b);
		}
	}
	ok(!bad && n > 100000, "%u float results agree with the C library", n);
}

/* The four kinds of target: bounds in double, which holds them all. */
static const struct conversion {
	enum op trapping, saturating;
	double low, high;		/* low < x < high converts */
	bool single;
	unsigned bits;
	bool is_signed;
} conversions[] = {
	{ OP_I32_TRUNC_F32_S, OP_I32_TRUNC_SAT_F32_S, -2147483649.0, 0x1p31, true, 32, true },
	{ OP_I32_TRUNC_F32_U, OP_I32_TRUNC_SAT_F32_U, -1.0, 0x1p32, true, 32, false },
	{ OP_I32_TRUNC_F64_S, OP_I32_TRUNC_SAT_F64_S, -2147483649.0, 0x1p31, false, 32, true },
	{ OP_I32_TRUNC_F64_U, OP_I32_TRUNC_SAT_F64_U, -1.0, 0x1p32, false, 32, false },
	{ OP_I64_TRUNC_F32_S, OP_I64_TRUNC_SAT_F32_S, -0x1.0000000000001p63, 0x1p63, true, 64, true },
	{ OP_I64_TRUNC_F32_U, OP_I64_TRUNC_SAT_F32_U, -1.0, 0x1p64, true, 64, false },
	{ OP_I64_TRUNC_F64_S, OP_I64_TRUNC_SAT_F64_S, -0x1.0000000000001p63, 0x1p63, false, 64, true },
	{ OP_I64_TRUNC_F64_U, OP_I64_TRUNC_SAT_F64_U, -1.0, 0x1p64, false, 64, false },
};

static uint64_t host_convert(const struct conversion *c, double x)
{
	uint64_t mask = UINT64_MAX >> (64 - c->bits);

	if (isnan(x))
		return 0;
	if (x <= c->low)
		return c->is_signed ? UINT64_C(1) << (c->bits - 1) : 0;
	if (x >= c->high)
		return c->is_signed ? mask >> 1 : mask;
	return (x < 0 ? (uint64_t)(int64_t)x : (uint64_t)x) & mask;
}

static void convert(void)
{
	for (size_t k = 0; k < ARRAY_LEN(conversions); k++) {
		const struct conversion *c = &conversions[k];
		unsigned bad = 0;
		for (unsigned i = 0; i < EDGES; i++) {
			double x = c->single ? (double)f32(edges[i])
					     : f64(edges[i]);
			bool inside = x > c->low && x < c->high;
			uint64_t want = host_convert(c, x), r = 0;
			enum hd_trap_kind t = 0;
			bad += !eval(c->saturating, edges[i], 0, &r, &t) ||
			       r != want;
			bool value = eval(c->trapping, edges[i], 0, &r, &t);
			bad += value != inside || (value && r != want) ||
			       (!value && t != (isnan(x)
						? HD_TRAP_BAD_CONVERSION
						: HD_TRAP_INT_OVERFLOW));
		}
		ok(!bad, "%s and its saturating form",
		   op_info[c->trapping].text);
	}
}

int main(void)
{
	all_rows();
	integers();
	bit_counts();
	floats();
	convert();
	return done();
}
