/* spill_all.c - the last resort: vregs that live in memory throughout.
 *
 * A victim is stored behind its definition and loaded before each use (or
 * made again, if it is a constant); a victim that is a block parameter gets
 * its arguments stored by the edges.  What remains in registers lives for an
 * operation or two, so repeating this ends.
 */
#include "t32/alloc.h"

struct rewrite {
	struct alloc *al;
	const struct bitset *victims;
	struct bitset gone;	/* victims without a definition any more */
	uint32_t b;
};

/* Vregs made since are none. */
static bool is_victim(const struct rewrite *w, vreg v)
{
	return v < w->victims->n && bitset_has(w->victims, v);
}

static void load_uses(struct rewrite *w, const struct mir_ins *i)
{
	const struct mir_func *f = w->al->f;

	for (unsigned u = 0; u < i->nuse; u++) {
		vreg v = mir_use(f, i, u)->v;
		if (!is_victim(w, v))
			continue;
		vreg t = slot_load(w->al, w->b, v);
		for (unsigned k = u; k < i->nuse; k++)
			if (mir_use(f, i, k)->v == v)
				mir_use(f, i, k)->v = t;
	}
}

static void store_defs(struct rewrite *w, const struct mir_ins *i)
{
	for (unsigned d = 0; d < i->ndef; d++) {
		vreg v = mir_def(w->al->f, i, d)->v;
		if (!is_victim(w, v))
			continue;
		w->al->facts[v].tiny = true;
		if (!w->al->facts[v].stored)
			slot_store(w->al, w->b, v, v);
	}
}

static void leave(struct rewrite *w, struct mir_edge *g)
{
	struct alloc *al = w->al;
	struct mir_func *f = al->f;
	const struct mir_block *to = &f->blocks.at[g->to];
	struct slot_move *m = arena_array(al->a, struct slot_move, g->nargs);
	struct slot_want *want = arena_array(al->a, struct slot_want, g->nargs);
	uint32_t nm = 0, nw = 0, kept = 0;

	for (uint32_t k = 0; k < g->nargs; k++) {
		vreg v = f->vlist.at[g->args + k], p = to->params.at[k];
		if (is_victim(w, p))
			m[nm++] = (struct slot_move){ slot_var(al, p), v, !is_victim(w, v) };
		else if (is_victim(w, v))
			want[nw++].v = v;
	}
	slot_edge(al, w->b, m, nm, want, nw);
	nw = 0;
	for (uint32_t k = 0; k < g->nargs; k++) {
		vreg v = f->vlist.at[g->args + k];
		if (is_victim(w, to->params.at[k]))
			continue;
		f->vlist.at[g->args + kept++] = is_victim(w, v) ? want[nw++].got : v;
	}
	g->nargs = kept;
}

/* A victim's definition that is not needed: it can be made or loaded again. */
static bool is_spare(const struct rewrite *w, const struct mir_ins *i)
{
	if (i->ndef != 1)
		return false;
	vreg v = mir_def(w->al->f, i, 0)->v;
	return is_victim(w, v) && (w->al->facts[v].remat ||
				   (w->al->facts[v].stored && i->op == MOP_RELOAD));
}

/* The store of a victim that was there before. */
static bool is_own_store(const struct rewrite *w, const struct mir_ins *i)
{
	if (i->op != MOP_SPILL)
		return false;
	const struct facts *x = &w->al->facts[mir_use(w->al->f, i, 0)->v];
	return x->stored && x->slot == (uint32_t)i->imm + 1;
}

static void find_gone(struct rewrite *w, const struct mir_block *blk)
{
	for (uint32_t k = 0; k < blk->params.n; k++)
		if (is_victim(w, blk->params.at[k]))
			bitset_add(&w->gone, blk->params.at[k]);
	for (uint32_t k = 0; k < blk->ins.n; k++)
		if (is_spare(w, &blk->ins.at[k]))
			bitset_add(&w->gone, mir_def(w->al->f, &blk->ins.at[k], 0)->v);
}

static void block(struct rewrite *w)
{
	struct mir_func *f = w->al->f;
	uint32_t n;
	struct mir_ins *old = alloc_take(w->al, w->b, &n);

	for (uint32_t k = 0; k < n; k++) {
		const struct mir_ins *i = &old[k];
		bool own = is_own_store(w, i);
		if (is_spare(w, i) || (own && bitset_has(&w->gone, mir_use(f, i, 0)->v)))
			continue;
		if (!own)
			load_uses(w, i);
		if (k + 1 == n)
			for (uint32_t e = 0; e < f->blocks.at[w->b].nedges; e++)
				leave(w, &f->blocks.at[w->b].edge[e]);
		vec_push(f->arena, &f->blocks.at[w->b].ins, *i);
		store_defs(w, i);
	}
}

static void drop_params(struct rewrite *w)
{
	struct mir_block *blk = &w->al->f->blocks.at[w->b];
	uint32_t kept = 0;

	for (uint32_t k = 0; k < blk->params.n; k++)
		if (!is_victim(w, blk->params.at[k]))
			blk->params.at[kept++] = blk->params.at[k];
	blk->params.n = kept;
}

void alloc_spill_all(struct alloc *al, const struct bitset *victims)
{
	struct rewrite w = { .al = al, .victims = victims };

	w.gone = bitset_new(al->a, al->f->vregs.n);
	for (uint32_t b = 0; b < al->f->blocks.n; b++)
		find_gone(&w, &al->f->blocks.at[b]);
	for (w.b = 0; w.b < al->f->blocks.n; w.b++)
		block(&w);
	for (w.b = 0; w.b < al->f->blocks.n; w.b++)
		drop_params(&w);
}
