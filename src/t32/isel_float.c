/* isel_float.c - floating-point instructions.
 *
 * Where the core computes in the precision asked for, an instruction is a row
 * of isel.def; elsewhere a helper, which takes and gives bits in core registers
 * whatever the float ABI.  Bit operations are done inline everywhere.
 */
#include <string.h>

#include "t32/isel.h"

enum { NEVER = 1 << 30 };	/* a feature no target has */

struct float_row {
	bool known, f64;
	uint16_t mop;
	uint8_t fp;
	unsigned needs;
	const char *helper, *sig;
};

static const struct float_row float_row[OP_NUM_END] = {
#define IS_F32 false
#define IS_F64 true
#define R(id, type, mop, fp, needs, helper, sig) \
	[OP_##id] = { true, IS_##type, MOP_##mop, FP_##fp, needs, helper, sig },
#define C(id, type, fp, helper, high, low)
#include "t32/isel.def"
};

struct trunc_row {
	uint16_t op;
	bool f64;
	uint8_t fp;
	const char *helper;
	uint32_t high;
	uint64_t low;
};

static const struct trunc_row trunc_row[] = {
#define R(id, type, mop, fp, needs, helper, sig)
#define C(id, type, fp, helper, high, low) \
	{ OP_##id, IS_##type, FP_##fp, helper, high, low },
#include "t32/isel.def"
};

static bool in_hardware(const struct isel *s, bool f64)
{
	return f64 ? s->dp : s->tg->hard_float;
}

static const struct trunc_row *trunc_of(unsigned op, bool *saturates)
{
	static const struct { uint16_t op, like; } sat[] = {
		{ OP_I32_TRUNC_SAT_F32_S, OP_I32_TRUNC_F32_S },
		{ OP_I32_TRUNC_SAT_F32_U, OP_I32_TRUNC_F32_U },
		{ OP_I32_TRUNC_SAT_F64_S, OP_I32_TRUNC_F64_S },
		{ OP_I32_TRUNC_SAT_F64_U, OP_I32_TRUNC_F64_U },
		{ OP_I64_TRUNC_SAT_F32_S, OP_I64_TRUNC_F32_S },
		{ OP_I64_TRUNC_SAT_F32_U, OP_I64_TRUNC_F32_U },
		{ OP_I64_TRUNC_SAT_F64_S, OP_I64_TRUNC_F64_S },
		{ OP_I64_TRUNC_SAT_F64_U, OP_I64_TRUNC_F64_U },
	};

	*saturates = false;
	for (unsigned k = 0; k < ARRAY_LEN(sat); k++)
		if (sat[k].op == op) {
			op = sat[k].like;
			*saturates = true;
		}
	for (unsigned k = 0; k < ARRAY_LEN(trunc_row); k++)
		if (trunc_row[k].op == op)
			return &trunc_row[k];
	return NULL;
}

bool isel_is_float_op(unsigned op)
{
	bool saturates;

	if (op >= OP_NUM_END)
		return false;
	return float_row[op].known || trunc_of(op, &saturates) ||
	       op == OP_F32_COPYSIGN || op == OP_F64_COPYSIGN ||
	       (op >= OP_I32_REINTERPRET_F32 && op <= OP_F64_REINTERPRET_I64);
}

bool isel_is_soft_float(const struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;

	return op < OP_NUM_END && float_row[op].known &&
	       !in_hardware(s, float_row[op].f64);
}

/* --- bits ----------------------------------------------------------------------- */

vreg isel_float_word(struct isel *s, ref r, unsigned half)
{
	enum mir_class c = isel_class_of(s, (enum type)ir_at(s->ir, r)->type);

	if (c == MIR_G)
		return isel_use_half(s, r, half);
	vreg lo = isel_gpr(s), hi = isel_gpr(s);
	if (c == MIR_S) {
		isel_put1(s, MOP_FMOV_GS, lo, isel_use(s, r));
		return lo;
	}
	isel_put(s, MOP_FMOV_GGD, 2, 1, (vreg[]){ lo, hi, isel_use(s, r) });
	return half ? hi : lo;
}

/* Bits in core registers to the register of r's class. */
static void from_bits(struct isel *s, ref r, vreg lo, vreg hi)
{
	enum mir_class c = isel_class_of(s, (enum type)ir_at(s->ir, r)->type);

	if (c == MIR_S)
		isel_put1(s, MOP_FMOV_SG, isel_def(s, r, 0), lo);
	else if (c == MIR_D)
		isel_put2(s, MOP_FMOV_DGG, isel_def(s, r, 0), lo, hi);
}

static void sel_reinterpret(struct isel *s, ref r)
{
	ref a = ir_at(s->ir, r)->arg[0];

	switch (ir_at(s->ir, r)->op) {
	case OP_I32_REINTERPRET_F32:
		isel_put1(s, MOP_FMOV_GS, isel_def(s, r, 0), isel_use(s, a));
		break;
	case OP_I64_REINTERPRET_F64: {
		vreg lo = isel_def(s, r, 0);
		isel_put(s, MOP_FMOV_GGD, 2, 1,
		    (vreg[]){ lo, isel_def(s, r, 1), isel_use(s, a) });
		break;
	}
	case OP_F32_REINTERPRET_I32:
		from_bits(s, r, isel_use(s, a), 0);
		break;
	default: {
		vreg lo = isel_use_half(s, a, 0);
		from_bits(s, r, lo, isel_use_half(s, a, 1));
		break;
	}
	}
}

/* The sign bit of b into the bits of a. */
static void sel_copysign(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool f64 = i->op == OP_F64_COPYSIGN;
	bool bits = isel_class_of(s, (enum type)i->type) == MIR_G;
	vreg lo = 0, sign = isel_gpr(s), d = isel_gpr(s);

	if (bits)
		d = isel_def(s, r, f64);
	vreg a = isel_float_word(s, i->arg[0], f64);
	if (f64 && !bits)
		lo = isel_float_word(s, i->arg[0], 0);
	isel_put_shift(s, sign, isel_float_word(s, i->arg[1], f64), SH_LSR, 31);
	struct mir_ins *m = isel_put2(s, MOP_BFI, d, a, sign);
	m->imm = 31;
	m->imm2 = 1;
	if (!bits)
		from_bits(s, r, f64 ? lo : d, d);
}

/* --- helpers -------------------------------------------------------------------- */

static void call_helper(struct isel *s, ref r, const char *name,
			const char *sig)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool wide = strchr(sig, ':')[1] == 'p';
	bool bits = isel_class_of(s, (enum type)i->type) == MIR_G;
	char args[4] = { 0 };
	vreg v[4], d[2] = { 0, 0 };
	unsigned n = 0;

	for (unsigned k = 0; sig[k] != ':'; k++) {
		args[k] = sig[k];
		v[n++] = isel_float_word(s, i->arg[k], 0);
		if (sig[k] == 'p')
			v[n++] = isel_float_word(s, i->arg[k], 1);
	}
	d[0] = bits ? s->lo[r] : isel_gpr(s);
	if (wide)
		d[1] = bits ? s->hi[r] : isel_gpr(s);
	isel_helper(s, name, args, v, d);
	if (!bits)
		from_bits(s, r, d[0], d[1]);
}

static void soft_compare(struct isel *s, ref r, const struct float_row *f)
{
	unsigned op = ir_at(s->ir, r)->op;
	vreg d = isel_def(s, r, 0);

	if (op != OP_F32_NE && op != OP_F64_NE) {
		call_helper(s, r, f->helper, f->sig);
		return;
	}
	vreg equal = isel_gpr(s);
	s->lo[r] = equal;
	call_helper(s, r, f->helper, f->sig);
	s->lo[r] = d;
	isel_put_ri(s, MOP_EOR_RI, d, equal, 1);
}

/* --- conversions to integers ------------------------------------------------------ */

static void check_trunc(struct isel *s, ref a, const struct trunc_row *t)
{
	struct word first = rword(isel_float_word(s, a, t->f64));
	vreg mag = isel_gpr(s);

	if (!t->f64) {
		isel_put_shift(s, mag, first.k, SH_LSL, 1);
		isel_trap_if(s, rword(mag), kword(0xff000000), HI,
			HD_TRAP_BAD_CONVERSION);
		isel_trap_if(s, first, kword(t->high), GE, HD_TRAP_INT_OVERFLOW);
		isel_trap_if(s, first, kword((uint32_t)t->low), CS,
			HD_TRAP_INT_OVERFLOW);
		return;
	}
	vreg lo = isel_float_word(s, a, 0);
	isel_put_ri(s, MOP_BIC_RI, mag, first.k, 0x80000000);
	struct cond_part nan = { CMP64, CC, 4,
		{ isel_konst(s, 0), isel_konst(s, 0x7ff00000), lo, mag }, 0 };
	isel_put_trap(s, &nan, HD_TRAP_BAD_CONVERSION);
	isel_trap_if(s, first, kword(t->high), GE, HD_TRAP_INT_OVERFLOW);
	if ((uint32_t)t->low == 0) {
		isel_trap_if(s, first, kword((uint32_t)(t->low >> 32)), CS,
			HD_TRAP_INT_OVERFLOW);
		return;
	}
	struct cond_part low = { CMP64, CS, 4,
		{ lo, first.k, isel_konst(s, (uint32_t)t->low),
		  isel_konst(s, (uint32_t)(t->low >> 32)) }, 0 };
	isel_put_trap(s, &low, HD_TRAP_INT_OVERFLOW);
}

static void sel_trunc(struct isel *s, ref r, const struct trunc_row *t,
		      bool saturates)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (!saturates && !(i->flags & IR_NO_TRAP))
		check_trunc(s, i->arg[0], t);
	if (!s->lo[r] && !s->hi[r])
		return;
	if (i->type == T_I32 && in_hardware(s, t->f64)) {
		vreg x = isel_fresh(s, MIR_S);
		isel_put1(s, MOP_FUN, x, isel_use(s, i->arg[0]))->aux = t->fp;
		isel_put1(s, MOP_FMOV_GS, isel_def(s, r, 0), x);
		return;
	}
	call_helper(s, r, t->helper, t->f64 ? i->type == T_I64 ? "p:p" : "p:w" :
					      i->type == T_I64 ? "w:p" : "w:w");
}

