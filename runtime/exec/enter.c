/* enter.c - entering guest code: the portable form.
 *
 * Cortex-M has its own (port/cortex-m/enter.S).
 */
#include "exec/enter.h"

struct frame {
	struct hd_jump jump;
	struct hd_now saved;
};

struct hd_now hd_now;

bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg)
{
	struct hd_task *task = t->task;
	struct frame f;

	f.saved = hd_now;
	hd_now.fuel = task->fuel;
	hd_now.instance = task->inst->base;
	hd_now.task = task;
	hd_now.context[0] = t->context[0];
	hd_now.context[1] = t->context[1];
	hd_now.thread = t;
	hd_now.frame = &f;
	const bool threw = hd_port_catch(&f.jump, fn, arg) != 0;
	task->fuel = hd_now.fuel;
	t->context[0] = hd_now.context[0];
	t->context[1] = hd_now.context[1];
	hd_now = f.saved;
	return !threw;
}

void hd_unwind(void)
{
	struct frame *f = hd_now.frame;

	if (!f)
		hd_port_panic();
	hd_port_throw(&f->jump);
}
