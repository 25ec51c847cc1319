/* dce.c - dead code elimination.
 *
 * Marks backwards from the roots: effects, terminators and what may trap
 * (deleting a trap changes the meaning).  A block parameter that is marked
 * marks its argument on every edge; parameters that stay unmarked go, with
 * their arguments.  Loads are not roots: their checks are separate.
 */
#include "opt/pass.h"

struct dce {
	struct ir_func *f;
	const struct ir_cfg *c;
	struct arena *tmp;
	struct bitset live;
	ref *worklist;
	uint32_t n;
};

static void mark(struct dce *d, ref r)
{
	if (r && bitset_add(&d->live, r))
		d->worklist[d->n++] = r;
}

static bool is_root(const struct ir_ins *i)
{
	return ir_flags(i) & (IR_E | IR_T | IR_X);
}

/* The arguments that the edges bring for parameter p. */
static void mark_incoming(struct dce *d, const struct ir_ins *p)
{
	const struct ir_cfg *c = d->c;
	blk b = p->block;

	for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1]; k++) {
		const struct ir_block *from = &d->f->blocks.at[c->pred[k]];
		for (uint32_t e = 0; e < from->nedges; e++) {
			const struct ir_edge *edge =
				&d->f->edges.at[from->edge + e];
			if (edge->to == b)
				mark(d, d->f->list.at[edge->args + p->imm]);
		}
	}
}

/* The operands of r, edge arguments excepted. */
static void mark_operands(struct dce *d, ref r)
{
	const struct ir_ins *i = ir_at(d->f, r);

	if (i->op == IR_PARAM)
		mark_incoming(d, i);
	for (unsigned k = 0; k < i->nargs; k++)
		mark(d, i->arg[k]);
	for (uint32_t k = 0; k < i->nlist; k++)
		mark(d, d->f->list.at[i->list + k]);
}

static bool drop_params(struct dce *d, blk b)
{
	struct ir_block *p = &d->f->blocks.at[b];
	bool *keep = arena_array(d->tmp, bool, p->params.n + 1);
	bool dead = false;

	for (uint32_t k = 0; k < p->params.n; k++) {
		keep[k] = bitset_has(&d->live, p->params.at[k]);
		dead |= !keep[k];
	}
	if (!dead)
		return false;
	struct ir_block was = *p;
	for (uint32_t k = 0; k < was.params.n; k++)
		if (!keep[k])
			opt_kill(d->f, was.params.at[k]);
	opt_filter_params(d->f, d->c, b, keep);
	return true;
}

static bool dce(struct opt *o)
{
	struct ir_func *f = o->f;
	struct dce d = { .f = f, .c = o->cfg, .tmp = o->tmp };
	bool changed = false;

	d.live = bitset_new(o->tmp, f->ins.n);
	d.worklist = arena_array(o->tmp, ref, f->ins.n);
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			if (is_root(ir_at(f, f->blocks.at[b].ins.at[k])))
				mark(&d, f->blocks.at[b].ins.at[k]);
	while (d.n > 0)
		mark_operands(&d, d.worklist[--d.n]);
	for (blk b = 1; b < f->blocks.n; b++)
		if (f->blocks.at[b].ins.n)
			changed |= drop_params(&d, b);
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++) {
			ref r = f->blocks.at[b].ins.at[k];
			if (bitset_has(&d.live, r))
				continue;
			opt_kill(f, r);
			changed = true;
		}
	if (changed)
		opt_sweep(f);
	return changed;
}

const struct pass pass_dce = {
	.name = "dce",
	.help = "delete values and parameters that are never used",
	.run = dce,
	.needs = OPT_CFG,
	.keeps = OPT_CFG,
};
