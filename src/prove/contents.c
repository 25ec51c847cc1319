/* contents.c - constant storage that indirect calls go through.
 *
 * Both sides call what a table's place in the object holds; that it holds the
 * function of the module's element segments is checked here, once.
 */
#include <string.h>

#include "prove/shared.h"
#include "prove/stub.h"
#include "prove/world.h"

/* Does the relocated word enter the function by its own convention, from code of a
 * context (plus 1)? */
static bool enters(const struct world *w, const struct obj_reloc *r,
		   uint32_t func, uint32_t context)
{
	const struct wasm_module *m = w->m;

	if (!r || r->type != OBJ_R_ABS32 || r->addend || func >= m->funcs.n)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	if (world_shared_at(w, context, y->section, y->value) == func)
		return true;
	if (m->funcs.at[func].import != UINT32_MAX)
		return world_is_import(w, y, func);
	const struct code_ref *c = world_code_at(w, y->section, y->value);
	return c && y->type == OBJ_FUNC &&
	       (c->stub ? c->of == func && (c->is & STUB_IS_REF)
			: c->func == func);
}

static uint32_t type_of(const struct world *w, uint32_t func)
{
	return w->m->types.at[w->m->funcs.at[func].type].canon;
}

/* A word per entry: code, 0 for null, 1 for a function of another type. */
static bool direct_holds(const struct world *w, const struct region *r)
{
	uint32_t t = r->index;

	if (t >= w->m->tables.n || !w->frozen[t] || !r->constant ||
	    r->size != 4 * w->frozen_n[t])
		return false;
	for (uint32_t k = 0; k < w->frozen_n[t]; k++) {
		uint32_t e = w->entry[t][k], at = r->at + 4 * k, word;
		const struct obj_reloc *x = world_reloc(w, r->section, at);
		if (e != UINT32_MAX && type_of(w, e) == r->index2) {
			if (!enters(w, x, e, r->context))
				return false;
		} else if (!world_number(w, r->section, at, &word) ||
			   word != (e == UINT32_MAX ? 0u : 1u)) {
			return false;
		}
	}
	return true;
}

/* Code, then the symbol of the type. */
static bool reference_holds(const struct world *w, const struct region *r)
{
	uint32_t func = r->index;

	if (func >= w->m->funcs.n || r->size != 8 || !r->constant ||
	    !enters(w, world_reloc(w, r->section, r->at), func, 0))
		return false;
	const struct obj_reloc *x = world_reloc(w, r->section, r->at + 4);
	if (!x || x->type != OBJ_R_ABS32 || x->addend)
		return false;
	char *want = arena_printf(w->arena, "hd_type_%s", wasm_type_text(
		&w->m->types.at[type_of(w, func)], w->arena));
	for (char *p = want; *p; p++)
		if (*p == ':')
			*p = '_';
	return !strcmp(w->o->symbols.at[x->symbol].name, want);
}

static bool data_holds(const struct world *w, const struct region *r)
{
	if (r->index >= w->m->datas.n || !r->constant)
		return false;
	const struct wasm_data *d = &w->m->datas.at[r->index];

	return r->size == d->n &&
	       world_untouched(w, r->section, r->at, d->n) &&
	       (!d->n || !memcmp(w->o->sections.at[r->section].bytes.at + r->at,
				 w->m->bytes + d->begin, d->n));
}

/* A constant expression of one instruction that says which function it is. */
static bool expr_func(const struct wasm_module *m, const struct wasm_expr *e,
		      uint32_t *func)
{
	struct wasm_ins i, end;

	/* globals come before those that read them */
	for (;;) {
		if (!wasm_next(m, e->begin, &i, NULL, NULL) ||
		    !wasm_next(m, i.next, &end, NULL, NULL) ||
		    end.op != OP_END)
			return false;
		if (i.op != OP_GLOBAL_GET)
			break;
		const struct wasm_global *g = &m->globals.at[i.index];
		if (g->import != UINT32_MAX || g->mut)
			return false;
		e = &g->init;
	}
	*func = i.op == OP_REF_FUNC ? i.index : UINT32_MAX;
	return i.op == OP_REF_FUNC || i.op == OP_REF_NULL;
}

