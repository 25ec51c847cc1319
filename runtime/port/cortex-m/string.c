/* string.c - functions compilers call on their own (memset: copy.S).
 *
 * Weak, so that a C library's take precedence where one is linked.
 */
#include "core/core.h"

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);

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
