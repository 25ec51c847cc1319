/* reset.c - a module's state before instantiation. */
#include "core/core.h"

/* Ranges are whole words, aligned. */
static void clear(uint32_t *p, uint32_t bytes)
{
	for (uint32_t n = bytes / 4; n > 0; n--)
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
