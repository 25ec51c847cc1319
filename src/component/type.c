/* type.c - the table of types: interning. */
#include "component/type.h"

#include <string.h>

static const struct {
	uint8_t size, align;
	const char *flat;
} primitive[CT_PRIMITIVES] = {
#define P(id, code, text, size, align, flat) [CT_##id] = { size, align, flat },
#define C(id, code, text)
#include "component/type.def"
};

bool ct_same_name(struct ct_name a, struct ct_name b)
{
	return a.n == b.n && (!a.n || memcmp(a.at, b.at, a.n) == 0);
}

const struct ct_extern *ct_find(const struct ct_extern *x, uint32_t n,
				struct ct_name name)
{
	for (uint32_t k = 0; k < n; k++)
		if (ct_same_name(x[k].name, name))
			return &x[k];
	return NULL;
}

static void put_primitives(struct ct_table *t)
{
	for (uint8_t k = 0; k < CT_PRIMITIVES; k++) {
		struct ct_type x = {
			.kind = k, .size = primitive[k].size,
			.align = primitive[k].align, .depth = 1,
			.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
			.pointers = k == CT_STRING,
			.plain = k != CT_STRING && k != CT_ERROR_CONTEXT,
		};
		for (const char *p = primitive[k].flat; *p; p++)
			x.flat[x.nflat++] = (uint8_t)type_of_letter(*p);
		vec_push(t->arena, &t->types, x);
	}
}

void ct_init(struct ct_table *t, struct arena *a)
{
	*t = (struct ct_table){ .arena = a };
	map_init(&t->by_hash, a);
	map_init(&t->core_by_hash, a);
	put_primitives(t);
}

/* --- equality ------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
	return hash_mix(h ^ (v + 0x9e3779b97f4a7c15u));
}

static uint64_t hash_type(const struct ct_type *x)
{
	uint64_t h = mix(x->kind, x->async);

	h = mix(mix(mix(h, x->n), x->elem), x->elem2);
	for (uint32_t k = 0; x->item && k < x->n; k++) {
		h = mix(h, hash_bytes(x->item[k].name.at, x->item[k].name.n));
		h = mix(h, x->item[k].type);
	}
	return h;
}

static bool same_type(const struct ct_type *a, const struct ct_type *b)
{
	if (a->kind != b->kind || a->async != b->async || a->n != b->n ||
	    a->elem != b->elem || a->elem2 != b->elem2)
		return false;
	for (uint32_t k = 0; a->item && k < a->n; k++)
		if (a->item[k].type != b->item[k].type ||
		    !ct_same_name(a->item[k].name, b->item[k].name))
			return false;
	return true;
}

/* --- what follows from the parts ------------------------------------------- */

/* layout.c */
bool ct_layout(const struct ct_table *t, struct ct_type *x);

static void inherit(const struct ct_table *t, struct ct_type *x, uint32_t part)
{
	if (part == CT_NO_TYPE)
		return;
	const struct ct_type *p = ct_get(t, part);
	if (p->depth >= x->depth)
		x->depth = (uint8_t)(p->depth + 1);
	x->resources |= p->resources;
	x->borrows |= p->borrows;
	x->pointers |= p->pointers;
	x->plain &= p->plain;
}

static void facts(const struct ct_table *t, struct ct_type *x)
{
	x->depth = 1;
	x->plain = true;
	inherit(t, x, x->elem);
	inherit(t, x, x->elem2);
	for (uint32_t k = 0; x->item && k < x->n; k++)
		inherit(t, x, x->item[k].type);
	x->borrows |= x->kind == CT_BORROW;
	x->pointers |= x->kind == CT_LIST || x->kind == CT_MAP;
	if (x->kind == CT_OWN || x->kind == CT_BORROW ||
	    x->kind == CT_LIST || x->kind == CT_MAP ||
	    x->kind == CT_STREAM || x->kind == CT_FUTURE)
		x->plain = false;
	/* a stream in memory is a handle, whatever it carries */
	if (x->kind == CT_STREAM || x->kind == CT_FUTURE)
		x->pointers = false;
}

uint32_t ct_intern(struct ct_table *t, struct ct_type x)
{
	uint64_t h = hash_type(&x);
	uint32_t *slot = map_get(&t->by_hash, h);

	for (uint32_t k = slot ? *slot : 0; k; k = t->types.at[k].next)
		if (same_type(&t->types.at[k], &x))
			return k;
	facts(t, &x);
	if (x.depth > CT_MAX_DEPTH || t->types.n >= CT_MAX_TYPES ||
	    !ct_layout(t, &x))
		return CT_NO_TYPE;
	slot = map_put(&t->by_hash, h);
	x.next = *slot;
	*slot = t->types.n;
	vec_push(t->arena, &t->types, x);
	return t->types.n - 1;
}

static void inherit_externs(const struct ct_table *t, struct ct_type *x,
			    const struct ct_extern *e, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		if (e[k].sort < SORT_CORE_FUNC)
			inherit(t, x, e[k].type);
}

