/* builtin_test.c - what the traces of the corpus leave out: every trap of the
 * built-ins with pools, tables and pointers, poisoning, host calls. */
#include "big_config.h"
#include "exec/loop.h"
#include "harness.h"

static const struct hd_elem u8 = { 1, 1, true, NULL, NULL };
static const struct hd_elem rec = { 8, 4, false, NULL, NULL };
static const struct hd_canon c8 = { &u8, HD_CANON_BYTES, 0, 0 };
static const struct hd_canon crec = { &rec, 0, 0, 0 },
			     bad_memory = { &u8, 0, 7, 0 };
static const struct hd_canon sync8 = { &u8, HD_CANON_SYNC, 0, 0 };
static const struct hd_resource res = { &hd_instances[1], NULL, 3 };
static const struct hd_resource res2 = { &hd_instances[1], NULL, 4 };

/* One case: what the guest does, and the trap it must end in. */
#define CASE(name, trap) static void name(void *arg)
#define R(ends) ((uint32_t)(ends))
#define W(ends) ((uint32_t)((ends) >> 32))

CASE(wait_misaligned, x) { (void)arg; hd_waitable_set_poll(&c8, hd_waitable_set_new(), 2); }
CASE(wait_outside, x) { (void)arg; hd_waitable_set_poll(&c8, hd_waitable_set_new(), MEMORY - 4); }
CASE(wait_top, x) { (void)arg; hd_waitable_set_poll(&c8, hd_waitable_set_new(), 0xfffffffc); }
CASE(wait_no_stack, x) { (void)arg; hd_waitable_set_wait(&c8, hd_waitable_set_new(), 0); }
CASE(sync_no_stack, x) { (void)arg; hd_stream_read(R(hd_stream_new(&c8)), 0, 1, &sync8); }
CASE(no_memory, x) { (void)arg; hd_stream_read(R(hd_stream_new(&c8)), 0, 1, &bad_memory); }
CASE(message_misaligned, x) { (void)arg; hd_error_context_debug_message(&c8, hd_error_context_new(&c8, 0, 0), 2); }
CASE(message_outside, x) { (void)arg; hd_error_context_debug_message(&c8, hd_error_context_new(&c8, 0, 0), MEMORY); }
CASE(message_wrong, x) { (void)arg; hd_error_context_debug_message(&c8, hd_waitable_set_new(), 0); }
CASE(context_range, x) { (void)arg; hd_context_set(2, 0); }
CASE(context_get_range, x) { (void)arg; hd_context_get(2); }
CASE(wrap_length, x) { (void)arg; hd_stream_read(R(hd_stream_new(&crec)), 8, 0x0fffffff, &crec); }
CASE(own_twice, x) { (void)arg; const uint32_t h = hd_resource_new(&res, 1); hd_resource_drop(&res, h); hd_resource_drop(&res, h); }
CASE(rep_type, x) { (void)arg; hd_resource_rep(&res2, hd_resource_new(&res, 1)); }
CASE(rep_kind, x) { (void)arg; hd_resource_rep(&res, hd_waitable_set_new()); }
CASE(return_plain, x) { (void)arg; static const struct hd_lift f; hd_task_return(&f, NULL); }
CASE(cancel_plain, x) { (void)arg; hd_task_cancel(); }
CASE(table_full, x) { (void)arg; for (;;) hd_error_context_new(&c8, 0, 0); }
CASE(table_full_own, x) { (void)arg; for (;;) hd_resource_new(&res, 0); }
CASE(sets_full, x) { (void)arg; for (;;) hd_waitable_set_new(); }
CASE(pipes_full, x) { (void)arg; for (;;) { const uint64_t e = hd_stream_new(&c8); hd_table_free(&hd_here()->handles, R(e)); hd_table_free(&hd_here()->handles, W(e)); } }
CASE(stream_table_full, x) { (void)arg; for (;;) hd_stream_new(&c8); }
CASE(join_self_kind, x) { (void)arg; hd_join(hd_error_context_new(&c8, 0, 0), 0); }
CASE(thread_unknown, x) { (void)arg; hd_thread_resume_later(9); }
CASE(leave_new, x) { (void)arg; hd_post_begin(hd_here()); hd_stream_new(&c8); }
CASE(leave_call, x) { (void)arg; hd_post_begin(hd_here()); hd_subtask_drop(1); }
CASE(leave_res, x) { (void)arg; hd_post_begin(hd_here()); hd_resource_new(&res, 1); }
CASE(leave_err, x) { (void)arg; hd_post_begin(hd_here()); hd_error_context_new(&c8, 0, 0); }
CASE(leave_context_ok, x) { (void)arg; hd_post_begin(hd_here()); hd_context_set(0, 7); hd_backpressure_inc(); }

