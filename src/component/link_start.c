/* link_start.c - the start function of a linked module.
 *
 * It runs the start functions in order of instantiation.  In a component,
 * segments of an instance are placed after the start functions of those before
 * it; in one module all active segments are placed first.  That differs only
 * for memories and tables that are an earlier instance's: such segments are
 * passive, and the start function places them where they belong.
 */
#include "component/link_int.h"

#include "wasm/encode.h"

bool link_is_late(const struct linker *l, uint32_t core, enum wasm_kind kind,
		  uint32_t index)
{
	return core > l->first_start &&
	       index < graph_module(l->g, core)->nimported[kind];
}

static bool late_elem(const struct linker *l, uint32_t core, uint32_t k)
{
	const struct wasm_elem *e = &graph_module(l->g, core)->elems.at[k];

	return e->mode == WASM_ACTIVE && l->core[core].live_elem[k] &&
	       link_is_late(l, core, WASM_TABLE, e->table);
}

static bool late_data(const struct linker *l, uint32_t core, uint32_t k)
{
	const struct wasm_data *d = &graph_module(l->g, core)->datas.at[k];

	return d->mode == WASM_ACTIVE &&
	       link_is_late(l, core, WASM_MEMORY, d->memory);
}

/* Whether the start function has something to do for a core instance. */
static bool has_part(const struct linker *l, uint32_t core)
{
	const struct wasm_module *m = graph_module(l->g, core);
	bool part = m->start != UINT32_MAX;

	for (uint32_t k = 0; k < m->elems.n; k++)
		part |= late_elem(l, core, k);
	for (uint32_t k = 0; k < m->datas.n; k++)
		part |= late_data(l, core, k);
	return part;
}

/* What tells the runtime which instance's start function comes next. */
static uint32_t instance_import(struct linker *l, uint32_t core)
{
	return link_import(l, arena_printf(l->arena, "[instance]#%u",
					   l->g->cores.at[core].inst), ":");
}

void link_start_imports(struct linker *l)
{
	for (uint32_t k = 0; k < l->g->cores.n; k++)
		if (has_part(l, k))
			instance_import(l, k);
}

static void put(struct buf *b, uint16_t op, uint32_t index, uint32_t index2,
		uint32_t imm)
{
	const struct wasm_ins i = { .op = op, .index = index,
				    .index2 = index2, .imm = imm };

	wasm_encode_ins(&i, b);
}

/* offset, 0, n: the operands of an init instruction. */
static void put_place(struct linker *l, uint32_t core, struct wasm_expr offset,
		      uint32_t n, struct buf *b)
{
	const struct wasm_expr e = link_expr(l, core, offset);

	buf_put(b, l->code.at + e.begin, e.end - e.begin - 1);
	put(b, OP_I32_CONST, 0, 0, 0);
	put(b, OP_I32_CONST, 0, 0, n);
}

static void put_late(struct linker *l, uint32_t core, struct buf *b)
{
	const struct wasm_module *m = graph_module(l->g, core);
	const struct link_core *c = &l->core[core];

	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		if (!late_elem(l, core, k))
			continue;
		put_place(l, core, e->offset, e->n, b);
		put(b, OP_TABLE_INIT, c->elem[k],
		    link_index(l, WASM_TABLE, (struct graph_ref){
			    REF_CORE, core, e->table }), 0);
		put(b, OP_ELEM_DROP, c->elem[k], 0, 0);
	}
	for (uint32_t k = 0; k < m->datas.n; k++) {
		const struct wasm_data *d = &m->datas.at[k];
		if (!late_data(l, core, k))
			continue;
		put_place(l, core, d->offset, d->n, b);
		put(b, OP_MEMORY_INIT, c->data[k],
		    link_index(l, WASM_MEMORY, (struct graph_ref){
			    REF_CORE, core, d->memory }), 0);
		put(b, OP_DATA_DROP, c->data[k], 0, 0);
	}
}

uint32_t link_start(struct linker *l)
{
	struct wasm_functype none = { 0 };
	struct buf b;
	bool any = false;

	buf_init(&b, l->arena);
	buf_u8(&b, 0);
	for (uint32_t k = 0; k < l->g->cores.n; k++) {
		const uint32_t start = graph_module(l->g, k)->start;
		if (!has_part(l, k))
			continue;
		any = true;
		put(&b, OP_CALL, instance_import(l, k), 0, 0);
		put_late(l, k, &b);
		if (start != UINT32_MAX)
			put(&b, OP_CALL, link_index(l, WASM_FUNC, (struct
				graph_ref){ REF_CORE, k, start }), 0, 0);
	}
	put(&b, OP_END, 0, 0, 0);
	return any ? link_new_func(l, &none, "start", &b) : UINT32_MAX;
}
