/* host.c - imports of the outermost component: functions in C. */
#include "component/component.h"
#include "host/func.h"

uint32_t hd_host_start(struct hd_task *t, const void *args)
{
	const struct hd_host_lower *l =
		(const struct hd_host_lower *)(const void *)t->lower;
	struct hd_host_call c = { .func = l->func, .words = args, .task = t };

	if (l->pointer != 0xff)
		c.pointer = c.words[l->pointer];
	l->code(&c);
	return 0;
}

/* A blocked caller finds its result where the arguments were. */
void hd_host_results(struct hd_task *t, const void *flat, const void *args)
{
	const struct hd_host_lower *l =
		(const struct hd_host_lower *)(const void *)t->lower;
	uint32_t *to = (uint32_t *)(uintptr_t)args;

	for (uint32_t k = 0; k < l->words; k++)
		to[k] = ((const uint32_t *)flat)[k];
}

void hd_host_return(const struct hd_host_call *c, const uint32_t *words)
{
	hd_host_answer(c->task, words);
}

bool hd_host_cancelled(const struct hd_host_call *c)
{
	return hd_host_cancel_requested(c->task);
}

void hd_host_confirm(const struct hd_host_call *c)
{
	hd_host_confirm_cancel(c->task);
}
