/* kiln_test.c - the pulseengine:async facade, name by name. */
#include "big_config.h"
#include "core/kiln.h"
#include "exec/fuel.h"
#include "exec/loop.h"
#include "harness.h"
#include "host/script.h"

static struct hd_instance *const in = &hd_instances[0];
static uint8_t ring[64];
static uint32_t r, w, got_event, got_handle, calls;
static int32_t code;

static void on_event(uint32_t event, uint32_t handle)
{
	got_event = event;
	got_handle = handle;
	calls++;
}

static void setup(void)
{
	start(1);
	rt[0].module.callback = (void (*)(void))on_event;
	rt[0].module.callback_form = HD_CALLBACK_EVENT;
	in->flags = 0;
	calls = 0;
}


static uint32_t a[4];

#define OP2(name) static void do_##name(void *x) { (void)x; code = (int32_t)kiln_builtins_##name
OP2(stream_read)(a[0], a[1], a[2], a[3]); }
OP2(stream_write)(a[0], a[1], a[2], a[3]); }
OP2(future_read)(a[0], a[1], a[2]); }
OP2(future_write)(a[0], a[1], a[2]); }
OP2(stream_cancel_read)(a[0]); }
OP2(stream_cancel_write)(a[0]); }
OP2(future_cancel_read)(a[0]); }
OP2(future_cancel_write)(a[0]); }
OP2(waitable_set_new)(); }
OP2(waitable_set_poll)(a[0], a[1]); }
OP2(waitable_set_wait)(a[0], a[1]); }
static void do_new_stream(void *x) { *(uint64_t *)x = kiln_builtins_stream_new(); }
static void do_new_future(void *x) { *(uint64_t *)x = kiln_builtins_future_new(); }
static void do_drop_r(void *x) { (void)x; kiln_builtins_stream_drop_readable(a[0]); }
static void do_drop_w(void *x) { (void)x; kiln_builtins_stream_drop_writable(a[0]); }
static void do_join(void *x) { (void)x; kiln_builtins_waitable_join(a[0], a[1]); }
static void do_fuel(void *x) { (void)x; hd_now.fuel = -1; hd_fuel_out(); }

static uint32_t op(void (*fn)(void *), uint32_t x, uint32_t y, uint32_t z,
		   uint32_t m)
{
	a[0] = x;
	a[1] = y;
	a[2] = z;
	a[3] = m;
	return guest(in, fn, NULL);
}

static void test_read(void)
{
	setup();
	struct hd_channel *c = hd_host_stream(in, 4, ring, 64, &r, &w);
	check(c && r == 1 && w == 2, "handles in order");
	op(do_stream_read, w, 0, 4, 0);
	check(code == HD_INVALID, "direction");
	op(do_stream_read, 99, 0, 4, 0);
	check(code == HD_INVALID, "unknown handle");
	check(op(do_stream_read, r, MEMORY - 2, 4, 0) == HD_TRAP_BUFFER_BOUNDS, "bounds");
	check(op(do_stream_read, r, 0xfffffffc, 8, 0) == HD_TRAP_BUFFER_BOUNDS, "wrap");
	check(op(do_stream_read, r, 0, 4, 1) == HD_TRAP_BUFFER_BOUNDS, "no such memory");
	check(op(do_stream_read, r, 2, 4, 0) == HD_TRAP_BUFFER_ALIGN, "alignment");
	check(op(do_stream_read, r, 0, 6, 0) == HD_TRAP_BUFFER_LENGTH, "whole elements");
	check(op(do_stream_read, r, MEMORY, 0, 0) == 0 && code == HD_PENDING, "empty at the end");
	check(!hd_deliver(in), "no event yet");
	check(hd_host_feed(c, "abcdefg", 7) == 4, "feed whole elements");
	hd_host_feed(c, "ABCD", 4);
	check(hd_host_queued(in) == 1, "one event however often");
	check(hd_deliver(in) && got_event == HD_EVENT_STREAM_READ && got_handle == r, "event");
	op(do_stream_read, r, 16, 16, 0);
	check(code == 8 && !memcmp(rt[0].bytes + 16, "abcdABCD", 8), "bytes");
	hd_host_close(c);
	check(hd_deliver(in), "close is told");
	op(do_stream_read, r, 16, 16, 0);
	check(code == 0, "end");
	op(do_stream_read, r, 16, 16, 0);
	check(code == 0, "end is sticky");
	hd_host_feed(c, "abcd", 4);
	op(do_drop_r, r, 0, 0, 0);
	check(hd_host_queued(in) == 0, "events of dropped handles are gone");
	op(do_stream_read, r, 16, 16, 0);
	check(code == HD_INVALID, "dropped");
}

