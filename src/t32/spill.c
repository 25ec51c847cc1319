/* spill.c - which values are in registers, block by block.
 *
 * After Braun and Hack, "Register Spilling and Live-Range Splitting for
 * SSA-Form Programs" (2009).  Blocks are walked in reverse postorder with the
 * set of values in registers; where the set is full, the value whose next use
 * is farthest leaves.  A loop begins with what it uses; a value that only
 * lives through it stays when the loop has registers to spare.  A value that
 * leaves is stored once (spill_stores) and loaded again where it is needed,
 * under a new name.
 */
#include "t32/spill.h"

#include <string.h>

/* v leaves its register at the end of what there is of block b.  The store is
 * tentative (spill_decide); its aux is v, to be found again. */
static void leave_register(struct spill *s, uint32_t b, const struct entry *e)
{
	if (e->saved || s->al->facts[e->v].remat)
		return;
	slot_store(s->al, b, e->name, e->v);
	vec_last(&s->al->f->blocks.at[b].ins).aux = e->v;
	s->leaves[e->v] += s->al->freq[b];
}

static struct words count(const struct spill *s)
{
	struct words w = { { 0, 0 } };

	for (uint32_t k = 0; k < s->now.n; k++)
		w.n[bank_of(s->al->f, s->now.at[k].v)] +=
			words_of(s->al->f, s->now.at[k].v);
	return w;
}

/* How much one would like to be rid of v. */
static uint32_t distance(const struct spill *s, vreg v)
{
	uint32_t d = s->cur[v];

	if (s->al->facts[v].remat)
		return d + d / 2;
	return s->need_store[v] || s->mem_param[v] ? d + d / 4 : d;
}

/* Lets values go until `cap` words are held, never those of this operation. */
static void limit(struct spill *s, uint32_t b, unsigned bank, uint32_t cap)
{
	while (count(s).n[bank] > cap) {
		uint32_t worst = UINT32_MAX;
		for (uint32_t k = 0; k < s->now.n; k++) {
			vreg v = s->now.at[k].v;
			if (bank_of(s->al->f, v) != bank ||
			    s->stamp[v] == s->epoch || s->al->facts[v].tiny)
				continue;
			if (worst == UINT32_MAX ||
			    distance(s, v) > distance(s, s->now.at[worst].v))
				worst = k;
		}
		if (worst == UINT32_MAX)
			return;
		leave_register(s, b, &s->now.at[worst]);
		s->now.at[worst] = s->now.at[--s->now.n];
	}
}

/* v is loaded in block b: its slot must have been written. */
static void loaded(struct spill *s, vreg v, uint32_t b)
{
	if (s->al->facts[v].remat)
		return;
	slot_var(s->al, v);
	s->need_store[v] = !s->mem_param[v];
	s->loads[v] = s->loads[v] == UINT32_MAX ? b :
		      mir_meet(&s->al->cfg, s->loads[v], b);
}

/* A reload may be spilled again; the slot is there already, unless the moves of
 * an edge overwrite it while the reload lives. */
static void loaded_as(struct spill *s, vreg v, vreg name)
{
	struct facts *n = &s->al->facts[name];

	n->tiny = false;
	n->remat = s->al->facts[v].remat;
	if (s->mem_param[v])
		return;
	n->slot = s->al->facts[v].slot;
	n->stored = !n->remat;
}

static void load_uses(struct spill *s, uint32_t b, const struct mir_ins *i)
{
	const struct mir_func *f = s->al->f;

	for (unsigned u = 0; u < i->nuse; u++) {
		vreg v = mir_use(f, i, u)->v;
		if (spill_find(&s->now, v))
			continue;
		loaded(s, v, b);
		vreg name = slot_load(s->al, b, v);
		loaded_as(s, v, name);
		spill_hold(s, v, name, true);
	}
}

static void drop_dead(struct spill *s)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < s->now.n; k++)
		if (s->cur[s->now.at[k].v] != SPILL_NEVER)
			s->now.at[n++] = s->now.at[k];
	s->now.n = n;
}

