/* set.c - waitable sets. */
#include "core/builtin.h"
#include "core/event.h"
#include "core/set.h"
#include "exec/enter.h"

/* Dropped sets; those from `virgin` on were never taken. */
static struct hd_set *free_sets;
static uint32_t virgin;

void hd_set_reset(void)
{
	free_sets = NULL;
	virgin = 0;
}

uint32_t hd_waitable_set_new(void)
{
	struct hd_instance *in = hd_leaving();
	struct hd_set *s = free_sets;

	hd_trap_if(!s && virgin == hd_nsets, HD_TRAP_POOL_FULL);
	if (!s)
		s = &hd_sets[virgin];
	const uint32_t h = hd_table_put(&in->handles, HD_KIND_SET, s);
	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	if (s == free_sets)
		free_sets = s->next_free;
	else
		virgin++;
	*s = (struct hd_set){ .used = true };
	return h;
}

/* Where the event goes; checked before anything blocks or is delivered. */
static uint32_t *payload(const struct hd_canon *c, uint32_t ptr)
{
	void *p = hd_guest_range(hd_here(), c->memory, ptr, 8);

	hd_trap_if(ptr & 3, HD_TRAP_BUFFER_ALIGN);
	hd_trap_if(!p, HD_TRAP_BUFFER_BOUNDS);
	return p;
}

uint32_t hd_waitable_set_wait(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr)
{
	struct hd_set *s = hd_table_get(&hd_leaving()->handles, set,
					HD_KIND_SET);
	uint32_t *p = payload(c, ptr);
	const bool cancellable = c->flags & HD_CANON_CANCELLABLE;

	if (s->head && !hd_reference ? hd_take_cancel(hd_now.task, cancellable) :
				       hd_block(HD_WAIT_SET, s, cancellable)) {
		p[0] = p[1] = 0;
		return HD_EVENT_TASK_CANCELLED;
	}
	return hd_event_take(s, &p[0], &p[1]);
}

uint32_t hd_waitable_set_poll(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr)
{
	struct hd_set *s = hd_table_get(&hd_leaving()->handles, set,
					HD_KIND_SET);
	uint32_t *p = payload(c, ptr);

	p[0] = p[1] = 0;
	if (hd_take_cancel(hd_now.task, c->flags & HD_CANON_CANCELLABLE))
		return HD_EVENT_TASK_CANCELLED;
	if (!s->head)
		return HD_EVENT_NONE;
	return hd_event_take(s, &p[0], &p[1]);
}

void hd_waitable_set_drop(uint32_t set)
{
	struct hd_instance *in = hd_leaving();
	struct hd_set *s = hd_table_get(&in->handles, set, HD_KIND_SET);

	hd_trap_if(s->members > 0, HD_TRAP_HAS_MEMBERS);
	hd_trap_if(s->waiting > 0, HD_TRAP_HAS_WAITERS);
	s->used = false;
	s->next_free = free_sets;
	free_sets = s;
	hd_table_free(&in->handles, set);
}

void hd_join(uint32_t waitable, uint32_t set)
{
	struct hd_instance *in = hd_leaving();
	const struct hd_slot *slot = hd_table_slot(&in->handles, waitable);

	hd_trap_if(!slot, HD_TRAP_BAD_HANDLE);
	hd_trap_if(slot->kind < HD_KIND_SUBTASK, HD_TRAP_HANDLE_TYPE);
	struct hd_waitable *w = slot->u.obj;
	hd_trap_if(w->waiter != NULL, HD_TRAP_SYNC_WAITER);
	hd_waitable_join(w, set == 0 ? NULL : hd_table_get(&in->handles, set,
							   HD_KIND_SET));
}
