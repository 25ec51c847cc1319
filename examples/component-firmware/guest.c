/* guest.c - the component: control of a heater.
 *
 * Plain C with the names that component tools look for; thermostat.wasm is
 * made of it by make.sh.
 */
#include "guest.h"

#define B "demo:thermostat/board"
#define C "demo:thermostat/control"
struct text { const char *at; u32 n; };

IMPORT(B, "read-sensor") s32 read_sensor(void);
IMPORT(B, "log") void log_text(u32 level, const char *p, u32 n);
IMPORT(B, "[async-lower]sleep") u32 sleep_ms(u32 ms);
IMPORT("[export]" C, "[task-return]smooth") void return_smooth(u32 stream);
IMPORT("[export]" C, "[stream-new-1]smooth") u64 out_new(void);
IMPORT("[export]" C, "[async-lower][stream-read-0]smooth") u32 in_read(u32 end, s16 *p, u32 n);
IMPORT("[export]" C, "[stream-drop-readable-0]smooth") void in_drop(u32 end);
IMPORT("[export]" C, "[async-lower][stream-write-1]smooth") u32 out_write(u32 end, s16 *p, u32 n);
IMPORT("[export]" C, "[stream-drop-writable-1]smooth") void out_drop(u32 end);
IMPORT("[export]" C, "[task-return]measure") void return_measure(s32 sum);

/* --- smooth: one task, in callbacks ------------------------------------------ */

enum { WINDOW = 16, CHUNK = 8 };
static struct { u32 in, out, set, window, seen, n, at, ended; s16 last[WINDOW], buf[CHUNK]; } t;

static void smooth_chunk(void)
{
	for (u32 k = 0; k < t.n; k++) {
		s32 sum = 0;
		t.last[t.seen++ % t.window] = t.buf[k];
		u32 have = t.seen < t.window ? t.seen : t.window;
		for (u32 i = 0; i < have; i++)
			sum += t.last[i];
		t.buf[k] = (s16)(sum / (s32)have);
	}
}

static u32 end_smooth(void)
{
	join(t.in, 0);
	join(t.out, 0);
	in_drop(t.in);
	out_drop(t.out);
	set_drop(t.set);
	return EXIT;
}

static u32 step(u32 code, int reading)
{
	for (;;) {
		if (code == BLOCKED)
			return WAIT | t.set << 4;
		if (reading) {
			t.n = code >> 4;
			t.at = 0;
			t.ended |= (code & 15) == DROPPED;
			smooth_chunk();
		} else {
			t.at += code >> 4;
			if ((code & 15) == DROPPED)
				return end_smooth();
		}
		reading = t.at == t.n;
		if (reading && t.ended)
			return end_smooth();
		code = reading ? in_read(t.in, t.buf, CHUNK) :
				 out_write(t.out, t.buf + t.at, t.n - t.at);
	}
}

EXPORT("[async-lift]" C "#smooth") u32 smooth(u32 in, u32 window)
{
	u64 both = out_new();

	CHECK(window && window <= WINDOW);
	t.in = in;
	t.out = (u32)(both >> 32);
	t.set = set_new();
	t.window = window;
	t.seen = t.ended = 0;
	return_smooth((u32)both);
	join(t.in, t.set);
	join(t.out, t.set);
	return step(in_read(in, t.buf, CHUNK), 1);
}

EXPORT("[callback][async-lift]" C "#smooth") u32 smooth_cb(u32 event, u32 end, u32 code)
{
	(void)end;
	return step(code, event == EVENT_STREAM_READ);
}

/* --- summary -------------------------------------------------------------------- */

static struct {
	u32 err;
	union {
		struct { u32 n; float mean; struct text label; } ok;
		struct text why;
	} u;
} answer;

EXPORT(C "#summary") void *summary(const char *name, u32 len, const s16 *p, u32 n)
{
	static const char why[] = "no readings";
	s32 sum = 0;

	answer.err = n == 0;
	if (!n) {
		log_text(1, why, sizeof why - 1);
		answer.u.why = (struct text){ why, sizeof why - 1 };
		return &answer;
	}
	for (u32 k = 0; k < n; k++)
		sum += p[k];
	answer.u.ok.n = n;
	answer.u.ok.mean = (float)sum / (float)n;
	answer.u.ok.label = (struct text){ name, len };
	return &answer;
}

EXPORT("cabi_post_" C "#summary") void post_summary(void *p)
{
	(void)p;
	heap_reset();
}

/* --- measure ---------------------------------------------------------------------- */

static struct { u32 left, subtask, set; s32 sum; } m;

static u32 go_on(void)
{
	static const char text[] = "measured";

	while (m.left) {
		m.sum += read_sensor();
		m.left--;
		u32 code = sleep_ms(10);
		if ((code & 15) == RETURNED)
			continue;
		m.subtask = code >> 4;
		join(m.subtask, m.set);
		return WAIT | m.set << 4;
	}
	log_text(0, text, sizeof text - 1);
	set_drop(m.set);
	return_measure(m.sum);
	return EXIT;
}

EXPORT("[async-lift]" C "#measure") u32 measure(u32 times)
{
	m.left = times;
	m.sum = 0;
	m.set = set_new();
	return go_on();
}

EXPORT("[callback][async-lift]" C "#measure") u32 measure_cb(u32 event, u32 subtask, u32 state)
{
	CHECK(event == EVENT_SUBTASK && subtask == m.subtask);
	if (state != RETURNED)
		return WAIT | m.set << 4;
	join(m.subtask, 0);
	subtask_drop(m.subtask);
	return go_on();
}
