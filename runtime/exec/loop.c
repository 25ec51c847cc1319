/* loop.c - the executor: what runs next, and idling. */
#include "exec/loop.h"
#include "core/entry.h"

#include "exec/callback.h"
#include "exec/enter.h"
#include "exec/executor.h"

HD_WEAK bool hd_mail_poll(void);
HD_WEAK bool hd_timer_poll(void);
HD_WEAK bool hd_tick(void);
HD_WEAK bool hd_deliver(struct hd_instance *in);	/* with hd_instance_init */

bool hd_step_once(void)
{
	bool any = false;

	if (hd_mail_poll)
		any |= hd_mail_poll();
	if (hd_timer_poll)
		any |= hd_timer_poll();
	if (hd_tick)
		any |= hd_tick();
	if (!hd_deliver)
		return any;
	for (uint32_t i = 0; i < hd_ninstances; i++)
		if (hd_instances[i].task && !hd_elsewhere(&hd_instances[i]))
			any |= hd_deliver(&hd_instances[i]);
	return any;
}

void hd_run(void)
{
	while (hd_step_once())
		;
}

void hd_run_forever(void)
{
	for (;;) {
		hd_run();
		hd_port_idle();
	}
}

uint32_t hd_check_deadlock(void)
{
	HD_ENTRY;
	uint32_t n = 0;

	for (uint32_t i = 0; i < hd_ntasks; i++) {
		const struct hd_task *t = &hd_tasks[i];

		if (!t->inst || !t->lower || t->sub.inst != HD_NOBODY ||
		    hd_subtask_resolved(t) || hd_poisoned(t->inst))
			continue;
		hd_trap_last = (struct hd_trap_info){ HD_TRAP_DEADLOCK, UINT32_MAX,
						      UINT32_MAX };
		hd_poison(t->inst, &hd_trap_last);
		n++;
	}
	return n;
}
