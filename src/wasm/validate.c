/* validate.c - what must hold of a module around its function bodies.
 *
 * Each error is reported and the rest is still looked at: nothing here or in
 * check.c follows an index before testing it.
 * Source: WebAssembly core specification 3.0, "Validation", "Modules".
 */
#include <stdlib.h>
#include <string.h>

#include "wasm/check.h"

static bool in_range(struct diag_sink *s, uint64_t at, uint32_t index,
		     uint32_t n, const char *what)
{
	if (index >= n)
		diag_report(s, DIAG_INDEX, at, "%s %u, there are %u", what,
			    index, n);
	return index < n;
}

/* ---- constant expressions ---- */

struct constant {
	const struct wasm_module *m;
	struct diag_sink *sink;
	uint8_t stack[WASM_CONST_DEPTH];
	uint32_t n;
};

/* Only imported globals have their values when initialisers run. */
static enum type const_global(struct constant *k, const struct wasm_ins *i)
{
	const struct wasm_module *m = k->m;

	if (!in_range(k->sink, i->at, i->index, m->globals.n, "global"))
		return T_NONE;
	const struct wasm_global *g = &m->globals.at[i->index];
	if (g->import != UINT32_MAX && !g->mut)
		return (enum type)g->type;
	diag_report(k->sink, DIAG_CONST_EXPR, i->at,
		    "global %u is not imported and immutable", i->index);
	return T_NONE;
}

/* Standing in an initialiser or segment declares a function: bodies, which
 * are checked later, may take a reference to it. */
static enum type const_func(struct constant *k, const struct wasm_ins *i)
{
	if (!in_range(k->sink, i->at, i->index, k->m->funcs.n, "function"))
		return T_NONE;
	k->m->declared[i->index] = true;
	return T_FUNCREF;
}

static enum type const_arith(struct constant *k, const struct wasm_ins *i)
{
	enum type t = type_of_letter(op_info[i->op].sig[0]);

	if (k->n < 2 || k->stack[k->n - 1] != t || k->stack[k->n - 2] != t) {
		diag_report(k->sink, DIAG_TYPE, i->at, "%s needs [%s %s]",
			    op_info[i->op].text, type_name(t), type_name(t));
		return T_NONE;
	}
	k->n -= 2;
	return t;
}

/* The type an instruction leaves; T_NONE after a report. */
static enum type const_ins(struct constant *k, const struct wasm_ins *i)
{
	switch ((int)i->op) {
	case OP_I32_CONST:  return T_I32;
	case OP_I64_CONST:  return T_I64;
	case OP_F32_CONST:  return T_F32;
	case OP_F64_CONST:  return T_F64;
	case OP_V128_CONST: return T_V128;
	case OP_REF_NULL:   return (enum type)i->index;
	case OP_REF_FUNC:   return const_func(k, i);
	case OP_GLOBAL_GET: return const_global(k, i);
	case OP_I32_ADD: case OP_I32_SUB: case OP_I32_MUL:
	case OP_I64_ADD: case OP_I64_SUB: case OP_I64_MUL:
		return const_arith(k, i);
	default:
		diag_report(k->sink, DIAG_CONST_EXPR, i->at, "%s",
			    op_info[i->op].text);
		return T_NONE;
	}
}

static void check_const(const struct wasm_module *m, struct diag_sink *s,
			const struct wasm_expr *e, enum type want)
{
	struct constant k = { .m = m, .sink = s };
	struct reader r = {
		.at = m->bytes + e->begin,
		.end = m->bytes + e->end,
		.base = m->bytes,
		.sink = s,
	};
	struct wasm_ins i;

	while (ins_read(&r, &i, NULL) && i.op != OP_END) {
		enum type t = const_ins(&k, &i);
		if (t == T_NONE)
			return;
		if (k.n == WASM_CONST_DEPTH) {
			diag_report(s, DIAG_LIMIT, i.at,
				    "constant expression deeper than %d",
				    WASM_CONST_DEPTH);
			return;
		}
		k.stack[k.n++] = (uint8_t)t;
	}
	if (!r.bad && (k.n != 1 || k.stack[0] != want))
		diag_report(s, DIAG_TYPE, e->begin,
			    "must give one %s, gives %u value%s%s",
			    type_name(want), k.n, k.n == 1 ? ": " : "s",
			    k.n == 1 ? type_name((enum type)k.stack[0]) : "");
}

