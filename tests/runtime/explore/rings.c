/* rings.c - byte rings and cells of the pulseengine:async facade.
 *
 * Both ends are instance 0's; events reach its callback, or a set it polls. An
 * end that was refused is owed one event. Byte k of a stream is k modulo 8.
 */
#include "core/kiln.h"
#include "core/ring.h"
#include "explore.h"
#include "core/pool.h"
#include "peek.h"

#define CHANNELS 2
#define LONGEST 3
#define CELL 4

static WORLD_STATE struct model {
	struct hd_channel *c;
	uint32_t handle[2];
	uint8_t cell;
	uint8_t owed[2];
	uint8_t sent, taken;	/* bytes, modulo 8 */
} models[CHANNELS];
static WORLD_STATE uint32_t set;
static WORLD_STATE struct { uint32_t event, handle; } heard;

enum what { STREAM, FUTURE, MOVE, CANCEL, DROP, JOIN, LEAVE, DELIVER, POLL };

struct letter {
	uint8_t what, s, k, n;
	const char *name;
};

#define OF(s) \
	{ STREAM, s, 0, 0, "new stream " #s }, { FUTURE, s, 0, 0, "new future " #s }, \
	{ MOVE, s, 0, 0, "read 0 of " #s }, { MOVE, s, 1, 0, "write 0 to " #s }, \
	{ MOVE, s, 0, 1, "read 1 of " #s }, { MOVE, s, 1, 1, "write 1 to " #s }, \
	{ MOVE, s, 0, 3, "read 3 of " #s }, { MOVE, s, 1, 3, "write 3 to " #s }, \
	{ CANCEL, s, 0, 0, "cancel read " #s }, { CANCEL, s, 1, 0, "cancel write " #s }, \
	{ DROP, s, 0, 0, "drop readable " #s }, { DROP, s, 1, 0, "drop writable " #s }, \
	{ JOIN, s, 0, 0, "join readable " #s }, { JOIN, s, 1, 0, "join writable " #s }, \
	{ LEAVE, s, 0, 0, "readable leaves " #s }, { LEAVE, s, 1, 0, "writable leaves " #s }

static const struct letter letters[] = {
	OF(0), { DELIVER, 0, 0, 0, "an event to the callback" },
	{ POLL, 0, 0, 0, "poll" }, OF(1),
};
#define ALL (sizeof letters / sizeof *letters)
#define ONE (ALL - 16)		/* without channel 1 */

static const char *letter(unsigned k)
{
	return letters[k].name;
}

static uint32_t at_of(unsigned s, unsigned k)
{
	return 16 + (s * 2 + k) * 8;
}

static uint8_t *buffer(unsigned s, unsigned k)
{
	return memories[0].bytes + at_of(s, k);
}

struct act {
	const struct letter *l;
	uint64_t result;
};

static int32_t move(const struct letter *l, uint32_t h, uint32_t at)
{
	if (models[l->s].cell)
		return l->k ? kiln_builtins_future_write(h, at, 0) :
			      kiln_builtins_future_read(h, at, 0);
	return l->k ? kiln_builtins_stream_write(h, at, l->n, 0) :
		      kiln_builtins_stream_read(h, at, l->n, 0);
}

static int32_t cancel(const struct letter *l, uint32_t h)
{
	if (models[l->s].cell)
		return l->k ? kiln_builtins_future_cancel_write(h) :
			      kiln_builtins_future_cancel_read(h);
	return l->k ? kiln_builtins_stream_cancel_write(h) :
		      kiln_builtins_stream_cancel_read(h);
}

static void drop(const struct letter *l, uint32_t h)
{
	if (models[l->s].cell && l->k)
		kiln_builtins_future_drop_writable(h);
	else if (models[l->s].cell)
		kiln_builtins_future_drop_readable(h);
	else if (l->k)
		kiln_builtins_stream_drop_writable(h);
	else
		kiln_builtins_stream_drop_readable(h);
}

static void perform(void *arg)
{
	struct act *a = arg;
	const struct letter *l = a->l;
	const uint32_t h = models[l->s].handle[l->k];

	switch ((enum what)l->what) {
	case STREAM:
		a->result = kiln_builtins_stream_new();
		break;
	case FUTURE:
		a->result = kiln_builtins_future_new();
		break;
	case MOVE:
		a->result = (uint32_t)move(l, h, at_of(l->s, l->k));
		break;
	case CANCEL:
		a->result = (uint32_t)cancel(l, h);
		break;
	case DROP:
		drop(l, h);
		break;
	case POLL:
		a->result = kiln_builtins_waitable_set_poll(set, 0);
		break;
	default:
		kiln_builtins_waitable_join(h, l->what == JOIN ? set : 0);
	}
}

/* --- the oracle --- */

static void made(struct model *m, uint64_t result, bool cell)
{
	if ((uint32_t)result == (uint32_t)HD_OOM)
		return;
	*m = (struct model){ .handle = { (uint32_t)result,
					 (uint32_t)(result >> 32) }, .cell = cell };
	m->c = hd_at(hd_instances[0].handles.slots[m->handle[0]].v.obj);
	lend_buffer((unsigned)(m - models), m->c->ring.data,
		    cell ? CELL : m->c->ring.capacity, true);
}

static void read_stream(struct model *m, const struct letter *l, int32_t n)
{
	const uint8_t *p = buffer(l->s, 0);

	if (n == HD_PENDING) {
		claim(m->c->ring.fill == 0 || l->n == 0, "PENDING");
		if (m->c->ring.fill == 0)
			m->owed[0] = true;
		return;
	}
	claim(n >= 0 && n <= l->n, "bytes read");
	claim(n > 0 || !m->handle[1], "0 only at the end");
	for (int32_t i = 0; i < LONGEST; i++)
		claim(p[i] == (i < n ? (m->taken + i) & 7 : 0x55),
		      "bytes in order, each once, and no more");
	m->taken = (uint8_t)(m->taken + n) & 7;
}

static void wrote_stream(struct model *m, const struct letter *l, int32_t n)
{
	if (n == HD_CLOSED) {
		claim(!m->handle[0], "CLOSED only without a reader");
		return;
	}
	claim(n >= 0 && n <= l->n, "bytes written");
	if (n < l->n)
		m->owed[1] = true;
	else if (!m->c->end[1].w.pending)
		m->owed[1] = false;
	m->sent = (uint8_t)(m->sent + n) & 7;
}

static void moved_cell(struct model *m, const struct letter *l, int32_t n)
{
	const uint8_t *p = buffer(l->s, l->k);

	claim(n == 1 || n == HD_CLOSED || (n == 0 && l->k == 0), "result");
	if (n == 0)
		m->owed[0] = true;
	if (n == 1 && l->k == 1)
		m->sent++, m->owed[1] = true;
	if (n == 1 && l->k == 0) {
		m->taken++;
		for (int i = 0; i < CELL; i++)
			claim(p[i] == i, "the value");
	}
	claim(m->sent <= 1 && m->taken <= m->sent, "a value moves once");
}

static void moved(const struct letter *l, int32_t n)
{
	struct model *m = &models[l->s];

	if (m->cell)
		moved_cell(m, l, n);
	else if (l->k)
		wrote_stream(m, l, n);
	else
		read_stream(m, l, n);
}

static void heard_of(uint32_t event, uint32_t handle)
{
	for (unsigned s = 0; s < CHANNELS; s++)
		for (unsigned k = 0; k < 2; k++) {
			struct model *m = &models[s];

			if (!m->c || m->handle[k] != handle || !handle)
				continue;
			claim(event == (m->cell ? HD_EVENT_FUTURE_READ :
					HD_EVENT_STREAM_READ) + k, "event code");
			claim(m->owed[k], "an event only to whom it is owed");
			m->owed[k] = (m->c->subscribed >> k) & 1;
			return;
		}
	claim(false, "an event names a live end");
}

static void callback(uint32_t event, uint32_t handle)
{
	heard.event = event;
	heard.handle = handle;
}

static bool applies(const struct letter *l)
{
	const struct model *m = &models[l->s];

	if (!alive(0))
		return false;
	if (l->what <= FUTURE)
		return !m->c;
	if (l->what >= DELIVER)
		return true;
	return m->c && m->handle[l->k] &&
	       !(l->what == MOVE && m->cell && l->n != 1);
}

static void fill(const struct letter *l)
{
	const struct model *m = &models[l->s];
	uint8_t *p = buffer(l->s, l->k);

	memset(p, 0x55, 8);
	for (unsigned i = 0; l->k == 1 && i < (m->cell ? CELL : l->n); i++)
		p[i] = (m->cell ? i : m->sent + i) & 7;
	lend_buffer(4, p, m->cell ? CELL : l->n, l->k == 0);
}

static void dropped(struct model *m, const struct letter *l)
{
	m->handle[l->k] = 0;
	m->owed[l->k] = 0;
	if (m->handle[0] || m->handle[1])
		return;
	give_back(l->s);
	*m = (struct model){ 0 };
}

static void polled(uint32_t event)
{
	uint32_t p[2];

	memcpy(p, memories[0].bytes, 8);
	memset(memories[0].bytes, 0, 8);
	if (event != HD_EVENT_NONE)
		heard_of(event, p[0]);
}

static bool act(unsigned k)
{
	const struct letter *l = &letters[k];
	struct model *m = &models[l->s];
	struct act a = { .l = l };

	if (!applies(l))
		return false;
	if (l->what == DELIVER) {
		if (hd_deliver(&hd_instances[0]))
			heard_of(heard.event, heard.handle);
		heard.event = heard.handle = 0;
		return true;
	}
	if (l->what == MOVE)
		fill(l);
	claim(as_mortal(0, perform, &a) == HD_TRAP_NONE, "nothing traps");
	if (l->what == MOVE) {
		give_back(4);
		moved(l, (int32_t)a.result);
		memset(buffer(l->s, l->k), 0, 8);
	} else if (l->what <= FUTURE) {
		made(m, a.result, l->what == FUTURE);
	} else if (l->what == CANCEL) {
		claim(a.result == m->owed[l->k], "cancel says what it ended");
		m->owed[l->k] = false;
	} else if (l->what == DROP) {
		dropped(m, l);
	} else if (l->what == POLL) {
		polled((uint32_t)a.result);
	}
	return true;
}

/* --- invariants --- */

/* Whether end k could do now what it was refused. */
static bool possible(const struct model *m, unsigned k)
{
	const struct hd_channel *c = m->c;

	if (!m->handle[k ^ 1])
		return true;
	if (m->cell)
		return c->state == (k ? HD_CELL_TAKEN : HD_CELL_FULL);
	return k ? c->ring.fill < c->ring.capacity : c->ring.fill > 0;
}

static void check_channel(const struct model *m)
{
	const struct hd_channel *c = m->c;

	for (unsigned k = 0; k < 2; k++) {
		const bool subscribed = c->subscribed >> k & 1;

		if (!m->handle[k])
			continue;
		claim(m->owed[k] == (subscribed || c->end[k].w.pending),
		      "who was refused is subscribed or has its event");
		claim(!subscribed || c->end[k].w.pending || !possible(m, k),
		      "no event is lost");
	}
	if (m->cell)
		return;
	claim(c->ring.fill <= c->ring.capacity &&
	      c->ring.head < c->ring.capacity, "INV-R1");
	claim(((m->sent - m->taken) & 7) == c->ring.fill,
	      "every byte is accounted for");
}

static void count_channels(void)
{
	for (unsigned i = 0; i < hd_nchannels; i++) {
		const struct hd_channel *c = &hd_channels[i];
		const unsigned freed = pool_has(peek_channels(), c,
						hd_nchannels);
		unsigned held = 0;

		for (unsigned s = 0; s < CHANNELS; s++)
			held += models[s].c == c;
		claim(freed + held == (i < peek_channels()->virgin),
		      "a channel is in use or back in the pool, once");
	}
}

static void check(void)
{
	common_check();
	count_channels();
	for (unsigned s = 0; s < CHANNELS; s++)
		if (models[s].c)
			check_channel(&models[s]);
}

static void new_set(void *arg)
{
	(void)arg;
	set = kiln_builtins_waitable_set_new();
}

static void reset(void)
{
	common_reset();
	hd_channel_reset();
	struct hd_module *m = (struct hd_module *)(uintptr_t)
			      hd_instances[0].module;
	m->callback_form = HD_CALLBACK_EVENT;
	m->callback = (void (*)(void))callback;
	hd_instances[0].flags = 0;
	as_guest(0, new_set, NULL);
}

static void canon_world(void)
{
	common_canon();
	for (unsigned i = 0; i < peek_channels()->virgin; i++) {
		struct hd_channel *c = &hd_channels[i];

		if (!c->alive) {
			poison_free(c, sizeof *c);
			c->alive = 0;
			continue;
		}
		for (unsigned k = 0; k < 2; k++)
			if (!(c->alive >> k & 1))
				poison(&c->end[k], sizeof c->end[k]);
	}
}

const struct world world_ring = {
	"ring", ONE, letter, reset, act, check, canon_world,
};

const struct world world_rings = {
	"rings", ALL, letter, reset, act, check, canon_world,
};
