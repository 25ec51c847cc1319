/* witworld.c - the functions of a core module, from a section or a list. */
#include "component/witworld.h"

#include <string.h>

#define SECTION "component-type"
#define ENCODING "wit-component-encoding"

void wit_world_init(struct wit_world *w, struct arena *a)
{
	*w = (struct wit_world){ .arena = a };
	w->types = arena_new(a, struct ct_table);
	ct_init(w->types, a);
}

const struct wit_world_func *wit_world_find(const struct wit_world *w, bool exported,
				    struct ct_name interface,
				    struct ct_name name)
{
	for (uint32_t k = 0; k < w->func.n; k++) {
		const struct wit_world_func *f = &w->func.at[k];
		if ((f->exported == exported || !w->given) &&
		    ct_same_name(f->interface, interface) &&
		    ct_same_name(f->name, name))
			return f;
	}
	return NULL;
}

/* --- the section ------------------------------------------------------------ */

static void add_func(struct wit_world *w, bool exported, struct ct_name interface,
		     struct ct_extern x)
{
	vec_push(w->arena, &w->func, (struct wit_world_func){
		exported, interface, x.name, x.type, 0 });
}

static void add_externs(struct wit_world *w, const struct ct_extern *x,
			uint32_t n, bool exported)
{
	for (uint32_t k = 0; k < n; k++) {
		if (exported)
			vec_push(w->arena, &w->export, x[k]);
		else
			vec_push(w->arena, &w->import, x[k]);
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

static bool load(struct wit_world *w, const uint8_t *p, size_t n, uint32_t at,
		 const struct wasm_limits_opt *limits, struct diag_sink *s)
{
	struct comp_file *f = arena_new(w->arena, struct comp_file);

	if (!comp_is_component(p, n) ||
	    !comp_decode(f, p, n, limits, w->arena, s)) {
		diag_report(s, DIAG_SECTION, at, "the section " SECTION
			    " is no component");
		return false;
	}
	w->types = &f->types;
	const struct ct_type *t = ct_get(w->types, f->components.at[0].type);
	for (int k = 0; k < 2 && t; k++)
		t = only_export(w, t);
	if (!t || t->kind != CT_COMPONENT) {
		diag_report(s, DIAG_SECTION, at, "the section " SECTION
			    " does not hold one world");
		return false;
	}
	w->given = true;
	w->encoding = encoding(p, n);
	const struct ct_type world = *t;
	add_externs(w, world.import, world.nimports, false);
	add_externs(w, world.export, world.nexports, true);
	return true;
}

bool wit_world_load(struct wit_world *w, const struct wasm_module *m,
		const struct wasm_limits_opt *limits, struct diag_sink *s)
{
	const size_t len = sizeof SECTION - 1;

	for (uint32_t k = 0; k < m->customs.n; k++) {
		const struct wasm_custom *c = &m->customs.at[k];
		if (c->nname < len || memcmp(c->name, SECTION, len) != 0)
			continue;
		if (w->given) {
			diag_report(s, DIAG_UNSUPPORTED, c->begin, "more than "
				    "one section " SECTION);
			return false;
		}
		if (!load(w, m->bytes + c->begin, c->n, c->begin, limits, s))
			return false;
	}
	return true;
}

/* --- the list ------------------------------------------------------------------- */

/* "ns:pkg/iface@1.0.0#name": up to the colon that a space or the end of the
 * name follows. */
static bool read_line(struct wit_world *w, struct wit_reader *r)
{
	struct wit_world_func f = { .at = (uint32_t)(r->at - r->base) };
	const char *p = r->at, *hash = NULL;

	while (p < r->end && !strchr(" \t\r\n", *p)) {
		if (*p == '#')
			hash = p;
		p++;
	}
	if (p == r->at || p[-1] != ':') {
		wit_fail(r, "NAME: func(...)");
		return false;
	}
	f.name = (struct ct_name){ r->at, (uint32_t)(p - 1 - r->at) };
	f.interface = (struct ct_name){ "", 0 };
	if (hash) {
		f.interface = (struct ct_name){ r->at,
						(uint32_t)(hash - r->at) };
		f.name = (struct ct_name){ hash + 1,
					   (uint32_t)(p - hash - 2) };
	}
	r->at = p;
	f.type = wit_func(r);
	(void)wit_take(r, ";");
	vec_push(w->arena, &w->func, f);
	return !r->bad;
}

bool wit_world_read(struct wit_world *w, const char *text, size_t n,
		struct diag_sink *s)
{
	struct wit_reader r = { .base = text, .at = text, .end = text + n,
				.types = w->types, .sink = s };

	for (wit_skip(&r); r.at < r.end; wit_skip(&r))
		if (!read_line(w, &r))
			return false;
	return true;
}