/* ---- limits ---- */

static void check_tables(const struct wasm_module *m, struct diag_sink *s)
{
	for (uint32_t i = 0; i < m->tables.n; i++) {
		const struct wasm_table *t = &m->tables.at[i];
		if (t->limits.has_max && t->limits.min > t->limits.max)
			diag_report(s, DIAG_LIMITS, t->at,
				    "table %u: %u above %u", i, t->limits.min,
				    t->limits.max);
	}
}

static void check_memories(const struct wasm_module *m, size_t max_memories,
			   struct diag_sink *s)
{
	enum { PAGES = 65536 };

	if (m->memories.n > max_memories)
		diag_report(s, DIAG_LIMIT, m->memories.at[max_memories].at,
			    "%u memories, allowed are %zu", m->memories.n,
			    max_memories);
	for (uint32_t i = 0; i < m->memories.n; i++) {
		const struct wasm_memory *mem = &m->memories.at[i];
		uint32_t max = mem->limits.has_max ? mem->limits.max : PAGES;
		if (mem->limits.min > PAGES || max > PAGES)
			diag_report(s, DIAG_MEMORY_SIZE, mem->at,
				    "memory %u: %u pages", i,
				    max > PAGES ? max : mem->limits.min);
		else if (mem->limits.min > max)
			diag_report(s, DIAG_LIMITS, mem->at,
				    "memory %u: %u above %u", i,
				    mem->limits.min, max);
	}
}

/* ---- segments ---- */

/* A full sink ends the work: the segment may have millions of members. */
static void check_members(const struct wasm_module *m, struct diag_sink *s,
			  const struct wasm_elem *e)
{
	for (uint32_t i = 0; i < e->n; i++) {
		if (e->expr)
			check_const(m, s, &e->expr[i], (enum type)e->type);
		else if (e->func[i] != UINT32_MAX &&
			 in_range(s, e->at, e->func[i], m->funcs.n,
				  "function"))
			m->declared[e->func[i]] = true;
		if (s->dropped)
			return;
	}
}

static void check_elem(const struct wasm_module *m, struct diag_sink *s,
		       const struct wasm_elem *e)
{
	if (e->mode == WASM_ACTIVE &&
	    in_range(s, e->at, e->table, m->tables.n, "table")) {
		enum type t = (enum type)m->tables.at[e->table].type;
		if (t != e->type)
			diag_report(s, DIAG_TYPE, e->at,
				    "%s for table %u of %s",
				    type_name((enum type)e->type), e->table,
				    type_name(t));
		check_const(m, s, &e->offset, T_I32);
	}
	check_members(m, s, e);
}

static void check_data(const struct wasm_module *m, struct diag_sink *s,
		       const struct wasm_data *d)
{
	if (d->mode == WASM_ACTIVE &&
	    in_range(s, d->at, d->memory, m->memories.n, "memory"))
		check_const(m, s, &d->offset, T_I32);
}

/* ---- exports and start ---- */

/* By length first, which tells most names apart without reading them. */
static int compare_names(const void *x, const void *y)
{
	const struct wasm_export *a = *(struct wasm_export *const *)x;
	const struct wasm_export *b = *(struct wasm_export *const *)y;

	if (a->nname != b->nname)
		return a->nname < b->nname ? -1 : 1;
	int c = memcmp(a->name, b->name, a->nname);
	return c ? c : a < b ? -1 : a > b;
}

