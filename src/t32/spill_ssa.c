/* spill_ssa.c - names after spilling, and where values are stored.
 *
 * The walk gave each value that enters a block from several sides a name of
 * its own there.  Most are not needed: all sides bring the same name.  Those
 * go, then those that nothing uses; the rest become block parameters.
 */
#include "t32/spill.h"

#include <string.h>

vreg spill_name(const struct spill *s, vreg v)
{
	while (s->renamed[v])
		v = s->renamed[v];
	return v;
}

/* The one other name that the phi's arguments have, or 0. */
static vreg only_name(const struct spill *s, const struct spill_phi *p)
{
	vreg one = 0;

	for (uint32_t k = 0; k < s->al->f->blocks.at[p->block].npreds; k++) {
		vreg v = spill_name(s, p->arg[k]);
		if (v == p->name || v == one)
			continue;
		if (one)
			return 0;
		one = v;
	}
	return one;
}

static void remove_trivial(struct spill *s)
{
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t k = 0; k < s->phis.n; k++) {
			const struct spill_phi *p = &s->phis.at[k];
			if (s->renamed[p->name])
				continue;
			s->renamed[p->name] = only_name(s, p);
			again |= s->renamed[p->name] != 0;
		}
	}
}

/* Whether parameter p of the original stays in a register. */
static bool stays(const struct spill *s, vreg p)
{
	return !s->mem_param[p] && s->first[p] != SPILL_NEVER;
}

static void rename_block(struct spill *s, uint32_t b, struct bitset *used)
{
	struct mir_func *f = s->al->f;
	struct mir_block *blk = &f->blocks.at[b];

	for (uint32_t k = 0; k < blk->ins.n; k++)
		for (unsigned u = 0; u < blk->ins.at[k].nuse; u++) {
			struct mir_opnd *o = mir_use(f, &blk->ins.at[k], u);
			o->v = spill_name(s, o->v);
			bitset_add(used, o->v);
		}
	for (uint32_t e = 0; e < blk->nedges; e++) {
		const struct mir_edge *g = &blk->edge[e];
		for (uint32_t k = 0; k < g->nargs; k++) {
			vreg *v = &f->vlist.at[g->args + k];
			if (!stays(s, f->blocks.at[g->to].params.at[k]))
				continue;
			*v = spill_name(s, *v);
			bitset_add(used, *v);
		}
	}
}

/* Parameters that only feed parameters that nothing uses are not used. */
static void mark_used(struct spill *s, struct bitset *used)
{
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t k = s->phis.n; k-- > 0;) {
			const struct spill_phi *p = &s->phis.at[k];
			uint32_t n = s->al->f->blocks.at[p->block].npreds;
			if (s->renamed[p->name] || !bitset_has(used, p->name))
				continue;
			for (uint32_t q = 0; q < n; q++)
				again |= bitset_add(used, spill_name(s, p->arg[q]));
		}
	}
}

/* The arguments of pred q's edge to b: what stays, and of phis lo .. hi. */
static void new_args(struct spill *s, uint32_t b, uint32_t q, uint32_t lo, uint32_t hi,
		     const struct bitset *used)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];
	struct mir_edge *g = &f->blocks.at[blk->pred[q]].edge[0];
	uint32_t first = f->vlist.n, old = g->args;

	for (uint32_t k = 0; k < blk->params.n; k++)
		if (stays(s, blk->params.at[k])) {
			vreg v = f->vlist.at[old + k];
			vec_push(f->arena, &f->vlist, v);
		}
	for (uint32_t k = lo; k < hi; k++) {
		const struct spill_phi *p = &s->phis.at[k];
		if (!s->renamed[p->name] && bitset_has(used, p->name))
			vec_push(f->arena, &f->vlist, spill_name(s, p->arg[q]));
	}
	g->args = first;
	g->nargs = f->vlist.n - first;
}

static void new_params(struct spill *s, uint32_t b, uint32_t lo, uint32_t hi,
		       const struct bitset *used)
{
	struct mir_func *f = s->al->f;
	struct mir_block *blk = &f->blocks.at[b];
	uint32_t kept = 0;

	if (blk->params.n == 0 && lo == hi)
		return;
	for (uint32_t q = 0; q < blk->npreds; q++)
		new_args(s, b, q, lo, hi, used);
	for (uint32_t k = 0; k < blk->params.n; k++)
		if (stays(s, blk->params.at[k]))
			blk->params.at[kept++] = blk->params.at[k];
	blk->params.n = kept;
	for (uint32_t k = lo; k < hi; k++) {
		const struct spill_phi *p = &s->phis.at[k];
		if (!s->renamed[p->name] && bitset_has(used, p->name))
			vec_push(f->arena, &blk->params, p->name);
	}
}

/* Loads for names that nothing uses after all. */
static void drop_loads(struct spill *s, uint32_t b, const struct bitset *used)
{
	struct mir_block *blk = &s->al->f->blocks.at[b];
	uint32_t kept = 0;

	for (uint32_t k = 0; k < blk->ins.n; k++) {
		const struct mir_ins *i = &blk->ins.at[k];
		bool pure = i->op == MOP_RELOAD || (mop_info[i->op].flags & MOP_M);
		if (!pure || bitset_has(used, mir_def(s->al->f, i, 0)->v))
			blk->ins.at[kept++] = *i;
	}
	blk->ins.n = kept;
}

