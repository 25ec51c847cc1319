/* call_test.c - calls that outlive their caller's frame: what is kept, who is
 * woken, and that traps leave no task behind. */
#include "big_config.h"
#include "harness.h"

static const struct hd_canon async = { 0 }, sync = { .flags = HD_CANON_SYNC };

static void no_results(struct hd_task *t, const void *flat, const void *args)
{
	(void)args;
	(void)t;
	(void)flat;
}

static void no_task_left(const char *what)
{
	for (unsigned i = 0; i < hd_ntasks; i++)
		check(!hd_tasks[i].inst, what);
}

/* --- a sync cancel whose subtask has an event that nobody took --- */

static unsigned callbacks;

static uint32_t start_wait(struct hd_task *t, const void *args)
{
	(void)args;
	(void)t;
	return 2 | hd_waitable_set_new() << 4;
}

/* Does not resolve when it hears of the request, but later. */
static uint32_t stubborn(uint32_t event, uint32_t p1, uint32_t p2)
{
	(void)p1;
	(void)p2;
	callbacks++;
	if (event == HD_EVENT_TASK_CANCELLED)
		return 1;	/* YIELD */
	hd_task_return(hd_now.task->lower->callee, NULL);
	return 0;
}

static const struct hd_lift slow = {
	&hd_instances[1], stubborn, NULL,
	HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lower call_slow = { &slow, start_wait, no_results };

static uint32_t cancelled;

static uint32_t start_canceller(struct hd_task *t, const void *args)
{
	(void)args;
	const uint32_t packed = hd_call_async(&call_slow, NULL, 0);

	check((packed & 15) == HD_SUBTASK_STARTING, "held back");
	hd_backpressure_inc();		/* its own: no one enters meanwhile */
	hd_thread_yield(&async);	/* the callee starts: an event */
	hd_backpressure_dec();
	cancelled = hd_subtask_cancel(&sync, packed >> 4);
	hd_subtask_drop(packed >> 4);
	hd_task_return(t->lower->callee, NULL);
	return 0;
}

static const struct hd_lift canceller = {
	&hd_instances[0], NULL, NULL,
	HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER,
};
static const struct hd_lower call_canceller = { &canceller, start_canceller,
						no_results };

static void test_sync_cancel(void)
{
	start(2);
	callbacks = 0;
	cancelled = 99;
	hd_instances[1].backpressure = 1;
	struct hd_task *t = hd_call_host(&call_canceller, NULL);
	hd_instances[1].backpressure = 0;
	while (hd_tick())
		;
	check(callbacks == 2, "asked, and let go on");
	check(cancelled == HD_SUBTASK_RETURNED, "who cancels is woken");
	check(hd_subtask_resolved(t), "and goes on");
	hd_task_release(t);
	no_task_left("no task after a sync cancel");
}

/* --- traps of callee and caller --- */

static uint32_t start_trap(struct hd_task *t, const void *args)
{
	(void)args;
	(void)t;
	hd_trap(HD_TRAP_UNREACHABLE);
}

static const struct hd_lower call_trap = { &slow, start_trap, no_results };

static void call_it(void *arg)
{
	hd_call_async(arg, NULL, 0);
}

static void revive(struct hd_instance *in)
{
	in->exclusive = NULL;
	in->trap = (struct hd_trap_info){ 0 };
	in->flags &= (uint8_t)~HD_INST_POISONED;
}

static uint32_t start_forsaken(struct hd_task *t, const void *args)
{
	(void)args;
	(void)t;
	hd_call_async(&call_slow, NULL, 0);
	hd_call_async(&call_slow, NULL, 0);
	hd_trap(HD_TRAP_UNREACHABLE);
}

static const struct hd_lift forsaker = {
	&hd_instances[0], stubborn, NULL,
	HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lower call_forsaker = { &forsaker, start_forsaken,
					       no_results };

static void test_traps(void)
{
	start(2);
	for (unsigned i = 0; i < 2u * hd_ntasks; i++) {
		check(guest(&hd_instances[0], call_it,
			    (void *)(uintptr_t)&call_trap) ==
		      HD_TRAP_UNREACHABLE, "the callee traps");
		revive(&hd_instances[1]);
	}
	no_task_left("no task after traps of the callee");

	start(2);
	struct hd_task *t = hd_call_host(&call_forsaker, NULL);
	check(hd_poisoned(&hd_instances[0]), "the caller traps");
	hd_task_release(t);
	for (unsigned i = 0; i < hd_ntasks; i++)
		if (hd_tasks[i].inst)
			hd_task_request_cancel(&hd_tasks[i]);
	while (hd_tick())
		;
	no_task_left("no task after a trap of the caller");
}

/* --- arguments --- */

static uint32_t seen[3], last;

static uint32_t start_args(struct hd_task *t, const void *args)
{
	(void)t;
	memcpy(seen, args, sizeof seen);
	return 2 | hd_waitable_set_new() << 4;
}

static void last_arg(struct hd_task *t, const void *flat, const void *args)
{
	(void)flat;
	(void)t;
	memcpy(&last, (const uint32_t *)args + 2, 4);
}

static const struct hd_lower call_args = { &slow, start_args, last_arg };

static void call_with(void *arg)
{
	uint32_t words[3] = { *(uint32_t *)arg, 2, *(uint32_t *)arg + 5 };

	hd_call_async(&call_args, words, 3);
	memset(words, 0xff, sizeof words);
}

static void test_args(bool held_back)
{
	for (uint32_t i = 0; i < 2u * hd_nqueued; i++) {
		start(2);
		hd_instances[1].backpressure = held_back;
		guest(&hd_instances[0], call_with, &i);
		hd_instances[1].backpressure = 0;
		while (hd_tick())
			;
		check(seen[0] == i && seen[1] == 2 && seen[2] == i + 5,
		      "all arguments when it starts");
		last = 0;
		hd_task_request_cancel(&hd_tasks[0]);
		while (hd_tick())
			;
		check(last == i + 5, "the last when it returns");
	}
}

int main(void)
{
	test_sync_cancel();
	test_traps();
	test_args(true);
	test_args(false);
	return finish("calls");
}
