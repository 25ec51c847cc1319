/* call.c - calls between components: canon lower meets canon lift. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/pool.h"
#include "exec/enter.h"
#include "exec/executor.h"

/* The caller's view has changed: it hears of it, once it has a handle; or, if
 * it is blocked, when that is the end. */
static HD_IN_LINE void progress(struct hd_task *t, enum hd_subtask_state state)
{
	t->sub.state = (uint8_t)state;
	if (t->sub.waited ? hd_subtask_resolved(t) : t->sub.handle != 0)
		hd_waitable_post(&t->sub);
}

static HD_IN_LINE void resolve(struct hd_task *t, const void *flat)
{
	hd_trap_if(t->state == HD_TASK_RESOLVED, HD_TRAP_RESOLVED);
	hd_trap_if(t->borrows > 0, HD_TRAP_BORROWS);
	t->lower->results(t, flat, t->args);
	t->state = HD_TASK_RESOLVED;
	progress(t, HD_SUBTASK_RETURNED);
}

void hd_task_resolve(struct hd_task *t, const void *flat)
{
	HD_ENTRY;
	resolve(t, flat);
}

/* The running task, which must be that of an async lift. */
static HD_IN_LINE struct hd_task *async_task(void)
{
	struct hd_task *t = hd_now.task;

	if (HD_SHORT)
		hd_trap_if(t->inst->no_leave, HD_TRAP_CANNOT_LEAVE);
	else
		hd_leaving();
	hd_trap_if(!t->lower || !(t->lower->callee->flags & HD_LIFT_ASYNC),
		   HD_TRAP_NOT_ASYNC);
	return t;
}

HD_HOT void hd_task_return(const struct hd_lift *f, const void *flat)
{
	HD_ENTRY;
	struct hd_task *t = async_task();

	hd_trap_if(f->result != t->lower->callee->result,
		   HD_TRAP_TYPE_MISMATCH);
	resolve(t, flat);
}

uint32_t hd_subtask_event(struct hd_waitable *w)
{
	struct hd_task *t = hd_task_of_sub(w);

	if (hd_subtask_resolved(t)) {
		t->delivered = true;
		if (t->lends)
			hd_lends_release(t);
	}
	return w->state;
}

static struct hd_pool tasks, queued;

void hd_task_reset(uint32_t reserved)
{
	tasks = (struct hd_pool){ .virgin = reserved };
	queued = (struct hd_pool){ 0 };
}

/* Where results finds the last word of the arguments at its place, once nothing
 * else of them is there any more. */
static const void *last_of(struct hd_task *t, uint32_t words)
{
	return (const char *)t + offsetof(struct hd_task, last) -
	       (words - 1) * sizeof t->last;
}

/* The call outlives its caller's frame.  What is kept for good is the last word
 * of the arguments, for lower->results; the others only until it starts. */
static void keep_args(struct hd_task *t, uint32_t words)
{
	const uint32_t *args = t->args;
	const uint32_t before = (words - 1) * (uint32_t)sizeof *args;

	if (words == 0)
		return;
	t->last = *(const uint32_t *)(const void *)((const char *)args + before);
	t->args = last_of(t, words);
	if (t->sub.state != HD_SUBTASK_STARTING)
		return;
	struct hd_args *a = hd_pool_take(&queued, hd_queued, sizeof *a,
					 hd_nqueued);
	hd_trap_if(!a, HD_TRAP_POOL_FULL);
	hd_copy(a->words, args, words * sizeof(uint32_t));
	t->args = a;
	t->sub.result = (uint8_t)words;
}

/* Gives back what keep_args took. */
static void forget_args(struct hd_task *t)
{
	if (t->sub.result)
		hd_pool_give(&queued, (void *)(uintptr_t)t->args);
	t->sub.result = 0;
}

