/* world_wasm.c - what both sides share when the output is WebAssembly too.
 *
 * Functions, tables, memories, globals and segments may be missing, and types may have other numbers.  Which is which is
 * a guess (world_map.c).  What the module says of what is left is compared here,
 * and of what is gone in world_gone.c; the functions are then proved, or not.
 */
#include <string.h>

#include "prove/world.h"
#include "wasm/reader.h"

/* --- numbers -------------------------------------------------------------------- */

static void map_types(struct world *t)
{
	const struct wasm_module *in = t->of->m, *out = t->m;

	t->type_of = arena_array(t->arena, uint32_t, out->types.n + 1);
	for (uint32_t k = 0; k < out->types.n; k++) {
		/* a type the input has not got is unlike all of its own */
		t->type_of[k] = in->types.n + out->types.at[k].canon;
		for (uint32_t j = 0; j < in->types.n; j++)
			if (wasm_same_type(&out->types.at[k],
					   &in->types.at[j])) {
				t->type_of[k] = in->types.at[j].canon;
				break;
			}
	}
}

/* --- code ------------------------------------------------------------------------ */

static bool same_type(const struct world *t, uint32_t out, uint32_t in)
{
	return wasm_same_type(&t->m->types.at[out], &t->of->m->types.at[in]);
}

static bool same_labels(const struct wasm_ins *a, const struct wasm_ins *b)
{
	return a->nlabels == b->nlabels &&
	       (a->op != OP_BR_TABLE ||
		!memcmp(a->labels, b->labels,
			(a->nlabels + 1u) * sizeof *a->labels));
}

static bool same_block(const struct world *t, const struct wasm_ins *a,
		       const struct wasm_ins *b)
{
	struct wasm_functype x, y;

	if (a->op != OP_BLOCK && a->op != OP_LOOP && a->op != OP_IF)
		return true;
	x = wasm_block_sig(t->m, a->block_type);
	y = wasm_block_sig(t->of->m, b->block_type);
	return wasm_same_type(&x, &y);
}

static bool same_index(const struct world *t, const struct wasm_ins *a,
		       const struct wasm_ins *b)
{
	switch (a->op) {
	case OP_CALL: case OP_RETURN_CALL: case OP_REF_FUNC:
		/* of these an argument has the numbers of its side */
		return t->func_of[a->index] == b->index &&
		       !world_takes_memory(t, a->index);
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		return same_type(t, a->index, b->index);
	default:
		return a->index == b->index;
	}
}

/* What sets a global that nobody sees. */
static bool is_dropped_set(const struct world *t, const struct wasm_ins *a,
			   const struct wasm_ins *b)
{
	return a->op == OP_DROP && b->op == OP_GLOBAL_SET &&
	       t->hidden[b->index];
}

static bool same_ins(const struct world *t, const struct wasm_ins *a,
		     const struct wasm_ins *b)
{
	return a->op == b->op && a->imm == b->imm && a->imm_hi == b->imm_hi &&
	       a->index2 == b->index2 && same_index(t, a, b) &&
	       same_labels(a, b) && same_block(t, a, b) &&
	       (a->op != OP_SELECT_T || *a->types == *b->types);
}

/* The output's code at a against the input's at b. */
static bool same_code(const struct world *t, uint32_t a, uint32_t aend,
		      uint32_t b, uint32_t bend)
{
	struct arena_mark mark = arena_mark(t->arena);
	bool same = true;
	struct wasm_ins i, j;

	for (; same && a < aend && b < bend; a = i.next, b = j.next) {
		same = wasm_next(t->m, a, &i, t->arena, NULL) &&
		       wasm_next(t->of->m, b, &j, t->arena, NULL);
		if (!same)
			break;
		world_renumber(t, &i);
		same = same_ins(t, &i, &j) || is_dropped_set(t, &i, &j);
	}
	arena_reset(t->arena, mark);
	return same && a == aend && b == bend;
}

static bool same_expr(const struct world *t, const struct wasm_expr *a,
		      const struct wasm_expr *b)
{
	return same_code(t, a->begin, a->end, b->begin, b->end);
}

