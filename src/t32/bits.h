/* t32/bits.h - powers of two among constants. */
#ifndef T32_BITS_H
#define T32_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool is_pow2(uint32_t k)
{
	return k && !(k & (k - 1));
}

/* The number of the highest bit that is set; 0 for 0. */
static inline unsigned log2_of(uint32_t k)
{
	unsigned n = 0;

	while (k >>= 1)
		n++;
	return n;
}

#endif
