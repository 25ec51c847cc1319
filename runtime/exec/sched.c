/* sched.c - threads that may be ready, and which is due.
 *
 * Candidates are kept by instance and gate, in ticket order.  One that is alone is
 * in no order: hd_queue.only.  A higher priority is looked at when one is picked.
 */
#include "core/order.h"
#include "exec/enter.h"
#include "exec/queue.h"

#ifndef HD_MULTI
struct hd_ready hd_queue;
#endif

/* The gates of an instance that are closed. */
unsigned hd_closed(const struct hd_instance *in)
{
	return (in->exclusive ? HD_GATE_LOCK : 0u) |
	       (hd_has_pressure(in) ? HD_GATE_PRESSURE : 0u);
}

/* A cancellation asked for elsewhere, which this executor delivers. */
static bool cancelled(const struct hd_thread *t)
{
#ifdef HD_MULTI
	return hd_cancel_sent(t);
#else
	(void)t;
	return false;
#endif
}

static bool condition(const struct hd_thread *t)
{
	if (cancelled(t))
		return true;
	if (hd_waits_on_set(t))
		return hd_set_ready(t->task->inst, hd_on_set(t));
	return t->wait != HD_WAIT_EVENT ||
	       ((const struct hd_waitable *)hd_at(t->on))->pending;
}

bool hd_thread_ready(const struct hd_thread *t)
{
	const struct hd_instance *in = t->task->inst;

	return t->state >= HD_THREAD_WAITING && condition(t) &&
	       !(hd_closed(in) & hd_gates_of(t->wait)) && !hd_poisoned(in);
}

/* --- order --- */

#if UINTPTR_MAX > UINT32_MAX

typedef struct hd_thread order_node;
typedef hd_ref order_id;
typedef struct hd_order order_pair;

#define THREADS		NULL
#define order_mark(t)		(void)(t)
#define order_at(base, id)	((void)(base), (struct hd_thread *)hd_at(id))
#define order_links(n)		((n)->place.after)
#define order_of(n)		((n)->ticket)

#include "core/order.inc"

#else

/* Threads are slots (core/order.h). */
_Static_assert(sizeof(struct hd_place) == sizeof(struct hd_slot) &&
	       offsetof(struct hd_place, number) == offsetof(struct hd_slot, v) &&
	       offsetof(struct hd_thread, ticket) % 8 == 0, "order.h");
#define THREADS		((struct hd_slot *)hd_ref_base())
#define order_mark(t)	((t)->place.number = hd_ref_of(&(t)->ticket))
#define order_put	hd_order_put
#define order_take	hd_order_take

#endif

static hd_ref *order_root(const struct hd_thread *t)
{
	return &t->task->inst->ready[hd_gates_of(t->wait)];
}

static void put_in_order(struct hd_ready *q, struct hd_thread *t)
{
	q->ordered += HD_SHORT;
	order_mark(t);
	order_put(THREADS, order_root(t), hd_ref_of(t));
}

static void enqueue(struct hd_thread *t)
{
	struct hd_ready *q = hd_queue_of(t);

	t->state = HD_THREAD_READY;
	if (HD_SHORT && q->only) {
		put_in_order(q, q->only);
		q->only = NULL;
		q->set = NULL;
	}
	if (HD_SHORT && q->ordered == 0)
		q->only = t;
	else
		put_in_order(q, t);
	hd_kick(t->task->inst);
}

void hd_sched_drop(struct hd_thread *t)
{
	struct hd_ready *q = hd_queue_of(t);

	t->state = HD_THREAD_WAITING;
	if (HD_SHORT && q->only == t) {
		q->only = NULL;
		q->set = NULL;
		return;
	}
	q->ordered -= HD_SHORT;
	order_take(THREADS, order_root(t), hd_ref_of(t));
}

/* Its condition holds. */
void hd_sched_wake(struct hd_thread *t)
{
	if (t->state == HD_THREAD_WAITING)
		enqueue(t);
}

/* The set has an event, so the condition of its waiters holds. */
void hd_sched_wake_set(struct hd_slot *set)
{
	hd_ref r = set->v.waiters;	/* at least one */
	struct hd_thread *t;

	if (HD_SHORT)
		hd_queue.set = NULL;
	do {
		t = hd_at(r);
		r = t->peer;
		hd_sched_wake(t);
	} while (r);
}

/* The usual case apart: one waits, and nobody else may go on. */
HD_HOT void hd_sched_wake_first(struct hd_slot *set, const struct hd_slot *event)
{
	struct hd_thread *t = hd_at(set->v.waiters);
	const uint32_t code = event->kind - ((uint32_t)HD_KIND_STREAM_READ -
					     HD_EVENT_STREAM_READ);

	if (HD_UNLIKELY(!HD_SHORT || code - HD_EVENT_STREAM_READ > 1 || t->peer ||
			t->state != HD_THREAD_WAITING ||
			t->wait != HD_WAIT_HERE_SET ||
			((uintptr_t)hd_queue.only | hd_queue.ordered))) {
		hd_sched_wake_set(set);
		return;
	}
	t->state = HD_THREAD_READY;
	hd_queue.only = t;
	hd_queue.set = set;
	hd_queue.end = hd_at(event->v.obj);
	hd_queue.event = code;
}

/* Where a thread that waits on a set is, or will be, linked to it. */
static hd_ref *waiters(const struct hd_thread *t)
{
	return &t->task->inst->handles.slots[hd_on_set(t)].v.waiters;
}

