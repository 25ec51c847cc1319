/* sections.c - types, imports, functions, tables, memories, globals, exports,
 * start.
 *
 * A function or global that is not imported gets its body or initialiser
 * here or in segments.c.  Indices are checked by wasm_validate, except type
 * indices of functions, which decoding itself needs.
 */
#include "wasm/decode.h"

#include <stdlib.h>
#include <string.h>

/* ---- types ---- */

static uint8_t *read_list(struct decoder *d, uint32_t *n)
{
	*n = list_length(d, d->limits->max_arity);
	uint8_t *t = arena_alloc(d->arena, *n);
	for (uint32_t i = 0; i < *n; i++)
		t[i] = (uint8_t)type_read(d->r);
	return t;
}

/* Sorting rather than hashing: an input cannot make it slow. */
static int compare_types(const void *x, const void *y)
{
	const struct wasm_functype *a = *(struct wasm_functype *const *)x;
	const struct wasm_functype *b = *(struct wasm_functype *const *)y;

	if (a->nparams != b->nparams)
		return a->nparams < b->nparams ? -1 : 1;
	if (a->nresults != b->nresults)
		return a->nresults < b->nresults ? -1 : 1;
	int c = a->nparams ? memcmp(a->param, b->param, a->nparams) : 0;
	if (!c && a->nresults)
		c = memcmp(a->result, b->result, a->nresults);
	if (c)
		return c;
	return a < b ? -1 : a > b;
}

/* Equal types stand together after sorting, the lowest index first. */
static void find_equal_types(struct decoder *d)
{
	uint32_t n = d->m->types.n;
	struct wasm_functype *t = d->m->types.at;
	struct arena_mark mark = arena_mark(d->arena);
	struct wasm_functype **sorted =
		arena_array(d->arena, struct wasm_functype *, n);

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &t[i];
	if (n)
		qsort(sorted, n, sizeof *sorted, compare_types);
	for (uint32_t i = 0; i < n; i++) {
		bool same = i && wasm_same_type(sorted[i - 1], sorted[i]);
		sorted[i]->canon = same ? sorted[i - 1]->canon
					: (uint32_t)(sorted[i] - t);
	}
	arena_reset(d->arena, mark);
}

void decode_types(struct decoder *d)
{
	uint32_t n = list_length(d, d->limits->max_items);

	d->m->types.at = arena_array(d->arena, struct wasm_functype, n);
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		struct wasm_functype *t = &d->m->types.at[i];
		uint64_t at = reader_offset(d->r);
		uint8_t form = reader_u8(d->r);
		if (!d->r->bad && form != 0x60)
			unknown(d->r, WHERE_TYPE, form, at, DIAG_MALFORMED,
				"type form");
		t->param = read_list(d, &t->nparams);
		t->result = read_list(d, &t->nresults);
		d->m->types.n = i + 1;
	}
	if (!d->r->bad)
		find_equal_types(d);
}

/* ---- imports and definitions ---- */

enum type reftype_read(struct reader *r)
{
	uint64_t at = reader_offset(r);
	enum type t = type_read(r);

	if (!r->bad && t < T_FUNCREF)
		reader_fail(r, DIAG_MALFORMED, at, "%s is no reference type",
			    type_name(t));
	return t;
}

/* Whether the limits make sense is for validation to say; flags that mean
 * another kind of memory are refused here, since what follows differs. */
struct wasm_limits limits_read(struct reader *r)
{
	uint64_t at = reader_offset(r);
	uint8_t flags = reader_u8(r);
	struct wasm_limits l = { 0 };

	if (flags > 1)
		unknown(r, WHERE_LIMITS, flags, at, DIAG_MALFORMED,
			"flags of limits");
	l.min = reader_u32(r);
	l.has_max = flags & 1;
	l.max = l.has_max ? reader_u32(r) : UINT32_MAX;
	return l;
}

/* The type index is tested at once: the number of parameters is needed to
 * count locals. */
static void add_func(struct decoder *d, uint32_t import)
{
	uint64_t at = reader_offset(d->r);
	struct wasm_func f = { .type = reader_u32(d->r), .import = import };

	if (d->r->bad)
		return;
	if (f.type >= d->m->types.n)
		reader_fail(d->r, DIAG_INDEX, at,
			    "type %u of function %u, there are %u", f.type,
			    d->funcs.n, d->m->types.n);
	else if (d->funcs.n >= d->limits->max_functions)
		reader_fail(d->r, DIAG_LIMIT, at, "more than %zu functions",
			    d->limits->max_functions);
	else
		vec_push(d->arena, &d->funcs, f);
}

