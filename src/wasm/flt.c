/* flt.c - float operations on raw bits.
 *
 * Both formats share one body through parameters: the number of significand
 * bits and the bias say all.  f32 to f64 is exact, so comparisons and
 * conversions to integers go through f64; arithmetic does not.
 * Source: WebAssembly core specification 3.0, "Floating-Point Operations".
 */
#include "wasm/flt.h"

#include <assert.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "excess precision would round twice");
_Static_assert(FLT_MANT_DIG == 24 && DBL_MANT_DIG == 53, "IEEE 754 formats");

#define SIGN32 UINT32_C(0x80000000)
#define SIGN64 UINT64_C(0x8000000000000000)

static float f32(uint32_t x)
{
	float f;
	memcpy(&f, &x, sizeof f);
	return f;
}

static double f64(uint64_t x)
{
	double d;
	memcpy(&d, &x, sizeof d);
	return d;
}

static uint32_t bits32(float f)
{
	uint32_t x;
	memcpy(&x, &f, sizeof x);
	assert(fegetround() == FE_TONEAREST);
	return f32_nan(x) ? FLT_NAN32 : x;
}

static uint64_t bits64(double d)
{
	uint64_t x;
	memcpy(&x, &d, sizeof x);
	assert(fegetround() == FE_TONEAREST);
	return f64_nan(x) ? FLT_NAN64 : x;
}

bool f32_nan(uint32_t x)
{
	return (x & ~SIGN32) > UINT32_C(0x7f800000);
}

bool f64_nan(uint64_t x)
{
	return (x & ~SIGN64) > UINT64_C(0x7ff0000000000000);
}

/* Numbers in order, as unsigned integers: -0 and +0 are made equal. */
static uint64_t order64(uint64_t x)
{
	if (x == SIGN64)
		x = 0;
	return x & SIGN64 ? ~x : x | SIGN64;
}

bool f64_eq(uint64_t x, uint64_t y)
{
	return !f64_nan(x) && !f64_nan(y) && order64(x) == order64(y);
}

bool f64_lt(uint64_t x, uint64_t y)
{
	return !f64_nan(x) && !f64_nan(y) && order64(x) < order64(y);
}

bool f64_le(uint64_t x, uint64_t y)
{
	return !f64_nan(x) && !f64_nan(y) && order64(x) <= order64(y);
}

bool f32_eq(uint32_t x, uint32_t y)
{
	return f64_eq(f64_of_f32(x), f64_of_f32(y));
}

bool f32_lt(uint32_t x, uint32_t y)
{
	return f64_lt(f64_of_f32(x), f64_of_f32(y));
}

bool f32_le(uint32_t x, uint32_t y)
{
	return f64_le(f64_of_f32(x), f64_of_f32(y));
}

uint32_t f32_add(uint32_t x, uint32_t y)
{
	return bits32(f32(x) + f32(y));
}

uint32_t f32_sub(uint32_t x, uint32_t y)
{
	return bits32(f32(x) - f32(y));
}

uint32_t f32_mul(uint32_t x, uint32_t y)
{
	return bits32(f32(x) * f32(y));
}

uint32_t f32_div(uint32_t x, uint32_t y)
{
	return bits32(f32(x) / f32(y));
}

uint32_t f32_sqrt(uint32_t x)
{
	return bits32(sqrtf(f32(x)));
}

uint64_t f64_add(uint64_t x, uint64_t y)
{
	return bits64(f64(x) + f64(y));
}

uint64_t f64_sub(uint64_t x, uint64_t y)
{
	return bits64(f64(x) - f64(y));
}

uint64_t f64_mul(uint64_t x, uint64_t y)
{
	return bits64(f64(x) * f64(y));
}

uint64_t f64_div(uint64_t x, uint64_t y)
{
	return bits64(f64(x) / f64(y));
}

uint64_t f64_sqrt(uint64_t x)
{
	return bits64(sqrt(f64(x)));
}

/* Equal operands differ at most in sign: the minimum is negative if either
 * is, the maximum only if both are. */
uint32_t f32_min(uint32_t x, uint32_t y)
{
	if (f32_nan(x) || f32_nan(y))
		return FLT_NAN32;
	return f32_eq(x, y) ? x | y : f32_lt(x, y) ? x : y;
}

uint32_t f32_max(uint32_t x, uint32_t y)
{
	if (f32_nan(x) || f32_nan(y))
		return FLT_NAN32;
	return f32_eq(x, y) ? x & y : f32_lt(x, y) ? y : x;
}

uint64_t f64_min(uint64_t x, uint64_t y)
{
	if (f64_nan(x) || f64_nan(y))
		return FLT_NAN64;
	return f64_eq(x, y) ? x | y : f64_lt(x, y) ? x : y;
}

uint64_t f64_max(uint64_t x, uint64_t y)
{
	if (f64_nan(x) || f64_nan(y))
		return FLT_NAN64;
	return f64_eq(x, y) ? x & y : f64_lt(x, y) ? y : x;
}

