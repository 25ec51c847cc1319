/* pipes.c - worlds of streams and of futures between two instances.
 *
 * The oracle numbers the elements of each stream modulo 8 (at most three are
 * ever on their way) and knows which buffers are out. Element k of a stream
 * holds k, so one lost, repeated or moved shows in the reader's memory.
 */
#include "explore.h"

#include "core/pipe.h"

#define STREAMS 2
#define LONGEST 3

/* What the oracle knows of one stream.
 *
 *   handle       0: dropped, or never made
 *   sent, read   elements its writer and its reader were told of, modulo 8
 *   asked        length of the buffer that is out
 *   torn         an instance died with a buffer out: nobody counts any more
 */
static WORLD_STATE struct model {
	struct hd_pipe *pipe;
	uint32_t handle[2];
	uint8_t inst[2];
	uint8_t sent[2];
	uint8_t asked[2];
	uint8_t torn;
} models[STREAMS];
static WORLD_STATE uint32_t sets[NINST];
static WORLD_STATE uint32_t spare;	/* a set nobody joins, or 0 */
static WORLD_STATE uint32_t future;

static const struct hd_elem u8 = { 1, 1, true, NULL, NULL };
static const struct hd_canon canon = { &u8, 0, 0, 0 };
static const struct hd_canon bytes = { &u8, HD_CANON_BYTES, 0, 0 };

/* --- operations --- */

enum what { NEW, COPY, CANCEL, DROP, JOIN, LEAVE, POLL, MOVE, BAD, EDGE,
	    SET, UNSET };

struct letter {
	uint8_t what, s, k, n;
	const char *name;
};

