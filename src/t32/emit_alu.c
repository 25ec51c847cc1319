/* emit_alu.c - data processing: the narrowest encoding of each operation. */
#include "base/compiler.h"
#include "t32/emit.h"

#define NO_ROW T32_COUNT

/* The encodings of one two-operand operation.  narrow3: d, n, m all low;
 * narrow2: d is n (or m, when commutative); inverse: with ~imm or -imm. */
struct alu_row {
	uint16_t wide, narrow3, narrow2, imm, inverse;
	bool commutative, negate;
};

static const struct alu_row *alu_row(enum mop op)
{
	static const struct alu_row
		add = { T32_ADD_R, T32_ADDS_R_N, NO_ROW, T32_ADD_I, T32_SUB_I,
			true, true },
		sub = { T32_SUB_R, T32_SUBS_R_N, NO_ROW, T32_SUB_I, T32_ADD_I,
			false, true },
		rsb = { T32_RSB_R, NO_ROW, NO_ROW, T32_RSB_I, NO_ROW, false,
			false },
		and = { T32_AND_R, NO_ROW, T32_ANDS_R_N, T32_AND_I, T32_BIC_I,
			true, false },
		orr = { T32_ORR_R, NO_ROW, T32_ORRS_R_N, T32_ORR_I, T32_ORN_I,
			true, false },
		eor = { T32_EOR_R, NO_ROW, T32_EORS_R_N, T32_EOR_I, NO_ROW,
			true, false },
		bic = { T32_BIC_R, NO_ROW, T32_BICS_R_N, T32_BIC_I, T32_AND_I,
			false, false },
		orn = { T32_ORN_R, NO_ROW, NO_ROW, T32_ORN_I, T32_ORR_I, false,
			false };

	switch (op) {
	case MOP_ADD_RR: case MOP_ADD_RI: return &add;
	case MOP_SUB_RR: case MOP_SUB_RI: return &sub;
	case MOP_RSB_RR: case MOP_RSB_RI: return &rsb;
	case MOP_AND_RR: case MOP_AND_RI: return &and;
	case MOP_ORR_RR: case MOP_ORR_RI: return &orr;
	case MOP_EOR_RR: case MOP_EOR_RI: return &eor;
	case MOP_BIC_RR: case MOP_BIC_RI: return &bic;
	default: return &orn;
	}
}

void emit_mov(struct emit *e, unsigned d, unsigned m)
{
	if (d != m)
		ASM2(&e->s, T32_MOV_H_N, (int32_t)d, (int32_t)m);
}

static void alu_rr(struct emit *e, const struct alu_row *r, unsigned d,
		   unsigned n, unsigned m, int32_t shift)
{
	struct asm_buf *s = &e->s;
	int32_t D = (int32_t)d, N = (int32_t)n, M = (int32_t)m;
	bool low = is_low(d) && is_low(n) && is_low(m) && shift == 0;

	if (low && r->narrow3 != NO_ROW)
		ASM3(s, (enum t32)r->narrow3, D, N, M);
	else if (low && r->narrow2 != NO_ROW && d == n)
		ASM2(s, (enum t32)r->narrow2, D, M);
	else if (low && r->narrow2 != NO_ROW && d == m && r->commutative)
		ASM2(s, (enum t32)r->narrow2, D, N);
	else if (shift == 0 && r->wide == T32_ADD_R && d == n)
		ASM2(s, T32_ADD_H_N, D, M);
	else if (shift == 0 && r->wide == T32_ADD_R && d == m)
		ASM2(s, T32_ADD_H_N, D, N);
	else
		ASM5(s, (enum t32)r->wide, D, N, M, shift >> 8, shift & 0xff);
}

/* d = n + imm in one instruction where there is one. */
static bool add_imm(struct emit *e, unsigned d, unsigned n, int32_t imm)
{
	struct asm_buf *s = &e->s;
	bool minus = imm < 0 && imm != INT32_MIN;
	int32_t v = minus ? -imm : imm;
	int32_t D = (int32_t)d, N = (int32_t)n;

	if (is_low(d) && d == n && v >= 0 && v < 256)
		ASM2(s, minus ? T32_SUBS_I8_N : T32_ADDS_I8_N, D, v);
	else if (is_low(d) && is_low(n) && v >= 0 && v < 8)
		ASM3(s, minus ? T32_SUBS_I3_N : T32_ADDS_I3_N, D, N, v);
	else if (t32_is_modimm((uint32_t)imm))
		ASM3(s, T32_ADD_I, D, N, imm);
	else if (t32_is_modimm(-(uint32_t)imm))
		ASM3(s, T32_SUB_I, D, N, (int32_t)-(uint32_t)imm);
	else if (v >= 0 && v < 4096)
		ASM3(s, minus ? T32_SUBW : T32_ADDW, D, N, v);
	else
		return false;
	return true;
}

