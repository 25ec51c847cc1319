/* func.c - functions of the host that guests call asynchronously. */
#include "host/func.h"
#include "core/entry.h"
#include "exec/enter.h"
#include "exec/executor.h"

#ifdef HD_MULTI
struct hd_instance hd_host_instance = { .executor = HD_ANYWHERE };
#else
struct hd_instance hd_host_instance;
#endif

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
	HD_ENTRY;
	hd_task_resolve(t, flat);
	end(t);
}

bool hd_host_cancel_requested(const struct hd_task *t)
{
	HD_ENTRY;
	return t->cancel_requested;
}

void hd_host_confirm_cancel(struct hd_task *t)
{
	HD_ENTRY;
	hd_task_cancelled(t, HD_SUBTASK_CANCELLED_BEFORE_RETURNED);
	end(t);
}
