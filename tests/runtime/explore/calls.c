/* calls.c - asynchronous calls: tasks, subtasks, the lock, backpressure,
 * cancellation and the callback loop.
 *
 * Instance 0 calls a function of instance 1, lifted with a callback. What the
 * callee does whenever its code runs is part of the operation, so every
 * behaviour is tried at every step. Besides, an event can come for the set the
 * callee waits on.
 */
#include "explore.h"

#include "core/pool.h"
#include "core/ring.h"
#include "peek.h"

#define CALLS 2
#define MOST 2		/* times backpressure is raised */

/* What the caller knows of a call.
 *
 *   told     the state it was told last
 *   done     it was told that the call has resolved
 */
static WORLD_STATE struct model {
	uint32_t handle;
	uint8_t told, done, cancelled;
} models[CALLS];

static WORLD_STATE struct {
	uint32_t caller_set, callee_set;
	struct hd_pipe source;		/* its end 0 is in the callee's set */
	uint32_t source_handle;
	uint8_t does;			/* what the callee's code does next */
	uint8_t returned;		/* results of this operation */
} it;

/* The callee's code: a bit or two, then a callback result. */
enum { EXIT, YIELD, WAIT };
enum does {
	RETURN_EXIT, DO_YIELD, DO_WAIT, RETURN_WAIT, CANCEL_EXIT, EXIT_ONLY,
	RAISE_WAIT, LOWER_YIELD, TRAP, NDOES
};

static const char *const does_name[NDOES] = {
	"returns and exits", "yields", "waits", "returns, then waits",
	"cancels and exits", "exits", "raises backpressure and waits",
	"lowers backpressure and yields", "traps",
};

static uint32_t start(struct hd_task *t, const void *args);
static uint32_t callback(uint32_t event, uint32_t p1, uint32_t p2);
static void results(struct hd_task *t, const void *flat, const void *args);

static struct hd_lift lift = {
	&hd_instances[1], callback, NULL,
	HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lower lowered = { &lift, start, results };
static const struct hd_canon canon = { NULL, 0, 0, 0 };

static uint32_t behave(void)
{
	switch ((enum does)it.does) {
	case RETURN_EXIT:
		hd_task_return(&lift, NULL);
		return EXIT;
	case RETURN_WAIT:
		hd_task_return(&lift, NULL);
		return WAIT | it.callee_set << 4;
	case CANCEL_EXIT:
		hd_task_cancel();
		return EXIT;
	case EXIT_ONLY:
		return EXIT;
	case RAISE_WAIT:
		hd_backpressure_inc();
		return WAIT | it.callee_set << 4;
	case LOWER_YIELD:
		hd_backpressure_dec();
		return YIELD;
	case DO_YIELD:
		return YIELD;
	case DO_WAIT:
		return WAIT | it.callee_set << 4;
	default:
		hd_trap(HD_TRAP_UNREACHABLE);
	}
}

static uint32_t start(struct hd_task *t, const void *args HD_UNUSED)
{
	claim(t->inst == &hd_instances[1], "a task runs in its instance");
	claim(t->inst->exclusive == t, "a callback task holds the lock");
	claim(t->inst->backpressure == 0, "nobody starts under backpressure");
	return behave();
}

static uint32_t callback(uint32_t event, uint32_t p1, uint32_t p2)
{
	claim(hd_now.task->inst->exclusive == hd_now.task,
	      "a callback task holds the lock");
	claim(event != HD_EVENT_STREAM_READ || (p1 == it.source_handle && !p2),
	      "the event is the source's");
	return behave();
}

static void results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	(void)t;
	(void)flat;
	it.returned++;
}

/* --- operations --- */

enum what { CALL, CANCEL, DROP, JOIN, LEAVE, POLL, TICK, POST, LOWER };

static const char *letter(unsigned k)
{
	static char text[80];
	static const char *const one[] = { "cancel", "drop", "join", "leave" };

	if (k < NDOES)
		snprintf(text, sizeof text, "call; the callee %s", does_name[k]);
	else if (k < 2 * NDOES)
		snprintf(text, sizeof text, "a thread is resumed; it %s",
			 does_name[k - NDOES]);
	else if (k < 2 * NDOES + CALLS * 4)
		snprintf(text, sizeof text, "%s call %u",
			 one[(k - 2 * NDOES) / CALLS],
			 (k - 2 * NDOES) % CALLS);
	else if (k < 2 * NDOES + CALLS * 4 + NDOES)
		snprintf(text, sizeof text,
			 "cancel call 0 and the callee, when asked, %s",
			 does_name[k - 2 * NDOES - CALLS * 4]);
	else
		return k == 3 * NDOES + CALLS * 4 ? "poll" :
		       k == 3 * NDOES + CALLS * 4 + 1 ? "the callee's event comes" :
		       "the host lowers backpressure";
	return text;
}
#define LETTERS (3 * NDOES + CALLS * 4 + 3)