void spill_rename(struct spill *s)
{
	const struct mir_cfg *c = &s->al->cfg;
	struct bitset used = bitset_new(s->al->a, s->al->f->vregs.n);
	uint32_t lo = 0, hi;

	for (uint32_t k = 0; k < c->nrpo; k++)
		rename_block(s, c->rpo[k], &used);
	mark_used(s, &used);
	for (uint32_t k = 0; k < c->nrpo; k++, lo = hi) {
		for (hi = lo; hi < s->phis.n && s->phis.at[hi].block == c->rpo[k];)
			hi++;
		new_params(s, c->rpo[k], lo, hi, &used);
		/* loads are on edges into blocks and before uses: all named by now */
	}
	for (vreg v = 1; v < s->nvregs; v++)	/* stores come after this */
		if (s->need_store[v])
			bitset_add(&used, v);
	for (uint32_t k = 0; k < c->nrpo; k++)
		drop_loads(s, c->rpo[k], &used);
}

/* --- stores --- */

static uint32_t *def_blocks(const struct spill *s)
{
	const struct mir_func *f = s->al->f;
	const struct mir_cfg *c = &s->al->cfg;
	uint32_t *def = arena_array(s->al->a, uint32_t, f->vregs.n);

	for (uint32_t k = 0; k < c->nrpo; k++) {
		const struct mir_block *blk = &f->blocks.at[c->rpo[k]];
		for (uint32_t q = 0; q < blk->params.n; q++)
			def[blk->params.at[q]] = c->rpo[k];
		for (uint32_t q = 0; q < blk->ins.n; q++)
			for (unsigned d = 0; d < blk->ins.at[q].ndef; d++)
				def[mir_def(f, &blk->ins.at[q], d)->v] = c->rpo[k];
	}
	return def;
}

/* Where one store of v does: behind its definition, or at the beginning of a
 * block that runs less often, dominates all loads, and has v in its register
 * under its own name. */
static uint32_t store_block(const struct spill *s, vreg v, uint32_t d)
{
	const struct alloc *al = s->al;
	uint32_t best = d;

	for (uint32_t b = s->loads[v]; b != d; b = al->cfg.idom[b]) {
		if (al->freq[b] >= al->freq[best])
			continue;
		for (uint32_t k = 0; k < s->in[b].n; k++)
			if (s->in[b].at[k].v == v &&
			    spill_name(s, s->in[b].at[k].name) == v)
				best = b;
	}
	return best;
}

void spill_decide(struct spill *s)
{
	struct mir_func *f = s->al->f;
	const struct mir_cfg *c = &s->al->cfg;
	uint32_t *def = def_blocks(s);

	s->renamed = arena_array(s->al->a, vreg, f->vregs.n);
	remove_trivial(s);
	for (vreg v = 1; v < s->nvregs; v++)
		s->store_leaving[v] = s->need_store[v] &&
			s->leaves[v] < s->al->freq[store_block(s, v, def[v])];
	for (uint32_t k = 0; k < c->nrpo; k++) {
		struct mir_block *blk = &f->blocks.at[c->rpo[k]];
		uint32_t kept = 0;
		for (uint32_t q = 0; q < blk->ins.n; q++) {
			const struct mir_ins *i = &blk->ins.at[q];
			if (i->op == MOP_SPILL && i->aux && !s->store_leaving[i->aux])
				continue;
			blk->ins.at[kept] = *i;
			if (i->op == MOP_SPILL)
				blk->ins.at[kept].aux = 0;
			kept++;
		}
		blk->ins.n = kept;
	}
}

struct store {
	vreg *head, *next;	/* stores at the beginning of each block */
	bool *at_def;		/* per vreg */
};

static void place(struct spill *s, struct store *t, vreg v, uint32_t d)
{
	uint32_t b = store_block(s, v, d);

	if (b == d) {
		t->at_def[v] = true;
		s->al->facts[v].stored = true;
	} else {
		t->next[v] = t->head[b];
		t->head[b] = v;
	}
}

static void insert_stores(struct spill *s, struct store *t, uint32_t b)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];
	uint32_t n;
	struct mir_ins *old = alloc_take(s->al, b, &n);

	for (uint32_t k = 0; k < blk->params.n; k++) {
		vreg p = blk->params.at[k];
		if (p < s->nvregs && t->at_def[p])
			slot_store(s->al, b, p, p);
	}
	for (vreg v = t->head[b]; v; v = t->next[v])
		slot_store(s->al, b, v, v);
	for (uint32_t k = 0; k < n; k++) {
		vec_push(f->arena, &f->blocks.at[b].ins, old[k]);
		for (unsigned d = 0; d < old[k].ndef; d++) {
			vreg v = mir_def(f, &old[k], d)->v;
			if (v < s->nvregs && t->at_def[v])
				slot_store(s->al, b, v, v);
		}
	}
}

void spill_stores(struct spill *s)
{
	struct mir_func *f = s->al->f;
	const struct mir_cfg *c = &s->al->cfg;
	uint32_t *def = def_blocks(s);
	struct store t;

	t.next = arena_array(s->al->a, vreg, s->nvregs);
	t.head = arena_array(s->al->a, vreg, f->blocks.n);
	t.at_def = arena_array(s->al->a, bool, s->nvregs);
	for (vreg v = 1; v < s->nvregs; v++)
		if (s->need_store[v] && !s->store_leaving[v])
			place(s, &t, v, def[v]);
	for (uint32_t k = 0; k < c->nrpo; k++)
		insert_stores(s, &t, c->rpo[k]);
}
