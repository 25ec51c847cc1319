/* link_mark.c - what can be reached. */
#include "component/link_int.h"

static void mark_func(struct linker *l, struct graph_ref r)
{
	r = graph_resolve(l->g, WASM_FUNC, r);
	if (r.kind == REF_NONE)
		return;
	if (r.kind == REF_CORE && l->core[r.a].live[r.b])
		return;
	if (r.kind == REF_CORE)
		l->core[r.a].live[r.b] = true;
	vec_push(l->arena, &l->worklist, r);
}

static void mark_lift(struct linker *l, uint32_t func)
{
	const struct graph_func *f = &l->g->funcs.at[func];

	if (l->live_func[func])
		return;
	l->live_func[func] = true;
	mark_func(l, f->core);
	mark_func(l, f->callback);
	mark_func(l, f->post_return);
	mark_func(l, f->realloc);
}

static void mark_table(struct linker *l, struct graph_ref t);

static void mark_elem(struct linker *l, uint32_t core, uint32_t k)
{
	const struct wasm_module *m = graph_module(l->g, core);
	const struct wasm_elem *e = &m->elems.at[k];
	struct wasm_ins i;

	if (l->core[core].live_elem[k])
		return;
	l->core[core].live_elem[k] = true;
	if (e->mode == WASM_ACTIVE)
		mark_table(l, (struct graph_ref){ REF_CORE, core, e->table });
	for (uint32_t n = 0; n < e->n; n++) {
		if (e->func && e->func[n] != UINT32_MAX)
			mark_func(l, (struct graph_ref){ REF_CORE, core,
							 e->func[n] });
		for (uint32_t at = e->expr ? e->expr[n].begin : UINT32_MAX;
		     e->expr && at < e->expr[n].end; at = i.next) {
			if (!wasm_next(m, at, &i, l->arena, NULL))
				break;
			if (i.op == OP_REF_FUNC)
				mark_func(l, (struct graph_ref){
					REF_CORE, core, i.index });
		}
	}
}

/* A table brings what any instance's segments put into it. */
static void mark_table(struct linker *l, struct graph_ref t)
{
	t = graph_resolve(l->g, WASM_TABLE, t);
	if (t.kind != REF_CORE || l->core[t.a].live_table[t.b])
		return;
	l->core[t.a].live_table[t.b] = true;
	for (uint32_t c = t.a; c < l->g->cores.n; c++) {
		const struct wasm_module *m = graph_module(l->g, c);
		for (uint32_t k = 0; k < m->elems.n; k++) {
			if (m->elems.at[k].mode != WASM_ACTIVE)
				continue;
			struct graph_ref r = graph_resolve(
				l->g, WASM_TABLE,
				(struct graph_ref){ REF_CORE, c,
						    m->elems.at[k].table });
			if (r.a == t.a && r.b == t.b)
				mark_elem(l, c, k);
		}
	}
}

static void mark_builtin(struct linker *l, uint32_t k)
{
	const struct graph_builtin *b = &l->g->builtins.at[k];

	if (l->live_builtin[k])
		return;
	l->live_builtin[k] = true;
	mark_func(l, b->realloc);
	mark_table(l, b->table);
	if (b->callee != COMP_NONE)
		mark_lift(l, b->callee);
}

static void mark_ins(struct linker *l, uint32_t core, const struct wasm_ins *i)
{
	struct graph_ref r = { REF_CORE, core, i->index };

	switch (op_info[i->op].imm) {
	case IMM_FUNC:
		mark_func(l, r);
		if (i->op == OP_REF_FUNC)
			vec_push(l->arena, &l->referenced,
				 graph_resolve(l->g, WASM_FUNC, r));
		break;
	case IMM_TABLE:
		mark_table(l, r);
		break;
	case IMM_TABLE_TABLE:
		mark_table(l, r);
		r.b = i->index2;
		mark_table(l, r);
		break;
	case IMM_TYPE_TABLE:
		r.b = i->index2;
		mark_table(l, r);
		break;
	case IMM_ELEM_TABLE:
		mark_elem(l, core, i->index);
		r.b = i->index2;
		mark_table(l, r);
		break;
	case IMM_ELEM:
		mark_elem(l, core, i->index);
		break;
	default:
		break;
	}
}

static void walk(struct linker *l, uint32_t core, uint32_t begin, uint32_t end)
{
	const struct wasm_module *m = graph_module(l->g, core);
	struct wasm_ins i;

	for (uint32_t at = begin; at < end; at = i.next) {
		if (!wasm_next(m, at, &i, l->arena, NULL))
			NOT_REACHED("validated instruction");
		mark_ins(l, core, &i);
	}
}

/* Whether placing a segment cannot trap: then it may go with its table. */
static bool fits(const struct linker *l, uint32_t core,
		 const struct wasm_elem *e)
{
	struct graph_ref t = graph_resolve(
		l->g, WASM_TABLE,
		(struct graph_ref){ REF_CORE, core, e->table });
	const struct wasm_table *to = &graph_module(l->g, t.a)->tables.at[t.b];
	uint64_t offset;
	uint32_t global;

	return wasm_const_value(graph_module(l->g, core), &e->offset, &offset,
				&global) &&
	       offset + e->n <= to->limits.min;
}

/* What instantiation itself evaluates. */
static void mark_roots(struct linker *l, uint32_t core)
{
	const struct wasm_module *m = graph_module(l->g, core);

	if (m->start != UINT32_MAX)
		mark_func(l, (struct graph_ref){ REF_CORE, core, m->start });
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++)
		walk(l, core, m->globals.at[k].init.begin,
		     m->globals.at[k].init.end);
	for (uint32_t k = 0; k < m->elems.n; k++)
		if (m->elems.at[k].mode == WASM_ACTIVE &&
		    !fits(l, core, &m->elems.at[k]))
			mark_table(l, (struct graph_ref){
				REF_CORE, core, m->elems.at[k].table });
}

void link_mark(struct linker *l)
{
	struct graph *g = l->g;

	for (uint32_t k = 0; k < g->exports.n; k++)
		mark_lift(l, g->exports.at[k].func);
	for (uint32_t k = 0; k < g->resources.n; k++)
		mark_func(l, g->resources.at[k].dtor);
	for (uint32_t k = 0; k < g->cores.n; k++)
		mark_roots(l, k);
	while (l->worklist.n) {
		struct graph_ref r = l->worklist.at[--l->worklist.n];
		if (r.kind == REF_BUILTIN) {
			mark_builtin(l, r.a);
			continue;
		}
		const struct wasm_func *f =
			&graph_module(g, r.a)->funcs.at[r.b];
		walk(l, r.a, f->code, f->end);
	}
}
