/* flow_mixer.c - three streams into one, whichever has something. */
#include "guest.h"

#define I "demo:flow/mixer"
IMPORT("[export]" I, "[task-return]merge") void return_merge(u32 stream);
IMPORT("[export]" I, "[stream-new-3]merge") u64 out_new(void);
IMPORT("[export]" I, "[async-lower][stream-read-0]merge") u32 in_read(u32 end, u32 *p, u32 n);
IMPORT("[export]" I, "[stream-drop-readable-0]merge") void in_drop(u32 end);
IMPORT("[export]" I, "[async-lower][stream-write-3]merge") u32 out_write(u32 end, u32 *p, u32 n);
IMPORT("[export]" I, "[stream-drop-writable-3]merge") void out_drop(u32 end);

enum { IN = 3, CHUNK = 6 };
static u32 in[IN], buffer[IN][CHUNK], out, set;

static void forward(u32 *p, u32 n)
{
	u32 event[2], own;

	for (u32 at = 0; at < n;) {
		u32 code = out_write(out, p + at, n - at);
		if (code == BLOCKED) {
			own = set_new();
			join(out, own);
			set_wait(own, event);
			code = event[1];
			join(out, 0);
			set_drop(own);
		}
		at += code >> 4;
		if ((code & 15) == DROPPED)
			return;
	}
}

/* What a read of input k gave; it is read again until it blocks or ends. */
static void take_in(u32 k, u32 code)
{
	while (code != BLOCKED) {
		forward(buffer[k], code >> 4);
		if ((code & 15) == DROPPED) {
			join(in[k], 0);
			in_drop(in[k]);
			in[k] = 0;
			return;
		}
		code = in_read(in[k], buffer[k], CHUNK);
	}
}

EXPORT("[async-lift]" I "#merge") u32 merge(u32 a, u32 b, u32 c)
{
	u64 both = out_new();
	u32 event[2];

	in[0] = a;
	in[1] = b;
	in[2] = c;
	out = (u32)(both >> 32);
	set = set_new();
	return_merge((u32)both);
	for (u32 k = 0; k < IN; k++) {
		u32 code = in_read(in[k], buffer[k], CHUNK);
		join(in[k], set);
		take_in(k, code);
	}
	while (in[0] || in[1] || in[2]) {
		set_wait(set, event);
		for (u32 k = 0; k < IN; k++)
			if (in[k] && in[k] == event[0]) {
				take_in(k, event[1]);
				break;
			}
	}
	set_drop(set);
	out_drop(out);
	return EXIT;
}

EXPORT("[callback][async-lift]" I "#merge") u32 merge_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}