static void test_write(void)
{
	uint8_t out[64];
	bool eof;

	setup();
	struct hd_channel *c = hd_host_stream(in, 1, ring, 64, NULL, &w);
	for (unsigned i = 0; i < 128; i++)
		rt[0].bytes[i] = (uint8_t)i;
	op(do_stream_write, w, 0, 100, 0);
	check(code == 64, "short write");
	op(do_stream_write, w, 64, 36, 0);
	check(code == 0, "full");
	check(hd_host_drain(c, out, 40, &eof) == 40 && !eof, "drain");
	check(hd_deliver(in) && got_event == HD_EVENT_STREAM_WRITE, "room is told");
	check(hd_host_drain(c, out, 4, &eof) == 4 && !hd_deliver(in), "once");
	op(do_stream_write, w, 64, 36, 0);
	check(code == 36, "the rest");
	check(hd_host_drain(c, out, 64, &eof) == 56 && out[0] == 44 && out[55] == 99, "across the seam");
	op(do_drop_w, w, 0, 0, 0);
	hd_host_drain(c, out, 1, &eof);
	check(eof, "end of stream");
	c = hd_host_stream(in, 1, ring, 64, NULL, &w);
	hd_host_drop_reader(c);
	op(do_stream_write, w, 0, 1, 0);
	check(code == HD_CLOSED, "reader gone");
	op(do_stream_cancel_write, w, 0, 0, 0);
	check(code == 1, "the event that told so is taken back");
	op(do_stream_cancel_write, w, 0, 0, 0);
	check(code == 0, "nothing to cancel");
}

static void test_guest_pairs(void)
{
	uint64_t e = 0;

	setup();
	guest(in, do_new_stream, &e);
	r = (uint32_t)e;
	w = (uint32_t)(e >> 32);
	op(do_stream_read, r, 0, 8, 0);
	check(code == HD_PENDING, "pending");
	op(do_stream_write, w, 0, 300, 0);
	check(code == 256, "ring of 256");
	check(hd_deliver(in) && got_handle == r, "reader woken");
	op(do_stream_read, r, 512, 300, 0);
	check(code == 256, "all of it");
	check(hd_deliver(in) && got_handle == w, "writer woken");
	op(do_stream_read, r, 0, 8, 0);
	op(do_stream_cancel_read, r, 0, 0, 0);
	check(code == 1, "cancelled");
	op(do_drop_w, w, 0, 0, 0);
	check(!hd_deliver(in), "a cancelled reader is not told");
	op(do_stream_read, r, 0, 8, 0);
	check(code == 0, "end");
	op(do_drop_r, r, 0, 0, 0);
	guest(in, do_new_future, &e);
	r = (uint32_t)e;
	w = (uint32_t)(e >> 32);
	op(do_future_read, r, 0, 0, 0);
	check(code == 0, "unresolved");
	op(do_future_cancel_read, r, 0, 0, 0);
	check(code == 1, "no longer interested");
	op(do_future_cancel_write, w, 0, 0, 0);
	check(code == 0, "nothing to cancel");
	op(do_future_read, r, 0, 0, 0);
	op(do_future_write, w, 4, 0, 0);
	check(code == 1 && hd_deliver(in) && got_event == HD_EVENT_FUTURE_READ, "resolved");
	op(do_future_write, w, 4, 0, 0);
	check(code == HD_CLOSED, "once");
	op(do_future_read, r, 0, 0, 0);
	check(code == 1, "taken");
	op(do_future_read, r, 0, 0, 0);
	check(code == HD_CLOSED, "once only");
	for (unsigned i = 0; i < 200 && (uint32_t)e != (uint32_t)HD_OOM; i++)
		guest(in, do_new_stream, &e);
	check(e == (uint32_t)HD_OOM, "out of channels or handles is a code");
}

