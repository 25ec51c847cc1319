/* host.c - a stream, or with FUTURES a future, between a guest and the host
 * (host/ring.c), which reads or with WRITES writes it, and all that both can do.
 *
 * Elements are of two bytes: element k holds k and its complement, modulo 256. The
 * guest is instance 0, the host's ring has two elements (a future's one).
 */
#include "core/event.h"
#include "host/ring.h"
#include "one_pipe.h"

#define LONGEST 3
#ifdef FUTURES
#define IS_FUTURE 1
#define RING 1
#else
#define IS_FUTURE 0
#define RING 2
#endif
#ifdef WRITES
#define HOST 1
#else
#define HOST 0
#endif
#define GUEST (HOST ^ 1)

/* A future's ring has room for what a guest writes, once: it never waits. */
#if defined(FUTURES) && !defined(WRITES)
#define WAITS 0
#define reach_waiting(what) ((void)0)
#else
#define WAITS 1
#define reach_waiting reach
#endif

enum { BUFFER, STORAGE, MOVING };	/* what is lent */

static struct hd_host_end end;
static HD_ALIGNED(2) uint8_t storage[RING * 2], moving[LONGEST * 2];
static uint32_t handle;
static uint8_t sent, received;		/* elements put in, and got out */
static bool open = true;		/* the host's end */

/* What the oracle knows of the guest's end. */
static struct {
	uint8_t *at;
	uint32_t asked;
	bool live, out, done;
} guest;

static const struct hd_elem pair = { 2, 2, true, NULL, NULL };
static const struct hd_canon canon = { &pair, 0, 0, 0 };

static struct hd_end *guests(void)
{
	return &pipe->end[GUEST];
}

static void fill(uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < LONGEST; i++)
		if (i < n) {
			p[2 * i] = (uint8_t)(sent + i);
			p[2 * i + 1] = (uint8_t)~(sent + i);
		}
}

/* n elements at p have reached their side. */
static void took(const uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < LONGEST; i++)
		claim(i >= n || (p[2 * i] == (uint8_t)(received + i) &&
				 p[2 * i + 1] == (uint8_t)~(received + i)),
		      "elements in order, each once, and whole");
	received += (uint8_t)n;
}

/* --- the guest --- */

static uint32_t copy(uint32_t at, uint32_t n)
{
#ifdef FUTURES
	(void)n;
	return GUEST ? hd_future_write(handle, at, &canon) :
		       hd_future_read(handle, at, &canon);
#else
	return GUEST ? hd_stream_write(handle, at, n, &canon) :
		       hd_stream_read(handle, at, n, &canon);
#endif
}

static void ended(uint32_t packed, bool cancelled)
{
	const uint32_t code = IS_FUTURE ? packed : packed & 15;
	const uint32_t n = IS_FUTURE ? code == HD_COMPLETED : packed >> 4;

	give_back(BUFFER);
	claim(code <= HD_CANCELLED_COPY && n <= guest.asked, "result");
	claim(code != HD_DROPPED || (!open && (GUEST || end.ring.fill == 0)),
	      "DROPPED only when nothing is left, and the host has gone");
	claim(code != HD_CANCELLED_COPY || cancelled, "CANCELLED only when asked for");
	if (GUEST)
		sent += (uint8_t)n;
	else
		took(guest.at, n);
	guest.out = false;
	guest.done = code == HD_DROPPED || (IS_FUTURE && code == HD_COMPLETED);
}

static void guest_copies(void)
{
	const uint32_t at = nondet_word(), n = IS_FUTURE ? 1 : nondet_word();
	const bool inside = n == 0 || (at <= MEMORY && n <= (MEMORY - at) / 2);

	suppose(!inside || n <= LONGEST);
	expect(guest.done ? HD_TRAP_DONE : guest.out ? HD_TRAP_BUSY :
	       n > HD_BUFFER_MAX ? HD_TRAP_BUFFER_LENGTH :
	       n && (at & 1) ? HD_TRAP_BUFFER_ALIGN :
	       !inside ? HD_TRAP_BUFFER_BOUNDS : HD_TRAP_NONE);
	if (!guest.done && !guest.out && inside) {
		guest.at = memories[0] + (n ? at : 0);
		guest.asked = n;
		guest.out = true;
		if (GUEST)
			fill(guest.at, n);
		lend_bytes(BUFFER, guest.at, 2 * n, !GUEST);
	}
	const uint32_t r = copy(at, n);
	returned();
	if (r == HD_BLOCKED) {
		claim(WAITS, "there is room");
		reach_waiting("the guest has to wait");
		return;
	}
	reach("the guest is served at once");
	ended(r, false);
}

static void guest_cancels(void)
{
	expect(guest.out ? HD_TRAP_NONE : HD_TRAP_NOT_COPYING);
#ifdef FUTURES
	const uint32_t r = GUEST ? hd_future_cancel_write(&canon, handle) :
				   hd_future_cancel_read(&canon, handle);
#else
	const uint32_t r = GUEST ? hd_stream_cancel_write(&canon, handle) :
				   hd_stream_cancel_read(&canon, handle);
#endif
	returned();
	reach_waiting("the guest cancels");
	ended(r, true);
}

static void guest_drops(void)
{
	expect(IS_FUTURE && GUEST && !guest.done ? HD_TRAP_NOT_WRITTEN :
	       guest.out ? HD_TRAP_DROP_BUSY : HD_TRAP_NONE);
#ifdef FUTURES
	if (GUEST)
		hd_future_drop_writable(&canon, handle);
	else
		hd_future_drop_readable(&canon, handle);
#else
	if (GUEST)
		hd_stream_drop_writable(&canon, handle);
	else
		hd_stream_drop_readable(&canon, handle);
#endif
	returned();
	guest.live = false;
	claim(taken == open, "a pipe without ends is given back");
	claim(!open || hd_host_gone(&end), "the host sees that it has gone");
	reach("the guest drops its end");
}

