/* shim.c - functions that stand for others through a table.
 *
 * Component tools break cycles between a module and its built-ins with two
 * small modules: one whose functions call through a table, and one whose
 * element segment fills that table later.  When nothing else can write the
 * table, such a function is the one in its slot.  No knowledge of names is
 * used: only bodies, segments and who can reach the table.
 */
#include "component/graph.h"


/* A table of a core instance, by what it resolves to. */
struct slots {
	uint32_t core, table;
	struct graph_ref *at;	/* per entry */
	uint32_t n;
	bool sealed;		/* written by segments only */
};

/* The body `local.get 0 .. n-1; i32.const k; call_indirect T t; end`. */
static bool read_shim(const struct wasm_module *m, const struct wasm_func *f,
		      uint32_t *table, uint32_t *slot, struct arena *a)
{
	const struct wasm_functype *t = &m->types.at[f->type];
	struct wasm_ins i;
	uint32_t at = f->code;

	if (f->nlocals != t->nparams)
		return false;
	for (uint32_t k = 0; k < t->nparams; k++, at = i.next)
		if (!wasm_next(m, at, &i, a, NULL) || i.op != OP_LOCAL_GET ||
		    i.index != k)
			return false;
	if (!wasm_next(m, at, &i, a, NULL) || i.op != OP_I32_CONST)
		return false;
	*slot = (uint32_t)i.imm;
	if (!wasm_next(m, i.next, &i, a, NULL) || i.op != OP_CALL_INDIRECT ||
	    !wasm_same_type(&m->types.at[i.index], t))
		return false;
	*table = i.index2;
	return wasm_next(m, i.next, &i, a, NULL) && i.op == OP_END &&
	       i.next == f->end;
}

/* Does an instruction change a table; *table which. */
static bool writes_table(const struct wasm_ins *i, uint32_t *table)
{
	switch (i->op) {
	case OP_TABLE_INIT:
		*table = i->index2;
		return true;
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
		*table = i->index;
		return true;
	default:
		return false;
	}
}

/* Whether code of a module writes table t. */
static bool code_writes(const struct wasm_module *m, uint32_t t,
			struct arena *a)
{
	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		struct wasm_ins i;
		uint32_t table;
		for (uint32_t at = m->funcs.at[k].code;
		     at < m->funcs.at[k].end; at = i.next) {
			struct arena_mark mark = arena_mark(a);
			if (!wasm_next(m, at, &i, a, NULL))
				return true;
			if (writes_table(&i, &table) && table == t)
				return true;
			arena_reset(a, mark);
		}
	}
	return false;
}

static void place(const struct graph *g, struct slots *s, uint32_t core,
		  const struct wasm_elem *e)
{
	const struct wasm_module *m = graph_module(g, core);
	uint64_t offset;
	uint32_t global;

	if (!wasm_const_value(m, &e->offset, &offset, &global) || !e->func ||
	    offset > s->n || e->n > s->n - offset) {
		s->sealed = false;
		return;
	}
	for (uint32_t k = 0; k < e->n; k++)
		s->at[offset + k] = e->func[k] == UINT32_MAX ?
			(struct graph_ref){ 0 } :
			(struct graph_ref){ REF_CORE, core, e->func[k] };
}

/* Index of table s in a core instance from `from` on, or UINT32_MAX. */
static uint32_t reaches(const struct graph *g, const struct slots *s,
			uint32_t core, uint32_t from)
{
	const struct wasm_module *m = graph_module(g, core);

	for (uint32_t t = from; t < m->tables.n; t++) {
		struct graph_ref r = graph_resolve(
			g, WASM_TABLE, (struct graph_ref){ REF_CORE, core, t });
		if (r.a == s->core && r.b == s->table)
			return t;
	}
	return UINT32_MAX;
}

static void apply_elems(const struct graph *g, struct slots *s, uint32_t core,
			uint32_t t)
{
	const struct wasm_module *m = graph_module(g, core);

	for (uint32_t k = 0; k < m->elems.n; k++)
		if (m->elems.at[k].mode == WASM_ACTIVE &&
		    m->elems.at[k].table == t)
			place(g, s, core, &m->elems.at[k]);
}

/* --- start functions ------------------------------------------------------------- */

/* Functions that a start function reaches by direct calls. */
struct reach {
	const struct graph *g;
	bool **seen;			/* per core instance and function */
	VEC(struct graph_ref) worklist;
	bool leaves;	/* through a table or a built-in */
};

static void reach_func(struct reach *w, struct graph_ref r)
{
	r = graph_resolve(w->g, WASM_FUNC, r);
	if (r.kind != REF_CORE) {
		w->leaves = true;
		return;
	}
	if (!w->seen[r.a])
		w->seen[r.a] = arena_array(w->g->arena, bool,
					   graph_module(w->g, r.a)->funcs.n);
	if (w->seen[r.a][r.b])
		return;
	w->seen[r.a][r.b] = true;
	vec_push(w->g->arena, &w->worklist, r);
}

