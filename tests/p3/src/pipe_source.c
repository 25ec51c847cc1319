/* pipe_source.c - writes a number of kilobytes into the sink, each in one
 * write, and returns what the sink made of them. */
#include "guest.h"

#define SINK "demo:pipe/sink"
IMPORT(SINK, "[async-lower]drain") u32 drain(u32 in, u32 *result);
IMPORT(SINK, "[stream-new-0]drain") u64 out_new(void);
IMPORT(SINK, "[async-lower][stream-write-0]drain") u32 out_write(u32 end, u8 *p, u32 n);
IMPORT(SINK, "[stream-drop-writable-0]drain") void out_drop(u32 end);
IMPORT("[export]$root", "[task-return]run") void return_run(u32 v);

enum { CHUNK = 1024 };
static u32 used, out, set, at, left, result;
static u8 buf[CHUNK];

/* Goes on with the result of a write until one blocks; the sink returns when
 * the end is dropped behind the last byte. */
static u32 step(u32 code)
{
	while (code != BLOCKED) {
		CHECK((code & 15) == COMPLETED);
		at += code >> 4;
		if (at == CHUNK) {
			if (!left) {
				join(out, 0);
				out_drop(out);
				break;
			}
			left--;
			at = 0;
			buf[0]++;
			buf[CHUNK - 1] = (u8)(buf[CHUNK - 1] + 5);
		}
		code = out_write(out, buf + at, CHUNK - at);
	}
	return WAIT | set << 4;
}

EXPORT("[async-lift]run") u32 run(u32 kb)
{
	u64 both = out_new();
	u32 code;

	CHECK(!used);
	used = 1;
	left = kb;
	at = CHUNK;
	buf[0] = buf[CHUNK - 1] = 0;
	out = (u32)(both >> 32);
	set = set_new();
	join(out, set);
	code = drain((u32)both, &result);
	CHECK((code & 15) == STARTING || (code & 15) == STARTED);
	join(code >> 4, set);
	return step(0);
}

EXPORT("[callback][async-lift]run") u32 run_cb(u32 event, u32 end, u32 code)
{
	if (event == EVENT_STREAM_WRITE) {
		CHECK(end == out);
		return step(code);
	}
	CHECK(event == EVENT_SUBTASK);
	if (code != RETURNED)
		return WAIT | set << 4;
	join(end, 0);
	subtask_drop(end);
	set_drop(set);
	used = 0;
	return_run(result);
	return EXIT;
}
