/* emit_cmp.c - comparisons and what consumes their flags.  What makes a number of
 * them is in emit_set.c, traps are in emit_trap.c. */
#include "base/compiler.h"
#include "t32/bits.h"
#include "t32/emit.h"

/* --- setting flags --------------------------------------------------------- */

/* Does the encoding write N and Z of its first operand, or has it a sibling
 * that does?  Returns the sibling (or id itself), or T32_COUNT. */
static enum t32 flag_setting(enum t32 id)
{
	switch (id) {
	case T32_ADDS_R_N: case T32_SUBS_R_N: case T32_ADDS_I3_N:
	case T32_SUBS_I3_N: case T32_ADDS_I8_N: case T32_SUBS_I8_N:
	case T32_ANDS_R_N: case T32_EORS_R_N: case T32_ORRS_R_N:
	case T32_BICS_R_N: case T32_MVNS_R_N: case T32_LSLS_I_N:
	case T32_LSRS_I_N: case T32_ASRS_I_N: case T32_LSLS_R_N:
	case T32_LSRS_R_N: case T32_ASRS_R_N: case T32_RORS_R_N:
	case T32_MULS_R_N: case T32_RSBS_I_N:
		return id;
	case T32_ADD_I: return T32_ADDS_I;
	case T32_ADD_R: return T32_ADDS_R;
	case T32_SUB_I: return T32_SUBS_I;
	case T32_SUB_R: return T32_SUBS_R;
	case T32_RSB_I: return T32_RSBS_I;
	case T32_RSB_R: return T32_RSBS_R;
	case T32_AND_I: return T32_ANDS_I;
	case T32_AND_R: return T32_ANDS_R;
	case T32_ORR_I: return T32_ORRS_I;
	case T32_ORR_R: return T32_ORRS_R;
	case T32_EOR_I: return T32_EORS_I;
	case T32_EOR_R: return T32_EORS_R;
	case T32_BIC_I: return T32_BICS_I;
	case T32_BIC_R: return T32_BICS_R;
	case T32_MVN_R: return T32_MVNS_R;
	case T32_LSL_I: return T32_LSLS_I;
	case T32_LSR_I: return T32_LSRS_I;
	case T32_ASR_I: return T32_ASRS_I;
	default: return T32_COUNT;
	}
}

/* The condition that says of N and Z alone what c says after cmp x, #0. */
static enum cond sign_cond(enum cond c)
{
	switch (c) {
	case EQ: case NE: case MI: case PL: return c;
	case LT: return MI;
	case GE: return PL;
	default: return AL;
	}
}

/* A move of one register to another or the load of a literal, neither
 * conditional nor to reg. */
static bool is_other_move(const struct asm_item *i, unsigned reg)
{
	if (i->kind == ASM_LITERAL)
		return !i->in_it && i->reg != reg;
	return i->kind == ASM_INS && i->id == T32_MOV_H_N && !i->in_it &&
	       i->op[0] != (int32_t)reg;
}

/* The instruction before, moves to others than reg left out, if it can set
 * flags: it is in this block and not conditional. */
static struct asm_item *before(struct emit *e, unsigned reg)
{
	struct asm_buf *s = &e->s;
	uint32_t n = s->items.n;

	if (s->it_left > 0)
		return NULL;
	/* They neither set flags nor take this value away. */
	while (n > e->block_start && is_other_move(&s->items.at[n - 1], reg))
		n--;
	if (n <= e->block_start)
		return NULL;
	struct asm_item *i = &s->items.at[n - 1];
	bool it = n > 1 && i[-1].kind == ASM_INS && i[-1].id == T32_IT;
	return i->kind == ASM_INS && !i->in_it && !it ? i : NULL;
}

/* Makes the instruction before set the flags of reg, if it computes reg. */
static bool reuse_flags(struct emit *e, unsigned reg)
{
	struct asm_item *i = before(e, reg);
	enum t32 id = i && i->op[0] == (int32_t)reg ?
			      flag_setting((enum t32)i->id) : T32_COUNT;

	if (id == T32_COUNT)
		return false;
	i->id = (uint16_t)id;
	return true;
}

/* Has the instruction before shifted this bit of reg out to the right, to
 * another register?  Then C is the bit. */
static bool reuse_carry(struct emit *e, unsigned reg, int32_t bit)
{
	struct asm_item *i = before(e, reg);

	if (!i || (i->id != T32_LSR_I && i->id != T32_LSRS_I_N) ||
	    i->op[0] == (int32_t)reg || i->op[1] != (int32_t)reg ||
	    (uint32_t)bit != UINT32_C(1) << (i->op[2] - 1))
		return false;
	i->id = (uint16_t)flag_setting((enum t32)i->id);
	return true;
}

