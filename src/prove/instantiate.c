/* instantiate.c - what the core specification's "Instantiation" does once storage
 * is reset, as instructions: globals, element segments, data segments, start.
 *
 * The object's function that does so is proved against them as any other is
 * against its body.  It begins where hd_module_reset ends (assumption `reset`):
 * nothing is dropped.  Of all else it needs to know nothing.
 *
 * What the object keeps in constant storage it does not write: contents.c
 * compares that.
 */
#include "prove/walk.h"

/* Has the object storage of it that can be written?  What nothing refers to
 * has none, and no code can tell what it holds. */
static bool is_written(const struct world *w, enum region_kind k,
		       uint32_t index)
{
	uint32_t r = world_find(w, k, index, 0);

	return r != UINT32_MAX && !w->regions.at[r].constant;
}

static bool is_set(const struct world *w, uint32_t global)
{
	return w->m->globals.at[global].import == UINT32_MAX &&
	       is_written(w, REGION_GLOBAL, global);
}

/* --- the state -------------------------------------------------------------------- */

struct world *world_instantiation(const struct world *from, struct arena *a)
{
	struct world *w = arena_new(a, struct world);
	const struct wasm_module *m = from->m;

	*w = *from;
	w->arena = a;
	w->varies = arena_array(a, bool, m->globals.n);
	for (uint32_t k = 0; k < m->globals.n; k++)
		w->varies[k] = from->varies[k] || is_set(from, k);
	w->frozen = arena_array(a, bool, m->tables.n);
	for (uint32_t k = 0; k < m->tables.n; k++)
		w->frozen[k] = from->frozen[k] &&
			       !is_written(from, REGION_TABLE, k);
	w->at_data_len = arena_array(a, uint32_t, m->datas.n);
	for (uint32_t k = 0; k < m->datas.n; k++)
		w->at_data_len[k] = 1;
	w->at_elem_len = arena_array(a, uint32_t, m->elems.n);
	for (uint32_t k = 0; k < m->elems.n; k++)
		w->at_elem_len[k] = 1;
	world_lay_out(w);
	return w;
}

void world_enter_instantiation(const struct world *w, struct terms *z,
			       term *state)
{
	world_enter(w, z, state);
	for (uint32_t k = 0; k < w->m->datas.n; k++)
		state[w->at_data_len[k]] = term_const(z, w->m->datas.at[k].n);
	for (uint32_t k = 0; k < w->m->elems.n; k++)
		state[w->at_elem_len[k]] = term_const(z, w->m->elems.at[k].n);
}

/* --- instructions ------------------------------------------------------------------- */

struct code {
	struct walk_func *f;
	const struct wasm_module *m;
	VEC(struct walk_ins) ins;
	uint32_t at;		/* byte offset of what is being done */
};

static void put(struct code *c, enum op op, uint32_t index, uint32_t index2,
		uint64_t imm)
{
	vec_push(c->f->keep, &c->ins, (struct walk_ins){ .i = {
		.op = op, .at = c->at, .next = c->at, .index = index,
		.index2 = index2, .imm = imm, .block_type = -64 } });
}

static void put_const(struct code *c, uint32_t value)
{
	put(c, OP_I32_CONST, 0, 0, value);
}

/* A constant expression, which validation has seen. */
static bool put_expr(struct code *c, const struct wasm_expr *e)
{
	struct walk_ins i = { .other = 0 };

	for (uint32_t at = e->begin; at < e->end; at = i.i.next) {
		if (!wasm_next(c->m, at, &i.i, c->f->keep, NULL))
			return false;
		if (i.i.op != OP_END)
			vec_push(c->f->keep, &c->ins, i);
	}
	return true;
}

static bool put_globals(struct code *c)
{
	for (uint32_t k = 0; k < c->m->globals.n; k++) {
		const struct wasm_global *g = &c->m->globals.at[k];
		if (!is_set(c->f->w, k))
			continue;
		c->at = g->init.begin;
		if (!put_expr(c, &g->init))
			return false;
		put(c, OP_GLOBAL_SET, k, 0, 0);
	}
	return true;
}

/* --- element segments ----------------------------------------------------------------- */

/* Traps unless [offset, offset + n) is inside the table: an element that no table
 * has is asked for. */
