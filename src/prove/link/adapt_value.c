/* adapt_value.c - a value from one side to the other, by its type.
 *
 * Source: component-model 6d28164, CanonicalABI.md "Loading", "Storing", "Flat
 * Lifting", "Flat Lowering".
 */
#include <stdio.h>

#include "prove/link/adapt.h"

/* Longest list in bytes. */
#define LIST_MAX ((1u << 28) - 1)

static struct ct_type type_of(const struct adapt *x, uint32_t type)
{
	return *ct_get(&x->j->file->types, type);
}

static struct typed part(struct typed t, uint32_t type)
{
	return (struct typed){ t.inst, type };
}

struct adapt_place adapt_part(struct adapt_place p, uint32_t offset,
			      uint32_t slot)
{
	if (p.memory)
		p.offset += offset;
	else
		p.slot += slot;
	return p;
}

bool adapt_any_bytes(const struct joint *j, uint32_t type)
{
	const struct ct_type *x = ct_get(&j->file->types, type);
	uint32_t sum = 0;

	switch (x->kind) {
	case CT_S8: case CT_U8: case CT_S16: case CT_U16: case CT_S32:
	case CT_U32: case CT_S64: case CT_U64: case CT_F32: case CT_F64:
		return true;
	case CT_FIXED_LIST:
		return adapt_any_bytes(j, x->elem);
	case CT_RECORD:
	case CT_TUPLE:
		for (uint32_t k = 0; k < x->n; k++) {
			if (!adapt_any_bytes(j, x->item[k].type))
				return false;
			sum += ct_get(&j->file->types, x->item[k].type)->size;
		}
		return sum == x->size;	/* no bytes between */
	default:
		return false;
	}
}

/* --- numbers, bool, char ---------------------------------------------------------- */

static void unicode(struct adapt *x)
{
	const uint32_t c = adapt_set_new(x, OP_LOCAL_TEE, T_I32);

	adapt_const(x, 0x110000);
	adapt_op(x, OP_I32_GE_U);
	adapt_get(x, c);
	adapt_const(x, 11);
	adapt_op(x, OP_I32_SHR_U);
	adapt_const(x, 0x1b);	/* 0xd800 to 0xdfff */
	adapt_op(x, OP_I32_EQ);
	adapt_op(x, OP_I32_OR);
	adapt_trap_if(x);
	adapt_get(x, c);
}

/* What is above the type's bits does not count. */
static void in_range(struct adapt *x, uint8_t kind)
{
	switch (kind) {
	case CT_BOOL:
		adapt_const(x, 0);
		adapt_op(x, OP_I32_NE);
		break;
	case CT_U8:
	case CT_U16:
		adapt_const(x, kind == CT_U8 ? 0xff : 0xffff);
		adapt_op(x, OP_I32_AND);
		break;
	case CT_S8:
		adapt_op(x, OP_I32_EXTEND8_S);
		break;
	case CT_S16:
		adapt_op(x, OP_I32_EXTEND16_S);
		break;
	case CT_CHAR:
		unicode(x);
		break;
	default:
		break;
	}
}

static void number(struct adapt *x, uint8_t kind, struct adapt_place from,
		   struct adapt_place to)
{
	static const struct {
		uint8_t flat;
		uint16_t load, store;
	} how[CT_PRIMITIVES] = {
		[CT_BOOL] = { T_I32, OP_I32_LOAD8_U, OP_I32_STORE8 },
		[CT_S8] = { T_I32, OP_I32_LOAD8_S, OP_I32_STORE8 },
		[CT_U8] = { T_I32, OP_I32_LOAD8_U, OP_I32_STORE8 },
		[CT_S16] = { T_I32, OP_I32_LOAD16_S, OP_I32_STORE16 },
		[CT_U16] = { T_I32, OP_I32_LOAD16_U, OP_I32_STORE16 },
		[CT_S32] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
		[CT_U32] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
		[CT_CHAR] = { T_I32, OP_I32_LOAD, OP_I32_STORE },
		[CT_S64] = { T_I64, OP_I64_LOAD, OP_I64_STORE },
		[CT_U64] = { T_I64, OP_I64_LOAD, OP_I64_STORE },
		[CT_F32] = { T_F32, OP_F32_LOAD, OP_F32_STORE },
		[CT_F64] = { T_F64, OP_F64_LOAD, OP_F64_STORE },
	};