void emit_cmp_ri(struct emit *e, unsigned n, int32_t imm)
{
	struct asm_buf *s = &e->s;
	int32_t N = (int32_t)n;

	if (is_low(n) && imm >= 0 && imm < 256)
		ASM2(s, T32_CMP_I_N, N, imm);
	else if (t32_is_modimm((uint32_t)imm))
		ASM2(s, T32_CMP_I, N, imm);
	else if (imm != 0 && t32_is_modimm(-(uint32_t)imm))
		ASM2(s, T32_CMN_I, N, (int32_t)-(uint32_t)imm);
	else {
		asm_const(s, REG_IP, (uint32_t)imm, false);
		ASM2(s, T32_CMP_H_N, N, REG_IP);
	}
}

void emit_cmp_rr(struct emit *e, unsigned n, unsigned m, int32_t shift)
{
	if (shift != 0)
		ASM4(&e->s, T32_CMP_R, (int32_t)n, (int32_t)m, shift >> 8,
		     shift & 0xff);
	else if (is_low(n) && is_low(m))
		ASM2(&e->s, T32_CMP_R_N, (int32_t)n, (int32_t)m);
	else
		ASM2(&e->s, T32_CMP_H_N, (int32_t)n, (int32_t)m);
}

static void test_rr(struct emit *e, enum t32 id, unsigned n, unsigned m,
		    int32_t shift)
{
	if (id == T32_TST_R && shift == 0 && is_low(n) && is_low(m))
		ASM2(&e->s, T32_TST_R_N, (int32_t)n, (int32_t)m);
	else
		ASM4(&e->s, id, (int32_t)n, (int32_t)m, shift >> 8,
		     shift & 0xff);
}

static void test_ri(struct emit *e, enum t32 id, unsigned n, int32_t imm)
{
	enum t32 reg = id == T32_TST_I ? T32_TST_R : T32_CMN_R;

	if (t32_is_modimm((uint32_t)imm)) {
		ASM2(&e->s, id, (int32_t)n, imm);
		return;
	}
	asm_const(&e->s, REG_IP, (uint32_t)imm, false);
	ASM4(&e->s, reg, (int32_t)n, REG_IP, 0, 0);
}

static void cmp64(struct emit *e, const struct mir_ins *i)
{
	unsigned al = emit_use(e, i, 0), ah = emit_use(e, i, 1);
	unsigned bl = emit_use(e, i, 2), bh = emit_use(e, i, 3);

	emit_cmp_rr(e, al, bl, 0);
	if (i->cond == EQ || i->cond == NE) {
		asm_it(&e->s, EQ, 1, 0);
		emit_cmp_rr(e, ah, bh, 0);
	} else {
		ASM5(&e->s, T32_SBCS_R, REG_IP, (int32_t)ah, (int32_t)bh, 0, 0);
	}
}

static void cmp_float(struct emit *e, const struct mir_ins *i)
{
	bool dbl = is_double(e, mir_use(e->f, i, 0));
	unsigned a = emit_use(e, i, 0);

	if (i->cmp == CMP_FZ)
		ASM1(&e->s, dbl ? T32_VCMP_Z_D : T32_VCMP_Z_F,
		     dbl ? dreg(a) : sreg(a));
	else
		ASM2(&e->s, dbl ? T32_VCMP_D : T32_VCMP_F,
		     dbl ? dreg(a) : sreg(a),
		     dbl ? dreg(emit_use(e, i, 1)) : sreg(emit_use(e, i, 1)));
	ASM0(&e->s, T32_VMRS_NZCV);
}

/* The lowest bits of a low register, or one bit, the others shifted out to the
 * left, where a register may be overwritten. */
static bool test_shifted(struct emit *e, const struct mir_ins *i, enum cond *c)
{
	const unsigned n = emit_use(e, i, 0);
	const uint32_t k = (uint32_t)i->imm;
	const bool lowest = k != 0 && k < 65536 && is_pow2(k + 1);

	if ((*c != EQ && *c != NE) || !is_low(n) ||
	    (!lowest && (!is_pow2(k) || k >> 31)))
		return false;
	const unsigned d = emit_spare(e, i, 1, n);
	if (d == REG_NONE)
		return false;
	ASM3(&e->s, T32_LSLS_I_N, (int32_t)d, (int32_t)n,
	     lowest ? 32 - (int32_t)log2_of(k + 1) : 31 - (int32_t)log2_of(k));
	if (!lowest)
		*c = *c == EQ ? PL : MI;
	return true;
}

