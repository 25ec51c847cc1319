/* thread.c - registration of threads, and thread.yield. */
#include "core/builtin.h"
#include "core/entry.h"
#include "exec/enter.h"

void hd_thread_register(struct hd_thread *t)
{
	struct hd_thread *last = &t->task->main;
	struct hd_table *table = t->task->inst->threads;

	while (last->link)
		last = last->link;
	if (t != last)
		last->link = t;
	if (!table)
		return;
	const uint32_t i = hd_table_put(table, HD_KIND_THREAD, t);
	hd_trap_if(i == 0, HD_TRAP_TABLE_FULL);
	t->place.index = (uint16_t)i;
}

void hd_thread_unregister(struct hd_thread *t)
{
	struct hd_task *task = t->task;
	struct hd_thread *p = &task->main;

	t->state = HD_THREAD_FREE;
	if (t != p) {
		while (p->link != t)
			p = p->link;
		p->link = t->link;
	}
	hd_trap_if(task->lower && !task->main.link &&
		   task->main.state == HD_THREAD_FREE &&
		   task->state != HD_TASK_RESOLVED, HD_TRAP_UNRESOLVED);
	if (t->place.index == 0)
		return;
	hd_table_free(task->lower ? task->inst->threads :
				    &task->inst->handles, t->place.index);
}

uint32_t hd_thread_yield(const struct hd_canon *c)
{
	HD_ENTRY;
	hd_leaving();
	return hd_block(HD_WAIT_NONE, 0, c->flags & HD_CANON_CANCELLABLE);
}
