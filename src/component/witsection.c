/* witsection.c - worlds that component tools leave in a core module.
 *
 * Each section is a component; all become parts of one, so that one table holds
 * their types and types that are alike have one number.  Worlds
 * join as WIT's `include` does.  Source: component-model WIT.md, "Union of worlds".
 */
#include <string.h>

#include "component/decode.h"
#include "component/encode.h"
#include "component/witworld.h"

#define SECTION "component-type"
#define ENCODING "wit-component-encoding"

enum { NESTED_COMPONENT = 4 };	/* section number, Binary.md */

struct sections {
	struct wit_world *w;
	struct diag_sink *sink;
	VEC(const struct wasm_custom *) at;
	const struct wasm_custom *now;	/* the one that is joined */
	struct subst same;		/* its resources as earlier ones */
};

static bool fail(struct sections *s, const char *what, struct ct_name name)
{
	diag_report(s->sink, DIAG_SECTION, s->now->begin, "the section %s %s "
		    "%.*s", s->now->name, what, (int)name.n, name.at);
	return false;
}

/* --- one world joins what is there ------------------------------------------ */

struct list {
	struct ct_extern *at;
	uint32_t n;
};

/* Resources of one name in one interface are one: the earlier. */
static void same_resources(struct sections *s, struct list old,
			   struct list more)
{
	const struct ct_table *t = s->w->types;

	for (uint32_t k = 0; k < more.n; k++) {
		const struct ct_extern *x = &more.at[k];
		const struct ct_extern *o = ct_find(old.at, old.n, x->name);
		if (!o || o->sort != x->sort)
			continue;
		const struct ct_type *a = ct_get(t, o->type),
				     *b = ct_get(t, x->type);
		if (x->sort == SORT_INSTANCE)
			same_resources(s, (struct list){ a->export, a->nexports },
				       (struct list){ b->export, b->nexports });
		else if (x->sort == SORT_TYPE && a->kind == CT_RESOURCE &&
			 b->kind == CT_RESOURCE)
			*map_put(&s->same.map, x->type) = o->type;
	}
}

static void insert(struct sections *s, struct list *l, uint32_t at,
		   struct ct_extern x)
{
	struct ct_extern *all = arena_array(s->w->arena, struct ct_extern,
					    l->n + 1);

	for (uint32_t k = 0; k < l->n; k++)
		all[k + (k >= at)] = l->at[k];
	all[at] = x;
	*l = (struct list){ all, l->n + 1 };
}

static bool join(struct sections *s, struct list *old, struct list more);

/* Both have the name: interfaces become one, all else must be the same. */
static bool join_one(struct sections *s, struct ct_extern *old,
		     struct ct_extern x)
{
	struct ct_table *t = s->w->types;

	if (old->sort != SORT_INSTANCE || x.sort != SORT_INSTANCE)
		return (old->sort == x.sort &&
			old->type == subst_type(&s->same, x.type)) ||
		       fail(s, "gives another type than one before it to",
			    x.name);
	struct ct_type both = *ct_get(t, old->type);
	const struct ct_type *other = ct_get(t, x.type);
	struct list l = { both.export, both.nexports };
	if (!join(s, &l, (struct list){ other->export, other->nexports }))
		return false;
	both.export = l.at;
	both.nexports = l.n;
	old->type = ct_fresh(t, both);
	s->same.failed |= old->type == CT_NO_TYPE;
	return true;
}

/* What only `more` has goes in front of what both have behind it there, which
 * may use it; so from the end. */
static bool join(struct sections *s, struct list *old, struct list more)
{
	uint32_t at = old->n;

	for (uint32_t k = more.n; k-- > 0;) {
		struct ct_extern x = more.at[k];
		const struct ct_extern *o = ct_find(old->at, old->n, x.name);
		if (o) {
			at = (uint32_t)(o - old->at);
			if (!join_one(s, &old->at[at], x))
				return false;
		} else {
			x.type = subst_type(&s->same, x.type);
			insert(s, old, at, x);
		}
	}
	return true;
}

static bool join_world(struct sections *s, const struct ct_type *world)
{
	struct wit_world *w = s->w;
	struct list import = { w->import.at, w->import.n },
		    export = { w->export.at, w->export.n },
		    imports = { world->import, world->nimports },
		    exports = { world->export, world->nexports };

	subst_init(&s->same, w->types, UINT32_MAX, 0);
	same_resources(s, import, imports);
	same_resources(s, export, exports);
	if (!join(s, &import, imports) || !join(s, &export, exports))
		return false;
	if (s->same.failed)
		return fail(s, "makes too many types", (struct ct_name){ "", 0 });
	w->import.at = import.at;
	w->import.n = w->import.cap = import.n;
	w->export.at = export.at;
	w->export.n = w->export.cap = export.n;
	return true;
}

