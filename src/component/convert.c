/* convert.c - code that lifts values on one side and lowers them on the other.
 *
 * One walk over the type writes both halves; what needs no check is copied.
 * Values that are not valid for their type trap (import "[trap-bad-value]").
 * Source: component-model 6d28164, CanonicalABI.md "Loading", "Storing",
 * "Flat Lifting", "Flat Lowering".
 */
#include "component/convert.h"

#include "wasm/encode.h"

/* Largest code of one adapter: types share parts, code does not. */
enum { CODE_MAX = 1 << 20 };

#define EMPTY_BLOCK (-64)

/* --- instructions ------------------------------------------------------------ */

void comp_emit(struct emitter *e, enum op op, uint32_t index)
{
	struct wasm_ins i = { .op = op, .index = index,
			      .block_type = EMPTY_BLOCK };

	wasm_encode_ins(&i, &e->code);
	if (e->code.n > CODE_MAX)
		link_reject(e->l, e->at, "an adapter of more than %d bytes",
			    CODE_MAX);
}

void comp_emit_const(struct emitter *e, uint32_t v)
{
	struct wasm_ins i = { .op = OP_I32_CONST, .imm = v };

	wasm_encode_ins(&i, &e->code);
}

void comp_emit_const64(struct emitter *e, uint64_t v)
{
	struct wasm_ins i = { .op = OP_I64_CONST, .imm = v };

	wasm_encode_ins(&i, &e->code);
}

void comp_access(struct emitter *e, enum op op, uint32_t memory,
		 uint32_t offset)
{
	struct wasm_ins i = { .op = op, .index2 = memory, .imm = offset };

	for (uint8_t n = op_info[op].bytes; n > 1; n /= 2)
		i.align++;
	wasm_encode_ins(&i, &e->code);
}

uint32_t comp_new_local(struct emitter *e, enum type t)
{
	vec_push(e->l->arena, &e->local, (uint8_t)t);
	return e->local.n - 1;
}

void comp_emit_import(struct emitter *e, const char *name, const char *sig)
{
	comp_emit(e, OP_CALL, link_import(e->l, name, sig));
}

void comp_emit_trap(struct emitter *e)
{
	comp_emit_import(e, "[trap-bad-value]", ":");
	comp_emit(e, OP_UNREACHABLE, 0);
}

void comp_emit_trap_if(struct emitter *e)
{
	comp_emit(e, OP_IF, 0);
	comp_emit_trap(e);
	comp_emit(e, OP_END, 0);
}

void comp_emit_aligned(struct emitter *e, uint32_t local, uint32_t align)
{
	if (align == 1)
		return;
	comp_emit(e, OP_LOCAL_GET, local);
	comp_emit_const(e, align - 1);
	comp_emit(e, OP_I32_AND, 0);
	comp_emit_trap_if(e);
}

/* An access that no memory has room for says what happened. */
void comp_emit_bounds(struct emitter *e, uint32_t memory, uint32_t p,
		      uint32_t n, uint32_t size)
{
	comp_emit(e, OP_LOCAL_GET, p);
	comp_emit(e, OP_I64_EXTEND_I32_U, 0);
	if (n == LINK_NONE) {
		comp_emit_const64(e, size);
	} else {
		comp_emit(e, OP_LOCAL_GET, n);
		comp_emit(e, OP_I64_EXTEND_I32_U, 0);
	}
	comp_emit(e, OP_I64_ADD, 0);
	comp_emit(e, OP_MEMORY_SIZE, memory);
	comp_emit(e, OP_I64_EXTEND_I32_U, 0);
	comp_emit_const64(e, 16);
	comp_emit(e, OP_I64_SHL, 0);
	comp_emit(e, OP_I64_GT_U, 0);
	comp_emit(e, OP_IF, 0);
	comp_emit_const(e, UINT32_MAX);
	comp_access(e, OP_I32_LOAD8_U, memory, UINT32_MAX);
	comp_emit(e, OP_DROP, 0);
	comp_emit(e, OP_UNREACHABLE, 0);
	comp_emit(e, OP_END, 0);
}

