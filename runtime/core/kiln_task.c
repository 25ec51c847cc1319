/* kiln_task.c - task state of the pulseengine:async facade. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/kiln.h"
#include "exec/enter.h"

HD_WEAK void hd_hook_backpressure(uint32_t instance, uint32_t on)
{
	(void)instance;
	(void)on;
}

void kiln_builtins_task_backpressure(uint32_t on)
{
	HD_ENTRY;
	struct hd_instance *in = hd_here();
	const uint8_t flag = on != 0;

	if (in->flag == flag)
		return;
	in->flag = flag;
	hd_hook_backpressure(in->number, flag);
}

void kiln_builtins_backpressure_inc(void)
{
	hd_backpressure_inc();
}

void kiln_builtins_backpressure_dec(void)
{
	hd_backpressure_dec();
}

uint32_t kiln_builtins_context_get(uint32_t i)
{
	return hd_context_get(i);
}

void kiln_builtins_context_set(uint32_t i, uint32_t v)
{
	hd_context_set(i, v);
}
