/* func.c - functions of the host that guests call asynchronously. */
#include "host/func.h"
#include "exec/enter.h"

struct hd_instance hd_host_instance;

/* The call has no thread any more; inside start, step() ends it instead. */
static void end(struct hd_task *t)
{
	if (t->main.state != HD_THREAD_SUSPENDED)
		return;
	hd_thread_unregister(&t->main);
	hd_task_reclaim(t);
}

void hd_host_answer(struct hd_task *t, const void *flat)
{
	hd_task_resolve(t, flat);
	end(t);
}

bool hd_host_cancel_requested(const struct hd_task *t)
{
	return t->cancel_requested;
}

void hd_host_confirm_cancel(struct hd_task *t)
{
	hd_task_cancelled(t);
	end(t);
}