/* --- core values ------------------------------------------------------------------ */

/* What a primitive type is as a core value, and how it is accessed. */
static const struct {
	uint8_t flat;
	uint16_t load, store;
} prim[CT_PRIMITIVES] = {
	[CT_BOOL] = { T_I32, OP_I32_LOAD8_U, OP_I32_STORE8 },
	[CT_S8] = { T_I32, OP_I32_LOAD8_S, OP_I32_STORE8 },
	[CT_U8] = { T_I32, OP_I32_LOAD8_U, OP_I32_STORE8 },
	[CT_S16] = { T_I32, OP_I32_LOAD16_S, OP_I32_STORE16 },
	[CT_U16] = { T_I32, OP_I32_LOAD16_U, OP_I32_STORE16 },
	[CT_S32] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
	[CT_U32] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
	[CT_S64] = { T_I64, OP_I64_LOAD, OP_I64_STORE },
	[CT_U64] = { T_I64, OP_I64_LOAD, OP_I64_STORE },
	[CT_F32] = { T_F32, OP_F32_LOAD, OP_F32_STORE },
	[CT_F64] = { T_F64, OP_F64_LOAD, OP_F64_STORE },
	[CT_CHAR] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
	[CT_ERROR_CONTEXT] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
};

/* A joined slot back to the type of a case. */
static void narrow(struct emitter *e, uint8_t have, uint8_t want)
{
	if (have == want)
		return;
	if (have == T_I64 && want != T_F64)
		comp_emit(e, OP_I32_WRAP_I64, 0);
	if (want == T_F32)
		comp_emit(e, OP_F32_REINTERPRET_I32, 0);
	else if (want == T_F64)
		comp_emit(e, OP_F64_REINTERPRET_I64, 0);
}

static void widen(struct emitter *e, uint8_t have, uint8_t want)
{
	if (have == want)
		return;
	if (have == T_F32)
		comp_emit(e, OP_I32_REINTERPRET_F32, 0);
	else if (have == T_F64)
		comp_emit(e, OP_I64_REINTERPRET_F64, 0);
	if (want == T_I64 && have != T_F64)
		comp_emit(e, OP_I64_EXTEND_I32_U, 0);
}

/* Pushes slot k of a flat value as `want`. */
static void get_slot(struct emitter *e, struct place p, uint32_t k,
		     uint8_t want)
{
	comp_emit(e, OP_LOCAL_GET, p.slot[k].local);
	narrow(e, p.slot[k].type, want);
}

static void set_slot(struct emitter *e, struct place p, uint32_t k,
		     uint8_t have)
{
	widen(e, have, p.slot[k].type);
	comp_emit(e, OP_LOCAL_SET, p.slot[k].local);
}

void comp_begin_store(struct emitter *e, struct place p)
{
	if (p.memory)
		comp_emit(e, OP_LOCAL_GET, p.local);
}

void comp_end_store(struct emitter *e, struct place p, enum op store,
		    uint8_t type)
{
	if (p.memory)
		comp_access(e, store, e->to.memory, p.offset);
	else
		set_slot(e, p, 0, type);
}

void comp_load(struct emitter *e, struct place p, enum op op, uint8_t type)
{
	if (!p.memory) {
		get_slot(e, p, 0, type);
		return;
	}
	comp_emit(e, OP_LOCAL_GET, p.local);
	comp_access(e, op, e->from.memory, p.offset);
}

/* --- primitive types ------------------------------------------------------------------ */

/* char: not above 0x10ffff, no surrogate. */
static void check_char(struct emitter *e)
{
	uint32_t c = comp_new_local(e, T_I32);

	comp_emit(e, OP_LOCAL_TEE, c);
	comp_emit_const(e, 0x110000);
	comp_emit(e, OP_I32_GE_U, 0);
	comp_emit(e, OP_LOCAL_GET, c);
	comp_emit_const(e, 11);
	comp_emit(e, OP_I32_SHR_U, 0);
	comp_emit_const(e, 0xd800 >> 11);
	comp_emit(e, OP_I32_EQ, 0);
	comp_emit(e, OP_I32_OR, 0);
	comp_emit_trap_if(e);
	comp_emit(e, OP_LOCAL_GET, c);
}

