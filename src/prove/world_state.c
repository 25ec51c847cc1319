/* world_state.c - the state that outlives a function: where what is kept, and
 * what a call leaves of it.
 */
#include <string.h>

#include "prove/world.h"
#include "prove/world_silent.h"

static uint32_t word_place(struct world *w, uint32_t *n, bool mutable,
			   uint32_t lo, uint32_t hi)
{
	w->mutable[*n] = mutable;
	w->range[*n].lo = lo;
	w->range[*n].hi = hi;
	return (*n)++;
}

/* Is it constant storage that names a place in an instance? */
static bool names_place(const struct world *w, const struct obj_reloc *r,
			uint32_t at)
{
	const struct obj_section *s = &w->o->sections.at[r->section];
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];

	return r->type == OBJ_R_ABS32 && s->type == OBJ_BYTES &&
	       !(s->flags & OBJ_WRITE) && y->section == w->instance_section &&
	       y->value + (uint32_t)r->addend == at &&
	       r->at + 8 <= s->bytes.n &&
	       !world_reloc(w, r->section, r->at + 4);
}

/* What the module's list of words to reset says of a place in an instance; the
 * most there is when it says nothing. */
static uint32_t reset_word(const struct world *w, uint32_t at)
{
	for (uint32_t k = 0; w->pointer && k < w->o->relocs.n; k++) {
		const struct obj_reloc *r = &w->o->relocs.at[k];
		if (names_place(w, r, at))
			return world_word(&w->o->sections.at[r->section],
					  r->at + 4);
	}
	return UINT32_MAX;
}

/* The least and greatest size a memory may have. */
static void size_range(const struct world *w, uint32_t k, uint32_t *lo,
		       uint32_t *hi)
{
	const struct wasm_limits *l = &w->m->memories.at[k].limits;
	uint64_t max = l->has_max ? (uint64_t)l->max << 16 : UINT32_MAX;
	uint32_t r = world_find(w, REGION_MEMORY, k, 0);

	*lo = l->min << 16;
	uint32_t d = world_find(w, REGION_MEMORY_DESC, k, 0);
	if (d != UINT32_MAX && !w->regions.at[d].constant) {
		uint32_t room = reset_word(w, w->regions.at[d].at + 8);
		max = room < max ? room : max;
	}
	if (d != UINT32_MAX && w->regions.at[d].constant &&
	    w->regions.at[d].size == 12 &&
	    !world_reloc(w, w->regions.at[d].section, w->regions.at[d].at + 8)) {
		const struct region *x = &w->regions.at[d];
		uint32_t room = world_word(&w->o->sections.at[x->section],
					x->at + 8);
		max = room < max ? room : max;
	}
	if (r != UINT32_MAX && w->regions.at[r].section != OBJ_UNDEFINED &&
	    w->regions.at[r].size < max)
		max = w->regions.at[r].size;
	*hi = w->fixed[k] ? *lo : max > 0xffff0000u ? 0xffff0000u
						    : (uint32_t)max;
	if (*hi < *lo)
		*hi = *lo;
}

static bool same_names(const struct wasm_import *a, const struct wasm_import *b)
{
	return a->nmodule == b->nmodule && a->nname == b->nname &&
	       !memcmp(a->module, b->module, a->nmodule) &&
	       !memcmp(a->name, b->name, a->nname);
}

/* The first global that is imported by the same names, which make it the same
 * one; k when there is none before it. */
static uint32_t imported_before(const struct wasm_module *m, uint32_t k)
{
	const struct wasm_global *g = &m->globals.at[k];

	if (g->import == UINT32_MAX)
		return k;
	for (uint32_t j = 0; j < k; j++) {
		const struct wasm_global *h = &m->globals.at[j];
		if (h->type == g->type && h->mut == g->mut &&
		    same_names(&m->imports.at[h->import],
			       &m->imports.at[g->import]))
			return j;
	}
	return k;
}

/* Only of a segment that code names: a state has no more words than the code
 * can tell apart, or each call and each merge costs what the module has. */
static void length_place(struct world *w, uint32_t *n, uint32_t *at,
			 uint32_t most)
{
	if (*at)
		*at = word_place(w, n, true, 0, most);
}

