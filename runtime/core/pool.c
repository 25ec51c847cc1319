/* pool.c - records of one size. */
#include "core/pool.h"

#include <stddef.h>

void *hd_pool_take(struct hd_pool *p, void *base, uint32_t size, uint32_t n)
{
	void *r = p->free;

	if (r)
		__builtin_memcpy(&p->free, r, sizeof p->free);
	else if (p->virgin < n)
		r = (uint8_t *)base + p->virgin++ * size;
	else
		return NULL;
	return __builtin_memset(r, 0, size);
}

void hd_pool_give(struct hd_pool *p, void *record)
{
	hd_pool_push(p, record);
}
