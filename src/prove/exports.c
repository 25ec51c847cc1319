/* exports.c - what others see of the module: its exports are its own functions,
 * memories, globals and tables, by the right names.
 *
 * A function is entered at its own code where that is as C calls it, else at a
 * stub that is proved (stub.c).  An export that the object does not have cannot
 * be used, so it is no concern.
 */
#include <string.h>

#include "prove/stub.h"
#include "prove/world.h"
#include "wasm/intrinsic.h"

/* Can C call a function of the module at its own code? */
static bool is_as_in_c(const struct world *w, uint32_t func)
{
	return w->m->types.at[w->m->funcs.at[func].type].nresults < 2 &&
	       !w->pointer && !w->tail_bytes;
}

bool world_is_entry(const struct world *w, const struct obj_symbol *y,
		    uint32_t func)
{
	const struct code_ref *c = world_code_at(w, y->section, y->value);

	if (!c || y->type != OBJ_FUNC)
		return false;
	if (c->stub)
		return c->of == func && (c->is & STUB_IS_ENTRY);
	return c->func == func && is_as_in_c(w, func);
}

static bool is_builtin(const struct world *w, uint32_t func)
{
	return !strcmp(w->m->imports.at[w->m->funcs.at[func].import].module,
		       CANON_MODULE);
}

bool world_is_import(const struct world *w, const struct obj_symbol *y,
		     uint32_t func)
{
	const char *name = w->names.import[w->m->funcs.at[func].import];
	bool many = w->m->types.at[w->m->funcs.at[func].type].nresults > 1;
	const struct code_ref *c = world_code_at(w, y->section, y->value);

	if (y->section == OBJ_UNDEFINED)
		return !strcmp(y->name, name) && !many;
	if (!c || !c->stub || y->type != OBJ_FUNC)
		return false;
	if (c->is & (STUB_IS_IMPORT | STUB_IS_BUILTIN))
		return c->of == world_same_import(w, func);
	return false;
}

/* May C call that symbol for the imported function? */
static bool enters_import(const struct world *w, const struct obj_symbol *y,
			  uint32_t func)
{
	const struct code_ref *c = world_code_at(w, y->section, y->value);

	if (y->section == OBJ_UNDEFINED)
		return !strcmp(y->name, w->names.import[
				       w->m->funcs.at[func].import]);
	if (c && c->stub && (c->is & STUB_IS_JUMP))
		return c->of == world_same_import(w, func);
	return is_builtin(w, func) && world_is_import(w, y, func);
}

static bool is_entry(const struct world *w, const struct obj_symbol *s,
		     uint32_t func)
{
	return w->m->funcs.at[func].import != UINT32_MAX ?
		       enters_import(w, s, func) : world_is_entry(w, s, func);
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
		return is_entry(w, s, e->index);
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

/* Why the code that a symbol is was not proved to be a stub; or NULL. */
static const char *why_not(const struct world *w, const struct obj_symbol *s)
{
	const struct code_ref *c = world_code_at(w, s->section, s->value);

	return c && c->stub && c->why ? arena_printf(w->arena,
				"an export's stub: %s", c->why) : NULL;
}

/* --- the list that the runtime reads: name, code, signature ----------------------- */

enum {
	ENTRY = 12, CODE = 4, SIGNATURE = 8,
	/* in struct hd_module */
	CALLBACK = 16, CALLBACK_FORM = 20, EXPORTS = 28, NEXPORTS = 32
};

/* Is the text that a word points to that?  It may have zero bytes. */
static bool is_text(const struct world *w, uint32_t section, uint32_t at,
		    const char *text, size_t n)
{
	const struct obj_reloc *r = world_reloc(w, section, at);

	if (!r || r->type != OBJ_R_ABS32)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	if (y->section >= w->o->sections.n)
		return false;
	const struct obj_section *s = &w->o->sections.at[y->section];
	uint32_t begin = y->value + (uint32_t)r->addend;
	return begin < s->bytes.n && n < s->bytes.n - begin &&
	       world_untouched(w, y->section, begin, (uint32_t)n + 1) &&
	       !memcmp(s->bytes.at + begin, text, n) &&
	       !s->bytes.at[begin + n];
}

/* Does a word point to where that function is entered from C? */
static bool points_to_entry(const struct world *w, uint32_t section,
			    uint32_t at, uint32_t func)
{
	const struct obj_reloc *r = world_reloc(w, section, at);

	return r && r->type == OBJ_R_ABS32 && !r->addend &&
	       is_entry(w, &w->o->symbols.at[r->symbol], func);
}

static bool entry_right(const struct world *w, uint32_t section, uint32_t at)
{
	for (uint32_t k = 0; k < w->m->exports.n; k++) {
		const struct wasm_export *e = &w->m->exports.at[k];
		if (e->kind != WASM_FUNC ||
		    !is_text(w, section, at, e->name, e->nname) ||
		    !points_to_entry(w, section, at + CODE, e->index))
			continue;
		const char *sig = wasm_type_text(&w->m->types.at[
			w->m->funcs.at[e->index].type], w->arena);
		if (is_text(w, section, at + SIGNATURE, sig, strlen(sig)))
			return true;
	}
	return false;
}

/* d: the module's descriptor. */
static bool list_right(const struct world *w, const struct obj_symbol *d)
{
	const struct obj_reloc *r = world_reloc(w, d->section,
						d->value + EXPORTS);
	uint32_t n;

	if (!world_number(w, d->section, d->value + NEXPORTS, &n))
		return false;
	if (!n)
		return true;
	if (!r || r->type != OBJ_R_ABS32)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	if (y->section >= w->o->sections.n)
		return false;
	uint32_t at = y->value + (uint32_t)r->addend;
	for (uint32_t k = 0; k < n; k++, at += ENTRY)
		if (!entry_right(w, y->section, at))
			return false;
	return true;
}

/* Events go to the export that takes them, as it takes them; or to none. */
static bool callback_right(const struct world *w, const struct obj_symbol *d)
{
	uint32_t at = d->value + CALLBACK, form, none, func;
	enum callback_form want;
	struct diag_sink quiet;

	diag_init(&quiet, w->arena);
	if (!world_number(w, d->section, d->value + CALLBACK_FORM, &form))
		return false;
	if (form == CALLBACK_NONE)
		return world_number(w, d->section, at, &none) && !none;
	return intrinsic_callback(w->m, &want, &func, &quiet) &&
	       form == (uint32_t)want &&
	       points_to_entry(w, d->section, at, func);
}

void world_check_exports(struct world *w)
{
	const struct obj_symbol *d = world_descriptor(w);

	for (uint32_t k = 0; k < w->m->exports.n && !w->why; k++) {
		const struct obj_symbol *s = obj_find(w->o, w->names.export[k]);
		if (!s || symbol_right(w, &w->m->exports.at[k], s))
			continue;
		w->why = why_not(w, s);
		if (!w->why)
			w->why = "an export is something else";
	}
	if (!w->why && d && !is_text(w, d->section, d->value, w->names.prefix,
				     strlen(w->names.prefix)))
		w->why = "the name of the module";
	if (!w->why && d && !list_right(w, d))
		w->why = "the list of exports";
	if (!w->why && d && !callback_right(w, d))
		w->why = "what takes events";
}
