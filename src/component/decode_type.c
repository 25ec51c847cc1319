/* decode_type.c - value, function, resource, instance and component types.
 *
 * Source: component-model 6d28164, Binary.md "Type Definitions".
 */
#include "component/decode.h"

static const uint8_t code_of[CT_KINDS] = {
#define P(id, code, text, size, align, flat) [CT_##id] = code,
#define C(id, code, text) [CT_##id] = code,
#include "component/type.def"
};

/* --- value types -------------------------------------------------------------- */

static enum ct_kind kind_of(uint8_t code)
{
	for (int k = 0; k < CT_RESOURCE; k++)
		if (code_of[k] == code)
			return (enum ct_kind)k;
	return CT_KINDS;
}

uint32_t comp_read_valtype(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);

	if (d->r.at < d->r.end && kind_of(*d->r.at) < CT_PRIMITIVES)
		return kind_of(reader_u8(&d->r));
	int64_t index = reader_s33(&d->r);
	if (index < 0) {
		comp_fail(d, DIAG_MALFORMED, at, "value type 0x%02x",
		     (unsigned)(index & 0x7f));
		return 0;
	}
	uint32_t type = d->r.bad ? 0 : comp_check_index(d, top(d), SORT_TYPE,
						   (uint32_t)index, at);
	if (d->r.bad)
		return 0;
	type = comp_type_of(d, SORT_TYPE, type);
	if (ct_get(d->types, type)->kind >= CT_RESOURCE) {
		comp_fail(d, DIAG_TYPE, at, "type %u is no value type",
		     (uint32_t)index);
		return 0;
	}
	return type;
}

uint32_t comp_read_optional(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t has = reader_u8(&d->r);

	if (has > 1)
		comp_fail(d, DIAG_MALFORMED, at, "0x%02x where a type may follow",
		     has);
	return has == 1 && !d->r.bad ? comp_read_valtype(d) : CT_NO_TYPE;
}

uint32_t comp_read_results(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t form = reader_u8(&d->r);

	if (form == 0)
		return comp_read_valtype(d);
	if (form != 1 || reader_u8(&d->r) != 0)
		comp_fail(d, DIAG_MALFORMED, at, "named or several results");
	return CT_NO_TYPE;
}

enum item_form { ITEM_NAMED, ITEM_CASE, ITEM_LABEL, ITEM_TYPE };

static struct ct_item read_item(struct decoder *d, enum item_form form)
{
	struct ct_item i = { .type = CT_NO_TYPE };
	uint64_t at = reader_offset(&d->r);

	if (form != ITEM_TYPE) {
		i.name = comp_read_name(d);
		if (!d->r.bad && !name_is_label(i.name))
			comp_fail(d, DIAG_NAME, at, "\"%s\" is not kebab-case",
			     i.name.at);
	}
	if (form == ITEM_CASE) {
		i.type = comp_read_optional(d);
		at = reader_offset(&d->r);
		if (reader_u8(&d->r) != 0)
			comp_fail(d, DIAG_UNSUPPORTED, at, "refining cases");
	} else if (form != ITEM_LABEL) {
		i.type = comp_read_valtype(d);
	}
	return i;
}

static void read_items(struct decoder *d, struct ct_type *x,
		       enum item_form form)
{
	uint64_t at = reader_offset(&d->r);
	struct name_set names;

	name_set_init(&names, d->arena);
	x->n = comp_read_count(d);
	x->item = arena_array(d->arena, struct ct_item, x->n);
	for (uint32_t k = 0; k < x->n && !d->r.bad; k++) {
		at = reader_offset(&d->r);
		x->item[k] = read_item(d, form);
		if (!d->r.bad && form != ITEM_TYPE &&
		    !name_set_add(&names, x->item[k].name))
			comp_fail(d, DIAG_DUPLICATE, at, "\"%s\"",
			     x->item[k].name.at);
	}
}

