/* hints.c - where the values of a cut are when its code begins.
 *
 * For the checker, which believes none of it: a wrong or missing place makes
 * a proof fail, never succeed.  A value may have been split into several
 * vregs, all of which name the IR value they hold; the one that lives on
 * entry of the cut's block is where it is.
 */
#include "t32/live.h"
#include "t32/code.h"

struct hints {
	const struct mir_func *f;
	const struct ir_func *ir;
	struct t32_code *code;
	uint32_t slots;			/* offset of slot 0 from SP */
	struct arena *a;
	struct mir_live live;
};

static bool holds(const struct hints *h, vreg v, ref r, unsigned part)
{
	const struct mir_vreg *m = &h->f->vregs.at[v];

	return m->ir == r && m->part == part;
}

/* The vreg that holds part of r on entry of block b, or 0. */
static vreg find_live(const struct hints *h, uint32_t b, ref r, unsigned part)
{
	const struct mir_block *m = &h->f->blocks.at[b];

	for (uint32_t k = 0; k < m->params.n; k++)
		if (holds(h, m->params.at[k], r, part))
			return m->params.at[k];
	for (uint32_t k = 0; k < h->live.in[b].n; k++)
		if (holds(h, h->live.in[b].at[k], r, part))
			return h->live.in[b].at[k];
	return 0;
}

/* The slot that part of r was spilled to, or UINT32_MAX. */
static uint32_t find_slot(const struct hints *h, ref r, unsigned part)
{
	for (uint32_t b = 0; b < h->f->blocks.n; b++) {
		const struct mir_block *m = &h->f->blocks.at[b];
		for (uint32_t k = 0; k < m->ins.n; k++) {
			const struct mir_ins *i = &m->ins.at[k];
			if (i->op == MOP_SPILL &&
			    holds(h, mir_use(h->f, i, 0)->v, r, part))
				return h->slots + 4 * (uint32_t)i->imm;
		}
	}
	return UINT32_MAX;
}

static struct t32_loc locate(const struct hints *h, uint32_t b, ref r,
			     unsigned part)
{
	const struct ir_ins *i = ir_at(h->ir, r);
	vreg v = r ? find_live(h, b, r, part) : 0;

	if (v)
		return (struct t32_loc){ LOC_REG, h->f->vregs.at[v].reg, 0 };
	if (r && i->op == IR_CONST)
		return (struct t32_loc){ LOC_CONST, 0,
					 (uint32_t)(i->imm >> 32 * part) };
	uint32_t slot = r ? find_slot(h, r, part) : UINT32_MAX;
	if (slot != UINT32_MAX)
		return (struct t32_loc){ LOC_SLOT, 0, slot };
	return (struct t32_loc){ .kind = LOC_NONE };
}

static bool is_wide(const struct hints *h, ref r)
{
	uint8_t t = ir_at(h->ir, r)->type;

	return r && (t == T_I64 || t == T_F64);
}

static void fill_cut(const struct hints *h, const struct ir_cut *from,
		     uint32_t b, struct t32_cut *to)
{
	to->loc = arena_array(h->a, struct t32_loc, 2 * from->n);
	for (uint32_t k = 0; k < from->n; k++) {
		ref r = h->ir->list.at[from->refs + k];
		to->loc[to->n++] = locate(h, b, r, 0);
		if (is_wide(h, r))
			to->loc[to->n++] = locate(h, b, r, 1);
	}
}

void t32_hints(const struct mir_func *f, const struct ir_func *ir,
	       uint32_t slots, struct t32_code *c, struct arena *a)
{
	struct hints h = { .f = f, .ir = ir, .code = c, .slots = slots,
			   .a = a };

	if (c->cuts.n == 0)
		return;
	mir_liveness(f, &h.live, a);
	for (uint32_t k = 0; k < c->cuts.n; k++)
		for (uint32_t b = 0; b < f->blocks.n; b++)
			if (f->blocks.at[b].ir == ir->cuts.at[k].block &&
			    f->blocks.at[b].ins.n > 0) {
				fill_cut(&h, &ir->cuts.at[k], b,
					 &c->cuts.at[k]);
				break;
			}
}
