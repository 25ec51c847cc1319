/* task.c - built-ins about the running task. */
#include "core/builtin.h"
#include "core/entry.h"
#include "exec/enter.h"

#if !HD_SHORT
HD_NOINLINE struct hd_instance *hd_here(void)
{
	return hd_now.task->inst;
}

HD_NOINLINE struct hd_instance *hd_running(void)
{
	return hd_now.task ? hd_here() : NULL;
}
#endif

HD_NOINLINE struct hd_instance *hd_leaving(void)
{
	struct hd_instance *in = hd_here();

	hd_trap_if(in->no_leave, HD_TRAP_CANNOT_LEAVE);
	return in;
}

uint32_t hd_new_handle(enum hd_kind kind)
{
	const uint32_t h = hd_table_put(&hd_leaving()->handles, kind, NULL);

	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	return h;
}

static void count(int by)
{
	struct hd_instance *in = hd_here();
	const unsigned now = (unsigned)(in->backpressure + by);

	hd_trap_if(now > UINT16_MAX, HD_TRAP_BACKPRESSURE);
	in->backpressure = (uint16_t)now;
}

void hd_backpressure_inc(void)
{
	HD_ENTRY;
	count(1);
}

void hd_backpressure_dec(void)
{
	HD_ENTRY;
	count(-1);
}

static HD_ONCE uint32_t *context(uint32_t i)
{
	hd_trap_if(i > 1, HD_TRAP_BAD_VALUE);
	return &hd_now.context[i];
}

uint32_t hd_context_get(uint32_t i)
{
	return *context(i);
}

void hd_context_set(uint32_t i, uint32_t v)
{
	*context(i) = v;
}
