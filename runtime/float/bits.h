/* float/bits.h - binary32 and binary64 as raw bits. */
#ifndef HD_FLOAT_BITS_H
#define HD_FLOAT_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cc.h"
#include "heddle/abi.h"

#define F32_SIGN	0x80000000u
#define F32_INF		0x7f800000u
#define F32_QUIET	0x00400000u
#define F32_NAN		0x7fc00000u
#define F64_SIGN	0x8000000000000000u
#define F64_INF		0x7ff0000000000000u
#define F64_QUIET	0x0008000000000000u
#define F64_NAN		0x7ff8000000000000u

static inline bool f32_is_nan(uint32_t a)
{
	return (a & ~F32_SIGN) > F32_INF;
}

static inline bool f64_is_nan(uint64_t a)
{
	return (a & ~F64_SIGN) > F64_INF;
}

enum round_mode { ROUND_CEIL, ROUND_FLOOR, ROUND_TRUNC, ROUND_NEAREST };

#endif
