/* f64.c - binary64: rounding, least, greatest, root. */
#include <stdint.h>

#define REAL	uint64_t
#define SIGNED	int64_t
#define OP(name) hd_f64_##name
#define FRACTION 52
#define BIAS	1023
#define CLZ	HD_CLZ64
#include "float/ops.inc"