uint32_t hd_task_start(struct hd_task *t)
{
	const uint32_t words = t->sub.result;

	progress(t, HD_SUBTASK_STARTED);
	hd_let_others();
	const uint32_t packed = t->lower->start(t, t->args);
	hd_hold_others();
	if (words) {	/* though a cancellation may have given them back */
		forget_args(t);
		t->args = last_of(t, words);
	}
	return packed;
}

void hd_task_cancelled(struct hd_task *t, enum hd_subtask_state state)
{
	t->state = HD_TASK_RESOLVED;
	forget_args(t);
	progress(t, state);
}

void hd_task_cancel(void)
{
	HD_ENTRY;
	struct hd_task *t = async_task();

	hd_trap_if(t->state != HD_TASK_CANCEL_DELIVERED, HD_TRAP_NO_CANCEL);
	hd_trap_if(t->borrows > 0, HD_TRAP_BORROWS);
	hd_task_cancelled(t, HD_SUBTASK_CANCELLED_BEFORE_RETURNED);
}

void hd_task_reclaim(struct hd_task *t)
{
	if (t->held || t->main.link || t->main.state != HD_THREAD_FREE)
		return;
	forget_args(t);
	t->inst = NULL;
	hd_pool_give(&tasks, t);
}

/* What a record that was given back must not keep; the rest is written before it
 * is read. */
static HD_INLINE void task_clear(struct hd_task *t)
{
	t->sub.u.waiter = 0;
	t->sub.handle = 0;
	t->sub.pending = t->sub.pinned = t->sub.waited = t->sub.writer = 0;
	t->sub.state = HD_SUBTASK_STARTING;
	t->sub.result = 0;
	t->state = HD_TASK_INITIAL;
	t->delivered = t->cancel_requested = false;
	t->borrows = t->lends = 0;
	t->main.wait = t->main.cancellable = t->main.cancelled = 0;
	t->main.place.index = 0;
	t->main.on = 0;
	t->main.context[0] = t->main.context[1] = 0;
	t->main.link = NULL;
	t->main.fiber = NULL;
}

/* `in` and flags are those of l->callee. */
static HD_IN_LINE void task_init(struct hd_task *t, const struct hd_lower *l,
				 struct hd_instance *in, unsigned flags,
				 const void *args, uint8_t caller)
{
	t->fuel = hd_fuel;
	t->inst = in;
	t->sub.inst = caller;
	t->held = true;
	t->exclusive = (flags & (HD_LIFT_ASYNC | HD_LIFT_CALLBACK)) ^
		       HD_LIFT_ASYNC;
	t->lower = l;
	t->args = args;
	t->main.task = t;
}

static struct hd_task *task_new(const struct hd_lower *l, const void *args,
				uint8_t caller)
{
	struct hd_task *t = hd_pool_take(&tasks, hd_tasks, sizeof *t,
					 hd_ntasks);

	if (t)
		task_init(t, l, l->callee->inst, l->callee->flags, args, caller);
	return t;
}

/* A guest below or above this one on the stack has trapped: so does this. */
static HD_IN_LINE bool doomed(const struct hd_task *t)
{
	const struct hd_instance *self = hd_running();

	return self && (hd_poisoned(t->inst) || hd_poisoned(self));
}

/* The caller, which has no handle for t, traps. */
static HD_NORETURN void give_up(struct hd_task *t, enum hd_trap_kind kind)
{
	hd_task_release(t);
	hd_trap(kind);
}

/* Resumes a thread for the sake of t. */
static void run(struct hd_thread *th, struct hd_task *t)
{
	hd_resume(th, false);
	if (doomed(t))
		give_up(t, HD_TRAP_POISONED);
}

/* Nobody waits but for the lock, whose holder could go on: it does, so that
 * t can start. */
static void let_holder_go_on(struct hd_task *t)
{
	struct hd_instance *in = t->inst;

	while (in->exclusive && in->entering == 0 && hd_task_exclusive(t) &&
	       hd_may_enter(in, hd_running()) &&
	       hd_thread_ready(&in->exclusive->main))
		run(&in->exclusive->main, t);
}

/* Whether t has to wait at the door of its instance, which is not free or whose
 * executor is to start it. */