static enum what split(unsigned k, unsigned *which)
{
	if (k < NDOES) {
		it.does = (uint8_t)k;
		return CALL;
	}
	if (k < 2 * NDOES) {
		it.does = (uint8_t)(k - NDOES);
		return TICK;
	}
	it.does = DO_WAIT;
	k -= 2 * NDOES;
	if (k < CALLS * 4) {
		*which = k % CALLS;
		return (enum what)(CANCEL + k / CALLS);
	}
	k -= CALLS * 4;
	if (k < NDOES) {
		it.does = (uint8_t)k;
		return CANCEL;
	}
	k -= NDOES;
	return k == 0 ? POLL : k == 1 ? POST : LOWER;
}

struct act {
	enum what what;
	uint32_t handle, result;
};

static void perform(void *arg)
{
	struct act *a = arg;

	switch (a->what) {
	case CALL:
		a->result = hd_call_async(&lowered, NULL, 0);
		break;
	case CANCEL:
		a->result = hd_subtask_cancel(&canon, a->handle);
		break;
	case DROP:
		hd_subtask_drop(a->handle);
		break;
	case POLL:
		a->result = hd_waitable_set_poll(&canon, it.caller_set, 0);
		break;
	default:
		hd_join(a->handle, a->what == JOIN ? it.caller_set : 0);
	}
}

static void lower_backpressure(void *arg)
{
	(void)arg;
	hd_backpressure_dec();
}

static bool resolved(uint32_t state)
{
	return state >= HD_SUBTASK_RETURNED;
}

/* The caller hears of a call's state. */
static void told(struct model *m, uint32_t state)
{
	claim(!m->done, "nothing after a call has resolved");
	claim(state > m->told || (state == m->told && m->cancelled),
	      "states go forward");
	claim(state < HD_SUBTASK_CANCELLED_BEFORE_STARTED || m->cancelled,
	      "CANCELLED only when asked for");
	m->told = (uint8_t)state;
	m->done = resolved(state);
}

static void called(uint32_t result)
{
	if (result >> 4 == 0) {
		claim(result == HD_SUBTASK_RETURNED, "no handle: returned");
		return;
	}
	claim(!resolved(result & 15), "a handle: not resolved");
	for (unsigned i = 0; i < CALLS; i++)
		if (!models[i].handle) {
			models[i].handle = result >> 4;
			models[i].told = result & 15;
			return;
		}
	claim(false, "more calls than tasks");
}

static void polled(uint32_t event)
{
	uint32_t p[2];

	memcpy(p, memories[0].bytes, 8);
	memset(memories[0].bytes, 0, 8);
	if (event == HD_EVENT_NONE)
		return;
	claim(event == HD_EVENT_SUBTASK, "event code");
	for (unsigned i = 0; i < CALLS; i++)
		if (models[i].handle && models[i].handle == p[0]) {
			told(&models[i], p[1]);
			return;
		}
	claim(false, "an event names a live call");
}

static bool caller_acts(enum what what, unsigned which)
{
	struct model *m = &models[which];
	struct act a = { what, m->handle, HD_BLOCKED };

	if (what >= CANCEL && what <= LEAVE && !m->handle)
		return false;
	if (what == CANCEL)
		m->cancelled = true;
	const uint32_t trap = as_guest(0, perform, &a);
	if (trap != HD_TRAP_NONE) {
		hd_reap(&hd_instances[0]);
		memset(models, 0, sizeof models);
		return true;
	}
	if (what == CALL)
		called(a.result);
	else if (what == CANCEL && a.result != HD_BLOCKED)
		told(m, a.result);
	else if (what == DROP)
		*m = (struct model){ 0 };
	else if (what == POLL)
		polled(a.result);
	return true;
}

static bool act(unsigned k)
{
	unsigned which = 0;
	const enum what what = split(k, &which);

	it.returned = 0;
	if (it.does == RAISE_WAIT && hd_instances[1].backpressure == MOST)
		return false;
	if (what == TICK)
		return hd_tick();
	if (what == POST) {
		if (it.source.end[0].w.pending || !alive(1))
			return false;
		hd_waitable_post(&it.source.end[0].w);
		return true;
	}
	if (what == LOWER)
		return alive(1) && hd_instances[1].backpressure &&
		       as_guest(1, lower_backpressure, NULL) == HD_TRAP_NONE;
	return alive(0) && caller_acts(what, which);
}

/* --- invariants --- */

static void check_thread(const struct hd_thread *t)
{
	claim(t->state != HD_THREAD_RUNNING, "nothing runs now");
	if (t->state < HD_THREAD_WAITING)
		return;
	claim(!hd_thread_ready(t) || t->state == HD_THREAD_READY,
	      "INV-S1 a ready thread is a candidate: no lost wake-up");
	claim(peek_candidate(t) == (t->state == HD_THREAD_READY),
	      "INV-S2 candidates");
}

