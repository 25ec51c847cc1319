/* set.c - waitable sets: slots of the handle table and nothing else. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/event.h"
#include "exec/enter.h"

uint32_t hd_waitable_set_new(void)
{
	HD_ENTRY;
	return hd_new_handle(HD_KIND_SET);
}

/* waitable-set.wait and .poll: where the event goes is checked before anything
 * blocks or is delivered. */
static uint32_t next(const struct hd_canon *c, uint32_t set, uint32_t ptr,
		     bool block)
{
	struct hd_instance *in = hd_leaving();
	const bool cancellable = c->flags / HD_CANON_CANCELLABLE & 1;

	hd_table_check(&in->handles, set, HD_KIND_SET);
	hd_trap_if(ptr & 3, HD_TRAP_BUFFER_ALIGN);
	uint32_t *p = (void *)hd_elements(c, ptr, 2, sizeof *p);
	if (hd_set_ready(in, set) && !HD_REFERENCE)
		block = false;
	const bool cancelled = block ?
			       hd_block(HD_WAIT_SET, set, cancellable) :
			       hd_take_cancel(hd_now.task, cancellable);
	if (!cancelled && hd_set_ready(in, set))
		return hd_event_take(in, set, p);
	p[0] = p[1] = 0;
	return cancelled * (uint32_t)HD_EVENT_TASK_CANCELLED;
}

uint32_t hd_waitable_set_wait(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr)
{
	HD_ENTRY;
	return next(c, set, ptr, true);
}

uint32_t hd_waitable_set_poll(const struct hd_canon *c, uint32_t set,
			      uint32_t ptr)
{
	HD_ENTRY;
	return next(c, set, ptr, false);
}

void hd_waitable_set_drop(uint32_t set)
{
	HD_ENTRY;
	struct hd_instance *in = hd_leaving();
	const struct hd_slot *s = hd_table_check(&in->handles, set,
						 HD_KIND_SET);

	hd_trap_if(s->count > 0, HD_TRAP_HAS_MEMBERS);
	hd_trap_if(s->v.waiters, HD_TRAP_HAS_WAITERS);
	hd_table_free(&in->handles, set);
}

void hd_join(uint32_t waitable, uint32_t set)
{
	HD_ENTRY;
	struct hd_instance *in = hd_leaving();
	const struct hd_slot *slot = hd_table_live(&in->handles, waitable);

	hd_trap_if(slot->kind < HD_KIND_SUBTASK, HD_TRAP_HANDLE_TYPE);
	struct hd_waitable *w = hd_at(slot->v.obj);
	hd_trap_if(w->waited, HD_TRAP_SYNC_WAITER);
	if (set != 0)
		hd_table_check(&in->handles, set, HD_KIND_SET);
	hd_waitable_join(in, w, set);
}
