/* sem_wasm.c - num.def bound to terms.
 *
 * 64-bit values are pairs of words; the shapes chosen here are those that code
 * for 32-bit cores takes, so that both sides normalise alike.  That they mean
 * what the table says is tested against num_eval and against Z3's 64-bit
 * vectors (tests/unit/prove_sem_test.c).
 */
#include "prove/sem_wasm.h"

#include "prove/world.h"
#include "wasm/sem.h"

struct num {
	struct terms *z;
	unsigned w;
	struct val_trap *trap;
	unsigned ntraps;
};

static term k32(struct num *n, uint32_t k)
{
	return term_const(n->z, k);
}

static struct val v1(term t)
{
	return (struct val){ t, 0 };
}

static struct val konst(struct num *n, uint64_t k)
{
	return (struct val){ k32(n, (uint32_t)k),
			     n->w == 64 ? k32(n, (uint32_t)(k >> 32)) : 0 };
}

/* --- arithmetic -------------------------------------------------------------- */

static struct val add(struct num *n, struct val x, struct val y)
{
	struct terms *z = n->z;
	struct val r = { term_add(z, x.lo, y.lo), 0 };

	if (n->w == 64)
		r.hi = term_add(z, term_add(z, x.hi, y.hi),
				term_bool(z, term_carry(z, x.lo, y.lo, z->no)));
	return r;
}

static struct val sub(struct num *n, struct val x, struct val y)
{
	struct terms *z = n->z;
	struct val r = { term_sub(z, x.lo, y.lo), 0 };

	/* x + ~y + 1, the carry into the high word being not a borrow */
	if (n->w == 64)
		r.hi = term_add(z, term_add(z, x.hi, term_not(z, y.hi)),
				term_bool(z, term_carry(z, x.lo,
					term_not(z, y.lo), z->yes)));
	return r;
}

static struct val mul(struct num *n, struct val x, struct val y)
{
	struct terms *z = n->z;
	struct val r = { term_mul(z, x.lo, y.lo), 0 };

	if (n->w == 64)
		r.hi = term_add(z, term_arith(z, TM_UMULH, x.lo, y.lo),
				term_add(z, term_mul(z, x.hi, y.lo),
					 term_mul(z, x.lo, y.hi)));
	return r;
}

static struct val divide(struct num *n, enum op op, enum term_op w32,
			 struct val x, struct val y)
{
	term arg[4] = { x.lo, x.hi, y.lo, y.hi };

	if (n->w == 32)
		return v1(term_arith(n->z, w32, x.lo, y.lo));
	return (struct val){
		term_uf(n->z, SORT_WORD, UF(UF_OP, 8 * op), arg, 4),
		term_uf(n->z, SORT_WORD, UF(UF_OP, 8 * op + 1), arg, 4) };
}

static struct val bits(struct num *n, enum term_op op, struct val x,
		       struct val y)
{
	struct val r = { term_bits(n->z, op, x.lo, y.lo), 0 };

	if (n->w == 64)
		r.hi = term_bits(n->z, op, x.hi, y.hi);
	return r;
}

/* --- shifts ----------------------------------------------------------------------- */

/* Amounts of registers are their low bytes: 224 to 255 for -32 to -1. */
static term byte(struct num *n, term t)
{
	return term_andk(n->z, t, 255);
}

static struct val shift(struct num *n, enum term_op op, struct val x,
			struct val by)
{
	struct terms *z = n->z;
	enum term_op back = op == TM_SHL ? TM_SHR : TM_SHL;
	term c = by.lo, over, far;

	if (n->w == 32)
		return v1(term_shift(z, op, x.lo, c));
	term near_in = op == TM_SHL ? x.lo : x.hi;
	term far_in = op == TM_SHL ? x.hi : x.lo;
	enum term_op to = op == TM_SHL ? TM_SHL : TM_SHR;
	over = byte(n, term_addk(z, c, 0u - 32));
	far = term_bits(z, TM_OR, term_shift(z, to, far_in, c),
			term_shift(z, back, near_in,
				   byte(n, term_sub(z, k32(n, 32), c))));
	if (op == TM_SAR)
		far = term_ite(z, term_slt(z, c, k32(n, 32)), far,
			       term_shift(z, TM_SAR, near_in, over));
	else
		far = term_bits(z, TM_OR, far,
				term_shift(z, op, near_in, over));
	term near_out = term_shift(z, op, near_in, c);
	return op == TM_SHL ? (struct val){ near_out, far }
			    : (struct val){ far, near_out };
}

static struct val rotr(struct num *n, struct val x, term c)
{
	struct terms *z = n->z;

