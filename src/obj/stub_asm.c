/* stub_asm.c - moving words between registers and memory in stubs. */
#include "obj/stub_asm.h"

/* ip = base + offset when that is beyond an immediate. */
static bool far(struct asm_buf *s, unsigned base, uint32_t offset,
		uint32_t reach)
{
	if (offset <= reach)
		return false;
	asm_const(s, REG_IP, offset, false);
	ASM2(s, T32_ADD_H_N, REG_IP, (int32_t)base);
	return true;
}

void stub_load(struct asm_buf *s, unsigned reg, unsigned base, uint32_t offset)
{
	if (far(s, base, offset, 4095))
		ASM3(s, T32_LDR_I, (int32_t)reg, REG_IP, 0);
	else
		ASM3(s, T32_LDR_I, (int32_t)reg, (int32_t)base,
		     (int32_t)offset);
}

void stub_store(struct asm_buf *s, unsigned reg, unsigned base, uint32_t offset)
{
	if (far(s, base, offset, 4095))
		ASM3(s, T32_STR_I, (int32_t)reg, REG_IP, 0);
	else
		ASM3(s, T32_STR_I, (int32_t)reg, (int32_t)base,
		     (int32_t)offset);
}

void stub_vfp(struct asm_buf *s, enum t32 op, unsigned reg, unsigned base,
	      uint32_t offset)
{
	int32_t r = (int32_t)(reg - REG_S0);

	if (far(s, base, offset, 1020))
		ASM3(s, op, r, REG_IP, 0);
	else
		ASM3(s, op, r, (int32_t)base, (int32_t)offset);
}

void stub_move_sp(struct asm_buf *s, bool down, uint32_t n)
{
	if (n == 0)
		return;
	if (n <= 508) {
		ASM1(s, down ? T32_SUBSP_I_N : T32_ADDSP_I_N, (int32_t)n);
	} else if (n < 4096) {
		ASM1(s, down ? T32_SUBWSP : T32_ADDWSP, (int32_t)n);
	} else {
		asm_const(s, REG_IP, down ? 0 - n : n, false);
		ASM2(s, T32_ADD_H_N, REG_SP, REG_IP);
	}
}