void hd_wait_begin(struct hd_thread *t, enum hd_wait wait, uintptr_t on,
		   bool cancellable)
{
	t->wait = (uint8_t)wait;
	t->on = (hd_ref)on;
	t->cancellable = cancellable;
	t->ticket = hd_queue_of(t)->tickets++;
	if (hd_waits_on_set(t)) {
		t->peer = *waiters(t);
		if (HD_SHORT)
			hd_queue.set = NULL;
		*waiters(t) = hd_ref_of(t);
	} else if (on) {
		struct hd_waitable *w = (struct hd_waitable *)on;

		t->on = hd_ref_of(w);
		hd_waitable_unpost(w);
		w->waited = true;
		w->u.waiter = hd_ref_of(t);
	}
	t->state = HD_THREAD_WAITING;
	if (condition(t))	/* INV-S1 */
		enqueue(t);
#ifdef HEDDLE_STRESS
	/* a spurious wake after each wait: conditions are tested when picked */
	if (t->state == HD_THREAD_WAITING)
		enqueue(t);
#endif
}

void hd_wait_end(struct hd_thread *t)
{
	if (t->state == HD_THREAD_READY)
		hd_sched_drop(t);
	if (t->state < HD_THREAD_WAITING) {
		;
	} else if (hd_waits_on_set(t)) {
		hd_ref *r = waiters(t);
		struct hd_thread *other;

		while ((other = hd_at(*r)) != t)
			r = &other->peer;
		*r = t->peer;
	} else if (t->on) {
		struct hd_waitable *w = hd_at(t->on);

		w->u.waiter = 0;
		w->waited = w->pending = false;
	}
	t->state = HD_THREAD_RUNNING;
	t->cancellable = false;
}

/* The first of candidates in order, or NULL.  Those before it that have no reason
 * any more are none from now on. */
static struct hd_thread *first(const hd_ref *ready)
{
	while (*ready) {
		struct hd_thread *t = hd_at(*ready);

		if (condition(t))
			return t;
		hd_sched_drop(t);
	}
	return NULL;
}

static bool before(const struct hd_thread *a, const struct hd_thread *b)
{
	const uint8_t pa = a->task->inst->priority;
	const uint8_t pb = b->task->inst->priority;

	return pa != pb ? pa > pb : (int32_t)(a->ticket - b->ticket) < 0;
}

/* a or b, of which the one or the other may be NULL. */
static HD_NOINLINE struct hd_thread *sooner(struct hd_thread *a, struct hd_thread *b)
{
	return !a || (b && before(b, a)) ? b : a;
}

/* Whether t may go on below a sync-typed call: it is not of the task that has the
 * lock, and would not take the lock itself.  (The reference lets those that would
 * run; the suite does not.) */
static bool may_below(const struct hd_thread *t)
{
	return t->task != t->task->inst->exclusive && condition(t) &&
	       (HD_REFERENCE || !(hd_gates_of(t->wait) & HD_GATE_LOCK));
}

/* The first of those at and after t that may. */
static struct hd_thread *first_below(hd_ref r)
{
	struct hd_thread *t = hd_at(r);

	if (!r)
		return NULL;
	if (may_below(t))
		return t;
	return sooner(first_below(t->place.after.child[0]), first_below(t->place.after.child[1]));
}

/* best, or who is due sooner of those candidates of `in` whose gates are open, and,
 * where it is about that, who may go on below a sync-typed call. */
static struct hd_thread *pick_of(const struct hd_instance *in, struct hd_thread *best,
				 bool below)
{
	const unsigned shut = hd_closed(in);

	for (unsigned gates = 0; gates < HD_GATES; gates++)
		if (!(shut & gates))
			best = sooner(best, below ? first_below(in->ready[gates]) :
						    first(&in->ready[gates]));
	return best;
}

struct hd_thread *hd_sched_pick(void)
{
	struct hd_thread *best = HD_SHORT ? hd_queue.only : NULL;

	if (HD_SHORT && best) {
		if (hd_thread_ready(best))
			return best;
		if (!condition(best) || hd_poisoned(best->task->inst))
			hd_sched_drop(best);
		return NULL;
	}
	for (uint32_t i = 0; i < hd_ninstances && (!HD_SHORT || hd_queue.ordered); i++) {
		struct hd_instance *in = hd_instance_at[i];

		if (in && !hd_elsewhere(in) && !hd_poisoned(in))
			best = pick_of(in, best, false);
	}
	return best;
}

struct hd_thread *hd_sched_pick_in(const struct hd_instance *in)
{
	struct hd_thread *t = hd_queue.only;

	if (hd_poisoned(in))
		return NULL;
	if (HD_SHORT && t)
		return t->task->inst == in && hd_thread_ready(t) && may_below(t) ? t : NULL;
	return pick_of(in, NULL, true);
}

void hd_sched_reset(void)
{
#ifdef HD_MULTI
	for (uint32_t k = 0; k < hd_nexecutors; k++)
		hd_executors[k].queue = (struct hd_ready){ 0 };
#else
	hd_queue = (struct hd_ready){ 0 };
#endif
	for (uint32_t i = 0; i < hd_ninstances; i++)
		if (hd_instance_at[i])
			__builtin_memset(hd_instance_at[i]->ready, 0,
					 sizeof hd_instance_at[i]->ready);
}