static uint32_t read_resource_index(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint32_t index = comp_read_index(d, SORT_TYPE);

	if (d->r.bad)
		return 0;
	uint32_t type = comp_type_of(d, SORT_TYPE, index);
	if (ct_get(d->types, type)->kind != CT_RESOURCE)
		comp_fail(d, DIAG_TYPE, at, "type %u is no resource", index);
	return type;
}

/* What streams and futures may carry. */
static void check_element(struct decoder *d, const struct ct_type *x,
			  uint64_t at)
{
	if (d->r.bad || x->elem == CT_NO_TYPE)
		return;
	if (x->kind == CT_STREAM && x->elem == CT_CHAR)
		comp_fail(d, DIAG_TYPE, at, "stream<char> is not valid: use "
		     "stream<u8> and an encoding");
	if (ct_get(d->types, x->elem)->borrows)
		comp_fail(d, DIAG_TYPE, at, "a borrow in a stream or future");
}

static void read_map(struct decoder *d, struct ct_type *x)
{
	uint64_t at = reader_offset(&d->r);

	x->elem = comp_read_valtype(d);
	x->elem2 = comp_read_valtype(d);
	if (!d->r.bad && (x->elem > CT_STRING || x->elem == CT_F32 ||
			  x->elem == CT_F64))
		comp_fail(d, DIAG_TYPE, at, "this type cannot be the key of a map");
}

/* Rules on how many there are. */
static void check_number(struct decoder *d, const struct ct_type *x,
			 uint64_t at)
{
	if (d->r.bad)
		return;
	if (x->kind == CT_FLAGS && x->n > 32)
		comp_fail(d, DIAG_TYPE, at, "flags with %u labels, at most 32", x->n);
	else if (x->n == 0 && (x->item || x->kind == CT_FIXED_LIST))
		comp_fail(d, DIAG_TYPE, at, "a type of this kind cannot be empty");
}

static uint32_t read_defined(struct decoder *d, uint8_t code, uint64_t at)
{
	struct ct_type x = {
		.kind = (uint8_t)kind_of(code),
		.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
	};

	switch (x.kind) {
	case CT_RECORD:
		read_items(d, &x, ITEM_NAMED);
		break;
	case CT_VARIANT:
		read_items(d, &x, ITEM_CASE);
		break;
	case CT_TUPLE:
		read_items(d, &x, ITEM_TYPE);
		break;
	case CT_FLAGS:
	case CT_ENUM:
		read_items(d, &x, ITEM_LABEL);
		break;
	case CT_LIST:
	case CT_OPTION:
		x.elem = comp_read_valtype(d);
		break;
	case CT_FIXED_LIST:
		x.elem = comp_read_valtype(d);
		x.n = reader_u32(&d->r);
		break;
	case CT_RESULT:
		x.elem = comp_read_optional(d);
		x.elem2 = comp_read_optional(d);
		break;
	case CT_OWN:
	case CT_BORROW:
		x.elem = read_resource_index(d);
		break;
	case CT_STREAM:
	case CT_FUTURE:
		x.elem = comp_read_optional(d);
		check_element(d, &x, at);
		break;
	case CT_MAP:
		read_map(d, &x);
		break;
	case CT_KINDS:
		comp_fail(d, DIAG_MALFORMED, at, "type 0x%02x", code);
		return 0;
	default:
		return x.kind;		/* a primitive type */
	}
	check_number(d, &x, at);
	return comp_intern(d, x, at);
}

static uint32_t read_func(struct decoder *d, bool async, uint64_t at)
{
	struct ct_type x = { .kind = CT_FUNC, .async = async,
			     .elem2 = CT_NO_TYPE };

	read_items(d, &x, ITEM_NAMED);
	x.elem = comp_read_results(d);
	if (!d->r.bad && x.elem != CT_NO_TYPE &&
	    ct_get(d->types, x.elem)->borrows)
		comp_fail(d, DIAG_TYPE, at, "a borrow in a result");
	return comp_intern(d, x, at);
}

/* --- resources --------------------------------------------------------------------- */

