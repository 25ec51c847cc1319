/* string.c - the three functions compilers call on their own.
 *
 * Weak, so that a C library's take precedence where one is linked.
 */
#include "core/core.h"

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);

HD_WEAK void *memcpy(void *dst, const void *src, size_t n)
{
	hd_copy(dst, src, n);
	return dst;
}

HD_WEAK void *memmove(void *dst, const void *src, size_t n)
{
	hd_copy(dst, src, n);
	return dst;
}

HD_WEAK void *memset(void *dst, int c, size_t n)
{
	volatile uint8_t *d = dst;	/* or this loop becomes a call of itself */

	while (n-- > 0)
		*d++ = (uint8_t)c;
	return dst;
}
