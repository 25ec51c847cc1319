/* calls.c - core/call.c and core/subtask.c: one operation on any state that a call
 * may be in; so of every sequence. Calls are typed async, of any other flags.
 *
 * Instance 0 has called instance 1, or does now; t is the only record. The executor
 * (exec/run.c) is stood in for: it lets a call in, runs the callee, which does what
 * it likes, and ends its thread. The instance may be locked by another task and may
 * have backpressure. With HOSTED the callee is a function of the host's (host/func.c).
 */
#include "world.h"

#include "core/pool.h"

/* Pools of one record each, in place of core/pool.c, which has a proof of its own;
 * also where records are given back in line. */
static void *pop(struct hd_pool *p);
#define hd_pool_pop(p) pop(p)
#define hd_pool_push(p, record) hd_pool_give(p, record)

#include "core/call.c"
#ifdef HOSTED
#include "host/func.h"
#define IS_HOST 1
#else
#define IS_HOST 0
#endif

#define RESULT 0x1234u			/* the result pointer: the last argument */
#define FIRST_ARG 0x55u

enum thread { ENDED, DOOR, INSIDE };	/* of the callee */

static struct hd_task *const t = &hd_tasks[0];
static struct hd_task other;		/* may have the lock of instance 1 */
static uint32_t args[2], words;
static unsigned starts, answers;	/* of lower->start, lower->results */
static bool lends, lent;		/* the call is lent something; has it still */
static bool enters = true;
static uint32_t told;			/* the state that the caller knows */
static bool named;			/* the caller has a handle */

static uint32_t start(struct hd_task *of, const void *p);
static void results(struct hd_task *of, const void *flat, const void *p);

static struct hd_lift lift, wrong_lift;
static const struct hd_lower lower = { &lift, start, results };
static const int type, wrong_type;

static struct hd_instance *callee(void)
{
	return &hd_instances[1];
}

/* --- pools --- */

static bool task_free = true, args_free = true, used;

void *hd_pool_take(struct hd_pool *p, void *base, uint32_t size, uint32_t n)
{
	if (p == &tasks) {
		claim(base == t && size == sizeof *t && n == 1 && task_free, "a task");
		*t = (struct hd_task){ 0 };
		task_free = false;
		return t;
	}
	claim(p == &queued && base == hd_queued && size == sizeof *hd_queued &&
	      n == 1 && args_free, "arguments");
	args_free = false;
	return hd_queued;
}

static void *pop(struct hd_pool *p)
{
	claim(p == &tasks && task_free, "a task");
	if (!used)
		return NULL;
	task_free = false;
	return t;
}

void hd_pool_give(struct hd_pool *p, void *record)
{
	if (p == &tasks) {
		claim(record == t && !task_free, "a task is given back once");
		task_free = true;
	} else {
		claim(record == hd_queued && !args_free, "arguments are given back once");
		args_free = true;
	}
}

static enum thread thread(void)
{
	return t->main.state == HD_THREAD_FREE ? ENDED :
	       t->main.state == HD_THREAD_WAITING && hd_waits_to_enter(&t->main) &&
	       t->sub.state == HD_SUBTASK_STARTING ? DOOR : INSIDE;
}

static enum hd_wait at_door(void)
{
	return hd_task_exclusive(t) ? HD_WAIT_ENTER_LOCK : HD_WAIT_ENTER;
}

/* --- the callee --- */

static uint32_t of_last(const uint32_t *p)
{
	return words == 2 ? p[1] : p[0];
}

static uint32_t start(struct hd_task *of, const void *p)
{
	const uint32_t *a = p;

	claim(of == t && starts == 0, "a call starts once");
	starts++;
	claim(words == 0 || of_last(p) == RESULT, "its result pointer");
	claim(words < 2 || a[0] == FIRST_ARG, "its arguments");
	if (lends) {
		t->lends = 1;
		lent = true;
	}
	return 0;
}

static void results(struct hd_task *of, const void *flat, const void *p)
{
	claim(of == t && flat == memories[1] && answers == 0, "a call returns once");
	answers++;
	claim(words == 0 || of_last(p) == RESULT,
	      "where the caller wants it");
}