static const struct {
	const char *name;
	void (*fn)(void *);
	enum hd_trap_kind trap;
} cases[] = {
#define ROW(name, trap) { #name, name, HD_TRAP_##trap }
	ROW(wait_misaligned, BUFFER_ALIGN), ROW(wait_outside, BUFFER_BOUNDS),
	ROW(wait_top, BUFFER_BOUNDS), ROW(wait_no_stack, CANNOT_BLOCK),
	ROW(sync_no_stack, CANNOT_BLOCK), ROW(no_memory, BUFFER_BOUNDS),
	ROW(message_misaligned, BUFFER_ALIGN), ROW(message_outside, BUFFER_BOUNDS),
	ROW(message_wrong, HANDLE_TYPE), ROW(context_range, BAD_VALUE),
	ROW(context_get_range, BAD_VALUE), ROW(wrap_length, BUFFER_BOUNDS),
	ROW(own_twice, BAD_HANDLE), ROW(rep_type, TYPE_MISMATCH),
	ROW(rep_kind, HANDLE_TYPE), ROW(return_plain, NOT_ASYNC),
	ROW(cancel_plain, NOT_ASYNC), ROW(table_full, TABLE_FULL),
	ROW(table_full_own, TABLE_FULL), ROW(sets_full, TABLE_FULL),
	ROW(pipes_full, POOL_FULL), ROW(stream_table_full, TABLE_FULL),
	ROW(join_self_kind, HANDLE_TYPE), ROW(thread_unknown, BAD_THREAD),
	ROW(leave_new, CANNOT_LEAVE), ROW(leave_call, CANNOT_LEAVE),
	ROW(leave_res, CANNOT_LEAVE), ROW(leave_err, CANNOT_LEAVE),
	ROW(leave_context_ok, NONE),
};

/* --- calls --- */

static unsigned resolved, started;

static void results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	(void)t;
	(void)flat;
	resolved++;
}

static uint32_t start_trap(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	hd_trap(HD_TRAP_UNREACHABLE);
}

static uint32_t start_wait(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	started++;
	return 2 | hd_waitable_set_new() << 4;
}

static uint32_t start_return(struct hd_task *t, const void *args HD_UNUSED)
{
	started++;
	hd_task_return(t->lower->callee, NULL);
	return 0;
}

static uint32_t never(uint32_t e, uint32_t a, uint32_t b)
{
	(void)a;
	(void)b;
	if (e == HD_EVENT_TASK_CANCELLED)
		hd_task_cancel();
	return 0;
}

