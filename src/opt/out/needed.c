/* needed.c - what a module cannot do without.
 *
 * The rules for segments are those that the checker has of its own
 * (prove/world_gone.c); the rest it proves, function by function.
 */
#include "opt/out/needed.h"

#include "base/compiler.h"
#include "wasm/intrinsic.h"

uint32_t out_count(const struct wasm_module *m, enum out_space s)
{
	switch (s) {
	case OUT_FUNCS: return m->funcs.n;
	case OUT_TABLES: return m->tables.n;
	case OUT_MEMORIES: return m->memories.n;
	case OUT_GLOBALS: return m->globals.n;
	case OUT_ELEMS: return m->elems.n;
	case OUT_DATAS: return m->datas.n;
	default: NOT_REACHED("kind of thing");
	}
}

static void need(struct out_needed *n, enum out_space s, uint32_t k);

static void need_type(struct out_needed *n, uint32_t type)
{
	n->type[n->m->types.at[type].canon] = true;
}

static void need_memories(struct out_needed *n)
{
	for (uint32_t k = 0; k < n->m->memories.n; k++)
		need(n, OUT_MEMORIES, k);
}

bool out_takes_memory(const struct wasm_module *m, uint32_t func)
{
	const int k = intrinsic_of(m, func);

	return k >= 0 && intrinsic_info[k].mem >= 0;
}

/* A function as a value: what it is called with is not known. */
static void need_value(struct out_needed *n, uint32_t func)
{
	need(n, OUT_FUNCS, func);
	if (out_takes_memory(n->m, func))
		need_memories(n);
}

/* --- code ----------------------------------------------------------------------- */

/* The things an instruction names; `sets`: to set a global needs it. */
static void need_ins(struct out_needed *n, const struct wasm_ins *i, bool sets)
{
	struct wasm_ins x = *i;
	uint32_t *memory[2];

	for (unsigned k = wasm_ins_memories(&x, memory); k-- > 0;)
		need(n, OUT_MEMORIES, *memory[k]);
	switch (i->op) {
	case OP_CALL: case OP_RETURN_CALL:
		need(n, OUT_FUNCS, i->index);
		break;
	case OP_REF_FUNC:
		need_value(n, i->index);
		break;
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		need_type(n, i->index);
		need(n, OUT_TABLES, i->index2);
		break;
	case OP_BLOCK: case OP_LOOP: case OP_IF:
		if (i->block_type >= 0)
			need_type(n, (uint32_t)i->block_type);
		break;
	case OP_GLOBAL_SET:
		if (sets || n->m->globals.at[i->index].import != UINT32_MAX)
			need(n, OUT_GLOBALS, i->index);
		break;
	case OP_GLOBAL_GET:
		need(n, OUT_GLOBALS, i->index);
		break;
	case OP_TABLE_COPY:
		need(n, OUT_TABLES, i->index2);
		need(n, OUT_TABLES, i->index);
		break;
	case OP_TABLE_GET: case OP_TABLE_SET: case OP_TABLE_SIZE:
	case OP_TABLE_GROW: case OP_TABLE_FILL:
		need(n, OUT_TABLES, i->index);
		break;
	case OP_TABLE_INIT:
		need(n, OUT_ELEMS, i->index);
		need(n, OUT_TABLES, i->index2);
		break;
	case OP_ELEM_DROP:
		need(n, OUT_ELEMS, i->index);
		break;
	case OP_MEMORY_INIT: case OP_DATA_DROP:
		need(n, OUT_DATAS, i->index);
		break;
	default:
		break;
	}
}

static void need_expr(struct out_needed *n, const struct wasm_expr *e)
{
	struct wasm_ins i;

	for (uint32_t at = e->begin; at < e->end; at = i.next) {
		if (!wasm_next(n->m, at, &i, n->a, NULL))
			NOT_REACHED("validated instruction");
		need_ins(n, &i, false);
	}
}

