/* parmove.c - out of SSA: moves on edges, and copies that do nothing.
 *
 * An edge with arguments leaves a block with one successor; its parallel
 * move stands before that block's jump.
 */
#include "t32/alloc.h"

static uint8_t reg_of(const struct alloc *al, vreg v)
{
	return al->f->vregs.at[v].reg;
}

static struct bitset used_vregs(const struct alloc *al)
{
	const struct mir_func *f = al->f;
	struct bitset used = bitset_new(al->a, f->vregs.n);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned u = 0; u < blk->ins.at[k].nuse; u++)
				bitset_add(&used, mir_use(f, &blk->ins.at[k], u)->v);
		for (uint32_t e = 0; e < blk->nedges; e++)
			for (uint32_t k = 0; k < blk->edge[e].nargs; k++)
				bitset_add(&used, f->vlist.at[blk->edge[e].args + k]);
	}
	return used;
}

/* Keeps the parameters that are used and their arguments. */
static void drop_dead_params(struct alloc *al)
{
	struct mir_func *f = al->f;
	struct bitset used = used_vregs(al);

	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t e = 0; e < f->blocks.at[b].nedges; e++) {
			struct mir_edge *g = &f->blocks.at[b].edge[e];
			const struct mir_block *to = &f->blocks.at[g->to];
			uint32_t kept = 0;
			for (uint32_t k = 0; k < g->nargs; k++)
				if (bitset_has(&used, to->params.at[k]))
					f->vlist.at[g->args + kept++] =
						f->vlist.at[g->args + k];
			g->nargs = kept;
		}
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct mir_block *blk = &f->blocks.at[b];
		uint32_t kept = 0;
		for (uint32_t k = 0; k < blk->params.n; k++)
			if (bitset_has(&used, blk->params.at[k]))
				blk->params.at[kept++] = blk->params.at[k];
		blk->params.n = kept;
	}
}

/* Appends a copy of those pairs whose registers differ. */
static void add_move(struct alloc *al, uint32_t b, vreg *def, vreg *use,
		     uint32_t n, uint32_t at)
{
	vreg *pair = arena_array(al->a, vreg, 2 * n);
	uint32_t m = 0;

	for (uint32_t k = 0; k < n; k++)
		if (reg_of(al, def[k]) != reg_of(al, use[k])) {
			def[m] = def[k];
			use[m++] = use[k];
		}
	for (uint32_t k = 0; k < m; k++) {
		pair[k] = def[k];
		pair[m + k] = use[k];
	}
	if (m)
		mir_add(al->f, b, m > 1 ? MOP_PARMOVE : MOP_MOV, m, m, pair)->at = at;
}

/* Moves the arguments of block b's edge into the parameters' registers. */
static void edge_moves(struct alloc *al, uint32_t b, const struct mir_ins *last)
{
	struct mir_func *f = al->f;
	struct mir_block *blk = &f->blocks.at[b];

	if (blk->nedges != 1 || blk->edge[0].nargs == 0)
		return;
	CHECK(last->nuse == 0);
	struct mir_edge g = blk->edge[0];
	const struct mir_block *to = &f->blocks.at[g.to];
	vreg *def = arena_array(al->a, vreg, g.nargs);
	vreg *use = arena_array(al->a, vreg, g.nargs);
	uint32_t n = 0;

	for (uint32_t k = 0; k < g.nargs; k++) {
		vreg p = to->params.at[k], *arg = &f->vlist.at[g.args + k];
		if (reg_of(al, p) == reg_of(al, *arg))
			continue;
		vreg c = alloc_copy(al, p);
		f->vregs.at[c].reg = reg_of(al, p);
		def[n] = c;
		use[n++] = *arg;
		*arg = c;
	}
	add_move(al, b, def, use, n, last->at);
}

static void copy(struct alloc *al, uint32_t b, const struct mir_ins *i, vreg *name)
{
	vreg *def = arena_array(al->a, vreg, i->ndef);
	vreg *use = arena_array(al->a, vreg, i->ndef);

	for (unsigned d = 0; d < i->ndef; d++) {
		def[d] = mir_def(al->f, i, d)->v;
		use[d] = mir_use(al->f, i, d)->v;
		if (reg_of(al, def[d]) == reg_of(al, use[d]))
			name[def[d]] = use[d];
	}
	add_move(al, b, def, use, i->ndef, i->at);
}

static void block(struct alloc *al, uint32_t b, vreg *name)
{
	struct mir_func *f = al->f;
	uint32_t n;
	struct mir_ins *old = alloc_take(al, b, &n);

	for (uint32_t k = 0; k < n; k++) {
		if (k + 1 == n)
			edge_moves(al, b, &old[k]);
		if (old[k].op == MOP_MOV || old[k].op == MOP_PARMOVE)
			copy(al, b, &old[k], name);
		else
			vec_push(f->arena, &f->blocks.at[b].ins, old[k]);
	}
}

static vreg named(vreg *name, uint32_t n, vreg v)
{
	while (v < n && name[v]) {
		if (name[v] < n && name[name[v]])
			name[v] = name[name[v]];
		v = name[v];
	}
	return v;
}

/* Uses of copies that went are uses of what they copied. */
static void rename_uses(struct alloc *al, vreg *name, uint32_t n)
{
	struct mir_func *f = al->f;

	for (uint32_t r = 0; r < al->cfg.nrpo; r++) {
		const struct mir_block *blk = &f->blocks.at[al->cfg.rpo[r]];
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned u = 0; u < blk->ins.at[k].nuse; u++) {
				struct mir_opnd *o = mir_use(f, &blk->ins.at[k], u);
				o->v = named(name, n, o->v);
			}
		for (uint32_t e = 0; e < blk->nedges; e++)
			for (uint32_t k = 0; k < blk->edge[e].nargs; k++) {
				vreg *v = &f->vlist.at[blk->edge[e].args + k];
				*v = named(name, n, *v);
			}
	}
}

static void use_reg(struct alloc *al, vreg v)
{
	al->f->used |= alloc_bits(al, v, reg_of(al, v));
}

void alloc_finish(struct alloc *al)
{
	struct mir_func *f = al->f;
	uint32_t n = f->vregs.n;
	vreg *name = arena_array(al->a, vreg, n);

	drop_dead_params(al);
	for (uint32_t k = 0; k < al->cfg.nrpo; k++)
		block(al, al->cfg.rpo[k], name);
	rename_uses(al, name, n);
	f->used = 0;
	for (uint32_t k = 0; k < f->params.n; k++)
		use_reg(al, f->params.at[k].v);
	for (uint32_t k = 0; k < al->cfg.nrpo; k++) {
		const struct mir_block *blk = &f->blocks.at[al->cfg.rpo[k]];
		for (uint32_t i = 0; i < blk->params.n; i++)
			use_reg(al, blk->params.at[i]);
		for (uint32_t i = 0; i < blk->ins.n; i++)
			for (unsigned d = 0; d < blk->ins.at[i].ndef; d++)
				use_reg(al, mir_def(f, &blk->ins.at[i], d)->v);
	}
}