static void add_table(struct decoder *d, uint32_t import)
{
	struct wasm_table t = {
		.import = import, .at = (uint32_t)reader_offset(d->r),
	};

	t.type = (uint8_t)reftype_read(d->r);
	t.limits = limits_read(d->r);
	vec_push(d->arena, &d->tables, t);
}

static void add_memory(struct decoder *d, uint32_t import)
{
	struct wasm_memory m = {
		.import = import, .at = (uint32_t)reader_offset(d->r),
	};

	m.limits = limits_read(d->r);
	vec_push(d->arena, &d->memories, m);
}

static void add_global(struct decoder *d, uint32_t import)
{
	struct wasm_global g = { .import = import };

	g.type = (uint8_t)type_read(d->r);
	uint64_t at = reader_offset(d->r);
	uint8_t mut = reader_u8(d->r);
	if (mut > 1)
		reader_fail(d->r, DIAG_MALFORMED, at, "mutability 0x%02x", mut);
	g.mut = mut;
	if (import == UINT32_MAX)
		g.init = expr_read(d->r);
	vec_push(d->arena, &d->globals, g);
}

static uint32_t count_of(const struct decoder *d, uint8_t kind)
{
	switch (kind) {
	case WASM_FUNC:   return d->funcs.n;
	case WASM_TABLE:  return d->tables.n;
	case WASM_MEMORY: return d->memories.n;
	default:          return d->globals.n;
	}
}

static void add_extern(struct decoder *d, uint8_t kind, uint32_t import)
{
	switch (kind) {
	case WASM_FUNC:   add_func(d, import); break;
	case WASM_TABLE:  add_table(d, import); break;
	case WASM_MEMORY: add_memory(d, import); break;
	default:          add_global(d, import); break;
	}
}

static uint8_t read_kind(struct reader *r, const char *what)
{
	uint64_t at = reader_offset(r);
	uint8_t kind = reader_u8(r);

	if (kind > WASM_GLOBAL)
		unknown(r, WHERE_EXTERN, kind, at, DIAG_MALFORMED, what);
	return r->bad ? 0 : kind;
}

void decode_imports(struct decoder *d)
{
	uint32_t n = list_length(d, d->limits->max_items);

	d->m->imports.at = arena_array(d->arena, struct wasm_import, n);
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		struct wasm_import *im = &d->m->imports.at[i];
		im->at = (uint32_t)reader_offset(d->r);
		im->module = reader_name(d->r, d->arena, &im->nmodule);
		im->name = reader_name(d->r, d->arena, &im->nname);
		im->kind = read_kind(d->r, "kind of import");
		im->index = count_of(d, im->kind);
		if (d->r->bad)
			return;
		add_extern(d, im->kind, i);
		d->m->nimported[im->kind]++;
		d->m->imports.n = i + 1;
	}
}

static void read_definitions(struct decoder *d, uint8_t kind)
{
	uint32_t n = list_length(d, d->limits->max_items);

	for (uint32_t i = 0; i < n && !d->r->bad; i++)
		add_extern(d, kind, UINT32_MAX);
}

void decode_functions(struct decoder *d)
{
	read_definitions(d, WASM_FUNC);
}

void decode_tables(struct decoder *d)
{
	read_definitions(d, WASM_TABLE);
}

void decode_memories(struct decoder *d)
{
	read_definitions(d, WASM_MEMORY);
}

void decode_globals(struct decoder *d)
{
	read_definitions(d, WASM_GLOBAL);
}

void decode_exports(struct decoder *d)
{
	uint32_t n = list_length(d, d->limits->max_items);

	d->m->exports.at = arena_array(d->arena, struct wasm_export, n);
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		struct wasm_export *e = &d->m->exports.at[i];
		e->at = (uint32_t)reader_offset(d->r);
		e->name = reader_name(d->r, d->arena, &e->nname);
		e->kind = read_kind(d->r, "kind of export");
		e->index = reader_u32(d->r);
		d->m->exports.n = i + 1;
	}
}

void decode_start(struct decoder *d)
{
	d->m->start_at = (uint32_t)reader_offset(d->r);
	d->m->start = reader_u32(d->r);
}
