/* decode_core_type.c - core function and module types.
 *
 * Source: component-model 6d28164, Binary.md "Type Definitions".
 */
#include "component/decode.h"

static const struct {
	uint8_t code, type;
} valtypes[] = {
	{ 0x7f, T_I32 }, { 0x7e, T_I64 }, { 0x7d, T_F32 }, { 0x7c, T_F64 },
	{ 0x7b, T_V128 }, { 0x70, T_FUNCREF }, { 0x6f, T_EXTERNREF },
};

static uint8_t read_core_valtype(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	for (size_t k = 0; k < ARRAY_LEN(valtypes); k++)
		if (valtypes[k].code == code)
			return valtypes[k].type;
	comp_fail(d, DIAG_MALFORMED, at, "core value type 0x%02x", code);
	return T_I32;
}

static uint8_t *read_types(struct decoder *d, uint32_t *n)
{
	*n = comp_read_count(d);
	uint8_t *t = arena_array(d->arena, uint8_t, *n);

	for (uint32_t k = 0; k < *n && !d->r.bad; k++)
		t[k] = read_core_valtype(d);
	return t;
}

static uint32_t read_core_func(struct decoder *d)
{
	struct wasm_functype f = { 0 };

	f.param = read_types(d, &f.nparams);
	f.result = read_types(d, &f.nresults);
	return d->r.bad ? 0 : ct_core_func(d->types, &f);
}

static struct wasm_limits read_limits(struct decoder *d)
{
	struct wasm_limits l = { 0 };
	uint64_t at = reader_offset(&d->r);
	uint8_t flags = reader_u8(&d->r);

	if (flags > 1)
		comp_fail(d, DIAG_UNSUPPORTED, at, "limits 0x%02x (proposals "
		     "threads, memory64)", flags);
	l.min = reader_u32(&d->r);
	l.has_max = flags == 1;
	if (l.has_max)
		l.max = reader_u32(&d->r);
	return l;
}

/* Types of the module type being read. */
typedef VEC(uint32_t) local_types;

static uint32_t read_desc(struct decoder *d, const local_types *local)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t kind = reader_u8(&d->r);
	struct ct_core x = { .kind = (uint8_t)(SORT_CORE_FUNC + kind) };
	uint32_t index;

	switch (kind) {
	case WASM_FUNC:
		index = reader_u32(&d->r);
		if (!d->r.bad && index >= local->n)
			comp_fail(d, DIAG_INDEX, at, "core type %u of %u", index,
			     local->n);
		return d->r.bad ? 0 : local->at[index];
	case WASM_TABLE:
		x.valtype = read_core_valtype(d);
		x.limits = read_limits(d);
		break;
	case WASM_MEMORY:
		x.limits = read_limits(d);
		break;
	case WASM_GLOBAL:
		x.valtype = read_core_valtype(d);
		at = reader_offset(&d->r);
		kind = reader_u8(&d->r);
		if (kind > 1)
			comp_fail(d, DIAG_MALFORMED, at, "mutability 0x%02x", kind);
		x.mut = kind == 1;
		break;
	default:
		comp_fail(d, DIAG_MALFORMED, at, "core external kind 0x%02x", kind);
		return 0;
	}
	return ct_core_fresh(d->types, x);
}

static void read_core_alias(struct decoder *d, local_types *local)
{
	uint64_t at = reader_offset(&d->r);

	if (reader_u8(&d->r) != 0x10 || reader_u8(&d->r) != 0x01) {
		comp_fail(d, DIAG_MALFORMED, at, "only outer types can be aliased "
		     "in a module type");
		return;
	}
	at = reader_offset(&d->r);
	uint32_t outer = reader_u32(&d->r), index = reader_u32(&d->r);
	if (d->r.bad)
		return;
	if (outer != 1) {
		comp_fail(d, DIAG_INDEX, at, "outer module type %u", outer);
		return;
	}
	index = comp_check_index(d, top(d), SORT_CORE_TYPE, index, at);
	if (!d->r.bad)
		vec_push(d->arena, local, comp_type_of(d, SORT_CORE_TYPE, index));
}

static void read_local_type(struct decoder *d, local_types *local)
{
	uint64_t at = reader_offset(&d->r);

	if (reader_u8(&d->r) != 0x60)
		comp_fail(d, DIAG_MALFORMED, at, "only function types can be "
		     "declared in a module type");
	vec_push(d->arena, local, read_core_func(d));
}

/* Imports and exports must each be unique. */
static void check_unique(struct decoder *d, const struct ct_core_item *x,
			 uint32_t n, uint64_t at)
{
	struct name_set names;

	name_set_init(&names, d->arena);
	for (uint32_t k = 0; k < n && !d->r.bad; k++) {
		char *s = arena_printf(d->arena, "%u:%s%s", x[k].module.n,
				       x[k].module.at, x[k].name.at);
		struct ct_name key = { s, 0 };
		while (s[key.n])
			key.n++;
		if (!name_set_add_exact(&names, key))
			comp_fail(d, DIAG_DUPLICATE, at, "\"%s\" \"%s\"",
			     x[k].module.at, x[k].name.at);
	}
}

static uint32_t read_module_type(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	VEC(struct ct_core_item) imports = { 0 }, exports = { 0 };
	local_types local = { 0 };
	struct ct_core x = { .kind = SORT_CORE_MODULE };

	for (uint32_t n = comp_read_count(d); n && !d->r.bad; n--) {
		uint64_t here = reader_offset(&d->r);
		uint8_t code = reader_u8(&d->r);
		struct ct_core_item i = { .module = { "", 0 } };
		if (code == 0x00 || code == 0x03) {
			if (code == 0x00)
				i.module = comp_read_name(d);
			i.name = comp_read_name(d);
			i.type = read_desc(d, &local);
			if (code == 0x00)
				vec_push(d->arena, &imports, i);
			else
				vec_push(d->arena, &exports, i);
		} else if (code == 0x01) {
			read_local_type(d, &local);
		} else if (code == 0x02) {
			read_core_alias(d, &local);
		} else {
			comp_fail(d, DIAG_MALFORMED, here, "declaration 0x%02x",
			     code);
		}
	}
	check_unique(d, imports.at, imports.n, at);
	check_unique(d, exports.at, exports.n, at);
	x.import = imports.at;
	x.nimports = imports.n;
	x.export = exports.at;
	x.nexports = exports.n;
	return d->r.bad ? 0 : ct_core_fresh(d->types, x);
}

void comp_read_core_type(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);
	uint32_t type = 0;

	if (code == 0x60)
		type = read_core_func(d);
	else if (code == 0x50)
		type = read_module_type(d);
	else if (code == 0x00 || (code >= 0x4d && code <= 0x5f))
		comp_fail(d, DIAG_UNSUPPORTED, at, "core type 0x%02x (proposal gc)",
		     code);
	else
		comp_fail(d, DIAG_MALFORMED, at, "core type 0x%02x", code);
	comp_define(d, (struct comp_def){ .op = COMP_CORE_TYPE,
				     .sort = SORT_CORE_TYPE,
				     .at = (uint32_t)at, .type = type });
}
