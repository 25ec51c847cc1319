/* float_test.c - the soft float helpers against the host's floating point. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "heddle/abi.h"

static unsigned failures, checks;

static float f32(uint32_t b)
{
	float f;

	memcpy(&f, &b, sizeof f);
	return f;
}

static double f64(uint64_t b)
{
	double d;

	memcpy(&d, &b, sizeof d);
	return d;
}

static uint32_t b32(float f)
{
	uint32_t b;

	memcpy(&b, &f, sizeof b);
	return b;
}

static uint64_t b64(double d)
{
	uint64_t b;

	memcpy(&b, &d, sizeof b);
	return b;
}

static uint64_t nan32(uint32_t b)
{
	return (b & 0x7fffffff) > 0x7f800000;
}

static uint64_t nan64(uint64_t b)
{
	return (b & ~(1ull << 63)) > 0x7ff0000000000000;
}

static void expect(const char *what, uint64_t a, uint64_t b, uint64_t got,
		   uint64_t want)
{
	checks++;
	if (got == want || failures++ > 20)
		return;
	printf("not ok - %s(%" PRIx64 ", %" PRIx64 ") = %" PRIx64
	       ", want %" PRIx64 "\n", what, a, b, got, want);
}

/* NaNs agree when both are quiet NaNs; canonical in, canonical out. */
static uint64_t same32(uint32_t in, uint32_t got, uint32_t want)
{
	if (!isnan(f32(want)))
		return got == want;
	if ((got & 0x7fc00000) != 0x7fc00000)
		return false;
	return !((in & 0x7fffffff) == 0x7fc00000 || !isnan(f32(in))) ||
	       (got & 0x7fffffff) == 0x7fc00000;
}

static uint64_t same64(uint64_t in, uint64_t got, uint64_t want)
{
	const uint64_t canon = 0x7ff8000000000000;

	if (!isnan(f64(want)))
		return got == want;
	if ((got & canon) != canon)
		return false;
	return !((in & ~(1ull << 63)) == canon || !isnan(f64(in))) ||
	       (got & ~(1ull << 63)) == canon;
}

static float min32(float a, float b)
{
	if (a == b)
		return signbit(a) ? a : b;
	return a < b ? a : b;
}

static float max32(float a, float b)
{
	if (a == b)
		return signbit(a) ? b : a;
	return a > b ? a : b;
}

static double min64(double a, double b)
{
	if (a == b)
		return signbit(a) ? a : b;
	return a < b ? a : b;
}

static double max64(double a, double b)
{
	if (a == b)
		return signbit(a) ? b : a;
	return a > b ? a : b;
}

static uint64_t sat(double d, double lo, double hi, uint64_t min, uint64_t max,
		    bool is_signed)
{
	if (isnan(d))
		return 0;
	if (d <= lo)
		return min;
	if (d >= hi)
		return max;
	return is_signed ? (uint64_t)(int64_t)d : (uint64_t)d;
}

