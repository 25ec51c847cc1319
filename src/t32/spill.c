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

#include <stdlib.h>
#include <string.h>

static struct entry *find(const struct held *h, vreg v)
{
	for (uint32_t k = 0; k < h->n; k++)
		if (h->at[k].v == v)
			return &h->at[k];
	return NULL;
}

static void hold(struct spill *s, vreg v, vreg name, bool saved)
{
	CHECK(s->now.n < SPILL_ROOM);
	s->now.at[s->now.n++] = (struct entry){ v, name, 0, saved };
}

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

/* A reload may be spilled again; the slot is there already. */
static void loaded_as(struct spill *s, vreg v, vreg name)
{
	struct facts *n = &s->al->facts[name];

	n->tiny = false;
	n->remat = s->al->facts[v].remat;
	n->slot = s->al->facts[v].slot;
	n->stored = !n->remat;
}

static void load_uses(struct spill *s, uint32_t b, const struct mir_ins *i)
{
	const struct mir_func *f = s->al->f;

	for (unsigned u = 0; u < i->nuse; u++) {
		vreg v = mir_use(f, i, u)->v;
		if (find(&s->now, v))
			continue;
		loaded(s, v, b);
		vreg name = slot_load(s->al, b, v);
		loaded_as(s, v, name);
		hold(s, v, name, true);
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
		o->v = find(&s->now, o->v)->name;
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
			hold(s, v, v, false);
	}
}

/* --- entries of blocks --- */

struct cand {
	vreg v;
	uint32_t dist;
	bool param, missing;	/* missing: some predecessor must load it */
};

static int by_distance(const void *x, const void *y)
{
	const struct cand *a = x, *b = y;

	if (a->missing != b->missing)
		return a->missing ? 1 : -1;
	if (a->dist != b->dist)
		return a->dist < b->dist ? -1 : 1;
	return a->v < b->v ? -1 : a->v > b->v;
}

static bool is_done(const struct spill *s, uint32_t p, uint32_t b)
{
	return s->al->cfg.order[p] < s->al->cfg.order[b];
}

/* The argument that p's only edge gives for v, if v is a parameter of b. */
static vreg incoming(const struct spill *s, uint32_t p, uint32_t b, vreg v)
{
	const struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];

	for (uint32_t k = 0; k < blk->params.n; k++)
		if (blk->params.at[k] == v)
			return f->vlist.at[f->blocks.at[p].edge[0].args + k];
	return v;
}

/* How often blocks before b run, and how often those that end with each value
 * in a register (s->has). */
static uint64_t sum_preds(struct spill *s, uint32_t b, bool on)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];
	uint64_t sum = 0;

	for (uint32_t k = 0; k < blk->npreds; k++) {
		uint32_t p = blk->pred[k];
		if (!is_done(s, p, b))
			continue;
		sum += s->al->freq[p];
		for (uint32_t e = 0; e < s->out[p].n; e++) {
			uint64_t *has = &s->has[s->out[p].at[e].v];
			*has = on ? *has + s->al->freq[p] : 0;
		}
	}
	return sum;
}

/* The same for a parameter, by its arguments. */
static uint64_t param_has(const struct spill *s, uint32_t b, vreg v)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];
	uint64_t has = 0;

	for (uint32_t k = 0; k < blk->npreds; k++) {
		uint32_t p = blk->pred[k];
		if (is_done(s, p, b) && find(&s->out[p], incoming(s, p, b, v)))
			has += s->al->freq[p];
	}
	return has;
}

/* Keeps the candidates that had better be in registers. */
static uint32_t weigh(struct spill *s, uint32_t b, struct cand *c, uint32_t n,
		      bool header)
{
	uint64_t sum = sum_preds(s, b, true);
	uint32_t kept = 0;

	for (uint32_t k = 0; k < n; k++) {
		uint64_t has = c[k].param ? param_has(s, b, c[k].v) : s->has[c[k].v];
		uint64_t lacks = sum - has;
		bool near = c[k].dist < SPILL_NEAR;
		c[k].missing = lacks > 0 && !header;
		if (lacks == 0 || (near && (header || has > lacks)))
			c[kept++] = c[k];
	}
	sum_preds(s, b, false);
	return kept;
}