	adapt_begin_store(x, to);
	adapt_load(x, from, (enum op)how[kind].load, how[kind].flat);
	in_range(x, kind);
	adapt_end_store(x, to, (enum op)how[kind].store, how[kind].flat);
}

/* --- handles ------------------------------------------------------------------------ */

/* The number T of the import that comes next, "[move-stream]#T:...", when the section
 * says that it is this type. */
static uint32_t section_number(struct adapt *x, struct typed t)
{
	struct joint *j = x->j;
	struct wasm_ins i;
	unsigned n;

	if (x->bad || !wasm_next(j->linked, x->at, &i, j->arena, NULL) ||
	    i.op != OP_CALL || i.index >= j->linked->nimported[WASM_FUNC])
		return JOINT_NONE;
	const struct wasm_import *m =
		&j->linked->imports.at[j->linked->funcs.at[i.index].import];
	if (sscanf(m->name, "[move-%*[a-z]]#%u:", &n) != 1)
		return JOINT_NONE;
	const uint32_t *type = map_get(&j->info->type_of, n);
	return type && joint_same_type(j, t, *type - 1) ? n : JOINT_NONE;
}

/* From the table of one instance to that of the other. */
static void handle(struct adapt *x, struct typed t, struct adapt_place from,
		   struct adapt_place to)
{
	const struct ct_type h = type_of(x, t.type);
	const char *what = h.kind == CT_OWN ? "own" :
			   h.kind == CT_BORROW ? "borrow" :
			   h.kind == CT_STREAM ? "stream" :
			   h.kind == CT_FUTURE ? "future" : "error-context";

	adapt_begin_store(x, to);
	adapt_load(x, from, OP_I32_LOAD, T_I32);
	const uint32_t n = h.kind == CT_OWN || h.kind == CT_BORROW ?
		joint_resource(x->j, part(t, h.elem)) :
		t.type < CT_PRIMITIVES ? t.type : section_number(x, t);
	adapt_import(x, arena_printf(x->j->arena, "[move-%s]#%u:%u:%u", what, n,
				     x->from.inst, x->to.inst), "i:i");
	adapt_end_store(x, to, OP_I32_STORE, T_I32);
}

/* --- parts ---------------------------------------------------------------------------- */

static void fields(struct adapt *x, struct typed t, struct ct_type r,
		   struct adapt_place from, struct adapt_place to)
{
	uint32_t offset = 0, slot = 0;

	for (uint32_t k = 0; k < r.n && !x->bad; k++) {
		const struct ct_type f = type_of(x, r.item[k].type);
		offset = (offset + f.align - 1) / f.align * f.align;
		adapt_value(x, part(t, r.item[k].type),
			    adapt_part(from, offset, slot),
			    adapt_part(to, offset, slot));
		offset += f.size;
		slot += f.nflat;
	}
}

static void fixed_list(struct adapt *x, struct typed t, struct ct_type l,
		       struct adapt_place from, struct adapt_place to)
{
	const struct ct_type e = type_of(x, l.elem);

	for (uint32_t k = 0; k < l.n && !x->bad; k++)
		adapt_value(x, part(t, l.elem),
			    adapt_part(from, k * e.size, k * e.nflat),
			    adapt_part(to, k * e.size, k * e.nflat));
}

static enum op load_of(uint32_t bytes)
{
	return bytes == 1 ? OP_I32_LOAD8_U : bytes == 2 ? OP_I32_LOAD16_U :
							  OP_I32_LOAD;
}

static enum op store_of(uint32_t bytes)
{
	return bytes == 1 ? OP_I32_STORE8 : bytes == 2 ? OP_I32_STORE16 :
							 OP_I32_STORE;
}

static void flags(struct adapt *x, struct ct_type f, struct adapt_place from,
		  struct adapt_place to)
{
	adapt_begin_store(x, to);
	adapt_load(x, from, load_of(f.size), T_I32);
	if (f.n < 32) {
		adapt_const(x, (1u << f.n) - 1);
		adapt_op(x, OP_I32_AND);
	}
	adapt_end_store(x, to, store_of(f.size), T_I32);
}

