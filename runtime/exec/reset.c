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

void hd_module_reset(const struct hd_module *m)
{
	for (uint32_t i = 0; i < m->nzero; i++) {
		const struct hd_reset_zero *z = &m->zero[i];
		clear((uint32_t *)z->at, z->used ? *z->used : z->bytes);
	}
	for (uint32_t i = 0; i < m->nwords; i++)
		*m->words[i].at = m->words[i].value;
}