void world_lay_out(struct world *w)
{
	const struct wasm_module *m = w->m;
	uint32_t n = 0, most = 4 + 2 * m->memories.n + 2 * m->tables.n +
			       2 * m->globals.n + m->datas.n + m->elems.n;

	w->mutable = arena_array(w->arena, uint8_t, most);
	w->range = arena_array(w->arena, struct bound_pair, most);
	w->at_global = arena_array(w->arena, uint32_t, m->globals.n);
	word_place(w, &n, true, 0, UINT32_MAX);
	w->at_memory = n;
	for (uint32_t k = 0; k < m->memories.n; k++)
		word_place(w, &n, true, 0, UINT32_MAX);
	w->at_size = n;
	for (uint32_t k = 0; k < m->memories.n; k++) {
		uint32_t lo, hi;
		size_range(w, k, &lo, &hi);
		word_place(w, &n, !w->fixed[k], lo, hi);
	}
	w->at_table = n;
	for (uint32_t k = 0; k < m->tables.n; k++)
		word_place(w, &n, !w->frozen[k], 0, UINT32_MAX);
	w->at_table_size = n;
	for (uint32_t k = 0; k < m->tables.n; k++) {
		const struct wasm_limits *l = &m->tables.at[k].limits;
		bool fixed = w->frozen[k] || (l->has_max && l->min == l->max);
		word_place(w, &n, !fixed, l->min, fixed ? l->min :
			   l->has_max ? l->max : UINT32_MAX);
	}
	w->at_globals = n;
	for (uint32_t k = 0; k < m->globals.n; k++) {
		const struct wasm_global *g = &m->globals.at[k];
		uint32_t first = imported_before(m, k);
		w->at_global[k] = first < k ? w->at_global[first] : n;
		if (first < k)
			continue;
		word_place(w, &n, w->varies[k], 0, UINT32_MAX);
		if (g->type == T_I64 || g->type == T_F64)
			word_place(w, &n, w->varies[k], 0, UINT32_MAX);
	}
	w->at_lengths = n;
	for (uint32_t k = 0; k < m->datas.n; k++)
		length_place(w, &n, &w->at_data_len[k], m->datas.at[k].n);
	for (uint32_t k = 0; k < m->elems.n; k++)
		length_place(w, &n, &w->at_elem_len[k], m->elems.at[k].n);
	if (w->o && obj_find_section(w->o, ".rodata.hd_fuel")) {
		w->at_fuel = n;
		word_place(w, &n, true, 0, UINT32_MAX);
	}
	if (world_names_context(m)) {
		w->at_context = n;
		word_place(w, &n, true, 0, UINT32_MAX);
		word_place(w, &n, true, 0, UINT32_MAX);
	}
	w->n = n;
}

static bool is_token(const struct world *w, uint32_t k)
{
	return k < w->at_size || (k >= w->at_table && k < w->at_table_size);
}

void world_enter(const struct world *w, struct terms *z, term *state)
{
	for (uint32_t k = 0; k < w->n; k++)
		state[k] = is_token(w, k) ? term_var(z, SORT_TOKEN, 0, 0) :
			w->range[k].lo == w->range[k].hi ?
			term_const(z, w->range[k].lo) :
			term_var(z, SORT_WORD, w->range[k].lo, w->range[k].hi);
	/* constants of the module */
	for (uint32_t k = 0; k < w->m->globals.n; k++) {
		const struct wasm_global *g = &w->m->globals.at[k];
		uint64_t bits;
		uint32_t from;
		if (w->varies[k] || g->import != UINT32_MAX ||
		    (g->type != T_I32 && g->type != T_I64 &&
		     g->type != T_F32 && g->type != T_F64) ||
		    !wasm_const_value(w->m, &g->init, &bits, &from))
			continue;
		state[w->at_global[k]] = term_const(z, (uint32_t)bits);
		if (g->type == T_I64 || g->type == T_F64)
			state[w->at_global[k] + 1] =
				term_const(z, (uint32_t)(bits >> 32));
	}
}

void world_after(const struct world *w, struct terms *z, term e, term *state)
{
	state[0] = e;
	if (world_is_silent(w, z, e))
		return;
	for (uint32_t k = 1; k < w->n; k++)
		if (w->mutable[k])
			state[k] = is_token(w, k) ?
				term_uf(z, SORT_TOKEN, UF(UF_AFTER, k), &e, 1) :
				term_uf_in(z, UF(UF_AFTER, k), &e, 1,
					   w->range[k].lo, w->range[k].hi);
}

term world_event(const struct world *w, struct terms *z, uint32_t f,
		 const term *arg, unsigned n, term *state)
{
	term *all = arena_array(z->arena, term, n + w->n), e;

	if (n)
		memcpy(all, arg, n * sizeof *arg);
	memcpy(all + n, state, w->n * sizeof *state);
	e = term_uf(z, SORT_TOKEN, f, all, n + w->n);
	world_after(w, z, e, state);
	return e;
}

term world_result(struct terms *z, term event, uint32_t k)
{
	return term_uf(z, SORT_WORD, UF(UF_RESULT, k), &event, 1);
}

/* --- putting it together --------------------------------------------------------------------- */