static void step(struct spill *s, uint32_t b, const struct mir_ins *i)
{
	struct mir_func *f = s->al->f;
	struct words early = { { 0, 0 } }, defs = { { 0, 0 } };

	s->epoch++;
	for (unsigned u = 0; u < i->nuse; u++)
		s->stamp[mir_use(f, i, u)->v] = s->epoch;
	for (unsigned d = 0; d < i->ndef; d++) {
		vreg v = mir_def(f, i, d)->v;
		defs.n[bank_of(f, v)] += words_of(f, v);
		if (mir_early(f, i, d))
			early.n[bank_of(f, v)] += words_of(f, v);
	}
	load_uses(s, b, i);
	for (unsigned k = 0; k < 2; k++)
		limit(s, b, k, s->room.n[k] - early.n[k]);
	for (unsigned u = 0; u < i->nuse; u++) {
		struct mir_opnd *o = mir_use(f, i, u);
		s->cur[o->v] = s->after[i->opnd + i->ndef + u];
		o->v = spill_find(&s->now, o->v)->name;
	}
	s->epoch++;
	drop_dead(s);
	for (unsigned k = 0; k < 2; k++) {
		uint32_t room = s->room.n[k] - defs.n[k];
		if (mop_info[i->op].flags & MOP_C && s->room_call.n[k] < room)
			room = s->room_call.n[k];
		limit(s, b, k, room);
	}
	vec_push(f->arena, &f->blocks.at[b].ins, *i);
	for (unsigned d = 0; d < i->ndef; d++) {
		vreg v = mir_def(f, i, d)->v;
		s->cur[v] = s->after[i->opnd + d];
		if (s->cur[v] != SPILL_NEVER)
			spill_hold(s, v, v, false);
	}
}

/* --- edges --- */

/* What block p's edge to b must bring: slots of parameters in memory, values
 * in registers; then the names that arrive. */
struct bring {
	struct slot_move *m;
	struct slot_want *w;
	uint32_t nm, nw;
};

static void bring_slots(struct spill *s, uint32_t p, uint32_t b, struct bring *t)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *to = &f->blocks.at[b];

	for (uint32_t k = 0; k < to->params.n; k++) {
		vreg q = to->params.at[k];
		if (!s->mem_param[q])
			continue;
		vreg v = f->vlist.at[f->blocks.at[p].edge[0].args + k];
		if (v == q)	/* its slot has it */
			continue;
		const struct entry *e = spill_find(&s->out[p], v);
		if (!e)
			loaded(s, v, p);
		t->m[t->nm++] = (struct slot_move){ slot_var(s->al, q),
						    e ? e->name : v, e != NULL };
	}
}

static uint32_t pred_index(const struct mir_block *to, uint32_t p)
{
	uint32_t k = 0;

	while (to->pred[k] != p)
		k++;
	return k;
}

static vreg brought(const struct spill *s, uint32_t p, const struct bring *t, vreg v)
{
	const struct entry *e = spill_find(&s->out[p], v);

	if (e)
		return e->name;
	for (uint32_t k = 0; k < t->nw; k++)
		if (t->w[k].v == v)
			return t->w[k].got;
	return 0;
}

/* The arguments that stay: those of parameters in registers, by new names.
 * (Parameters themselves are dropped when all is done.) */
static void set_args(struct spill *s, uint32_t p, uint32_t b, const struct bring *t)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *to = &f->blocks.at[b];
	struct mir_edge *g = &f->blocks.at[p].edge[0];

	for (uint32_t k = 0; k < to->params.n; k++) {
		vreg *arg = &f->vlist.at[g->args + k];
		if (spill_find(&s->in[b], to->params.at[k]))
			*arg = brought(s, p, t, *arg);
	}
}

