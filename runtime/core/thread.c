/* thread.c - registration of threads, and thread.yield. */
#include "core/builtin.h"
#include "exec/enter.h"

void hd_thread_register(struct hd_thread *t)
{
	struct hd_thread **p = &t->task->threads;
	struct hd_table *table = &t->task->inst->threads;

	while (*p)
		p = &(*p)->link;
	*p = t;
	t->link = NULL;
	if (table->size == 0)
		return;
	const uint32_t i = hd_table_put(table, HD_KIND_THREAD, t);
	hd_trap_if(i == 0, HD_TRAP_TABLE_FULL);
	t->index = (uint16_t)i;
}

void hd_thread_unregister(struct hd_thread *t)
{
	struct hd_task *task = t->task;
	struct hd_thread **p = &task->threads;

	while (*p != t)
		p = &(*p)->link;
	*p = t->link;
	if (!task->lower) {		/* a fiber of a __callback instance */
		hd_table_free(&task->inst->handles,
			      ((struct hd_xthread *)t)->handle);
		t->state = HD_THREAD_FREE;
		return;
	}
	hd_trap_if(!task->threads && task->state != HD_TASK_RESOLVED,
		   HD_TRAP_UNRESOLVED);
	if (t->index != 0)
		hd_table_free(&task->inst->threads, t->index);
	t->state = HD_THREAD_FREE;
}

uint32_t hd_thread_yield(const struct hd_canon *c)
{
	const bool cancellable = c->flags & HD_CANON_CANCELLABLE;

	hd_trap_if(hd_here()->no_leave, HD_TRAP_CANNOT_LEAVE);
	if (!hd_now.thread->fiber)
		return hd_take_cancel(hd_now.task, cancellable);
	return hd_block(HD_WAIT_NONE, NULL, cancellable);
}
