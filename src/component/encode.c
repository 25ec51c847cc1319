/* encode.c - component types back to bytes.
 *
 * Source: component-model 6d28164, Binary.md "Type Definitions".
 */
#include "component/encode.h"

#include <string.h>

static const uint8_t code_of[CT_KINDS] = {
#define P(id, code, text, size, align, flat) [CT_##id] = code,
#define C(id, code, text) [CT_##id] = code,
#include "component/type.def"
};

enum { FORM_FUNC = 0x40, FORM_ASYNC = 0x43, FORM_INSTANCE = 0x42 };

void comp_enc_init(struct comp_enc *e, struct buf *out, struct ct_table *t)
{
	*e = (struct comp_enc){ .out = out, .types = t };
	map_init(&e->known, out->arena);
}

void comp_enc_header(struct buf *out)
{
	static const struct ct_name unnamed = { COMP_UNNAMED,
						sizeof COMP_UNNAMED - 1 };
	struct buf b;

	buf_put(out, "\0asm\x0d\0\1\0", 8);
	buf_init(&b, out->arena);
	comp_enc_name(&b, unnamed);
	comp_enc_section(out, COMP_SECTION_CUSTOM, &b);
}

void comp_enc_section(struct buf *out, uint8_t id, const struct buf *body)
{
	buf_u8(out, id);
	buf_uleb(out, body->n);
	buf_put(out, body->at, body->n);
}

void comp_enc_entry(struct buf *out, uint8_t id, const struct buf *entry)
{
	struct buf b;

	buf_init(&b, out->arena);
	buf_u8(&b, 1);
	buf_put(&b, entry->at, entry->n);
	comp_enc_section(out, id, &b);
}

void comp_enc_name(struct buf *out, struct ct_name n)
{
	buf_uleb(out, n.n);
	buf_put(out, n.at, n.n);
}

void comp_enc_extern_name(struct buf *out, struct ct_name n)
{
	buf_u8(out, 0);
	comp_enc_name(out, n);
}

void comp_enc_know(struct comp_enc *e, uint32_t type, uint32_t index)
{
	*map_put(&e->known, type) = index + 1;
}

/* A definition of its own section, or a declaration. */
static uint32_t define(struct comp_enc *e, const struct buf *def)
{
	if (e->instance) {
		buf_u8(e->out, 0x01);
		buf_put(e->out, def->at, def->n);
		e->count++;
	} else {
		comp_enc_entry(e->out, COMP_SECTION_TYPE, def);
	}
	return e->ntypes++;
}

void comp_enc_use(struct comp_enc *e, struct buf *to, uint32_t type)
{
	if (type < CT_PRIMITIVES)
		buf_u8(to, code_of[type]);
	else
		buf_sleb(to, comp_enc_type(e, type));
}

void comp_enc_maybe(struct comp_enc *e, struct buf *to, uint32_t type)
{
	buf_u8(to, type != CT_NO_TYPE);
	if (type != CT_NO_TYPE)
		comp_enc_use(e, to, type);
}

/* Everything a definition refers to is defined before it. */
static void prepare(struct comp_enc *e, const struct ct_type *x)
{
	struct buf sink;

	buf_init(&sink, e->out->arena);
	for (uint32_t k = 0; x->item && k < x->n; k++)
		if (x->item[k].type != CT_NO_TYPE)
			comp_enc_use(e, &sink, x->item[k].type);
	if (x->elem != CT_NO_TYPE)
		comp_enc_use(e, &sink, x->elem);
	if (x->elem2 != CT_NO_TYPE)
		comp_enc_use(e, &sink, x->elem2);
}

static void put_items(struct comp_enc *e, struct buf *d,
		      const struct ct_type *x)
{
	buf_uleb(d, x->n);
	for (uint32_t k = 0; k < x->n; k++) {
		if (x->kind != CT_TUPLE)
			comp_enc_name(d, x->item[k].name);
		if (x->kind == CT_VARIANT) {
			comp_enc_maybe(e, d, x->item[k].type);
			buf_u8(d, 0);
		} else if (x->kind != CT_FLAGS && x->kind != CT_ENUM) {
			comp_enc_use(e, d, x->item[k].type);
		}
	}
}

static void put_func(struct comp_enc *e, struct buf *d,
		     const struct ct_type *x)
{
	buf_u8(d, x->async ? FORM_ASYNC : FORM_FUNC);
	put_items(e, d, x);
	if (x->elem == CT_NO_TYPE) {
		buf_u8(d, 1);
		buf_u8(d, 0);
	} else {
		buf_u8(d, 0);
		comp_enc_use(e, d, x->elem);
	}
}

