/* core/pool.h - records of one size from the application's storage. */
#ifndef HD_POOL_H
#define HD_POOL_H

#include <stdint.h>

#include "core/cc.h"

/* Records given back are linked by their first words, used last in, first out;
 * those from `virgin` on were never taken.  All zero: nothing is taken. */
struct hd_pool {
	void *free;
	uint32_t virgin;
};

/* Fills n bytes, a multiple of 4 and not 0, at an address that is one, too, with a
 * word.  Returns the address. */
void *hd_fill(void *to, uint32_t word, uint32_t n);

/* Takes one of the n records of `size` bytes at base, a multiple of 4.
 * Returns it zeroed; NULL when all are in use. */
void *hd_pool_take(struct hd_pool *p, void *base, uint32_t size, uint32_t n);

/* Gives a record back. */
void hd_pool_give(struct hd_pool *p, void *record);

/* In line, for short ways: takes a record that was given back, with what it
 * held, or NULL. */
static HD_INLINE void *hd_pool_pop(struct hd_pool *p)
{
	void *r = p->free;

	if (HD_LIKELY(r))
		__builtin_memcpy(&p->free, r, sizeof p->free);
	return r;
}

static HD_INLINE void hd_pool_push(struct hd_pool *p, void *record)
{
	__builtin_memcpy(record, &p->free, sizeof p->free);
	p->free = record;
}

#endif
