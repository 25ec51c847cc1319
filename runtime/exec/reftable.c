/* reftable.c - wasm tables that change at run time. */
#include "heddle/abi.h"

void hd_reftable_fill(const void **at, const void *value, uint32_t n)
{
	for (; n > 0; n--)
		*at++ = value;
}

uint32_t hd_reftable_grow(const struct hd_reftable *t, const void *value,
			  uint32_t n)
{
	uint32_t old = *t->size;

	if (n > t->capacity - old)
		return UINT32_MAX;
	hd_reftable_fill(t->base + old, value, n);
	*t->size = old + n;
	return old;
}
