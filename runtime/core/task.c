/* task.c - built-ins about the running task. */
#include "core/builtin.h"
#include "exec/enter.h"

struct hd_instance *hd_leaving(void)
{
	struct hd_instance *in = hd_here();

	hd_trap_if(in->no_leave, HD_TRAP_CANNOT_LEAVE);
	return in;
}

uint32_t hd_new_handle(enum hd_kind kind)
{
	const uint32_t h = hd_table_put(&hd_leaving()->handles, kind, NULL);

	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	return h;
}

/* The running task, which must be that of an async lift. */
static struct hd_task *async_task(void)
{
	struct hd_task *t = hd_now.task;

	hd_leaving();
	hd_trap_if(!t->lower || !(t->lower->callee->flags & HD_LIFT_ASYNC),
		   HD_TRAP_NOT_ASYNC);
	return t;
}

void hd_task_return(const struct hd_lift *f, const void *flat)
{
	struct hd_task *t = async_task();

	hd_trap_if(f->result != t->lower->callee->result,
		   HD_TRAP_TYPE_MISMATCH);
	hd_task_resolve(t, flat);
}

void hd_task_cancel(void)
{
	struct hd_task *t = async_task();

	hd_trap_if(t->state != HD_TASK_CANCEL_DELIVERED, HD_TRAP_NO_CANCEL);
	hd_trap_if(t->borrows > 0, HD_TRAP_BORROWS);
	hd_task_cancelled(t);
}

void hd_backpressure_inc(void)
{
	struct hd_instance *in = hd_here();

	hd_trap_if(in->backpressure == UINT16_MAX, HD_TRAP_BACKPRESSURE);
	in->backpressure++;
}

void hd_backpressure_dec(void)
{
	struct hd_instance *in = hd_here();

	hd_trap_if(in->backpressure == 0, HD_TRAP_BACKPRESSURE);
	if (--in->backpressure == 0 && in->parked)
		hd_sched_unpark(in);
}

static uint32_t *context(uint32_t i)
{
	hd_trap_if(i > 1, HD_TRAP_BAD_VALUE);
	return &hd_now.context[i];
}

uint32_t hd_context_get(uint32_t i)
{
	return *context(i);
}

void hd_context_set(uint32_t i, uint32_t v)
{
	*context(i) = v;
}
