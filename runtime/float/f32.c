/* f32.c - binary32 operations a core or __aeabi_* may lack.
 *
 * Source: IEEE 754-2019; WebAssembly core specification 3.0, "Floating-Point
 * Operations".
 */
#include "float/bits.h"

/* |a| below 1: the result is 0 or 1 with a's sign. */
static uint32_t round_small(uint32_t a, enum round_mode mode)
{
	const uint32_t sign = a & F32_SIGN;
	const uint32_t mag = a & ~F32_SIGN;
	bool up;

	switch (mode) {
	case ROUND_CEIL:
		up = !sign && mag;
		break;
	case ROUND_FLOOR:
		up = sign && mag;
		break;
	case ROUND_NEAREST:
		up = mag > 0x3f000000u;
		break;
	default:
		up = false;
	}
	return sign | (up ? 0x3f800000u : 0);
}

static uint32_t to_integral(uint32_t a, enum round_mode mode)
{
	const uint32_t exp = a >> 23 & 0xff;

	if (f32_is_nan(a))
		return a | F32_QUIET;
	if (exp >= 127 + 23)
		return a;
	if (exp < 127)
		return round_small(a, mode);
	const uint32_t unit = 1u << (127 + 23 - exp);
	const uint32_t frac = a & (unit - 1);
	uint32_t r = a - frac;
	if (frac == 0)
		return a;
	if (mode == ROUND_NEAREST) {
		/* a carry out of the fraction is the next exponent */
		if (frac > unit / 2 || (frac == unit / 2 && (r & unit)))
			r += unit;
	} else if (a & F32_SIGN ? mode == ROUND_FLOOR : mode == ROUND_CEIL) {
		r += unit;
	}
	return r;
}

uint32_t hd_f32_ceil(uint32_t a)
{
	return to_integral(a, ROUND_CEIL);
}

uint32_t hd_f32_floor(uint32_t a)
{
	return to_integral(a, ROUND_FLOOR);
}

uint32_t hd_f32_trunc(uint32_t a)
{
	return to_integral(a, ROUND_TRUNC);
}

uint32_t hd_f32_nearest(uint32_t a)
{
	return to_integral(a, ROUND_NEAREST);
}

/* Order of non-NaN values as unsigned integers. */
static uint32_t key(uint32_t a)
{
	return a & F32_SIGN ? ~a : a | F32_SIGN;
}

uint32_t hd_f32_min(uint32_t a, uint32_t b)
{
	if (f32_is_nan(a))
		return a | F32_QUIET;
	if (f32_is_nan(b))
		return b | F32_QUIET;
	return key(a) < key(b) ? a : b;
}

uint32_t hd_f32_max(uint32_t a, uint32_t b)
{
	if (f32_is_nan(a))
		return a | F32_QUIET;
	if (f32_is_nan(b))
		return b | F32_QUIET;
	return key(a) > key(b) ? a : b;
}

/* Digit by digit: 24 bits of root and one to round with; the remainder is
 * never 0 in the rounding bit alone, so ties do not occur. */
uint32_t hd_f32_sqrt(uint32_t a)
{
	uint32_t exp = a >> 23 & 0xff;
	uint32_t m = a & 0x7fffffu;

	if (f32_is_nan(a))
		return a | F32_QUIET;
	if ((a & ~F32_SIGN) == 0 || a == F32_INF)
		return a;
	if (a & F32_SIGN)
		return F32_NAN;
	if (exp == 0) {
		const uint32_t shift = HD_CLZ32(m) - 8;

		m <<= shift;
		exp = 1 - shift;	/* wraps; only its parity and sum count */
	}
	m |= 0x800000u;
	int32_t e = (int32_t)exp - 127;
	m <<= 1 + (e & 1);
	e >>= 1;
	uint32_t root = 0, rem = 0;
	for (uint32_t bit = 0; bit < 25; bit++) {
		/* the next two bits of m * 2^24 from the top (m < 2^26) */
		const uint32_t two = bit < 13 ? m >> (24 - 2 * bit) & 3 : 0;

		rem = rem << 2 | two;
		const uint32_t trial = root << 2 | 1;
		root <<= 1;
		if (rem >= trial) {
			rem -= trial;
			root |= 1;
		}
	}
	root = (root >> 1) + (root & 1);
	return ((uint32_t)(e + 126) << 23) + root;
}
