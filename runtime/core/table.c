/* table.c - handle tables.
 *
 * Freed slots form a list that is used last in, first out: guests can see the
 * numbers, so the order is part of the ABI.  Slots above `used` have never
 * been handed out and need no list.
 */
#include "core/ref.h"

#ifdef HD_AT_APART
HD_NOINLINE void *hd_at(uint32_t r)
{
	return hd_at_in_line(r);
}
#endif

uint32_t hd_table_put(struct hd_table *t, enum hd_kind kind, void *obj)
{
	uint32_t h = t->free;

	if (h != 0) {
		t->free = t->slots[h].u.next_free;
	} else {
		h = t->used + 1u;
		if (h >= t->size)
			return 0;
		t->used = (uint16_t)h;
	}
	struct hd_slot *s = &t->slots[h];
	s->u.rep = 0;			/* a set's `first` */
	s->v.obj = obj ? hd_ref_of(obj) : 0;
	s->kind = kind & 15u;
	s->count = 0;
	return h;
}

struct hd_slot *hd_table_slot(const struct hd_table *t, uint32_t h)
{
	if (h > t->used || t->slots[h].kind == HD_KIND_FREE)
		return NULL;
	return &t->slots[h];
}

struct hd_slot *hd_table_live(const struct hd_table *t, uint32_t h)
{
	struct hd_slot *s = hd_table_slot(t, h);

	hd_trap_if(!s, HD_TRAP_BAD_HANDLE);
	return s;
}

struct hd_slot *hd_table_check(const struct hd_table *t, uint32_t h,
			       enum hd_kind kind)
{
	struct hd_slot *s = hd_table_live(t, h);

	hd_trap_if(s->kind != kind, HD_TRAP_HANDLE_TYPE);
	return s;
}

void *hd_table_get(const struct hd_table *t, uint32_t h, enum hd_kind kind)
{
	return hd_at(hd_table_check(t, h, kind)->v.obj);
}

void hd_table_free(struct hd_table *t, uint32_t h)
{
	struct hd_slot *s = &t->slots[h];

	s->kind = HD_KIND_FREE;
	s->u.next_free = t->free;
	t->free = (uint16_t)h;
}
