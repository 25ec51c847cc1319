/* sched.c - the queue of threads that may be ready.
 *
 * Waking is O(1) for the usual case of a queue served in the order it filled;
 * a thread of higher priority or an earlier ticket is put in its place.
 */
#include "exec/enter.h"

static struct hd_thread *head, *tail;
static uint32_t tickets;

static bool locked_out(const struct hd_thread *t)
{
	if (t->wait == HD_WAIT_ENTER)
		return hd_has_backpressure(t->task);
	return t->loop && t->task->inst->exclusive;
}

static bool condition(const struct hd_thread *t)
{
	switch ((enum hd_wait)t->wait) {
	case HD_WAIT_SET:
		return ((const struct hd_set *)t->on)->head != NULL;
	case HD_WAIT_EVENT:
		return ((const struct hd_waitable *)t->on)->pending;
	case HD_WAIT_RESOLVED:
		return hd_subtask_resolved(t->on);
	default:
		return true;
	}
}

bool hd_thread_ready(const struct hd_thread *t)
{
	return t->state == HD_THREAD_WAITING && condition(t) &&
	       !locked_out(t) && !hd_poisoned(t->task->inst);
}

static bool before(const struct hd_thread *a, const struct hd_thread *b)
{
	const uint8_t pa = a->task->inst->priority;
	const uint8_t pb = b->task->inst->priority;

	return pa != pb ? pa > pb : (int32_t)(a->ticket - b->ticket) < 0;
}

static void enqueue(struct hd_thread *t)
{
	struct hd_thread *after = tail;

	while (after && before(t, after))
		after = after->prev;
	t->prev = after;
	t->next = after ? after->next : head;
	*(t->next ? &t->next->prev : &tail) = t;
	*(after ? &after->next : &head) = t;
	t->queued = HD_QUEUED_READY;
}

static void dequeue(struct hd_thread *t)
{
	struct hd_thread **parked = &t->task->inst->parked;

	if (t->queued == HD_QUEUED_NOT)
		return;
	if (t->queued == HD_QUEUED_READY) {
		*(t->next ? &t->next->prev : &tail) = t->prev;
		*(t->prev ? &t->prev->next : &head) = t->next;
	} else {
		if (t->next)
			t->next->prev = t->prev;
		*(t->prev ? &t->prev->next : parked) = t->next;
	}
	t->queued = HD_QUEUED_NOT;
}

static void park(struct hd_thread *t)
{
	struct hd_instance *in = t->task->inst;

	t->prev = NULL;
	t->next = in->parked;
	if (t->next)
		t->next->prev = t;
	in->parked = t;
	t->queued = HD_QUEUED_PARKED;
}

/* Puts a thread that is not queued where INV-S1 wants it. */
static void settle(struct hd_thread *t)
{
	if (!condition(t))
		return;
	if (locked_out(t))
		park(t);
	else
		enqueue(t);
}

void hd_sched_wake(struct hd_thread *t)
{
	if (t->state == HD_THREAD_WAITING && t->queued == HD_QUEUED_NOT)
		settle(t);
}

void hd_sched_wake_set(struct hd_set *s)
{
	for (struct hd_thread *t = s->waiters; t; t = t->peer)
		hd_sched_wake(t);
}

void hd_sched_unpark(struct hd_instance *in)
{
	struct hd_thread *t = in->parked;

	in->parked = NULL;
	while (t) {
		struct hd_thread *next = t->next;

		t->queued = HD_QUEUED_NOT;
		settle(t);
		t = next;
	}
}

void hd_wait_begin(struct hd_thread *t, enum hd_wait wait, void *on,
		   bool cancellable)
{
	t->state = HD_THREAD_WAITING;
	t->wait = (uint8_t)wait;
	t->on = on;
	t->cancellable = cancellable;
	t->ticket = tickets++;
	if (wait == HD_WAIT_SET) {
		struct hd_set *s = on;

		t->peer = s->waiters;
		s->waiters = t;
		s->waiting++;
	} else if (wait == HD_WAIT_EVENT) {
		((struct hd_waitable *)on)->waiter = t;
	} else if (wait == HD_WAIT_RESOLVED) {
		((struct hd_task *)on)->sub.waiter = t;
	}
	settle(t);
#ifdef HEDDLE_STRESS
	/* a spurious wake after each wait: conditions are tested when picked */
	if (t->queued == HD_QUEUED_NOT)
		enqueue(t);
#endif
}

void hd_wait_end(struct hd_thread *t)
{
	if (t->state == HD_THREAD_WAITING) {
		dequeue(t);
		if (t->wait == HD_WAIT_SET) {
			struct hd_set *s = t->on;
			struct hd_thread **p = &s->waiters;

			while (*p != t)
				p = &(*p)->peer;
			*p = t->peer;
			s->waiting--;
		} else if (t->wait == HD_WAIT_EVENT) {
			((struct hd_waitable *)t->on)->waiter = NULL;
		} else if (t->wait == HD_WAIT_RESOLVED) {
			((struct hd_task *)t->on)->sub.waiter = NULL;
		}
	}
	t->state = HD_THREAD_RUNNING;
	t->cancellable = false;
}

struct hd_thread *hd_sched_pick(void)
{
	struct hd_thread *t;

	while ((t = head) != NULL && !hd_thread_ready(t)) {
		dequeue(t);
		if (!hd_poisoned(t->task->inst))
			settle(t);
	}
	return t;
}

/* Whether going on would take the lock of the instance.  The reference lets
 * such threads run under a sync-typed call, the suite does not. */
static bool needs_lock(const struct hd_thread *t)
{
	return !hd_reference &&
	       (t->loop || (t->wait == HD_WAIT_ENTER &&
			    hd_task_exclusive(t->task)));
}

struct hd_thread *hd_sched_pick_in(const struct hd_instance *in)
{
	for (struct hd_thread *t = head; t; t = t->next)
		if (t->task->inst == in && t->task != in->exclusive &&
		    !needs_lock(t) && hd_thread_ready(t))
			return t;
	return NULL;
}

void hd_sched_reset(void)
{
	head = tail = NULL;
	tickets = 0;
}