static void read_resource(struct decoder *d, uint64_t at)
{
	struct ct_type x = {
		.kind = CT_RESOURCE, .scope = top(d)->number, .n = 1,
		.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
	};
	uint32_t dtor = COMP_NONE;

	if (top(d)->kind != SCOPE_COMPONENT)
		comp_fail(d, DIAG_TYPE, at, "a resource cannot be defined in a type");
	uint64_t rep = reader_offset(&d->r);
	if (reader_u8(&d->r) != 0x7f)
		comp_fail(d, DIAG_TYPE, rep, "a resource is represented by i32");
	uint64_t has = reader_offset(&d->r);
	uint8_t form = reader_u8(&d->r);
	if (form > 1)
		comp_fail(d, DIAG_MALFORMED, has, "0x%02x of a destructor", form);
	else if (form == 1)
		dtor = comp_read_index(d, SORT_CORE_FUNC);
	if (!d->r.bad && dtor != COMP_NONE &&
	    comp_type_of(d, SORT_CORE_FUNC, dtor) != ct_core_sig(d->types, "i:"))
		comp_fail(d, DIAG_TYPE, has, "a destructor takes i32");
	comp_define(d, (struct comp_def){ .op = COMP_TYPE, .sort = SORT_TYPE,
				     .at = (uint32_t)at, .a = dtor,
				     .type = comp_fresh(d, x, at) });
}

/* --- types with scopes ---------------------------------------------------------------- */

static void open_type_scope(struct decoder *d, enum scope_kind kind)
{
	uint32_t component = top(d)->component;
	struct scope *s = comp_push_scope(d, kind);

	s->component = component;
	s->left = comp_read_count(d);
}

void comp_close_type_scope(struct decoder *d)
{
	struct scope *s = top(d);
	struct ct_type x = {
		.kind = s->kind == SCOPE_INSTANCE_TYPE ? CT_INSTANCE :
							 CT_COMPONENT,
		.scope = s->number, .elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
		.import = s->imports.at, .nimports = s->imports.n,
		.export = s->exports.at, .nexports = s->exports.n,
	};
	uint32_t at = s->at;

	d->scopes.n--;
	comp_define(d, (struct comp_def){ .op = COMP_TYPE, .sort = SORT_TYPE,
				     .at = at, .a = COMP_NONE,
				     .type = comp_fresh(d, x, at) });
}

void comp_read_type(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);
	uint32_t type;

	switch (code) {
	case 0x3f:
		read_resource(d, at);
		return;
	case 0x3e:
		comp_fail(d, DIAG_UNSUPPORTED, at, "async destructors");
		return;
	case 0x41:
		open_type_scope(d, SCOPE_COMPONENT_TYPE);
		return;
	case 0x42:
		open_type_scope(d, SCOPE_INSTANCE_TYPE);
		return;
	case 0x40:
	case 0x43:
		type = read_func(d, code == 0x43, at);
		break;
	default:
		type = read_defined(d, code, at);
	}
	comp_define(d, (struct comp_def){ .op = COMP_TYPE, .sort = SORT_TYPE,
				     .at = (uint32_t)at, .a = COMP_NONE,
				     .type = type });
}

void comp_read_decl(struct decoder *d)
{
	struct scope *s = top(d);
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	if (code == 0x00)
		comp_read_core_type(d);
	else if (code == 0x01)
		comp_read_type(d);
	else if (code == 0x02)
		comp_read_alias(d);
	else if (code == 0x03 && s->kind == SCOPE_COMPONENT_TYPE)
		comp_read_import(d);
	else if (code == 0x04)
		comp_read_export(d);
	else
		comp_fail(d, DIAG_MALFORMED, at, "declaration 0x%02x", code);
}

/* --- externs ------------------------------------------------------------------------------ */

static uint32_t read_typed(struct decoder *d, enum ct_kind kind,
			   const char *what)
{
	uint64_t at = reader_offset(&d->r);
	uint32_t index = comp_read_index(d, SORT_TYPE);

	if (d->r.bad)
		return 0;
	uint32_t type = comp_type_of(d, SORT_TYPE, index);
	if (ct_get(d->types, type)->kind != kind)
		comp_fail(d, DIAG_TYPE, at, "type %u is no %s type", index, what);
	return type;
}

