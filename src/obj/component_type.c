/* component_type.c - types and functions of the outermost component, for C. */
#include "obj/component.h"

#include <string.h>

#include "obj/component_stub.h"

static uint32_t text(struct mod *b, const char *s, size_t n)
{
	uint32_t at = (uint32_t)obj_at(b->o, b->strings)->n;

	buf_put(obj_at(b->o, b->strings), s, n);
	buf_u8(obj_at(b->o, b->strings), 0);
	return at;
}

static void put_text(struct mod *b, uint32_t at)
{
	mod_pointer(b, b->rodata, mod_section_symbol(b, b->strings), at);
}

/* --- types ------------------------------------------------------------------- */

struct item {
	uint32_t name, type, offset;	/* type: have */
};

static uint32_t have_type(struct mod *b, uint32_t type)
{
	return type == CT_NO_TYPE ? 0 : cobj_type(b, type) + 1;
}

/* struct hd_type_item[n] */
static uint32_t put_items(struct mod *b, const struct item *x, uint32_t n,
			  const char *name)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < n; k++) {
		put_text(b, x[k].name);
		cobj_pointer_or_null(b, x[k].type);
		mod_word(b, b->rodata, x[k].offset);
	}
	return mod_object(b, name, b->rodata, at, 12 * n);
}

static struct item named(struct mod *b, struct ct_name n, uint32_t type,
			 uint32_t offset)
{
	return (struct item){ text(b, n.at, n.n), have_type(b, type), offset };
}

/* Fields one behind the other. */
static uint32_t fields(struct mod *b, const struct ct_type *x,
		       const char *name)
{
	const struct ct_table *t = &b->comp->info->types;
	struct item *i = arena_array(b->a, struct item, x->n ? x->n : 1);
	uint32_t at = 0;

	for (uint32_t k = 0; k < x->n; k++) {
		const uint32_t type = x->item[k].type;
		if (type != CT_NO_TYPE)
			at = (at + ct_get(t, type)->align - 1) &
			     ~(ct_get(t, type)->align - 1u);
		i[k] = named(b, x->item[k].name, type, at);
		if (type != CT_NO_TYPE)
			at += ct_get(t, type)->size;
	}
	return put_items(b, i, x->n, name);
}

static uint32_t cases(struct mod *b, const struct ct_type *x, const char *name)
{
	static const char *const option[] = { "none", "some" };
	static const char *const result[] = { "ok", "error" };
	const uint32_t n = ct_cases(x);
	const uint32_t at = ct_payload_offset(&b->comp->info->types, x);
	struct item *i = arena_array(b->a, struct item, n ? n : 1);

	for (uint32_t k = 0; k < n; k++) {
		struct ct_name label;
		if (x->kind == CT_OPTION || x->kind == CT_RESULT) {
			label.at = (x->kind == CT_OPTION ? option : result)[k];
			label.n = (uint32_t)strlen(label.at);
		} else {
			label = x->item[k].name;
		}
		i[k] = named(b, label, ct_case(x, k), at);
	}
	return put_items(b, i, n, name);
}

/* Items of a type, have; *n how many. */
static uint32_t items(struct mod *b, uint32_t type, uint32_t *n)
{
	const struct ct_type *x = ct_get(&b->comp->info->types, type);
	const char *name = cobj_local(b, "items", type);

	*n = x->n;
	switch (x->kind) {
	case CT_RECORD: case CT_TUPLE: case CT_FLAGS:
		return fields(b, x, name) + 1;
	case CT_VARIANT: case CT_ENUM: case CT_OPTION: case CT_RESULT:
		*n = ct_cases(x);
		return cases(b, x, name) + 1;
	default:
		return 0;
	}
}

static uint32_t letters(struct mod *b, const uint8_t *type, uint32_t n)
{
	char *s = arena_array(b->a, char, n + 1);

	for (uint32_t k = 0; k < n; k++)
		s[k] = type_letter((enum type)type[k]);
	return text(b, s, n);
}

uint32_t cobj_type(struct mod *b, uint32_t type)
{
	const struct ct_type *x = ct_get(&b->comp->info->types, type);
	const bool pipe = x->kind == CT_STREAM || x->kind == CT_FUTURE;
	const bool handle = x->kind == CT_OWN || x->kind == CT_BORROW;
	uint32_t n, of = 0, flat = 0;

	if (b->comp->type[type])
		return b->comp->type[type] - 1;
	uint32_t item = items(b, type, &n);
	uint32_t elem = handle ? 0 : have_type(b, x->elem);
	uint32_t elem2 = have_type(b, x->elem2);
	if (x->kind == CT_OPTION || x->kind == CT_RESULT)
		elem = elem2 = 0;
	if (pipe)
		of = cobj_elem(b, type) + 1;
	for (uint32_t k = 0; handle && k < b->comp->info->resources.n; k++)
		if (b->comp->info->resources.at[k].type == x->elem)
			of = cobj_resource(b, k) + 1;
	if (x->nflat < CT_FLAT_KEPT)
		flat = letters(b, x->flat, x->nflat) + 1;
	uint32_t at = mod_here(b, b->rodata, 4);
	struct buf *o = obj_at(b->o, b->rodata);
	buf_u8(o, x->kind);
	buf_u8(o, x->align);
	buf_u16(o, (uint16_t)n);
	mod_word(b, b->rodata, x->size);
	if (flat)
		put_text(b, flat - 1);
	else
		mod_word(b, b->rodata, 0);
	cobj_pointer_or_null(b, item);
	cobj_pointer_or_null(b, elem);
	cobj_pointer_or_null(b, elem2);
	cobj_pointer_or_null(b, of);
	b->comp->type[type] = mod_object(b, cobj_local(b, "type", type), b->rodata,
					 at, 28) + 1;
	return b->comp->type[type] - 1;
}

