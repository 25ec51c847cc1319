/* fuel.c - what happens when a task has used up its fuel. */
#include "exec/fuel.h"
#include "core/entry.h"
#include "exec/enter.h"

HD_WEAK int32_t hd_hook_refill(uint32_t instance)
{
	(void)instance;
	return 0;
}

/* What hd_fuel_out (assembly) calls with the address after its BL. */
void hd_fuel_spent(uintptr_t ret);
void hd_fuel_spent(uintptr_t ret)
{
	HD_ENTRY;
	const struct hd_task *t = hd_now.task;
	int32_t more;

	switch ((enum hd_fuel_policy)hd_fuel_policy) {
	case HD_FUEL_YIELD:
		hd_now.fuel += hd_fuel;
		if (hd_fiber_run && hd_now.thread->fiber)
			hd_block(HD_WAIT_NONE, 0, false);
		return;
	case HD_FUEL_REFILL:
		more = hd_hook_refill(t->inst->number);
		if (more > 0) {
			hd_now.fuel += more;
			return;
		}
		break;
	case HD_FUEL_TRAP:
		break;
	}
	hd_trap_from(ret, HD_TRAP_FUEL);
}
