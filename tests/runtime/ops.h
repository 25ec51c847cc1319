/* ops.h - random or enumerated operations on streams, with an oracle.
 *
 * Three component instances share streams; each operation is a byte pair.  The
 * oracle numbers every byte a writer offers and checks that readers see each
 * once and in order, that queues, tables and pools are intact, and that a trap
 * changes nothing.
 */
#ifndef RT_OPS_H
#define RT_OPS_H

#include "harness.h"

#define ENDS 12		/* streams alive at once */
#define INSTANCES 3

/* What the oracle knows of one stream. */
static struct model {
	struct hd_pipe *pipe;	/* NULL: none */
	uint32_t handle[2];	/* 0: dropped */
	uint8_t inst[2];
	uint32_t written, read;	/* bytes taken from the writer, given to the reader */
} models[ENDS];

static const struct hd_elem ops_u8 = { 1, 1, true, NULL, NULL };
static const struct hd_canon ops_c = { &ops_u8, HD_CANON_BYTES, 0, 0 };
static uint32_t ops_sets[INSTANCES];
static uint64_t ops_result;
static unsigned ops_traps, ops_done;

/* The k-th byte ever written to stream s. */
static uint8_t pattern(unsigned s, uint32_t k)
{
	return (uint8_t)(k * 7 + s * 31 + (k >> 8));
}

/* Buffers: each stream has 64 bytes for each end in both memories. */
static uint32_t buffer_at(unsigned s, unsigned k)
{
	return 256 + s * 128 + k * 64;
}

struct act {
	unsigned what, s, k, n;
};

static void ops_guest(void *arg)
{
	const struct act *x = arg;
	struct model *m = &models[x->s];
	struct hd_instance *in = hd_here();
	const uint32_t h = m->handle[x->k];

	switch (x->what) {
	case 0:
		ops_result = hd_stream_new(&ops_c);
		break;
	case 1:
		ops_result = x->k ? hd_stream_write(h, buffer_at(x->s, 1), x->n, &ops_c) :
				    hd_stream_read(h, buffer_at(x->s, 0), x->n, &ops_c);
		break;
	case 2:
		ops_result = x->k ? hd_stream_cancel_write(&ops_c, h) :
				    hd_stream_cancel_read(&ops_c, h);
		break;
	case 3:
		if (x->k)
			hd_stream_drop_writable(&ops_c, h);
		else
			hd_stream_drop_readable(&ops_c, h);
		break;
	case 4:
		hd_join(h, x->n & 1 ? ops_sets[in->number] : 0);
		break;
	case 5:
		ops_result = hd_waitable_set_poll(&ops_c, ops_sets[in->number], 0);
		break;
	case 6:
		ops_result = (uintptr_t)hd_lift_pipe(in, &ops_u8, h, false);
		break;
	case 7:
		ops_result = hd_lower_pipe(in, m->pipe);
		break;
	}
}

static void new_sets(void *arg)
{
	(void)arg;
	ops_sets[hd_here()->number] = hd_waitable_set_new();
}

static HD_UNUSED void ops_start(void)
{
	start(INSTANCES);
	memset(models, 0, sizeof models);
	for (unsigned i = 0; i < INSTANCES; i++)
		guest(&hd_instances[i], new_sets, NULL);
}

/* The writer's buffer holds the next bytes of the stream. */
static void fill(unsigned s, uint32_t n)
{
	const struct model *m = &models[s];

	for (uint32_t i = 0; i < n; i++)
		rt[m->inst[1]].bytes[buffer_at(s, 1) + i] =
			pattern(s, m->written + i);
}

