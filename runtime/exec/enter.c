/* enter.c - entering guest code.
 *
 * Whoever runs a callback - the executor, a second executor at another
 * priority, an RTOS thread - comes through here, so the memory base, fuel and
 * context in force are always those of the callee's task.
 */
#include "exec/enter.h"

struct hd_now hd_now;
struct hd_thread *hd_self;
struct hd_frame *hd_frames;

bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg)
{
	struct hd_task *task = t->task;
	struct hd_frame f;

	f.outer = hd_frames;
	f.self = hd_self;
	f.saved = hd_now;
	hd_frames = &f;
	hd_self = t;
	hd_now.fuel = task->fuel;
	hd_now.instance = task->inst->base;
	hd_now.task = task;
	hd_now.context[0] = t->context[0];
	hd_now.context[1] = t->context[1];
	const bool threw = hd_port_catch(&f.jump, fn, arg) != 0;
	task->fuel = hd_now.fuel;
	t->context[0] = hd_now.context[0];
	t->context[1] = hd_now.context[1];
	hd_now = f.saved;
	hd_self = f.self;
	hd_frames = f.outer;
	return !threw;
}

void hd_unwind(void)
{
	if (!hd_frames)
		hd_port_panic();
	hd_port_throw(&hd_frames->jump);
}
