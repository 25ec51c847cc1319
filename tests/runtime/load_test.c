/* load_test.c - 64 callback tasks fed by interrupts, cancelled and restarted.
 *
 * Each task reads one host stream.  "Interrupts" put numbered words into
 * mailboxes at random moments, inside callbacks too; the executor moves them
 * into the streams.  Every word is delivered once and in order or still in a
 * ring when its stream is dropped; the run depends on the seed alone.
 *
 *	rt_load_test [STEPS [SEED]]
 */
#include <stdlib.h>

#include "big_config.h"
#include "exec/loop.h"
#include "harness.h"
#include "host/mailbox.h"
#include "host/ring.h"

#define TASKS 64
#define RING 16

static const struct hd_elem u32 = { 4, 4, true, NULL, NULL };
static const struct hd_canon c = { &u32, 0, 0, 0 };

static struct feed {
	struct hd_task *task;
	struct hd_host_end end;
	HD_ALIGNED(4) uint8_t storage[RING * 4];
	uint32_t handle, set;
	uint32_t next_in, next_out;	/* numbers */
	bool alive;
} feeds[TASKS];

static struct hd_mailbox boxes[4];
static struct hd_mail slots[4][32];
static struct feed *starting;
static uint64_t seed = 1;
static unsigned long put, refused, got, cancelled, dropped, callbacks;

static uint32_t rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

/* An interrupt: task number in the low byte. */
static void interrupt(void)
{
	const uint32_t i = rnd() % TASKS;

	if (hd_mailbox_put(&boxes[i % 4], i))
		put++;
	else
		refused++;
}

static void arrive(struct hd_mailbox *m, uint32_t i)
{
	struct feed *f = &feeds[i];

	(void)m;
	if (f->alive && hd_host_put(&f->end, &f->next_in))
		f->next_in++;
	else
		dropped++;
}

static uint32_t buffer(const struct feed *f)
{
	return 64 + (uint32_t)(f - feeds) / 4 * 64;
}

static void take(struct feed *f, uint32_t packed)
{
	for (uint32_t k = 0; k < packed >> 4; k++) {
		uint32_t v;

		memcpy(&v, rt[hd_here()->number].bytes + buffer(f) + k * 4, 4);
		check(v == f->next_out, "numbers in order");
		f->next_out = v + 1;
		got++;
	}
}

static uint32_t read_on(struct feed *f)
{
	uint32_t r;

	while ((r = hd_stream_read(f->handle, buffer(f), 1 + rnd() % 8, &c)) !=
	       HD_BLOCKED)
		take(f, r);
	return 2 | f->set << 4;
}

static struct feed *mine(void)
{
	for (unsigned i = 0; i < TASKS; i++)
		if (feeds[i].task == hd_now.task)
			return &feeds[i];
	return NULL;
}

static uint32_t start_task(struct hd_task *t, const void *args HD_UNUSED)
{
	struct feed *f = starting;

	f->task = t;
	f->set = hd_waitable_set_new();
	hd_join(f->handle, f->set);
	return read_on(f);
}

static uint32_t callback(uint32_t event, uint32_t p1, uint32_t p2)
{
	struct feed *f = mine();

	callbacks++;
	if (rnd() % 4 == 0)
		interrupt();
	if (event == HD_EVENT_TASK_CANCELLED) {
		const uint32_t r = hd_stream_cancel_read(&c, f->handle);

		take(f, r);
		hd_stream_drop_readable(&c, f->handle);
		hd_waitable_set_drop(f->set);
		hd_task_cancel();
		cancelled++;
		return 0;
	}
	check(event == HD_EVENT_STREAM_READ && p1 == f->handle, "its own event");
	take(f, p2);
	return read_on(f);
}

static void no_results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	(void)t;
	(void)flat;
}

static struct hd_lift lifts[4];
static struct hd_lower lowers[4];

static void launch(unsigned i)
{
	struct feed *f = &feeds[i];
	struct hd_instance *in = &hd_instances[i % 4];

	f->next_in = f->next_out = 0;
	check(hd_host_stream_init(&f->end, in, &u32, 1, f->storage, RING,
				  &f->handle), "a stream");
	f->alive = true;
	starting = f;
	f->task = hd_call_host(&lowers[i % 4], NULL);
	check(f->task != NULL, "a task");
}

static void stop(unsigned i)
{
	struct feed *f = &feeds[i];

	hd_task_request_cancel(f->task);
	while (!hd_subtask_resolved(f->task) && hd_step_once())
		;
	check(hd_subtask_resolved(f->task), "cancellation arrives");
	check(f->next_out + hd_host_count(&f->end) == f->next_in,
	      "every word read or still in the ring");
	hd_host_end_drop(&f->end);
	f->alive = false;
	hd_task_release(f->task);
	f->task = NULL;
}

int main(int argc, char **argv)
{
	const unsigned long steps = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	start(4);
	for (unsigned i = 0; i < 4; i++) {
		lifts[i] = (struct hd_lift){ &hd_instances[i], callback, NULL,
			HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED };
		lowers[i] = (struct hd_lower){ &lifts[i], start_task, no_results };
		hd_instances[i].task = NULL;	/* no __callback here */
		check(hd_mailbox_init(&boxes[i], slots[i], 32, arrive, NULL), "mailbox");
	}
	for (unsigned i = 0; i < TASKS; i++)
		launch(i);
	for (unsigned long n = 0; n < steps; n++) {
		const uint32_t r = rnd() % 64;

		if (r < 24)
			interrupt();
		else if (r < 63)
			hd_step_once();
		else {
			const unsigned i = rnd() % TASKS;

			stop(i);
			launch(i);
		}
	}
	hd_run();
	for (unsigned i = 0; i < TASKS; i++)
		stop(i);
	for (unsigned i = 0; i < 4; i++)
		for (uint32_t h = 1; h <= hd_instances[i].handles.used; h++)
			check(hd_instances[i].handles.slots[h].kind ==
			      HD_KIND_FREE, "no handle is left");
	for (unsigned i = 0; i < hd_ntasks; i++)
		check(!hd_tasks[i].inst, "no task is left");
	for (unsigned i = 0; i < hd_npipes; i++)
		check(!hd_pipes[i].alive, "no stream is left");
	printf("%lu put, %lu refused, %lu read, %lu callbacks, %lu cancelled, %lu late\n",
	       put, refused, got, callbacks, cancelled, dropped);
	check(got > steps / 100 && cancelled > steps / 1000, "the load did something");
	return finish("load");
}