bool world_same_body(const struct world *t, uint32_t func)
{
	const struct wasm_func *b = &t->of->m->funcs.at[func];
	const struct wasm_func *a = &t->m->funcs.at[t->func_in[func]];

	return a->nlocals == b->nlocals &&
	       (!a->nlocals || !memcmp(a->local, b->local, a->nlocals)) &&
	       same_code(t, a->code, a->end, b->code, b->end);
}

/* --- everything else --------------------------------------------------------------- */

static bool same_name(const char *a, uint32_t na, const char *b, uint32_t nb)
{
	return na == nb && !memcmp(a, b, na);
}

static bool same_limits(const struct wasm_limits *a, const struct wasm_limits *b)
{
	return a->min == b->min && a->has_max == b->has_max &&
	       (!a->has_max || a->max == b->max);
}

static bool same_import(const struct world *t, uint32_t a, uint32_t b)
{
	if (a == UINT32_MAX || b == UINT32_MAX)
		return a == b;
	const struct wasm_import *x = &t->m->imports.at[a];
	const struct wasm_import *y = &t->of->m->imports.at[b];
	return x->kind == y->kind &&
	       same_name(x->module, x->nmodule, y->module, y->nmodule) &&
	       same_name(x->name, x->nname, y->name, y->nname);
}

static bool same_functions(const struct world *t)
{
	for (uint32_t k = 0; k < t->m->funcs.n; k++) {
		const struct wasm_func *a = &t->m->funcs.at[k];
		const struct wasm_func *b = &t->of->m->funcs.at[t->func_of[k]];
		if (!same_import(t, a->import, b->import) ||
		    !same_type(t, a->type, b->type))
			return false;
	}
	return true;
}

static bool same_memories(const struct world *t)
{
	const struct wasm_module *a = t->m, *b = t->of->m;

	for (uint32_t k = 0; k < a->memories.n; k++) {
		const struct wasm_memory *x = &a->memories.at[k];
		const struct wasm_memory *y = &b->memories.at[t->memory.of[k]];
		if (!same_limits(&x->limits, &y->limits) ||
		    !same_import(t, x->import, y->import))
			return false;
	}
	for (uint32_t k = 0; k < a->tables.n; k++) {
		const struct wasm_table *x = &a->tables.at[k];
		const struct wasm_table *y = &b->tables.at[t->table.of[k]];
		if (x->type != y->type || !same_limits(&x->limits, &y->limits) ||
		    !same_import(t, x->import, y->import))
			return false;
	}
	return true;
}

static bool same_globals(const struct world *t)
{
	for (uint32_t k = 0; k < t->m->globals.n; k++) {
		const struct wasm_global *a = &t->m->globals.at[k];
		const struct wasm_global *b =
			&t->of->m->globals.at[t->global.of[k]];
		if (a->type != b->type || a->mut != b->mut ||
		    !same_import(t, a->import, b->import) ||
		    (a->import == UINT32_MAX &&
		     !same_expr(t, &a->init, &b->init)))
			return false;
	}
	return true;
}

static uint32_t number_of(const struct world *t, const struct wasm_export *x)
{
	return x->kind == WASM_FUNC ? t->func_of[x->index] :
	       x->kind == WASM_TABLE ? t->table.of[x->index] :
	       x->kind == WASM_MEMORY ? t->memory.of[x->index] :
	       t->global.of[x->index];
}

static bool same_exports(const struct world *t)
{
	const struct wasm_module *a = t->m, *b = t->of->m;

	if (a->exports.n != b->exports.n ||
	    (a->start == UINT32_MAX) != (b->start == UINT32_MAX) ||
	    (a->start != UINT32_MAX && t->func_of[a->start] != b->start))
		return false;
	for (uint32_t k = 0; k < a->exports.n; k++) {
		const struct wasm_export *x = &a->exports.at[k];
		const struct wasm_export *y = &b->exports.at[k];
		if (x->kind != y->kind ||
		    !same_name(x->name, x->nname, y->name, y->nname) ||
		    number_of(t, x) != y->index)
			return false;
	}
	return true;
}