/* Against a small number -k, by an addition. */
static bool compare_added(struct emit *e, const struct mir_ins *i, int32_t k)
{
	const unsigned n = emit_use(e, i, 0);

	if (!is_low(n) || k <= 0 || k > 255)
		return false;
	const unsigned d = emit_spare(e, i, 1, n);
	if (d == n)
		ASM2(&e->s, T32_ADDS_I8_N, (int32_t)d, k);
	else if (d != REG_NONE && k < 8)
		ASM3(&e->s, T32_ADDS_I3_N, (int32_t)d, (int32_t)n, k);
	else
		return false;
	return true;
}

/* Against 2^n, as what is left when n bits are shifted out to the right. */
static bool compare_shifted(struct emit *e, const struct mir_ins *i,
			    enum cond *c)
{
	const unsigned n = emit_use(e, i, 0);
	const bool above = *c == HI || *c == LS;
	const uint32_t k = (uint32_t)i->imm + above;

	if ((!above && *c != CS && *c != CC) || !is_low(n) || k <= 256 ||
	    !is_pow2(k))
		return false;
	const unsigned d = emit_spare(e, i, 1, n);
	if (d == REG_NONE)
		return false;
	ASM3(&e->s, T32_LSRS_I_N, (int32_t)d, (int32_t)n, (int32_t)log2_of(k));
	*c = *c == HI || *c == CS ? NE : EQ;
	return true;
}

enum cond emit_flags(struct emit *e, const struct mir_ins *i,
		     unsigned *uses)
{
	enum cond c = (enum cond)i->cond;

	*uses = 1;
	switch (i->cmp) {
	case CMP_RI:
		if (i->imm == 0 && sign_cond(c) != AL &&
		    reuse_flags(e, emit_use(e, i, 0)))
			return sign_cond(c);
		if (compare_shifted(e, i, &c) ||
		    (i->imm < 0 && compare_added(e, i, (int32_t)(0 - (uint32_t)i->imm))))
			return c;
		emit_cmp_ri(e, emit_use(e, i, 0), i->imm);
		return c;
	case CMN_RI:
		if (compare_added(e, i, i->imm))
			return c;
		test_ri(e, T32_CMN_I, emit_use(e, i, 0), i->imm);
		return c;
	case TST_RI:
		if ((c == EQ || c == NE) &&
		    reuse_carry(e, emit_use(e, i, 0), i->imm))
			return c == EQ ? CC : CS;
		if (test_shifted(e, i, &c))
			return c;
		test_ri(e, T32_TST_I, emit_use(e, i, 0), i->imm);
		return c;
	case CMP64_Z: {
		unsigned a = emit_use(e, i, 0), b = emit_use(e, i, 1);
		*uses = 2;
		ASM5(&e->s, T32_ORRS_R, REG_IP, (int32_t)a, (int32_t)b, 0, 0);
		return c;
	}
	case CMP64:
		*uses = 4;
		cmp64(e, i);
		return c;
	case CMP_FZ:
		cmp_float(e, i);
		return c;
	case CMP_FF:
		cmp_float(e, i);
		break;
	case CMP_RR:
		emit_cmp_rr(e, emit_use(e, i, 0), emit_use(e, i, 1), i->imm);
		break;
	default:
		test_rr(e, i->cmp == TST_RR ? T32_TST_R : T32_TEQ_R,
			emit_use(e, i, 0), emit_use(e, i, 1), i->imm);
	}
	*uses = 2;
	return c;
}

/* --- consuming them ----------------------------------------------------------- */

void emit_goto(struct emit *e, uint32_t block)
{
	if (block == e->next)
		return;
	if (emit_only_returns(e->f, block) && emit_returns_short(e))
		emit_epilogue(e, true);
	else
		asm_branch(&e->s, AL, e->block[block]);
}

static void branch(struct emit *e, const struct mir_ins *i)
{
	const struct mir_block *b = &e->f->blocks.at[e->layout[e->place]];
	uint32_t yes = e->final[b->edge[0].to];
	uint32_t no = e->final[b->edge[1].to];
	unsigned uses;

	if (i->cmp == CMP_RI && i->imm == 0 &&
	    (i->cond == EQ || i->cond == NE) && is_low(emit_use(e, i, 0)) &&
	    !reuse_flags(e, emit_use(e, i, 0))) {
		bool swap = yes == e->next;
		label to = e->block[swap ? no : yes];
		if (!asm_bound(&e->s, to)) {
			asm_cbz(&e->s, swap ? cond_not((enum cond)i->cond)
					    : (enum cond)i->cond,
				emit_use(e, i, 0), to);
			emit_goto(e, swap ? yes : no);
			return;
		}
	}
	enum cond c = emit_flags(e, i, &uses);
	if (yes == e->next) {
		asm_branch(&e->s, cond_not(c), e->block[no]);
	} else {
		asm_branch(&e->s, c, e->block[yes]);
		emit_goto(e, no);
	}
}

