/* reap.c - what a poisoned instance leaves behind.
 *
 * Its threads never run again and their stacks are free; its stream and future
 * ends are gone, so peers are told DROPPED rather than left waiting.  Subtasks
 * that others have in it stay unresolved: nobody can say how they ended.
 */
#include "core/pipe.h"
#include "exec/enter.h"

/* Linked where there are streams. */
HD_WEAK void hd_pipe_free(struct hd_pipe *p);

static void stop(struct hd_thread *th)
{
	if (th->state == HD_THREAD_WAITING)
		hd_wait_end(th);
	if (th->fiber)
		hd_fiber_abandon(th);
	th->state = HD_THREAD_FREE;
}

static void abandon_end(struct hd_end *e)
{
	const unsigned k = e->w.event & 1;
	struct hd_pipe *p = (struct hd_pipe *)(e - k);
	struct hd_end *peer = &p->end[k ^ 1];
	const bool waits = p->pending == (k ^ 1) + 1;

	hd_waitable_drop(&e->w);
	hd_table_free(&e->w.inst->handles, e->w.handle);
	p->alive &= (uint8_t)~(1u << k);
	p->alone = true;
	p->pending = 0;
	if (waits) {
		peer->result = HD_DROPPED;
		hd_waitable_post(&peer->w);
	}
	if (!p->alive)
		hd_pipe_free(p);
}

void hd_reap(struct hd_instance *in)
{
	for (uint32_t i = 0; i < hd_ntasks; i++) {
		struct hd_task *t = &hd_tasks[i];

		if (!t->used || t->inst != in || !t->lower)
			continue;
		stop(&t->main);
		for (struct hd_thread *th = t->threads; th; th = th->link)
			stop(th);
		t->threads = NULL;
		hd_task_reclaim(t);
	}
	for (uint32_t h = 1; h <= in->handles.used; h++) {
		const struct hd_slot *s = &in->handles.slots[h];

		if (s->kind >= HD_KIND_STREAM_READ &&
		    s->kind <= HD_KIND_FUTURE_WRITE)
			abandon_end(s->u.obj);
	}
}
