/* subtask.c - built-ins about calls this instance has made. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/event.h"
#include "exec/enter.h"

static struct hd_task *callee(uint32_t h)
{
	return hd_task_of_sub(hd_table_get(&hd_leaving()->handles, h,
					   HD_KIND_SUBTASK));
}

uint32_t hd_subtask_cancel(const struct hd_canon *c, uint32_t subtask)
{
	HD_ENTRY;
	struct hd_task *t = callee(subtask);
	const bool sync = c->flags & HD_CANON_SYNC;

	hd_trap_if(t->delivered, HD_TRAP_RESOLVE_SEEN);
	hd_trap_if(t->cancel_requested, HD_TRAP_CANCEL_TWICE);
	hd_trap_if(sync && t->sub.u.set, HD_TRAP_IN_SET);
	if (!hd_subtask_resolved(t)) {
		hd_task_request_cancel(t);
		if (!hd_subtask_resolved(t)) {
			if (!sync)
				return HD_BLOCKED;
			hd_await(&t->sub);
		}
	}
	hd_waitable_unpost(&t->sub);
	return hd_subtask_event(&t->sub);
}

void hd_subtask_drop(uint32_t subtask)
{
	HD_ENTRY;
	struct hd_task *t = callee(subtask);

	hd_trap_if(!t->delivered, HD_TRAP_NOT_RESOLVED);
	hd_subtask_release(t);
}