static void put_value(struct comp_enc *e, struct buf *d,
		      const struct ct_type *x)
{
	buf_u8(d, code_of[x->kind]);
	switch (x->kind) {
	case CT_RECORD:
	case CT_TUPLE:
	case CT_VARIANT:
	case CT_FLAGS:
	case CT_ENUM:
		put_items(e, d, x);
		break;
	case CT_OWN:
	case CT_BORROW:
		buf_uleb(d, comp_enc_type(e, x->elem));
		break;
	case CT_RESULT:
		comp_enc_maybe(e, d, x->elem);
		comp_enc_maybe(e, d, x->elem2);
		break;
	case CT_STREAM:
	case CT_FUTURE:
		comp_enc_maybe(e, d, x->elem);
		break;
	case CT_MAP:
		comp_enc_use(e, d, x->elem);
		comp_enc_use(e, d, x->elem2);
		break;
	default:
		comp_enc_use(e, d, x->elem);
		if (x->kind == CT_FIXED_LIST)
			buf_uleb(d, x->n);
	}
}

/* --- instance types ------------------------------------------------------------ */

static bool is_known(const struct comp_enc *e, uint32_t type)
{
	return map_get(&e->known, type) ||
	       (e->outer && is_known(e->outer, type));
}

static void declare_export(struct comp_enc *e, struct ct_extern x,
			   uint8_t sort, int bound, uint32_t index)
{
	buf_u8(e->out, 0x04);
	comp_enc_extern_name(e->out, x.name);
	buf_u8(e->out, sort);
	if (bound >= 0)
		buf_u8(e->out, (uint8_t)bound);
	if (bound != 1)
		buf_uleb(e->out, index);
	e->count++;
}

/* Types that are exported have an index of their own. */
static void put_export(struct comp_enc *e, struct ct_extern x)
{
	const struct ct_type *t = ct_get(e->types, x.type);

	if (x.sort == SORT_FUNC) {
		uint32_t f = comp_enc_type(e, x.type);
		declare_export(e, x, 0x01, -1, f);
	} else if (x.sort != SORT_TYPE) {
		return;
	} else if (t->kind == CT_RESOURCE && !is_known(e, x.type)) {
		declare_export(e, x, 0x03, 1, 0);
		comp_enc_know(e, x.type, e->ntypes++);
	} else {
		uint32_t index = comp_enc_type(e, x.type);
		declare_export(e, x, 0x03, 0, index);
		e->ntypes++;
	}
}

static uint32_t instance_type(struct comp_enc *e, const struct ct_type *x)
{
	struct comp_enc in;
	struct buf decls, d;

	buf_init(&decls, e->out->arena);
	comp_enc_init(&in, &decls, e->types);
	in.instance = true;
	in.outer = e;
	for (uint32_t k = 0; k < x->nexports; k++)
		put_export(&in, x->export[k]);
	buf_init(&d, e->out->arena);
	buf_u8(&d, FORM_INSTANCE);
	buf_uleb(&d, in.count);
	buf_put(&d, decls.at, decls.n);
	return define(e, &d);
}

/* A resource of the component around this instance type. */
static uint32_t outer_resource(struct comp_enc *e, uint32_t type)
{
	const uint32_t *known = e->outer ? map_get(&e->outer->known, type) :
					   NULL;

	CHECK(known);
	buf_put(e->out, "\2\3\2\1", 4);
	buf_uleb(e->out, *known - 1);
	e->count++;
	return e->ntypes++;
}

/* Recursion is as deep as types are: CT_MAX_DEPTH. */
uint32_t comp_enc_type(struct comp_enc *e, uint32_t type)
{
	const uint32_t *known = map_get(&e->known, type);
	const struct ct_type x = *ct_get(e->types, type);
	struct buf d;
	uint32_t index;

	if (known)
		return *known - 1;
	buf_init(&d, e->out->arena);
	if (type < CT_PRIMITIVES) {
		buf_u8(&d, code_of[type]);
		index = define(e, &d);
	} else if (x.kind == CT_RESOURCE) {
		index = outer_resource(e, type);
	} else if (x.kind == CT_INSTANCE) {
		return instance_type(e, &x);
	} else {
		if (x.kind != CT_OWN && x.kind != CT_BORROW)
			prepare(e, &x);
		else
			(void)comp_enc_type(e, x.elem);
		if (x.kind == CT_FUNC)
			put_func(e, &d, &x);
		else
			put_value(e, &d, &x);
		index = define(e, &d);
	}
	comp_enc_know(e, type, index);
	return index;
}
