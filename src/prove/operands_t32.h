/* prove/operands_t32.h - operands of an instruction; for sem_t32.c alone. */
#ifndef PROVE_OPERANDS_T32_H
#define PROVE_OPERANDS_T32_H

#include "prove/mach.h"

struct ctx {
	struct mach_func *f;
	struct mach *m;
	struct terms *z;
	const struct t32_insn *in;
	const struct t32_row *row;
	bool in_it;
	term ge[4];		/* what GE_OF of this row sets */
	enum stop stop;
	bool stopped;
};

static struct mv w1(term t)
{
	return (struct mv){ t, 0 };
}

static struct mv w2(term lo, term hi)
{
	return (struct mv){ lo, hi };
}

static struct mv konst(struct ctx *x, uint32_t k)
{
	return w1(term_const(x->z, k));
}

static struct mv beyond(struct ctx *x)
{
	mach_fail(x->m, arena_printf(x->z->arena, "unsupported: %s",
				     x->row->mnemonic));
	return w2(term_const(x->z, 0), term_const(x->z, 0));
}

static struct mv beyond2(struct ctx *x, struct mv p, struct mv q)
{
	(void)p;
	(void)q;
	return beyond(x);
}

static void stop(struct ctx *x, enum stop s)
{
	x->stopped = true;
	x->stop = s;
}

/* --- operands -------------------------------------------------------------------- */

static int32_t number(const struct ctx *x, char letter)
{
	int k = t32_operand_at(x->row, letter);

	return k < 0 ? 0 : x->in->operand[k];
}

static struct mv read_v(const struct ctx *x, enum t32_class class, int32_t i)
{
	if (class == T32_SREG)
		return w1(x->m->s[i]);
	return w2(x->m->s[2 * i], x->m->s[2 * i + 1]);
}

static struct mv value_of(struct ctx *x, char letter)
{
	int k = t32_operand_at(x->row, letter);

	if (k < 0)
		return w1(0);
	switch (x->row->operand[k].kind) {
	case T32_SREG:
	case T32_DREG:
		if (x->row->operand[k].kind == T32_DREG &&
		    x->in->operand[k] > 15)
			return beyond(x);
		return read_v(x, x->row->operand[k].kind, x->in->operand[k]);
	case T32_SHTYPE:
	case T32_CONDITION:
		return konst(x, (uint32_t)x->in->operand[k]);
	default:
		if (x->in->operand[k] == R_PC)
			return beyond(x);
		return w1(x->m->r[x->in->operand[k]]);
	}
}

static struct mv immediate(struct ctx *x, unsigned i)
{
	int k = t32_immediate_at(x->row, i);

	return konst(x, k < 0 ? 0 : (uint32_t)x->in->operand[k]);
}

static uint32_t known(struct ctx *x, struct mv v)
{
	uint32_t k = 0;

	if (!term_is_const(x->z, v.lo, &k))
		beyond(x);
	return k;
}

static struct mv code_at(struct ctx *x, uint32_t pc)
{
	return w1(term_addk(x->z, term_sym(x->z, CODE_TERMS),
			    pc - x->f->begin));
}

#endif
