/* obj/stub_asm.h - moving words between registers and memory in stubs. */
#ifndef OBJ_STUB_ASM_H
#define OBJ_STUB_ASM_H

#include "t32/asm.h"

/* Loads and stores at base + offset, any offset.  ip is used for large ones:
 * reg of a store must not be ip then. */
void stub_load(struct asm_buf *s, unsigned reg, unsigned base, uint32_t offset);
void stub_store(struct asm_buf *s, unsigned reg, unsigned base,
		uint32_t offset);
/* T32_VLDR_F or T32_VSTR_F of a single (REG_S0 and up). */
void stub_vfp(struct asm_buf *s, enum t32 op, unsigned reg, unsigned base,
	      uint32_t offset);
/* SP -= n or SP += n. */
void stub_move_sp(struct asm_buf *s, bool down, uint32_t n);

static inline unsigned stub_words(uint8_t type)
{
	return type == T_I64 || type == T_F64 ? 2 : 1;
}

/* The register of word w of a place, or REG_NONE. */
static inline unsigned stub_word_reg(const struct abi_place *p, unsigned w)
{
	if (p->reg == REG_NONE)
		return REG_NONE;
	if (p->reg >= REG_S0)
		return p->reg + w;
	return w ? p->reg_hi : p->reg;
}

#endif