#define OF(s) \
	{ NEW, s, 0, 0, "new stream " #s }, \
	{ COPY, s, 0, 0, "read 0 of " #s }, { COPY, s, 1, 0, "write 0 to " #s }, \
	{ COPY, s, 0, 1, "read 1 of " #s }, { COPY, s, 1, 1, "write 1 to " #s }, \
	{ COPY, s, 0, 2, "read 2 of " #s }, { COPY, s, 1, 2, "write 2 to " #s }, \
	{ CANCEL, s, 0, 0, "cancel read of " #s }, \
	{ CANCEL, s, 1, 0, "cancel write to " #s }, \
	{ DROP, s, 0, 0, "drop readable " #s }, \
	{ DROP, s, 1, 0, "drop writable " #s }, \
	{ JOIN, s, 0, 0, "join readable " #s }, \
	{ JOIN, s, 1, 0, "join writable " #s }, \
	{ LEAVE, s, 0, 0, "readable leaves its set " #s }, \
	{ LEAVE, s, 1, 0, "writable leaves its set " #s }, \
	{ MOVE, s, 0, 0, "move readable to the other instance " #s }

static const struct letter letters[] = {
	OF(0), { COPY, 0, 0, 3, "read 3 of 0" }, { COPY, 0, 1, 3, "write 3 to 0" },
	{ POLL, 0, 0, 0, "poll in instance 0" },
	{ POLL, 1, 0, 0, "poll in instance 1" },
	{ BAD, 0, 0, 0, "read of handle 0" },
	{ BAD, 0, 0, 77, "read of a handle beyond the table" },
	{ EDGE, 0, 0, 2, "read 2 into the last byte of memory" },
	{ SET, 0, 0, 0, "new set" },
	{ UNSET, 0, 0, 0, "drop the new set" },
	OF(1),
};
#define ALL (sizeof letters / sizeof *letters)
#define ONE (ALL - 16)		/* without stream 1 */

static const char *letter(unsigned k)
{
	return letters[k].name;
}

static unsigned buffer_id(unsigned s, unsigned k)
{
	return s * 2 + k;
}

static uint32_t buffer_at(unsigned s, unsigned k)
{
	return 16 + (s * 2 + k) * 8;
}

static uint8_t *buffer_of(unsigned s, unsigned k)
{
	return memories[models[s].inst[k]].bytes + buffer_at(s, k);
}

struct act {
	const struct letter *l;
	uint32_t handle;
	unsigned inst;
	uint64_t result;
};

/* Some lengths go the short way, which ends in the same states. */
static uint32_t copy(const struct letter *l, uint32_t h)
{
	const struct hd_canon *c = l->n == 1 ? &canon : &bytes;
	const uint32_t at = buffer_at(l->s, l->k);

	if (future)
		return l->k ? hd_future_write(h, at, &canon) :
			      hd_future_read(h, at, &canon);
	return l->k ? hd_stream_write(h, at, l->n, c) :
		      hd_stream_read(h, at, l->n, c);
}

static uint32_t cancel(const struct letter *l, uint32_t h)
{
	if (future)
		return l->k ? hd_future_cancel_write(&canon, h) :
			      hd_future_cancel_read(&canon, h);
	return l->k ? hd_stream_cancel_write(&canon, h) :
		      hd_stream_cancel_read(&canon, h);
}

static void drop(const struct letter *l, uint32_t h)
{
	if (future && l->k)
		hd_future_drop_writable(&canon, h);
	else if (future)
		hd_future_drop_readable(&canon, h);
	else if (l->k)
		hd_stream_drop_writable(&canon, h);
	else
		hd_stream_drop_readable(&canon, h);
}

static void perform(void *arg)
{
	struct act *a = arg;
	const struct letter *l = a->l;

	switch ((enum what)l->what) {
	case NEW:
		a->result = future ? hd_future_new(&canon) :
				     hd_stream_new(&canon);
		break;
	case COPY:
		a->result = copy(l, a->handle);
		break;
	case BAD:
		a->result = copy(l, l->n);
		break;
	case EDGE:
		a->result = hd_stream_read(a->handle, MEMORY - 1, 2, &bytes);
		break;
	case CANCEL:
		a->result = cancel(l, a->handle);
		break;
	case DROP:
		drop(l, a->handle);
		break;
	case JOIN:
	case LEAVE:
		hd_join(a->handle, l->what == JOIN ? sets[a->inst] : 0);
		break;
	case POLL:
		a->result = hd_waitable_set_poll(&canon, sets[a->inst], 0);
		break;
	case SET:
		a->result = hd_waitable_set_new();
		break;
	case UNSET:
		hd_waitable_set_drop(spare);
		break;
	case MOVE:
		a->result = (uintptr_t)hd_lift_pipe(&hd_instances[a->inst], &u8,
						    a->handle, future);
		break;
	}
}

static void lower(void *arg)
{
	struct act *a = arg;

	a->result = hd_lower_pipe(hd_here(), models[a->l->s].pipe);
}

/* --- the oracle --- */

/* The writer's buffer holds the next elements. */
static void fill(unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buffer_of(s, 1)[i] = (models[s].sent[1] + i) & 7;
}

/* The guest hears that the copy of end k has ended. */
static void ended(unsigned s, unsigned k, uint32_t packed, bool cancelled)
{
	struct model *m = &models[s];
	const uint32_t code = future ? packed : packed & 15;
	uint32_t n = future ? code == HD_COMPLETED : packed >> 4;

	give_back(buffer_id(s, k));
	claim(code <= HD_CANCELLED_COPY, "result code");
	claim(code != HD_DROPPED || !m->handle[k ^ 1],
	      "DROPPED only when the peer has gone");
	claim(code != HD_CANCELLED_COPY || cancelled,
	      "CANCELLED only when asked for");
	claim(n <= m->asked[k], "no more than asked for");
	for (uint32_t i = 0; k == 0 && i < n; i++)
		claim(buffer_of(s, k)[i] == ((m->sent[0] + i) & 7),
		      "elements in order, each once");
	for (uint32_t i = n; k == 0 && i < LONGEST; i++)
		claim(buffer_of(s, k)[i] == 0, "nothing beyond what was read");
	m->sent[k] = (m->sent[k] + n) & 7;
	m->asked[k] = 0;
	memset(buffer_of(s, k), 0, 8);
}

/* End k is gone, and its buffer with it. */
static void gone(unsigned s, unsigned k)
{
	struct model *m = &models[s];

	if (is_lent(buffer_id(s, k))) {
		give_back(buffer_id(s, k));
		m->torn = true;
	}
	m->handle[k] = 0;
	m->asked[k] = 0;
	memset(buffer_of(s, k), 0, 8);
	if (m->pipe && !m->handle[0] && !m->handle[1])
		*m = (struct model){ 0 };
}

static void died(unsigned inst)
{
	for (unsigned s = 0; s < STREAMS; s++)
		for (unsigned k = 0; k < 2; k++)
			if (models[s].handle[k] && models[s].inst[k] == inst)
				gone(s, k);
	sets[inst] = 0;
	if (inst == 0)
		spare = 0;
}

static void delivered(unsigned inst, uint32_t event)
{
	uint32_t p[2];

	memcpy(p, memories[inst].bytes, 8);
	memset(memories[inst].bytes, 0, 8);
	if (event == HD_EVENT_NONE)
		return;
	for (unsigned s = 0; s < STREAMS; s++)
		for (unsigned k = 0; k < 2; k++) {
			struct model *m = &models[s];

			if (!m->handle[k] || m->handle[k] != p[0] ||
			    m->inst[k] != inst)
				continue;
			claim(event == (future ? HD_EVENT_FUTURE_READ :
					HD_EVENT_STREAM_READ) + k, "event code");
			ended(s, k, p[1], false);
			return;
		}
	claim(false, "an event names a live end");
}

/* Bytes moved through end k that its guest knows of or has an event about. */
static unsigned moved(const struct model *m, unsigned k)
{
	const struct hd_end *e = &m->pipe->end[k];

	if (!m->handle[k] || e->w.state != HD_END_ASYNC)
		return m->sent[k];
	return (m->sent[k] + e->progress) & 7;
}

static void check_end(unsigned s, unsigned k)
{
	const struct model *m = &models[s];
	const struct hd_end *e = &m->pipe->end[k];
	const bool pinned = e->w.pinned;

	claim((e->w.state == HD_END_ASYNC) == is_lent(buffer_id(s, k)),
	      "copying means that the buffer is out");
	if (e->w.state != HD_END_ASYNC) {
		claim(!pinned && !e->w.pending, "INV-P2");
		return;
	}
	claim(e->w.pending || (pinned && e->progress == 0 &&
			       m->handle[k ^ 1]), "no event is lost");
	claim(e->progress <= m->asked[k], "progress");
	claim(!pinned || (m->pipe->length == m->asked[k] &&
			  (!m->pipe->length ||
			   m->pipe->at == buffer_of(s, k))),
	      "the pinned buffer is the guest's");
}

static void check(void)
{
	common_check();
	count_pipes();
	for (unsigned s = 0; s < STREAMS; s++) {
		const struct model *m = &models[s];

		if (!m->pipe)
			continue;
		claim(!(m->pipe->end[0].w.pinned && m->pipe->end[1].w.pinned),
		      "INV-P1");
		for (unsigned k = 0; k < 2; k++)
			if (m->handle[k])
				check_end(s, k);
		if (!m->torn)
			claim(moved(m, 0) == moved(m, 1),
			      "every element is accounted for");
	}
}

/* --- one operation --- */

static void take_new(unsigned s, unsigned inst, uint64_t result)
{
	struct model *m = &models[s];

	*m = (struct model){ .handle = { (uint32_t)result,
					 (uint32_t)(result >> 32) },
			     .inst = { (uint8_t)inst, (uint8_t)inst } };
	m->pipe = (struct hd_pipe *)((char *)hd_at(hd_instances[inst].handles
			.slots[m->handle[0]].v.obj) - offsetof(struct hd_pipe, end));
}

static bool move_to(struct act *a)
{
	struct model *m = &models[a->l->s];
	const unsigned to = m->inst[0] ^ 1;

	m->handle[0] = 0;
	m->inst[0] = (uint8_t)to;
	if (as_mortal(to, lower, a) == HD_TRAP_NONE) {
		m->handle[0] = (uint32_t)a->result;
		return true;
	}
	died(to);	/* its table is full */
	gone(a->l->s, 0);
	return true;
}

static bool applies(const struct letter *l, unsigned inst)
{
	const struct model *m = &models[l->s];

	if (!alive(inst))
		return false;
	if (future && (l->what == EDGE || (l->what == COPY && l->n != 1)))
		return false;
	if (l->what == NEW)
		return !m->pipe;
	if (l->what == POLL || l->what == BAD)
		return true;
	if (l->what == SET || l->what == UNSET)
		return (spare != 0) == (l->what == UNSET);
	if (l->what == MOVE && !alive(inst ^ 1))
		return false;
	return m->handle[l->k] != 0;
}

static bool act(unsigned k)
{
	const struct letter *l = &letters[k];
	struct model *m = &models[l->s];
	struct act a = { .l = l, .inst = m->inst[l->k], .handle = m->handle[l->k] };
	const unsigned id = buffer_id(l->s, l->k);

	if (l->what == NEW || l->what == BAD || l->what >= SET)
		a.inst = 0;
	if (l->what == POLL)
		a.inst = l->s;
	if (!applies(l, a.inst))
		return false;
	const bool mine = l->what == COPY && !is_lent(id);
	if (mine) {
		if (l->k == 1)
			fill(l->s, l->n);
		m->asked[l->k] = l->n;
		lend_buffer(id, buffer_of(l->s, l->k), l->n, l->k == 0);
	}
	if (as_mortal(a.inst, perform, &a) != HD_TRAP_NONE) {
		died(a.inst);
		return true;
	}
	claim(l->what != BAD, "a wrong handle traps");
	claim(l->what != EDGE, "a buffer beyond memory traps");
	if (l->what == NEW)
		take_new(l->s, a.inst, a.result);
	else if ((l->what == COPY && (uint32_t)a.result != HD_BLOCKED) ||
		 l->what == CANCEL)
		ended(l->s, l->k, (uint32_t)a.result, l->what == CANCEL);
	else if (l->what == DROP)
		gone(l->s, l->k);
	else if (l->what == POLL)
		delivered(a.inst, (uint32_t)a.result);
	else if (l->what == SET || l->what == UNSET)
		spare = l->what == SET ? (uint32_t)a.result : 0;
	else if (l->what == MOVE)
		return move_to(&a);
	return true;
}

/* --- worlds --- */

static void new_set(void *arg)
{
	(void)arg;
	sets[hd_here()->number] = hd_waitable_set_new();
}

static void reset_streams(void)
{
	common_reset();
	for (unsigned i = 0; i < NINST; i++)
		as_guest(i, new_set, NULL);
}

static void reset_futures(void)
{
	reset_streams();
	future = 1;
}

static void canon_world(void)
{
	common_canon();
	canon_pipes();
}

const struct world world_stream = {
	"stream", ONE, letter, reset_streams, act, check, canon_world,
};

const struct world world_streams = {
	"streams", ALL, letter, reset_streams, act, check, canon_world,
};

const struct world world_future = {
	"future", ONE, letter, reset_futures, act, check, canon_world,
};

const struct world world_futures = {
	"futures", ALL, letter, reset_futures, act, check, canon_world,
};
