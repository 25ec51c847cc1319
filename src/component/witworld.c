/* witworld.c - the functions of a core module; those of a list. */
#include "component/witworld.h"

#include <string.h>

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
