/* emit_mem.c - loads, stores, stack slots, fuel. */
#include "base/compiler.h"
#include "t32/emit.h"

/* Encodings of one width. */
struct mem_row {
	uint16_t imm, neg, reg, narrow_imm, narrow_reg, post;
	uint8_t scale;		/* of the narrow immediate: bytes */
};

static const struct mem_row *mem_row(uint32_t mem, bool store)
{
	static const struct mem_row
		str = { T32_STR_I, T32_STR_NEG, T32_STR_R, T32_STR_I_N,
			T32_STR_R_N, T32_STR_POST, 4 },
		strh = { T32_STRH_I, T32_STRH_NEG, T32_STRH_R, T32_STRH_I_N,
			 T32_STRH_R_N, T32_STRH_POST, 2 },
		strb = { T32_STRB_I, T32_STRB_NEG, T32_STRB_R, T32_STRB_I_N,
			 T32_STRB_R_N, T32_STRB_POST, 1 },
		ldr = { T32_LDR_I, T32_LDR_NEG, T32_LDR_R, T32_LDR_I_N,
			T32_LDR_R_N, T32_LDR_POST, 4 },
		ldrh = { T32_LDRH_I, T32_LDRH_NEG, T32_LDRH_R, T32_LDRH_I_N,
			 T32_LDRH_R_N, T32_LDRH_POST, 2 },
		ldrb = { T32_LDRB_I, T32_LDRB_NEG, T32_LDRB_R, T32_LDRB_I_N,
			 T32_LDRB_R_N, T32_LDRB_POST, 1 },
		ldrsh = { T32_LDRSH_I, T32_LDRSH_NEG, T32_LDRSH_R, T32_COUNT,
			  T32_LDRSH_R_N, T32_LDRSH_POST, 1 },
		ldrsb = { T32_LDRSB_I, T32_LDRSB_NEG, T32_LDRSB_R, T32_COUNT,
			  T32_LDRSB_R_N, T32_LDRSB_POST, 1 };

	switch (mem & 0xff) {
	case 4:  return store ? &str : &ldr;
	case 2:  return store ? &strh : mem >> 8 ? &ldrsh : &ldrh;
	default: return store ? &strb : mem >> 8 ? &ldrsb : &ldrb;
	}
}

/* t, [n, #imm] with any immediate; n may be SP. */
static void access_imm(struct emit *e, const struct mem_row *r, unsigned t,
		       unsigned n, int32_t imm)
{
	struct asm_buf *s = &e->s;
	int32_t T = (int32_t)t, N = (int32_t)n;

	if (is_low(t) && is_low(n) && r->narrow_imm != T32_COUNT && imm >= 0 &&
	    imm % r->scale == 0 && imm / r->scale < 32) {
		ASM3(s, (enum t32)r->narrow_imm, T, N, imm);
	} else if (is_low(t) && n == REG_SP && imm >= 0 && imm <= 1020 &&
		   imm % 4 == 0 && r->imm == T32_LDR_I) {
		ASM2(s, T32_LDR_SP_N, T, imm);
	} else if (is_low(t) && n == REG_SP && imm >= 0 && imm <= 1020 &&
		   imm % 4 == 0 && r->imm == T32_STR_I) {
		ASM2(s, T32_STR_SP_N, T, imm);
	} else if (imm >= 0 && imm < 4096) {
		ASM3(s, (enum t32)r->imm, T, N, imm);
	} else if (imm < 0 && imm > -256) {
		ASM3(s, (enum t32)r->neg, T, N, imm);
	} else {
		CHECK(t != REG_IP && n != REG_IP);
		asm_const(s, REG_IP, (uint32_t)imm, true);
		ASM4(s, (enum t32)r->reg, T, N, REG_IP, 0);
	}
}

/* A VFP access at [n, #imm]; needs a word-aligned address. */
static void access_vfp(struct emit *e, unsigned reg, bool dbl, bool store,
		       unsigned n, int32_t imm)
{
	enum t32 id = store ? (dbl ? T32_VSTR_D : T32_VSTR_F)
			    : (dbl ? T32_VLDR_D : T32_VLDR_F);
	int32_t R = dbl ? dreg(reg) : sreg(reg);

	if (imm < -1020 || imm > 1020 || imm % 4) {
		emit_add_imm(e, REG_IP, n, imm);
		n = REG_IP;
		imm = 0;
	}
	ASM3(&e->s, id, R, (int32_t)n, imm);
}