	if (n->w == 32)
		return v1(term_shift(z, TM_ROR, x.lo, c));
	/* halves change places from 32 up */
	term swap = term_bnot(z, term_eq(z, term_andk(z, c, 32), k32(n, 0)));
	term lo = term_ite(z, swap, x.hi, x.lo);
	term hi = term_ite(z, swap, x.lo, x.hi);
	term m = term_andk(z, c, 31);
	term back = byte(n, term_sub(z, k32(n, 32), m));
	return (struct val){
		term_bits(z, TM_OR, term_shift(z, TM_SHR, lo, m),
			  term_shift(z, TM_SHL, hi, back)),
		term_bits(z, TM_OR, term_shift(z, TM_SHR, hi, m),
			  term_shift(z, TM_SHL, lo, back)) };
}

static struct val rotl(struct num *n, struct val x, term c)
{
	struct terms *z = n->z;

	if (n->w == 32)
		return rotr(n, x, term_sub(z, k32(n, 32), c));
	term swap = term_bnot(z, term_eq(z, term_andk(z, c, 32), k32(n, 0)));
	term lo = term_ite(z, swap, x.hi, x.lo);
	term hi = term_ite(z, swap, x.lo, x.hi);
	term m = term_andk(z, c, 31);
	term back = byte(n, term_sub(z, k32(n, 32), m));
	return (struct val){
		term_bits(z, TM_OR, term_shift(z, TM_SHL, lo, m),
			  term_shift(z, TM_SHR, hi, back)),
		term_bits(z, TM_OR, term_shift(z, TM_SHL, hi, m),
			  term_shift(z, TM_SHR, lo, back)) };
}

/* --- counting ----------------------------------------------------------------------- */

static struct val clz(struct num *n, struct val x)
{
	struct terms *z = n->z;

	if (n->w == 32)
		return v1(term_unary(z, TM_CLZ, x.lo));
	/* of no bits there are 32 */
	term low = term_ite(z, term_eq(z, x.hi, k32(n, 0)),
			    term_unary(z, TM_CLZ, x.lo), k32(n, 0));
	return (struct val){ term_add(z, term_unary(z, TM_CLZ, x.hi), low),
			     k32(n, 0) };
}

static struct val ctz(struct num *n, struct val x)
{
	struct terms *z = n->z;

	if (n->w == 32)
		return v1(term_unary(z, TM_CLZ, term_unary(z, TM_RBIT, x.lo)));
	struct val r = { term_unary(z, TM_RBIT, x.hi),
			 term_unary(z, TM_RBIT, x.lo) };
	return clz(n, r);
}

/* Pairs, nibbles, bytes, then their sum by a product. */
static term popcnt32(struct num *n, term x)
{
	struct terms *z = n->z;
	term t = term_sub(z, x, term_andk(z, term_shiftk(z, TM_SHR, x, 1),
					  0x55555555));

	t = term_add(z, term_andk(z, t, 0x33333333),
		     term_andk(z, term_shiftk(z, TM_SHR, t, 2), 0x33333333));
	t = term_andk(z, term_add(z, t, term_shiftk(z, TM_SHR, t, 4)),
		      0x0f0f0f0f);
	return term_shiftk(z, TM_SHR, term_mul_add(z, t, 0x01010101,
						   k32(n, 0)), 24);
}

static struct val popcnt(struct num *n, struct val x)
{
	if (n->w == 32)
		return v1(popcnt32(n, x.lo));
	return (struct val){ term_add(n->z, popcnt32(n, x.lo),
				      popcnt32(n, x.hi)), k32(n, 0) };
}

static struct val sign(struct num *n, unsigned from, struct val x)
{
	struct val r = { term_sext(n->z, x.lo, from), 0 };

	if (n->w == 64)
		r.hi = term_shiftk(n->z, TM_SAR, r.lo, 31);
	return r;
}

/* --- conditions ----------------------------------------------------------------------- */

static term eq(struct num *n, struct val x, struct val y)
{
	term c = term_eq(n->z, x.lo, y.lo);

	return n->w == 32 ? c : term_band(n->z, c, term_eq(n->z, x.hi, y.hi));
}

/* The high words decide, or, when they are equal, the low ones. */
static term below(struct num *n, bool is_signed, struct val x, struct val y)
{
	struct terms *z = n->z;
	term c = n->w == 64 ? x.hi : x.lo, d = n->w == 64 ? y.hi : y.lo;
	term r = is_signed ? term_slt(z, c, d) : term_ult(z, c, d);

	if (n->w == 32)
		return r;
	return term_bor(z, r, term_band(z, term_eq(z, c, d),
					term_ult(z, x.lo, y.lo)));
}

