/* plain.c - the allocator without decisions.
 *
 * Every vreg lives in a slot of its own.  Each operation loads its uses into
 * registers that nothing else holds at that moment, and stores its
 * definitions at once; between two operations no register holds anything.
 * A block parameter has a second slot, where edges leave its argument: all
 * arguments are stored before any parameter is, so edges need no parallel
 * copy.  Slow code, but its correctness is a matter of one operation at a
 * time, which is what makes it the fallback when the real allocator's code
 * cannot be proved.
 */
#include "t32/mir.h"

#include "base/compiler.h"

struct plain {
	struct mir_func *f;
	uint32_t *home;		/* slot of each original vreg */
	uint32_t *arrival;	/* slot in which edges leave it (parameters) */
	uint32_t b;		/* block being rewritten */
};

static regset reg_bits(const struct mir_func *f, vreg v, unsigned reg)
{
	return (f->vregs.at[v].cls == MIR_D ? (regset)3 : 1) << reg;
}

static uint32_t slot_new(struct mir_func *f, vreg v)
{
	uint32_t s = f->slots;

	f->slots += f->vregs.at[v].cls == MIR_D ? 2 : 1;
	return s;
}

/* The first register of v's class outside `taken`. */
static uint8_t pick(const struct mir_func *f, vreg v, regset taken)
{
	unsigned cls = f->vregs.at[v].cls;
	unsigned first = cls == MIR_G ? 0 : REG_S0;
	unsigned end = cls == MIR_G ? REG_LR + 1 : REG_S0 + 32;

	taken |= f->reserved;
	for (unsigned r = first; r < end; r += cls == MIR_D ? 2 : 1)
		if (!(taken & reg_bits(f, v, r)))
			return (uint8_t)r;
	CHECK(first > end);	/* no operation needs that many */
	return REG_NONE;
}

static void set_reg(struct mir_func *f, vreg v, uint8_t reg)
{
	f->vregs.at[v].reg = reg;
	f->used |= reg_bits(f, v, reg);
}

/* A vreg like v, in a register. */
static vreg copy_new(struct mir_func *f, vreg v, uint8_t reg)
{
	vreg c = mir_vreg_new(f, f->vregs.at[v].cls);

	f->vregs.at[c].ir = f->vregs.at[v].ir;
	f->vregs.at[c].part = f->vregs.at[v].part;
	set_reg(f, c, reg);
	return c;
}

static void reload(struct plain *p, vreg into, uint32_t slot)
{
	mir_add(p->f, p->b, MOP_RELOAD, 1, 0, &into)->imm = (int32_t)slot;
}

static void spill(struct plain *p, vreg v, uint32_t slot)
{
	mir_add(p->f, p->b, MOP_SPILL, 0, 1, &v)->imm = (int32_t)slot;
}

/* The register an operand must have by itself or by its tie, or REG_NONE. */
static uint8_t use_fixed(const struct mir_func *f, const struct mir_ins *i,
			 unsigned u)
{
	if (mir_use(f, i, u)->fix != REG_NONE)
		return mir_use(f, i, u)->fix;
	for (unsigned d = 0; d < i->ndef; d++)
		if (mir_tied(f, i, d) == (int)u)
			return mir_def(f, i, d)->fix;
	return REG_NONE;
}

/* Loads the uses.  r12 comes last: a load from a far slot goes through it. */
static void load_uses(struct plain *p, const struct mir_ins *i, regset *taken)
{
	struct mir_func *f = p->f;

	for (unsigned u = 0; u < i->nuse; u++) {
		uint8_t fix = use_fixed(f, i, u);
		if (fix != REG_NONE)
			*taken |= reg_bits(f, mir_use(f, i, u)->v, fix);
	}
	for (unsigned d = 0; d < i->ndef; d++) {
		struct mir_opnd o = *mir_def(f, i, d);
		if (o.fix != REG_NONE)
			*taken |= reg_bits(f, o.v, o.fix);
	}
	for (int last = 0; last < 2; last++)
		for (unsigned u = 0; u < i->nuse; u++) {
			vreg v = mir_use(f, i, u)->v;
			uint8_t reg = use_fixed(f, i, u);
			if ((reg == REG_IP) != last)
				continue;
			if (reg == REG_NONE)
				reg = pick(f, v, *taken);
			*taken |= reg_bits(f, v, reg);
			vreg c = copy_new(f, v, reg);
			reload(p, c, p->home[v]);
			mir_use(f, i, u)->v = c;
		}
}

