/* pipe_stage.c - one stage of a pipeline, all in callbacks: OP is applied to
 * every byte b with parameter k and state s. */
#include "guest.h"

#define I "demo:pipe/" NAME
IMPORT("[export]" I, "[task-return]stage") void return_stage(u32 stream);
IMPORT("[export]" I, "[stream-new-1]stage") u64 out_new(void);
IMPORT("[export]" I, "[async-lower][stream-read-0]stage") u32 in_read(u32 end, u8 *p, u32 n);
IMPORT("[export]" I, "[stream-drop-readable-0]stage") void in_drop(u32 end);
IMPORT("[export]" I, "[async-lower][stream-write-1]stage") u32 out_write(u32 end, u8 *p, u32 n);
IMPORT("[export]" I, "[stream-drop-writable-1]stage") void out_drop(u32 end);

#ifndef CHUNK
#define CHUNK 24
#endif
enum { TASKS = 2 };
struct task {
	u32 used, in, out, set, n, at, ended;
	u8 k, s, buf[CHUNK];
};
static struct task tasks[TASKS];

static u32 end_task(struct task *t)
{
	join(t->in, 0);
	join(t->out, 0);
	in_drop(t->in);
	out_drop(t->out);
	set_drop(t->set);
	t->used = 0;
	return EXIT;
}

static void apply(struct task *t)
{
	for (u32 i = 0; i < t->n; i++) {
		u8 b = t->buf[i], k = t->k, s = t->s;
		(void)k, (void)s;
		t->s = b;
		t->buf[i] = (u8)(OP);
	}
}

/* Goes on with the result of a read or a write until something blocks. */
static u32 step(struct task *t, u32 code, int reading)
{
	for (;;) {
		if (code == BLOCKED)
			return WAIT | t->set << 4;
		if (reading) {
			t->n = code >> 4;
			t->at = 0;
			t->ended |= (code & 15) == DROPPED;
			apply(t);
		} else {
			t->at += code >> 4;
			if ((code & 15) == DROPPED)
				return end_task(t);
		}
		reading = t->at == t->n;
		if (reading && t->ended)
			return end_task(t);
		code = reading ? in_read(t->in, t->buf, CHUNK) :
				 out_write(t->out, t->buf + t->at, t->n - t->at);
	}
}

EXPORT("[async-lift]" I "#stage") u32 stage(u32 in, u32 k)
{
	u64 both = out_new();
	struct task *t = tasks;

	while (t->used)
		t++;
	CHECK(t < tasks + TASKS);
	t->used = 1;
	t->in = in;
	t->out = (u32)(both >> 32);
	t->set = set_new();
	t->n = t->at = t->ended = 0;
	t->k = (u8)k;
	t->s = 0;
	context_set((u32)(unsigned long)t);
	return_stage((u32)both);
	join(t->in, t->set);
	join(t->out, t->set);
	return step(t, in_read(in, t->buf, CHUNK), 1);
}

EXPORT("[callback][async-lift]" I "#stage") u32 stage_cb(u32 event, u32 end, u32 code)
{
	struct task *t = (struct task *)(unsigned long)context_get();

	CHECK(event == EVENT_STREAM_READ || event == EVENT_STREAM_WRITE);
	CHECK(end == (event == EVENT_STREAM_READ ? t->in : t->out));
	return step(t, code, event == EVENT_STREAM_READ);
}
