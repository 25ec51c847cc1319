/* ins.c - one instruction and its immediate operands.
 *
 * Which operands follow an opcode is the imm column of the tables; here is
 * how each kind is encoded.  Source: WebAssembly core specification 3.0,
 * "Binary Format", "Instructions".
 */
#include "wasm/ins.h"

#include <stddef.h>

static const struct {
	enum where where;
	uint32_t first, last;
	const char *name;
} proposals[] = {
#define P(where, first, last, name) { WHERE_##where, first, last, name },
#include "wasm/proposal.def"
};

void unknown(struct reader *r, enum where where, uint32_t value, uint64_t at,
	     enum diag_code code, const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(proposals); i++)
		if (proposals[i].where == where &&
		    value >= proposals[i].first && value <= proposals[i].last) {
			reader_fail(r, DIAG_UNSUPPORTED, at,
				    "%s 0x%02x of the %s proposal", what,
				    value, proposals[i].name);
			return;
		}
	reader_fail(r, code, at, "%s 0x%02x", what, value);
}

static enum type type_of_byte(uint8_t byte)
{
	switch (byte) {
	case 0x7f: return T_I32;
	case 0x7e: return T_I64;
	case 0x7d: return T_F32;
	case 0x7c: return T_F64;
	case 0x7b: return T_V128;
	case 0x70: return T_FUNCREF;
	case 0x6f: return T_EXTERNREF;
	default:   return T_NONE;
	}
}

enum type type_read(struct reader *r)
{
	uint64_t at = reader_offset(r);
	uint8_t byte = reader_u8(r);
	enum type t = type_of_byte(byte);

	if (t == T_NONE && !r->bad)
		unknown(r, WHERE_TYPE, byte, at, DIAG_MALFORMED, "type");
	return t;
}

/* One operand of an instruction that is a type, as a pointer that outlives
 * the call: types[t] == t. */
static const uint8_t types[] = {
	T_NONE, T_I32, T_I64, T_F32, T_F64, T_V128, T_FUNCREF, T_EXTERNREF,
};

/* One signed number for three forms: empty, a type, a type index.  A type is
 * one byte even where a longer number would have the same value. */
static int64_t block_type(struct reader *r)
{
	uint64_t at = reader_offset(r);
	int64_t bt = reader_s33(r);

	if (r->bad || bt >= 0)
		return bt;
	uint8_t byte = (uint8_t)(bt & 0x7f);
	if (reader_offset(r) != at + 1)
		reader_fail(r, DIAG_MALFORMED, at, "block type");
	else if (bt != -64 && type_of_byte(byte) == T_NONE)
		unknown(r, WHERE_TYPE, byte, at, DIAG_MALFORMED, "block type");
	return bt;
}

/* Each label takes at least a byte, so a count that the rest of the input
 * cannot hold is refused before anything is allocated for it. */
static void read_labels(struct reader *r, struct wasm_ins *out,
			struct labels *l)
{
	uint64_t at = reader_offset(r);

	out->nlabels = reader_u32(r);
	if (out->nlabels >= (size_t)(r->end - r->at)) {
		reader_fail(r, DIAG_END, at, "br_table of %u labels",
			    out->nlabels);
		return;
	}
	if (l) {
		l->v.n = 0;
		vec_reserve(l->arena, &l->v, out->nlabels + 1);
		out->labels = l->v.at;
	}
	for (uint32_t i = 0; i <= out->nlabels; i++) {
		uint32_t label = reader_u32(r);
		if (l)
			l->v.at[l->v.n++] = label;
	}
}

/* The format has a list here; validation allows just one type, so nothing
 * else needs to be stored. */
static void read_types(struct reader *r, struct wasm_ins *out)
{
	uint64_t at = reader_offset(r);

	out->nlabels = reader_u32(r);
	if (out->nlabels != 1)
		reader_fail(r, DIAG_TYPE, at,
			    "select takes one result type, not %u",
			    out->nlabels);
	out->types = &types[type_read(r)];
}

/* Bit 6 of the alignment says that a memory index follows (multi-memory);
 * alignments of 2^32 and more fail in validation, not here. */
static void read_memarg(struct reader *r, struct wasm_ins *out)
{
	uint64_t at = reader_offset(r);
	uint32_t flags = reader_u32(r);

	if (flags >= 0x80)
		reader_fail(r, DIAG_MALFORMED, at, "memory operand flags 0x%x",
			    flags);
	out->align = flags & 0x3f;
	out->index2 = flags & 0x40 ? reader_u32(r) : 0;
	out->imm = reader_u32(r);
}

static void read_reftype(struct reader *r, struct wasm_ins *out)
{
	uint64_t at = reader_offset(r);

	out->index = type_read(r);
	if (!r->bad && out->index < T_FUNCREF)
		reader_fail(r, DIAG_MALFORMED, at, "reference type");
}