static bool is_live_in(const struct spill *s, uint32_t b, vreg v)
{
	const struct mir_livein *in = &s->live.in[b];
	uint32_t lo = 0, hi = in->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (in->at[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < in->n && in->at[lo] == v;
}

/* Values in registers at the end of p that b expects in memory. */
static void leave_on_edge(struct spill *s, uint32_t p, uint32_t b)
{
	const struct held *out = &s->out[p];

	for (uint32_t k = 0; k < out->n; k++)
		if (is_live_in(s, b, out->at[k].v) && !spill_find(&s->in[b], out->at[k].v))
			leave_register(s, p, &out->at[k]);
}

/* Makes the edge from p to b bring what b expects.  Both are known. */
static void couple(struct spill *s, uint32_t p, uint32_t b)
{
	struct mir_func *f = s->al->f;
	struct mir_block *from = &f->blocks.at[p];
	const struct held *in = &s->in[b];
	struct bring t = { 0 };

	CHECK(from->nedges == 1);
	t.m = arena_array(s->al->a, struct slot_move, f->blocks.at[b].params.n);
	t.w = arena_array(s->al->a, struct slot_want, in->n);
	struct mir_ins last = from->ins.at[--from->ins.n];
	leave_on_edge(s, p, b);
	bring_slots(s, p, b, &t);
	for (uint32_t k = 0; k < in->n; k++) {
		vreg v = spill_incoming(s, p, b, in->at[k].v);
		if (spill_find(&s->out[p], v) || brought(s, p, &t, v))
			continue;
		loaded(s, v, p);
		t.w[t.nw++].v = v;
	}
	slot_edge(s->al, p, t.m, t.nm, t.w, t.nw);
	for (uint32_t k = 0; k < t.nw; k++)
		loaded_as(s, t.w[k].v, t.w[k].got);
	vec_push(f->arena, &f->blocks.at[p].ins, last);
	uint32_t index = pred_index(&f->blocks.at[b], p);
	for (uint32_t k = 0; k < in->n; k++)
		if (in->at[k].phi)
			s->phis.at[in->at[k].phi - 1].arg[index] =
				brought(s, p, &t, in->at[k].v);
	set_args(s, p, b, &t);
}

static struct held save(struct spill *s)
{
	struct held h = { arena_array(s->al->a, struct entry, s->now.n), s->now.n };

	if (h.n)
		memcpy(h.at, s->now.at, h.n * sizeof *h.at);
	return h;
}

static void set_cur(struct spill *s, uint32_t b, bool on)
{
	const struct mir_func *f = s->al->f;
	const struct mir_livein *in = &s->live.in[b];
	const struct mir_block *blk = &f->blocks.at[b];

	for (uint32_t k = 0; k < in->n; k++)
		s->cur[in->at[k]] = on ? s->dist[b][k] : SPILL_NEVER;
	for (uint32_t k = 0; k < blk->params.n; k++)
		s->cur[blk->params.at[k]] = on ? s->first[blk->params.at[k]] : SPILL_NEVER;
	for (uint32_t k = 0; b == 0 && k < f->params.n; k++)
		s->cur[f->params.at[k].v] = on ? s->first[f->params.at[k].v] : SPILL_NEVER;
}

static void block(struct spill *s, uint32_t b)
{
	struct mir_func *f = s->al->f;
	uint32_t n;

	set_cur(s, b, true);
	spill_enter(s, b);
	s->in[b] = save(s);
	for (uint32_t k = 0; k < f->blocks.at[b].npreds; k++) {
		uint32_t p = f->blocks.at[b].pred[k];
		if (spill_done(s, p, b) && (f->blocks.at[b].npreds > 1 ||
					 f->blocks.at[b].params.n))
			couple(s, p, b);
	}
	struct mir_ins *old = alloc_take(s->al, b, &n);
	for (uint32_t k = 0; k < n; k++)
		step(s, b, &old[k]);
	drop_dead(s);
	s->out[b] = save(s);
	for (uint32_t k = 0; k < n; k++)
		for (unsigned d = 0; d < old[k].ndef; d++)
			s->cur[mir_def(f, &old[k], d)->v] = SPILL_NEVER;
	set_cur(s, b, false);
	for (uint32_t e = 0; e < f->blocks.at[b].nedges; e++) {
		uint32_t to = f->blocks.at[b].edge[e].to;
		if (!spill_done(s, b, to))
			couple(s, b, to);
	}
}

static uint32_t ones(regset x)
{
	uint32_t n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

static void start(struct spill *s)
{
	uint32_t nv = s->al->f->vregs.n, nb = s->al->f->blocks.n;
	struct arena *a = s->al->a;

	s->touched.n = 0;
	mir_liveness(s->al->f, &s->live, a);
	s->first = arena_array(a, uint32_t, nv);
	s->after = arena_array(a, uint32_t, s->al->f->opnds.n);
	s->cur = arena_array(a, uint32_t, nv);
	memset(s->cur, 0xff, nv * sizeof *s->cur);
	s->peak = arena_array(a, struct words, nb);
	s->across = arena_array(a, struct words, nb);
	s->own = arena_array(a, struct words, nb);
	s->nvregs = nv;
}

void alloc_spill(struct alloc *al)
{
	struct spill s = { .al = al };
	regset kept = 0x0ff0 | (regset)0xffff << (REG_S0 + 16);

	s.room.n[0] = ones(al->regs & 0xffff);
	s.room.n[1] = ones(al->regs >> REG_S0);
	s.room_call.n[0] = ones(al->regs & kept & 0xffff);
	s.room_call.n[1] = ones((al->regs & kept) >> REG_S0);
	start(&s);
	if (!spill_measure(&s))
		return;
	alloc_split_edges(al);
	start(&s);
	spill_measure(&s);
	uint32_t nv = s.nvregs, nb = al->f->blocks.n;
	s.in = arena_array(al->a, struct held, nb);
	s.out = arena_array(al->a, struct held, nb);
	s.now.at = arena_array(al->a, struct entry, SPILL_ROOM);
	s.stamp = arena_array(al->a, uint32_t, nv);
	s.mem_param = arena_array(al->a, bool, nv);
	s.need_store = arena_array(al->a, bool, nv);
	s.loads = arena_array(al->a, uint32_t, nv);
	s.leaves = arena_array(al->a, uint64_t, nv);
	s.has = arena_array(al->a, uint64_t, nv);
	s.store_leaving = arena_array(al->a, bool, nv);
	memset(s.loads, 0xff, nv * sizeof *s.loads);
	for (uint32_t k = 0; k < al->cfg.nrpo; k++)
		block(&s, al->cfg.rpo[k]);
	spill_decide(&s);
	spill_rename(&s);
	spill_stores(&s);
}
