/* timer.c - host/timer.c: one operation on any list of up to three timers; so of
 * every sequence. The clock is about to wrap or to change its sign, and timers are
 * due near it or by 2^29 ms later.
 *
 * Names say nothing: the first timer is what something happens to and is anywhere
 * among the others, or does not run.
 */
#include "world.h"

#include "host/timer.c"

#define NTIMERS 3
#define NEAR 0x20000007

static struct hd_timer ta, tb, tc;
static struct hd_timer *const timers[NTIMERS] = { &ta, &tb, &tc };
static bool runs[NTIMERS];
static uint32_t due[NTIMERS], clock;
static unsigned expired[NTIMERS], cancels;
static bool restarts;			/* the first, when it expires */
static struct hd_task task;

uint32_t hd_port_clock(void)
{
	return clock;
}

static void expire(struct hd_timer *t)
{
	for (unsigned k = 0; k < NTIMERS; k++)
		if (t == timers[k]) {
			claim(runs[k] && (int32_t)(clock - due[k]) >= 0,
			      "a timer that runs expires, when it is due, once");
			claim(!t->running, "and does not run any more");
			for (unsigned o = 0; o < NTIMERS; o++)
				claim(!runs[o] || (int32_t)(due[o] - due[k]) >= 0,
				      "the earliest first");
			expired[k]++;
			runs[k] = false;
		}
	if (t == &ta && restarts) {
		restarts = false;
		due[0] = clock + 1;
		runs[0] = true;
		hd_timer_start(&ta, 1, expire, NULL);
		reach("a timer starts itself again");
	}
}

void hd_task_request_cancel(struct hd_task *t)
{
	claim(t == &task && !hd_subtask_resolved(t) && !t->cancel_requested,
	      "a call that has not ended is cancelled, once");
	cancels++;
	t->cancel_requested = true;
}

/* Those that run are in the list, once each, the earliest first: one way leads to
 * each of them, and none to the others. */
static bool intact(void)
{
	unsigned n = 0, running = 0;
	bool is = true;

	for (unsigned k = 0; k < NTIMERS; k++) {
		unsigned links = first == timers[k];

		for (unsigned p = 0; p < NTIMERS; p++)
			links += runs[p] && timers[p]->next == timers[k];
		is = is && links == runs[k] && timers[k]->running == runs[k] &&
		     (!runs[k] || timers[k]->due == due[k]);
		for (unsigned p = 0; p < NTIMERS; p++)
			if (runs[k] && timers[k]->next == timers[p])
				is = is && runs[p] &&
				     (int32_t)(due[p] - due[k]) >= 0;
		running += runs[k];
	}
	for (const struct hd_timer *t = first; t && n < NTIMERS; t = t->next)
		n++;
	return is && n == running;
}

/* The first `others` of the others run, and the first timer among them at `place`,
 * or it does not. */
static void lay(unsigned others, unsigned place)
{
	struct hd_timer **p = &first;
	unsigned o = 1;

	for (unsigned k = 0; k < NTIMERS; k++) {
		due[k] = clock + (nondet_word() & NEAR) - (nondet_word() & 7);
		runs[k] = k == 0 ? place <= others : k <= others;
		*timers[k] = (struct hd_timer){ NULL, due[k], expire, NULL, runs[k], 0 };
	}
	for (unsigned n = 0; n < others + runs[0]; n++) {
		*p = runs[0] && n == place ? timers[0] : timers[o++];
		p = &(*p)->next;
	}
	suppose(intact());
}

static void start(void)
{
	const uint32_t ms = nondet_word() & NEAR;

	if (runs[0])
		reach("a timer is started anew");
	hd_timer_start(&ta, ms, expire, NULL);
	due[0] = clock + ms;
	runs[0] = true;
	reach("a timer is started");
}

static void stop(void)
{
	hd_timer_stop(&ta);
	runs[0] = false;
	reach("a timer is stopped");
}

static void poll(void)
{
	bool was_due = false;

	restarts = nondet_word() & 1;
	for (unsigned k = 0; k < NTIMERS; k++)
		was_due = was_due || (runs[k] && (int32_t)(clock - due[k]) >= 0);
	claim(hd_timer_poll() == was_due, "whether any was due");
	for (unsigned k = 0; k < NTIMERS; k++)
		claim(!runs[k] || (int32_t)(clock - due[k]) < 0, "all that were expired");
	if (expired[0] && expired[1] && expired[2])
		reach("three at once");
}

static void wait(void)
{
	const uint32_t ms = hd_timer_next();

	claim((ms == UINT32_MAX) == (!runs[0] && !runs[1] && !runs[2]), "none");
	for (unsigned k = 0; k < NTIMERS; k++)
		claim(!runs[k] || ((int32_t)(due[k] - clock) <= 0 ? ms == 0 :
				   ms <= due[k] - clock), "none is slept through");
	reach("how long to sleep");
}

static void deadline(void)
{
	task.sub.state = (uint8_t)below(HD_SUBTASK_CANCELLED_BEFORE_RETURNED + 1);
	task.cancel_requested = nondet_word() & 1;
	const bool may = !hd_subtask_resolved(&task) && !task.cancel_requested;

	hd_deadline(&ta, &task, 5);
	hd_timer_poll();
	claim(!cancels, "not before its time");
	clock += 5;
	hd_timer_poll();
	claim(cancels == may, "a deadline cancels what has not ended");
	reach("a deadline");
}

static void step(void)
{
	switch (nondet_word()) {
	case 0: start(); break;
	case 1: stop(); break;
	case 2: poll(); break;
	default: wait();
	}
	claim(intact(), "those that run are in the list, once, the earliest first");
}

int main(void)
{
	if (nondet_word() & 1) {
		deadline();
		return 0;
	}

	claim(intact(), "no timer is a list");
	clock = (nondet_word() << 31) - (nondet_word() & 7);
	switch (below(9)) {
	case 0: lay(0, 0); step(); break;
	case 1: lay(0, 1); step(); break;
	case 2: lay(1, 0); step(); break;
	case 3: lay(1, 1); step(); break;
	case 4: lay(1, 2); step(); break;
	case 5: lay(2, 0); step(); break;
	case 6: lay(2, 1); step(); break;
	case 7: lay(2, 2); step(); break;
	default: lay(2, 3); step();
	}
}