static uint32_t less(uint32_t a, uint32_t b)
{
	return a > b ? a - b : 0;
}

/* What the loop of header b leaves for values that it does not use, and by how
 * much it is too small for those it uses. */
struct loop_room {
	struct words through, excess;
};

static struct loop_room loop_room(const struct spill *s, uint32_t b,
				  const struct cand *c, uint32_t n)
{
	struct words through = { { 0, 0 } };
	struct loop_room r;

	for (uint32_t k = 0; k < n; k++)
		if (c[k].dist >= SPILL_NEAR)
			through.n[bank_of(s->al->f, c[k].v)] +=
				words_of(s->al->f, c[k].v);
	for (unsigned k = 0; k < 2; k++) {
		uint32_t need = less(s->peak[b].n[k], through.n[k]);
		r.through.n[k] = less(s->room.n[k], need);
		r.excess.n[k] = less(need, s->room.n[k]);
		uint32_t call = less(s->room_call.n[k],
				     less(s->across[b].n[k], through.n[k]));
		if (s->across[b].n[k] && call < r.through.n[k])
			r.through.n[k] = call;
	}
	return r;
}

/* Values that would have to leave inside the loop anyway are better loaded
 * where they are used than on the back edge, which then needs no code. */
static uint32_t leave_out(const struct spill *s, struct cand *c, uint32_t n,
			  struct words excess)
{
	for (uint32_t k = n; k-- > 0;) {
		unsigned bank = bank_of(s->al->f, c[k].v);
		uint32_t words = words_of(s->al->f, c[k].v);
		if (c[k].param || c[k].dist >= SPILL_NEAR || excess.n[bank] == 0)
			continue;
		excess.n[bank] = less(excess.n[bank], words);
		for (uint32_t j = k + 1; j < n; j++)
			c[j - 1] = c[j];
		n--;
	}
	return n;
}

/* Registers for values on entry.  What a header's own operations need besides
 * would drive values out in each iteration. */
static struct words entry_room(const struct spill *s, uint32_t b,
			       const struct cand *c, uint32_t n, bool header)
{
	struct words all = { { 0, 0 } }, left = s->room;

	for (uint32_t k = 0; k < n; k++)
		all.n[bank_of(s->al->f, c[k].v)] += words_of(s->al->f, c[k].v);
	for (unsigned k = 0; k < 2 && header; k++)
		left.n[k] = less(left.n[k], less(s->own[b].n[k], all.n[k]));
	return left;
}

/* Takes the nearest candidates that fit; the rest comes in memory. */
static void choose(struct spill *s, uint32_t b, struct cand *c, uint32_t n,
		   bool header)
{
	struct words left = entry_room(s, b, c, n, header);
	struct loop_room loop = loop_room(s, b, c, n);
	uint32_t kept = weigh(s, b, c, n, header);

	if (kept)
		qsort(c, kept, sizeof *c, by_distance);
	if (header)
		kept = leave_out(s, c, kept, loop.excess);
	for (uint32_t k = 0; k < kept; k++) {
		unsigned bank = bank_of(s->al->f, c[k].v);
		uint32_t words = words_of(s->al->f, c[k].v);
		if (left.n[bank] < words)
			continue;
		if (header && c[k].dist >= SPILL_NEAR) {
			if (loop.through.n[bank] < words)
				continue;
			loop.through.n[bank] -= words;
		}
		left.n[bank] -= words;
		hold(s, c[k].v, c[k].v, false);
	}
}

