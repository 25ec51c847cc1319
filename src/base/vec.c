/* vec.c - growth by doubling; by one under HEDDLE_STRESS, so that every push
 * moves the elements and stale pointers are found. */
#include "base/vec.h"

#include <string.h>

void *vec_grow_(struct arena *a, void *p, uint32_t n, uint32_t *cap,
		uint32_t more, size_t size)
{
#if defined(HEDDLE_STRESS)
	uint32_t want = n + more;
	void *q = arena_array_(a, want, size);
	if (n)
		memcpy(q, p, n * size);
	*cap = want;
	return q;
#else
	uint32_t want = *cap ? *cap * 2 : 8;
	while (want - n < more)
		want *= 2;
	void *q = arena_grow(a, p, n ? *cap * size : 0, want * size);
	*cap = want;
	return q;
#endif
}
