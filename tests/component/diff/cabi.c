/* cabi.c - loading, storing, flat lifting, flat lowering. */
#include "cabi.h"

#include <string.h>

#include "make.h"

void cabi_trap(struct cabi *c)
{
	longjmp(*c->trap, 1);
}

static void trap_if(struct cabi *c, bool x)
{
	if (x)
		cabi_trap(c);
}

void cabi_in_bounds(struct cabi *c, const struct guest *g, uint32_t p,
		    uint64_t n)
{
	trap_if(c, p + n > g->size);
}

uint32_t cabi_grow(struct cabi *c, struct guest *g, const uint32_t a[4],
		   uint32_t checked_align)
{
	uint32_t p = cabi_realloc(c, g, a[0], a[1], a[2], a[3]);

	trap_if(c, p % checked_align);
	cabi_in_bounds(c, g, p, a[3]);
	return p;
}

uint64_t cabi_get(const struct guest *g, uint32_t p, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | g->mem[p + n];
	return v;
}

void cabi_put(struct guest *g, uint32_t p, uint64_t v, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		g->mem[p + k] = (uint8_t)(v >> 8 * k);
}

static uint32_t align_up(uint32_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

uint32_t cabi_realloc(struct cabi *c, struct guest *g, uint32_t old,
		      uint32_t old_size, uint32_t align, uint32_t size)
{
	uint32_t log = (uint32_t)cabi_get(g, CELL_LOG, 4), n;
	uint32_t args[] = { old, old_size, align, size };

	cabi_in_bounds(c, g, log, 16);
	for (uint32_t k = 0; k < 4; k++)
		cabi_put(g, log + 4 * k, args[k], 4);
	cabi_put(g, CELL_LOG, log + 16, 4);
	n = (uint32_t)cabi_get(g, CELL_COUNT, 4) + 1;
	cabi_put(g, CELL_COUNT, n, 4);
	if (n == cabi_get(g, CELL_ODD, 4))
		return (uint32_t)cabi_get(g, CELL_ODD_RESULT, 4);
	uint32_t r = align_up((uint32_t)cabi_get(g, CELL_HEAP, 4), align);
	cabi_put(g, CELL_HEAP, r + size, 4);
	if (old) {
		uint32_t keep = old_size < size ? old_size : size;
		cabi_in_bounds(c, g, r, keep);
		cabi_in_bounds(c, g, old, keep);
		memmove(g->mem + r, g->mem + old, keep);
	}
	return r;
}

static bool is_handle(enum kind k, enum move_kind *m)
{
	switch (k) {
	case OWN:           *m = MOVE_OWN; return true;
	case BORROW:        *m = MOVE_BORROW; return true;
	case STREAM:        *m = MOVE_STREAM; return true;
	case FUTURE:        *m = MOVE_FUTURE; return true;
	case ERROR_CONTEXT: *m = MOVE_ERROR_CONTEXT; return true;
	default:            return false;
	}
}

/* --- lists ---------------------------------------------------------------------------- */

/* A map is a list of pairs. */
static const struct ty *element(struct cabi *c, const struct ty *t)
{
	struct ty *pair;

	if (t->k != MAP)
		return t->sub[0];
	pair = arena_new(c->arena, struct ty);
	*pair = (struct ty){ TUPLE, 2, t->sub };
	return pair;
}

static struct val load_elements(struct cabi *c, const struct guest *g,
				uint32_t p, uint32_t n, const struct ty *t)
{
	struct val v = { .n = n };

	v.sub = arena_array(c->arena, struct val, n);
	for (uint32_t k = 0; k < n; k++)
		v.sub[k] = cabi_load(c, g, p + k * cabi_size(t), t);
	return v;
}

static struct val load_list(struct cabi *c, const struct guest *g, uint32_t p,
			    uint32_t n, const struct ty *t)
{
	uint64_t bytes = (uint64_t)n * cabi_size(t);

	trap_if(c, bytes > CABI_LIMIT);
	trap_if(c, p % cabi_align(t));
	cabi_in_bounds(c, g, p, bytes);
	return load_elements(c, g, p, n, t);
}

static struct cabi_range store_list(struct cabi *c, struct guest *g,
			       const struct val *v, const struct ty *t)
{
	uint32_t size = cabi_size(t), align = cabi_align(t);
	uint32_t p = GROW(0, 0, align, v->n * size, align);

	for (uint32_t k = 0; k < v->n; k++)
		cabi_store(c, g, &v->sub[k], t, p + k * size);
	return (struct cabi_range){ p, v->n };
}

/* --- memory ------------------------------------------------------------------------- */

/* The core bits of a scalar as a value of its type. */
static uint64_t scalar(struct cabi *c, const struct ty *t, uint64_t x)
{
	enum move_kind m;

	switch (t->k) {
	case BOOL:
		return x != 0;
	case U8:
		return x & 0xff;
	case U16:
		return x & 0xffff;
	case S8:
		return (((x & 0xff) ^ 0x80u) - 0x80u) & UINT32_MAX;
	case S16:
		return (((x & 0xffff) ^ 0x8000u) - 0x8000u) & UINT32_MAX;
	case FLAGS:
		return x & ((UINT64_C(1) << t->n) - 1);
	case CHAR:
		trap_if(c, x >= 0x110000 || (x >= 0xd800 && x <= 0xdfff));
		return x;
	default:
		(void)is_handle(t->k, &m);
		return x;
	}
}

struct val cabi_load(struct cabi *c, const struct guest *g, uint32_t p,
		     const struct ty *t)
{
	struct val v = { 0 };
	uint32_t at = 0, k;

	switch (t->k) {
	case STRING:
		return cabi_load_text(c, g, (uint32_t)cabi_get(g, p, 4),
				 (uint32_t)cabi_get(g, p + 4, 4));
	case LIST:
	case MAP:
		return load_list(c, g, (uint32_t)cabi_get(g, p, 4),
				 (uint32_t)cabi_get(g, p + 4, 4),
				 element(c, t));
	case FIXED:
		return load_elements(c, g, p, t->n, t->sub[0]);
	case RECORD:
	case TUPLE:
		v.sub = arena_array(c->arena, struct val, t->n);
		for (k = 0; k < t->n; k++) {
			at = align_up(at, cabi_align(t->sub[k]));
			v.sub[k] = cabi_load(c, g, p + at, t->sub[k]);
			at += cabi_size(t->sub[k]);
		}
		return v;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		k = (uint32_t)cabi_get(g, p, cabi_discriminant(cabi_cases(t)));
		trap_if(c, k >= cabi_cases(t));
		v.bits = k;
		v.sub = arena_new(c->arena, struct val);
		if (cabi_case(t, k))
			*v.sub = cabi_load(c, g, p + cabi_payload(t),
					   cabi_case(t, k));
		return v;
	default:
		v.bits = scalar(c, t, cabi_get(g, p, cabi_size(t)));
		return v;
	}
}

void cabi_store(struct cabi *c, struct guest *g, const struct val *v,
		const struct ty *t, uint32_t p)
{
	struct cabi_range r;
	enum move_kind m;
	uint32_t at = 0;

	switch (t->k) {
	case STRING:
	case LIST:
	case MAP:
		r = t->k == STRING ? cabi_store_text(c, g, v) :
				     store_list(c, g, v, element(c, t));
		cabi_put(g, p, r.p, 4);
		cabi_put(g, p + 4, r.n, 4);
		break;
	case FIXED:
		for (uint32_t k = 0; k < t->n; k++)
			cabi_store(c, g, &v->sub[k], t->sub[0],
				   p + k * cabi_size(t->sub[0]));
		break;
	case RECORD:
	case TUPLE:
		for (uint32_t k = 0; k < t->n; k++) {
			at = align_up(at, cabi_align(t->sub[k]));
			cabi_store(c, g, &v->sub[k], t->sub[k], p + at);
			at += cabi_size(t->sub[k]);
		}
		break;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		cabi_put(g, p, v->bits, cabi_discriminant(cabi_cases(t)));
		if (cabi_case(t, (uint32_t)v->bits))
			cabi_store(c, g, v->sub,
				   cabi_case(t, (uint32_t)v->bits),
				   p + cabi_payload(t));
		break;
	default:
		cabi_put(g, p, is_handle(t->k, &m) ?
			 cabi_move(c->moves, m, (uint32_t)v->bits) : v->bits,
			 cabi_size(t));
	}
}

/* --- flat -------------------------------------------------------------------------------- */

/* Lifts a case out of the joined slots: a copy of them with its own types. */
static struct val lift_case(struct cabi *c, const struct guest *g,
			    const struct flat **in, const struct ty *t)
{
	uint8_t whole[FLAT_MAX], own[FLAT_MAX];
	uint32_t all = cabi_flatten(t, whole) - 1, n;
	struct val v = { .bits = (*in)++->v & UINT32_MAX };

	trap_if(c, v.bits >= cabi_cases(t));
	v.sub = arena_new(c->arena, struct val);
	const struct ty *p = cabi_case(t, (uint32_t)v.bits);
	if (p) {
		struct flat *slot = arena_array(c->arena, struct flat, all);
		const struct flat *at = slot;
		n = cabi_flatten(p, own);
		for (uint32_t k = 0; k < n; k++) {
			bool narrow = own[k] == 'i' || own[k] == 'f';
			slot[k].type = own[k];
			slot[k].v = narrow ? (*in)[k].v & UINT32_MAX :
					     (*in)[k].v;
		}
		*v.sub = cabi_lift(c, g, &at, p);
	}
	*in += all;
	return v;
}

struct val cabi_lift(struct cabi *c, const struct guest *g,
		     const struct flat **in, const struct ty *t)
{
	struct val v = { 0 };
	const struct flat *f = *in;

	switch (t->k) {
	case STRING:
		*in += 2;
		return cabi_load_text(c, g, (uint32_t)f[0].v, (uint32_t)f[1].v);
	case LIST:
	case MAP:
		*in += 2;
		return load_list(c, g, (uint32_t)f[0].v, (uint32_t)f[1].v,
				 element(c, t));
	case FIXED:
	case RECORD:
	case TUPLE:
		v.n = t->n;
		v.sub = arena_array(c->arena, struct val, t->n);
		for (uint32_t k = 0; k < t->n; k++)
			v.sub[k] = cabi_lift(c, g, in,
					     t->sub[t->k == FIXED ? 0 : k]);
		return v;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		return lift_case(c, g, in, t);
	default:
		++*in;
		v.bits = scalar(c, t, f->type == 'i' || f->type == 'f' ?
				f->v & UINT32_MAX : f->v);
		return v;
	}
}

static void lower_case(struct cabi *c, struct guest *g, const struct val *v,
		       const struct ty *t, struct flat **out)
{
	uint8_t whole[FLAT_MAX];
	uint32_t n = cabi_flatten(t, whole);
	struct flat *first = *out, *end = first + 1;
	const struct ty *p = cabi_case(t, (uint32_t)v->bits);

	first[0] = (struct flat){ 'i', v->bits };
	if (p)
		cabi_lower(c, g, v->sub, p, &end);
	for (uint32_t k = 1; k < n; k++) {
		if (first + k >= end)
			first[k].v = 0;
		first[k].type = whole[k];
	}
	*out = first + n;
}

void cabi_lower(struct cabi *c, struct guest *g, const struct val *v,
		const struct ty *t, struct flat **out)
{
	struct cabi_range r;
	enum move_kind m;
	uint8_t type[2];

	switch (t->k) {
	case STRING:
	case LIST:
	case MAP:
		r = t->k == STRING ? cabi_store_text(c, g, v) :
				     store_list(c, g, v, element(c, t));
		*(*out)++ = (struct flat){ 'i', r.p };
		*(*out)++ = (struct flat){ 'i', r.n };
		break;
	case FIXED:
	case RECORD:
	case TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			cabi_lower(c, g, &v->sub[k],
				   t->sub[t->k == FIXED ? 0 : k], out);
		break;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		lower_case(c, g, v, t, out);
		break;
	default:
		cabi_flatten(t, type);
		*(*out)++ = (struct flat){ type[0], is_handle(t->k, &m) ?
			cabi_move(c->moves, m, (uint32_t)v->bits) : v->bits };
	}
}

struct val cabi_lift_all(struct cabi *c, const struct guest *g, uint32_t max,
			 const struct flat *in, const struct ty *tuple)
{
	uint8_t types[FLAT_MAX];
	uint32_t p = (uint32_t)in->v;

	if (cabi_flatten(tuple, types) <= max)
		return cabi_lift(c, g, &in, tuple);
	trap_if(c, p % cabi_align(tuple));
	cabi_in_bounds(c, g, p, cabi_size(tuple));
	return cabi_load(c, g, p, tuple);
}

uint32_t cabi_lower_all(struct cabi *c, struct guest *g, uint32_t max,
			const struct val *v, const struct ty *tuple,
			const uint32_t *at, struct flat *out)
{
	uint8_t types[FLAT_MAX];
	uint32_t n = cabi_flatten(tuple, types), p;

	if (n <= max) {
		cabi_lower(c, g, v, tuple, &out);
		return n;
	}
	p = at ? *at : cabi_realloc(c, g, 0, 0, cabi_align(tuple),
				    cabi_size(tuple));
	trap_if(c, p % cabi_align(tuple));
	cabi_in_bounds(c, g, p, cabi_size(tuple));
	cabi_store(c, g, v, tuple, p);
	if (at)
		return 0;
	*out = (struct flat){ 'i', p };
	return 1;
}