void emit_add_imm(struct emit *e, unsigned d, unsigned n, int32_t imm)
{
	if (imm == 0 && d == n)
		return;
	if (add_imm(e, d, n, imm))
		return;
	asm_const(&e->s, REG_IP, (uint32_t)imm, true);
	ASM5(&e->s, T32_ADD_R, (int32_t)d, (int32_t)n, REG_IP, 0, 0);
}

static void alu_ri(struct emit *e, const struct mir_ins *i)
{
	const struct alu_row *r = alu_row((enum mop)i->op);
	unsigned d = emit_def(e, i, 0), n = emit_use(e, i, 0);
	uint32_t imm = (uint32_t)i->imm;
	uint32_t other = r->negate ? -imm : ~imm;

	if (i->op == MOP_ADD_RI && add_imm(e, d, n, i->imm))
		return;
	if (i->op == MOP_SUB_RI && add_imm(e, d, n, (int32_t)-imm))
		return;
	if (i->op == MOP_RSB_RI && imm == 0 && is_low(d) && is_low(n))
		ASM2(&e->s, T32_RSBS_I_N, (int32_t)d, (int32_t)n);
	else if (i->op == MOP_EOR_RI && imm == UINT32_MAX)
		ASM4(&e->s, T32_MVN_R, (int32_t)d, (int32_t)n, 0, 0);
	else if (t32_is_modimm(imm))
		ASM3(&e->s, (enum t32)r->imm, (int32_t)d, (int32_t)n, i->imm);
	else if (r->inverse != NO_ROW && t32_is_modimm(other))
		ASM3(&e->s, (enum t32)r->inverse, (int32_t)d, (int32_t)n,
		     (int32_t)other);
	else {
		asm_const(&e->s, REG_IP, imm, false);
		alu_rr(e, r, d, n, REG_IP, 0);
	}
}

static void shift_imm(struct emit *e, const struct mir_ins *i)
{
	static const uint16_t wide[] = { T32_LSL_I, T32_LSR_I, T32_ASR_I,
					 T32_ROR_I };
	static const uint16_t narrow[] = { T32_LSLS_I_N, T32_LSRS_I_N,
					   T32_ASRS_I_N };
	unsigned type = (unsigned)i->imm >> 8, n = (unsigned)i->imm & 0xff;
	unsigned d = emit_def(e, i, 0), m = emit_use(e, i, 0);

	if (n == 0)
		emit_mov(e, d, m);
	else if (type != SH_ROR && is_low(d) && is_low(m))
		ASM3(&e->s, (enum t32)narrow[type], (int32_t)d, (int32_t)m,
		     (int32_t)n);
	else
		ASM3(&e->s, (enum t32)wide[type], (int32_t)d, (int32_t)m,
		     (int32_t)n);
}

static void shift_reg(struct emit *e, const struct mir_ins *i)
{
	static const uint16_t wide[] = { T32_LSL_R, T32_LSR_R, T32_ASR_R,
					 T32_ROR_R };
	static const uint16_t narrow[] = { T32_LSLS_R_N, T32_LSRS_R_N,
					   T32_ASRS_R_N, T32_RORS_R_N };
	unsigned type = (unsigned)i->imm >> 8;
	unsigned d = emit_def(e, i, 0);
	unsigned n = emit_use(e, i, 0), m = emit_use(e, i, 1);

	if (d == n && is_low(d) && is_low(m))
		ASM2(&e->s, (enum t32)narrow[type], (int32_t)d, (int32_t)m);
	else
		ASM3(&e->s, (enum t32)wide[type], (int32_t)d, (int32_t)n,
		     (int32_t)m);
}

static void mvn(struct emit *e, const struct mir_ins *i)
{
	unsigned d = emit_def(e, i, 0), m = emit_use(e, i, 0);

	if (i->imm == 0 && is_low(d) && is_low(m))
		ASM2(&e->s, T32_MVNS_R_N, (int32_t)d, (int32_t)m);
	else
		ASM4(&e->s, T32_MVN_R, (int32_t)d, (int32_t)m, i->imm >> 8,
		     i->imm & 0xff);
}

static void mul(struct emit *e, const struct mir_ins *i)
{
	unsigned d = emit_def(e, i, 0);
	unsigned n = emit_use(e, i, 0), m = emit_use(e, i, 1);

	if (is_low(d) && is_low(n) && is_low(m) && (d == n || d == m))
		ASM2(&e->s, T32_MULS_R_N, (int32_t)d,
		     (int32_t)(d == n ? m : n));
	else
		ASM3(&e->s, T32_MUL, (int32_t)d, (int32_t)n, (int32_t)m);
}

