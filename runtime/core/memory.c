/* memory.c - ranges of guest memory.
 *
 * A memory may grow while a buffer in it is pinned and never moves, so callers
 * keep offsets and come here for an address each time.
 */
#include "core/builtin.h"
#include "core/entry.h"
#include "exec/enter.h"

uint8_t *hd_guest_range(const struct hd_instance *in, uint32_t mem,
			uint32_t ptr, uint32_t len)
{
	return hd_range(in, mem, ptr, len);
}

uint8_t *hd_elements(const struct hd_canon *c, uint32_t ptr, uint32_t n,
		     uint32_t size)
{
	const struct hd_module *m = hd_here()->module;

	hd_trap_if(c->memory >= m->nmemories, HD_TRAP_BUFFER_BOUNDS);
	const struct hd_memory mem = m->memories[c->memory];
	const uint32_t end = *mem.size;
	hd_trap_if(ptr > end || n > (end - ptr) / size, HD_TRAP_BUFFER_BOUNDS);
	return mem.base + ptr;
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
