/* pool.c - records of one size. */
#include "core/pool.h"

#include <stddef.h>

HD_NOINLINE void *hd_fill(void *to, uint32_t word, uint32_t n)
{
	HD_WORD *p = to;

	do
		*p++ = word;
	while (n -= 4);
	return to;
}

void *hd_pool_take(struct hd_pool *p, void *base, uint32_t size, uint32_t n)
{
	void *r = p->free;

	if (r)
		__builtin_memcpy(&p->free, r, sizeof p->free);
	else if (p->virgin < n)
		r = (uint8_t *)base + p->virgin++ * size;
	else
		return NULL;
	return hd_fill(r, 0, size);
}

void hd_pool_give(struct hd_pool *p, void *record)
{
	hd_pool_push(p, record);
}