static void access_any(struct emit *e, const struct mir_opnd *o, uint32_t mem,
		       bool store, unsigned n, int32_t imm)
{
	unsigned reg = emit_reg(e, o);

	if (reg >= REG_S0)
		access_vfp(e, reg, is_double(e, o), store, n, imm);
	else
		access_imm(e, mem_row(mem, store), reg, n, imm);
}

void emit_slot(struct emit *e, const struct mir_opnd *o, uint32_t offset,
	       bool store)
{
	access_any(e, o, MIR_MEM(4, 0), store, REG_SP, (int32_t)offset);
}

static void access_reg(struct emit *e, const struct mem_row *r, unsigned t,
		       unsigned n, unsigned m, int32_t shift)
{
	if (shift == 0 && is_low(t) && is_low(n) && is_low(m))
		ASM3(&e->s, (enum t32)r->narrow_reg, (int32_t)t, (int32_t)n,
		     (int32_t)m);
	else
		ASM4(&e->s, (enum t32)r->reg, (int32_t)t, (int32_t)n,
		     (int32_t)m, shift);
}

static void pair(struct emit *e, const struct mir_ins *i, bool store)
{
	int32_t lo = (int32_t)(store ? emit_use(e, i, 0) : emit_def(e, i, 0));
	int32_t hi = (int32_t)(store ? emit_use(e, i, 1) : emit_def(e, i, 1));
	int32_t n = (int32_t)emit_use(e, i, store ? 2 : 0);

	ASM4(&e->s, store ? T32_STRD_I : T32_LDRD_I, lo, hi, n, i->imm);
}

void emit_mem(struct emit *e, const struct mir_ins *i)
{
	switch (i->op) {
	case MOP_LDR_RI:
		access_any(e, mir_def(e->f, i, 0), i->aux, false,
			   emit_use(e, i, 0), i->imm);
		break;
	case MOP_STR_RI:
		access_any(e, mir_use(e->f, i, 0), i->aux, true,
			   emit_use(e, i, 1), i->imm);
		break;
	case MOP_LDR_RR:
		access_reg(e, mem_row(i->aux, false), emit_def(e, i, 0),
			   emit_use(e, i, 0), emit_use(e, i, 1), i->imm);
		break;
	case MOP_STR_RR:
		access_reg(e, mem_row(i->aux, true), emit_use(e, i, 0),
			   emit_use(e, i, 1), emit_use(e, i, 2), i->imm);
		break;
	case MOP_LDR_POST:
		ASM3(&e->s, (enum t32)mem_row(i->aux, false)->post,
		     (int32_t)emit_def(e, i, 0), (int32_t)emit_use(e, i, 0),
		     i->imm);
		break;
	case MOP_STR_POST:
		ASM3(&e->s, (enum t32)mem_row(i->aux, true)->post,
		     (int32_t)emit_use(e, i, 0), (int32_t)emit_use(e, i, 1),
		     i->imm);
		break;
	case MOP_LDRD: pair(e, i, false); break;
	case MOP_STRD: pair(e, i, true); break;
	default: NOT_REACHED("memory");
	}
}

/* Charges fuel; out of line when the balance falls below zero. */
void emit_fuel(struct emit *e, const struct mir_ins *i)
{
	struct asm_buf *s = &e->s;
	int32_t now = (int32_t)emit_use(e, i, 0);
	uint32_t cost = (uint32_t)i->imm;
	struct stub st = { .at = asm_label(s), .back = asm_label(s),
			   .from = s->items.n,
			   .kind = HD_TRAP_FUEL, .wasm_at = i->at };

	ASM3(s, T32_LDR_I, REG_IP, now, 0);
	/* All parts but the last leave the flags to it. */
	while (!t32_is_modimm(cost)) {
		uint32_t part = cost;
		while (!t32_is_modimm(part))
			part &= part - 1;	/* drops the lowest bit set */
		ASM3(s, T32_SUB_I, REG_IP, REG_IP, (int32_t)part);
		cost -= part;
	}
	ASM3(s, T32_SUBS_I, REG_IP, REG_IP, (int32_t)cost);
	ASM3(s, T32_STR_I, REG_IP, now, 0);
	asm_branch(s, MI, st.at);
	asm_bind(s, st.back);
	vec_push(s->arena, &e->stubs, st);
}
