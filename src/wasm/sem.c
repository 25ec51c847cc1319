/* sem.c - num.def bound to machine integers. */
#include "wasm/sem.h"

#include "base/compiler.h"
#include "wasm/flt.h"

/* In every function below, w is the width of the operands in bits. */

static uint64_t low(unsigned w, uint64_t x)
{
	return x & UINT64_MAX >> (64 - w);
}

static uint64_t sign(unsigned n, uint64_t x)
{
	uint64_t bit = UINT64_C(1) << (n - 1);
	return (low(n, x) ^ bit) - bit;
}

/* Signed order is unsigned order with the sign bits turned. */
static uint64_t turned(unsigned w, uint64_t x)
{
	return x ^ UINT64_C(1) << (w - 1);
}

static uint64_t udiv(uint64_t x, uint64_t y)
{
	return y ? x / y : 0;
}

static uint64_t sdiv(unsigned w, uint64_t x, uint64_t y)
{
	bool nx = x >> (w - 1), ny = y >> (w - 1);
	uint64_t q = udiv(nx ? low(w, 0 - x) : x, ny ? low(w, 0 - y) : y);
	return low(w, nx != ny ? 0 - q : q);
}

static uint64_t shr_s(unsigned w, uint64_t x, uint64_t n)
{
	uint64_t fill = x >> (w - 1) ? ~(UINT64_MAX >> n) : 0;
	return low(w, sign(w, x) >> n | fill);
}

static uint64_t rotl(unsigned w, uint64_t x, uint64_t n)
{
	return n ? low(w, x << n) | x >> (w - n) : x;
}

static uint64_t popcnt(uint64_t x)
{
	uint64_t n = 0;
	for (; x; x &= x - 1)
		n++;
	return n;
}

static uint64_t ctz(unsigned w, uint64_t x)
{
	return x ? popcnt((x & (0 - x)) - 1) : w;
}

static uint64_t clz(unsigned w, uint64_t x)
{
	uint64_t n = w;
	for (; x; x >>= 1)
		n--;
	return n;
}

#define U32(x) ((uint32_t)(x))
#define S32(x) ((int64_t)sign(32, x))
#define S64(x) ((int64_t)(x))

#define K(n)        low(w, (uint64_t)(n))
#define SMIN        (UINT64_C(1) << (w - 1))
#define ADD(x, y)   low(w, (x) + (y))
#define SUB(x, y)   low(w, (x) - (y))
#define MUL(x, y)   low(w, (x) * (y))
#define UDIV(x, y)  udiv(x, y)
#define SDIV(x, y)  sdiv(w, x, y)
#define AND(x, y)   ((x) & (y))
#define OR(x, y)    ((x) | (y))
#define XOR(x, y)   ((x) ^ (y))
#define SHL(x, n)   low(w, (x) << (n))
#define SHR_U(x, n) ((x) >> (n))
#define SHR_S(x, n) shr_s(w, x, n)
#define ROTL(x, n)  rotl(w, x, n)
#define ROTR(x, n)  rotl(w, x, (w - (n)) % w)
#define CLZ(x)      clz(w, x)
#define CTZ(x)      ctz(w, x)
#define POPCNT(x)   popcnt(x)
#define SIGN(n, x)  low(w, sign(n, x))

#define EQ(x, y)   ((x) == (y))
#define ULT(x, y)  ((x) < (y))
#define ULE(x, y)  ((x) <= (y))
#define SLT(x, y)  (turned(w, x) < turned(w, y))
#define SLE(x, y)  (turned(w, x) <= turned(w, y))
#define NOT(c)     (!(c))
#define BOTH(c, d) ((c) && (d))

#define BOOL(c)     ((c) ? UINT64_C(1) : UINT64_C(0))
#define WRAP(x)     low(32, x)
#define EXTEND_S(x) sign(32, x)
#define EXTEND_U(x) (x)

