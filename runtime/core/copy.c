/* copy.c - the one copy loop.
 *
 * Rendezvous and rings copy whole buffers, so words are moved four at a time
 * where both sides allow; volatile-free C that compilers turn into ldm/stm.
 * memmove of the C library is not used: freestanding builds have none.
 */
#include "core/core.h"

static void copy_down(uint8_t *d, const uint8_t *s, size_t n)
{
	while (n-- > 0)
		d[n] = s[n];
}

/* Source and destination aligned to 4; d below s or disjoint. */
static size_t copy_words(uint8_t *d, const uint8_t *s, size_t n)
{
	size_t done = 0;

	for (; done + 16 <= n; done += 16) {
		uint32_t w[4];

		__builtin_memcpy(w, __builtin_assume_aligned(s + done, 4), 16);
		__builtin_memcpy(__builtin_assume_aligned(d + done, 4), w, 16);
	}
	for (; done + 4 <= n; done += 4)
		__builtin_memcpy(__builtin_assume_aligned(d + done, 4),
				 __builtin_assume_aligned(s + done, 4), 4);
	return done;
}

void hd_copy(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	const uint8_t *s = src;
	size_t done = 0;

	if ((uintptr_t)d - (uintptr_t)s < n) {
		copy_down(d, s, n);
		return;
	}
	if ((((uintptr_t)d | (uintptr_t)s) & 3) == 0)
		done = copy_words(d, s, n);
	for (; done < n; done++)
		d[done] = s[done];
}
