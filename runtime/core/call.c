/* call.c - calls between components: canon lower meets canon lift. */
#include "core/builtin.h"
#include "exec/enter.h"

/* The caller's view has changed: it hears of it, once it has a handle. */
static void progress(struct hd_task *t)
{
	if (t->sub.handle != 0)
		hd_waitable_post(&t->sub);
	else if (t->sub.waiter)
		hd_sched_wake(t->sub.waiter);
}

void hd_task_started(struct hd_task *t)
{
	t->sub_state = HD_SUBTASK_STARTED;
	progress(t);
}

void hd_task_resolve(struct hd_task *t, const void *flat)
{
	hd_trap_if(t->state == HD_TASK_RESOLVED, HD_TRAP_RESOLVED);
	hd_trap_if(t->borrows > 0, HD_TRAP_BORROWS);
	t->lower->results(t, flat, t->args);
	t->sub_state = HD_SUBTASK_RETURNED;
	t->state = HD_TASK_RESOLVED;
	progress(t);
}

void hd_task_cancelled(struct hd_task *t)
{
	t->sub_state = t->sub_state == HD_SUBTASK_STARTING ?
		       HD_SUBTASK_CANCELLED_BEFORE_STARTED :
		       HD_SUBTASK_CANCELLED_BEFORE_RETURNED;
	t->state = HD_TASK_RESOLVED;
	progress(t);
}

uint32_t hd_subtask_event(struct hd_waitable *w)
{
	struct hd_task *t = hd_task_of_sub(w);

	if (hd_subtask_resolved(t) && !t->delivered) {
		t->delivered = true;
		if (t->lends)
			hd_lends_release(t);
	}
	return t->sub_state;
}

/* Ended tasks; those from `virgin` on were never taken. */
static struct hd_thread *free_tasks;
static uint32_t virgin;

void hd_task_reset(void)
{
	free_tasks = NULL;
	virgin = 0;
}

void hd_task_reclaim(struct hd_task *t)
{
	if (t->held || t->threads || t->main.state != HD_THREAD_FREE)
		return;
	t->used = false;
	t->main.next = free_tasks;
	free_tasks = &t->main;
}

static struct hd_task *task_new(const struct hd_lower *l, const void *args,
				struct hd_instance *caller)
{
	struct hd_task *t;

	if (free_tasks) {
		t = free_tasks->task;
		free_tasks = free_tasks->next;
	} else {
		while (virgin < hd_ntasks && hd_tasks[virgin].used)
			virgin++;	/* tasks of instances (exec/app.c) */
		if (virgin == hd_ntasks)
			return NULL;
		t = &hd_tasks[virgin++];
	}
	*t = (struct hd_task){ .inst = l->callee->inst, .lower = l,
			       .args = args, .fuel = hd_fuel,
			       .held = true, .used = true };
	t->main.task = t;
	t->sub.inst = caller;
	t->sub.event = HD_EVENT_SUBTASK;
	return t;
}

/* A guest below or above this one on the stack has trapped: so does this. */
static void propagate(const struct hd_task *t)
{
	const struct hd_instance *self = hd_running();

	hd_trap_if(self && (hd_poisoned(t->inst) || hd_poisoned(self)),
		   HD_TRAP_POISONED);
}

/* Runs what else may run in the callee's instance until a sync-typed call has
 * ended.  Returns false when nothing can. */
static bool finish_sync(struct hd_task *t)
{
	while (t->main.state != HD_THREAD_FREE && !hd_poisoned(t->inst)) {
		struct hd_thread *th = hd_sched_pick_in(t->inst);

		if (!th)
			return false;
		hd_resume(th, false);
		propagate(t);
	}
	return true;
}

/* Nobody waits but for the lock, whose holder could go on: it does, so that
 * t can start. */
static void let_holder_go_on(struct hd_task *t)
{
	struct hd_instance *in = t->inst;

	while (in->exclusive && in->entering == 0 && hd_task_exclusive(t) &&
	       hd_may_enter(in, hd_running()) &&
	       hd_thread_ready(&in->exclusive->main)) {
		hd_resume(&in->exclusive->main, false);
		propagate(t);
	}
}

