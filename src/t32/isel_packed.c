/* isel_packed.c - rows of packed.def: the DSP instruction that each names.
 *
 * A mask that a choice reads is not made: the row sets the GE flags and `sel`
 * chooses by them, in one operation.
 */
#include "base/compiler.h"
#include "ir/packed.h"
#include "t32/isel.h"

enum kind { LANES, MASK, SUM };

static const struct row {
	uint8_t kind;
	uint16_t id;		/* enum t32 */
} rows[] = {
#define PACKED(id, text, args, kind, bits, value, row) \
	[IR_##id - IR_FIRST] = { kind, T32_##row },
#include "ir/packed.def"
};

static const struct row *row_of(unsigned op)
{
	CHECK(ir_is_packed(op));
	return &rows[op - IR_FIRST];
}

static bool is_mask(unsigned op)
{
	return ir_is_packed(op) && row_of(op)->kind == MASK;
}

/* d = lane by lane, a where the mask m holds, else b. */
static void choose(struct isel *s, vreg d, ref m, vreg a, vreg b)
{
	const struct ir_ins *i = ir_at(s->ir, m);
	vreg v[] = { d, isel_use(s, i->arg[0]), isel_use(s, i->arg[1]), a, b };

	isel_put(s, MOP_DSP_SEL, 1, 4, v)->aux = row_of(i->op)->id;
}

/* (a & m) | (b & ~m); instructions are put last first. */
static void choose_bits(struct isel *s, vreg d, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	vreg a = isel_use(s, i->arg[0]), b = isel_use(s, i->arg[1]);
	vreg m = isel_use(s, i->arg[2]), t = isel_gpr(s), u = isel_gpr(s);

	isel_put2(s, MOP_AND_RR, t, a, m);
	isel_put2(s, MOP_BIC_RR, u, b, m);
	isel_put2(s, MOP_ORR_RR, d, t, u);
}

void sel_packed(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	vreg d = s->lo[r];

	if (i->op == IR_BITSELECT) {
		if (is_mask(ir_at(s->ir, i->arg[2])->op))
			choose(s, d, i->arg[2], isel_use(s, i->arg[0]),
			       isel_use(s, i->arg[1]));
		else
			choose_bits(s, d, r);
		return;
	}
	const struct row *row = row_of(i->op);
	CHECK(s->tg->features & T32_DSP);
	if (row->kind == MASK)
		choose(s, d, r, isel_konst(s, UINT32_MAX), isel_konst(s, 0));
	else if (row->kind == SUM)
		isel_put3(s, MOP_DSP_ACC, d, isel_use(s, i->arg[0]),
			  isel_use(s, i->arg[1]),
			  isel_use(s, i->arg[2]))->aux = row->id;
	else
		isel_put2(s, MOP_DSP, d, isel_use(s, i->arg[0]),
			  isel_use(s, i->arg[1]))->aux = row->id;
}
