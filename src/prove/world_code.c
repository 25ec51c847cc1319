/* world_code.c - which functions, relocations and traps an object has. */
#include <string.h>

#include "prove/world.h"

static uint64_t place_key(uint32_t section, uint32_t at)
{
	return (uint64_t)section << 32 | at;
}

/* Places of functions, from the object's own list: [place] number + 1.  The
 * list ends with instantiation; stubs follow.  A function may be missing. */
static bool list_functions(struct world *w, struct map *at)
{
	const struct obj_section *s = obj_find_section(w->o, "heddle_funcs");
	uint32_t next = w->m->nimported[WASM_FUNC];

	for (uint32_t k = 0; s && k + 8 <= s->bytes.n; k += 8) {
		uint32_t section = (uint32_t)(s - w->o->sections.at), func;
		const struct obj_reloc *r = world_reloc(w, section, k);
		if (!r || !world_number(w, section, k + 4, &func) ||
		    func < next || func > w->m->funcs.n)
			return false;
		const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
		*map_put(at, place_key(y->section,
				       y->value + (uint32_t)r->addend)) =
			func + 1;
		if (func == w->m->funcs.n)
			return true;
		next = func + 1;
	}
	return false;
}

void world_find_functions(struct world *w)
{
	struct map place;

	map_init(&place, w->arena);
	if (!list_functions(w, &place)) {
		w->why = "its list of functions is not in order";
		return;
	}
	for (uint32_t k = 0; k < w->o->symbols.n; k++) {
		const struct obj_symbol *s = &w->o->symbols.at[k];
		if (s->type != OBJ_FUNC || s->binding != OBJ_LOCAL ||
		    s->section >= w->o->sections.n)
			continue;
		const uint32_t *f =
			map_get(&place, place_key(s->section, s->value));
		vec_push(w->arena, &w->codes, (struct code_ref){
			.section = s->section, .at = s->value, .size = s->size,
			.func = !f ? UINT32_MAX - 1 :
				*f == w->m->funcs.n + 1 ? UINT32_MAX : *f - 1,
			.stub = !f });
	}
}

const struct code_ref *world_code_at(const struct world *w, uint32_t section,
				     uint32_t at)
{
	for (uint32_t k = 0; k < w->codes.n; k++)
		if (w->codes.at[k].section == section && w->codes.at[k].at == at)
			return &w->codes.at[k];
	return NULL;
}

const struct code_ref *world_code_of(const struct world *w, uint32_t func)
{
	if (func == w->m->funcs.n)
		func = UINT32_MAX;
	for (uint32_t k = 0; k < w->codes.n; k++)
		if (w->codes.at[k].func == func && !w->codes.at[k].stub)
			return &w->codes.at[k];
	return NULL;
}

uint32_t world_function_at(const struct world *w, const struct obj_reloc *r)
{
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	const struct wasm_module *x = w->m;

	if (r->addend)
		return UINT32_MAX;
	for (uint32_t k = 0; k < w->codes.n; k++) {
		const struct code_ref *c = &w->codes.at[k];
		if (!c->stub && c->section == y->section && c->at == y->value)
			return c->func < x->funcs.n ? c->func : UINT32_MAX;
	}
	for (uint32_t k = 0; k < x->nimported[WASM_FUNC]; k++)
		if (world_is_import(w, y, k))
			return k;
	return UINT32_MAX;
}

const struct obj_reloc *world_reloc(const struct world *w, uint32_t section,
				    uint32_t at)
{
	const uint32_t *k = map_get(&w->reloc_at, place_key(section, at));

	return k ? &w->o->relocs.at[*k - 1] : NULL;
}

bool world_untouched(const struct world *w, uint32_t section, uint32_t at,
		     uint32_t n)
{
	for (uint32_t k = at < 3 ? 0 : at - 3; n && (k < at || k - at < n); k++)
		if (map_get(&w->reloc_at, place_key(section, k)))
			return false;
	return true;
}

/* Relocations of one place each, of code at halfwords. */
void world_find_relocs(struct world *w)
{
	for (uint32_t k = 0; k < w->o->relocs.n; k++) {
		const struct obj_reloc *r = &w->o->relocs.at[k];
		const struct obj_section *s = &w->o->sections.at[r->section];
		if (!(s->flags & OBJ_ALLOC))
			continue;
		if (((s->flags & OBJ_EXEC) && (r->at & 1)) ||
		    !world_untouched(w, r->section, r->at, 4))
			w->why = "relocations that overlap";
		*map_put(&w->reloc_at, place_key(r->section, r->at)) = k + 1;
	}
}

bool world_number(const struct world *w, uint32_t section, uint32_t at,
		  uint32_t *v)
{
	const struct obj_section *s = &w->o->sections.at[section];

	if (s->type != OBJ_BYTES || (uint64_t)at + 4 > s->bytes.n ||
	    !world_untouched(w, section, at, 4))
		return false;
	*v = world_word(s, at);
	return true;
}

uint32_t world_same_import(const struct world *w, uint32_t func)
{
	const struct wasm_module *m = w->m;

	for (uint32_t k = 0; w->o && func < m->nimported[WASM_FUNC] && k < func;
	     k++)
		if (!strcmp(w->names.import[m->funcs.at[k].import],
			    w->names.import[m->funcs.at[func].import]))
			return k;
	return func;
}

void world_find_traps(struct world *w)
{
	const struct obj_section *s = obj_find_section(w->o, "heddle_traps");

	if (!s)
		return;
	uint32_t section = (uint32_t)(s - w->o->sections.at), kind;
	for (uint32_t at = 0; at + 8 <= s->bytes.n; at += 8) {
		const struct obj_reloc *r = world_reloc(w, section, at);
		if (!r || !world_number(w, section, at + 4, &kind))
			continue;
		const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
		uint64_t key = place_key(y->section, y->value +
						     (uint32_t)r->addend);
		kind >>= 28;
		uint32_t *have = map_put(&w->trap_at, key);
		/* two entries for one place: whichever is found first */
		*have = *have && *have != kind ? UINT32_MAX : kind;
	}
}