/* clz, rbit, rev, rev16: one use. */
static void unary(struct emit *e, const struct mir_ins *i, enum t32 wide,
		  enum t32 narrow)
{
	unsigned d = emit_def(e, i, 0), m = emit_use(e, i, 0);
	bool low = narrow != NO_ROW && is_low(d) && is_low(m);

	ASM2(&e->s, low ? narrow : wide, (int32_t)d, (int32_t)m);
}

static void extend(struct emit *e, const struct mir_ins *i, enum t32 wide,
		   enum t32 narrow)
{
	unsigned d = emit_def(e, i, 0), m = emit_use(e, i, 0);

	if (i->imm == 0 && is_low(d) && is_low(m))
		ASM2(&e->s, narrow, (int32_t)d, (int32_t)m);
	else
		ASM3(&e->s, wide, (int32_t)d, (int32_t)m, i->imm);
}

static void three(struct emit *e, const struct mir_ins *i, enum t32 id)
{
	ASM3(&e->s, id, (int32_t)emit_def(e, i, 0), (int32_t)emit_use(e, i, 0),
	     (int32_t)emit_use(e, i, 1));
}

static void four(struct emit *e, const struct mir_ins *i, enum t32 id)
{
	ASM4(&e->s, id, (int32_t)emit_def(e, i, 0), (int32_t)emit_use(e, i, 0),
	     (int32_t)emit_use(e, i, 1), (int32_t)emit_use(e, i, 2));
}

/* The flags live between the two only; their row's result is not wanted. */
static void choose(struct emit *e, const struct mir_ins *i)
{
	ASM3(&e->s, (enum t32)i->aux, REG_IP, (int32_t)emit_use(e, i, 0),
	     (int32_t)emit_use(e, i, 1));
	ASM3(&e->s, T32_SEL, (int32_t)emit_def(e, i, 0),
	     (int32_t)emit_use(e, i, 2), (int32_t)emit_use(e, i, 3));
}

static void extend_add(struct emit *e, const struct mir_ins *i, enum t32 id)
{
	ASM4(&e->s, id, (int32_t)emit_def(e, i, 0), (int32_t)emit_use(e, i, 0),
	     (int32_t)emit_use(e, i, 1), i->imm);
}

/* Two results: low and high word. */
static void wide_mul(struct emit *e, const struct mir_ins *i, enum t32 id)
{
	ASM4(&e->s, id, (int32_t)emit_def(e, i, 0), (int32_t)emit_def(e, i, 1),
	     (int32_t)emit_use(e, i, 0), (int32_t)emit_use(e, i, 1));
}

/* adds/adc, subs/sbc on pairs; the low word is written first (early). */
static void pair_rr(struct emit *e, const struct mir_ins *i, bool add)
{
	int32_t dl = (int32_t)emit_def(e, i, 0), dh = (int32_t)emit_def(e, i, 1);
	int32_t al = (int32_t)emit_use(e, i, 0), ah = (int32_t)emit_use(e, i, 1);
	int32_t bl = (int32_t)emit_use(e, i, 2), bh = (int32_t)emit_use(e, i, 3);
	struct asm_buf *s = &e->s;

	if (dl < 8 && al < 8 && bl < 8)
		ASM3(s, add ? T32_ADDS_R_N : T32_SUBS_R_N, dl, al, bl);
	else
		ASM5(s, add ? T32_ADDS_R : T32_SUBS_R, dl, al, bl, 0, 0);
	if (dh < 8 && dh == ah && bh < 8)
		ASM2(s, add ? T32_ADCS_R_N : T32_SBCS_R_N, dh, bh);
	else
		ASM5(s, add ? T32_ADC_R : T32_SBC_R, dh, ah, bh, 0, 0);
}

static void pair_ri(struct emit *e, const struct mir_ins *i, bool add)
{
	int32_t dl = (int32_t)emit_def(e, i, 0), dh = (int32_t)emit_def(e, i, 1);
	int32_t al = (int32_t)emit_use(e, i, 0), ah = (int32_t)emit_use(e, i, 1);
	struct asm_buf *s = &e->s;

	if (dl < 8 && dl == al && i->imm >= 0 && i->imm < 256)
		ASM2(s, add ? T32_ADDS_I8_N : T32_SUBS_I8_N, dl, i->imm);
	else
		ASM3(s, add ? T32_ADDS_I : T32_SUBS_I, dl, al, i->imm);
	ASM3(s, add ? T32_ADC_I : T32_SBC_I, dh, ah, i->imm2);
}

