/* flow_source.c - streams of records and of strings, written with blocking
 * waits in the function itself. */
#include "guest.h"

#define I "demo:flow/source"
struct sample { u64 t; s16 v; u8 ok; };
struct text { u8 *at; u32 n; };

IMPORT("[export]" I, "[task-return]samples") void return_samples(u32 stream);
IMPORT("[export]" I, "[stream-new-0]samples") u64 samples_new(void);
IMPORT("[export]" I, "[async-lower][stream-write-0]samples") u32 samples_write(u32 end, struct sample *p, u32 n);
IMPORT("[export]" I, "[stream-drop-writable-0]samples") void samples_drop(u32 end);
IMPORT("[export]" I, "[task-return]words") void return_words(u32 stream);
IMPORT("[export]" I, "[stream-new-0]words") u64 words_new(void);
IMPORT("[export]" I, "[async-lower][stream-write-0]words") u32 words_write(u32 end, struct text *p, u32 n);
IMPORT("[export]" I, "[stream-drop-writable-0]words") void words_drop(u32 end);

/* The result of a copy, waited for when it is not there yet. */
static u32 finish(u32 code, u32 end)
{
	u32 event[2], set;

	if (code != BLOCKED)
		return code;
	set = set_new();
	join(end, set);
	set_wait(set, event);
	CHECK(event[0] == end);
	join(end, 0);
	set_drop(set);
	return event[1];
}

EXPORT("[async-lift]" I "#samples") u32 samples(u32 seed, u32 n)
{
	u64 both = samples_new();
	u32 end = (u32)(both >> 32), code = 0;
	struct sample chunk[5];

	rng_state = seed;
	return_samples((u32)both);
	while (n && (code & 15) != DROPPED) {
		u32 m = 1 + rnd(5), at = 0;
		if (m > n)
			m = n;
		for (u32 k = 0; k < m; k++) {
			chunk[k].t = (u64)rnd(1 << 24) << 20;
			chunk[k].t |= rnd(1 << 20);
			chunk[k].v = (s16)rnd(65536);
			chunk[k].ok = (u8)rnd(2);
		}
		while (at < m && (code & 15) != DROPPED) {
			code = finish(samples_write(end, chunk + at, m - at), end);
			at += code >> 4;
		}
		n -= m;
	}
	samples_drop(end);
	return EXIT;
}

EXPORT("[callback][async-lift]" I "#samples") u32 samples_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}

EXPORT("[async-lift]" I "#words") u32 words(u32 seed, u32 n)
{
	static u8 letters[4][12];
	u64 both = words_new();
	u32 end = (u32)(both >> 32), code = 0;
	struct text chunk[4];

	rng_state = seed;
	return_words((u32)both);
	while (n && (code & 15) != DROPPED) {
		u32 m = 1 + rnd(4), at = 0;
		if (m > n)
			m = n;
		for (u32 k = 0; k < m; k++) {
			chunk[k].at = letters[k];
			chunk[k].n = rnd(12);
			for (u32 i = 0; i < chunk[k].n; i++)
				letters[k][i] = (u8)('a' + rnd(26));
		}
		while (at < m && (code & 15) != DROPPED) {
			code = finish(words_write(end, chunk + at, m - at), end);
			at += code >> 4;
		}
		n -= m;
	}
	words_drop(end);
	return EXIT;
}

EXPORT("[callback][async-lift]" I "#words") u32 words_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}
