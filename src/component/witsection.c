/* witsection.c - worlds that component tools leave in a core module.
 *
 * Each section is a component; all become parts of one, so that one table holds
 * their types and types that are alike have one number.
 *
 * Source: component-model 6d28164, WIT.md "Union of Worlds with `include`".
 */
#include <string.h>

#include "component/decode.h"
#include "component/encode.h"
#include "component/witworld.h"

#define SECTION "component-type"
#define ENCODING "wit-component-encoding"

struct list {
	struct ct_extern *at;
	uint32_t n;
};

struct world {
	struct list import, export;
};

/* A section, and where it begins in the component of all. */
struct part {
	const struct wasm_custom *custom;
	size_t at;
};

struct sections {
	struct wit_world *w;
	const struct wasm_module *m;
	struct diag_sink *sink;
	VEC(struct part) part;
	const struct part *now;		/* the one that is joined */
	struct subst same;		/* its resources as earlier ones */
};

static bool fail(struct sections *s, const char *what)
{
	diag_report(s->sink, DIAG_SECTION, s->now->custom->begin,
		    "the section %s %s", s->now->custom->name, what);
	return false;
}

static bool other_type(struct sections *s, struct ct_name name)
{
	return fail(s, arena_printf(s->w->arena, "gives another type than one "
				    "before it to %.*s", (int)name.n, name.at));
}

/* --- resources -------------------------------------------------------------------
 *
 * A resource stands where it is defined and, behind that, where it is used: the
 * first place is its home.  Resources are one when their homes have one name; uses
 * are compared like all else.
 */

static const struct ct_extern *find_type(const struct ct_table *t,
					 struct list l, uint32_t type)
{
	for (uint32_t k = 0; k < l.n; k++) {
		const struct ct_extern *x = &l.at[k];
		if (x->sort == SORT_TYPE && x->type == type)
			return x;
		if (x->sort != SORT_INSTANCE)
			continue;
		const struct ct_type *i = ct_get(t, x->type);
		x = find_type(t, (struct list){ i->export, i->nexports }, type);
		if (x)
			return x;
	}
	return NULL;
}

static bool is_home(const struct ct_table *t, const struct world *w,
		    const struct ct_extern *x)
{
	const struct ct_extern *first;

	if (x->sort != SORT_TYPE || ct_get(t, x->type)->kind != CT_RESOURCE)
		return false;
	first = find_type(t, w->import, x->type);
	if (!first)
		first = find_type(t, w->export, x->type);
	return first == x;
}

/* What two lists, of the worlds `was` and `more`, both define. */
static void same_resources(struct sections *s, const struct world *was,
			   struct list old, const struct world *more,
			   struct list new)
{
	const struct ct_table *t = s->w->types;

	for (uint32_t k = 0; k < new.n; k++) {
		const struct ct_extern *x = &new.at[k];
		const struct ct_extern *o = ct_find(old.at, old.n, x->name);
		if (!o || o->sort != x->sort)
			continue;
		const struct ct_type *a = ct_get(t, o->type),
				     *b = ct_get(t, x->type);
		if (x->sort == SORT_INSTANCE)
			same_resources(s, was,
				       (struct list){ a->export, a->nexports },
				       more,
				       (struct list){ b->export, b->nexports });
		else if (is_home(t, was, o) && is_home(t, more, x))
			*map_put(&s->same.map, x->type) = o->type;
	}
}

/* --- one world joins what is there ------------------------------------------ */

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
		       other_type(s, x.name);
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

static bool join_world(struct sections *s, const struct world *more)
{
	struct wit_world *w = s->w;
	struct world was = { { w->import.at, w->import.n },
			     { w->export.at, w->export.n } };

	subst_init(&s->same, w->types, UINT32_MAX, 0);
	same_resources(s, &was, was.import, more, more->import);
	same_resources(s, &was, was.export, more, more->export);
	if (!join(s, &was.import, more->import) ||
	    !join(s, &was.export, more->export))
		return false;
	if (s->same.failed)
		return fail(s, "makes too many types");
	w->import.at = was.import.at;
	w->import.n = w->import.cap = was.import.n;
	w->export.at = was.export.at;
	w->export.n = w->export.cap = was.export.n;
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

static bool take(struct sections *s, uint32_t component_type)
{
	const struct wasm_custom *c = s->now->custom;
	const struct ct_type *t = ct_get(s->w->types, component_type);
	uint8_t enc = encoding(s->m->bytes + c->begin, c->n);

	for (int k = 0; k < 2 && t; k++)
		t = only_export(s->w, t);
	if (!t || t->kind != CT_COMPONENT)
		return fail(s, "does not hold one world");
	if (s->w->given && enc != s->w->encoding)
		return fail(s, "has another string encoding than one before it");
	s->w->given = true;
	s->w->encoding = enc;
	const struct world more = { { t->import, t->nimports },
				    { t->export, t->nexports } };
	return join_world(s, &more);
}

/* What is wrong with the component of all, as of the section it is in. */
static bool fail_decode(struct sections *s, const struct diag *d)
{
	uint32_t k = s->part.n - 1;

	while (k && d->at < s->part.at[k].at)
		k--;
	const struct wasm_custom *c = s->part.at[k].custom;
	diag_report(s->sink, d->code, c->begin + (d->at - s->part.at[k].at),
		    "%s (section %s)", d->detail, c->name);
	return false;
}

static bool decode(struct sections *s, const struct wasm_limits_opt *limits,
		   struct comp_file *f)
{
	struct arena *a = s->w->arena;
	struct diag_sink quiet;
	struct buf all;

	buf_init(&all, a);
	comp_enc_header(&all);
	for (uint32_t k = 0; k < s->part.n; k++) {
		struct part *p = &s->part.at[k];
		struct buf one;
		s->now = p;
		buf_init(&one, a);
		buf_put(&one, s->m->bytes + p->custom->begin, p->custom->n);
		if (!comp_is_component(one.at, one.n))
			return fail(s, "is no component");
		comp_enc_section(&all, COMP_SECTION_COMPONENT, &one);
		p->at = all.n - one.n;
	}
	diag_init(&quiet, a);
	return comp_decode(f, all.at, all.n, limits, a, &quiet) ||
	       fail_decode(s, &quiet.at[0]);
}

bool wit_world_load(struct wit_world *w, const struct wasm_module *m,
		const struct wasm_limits_opt *limits, struct diag_sink *sink)
{
	struct comp_file *f = arena_new(w->arena, struct comp_file);
	struct sections s = { .w = w, .m = m, .sink = sink };

	for (uint32_t k = 0; k < m->customs.n; k++)
		if (!strncmp(m->customs.at[k].name, SECTION, sizeof SECTION - 1))
			vec_push(w->arena, &s.part, (struct part){
				&m->customs.at[k], 0 });
	if (!s.part.n)
		return true;
	if (!decode(&s, limits, f))
		return false;
	w->types = &f->types;
	/* 0 is the one around them */
	for (uint32_t k = 0; k < s.part.n; k++) {
		s.now = &s.part.at[k];
		if (!take(&s, f->components.at[1 + k].type))
			return false;
	}
	add_funcs(w, false, w->import.at, w->import.n);
	add_funcs(w, true, w->export.at, w->export.n);
	return true;
}