void hd_lends_release(struct hd_task *of)
{
	claim(of == t && lent, "what a call was lent it gives back once");
	t->lends = 0;
	lent = false;
}

static void give_results(void)
{
#ifdef HOSTED
	hd_host_answer(t, memories[1]);
#else
	hd_task_return(&lift, memories[1]);
#endif
}

/* The callee's code returns, or does not, and ends, or does not. */
static void runs(void)
{
	const struct hd_now was = hd_now;

	hd_now.task = t;
	hd_now.thread = &t->main;
	if (t->state != HD_TASK_RESOLVED && !t->borrows && (nondet_word() & 1))
		give_results();
	hd_now = was;
	t->main.state = IS_HOST ? HD_THREAD_SUSPENDED : HD_THREAD_WAITING;
	t->main.wait = HD_WAIT_LOOP;
	if (t->state == HD_TASK_RESOLVED && (IS_HOST || (nondet_word() & 1))) {
		t->main.state = HD_THREAD_FREE;
		if (callee()->exclusive == t)
			callee()->exclusive = NULL;
	}
}

/* --- the executor --- */

unsigned hd_closed(const struct hd_instance *in)
{
	claim(in == callee(), "the door of the callee");
	return (in->exclusive ? HD_GATE_LOCK : 0u) |
	       (hd_has_pressure(in) ? HD_GATE_PRESSURE : 0u);
}

void hd_first_step(void *task)
{
	(void)task;
	claim(false, "run by hd_enter");
}

bool hd_enter(struct hd_thread *th, void (*fn)(void *), void *arg)
{
	claim(th == &t->main && fn == hd_first_step && arg == t, "a first step");
	claim(callee()->exclusive == (hd_task_exclusive(t) ? t : NULL),
	      "it has the lock, if it needs it");
	t->sub.state = HD_SUBTASK_STARTED;
	start(t, t->args);
	runs();
	return true;
}

void hd_fall(struct hd_instance *in)
{
	(void)in;
	claim(false, "nothing traps below");
}

void hd_resume(struct hd_thread *th, bool cancelled)
{
	if (th == &other.main) {	/* which lets go of the lock */
		callee()->exclusive = NULL;
		return;
	}
	const bool door = thread() == DOOR;
	claim(th == &t->main, "a thread of the call");
	t->main.state = HD_THREAD_RUNNING;
	if (door) {
		callee()->entering--;
		if (cancelled) {
			hd_task_cancelled(t, HD_SUBTASK_CANCELLED_BEFORE_STARTED);
			t->main.state = HD_THREAD_FREE;
			hd_task_reclaim(t);
			return;
		}
	}
	if (t->sub.state == HD_SUBTASK_STARTING) {
		claim(!hd_has_pressure(callee()), "none enters where it may not");
		if (door && hd_task_exclusive(t))
			callee()->exclusive = t;
		claim(!hd_task_exclusive(t) || callee()->exclusive == t,
		      "it has the lock, if it needs it");
		hd_task_start(t);
	}
	runs();
	if (t->main.state == HD_THREAD_FREE)
		hd_task_reclaim(t);
}

void hd_wait_begin(struct hd_thread *th, enum hd_wait wait, uintptr_t on,
		   bool cancellable)
{
	claim(th == &t->main && wait == at_door() && !on && cancellable,
	      "a call waits at the door");
	th->state = HD_THREAD_WAITING;
	th->wait = (uint8_t)wait;
	th->cancellable = cancellable;
}

void hd_thread_register(struct hd_thread *th)
{
	claim(th == &t->main, "the call's");
}

void hd_thread_unregister(struct hd_thread *th)
{
	claim(th == &t->main && th->state != HD_THREAD_FREE, "a thread ends once");
	th->state = HD_THREAD_FREE;
}

struct hd_thread *hd_sched_pick_in(const struct hd_instance *in)
{
	(void)in;
	claim(false, "calls are typed");
	return NULL;
}

bool hd_thread_ready(const struct hd_thread *th)
{
	claim(th == &other.main, "who has the lock");
	return nondet_word() & 1;
}

