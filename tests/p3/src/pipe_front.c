/* pipe_front.c - the first of two stages: what it reads goes on in upper case
 * to the stage it imports, whose output is its own. One call at a time, all in
 * callbacks. */
#include "guest.h"

#define STAGE "demo:pipe/rot13"
IMPORT(STAGE, "[async-lower]stage") u32 stage(u32 in, u32 k, u32 *out);
IMPORT(STAGE, "[stream-new-0]stage") u64 out_new(void);
IMPORT(STAGE, "[async-lower][stream-write-0]stage") u32 out_write(u32 end, u8 *p, u32 n);
IMPORT(STAGE, "[stream-drop-writable-0]stage") void out_drop(u32 end);
#define SELF "[export]$root"
IMPORT(SELF, "[task-return]run") void return_run(u32 stream);
IMPORT(SELF, "[async-lower][stream-read-0]run") u32 in_read(u32 end, u8 *p, u32 n);
IMPORT(SELF, "[stream-drop-readable-0]run") void in_drop(u32 end);

enum { ROTATE = 13, CHUNK = 1024 };
static u32 used, in, out, set, n, at, ended, result;
static u8 buf[CHUNK];

static u32 end_task(void)
{
	join(in, 0);
	join(out, 0);
	in_drop(in);
	out_drop(out);
	set_drop(set);
	used = 0;
	return EXIT;
}

static void upper(u8 *p, u32 len)
{
	for (u32 i = 0; i < len; i++)
		if (p[i] - 'a' < 26u)
			p[i] = (u8)(p[i] - 32);
}

/* Goes on with the result of a read or a write until something blocks. */
static u32 step(u32 code, int reading)
{
	for (;;) {
		if (code == BLOCKED)
			return WAIT | set << 4;
		if (reading) {
			n = code >> 4;
			at = 0;
			ended |= (code & 15) == DROPPED;
			upper(buf, n);
		} else {
			at += code >> 4;
			if ((code & 15) == DROPPED)
				return end_task();
		}
		reading = at == n;
		if (reading && ended)
			return end_task();
		code = reading ? in_read(in, buf, CHUNK) :
				 out_write(out, buf + at, n - at);
	}
}

/* The next stage has returned: its stream is ours to return. */
static u32 begin(void)
{
	return_run(result);
	join(in, set);
	join(out, set);
	return step(in_read(in, buf, CHUNK), 1);
}

EXPORT("[async-lift]run") u32 run(u32 input)
{
	u64 both = out_new();
	u32 code;

	CHECK(!used);
	used = 1;
	ended = 0;
	in = input;
	out = (u32)(both >> 32);
	set = set_new();
	code = stage((u32)both, ROTATE, &result);
	if ((code & 15) == RETURNED)
		return begin();
	join(code >> 4, set);
	return WAIT | set << 4;
}

EXPORT("[callback][async-lift]run") u32 run_cb(u32 event, u32 end, u32 code)
{
	if (event == EVENT_SUBTASK) {
		if (code != RETURNED)
			return WAIT | set << 4;
		join(end, 0);
		subtask_drop(end);
		return begin();
	}
	CHECK(event == EVENT_STREAM_READ || event == EVENT_STREAM_WRITE);
	CHECK(end == (event == EVENT_STREAM_READ ? in : out));
	return step(code, event == EVENT_STREAM_READ);
}
