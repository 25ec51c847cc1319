/* timer.c - a list of timers, earliest first. */
#include "host/timer.h"

#include "port/port.h"

static struct hd_timer *first;

void hd_timer_stop(struct hd_timer *t)
{
	struct hd_timer **p = &first;

	if (!t->running)
		return;
	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	t->running = false;
}

void hd_timer_start(struct hd_timer *t, uint32_t ms,
		    void (*expired)(struct hd_timer *t), void *context)
{
	struct hd_timer **p = &first;

	hd_timer_stop(t);
	t->due = hd_port_clock() + ms;
	t->expired = expired;
	t->context = context;
	while (*p && (int32_t)((*p)->due - t->due) <= 0)
		p = &(*p)->next;
	t->next = *p;
	*p = t;
	t->running = true;
}

static void cancel(struct hd_timer *t)
{
	struct hd_task *task = t->context;

	if (!hd_subtask_resolved(task) && !task->cancel_requested)
		hd_task_request_cancel(task);
}

void hd_deadline(struct hd_timer *t, struct hd_task *task, uint32_t ms)
{
	hd_timer_start(t, ms, cancel, task);
}

bool hd_timer_poll(void)
{
	bool any = false;

	while (first && (int32_t)(hd_port_clock() - first->due) >= 0) {
		struct hd_timer *t = first;

		first = t->next;
		t->running = false;
		t->expired(t);
		any = true;
	}
	return any;
}

uint32_t hd_timer_next(void)
{
	if (!first)
		return UINT32_MAX;
	const uint32_t left = first->due - hd_port_clock();
	return (int32_t)left < 0 ? 0 : left;
}