bool hd_may_enter(const struct hd_instance *in, const struct hd_instance *from)
{
	claim(in == callee() && from == &hd_instances[0], "who enters");
	return enters;
}

/* The callee goes on until it has returned. */
void hd_await(const struct hd_waitable *w)
{
	claim(w == &t->sub && !hd_subtask_resolved(t), "a call that has not ended");
	suppose(thread() == INSIDE);
	t->sub.waited = true;
	runs();
	suppose(hd_subtask_resolved(t));
	t->sub.waited = t->sub.pending = false;
}

/* --- any state of a call --- */

static void any_instance(void)
{
	callee()->backpressure = nondet_word() & 1;
	callee()->flag = nondet_word() & 1;
	callee()->entering = nondet_word() & 1;	/* others that wait */
	callee()->exclusive = nondet_word() & 1 ? &other : NULL;
	other.inst = callee();
	enters = nondet_word() & 1;
	lift.inst = callee();
	lift.result = &type;
	lift.flags = HD_LIFT_TYPED | (nondet_word() & (HD_LIFT_ASYNC |
			HD_LIFT_CALLBACK | HD_LIFT_FIBER));
	suppose(lift.flags & HD_LIFT_ASYNC);
	if (IS_HOST)
		lift.flags = HD_LIFT_TYPED | HD_LIFT_ASYNC | HD_LIFT_HOST;
	wrong_lift = lift;
	wrong_lift.result = &wrong_type;
	words = below(3);
	lends = nondet_word() & 1;
	args[0] = words == 2 ? FIRST_ARG : RESULT;
	args[1] = RESULT;
	lend_bytes(0, args, sizeof args, false);
	lend_bytes(1, &hd_queued[0], sizeof hd_queued[0], true);
}

static void any_call(void)
{
	const enum thread th = (enum thread)below(INSIDE + 1);

	task_free = false;
	named = nondet_word() & 1;
	t->inst = callee();
	t->lower = &lower;
	t->main.task = t;
	t->held = named;
	t->sub.state = (uint8_t)below(HD_SUBTASK_CANCELLED_BEFORE_RETURNED + 1);
	t->exclusive = (lift.flags & HD_LIFT_CALLBACK) != 0;
	const bool resolved = hd_subtask_resolved(t);
	suppose((th == DOOR) == (t->sub.state == HD_SUBTASK_STARTING));
	suppose(th != ENDED || resolved);
	suppose(th != DOOR || named);
	suppose(t->held || th != ENDED);
	suppose(!IS_HOST || th != INSIDE || !resolved);
	t->main.state = th == ENDED ? HD_THREAD_FREE :
			IS_HOST && th == INSIDE ? HD_THREAD_SUSPENDED :
			HD_THREAD_WAITING;
	t->main.wait = (uint8_t)(th == DOOR ? at_door() : HD_WAIT_LOOP);
	t->main.cancellable = th == DOOR || (!IS_HOST && (nondet_word() & 1));
	t->state = resolved ? HD_TASK_RESOLVED :
		   th == DOOR ? HD_TASK_INITIAL :
		   (uint8_t)below(HD_TASK_CANCEL_DELIVERED + 1);
	t->cancel_requested = t->state == HD_TASK_PENDING_CANCEL ||
			      t->state == HD_TASK_CANCEL_DELIVERED ||
			      (resolved && (nondet_word() & 1));
	starts = t->sub.state != HD_SUBTASK_STARTING &&
		 t->sub.state != HD_SUBTASK_CANCELLED_BEFORE_STARTED;
	answers = t->sub.state == HD_SUBTASK_RETURNED;
	callee()->entering += th == DOOR;
	told = named ? below(t->sub.state + 1u) : t->sub.state;
	suppose(told == t->sub.state || !(told >= HD_SUBTASK_RETURNED));
	t->delivered = resolved && (told == t->sub.state || !named);
	t->sub.pending = named && told != t->sub.state;
	t->borrows = starts && !resolved ? nondet_word() & 1 : 0;
	lent = lends && starts && named && !t->delivered;
	t->lends = lent;
	if (named) {
		const uint32_t h = hd_waitable_give(&t->sub, &hd_instances[0],
						    HD_KIND_SUBTASK);
		claim(h == 1, "a handle");
	}
	t->last = RESULT;
	t->args = words ? last_of(t, words) : NULL;
	if (th == DOOR && words) {
		args_free = false;
		hd_queued[0].words[0] = args[0];
		hd_queued[0].words[1] = args[1];
		t->args = &hd_queued[0];
		t->sub.result = (uint8_t)words;
	}
	if (th == INSIDE && t->exclusive && callee()->exclusive && (nondet_word() & 1))
		callee()->exclusive = t;
	args[0] = args[1] = 0;		/* the caller's frame has gone */
}

