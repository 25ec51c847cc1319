/* table.c - handle tables.
 *
 * Freed slots form a list that is used last in, first out: guests can see the
 * numbers, so the order is part of the ABI.  Slots above `used` have never
 * been handed out and need no list.
 */
#include "core/core.h"

uint32_t hd_table_put(struct hd_table *t, enum hd_kind kind, void *obj)
{
	uint32_t h = t->free;

	if (h != 0) {
		t->free = (uint16_t)t->slots[h].u.next_free;
	} else {
		h = t->used + 1u;
		if (h >= t->size)
			return 0;
		t->used = (uint16_t)h;
	}
	struct hd_slot *s = &t->slots[h];
	*s = (struct hd_slot){ .kind = (uint8_t)kind };
	s->u.obj = obj;
	return h;
}

struct hd_slot *hd_table_slot(const struct hd_table *t, uint32_t h)
{
	if (h > t->used || t->slots[h].kind == HD_KIND_FREE)
		return NULL;
	return &t->slots[h];
}

void *hd_table_get(const struct hd_table *t, uint32_t h, enum hd_kind kind)
{
	const struct hd_slot *s = &t->slots[h];

	if (HD_LIKELY(h <= t->used && s->kind == kind))
		return s->u.obj;
	hd_trap(hd_table_slot(t, h) ? HD_TRAP_HANDLE_TYPE : HD_TRAP_BAD_HANDLE);
}

void hd_table_free(struct hd_table *t, uint32_t h)
{
	struct hd_slot *s = &t->slots[h];

	s->kind = HD_KIND_FREE;
	s->u.next_free = t->free;
	t->free = (uint16_t)h;
}
