/* thread_new.c - explicit threads. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/thread.h"
#include "exec/enter.h"

static struct hd_thread *thread(uint32_t i)
{
	const struct hd_table *t = hd_leaving()->threads;
	const struct hd_slot *s = t ? hd_table_slot(t, i) : NULL;

	hd_trap_if(!s, HD_TRAP_BAD_THREAD);
	return hd_at(s->v.obj);
}

static struct hd_thread *suspended(uint32_t i)
{
	struct hd_thread *t = thread(i);

	hd_trap_if(t->state != HD_THREAD_SUSPENDED, HD_TRAP_NOT_SUSPENDED);
	return t;
}

static bool cancellable(const struct hd_canon *c)
{
	return c->flags & HD_CANON_CANCELLABLE;
}

uint32_t hd_thread_index(void)
{
	hd_leaving();
	return hd_now.thread->place.index;
}

uint32_t hd_thread_new_indirect(void (*body)(uint32_t), uint32_t arg)
{
	HD_ENTRY;
	struct hd_xthread *x = hd_xthreads;

	hd_leaving();
	hd_trap_if(!hd_fiber_available(), HD_TRAP_POOL_FULL);
	for (uint32_t n = hd_nxthreads; x->thread.state != HD_THREAD_FREE; x++)
		hd_trap_if(--n == 0, HD_TRAP_POOL_FULL);
	*x = (struct hd_xthread){ .body = body, .arg = arg };
	x->thread.task = hd_now.task;
	x->thread.state = HD_THREAD_SUSPENDED;
	hd_thread_register(&x->thread);
	return x->thread.place.index;
}

uint32_t hd_thread_suspend(const struct hd_canon *c)
{
	HD_ENTRY;
	hd_leaving();
	return hd_suspend(NULL, cancellable(c));
}

void hd_thread_resume_later(uint32_t i)
{
	HD_ENTRY;
	hd_wait_begin(suspended(i), HD_WAIT_NONE, 0, false);
}

/* The running thread becomes ready behind the others and `to` runs now. */
static uint32_t yield_to(const struct hd_canon *c, struct hd_thread *to)
{
	struct hd_thread *self = hd_now.thread;

	if (hd_take_cancel(self->task, cancellable(c)))
		return true;
	hd_trap_if(!self->fiber, HD_TRAP_CANNOT_BLOCK);
	hd_wait_begin(self, HD_WAIT_NONE, 0, cancellable(c));
	return hd_switch_to(to);
}

uint32_t hd_thread_yield_then_resume(const struct hd_canon *c, uint32_t i)
{
	HD_ENTRY;
	return yield_to(c, suspended(i));
}

uint32_t hd_thread_suspend_then_resume(const struct hd_canon *c, uint32_t i)
{
	HD_ENTRY;
	return hd_suspend(suspended(i), cancellable(c));
}

/* A thread that is ready runs in the caller's place, any other does not. */
static struct hd_thread *promoted(uint32_t i)
{
	struct hd_thread *t = thread(i);

	return hd_thread_ready(t) ? t : NULL;
}

uint32_t hd_thread_yield_then_promote(const struct hd_canon *c, uint32_t i)
{
	HD_ENTRY;
	struct hd_thread *t = promoted(i);

	if (t)
		return yield_to(c, t);
	return hd_block(HD_WAIT_NONE, 0, cancellable(c));
}

uint32_t hd_thread_suspend_then_promote(const struct hd_canon *c, uint32_t i)
{
	HD_ENTRY;
	return hd_suspend(promoted(i), cancellable(c));
}
