/* link_share.c - which core instances are instances of one module, and which of
 * them belong together.
 *
 * Core instances of equal modules are a group: the k-th of each could run the
 * same code on storage of its own.  Where such a module imports from another
 * that has as many instances, each from one of its own, both are one group, and
 * the instances that belong together have one number: what they import of each
 * other is then the same for all of them.
 */
#include "component/link_int.h"

#include <string.h>

#define NONE	UINT32_MAX

static bool same_module(const struct linker *l, uint32_t a, uint32_t b)
{
	const struct wasm_module *x = l->g->file->modules.at[a].wasm;
	const struct wasm_module *y = l->g->file->modules.at[b].wasm;

	return a == b || (x->size == y->size &&
			  !memcmp(x->bytes, y->bytes, x->size));
}

/* The first module of the same bytes. */
static uint32_t *first_of_modules(struct linker *l)
{
	const uint32_t n = l->g->file->modules.n;
	uint32_t *first = arena_array(l->arena, uint32_t, n);
	struct map seen;

	map_init(&seen, l->arena);
	for (uint32_t k = 0; k < n; k++) {
		const struct wasm_module *m = l->g->file->modules.at[k].wasm;
		uint64_t h = hash_mix(m->size);
		uint32_t *slot;
		while (*(slot = map_put(&seen, h)) &&
		       !same_module(l, *slot - 1, k))
			h++;
		if (!*slot)
			*slot = k + 1;
		first[k] = *slot - 1;
	}
	return first;
}

/* Groups of equal modules, numbered as their first instances come. */
static void group_modules(struct linker *l)
{
	const struct graph *g = l->g;
	const uint32_t *first = first_of_modules(l);
	uint32_t *count = arena_array(l->arena, uint32_t, g->file->modules.n);
	uint32_t *have = arena_array(l->arena, uint32_t, g->file->modules.n);

	for (uint32_t k = 0; k < g->cores.n; k++)
		count[first[g->cores.at[k].module]]++;
	for (uint32_t k = 0; k < g->cores.n; k++) {
		struct link_share *s = &l->share[k];
		s->module = first[g->cores.at[k].module];
		s->group = count[s->module] > 1 ? s->module : NONE;
		s->inst = have[s->module]++;
	}
}

/* The core instance that import k of a core instance comes from; NONE when it
 * is a built-in. */
static uint32_t provider(const struct linker *l, uint32_t core, uint32_t k)
{
	const struct wasm_import *i = &graph_module(l->g, core)->imports.at[k];
	const struct graph_ref r = graph_resolve(
		l->g, (enum wasm_kind)i->kind,
		(struct graph_ref){ REF_CORE, core, i->index });

	return r.kind == REF_CORE ? r.a : NONE;
}

/* The instances of one group in the order of their numbers; n of them. */
static uint32_t members(const struct linker *l, uint32_t module, uint32_t *out)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < l->g->cores.n; k++)
		if (l->share[k].group != NONE && l->share[k].module == module) {
			out[l->share[k].inst] = k;
			n++;
		}
	return n;
}

/* Import k of all n instances comes from as many instances of one module: that
 * module's group is renumbered after this one's. */
static void join(struct linker *l, const uint32_t *of, uint32_t n, uint32_t k,
		 uint32_t *number)
{
	const uint32_t p = provider(l, of[0], k);
	uint32_t seen = 0, here = l->share[of[0]].group;

	if (p == NONE || l->share[p].group == NONE ||
	    l->share[p].group == here)
		return;
	const uint32_t there = l->share[p].group, module = l->share[p].module;
	for (uint32_t i = 0; i < n; i++)
		number[i] = NONE;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t q = provider(l, of[i], k);
		if (q == NONE || l->share[q].module != module ||
		    l->share[q].inst >= n || number[l->share[q].inst] != NONE)
			return;
		number[l->share[q].inst] = i;
		seen++;
	}
	for (uint32_t c = 0; c < l->g->cores.n; c++)
		if (l->share[c].group == there && l->share[c].inst >= seen)
			return;
	for (uint32_t c = 0; c < l->g->cores.n; c++) {
		struct link_share *s = &l->share[c];
		if (s->group != there)
			continue;
		s->group = here;
		s->inst = number[s->inst];
	}
}

void link_share(struct linker *l)
{
	const uint32_t ncores = l->g->cores.n;
	uint32_t *of = arena_array(l->arena, uint32_t, ncores);
	uint32_t *number = arena_array(l->arena, uint32_t, ncores);

	l->share = arena_array(l->arena, struct link_share, ncores);
	group_modules(l);
	for (uint32_t c = 0; c < ncores; c++) {
		const struct link_share *s = &l->share[c];
		l->shares |= s->group != NONE;
		if (s->group == NONE || s->inst)
			continue;
		const uint32_t n = members(l, s->module, of);
		const uint32_t nimports = graph_module(l->g, c)->imports.n;
		for (uint32_t k = 0; k < nimports; k++)
			join(l, of, n, k, number);
	}
}

/* --- the custom section ------------------------------------------------------------ */

/* The module's numbers of n things that have one in the result, after the first
 * of these, which follow each other. */
static void brought(struct buf *out, const uint32_t *to, uint32_t from,
		    uint32_t n)
{
	uint32_t first = 0, have = 0;

	for (uint32_t k = n; k-- > from;)
		if (to[k] != LINK_NONE) {
			first = to[k];
			have++;
		}
	buf_uleb(out, first);
	buf_uleb(out, have);
	for (uint32_t k = from; k < n; k++)
		if (to[k] != LINK_NONE)
			buf_uleb(out, k);
}

void link_put_shares(const struct linker *l, struct buf *out)
{
	uint32_t n = 0;

	for (uint32_t c = 0; c < l->g->cores.n; c++)
		n += l->share[c].group != NONE;
	buf_uleb(out, n);
	for (uint32_t c = 0; c < l->g->cores.n; c++) {
		const struct wasm_module *m = graph_module(l->g, c);
		const struct link_core *at = &l->core[c];
		const uint32_t *own = m->nimported;
		if (l->share[c].group == NONE)
			continue;
		buf_uleb(out, l->share[c].module);
		buf_uleb(out, l->share[c].group);
		buf_uleb(out, l->share[c].inst);
		brought(out, at->func, own[WASM_FUNC], m->funcs.n);
		brought(out, at->table, own[WASM_TABLE], m->tables.n);
		brought(out, at->memory, own[WASM_MEMORY], m->memories.n);
		brought(out, at->global, own[WASM_GLOBAL], m->globals.n);
		brought(out, at->elem, 0, m->elems.n);
		brought(out, at->data, 0, m->datas.n);
	}
}