/* A function that was rejected, for whatever reason, sets what it sets. */
static bool sets_globals(const struct out_needed *n, uint32_t func)
{
	return n->rung[n->origin->of[OUT_FUNCS][func]] != OUT_FULL;
}

/* The memory an intrinsic is told by the constant in front of the call; by
 * anything else: it may be each of them. */
static void need_argument(struct out_needed *n, const struct wasm_ins *i,
			  const struct wasm_ins *before)
{
	if ((i->op != OP_CALL && i->op != OP_RETURN_CALL) ||
	    !out_takes_memory(n->m, i->index))
		return;
	if (before->op == OP_I32_CONST)
		need(n, OUT_MEMORIES, (uint32_t)before->imm);
	else
		need_memories(n);
}

static void need_body(struct out_needed *n, uint32_t func)
{
	const struct wasm_func *f = &n->m->funcs.at[func];
	bool sets = sets_globals(n, func);
	struct wasm_ins i, before = { .op = OP_END };

	for (uint32_t at = f->code; at < f->end; before = i, at = i.next) {
		if (!wasm_next(n->m, at, &i, n->a, NULL))
			NOT_REACHED("validated instruction");
		need_ins(n, &i, sets);
		need_argument(n, &i, &before);
		if (i.op == OP_REF_FUNC)
			n->referred[i.index] = true;
	}
}

/* --- things ---------------------------------------------------------------------- */

static void need_func(struct out_needed *n, uint32_t k)
{
	need_type(n, n->m->funcs.at[k].type);
	vec_push(n->a, &n->worklist, k);
	/* some of them write to memory 0 */
	if (intrinsic_of(n->m, k) >= 0)
		need(n, OUT_MEMORIES, 0);
	/* it takes the number of a function, so none may change */
	if (intrinsic_of(n->m, k) == INTRINSIC_thread_new)
		for (uint32_t j = 0; j < n->m->funcs.n; j++)
			need(n, OUT_FUNCS, j);
}

static void need_elem(struct out_needed *n, uint32_t k)
{
	const struct wasm_elem *e = &n->m->elems.at[k];

	if (e->mode == WASM_ACTIVE) {
		need(n, OUT_TABLES, e->table);
		need_expr(n, &e->offset);
	}
	for (uint32_t j = 0; j < e->n; j++)
		if (e->expr)
			need_expr(n, &e->expr[j]);
		else if (e->func[j] != UINT32_MAX)
			need_value(n, e->func[j]);
}

/* Is an active segment inside the table or memory, whatever is imported? */
static bool elem_inside(const struct wasm_module *m, const struct wasm_elem *e)
{
	return wasm_is_inside(m, &e->offset, e->n,
			      m->tables.at[e->table].limits.min);
}

static bool data_inside(const struct wasm_module *m, const struct wasm_data *d)
{
	return wasm_is_inside(m, &d->offset, d->n,
		(uint64_t)m->memories.at[d->memory].limits.min << 16);
}

static bool is_zero(const struct wasm_module *m, const struct wasm_data *d)
{
	for (uint32_t j = 0; j < d->n; j++)
		if (m->bytes[d->begin + j])
			return false;
	return true;
}

static bool overlap(const struct wasm_module *m, const struct wasm_data *a,
		    const struct wasm_data *b)
{
	uint64_t x, y;
	uint32_t global;

	if (!wasm_const_value(m, &a->offset, &x, &global) ||
	    !wasm_const_value(m, &b->offset, &y, &global))
		return true;
	return (uint32_t)x < (uint64_t)(uint32_t)y + b->n &&
	       (uint32_t)y < (uint64_t)(uint32_t)x + a->n;
}

