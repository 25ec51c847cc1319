/* pipe_driver.c - three stages in a row; calls started and cancelled while
 * others run. */
#include "guest.h"

IMPORT("[export]$root", "[task-return]run") void return_run(u32 h);
IMPORT("[export]$root", "[task-return]cancel") void return_cancel(u32 h);
#define STAGE(s) \
	IMPORT("demo:pipe/" #s, "[async-lower]stage") u32 s##_stage(u32 in, u32 k, u32 *out)
STAGE(add);
STAGE(flip);
STAGE(delta);
IMPORT("demo:pipe/add", "[stream-new-0]stage") u64 in_new(void);
IMPORT("demo:pipe/add", "[async-lower][stream-write-0]stage") u32 in_write(u32 end, u8 *p, u32 n);
IMPORT("demo:pipe/add", "[stream-drop-writable-0]stage") void in_drop(u32 end);
IMPORT("demo:pipe/delta", "[async-lower][stream-read-1]stage") u32 out_read(u32 end, u8 *p, u32 n);
IMPORT("demo:pipe/delta", "[stream-drop-readable-1]stage") void out_drop(u32 end);
IMPORT("demo:pipe/slow", "[async-lower]work") u32 work(u32 k, u32 *r);
IMPORT("demo:pipe/slow", "finished") void finished(u32 *r);

static u32 returned(u32 code)
{
	u32 event[2], subtask = code >> 4, set;

	if ((code & 15) == RETURNED)
		return subtask;
	set = set_new();
	join(subtask, set);
	do
		set_wait(set, event);
	while (event[1] != RETURNED);
	join(subtask, 0);
	set_drop(set);
	return subtask;
}

static void drop_subtask(u32 subtask)
{
	if (subtask)
		subtask_drop(subtask);
}

static u32 left, wn, wat;
static u8 wbuf[40];

/* Writes until one blocks; the end is dropped behind the last byte. */
static u32 push(u32 end, u32 code)
{
	while (code != BLOCKED) {
		wat += code >> 4;
		if (wat == wn) {
			if (!left) {
				join(end, 0);
				in_drop(end);
				return 0;
			}
			wn = 1 + rnd(40);
			if (wn > left)
				wn = left;
			left -= wn;
			wat = 0;
			for (u32 k = 0; k < wn; k++)
				wbuf[k] = (u8)rnd(256);
		}
		code = in_write(end, wbuf + wat, wn - wat);
	}
	return end;
}

EXPORT("[async-lift]run") u32 run(u32 seed, u32 n)
{
	u64 both = in_new();
	u32 end = (u32)(both >> 32), s1, s2, out, event[2];
	u32 h = 2166136261u, set = set_new();
	u8 got[32];

	rng_state = seed;
	left = n;
	wn = wat = 0;
	u32 t1 = returned(add_stage((u32)both, seed & 0xff, &s1));
	u32 t2 = returned(flip_stage(s1, seed >> 8 & 0xff, &s2));
	u32 t3 = returned(delta_stage(s2, seed >> 16 & 0xff, &out));
	join(end, set);
	join(out, set);
	end = push(end, 0);
	for (u32 code = out_read(out, got, 32);;) {
		if (code == BLOCKED) {
			set_wait(set, event);
			if (event[0] != out) {
				end = push(end, event[1]);
				continue;
			}
			code = event[1];
		}
		for (u32 k = 0; k < code >> 4; k++)
			h = hash(h, got[k]);
		if ((code & 15) == DROPPED)
			break;
		code = out_read(out, got, 32);
	}
	join(out, 0);
	out_drop(out);
	set_drop(set);
	drop_subtask(t1);
	drop_subtask(t2);
	drop_subtask(t3);
	return_run(h);
	return EXIT;
}

EXPORT("[callback][async-lift]run") u32 run_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}

/* --- cancellation ------------------------------------------------------------------ */

enum { CALLS = 6 };
static struct { u32 subtask, k, result, asked; } call[CALLS];
static u32 nreturned, nlate, nearly, open_calls;

static void resolved(u32 c, u32 state)
{
	if (state == RETURNED) {
		CHECK(call[c].result == 3 * call[c].k);
		nreturned++;
	} else if (state == CANCELLED_LATE) {
		nlate++;
	} else {
		CHECK(state == CANCELLED_EARLY);
		nearly++;
	}
	open_calls--;
	if (call[c].subtask) {
		join(call[c].subtask, 0);
		subtask_drop(call[c].subtask);
	}
	call[c].subtask = 0;
}

static void begin(u32 set)
{
	u32 c = 0, code;

	while (call[c].subtask)
		c++;
	call[c].k = rnd(8);
	call[c].asked = 0;
	call[c].result = 0xdeadbeef;
	open_calls++;
	code = work(call[c].k, &call[c].result);
	call[c].subtask = code >> 4;
	if ((code & 15) >= RETURNED) {
		resolved(c, code & 15);
		return;
	}
	join(call[c].subtask, set);
}

static void event_of(u32 set)
{
	u32 event[2];

	set_wait(set, event);
	for (u32 c = 0; c < CALLS; c++)
		if (call[c].subtask == event[0] && event[1] >= RETURNED) {
			resolved(c, event[1]);
			return;
		}
}

static void stop(u32 c)
{
	if (!call[c].subtask || call[c].asked)
		return;
	call[c].asked = 1;
	u32 state = subtask_cancel(call[c].subtask);
	if (state != BLOCKED)
		resolved(c, state);
}

EXPORT("[async-lift]cancel") u32 cancel(u32 seed, u32 n)
{
	u32 set = set_new(), before[2], after[2];

	rng_state = seed;
	nreturned = nlate = nearly = 0;
	finished(before);
	for (u32 begun = 0; begun < n || open_calls;) {
		u32 what = rnd(3);
		if (begun < n && open_calls < CALLS && what != 2) {
			begin(set);
			begun++;
		} else if (what == 1) {
			stop(rnd(CALLS));
		} else if (open_calls) {
			event_of(set);
		}
	}
	finished(after);
	CHECK(nreturned + nlate + nearly == n);
	CHECK(after[0] - before[0] == nreturned);
	CHECK(after[1] - before[1] == nlate);
	set_drop(set);
	return_cancel(nreturned + nlate + nearly);
	return EXIT;
}

EXPORT("[callback][async-lift]cancel") u32 cancel_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}
