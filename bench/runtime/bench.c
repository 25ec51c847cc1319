/* bench.c - the runtime's own costs, one figure for each pair of addresses.
 *
 * bench/runtime.sh runs this once for each figure under the counting plugin,
 * between the first instruction of one function and the first of another:
 *
 *   callback     hd_deliver         -> on_callback
 *   event        hd_tick            -> on_event
 *   canon        begin_canon        -> on_canon
 *   stream_read  kiln_builtins_stream_read -> after_read
 *   rendezvous   hd_stream_write    -> after_write
 *   isr          hd_mailbox_put     -> on_isr
 *   fiber        hd_port_switch     -> landed
 *   poll         hd_waitable_set_poll -> after_poll
 *   lend         hd_lift_borrow     -> after_lend
 *   queue        begin_queue        -> after_queue
 *   take         begin_take         -> after_take
 *   wake         begin_wake         -> after_wake
 *   release      begin_release      -> after_release
 *
 * SWEEP is the number of handles, waitables in the set and waiting tasks.  The
 * last four are the worst that can happen with so many (docs/runtime.md).
 */
#include "core/builtin.h"
#include "core/kiln.h"
#include "exec/app.h"
#include "exec/fiber.h"
#include "exec/loop.h"
#include "host/mailbox.h"
#include "host/script.h"

#ifndef SWEEP
#define SWEEP 1
#endif

#define MARK(name) \
	HD_NOINLINE void name(void); \
	HD_NOINLINE void name(void) { __asm__ volatile("nop" ::: "memory"); }

MARK(after_read)
MARK(after_write)
MARK(after_poll)
MARK(after_lend)
MARK(landed)
MARK(begin_canon)
MARK(begin_queue)
MARK(after_queue)
MARK(begin_take)
MARK(after_take)
MARK(begin_wake)
MARK(after_wake)
MARK(begin_release)
MARK(after_release)

void on_callback(uint32_t event, uint32_t handle);
void on_isr(uint32_t event, uint32_t handle);
uint32_t on_canon(uint32_t event, uint32_t p1, uint32_t p2);

static HD_ALIGNED(8) uint8_t memory[65536], other[65536];
static uint32_t size = sizeof memory;
static const struct hd_memory memories[] = { { memory, &size, sizeof memory } };
static const struct hd_memory others[] = { { other, &size, sizeof other } };

HD_NOINLINE void on_callback(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
}

/* Another instance's, so that each end address is met once. */
HD_NOINLINE void on_isr(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
	__asm__ volatile("nop" ::: "memory");
}

static void nothing(void)
{
}

static const struct hd_module kiln = {
	.memories = memories, .nmemories = 1, .instantiate = nothing,
	.callback = (void (*)(void))on_callback,
	.callback_form = HD_CALLBACK_EVENT,
};
static const struct hd_module irq = {
	.memories = memories, .nmemories = 1, .instantiate = nothing,
	.callback = (void (*)(void))on_isr,
	.callback_form = HD_CALLBACK_EVENT,
};
static const struct hd_module second = { .memories = others, .nmemories = 1 };
const struct hd_module *const hd_app[] = { &kiln, 0 };

static struct hd_channel *in;
static uint32_t in_handle;
static uint8_t ring[256], bytes[64];

static void read64(void *arg)
{
	(void)arg;
	kiln_builtins_stream_read(in_handle, 64, 64, 0);
	after_read();
}

/* The word is the event's payload. */
static void mail(struct hd_mailbox *m, uint32_t word)
{
	hd_callback_call(m->context, HD_EVENT_STREAM_READ, word, 0);
}

/* The interrupt's word as payload of an event of its own. */
static void bench_isr(void)
{
	static struct hd_mailbox box;
	static struct hd_mail slots[8];
	static struct hd_task task;
	struct hd_instance *i = &hd_instances[3];

	hd_instance_init(i, &irq, hd_slots + 3 * hd_nhandles, hd_nhandles, &task);
	hd_mailbox_init(&box, slots, 8, mail, i);
	hd_mailbox_put(&box, 42);
	hd_step_once();
}

/* --- two component instances --- */

static struct hd_instance *a = &hd_instances[1], *b = &hd_instances[2];
static const struct hd_elem u8 = { 1, 1, true, NULL, NULL };
static const struct hd_canon canon = { &u8, HD_CANON_BYTES, 0, 0 };
static uint32_t wend, rend;