/* Makes the core value on the stack one of the type. */
static void normalise(struct emitter *e, uint8_t kind)
{
	switch (kind) {
	case CT_BOOL:
		comp_emit_const(e, 0);
		comp_emit(e, OP_I32_NE, 0);
		break;
	case CT_U8:
	case CT_U16:
		comp_emit_const(e, kind == CT_U8 ? 0xff : 0xffff);
		comp_emit(e, OP_I32_AND, 0);
		break;
	case CT_S8:
		comp_emit(e, OP_I32_EXTEND8_S, 0);
		break;
	case CT_S16:
		comp_emit(e, OP_I32_EXTEND16_S, 0);
		break;
	case CT_CHAR:
		check_char(e);
		break;
	default:
		break;
	}
}

static void convert_primitive(struct emitter *e, uint8_t kind,
			      struct place from, struct place to)
{
	comp_begin_store(e, to);
	comp_load(e, from, (enum op)prim[kind].load, prim[kind].flat);
	normalise(e, kind);
	comp_end_store(e, to, (enum op)prim[kind].store, prim[kind].flat);
}

/* --- handles ------------------------------------------------------------------------------ */

/* Which resource a type number is. */
static uint32_t resource_number(const struct graph *g, uint32_t type)
{
	for (uint32_t k = 0; k < g->resources.n; k++)
		if (g->resources.at[k].type == type)
			return k;
	NOT_REACHED("concrete resource");
}

/* "[move-own]R:FROM:TO", "[move-stream]T:FROM:TO"; T is the number of the
 * stream type in the custom section, which is its type number. */
static void convert_handle(struct emitter *e, uint32_t type,
			   struct place from, struct place to)
{
	static const char *const names[CT_KINDS] = {
		[CT_OWN] = "own", [CT_BORROW] = "borrow",
		[CT_STREAM] = "stream", [CT_FUTURE] = "future",
		[CT_ERROR_CONTEXT] = "error-context",
	};
	const struct ct_type *t = ct_get(e->l->g->types, type);
	uint32_t n = type;

	if (t->kind == CT_OWN || t->kind == CT_BORROW)
		n = resource_number(e->l->g, t->elem);
	comp_begin_store(e, to);
	comp_load(e, from, OP_I32_LOAD, T_I32);
	comp_emit_import(e, arena_printf(e->l->arena, "[move-%s]#%u:%u:%u",
					 names[t->kind], n, e->from.inst,
					 e->to.inst), "i:i");
	comp_end_store(e, to, OP_I32_STORE, T_I32);
}

/* --- parts ---------------------------------------------------------------------------------- */

struct place comp_part(struct place p, uint32_t offset, uint32_t slot)
{
	if (p.memory)
		p.offset += offset;
	else
		p.slot += slot;
	return p;
}

static void convert_fields(struct emitter *e, struct ct_type x,
			   struct place from, struct place to)
{
	uint32_t offset = 0, slot = 0;

	for (uint32_t k = 0; k < x.n && !e->l->bad; k++) {
		uint32_t type = x.item[k].type;
		const struct ct_type f = *ct_get(e->l->g->types, type);
		offset = (offset + f.align - 1) & ~(f.align - 1u);
		comp_convert(e, type, comp_part(from, offset, slot),
			comp_part(to, offset, slot));
		offset += f.size;
		slot += f.nflat;
	}
}

static void convert_fixed(struct emitter *e, struct ct_type x,
			  struct place from, struct place to)
{
	const struct ct_type f = *ct_get(e->l->g->types, x.elem);

	for (uint32_t k = 0; k < x.n && !e->l->bad; k++)
		comp_convert(e, x.elem, comp_part(from, k * f.size, k * f.nflat),
			comp_part(to, k * f.size, k * f.nflat));
}

static void convert_flags(struct emitter *e, struct ct_type x,
			  struct place from, struct place to)
{
	static const uint16_t loads[] = { 0, OP_I32_LOAD8_U, OP_I32_LOAD16_U,
					  0, OP_I32_LOAD };
	static const uint16_t stores[] = { 0, OP_I32_STORE8, OP_I32_STORE16, 0,
					   OP_I32_STORE };

