/* timer.c - a list of timers, earliest first. */
#include "host/timer.h"
#include "core/entry.h"
#include "exec/executor.h"
#include "port/port.h"

#ifdef HD_MULTI
#define first	(hd_executors[hd_executor_here()].timers)
#else
static struct hd_timer *first;
#endif

/* The list a timer goes into. */
static HD_INLINE void choose_list(struct hd_timer *t)
{
#ifdef HD_MULTI
	t->executor = (uint8_t)hd_executor_here();
#else
	(void)t;
#endif
}

/* The list it is in, or goes into. */
static HD_INLINE struct hd_timer **list_of(const struct hd_timer *t)
{
#ifdef HD_MULTI
	return &hd_executors[t->executor].timers;
#else
	(void)t;
	return &first;
#endif
}

void hd_timer_stop(struct hd_timer *t)
{
	HD_ENTRY;
	struct hd_timer **p = list_of(t);

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
	HD_ENTRY;
	hd_timer_stop(t);
	choose_list(t);
	struct hd_timer **p = list_of(t);
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
	HD_ENTRY;
	hd_timer_start(t, ms, cancel, task);
}

bool hd_timer_poll(void)
{
	HD_ENTRY;
	bool any = false;

	while (first && (int32_t)(hd_port_clock() - first->due) >= 0) {
		struct hd_timer *t = first;

		first = t->next;
		t->running = false;
		hd_let_others();
		t->expired(t);
		hd_hold_others();
		any = true;
	}
	return any;
}

uint32_t hd_timer_next(void)
{
	HD_ENTRY;
	if (!first)
		return UINT32_MAX;
	const uint32_t left = first->due - hd_port_clock();
	return (int32_t)left < 0 ? 0 : left;
}