static bool has_back_edge(const struct spill *s, uint32_t b)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];

	for (uint32_t k = 0; k < blk->npreds; k++)
		if (!is_done(s, blk->pred[k], b) &&
		    s->al->cfg.order[blk->pred[k]] != UINT32_MAX)
			return true;
	return false;
}

/* What is in registers on entry of b. */
static void enter(struct spill *s, uint32_t b)
{
	struct mir_func *f = s->al->f;
	struct mir_block *blk = &f->blocks.at[b];
	const struct mir_livein *in = &s->live.in[b];
	struct cand *c = arena_array(s->al->a, struct cand, in->n + blk->params.n);
	uint32_t n = 0;

	s->now.n = 0;
	for (uint32_t k = 0; b == 0 && k < f->params.n; k++) {
		vreg v = f->params.at[k].v;
		if (s->first[v] != SPILL_NEVER)
			hold(s, v, v, false);
	}
	if (blk->npreds == 1 && blk->params.n == 0) {
		const struct held *from = &s->out[blk->pred[0]];
		for (uint32_t k = 0; k < from->n; k++)
			if (s->cur[from->at[k].v] != SPILL_NEVER)
				hold(s, from->at[k].v, from->at[k].name,
				     from->at[k].saved);
		return;
	}
	for (uint32_t k = 0; k < in->n; k++)
		c[n++] = (struct cand){ in->at[k], s->dist[b][k], false, false };
	for (uint32_t k = 0; k < blk->params.n; k++)
		if (s->first[blk->params.at[k]] != SPILL_NEVER)
			c[n++] = (struct cand){ blk->params.at[k],
						s->first[blk->params.at[k]], true, false };
	choose(s, b, c, n, has_back_edge(s, b));
	for (uint32_t k = 0; k < blk->params.n; k++) {
		vreg p = blk->params.at[k];
		s->mem_param[p] = s->first[p] != SPILL_NEVER && !find(&s->now, p);
	}
}

/* Does v come from its slot on all sides?  Not known of back edges. */
static bool comes_saved(const struct spill *s, uint32_t b, vreg v)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];

	for (uint32_t k = 0; k < blk->npreds; k++) {
		const struct entry *e;
		if (!is_done(s, blk->pred[k], b))
			return false;
		e = find(&s->out[blk->pred[k]], v);
		if (e && !e->saved)
			return false;
	}
	return true;
}

/* Values of several predecessors get a name of their own for each. */
static void make_phis(struct spill *s, uint32_t b)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];

	if (blk->npreds == 0 || (blk->npreds == 1 && blk->params.n == 0))
		return;
	for (uint32_t k = 0; k < s->now.n; k++) {
		struct entry *e = &s->now.at[k];
		bool param = false;
		for (uint32_t q = 0; q < blk->params.n; q++)
			param |= blk->params.at[q] == e->v;
		if (param)
			continue;
		e->name = alloc_copy(s->al, e->v);
		e->saved = comes_saved(s, b, e->v);
		struct spill_phi p = { b, e->name,
				       arena_array(s->al->a, vreg, blk->npreds) };
		vec_push(s->al->a, &s->phis, p);
		e->phi = s->phis.n;
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
		const struct entry *e = find(&s->out[p], v);
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
	const struct entry *e = find(&s->out[p], v);

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
		if (find(&s->in[b], to->params.at[k]))
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
		if (is_live_in(s, b, out->at[k].v) && !find(&s->in[b], out->at[k].v))
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
		vreg v = incoming(s, p, b, in->at[k].v);
		if (find(&s->out[p], v) || brought(s, p, &t, v))
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
	enter(s, b);
	make_phis(s, b);
	s->in[b] = save(s);
	for (uint32_t k = 0; k < f->blocks.at[b].npreds; k++) {
		uint32_t p = f->blocks.at[b].pred[k];
		if (is_done(s, p, b) && (f->blocks.at[b].npreds > 1 ||
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
		if (!is_done(s, b, to))
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
