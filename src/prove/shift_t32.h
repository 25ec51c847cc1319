/* prove/shift_t32.h - shifts and bit fields; for sem_t32.c alone. */
#ifndef PROVE_SHIFT_T32_H
#define PROVE_SHIFT_T32_H

#include "prove/flags_t32.h"

/* --- shifts --------------------------------------------------------------------------- */

static enum t32_shift shift_type(struct ctx *x, struct mv t)
{
	return (enum t32_shift)known(x, t);
}

static struct mv shift_by(struct ctx *x, enum t32_shift t, struct mv p,
			  struct mv q)
{
	static const enum term_op op[] = {
		[T32_LSL] = TM_SHL, [T32_LSR] = TM_SHR, [T32_ASR] = TM_SAR,
		[T32_ROR] = TM_ROR,
	};

	return w1(term_shift(x->z, op[t & 3], p.lo, q.lo));
}

static struct mv shift(struct ctx *x, struct mv t, struct mv p, struct mv q)
{
	return shift_by(x, shift_type(x, t), p, q);
}

static struct mv bit(struct ctx *x, struct mv p, uint32_t n)
{
	term b = term_andk(x->z, term_shiftk(x->z, TM_SHR, p.lo, n), 1);

	return w1(term_bnot(x->z, term_eq(x->z, b, term_const(x->z, 0))));
}

/* By a constant; by a register the carry is not followed. */
static struct mv shift_c(struct ctx *x, enum t32_shift t, struct mv p,
			 struct mv q)
{
	uint32_t n;

	if (!term_is_const(x->z, q.lo, &n))
		return w1(term_var(x->z, SORT_BOOL, 0, 0));
	if (n == 0)
		return w1(flag_c(x));
	if (t == T32_LSL)
		return n > 32 ? w1(x->z->no) : bit(x, p, 32 - n);
	if (t == T32_LSR)
		return n > 32 ? w1(x->z->no) : bit(x, p, n - 1);
	if (t == T32_ASR)
		return bit(x, p, n > 32 ? 31 : n - 1);
	return bit(x, p, (n - 1) & 31);
}

static struct mv imm_c(struct ctx *x, struct mv i)
{
	uint32_t k = known(x, i), low = k & 0xff;

	/* a byte, or one repeated: the carry stays */
	if (k <= 0xff || k == (low | low << 16) || k == low * 0x01010101u ||
	    (!low && (k >> 8 & 0xff) && k == (k >> 8 & 0xff) * 0x01000100u))
		return w1(flag_c(x));
	return w1(k >> 31 ? x->z->yes : x->z->no);
}

static struct mv rrx(struct ctx *x, struct mv p, struct mv c)
{
	return w1(term_bits(x->z, TM_OR, term_shiftk(x->z, TM_SHR, p.lo, 1),
			    term_ite(x->z, c.lo,
				     term_const(x->z, 0x80000000u),
				     term_const(x->z, 0))));
}

static uint32_t ones(uint32_t n)
{
	return n >= 32 ? UINT32_MAX : (1u << n) - 1;
}

static struct mv extract(struct ctx *x, struct mv p, struct mv l, struct mv n,
			 bool is_signed)
{
	uint32_t lsb = known(x, l), width = known(x, n);
	term t = term_shiftk(x->z, TM_SHR, p.lo, lsb);

	if (lsb + width > 32)
		return beyond(x);
	return w1(is_signed ? term_sext(x->z, t, width) :
			      term_andk(x->z, t, ones(width)));
}

static struct mv insert(struct ctx *x, struct mv p, struct mv q, struct mv l,
			struct mv n)
{
	uint32_t lsb = known(x, l), mask = ones(known(x, n));
	term in = term_shiftk(x->z, TM_SHL, term_andk(x->z, q.lo, mask), lsb);

	return w1(term_bits(x->z, TM_OR, in,
			    term_andk(x->z, p.lo, ~(mask << lsb))));
}

/* Into n bits, signed, or unsigned from a signed word. */
static struct mv saturate(struct ctx *x, struct mv p, struct mv n,
			  bool is_signed)
{
	uint32_t bits = known(x, n);
	uint32_t most = ones(is_signed ? bits - 1 : bits);
	term hi = term_const(x->z, most);
	term lo = term_const(x->z, is_signed ? ~most : 0);

	return w1(term_ite(x->z, term_slt(x->z, hi, p.lo), hi,
			   term_ite(x->z, term_slt(x->z, p.lo, lo), lo, p.lo)));
}

#endif
