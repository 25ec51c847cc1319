/* convert.c - conversions between integers and raw floats.
 *
 * Source: IEEE 754-2019, conversion operations; WebAssembly core
 * specification 3.0, "Conversions" (trunc_sat, convert, demote, promote).
 */
#include "float/bits.h"

/* Rounds m * 2^exp (m not 0) to a format of `frac` fraction bits and bias
 * `bias`, nearest even, with subnormals and overflow to infinity; no sign. */
static uint64_t round_pack(uint64_t m, int32_t exp, uint32_t frac, int32_t bias)
{
	const uint32_t lead = HD_CLZ64(m);
	int32_t e;

	m <<= lead;
	e = exp - (int32_t)lead + 63 + bias;	/* biased exponent of 1.x */
	if (e > 2 * bias)
		return (uint64_t)(2 * bias + 1) << frac;
	uint32_t drop = 63 - frac;
	if (e <= 0) {
		drop += (uint32_t)(1 - e);
		e = 0;
		if (drop > 64)
			return 0;
	}
	if (drop == 64)		/* only the leading bit can round up */
		return m > (uint64_t)1 << 63;
	const uint64_t half = (uint64_t)1 << (drop - 1);
	const uint64_t rest = m & (half * 2 - 1);
	uint64_t r = m >> drop;
	r += rest > half || (rest == half && (r & 1));
	/* a normal r carries its leading one into the exponent field */
	return e ? ((uint64_t)(e - 1) << frac) + r : r;
}

static uint64_t from_int(uint64_t a, bool neg, uint32_t frac, int32_t bias)
{
	if (neg)
		a = 0 - a;
	return a ? round_pack(a, 0, frac, bias) : 0;
}

uint32_t hd_i64_to_f32_u(uint64_t a)
{
	return (uint32_t)from_int(a, false, 23, 127);
}

uint64_t hd_i64_to_f64_u(uint64_t a)
{
	return from_int(a, false, 52, 1023);
}

uint32_t hd_i64_to_f32_s(uint64_t a)
{
	const bool neg = a >> 63;

	return (uint32_t)from_int(a, neg, 23, 127) | (neg ? F32_SIGN : 0);
}

uint64_t hd_i64_to_f64_s(uint64_t a)
{
	const bool neg = a >> 63;

	return from_int(a, neg, 52, 1023) | (neg ? F64_SIGN : 0);
}

uint32_t hd_i32_to_f32_s(uint32_t a)
{
	return hd_i64_to_f32_s((uint64_t)(int64_t)(int32_t)a);
}

uint32_t hd_i32_to_f32_u(uint32_t a)
{
	return hd_i64_to_f32_u(a);
}

uint64_t hd_i32_to_f64_s(uint32_t a)
{
	return hd_i64_to_f64_s((uint64_t)(int64_t)(int32_t)a);
}

uint64_t hd_i32_to_f64_u(uint32_t a)
{
	return hd_i64_to_f64_u(a);
}

uint64_t hd_f32_to_f64(uint32_t a)
{
	const uint64_t sign = (uint64_t)(a & F32_SIGN) << 32;
	const uint32_t mag = a & ~F32_SIGN;

	if (f32_is_nan(a))
		return sign | F64_NAN | (uint64_t)mag << 29;
	if (mag == F32_INF)
		return sign | F64_INF;
	if (mag == 0)
		return sign;
	if (mag < 0x800000u)
		return sign | round_pack(mag, -149, 52, 1023);
	return sign | (((uint64_t)mag << 29) + ((uint64_t)(1023 - 127) << 52));
}

uint32_t hd_f64_to_f32(uint64_t a)
{
	const uint32_t sign = (uint32_t)(a >> 32) & F32_SIGN;
	const uint64_t mag = a & ~F64_SIGN;
	const int32_t exp = (int32_t)(mag >> 52);
	const uint64_t m = mag & 0xfffffffffffffu;

	if (f64_is_nan(a))
		return sign | F32_NAN | (uint32_t)(m >> 29);
	if (mag == F64_INF)
		return sign | F32_INF;
	if (exp == 0)
		return sign;	/* far below the smallest binary32 */
	return sign | (uint32_t)round_pack(m | (uint64_t)1 << 52, exp - 1075,
					   23, 127);
}

/* Truncates to an integer of `bits` bits.  NaN gives 0; values outside give
 * the nearest bound. */
static uint64_t to_int(uint64_t a, bool is_signed, uint32_t bits)
{
	const bool neg = a >> 63;
	const int32_t e = (int32_t)(a >> 52 & 0x7ff) - 1023;
	const uint64_t m = (a & 0xfffffffffffffu) | (uint64_t)1 << 52;
	const uint64_t top = (uint64_t)1 << (bits - 1);
	const uint64_t max = is_signed ? top - 1 : top - 1 + top;

	if (f64_is_nan(a) || e < 0)
		return 0;
	if (neg && !is_signed)
		return 0;
	if (e >= (int32_t)bits - is_signed)
		return neg ? top : max;
	const uint64_t v = e >= 52 ? m << (e - 52) : m >> (52 - e);
	return neg ? 0 - v : v;
}

uint32_t hd_f64_to_i32_s(uint64_t a)
{
	return (uint32_t)to_int(a, true, 32);
}

uint32_t hd_f64_to_i32_u(uint64_t a)
{
	return (uint32_t)to_int(a, false, 32);
}

uint64_t hd_f64_to_i64_s(uint64_t a)
{
	return to_int(a, true, 64);
}

uint64_t hd_f64_to_i64_u(uint64_t a)
{
	return to_int(a, false, 64);
}

uint32_t hd_f32_to_i32_s(uint32_t a)
{
	return hd_f64_to_i32_s(hd_f32_to_f64(a));
}

uint32_t hd_f32_to_i32_u(uint32_t a)
{
	return hd_f64_to_i32_u(hd_f32_to_f64(a));
}

uint64_t hd_f32_to_i64_s(uint32_t a)
{
	return hd_f64_to_i64_s(hd_f32_to_f64(a));
}

uint64_t hd_f32_to_i64_u(uint32_t a)
{
	return hd_f64_to_i64_u(hd_f32_to_f64(a));
}
