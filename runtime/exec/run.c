/* run.c - running threads: the callback loop, blocking and resuming.
 *
 * A callback task needs a stack only while its code runs: between callbacks
 * it is a record in the scheduler's queue.  Tasks whose code can block run on
 * a fiber (exec/fiber.c, linked by --undefined=hd_fiber_run); the others run
 * on the stack of whoever resumes them.
 */
#include "core/entry.h"
#include "core/pipe.h"
#include "core/pool.h"
#include "exec/enter.h"
#include "exec/queue.h"

enum { EXIT, YIELD, WAIT };

/* Whether a callback that waits again has a short way: not where each wait is
 * followed by a spurious wake. */
#ifdef HEDDLE_STRESS
#define AT_ONCE		0
#else
#define AT_ONCE		HD_SHORT
#endif

#ifdef HD_MULTI
#define handoff	(hd_self->handoff)
#define upcoming	(hd_self->upcoming)
#else
/* The thread to go on with in place of one that suspended in its favour. */
static struct hd_thread *handoff;

/* Arguments of the callback about to be called: set and used with nothing
 * running in between. */
static uint32_t upcoming[3];
#endif

/* The implicit thread has returned for good. */
static HD_ONCE void exit_task(struct hd_task *t)
{
	struct hd_instance *in = t->inst;

	if (HD_SHORT &&
	    HD_LIKELY(t->state == HD_TASK_RESOLVED && t->main.place.index == 0))
		t->main.state = HD_THREAD_FREE;	/* nothing to check or free */
	else
		hd_thread_unregister(&t->main);
	if (in->exclusive == t)
		in->exclusive = NULL;
}

static void set_event(uint32_t event)
{
	upcoming[0] = event;
	upcoming[1] = upcoming[2] = 0;
}

/* The implicit thread of t, which waits for an event of a set next, or for its
 * turn when that is 0. */
static HD_IN_LINE void wait_next(struct hd_task *t, const struct hd_lift *f,
				 uint32_t set)
{
	unsigned wait = HD_WAIT_LOOP;

	if (HD_SHORT && !(f->flags & HD_LIFT_FIBER))
		wait = HD_WAIT_HERE;
	hd_wait_begin(&t->main, (enum hd_wait)(set ? wait + 1 : wait), set, true);
}

/* Acts on a callback result.  Returns true when the callback is to be called
 * again at once (with a cancellation that was waiting), false when the stack is
 * free. */
static HD_IN_LINE bool answered(struct hd_task *t, const struct hd_lift *f,
				uint32_t packed)
{
	struct hd_instance *in = t->inst;
	uint32_t set = 0;

	if ((packed & 15) == EXIT) {
		exit_task(t);
		return false;
	}
	hd_trap_if((packed & 15) > WAIT, HD_TRAP_CALLBACK_CODE);
	if ((packed & 15) == WAIT) {
		set = packed >> 4;
		if (!HD_SHORT ||
		    HD_UNLIKELY(set > in->handles.used ||
				in->handles.slots[set].kind != HD_KIND_SET))
			hd_table_check(&in->handles, set, HD_KIND_SET);
	}
	if (hd_take_cancel(t, true))
		return true;
	in->exclusive = NULL;
	if (AT_ONCE && HD_LIKELY(set && !hd_set_ready(in, set) &&
				 !(f->flags & HD_LIFT_FIBER))) {
		hd_wait_for_set(&t->main, &in->handles.slots[set], set);
		return false;
	}
	wait_next(t, f, set);
	return false;
}

static HD_INLINE uint32_t call_back(const struct hd_lift *f, uint32_t event, uint32_t p1,
				    uint32_t p2)
{
	hd_let_others();
	const uint32_t packed = f->callback(event, p1, p2);
	hd_hold_others();
	return packed;
}

/* What the task's function or callback returned; calls the latter again as long
 * as there is cause to. */
static HD_IN_LINE void go_on(struct hd_task *t, const struct hd_lift *f,
			    uint32_t packed)
{
	if (!(f->flags & HD_LIFT_CALLBACK)) {
		if ((f->flags & HD_LIFT_HOST) && !hd_subtask_resolved(t))
			t->main.state = HD_THREAD_SUSPENDED;
		else
			exit_task(t);
		return;
	}
	while (answered(t, f, packed))
		packed = call_back(f, HD_EVENT_TASK_CANCELLED, 0, 0);
}