static void test_sets(void)
{
	setup();
	struct hd_channel *c = hd_host_stream(in, 1, ring, 64, &r, NULL);
	op(do_waitable_set_new, 0, 0, 0, 0);
	const uint32_t set = (uint32_t)code;
	op(do_join, r, set, 0, 0);
	hd_host_feed(c, "x", 1);
	check(!hd_deliver(in), "a joined handle's event goes to the set");
	op(do_waitable_set_wait, set, 8, 0, 0);
	check(code == HD_EVENT_STREAM_READ && rt[0].bytes[8] == r, "and is there");
	op(do_waitable_set_poll, set, 8, 0, 0);
	check(code == 0, "once");
	check(op(do_waitable_set_wait, set, 8, 0, 0) == HD_TRAP_CANNOT_BLOCK, "no stack to wait on");
	check(op(do_fuel, 0, 0, 0, 0) != HD_TRAP_NONE, "out of fuel traps");
}

static uint32_t sequence;
static uint32_t answer;

static void traps(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
	hd_trap(HD_TRAP_UNREACHABLE);
}

/* What a callback that trapped held is let go of, as when a task traps. */
static void test_callback_traps(void)
{
	setup();
	rt[0].module.callback = (void (*)(void))traps;
	struct hd_channel *c = hd_host_stream(in, 1, ring, 64, &r, NULL);
	check(hd_host_feed(c, "x", 1) == 1, "room");
	check(hd_deliver(in), "delivered");
	check(hd_poisoned(in) && in->trap.kind == HD_TRAP_UNREACHABLE, "poisoned");
	check(hd_host_feed(c, "y", 1) == 0, "the reader is gone");
	check(!hd_deliver(in), "never called again");
}

static uint32_t canon(uint32_t e, uint32_t p1, uint32_t p2)
{
	(void)p1;
	(void)p2;
	sequence = sequence << 4 | e;
	return answer;
}

static void test_canon_callback(void)
{
	setup();
	rt[0].module.callback = (void (*)(void))canon;
	rt[0].module.callback_form = HD_CALLBACK_CANON;
	struct hd_channel *c = hd_host_stream(in, 1, ring, 64, &r, NULL);
	hd_host_feed(c, "x", 1);
	answer = 1;
	check(hd_deliver(in) && hd_deliver(in), "YIELD calls again");
	answer = 2;
	check(hd_deliver(in) && !hd_deliver(in), "WAIT waits");
	answer = 9;
	hd_host_feed(c, "x", 1);
	check(hd_deliver(in) && in->trap.kind == HD_TRAP_CALLBACK_CODE, "code");
	check(!hd_deliver(in), "poisoned");
	check(sequence == 0x2002, "events");
	setup();
	rt[0].module.callback = (void (*)(void))canon;
	rt[0].module.callback_form = HD_CALLBACK_CANON;
	c = hd_host_stream(in, 1, ring, 64, &r, NULL);
	answer = 0;
	hd_host_feed(c, "x", 1);
	check(hd_deliver(in), "EXIT");
	hd_host_feed(c, "x", 1);
	check(!hd_deliver(in), "no more callbacks");
}

int main(void)
{
	test_read();
	test_write();
	test_guest_pairs();
	test_sets();
	test_canon_callback();
	test_callback_traps();
	return finish("kiln facade");
}