/* --- minimum and maximum ------------------------------------------------------------ */

/* With a NaN operand the sum is a quiet NaN of the right kind; else VMINNM and
 * VMAXNM do what wasm asks for, zeros included. */
static void sel_minmax(struct isel *s, ref r, const struct float_row *f)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	enum mir_class c = isel_class_of(s, (enum type)i->type);
	vreg a = isel_use(s, i->arg[0]), b = isel_use(s, i->arg[1]);
	vreg sum = isel_fresh(s, c), m = isel_fresh(s, c);
	struct cond_part unordered = { CMP_FF, VS, 2, { a, b }, 0 };

	isel_put2(s, MOP_FBIN, m, a, b)->aux = f->fp;
	isel_put2(s, MOP_FBIN, sum, a, b)->aux = FP_ADD;
	isel_put_cond(s, MOP_CMP_SEL, &unordered, isel_def(s, r, 0), (vreg[]){ sum, m },
		 2);
}

static bool is_minmax(unsigned op)
{
	return op == OP_F32_MIN || op == OP_F32_MAX || op == OP_F64_MIN ||
	       op == OP_F64_MAX;
}

/* --- the rows -------------------------------------------------------------------------- */

struct cond_part isel_match_float(struct isel *s, ref c)
{
	static const uint8_t cond[] = { EQ, NE, MI, GT, LS, GE };
	const struct ir_ins *i = ir_at(s->ir, c);
	unsigned first = i->op >= OP_F64_EQ ? OP_F64_EQ : OP_F32_EQ;
	const struct ir_ins *b = ir_at(s->ir, i->arg[1]);
	vreg a = isel_use(s, i->arg[0]);

