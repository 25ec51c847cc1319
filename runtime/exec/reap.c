/* reap.c - what a poisoned instance leaves behind.
 *
 * Its threads never run again and their stacks are free; its stream and future
 * ends are gone, so peers are told DROPPED rather than left waiting; it lets go
 * of the calls it made.  Subtasks that others have in it stay unresolved:
 * nobody can say how they ended.
 */
#include "core/pipe.h"
#include "core/ring.h"
#include "exec/enter.h"

/* Linked where there are streams, of the one or the other kind. */
HD_WEAK void hd_pipe_drop(struct hd_end *e);
HD_WEAK void hd_channel_drop(struct hd_channel *c, unsigned k);

/* End k of a channel: its waitable comes first, and the channel's ends do. */
static void drop_ring(void *end, unsigned k)
{
	hd_channel_drop((struct hd_channel *)((struct hd_channel_end *)end - k),
			k);
}

static void stop(struct hd_thread *th)
{
	hd_wait_end(th);
	if (th->fiber)
		hd_fiber_abandon(th);
	th->state = HD_THREAD_FREE;
}

void hd_reap(struct hd_instance *in)
{
	for (uint32_t i = 0; i < hd_ntasks; i++) {
		struct hd_task *t = &hd_tasks[i];

		if (t->inst != in || !t->lower)
			continue;
		for (struct hd_thread *th = &t->main; th; th = th->link)
			stop(th);
		t->main.link = NULL;
		hd_task_reclaim(t);
	}
	for (uint32_t h = 1; h <= in->handles.used; h++) {
		const struct hd_slot *s = &in->handles.slots[h];
		void *const obj = hd_at(s->v.obj);
		const unsigned kind = s->kind;

		if (kind >= HD_KIND_RING_READ)
			drop_ring(obj, (kind - HD_KIND_RING_READ) & 1);
		else if (kind >= HD_KIND_STREAM_READ)
			hd_pipe_drop(obj);
		else if (kind == HD_KIND_SUBTASK)
			hd_subtask_release(hd_task_of_sub(obj));
	}
}