/* Only zeros, where zeros are: what is in front of it wrote nothing there. */
static bool writes_nothing(const struct wasm_module *m, uint32_t k)
{
	const struct wasm_data *d = &m->datas.at[k];

	if (!is_zero(m, d))
		return false;
	for (uint32_t j = 0; j < k; j++) {
		const struct wasm_data *e = &m->datas.at[j];
		if (e->mode == WASM_ACTIVE && e->memory == d->memory &&
		    !is_zero(m, e) && overlap(m, e, d))
			return false;
	}
	return true;
}

static bool has_effect(const struct wasm_module *m, uint32_t k)
{
	const struct wasm_data *d = &m->datas.at[k];

	return !data_inside(m, d) ||
	       (d->n && (m->memories.at[d->memory].import != UINT32_MAX ||
			 !writes_nothing(m, k)));
}

static void need_table(struct out_needed *n, uint32_t k)
{
	const struct wasm_module *m = n->m;

	for (uint32_t j = 0; j < m->elems.n; j++) {
		const struct wasm_elem *e = &m->elems.at[j];
		if (e->mode == WASM_ACTIVE && e->table == k &&
		    (e->n || !elem_inside(m, e)))
			need(n, OUT_ELEMS, j);
	}
}

/* What is in it at first; a segment that might trap is needed anyway. */
static void need_memory(struct out_needed *n, uint32_t k)
{
	const struct wasm_module *m = n->m;

	for (uint32_t j = 0; j < m->datas.n; j++)
		if (m->datas.at[j].mode == WASM_ACTIVE &&
		    m->datas.at[j].memory == k && has_effect(m, j))
			need(n, OUT_DATAS, j);
}

static void need_data(struct out_needed *n, uint32_t k)
{
	const struct wasm_data *d = &n->m->datas.at[k];

	if (d->mode != WASM_ACTIVE)
		return;
	need(n, OUT_MEMORIES, d->memory);
	need_expr(n, &d->offset);
}

static void need(struct out_needed *n, enum out_space s, uint32_t k)
{
	if (k >= out_count(n->m, s) || n->at[s][k])
		return;
	n->at[s][k] = true;
	n->marked++;
	switch (s) {
	case OUT_FUNCS:
		need_func(n, k);
		break;
	case OUT_TABLES:
		need_table(n, k);
		break;
	case OUT_MEMORIES:
		need_memory(n, k);
		break;
	case OUT_GLOBALS:
		if (n->m->globals.at[k].import == UINT32_MAX)
			need_expr(n, &n->m->globals.at[k].init);
		break;
	case OUT_ELEMS:
		need_elem(n, k);
		break;
	case OUT_DATAS:
		need_data(n, k);
		break;
	default:
		NOT_REACHED("kind of thing");
	}
}

/* --- the module ------------------------------------------------------------------ */

static void need_exports(struct out_needed *n)
{
	const struct wasm_module *m = n->m;

	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *x = &m->exports.at[k];
		if (x->kind == WASM_FUNC)
			need_value(n, x->index);
		else if (x->kind == WASM_MEMORY)
			need(n, OUT_MEMORIES, x->index);
		else if (x->kind == WASM_TABLE)
			need(n, OUT_TABLES, x->index);
		else if (x->kind == WASM_GLOBAL)
			need(n, OUT_GLOBALS, x->index);
	}
	if (m->start != UINT32_MAX)
		need(n, OUT_FUNCS, m->start);
}

/* Segments that are seen to be written, or might trap, and memories. */
static void need_segments(struct out_needed *n)
{
	const struct wasm_module *m = n->m;

	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		if (e->mode == WASM_ACTIVE &&
		    (!elem_inside(m, e) ||
		     (e->n && m->tables.at[e->table].import != UINT32_MAX)))
			need(n, OUT_ELEMS, k);
	}
	for (uint32_t k = 0; k < m->datas.n; k++)
		if (m->datas.at[k].mode == WASM_ACTIVE &&
		    !data_inside(m, &m->datas.at[k]))
			need(n, OUT_DATAS, k);
	for (uint32_t k = 0; k < m->memories.n; k++)
		if (m->memories.at[k].import != UINT32_MAX)
			need(n, OUT_MEMORIES, k);
}

