/* emit_fp.c - the floating-point unit. */
#include "base/compiler.h"
#include "t32/emit.h"

static int32_t fpreg(unsigned r, bool dbl)
{
	return dbl ? dreg(r) : sreg(r);
}

/* Encoding of a FUN or FBIN, single and double. */
static enum t32 fp_row(uint32_t what, bool dbl)
{
	static const uint16_t row[][2] = {
		[FP_ABS] = { T32_VABS_F, T32_VABS_D },
		[FP_NEG] = { T32_VNEG_F, T32_VNEG_D },
		[FP_SQRT] = { T32_VSQRT_F, T32_VSQRT_D },
		[FP_CEIL] = { T32_VRINTP_F, T32_VRINTP_D },
		[FP_FLOOR] = { T32_VRINTM_F, T32_VRINTM_D },
		[FP_TRUNC] = { T32_VRINTZ_F, T32_VRINTZ_D },
		[FP_NEAREST] = { T32_VRINTN_F, T32_VRINTN_D },
		[FP_S_TO_D] = { T32_VCVT_D_F, T32_VCVT_D_F },
		[FP_D_TO_S] = { T32_VCVT_F_D, T32_VCVT_F_D },
		[FP_S32_TO_S] = { T32_VCVT_F_S, T32_VCVT_F_S },
		[FP_U32_TO_S] = { T32_VCVT_F_U, T32_VCVT_F_U },
		[FP_S32_TO_D] = { T32_VCVT_D_S, T32_VCVT_D_S },
		[FP_U32_TO_D] = { T32_VCVT_D_U, T32_VCVT_D_U },
		[FP_S_TO_S32] = { T32_VCVT_S_F, T32_VCVT_S_F },
		[FP_S_TO_U32] = { T32_VCVT_U_F, T32_VCVT_U_F },
		[FP_D_TO_S32] = { T32_VCVT_S_D, T32_VCVT_S_D },
		[FP_D_TO_U32] = { T32_VCVT_U_D, T32_VCVT_U_D },
		[FP_ADD] = { T32_VADD_F, T32_VADD_D },
		[FP_SUB] = { T32_VSUB_F, T32_VSUB_D },
		[FP_MUL] = { T32_VMUL_F, T32_VMUL_D },
		[FP_DIV] = { T32_VDIV_F, T32_VDIV_D },
		[FP_MIN] = { T32_VMINNM_F, T32_VMINNM_D },
		[FP_MAX] = { T32_VMAXNM_F, T32_VMAXNM_D },
	};

	CHECK(what < ARRAY_LEN(row));
	return (enum t32)row[what][dbl];
}

/* Constants by way of ip: VFP literal loads reach only 1 KB. */
static void constant(struct emit *e, const struct mir_ins *i)
{
	unsigned d = emit_def(e, i, 0);
	bool dbl = is_double(e, mir_def(e->f, i, 0));
	int32_t op[2] = { fpreg(d, dbl), dbl ? i->imm2 : i->imm };
	enum t32 id = dbl ? T32_VMOV_I_D : T32_VMOV_I_F;
	bool dp = e->f->target->features & T32_FPDP;

	if ((!dbl || (dp && i->imm == 0)) && t32_fits(id, op)) {
		ASM2(&e->s, id, op[0], op[1]);
		return;
	}
	asm_const(&e->s, REG_IP, (uint32_t)i->imm, false);
	ASM2(&e->s, T32_VMOV_F_R, sreg(d), REG_IP);
	if (!dbl)
		return;
	if (i->imm2 != i->imm)
		asm_const(&e->s, REG_IP, (uint32_t)i->imm2, false);
	ASM2(&e->s, T32_VMOV_F_R, sreg(d + 1), REG_IP);
}

void emit_fp(struct emit *e, const struct mir_ins *i)
{
	struct asm_buf *s = &e->s;

	switch (i->op) {
	case MOP_FMOV_SG:
		ASM2(s, T32_VMOV_F_R, sreg(emit_def(e, i, 0)),
		     (int32_t)emit_use(e, i, 0));
		break;
	case MOP_FMOV_GS:
		ASM2(s, T32_VMOV_R_F, (int32_t)emit_def(e, i, 0),
		     sreg(emit_use(e, i, 0)));
		break;
	case MOP_FMOV_DGG:
		ASM3(s, T32_VMOV_D_RR, dreg(emit_def(e, i, 0)),
		     (int32_t)emit_use(e, i, 0), (int32_t)emit_use(e, i, 1));
		break;
	case MOP_FMOV_GGD:
		ASM3(s, T32_VMOV_RR_D, (int32_t)emit_def(e, i, 0),
		     (int32_t)emit_def(e, i, 1), dreg(emit_use(e, i, 0)));
		break;
	case MOP_FCONST:
		constant(e, i);
		break;
	case MOP_FUN: {
		bool dd = is_double(e, mir_def(e->f, i, 0));
		bool du = is_double(e, mir_use(e->f, i, 0));
		ASM2(s, fp_row(i->aux, dd), fpreg(emit_def(e, i, 0), dd),
		     fpreg(emit_use(e, i, 0), du));
		break;
	}
	case MOP_FBIN: {
		bool dd = is_double(e, mir_def(e->f, i, 0));
		ASM3(s, fp_row(i->aux, dd), fpreg(emit_def(e, i, 0), dd),
		     fpreg(emit_use(e, i, 0), dd),
		     fpreg(emit_use(e, i, 1), dd));
		break;
	}
	default: NOT_REACHED("floating point");
	}
}