/* --- floats ------------------------------------------------------------------------------ */

static bool is_double(enum op op)
{
	return op_info[op].sig[0] == 'd';
}

/* Of constants, when no NaN comes out, whose bits are the machine's choice. */
static bool fold_float(struct terms *z, enum op op, const struct val in[2],
		       struct val *out)
{
	const char *sig = op_info[op].sig;
	uint64_t arg[2] = { 0, 0 }, r;
	enum hd_trap_kind trap;
	unsigned k;

	for (k = 0; sig[k] != ':'; k++) {
		uint32_t lo, hi = 0;
		if (!term_is_const(z, in[k].lo, &lo) ||
		    (in[k].hi && !term_is_const(z, in[k].hi, &hi)))
			return false;
		arg[k] = (uint64_t)hi << 32 | lo;
	}
	char to = sig[k + 1];
	if (!num_eval(op, arg, &r, &trap) ||
	    (to == 'f' && (r & 0x7fffffff) > 0x7f800000) ||
	    (to == 'd' && (r & INT64_MAX) > UINT64_C(0x7ff) << 52))
		return false;
	*out = (struct val){ term_const(z, (uint32_t)r), to == 'd' || to == 'l' ?
			     term_const(z, (uint32_t)(r >> 32)) : 0 };
	return true;
}

term sem_float_cond(struct terms *z, enum op op, struct val a, struct val b)
{
	struct val folded;
	uint32_t k;

	/* equality is symmetric, of all bits */
	if ((op == OP_F32_EQ || op == OP_F64_EQ) && a.lo > b.lo)
		return sem_float_cond(z, op, b, a);
	term arg[4] = { a.lo, b.lo, a.hi, b.hi };
	if (fold_float(z, op, (struct val[]){ a, b }, &folded) &&
	    term_is_const(z, folded.lo, &k))
		return k ? z->yes : z->no;
	return term_uf(z, SORT_BOOL, UF(UF_OP, 8 * op + 2), arg,
		       is_double(op) ? 4 : 2);
}

static struct val float_uf(struct terms *z, enum uf_kind kind, enum op op,
			   struct val a, struct val b)
{
	const char *sig = op_info[op].sig;
	struct val folded;
	term arg[4];
	unsigned n = 0;
	struct val in[2] = { a, b };

	if (fold_float(z, op, in, &folded))
		return folded;
	for (unsigned k = 0; sig[k] != ':'; k++) {
		arg[n++] = in[k].lo;
		if (sig[k] == 'l' || sig[k] == 'd')
			arg[n++] = in[k].hi;
	}
	char to = op_info[op].sig[sig[1] == ':' ? 2 : 3];
	struct val r = { term_uf(z, SORT_WORD, UF(kind, 8 * op), arg, n), 0 };
	if (to == 'l' || to == 'd')
		r.hi = term_uf(z, SORT_WORD, UF(kind, 8 * op + 1), arg, n);
	return r;
}

struct val sem_float(struct terms *z, enum op op, struct val a, struct val b)
{
	return float_uf(z, UF_OP, op, a, b);
}

struct val sem_float_number(struct terms *z, enum op op, struct val a,
			    struct val b)
{
	return float_uf(z, UF_NUMBER, op, a, b);
}

static term is_nan(struct num *n, struct val x)
{
	struct terms *z = n->z;
	term top = term_andk(z, n->w == 64 ? x.hi : x.lo, 0x7fffffff);

	if (n->w == 32)
		return term_ult(z, k32(n, 0x7f800000), top);
	return term_bor(z, term_ult(z, k32(n, 0x7ff00000), top),
			term_band(z, term_eq(z, top, k32(n, 0x7ff00000)),
				  term_bnot(z, term_eq(z, x.lo, k32(n, 0)))));
}

term sem_unordered(struct terms *z, unsigned w, struct val a, struct val b)
{
	struct num n = { .z = z, .w = w };

	return term_bor(z, is_nan(&n, a), is_nan(&n, b));
}

/* The operands of a float operation of two. */
static void operands(const struct terms *z, const struct term_node *i,
		     struct val *a, struct val *b)
{
	const term *arg = &z->pool.at[i->args];

	*a = i->n == 4 ? (struct val){ arg[0], arg[1] }
		       : (struct val){ arg[0], 0 };
	*b = i->n == 4 ? (struct val){ arg[2], arg[3] }
		       : (struct val){ arg[1], 0 };
}