#define F32_EQ(x, y)   f32_eq(U32(x), U32(y))
#define F32_LT(x, y)   f32_lt(U32(x), U32(y))
#define F32_LE(x, y)   f32_le(U32(x), U32(y))
#define F32_NAN(x)     f32_nan(U32(x))
#define F32_ADD(x, y)  f32_add(U32(x), U32(y))
#define F32_SUB(x, y)  f32_sub(U32(x), U32(y))
#define F32_MUL(x, y)  f32_mul(U32(x), U32(y))
#define F32_DIV(x, y)  f32_div(U32(x), U32(y))
#define F32_MIN(x, y)  f32_min(U32(x), U32(y))
#define F32_MAX(x, y)  f32_max(U32(x), U32(y))
#define F32_SQRT(x)    f32_sqrt(U32(x))
#define F32_CEIL(x)    f32_ceil(U32(x))
#define F32_FLOOR(x)   f32_floor(U32(x))
#define F32_TRUNC(x)   f32_trunc(U32(x))
#define F32_NEAREST(x) f32_nearest(U32(x))
#define F64_EQ(x, y)   f64_eq(x, y)
#define F64_LT(x, y)   f64_lt(x, y)
#define F64_LE(x, y)   f64_le(x, y)
#define F64_NAN(x)     f64_nan(x)
#define F64_ADD(x, y)  f64_add(x, y)
#define F64_SUB(x, y)  f64_sub(x, y)
#define F64_MUL(x, y)  f64_mul(x, y)
#define F64_DIV(x, y)  f64_div(x, y)
#define F64_MIN(x, y)  f64_min(x, y)
#define F64_MAX(x, y)  f64_max(x, y)
#define F64_SQRT(x)    f64_sqrt(x)
#define F64_CEIL(x)    f64_ceil(x)
#define F64_FLOOR(x)   f64_floor(x)
#define F64_TRUNC(x)   f64_trunc(x)
#define F64_NEAREST(x) f64_nearest(x)

#define F32_DEMOTE_F64(x)      f32_of_f64(x)
#define F64_PROMOTE_F32(x)     f64_of_f32(U32(x))
#define F32_CONVERT_I32_S(x)   f32_of_s64(S32(x))
#define F32_CONVERT_I32_U(x)   f32_of_u64(x)
#define F32_CONVERT_I64_S(x)   f32_of_s64(S64(x))
#define F32_CONVERT_I64_U(x)   f32_of_u64(x)
#define F64_CONVERT_I32_S(x)   f64_of_s64(S32(x))
#define F64_CONVERT_I32_U(x)   f64_of_u64(x)
#define F64_CONVERT_I64_S(x)   f64_of_s64(S64(x))
#define F64_CONVERT_I64_U(x)   f64_of_u64(x)
#define I32_TRUNC_SAT_F32_S(x) f64_to_signed(f64_of_f32(U32(x)), 32)
#define I32_TRUNC_SAT_F32_U(x) f64_to_unsigned(f64_of_f32(U32(x)), 32)
#define I32_TRUNC_SAT_F64_S(x) f64_to_signed(x, 32)
#define I32_TRUNC_SAT_F64_U(x) f64_to_unsigned(x, 32)
#define I64_TRUNC_SAT_F32_S(x) f64_to_signed(f64_of_f32(U32(x)), 64)
#define I64_TRUNC_SAT_F32_U(x) f64_to_unsigned(f64_of_f32(U32(x)), 64)
#define I64_TRUNC_SAT_F64_S(x) f64_to_signed(x, 64)
#define I64_TRUNC_SAT_F64_U(x) f64_to_unsigned(x, 64)

#define NEVER         0
#define TRAP(kind, c) ((c) ? (int)HD_TRAP_##kind : 0)
#define EITHER(t, u)  ((t) ? (t) : (u))

static unsigned width_of(char letter)
{
	return letter == 'i' || letter == 'f' ? 32 : 64;
}

bool num_eval(enum op op, const uint64_t arg[], uint64_t *result,
	      enum hd_trap_kind *trap)
{
	CHECK(op < OP_NUM_END);
	const char *sig = op_info[op].sig;
	unsigned w = width_of(sig[0]);
	uint64_t a = low(w, arg[0]);
	uint64_t b = sig[1] == ':' ? 0 : low(w, arg[1]);
	uint64_t value = 0;
	int why = 0;

	switch ((int)op) {
#define N(id, code, text, sig, val, traps) \
	case OP_##id:                      \
		why = (traps);             \
		value = (val);             \
		break;
#include "wasm/num.def"
	}
	if (why) {
		*trap = (enum hd_trap_kind)why;
		return false;
	}
	*result = value;
	return true;
}