static void pair_neg(struct emit *e, const struct mir_ins *i)
{
	int32_t dl = (int32_t)emit_def(e, i, 0), dh = (int32_t)emit_def(e, i, 1);
	int32_t al = (int32_t)emit_use(e, i, 0), ah = (int32_t)emit_use(e, i, 1);

	ASM3(&e->s, T32_RSBS_I, dl, al, 0);
	/* 0 - ah - !C is ah - 2 ah - !C */
	ASM5(&e->s, T32_SBC_R, dh, ah, ah, SH_LSL, 1);
}

void emit_alu(struct emit *e, const struct mir_ins *i)
{
	switch (i->op) {
	case MOP_ADD_RR: case MOP_SUB_RR: case MOP_RSB_RR: case MOP_AND_RR:
	case MOP_ORR_RR: case MOP_EOR_RR: case MOP_BIC_RR: case MOP_ORN_RR:
		alu_rr(e, alu_row((enum mop)i->op), emit_def(e, i, 0),
		       emit_use(e, i, 0), emit_use(e, i, 1), i->imm);
		break;
	case MOP_ADD_RI: case MOP_SUB_RI: case MOP_RSB_RI: case MOP_AND_RI:
	case MOP_ORR_RI: case MOP_EOR_RI: case MOP_BIC_RI: case MOP_ORN_RI:
		alu_ri(e, i);
		break;
	case MOP_MVN_R:   mvn(e, i); break;
	case MOP_SHIFT_I: shift_imm(e, i); break;
	case MOP_SHIFT_R: shift_reg(e, i); break;
	case MOP_MUL:     mul(e, i); break;
	case MOP_MLA:     four(e, i, T32_MLA); break;
	case MOP_MLS:     four(e, i, T32_MLS); break;
	case MOP_UMULL:   wide_mul(e, i, T32_UMULL); break;
	case MOP_SMULL:   wide_mul(e, i, T32_SMULL); break;
	case MOP_UMLAL:   wide_mul(e, i, T32_UMLAL); break;
	case MOP_SMLAL:   wide_mul(e, i, T32_SMLAL); break;
	case MOP_UDIV:    three(e, i, T32_UDIV); break;
	case MOP_SDIV:    three(e, i, T32_SDIV); break;
	case MOP_CLZ:     unary(e, i, T32_CLZ, NO_ROW); break;
	case MOP_RBIT:    unary(e, i, T32_RBIT, NO_ROW); break;
	case MOP_REV:     unary(e, i, T32_REV, T32_REV_N); break;
	case MOP_REV16:   unary(e, i, T32_REV16, T32_REV16_N); break;
	case MOP_UXTB:    extend(e, i, T32_UXTB, T32_UXTB_N); break;
	case MOP_UXTH:    extend(e, i, T32_UXTH, T32_UXTH_N); break;
	case MOP_SXTB:    extend(e, i, T32_SXTB, T32_SXTB_N); break;
	case MOP_SXTH:    extend(e, i, T32_SXTH, T32_SXTH_N); break;
	case MOP_UXTAB:   extend_add(e, i, T32_UXTAB); break;
	case MOP_UXTAH:   extend_add(e, i, T32_UXTAH); break;
	case MOP_SXTAB:   extend_add(e, i, T32_SXTAB); break;
	case MOP_SXTAH:   extend_add(e, i, T32_SXTAH); break;
	case MOP_SAT:
		ASM5(&e->s, i->imm2 ? T32_USAT : T32_SSAT,
		     (int32_t)emit_def(e, i, 0), i->imm,
		     (int32_t)emit_use(e, i, 0), 0, 0);
		break;
	case MOP_UBFX: case MOP_SBFX:
		ASM4(&e->s, i->op == MOP_UBFX ? T32_UBFX : T32_SBFX,
		     (int32_t)emit_def(e, i, 0), (int32_t)emit_use(e, i, 0),
		     i->imm, i->imm2);
		break;
	case MOP_BFI:
		ASM4(&e->s, T32_BFI, (int32_t)emit_def(e, i, 0),
		     (int32_t)emit_use(e, i, 1), i->imm, i->imm2);
		break;
	case MOP_DSP:     three(e, i, (enum t32)i->aux); break;
	case MOP_DSP_ACC: four(e, i, (enum t32)i->aux); break;
	case MOP_DSP_SEL: choose(e, i); break;
	case MOP_ADD64:   pair_rr(e, i, true); break;
	case MOP_SUB64:   pair_rr(e, i, false); break;
	case MOP_ADD64_I: pair_ri(e, i, true); break;
	case MOP_SUB64_I: pair_ri(e, i, false); break;
	case MOP_NEG64:   pair_neg(e, i); break;
	default: NOT_REACHED("data processing");
	}
}