static bool held_back(struct hd_task *t)
{
	struct hd_instance *in = t->inst;
	const bool here = !hd_elsewhere(in);
	const unsigned wait = hd_task_exclusive(t) ? HD_WAIT_ENTER_LOCK :
						     HD_WAIT_ENTER;

	if (!HD_REFERENCE && here)
		let_holder_go_on(t);
	if (here && !(hd_closed(in) & hd_gates_of(wait)) && in->entering == 0)
		return false;
	in->entering++;
	hd_wait_begin(&t->main, (enum hd_wait)wait, 0, true);
	return true;
}

static bool typed(const struct hd_lower *l)
{
	return l->callee->flags & HD_LIFT_TYPED;
}

/* Lets t into its instance and runs it as far as it goes now; a sync-typed call to
 * its end, with what else may run in the instance meanwhile.  Returns false when
 * that blocks and nothing else can run. */
static bool enter(struct hd_task *t)
{
	const bool waits = typed(t->lower) || hd_elsewhere(t->inst);
	struct hd_thread *th = &t->main;

	if (waits) {
		if (held_back(t))
			return true;
		if (hd_task_exclusive(t))
			t->inst->exclusive = t;
	}
	hd_thread_register(th);
	do {
		run(th, t);
		if (waits || t->main.state == HD_THREAD_FREE || hd_poisoned(t->inst))
			return true;
		th = hd_sched_pick_in(t->inst);
	} while (th);
	return false;
}

static struct hd_task *call(const struct hd_lower *l, const void *args)
{
	struct hd_instance *caller = hd_leaving();
	struct hd_instance *callee = l->callee->inst;

	hd_trap_if(hd_poisoned(callee), HD_TRAP_POISONED);
	hd_trap_if(!hd_may_enter(callee, caller) ||
		   (hd_elsewhere(callee) && !typed(l)), HD_TRAP_CANNOT_ENTER);
	struct hd_task *t = task_new(l, args, caller->number);
	hd_trap_if(!t, HD_TRAP_POOL_FULL);
	if (!enter(t))
		give_up(t, HD_TRAP_CANNOT_BLOCK);
	return t;
}

HD_NOINLINE void hd_task_release(struct hd_task *t)
{
	HD_ENTRY;
	t->held = false;
	hd_task_reclaim(t);
}

void hd_subtask_release(struct hd_task *t)
{
	hd_waitable_drop(&t->sub);
	t->sub.handle = 0;
	if (t->lends)
		hd_lends_release(t);
	hd_task_release(t);
}

/* What the caller of an async call gets: the end of it, or a handle. */
static HD_NOINLINE uint32_t subtask(struct hd_task *t, uint32_t words)
{
	if (hd_subtask_resolved(t)) {
		hd_subtask_event(&t->sub);
		hd_task_release(t);
		return HD_SUBTASK_RETURNED;
	}
	const uint32_t h = hd_waitable_give(&t->sub, hd_here(),
					    HD_KIND_SUBTASK);
	if (h == 0)
		give_up(t, HD_TRAP_TABLE_FULL);
	keep_args(t, words);
	return t->sub.state | h << 4;
}

/* hd_open reads them as two words. */
_Static_assert(offsetof(struct hd_instance, backpressure) % 4 == 0 &&
	       offsetof(struct hd_instance, flags) ==
	       offsetof(struct hd_instance, backpressure) + 7 &&
	       __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "hd_open");

/* The usual case apart: a call into a sibling that is free, on this stack.  The
 * same as call and subtask, with what cannot happen left out: neither instance is
 * above the other and their ancestors are the same, and nothing holds the task
 * back. */
