/* flow_driver.c - reads records and strings, then feeds three streams into the
 * mixer and reads what comes out. */
#include "guest.h"

#define S "demo:flow/source"
#define X "demo:flow/mixer"
struct sample { u64 t; s16 v; u8 ok; };
struct text { u8 *at; u32 n; };

IMPORT("[export]$root", "[task-return]run") void return_run(u32 h);
IMPORT(S, "[async-lower]samples") u32 samples(u32 seed, u32 n, u32 *stream);
IMPORT(S, "[async-lower][stream-read-0]samples") u32 samples_read(u32 end, struct sample *p, u32 n);
IMPORT(S, "[stream-drop-readable-0]samples") void samples_drop(u32 end);
IMPORT(S, "[async-lower]words") u32 words(u32 seed, u32 n, u32 *stream);
IMPORT(S, "[async-lower][stream-read-0]words") u32 words_read(u32 end, struct text *p, u32 n);
IMPORT(S, "[stream-drop-readable-0]words") void words_drop(u32 end);
IMPORT(X, "[async-lower]merge") u32 merge(u32 a, u32 b, u32 c, u32 *stream);
IMPORT(X, "[stream-new-0]merge") u64 in_new(void);
IMPORT(X, "[async-lower][stream-write-0]merge") u32 in_write(u32 end, u32 *p, u32 n);
IMPORT(X, "[stream-drop-writable-0]merge") void in_drop(u32 end);
IMPORT(X, "[async-lower][stream-read-3]merge") u32 out_read(u32 end, u32 *p, u32 n);
IMPORT(X, "[stream-drop-readable-3]merge") void out_drop(u32 end);

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

/* Until the callee has returned its stream. */
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

static u32 read_samples(u32 h, u32 seed, u32 n)
{
	struct sample s[3];
	u32 stream, code = 0;
	u32 subtask = returned(samples(seed, n, &stream));

	while ((code & 15) != DROPPED) {
		code = finish(samples_read(stream, s, 3), stream);
		for (u32 k = 0; k < code >> 4; k++)
			h = hash(hash(hash(hash(h, (u32)s[k].t), (u32)(s[k].t >> 32)), (u32)s[k].v & 0xffff), s[k].ok);
	}
	samples_drop(stream);
	if (subtask)
		subtask_drop(subtask);
	return h;
}

static u32 read_words(u32 h, u32 seed, u32 n)
{
	struct text t[4];
	u32 stream, code = 0;
	u32 subtask = returned(words(seed, n, &stream));

	while ((code & 15) != DROPPED) {
		heap_reset();
		code = finish(words_read(stream, t, 4), stream);
		for (u32 k = 0; k < code >> 4; k++) {
			h = hash(h, t[k].n);
			for (u32 i = 0; i < t[k].n; i++)
				h = hash(h, t[k].at[i]);
		}
	}
	words_drop(stream);
	if (subtask)
		subtask_drop(subtask);
	return h;
}

/* --- the mixer ----------------------------------------------------------------- */

enum { IN = 3 };
static struct { u32 end, left, n, at, buf[4]; } w[IN];

/* Writes of stream k until one blocks or there is nothing left. */
static void push(u32 k, u32 code)
{
	for (;;) {
		if (code == BLOCKED)
			return;
		w[k].at += code >> 4;
		if (w[k].at == w[k].n) {
			if (!w[k].left) {
				join(w[k].end, 0);
				in_drop(w[k].end);
				w[k].end = 0;
				return;
			}
			w[k].n = 1 + rnd(4);
			if (w[k].n > w[k].left)
				w[k].n = w[k].left;
			w[k].left -= w[k].n;
			w[k].at = 0;
			for (u32 i = 0; i < w[k].n; i++)
				w[k].buf[i] = (k + 1) * 1000003u + (w[k].left + i) * 7919u;
		}
		code = in_write(w[k].end, w[k].buf + w[k].at, w[k].n - w[k].at);
	}
}

static u32 mix(u32 h, u32 n)
{
	u32 in[IN], got[8], out, sum = 0, all = 0, total = 0, event[2];
	u32 set = set_new();

	for (u32 k = 0; k < IN; k++) {
		u64 both = in_new();
		in[k] = (u32)both;
		w[k].end = (u32)(both >> 32);
		w[k].left = n;
		w[k].n = w[k].at = 0;
	}
	u32 subtask = returned(merge(in[0], in[1], in[2], &out));
	for (u32 k = 0; k < IN; k++) {
		join(w[k].end, set);
		push(k, 0);
	}
	join(out, set);
	for (u32 code = out_read(out, got, 8);;) {
		if (code == BLOCKED) {
			set_wait(set, event);
			if (event[0] != out) {
				for (u32 k = 0; k < IN; k++)
					if (w[k].end == event[0]) {
						push(k, event[1]);
						break;
					}
				continue;
			}
			code = event[1];
		}
		for (u32 k = 0; k < code >> 4; k++, total++) {
			sum += got[k];
			all ^= got[k] * 2654435761u;
		}
		if ((code & 15) == DROPPED)
			break;
		code = out_read(out, got, 8);
	}
	join(out, 0);
	out_drop(out);
	set_drop(set);
	if (subtask)
		subtask_drop(subtask);
	return hash(hash(hash(h, total), sum), all);
}

EXPORT("[async-lift]run") u32 run(u32 seed, u32 n)
{
	u32 h = read_samples(2166136261u, seed, n);

	h = read_words(h, seed, n);
	rng_state = seed;
	h = mix(h, n);
	return_run(h);
	return EXIT;
}

EXPORT("[callback][async-lift]run") u32 run_cb(u32 e, u32 a, u32 b)
{
	(void)e, (void)a, (void)b;
	__builtin_trap();
}