	comp_begin_store(e, to);
	comp_load(e, from, (enum op)loads[x.size], T_I32);
	if (x.n < 32) {
		comp_emit_const(e, (1u << x.n) - 1);
		comp_emit(e, OP_I32_AND, 0);
	}
	comp_end_store(e, to, (enum op)stores[x.size], T_I32);
}

/* Cases narrower than the joined slots leave the rest zero. */
static void clear_slots(struct emitter *e, const struct ct_type *x,
			struct place to)
{
	for (uint32_t k = 1; !to.memory && k < x->nflat; k++) {
		static const uint16_t ops[] = { [T_I32] = OP_I32_CONST,
						[T_I64] = OP_I64_CONST,
						[T_F32] = OP_F32_CONST,
						[T_F64] = OP_F64_CONST };
		comp_emit(e, (enum op)ops[to.slot[k].type], 0);
		comp_emit(e, OP_LOCAL_SET, to.slot[k].local);
	}
}

/* The discriminant, then one block per case with a payload. */
static void convert_cases(struct emitter *e, struct ct_type x,
			  struct place from, struct place to)
{
	static const uint16_t loads[] = { 0, OP_I32_LOAD8_U, OP_I32_LOAD16_U,
					  0, OP_I32_LOAD };
	static const uint16_t stores[] = { 0, OP_I32_STORE8, OP_I32_STORE16, 0,
					   OP_I32_STORE };
	uint32_t disc = ct_discriminant(ct_cases(&x));
	uint32_t offset = ct_payload_offset(e->l->g->types, &x);
	uint32_t d = comp_new_local(e, T_I32);

	comp_load(e, from, (enum op)loads[disc], T_I32);
	comp_emit(e, OP_LOCAL_TEE, d);
	comp_emit_const(e, ct_cases(&x));
	comp_emit(e, OP_I32_GE_U, 0);
	comp_emit_trap_if(e);
	comp_begin_store(e, to);
	comp_emit(e, OP_LOCAL_GET, d);
	comp_end_store(e, to, (enum op)stores[disc], T_I32);
	clear_slots(e, &x, to);
	for (uint32_t k = 0; k < ct_cases(&x) && !e->l->bad; k++) {
		uint32_t type = ct_case(&x, k);
		if (type == CT_NO_TYPE || !ct_get(e->l->g->types, type)->size)
			continue;
		comp_emit(e, OP_LOCAL_GET, d);
		comp_emit_const(e, k);
		comp_emit(e, OP_I32_EQ, 0);
		comp_emit(e, OP_IF, 0);
		comp_convert(e, type, comp_part(from, offset, 1), comp_part(to, offset, 1));
		comp_emit(e, OP_END, 0);
	}
}

/* Recursion is as deep as types are: CT_MAX_DEPTH. */
void comp_convert(struct emitter *e, uint32_t type, struct place from,
	     struct place to)
{
	const struct ct_type x = *ct_get(e->l->g->types, type);

	if (e->l->bad)
		return;
	switch (x.kind) {
	case CT_STRING:
		comp_convert_string(e, from, to);
		break;
	case CT_RECORD:
	case CT_TUPLE:
		convert_fields(e, x, from, to);
		break;
	case CT_FIXED_LIST:
		convert_fixed(e, x, from, to);
		break;
	case CT_FLAGS:
		convert_flags(e, x, from, to);
		break;
	case CT_VARIANT:
	case CT_ENUM:
	case CT_OPTION:
	case CT_RESULT:
		convert_cases(e, x, from, to);
		break;
	case CT_LIST:
		comp_convert_list(e, x.elem, from, to);
		break;
	case CT_MAP:
		comp_convert_map(e, x, from, to);
		break;
	case CT_OWN:
	case CT_BORROW:
	case CT_STREAM:
	case CT_FUTURE:
	case CT_ERROR_CONTEXT:
		convert_handle(e, type, from, to);
		break;
	default:
		convert_primitive(e, x.kind, from, to);
	}
}