/* A linked component's section names functions, tables and memories by number,
 * and is copied as it is. */
static void need_linked(struct out_needed *n)
{
	static const enum out_space named[] = { OUT_FUNCS, OUT_TABLES,
						OUT_MEMORIES };

	if (!wasm_find_custom(n->m, CANON_SECTION))
		return;
	for (unsigned s = 0; s < ARRAY_LEN(named); s++)
		for (uint32_t k = 0; k < out_count(n->m, named[s]); k++)
			need(n, named[s], k);
}

static void need_bodies(struct out_needed *n)
{
	while (n->worklist.n) {
		uint32_t k = n->worklist.at[--n->worklist.n];
		if (n->m->funcs.at[k].import == UINT32_MAX)
			need_body(n, k);
	}
}

/* --- declarations ---------------------------------------------------------------- */

static bool expr_names(const struct out_needed *n, const struct wasm_expr *e,
		       uint32_t func)
{
	struct wasm_ins i;

	for (uint32_t at = e->begin; at < e->end; at = i.next) {
		if (!wasm_next(n->m, at, &i, n->a, NULL))
			NOT_REACHED("validated instruction");
		if (i.op == OP_REF_FUNC && i.index == func)
			return true;
	}
	return false;
}

static bool elem_names(const struct out_needed *n, uint32_t k, uint32_t func)
{
	const struct wasm_elem *e = &n->m->elems.at[k];

	for (uint32_t j = 0; j < e->n; j++)
		if (e->expr ? expr_names(n, &e->expr[j], func)
			    : e->func[j] == func)
			return true;
	return false;
}

static bool is_exported(const struct wasm_module *m, uint32_t func)
{
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC &&
		    m->exports.at[k].index == func)
			return true;
	return false;
}

/* `ref.func` in a body needs the function to be named outside of bodies: by
 * what is needed anyway, else by the first segment or global that names it. */
static void need_declaration(struct out_needed *n, uint32_t func)
{
	const struct wasm_module *m = n->m;
	uint32_t elem = UINT32_MAX, global = UINT32_MAX;

	if (is_exported(m, func))
		return;
	for (uint32_t k = m->elems.n; k-- > 0;) {
		if (!elem_names(n, k, func))
			continue;
		if (n->at[OUT_ELEMS][k])
			return;
		elem = k;
	}
	for (uint32_t k = m->globals.n; k-- > m->nimported[WASM_GLOBAL];) {
		if (!expr_names(n, &m->globals.at[k].init, func))
			continue;
		if (n->at[OUT_GLOBALS][k])
			return;
		global = k;
	}
	if (elem != UINT32_MAX)
		need(n, OUT_ELEMS, elem);
	else
		need(n, OUT_GLOBALS, global);
}

/* A function that is needed now may refer to others. */
static void need_declarations(struct out_needed *n)
{
	uint32_t before;

	do {
		before = n->marked;
		for (uint32_t k = 0; k < n->m->funcs.n; k++)
			if (n->referred[k])
				need_declaration(n, k);
		need_bodies(n);
	} while (n->marked != before);
}

void out_find_needed(struct out_needed *n, const struct wasm_module *m,
		     const struct out_origin *origin, const uint8_t *rung,
		     struct arena *a)
{
	*n = (struct out_needed){
		.m = m, .a = a, .origin = origin, .rung = rung,
		.type = arena_array(a, bool, m->types.n + 1),
		.referred = arena_array(a, bool, m->funcs.n + 1),
	};
	for (int s = 0; s < OUT_SPACES; s++)
		n->at[s] = arena_array(a, bool,
				       out_count(m, (enum out_space)s) + 1);
	need_exports(n);
	need_segments(n);
	need_linked(n);
	need_bodies(n);
	need_declarations(n);
}