term sem_float_choose(struct terms *z, term c, term x, term y)
{
	const struct term_node i = *term_at(z, x), j = *term_at(z, y);
	struct val a, b;

	if (i.op != TM_UF || j.op != TM_UF)
		return 0;
	if (i.imm >> 24 == UF_NUMBER)	/* the condition says the opposite */
		return j.imm >> 24 == UF_NUMBER ? 0 :
		       sem_float_choose(z, term_bnot(z, c), y, x);
	if (j.imm >> 24 != UF_NUMBER || i.imm >> 24 != UF_OP)
		return 0;
	unsigned op = (j.imm & 0xffffff) / 8, part = j.imm & 7;
	bool d = is_double((enum op)op);
	operands(z, &j, &a, &b);
	struct val sum = sem_float(z, d ? OP_F64_ADD : OP_F32_ADD, a, b);
	if (x != (part ? sum.hi : sum.lo) ||
	    c != sem_unordered(z, d ? 64 : 32, a, b))
		return 0;
	struct val r = sem_float(z, (enum op)op, a, b);
	return part ? r.hi : r.lo;
}

/* Against constants floats are ordered as their bits are: below a positive
 * one as signed numbers, above a negative one as unsigned ones. */
static bool is_constant(struct num *n, struct val x)
{
	uint32_t k;

	return term_is_const(n->z, x.lo, &k) &&
	       (n->w == 32 || term_is_const(n->z, x.hi, &k));
}

static term float_cond(struct num *n, enum op op, struct val x, struct val y,
		       bool or_equal)
{
	struct terms *z = n->z;

	if (n->trap && is_constant(n, y) && !or_equal)
		return term_band(z, term_bnot(z, is_nan(n, x)),
				 below(n, true, x, y));
	if (n->trap && is_constant(n, x))
		return term_band(z, term_bnot(z, is_nan(n, y)),
				 or_equal ? term_bnot(z, below(n, false, x, y))
					  : below(n, false, y, x));
	return sem_float_cond(z, op, x, y);
}

/* --- the table --------------------------------------------------------------------------- */

static int put_trap(struct num *n, enum hd_trap_kind kind, term when)
{
	n->trap[n->ntraps++] = (struct val_trap){ kind, when };
	return 0;
}

static struct val wide(struct num *n, term lo, term hi)
{
	(void)n;
	return (struct val){ lo, hi };
}

