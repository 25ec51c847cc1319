/* host/timer.h - timers and deadlines, in milliseconds of hd_port_clock. */
#ifndef HD_TIMER_H
#define HD_TIMER_H

#include "core/task.h"

struct hd_timer {
	struct hd_timer *next;
	uint32_t due;
	void (*expired)(struct hd_timer *t);
	void *context;
	uint8_t running;
	uint8_t executor;	/* whose code calls `expired` */
};

/* Starts (or restarts) a timer of the caller's; delays below 2^31 ms.  The
 * executor that starts it calls `expired`; outside of any, executor 0 does.
 * Context  task level; O(timers due earlier). */
void hd_timer_start(struct hd_timer *t, uint32_t ms,
		    void (*expired)(struct hd_timer *t), void *context);
void hd_timer_stop(struct hd_timer *t);

/* Cancels `task` when it has not resolved after ms: timer t must stay valid
 * until then and is stopped by hd_timer_stop. */
void hd_deadline(struct hd_timer *t, struct hd_task *task, uint32_t ms);

/* Calls the functions of the timers that are due.  Returns whether any was. */
bool hd_timer_poll(void);

/* Milliseconds until the next is due: 0 now, UINT32_MAX never. */
uint32_t hd_timer_next(void);

#endif