static void read_imm(struct reader *r, enum imm imm, struct wasm_ins *out,
		     struct labels *l)
{
	switch (imm) {
	case IMM_NONE:
		break;
	case IMM_BLOCK:
		out->block_type = block_type(r);
		break;
	case IMM_LABELS:
		read_labels(r, out, l);
		break;
	case IMM_TYPES:
		read_types(r, out);
		break;
	case IMM_REFTYPE:
		read_reftype(r, out);
		break;
	case IMM_LABEL: case IMM_LOCAL: case IMM_GLOBAL: case IMM_FUNC:
	case IMM_TABLE: case IMM_MEM: case IMM_DATA: case IMM_ELEM:
		out->index = reader_u32(r);
		break;
	case IMM_TYPE_TABLE: case IMM_MEM_MEM: case IMM_DATA_MEM:
	case IMM_ELEM_TABLE: case IMM_TABLE_TABLE:
		out->index = reader_u32(r);
		out->index2 = reader_u32(r);
		break;
	case IMM_MEMARG_LANE:
		read_memarg(r, out);
		out->index = reader_u8(r);
		break;
	case IMM_MEMARG:
		read_memarg(r, out);
		break;
	case IMM_LANE:
		out->index = reader_u8(r);
		break;
	case IMM_LANES16: case IMM_V128:
		out->imm = reader_fixed64(r);
		out->imm_hi = reader_fixed64(r);
		break;
	case IMM_I32:
		out->imm = (uint32_t)reader_s32(r);
		break;
	case IMM_I64:
		out->imm = (uint64_t)reader_s64(r);
		break;
	case IMM_F32:
		out->imm = reader_fixed32(r);
		break;
	case IMM_F64:
		out->imm = reader_fixed64(r);
		break;
	}
}

/* The opcode as in op_info; prefixed ones beyond a page keep their number,
 * so that proposals are recognised. */
static uint32_t read_code(struct reader *r)
{
	uint32_t code = reader_u8(r);

	if (code != 0xfc && code != 0xfd)
		return code;
	uint32_t n = reader_u32(r);
	if (n < 0x100)
		return code << 8 | n;
	return n < 0x1000 ? code << 12 | n : UINT32_MAX;
}

bool ins_read(struct reader *r, struct wasm_ins *out, struct labels *l)
{
	*out = (struct wasm_ins){ .at = (uint32_t)reader_offset(r) };
	uint32_t code = read_code(r);
	out->op = op_of_code(code);
	if (r->bad)
		return false;
	if (out->op == OP_ILLEGAL) {
		unknown(r, WHERE_OPCODE, code, out->at, DIAG_OPCODE, "opcode");
		return false;
	}
	read_imm(r, (enum imm)op_info[out->op].imm, out, l);
	out->next = (uint32_t)reader_offset(r);
	return !r->bad;
}

struct wasm_expr expr_read(struct reader *r)
{
	struct wasm_expr e = { .begin = (uint32_t)reader_offset(r) };
	struct wasm_ins i;
	uint32_t depth = 1;

	while (depth > 0 && ins_read(r, &i, NULL)) {
		if (i.op == OP_BLOCK || i.op == OP_LOOP || i.op == OP_IF)
			depth++;
		else if (i.op == OP_END)
			depth--;
	}
	e.end = (uint32_t)reader_offset(r);
	return e;
}

bool wasm_next(const struct wasm_module *m, uint32_t at, struct wasm_ins *out,
	       struct arena *a, struct diag_sink *s)
{
	struct reader r = {
		.at = m->bytes + (at < m->size ? at : m->size),
		.end = m->bytes + m->size,
		.base = m->bytes,
		.sink = s,
	};
	struct labels l = { .arena = a };

	return ins_read(&r, out, &l);
}

struct wasm_functype wasm_block_sig(const struct wasm_module *m, int64_t bt)
{
	if (bt >= 0)
		return m->types.at[bt];
	enum type t = type_of_byte((uint8_t)(bt & 0x7f));
	return (struct wasm_functype){
		.result = (uint8_t *)(uintptr_t)&types[t],
		.nresults = t != T_NONE,
		.canon = UINT32_MAX,
	};
}

unsigned wasm_ins_memories(struct wasm_ins *i, uint32_t *at[2])
{
	switch (op_info[i->op].imm) {
	case IMM_MEMARG: case IMM_MEMARG_LANE: case IMM_DATA_MEM:
		at[0] = &i->index2;
		return 1;
	case IMM_MEM:
		at[0] = &i->index;
		return 1;
	case IMM_MEM_MEM:
		at[0] = &i->index;
		at[1] = &i->index2;
		return 2;
	default:
		return 0;
	}
}
