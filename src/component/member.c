/* member.c - functions that are named as a resource's.
 *
 * Source: component-model 6d28164, Explainer.md "Import and Export Definitions":
 * [constructor]r returns own<r>, or a result of it; [method]r.f takes
 * self: borrow<r> first; [static]r.f only needs an r.
 */
#include "component/decode.h"

#include <string.h>

static bool starts(struct ct_name n, const char *with)
{
	const size_t k = strlen(with);

	return n.n >= k && !memcmp(n.at, with, k);
}

/* r of [method]r.f and [constructor]r. */
static struct ct_name resource_name(struct decoder *d, struct ct_name n)
{
	const char *from = (const char *)memchr(n.at, ']', n.n) + 1;
	const char *end = memchr(from, '.', n.n - (size_t)(from - n.at));
	const size_t len = (size_t)((end ? end : n.at + n.n) - from);

	return (struct ct_name){ arena_copy(d->arena, from, len),
				 (uint32_t)len };
}

/* Is it own<r> or borrow<r>? */
static bool handle_of(const struct decoder *d, uint32_t type, enum ct_kind kind,
		      uint32_t resource)
{
	const struct ct_type *t = type == CT_NO_TYPE ? NULL :
						       ct_get(d->types, type);

	return t && t->kind == kind && t->elem == resource;
}

static const char *wrong(const struct decoder *d, const struct ct_extern *x,
			 uint32_t resource)
{
	const struct ct_type *f = ct_get(d->types, x->type);

	if (starts(x->name, "[method]"))
		return f->n && ct_same_name(f->item[0].name,
					    (struct ct_name){ "self", 4 }) &&
		       handle_of(d, f->item[0].type, CT_BORROW, resource) ? NULL :
			"takes self: a borrow of its resource first";
	if (!starts(x->name, "[constructor]"))
		return NULL;
	const struct ct_type *r = f->elem == CT_NO_TYPE ? NULL :
						ct_get(d->types, f->elem);
	if (f->async)
		return "cannot be async";
	return handle_of(d, f->elem, CT_OWN, resource) ||
	       (r && r->kind == CT_RESULT &&
		handle_of(d, r->elem, CT_OWN, resource)) ? NULL :
		"returns its resource, or a result of it";
}

void comp_check_member(struct decoder *d, const struct ct_extern *known,
		       const struct name_set *names, struct ct_extern x,
		       uint64_t at)
{
	if (d->r.bad || !x.name.n || *x.name.at != '[')
		return;
	const struct ct_name r = resource_name(d, x.name);
	const uint32_t k = name_set_find(names, r);

	if (x.sort != SORT_FUNC) {
		comp_fail(d, DIAG_TYPE, at, "\"%s\" must be a function",
			  x.name.at);
		return;
	}
	if (k == UINT32_MAX || !ct_same_name(known[k].name, r) ||
	    known[k].sort != SORT_TYPE ||
	    ct_get(d->types, known[k].type)->kind != CT_RESOURCE) {
		comp_fail(d, DIAG_INDEX, at, "\"%s\": there is no resource "
			  "\"%s\" before it", x.name.at, r.at);
		return;
	}
	const char *why = wrong(d, &x, known[k].type);
	if (why)
		comp_fail(d, DIAG_TYPE, at, "\"%s\" %s", x.name.at, why);
}