static bool same_elem(const struct world *t, const struct wasm_elem *a,
		      const struct wasm_elem *b)
{
	if (a->mode != b->mode || a->type != b->type || a->n != b->n ||
	    !a->expr != !b->expr ||
	    (a->mode == WASM_ACTIVE &&
	     (t->table.of[a->table] != b->table ||
	      !same_expr(t, &a->offset, &b->offset))))
		return false;
	for (uint32_t k = 0; k < a->n; k++) {
		if (a->expr ? !same_expr(t, &a->expr[k], &b->expr[k]) :
		    (a->func[k] == UINT32_MAX ? UINT32_MAX
					      : t->func_of[a->func[k]]) !=
			    b->func[k])
			return false;
	}
	return true;
}

static bool same_segments(const struct world *t)
{
	const struct wasm_module *a = t->m, *b = t->of->m;

	for (uint32_t k = 0; k < a->elems.n; k++)
		if (!same_elem(t, &a->elems.at[k],
			       &b->elems.at[t->elem.of[k]]))
			return false;
	for (uint32_t k = 0; k < a->datas.n; k++) {
		const struct wasm_data *x = &a->datas.at[k];
		const struct wasm_data *y = &b->datas.at[t->data.of[k]];
		if (x->mode != y->mode || x->n != y->n ||
		    (x->n && memcmp(a->bytes + x->begin, b->bytes + y->begin,
				    x->n)) ||
		    (x->mode == WASM_ACTIVE &&
		     (t->memory.of[x->memory] != y->memory ||
			!same_expr(t, &x->offset, &y->offset))))
			return false;
	}
	return true;
}

static const char *difference(const struct world *t)
{
	return !same_functions(t) ? "functions or imports" :
	       !same_memories(t) ? "memories or tables" :
	       !same_globals(t) ? "globals" :
	       !same_exports(t) ? "exports or start function" :
	       !same_segments(t) ? "element or data segments" :
	       !world_same_names(t) ? "names" : NULL;
}

/* Numbers of storage: a kind, and an index of up to this many. */
enum { MOST_STORAGE = 1 << 27 };

static bool too_many(const struct world *t)
{
	return (uint64_t)(t->of->m->tables.n + 1) *
		       (t->of->m->types.n + t->m->types.n + 1) > MOST_STORAGE ||
	       t->of->m->funcs.n > MOST_STORAGE;
}

void world_init_wasm(struct world *s, struct world *t,
		     const struct wasm_module *in, const struct wasm_module *out,
		     struct arena *a)
{
	const struct wasm_custom *c = wasm_find_custom(out, "heddle.assume");

	world_init_module(s, in, c ? out->bytes + c->begin : NULL,
			  c ? c->n : 0, a);
	s->out = t;
	*t = *s;
	t->m = out;
	t->of = s;
	if (s->why)
		return;
	if (!world_map(t)) {
		s->why = "which function is which is not known";
		return;
	}
	map_types(t);
	world_assume_output(t);
	s->why = too_many(t) ? "too many tables and types" : world_gone(t);
	s->hidden = t->hidden;
	if (!s->why)
		s->why = difference(t);
	if (!s->why)
		world_freeze_as_input(t);
}

/* --- numbers of the output in terms of the input -------------------------------------- */

uint32_t world_func_of(const struct world *w, uint32_t func)
{
	return w->func_of ? w->func_of[func] : func;
}

uint32_t world_type_of(const struct world *w, uint32_t canon)
{
	return w->type_of ? w->type_of[canon] : canon;
}

/* Every storage has an address of its own, whatever there is. */
term world_wasm_address(const struct world *w, struct terms *z,
			enum region_kind k, uint32_t index, uint32_t index2)
{
	uint32_t n = k == REGION_FUNCREF ? world_func_of(w, index) :
		     k == REGION_TYPE ? world_type_of(w, index) : index;

	if (k == REGION_DIRECT) {
		const struct world *s = w->of ? w->of : w;
		n = n * (s->m->types.n + s->out->m->types.n) +
		    world_type_of(w, index2);
	}
	return term_sym(z, (uint32_t)k * MOST_STORAGE + n);
}

uint32_t world_wasm_referred(const struct world *w, uint32_t number)
{
	uint32_t func = number % MOST_STORAGE;

	if (number / MOST_STORAGE != REGION_FUNCREF)
		return UINT32_MAX;
	/* numbers are the input's */
	return !w->of ? func : func < w->of->m->funcs.n ? w->func_in[func]
							: UINT32_MAX;
}
