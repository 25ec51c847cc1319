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
	const uint32_t word = (uint8_t)c * 0x01010101u;
	uint8_t *d = dst;

	for (; n > 0 && ((uintptr_t)d & 3); n--)
		*d++ = (uint8_t)c;
	for (; n >= 4; n -= 4, d += 4) {
		*(uint32_t *)(void *)d = word;
		/* or the loop is taken for a memset and calls itself */
		__asm__ volatile("" ::: "memory");
	}
	for (; n > 0; n--) {
		*d++ = (uint8_t)c;
		__asm__ volatile("" ::: "memory");
	}
	return dst;
}
