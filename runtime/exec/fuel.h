/* exec/fuel.h - fuel policies.
 *
 * The balance belongs to the task: it continues across callbacks, resumes and
 * fibers, whoever runs them.
 */
#ifndef HD_FUEL_H
#define HD_FUEL_H

#include <stdint.h>

enum hd_fuel_policy {
	HD_FUEL_TRAP,	/* the instance traps */
	HD_FUEL_YIELD,	/* refilled with hd_fuel; others run first when the
			   task has a stack of its own */
	HD_FUEL_REFILL	/* hd_hook_refill says how much more */
};

/* The application's policy (HD_FUEL_POLICY of hd_config.h). */
extern const uint8_t hd_fuel_policy;

/* More fuel for the running task of an instance; 0 traps.  Returns 0 unless
 * the application defines it. */
int32_t hd_hook_refill(uint32_t instance);

#endif