/* One move under IT, or of any class there. */
static void move_any(struct emit *e, unsigned d, unsigned m, bool dbl)
{
	if (d < REG_S0)
		ASM2(&e->s, T32_MOV_H_N, (int32_t)d, (int32_t)m);
	else if (dbl)
		ASM2(&e->s, T32_VMOV_D, dreg(d), dreg(m));
	else
		ASM2(&e->s, T32_VMOV_F, sreg(d), sreg(m));
}

static void select(struct emit *e, const struct mir_ins *i)
{
	unsigned uses, d = emit_def(e, i, 0);
	enum cond c = emit_flags(e, i, &uses);
	unsigned yes = emit_use(e, i, uses), no = emit_use(e, i, uses + 1);
	bool dbl = is_double(e, mir_def(e->f, i, 0));

	if (yes == no) {
		if (d != yes)
			move_any(e, d, yes, dbl);
	} else if (d == no) {
		asm_it(&e->s, c, 1, 0);
		move_any(e, d, yes, dbl);
	} else if (d == yes) {
		asm_it(&e->s, cond_not(c), 1, 0);
		move_any(e, d, no, dbl);
	} else {
		asm_it(&e->s, c, 2, 2);
		move_any(e, d, yes, dbl);
		move_any(e, d, no, dbl);
	}
}

/* The operation alone, operands d and those from `first` on.  What selection
 * puts there is one instruction. */
static void conditional(struct emit *e, const struct mir_ins *i, unsigned first)
{
	const struct mir_func *f = e->f;
	struct mir_opnd o[3] = { *mir_def(f, i, 0) };
	struct mir_func view = *f;
	struct mir_ins op = { .op = (uint16_t)i->aux, .ndef = 1,
			      .nuse = (uint16_t)(i->nuse - first),
			      .imm = i->imm2, .at = i->at };

	for (unsigned k = first; k < i->nuse; k++)
		o[1 + k - first] = *mir_use(f, i, k);
	view.opnds.at = o;
	if (op.op == MOP_CONST) {
		asm_const(&e->s, emit_def(e, i, 0), (uint32_t)op.imm, true);
		return;
	}
	e->f = &view;
	emit_alu(e, &op);
	e->f = f;
}

static void select_op(struct emit *e, const struct mir_ins *i)
{
	unsigned uses, d = emit_def(e, i, 0);
	enum cond c = emit_flags(e, i, &uses);
	unsigned no = emit_use(e, i, uses);

	asm_it(&e->s, c, d == no ? 1 : 2, d == no ? 0 : 2);
	conditional(e, i, uses + 1);
	if (d != no)
		move_any(e, d, no, false);
}

void emit_cmp(struct emit *e, const struct mir_ins *i)
{
	unsigned uses;

	switch (i->op) {
	case MOP_CMP_BR:  branch(e, i); break;
	case MOP_CMP_SET: emit_set(e, i); break;
	case MOP_CMP_SEL: select(e, i); break;
	case MOP_CMP_OP:  select_op(e, i); break;
	case MOP_CMP_TRAP: {
		bool zero = i->cmp == CMP_RI && i->imm == 0;
		bool eq = i->cond == EQ || i->cond == NE;
		unsigned r = emit_use(e, i, 0);
		if (zero && eq && is_low(r) && !reuse_flags(e, r)) {
			emit_trap_cbz(e, (enum cond)i->cond, r, i->aux, i->at);
			break;
		}
		enum cond c = emit_flags(e, i, &uses);
		emit_trap_if(e, c, i->aux, i->at);
		break;
	}
	default: NOT_REACHED("comparison");
	}
}

void emit_jtable(struct emit *e, const struct mir_ins *i,
		 const struct mir_block *b)
{
	uint32_t n = b->nedges - 1;
	unsigned r = emit_use(e, i, 0);
	label *l = arena_array(e->s.arena, label, n);

	for (uint32_t k = 0; k < n; k++)
		l[k] = e->block[b->edge[k].to];
	emit_cmp_ri(e, r, (int32_t)n);
	asm_branch(&e->s, CS, e->block[b->edge[n].to]);
	asm_table(&e->s, r, l, n);
}