static uint32_t read_module_type_index(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);

	if (reader_u8(&d->r) != 0x11)
		comp_fail(d, DIAG_MALFORMED, at, "only modules of the core sorts "
		     "can be imported and exported");
	uint32_t index = comp_read_index(d, SORT_CORE_TYPE);
	if (d->r.bad)
		return 0;
	uint32_t type = comp_type_of(d, SORT_CORE_TYPE, index);
	if (d->types->core.at[type].kind != SORT_CORE_MODULE)
		comp_fail(d, DIAG_TYPE, at, "core type %u is no module type", index);
	return type;
}

static uint32_t read_bound(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	if (code > 1)
		comp_fail(d, DIAG_MALFORMED, at, "type bound 0x%02x", code);
	if (code || d->r.bad)
		return CT_NO_TYPE;
	uint32_t index = comp_read_index(d, SORT_TYPE);
	return d->r.bad ? 0 : comp_type_of(d, SORT_TYPE, index);
}

struct ct_extern comp_read_extern(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);
	struct ct_extern x = { .type = 0 };

	switch (code) {
	case 0x00:
		x.sort = SORT_CORE_MODULE;
		x.type = read_module_type_index(d);
		break;
	case 0x01:
		x.sort = SORT_FUNC;
		x.type = read_typed(d, CT_FUNC, "function");
		break;
	case 0x02:
		comp_fail(d, DIAG_UNSUPPORTED, at, "component values (proposal "
		     "component-model values)");
		break;
	case 0x03:
		x.sort = SORT_TYPE;
		x.type = read_bound(d);
		break;
	case 0x04:
		x.sort = SORT_COMPONENT;
		x.type = read_typed(d, CT_COMPONENT, "component");
		break;
	case 0x05:
		x.sort = SORT_INSTANCE;
		x.type = read_typed(d, CT_INSTANCE, "instance");
		break;
	default:
		comp_fail(d, DIAG_MALFORMED, at, "external kind 0x%02x", code);
	}
	return x;
}

void comp_check_subst(struct decoder *d, const struct subst *s, uint64_t at)
{
	if (s->failed)
		comp_fail(d, DIAG_LIMIT, at, "more than %d types, or nesting deeper "
		     "than %d", CT_MAX_TYPES, CT_MAX_DEPTH);
}

uint32_t comp_declare(struct decoder *d, struct ct_extern x)
{
	const uint32_t here = top(d)->number;
	struct subst s;

	if (d->r.bad)
		return 0;
	if (x.sort == SORT_TYPE && x.type == CT_NO_TYPE)
		return comp_fresh(d, (struct ct_type){
			.kind = CT_RESOURCE, .scope = here,
			.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE }, where(d));
	if (x.sort != SORT_INSTANCE)
		return x.type;
	struct ct_type i = *ct_get(d->types, x.type);
	subst_init(&s, d->types, i.scope, here);
	i.export = subst_externs(&s, i.export, i.nexports);
	i.scope = here;
	comp_check_subst(d, &s, where(d));
	return comp_fresh(d, i, where(d));
}

struct ct_name comp_read_extern_name(struct decoder *d, bool import)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t form = reader_u8(&d->r);

	if (form == 2)
		comp_fail(d, DIAG_UNSUPPORTED, at, "names with version suffixes or "
		     "other attributes");
	else if (form > 2)
		comp_fail(d, DIAG_MALFORMED, at, "name form 0x%02x", form);
	at = reader_offset(&d->r);
	struct ct_name n = comp_read_name(d);
	if (d->r.bad)
		return n;
	enum name_form f = name_form(n);
	if (f == NAME_BAD)
		comp_fail(d, DIAG_NAME, at, "\"%s\"", n.at);
	else if (f == NAME_LOCATOR && !import)
		comp_fail(d, DIAG_NAME, at, "\"%s\" cannot be exported", n.at);
	return n;
}
