/* emit_set.c - comparisons as numbers: 1 where one holds, else 0.
 *
 * Two moves under a condition are four instructions with the comparison.  Less
 * will do where the number can be had from the carry, or from the difference of
 * what is compared.
 */
#include "t32/bits.h"
#include "t32/emit.h"

/* Unsigned order is the carry of the comparison: moved to a register without a
 * condition, in less than two moves under one. */
static bool set_order(struct emit *e, const struct mir_ins *i, unsigned d)
{
	const bool rr = i->cmp == CMP_RR, strict = i->cond == HI || i->cond == LS;
	bool at_least = i->cond == CS || i->cond == HI;

	if (!is_low(d) || (!at_least && i->cond != CC && i->cond != LS))
		return false;
	if (rr && strict) {		/* x > y: not y >= x */
		if (i->imm != 0)
			return false;
		emit_cmp_rr(e, emit_use(e, i, 1), emit_use(e, i, 0), 0);
		at_least = !at_least;
	} else if (rr) {
		emit_cmp_rr(e, emit_use(e, i, 0), emit_use(e, i, 1), i->imm);
	} else {			/* x > k: x >= k + 1 */
		const uint32_t k = (uint32_t)i->imm + strict;
		if (i->cmp != CMP_RI || k == 0 ||
		    (k > 255 && !t32_is_modimm(k) && !t32_is_modimm(0 - k)))
			return false;
		emit_cmp_ri(e, emit_use(e, i, 0), (int32_t)k);
	}
	const int32_t D = (int32_t)d;
	if (at_least) {
		ASM2(&e->s, T32_MOVS_I_N, D, 0);
		ASM2(&e->s, T32_ADCS_R_N, D, D);
	} else {
		ASM2(&e->s, T32_SBCS_R_N, D, D);
		ASM2(&e->s, T32_RSBS_I_N, D, D);
	}
	return true;
}

/* The difference of what is compared, where 16 bits make it in d. */
static bool difference(struct emit *e, const struct mir_ins *i, unsigned d)
{
	const unsigned n = emit_use(e, i, 0);
	const int32_t D = (int32_t)d, N = (int32_t)n;

	if (!is_low(d) || !is_low(n) || (i->cond != EQ && i->cond != NE))
		return false;
	switch (i->cmp) {
	case CMP_RI:
		if (i->imm > 0 && i->imm < 256 && d == n)
			ASM2(&e->s, T32_SUBS_I8_N, D, i->imm);
		else if (i->imm > 0 && i->imm < 8)
			ASM3(&e->s, T32_SUBS_I3_N, D, N, i->imm);
		else
			return false;
		return true;
	case CMP_RR: {
		const unsigned m = emit_use(e, i, 1);
		if (!is_low(m) || i->imm != 0)
			return false;
		ASM3(&e->s, T32_SUBS_R_N, D, N, (int32_t)m);
		return true;
	}
	case TST_RI: {
		const uint32_t k = (uint32_t)i->imm;
		if (k == 0 || k >= 65536 || !is_pow2(k + 1))
			return false;
		ASM3(&e->s, T32_LSLS_I_N, D, N, 32 - (int32_t)log2_of(k + 1));
		return true;
	}
	default:
		return false;
	}
}

/* 1 where n is 0, else 0. */
static void is_zero(struct emit *e, unsigned d, unsigned n)
{
	ASM2(&e->s, T32_CLZ, (int32_t)d, (int32_t)n);
	ASM3(&e->s, is_low(d) ? T32_LSRS_I_N : T32_LSR_I, (int32_t)d,
	     (int32_t)d, 5);
}

/* Is what is compared equal?  Their difference is 0, or becomes 1. */
static bool set_equal(struct emit *e, const struct mir_ins *i, unsigned d)
{
	const unsigned n = emit_use(e, i, 0);

	if (i->cmp == CMP_RI && i->imm == 0 && i->cond == EQ) {
		is_zero(e, d, n);
		return true;
	}
	if (e->o->plain)
		return false;
	if (i->cmp == CMP_RI && i->imm == 0 && i->cond == NE && d != n &&
	    is_low(d) && is_low(n)) {
		ASM3(&e->s, T32_SUBS_I3_N, (int32_t)d, (int32_t)n, 1);
		ASM5(&e->s, T32_SBC_R, (int32_t)d, (int32_t)n, (int32_t)d, 0, 0);
		return true;
	}
	if (!difference(e, i, d))
		return false;
	if (i->cond == EQ) {
		is_zero(e, d, d);
		return true;
	}
	asm_it(&e->s, NE, 1, 0);
	asm_const(&e->s, d, 1, true);
	return true;
}

void emit_set(struct emit *e, const struct mir_ins *i)
{
	unsigned uses, d = emit_def(e, i, 0);

	if (set_equal(e, i, d) || (!e->o->plain && set_order(e, i, d)))
		return;
	enum cond c = emit_flags(e, i, &uses);
	asm_it(&e->s, c, 2, 2);
	asm_const(&e->s, d, 1, true);
	asm_const(&e->s, d, 0, true);
}