static bool put_fits(struct code *c, const struct wasm_elem *e)
{
	put(c, OP_TABLE_SIZE, e->table, 0, 0);
	put_const(c, e->n);
	put(c, OP_I32_LT_U, 0, 0, 0);
	if (!put_expr(c, &e->offset))
		return false;
	put(c, OP_TABLE_SIZE, e->table, 0, 0);
	put_const(c, e->n);
	put(c, OP_I32_SUB, 0, 0, 0);
	put(c, OP_I32_GT_U, 0, 0, 0);
	put(c, OP_I32_OR, 0, 0, 0);
	put(c, OP_IF, 0, 0, 0);
	put_const(c, UINT32_MAX);
	put(c, OP_TABLE_GET, e->table, 0, 0);
	put(c, OP_DROP, 0, 0, 0);
	put(c, OP_END, 0, 0, 0);
	return true;
}

/* One by one, for the object has no storage of a segment whose entries are
 * known only now; none is written unless all fit. */
static bool put_entries(struct code *c, const struct wasm_elem *e)
{
	if (!put_fits(c, e))
		return false;
	for (uint32_t k = 0; k < e->n; k++) {
		if (!put_expr(c, &e->offset))
			return false;
		put_const(c, k);
		put(c, OP_I32_ADD, 0, 0, 0);
		if (!put_expr(c, &e->expr[k]))
			return false;
		put(c, OP_TABLE_SET, e->table, 0, 0);
	}
	return true;
}

static bool put_whole(struct code *c, const struct wasm_elem *e,
		      uint32_t index)
{
	if (!put_expr(c, &e->offset))
		return false;
	put_const(c, 0);
	put_const(c, e->n);
	put(c, OP_TABLE_INIT, index, e->table, 0);
	return true;
}

static bool put_elem(struct code *c, uint32_t index)
{
	const struct world *w = c->f->w;
	const struct wasm_elem *e = &c->m->elems.at[index];

	c->at = e->at;
	if (e->mode == WASM_ACTIVE && !w->frozen[e->table]) {
		bool known = true;
		uint32_t func;
		for (uint32_t k = 0; k < e->n; k++)
			known = known && world_elem(c->m, e, k, &func);
		if (!(known ? put_whole(c, e, index) : put_entries(c, e)))
			return false;
	}
	if (e->mode != WASM_PASSIVE && is_written(w, REGION_ELEM_LEN, index))
		put(c, OP_ELEM_DROP, index, 0, 0);
	return true;
}

/* --- data segments --------------------------------------------------------------------- */

static bool put_data(struct code *c, uint32_t index)
{
	const struct wasm_data *d = &c->m->datas.at[index];

	c->at = d->at;
	if (d->mode != WASM_ACTIVE || c->f->w->unread[index])
		return true;
	if (!put_expr(c, &d->offset))
		return false;
	put_const(c, 0);
	put_const(c, d->n);
	put(c, OP_MEMORY_INIT, index, d->memory, 0);
	if (is_written(c->f->w, REGION_DATA_LEN, index))
		put(c, OP_DATA_DROP, index, 0, 0);
	return true;
}

/* --- all of it -------------------------------------------------------------------------- */

const struct walk_body *walk_instantiation(struct walk_func *f,
					   const char **why)
{
	static const struct wasm_functype none;
	static const struct wasm_func func;
	struct walk_body *b = arena_new(f->keep, struct walk_body);
	struct code c = { .f = f, .m = f->w->m };
	bool ok = put_globals(&c);

	for (uint32_t k = 0; k < c.m->elems.n; k++)
		ok = ok && put_elem(&c, k);
	for (uint32_t k = 0; k < c.m->datas.n; k++)
		ok = ok && put_data(&c, k);
	if (!ok) {
		*why = "bytes";
		return NULL;
	}
	if (c.m->start != UINT32_MAX) {
		c.at = c.m->start_at;
		put(&c, OP_CALL, c.m->start, 0, 0);
	}
	put(&c, OP_END, 0, 0, 0);
	*b = (struct walk_body){ .f = &func, .type = &none, .ins = c.ins.at,
				 .n = c.ins.n };
	walk_link(b, f->keep);
	return b;
}
