/* exports.c - what others see of the module: its exports are its own functions,
 * memories, globals and tables, by the right names.
 *
 * A function is entered at its own code, or at a stub that calls it and no other
 * function of the module; what stubs do besides is trusted.  An export that the
 * object does not have cannot be used, so it is no concern.
 */
#include <string.h>

#include "prove/world.h"

/* Is that function the only one of the module that the stub calls? */
static bool stub_calls(const struct world *w, const struct code_ref *stub,
		       uint32_t func)
{
	bool calls = false;

	for (uint32_t k = 0; k < w->o->relocs.n; k++) {
		const struct obj_reloc *r = &w->o->relocs.at[k];
		if (r->section != stub->section || r->at < stub->at ||
		    r->at >= stub->at + stub->size)
			continue;
		const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
		const struct code_ref *c = world_code_at(w, y->section, y->value);
		if (!c || y->section == OBJ_UNDEFINED)
			continue;
		if (c->stub || c->func != func || r->addend)
			return false;
		calls = true;
	}
	return calls;
}

bool world_is_entry(const struct world *w, uint32_t section, uint32_t at,
		    uint32_t func)
{
	const struct code_ref *c = world_code_at(w, section, at);

	return c && (c->stub ? stub_calls(w, c, func) : c->func == func);
}

static bool is_entry(const struct world *w, const struct obj_symbol *s,
		     uint32_t func)
{
	return world_is_entry(w, s->section, s->value, func);
}

/* --- symbols -------------------------------------------------------------------- */

static bool is_storage(struct world *w, const struct obj_symbol *s,
		       enum region_kind kind, uint32_t index)
{
	uint32_t g = world_find(w, kind, index, 0);

	/* storage of no bytes is none */
	return g == UINT32_MAX || (w->regions.at[g].section == s->section &&
				   w->regions.at[g].at == s->value);
}

static bool symbol_right(struct world *w, const struct wasm_export *e,
			 const struct obj_symbol *s)
{
	const struct wasm_module *m = w->m;

	if (s->section >= w->o->sections.n)
		return true;	/* another object's */
	switch (e->kind) {
	case WASM_FUNC:
		return m->funcs.at[e->index].import != UINT32_MAX ||
		       is_entry(w, s, e->index);
	case WASM_MEMORY:
		return m->memories.at[e->index].import != UINT32_MAX ||
		       is_storage(w, s, REGION_MEMORY, e->index);
	case WASM_GLOBAL:
		return m->globals.at[e->index].import != UINT32_MAX ||
		       is_storage(w, s, REGION_GLOBAL, e->index);
	case WASM_TABLE:
		return m->tables.at[e->index].import != UINT32_MAX ||
		       is_storage(w, s, REGION_TABLE, e->index);
	default:
		return true;
	}
}

/* --- the list that the runtime reads: name, code, signature ----------------------- */

enum { ENTRY = 12, CODE = 4 };

/* Is the text that a word points to that name?  A name may have zero bytes. */
static bool is_name(const struct world *w, uint32_t section, uint32_t at,
		    const struct wasm_export *e)
{
	const struct obj_reloc *r = world_reloc(w, section, at);

	if (!r || r->type != OBJ_R_ABS32)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	if (y->section >= w->o->sections.n)
		return false;
	const struct obj_section *s = &w->o->sections.at[y->section];
	uint32_t begin = y->value + (uint32_t)r->addend;
	return begin < s->bytes.n && e->nname < s->bytes.n - begin &&
	       !memcmp(s->bytes.at + begin, e->name, e->nname) &&
	       !s->bytes.at[begin + e->nname];
}

static bool entry_right(const struct world *w, uint32_t section, uint32_t at)
{
	const struct obj_reloc *r = world_reloc(w, section, at + CODE);

	if (!r || r->type != OBJ_R_ABS32 || r->addend)
		return false;
	for (uint32_t k = 0; k < w->m->exports.n; k++) {
		const struct wasm_export *e = &w->m->exports.at[k];
		if (e->kind == WASM_FUNC && is_name(w, section, at, e) &&
		    (w->m->funcs.at[e->index].import != UINT32_MAX ||
		     is_entry(w, &w->o->symbols.at[r->symbol], e->index)))
			return true;
	}
	return false;
}

static bool list_right(const struct world *w, const struct obj_symbol *s)
{
	for (uint32_t at = 0; at + ENTRY <= s->size; at += ENTRY)
		if (!entry_right(w, s->section, s->value + at))
			return false;
	return s->size % ENTRY == 0;
}

void world_check_exports(struct world *w)
{
	for (uint32_t k = 0; k < w->m->exports.n && !w->why; k++) {
		const struct obj_symbol *s = obj_find(w->o, w->names.export[k]);
		if (s && !symbol_right(w, &w->m->exports.at[k], s))
			w->why = "an export is something else";
	}
	for (uint32_t k = 0; k < w->o->symbols.n && !w->why; k++) {
		const struct obj_symbol *s = &w->o->symbols.at[k];
		if (s->binding == OBJ_LOCAL && !strcmp(s->name, "exports") &&
		    s->section < w->o->sections.n && !list_right(w, s))
			w->why = "the list of exports";
	}
}
