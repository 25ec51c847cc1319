/* app.c - starting the application's instances. */
#include "exec/app.h"
#include "exec/callback.h"

/* Pools that hd_ref cannot name are a fault of the memory map. */
static void check_reach(void)
{
	const uintptr_t end = (uintptr_t)&hd_instances[hd_ninstances];

	if (!hd_ref_reaches((const void *)(end & ~(uintptr_t)7)) ||
	    !hd_ref_reaches(&hd_tasks[hd_ntasks]))
		hd_trap(HD_TRAP_POOL_FULL);
}

uint32_t hd_app_start(void)
{
	uint32_t i;

	check_reach();
	for (i = 0; hd_app[i]; i++)
		;
	hd_task_reset(i);
	for (i = 0; hd_app[i]; i++) {
		if (i >= hd_ninstances || i >= hd_ntasks)
			hd_trap(HD_TRAP_POOL_FULL);
		struct hd_instance *in = &hd_instances[i];

		hd_instance_init(in, hd_app[i], hd_slots + i * hd_nhandles,
				 hd_nhandles, &hd_tasks[i]);
		in->number = (uint8_t)i;
		in->task->fuel = hd_fuel;
		if (!hd_instantiate(in))
			return i + 1;
	}
	return i;
}
