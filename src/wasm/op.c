/* op.c - the tables as arrays.
 *
 * Opcodes have three pages of 256: one byte, behind 0xfc, and behind 0xfd.
 */
#include "wasm/op.h"

#include <stddef.h>

#define NEVER         false
#define TRAP(kind, c) true
#define EITHER(t, u)  true

#define LETTER_I32    "i"
#define LETTER_I64    "l"
#define LETTER_F32    "f"
#define LETTER_F64    "d"
#define SIG_LOAD(t)   "i:" t
#define SIG_STORE(t)  "i" t ":"
#define STORES_LOAD   false
#define STORES_STORE  true

/* An access names bytes, a lane names 1/lanes of 16. */
#define IS_MEM(imm)   ((imm) == IMM_MEMARG || (imm) == IMM_MEMARG_LANE)
#define HAS_LANE(imm) ((imm) == IMM_LANE || (imm) == IMM_MEMARG_LANE)
#define LANES(n)      ((n) ? 16 / ((n) ? (n) : 1) : 0)

/* Vector stores: address and vector, no result. */
#define IS_STORE(imm, sig) (IS_MEM(imm) && sizeof(sig) == 4 && (sig)[2] == ':')

const struct op_info op_info[OP_WASM_END] = {
#define N(id, code, text, sig, value, traps) \
	[OP_##id] = { text, sig, code, IMM_NONE, 0, 0, false, traps },
#include "wasm/num.def"
#define M(id, code, text, kind, type, bytes, ext)                  \
	[OP_##id] = { text, SIG_##kind(LETTER_##type), code,        \
		      IMM_MEMARG, bytes, 0, STORES_##kind, false },
#include "wasm/mem.def"
#define C(id, code, text, imm) \
	[OP_##id] = { text, NULL, code, IMM_##imm, 0, 0, false, false },
#include "wasm/ctl.def"
#define V(id, code, text, sig, imm, bytes)                        \
	[OP_##id] = { text, sig, code, IMM_##imm,                  \
		      IS_MEM(IMM_##imm) ? bytes : 0,               \
		      HAS_LANE(IMM_##imm) ? LANES(bytes) : 0,      \
		      IS_STORE(IMM_##imm, sig), false },
#include "wasm/simd.def"
};

/* Place of an opcode in `by_code`. */
#define SLOT(code) ((code) < 0x100 ? (code) : (code) - 0xfb00)
enum { SLOTS = SLOT(0xfdff) + 1 };

/* Row number + 1; 0 is illegal. */
static const uint16_t by_code[SLOTS] = {
#define N(id, code, text, sig, value, traps) [SLOT(code)] = OP_##id + 1,
#include "wasm/num.def"
#define M(id, code, text, kind, type, bytes, ext) [SLOT(code)] = OP_##id + 1,
#include "wasm/mem.def"
#define C(id, code, text, imm) [SLOT(code)] = OP_##id + 1,
#include "wasm/ctl.def"
#define V(id, code, text, sig, imm, bytes) [SLOT(code)] = OP_##id + 1,
#include "wasm/simd.def"
};

enum op op_of_code(uint32_t code)
{
	if (code >= 0x100 && (code < 0xfc00 || code > 0xfdff))
		return OP_ILLEGAL;
	uint16_t row = by_code[SLOT(code)];
	return row ? (enum op)(row - 1) : OP_ILLEGAL;
}

static const struct {
	char letter;
	const char *name;
} types[] = {
	[T_NONE] = { '-', "none" },
	[T_I32] = { 'i', "i32" },
	[T_I64] = { 'l', "i64" },
	[T_F32] = { 'f', "f32" },
	[T_F64] = { 'd', "f64" },
	[T_V128] = { 'v', "v128" },
	[T_FUNCREF] = { 'e', "funcref" },
	[T_EXTERNREF] = { 'x', "externref" },
	[T_BOTTOM] = { '?', "any" },
};

/* A switch, since validation asks for every operand. */
enum type type_of_letter(char c)
{
	switch (c) {
	case 'i': return T_I32;
	case 'l': return T_I64;
	case 'f': return T_F32;
	case 'd': return T_F64;
	case 'v': return T_V128;
	case 'e': return T_FUNCREF;
	case 'x': return T_EXTERNREF;
	default:  return T_NONE;
	}
}

char type_letter(enum type t)
{
	return types[t].letter;
}

const char *type_name(enum type t)
{
	return types[t].name;
}
