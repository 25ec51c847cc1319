/* encode_ins.c - instructions to bytes; the inverse of ins.c. */
#include "base/compiler.h"
#include "wasm/encode.h"

uint8_t wasm_type_byte(enum type t)
{
	switch (t) {
	case T_I32:       return 0x7f;
	case T_I64:       return 0x7e;
	case T_F32:       return 0x7d;
	case T_F64:       return 0x7c;
	case T_V128:      return 0x7b;
	case T_FUNCREF:   return 0x70;
	case T_EXTERNREF: return 0x6f;
	default:          break;
	}
	CHECK(t == T_I32);	/* fails: not a value type */
	return 0;
}

static void put_code(uint32_t code, struct buf *out)
{
	if (code < 0x100) {
		buf_u8(out, (uint8_t)code);
		return;
	}
	buf_u8(out, (uint8_t)(code >> 8));
	buf_uleb(out, code & 0xff);
}

static void put_memarg(const struct wasm_ins *i, struct buf *out)
{
	buf_uleb(out, i->align | (i->index2 ? 0x40 : 0));
	if (i->index2)
		buf_uleb(out, i->index2);
	buf_uleb(out, i->imm);
}

static void put_labels(const struct wasm_ins *i, struct buf *out)
{
	CHECK(i->labels);
	buf_uleb(out, i->nlabels);
	for (uint32_t k = 0; k <= i->nlabels; k++)
		buf_uleb(out, i->labels[k]);
}

static int64_t signed32(uint64_t v)
{
	uint32_t low = (uint32_t)v;

	return (int64_t)low - (low >> 31 ? INT64_C(1) << 32 : 0);
}

void wasm_encode_ins(const struct wasm_ins *i, struct buf *out)
{
	put_code(op_info[i->op].code, out);
	switch ((enum imm)op_info[i->op].imm) {
	case IMM_NONE:
		break;
	case IMM_BLOCK:
		buf_sleb(out, i->block_type);
		break;
	case IMM_LABELS:
		put_labels(i, out);
		break;
	case IMM_TYPES:
		buf_u8(out, 1);
		buf_u8(out, wasm_type_byte((enum type)i->types[0]));
		break;
	case IMM_REFTYPE:
		buf_u8(out, wasm_type_byte((enum type)i->index));
		break;
	case IMM_LABEL: case IMM_LOCAL: case IMM_GLOBAL: case IMM_FUNC:
	case IMM_TABLE: case IMM_MEM: case IMM_DATA: case IMM_ELEM:
		buf_uleb(out, i->index);
		break;
	case IMM_TYPE_TABLE: case IMM_MEM_MEM: case IMM_DATA_MEM:
	case IMM_ELEM_TABLE: case IMM_TABLE_TABLE:
		buf_uleb(out, i->index);
		buf_uleb(out, i->index2);
		break;
	case IMM_MEMARG:
		put_memarg(i, out);
		break;
	case IMM_MEMARG_LANE:
		put_memarg(i, out);
		buf_u8(out, (uint8_t)i->index);
		break;
	case IMM_LANE:
		buf_u8(out, (uint8_t)i->index);
		break;
	case IMM_LANES16: case IMM_V128:
		buf_u64(out, i->imm);
		buf_u64(out, i->imm_hi);
		break;
	case IMM_I32:
		buf_sleb(out, signed32(i->imm));
		break;
	case IMM_I64:
		buf_sleb(out, (int64_t)i->imm);
		break;
	case IMM_F32:
		buf_u32(out, (uint32_t)i->imm);
		break;
	case IMM_F64:
		buf_u64(out, i->imm);
		break;
	}
}

void wasm_encode_locals(const uint8_t *type, uint32_t n, struct buf *out)
{
	uint32_t groups = 0;

	for (uint32_t i = 0; i < n; i++)
		groups += i == 0 || type[i] != type[i - 1];
	buf_uleb(out, groups);
	for (uint32_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && type[k] == type[i]; k++)
			;
		buf_uleb(out, k - i);
		buf_u8(out, wasm_type_byte((enum type)type[i]));
	}
}
