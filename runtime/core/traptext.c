/* traptext.c - the wording of trap.def, linked only where traps are printed. */
#include "core/core.h"

const char *hd_trap_text(enum hd_trap_kind kind)
{
	switch (kind) {
#define HD_TRAP(id, code, text) case HD_TRAP_##id: return text;
#include "heddle/trap.def"
	default:
		return "unknown trap";
	}
}