static void deliver(void)
{
	suppose(guests()->w.pending);
	expect(HD_TRAP_NONE);
	guests()->w.pending = false;	/* hd_event_pop */
	ended(hd_copy_event(&guests()->w), false);
	reach_waiting("an event is delivered");
}

/* --- the host --- */

static void host_moves(void)
{
	const uint32_t n = below(LONGEST + 1);
	uint32_t m;

	suppose(!IS_FUTURE || (n <= 1 && (!HOST || sent == 0)));
	lend_bytes(MOVING, moving, 2 * n, !HOST);
	if (HOST) {
		fill(moving, n);
		m = hd_host_write(&end, moving, n);
		sent += (uint8_t)m;
	} else {
		m = hd_host_read(&end, moving, n);
		took(moving, m);
	}
	give_back(MOVING);
	claim(m <= n, "no more than asked for");
	if (m)
		reach("the host moves something");
}

static void host_commits(void)
{
	uint32_t most = 0;
	uint8_t *p = hd_host_reserve(&end, &most);

	claim(most <= RING && p >= storage && p + 2 * most <= storage + sizeof storage,
	      "what is reserved is inside the ring");
	claim(most || (HOST ? hd_host_room(&end) : hd_host_count(&end)) == 0,
	      "nothing is reserved only when there is nothing");
	const uint32_t n = below(RING + 1);
	suppose(n <= most && (!IS_FUTURE || !HOST || sent == 0));
	if (HOST) {
		suppose(!hd_host_gone(&end));
		fill(p, n);
		sent += (uint8_t)n;
	} else {
		took(p, n);
	}
	hd_host_commit(&end, n);
	if (n)
		reach("the host commits something");
}

static void host_drops(void)
{
	hd_host_end_drop(&end);
	open = false;
	claim(taken == guest.live, "a pipe without ends is given back");
	reach("the host drops its end");
}

/* --- invariants --- */

static void check_guest(void)
{
	const struct hd_end *x = guests();

	claim((x->w.state == HD_END_ASYNC) == guest.out,
	      "copying means that the buffer is out");
	if (!guest.out) {
		claim(!x->w.pinned && !x->w.pending, "INV-P2");
		return;
	}
	claim(x->w.pending || (x->w.pinned && x->progress == 0),
	      "no event is lost");
	claim(!x->w.pinned || open || x->w.pending, "who waits for a dropped end is told");
	claim(x->progress <= guest.asked, "progress");
	if (open && x->w.pinned &&
	    (x->progress < guest.asked || (!guest.asked && !x->w.pending)))
		claim(HOST ? end.ring.fill == 0 : end.ring.fill == 2 * RING,
		      "what can move has moved");
}

static void check(void)
{
	const struct hd_ring *r = &end.ring;
	const uint8_t moved = (uint8_t)(guest.live && guest.out ?
					guests()->progress : 0);

	claim(r->fill <= r->capacity && r->head < r->capacity, "INV-R1");
	claim(r->fill % 2 == 0 && r->head % 2 == 0, "INV-R2");
	if (guest.live) {
		check_guest();
		claim((uint8_t)(sent - received) ==
		      (uint8_t)(r->fill / 2 + (HOST ? moved : -moved)),
		      "every element is accounted for");
	}
	check_table(0, guest.live);
}

static void host_steps(uint32_t what)
{
	suppose(open);
	as_host();
	if (what == 0)
		host_moves();
	else if (what == 1)
		host_commits();
	else
		host_drops();
}

static void guest_steps(uint32_t what)
{
	suppose(guest.live);
	as_guest(0);
	if (what == 0)
		guest_copies();
	else if (what == 1)
		guest_cancels();
	else if (what == 2)
		guest_drops();
	else
		deliver();
}

/* What every step finds as it was. */
static void settled(void)
{
	if (guest.live)
		settle(0, handle, &guests()->w);
	foretell(&guests()->w);
	claim(guests()->w.writer == GUEST && pipe->elem == &pair &&
	      pipe->future == IS_FUTURE && end.pipe == pipe && end.k == HOST &&
	      end.ring.capacity == 2 * RING && end.ring.data == storage &&
	      end.ring.elem == 2 && pipe->end[HOST].host == &end, "a type stays");
	guests()->w.writer = GUEST & 1;
	guests()->w.u.set = 0;
	pipe->elem = &pair;
	pipe->future = IS_FUTURE;
	pipe->end[HOST].host = &end;
	end.pipe = pipe;
	end.k = HOST;
	end.ring.capacity = 2 * RING;
	end.ring.data = storage;
	end.ring.elem = 2;
}

int main(void)
{
	world_begin();
	as_host();
	lend_bytes(STORAGE, storage, sizeof storage, true);
#ifdef FUTURES
	claim(hd_host_future_init(&end, &hd_instances[0], &pair, HOST, storage, &handle),
	      "a future with the host");
#else
	claim(hd_host_stream_init(&end, &hd_instances[0], &pair, HOST, storage, RING,
				  &handle), "a stream with the host");
#endif
	guest.live = true;
	for (unsigned d = 0; d < DEPTH; d++) {
		const uint32_t what = nondet_word();

		settled();
		if (nondet_word() & 1)
			host_steps(what);
		else
			guest_steps(what);
		check();
	}
	reach("the end");
}
