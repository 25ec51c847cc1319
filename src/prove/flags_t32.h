/* prove/flags_t32.h - flags of an instruction; for sem_t32.c alone.
 *
 * Flags are lazy: conditions become comparisons of what was compared.
 */
#ifndef PROVE_FLAGS_T32_H
#define PROVE_FLAGS_T32_H

#include "prove/operands_t32.h"

static term or_unknown(struct ctx *x, term *t)
{
	if (!*t)
		*t = term_var(x->z, SORT_BOOL, 0, 0);
	return *t;
}

static term sum_of(struct ctx *x)
{
	const struct mach_flags *g = &x->m->flags;
	term s = term_add(x->z, g->x, g->y);

	return g->cin == x->z->no ? s :
		term_add(x->z, s, term_bool(x->z, g->cin));
}

static term flag_c(struct ctx *x)
{
	struct mach_flags *g = &x->m->flags;

	if (g->fp)
		beyond(x);
	if (g->x)
		return term_carry(x->z, g->x, g->y, g->cin);
	return or_unknown(x, &g->c);
}

static term flag_n(struct ctx *x)
{
	struct mach_flags *g = &x->m->flags;

	if (g->x)
		return term_slt(x->z, sum_of(x), term_const(x->z, 0));
	return or_unknown(x, &g->n);
}

static term flag_z(struct ctx *x)
{
	struct mach_flags *g = &x->m->flags;

	if (g->x)
		return term_eq(x->z, sum_of(x), term_const(x->z, 0));
	return or_unknown(x, &g->z);
}

/* The sum has a sign that neither operand has. */
static term flag_v(struct ctx *x)
{
	struct mach_flags *g = &x->m->flags;
	struct terms *z = x->z;

	if (!g->x)
		return or_unknown(x, &g->v);
	term zero = term_const(z, 0), n = flag_n(x);
	term p = term_slt(z, g->x, zero), q = term_slt(z, g->y, zero);
	return term_bor(z, term_band(z, n, term_band(z, term_bnot(z, p),
						     term_bnot(z, q))),
			term_band(z, term_bnot(z, n), term_band(z, p, q)));
}

/* What g->x was compared with, when the flags are those of a comparison; 0.  cmn
 * with a constant is cmp with what it is less than zero: but for 0, which always
 * borrows, and the least number, which is none more than zero. */
static term compared_with(struct ctx *x)
{
	const struct mach_flags *g = &x->m->flags;
	uint32_t k;

	if (!g->x)
		return 0;
	if (g->cin == x->z->yes)
		return term_not(x->z, g->y);
	if (g->cin != x->z->no || !term_is_const(x->z, g->y, &k) || !k ||
	    k == 0x80000000u)
		return 0;
	return term_const(x->z, 0 - k);
}

/* x + y + c, without bound, is negative: with y = ~w, when x < w, or x = w and
 * no carry. */
static term flag_lt(struct ctx *x)
{
	struct mach_flags *g = &x->m->flags;
	struct terms *z = x->z;
	term with = compared_with(x);

	if (with)
		return term_slt(z, g->x, with);

	if (!g->x) {
		term n = flag_n(x), v = flag_v(x);
		return term_bor(z, term_band(z, n, term_bnot(z, v)),
				term_band(z, term_bnot(z, n), v));
	}
	term w = term_not(z, g->y), lt = term_slt(z, g->x, w);
	return term_bor(z, lt, term_band(z, term_eq(z, g->x, w),
					 term_bnot(z, g->cin)));
}

static term float_holds(struct ctx *x, enum t32_cond c)
{
	const struct mach_flags *g = &x->m->flags;
	bool d = g->fp == 64;
	struct val p = { g->p.lo, g->p.hi }, q = { g->q.lo, g->q.hi };
	struct terms *z = x->z;
	term lt = sem_float_cond(z, d ? OP_F64_LT : OP_F32_LT, p, q);
	term gt = sem_float_cond(z, d ? OP_F64_LT : OP_F32_LT, q, p);
	term eq = sem_float_cond(z, d ? OP_F64_EQ : OP_F32_EQ, p, q);
	term le = sem_float_cond(z, d ? OP_F64_LE : OP_F32_LE, p, q);
	term ge = sem_float_cond(z, d ? OP_F64_LE : OP_F32_LE, q, p);

	switch (c) {
	case T32_EQ: return eq;
	case T32_NE: return term_bnot(z, eq);
	case T32_MI: case T32_CC: return lt;
	case T32_PL: case T32_CS: return term_bnot(z, lt);
	case T32_LS: return le;
	case T32_HI: return term_bnot(z, le);
	case T32_GE: return ge;
	case T32_LT: return term_bnot(z, ge);
	case T32_GT: return gt;
	case T32_LE: return term_bnot(z, gt);
	case T32_VS: return sem_unordered(z, g->fp, p, q);
	case T32_VC: return term_bnot(z, sem_unordered(z, g->fp, p, q));
	default:
		beyond(x);
		return z->no;
	}
}

static term holds_base(struct ctx *x, enum t32_cond c)
{
	struct terms *z = x->z;

	switch (c & ~1u) {
	case T32_EQ: return flag_z(x);
	case T32_CS: return flag_c(x);
	case T32_MI: return flag_n(x);
	case T32_VS: return flag_v(x);
	case T32_HI: return term_band(z, flag_c(x), term_bnot(z, flag_z(x)));
	case T32_GE: return term_bnot(z, flag_lt(x));
	case T32_GT: return term_band(z, term_bnot(z, flag_lt(x)),
				      term_bnot(z, flag_z(x)));
	default:     return z->yes;
	}
}

static term holds(struct ctx *x, int32_t cond)
{
	enum t32_cond c = (enum t32_cond)cond;
	const struct mach_flags *g = &x->m->flags;
	term t;

	if (g->fp)
		return float_holds(x, c);
	/* a plain comparison says more than its flags apart */
	term with = compared_with(x);
	if (with && (c & ~1u) == T32_HI)
		t = term_ult(x->z, with, g->x);
	else if (with && (c & ~1u) == T32_GT)
		t = term_slt(x->z, with, g->x);
	else
		t = holds_base(x, c);
	return c & 1 ? term_bnot(x->z, t) : t;
}

static void set_nz(struct ctx *x, struct mv v)
{
	struct mach_flags *g = &x->m->flags;
	term zero = term_const(x->z, 0), c = 0, o = g->x ? 0 : g->v;

	if (!g->fp)
		c = flag_c(x);
	*g = (struct mach_flags){ .n = term_slt(x->z, v.lo, zero),
				  .z = term_eq(x->z, v.lo, zero), .c = c,
				  .v = o };
}

static void set_nzc(struct ctx *x, struct mv v, struct mv c)
{
	set_nz(x, v);
	x->m->flags.c = c.lo;
}

static void set_add(struct ctx *x, struct mv p, struct mv q, struct mv c)
{
	term cin = c.lo;
	uint32_t k;

	/* K(0), K(1), or the flag */
	if (term_is_const(x->z, cin, &k))
		cin = k ? x->z->yes : x->z->no;
	x->m->flags = (struct mach_flags){ .x = p.lo, .y = q.lo, .cin = cin };
}

#endif
