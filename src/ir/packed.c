/* packed.c - packed.def bound to machine integers. */
#include "ir/packed.h"

bool ir_is_packed(unsigned op)
{
	switch (op) {
#define PACKED(id, text, args, kind, bits, value, row) case IR_##id:
#include "ir/packed.def"
		return true;
	default:
		return false;
	}
}

/* One lane of a word, and the same as a signed number. */
static int64_t lane(uint32_t w, unsigned at, unsigned bits)
{
	return w >> at & ((UINT32_C(1) << bits) - 1);
}

static int64_t signed_lane(uint32_t w, unsigned at, unsigned bits)
{
	int64_t sign = INT64_C(1) << (bits - 1);

	return (lane(w, at, bits) ^ sign) - sign;
}

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* Half, rounded down. */
static int64_t half(int64_t v)
{
	return (v - (v & 1)) / 2;
}

static uint32_t placed(int64_t v, unsigned at, unsigned bits)
{
	return ((uint32_t)v & ((UINT32_C(1) << bits) - 1)) << at;
}

uint32_t ir_packed_value(unsigned op, uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t r = 0;

	(void)c;
	switch (op) {
#define CLAMP(v, lo, hi) clamp(v, lo, hi)
#define HALF(v) half(v)
#define LANES(v, at, bits) r |= placed(v, at, bits)
#define MASK(v, at, bits) r |= placed((v) ? -1 : 0, at, bits)
#define SUM(v, at, bits) r += (uint32_t)(v) + ((at) == 0 ? c : 0)
#define PACKED(id, text, args, kind, bits, value, row)			\
	case IR_##id:							\
		for (unsigned at = 0; at < 32; at += bits) {		\
			int64_t x = lane(a, at, bits);			\
			int64_t y = lane(b, at, bits);			\
			int64_t sx = signed_lane(a, at, bits);		\
			int64_t sy = signed_lane(b, at, bits);		\
			(void)x, (void)y, (void)sx, (void)sy;		\
			kind(value, at, bits);				\
		}							\
		break;
#include "ir/packed.def"
	default:
		break;
	}
	return r;
}
