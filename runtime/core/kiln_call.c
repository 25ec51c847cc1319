/* kiln_call.c - calls and results in the pulseengine:async facade. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/kiln.h"
#include "exec/enter.h"

static const struct hd_canon async = { 0 };

HD_WEAK void hd_hook_task_return(uint32_t instance, const uint32_t words[4])
{
	(void)instance;
	(void)words;
}

void kiln_builtins_task_return(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	HD_ENTRY;
	const struct hd_task *t = hd_now.task;
	const uint32_t words[4] = { a, b, c, d };
	const uint64_t slots[4] = { a, b, c, d };

	if (t->lower)
		hd_task_return(t->lower->callee, slots);
	else
		hd_hook_task_return(t->inst->number, words);
}

void kiln_builtins_task_cancel(void)
{
	hd_task_cancel();
}

uint32_t kiln_builtins_task_yield(void)
{
	return hd_thread_yield(&async);
}

uint32_t kiln_builtins_subtask_cancel(uint32_t subtask)
{
	return hd_subtask_cancel(&async, subtask);
}

void kiln_builtins_subtask_drop(uint32_t subtask)
{
	hd_subtask_drop(subtask);
}
