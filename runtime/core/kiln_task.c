/* kiln_task.c - task state of the pulseengine:async facade. */
#include "core/kiln.h"
#include "exec/enter.h"

HD_WEAK void hd_hook_backpressure(uint32_t instance, uint32_t on)
{
	(void)instance;
	(void)on;
}

void kiln_builtins_task_backpressure(uint32_t on)
{
	struct hd_instance *in = hd_running();
	const uint8_t flag = on != 0;

	if (in->flag == flag)
		return;
	in->flag = flag;
	hd_hook_backpressure(in->number, flag);
}
