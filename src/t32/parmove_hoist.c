/* parmove_hoist.c - moves on back edges, in front of the branch.
 *
 * A loop whose back edge has moves ends in a conditional branch out, the
 * moves, and a jump.  Where the moves do no harm on the way out, they are
 * done before the branch, which then goes back by itself.
 */
#include "t32/alloc.h"

struct hoist {
	struct alloc *al;
	struct mir_live live;
	bool know_live;
};

static regset reg_bits(const struct alloc *al, vreg v)
{
	uint8_t reg = al->f->vregs.at[v].reg;

	return reg == REG_NONE ? 0 : alloc_bits(al, v, reg);
}

/* The registers that block b writes, if it only moves values; else all. */
static regset written(const struct alloc *al, const struct mir_block *blk)
{
	regset set = 0;

	for (uint32_t k = 0; k + 1 < blk->ins.n; k++) {
		const struct mir_ins *i = &blk->ins.at[k];
		if (!(mop_info[i->op].flags & (MOP_P | MOP_M)) && i->op != MOP_RELOAD)
			return ~(regset)0;
		for (unsigned d = 0; d < i->ndef; d++)
			set |= reg_bits(al, mir_def(al->f, i, d)->v);
	}
	return set;
}

static regset live_regs(struct hoist *h, uint32_t b)
{
	regset set = 0;

	if (!h->know_live)
		mir_liveness(h->al->f, &h->live, h->al->a);
	h->know_live = true;
	for (uint32_t k = 0; k < h->live.in[b].n; k++)
		set |= reg_bits(h->al, h->live.in[b].at[k]);
	return set;
}

static void hoist(struct hoist *h, uint32_t b)
{
	struct alloc *al = h->al;
	struct mir_func *f = al->f;
	struct mir_block *blk = &f->blocks.at[b], *from;

	if (blk->npreds != 1 || blk->nedges != 1 || blk->ins.n < 2 || blk->params.n ||
	    blk->ins.at[blk->ins.n - 1].op != MOP_JUMP)
		return;
	uint32_t p = blk->pred[0], to = blk->edge[0].to;
	from = &f->blocks.at[p];
	if (from->nedges != 2 || al->cfg.order[to] > al->cfg.order[p])
		return;
	uint32_t other = from->edge[from->edge[0].to == b].to;
	regset set = written(al, blk);
	struct mir_ins last = vec_last(&from->ins);
	for (unsigned u = 0; u < last.nuse; u++)
		if (set & reg_bits(al, mir_use(f, &last, u)->v))
			return;
	if (set == ~(regset)0 || al->cfg.depth[other] >= al->cfg.depth[b] ||
	    (set & live_regs(h, other)))
		return;
	from->ins.n--;
	for (uint32_t k = 0; k + 1 < blk->ins.n; k++)
		vec_push(f->arena, &from->ins, blk->ins.at[k]);
	vec_push(f->arena, &from->ins, last);
	blk->ins.at[0] = vec_last(&blk->ins);
	blk->ins.n = 1;
}

void alloc_hoist(struct alloc *al)
{
	struct hoist h = { .al = al };

	for (uint32_t k = 0; k < al->cfg.nrpo; k++)
		hoist(&h, al->cfg.rpo[k]);
}
