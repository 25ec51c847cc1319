/* subtype.c - replacing resource types, and what fits where.
 *
 * Source: component-model 6d28164, Explainer.md "Type Checking", Subtyping.md.
 * Recursion is as deep as types are: CT_MAX_DEPTH.
 */
#include "component/decode.h"

/* --- substitution ---------------------------------------------------------- */

void subst_init(struct subst *s, struct ct_table *t, uint32_t from, uint32_t to)
{
	*s = (struct subst){ .t = t, .from = from, .to = to };
	map_init(&s->map, t->arena);
}

struct ct_extern *subst_externs(struct subst *s, const struct ct_extern *x,
				uint32_t n)
{
	struct ct_extern *r = arena_array(s->t->arena, struct ct_extern, n);

	for (uint32_t k = 0; k < n; k++) {
		r[k] = x[k];
		if (x[k].sort < SORT_CORE_FUNC && !s->failed)
			r[k].type = subst_type(s, x[k].type);
	}
	return r;
}

static uint32_t take(struct subst *s, uint32_t type)
{
	if (type != CT_NO_TYPE)
		return type;
	s->failed = true;
	return 0;
}

static uint32_t subst_scope(struct subst *s, struct ct_type x)
{
	x.import = subst_externs(s, x.import, x.nimports);
	x.export = subst_externs(s, x.export, x.nexports);
	if (x.scope == s->from)
		x.scope = s->to;
	return s->failed ? 0 : take(s, ct_fresh(s->t, x));
}

static uint32_t subst_parts(struct subst *s, struct ct_type x)
{
	const struct ct_item *old = x.item;

	if (old)
		x.item = arena_array(s->t->arena, struct ct_item, x.n);
	for (uint32_t k = 0; old && k < x.n; k++)
		x.item[k] = (struct ct_item){
			old[k].name, subst_type(s, old[k].type),
		};
	x.elem = subst_type(s, x.elem);
	x.elem2 = subst_type(s, x.elem2);
	return s->failed ? 0 : take(s, ct_intern(s->t, x));
}

uint32_t subst_type(struct subst *s, uint32_t type)
{
	if (type == CT_NO_TYPE || !ct_get(s->t, type)->resources || s->failed)
		return type;
	const uint32_t *known = map_get(&s->map, type);
	if (known)
		return *known;

	struct ct_type x = *ct_get(s->t, type);
	uint32_t r = type;
	if (x.kind == CT_INSTANCE || x.kind == CT_COMPONENT) {
		r = subst_scope(s, x);
	} else if (x.kind != CT_RESOURCE) {
		r = subst_parts(s, x);
	} else if (x.scope == s->from) {
		x.scope = s->to;
		x.n = 0;	/* defined elsewhere */
		r = take(s, ct_fresh(s->t, x));
	}
	*map_put(&s->map, type) = r;
	return r;
}

/* --- core types -------------------------------------------------------------- */

static bool limits_fit(struct wasm_limits have, struct wasm_limits want)
{
	return have.min >= want.min &&
	       (!want.has_max || (have.has_max && have.max <= want.max));
}

const char *match_core(const struct ct_table *t, uint32_t have, uint32_t want)
{
	const struct ct_core *h = &t->core.at[have], *w = &t->core.at[want];

	if (h->kind != w->kind)
		return "is of another kind";
	switch (h->kind) {
	case SORT_CORE_FUNC:
		return have == want ? NULL : "has another function type";
	case SORT_CORE_TABLE:
		if (h->valtype != w->valtype)
			return "has another element type";
		return limits_fit(h->limits, w->limits) ? NULL :
							  "has other limits";
	case SORT_CORE_MEMORY:
		return limits_fit(h->limits, w->limits) ? NULL :
							  "has other limits";
	case SORT_CORE_MODULE:
		return match_core_module(t, have, want);
	default:
		return h->valtype == w->valtype && h->mut == w->mut ?
			       NULL : "has another type";
	}
}