/* Lets t into its instance and runs it as far as it goes now.  Returns false
 * when a sync-typed call blocks and nothing else can run. */
static bool enter(struct hd_task *t)
{
	struct hd_instance *in = t->inst;
	const bool typed = t->lower->callee->flags & HD_LIFT_TYPED;

	if (typed && in->exclusive && !hd_reference)
		let_holder_go_on(t);
	if (typed && (hd_has_backpressure(t) || in->entering > 0)) {
		in->entering++;
		hd_wait_begin(&t->main, HD_WAIT_ENTER, NULL, true);
		return true;
	}
	if (typed && hd_task_exclusive(t))
		in->exclusive = t;
	hd_thread_register(&t->main);
	hd_resume(&t->main, false);
	propagate(t);
	return typed || finish_sync(t);
}

static struct hd_task *call(const struct hd_lower *l, const void *args)
{
	struct hd_instance *caller = hd_running();
	struct hd_instance *callee = l->callee->inst;

	hd_trap_if(caller->no_leave, HD_TRAP_CANNOT_LEAVE);
	hd_trap_if(hd_poisoned(callee), HD_TRAP_POISONED);
	hd_trap_if(!hd_may_enter(callee, caller), HD_TRAP_CANNOT_ENTER);
	struct hd_task *t = task_new(l, args, caller);
	hd_trap_if(!t, HD_TRAP_POOL_FULL);
	hd_trap_if(!enter(t), HD_TRAP_CANNOT_BLOCK);
	return t;
}

static void let_go(struct hd_task *t)
{
	t->held = false;
	hd_task_reclaim(t);
}

uint32_t hd_call_async(const struct hd_lower *l, const void *args,
		       uint32_t words)
{
	struct hd_task *t = call(l, args);

	if (hd_subtask_resolved(t)) {
		hd_subtask_event(&t->sub);
		let_go(t);
		return HD_SUBTASK_RETURNED;
	}
	const uint32_t h = hd_table_put(&hd_running()->handles,
					HD_KIND_SUBTASK, &t->sub);
	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	t->sub.handle = (uint16_t)h;
	hd_copy(t->saved, args, words * sizeof(uint32_t));
	t->args = t->saved;
	return t->sub_state | h << 4;
}

void hd_call_sync(const struct hd_lower *l, void *args)
{
	struct hd_task *t = call(l, args);

	if (!hd_subtask_resolved(t))
		hd_block(HD_WAIT_RESOLVED, t, false);
	hd_subtask_event(&t->sub);
	let_go(t);
}

struct hd_task *hd_call_host(const struct hd_lower *l, const void *args)
{
	if (hd_poisoned(l->callee->inst))
		return NULL;
	struct hd_task *t = task_new(l, args, NULL);
	if (t && !enter(t)) {
		hd_trap_last = (struct hd_trap_info){ HD_TRAP_CANNOT_BLOCK,
						      UINT32_MAX, UINT32_MAX };
		hd_poison(t->inst, &hd_trap_last);
	}
	return t;
}

void hd_task_release(struct hd_task *t)
{
	let_go(t);
}

void hd_task_request_cancel(struct hd_task *t)
{
	struct hd_instance *in = t->inst;

	t->cancel_requested = true;
	if (t->main.state == HD_THREAD_WAITING &&
	    t->main.wait == HD_WAIT_ENTER && !t->started) {
		t->state = HD_TASK_CANCEL_DELIVERED;
		hd_resume(&t->main, true);
		return;
	}
	/* an instance that is on the stack cannot be entered to deliver it */
	if (hd_may_enter(in, hd_running()) &&
	    (!hd_task_exclusive(t) || !in->exclusive || in->exclusive == t))
		for (struct hd_thread *th = t->threads; th; th = th->link)
			if (th->cancellable) {
				t->state = HD_TASK_CANCEL_DELIVERED;
				hd_resume(th, true);
				propagate(t);
				return;
			}
	if (t->state == HD_TASK_INITIAL)
		t->state = HD_TASK_PENDING_CANCEL;
}
