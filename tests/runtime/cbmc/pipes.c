/* pipes.c - a stream, or with FUTURES a future, and all that its ends can do.
 *
 * Element k that the writer sends is k modulo 256; the oracle knows which
 * buffers are out and how many elements each side was told of. The reader is
 * in instance 0 or has moved to instance 1; the writer stays in 0.
 */
#include "world.h"

#include "core/event.h"
#include "core/pipe.h"
#include "one_pipe.h"

#define LONGEST 3

/* What the oracle knows of an end.
 *
 *   live    it has not been dropped
 *   out     its buffer is out: `asked` elements at `at`
 *   told    elements its guest has been told of
 *   done    told DROPPED, or of the future's value */
static struct end {
	uint8_t *at;
	uint32_t asked;
	uint8_t told;
	bool live, out, done;
} ends[2];
static uint32_t handles[2];
static uint8_t inst_of[2];

static const struct hd_elem u8 = { 1, 1, true, NULL, NULL };
static const struct hd_canon canon = { &u8, 0, 0, 0 };

#ifdef FUTURES
#define OP(name) hd_future_##name
#define IS_FUTURE 1

static uint32_t move(unsigned k, uint32_t at, uint32_t n,
		     const struct hd_canon *c)
{
	(void)n;
	return k ? hd_future_write(handles[k], at, c) :
		   hd_future_read(handles[k], at, c);
}
#else
#define OP(name) hd_stream_##name
#define IS_FUTURE 0

static uint32_t move(unsigned k, uint32_t at, uint32_t n,
		     const struct hd_canon *c)
{
	return k ? hd_stream_write(handles[k], at, n, c) :
		   hd_stream_read(handles[k], at, n, c);
}
#endif

/* --- invariants --- */

static struct hd_end *end_of(unsigned k)
{
	return &pipe->end[k];
}

static void check_end(unsigned k)
{
	const struct end *e = &ends[k];
	const struct hd_end *x = end_of(k);

	claim((x->w.state == HD_END_ASYNC) == e->out,
	      "copying means that the buffer is out");
	if (!e->out) {
		claim(!x->w.pinned && !x->w.pending, "INV-P2");
		return;
	}
	claim(x->w.pending || (x->w.pinned && x->progress == 0 && ends[k ^ 1].live),
	      "no event is lost");
	claim(x->progress <= e->asked, "progress");
	claim(!x->w.pinned || (pipe->length == e->asked &&
			       (!e->asked || pipe->at == e->at)),
	      "the pinned buffer is the guest's");
}

static uint8_t moved(unsigned k)
{
	return (uint8_t)(ends[k].told + (ends[k].out ? end_of(k)->progress : 0));
}

static void check(void)
{
	unsigned used[NINST] = { 0, 0 };

	for (unsigned k = 0; k < 2; k++) {
		if (!ends[k].live)
			continue;
		check_end(k);
		used[inst_of[k]]++;
	}
	if (ends[0].live && ends[1].live) {
		claim(!(end_of(0)->w.pinned && end_of(1)->w.pinned), "INV-P1");
		claim(moved(0) == moved(1), "every element is accounted for");
	}
	for (unsigned i = 0; i < NINST; i++)
		check_table(i, used[i]);
}

/* --- what happens --- */

/* The guest of end k hears that its copy has ended. */
static void ended(unsigned k, uint32_t packed, bool cancelled)
{
	struct end *e = &ends[k];
	const uint32_t code = IS_FUTURE ? packed : packed & 15;
	const uint32_t n = IS_FUTURE ? code == HD_COMPLETED : packed >> 4;

	give_back(k);
	claim(code <= HD_CANCELLED_COPY, "result code");
	claim(code != HD_DROPPED || !ends[k ^ 1].live,
	      "DROPPED only when the peer has gone");
	claim(code != HD_CANCELLED_COPY || cancelled,
	      "CANCELLED only when asked for");
	claim(n <= e->asked, "no more than asked for");
	for (uint32_t i = 0; i < LONGEST; i++)
		if (k == 0 && i < e->asked)
			claim(e->at[i] == (i < n ? (uint8_t)(e->told + i) : 0xff),
			      "elements in order, each once, and no more");
	e->told += (uint8_t)n;
	e->out = false;
	e->done = code == HD_DROPPED || (IS_FUTURE && code == HD_COMPLETED);
}