#define K(x)        konst(n, (uint64_t)(x))
#define SMIN        konst(n, UINT64_C(1) << (n->w - 1))
#define ADD(x, y)   add(n, x, y)
#define SUB(x, y)   sub(n, x, y)
#define MUL(x, y)   mul(n, x, y)
#define UDIV(x, y)  divide(n, OP_I64_DIV_U, TM_UDIV, x, y)
#define SDIV(x, y)  divide(n, OP_I64_DIV_S, TM_SDIV, x, y)
#define AND(x, y)   bits(n, TM_AND, x, y)
#define OR(x, y)    bits(n, TM_OR, x, y)
#define XOR(x, y)   bits(n, TM_XOR, x, y)
#define SHL(x, c)   shift(n, TM_SHL, x, c)
#define SHR_U(x, c) shift(n, TM_SHR, x, c)
#define SHR_S(x, c) shift(n, TM_SAR, x, c)
#define ROTL(x, c)  rotl(n, x, (c).lo)
#define ROTR(x, c)  rotr(n, x, (c).lo)
#define CLZ(x)      clz(n, x)
#define CTZ(x)      ctz(n, x)
#define POPCNT(x)   popcnt(n, x)
#define SIGN(c, x)  sign(n, c, x)
#define EQ(x, y)    eq(n, x, y)
#define ULT(x, y)   below(n, false, x, y)
#define ULE(x, y)   term_bnot(n->z, below(n, false, y, x))
#define SLT(x, y)   below(n, true, x, y)
#define SLE(x, y)   term_bnot(n->z, below(n, true, y, x))
#define NOT(c)      term_bnot(n->z, c)
#define BOTH(c, d)  term_band(n->z, c, d)
#define BOOL(c)     v1(term_bool(n->z, c))
#define WRAP(x)     v1((x).lo)
#define EXTEND_S(x) wide(n, (x).lo, term_shiftk(n->z, TM_SAR, (x).lo, 31))
#define EXTEND_U(x) wide(n, (x).lo, k32(n, 0))
#define F32_EQ(x, y) float_cond(n, OP_F32_EQ, x, y, true)
#define F32_LT(x, y) float_cond(n, OP_F32_LT, x, y, false)
#define F32_LE(x, y) float_cond(n, OP_F32_LE, x, y, true)
#define F32_NAN(x)   is_nan(n, x)
#define F64_EQ(x, y) float_cond(n, OP_F64_EQ, x, y, true)
#define F64_LT(x, y) float_cond(n, OP_F64_LT, x, y, false)
#define F64_LE(x, y) float_cond(n, OP_F64_LE, x, y, true)
#define F64_NAN(x)   is_nan(n, x)
#define F1(id)       sem_float(n->z, OP_##id, a, b)
#define F32_ADD(x, y)  F1(F32_ADD)
#define F32_SUB(x, y)  F1(F32_SUB)
#define F32_MUL(x, y)  F1(F32_MUL)
#define F32_DIV(x, y)  F1(F32_DIV)
#define F32_MIN(x, y)  F1(F32_MIN)
#define F32_MAX(x, y)  F1(F32_MAX)
#define F32_SQRT(x)    F1(F32_SQRT)
#define F32_CEIL(x)    F1(F32_CEIL)
#define F32_FLOOR(x)   F1(F32_FLOOR)
#define F32_TRUNC(x)   F1(F32_TRUNC)
#define F32_NEAREST(x) F1(F32_NEAREST)
#define F64_ADD(x, y)  F1(F64_ADD)
#define F64_SUB(x, y)  F1(F64_SUB)
#define F64_MUL(x, y)  F1(F64_MUL)
#define F64_DIV(x, y)  F1(F64_DIV)
#define F64_MIN(x, y)  F1(F64_MIN)
#define F64_MAX(x, y)  F1(F64_MAX)
#define F64_SQRT(x)    F1(F64_SQRT)
#define F64_CEIL(x)    F1(F64_CEIL)
#define F64_FLOOR(x)   F1(F64_FLOOR)
#define F64_TRUNC(x)   F1(F64_TRUNC)
#define F64_NEAREST(x) F1(F64_NEAREST)
#define F32_DEMOTE_F64(x)      F1(F32_DEMOTE_F64)
#define F64_PROMOTE_F32(x)     F1(F64_PROMOTE_F32)
#define F32_CONVERT_I32_S(x)   F1(F32_CONVERT_I32_S)
#define F32_CONVERT_I32_U(x)   F1(F32_CONVERT_I32_U)
#define F32_CONVERT_I64_S(x)   F1(F32_CONVERT_I64_S)
#define F32_CONVERT_I64_U(x)   F1(F32_CONVERT_I64_U)
#define F64_CONVERT_I32_S(x)   F1(F64_CONVERT_I32_S)
#define F64_CONVERT_I32_U(x)   F1(F64_CONVERT_I32_U)
#define F64_CONVERT_I64_S(x)   F1(F64_CONVERT_I64_S)
#define F64_CONVERT_I64_U(x)   F1(F64_CONVERT_I64_U)
#define I32_TRUNC_SAT_F32_S(x) F1(I32_TRUNC_SAT_F32_S)
#define I32_TRUNC_SAT_F32_U(x) F1(I32_TRUNC_SAT_F32_U)
#define I32_TRUNC_SAT_F64_S(x) F1(I32_TRUNC_SAT_F64_S)
#define I32_TRUNC_SAT_F64_U(x) F1(I32_TRUNC_SAT_F64_U)
#define I64_TRUNC_SAT_F32_S(x) F1(I64_TRUNC_SAT_F32_S)
#define I64_TRUNC_SAT_F32_U(x) F1(I64_TRUNC_SAT_F32_U)
#define I64_TRUNC_SAT_F64_S(x) F1(I64_TRUNC_SAT_F64_S)
#define I64_TRUNC_SAT_F64_U(x) F1(I64_TRUNC_SAT_F64_U)
#define NEVER         0
#define TRAP(kind, c) put_trap(n, HD_TRAP_##kind, c)
#define EITHER(t, u)  ((void)(t), (u))

struct val sem_num(struct terms *z, enum op op, struct val a, struct val b,
		   struct val_trap trap[2], unsigned *ntraps)
{
	char first = op_info[op].sig[0];
	struct num num = { z, first == 'l' || first == 'd' ? 64 : 32, NULL,
			   0 }, *n = &num;
	struct val r = { 0, 0 };

	switch ((int)op) {
#define N(id, code, text, sig, value, traps)   \
	case OP_##id:                          \
		n->trap = trap;                \
		(void)(traps);                 \
		n->trap = NULL;                \
		r = (value);                   \
		break;
#include "wasm/num.def"
	}
	*ntraps = num.ntraps;
	return r;
}