	if (b->op == IR_CONST && b->imm == 0)
		return (struct cond_part){ CMP_FZ, cond[i->op - first], 1,
					   { a }, 0 };
	return (struct cond_part){ CMP_FF, cond[i->op - first], 2,
				   { a, isel_use(s, i->arg[1]) }, 0 };
}

static void sel_row(struct isel *s, ref r, const struct float_row *f)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	vreg a, d = isel_def(s, r, 0);

	if (ir_at(s->ir, i->arg[0])->type == T_I32) {
		a = isel_fresh(s, MIR_S);
		isel_put1(s, MOP_FMOV_SG, a, isel_use(s, i->arg[0]));
	} else {
		a = isel_use(s, i->arg[0]);
	}
	if (f->mop == MOP_FBIN)
		isel_put2(s, MOP_FBIN, d, a, isel_use(s, i->arg[1]))->aux = f->fp;
	else
		isel_put1(s, MOP_FUN, d, a)->aux = f->fp;
}

void sel_float(struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;
	const struct float_row *f = &float_row[op];
	bool saturates, hard = in_hardware(s, f->f64);
	const struct trunc_row *t = trunc_of(op, &saturates);

	if (t) {
		sel_trunc(s, r, t, saturates);
	} else if (op >= OP_I32_REINTERPRET_F32 && op <= OP_F64_REINTERPRET_I64) {
		sel_reinterpret(s, r);
	} else if (op == OP_F32_COPYSIGN || op == OP_F64_COPYSIGN) {
		if (s->lo[r] || s->hi[r])
			sel_copysign(s, r);
	} else if (op <= OP_F64_GE) {
		if (hard)
			sel_compare(s, r);
		else
			soft_compare(s, r, f);
	} else if (is_minmax(op) && hard && (s->tg->features & T32_FPV5)) {
		sel_minmax(s, r, f);
	} else if (!is_minmax(op) && hard &&
		   (s->tg->features & f->needs) == f->needs) {
		sel_row(s, r, f);
	} else {
		call_helper(s, r, f->helper, f->sig);
	}
}