/* --- invariants --- */

static void check(void)
{
	if (task_free) {
		claim(!named && !lent && args_free, "and with it all that it had");
		claim(!t->inst, "a record given back is no task");
		return;
	}
	const enum thread th = thread();
	const bool resolved = hd_subtask_resolved(t);

	claim(t->inst == callee() && t->held == named,
	      "the record is there while somebody needs it");
	claim(named || th != ENDED, "and no longer");
	claim((t->state == HD_TASK_RESOLVED) == resolved, "it ends for both");
	claim(th != ENDED || resolved, "its thread ends after it");
	claim(starts == (t->sub.state != HD_SUBTASK_STARTING &&
			 t->sub.state != HD_SUBTASK_CANCELLED_BEFORE_STARTED) &&
	      answers == (t->sub.state == HD_SUBTASK_RETURNED), "as it was told");
	claim(!named || t->sub.pending == (told != t->sub.state),
	      "no event is lost, and none is told twice");
	claim(!named || t->delivered == (told >= HD_SUBTASK_RETURNED),
	      "the end is told");
	claim(lent == (t->lends != 0) && (!lent || (named && !t->delivered)),
	      "what is lent is given back when the end is told");
	claim(args_free == (t->sub.result == 0) &&
	      (t->sub.result == 0 || (th == DOOR && named)),
	      "arguments are kept until it starts");
	claim(named == (hd_table_slot(&hd_instances[0].handles, 1) != NULL), "handles");
}

/* --- operations --- */

static void calls(void)
{
	const bool blocks = nondet_word() & 1;
	const bool full = nondet_word() & 1, waits = callee()->entering;

	used = nondet_word() & 1;
	if (used) {		/* before, and not cleared since */
		t->held = t->delivered = true;
		t->state = HD_TASK_RESOLVED;
		t->sub.state = HD_SUBTASK_RETURNED;
	}
	hd_instances[0].handles.size = full ? 1 : 2;
	const bool closed = waits || callee()->backpressure || callee()->flag;
	expect(enters || (HD_SHORT && used && !closed && !callee()->exclusive &&
			  !(lift.flags & HD_LIFT_FIBER) && !blocks) ?
	       HD_TRAP_NONE : HD_TRAP_CANNOT_ENTER);
	suppose(!full || !closed);
	if (blocks) {
		suppose(!closed && !callee()->exclusive);
		hd_call_sync(&lower, args);
		returned();
		claim(answers == 1, "a sync call has its results");
		told = HD_SUBTASK_RETURNED;
		reach("a sync call");
		return;
	}
	suppose(!full);
	const uint32_t r = hd_call_async(&lower, args, words);
	returned();
	args[0] = args[1] = 0;
	told = r & 15;
	named = r >> 4;
	claim(!closed || told == HD_SUBTASK_STARTING, "none overtakes those who wait");
	if (!named) {
		claim(r == HD_SUBTASK_RETURNED && answers == 1, "it has returned");
#ifdef HOSTED
		claim(task_free, "an answer ends it");
#else
		if (!task_free)
			reach("a call returns and goes on");
#endif
		if (task_free)
			reach("a call returns and ends");
		return;
	}
	claim(r >> 4 == 1 && !hd_subtask_resolved(t), "it goes on");
	claim((told == HD_SUBTASK_STARTING) == (thread() == DOOR), "its state");
	if (told == HD_SUBTASK_STARTING)
		reach("a call waits at the door");
	else
		reach("a call has started");
}

