/* vec.c - growth by doubling.  Under HEDDLE_STRESS short vectors grow by one,
 * so that every push moves the elements and stale pointers are found. */
#include "base/vec.h"

#include <string.h>

void *vec_grow_(struct arena *a, void *p, uint32_t n, uint32_t *cap,
		uint32_t more, size_t size)
{
	uint32_t want = *cap ? *cap * 2 : 8;
	while (want - n < more)
		want *= 2;
#if defined(HEDDLE_STRESS)
	bool move = n < 64;
	if (move)
		want = n + more;
	void *q = move ? arena_array_(a, want, size)
		       : arena_grow(a, p, *cap * size, want * size);
	if (move && n)
		memcpy(q, p, n * size);
#else
	void *q = arena_grow(a, p, n ? *cap * size : 0, want * size);
#endif
	*cap = want;
	return q;
}