HD_NOINLINE uint32_t on_canon(uint32_t event, uint32_t p1, uint32_t p2)
{
	(void)event;
	(void)p1;
	(void)p2;
	return 1;	/* YIELD */
}

/* Another callback, so that each end address is met once. */
uint32_t on_event(uint32_t event, uint32_t p1, uint32_t p2);
HD_NOINLINE uint32_t on_event(uint32_t event, uint32_t p1, uint32_t p2)
{
	(void)event;
	(void)p1;
	(void)p2;
	__asm__ volatile("nop" ::: "memory");
	return 0;
}

static uint32_t event_writer;

/* Waits for the end of a read. */
static uint32_t start_event(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint64_t ends = hd_stream_new(&canon);
	const uint32_t set = hd_waitable_set_new();

	event_writer = (uint32_t)(ends >> 32);
	hd_stream_read((uint32_t)ends, 64, 1, &canon);
	hd_join((uint32_t)ends, set);
	hd_task_resolve(t, NULL);
	return 2 | set << 4;
}

static void send(void *arg)
{
	(void)arg;
	hd_stream_write(event_writer, 128, 1, &canon);
}

static uint32_t start_yield(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	return 1;
}

static uint32_t waited[SWEEP], nwaited;

static uint32_t start_wait(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint32_t set = hd_waitable_set_new();

	hd_task_resolve(t, NULL);
	waited[nwaited++] = set;
	return 2 | set << 4;
}

/* A waitable with an event, which is in one set after the other. */
static uint32_t roaming;

/* Has the lock, so those who hear of an event meanwhile wait for that, too. */
uint32_t on_holder(uint32_t event, uint32_t p1, uint32_t p2);
HD_NOINLINE uint32_t on_holder(uint32_t event, uint32_t p1, uint32_t p2)
{
	(void)event;
	(void)p1;
	(void)p2;
	for (uint32_t i = 0; i < nwaited; i++)
		hd_join(roaming, waited[i]);
	begin_release();
	return 0;
}

static void no_results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	(void)t;
	(void)flat;
}

