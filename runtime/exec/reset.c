/* reset.c - a module's state before instantiation. */
#include "core/core.h"

/* Ranges are whole words, aligned.  Memories are large: four at a time. */
static void clear(uint32_t *p, uint32_t bytes)
{
	uint32_t *const end = p + bytes / 4;

	for (; end - p >= 4; p += 4)
		p[0] = p[1] = p[2] = p[3] = 0;
	while (p < end)
		*p++ = 0;
}

/* Where something of the module's own storage is in the running instance. */
static void *here(const struct hd_module *m, const void *p)
{
	if (!m->instance)
		return (void *)(uintptr_t)p;
	return (uint8_t *)hd_now.instance +
	       ((const uint8_t *)p - (uint8_t *)m->instance);
}

void hd_module_reset(const struct hd_module *m)
{
	if (m->instance && !hd_now.instance)
		hd_now.instance = m->instance;
	for (uint32_t i = 0; i < m->nzero; i++) {
		const struct hd_reset_zero *z = &m->zero[i];
		clear((uint32_t *)here(m, z->at),
		      z->used ? *(uint32_t *)here(m, z->used) : z->bytes);
	}
	for (uint32_t i = 0; i < m->nwords; i++)
		*(uint32_t *)here(m, m->words[i].at) = m->words[i].value;
	for (uint32_t i = 0; i < m->nlinks; i++)
		*(void **)here(m, m->links[i].at) = here(m, m->links[i].to);
}

void hd_module_place(struct hd_module *copy, const struct hd_module *m,
		     void *storage)
{
	const uint32_t memories = (uint32_t)((const uint8_t *)m->memories -
					     (uint8_t *)m->instance);

	*copy = *m;
	copy->instance = storage;
	if (m->nmemories)
		copy->memories = (const struct hd_memory *)
			(const void *)((uint8_t *)storage + memories);
}