static void reach_body(struct reach *w, struct graph_ref r)
{
	const struct wasm_module *m = graph_module(w->g, r.a);
	const struct wasm_func *f = &m->funcs.at[r.b];
	struct wasm_ins i;

	for (uint32_t at = f->code; at < f->end && !w->leaves; at = i.next) {
		if (!wasm_next(m, at, &i, w->g->arena, NULL))
			w->leaves = true;
		else if (i.op == OP_CALL || i.op == OP_RETURN_CALL)
			reach_func(w, (struct graph_ref){ REF_CORE, r.a,
							  i.index });
		else if (op_info[i.op].imm == IMM_TYPE_TABLE)
			w->leaves = true;	/* calls through a table */
	}
}

/* The first core instance whose start function might call through a table that
 * a later one fills; all it reaches is looked at. */
static uint32_t first_that_leaves(const struct graph *g)
{
	struct reach w = { .g = g };
	uint32_t k;

	w.seen = arena_array(g->arena, bool *, g->cores.n);
	for (k = 0; k < g->cores.n && !w.leaves; k++) {
		const uint32_t start = graph_module(g, k)->start;
		if (start != UINT32_MAX)
			reach_func(&w, (struct graph_ref){ REF_CORE, k, start });
		while (w.worklist.n && !w.leaves)
			reach_body(&w, w.worklist.at[--w.worklist.n]);
	}
	return w.leaves ? k - 1 : UINT32_MAX;
}

/* --- tables ------------------------------------------------------------------------ */

/* `leaves`: see first_that_leaves. */
static struct slots read_slots(const struct graph *g, uint32_t core,
			       uint32_t table, uint32_t leaves)
{
	const struct wasm_table *t = &graph_module(g, core)->tables.at[table];
	struct slots s = { .core = core, .table = table, .n = t->limits.min,
			   .sealed = t->limits.min <= 100000 };

	if (!s.sealed)
		return s;
	s.at = arena_array(g->arena, struct graph_ref, s.n);
	for (uint32_t c = core; c < g->cores.n && s.sealed; c++) {
		uint32_t i = reaches(g, &s, c, 0);
		if (i == UINT32_MAX)
			continue;
		if (code_writes(graph_module(g, c), i, g->arena) ||
		    reaches(g, &s, c, i + 1) != UINT32_MAX ||
		    leaves <= c)
			s.sealed = false;
		apply_elems(g, &s, c, i);
	}
	return s;
}

/* Built-ins that start threads read the table too, but do not write it. */
static void find_in_core(struct graph *g, uint32_t core, uint32_t leaves)
{
	const struct wasm_module *m = graph_module(g, core);
	struct slots s = { .core = UINT32_MAX };

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		uint32_t table, slot;
		if (!read_shim(m, &m->funcs.at[k], &table, &slot, g->arena))
			continue;
		struct graph_ref r = graph_resolve(
			g, WASM_TABLE,
			(struct graph_ref){ REF_CORE, core, table });
		if (s.core != r.a || s.table != r.b)
			s = read_slots(g, r.a, r.b, leaves);
		struct graph_core *c = &g->cores.at[core];
		if (!s.sealed || slot >= s.n || s.at[slot].kind != REF_CORE)
			continue;
		/* the slot's function must have the type called */
		struct graph_ref f = s.at[slot];
		const struct wasm_module *fm = graph_module(g, f.a);
		if (f.a == core || !wasm_same_type(
			    &fm->types.at[fm->funcs.at[f.b].type],
			    &m->types.at[m->funcs.at[k].type]))
			continue;
		if (!c->alias)
			c->alias = arena_array(g->arena, struct graph_ref,
					       m->funcs.n);
		c->alias[k] = f;
		g->nshims++;
	}
}

/* Aliases that lead back to themselves (tables filled with shims) stay
 * indirect calls. */
static void break_cycles(struct graph *g, uint32_t core, uint32_t func)
{
	struct graph_ref r = { REF_CORE, core, func };

	for (uint32_t steps = 0; r.kind == REF_CORE; steps++) {
		const struct wasm_module *m = graph_module(g, r.a);
		const struct graph_core *c = &g->cores.at[r.a];
		if (r.b < m->nimported[WASM_FUNC])
			r = c->import[m->funcs.at[r.b].import];
		else if (c->alias && c->alias[r.b].kind != REF_NONE)
			r = c->alias[r.b];
		else
			return;
		if (steps > g->nshims + g->cores.n ||
		    (r.kind == REF_CORE && r.a == core && r.b == func)) {
			g->cores.at[core].alias[func].kind = REF_NONE;
			g->nshims--;
			return;
		}
	}
}

void graph_shims(struct graph *g)
{
	const uint32_t leaves = first_that_leaves(g);

	for (uint32_t k = 0; k < g->cores.n; k++)
		find_in_core(g, k, leaves);
	for (uint32_t k = 0; k < g->cores.n; k++) {
		uint32_t n = graph_module(g, k)->funcs.n;
		for (uint32_t f = 0; g->cores.at[k].alias && f < n; f++)
			if (g->cores.at[k].alias[f].kind != REF_NONE)
				break_cycles(g, k, f);
	}
}