/* The same where it need not be fast. */
static HD_APART void go_on_late(struct hd_task *t, uint32_t packed)
{
	go_on(t, t->lower->callee, packed);
}

/* The implicit thread from its beginning, or from one callback to the next. */
static void next_step(void *arg)
{
	struct hd_task *t = arg;

	go_on_late(t, t->sub.state == HD_SUBTASK_STARTING ? hd_task_start(t) :
		   call_back(t->lower->callee, upcoming[0], upcoming[1], upcoming[2]));
}

HD_HOT void hd_first_step(void *task)
{
	struct hd_task *t = task;
	const struct hd_lower *l = t->lower;

	t->sub.state = HD_SUBTASK_STARTED;
	const struct hd_lift *f = l->callee;
	hd_let_others();
	const uint32_t packed = l->start(t, t->args);
	hd_hold_others();
	go_on(t, f, packed);
}

/* The trap that came last is that of `in`, unless it has one. */
static HD_NOINLINE void poison(struct hd_instance *in)
{
	if (!hd_poisoned(in))
		hd_poison(in, &hd_trap_last);
}

static void explicit_thread(void *arg)
{
	struct hd_xthread *x = arg;

	hd_let_others();
	x->body(x->arg);
	hd_hold_others();
	hd_thread_unregister(&x->thread);
}

/* Takes up the implicit thread where it waits without a stack.  Returns false
 * when there is nothing to run: the call was cancelled before it started. */
static bool take_up(struct hd_thread *th)
{
	struct hd_task *t = th->task;
	struct hd_instance *in = t->inst;

	if (t->sub.state == HD_SUBTASK_STARTING) {
		if (hd_waits_to_enter(th)) {
			in->entering--;
			if (th->cancelled) {
				hd_task_cancelled(t, HD_SUBTASK_CANCELLED_BEFORE_STARTED);
				th->state = HD_THREAD_FREE;
				return false;
			}
			if (hd_task_exclusive(t))
				in->exclusive = t;
			hd_thread_register(th);
		}
		return true;
	}
	in->exclusive = t;
	set_event(HD_EVENT_NONE);
	if (th->cancelled)
		upcoming[0] = HD_EVENT_TASK_CANCELLED;
	else if (hd_waits_on_set(th))
		upcoming[0] = hd_event_take(in, hd_on_set(th), upcoming + 1);
	return true;
}

void hd_thread_body(void *arg)
{
	struct hd_thread *th = arg;
	struct hd_task *t = th->task;
	bool ok;

	if (th != &t->main)
		ok = hd_enter(th, explicit_thread, th);
	else
		ok = hd_enter(th, next_step, t);
	if (!ok && t->lower)
		poison(t->inst);
}

static void run(struct hd_thread *th)
{
	if (!th->fiber && th == &th->task->main) {
		if (!take_up(th))
			return;
		if (!(th->task->lower->callee->flags & HD_LIFT_FIBER))
			goto here;
	}
	if (hd_fiber_run)
		hd_fiber_run(th);
	else	/* stackless profile */
		hd_enter(th, hd_trap_as, (void *)HD_TRAP_CANNOT_BLOCK);
	return;
here:
	hd_thread_body(th);
}

/* Whether `in` is entered by a call from `from` as well as its callee is. */
static bool shared(const struct hd_instance *in, const struct hd_instance *from)
{
	for (; from; from = from->parent)
		if (from == in)
			return true;
	return false;
}

/* Whether activations of an instance are counted here: not those of what any
 * executor may enter at any time, nor another executor's. */
static bool counted(const struct hd_instance *in)
{
#ifdef HD_MULTI
	return in->executor != HD_ANYWHERE && !hd_elsewhere(in);
#else
	(void)in;
	return true;
#endif
}

/* Counts an activation of `in`, and of ancestors that `from` does not share. */
static void mark(struct hd_instance *in, const struct hd_instance *from, int by)
{
	if (counted(in))
		in->entered = (uint8_t)(in->entered + by);
	for (in = in->parent; in; in = in->parent)
		if (!shared(in, from) && counted(in))
			in->entered = (uint8_t)(in->entered + by);
}