#define UNARY32(name, host) \
	expect(#name, a, 0, same32(a, hd_##name(a), b32(host(f32(a)))), 1)
#define UNARY64(name, host) \
	expect(#name, a, 0, same64(a, hd_##name(a), b64(host(f64(a)))), 1)

static void one32(uint32_t a, uint32_t b)
{
	const double d = f32(a);

	UNARY32(f32_sqrt, sqrtf);
	UNARY32(f32_ceil, ceilf);
	UNARY32(f32_floor, floorf);
	UNARY32(f32_trunc, truncf);
	UNARY32(f32_nearest, rintf);
	if (!isnan(f32(a)) && !isnan(f32(b))) {
		expect("f32_min", a, b, hd_f32_min(a, b), b32(min32(f32(a), f32(b))));
		expect("f32_max", a, b, hd_f32_max(a, b), b32(max32(f32(a), f32(b))));
	} else {
		expect("f32_min nan", a, b, nan32(hd_f32_min(a, b)), 1);
		expect("f32_max nan", a, b, nan32(hd_f32_max(a, b)), 1);
	}
	expect("f32_to_f64", a, 0, same64(isnan(f32(a)) ? (a & 0x3fffff ? 1ull << 62 | ~0ull >> 1 : 0x7ff8000000000000) : 0,
					  hd_f32_to_f64(a), b64((double)f32(a))), 1);
	expect("f32_to_i32_s", a, 0, hd_f32_to_i32_s(a),
	       (uint32_t)sat(d, -0x1p31, 0x1p31, 0x80000000, 0x7fffffff, true));
	expect("f32_to_i32_u", a, 0, hd_f32_to_i32_u(a), sat(d, 0, 0x1p32, 0, UINT32_MAX, false));
	expect("f32_to_i64_s", a, 0, hd_f32_to_i64_s(a),
	       sat(d, -0x1p63, 0x1p63, 1ull << 63, INT64_MAX, true));
	expect("f32_to_i64_u", a, 0, hd_f32_to_i64_u(a), sat(d, 0, 0x1p64, 0, UINT64_MAX, false));
}

static void one64(uint64_t a, uint64_t b)
{
	const double d = f64(a);

	UNARY64(f64_sqrt, sqrt);
	UNARY64(f64_ceil, ceil);
	UNARY64(f64_floor, floor);
	UNARY64(f64_trunc, trunc);
	UNARY64(f64_nearest, rint);
	if (!isnan(f64(a)) && !isnan(f64(b))) {
		expect("f64_min", a, b, hd_f64_min(a, b), b64(min64(f64(a), f64(b))));
		expect("f64_max", a, b, hd_f64_max(a, b), b64(max64(f64(a), f64(b))));
	} else {
		expect("f64_min nan", a, b, nan64(hd_f64_min(a, b)), 1);
		expect("f64_max nan", a, b, nan64(hd_f64_max(a, b)), 1);
	}
	expect("f64_to_f32", a, 0, isnan(d) ? isnan(f32(hd_f64_to_f32(a))) &&
	       (hd_f64_to_f32(a) & 0x400000) : hd_f64_to_f32(a) == b32((float)f64(a)), 1);
	expect("f64_to_i32_s", a, 0, hd_f64_to_i32_s(a),
	       (uint32_t)sat(trunc(d), -0x1p31, 0x1p31, 0x80000000, 0x7fffffff, true));
	expect("f64_to_i32_u", a, 0, hd_f64_to_i32_u(a), sat(trunc(d), 0, 0x1p32, 0, UINT32_MAX, false));
	expect("f64_to_i64_s", a, 0, hd_f64_to_i64_s(a), sat(d, -0x1p63, 0x1p63, 1ull << 63, INT64_MAX, true));
	expect("f64_to_i64_u", a, 0, hd_f64_to_i64_u(a), sat(d, 0, 0x1p64, 0, UINT64_MAX, false));
	expect("i64_to_f32_s", a, 0, hd_i64_to_f32_s(a), b32((float)(int64_t)a));
	expect("i64_to_f32_u", a, 0, hd_i64_to_f32_u(a), b32((float)a));
	expect("i64_to_f64_s", a, 0, hd_i64_to_f64_s(a), b64((double)(int64_t)a));
	expect("i64_to_f64_u", a, 0, hd_i64_to_f64_u(a), b64((double)a));
	expect("i32_to_f32_s", a, 0, hd_i32_to_f32_s((uint32_t)a), b32((float)(int32_t)a));
	expect("i32_to_f32_u", a, 0, hd_i32_to_f32_u((uint32_t)a), b32((float)(uint32_t)a));
	expect("i32_to_f64_s", a, 0, hd_i32_to_f64_s((uint32_t)a), b64((double)(int32_t)a));
	expect("i32_to_f64_u", a, 0, hd_i32_to_f64_u((uint32_t)a), b64((double)(uint32_t)a));
}

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Values with few significant bits around every exponent meet the ties. */
static uint64_t edge64(void)
{
	uint64_t v = rnd() & rnd() & rnd();

	if (rnd() & 1)
		v = (v & 0x800fffffffffffff) | (1023 - 160 + rnd() % 320) << 52;
	return rnd() & 7 ? v : rnd();
}

static uint32_t edge32(void)
{
	uint32_t v = (uint32_t)(rnd() & rnd() & rnd());

	if (rnd() & 1)
		v = (v & 0x807fffff) | (uint32_t)(127 - 30 + rnd() % 100) << 23;
	return rnd() & 7 ? v : (uint32_t)rnd();
}

int main(void)
{
	static const uint64_t special[] = {
		0, 1, 0x7ff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001,
		0x3fe0000000000000, 0x3fdfffffffffffff, 0x3ff8000000000000,
		0x41dfffffffc00000, 0x41e0000000000000, 0x41efffffffe00000,
		0x43dfffffffffffff, 0x43e0000000000000, 0x43f0000000000000,
		0x47efffffe0000000, 0x47efffffefffffff, 0x47effffff0000000,
		0x3690000000000000, 0x3690000000000001, 0x36a0000000000000,
		0x380fffffe0000000, 0x380fffffffffffff, 0xffffffffffffffff,
		0x7fffffbfffffffff, 0x4330000000000001, 0x4320000000000001,
	};
	static const uint32_t special32[] = {
		0, 1, 0x7f800000, 0x7fc00000, 0x7f800001, 0x3f000000, 0x3effffff,
		0x3fc00000, 0x4f000000, 0x4effffff, 0x4f800000, 0x5f000000,
		0x5f800000, 0x4b000000, 0x4b7fffff, 0x4afffffe, 0x007fffff,
	};
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		for (size_t j = 0; j < sizeof special / sizeof *special; j++) {
			one64(special[i], special[j]);
			one64(special[i] ^ 1ull << 63, special[j]);
		}
	for (size_t i = 0; i < sizeof special32 / sizeof *special32; i++)
		for (size_t j = 0; j < sizeof special32 / sizeof *special32; j++) {
			one32(special32[i], special32[j]);
			one32(special32[i] ^ 1u << 31, special32[j]);
		}
	for (int i = 0; i < 200000; i++) {
		one64(edge64(), edge64());
		one32(edge32(), edge32());
	}
	printf("%s - %u checks, %u failures\n", failures ? "not ok" : "ok", checks, failures);
	return failures != 0;
}
