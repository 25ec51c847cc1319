/* f64.c - binary64 operations a core or __aeabi_* may lack.
 *
 * Source: IEEE 754-2019; WebAssembly core specification 3.0, "Floating-Point
 * Operations".
 */
#include "float/bits.h"

/* |a| below 1: the result is 0 or 1 with a's sign. */
static uint64_t round_small(uint64_t a, enum round_mode mode)
{
	const uint64_t sign = a & F64_SIGN;
	const uint64_t mag = a & ~F64_SIGN;
	bool up;

	switch (mode) {
	case ROUND_CEIL:
		up = !sign && mag;
		break;
	case ROUND_FLOOR:
		up = sign && mag;
		break;
	case ROUND_NEAREST:
		up = mag > 0x3fe0000000000000u;
		break;
	default:
		up = false;
	}
	return sign | (up ? 0x3ff0000000000000u : 0);
}

static uint64_t to_integral(uint64_t a, enum round_mode mode)
{
	const uint64_t exp = a >> 52 & 0x7ff;

	if (f64_is_nan(a))
		return a | F64_QUIET;
	if (exp >= 1023 + 52)
		return a;
	if (exp < 1023)
		return round_small(a, mode);
	const uint64_t unit = (uint64_t)1 << (1023 + 52 - exp);
	const uint64_t frac = a & (unit - 1);
	uint64_t r = a - frac;
	if (frac == 0)
		return a;
	if (mode == ROUND_NEAREST) {
		/* a carry out of the fraction is the next exponent */
		if (frac > unit / 2 || (frac == unit / 2 && (r & unit)))
			r += unit;
	} else if (a & F64_SIGN ? mode == ROUND_FLOOR : mode == ROUND_CEIL) {
		r += unit;
	}
	return r;
}

uint64_t hd_f64_ceil(uint64_t a)
{
	return to_integral(a, ROUND_CEIL);
}

uint64_t hd_f64_floor(uint64_t a)
{
	return to_integral(a, ROUND_FLOOR);
}

uint64_t hd_f64_trunc(uint64_t a)
{
	return to_integral(a, ROUND_TRUNC);
}

uint64_t hd_f64_nearest(uint64_t a)
{
	return to_integral(a, ROUND_NEAREST);
}

/* Order of non-NaN values as unsigned integers. */
static uint64_t key(uint64_t a)
{
	return a & F64_SIGN ? ~a : a | F64_SIGN;
}

uint64_t hd_f64_min(uint64_t a, uint64_t b)
{
	if (f64_is_nan(a))
		return a | F64_QUIET;
	if (f64_is_nan(b))
		return b | F64_QUIET;
	return key(a) < key(b) ? a : b;
}

uint64_t hd_f64_max(uint64_t a, uint64_t b)
{
	if (f64_is_nan(a))
		return a | F64_QUIET;
	if (f64_is_nan(b))
		return b | F64_QUIET;
	return key(a) > key(b) ? a : b;
}

/* Digit by digit: 53 bits of root and one to round with; the remainder is
 * never 0 in the rounding bit alone, so ties do not occur. */
uint64_t hd_f64_sqrt(uint64_t a)
{
	uint64_t exp = a >> 52 & 0x7ff;
	uint64_t m = a & 0xfffffffffffffu;

	if (f64_is_nan(a))
		return a | F64_QUIET;
	if ((a & ~F64_SIGN) == 0 || a == F64_INF)
		return a;
	if (a & F64_SIGN)
		return F64_NAN;
	if (exp == 0) {
		const uint64_t shift = HD_CLZ64(m) - 11;

		m <<= shift;
		exp = 1 - shift;	/* wraps; only its parity and sum count */
	}
	m |= 0x10000000000000u;
	int64_t e = (int64_t)exp - 1023;
	if (e & 1)
		m <<= 1;
	e >>= 1;
	uint64_t root = 0, rem = 0;
	for (uint64_t bit = 0; bit < 54; bit++) {
		/* the next two bits of m * 2^54 from the top (m < 2^54) */
		const uint64_t two = bit < 27 ? m >> (52 - 2 * bit) & 3 : 0;

		rem = rem << 2 | two;
		const uint64_t trial = root << 2 | 1;
		root <<= 1;
		if (rem >= trial) {
			rem -= trial;
			root |= 1;
		}
	}
	root = (root >> 1) + (root & 1);
	return ((uint64_t)(e + 1022) << 52) + root;
}
