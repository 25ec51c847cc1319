/* sched.c - the queue of threads that may be ready.
 *
 * Waking is O(1) for the usual case of a queue served in the order it filled;
 * a thread of higher priority or an earlier ticket is put in its place.
 */
#include "exec/enter.h"
#include "exec/queue.h"

#ifndef HD_MULTI
struct hd_ready hd_queue;
#endif

static bool locked_out(const struct hd_thread *t)
{
	if (t->wait == HD_WAIT_ENTER)
		return hd_has_backpressure(t->task);
	return t->wait >= HD_WAIT_LOOP && t->task->inst->exclusive;
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
	return t->state >= HD_THREAD_WAITING && condition(t) &&
	       !locked_out(t) && !hd_poisoned(t->task->inst);
}

static HD_NOINLINE bool before(const struct hd_thread *a, const struct hd_thread *b)
{
	const uint8_t pa = a->task->inst->priority;
	const uint8_t pb = b->task->inst->priority;

	return pa != pb ? pa > pb : (int32_t)(a->ticket - b->ticket) < 0;
}

static void enqueue(struct hd_thread *t)
{
	struct hd_ready *q = hd_queue_of(t);
	struct hd_thread **p = &q->head;

	t->state = HD_THREAD_READY;
	if (*p && !before(t, q->tail))
		p = &q->tail->next;
	while (*p && !before(t, *p))
		p = &(*p)->next;
	t->next = *p;
	*p = t;
	if (!t->next)
		q->tail = t;
	hd_kick(t->task->inst);
}

static void dequeue(struct hd_thread *t)
{
	struct hd_ready *q = hd_queue_of(t);
	struct hd_thread **p = &q->head;

	if (t->state == HD_THREAD_PARKED)
		p = &t->task->inst->parked;
	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	if (t == q->tail)
		q->tail = (struct hd_thread *)p;	/* `next` comes first */
}

/* Puts a thread that is not queued where INV-S1 wants it. */
static void settle(struct hd_thread *t)
{
	struct hd_instance *in = t->task->inst;

	t->state = HD_THREAD_WAITING;
	if (!condition(t))
		return;
	if (!locked_out(t)) {
		enqueue(t);
		return;
	}
	t->next = in->parked;
	in->parked = t;
	t->state = HD_THREAD_PARKED;
}

void hd_sched_wake(struct hd_thread *t)
{
	if (t->state == HD_THREAD_WAITING)
		settle(t);
}

/* The set has an event, so of a waiter's condition only the lock is left. */
HD_HOT void hd_sched_wake_set(const struct hd_slot *set)
{
	hd_ref r = set->v.waiters;	/* at least one */
	struct hd_thread *t;

	do {
		t = hd_at(r);
		r = t->peer;
		if (t->state != HD_THREAD_WAITING)
			continue;
		if (HD_SHORT && !hd_queue.head && !t->task->inst->exclusive) {
			t->state = HD_THREAD_READY;
			t->next = NULL;
			hd_queue.head = hd_queue.tail = t;
		} else {
			settle(t);
		}
	} while (r);
}

void hd_sched_unpark(struct hd_instance *in)
{
	struct hd_thread *t = in->parked;

	in->parked = NULL;
	while (t) {
		struct hd_thread *next = t->next;

		settle(t);
		t = next;
	}
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
		*waiters(t) = hd_ref_of(t);
	} else if (on) {
		struct hd_waitable *w = hd_at((hd_ref)on);

		hd_waitable_unpost(w);
		w->waited = true;
		w->u.waiter = hd_ref_of(t);
	}
	settle(t);
#ifdef HEDDLE_STRESS
	/* a spurious wake after each wait: conditions are tested when picked */
	if (t->state == HD_THREAD_WAITING)
		enqueue(t);
#endif
}

void hd_wait_end(struct hd_thread *t)
{
	if (t->state > HD_THREAD_WAITING)
		dequeue(t);
	if (t->state < HD_THREAD_WAITING) {
		;
	} else if (hd_waits_on_set(t)) {
		hd_ref *r = waiters(t);

		while (hd_at(*r) != t)
			r = &((struct hd_thread *)hd_at(*r))->peer;
		*r = t->peer;
	} else if (t->on) {
		struct hd_waitable *w = hd_at(t->on);

		w->u.waiter = 0;
		w->waited = w->pending = false;
	}
	t->state = HD_THREAD_RUNNING;
	t->cancellable = false;
}

struct hd_thread *hd_sched_pick(void)
{
	struct hd_thread *t;

	while ((t = hd_queue.head) != NULL && !hd_thread_ready(t)) {
		dequeue(t);
		if (!hd_poisoned(t->task->inst))
			settle(t);
		else
			t->state = HD_THREAD_WAITING;
	}
	return t;
}

/* Whether going on would take the lock of the instance.  The reference lets
 * such threads run under a sync-typed call, the suite does not. */
static bool needs_lock(const struct hd_thread *t)
{
	return !HD_REFERENCE &&
	       (t->wait >= HD_WAIT_LOOP || (t->wait == HD_WAIT_ENTER &&
					    hd_task_exclusive(t->task)));
}

struct hd_thread *hd_sched_pick_in(const struct hd_instance *in)
{
	for (struct hd_thread *t = hd_queue.head; t; t = t->next)
		if (t->task->inst == in && t->task != in->exclusive &&
		    !needs_lock(t) && hd_thread_ready(t))
			return t;
	return NULL;
}

void hd_sched_reset(void)
{
#ifdef HD_MULTI
	for (uint32_t k = 0; k < hd_nexecutors; k++)
		hd_executors[k].queue = (struct hd_ready){ 0 };
#else
	hd_queue = (struct hd_ready){ 0 };
#endif
}