uint32_t ct_fresh(struct ct_table *t, struct ct_type x)
{
	x.resources = true;
	x.depth = 1;
	inherit_externs(t, &x, x.import, x.nimports);
	inherit_externs(t, &x, x.export, x.nexports);
	if (x.depth > CT_MAX_DEPTH || t->types.n >= CT_MAX_TYPES)
		return CT_NO_TYPE;
	vec_push(t->arena, &t->types, x);
	return t->types.n - 1;
}

/* --- core types ------------------------------------------------------------ */

uint32_t ct_core_func(struct ct_table *t, const struct wasm_functype *f)
{
	uint64_t h = mix(hash_bytes(f->param, f->nparams), f->nparams);
	h = mix(h, hash_bytes(f->result, f->nresults));
	uint32_t *slot = map_get(&t->core_by_hash, h);

	for (uint32_t k = slot ? *slot : 0; k; k = t->core.at[k - 1].next)
		if (wasm_same_type(&t->core.at[k - 1].func, f))
			return k - 1;
	struct ct_core x = { .kind = SORT_CORE_FUNC, .func = *f };
	slot = map_put(&t->core_by_hash, h);
	x.next = *slot;
	vec_push(t->arena, &t->core, x);
	*slot = t->core.n;
	return t->core.n - 1;
}

uint32_t ct_core_sig(struct ct_table *t, const char *sig)
{
	const char *colon = strchr(sig, ':');
	size_t n = (size_t)(colon - sig), m = strlen(colon + 1);
	struct wasm_functype f = {
		.param = arena_array(t->arena, uint8_t, n),
		.result = arena_array(t->arena, uint8_t, m),
		.nparams = (uint32_t)n, .nresults = (uint32_t)m,
	};

	for (size_t k = 0; k < n; k++)
		f.param[k] = (uint8_t)type_of_letter(sig[k]);
	for (size_t k = 0; k < m; k++)
		f.result[k] = (uint8_t)type_of_letter(colon[1 + k]);
	return ct_core_func(t, &f);
}

uint32_t ct_core_fresh(struct ct_table *t, struct ct_core x)
{
	vec_push(t->arena, &t->core, x);
	return t->core.n - 1;
}

/* --- printing --------------------------------------------------------------- */

static const char *const type_text[CT_KINDS] = {
#define P(id, code, text, size, align, flat) [CT_##id] = text,
#define C(id, code, text) [CT_##id] = text,
#include "component/type.def"
	[CT_RESOURCE] = "resource", [CT_FUNC] = "func",
	[CT_INSTANCE] = "instance", [CT_COMPONENT] = "component",
};

const char *ct_sort_text(enum ct_sort s)
{
	static const char *const text[SORT_COUNT] = {
		"func", "value", "type", "component", "instance",
		"core func", "core table", "core memory", "core global",
		"core type", "core module", "core instance",
	};
	return text[s];
}

static void print_items(const struct ct_table *t, const struct ct_type *x,
			struct buf *out)
{
	for (uint32_t k = 0; k < x->n; k++) {
		const struct ct_item *i = &x->item[k];
		buf_str(out, k ? ", " : "");
		buf_put(out, i->name.at, i->name.n);
		if (i->type == CT_NO_TYPE)
			continue;
		buf_str(out, i->name.n ? ": " : "");
		ct_print(t, i->type, out);
	}
}

static void print_elems(const struct ct_table *t, const struct ct_type *x,
			struct buf *out)
{
	buf_str(out, "<");
	if (x->kind == CT_OWN || x->kind == CT_BORROW)
		buf_printf(out, "%u", x->elem);
	else if (x->elem != CT_NO_TYPE)
		ct_print(t, x->elem, out);
	else if (x->elem2 != CT_NO_TYPE)
		buf_str(out, "_");
	if (x->elem2 != CT_NO_TYPE) {
		buf_str(out, ", ");
		ct_print(t, x->elem2, out);
	}
	if (x->kind == CT_FIXED_LIST)
		buf_printf(out, ", %u", x->n);
	buf_str(out, ">");
}

static void print_func(const struct ct_table *t, const struct ct_type *x,
		       struct buf *out)
{
	buf_str(out, x->async ? "async func(" : "func(");
	print_items(t, x, out);
	buf_str(out, ")");
	if (x->elem == CT_NO_TYPE)
		return;
	buf_str(out, " -> ");
	ct_print(t, x->elem, out);
}

/* Recursion is as deep as types are: CT_MAX_DEPTH. */
void ct_print(const struct ct_table *t, uint32_t type, struct buf *out)
{
	const struct ct_type *x = ct_get(t, type);

	if (x->kind == CT_FUNC) {
		print_func(t, x, out);
		return;
	}
	buf_str(out, x->kind == CT_FIXED_LIST ? "list" : type_text[x->kind]);
	if (x->kind == CT_RESOURCE) {
		buf_printf(out, " %u", type);
	} else if (x->item) {
		buf_str(out, x->kind == CT_TUPLE ? "<" : " { ");
		print_items(t, x, out);
		buf_str(out, x->kind == CT_TUPLE ? ">" : " }");
	} else if (x->kind >= CT_RECORD && x->kind < CT_RESOURCE &&
		   (x->elem != CT_NO_TYPE || x->elem2 != CT_NO_TYPE)) {
		print_elems(t, x, out);
	}
}