static const struct ct_core_item *find_item(const struct ct_core_item *x,
					    uint32_t n,
					    const struct ct_core_item *like)
{
	for (uint32_t k = 0; k < n; k++)
		if (ct_same_name(x[k].name, like->name) &&
		    ct_same_name(x[k].module, like->module))
			return &x[k];
	return NULL;
}

const char *match_core_module(const struct ct_table *t, uint32_t have,
			      uint32_t want)
{
	const struct ct_core *h = &t->core.at[have], *w = &t->core.at[want];

	for (uint32_t k = 0; k < h->nimports; k++) {
		const struct ct_core_item *i =
			find_item(w->import, w->nimports, &h->import[k]);
		if (!i)
			return "asks for an import that is not given";
		if (match_core(t, i->type, h->import[k].type))
			return "asks for an import of another type";
	}
	for (uint32_t k = 0; k < w->nexports; k++) {
		const struct ct_core_item *e =
			find_item(h->export, h->nexports, &w->export[k]);
		if (!e)
			return "lacks an export";
		if (match_core(t, e->type, w->export[k].type))
			return "has an export of another type";
	}
	return NULL;
}

/* --- component types ------------------------------------------------------------ */

static const char *match_exports(struct subst *s, const struct ct_type *have,
				 const struct ct_type *want)
{
	/* types first: functions are told in terms of them */
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t k = 0; k < want->nexports; k++) {
			struct ct_extern w = want->export[k];
			if ((w.sort == SORT_TYPE) != (pass == 0))
				continue;
			const struct ct_extern *h = ct_find(
				have->export, have->nexports, w.name);
			if (!h)
				return arena_printf(s->t->arena,
						    "lacks export \"%s\"",
						    w.name.at);
			const char *why = match_extern(s, *h, w);
			if (why)
				return arena_printf(s->t->arena,
						    "export \"%s\" %s",
						    w.name.at, why);
		}
	}
	return NULL;
}

/* Imports the other way round, then exports. */
static const char *match_component(struct subst *s, uint32_t have,
				   uint32_t want)
{
	struct ct_type h = *ct_get(s->t, have);
	struct ct_type w = *ct_get(s->t, subst_type(s, want));
	struct subst in, out;

	subst_init(&in, s->t, h.scope, w.scope);
	for (uint32_t k = 0; k < h.nimports; k++) {
		const struct ct_extern *g =
			ct_find(w.import, w.nimports, h.import[k].name);
		if (!g || match_extern(&in, *g, h.import[k]))
			return "asks for an import that is not given";
	}
	h.export = subst_externs(&in, h.export, h.nexports);
	subst_init(&out, s->t, w.scope, w.scope);
	return match_exports(&out, &h, &w);
}

static const char *match_type(struct subst *s, uint32_t have, uint32_t want)
{
	struct ct_type h = *ct_get(s->t, have), w = *ct_get(s->t, want);

	if (w.kind == CT_RESOURCE && w.scope == s->from &&
	    !map_get(&s->map, want)) {
		if (h.kind != CT_RESOURCE)
			return "is no resource";
		*map_put(&s->map, want) = have;
		return NULL;
	}
	if (h.kind != w.kind)
		return "is another type";
	if (h.kind == CT_INSTANCE)
		return match_exports(s, &h, &w);
	if (h.kind == CT_COMPONENT)
		return match_component(s, have, want);
	return subst_type(s, want) == have ? NULL : "is another type";
}

const char *match_extern(struct subst *s, struct ct_extern have,
			 struct ct_extern want)
{
	if (have.sort != want.sort)
		return arena_printf(s->t->arena, "is a %s, not a %s",
				    ct_sort_text((enum ct_sort)have.sort),
				    ct_sort_text((enum ct_sort)want.sort));
	switch (want.sort) {
	case SORT_FUNC:
		return subst_type(s, want.type) == have.type ?
			       NULL : "has another function type";
	case SORT_CORE_MODULE:
		return match_core_module(s->t, have.type, want.type);
	default:
		return match_type(s, have.type, want.type);
	}
}