static void copy(unsigned k)
{
	static struct hd_canon any;
	struct end *e = &ends[k];
	const uint32_t at = nondet_word(), n = IS_FUTURE ? 1 : nondet_word();
	const bool inside = n == 0 || (at <= MEMORY && n <= MEMORY - at);

	any = (struct hd_canon){ &u8, nondet_word() & HD_CANON_BYTES, 0, 0 };
	/* apart from the event's place and from the other end's */
	suppose(n == 0 || !inside || (k ? at >= 12 : at >= 8 && at + n <= 12));
	suppose(!inside || n <= LONGEST);
	as_guest(inst_of[k]);
	expect(e->done ? HD_TRAP_DONE : e->out ? HD_TRAP_BUSY :
	       n > HD_BUFFER_MAX ? HD_TRAP_BUFFER_LENGTH :
	       !inside ? HD_TRAP_BUFFER_BOUNDS : HD_TRAP_NONE);
	if (!e->done && !e->out && inside) {
		uint8_t *p = memories[inst_of[k]] + (n ? at : 0);

		for (uint32_t i = 0; i < LONGEST; i++)
			if (i < n)
				p[i] = k ? (uint8_t)(e->told + i) : 0xff;
		e->at = p;
		e->asked = n;
		e->out = true;
		lend_bytes(k, p, n, k == 0);
	}
	const uint32_t r = move(k, at, n, &any);
	returned();
	if (r == HD_BLOCKED) {
		reach("a copy has to wait");
		return;
	}
	reach("a copy ends at once");
	ended(k, r, false);
}

static void cancel(unsigned k)
{
	struct end *e = &ends[k];
	as_guest(inst_of[k]);
	expect(e->out ? HD_TRAP_NONE : HD_TRAP_NOT_COPYING);
	const uint32_t r = k ? OP(cancel_write)(&canon, handles[k]) :
			       OP(cancel_read)(&canon, handles[k]);
	returned();
	reach("a copy is cancelled");
	ended(k, r, true);
}

static void drop(unsigned k)
{
	struct end *e = &ends[k];
	as_guest(inst_of[k]);
	expect(IS_FUTURE && k && !e->done ? HD_TRAP_NOT_WRITTEN :
	       e->out ? HD_TRAP_DROP_BUSY : HD_TRAP_NONE);
	if (k)
		OP(drop_writable)(&canon, handles[k]);
	else
		OP(drop_readable)(&canon, handles[k]);
	returned();
	reach("an end is dropped");
	*e = (struct end){ 0 };
	if (ends[k ^ 1].live)
		return;
	claim(!taken, "a pipe without ends is given back");
	reach("both ends are dropped");
}

/* The guest of end k hears of its event. */
static void deliver(unsigned k)
{
	struct hd_waitable *w = &end_of(k)->w;

	as_guest(inst_of[k]);
	expect(HD_TRAP_NONE);
	w->pending = false;	/* hd_event_pop */
	ended(k, hd_copy_event(w), false);
	reach("an event is delivered");
}

/* An operation on end k. */
static void step(unsigned k)
{
	const uint32_t what = nondet_word();

	suppose(ends[k].live);
	foretell(&end_of(k)->w);
	for (unsigned j = 0; j < 2; j++) {	/* also one that was dropped */
		settle(inst_of[j], handles[j], &end_of(j)->w);
		claim(end_of(j)->w.writer == j, "a writer is one");
		end_of(j)->w.writer = j & 1;
	}
	claim(taken, "a pipe with an end is not given back");
	claim(pipe->elem == &u8 && pipe->future == IS_FUTURE, "a type stays");
	pipe->elem = &u8;
	pipe->future = IS_FUTURE;
	if (what == 0) {
		suppose(end_of(k)->w.pending);
		deliver(k);
	} else if (what == 1) {
		cancel(k);
	} else if (what == 2) {
		drop(k);
	} else {
		copy(k);
	}
}

/* Not followed: no end is the host's. */
int hd_host_rendezvous(struct hd_pipe *p, unsigned k)
{
	(void)p, (void)k;
	claim(false, "no end is the host's");
	return -1;
}

int main(void)
{
	world_begin();
	as_guest(0);
	const uint64_t both = OP(new)(&canon);
	handles[0] = (uint32_t)both;
	handles[1] = (uint32_t)(both >> 32);
	ends[0].live = ends[1].live = true;
	for (unsigned k = 0; k < 2; k++)
		settle(0, handles[k], &end_of(k)->w);
#ifdef MOVED
	foretell(&end_of(0)->w);
	hd_lift_pipe(&hd_instances[0], &u8, handles[0], IS_FUTURE);
	as_guest(1);
	handles[0] = hd_lower_pipe(&hd_instances[1], pipe);
	inst_of[0] = 1;
#endif
	for (unsigned d = 0; d < DEPTH; d++) {
		if (nondet_word() & 1)
			step(0);
		else
			step(1);
		check();
	}
	reach("the end");
}
