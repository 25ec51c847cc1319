/* convert_list.c - values in memory of their own: lists, maps, strings.
 *
 * Source: component-model 6d28164, CanonicalABI.md "Loading", "Storing".
 */
#include "component/convert.h"

#include "wasm/encode.h"

/* Longest list in bytes. */
#define LIST_MAX ((1u << 28) - 1)

void comp_emit_leave(struct emitter *e, bool may)
{
	comp_emit_const(e, !may);
	comp_emit_import(e, arena_printf(e->l->arena, "[no-leave]#%u",
					 e->to.inst), "i:");
}

void comp_emit_realloc(struct emitter *e, uint32_t align, uint32_t size,
		       uint32_t bytes)
{
	uint32_t p = comp_new_local(e, T_I32);

	comp_emit_leave(e, false);
	comp_emit_const(e, 0);
	comp_emit_const(e, 0);
	comp_emit_const(e, align);
	if (bytes == LINK_NONE)
		comp_emit_const(e, size);
	else
		comp_emit(e, OP_LOCAL_GET, bytes);
	comp_emit(e, OP_CALL, e->to.realloc);
	comp_emit(e, OP_LOCAL_SET, p);
	comp_emit_leave(e, true);
	comp_emit_aligned(e, p, align);
	comp_emit(e, OP_LOCAL_GET, p);
}

/* Sets locals to pointer and length; checks them as lifting does. */
static void load_range(struct emitter *e, struct place from, uint32_t ptr,
		       uint32_t n, uint32_t align)
{
	comp_load(e, from, OP_I32_LOAD, T_I32);
	comp_emit(e, OP_LOCAL_SET, ptr);
	comp_load(e, comp_part(from, 4, 1), OP_I32_LOAD, T_I32);
	comp_emit(e, OP_LOCAL_SET, n);
	comp_emit_aligned(e, ptr, align);
}

/* bytes = n * size, at most LIST_MAX. */
static void load_bytes(struct emitter *e, uint32_t n, uint32_t size,
		       uint32_t bytes)
{
	comp_emit(e, OP_LOCAL_GET, n);
	comp_emit(e, OP_I64_EXTEND_I32_U, 0);
	comp_emit_const64(e, size);
	comp_emit(e, OP_I64_MUL, 0);
	comp_emit_const64(e, LIST_MAX);
	comp_emit(e, OP_I64_GT_U, 0);
	comp_emit_trap_if(e);
	comp_emit(e, OP_LOCAL_GET, n);
	comp_emit_const(e, size);
	comp_emit(e, OP_I32_MUL, 0);
	comp_emit(e, OP_LOCAL_SET, bytes);
}

static void store_range(struct emitter *e, struct place to, uint32_t ptr,
			uint32_t n)
{
	comp_begin_store(e, to);
	comp_emit(e, OP_LOCAL_GET, ptr);
	comp_end_store(e, to, OP_I32_STORE, T_I32);
	to = comp_part(to, 4, 1);
	comp_begin_store(e, to);
	comp_emit(e, OP_LOCAL_GET, n);
	comp_end_store(e, to, OP_I32_STORE, T_I32);
}

static void copy_bytes(struct emitter *e, uint32_t to, uint32_t from,
		       uint32_t bytes)
{
	struct wasm_ins i = { .op = OP_MEMORY_COPY, .index = e->to.memory,
			      .index2 = e->from.memory };

	comp_emit(e, OP_LOCAL_GET, to);
	comp_emit(e, OP_LOCAL_GET, from);
	comp_emit(e, OP_LOCAL_GET, bytes);
	wasm_encode_ins(&i, &e->code);
}

static void step_local(struct emitter *e, uint32_t local, uint32_t by)
{
	comp_emit(e, OP_LOCAL_GET, local);
	comp_emit_const(e, by);
	comp_emit(e, OP_I32_ADD, 0);
	comp_emit(e, OP_LOCAL_SET, local);
}

void comp_copy_elements(struct emitter *e, uint32_t type, uint32_t to,
			uint32_t from, uint32_t n)
{
	uint32_t size = ct_get(e->l->g->types, type)->size;
	uint32_t src = comp_new_local(e, T_I32), dst = comp_new_local(e, T_I32);
	uint32_t left = comp_new_local(e, T_I32);
	const uint32_t pairs[3][2] = { { src, from }, { dst, to },
				       { left, n } };

	for (int k = 0; k < 3; k++) {
		comp_emit(e, OP_LOCAL_GET, pairs[k][1]);
		comp_emit(e, OP_LOCAL_SET, pairs[k][0]);
	}
	comp_emit(e, OP_BLOCK, 0);
	comp_emit(e, OP_LOOP, 0);
	comp_emit(e, OP_LOCAL_GET, left);
	comp_emit(e, OP_I32_EQZ, 0);
	comp_emit(e, OP_BR_IF, 1);
	comp_convert(e, type, (struct place){ .memory = true, .local = src },
		(struct place){ .memory = true, .local = dst });
	step_local(e, src, size);
	step_local(e, dst, size);
	step_local(e, left, UINT32_MAX);
	comp_emit(e, OP_BR, 0);
	comp_emit(e, OP_END, 0);
	comp_emit(e, OP_END, 0);
}

void comp_convert_list(struct emitter *e, uint32_t type, struct place from,
		       struct place to)
{
	const struct ct_type x = *ct_get(e->l->g->types, type);
	uint32_t ptr = comp_new_local(e, T_I32), n = comp_new_local(e, T_I32);
	uint32_t bytes = comp_new_local(e, T_I32);
	uint32_t made = comp_new_local(e, T_I32);

	load_range(e, from, ptr, n, x.align);
	load_bytes(e, n, x.size, bytes);
	if (!ct_any_bytes(e->l->g->types, type))
		comp_emit_bounds(e, e->from.memory, ptr, bytes, 0);
	comp_emit_realloc(e, x.align, 0, bytes);
	comp_emit(e, OP_LOCAL_SET, made);
	if (ct_any_bytes(e->l->g->types, type)) {
		copy_bytes(e, made, ptr, bytes);
	} else {
		comp_emit_bounds(e, e->to.memory, made, bytes, 0);
		comp_copy_elements(e, type, made, ptr, n);
	}
	store_range(e, to, made, n);
}

/* Pointer and length go through the function for the two encodings. */
void comp_convert_string(struct emitter *e, struct place from, struct place to)
{
	uint32_t ptr = comp_new_local(e, T_I32), n = comp_new_local(e, T_I32);

	comp_load(e, from, OP_I32_LOAD, T_I32);
	comp_load(e, comp_part(from, 4, 1), OP_I32_LOAD, T_I32);
	comp_emit(e, OP_CALL, comp_transcoder(e));
	comp_emit(e, OP_LOCAL_SET, n);
	comp_emit(e, OP_LOCAL_SET, ptr);
	store_range(e, to, ptr, n);
}

/* A map is a list of pairs. */
void comp_convert_map(struct emitter *e, struct ct_type x,
			struct place from, struct place to)
{
	struct ct_type pair = { .kind = CT_TUPLE, .n = 2, .elem = CT_NO_TYPE,
				.elem2 = CT_NO_TYPE };

	pair.item = arena_array(e->l->arena, struct ct_item, 2);
	pair.item[0].type = x.elem;
	pair.item[1].type = x.elem2;
	uint32_t type = ct_intern(e->l->g->types, pair);
	if (type == CT_NO_TYPE)
		link_reject(e->l, e->at, "a map nested too deep");
	else
		comp_convert_list(e, type, from, to);
}