HD_HOT uint32_t hd_call_async(const struct hd_lower *l, const void *args,
			      uint32_t words)
{
	HD_ENTRY;
	struct hd_instance *caller = hd_here();
	const struct hd_lift *f = l->callee;
	struct hd_instance *callee = f->inst;
	const unsigned flags = f->flags;
	struct hd_task *t;

	if (!HD_SHORT ||
	    HD_UNLIKELY(caller->no_leave || caller->parent != callee->parent ||
			!hd_open(callee) ||
			(flags & (HD_LIFT_TYPED | HD_LIFT_FIBER)) !=
			HD_LIFT_TYPED || !(t = hd_pool_pop(&tasks))))
		return subtask(call(l, args), words);
	task_clear(t);
	task_init(t, l, callee, flags, args, caller->number);
	t->main.state = HD_THREAD_RUNNING;
	if (hd_task_exclusive(t))
		callee->exclusive = t;
	callee->entered = 1;
	const bool ok = hd_enter(&t->main, hd_first_step, t);
	callee->entered = 0;
	if (HD_UNLIKELY(!ok || hd_poisoned(callee)))
		hd_fall(callee);
	if (HD_UNLIKELY(!ok || hd_poisoned(callee) || hd_poisoned(caller)))
		give_up(t, HD_TRAP_POISONED);
	if (t->main.state != HD_THREAD_FREE || t->main.link || t->lends ||
	    !hd_subtask_resolved(t))
		return subtask(t, words);
	t->inst = NULL;
	hd_pool_push(&tasks, t);
	return HD_SUBTASK_RETURNED;
}

void hd_call_sync(const struct hd_lower *l, void *args)
{
	HD_ENTRY;
	struct hd_task *t = call(l, args);

	if (!hd_subtask_resolved(t))
		hd_await(&t->sub);
	hd_subtask_event(&t->sub);
	hd_task_release(t);
}

struct hd_task *hd_call_host(const struct hd_lower *l, const void *args)
{
	HD_ENTRY;
	if (hd_poisoned(l->callee->inst))
		return NULL;
	const struct hd_instance *caller = hd_running();
	struct hd_task *t = task_new(l, args, caller ? caller->number : HD_NOBODY);
	if (t && !enter(t)) {
		hd_trap_last = (struct hd_trap_info){ HD_TRAP_CANNOT_BLOCK, UINT32_MAX,
						      UINT32_MAX };
		hd_poison(t->inst, &hd_trap_last);
	}
	return t;
}

#ifdef HD_MULTI
/* The executor of t delivers a cancellation, at once where a thread waits that
 * can be cancelled. */
static void send_cancel(struct hd_task *t)
{
	struct hd_thread *th = &t->main;

	t->cancel_requested = HD_CANCEL_SENT;
	t->state = HD_TASK_PENDING_CANCEL;
	while (th && !th->cancellable)
		th = th->link;
	if (!th)
		return;
	if (th->state == HD_THREAD_SUSPENDED)
		hd_wait_begin(th, HD_WAIT_NONE, 0, true);
	else if (hd_sched_wake)
		hd_sched_wake(th);
}
#endif

void hd_task_request_cancel(struct hd_task *t)
{
	HD_ENTRY;
	struct hd_instance *in = t->inst;
	struct hd_thread *th = &t->main;

	t->cancel_requested = true;
#ifdef HD_MULTI
	if (hd_elsewhere(in) && t->state == HD_TASK_INITIAL &&
	    (th->state < HD_THREAD_WAITING || !hd_waits_to_enter(th))) {
		send_cancel(t);
		return;
	}
#endif
	if (th->state < HD_THREAD_WAITING || !hd_waits_to_enter(th)) {
		/* an instance that is on the stack cannot be entered */
		if (!hd_may_enter(in, hd_running()) ||
		    (hd_task_exclusive(t) && in->exclusive &&
		     in->exclusive != t))
			th = NULL;
		while (th && !th->cancellable)
			th = th->link;
	}
	if (!th) {
		if (t->state == HD_TASK_INITIAL)
			t->state = HD_TASK_PENDING_CANCEL;
		return;
	}
	t->state = HD_TASK_CANCEL_DELIVERED;
	hd_resume(th, true);
	hd_trap_if(doomed(t), HD_TRAP_POISONED);
}
