/* visible.c - types of imports and exports that those outside can name.
 *
 * Records, variants, enums, flags and resources in the type of an import must
 * have been imported under a name, in that of an export exported or imported;
 * tuples, options, lists and the like need none.  Inside an instance type
 * everything goes: what is imported or exported as an instance is looked at
 * then, its own named types counting.
 *
 * Source: component-model 6d28164, Explainer.md "Import and Export
 * Definitions".  Types are interned: once one is named, so is every equal one.
 */
#include "component/decode.h"

enum { IMPORTED = 1, EXPORTED = 2 };

static bool is_known(const struct decoder *d, uint32_t type, uint32_t as)
{
	const uint32_t *names = map_get(&vec_last(&d->scopes)->named, type);

	return names && (*names & as);
}

/* What is imported can be exported. */
static void know(struct decoder *d, uint32_t type, uint32_t as)
{
	*map_put(&top(d)->named, type) |= as == IMPORTED ?
						  IMPORTED | EXPORTED : as;
}

static uint32_t in_parts(struct decoder *d, uint32_t type, uint32_t as);

/* A type in this one that has no name, or CT_NO_TYPE. */
static uint32_t nameless(struct decoder *d, uint32_t type, uint32_t as)
{
	if (type == CT_NO_TYPE || type < CT_PRIMITIVES ||
	    is_known(d, type, as))
		return CT_NO_TYPE;
	switch (ct_get(d->types, type)->kind) {
	case CT_RECORD:
	case CT_VARIANT:
	case CT_ENUM:
	case CT_FLAGS:
	case CT_RESOURCE:
		return type;
	default:
		break;
	}
	const uint32_t bad = in_parts(d, type, as);
	if (bad == CT_NO_TYPE)
		know(d, type, as);
	return bad;
}

static uint32_t in_parts(struct decoder *d, uint32_t type, uint32_t as)
{
	const struct ct_type t = *ct_get(d->types, type);
	uint32_t bad = nameless(d, t.elem, as);

	if (bad == CT_NO_TYPE)
		bad = nameless(d, t.elem2, as);
	for (uint32_t k = 0; t.item && k < t.n && bad == CT_NO_TYPE; k++)
		bad = nameless(d, t.item[k].type, as);
	return bad;
}

static uint32_t in_extern(struct decoder *d, struct ct_extern x, uint32_t as)
{
	uint32_t bad = CT_NO_TYPE;

	if (x.sort != SORT_FUNC && x.sort != SORT_TYPE &&
	    x.sort != SORT_INSTANCE)
		return CT_NO_TYPE;
	const struct ct_type t = *ct_get(d->types, x.type);
	if (is_known(d, x.type, as) || t.kind == CT_COMPONENT ||
	    (x.sort == SORT_TYPE && t.kind == CT_INSTANCE))
		return CT_NO_TYPE;
	if (x.sort == SORT_INSTANCE)
		for (uint32_t k = 0; k < t.nexports && bad == CT_NO_TYPE; k++)
			bad = in_extern(d, t.export[k], as);
	else
		bad = in_parts(d, x.type, as);
	if (bad == CT_NO_TYPE)
		know(d, x.type, as);
	return bad;
}

void comp_check_visible(struct decoder *d, struct ct_extern x, bool import,
			uint64_t at)
{
	struct buf text;

	if (d->r.bad || top(d)->kind == SCOPE_INSTANCE_TYPE ||
	    top(d)->unnamed)
		return;
	const uint32_t bad = in_extern(d, x, import ? IMPORTED : EXPORTED);
	if (bad == CT_NO_TYPE)
		return;
	buf_init(&text, d->arena);
	ct_print(d->types, bad, &text);
	buf_u8(&text, 0);
	comp_fail(d, DIAG_TYPE, at, "\"%s\" is of a type with %s in it, which "
		  "must be %s under a name before", x.name.at, (char *)text.at,
		  import ? "imported" : "exported");
}
