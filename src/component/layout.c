/* layout.c - how values lie in memory and are passed as core values.
 *
 * Source: component-model 6d28164, CanonicalABI.md "Alignment", "Element
 * Size", "Flattening".
 */
#include "component/type.h"

#include <string.h>

/* Sizes are kept below 2^30: arithmetic on them does not wrap. */
#define SIZE_LIMIT ((uint64_t)1 << 30)

uint32_t ct_discriminant(uint32_t n)
{
	return n <= 256 ? 1 : n <= 65536 ? 2 : 4;
}

uint32_t ct_flags_size(uint32_t n)
{
	return n <= 8 ? 1 : n <= 16 ? 2 : 4;
}

uint32_t ct_cases(const struct ct_type *x)
{
	return x->kind == CT_OPTION || x->kind == CT_RESULT ? 2 : x->n;
}

uint32_t ct_case(const struct ct_type *x, uint32_t k)
{
	switch (x->kind) {
	case CT_OPTION:
		return k ? x->elem : CT_NO_TYPE;
	case CT_RESULT:
		return k ? x->elem2 : x->elem;
	default:
		return x->item[k].type;
	}
}

static uint64_t align_up(uint64_t n, uint32_t align)
{
	return (n + align - 1) & ~((uint64_t)align - 1);
}

static void add_flat(struct ct_type *x, const struct ct_type *part)
{
	for (uint8_t k = 0; k < part->nflat && x->nflat < CT_FLAT_KEPT; k++)
		x->flat[x->nflat++] = part->flat[k];
}

static void one(struct ct_type *x, uint32_t size, uint8_t n)
{
	x->size = size;
	x->align = (uint8_t)size;
	for (x->nflat = 0; x->nflat < n; x->nflat++)
		x->flat[x->nflat] = T_I32;
}

/* Records, tuples: fields in order, each at its alignment. */
static uint64_t lay_fields(const struct ct_table *t, struct ct_type *x)
{
	uint64_t size = 0;

	x->align = 1;
	for (uint32_t k = 0; k < x->n; k++) {
		const struct ct_type *f = ct_get(t, x->item[k].type);
		if (f->align > x->align)
			x->align = f->align;
		size = align_up(size, f->align) + f->size;
		add_flat(x, f);
		if (size > SIZE_LIMIT)
			break;
	}
	return align_up(size, x->align);
}

/* The type that holds either of two flat values. */
static uint8_t join(uint8_t a, uint8_t b)
{
	if (a == b)
		return a;
	if ((a == T_I32 && b == T_F32) || (a == T_F32 && b == T_I32))
		return T_I32;
	return T_I64;
}

/* Joins the flat values of a case with what stands behind the discriminant. */
static void join_flat(struct ct_type *x, const struct ct_type *part)
{
	for (uint8_t k = 0; k < part->nflat; k++) {
		uint8_t at = (uint8_t)(k + 1);
		if (at >= CT_FLAT_KEPT)
			break;
		if (at < x->nflat) {
			x->flat[at] = join(x->flat[at], part->flat[k]);
			continue;
		}
		x->flat[at] = part->flat[k];
		x->nflat = (uint8_t)(at + 1);
	}
}

static uint64_t lay_cases(const struct ct_table *t, struct ct_type *x)
{
	uint32_t disc = ct_discriminant(ct_cases(x));
	uint64_t size = 0;
	uint8_t align = 1;

	x->flat[0] = T_I32;
	x->nflat = 1;
	for (uint32_t k = 0; k < ct_cases(x); k++) {
		if (ct_case(x, k) == CT_NO_TYPE)
			continue;
		const struct ct_type *p = ct_get(t, ct_case(x, k));
		if (p->size > size)
			size = p->size;
		if (p->align > align)
			align = p->align;
		join_flat(x, p);
	}
	x->align = disc > align ? (uint8_t)disc : align;
	return align_up(align_up(disc, align) + size, x->align);
}

uint32_t ct_payload_offset(const struct ct_table *t, const struct ct_type *x)
{
	uint32_t disc = ct_discriminant(ct_cases(x)), align = 1;

	for (uint32_t k = 0; k < ct_cases(x); k++)
		if (ct_case(x, k) != CT_NO_TYPE &&
		    ct_get(t, ct_case(x, k))->align > align)
			align = ct_get(t, ct_case(x, k))->align;
	return (uint32_t)align_up(disc, align);
}

static uint64_t lay_fixed(const struct ct_table *t, struct ct_type *x)
{
	const struct ct_type *e = ct_get(t, x->elem);

	x->align = e->align;
	for (uint32_t k = 0; k < x->n && x->nflat < CT_FLAT_KEPT; k++) {
		if (!e->nflat)
			break;
		add_flat(x, e);
	}
	return (uint64_t)e->size * x->n;
}

