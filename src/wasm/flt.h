/* wasm/flt.h - float operations on raw bits, as sem.h words them.
 *
 * Results do not depend on NaN payloads, and NaN results are canonical.
 * Arithmetic uses the host's IEEE 754 unit in its default rounding mode,
 * without excess precision (flt.c asserts both); everything else is done on
 * the bits.
 */
#ifndef WASM_FLT_H
#define WASM_FLT_H

#include <stdbool.h>
#include <stdint.h>

#define FLT_NAN32 UINT32_C(0x7fc00000)
#define FLT_NAN64 UINT64_C(0x7ff8000000000000)

bool f32_nan(uint32_t x);
bool f32_eq(uint32_t x, uint32_t y);
bool f32_lt(uint32_t x, uint32_t y);
bool f32_le(uint32_t x, uint32_t y);
uint32_t f32_add(uint32_t x, uint32_t y);
uint32_t f32_sub(uint32_t x, uint32_t y);
uint32_t f32_mul(uint32_t x, uint32_t y);
uint32_t f32_div(uint32_t x, uint32_t y);
uint32_t f32_min(uint32_t x, uint32_t y);
uint32_t f32_max(uint32_t x, uint32_t y);
uint32_t f32_sqrt(uint32_t x);
uint32_t f32_ceil(uint32_t x);
uint32_t f32_floor(uint32_t x);
uint32_t f32_trunc(uint32_t x);
uint32_t f32_nearest(uint32_t x);

bool f64_nan(uint64_t x);
bool f64_eq(uint64_t x, uint64_t y);
bool f64_lt(uint64_t x, uint64_t y);
bool f64_le(uint64_t x, uint64_t y);
uint64_t f64_add(uint64_t x, uint64_t y);
uint64_t f64_sub(uint64_t x, uint64_t y);
uint64_t f64_mul(uint64_t x, uint64_t y);
uint64_t f64_div(uint64_t x, uint64_t y);
uint64_t f64_min(uint64_t x, uint64_t y);
uint64_t f64_max(uint64_t x, uint64_t y);
uint64_t f64_sqrt(uint64_t x);
uint64_t f64_ceil(uint64_t x);
uint64_t f64_floor(uint64_t x);
uint64_t f64_trunc(uint64_t x);
uint64_t f64_nearest(uint64_t x);

uint32_t f32_of_f64(uint64_t x);
uint64_t f64_of_f32(uint32_t x);
uint32_t f32_of_s64(int64_t x);
uint32_t f32_of_u64(uint64_t x);
uint64_t f64_of_s64(int64_t x);
uint64_t f64_of_u64(uint64_t x);

/* Rounded to zero and clamped to `bits` (32 or 64) signed or unsigned bits;
 * 0 for NaN.  The result is zero-extended from `bits`. */
uint64_t f64_to_signed(uint64_t x, unsigned bits);
uint64_t f64_to_unsigned(uint64_t x, unsigned bits);

#endif
