/* memory.c - ranges of guest memory.
 *
 * A memory may grow while a buffer in it is pinned and never moves, so callers
 * keep offsets and come here for an address each time.
 */
#include "core/core.h"
#include "core/entry.h"

uint8_t *hd_guest_range(const struct hd_instance *in, uint32_t mem,
			uint32_t ptr, uint32_t len)
{
	return hd_range(in, mem, ptr, len);
}

uint32_t hd_memory_grow(const struct hd_memory *m, uint32_t pages)
{
	HD_ENTRY;
	uint32_t old = *m->size;

	if (pages > (m->capacity - old) >> 16)
		return UINT32_MAX;
	*m->size = old + (pages << 16);
	return old >> 16;
}
