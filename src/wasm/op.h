/* wasm/op.h - the instructions of WebAssembly, from the tables.
 *
 * One enumeration for all rows of num.def, mem.def, ctl.def and simd.def, in
 * that order; ir/ir.def goes on counting where it ends.
 */
#ifndef WASM_OP_H
#define WASM_OP_H

#include <stdbool.h>
#include <stdint.h>

enum op {
#define N(id, code, text, sig, value, traps) OP_##id,
#include "wasm/num.def"
#define M(id, code, text, kind, type, bytes, ext) OP_##id,
#include "wasm/mem.def"
#define C(id, code, text, imm) OP_##id,
#include "wasm/ctl.def"
#define V(id, code, text, sig, imm, bytes) OP_##id,
#include "wasm/simd.def"
	OP_WASM_END,
	OP_NUM_END = OP_I32_LOAD,	/* num.def rows are 0 .. OP_NUM_END-1 */
	OP_MEM_END = OP_UNREACHABLE,
	OP_CTL_END = OP_V128_LOAD,
	OP_ILLEGAL = 0xffff
};

/* Value types; the letters of signatures, and heap types of references. */
enum type {
	T_NONE,
	T_I32,		/* i */
	T_I64,		/* l */
	T_F32,		/* f */
	T_F64,		/* d */
	T_V128,		/* v */
	T_FUNCREF,	/* e */
	T_EXTERNREF,	/* x */
	T_BOTTOM	/* validation only: any type, in unreachable code */
};

/* Immediate operands that follow an opcode. */
enum imm {
	IMM_NONE,
	IMM_BLOCK,	/* block type */
	IMM_LABEL,
	IMM_LABELS,	/* br_table */
	IMM_LOCAL,
	IMM_GLOBAL,
	IMM_FUNC,
	IMM_TABLE,
	IMM_TYPE_TABLE,	/* call_indirect: type, table */
	IMM_TYPES,	/* select t */
	IMM_REFTYPE,	/* ref.null */
	IMM_MEM,	/* memory index */
	IMM_MEM_MEM,	/* memory.copy: to, from */
	IMM_DATA,
	IMM_DATA_MEM,
	IMM_ELEM,
	IMM_ELEM_TABLE,
	IMM_TABLE_TABLE,/* table.copy: to, from */
	IMM_MEMARG,	/* align, [memory], offset */
	IMM_MEMARG_LANE,
	IMM_LANE,
	IMM_LANES16,	/* i8x16.shuffle */
	IMM_I32,
	IMM_I64,
	IMM_F32,
	IMM_F64,
	IMM_V128
};

/* What the tables say of one instruction. */
struct op_info {
	const char *text;	/* "i32.add" */
	const char *sig;	/* "ii:i"; NULL where it depends on the context */
	uint32_t code;		/* 0x6a; prefixed ones 0xfc00 | n, 0xfd00 | n */
	uint8_t imm;		/* enum imm */
	uint8_t bytes;		/* width of a memory access, else 0 */
	uint8_t lanes;		/* number of lanes for IMM_LANE, IMM_MEMARG_LANE */
	bool store;
	bool traps;		/* num.def: traps is not NEVER */
};
extern const struct op_info op_info[OP_WASM_END];

/* The row of an opcode (code as in struct op_info), or OP_ILLEGAL. */
enum op op_of_code(uint32_t code);

/* 'i' ... 'x'; T_NONE for other letters, and back. */
enum type type_of_letter(char c);
char type_letter(enum type t);
/* "i32" ... */
const char *type_name(enum type t);

/* Fuel is charged where a basic block begins: 1 for each instruction up to and
 * with the one that ends it, but for those that only give structure. */
static inline bool op_ends_block(enum op op)
{
	switch (op) {
	case OP_LOOP: case OP_IF: case OP_ELSE: case OP_END:
	case OP_BR: case OP_BR_IF: case OP_BR_TABLE: case OP_RETURN:
	case OP_UNREACHABLE: case OP_CALL: case OP_CALL_INDIRECT:
	case OP_RETURN_CALL: case OP_RETURN_CALL_INDIRECT:
		return true;
	default:
		return false;
	}
}

static inline bool op_is_free(enum op op)
{
	return op == OP_BLOCK || op == OP_LOOP || op == OP_ELSE ||
	       op == OP_END;
}

#endif