static void operation(struct plain *p, const struct mir_ins *old)
{
	struct mir_func *f = p->f;
	struct mir_ins i = *old;
	regset taken = 0;

	load_uses(p, &i, &taken);
	for (unsigned d = 0; d < i.ndef; d++) {
		struct mir_opnd o = *mir_def(f, &i, d);
		int tied = mir_tied(f, &i, d);
		uint8_t reg = o.fix;
		if (tied >= 0)
			reg = f->vregs.at[mir_use(f, &i, (unsigned)tied)->v].reg;
		else if (reg == REG_NONE)
			reg = pick(f, o.v, taken);
		taken |= reg_bits(f, o.v, reg);
		set_reg(f, o.v, reg);
	}
	vec_push(f->arena, &f->blocks.at[p->b].ins, i);
	for (unsigned d = 0; d < i.ndef; d++) {
		vreg v = mir_def(f, &i, d)->v;
		spill(p, v, p->home[v]);
	}
}

/* Leaves the arguments of the only edge where its target expects them. */
static void leave_arguments(struct plain *p)
{
	struct mir_func *f = p->f;
	struct mir_block *blk = &f->blocks.at[p->b];

	for (uint32_t e = 0; e < blk->nedges; e++) {
		struct mir_edge *g = &blk->edge[e];
		CHECK(g->nargs == 0 || blk->nedges == 1);
		for (uint32_t k = 0; k < g->nargs; k++) {
			vreg v = f->vlist.at[g->args + k];
			vreg to = f->blocks.at[g->to].params.at[k];
			if (v == to)	/* it arrived there, and is there still */
				continue;
			vreg c = copy_new(f, v, pick(f, v, 0));
			reload(p, c, p->home[v]);
			spill(p, c, p->arrival[to]);
		}
	}
}

/* What is defined on entry of the block goes to its slots. */
static void arrive(struct plain *p)
{
	struct mir_func *f = p->f;
	const struct mir_block *blk = &f->blocks.at[p->b];

	if (p->b == 0)
		for (uint32_t k = 0; k < f->params.n; k++) {
			struct mir_opnd o = f->params.at[k];
			set_reg(f, o.v, o.fix);
			spill(p, o.v, p->home[o.v]);
		}
	for (uint32_t k = 0; k < blk->params.n; k++) {
		vreg v = blk->params.at[k];
		set_reg(f, v, pick(f, v, 0));
		reload(p, v, p->arrival[v]);
		spill(p, v, p->home[v]);
	}
}

static void block(struct plain *p)
{
	struct mir_block *blk = &p->f->blocks.at[p->b];
	const struct mir_ins *old = blk->ins.at;
	uint32_t n = blk->ins.n;

	blk->ins.at = NULL;
	blk->ins.n = blk->ins.cap = 0;
	arrive(p);
	for (uint32_t k = 0; k < n; k++) {
		if (k + 1 == n)
			leave_arguments(p);
		operation(p, &old[k]);
	}
}

void mir_allocate_plain(struct mir_func *f, struct arena *scratch)
{
	struct plain p = { .f = f };
	uint32_t nblocks = f->blocks.n, nvregs = f->vregs.n;

	p.home = arena_array(scratch, uint32_t, nvregs);
	p.arrival = arena_array(scratch, uint32_t, nvregs);
	for (vreg v = 1; v < nvregs; v++)
		p.home[v] = slot_new(f, v);
	for (uint32_t b = 0; b < nblocks; b++) {
		struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->params.n; k++)
			p.arrival[blk->params.at[k]] =
				slot_new(f, blk->params.at[k]);
	}
	for (p.b = 0; p.b < nblocks; p.b++)
		block(&p);
	for (uint32_t b = 0; b < nblocks; b++) {
		struct mir_block *blk = &f->blocks.at[b];
		blk->params.n = 0;
		for (uint32_t e = 0; e < blk->nedges; e++)
			blk->edge[e].nargs = 0;
	}
}