bool hd_may_enter(const struct hd_instance *in, const struct hd_instance *from)
{
	if ((in->entered && counted(in)) ||
	    (from && !HD_REFERENCE && shared(in, from->parent)))
		return false;
	for (in = in->parent; in; in = in->parent) {
		if (in == from && !HD_REFERENCE)
			return false;
		if (!shared(in, from) && in->entered && counted(in))
			return false;
	}
	return true;
}

HD_COLD void hd_fall(struct hd_instance *in)
{
	poison(in);
	handoff = NULL;
	hd_reap(in);
}

/* Whether a thread goes on because another executor cancels its call,
 * which is delivered now. */
static bool cancelled_elsewhere(const struct hd_thread *th)
{
#ifdef HD_MULTI
	return hd_cancel_sent(th) && hd_take_cancel(th->task, true);
#else
	(void)th;
	return false;
#endif
}

void hd_resume(struct hd_thread *th, bool cancelled)
{
	struct hd_instance *from = hd_running();
	struct hd_instance *in = th->task->inst;

	mark(in, from, 1);
	do {
		struct hd_task *t = th->task;

		handoff = NULL;
		cancelled |= cancelled_elsewhere(th);
		hd_wait_end(th);
		th->cancelled = cancelled;
		run(th);
		if (hd_poisoned(in))
			break;
		if (th->state == HD_THREAD_FREE)
			hd_task_reclaim(t);
		cancelled = false;
	} while ((th = handoff) != NULL);
	mark(in, from, -1);
	if (hd_poisoned(in))
		hd_fall(in);
}

/* What hd_tick does: the thread that is due, in any case. */
static HD_NOINLINE bool tick(void)
{
	struct hd_thread *th = hd_sched_pick();

	if (!th)
		return false;
	hd_resume(th, false);
	return true;
}

/* answered, for what nothing needs doing about but to wait or to end: outside
 * of the guest, since it cannot trap.  Returns false when it did nothing. */
static HD_INLINE bool answered_at_once(struct hd_task *t, struct hd_instance *in,
				       uint32_t packed)
{
	const uint32_t set = packed >> 4;
	struct hd_slot *s = &in->handles.slots[set];

	if (!AT_ONCE)
		return false;
	if (HD_LIKELY((packed & 15) == WAIT)) {
		if (set > in->handles.used || s->kind != HD_KIND_SET ||
		    s->u.first || t->state == HD_TASK_PENDING_CANCEL)
			return false;
		in->exclusive = NULL;
		hd_wait_for_set(&t->main, s, set);
		return true;
	}
	if ((packed & 15) != EXIT || t->state != HD_TASK_RESOLVED)
		return false;
	exit_task(t);
	return true;
}

static void late_answer(void *arg)
{
	go_on_late(arg, upcoming[0]);
}

/* What only the general way is for: the instance is locked or has trapped, or
 * hd_tick was called from within a guest. */
static HD_INLINE bool busy(const struct hd_instance *in)
{
	return ((uintptr_t)in->exclusive | in->trap.kind |
		(uintptr_t)hd_now.task) != 0;
}

/* Calls the callback of th's task and does what it answers.  The same as hd_resume,
 * with what cannot happen left out: no instance is entered. */
static HD_INLINE bool step(struct hd_thread *th, uint32_t event, uint32_t p1,
			   uint32_t p2)
{
	struct hd_task *t = th->task;
	struct hd_instance *in = t->inst;

	th->state = HD_THREAD_RUNNING;
	th->wait = HD_WAIT_NONE;
	th->cancellable = th->cancelled = false;
	in->exclusive = t;
	in->entered = 1;
	for (struct hd_instance *p = in->parent; HD_UNLIKELY(p); p = p->parent)
		p->entered = 1;
	const uint64_t answer = hd_enter_callback(event, p1, p2, th);
	bool ok = (answer >> 32) && !hd_poisoned(in);
	if (ok && !answered_at_once(t, in, (uint32_t)answer)) {
		upcoming[0] = (uint32_t)answer;
		ok = hd_enter(th, late_answer, t) && !hd_poisoned(in);
	}
	for (struct hd_instance *p = in; p; p = p->parent)
		p->entered = 0;
	if (HD_UNLIKELY(!ok))
		hd_fall(in);
	else if (th->state == HD_THREAD_FREE)
		hd_task_reclaim(t);
	return true;
}