/* Slots that a case may leave are zero. */
static void clear(struct adapt *x, const struct ct_type *v, struct adapt_place to)
{
	for (uint32_t k = 1; !to.memory && k < v->nflat; k++) {
		const uint8_t t = to.slot[k].type;
		const struct wasm_ins i = adapt_next(
			x, t == T_I32 ? OP_I32_CONST : t == T_I64 ? OP_I64_CONST :
			   t == T_F32 ? OP_F32_CONST : OP_F64_CONST);
		if (!x->bad && i.imm)
			x->bad = !joint_fail(x->j, "adapter, function %u of the "
					     "linked module: at 0x%x no zero",
					     x->func, i.at);
		adapt_end_store(x, adapt_part(to, 0, k), OP_I32_STORE, t);
	}
}

/* The case is checked, and handed on; then its payload. */
static void cases(struct adapt *x, struct typed t, struct ct_type v,
		  struct adapt_place from, struct adapt_place to)
{
	const uint32_t n = ct_cases(&v), size = ct_discriminant(n);
	const uint32_t offset = ct_payload_offset(&x->j->file->types, &v);

	adapt_load(x, from, load_of(size), T_I32);
	const uint32_t d = adapt_set_new(x, OP_LOCAL_TEE, T_I32);
	adapt_const(x, n);
	adapt_op(x, OP_I32_GE_U);
	adapt_trap_if(x);
	adapt_begin_store(x, to);
	adapt_get(x, d);
	adapt_end_store(x, to, store_of(size), T_I32);
	clear(x, &v, to);
	for (uint32_t k = 0; k < n && !x->bad; k++) {
		const uint32_t payload = ct_case(&v, k);
		if (payload == CT_NO_TYPE || !type_of(x, payload).size)
			continue;
		adapt_get(x, d);
		adapt_const(x, k);
		adapt_op(x, OP_I32_EQ);
		adapt_block(x, OP_IF, T_NONE);
		adapt_value(x, part(t, payload), adapt_part(from, offset, 1),
			    adapt_part(to, offset, 1));
		adapt_op(x, OP_END);
	}
}

/* --- lists ------------------------------------------------------------------------------ */

static void copy_local(struct adapt *x, uint32_t from, uint32_t *to)
{
	adapt_get(x, from);
	*to = adapt_set_new(x, OP_LOCAL_SET, T_I32);
}

static void step(struct adapt *x, uint32_t local, uint32_t by)
{
	adapt_get(x, local);
	adapt_const(x, by);
	adapt_op(x, OP_I32_ADD);
	adapt_set(x, local);
}

void adapt_elements(struct adapt *x, struct typed t, uint32_t to, uint32_t from,
		    uint32_t n)
{
	const uint32_t size = type_of(x, t.type).size;
	uint32_t src, dst, left;

	copy_local(x, from, &src);
	copy_local(x, to, &dst);
	copy_local(x, n, &left);
	adapt_block(x, OP_BLOCK, T_NONE);
	adapt_block(x, OP_LOOP, T_NONE);
	adapt_get(x, left);
	adapt_op(x, OP_I32_EQZ);
	adapt_branch(x, OP_BR_IF, 1);
	adapt_value(x, t, (struct adapt_place){ .memory = true, .local = src },
		    (struct adapt_place){ .memory = true, .local = dst });
	step(x, src, size);
	step(x, dst, size);
	step(x, left, UINT32_MAX);
	adapt_branch(x, OP_BR, 0);
	adapt_op(x, OP_END);
	adapt_op(x, OP_END);
}

/* n * size bytes, not too many. */
static uint32_t bytes_of(struct adapt *x, uint32_t n, uint32_t size)
{
	adapt_get(x, n);
	adapt_op(x, OP_I64_EXTEND_I32_U);
	adapt_const64(x, size);
	adapt_op(x, OP_I64_MUL);
	adapt_const64(x, LIST_MAX);
	adapt_op(x, OP_I64_GT_U);
	adapt_trap_if(x);
	adapt_get(x, n);
	adapt_const(x, size);
	adapt_op(x, OP_I32_MUL);
	return adapt_set_new(x, OP_LOCAL_SET, T_I32);
}

