/* hdtype.c - value types as struct hd_type. */
#include "component/hdtype.h"

/* The two enumerations are expansions of one order. */
_Static_assert((int)HD_TYPE_MAP == (int)CT_MAP &&
	       (int)HD_TYPE_RECORD == (int)CT_RECORD &&
	       (int)HD_TYPE_ERROR_CONTEXT == (int)CT_ERROR_CONTEXT,
	       "kinds of types are numbered alike");

void hd_types_init(struct hd_types *h, const struct ct_table *t,
		   struct arena *a)
{
	*h = (struct hd_types){ .table = t, .arena = a };
	map_init(&h->known, a);
}

static const char *text(struct hd_types *h, struct ct_name n)
{
	return n.at ? arena_copy(h->arena, n.at, n.n) : "";
}

static const char *flat(struct hd_types *h, const uint8_t *type, uint32_t n)
{
	char s[CT_FLAT_KEPT + 1];

	if (n >= CT_FLAT_KEPT)
		return NULL;
	for (uint32_t k = 0; k < n; k++)
		s[k] = type_letter((enum type)type[k]);
	return arena_copy(h->arena, s, n);
}

static const struct hd_type *maybe(struct hd_types *h, uint32_t type)
{
	return type == CT_NO_TYPE ? NULL : hd_type_get(h, type);
}

static uint32_t align_up(uint32_t n, uint32_t align)
{
	return (n + align - 1) & ~(align - 1);
}

/* Fields one behind the other; the size of all, unaligned. */
static uint32_t fields(struct hd_types *h, const struct ct_item *x, uint32_t n,
		       struct hd_type_item *to)
{
	uint32_t at = 0;

	for (uint32_t k = 0; k < n; k++) {
		to[k] = (struct hd_type_item){ text(h, x[k].name),
					       maybe(h, x[k].type), 0 };
		if (!to[k].type)
			continue;
		at = align_up(at, to[k].type->align);
		to[k].offset = at;
		at += to[k].type->size;
	}
	return at;
}

static void cases(struct hd_types *h, const struct ct_type *x,
		  struct hd_type_item *to)
{
	static const char *const names[2][2] = { { "none", "some" },
						 { "ok", "error" } };

	for (uint32_t k = 0; k < ct_cases(x); k++)
		to[k] = (struct hd_type_item){
			x->kind == CT_OPTION || x->kind == CT_RESULT ?
				names[x->kind == CT_RESULT][k] :
				text(h, x->item[k].name),
			maybe(h, ct_case(x, k)),
			ct_payload_offset(h->table, x) };
}

static struct hd_type_item *items(struct hd_types *h, const struct ct_type *x,
				  uint32_t *n)
{
	struct hd_type_item *to;

	switch (x->kind) {
	case CT_RECORD:
	case CT_TUPLE:
	case CT_FLAGS:
		*n = x->n;
		to = arena_array(h->arena, struct hd_type_item, *n);
		fields(h, x->item, x->n, to);
		return to;
	case CT_VARIANT:
	case CT_ENUM:
	case CT_OPTION:
	case CT_RESULT:
		*n = ct_cases(x);
		to = arena_array(h->arena, struct hd_type_item, *n);
		cases(h, x, to);
		return to;
	default:
		*n = x->kind == CT_FIXED_LIST ? x->n : 0;
		return NULL;
	}
}

/* Recursion is as deep as types are: CT_MAX_DEPTH. */
const struct hd_type *hd_type_get(struct hd_types *h, uint32_t type)
{
	const uint32_t *known = map_get(&h->known, type);
	const struct ct_type x = *ct_get(h->table, type);
	struct hd_type *t;
	uint32_t n = 0;

	if (known)
		return h->made.at[*known - 1];
	t = arena_new(h->arena, struct hd_type);
	*t = (struct hd_type){ .kind = x.kind, .align = x.align,
			       .size = x.size,
			       .flat = flat(h, x.flat, x.nflat) };
	t->item = items(h, &x, &n);
	t->n = (uint16_t)n;
	if (x.kind == CT_LIST || x.kind == CT_FIXED_LIST ||
	    x.kind == CT_STREAM || x.kind == CT_FUTURE || x.kind == CT_MAP)
		t->elem = maybe(h, x.elem);
	if (x.kind == CT_MAP)
		t->elem2 = maybe(h, x.elem2);
	vec_push(h->arena, &h->made, t);
	*map_put(&h->known, type) = h->made.n;
	return t;
}

const struct hd_type *hd_type_params(struct hd_types *h, uint32_t func)
{
	const struct ct_type f = *ct_get(h->table, func);
	const struct ct_flat p = ct_flat_params(h->table, func);
	struct hd_type_item *i = arena_array(h->arena, struct hd_type_item,
					     f.n);
	struct hd_type *t = arena_new(h->arena, struct hd_type);

	*t = (struct hd_type){ .kind = HD_TYPE_TUPLE, .align = 1,
			       .n = (uint16_t)f.n, .item = i,
			       .flat = flat(h, p.type, p.n) };
	t->size = fields(h, f.item, f.n, i);
	for (uint32_t k = 0; k < f.n; k++)
		if (i[k].type->align > t->align)
			t->align = i[k].type->align;
	t->size = align_up(t->size, t->align);
	return t;
}
