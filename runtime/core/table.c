/* table.c - handle tables.
 *
 * Freed slots form a list that is used last in, first out: guests can see the
 * numbers, so the order is part of the ABI.  Slots above `used` have never
 * been handed out and need no list.
 */
#include "core/core.h"

uint32_t hd_table_put(struct hd_instance *in, enum hd_kind kind, void *obj)
{
	uint32_t h = in->free;

	if (h != 0) {
		in->free = (uint16_t)in->handles[h].u.next_free;
	} else {
		h = in->used + 1u;
		if (h >= in->nhandles)
			return 0;
		in->used = (uint16_t)h;
	}
	struct hd_slot *s = &in->handles[h];
	*s = (struct hd_slot){ .kind = (uint8_t)kind };
	s->u.obj = obj;
	return h;
}

struct hd_slot *hd_table_slot(struct hd_instance *in, uint32_t h)
{
	if (h > in->used || in->handles[h].kind == HD_KIND_FREE)
		return NULL;
	return &in->handles[h];
}

void *hd_table_get(struct hd_instance *in, uint32_t h, enum hd_kind kind)
{
	const struct hd_slot *s = hd_table_slot(in, h);

	hd_trap_if(s == NULL, HD_TRAP_BAD_HANDLE);
	hd_trap_if(s->kind != kind, HD_TRAP_HANDLE_TYPE);
	return s->u.obj;
}

void hd_table_free(struct hd_instance *in, uint32_t h)
{
	struct hd_slot *s = &in->handles[h];

	s->kind = HD_KIND_FREE;
	s->u.next_free = in->free;
	in->free = (uint16_t)h;
}
