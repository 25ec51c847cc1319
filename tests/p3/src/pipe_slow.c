/* pipe_slow.c - calls that take their time, and can be cancelled. */
#include "guest.h"

#define I "demo:pipe/slow"
IMPORT("[export]" I, "[task-return]work") void return_work(u32 v);
IMPORT("[export]$root", "[task-cancel]") void task_cancel(void);

static u32 done[2];

EXPORT("[async-lift]" I "#work") u32 work(u32 k)
{
	context_set(k << 16 | k);
	return YIELD;
}

EXPORT("[callback][async-lift]" I "#work") u32 work_cb(u32 event, u32 a, u32 b)
{
	u32 left = context_get() & 0xffff, k = context_get() >> 16;

	(void)a, (void)b;
	if (event == EVENT_CANCELLED) {
		done[1]++;
		task_cancel();
		return EXIT;
	}
	if (left == 0) {
		done[0]++;
		return_work(k * 3);
		return EXIT;
	}
	context_set(k << 16 | (left - 1));
	return YIELD;
}

EXPORT(I "#finished") u32 *finished(void)
{
	return done;
}
