/* exhaust_test.c - each acquisition fails once: pools and tables with room for
 * n objects, n = 0, 1, ... until the scenario succeeds.  A failure is a trap
 * with a name, and leaves everything intact. */
#include "big_config.h"
#include "ops.h"

static const struct hd_resource res = { &hd_instances[1], NULL, 1 };

/* Acquires something of every kind. */
static void scenario(void *arg)
{
	(void)arg;
	const uint64_t a = hd_stream_new(&ops_c);
	const uint64_t b = hd_future_new(&ops_c);
	const uint32_t set = hd_waitable_set_new();
	const uint32_t own = hd_resource_new(&res, 5);
	const uint32_t err = hd_error_context_new(&ops_c, 0, 0);

	hd_join((uint32_t)a, set);
	hd_stream_read((uint32_t)a, 256, 4, &ops_c);
	hd_future_read((uint32_t)b, 300, &ops_c);
	hd_resource_drop(&res, own);
	hd_error_context_drop(err);
}

static void ballast_pipes(void *arg)
{
	for (unsigned n = *(unsigned *)arg; n > 0; n--)
		hd_stream_new(&ops_c);
}

static uint32_t start_never(struct hd_task *t, const void *args)
{
	(void)args;
	(void)t;
	check(false, "a call that is held back has started");
	return 0;
}

static const struct hd_lift held = { .inst = &hd_instances[1],
				     .flags = HD_LIFT_TYPED | HD_LIFT_ASYNC };
static const struct hd_lower held_call = { &held, start_never, NULL };

/* As many calls with arguments as *arg says; their callee lets none in. */
static void hold_back(void *arg)
{
	const uint32_t words[2] = { 7, 8 };

	for (unsigned n = *(unsigned *)arg; n > 0; n--)
		hd_call_async(&held_call, words, 2);
}

static void intact(const char *what)
{
	for (unsigned i = 0; i < 2; i++)
		check_table(&hd_instances[i].handles);
	check(hd_trap_last.kind == HD_TRAP_TABLE_FULL ||
	      hd_trap_last.kind == HD_TRAP_POOL_FULL, what);
}

int main(void)
{
	unsigned n, ok = 0;

	for (n = 0; n < 32 && !ok; n++) {	/* handles */
		start(2);
		hd_instances[0].handles.size = (uint16_t)(n + 1);
		ok = guest(&hd_instances[0], scenario, NULL) == HD_TRAP_NONE;
		if (!ok)
			intact("a full table has a name");
	}
	check(ok && n == 8, "seven handles are enough");
	for (n = 0, ok = 0; n < 8 && !ok; n++) {	/* streams */
		unsigned used = hd_npipes - n;

		start(2);
		hd_instances[1].handles.size = 0;
		hd_instances[1].handles.slots = NULL;
		static struct hd_slot many[2 * HD_CHANNELS + 2];
		hd_instances[1].handles.slots = many;
		hd_instances[1].handles.size = 2 * HD_CHANNELS + 2;
		check(guest(&hd_instances[1], ballast_pipes, &used) == 0, "ballast");
		ok = guest(&hd_instances[0], scenario, NULL) == HD_TRAP_NONE;
		if (!ok)
			intact("a full pool of streams has a name");
	}
	check(ok && n == 3, "two streams are enough");
	for (n = 1, ok = 1; ok; n++) {	/* arguments of calls held back */
		start(2);
		hd_instances[1].backpressure = 1;
		ok = guest(&hd_instances[0], hold_back, &n) == HD_TRAP_NONE;
		if (!ok)
			intact("a full pool of arguments has a name");
	}
	check(n == hd_nqueued + 2u, "as many as the configuration says");
	return finish("exhaustion");
}
