/* host.c - a stream whose other end is the host's (host/ring.c).
 *
 * The guest is instance 0. The host reads (end 0) or writes (end 1) through a
 * ring of two elements of two bytes. Element k holds k and ~k, modulo 8.
 */
#include "host/ring.h"
#include "explore.h"

#include "peek.h"

#define LONGEST 3
#define RING 2

static WORLD_STATE struct {
	struct hd_host_end end;
	HD_ALIGNED(2) uint8_t storage[RING * 2];
	uint8_t guard[4];
	uint32_t handle;	/* the guest's, 0 when dropped */
	uint32_t set;
	uint8_t open;		/* the host has its end */
	uint8_t k;		/* the end it has */
	uint8_t asked;		/* by the guest */
	uint8_t sent, taken;	/* elements put in and taken out, modulo 8 */
} host;

static const struct hd_elem pair = { 2, 2, true, NULL, NULL };
static const struct hd_canon canon = { &pair, 0, 0, 0 };

enum what { INIT, HOST, COMMIT, HDROP, COPY, CANCEL, DROP, JOIN, LEAVE, POLL,
	    SET };

static const struct letter {
	uint8_t what, n;
	const char *name;
} letters[] = {
	{ INIT, 0, "host reads a new stream" },
	{ INIT, 1, "host writes a new stream" },
	{ HOST, 0, "host moves 0" }, { HOST, 1, "host moves 1" },
	{ HOST, 3, "host moves 3" },
	{ COMMIT, 1, "host commits 1" }, { COMMIT, 2, "host commits 2" },
	{ HDROP, 0, "host drops" },
	{ COPY, 0, "guest moves 0" }, { COPY, 1, "guest moves 1" },
	{ COPY, 2, "guest moves 2" }, { COPY, 3, "guest moves 3" },
	{ CANCEL, 0, "guest cancels" }, { DROP, 0, "guest drops" },
	{ JOIN, 0, "guest joins" }, { LEAVE, 0, "guest leaves its set" },
	{ POLL, 0, "guest polls" }, { SET, 0, "guest makes a set" },
};

static const char *letter(unsigned k)
{
	return letters[k].name;
}

static uint8_t *buffer(void)
{
	return memories[0].bytes + 16;
}

static void put(uint8_t *p, unsigned k)
{
	p[0] = k & 7;
	p[1] = (uint8_t)~(k & 7);
}

static bool holds(const uint8_t *p, unsigned k)
{
	return p[0] == (k & 7) && p[1] == (uint8_t)~(k & 7);
}

/* n elements at p have been given up by, or reached, their side. */
static void took(const uint8_t *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		claim(holds(p + 2 * i, host.taken + i),
		      "elements in order, each once");
	host.taken = (host.taken + n) & 7;
}

static void ended(uint32_t packed, bool cancelled)
{
	const uint32_t n = packed >> 4;

	give_back(0);
	claim((packed & 15) != HD_DROPPED ||
	      (!host.open && (host.k == 0 || host.end.ring.fill == 0)),
	      "DROPPED only when nothing is left");
	claim((packed & 15) != HD_CANCELLED_COPY || cancelled, "CANCELLED");
	claim((packed & 15) <= HD_CANCELLED_COPY && n <= host.asked, "result");
	if (host.k == 1)
		took(buffer(), n);
	else
		host.sent = (host.sent + n) & 7;
	memset(buffer(), 0, LONGEST * 2);
	host.asked = 0;
}

struct act {
	const struct letter *l;
	uint32_t result;
};

static void perform(void *arg)
{
	struct act *a = arg;
	const uint32_t h = host.handle;

	switch ((enum what)a->l->what) {
	case COPY:
		a->result = host.k == 1 ?
			    hd_stream_read(h, 16, a->l->n, &canon) :
			    hd_stream_write(h, 16, a->l->n, &canon);
		break;
	case CANCEL:
		a->result = host.k == 1 ? hd_stream_cancel_read(&canon, h) :
					  hd_stream_cancel_write(&canon, h);
		break;
	case DROP:
		if (host.k == 1)
			hd_stream_drop_readable(&canon, h);
		else
			hd_stream_drop_writable(&canon, h);
		break;
	case POLL:
		a->result = hd_waitable_set_poll(&canon, host.set, 0);
		break;
	case SET:
		a->result = hd_waitable_set_new();
		break;
	default:
		hd_join(h, a->l->what == JOIN ? host.set : 0);
	}
}

static void died(void)
{
	if (is_lent(0))
		give_back(0);
	host.handle = host.set = host.asked = 0;
	memset(buffer(), 0, LONGEST * 2);
}

static void delivered(uint32_t event)
{
	uint32_t p[2];

	memcpy(p, memories[0].bytes, 8);
	memset(memories[0].bytes, 0, 8);
	if (event == HD_EVENT_NONE)
		return;
	claim(p[0] == host.handle && host.handle, "an event of a live end");
	claim(event == (host.k == 1 ? HD_EVENT_STREAM_READ :
			HD_EVENT_STREAM_WRITE), "event code");
	ended(p[1], false);
}