/* --- functions ---------------------------------------------------------------- */

static void add_func(struct wit_world *w, bool exported,
		     struct ct_name interface, struct ct_extern x)
{
	vec_push(w->arena, &w->func, (struct wit_world_func){
		exported, interface, x.name, x.type, 0 });
}

static void add_funcs(struct wit_world *w, bool exported,
		      const struct ct_extern *x, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		if (x[k].sort == SORT_FUNC)
			add_func(w, exported, (struct ct_name){ "", 0 }, x[k]);
		if (x[k].sort != SORT_INSTANCE)
			continue;
		const struct ct_type *t = ct_get(w->types, x[k].type);
		for (uint32_t i = 0; i < t->nexports; i++)
			if (t->export[i].sort == SORT_FUNC)
				add_func(w, exported, x[k].name, t->export[i]);
	}
}

/* --- the sections -------------------------------------------------------------- */

/* The type a component type exports, when it exports one. */
static const struct ct_type *only_export(const struct wit_world *w,
					 const struct ct_type *t)
{
	if (t->kind != CT_COMPONENT || t->nexports != 1)
		return NULL;
	return ct_get(w->types, t->export[0].type);
}

/* The byte behind the version of the section of that name. */
static uint8_t encoding(const uint8_t *p, size_t n)
{
	const size_t len = sizeof ENCODING - 1;

	for (size_t k = 0; k + len + 2 <= n; k++)
		if (!memcmp(p + k, ENCODING, len))
			return p[k + len + 1] < 3 ? p[k + len + 1] : 0;
	return ENC_UTF8;
}

static bool take(struct sections *s, const struct wasm_module *m,
		 uint32_t component_type)
{
	const struct ct_type *t = ct_get(s->w->types, component_type);
	uint8_t enc = encoding(m->bytes + s->now->begin, s->now->n);
	const struct ct_name none = { "", 0 };

	for (int k = 0; k < 2 && t; k++)
		t = only_export(s->w, t);
	if (!t || t->kind != CT_COMPONENT)
		return fail(s, "does not hold one world", none);
	if (s->w->given && enc != s->w->encoding)
		return fail(s, "has another string encoding than one before it",
			    none);
	s->w->given = true;
	s->w->encoding = enc;
	const struct ct_type world = *t;
	return join_world(s, &world);
}

/* One component of all sections, each checked alone first, so that a report
 * names it. */
static bool decode(struct sections *s, const struct wasm_module *m,
		   const struct wasm_limits_opt *limits, struct comp_file *f)
{
	struct arena *a = s->w->arena;
	struct buf all;

	buf_init(&all, a);
	comp_enc_header(&all);
	for (uint32_t k = 0; k < s->at.n; k++) {
		struct buf one;
		s->now = s->at.at[k];
		buf_init(&one, a);
		buf_put(&one, m->bytes + s->now->begin, s->now->n);
		if (!comp_is_component(one.at, one.n) ||
		    !comp_decode(f, one.at, one.n, limits, a, s->sink))
			return fail(s, "is no component",
				    (struct ct_name){ "", 0 });
		comp_enc_section(&all, NESTED_COMPONENT, &one);
	}
	return comp_decode(f, all.at, all.n, limits, a, s->sink);
}

bool wit_world_load(struct wit_world *w, const struct wasm_module *m,
		const struct wasm_limits_opt *limits, struct diag_sink *sink)
{
	struct comp_file *f = arena_new(w->arena, struct comp_file);
	struct sections s = { .w = w, .sink = sink };

	for (uint32_t k = 0; k < m->customs.n; k++)
		if (!strncmp(m->customs.at[k].name, SECTION, sizeof SECTION - 1))
			vec_push(w->arena, &s.at, &m->customs.at[k]);
	if (!s.at.n)
		return true;
	if (!decode(&s, m, limits, f))
		return false;
	w->types = &f->types;
	/* 0 is the one around them */
	for (uint32_t k = 0; k < s.at.n; k++) {
		s.now = s.at.at[k];
		if (!take(&s, m, f->components.at[1 + k].type))
			return false;
	}
	add_funcs(w, false, w->import.at, w->import.n);
	add_funcs(w, true, w->export.at, w->export.n);
	return true;
}