static const struct hd_lift lift = {
	.inst = &hd_instances[1], .callback = on_canon,
	.flags = HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lift event_lift = {
	.inst = &hd_instances[1], .callback = on_event,
	.flags = HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static const struct hd_lift holder_lift = {
	.inst = &hd_instances[1], .callback = on_holder,
	.flags = HD_LIFT_ASYNC | HD_LIFT_CALLBACK | HD_LIFT_TYPED,
};
static uint32_t start_holder(struct hd_task *t, const void *args HD_UNUSED)
{
	hd_task_resolve(t, NULL);
	return 1;
}
static const struct hd_lower holding = { &holder_lift, start_holder, no_results };
static const struct hd_lower receiving = { &event_lift, start_event, no_results };
static const struct hd_lower yielding = { &lift, start_yield, no_results };
static const struct hd_lower waiting = { &lift, start_wait, no_results };

static void pin(void *arg)
{
	(void)arg;
	hd_stream_read(rend, 64, 64, &canon);
}

static void write64(void *arg)
{
	(void)arg;
	hd_stream_write(wend, 128, 64, &canon);
	after_write();
}

static void open_stream(void *arg)
{
	(void)arg;
	const uint64_t ends = hd_stream_new(&canon);
	wend = (uint32_t)(ends >> 32);
	/* the reading end moves to the other instance */
	rend = hd_lower_pipe(b, hd_lift_pipe(a, &u8, (uint32_t)ends, false));
}

static void poll(void *arg)
{
	const uint32_t set = hd_waitable_set_new();
	uint32_t last = 0;

	(void)arg;
	for (uint32_t i = 0; i < SWEEP; i++) {
		const uint64_t ends = hd_stream_new(&canon);

		last = (uint32_t)(ends >> 32);
		hd_stream_read((uint32_t)ends, 64, 1, &canon);
		hd_join((uint32_t)ends, set);
	}
	hd_stream_write(last, 128, 1, &canon);
	hd_waitable_set_poll(&canon, set, 0);
	after_poll();
}

static uint32_t writers[SWEEP];

/* All members of a set have events but the one that joined first.  Returns the
 * set. */
static uint32_t fill(void)
{
	const uint32_t set = hd_waitable_set_new();

	for (uint32_t i = 0; i < SWEEP; i++) {
		const uint64_t ends = hd_stream_new(&canon);

		writers[i] = (uint32_t)(ends >> 32);
		hd_stream_read((uint32_t)ends, 64, 1, &canon);
		hd_join((uint32_t)ends, set);
		roaming = (uint32_t)ends;
	}
	for (uint32_t i = SWEEP - 1; i > 0; i--)
		hd_stream_write(writers[i], 128, 1, &canon);
	return set;
}

/* Its event comes last. */
static void queue(void *arg)
{
	(void)arg;
	fill();
	begin_queue();
	hd_stream_write(writers[0], 128, 1, &canon);
	after_queue();
}

/* Its event is delivered, and all others are left. */
static void take(void *arg)
{
	const uint32_t set = fill();

	(void)arg;
	hd_stream_write(writers[0], 128, 1, &canon);
	begin_take();
	hd_waitable_set_poll(&canon, set, 0);
	after_take();
}

static void fill_all(void *arg)
{
	(void)arg;
	fill();
	hd_stream_write(writers[0], 128, 1, &canon);
}

/* All tasks hear of an event, the one before the last of those that began to wait
 * comes last. */
static void wake(void *arg)
{
	(void)arg;
	hd_join(roaming, waited[nwaited - 1]);
	for (uint32_t i = 0; i + 2 < nwaited; i++)
		hd_join(roaming, waited[i]);
	begin_wake();
	hd_join(roaming, waited[nwaited > 1 ? nwaited - 2 : 0]);
	after_wake();
}

/* Lends a handle once more, with all but one of the pool lent. */
static void lend(void *arg)
{
	static const struct hd_resource resource = { &hd_instances[1], NULL, 1 };
	static struct hd_task callee;
	const uint32_t h = hd_resource_new(&resource, 7);

	(void)arg;
	for (uint32_t i = 1; i < HD_LENDS; i++)
		hd_lift_borrow(&callee, a, &resource, h);
	hd_lift_borrow(&callee, a, &resource, h);
	after_lend();
}

static void as(struct hd_instance *inst, void (*fn)(void *))
{
	static struct hd_task t;

	t = (struct hd_task){ .inst = inst, .fuel = 1 };
	t.main.task = &t;
	hd_enter(&t.main, fn, NULL);
}

/* --- stack switch --- */

static void *main_sp, *fiber_sp;
static HD_ALIGNED(8) uint8_t stack[1024];

static void fiber(void *arg)
{
	(void)arg;
	for (;;) {
		landed();
		hd_port_switch(&fiber_sp, main_sp);
	}
}

static void prepare(struct hd_instance *i, const struct hd_module *m,
		    uint32_t number)
{
	*i = (struct hd_instance){ .module = m, .number = (uint8_t)number };
	hd_instance_at[number] = i;
	i->handles.slots = hd_slots + number * hd_nhandles;
	i->handles.size = hd_nhandles;
}

/* Instance 1 has room again. */
static void room(void)
{
	hd_sched_reset();
	hd_task_reset(1);
	hd_pipe_reset();
	nwaited = 0;
	prepare(a, &second, 1);
}

static void worst(void)
{
	room();
	as(a, take);
	room();
	as(a, queue);
	for (uint32_t i = 0; i < SWEEP; i++)
		hd_call_host(&waiting, NULL);
	as(a, wake);
	room();
	as(a, fill_all);
	hd_call_host(&holding, NULL);
	for (uint32_t i = 0; i < SWEEP; i++)
		hd_call_host(&waiting, NULL);
	hd_tick();
	after_release();
}

int main(void)
{
	hd_app_start();
	in = hd_host_stream(&hd_instances[0], 1, ring, sizeof ring, &in_handle,
			    NULL);
	hd_host_feed(in, bytes, 64);
	hd_deliver(&hd_instances[0]);
	as(&hd_instances[0], read64);
	bench_isr();
	prepare(a, &second, 1);
	prepare(b, &second, 2);
	as(a, open_stream);
	as(b, pin);
	as(a, write64);
	as(a, poll);
	as(a, lend);
	for (uint32_t i = 0; i < SWEEP; i++)
		hd_call_host(&waiting, NULL);
	hd_call_host(&receiving, NULL);
	as(a, send);
	hd_tick();
	hd_call_host(&yielding, NULL);
	begin_canon();
	hd_tick();
	worst();
	fiber_sp = hd_port_stack_init(stack, sizeof stack, fiber, NULL);
	hd_port_switch(&main_sp, fiber_sp);
	return 0;
}
