/* isel_div.c - 32-bit division and remainder. */
#include "t32/isel.h"

static void check_divisor(struct isel *s, const struct ir_ins *i)
{
	struct word b = isel_word_of(s, i->arg[1], 0);

	if (!(i->flags & IR_NO_TRAP) && (b.r || !b.k))
		isel_trap_if(s, b, kword(0), EQ, HD_TRAP_DIV_ZERO);
}

/* The quotient of the least number and -1 wraps to itself; only there are
 * quotient and divisor negative with no other bit in common. */
static void check_quotient(struct isel *s, const struct ir_ins *i, vreg q)
{
	struct word b = isel_word_of(s, i->arg[1], 0);
	vreg t = isel_gpr(s);

	if ((i->flags & IR_NO_TRAP) || (!b.r && b.k != UINT32_MAX))
		return;
	isel_put2(s, MOP_AND_RR, t, q, isel_use_word(s, b));
	isel_trap_if(s, rword(t), kword(0x80000000), EQ, HD_TRAP_INT_OVERFLOW);
}

static unsigned log2_of(uint32_t k)
{
	unsigned n = 0;

	while (k >>= 1)
		n++;
	return n;
}

/* Rounds towards zero: negative dividends get 2^n - 1 added first. */
static void signed_shift(struct isel *s, vreg d, vreg a, unsigned n)
{
	vreg sign = a, t = isel_gpr(s);

	if (n > 1) {
		sign = isel_gpr(s);
		isel_put_shift(s, sign, a, SH_ASR, 31);
	}
	isel_put2(s, MOP_ADD_RR, t, a, sign)->imm =
		(int32_t)MIR_SHIFT(SH_LSR, 32 - n);
	isel_put_shift(s, d, t, SH_ASR, n);
}

/* Division by a power of two. */
static bool by_shift(struct isel *s, ref r, uint32_t k)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	vreg a, d = s->lo[r];

	if (!k || k & (k - 1))
		return false;
	if (i->op == OP_I32_REM_U || k == 1) {
		struct node n = { OP_I32_AND, isel_word_of(s, i->arg[0], 0),
				  kword(k - 1) };
		if (k == 1 && (i->op == OP_I32_DIV_U || i->op == OP_I32_DIV_S))
			isel_put1(s, MOP_MOV, d, isel_use(s, i->arg[0]));
		else
			sel_node(s, &n, d);
		return true;
	}
	if (i->op == OP_I32_REM_S || k == 0x80000000u)
		return false;
	a = isel_use(s, i->arg[0]);
	if (i->op == OP_I32_DIV_U)
		isel_put_shift(s, d, a, SH_LSR, log2_of(k));
	else
		signed_shift(s, d, a, log2_of(k));
	return true;
}

void sel_divide(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct word b = isel_word_of(s, i->arg[1], 0);
	bool rem = i->op == OP_I32_REM_S || i->op == OP_I32_REM_U;
	bool sig = i->op == OP_I32_REM_S || i->op == OP_I32_DIV_S;
	bool overflows = i->op == OP_I32_DIV_S && !(i->flags & IR_NO_TRAP) &&
			 (b.r || b.k == UINT32_MAX);

	check_divisor(s, i);
	if (!s->lo[r] && !overflows)
		return;
	if (!b.r && by_shift(s, r, b.k))
		return;
	vreg d = isel_def(s, r, 0), q = rem ? isel_gpr(s) : d;
	vreg x = isel_use(s, i->arg[0]), y = isel_use_word(s, b);
	isel_put2(s, sig ? MOP_SDIV : MOP_UDIV, q, x, y);
	if (rem)
		isel_put3(s, MOP_MLS, d, q, y, x);
	if (overflows)
		check_quotient(s, i, q);
}
