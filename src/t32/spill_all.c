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
		slot_store(w->al, w->b, v, v);
	}
}

static bool overwrites(const struct slot_move *m, uint32_t n, uint32_t var)
{
	for (uint32_t k = 0; k < n; k++)
		if (m[k].to == var)
			return true;
	return false;
}

/* Slots are written first, since that takes a register; an argument for a
 * register that would be overwritten is put aside. */
static void leave(struct rewrite *w, struct mir_edge *g)
{
	struct alloc *al = w->al;
	struct mir_func *f = al->f;
	const struct mir_block *to = &f->blocks.at[g->to];
	struct slot_move *m = arena_array(al->a, struct slot_move, 2 * g->nargs);
	uint32_t *from = arena_array(al->a, uint32_t, g->nargs);
	uint32_t nm = 0, kept = 0, params;

	for (uint32_t k = 0; k < g->nargs; k++) {
		vreg v = f->vlist.at[g->args + k], p = to->params.at[k];
		if (is_victim(w, p))
			m[nm++] = (struct slot_move){ slot_var(al, p), v, !is_victim(w, v) };
	}
	params = nm;
	for (uint32_t k = 0; k < g->nargs; k++) {
		vreg v = f->vlist.at[g->args + k];
		if (is_victim(w, to->params.at[k]) || !is_victim(w, v) || al->facts[v].remat)
			continue;
		from[k] = slot_var(al, v);
		if (!overwrites(m, params, from[k]))
			continue;
		from[k] = slot_var_new(al, v);
		m[nm++] = (struct slot_move){ from[k], v, false };
	}
	slot_moves(al, w->b, m, nm);
	for (uint32_t k = 0; k < g->nargs; k++) {
		vreg v = f->vlist.at[g->args + k];
		if (is_victim(w, to->params.at[k]))
			continue;
		if (is_victim(w, v))
			v = al->facts[v].remat ? slot_load(al, w->b, v) :
			    slot_load_var(al, w->b, v, from[k]);
		f->vlist.at[g->args + kept++] = v;
	}
	g->nargs = kept;
}

static void block(struct rewrite *w)
{
	struct mir_func *f = w->al->f;
	uint32_t n;
	struct mir_ins *old = alloc_take(w->al, w->b, &n);

	for (uint32_t k = 0; k < n; k++) {
		const struct mir_ins *i = &old[k];
		if (i->ndef == 1 && is_victim(w, mir_def(f, i, 0)->v) &&
		    w->al->facts[mir_def(f, i, 0)->v].remat)
			continue;
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

	for (w.b = 0; w.b < al->f->blocks.n; w.b++)
		block(&w);
	for (w.b = 0; w.b < al->f->blocks.n; w.b++)
		drop_params(&w);
}