/* --- functions ---------------------------------------------------------------------- */

/* What a struct hd_component_func is made of. */
struct func {
	uint32_t interface, name, param, nparams, result, core, returns;
	uint32_t call, inst, realloc;		/* have, but inst */
	uint8_t encoding, async;
	uint32_t memory;
};

/* Everything it refers to is made first. */
static struct func describe(struct mod *b, uint32_t k,
			    const struct wasm_functype *core)
{
	const struct info *f = b->comp->info;
	const struct info_func *x = &f->funcs.at[k];
	const struct ct_type *t = ct_get(&f->types, x->type);
	const char *sig = wasm_type_text(core, b->a);
	struct wasm_functype returns = { 0 };
	struct func r = {
		.interface = text(b, x->interface.at, x->interface.n),
		.name = text(b, x->name.at, x->name.n),
		.nparams = t->n, .async = t->async,
		.result = have_type(b, t->elem),
		.core = text(b, sig, strlen(sig)),
	};

	r.param = fields(b, t, cobj_local(b, "params", k)) + 1;
	returns = x->async ? ct_flatten_return(&f->types, t->elem, b->a)
			   : (struct wasm_functype){ .param = core->result,
						     .nparams = core->nresults };
	r.returns = letters(b, returns.param, returns.nparams);
	return r;
}

static void put_func(struct mod *b, const struct func *f)
{
	const bool memory = f->memory != INFO_NONE;
	struct buf *o = obj_at(b->o, b->rodata);

	put_text(b, f->interface);
	put_text(b, f->name);
	cobj_pointer_or_null(b, f->param);
	mod_word(b, b->rodata, f->nparams);
	cobj_pointer_or_null(b, f->result);
	put_text(b, f->core);
	put_text(b, f->returns);
	cobj_pointer_or_null(b, f->call);
	cobj_put_instance(b, f->inst);
	cobj_pointer_or_null(b, f->realloc);
	buf_u8(o, f->encoding);
	buf_u8(o, memory);
	buf_u8(o, memory ? (uint8_t)f->memory : 0);
	buf_u8(o, f->async);
}

static const struct wasm_functype *core_type(const struct mod *b, uint32_t func)
{
	return &b->m->types.at[b->m->funcs.at[func].type];
}

/* Names are those under which the outermost component exports it. */
uint32_t cobj_exports(struct mod *b)
{
	const struct info *f = b->comp->info;
	struct func *all = arena_array(b->a, struct func,
				       f->exports.n ? f->exports.n : 1);

	for (uint32_t k = 0; k < f->exports.n; k++) {
		const struct info_export *e = &f->exports.at[k];
		const struct info_func *x = &f->funcs.at[e->func];
		if (x->core == INFO_NONE) {	/* an import, passed on */
			all[k] = (struct func){
				.memory = INFO_NONE, .inst = x->inst };
			continue;
		}
		all[k] = describe(b, e->func, core_type(b, x->core));
		all[k].interface = text(b, e->interface.at, e->interface.n);
		all[k].name = text(b, e->name.at, e->name.n);
		all[k].call = cobj_call(b, e->func) + 1;
		all[k].inst = x->inst;
		all[k].encoding = x->encoding;
		all[k].memory = x->memory;
		all[k].realloc = x->realloc == INFO_NONE ? 0 :
				 mod_entry(b, x->realloc) + 1;
	}
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t k = 0; k < f->exports.n; k++)
		put_func(b, &all[k]);
	return mod_object(b, cobj_local(b, "exports", 0), b->rodata, at,
			  44 * f->exports.n);
}

/* One for each lowered import of a host function: options are the caller's. */
uint32_t cobj_imports(struct mod *b)
{
	const struct info *f = b->comp->info;
	const uint32_t n = b->comp->import.n;
	struct func *all = arena_array(b->a, struct func, n ? n : 1);

	for (uint32_t k = 0; k < n; k++) {
		const struct info_builtin *x =
			info_builtin(f, b->comp->import.at[k]);
		all[k] = describe(b, x->callee, core_type(b, x->func));
		all[k].inst = x->inst;
		all[k].encoding = x->encoding;
		all[k].memory = x->memory;
		all[k].realloc = x->realloc == INFO_NONE ? 0 :
				 mod_entry(b, x->realloc) + 1;
	}
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t k = 0; k < n; k++)
		put_func(b, &all[k]);
	uint32_t s = mod_object(b, cobj_local(b, "imports", 0), b->rodata, at,
				44 * n);
	if (n) {
		struct obj_symbol *to = &b->o->symbols.at[mod_reference(
			b, module_symbol(b->n, b->a, "component_imports"))];
		to->section = b->rodata;
		to->value = at;
		to->size = 44 * n;
		to->type = OBJ_OBJECT;
	}
	return s;
}