static void check_export_names(const struct wasm_module *m, struct arena *a,
			       struct diag_sink *s)
{
	uint32_t n = m->exports.n;
	struct arena_mark mark = arena_mark(a);
	struct wasm_export **sorted = arena_array(a, struct wasm_export *, n);
	VEC(const struct wasm_export *) twice = { 0 };

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &m->exports.at[i];
	if (n)
		qsort(sorted, n, sizeof *sorted, compare_names);
	for (uint32_t i = 1; i < n; i++) {
		const struct wasm_export *e = sorted[i - 1], *f = sorted[i];
		if (e->nname == f->nname &&
		    memcmp(e->name, f->name, e->nname) == 0)
			vec_push(a, &twice, f);
	}
	/* the sink may share the arena: nothing of ours behind the reports */
	if (!twice.n)
		arena_reset(a, mark);
	for (uint32_t i = 0; i < twice.n; i++)
		diag_report(s, DIAG_EXPORT, twice.at[i]->at, "\"%s\"",
			    twice.at[i]->name);
}

static void check_exports(const struct wasm_module *m, struct arena *a,
			  struct diag_sink *s)
{
	const uint32_t count[] = {
		[WASM_FUNC] = m->funcs.n,
		[WASM_TABLE] = m->tables.n,
		[WASM_MEMORY] = m->memories.n,
		[WASM_GLOBAL] = m->globals.n,
	};
	static const char *const kind[] = {
		[WASM_FUNC] = "function",
		[WASM_TABLE] = "table",
		[WASM_MEMORY] = "memory",
		[WASM_GLOBAL] = "global",
	};

	for (uint32_t i = 0; i < m->exports.n; i++) {
		const struct wasm_export *e = &m->exports.at[i];
		if (in_range(s, e->at, e->index, count[e->kind],
			     kind[e->kind]) &&
		    e->kind == WASM_FUNC)
			m->declared[e->index] = true;
	}
	check_export_names(m, a, s);
}

static void check_start(const struct wasm_module *m, struct diag_sink *s)
{
	if (m->start == UINT32_MAX ||
	    !in_range(s, m->start_at, m->start, m->funcs.n, "function"))
		return;
	const struct wasm_functype *t =
		&m->types.at[m->funcs.at[m->start].type];
	if (t->nparams || t->nresults)
		diag_report(s, DIAG_START, m->start_at,
			    "function %u has %u parameters and %u results",
			    m->start, t->nparams, t->nresults);
}

static void check_bodies(struct wasm_module *m,
			 const struct wasm_limits_opt *limits, struct arena *a,
			 struct diag_sink *s)
{
	struct checker c = {
		.m = m,
		.limits = limits,
		.arena = a,
		.sink = s,
		.labels = { .arena = a },
	};

	for (uint32_t i = m->nimported[WASM_FUNC]; i < m->funcs.n; i++) {
		struct wasm_func *f = &m->funcs.at[i];
		f->local = arena_alloc(a, f->nlocals);
		if (!s->dropped)
			check_body(&c, i);
	}
}

bool wasm_validate(struct wasm_module *m, const struct wasm_limits_opt *limits,
		   struct arena *a, struct diag_sink *s)
{
	uint32_t before = s->n + s->dropped;

	check_tables(m, s);
	check_memories(m, limits->max_memories, s);
	for (uint32_t i = 0; i < m->globals.n; i++)
		if (m->globals.at[i].import == UINT32_MAX)
			check_const(m, s, &m->globals.at[i].init,
				    (enum type)m->globals.at[i].type);
	for (uint32_t i = 0; i < m->elems.n; i++)
		check_elem(m, s, &m->elems.at[i]);
	for (uint32_t i = 0; i < m->datas.n; i++)
		check_data(m, s, &m->datas.at[i]);
	check_exports(m, a, s);
	check_start(m, s);
	check_bodies(m, limits, a, s);
	return s->n + s->dropped == before;
}