bool world_elem(const struct wasm_module *m, const struct wasm_elem *e,
		uint32_t k, uint32_t *func)
{
	if (!e->func)
		return expr_func(m, &e->expr[k], func);
	*func = e->func[k];
	return true;
}

/* Is the word a reference to that function, or null for UINT32_MAX? */
static bool is_reference(struct world *w, uint32_t section, uint32_t at,
			 uint32_t func)
{
	const struct obj_reloc *x = world_reloc(w, section, at);
	uint32_t word;

	if (func == UINT32_MAX)
		return world_number(w, section, at, &word) && !word;
	if (!x || x->type != OBJ_R_ABS32 || x->addend)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[x->symbol];
	uint32_t g = world_region(w, y->section, y->value, x->symbol);
	return g != UINT32_MAX && w->regions.at[g].kind == REGION_FUNCREF &&
	       w->regions.at[g].at == y->value &&
	       w->regions.at[g].index == func;
}

/* References, of segments that name their functions; what is known only when
 * the module is instantiated is null here, and not used (instantiate.c). */
static bool elem_holds(struct world *w, const struct region *r)
{
	uint32_t func;

	if (r->index >= w->m->elems.n || !r->constant)
		return false;
	const struct wasm_elem *e = &w->m->elems.at[r->index];
	if (r->size != 4 * e->n)
		return false;
	for (uint32_t k = 0; k < e->n; k++)
		if (!world_elem(w->m, e, k, &func) ||
		    !is_reference(w, r->section, r->at + 4 * k, func))
			return false;
	return true;
}

/* A table that nothing writes. */
static bool table_holds(struct world *w, const struct region *r)
{
	if (r->index >= w->m->tables.n || !w->frozen[r->index] ||
	    r->size != 4 * w->frozen_n[r->index])
		return false;
	for (uint32_t k = 0; k < w->frozen_n[r->index]; k++)
		if (!is_reference(w, r->section, r->at + 4 * k,
				  w->entry[r->index][k]))
			return false;
	return true;
}

/* A number that never changes. */
static bool global_holds(const struct world *w, const struct region *r)
{
	uint64_t bits;
	uint32_t from, word;

	if (r->index >= w->m->globals.n || w->varies[r->index])
		return false;
	const struct wasm_global *g = &w->m->globals.at[r->index];
	bool wide = g->type == T_I64 || g->type == T_F64;
	return g->import == UINT32_MAX &&
	       wasm_const_value(w->m, &g->init, &bits, &from) &&
	       r->size == (wide ? 8 : 4) &&
	       world_number(w, r->section, r->at, &word) &&
	       word == (uint32_t)bits &&
	       (!wide || (world_number(w, r->section, r->at + 4, &word) &&
			  word == bits >> 32));
}

void world_check_contents(struct world *w)
{
	for (uint32_t k = 0; k < w->regions.n && !w->why; k++) {
		const struct region *r = &w->regions.at[k];
		if (r->kind == REGION_DIRECT && !direct_holds(w, r))
			w->why = "table of code pointers";
		if (r->kind == REGION_FUNCREF && !reference_holds(w, r))
			w->why = "function reference";
		if (r->kind == REGION_DATA && !data_holds(w, r))
			w->why = "contents of a data segment";
		if (r->kind == REGION_ELEM && !elem_holds(w, r))
			w->why = "contents of an element segment";
		if (r->kind == REGION_TABLE && r->constant && !table_holds(w, r))
			w->why = "contents of a table";
		if (r->kind == REGION_GLOBAL && r->constant &&
		    !global_holds(w, r))
			w->why = "value of a global";
	}
}
