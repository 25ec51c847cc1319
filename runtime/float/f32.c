/* f32.c - binary32: rounding, least, greatest, root. */
#include <stdint.h>

#define REAL	uint32_t
#define SIGNED	int32_t
#define OP(name) hd_f32_##name
#define FRACTION 23
#define BIAS	127
#define CLZ	HD_CLZ32
#include "float/ops.inc"
