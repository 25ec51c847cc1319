/* task.c - built-ins about the running task. */
#include "core/builtin.h"
#include "exec/enter.h"

void hd_task_return(const struct hd_lift *f, const void *flat)
{
	struct hd_task *t = hd_now.task;

	hd_trap_if(t->inst->no_leave, HD_TRAP_CANNOT_LEAVE);
	hd_trap_if(!t->lower || !(t->lower->callee->flags & HD_LIFT_ASYNC),
		   HD_TRAP_NOT_ASYNC);
	hd_trap_if(f->result != t->lower->callee->result,
		   HD_TRAP_TYPE_MISMATCH);
	hd_task_resolve(t, flat);
}

void hd_task_cancel(void)
{
	struct hd_task *t = hd_now.task;

	hd_trap_if(t->inst->no_leave, HD_TRAP_CANNOT_LEAVE);
	hd_trap_if(!t->lower || !(t->lower->callee->flags & HD_LIFT_ASYNC),
		   HD_TRAP_NOT_ASYNC);
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

uint32_t hd_context_get(uint32_t i)
{
	hd_trap_if(i > 1, HD_TRAP_BAD_VALUE);
	return hd_now.context[i];
}

void hd_context_set(uint32_t i, uint32_t v)
{
	hd_trap_if(i > 1, HD_TRAP_BAD_VALUE);
	hd_now.context[i] = v;
}