/* A copy has ended with `packed`: count and compare its bytes. */
static void ended(unsigned s, unsigned k, uint32_t packed)
{
	struct model *m = &models[s];
	const uint32_t n = packed >> 4;

	if (k == 1) {
		m->written += n;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		check(rt[m->inst[0]].bytes[buffer_at(s, 0) + i] ==
		      pattern(s, m->read + i), "bytes in order");
	m->read += n;
}

static int stream_of(unsigned inst, uint32_t h, unsigned *k)
{
	for (unsigned s = 0; s < ENDS; s++)
		for (*k = 0; *k < 2; (*k)++)
			if (models[s].pipe && models[s].handle[*k] == h &&
			    models[s].inst[*k] == inst)
				return (int)s;
	return -1;
}

static void settle_stream(unsigned s)
{
	struct model *m = &models[s];

	if (m->pipe && !m->handle[0] && !m->handle[1])
		*m = (struct model){ 0 };
}

/* --- invariants --- */

/* Those at and below `at`; they come after `above`. */
static void check_order(const struct hd_table *t, uint32_t set, uint32_t at,
			const struct hd_waitable *above)
{
	if (at == 0)
		return;
	const struct hd_waitable *w = hd_at(t->slots[at].v.obj);

	check(w->pending && !w->waited, "INV-W1 queued means pending");
	check(w->handle == at && w->u.set == set, "INV-W2 its own set");
	check(!above || (int32_t)(w->order - above->order) > 0, "INV-W3 order");
	check_order(t, set, t->slots[at].u.link.child[0], w);
	check_order(t, set, t->slots[at].u.link.child[1], w);
}

static bool in_order(const struct hd_table *t, uint32_t at, uint32_t h)
{
	return at != 0 && (at == h || in_order(t, t->slots[at].u.link.child[0], h) ||
			   in_order(t, t->slots[at].u.link.child[1], h));
}

static void check_set(const struct hd_table *t, uint32_t set)
{
	check_order(t, set, t->slots[set].u.first, NULL);
}

static void check_table(const struct hd_table *t)
{
	uint32_t live = 0, free = 0;

	for (uint32_t h = 1; h <= t->used; h++) {
		const struct hd_slot *s = &t->slots[h];
		const struct hd_waitable *w = hd_at(s->v.obj);

		live += s->kind != HD_KIND_FREE;
		check(s->kind < HD_KIND_SUBTASK || !w->pending || w->waited ||
		      in_order(t, t->slots[w->u.set].u.first, h),
		      "INV-W1 pending means queued");
	}
	for (uint32_t h = t->free; h != 0; h = t->slots[h].u.next_free) {
		check(t->slots[h].kind == HD_KIND_FREE && ++free <= t->used, "free list");
		if (free > t->used)
			break;
	}
	check(live + free == t->used, "every handle live or free");
}

/* Bytes moved through end k and told, or about to be told, to its guest; a
 * copying end that is no longer pinned, or has moved something, has an event. */
static uint32_t moved(const struct model *m, unsigned k)
{
	const struct hd_end *e = &m->pipe->end[k];
	const uint32_t told = k ? m->written : m->read;

	if (!m->handle[k] || e->w.state != HD_END_ASYNC)
		return told;
	check(e->w.pending || (e->w.pinned && e->progress == 0),
	      "no event is lost");
	return told + e->progress;
}

static HD_UNUSED void invariants(void)
{
	for (unsigned i = 0; i < INSTANCES; i++) {
		check_table(&hd_instances[i].handles);
		for (uint32_t h = 0; h <= hd_instances[i].handles.used; h++)
			if (h == 0 || hd_instances[i].handles.slots[h].kind ==
			    HD_KIND_SET)
				check_set(&hd_instances[i].handles, h);
	}
	for (unsigned s = 0; s < ENDS; s++) {
		const struct model *m = &models[s];

		if (!m->pipe)
			continue;
		const struct hd_end *ends = m->pipe->end;

		check(!(ends[0].w.pinned && ends[1].w.pinned), "INV-P1");
		for (unsigned k = 0; k < 2; k++) {
			const struct hd_end *e = &ends[k];

			if (!e->w.pinned)
				continue;
			check(e->w.state == HD_END_ASYNC, "INV-P2");
			check(e->progress <= m->pipe->length, "progress");
		}
		check(moved(m, 0) == moved(m, 1), "every byte is accounted for");
	}
}

/* Performs the operation chosen by a and b. */
static HD_UNUSED void ops_step(uint8_t a, uint8_t b)
{
	struct act x = { a % 7, (a >> 3) % ENDS, b & 1, (b >> 1) % 20 };
	struct model *m = &models[x.s];
	unsigned inst = m->inst[x.k];
	unsigned k;

	if (x.what == 0 || x.what == 5)
		inst = b % INSTANCES;
	else if (!m->handle[x.k])
		return;
	if (x.what == 0 && m->pipe)
		return;
	if (x.what == 1 && x.k == 1 && m->pipe->end[1].w.state == HD_END_IDLE)
		fill(x.s, x.n);
	ops_result = HD_BLOCKED;
	if (guest(&hd_instances[inst], ops_guest, &x) != HD_TRAP_NONE) {
		ops_traps++;
		return;
	}
	ops_done++;
	if (x.what == 0) {
		m->handle[0] = (uint32_t)ops_result;
		m->handle[1] = (uint32_t)(ops_result >> 32);
		m->inst[0] = m->inst[1] = (uint8_t)inst;
		m->pipe = (struct hd_pipe *)((char *)hd_at(hd_instances[inst].handles.slots[m->handle[0]].v.obj) -
					     offsetof(struct hd_pipe, end));
	} else if ((x.what == 1 || x.what == 2) && ops_result != HD_BLOCKED) {
		ended(x.s, x.k, (uint32_t)ops_result);
	} else if (x.what == 3) {
		m->handle[x.k] = 0;
		settle_stream(x.s);
	} else if (x.what == 5 && ops_result != HD_EVENT_NONE) {
		uint32_t p[2];

		memcpy(p, rt[inst].bytes, 8);
		const int s = stream_of(inst, p[0], &k);
		check(s >= 0, "an event names a live end");
		if (s >= 0)
			ended((unsigned)s, k, p[1]);
	} else if (x.what == 6) {
		if (x.k == 1) {		/* only readable ends move */
			check(false, "a writable end was lifted");
			return;
		}
		x.what = 7;
		inst = (unsigned)(b >> 2) % INSTANCES;
		guest(&hd_instances[inst], ops_guest, &x);
		m->handle[0] = (uint32_t)ops_result;
		m->inst[0] = (uint8_t)inst;
	}
}

#endif