static const struct hd_lift in_b = {
	&hd_instances[1], never, NULL,
	HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lower traps = { &in_b, start_trap, results };
static const struct hd_lower waits = { &in_b, start_wait, results };
static const struct hd_lower returns = { &in_b, start_return, results };

static void call_traps(void *arg)
{
	(void)arg;
	hd_call_async(&traps, NULL, 0);
}

static void call_waits(void *arg)
{
	*(uint32_t *)arg = hd_call_async(&waits, NULL, 0);
}

static void tasks_full(void *arg)
{
	(void)arg;
	for (;;)
		hd_call_async(&waits, NULL, 0);
}

static void test_poison(void)
{
	uint32_t h = 0;

	start(3);
	check(guest(&hd_instances[0], call_traps, NULL) == HD_TRAP_UNREACHABLE,
	      "the caller falls with its callee, and says why");
	check(hd_poisoned(&hd_instances[1]), "the callee is poisoned");
	check(hd_instances[1].trap.kind == HD_TRAP_UNREACHABLE, "with the kind");
	check(guest(&hd_instances[0], call_waits, &h) != HD_TRAP_NONE,
	      "a poisoned instance cannot be called");
	check(!hd_call_host(&returns, NULL), "nor by the host");
	check(guest(&hd_instances[2], leave_context_ok, NULL) == HD_TRAP_NONE,
	      "others go on");
	start(3);
	check(guest(&hd_instances[0], call_waits, &h) == HD_TRAP_NONE &&
	      (h & 15) == HD_SUBTASK_STARTED, "a call that waits");
	check(guest(&hd_instances[0], tasks_full, NULL) == HD_TRAP_POOL_FULL ||
	      hd_trap_last.kind == HD_TRAP_TABLE_FULL, "calls run out by name");
}

/* A reader in instance 0 waits on a writer whose instance traps. */
static uint64_t ends;

static void open_and_read(void *arg)
{
	(void)arg;
	ends = hd_stream_new(&c8);
	hd_stream_read(R(ends), 0, 4, &c8);
	hd_join(R(ends), hd_waitable_set_new());
}

static uint32_t start_take(struct hd_task *t, const void *args HD_UNUSED)
{
	/* the writing end moves by hand: only readable ends are values */
	struct hd_slot *s = &hd_instances[0].handles.slots[W(ends)];
	struct hd_end *e = hd_at(s->v.obj);

	e->w.inst = t->inst->number;
	e->w.handle = (uint16_t)hd_table_put(&t->inst->handles,
					     HD_KIND_STREAM_WRITE, e);
	hd_table_free(&hd_instances[0].handles, W(ends));
	hd_trap(HD_TRAP_UNREACHABLE);
}

static const struct hd_lower takes = { &in_b, start_take, results };

static void poll_dropped(void *arg)
{
	*(uint32_t *)arg = hd_waitable_set_poll(&c8, R(ends) + 2, 8);
}

static void test_reap(void)
{
	uint32_t event = 0, p[2];

	start(2);
	guest(&hd_instances[0], open_and_read, NULL);
	check(hd_call_host(&takes, NULL) && hd_poisoned(&hd_instances[1]), "a trap");
	guest(&hd_instances[0], poll_dropped, &event);
	memcpy(p, rt[0].bytes + 8, 8);
	check(event == HD_EVENT_STREAM_READ && p[1] == HD_DROPPED, "peers are told");
}

static void test_host_calls(void)
{
	start(2);
	resolved = started = 0;
	struct hd_task *t = hd_call_host(&returns, NULL);
	check(t && resolved == 1 && !t->main.state, "a host call resolves");
	hd_task_release(t);
	check(!t->inst, "and its task is free again");
	t = hd_call_host(&waits, NULL);
	check(t && !hd_subtask_resolved(t), "another waits");
	check(!hd_tick(), "with nothing to do");
	hd_task_request_cancel(t);
	check(t->sub.state == HD_SUBTASK_CANCELLED_BEFORE_RETURNED, "cancelled");
	hd_task_release(t);
	t = hd_call_host(&waits, NULL);
	check(hd_check_deadlock() == 1 &&
	      hd_instances[1].trap.kind == HD_TRAP_DEADLOCK, "deadlock is a trap");
	start(2);
	hd_instances[1].backpressure = 1;
	started = 0;
	t = hd_call_host(&returns, NULL);
	check(started == 0, "backpressure holds a call back");
	hd_task_request_cancel(t);
	check(t->sub.state == HD_SUBTASK_CANCELLED_BEFORE_STARTED && started == 0,
	      "cancelled before it started");
	check(hd_instances[1].entering == 0, "and left the queue");
}

int main(void)
{
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		start(2);
		const uint32_t got = guest(&hd_instances[0], cases[i].fn, NULL);
		check(got == cases[i].trap, cases[i].name);
	}
	test_poison();
	test_reap();
	test_host_calls();
	return finish("builtins");
}