static void check_task(const struct hd_task *t)
{
	const struct hd_instance *in = t->inst;

	claim(t->held || t->main.state != HD_THREAD_FREE || t->main.link,
	      "a task that ended and is let go is back in the pool");
	claim(!t->held || t->sub.handle || !alive(0),
	      "who holds a task has its handle");
	check_thread(&t->main);
	if (t->sub.handle == 0 || !alive(0))
		return;
	for (unsigned i = 0; i < CALLS; i++)
		if (models[i].handle == t->sub.handle) {
			claim(models[i].told == t->sub.state || t->sub.pending,
			      "no event is lost");
			claim(models[i].done == t->delivered, "delivered");
			return;
		}
	claim(!in, "a subtask is the caller's");
}

static void check(void)
{
	const struct hd_instance *callee = &hd_instances[1];
	unsigned entering = 0;

	common_check();
	claim(it.returned <= 1, "results are handed over once");
	for (unsigned i = 0; i < hd_ntasks; i++) {
		const struct hd_task *t = &hd_tasks[i];

		if (!t->inst)
			continue;
		check_task(t);
		entering += t->main.state >= HD_THREAD_WAITING &&
			    hd_waits_to_enter(&t->main);
	}
	claim(callee->entered == 0, "nothing is entered now");
	if (!alive(1))
		return;
	claim(entering == callee->entering, "calls that wait to enter");
	claim(!callee->exclusive, "between callbacks nobody holds the lock");
	claim(!entering || callee->backpressure || peek_candidates(),
	      "who waits to enter will");
}

/* --- first state and canonical form --- */

static void first(void *arg)
{
	struct hd_instance *in = hd_here();

	(void)arg;
	if (in->number == 0) {
		it.caller_set = hd_waitable_set_new();
		return;
	}
	it.callee_set = hd_waitable_set_new();
	it.source.alive = 3;	/* the other end is nobody's */
	it.source_handle = hd_waitable_give(&it.source.end[0].w, in,
					    HD_KIND_STREAM_READ);
	hd_join(it.source_handle, it.callee_set);
}

/* Every record has been used, so that calls take them the short way. */
static void reset(void)
{
	struct hd_task *used[8] = { NULL };

	common_reset();
	as_guest(0, first, NULL);
	as_guest(1, first, NULL);
	it.does = RETURN_EXIT;
	for (unsigned i = 0; i < hd_ntasks; i++)
		used[i] = hd_call_host(&lowered, NULL);
	for (unsigned i = hd_ntasks; i-- > 0;)
		hd_task_release(used[i]);
	it.returned = 0;
}

/* Of tickets only the order counts; candidates are in the order of the new ones. */
static void canon_tickets(void)
{
	uint32_t below = 0, n = 0;

	for (unsigned i = 0; i < NINST; i++)
		peek_forget_order(&hd_instances[i]);
	for (;;) {
		struct hd_thread *least = NULL;

		for (unsigned i = 0; i < hd_ntasks; i++) {
			struct hd_thread *t = &hd_tasks[i].main;

			if (hd_tasks[i].inst && t->state >= HD_THREAD_WAITING &&
			    t->ticket >= below &&
			    (!least || t->ticket < least->ticket))
				least = t;
		}
		if (!least)
			break;
		below = least->ticket + 1;
		least->ticket = n++;
		if (least->state == HD_THREAD_READY)
			peek_put_in_order(least);
	}
	*peek_tickets() = n;
}

static void canon_thread(struct hd_thread *t)
{
	if (t->state < HD_THREAD_WAITING) {
		poison(&t->wait, sizeof t->wait);
		poison(&t->ticket, sizeof t->ticket);
		poison(&t->on, sizeof t->on);
		poison(&t->peer, sizeof t->peer);
	}
	if (t->state != HD_THREAD_READY)
		poison(&t->place.after, sizeof t->place.after);
	if (t->state < HD_THREAD_WAITING || !hd_waits_on_set(t))
		poison(&t->peer, sizeof t->peer);
}

/* Back in the pool: only its links count. */
static void canon_free(struct hd_task *t)
{
	poison_free(t, sizeof *t);
	t->inst = NULL;
	t->main.task = t;
}

static void canon_world(void)
{
	common_canon();
	canon_tickets();
	peek_forget_way();
	it.does = it.returned = 0;
	poison(peek_arguments(), 3 * sizeof(uint32_t));
	for (unsigned i = 0; i < hd_ntasks; i++) {
		struct hd_task *t = &hd_tasks[i];

		if (!t->main.task)
			continue;	/* never taken */
		if (!t->inst) {
			canon_free(t);
			continue;
		}
		canon_thread(&t->main);
		poison(&t->fuel + 1, offsetof(struct hd_task, inst) -
				     sizeof t->fuel);	/* padding */
		if (t->sub.handle)
			continue;	/* its arguments were kept */
		poison(&t->last, sizeof t->last);
		poison(&t->sub.order, sizeof t->sub.order);
	}
}

const struct world world_calls = {
	"calls", LETTERS, letter, reset, act, check, canon_world,
};