/* The thread that is due where its callback may be called at once, with
 * `upcoming`; it waits no more.  Otherwise NULL: the general way has been gone, if
 * anyone was due (*any). */
static HD_NOINLINE struct hd_thread *due(bool *any)
{
	struct hd_thread *th = hd_queue.only;

	*any = false;
	if (!th && (hd_queue.ordered == 0 || !(th = hd_sched_pick())))
		return NULL;
	struct hd_instance *in = th->task->inst;
	const uint32_t set = hd_on_set(th);

	set_event(HD_EVENT_NONE);
	if (busy(in) || th->wait < HD_WAIT_HERE)
		goto general;
	if (th->wait == HD_WAIT_HERE_SET) {
		struct hd_slot *s = &in->handles.slots[set];

		if (!s->u.first || hd_at(s->v.waiters) != th)
			goto general;
		s->v.waiters = th->peer;
		upcoming[0] = hd_event_take(in, set, upcoming + 1);
	}
	hd_sched_drop(th);
	return th;
general:
	*any = tick();
	return NULL;
}

/* The usual cases apart: the executor gives the event of a stream to a callback that
 * waits for it, or calls it again after a yield, on this stack. */
HD_HOT bool hd_tick(void)
{
	HD_ENTRY;
	struct hd_slot *set = hd_queue.set;
	struct hd_thread *th = hd_queue.only;
	uint32_t event = HD_EVENT_NONE, p1 = 0, p2 = 0;

	if (!HD_SHORT)
		return tick();
	if (HD_LIKELY(set && (p1 = set->u.first) != 0 && !busy(th->task->inst))) {
		set->u.first = 0;
		set->v.waiters = 0;
		event = hd_queue.event;
		p2 = hd_stream_event(hd_queue.end);
		hd_queue.only = NULL;
		hd_queue.set = NULL;
	} else if (!set && th && th->wait == HD_WAIT_HERE &&
		   !busy(th->task->inst)) {
		hd_queue.only = NULL;
	} else {
		bool any;

		th = due(&any);
		if (!th)
			return any;
		event = upcoming[0];
		p1 = upcoming[1];
		p2 = upcoming[2];
	}
	return step(th, event, p1, p2);
}

static bool blocked(struct hd_thread *th)
{
	hd_fiber_block();
	return th->cancelled;
}

bool hd_block(enum hd_wait wait, uintptr_t on, bool cancellable)
{
	struct hd_thread *th = hd_now.thread;

	if (hd_take_cancel(th->task, cancellable))
		return true;
	if (!th->fiber) {
		hd_trap_if(wait != HD_WAIT_NONE, HD_TRAP_CANNOT_BLOCK);
		return false;
	}
	hd_wait_begin(th, wait, on, cancellable);
	return blocked(th);
}

void hd_await(const struct hd_waitable *w)
{
	hd_block(HD_WAIT_EVENT, (uintptr_t)w, false);
}

bool hd_switch_to(struct hd_thread *to)
{
	handoff = to;
	return blocked(hd_now.thread);
}

bool hd_suspend(struct hd_thread *to, bool cancellable)
{
	struct hd_thread *th = hd_now.thread;

	if (hd_take_cancel(th->task, cancellable))
		return true;
	hd_trap_if(!th->fiber, HD_TRAP_CANNOT_BLOCK);
	th->state = HD_THREAD_SUSPENDED;
	th->cancellable = cancellable;
	return hd_switch_to(to);
}

struct dtor {
	void (*code)(uint32_t rep);
	uint32_t rep;
};

static void call_dtor(void *arg)
{
	const struct dtor *d = arg;

	hd_let_others();
	d->code(d->rep);
	hd_hold_others();
}

bool hd_call_plain(struct hd_instance *in, void (*code)(uint32_t), uint32_t arg)
{
	struct hd_instance *from = hd_running();
	struct hd_task t;
	struct dtor d = { code, arg };

	hd_fill(&t, 0, sizeof t);
	t.inst = in;
	t.fuel = hd_fuel;
	t.main.task = &t;
	t.main.state = HD_THREAD_RUNNING;
	mark(in, from, 1);
	const bool ok = hd_enter(&t.main, call_dtor, &d);
	mark(in, from, -1);
	return ok;
}