/* Fills size, align and flat.  False when too large. */
bool ct_layout(const struct ct_table *t, struct ct_type *x);
bool ct_layout(const struct ct_table *t, struct ct_type *x)
{
	uint64_t size = 0;

	x->nflat = 0;
	switch (x->kind) {
	case CT_RECORD:
	case CT_TUPLE:
		size = lay_fields(t, x);
		break;
	case CT_VARIANT:
	case CT_ENUM:
	case CT_OPTION:
	case CT_RESULT:
		size = lay_cases(t, x);
		break;
	case CT_FLAGS:
		one(x, ct_flags_size(x->n), 1);
		return true;
	case CT_LIST:
	case CT_MAP:
		one(x, 4, 2);
		x->size = 8;
		return true;
	case CT_FIXED_LIST:
		size = lay_fixed(t, x);
		break;
	case CT_FUNC:
		return true;
	default:
		one(x, 4, 1);
		return true;
	}
	if (size > SIZE_LIMIT)
		return false;
	x->size = (uint32_t)size;
	return true;
}

bool ct_any_bytes(const struct ct_table *t, uint32_t type)
{
	const struct ct_type *x = ct_get(t, type);

	if (x->kind < CT_PRIMITIVES)
		return x->kind != CT_BOOL && x->kind != CT_CHAR && x->plain;
	if (x->kind == CT_FIXED_LIST)
		return ct_any_bytes(t, x->elem);
	if (x->kind != CT_RECORD && x->kind != CT_TUPLE)
		return false;
	uint32_t filled = 0;
	for (uint32_t k = 0; k < x->n; k++) {
		if (!ct_any_bytes(t, x->item[k].type))
			return false;
		filled += ct_get(t, x->item[k].type)->size;
	}
	return filled == x->size;
}

/* --- functions ----------------------------------------------------------------- */

struct ct_flat ct_flat_params(const struct ct_table *t, uint32_t func)
{
	const struct ct_type *f = ct_get(t, func);
	struct ct_type all = { 0 };
	struct ct_flat r;

	for (uint32_t k = 0; k < f->n && all.nflat < CT_FLAT_KEPT; k++)
		add_flat(&all, ct_get(t, f->item[k].type));
	memcpy(r.type, all.flat, sizeof r.type);
	r.n = all.nflat;
	return r;
}

static void push(uint8_t *list, uint32_t *n, uint8_t type)
{
	list[(*n)++] = type;
}

static struct wasm_functype empty(struct arena *a)
{
	return (struct wasm_functype){
		.param = arena_array(a, uint8_t, CT_FLAT_KEPT + 1),
		.result = arena_array(a, uint8_t, CT_FLAT_KEPT + 1),
	};
}

static void put_params(const struct ct_table *t, uint32_t func, uint32_t max,
		       struct wasm_functype *r)
{
	struct ct_flat p = ct_flat_params(t, func);

	if (p.n > max) {
		push(r->param, &r->nparams, T_I32);
		return;
	}
	memcpy(r->param, p.type, p.n);
	r->nparams = p.n;
}

static void flatten_async(const struct ct_table *t, const struct ct_type *f,
			  enum ct_context context, bool callback,
			  struct wasm_functype *r)
{
	if (context == CT_LIFT) {
		if (callback)
			push(r->result, &r->nresults, T_I32);
		return;
	}
	if (f->elem != CT_NO_TYPE && ct_get(t, f->elem)->nflat > 0)
		push(r->param, &r->nparams, T_I32);
	push(r->result, &r->nresults, T_I32);
}

struct wasm_functype ct_flatten(const struct ct_table *t, uint32_t func,
				enum ct_context context, bool async,
				bool callback, struct arena *a)
{
	const struct ct_type *f = ct_get(t, func);
	const struct ct_type *e = f->elem == CT_NO_TYPE ? NULL :
							  ct_get(t, f->elem);
	struct wasm_functype r = empty(a);

	put_params(t, func, async && context == CT_LOWER ?
		   CT_MAX_ASYNC_PARAMS : CT_MAX_PARAMS, &r);
	if (async) {
		flatten_async(t, f, context, callback, &r);
	} else if (e && e->nflat > CT_MAX_RESULTS) {
		if (context == CT_LIFT)
			push(r.result, &r.nresults, T_I32);
		else
			push(r.param, &r.nparams, T_I32);
	} else if (e && e->nflat) {
		push(r.result, &r.nresults, e->flat[0]);
	}
	return r;
}

struct wasm_functype ct_flatten_return(const struct ct_table *t,
				       uint32_t result, struct arena *a)
{
	struct wasm_functype r = empty(a);

	if (result == CT_NO_TYPE)
		return r;
	const struct ct_type *e = ct_get(t, result);
	if (e->nflat > CT_MAX_PARAMS) {
		push(r.param, &r.nparams, T_I32);
		return r;
	}
	memcpy(r.param, e->flat, e->nflat);
	r.nparams = e->nflat;
	return r;
}