static bool guest_acts(const struct letter *l)
{
	struct act a = { l, 0 };
	const bool lends = l->what == COPY && !is_lent(0);

	if (!alive(0) || (l->what == POLL && !host.set) ||
	    (l->what < POLL && !host.handle) || (l->what == JOIN && !host.set))
		return false;
	if (lends) {
		for (unsigned i = 0; host.k == 0 && i < l->n; i++)
			put(buffer() + 2 * i, host.sent + i);
		host.asked = l->n;
		lend_buffer(0, buffer(), 2u * l->n, true);
	}
	if (as_mortal(0, perform, &a) != HD_TRAP_NONE)
		died();
	else if (l->what == COPY && a.result != HD_BLOCKED)
		ended(a.result, false);
	else if (l->what == CANCEL)
		ended(a.result, true);
	else if (l->what == DROP)
		host.handle = 0;
	else if (l->what == POLL)
		delivered(a.result);
	else if (l->what == SET)
		host.set = a.result;
	return true;
}

static bool init(unsigned k)
{
	uint32_t h = 0;

	if (host.open || host.handle || !alive(0))
		return false;
	if (is_lent(1))
		give_back(1);
	if (!hd_host_stream_init(&host.end, &hd_instances[0], &pair, k,
				 host.storage, RING, &h))
		return true;
	lend_buffer(1, host.storage, sizeof host.storage, true);
	host.k = (uint8_t)k;
	host.handle = h;
	host.open = true;
	host.sent = host.taken = 0;
	return true;
}

static bool host_moves(unsigned n)
{
	static uint8_t buf[LONGEST * 2];
	uint32_t done;

	if (!host.open)
		return false;
	for (unsigned i = 0; i < n; i++)
		put(buf + 2 * i, host.k ? host.sent + i : 0);
	lend_buffer(2, buf, sizeof buf, true);
	if (host.k == 1) {
		done = hd_host_write(&host.end, buf, n);
		host.sent = (host.sent + done) & 7;
	} else {
		done = hd_host_read(&host.end, buf, n);
		took(buf, done);
	}
	give_back(2);
	claim(done <= n, "no more than asked for");
	return true;
}

static bool host_commits(unsigned n)
{
	uint32_t most = 0;

	if (!host.open || (host.k == 1 && hd_host_gone(&host.end)))
		return false;
	uint8_t *p = hd_host_reserve(&host.end, &most);
	claim(p >= host.storage && most <= RING &&
	      p + 2 * most <= host.storage + sizeof host.storage, "reserve");
	if (most < n)
		return false;
	for (unsigned i = 0; host.k == 1 && i < n; i++)
		put(p + 2 * i, host.sent + i);
	if (host.k == 1)
		host.sent = (host.sent + n) & 7;
	else
		took(p, n);
	hd_host_commit(&host.end, n);
	return true;
}

static bool act(unsigned k)
{
	const struct letter *l = &letters[k];

	switch ((enum what)l->what) {
	case INIT:
		return init(l->n);
	case HOST:
		return host_moves(l->n);
	case COMMIT:
		return host_commits(l->n);
	case HDROP:
		if (!host.open)
			return false;
		hd_host_end_drop(&host.end);
		host.open = false;
		return true;
	default:
		return guest_acts(l);
	}
}

/* --- invariants --- */

/* The guest's buffer waits although the ring could serve it. */
static void check_guest(const struct hd_pipe *p, const struct hd_end *e)
{
	const struct hd_ring *r = &host.end.ring;
	const bool pinned = e->w.pinned;

	claim((e->w.state == HD_END_ASYNC) == is_lent(0),
	      "copying means that the buffer is out");
	if (e->w.state != HD_END_ASYNC)
		return;
	claim(e->w.pending || (pinned && e->progress == 0), "no event is lost");
	claim(!pinned || host.open, "who waits for a dropped end is told");
	if (pinned && (e->progress < p->length || (!p->length && !e->w.pending)))
		claim(host.k == 1 ? r->fill == 0 : r->fill == r->capacity,
		      "what can move has moved");
}

static void check(void)
{
	static const uint8_t guard[4] = { POISON, POISON, POISON, POISON };
	const struct hd_ring *r = &host.end.ring;

	common_check();
	count_pipes();
	claim(!memcmp(host.guard, guard, 4), "storage's end");
	if (!host.open && !host.handle)
		return;
	claim(r->fill <= r->capacity && r->head < r->capacity, "INV-R1");
	claim(r->fill % 2 == 0 && r->head % 2 == 0, "INV-R2");
	if (host.handle) {
		const struct hd_end *e = hd_at(hd_instances[0].handles
					       .slots[host.handle].v.obj);
		const unsigned told = e->w.state == HD_END_ASYNC ? e->progress : 0;

		check_guest((const struct hd_pipe *)
			    ((const char *)(e - (host.k ^ 1)) -
			     offsetof(struct hd_pipe, end)), e);
		claim(((host.sent - host.taken) & 7) ==
		      ((r->fill / 2 + (host.k == 1 ? told : 0u - told)) & 7),
		      "every element is accounted for");
	}
}

static void reset(void)
{
	common_reset();
	poison(host.guard, sizeof host.guard);
}

static void canon_world(void)
{
	if (!host.open && !host.handle) {
		poison(&host.end, sizeof host.end);
		poison(host.storage, sizeof host.storage);
		host.sent = host.taken = 0;
	}
	common_canon();
	canon_pipes();
}

const struct world world_host = {
	"host", sizeof letters / sizeof *letters, letter, reset, act, check,
	canon_world,
};
