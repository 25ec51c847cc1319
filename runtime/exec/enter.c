/* enter.c - entering guest code: the portable form.
 *
 * Cortex-M has its own (port/cortex-m/enter.S).
 */
#include "exec/enter.h"

struct frame {
	struct hd_jump jump;
	struct hd_now saved;
};

HD_LOCAL struct hd_now hd_now;

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

struct callback {
	const struct hd_lift *lift;
	uint32_t event, p1, p2;
	uint32_t answer;
};

static void call(void *arg)
{
	struct callback *c = arg;

	c->answer = c->lift->callback(c->event, c->p1, c->p2);
}

uint64_t hd_enter_callback(uint32_t event, uint32_t p1, uint32_t p2,
			   struct hd_thread *th)
{
	struct callback c = { th->task->lower->callee, event, p1, p2, 0 };

	if (!hd_enter(th, call, &c))
		return 0;
	return c.answer | 1ull << 32;
}

void hd_unwind(void)
{
	struct frame *f = hd_now.frame;

	if (!f)
		hd_port_panic();
	hd_port_throw(&f->jump);
}
