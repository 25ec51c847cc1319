/* pipe_sink.c - reads a stream 1 KB at a time and looks at the ends of what it
 * got only, so that what runs is the transfer. */
#include "guest.h"

#define I "demo:pipe/sink"
IMPORT("[export]" I, "[task-return]drain") void return_drain(u32 v);
IMPORT("[export]" I, "[async-lower][stream-read-0]drain") u32 in_read(u32 end, u8 *p, u32 n);
IMPORT("[export]" I, "[stream-drop-readable-0]drain") void in_drop(u32 end);

enum { CHUNK = 1024 };
static u32 used, in, set, sum;
static u8 buf[CHUNK];

/* Goes on with the result of a read until one blocks; the only place that
 * reads, which is what lets reads be counted. */
__attribute__((noinline)) static u32 step(u32 code)
{
	for (;; code = in_read(in, buf, CHUNK)) {
		if (code == BLOCKED)
			return WAIT | set << 4;
		u32 n = code >> 4;

		if (n)
			sum += n + buf[0] + 3u * buf[n - 1];
		if ((code & 15) == DROPPED)
			break;
	}
	join(in, 0);
	in_drop(in);
	set_drop(set);
	used = 0;
	return_drain(sum);
	return EXIT;
}

EXPORT("[async-lift]" I "#drain") u32 drain(u32 input)
{
	CHECK(!used);
	used = 1;
	in = input;
	sum = 0;
	set = set_new();
	join(in, set);
	return step(COMPLETED);
}

EXPORT("[callback][async-lift]" I "#drain") u32 drain_cb(u32 event, u32 end, u32 code)
{
	CHECK(event == EVENT_STREAM_READ && end == in);
	return step(code);
}