static void cancel(void)
{
	static struct hd_canon c;

	c.flags = nondet_word() & HD_CANON_SYNC;
	suppose(named);
	settle(0, 1, &t->sub);
	suppose(!c.flags || thread() != INSIDE || t->state != HD_TASK_CANCEL_DELIVERED);
	expect(t->delivered ? HD_TRAP_RESOLVE_SEEN :
	       t->cancel_requested ? HD_TRAP_CANCEL_TWICE : HD_TRAP_NONE);
	const uint32_t r = hd_subtask_cancel(&c, 1);
	returned();
	if (r == HD_BLOCKED) {
		claim(!c.flags && !hd_subtask_resolved(t), "it has not ended yet");
		if (t->sub.pending == (told != t->sub.state))
			reach("a call is asked to end");
		return;
	}
	claim(r == t->sub.state && hd_subtask_resolved(t), "its end");
	told = r;
	if (r == HD_SUBTASK_CANCELLED_BEFORE_STARTED)
		reach("a call is cancelled at the door");
	else
		reach("a call has ended when it is cancelled");
}

static void drop(void)
{
	suppose(named);
	settle(0, 1, &t->sub);
	expect(t->delivered ? HD_TRAP_NONE : HD_TRAP_NOT_RESOLVED);
	hd_subtask_drop(1);
	returned();
	named = false;
	told = t->sub.state;
	reach("a call is let go of");
}

static void deliver(void)
{
	suppose(named && t->sub.pending);
	t->sub.pending = false;		/* hd_event_pop */
	told = hd_subtask_event(&t->sub);
	reach("an event is delivered");
}

static void let_in(void)
{
	suppose(thread() == DOOR && !(hd_closed(callee()) & hd_gates_of(t->main.wait)));
	as_host();
	hd_resume(&t->main, false);
	reach("a call is let in");
}

#ifdef HOSTED

static void answer(void)
{
	suppose(thread() == INSIDE && !t->borrows);
	claim(hd_host_cancel_requested(t) == t->cancel_requested, "it may ask");
	as_host();
	expect(HD_TRAP_NONE);
	if (nondet_word() & 1) {
		hd_host_answer(t, memories[1]);
		reach("the host answers");
	} else {
		hd_host_confirm_cancel(t);
		reach("the host confirms a cancellation");
	}
	claim(thread() == ENDED, "the call has no thread any more");
	if (!named)
		told = t->sub.state;
}

#else

static void answer(void)
{
	const bool wrong = nondet_word() & 1;

	suppose(thread() == INSIDE);
	hd_now.task = t;
	hd_now.thread = &t->main;
	if (nondet_word() & 1) {
		expect(wrong ? HD_TRAP_TYPE_MISMATCH :
		       t->state == HD_TASK_RESOLVED ? HD_TRAP_RESOLVED :
		       t->borrows ? HD_TRAP_BORROWS : HD_TRAP_NONE);
		hd_task_return(wrong ? &wrong_lift : &lift, memories[1]);
		returned();
		reach("the callee returns");
	} else {
		expect(t->state != HD_TASK_CANCEL_DELIVERED ? HD_TRAP_NO_CANCEL :
		       t->borrows ? HD_TRAP_BORROWS : HD_TRAP_NONE);
		hd_task_cancel();
		returned();
		reach("the callee confirms a cancellation");
	}
	if (!named)
		told = t->sub.state;
}

static void end(void)
{
	suppose(thread() == INSIDE && hd_subtask_resolved(t));
	t->main.state = HD_THREAD_FREE;
	hd_task_reclaim(t);
	reach("the callee ends");
}

#endif

int main(void)
{
	const uint32_t what = nondet_word();

	world_begin();
	as_guest(0);
	any_instance();
	foretell(&t->sub);
	if (what == 0) {
		calls();
	} else {
		any_call();
		check();
		if (what == 1)
			cancel();
		else if (what == 2)
			drop();
		else if (what == 3)
			deliver();
		else if (what == 4)
			let_in();
#ifndef HOSTED
		else if (what == 5)
			end();
#endif
		else
			answer();
	}
	check();
}