static void copy_bytes(struct adapt *x, uint32_t to, uint32_t from, uint32_t n)
{
	adapt_get(x, to);
	adapt_get(x, from);
	adapt_get(x, n);
	adapt_copy(x, x->to.memory, x->from.memory);
}

static void put_range(struct adapt *x, struct adapt_place to, uint32_t p,
		      uint32_t n)
{
	adapt_begin_store(x, to);
	adapt_get(x, p);
	adapt_end_store(x, to, OP_I32_STORE, T_I32);
	to = adapt_part(to, 4, 1);
	adapt_begin_store(x, to);
	adapt_get(x, n);
	adapt_end_store(x, to, OP_I32_STORE, T_I32);
}

static void list(struct adapt *x, struct typed t, struct adapt_place from,
		 struct adapt_place to)
{
	const struct ct_type e = type_of(x, t.type);
	const bool plain = adapt_any_bytes(x->j, t.type);

	adapt_load(x, from, OP_I32_LOAD, T_I32);
	const uint32_t p = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	adapt_load(x, adapt_part(from, 4, 1), OP_I32_LOAD, T_I32);
	const uint32_t n = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	adapt_aligned(x, p, e.align);
	const uint32_t bytes = bytes_of(x, n, e.size);
	if (!plain)
		adapt_bounds(x, x->from.memory, p, bytes, 0);
	adapt_realloc(x, e.align, 0, bytes);
	const uint32_t made = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	if (plain) {
		copy_bytes(x, made, p, bytes);
	} else {
		adapt_bounds(x, x->to.memory, made, bytes, 0);
		adapt_elements(x, t, made, p, n);
	}
	put_range(x, to, made, n);
}

/* A list of pairs. */
static void map(struct adapt *x, struct typed t, struct ct_type m,
		struct adapt_place from, struct adapt_place to)
{
	struct ct_type pair = { .kind = CT_TUPLE, .n = 2, .elem = CT_NO_TYPE,
				.elem2 = CT_NO_TYPE };

	pair.item = arena_array(x->j->arena, struct ct_item, 2);
	pair.item[0].type = m.elem;
	pair.item[1].type = m.elem2;
	t.type = ct_intern(&x->j->file->types, pair);
	if (t.type == CT_NO_TYPE)
		x->bad = !joint_fail(x->j, "a map nested too deep");
	else
		list(x, t, from, to);
}

static void string(struct adapt *x, struct adapt_place from,
		   struct adapt_place to)
{
	adapt_load(x, from, OP_I32_LOAD, T_I32);
	adapt_load(x, adapt_part(from, 4, 1), OP_I32_LOAD, T_I32);
	adapt_text(x);
	const uint32_t n = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	const uint32_t p = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	put_range(x, to, p, n);
}

/* As deep as types are: CT_MAX_DEPTH. */
void adapt_value(struct adapt *x, struct typed t, struct adapt_place from,
		 struct adapt_place to)
{
	const struct ct_type v = type_of(x, t.type);

	if (x->bad)
		return;
	switch (v.kind) {
	case CT_STRING:
		string(x, from, to);
		break;
	case CT_RECORD:
	case CT_TUPLE:
		fields(x, t, v, from, to);
		break;
	case CT_FIXED_LIST:
		fixed_list(x, t, v, from, to);
		break;
	case CT_FLAGS:
		flags(x, v, from, to);
		break;
	case CT_VARIANT:
	case CT_ENUM:
	case CT_OPTION:
	case CT_RESULT:
		cases(x, t, v, from, to);
		break;
	case CT_LIST:
		list(x, part(t, v.elem), from, to);
		break;
	case CT_MAP:
		map(x, t, v, from, to);
		break;
	case CT_OWN:
	case CT_BORROW:
	case CT_STREAM:
	case CT_FUTURE:
	case CT_ERROR_CONTEXT:
		handle(x, t, from, to);
		break;
	default:
		number(x, v.kind, from, to);
	}
}
