/* executor.c - several executors: whose code runs, and how to get another's
 * attention. */
#include "exec/executor.h"

#include "core/entry.h"
#include "exec/enter.h"
#include "exec/loop.h"

/* Linked with walls (component/wall.h). */
HD_WEAK const struct hd_wall *hd_wall_switch(const struct hd_wall *next);

/* Puts up the guard of a stack, unless that is 0; returns what it was.  Of ports
 * that have one (port/cortex-m/hold.c). */
HD_WEAK uintptr_t hd_port_guard(uintptr_t next);

/* The exception in which an executor begins.  Of ports that have such
 * (port/cortex-m/hold.c). */
HD_WEAK uint32_t hd_port_exception(void);

HD_LOCAL uint32_t hd_executor_exception;

/* Code that no executor runs.  Nothing is bound to it. */
static struct hd_executor outside;

HD_LOCAL struct hd_executor *hd_self = &outside;

struct hd_executor *hd_executor_of(const struct hd_instance *in)
{
	return in->executor == HD_ANYWHERE ? hd_self :
					     &hd_executors[in->executor];
}

uint32_t hd_executor_here(void)
{
	return hd_self == &outside ? 0 : (uint32_t)(hd_self - hd_executors);
}

bool hd_elsewhere(const struct hd_instance *in)
{
	return hd_executor_of(in) != hd_self;
}

static void kick(struct hd_executor *e)
{
	if (e->kick)
		e->kick(e);
}

void hd_kick(const struct hd_instance *in)
{
	if (hd_elsewhere(in))
		kick(hd_executor_of(in));
}

void hd_executor_kick(uint32_t k)
{
	kick(&hd_executors[k]);
}

bool hd_executor_bind(struct hd_instance *in, uint32_t k)
{
	HD_ENTRY;
	if (k >= hd_nexecutors)
		return false;
	for (uint32_t i = 0; i < hd_ntasks; i++)
		if (hd_tasks[i].inst == in && hd_tasks[i].lower)
			return false;
	in->executor = (uint8_t)k;
	return true;
}

void hd_executor_switch(struct hd_outer *outer, const struct hd_outer *next)
{
	outer->self = hd_self;
	outer->now = hd_now;
	outer->exception = hd_executor_exception;
	hd_self = next->self ? next->self : &outside;
	hd_now = next->now;
	hd_executor_exception = next->exception;
	if (hd_wall_switch)
		outer->wall = hd_wall_switch(next->wall);
	if (hd_port_guard)
		outer->guard = hd_port_guard(next->guard);
}

void hd_executor_begin(uint32_t k, struct hd_outer *outer)
{
	const struct hd_outer mine = { .self = &hd_executors[k],
		.now.stack_limit = hd_executors[k].limit,
		.exception = hd_port_exception ? hd_port_exception() : 0 };

	hd_executor_switch(outer, &mine);
}

void hd_executor_end(const struct hd_outer *outer)
{
	struct hd_outer mine;

	hd_executor_switch(&mine, outer);
}

void hd_executor_run(uint32_t k)
{
	struct hd_outer outer;

	hd_executor_begin(k, &outer);
	hd_run();
	hd_executor_end(&outer);
}