enum rounding { DOWN, UP, ZERO, EVEN };

/* Whether the magnitude `kept` with the non-zero rest `rest` (of a unit
 * `unit`) is rounded away from zero. */
static bool away(enum rounding how, bool negative, uint64_t kept,
		 uint64_t rest, uint64_t unit)
{
	switch (how) {
	case DOWN: return negative;
	case UP:   return !negative;
	case EVEN: return rest > unit / 2 ||
			  (rest == unit / 2 && (kept & unit));
	default:   return false;
	}
}

/* Rounds the magnitude of a float to an integer.  Significand and exponent
 * are one number: a carry out of the significand is right in the exponent.
 *
 *   m     exponent and significand; not NaN
 *   sig   bits of the significand
 *   bias  of the exponent
 */
static uint64_t integral(uint64_t m, unsigned sig, unsigned bias,
			 enum rounding how, bool negative)
{
	uint64_t exponent = m >> sig;

	if (m == 0 || exponent >= bias + sig)
		return m;
	if (exponent < bias) {
		/* below 1: as halves, only the comparison with 1/2 matters */
		uint64_t half = (uint64_t)(bias - 1) << sig;
		uint64_t rest = m < half ? 1 : m == half ? 2 : 3;
		bool up = away(how, negative, 0, rest, 4);
		return up ? (uint64_t)bias << sig : 0;
	}
	uint64_t unit = (uint64_t)1 << (bias + sig - exponent);
	uint64_t rest = m & (unit - 1), kept = m - rest;
	/* bit `unit` of m is the lowest kept significand bit, or the lowest
	 * exponent bit for 1.x: the bias is odd, so that reads 1, which is
	 * the parity of the implicit one. */
	if (rest && away(how, negative, kept, rest, unit))
		kept += unit;
	return kept;
}

static uint32_t round32(uint32_t x, enum rounding how)
{
	if (f32_nan(x))
		return FLT_NAN32;
	bool negative = x & SIGN32;
	return (x & SIGN32) |
	       (uint32_t)integral(x & ~SIGN32, 23, 127, how, negative);
}

static uint64_t round64(uint64_t x, enum rounding how)
{
	if (f64_nan(x))
		return FLT_NAN64;
	bool negative = x & SIGN64;
	return (x & SIGN64) | integral(x & ~SIGN64, 52, 1023, how, negative);
}

uint32_t f32_ceil(uint32_t x)
{
	return round32(x, UP);
}

uint32_t f32_floor(uint32_t x)
{
	return round32(x, DOWN);
}

uint32_t f32_trunc(uint32_t x)
{
	return round32(x, ZERO);
}

uint32_t f32_nearest(uint32_t x)
{
	return round32(x, EVEN);
}

uint64_t f64_ceil(uint64_t x)
{
	return round64(x, UP);
}

uint64_t f64_floor(uint64_t x)
{
	return round64(x, DOWN);
}

uint64_t f64_trunc(uint64_t x)
{
	return round64(x, ZERO);
}

uint64_t f64_nearest(uint64_t x)
{
	return round64(x, EVEN);
}

uint32_t f32_of_f64(uint64_t x)
{
	return bits32((float)f64(x));
}

uint64_t f64_of_f32(uint32_t x)
{
	return bits64((double)f32(x));
}

uint32_t f32_of_s64(int64_t x)
{
	return bits32((float)x);
}

uint32_t f32_of_u64(uint64_t x)
{
	return bits32((float)x);
}

uint64_t f64_of_s64(int64_t x)
{
	return bits64((double)x);
}

uint64_t f64_of_u64(uint64_t x)
{
	return bits64((double)x);
}

/* The magnitude rounded to zero, clamped to `max`. */
static uint64_t magnitude(uint64_t x, uint64_t max)
{
	unsigned exponent = (unsigned)(x >> 52 & 0x7ff);
	uint64_t sig = (x & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;

	if (exponent < 1023)
		return 0;
	if (exponent >= 1023 + 64)
		return max;
	unsigned shift = exponent - 1023;
	uint64_t n = shift <= 52 ? sig >> (52 - shift) : sig << (shift - 52);
	return n < max ? n : max;
}

uint64_t f64_to_signed(uint64_t x, unsigned bits)
{
	uint64_t mask = UINT64_MAX >> (64 - bits);
	uint64_t limit = UINT64_C(1) << (bits - 1);

	if (f64_nan(x))
		return 0;
	if (x & SIGN64)
		return (0 - magnitude(x, limit)) & mask;
	return magnitude(x, limit - 1);
}

uint64_t f64_to_unsigned(uint64_t x, unsigned bits)
{
	if (f64_nan(x) || (x & SIGN64))
		return 0;
	return magnitude(x, UINT64_MAX >> (64 - bits));
}
