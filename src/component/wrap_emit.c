/* wrap_emit.c - the component around a core module, section by section.
 *
 *	imports; modules shim, main, fixup; instance shim; resource types;
 *	instance main; memory, realloc; built-ins; instance fixup; lifted
 *	functions; exports
 */
#include <string.h>

#include "component/wrap_int.h"

enum { MODULE_SHIM, MODULE_MAIN, MODULE_FIXUP };
enum { BYTE_FUNC = 1, BYTE_TYPE = 3, BYTE_INSTANCE = 5 };
enum { BOUND_EQ = 0, BOUND_SUB = 1 };	/* of an imported type */
enum { CORE_FUNC = 0, CORE_TABLE = 1, CORE_MEMORY = 2 };

/* A resource that the module defines. */
struct own {
	uint32_t type;
	const struct wasm_export *dtor;
};

/* An imported instance or function, and its index. */
struct known {
	struct ct_name interface, name;
	bool func;
	uint32_t index;
};

/* Sizes of index spaces, and where what is needed again stands. */
struct emit {
	struct wrap *w;
	struct buf *out;
	struct comp_enc types;
	VEC(struct own) owns;
	VEC(struct known) known;
	uint32_t nfuncs, ninstances, ncore_funcs, ncore_instances;
	uint32_t main;			/* core instance */
	bool memory, table;
	uint32_t realloc_import, realloc_export;	/* UINT32_MAX: none */
};

static struct buf begin(const struct emit *e)
{
	struct buf b;

	buf_init(&b, e->w->arena);
	return b;
}

static void text(struct buf *b, const char *s)
{
	comp_enc_name(b, (struct ct_name){ s, (uint32_t)strlen(s) });
}

/* --- imports ------------------------------------------------------------------ */

static void import(struct emit *e, struct ct_name name, uint8_t sort,
		   uint32_t type)
{
	struct buf b = begin(e);

	comp_enc_extern_name(&b, name);
	buf_u8(&b, sort);
	buf_uleb(&b, type);
	comp_enc_entry(e->out, COMP_SECTION_IMPORT, &b);
}

/* alias of an instance's export */
static void alias(struct emit *e, uint8_t sort, uint32_t instance,
		  struct ct_name name)
{
	struct buf b = begin(e);

	buf_u8(&b, sort);
	buf_u8(&b, 0);
	buf_uleb(&b, instance);
	comp_enc_name(&b, name);
	comp_enc_entry(e->out, COMP_SECTION_ALIAS, &b);
}

static bool is_resource(const struct emit *e, struct ct_extern x)
{
	return x.sort == SORT_TYPE &&
	       ct_get(e->types.types, x.type)->kind == CT_RESOURCE;
}

/* Resources of an imported instance that are not used from another one. */
static void alias_resources(struct emit *e, uint32_t instance,
			    const struct ct_type *t)
{
	for (uint32_t k = 0; k < t->nexports; k++) {
		struct ct_extern x = t->export[k];
		if (!is_resource(e, x) || map_get(&e->types.known, x.type))
			continue;
		alias(e, BYTE_TYPE, instance, x.name);
		comp_enc_know(&e->types, x.type, e->types.ntypes++);
	}
}

static void import_extern(struct emit *e, struct ct_extern x)
{
	const struct ct_type t = *ct_get(e->types.types, x.type);
	struct known k = { .name = x.name };

	if (is_resource(e, x)) {
		const uint32_t *index = map_get(&e->types.known, x.type);
		struct buf b = begin(e);
		comp_enc_extern_name(&b, x.name);
		buf_u8(&b, BYTE_TYPE);
		buf_u8(&b, index ? BOUND_EQ : BOUND_SUB);
		if (index)	/* one of an instance before, used */
			buf_uleb(&b, *index - 1);
		comp_enc_entry(e->out, COMP_SECTION_IMPORT, &b);
		comp_enc_know(&e->types, x.type, e->types.ntypes++);
	} else if (x.sort == SORT_INSTANCE) {
		import(e, x.name, BYTE_INSTANCE,
		       comp_enc_type(&e->types, x.type));
		k.interface = x.name;
		k.index = e->ninstances++;
		vec_push(e->w->arena, &e->known, k);
		alias_resources(e, k.index, &t);
	} else if (x.sort == SORT_FUNC) {
		import(e, x.name, BYTE_FUNC, comp_enc_type(&e->types, x.type));
		k.func = true;
		k.index = e->nfuncs++;
		vec_push(e->w->arena, &e->known, k);
	}
}

/* The index of an imported function. */
static uint32_t imported(struct emit *e, const struct hole *h)
{
	uint32_t instance = UINT32_MAX;

	for (uint32_t k = 0; k < e->known.n; k++) {
		const struct known *n = &e->known.at[k];
		if (!ct_same_name(n->interface, h->interface))
			continue;
		if (n->func && ct_same_name(n->name, h->name))
			return n->index;
		if (!n->func)
			instance = n->index;
	}
	CHECK(instance != UINT32_MAX);
	alias(e, BYTE_FUNC, instance, h->name);
	vec_push(e->w->arena, &e->known, (struct known){
		h->interface, h->name, true, e->nfuncs });
	return e->nfuncs++;
}

/* --- core modules and instances -------------------------------------------------- */

static void core_alias(struct emit *e, uint8_t sort, uint32_t instance,
		       struct ct_name name)
{
	struct buf b = begin(e);

	buf_u8(&b, 0);
	buf_u8(&b, sort);
	buf_u8(&b, 1);
	buf_uleb(&b, instance);
	comp_enc_name(&b, name);
	comp_enc_entry(e->out, COMP_SECTION_ALIAS, &b);
}

static uint32_t core_func(struct emit *e, uint32_t instance, const char *name)
{
	core_alias(e, CORE_FUNC, instance,
		   (struct ct_name){ name, (uint32_t)strlen(name) });
	return e->ncore_funcs++;
}

static void modules(struct emit *e, bool start)
{
	const struct wasm_module *m = e->w->m;
	struct buf b = begin(e);

	wrap_shim(e->w, e->owns.n, &b);
	comp_enc_section(e->out, COMP_SECTION_MODULE, &b);
	b = begin(e);
	buf_put(&b, m->bytes, m->size);
	comp_enc_section(e->out, COMP_SECTION_MODULE, &b);
	e->w->main_at = e->out->n - m->size;
	b = begin(e);
	wrap_fixup(e->w, e->owns.n, start, &b);
	comp_enc_section(e->out, COMP_SECTION_MODULE, &b);
}

/* Resources that exports define: types with their destructors. */
static void find_owns(struct emit *e, const struct ct_extern *x, uint32_t n,
		      struct ct_name interface)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ct_type t = *ct_get(e->types.types, x[k].type);
		if (x[k].sort == SORT_INSTANCE && !interface.n)
			find_owns(e, t.export, t.nexports, x[k].name);
		if (!is_resource(e, x[k]) ||
		    map_get(&e->types.known, x[k].type))
			continue;
		struct ct_name d = x[k].name;
		d.at = arena_printf(e->w->arena, "[dtor]%.*s", (int)d.n, d.at);
		d.n += 6;
		vec_push(e->w->arena, &e->owns, (struct own){
			x[k].type, wrap_export(e->w, "", interface, d) });
		/* so that none is found twice; its number follows */
		comp_enc_know(&e->types, x[k].type, 0);
	}
}

static void resources(struct emit *e)
{
	for (uint32_t k = 0; k < e->owns.n; k++) {
		struct buf b = begin(e);
		buf_put(&b, "\x3f\x7f", 2);
		buf_u8(&b, e->owns.at[k].dtor != NULL);
		if (e->owns.at[k].dtor)
			buf_uleb(&b, core_func(e, 0, arena_printf(
				e->w->arena, "%u", e->w->holes.n + k)));
		comp_enc_entry(e->out, COMP_SECTION_TYPE, &b);
		comp_enc_know(&e->types, e->owns.at[k].type,
			      e->types.ntypes++);
	}
}

/* The shims that stand for imports of one module name. */
static uint32_t bag_of(struct emit *e, const struct wasm_import *like)
{
	const struct wasm_module *m = e->w->m;
	struct buf b = begin(e), items = begin(e);
	uint32_t n = 0;

	for (uint32_t k = 0; k < m->imports.n; k++) {
		const struct wasm_import *i = &m->imports.at[k];
		if (strcmp(i->module, like->module) != 0)
			continue;
		bool twice = false;
		for (uint32_t p = 0; p < k; p++)
			twice |= !strcmp(m->imports.at[p].module, i->module) &&
				 !strcmp(m->imports.at[p].name, i->name);
		if (twice)
			continue;
		uint32_t f = core_func(e, 0, arena_printf(e->w->arena, "%u",
							  k));
		comp_enc_name(&items, (struct ct_name){ i->name, i->nname });
		buf_u8(&items, CORE_FUNC);
		buf_uleb(&items, f);
		n++;
	}
	buf_u8(&b, 1);
	buf_uleb(&b, n);
	buf_put(&b, items.at, items.n);
	comp_enc_entry(e->out, COMP_SECTION_CORE_INSTANCE, &b);
	return e->ncore_instances++;
}

static void instantiate_main(struct emit *e)
{
	const struct wasm_module *m = e->w->m;
	struct buf b = begin(e), args = begin(e);
	uint32_t n = 0;

	for (uint32_t k = 0; k < m->imports.n; k++) {
		const struct wasm_import *i = &m->imports.at[k];
		bool seen = false;
		for (uint32_t p = 0; p < k; p++)
			seen |= !strcmp(m->imports.at[p].module, i->module);
		if (seen)
			continue;
		uint32_t bag = bag_of(e, i);
		comp_enc_name(&args, (struct ct_name){ i->module, i->nmodule });
		buf_u8(&args, 0x12);
		buf_uleb(&args, bag);
		n++;
	}
	buf_u8(&b, 0);
	buf_uleb(&b, MODULE_MAIN);
	buf_uleb(&b, n);
	buf_put(&b, args.at, args.n);
	comp_enc_entry(e->out, COMP_SECTION_CORE_INSTANCE, &b);
	e->main = e->ncore_instances++;
}

static const struct wasm_export *core_export(const struct emit *e,
					     const char *name, uint8_t kind)
{
	const struct wasm_export *x = wrap_export(
		e->w, name, (struct ct_name){ "", 0 },
		(struct ct_name){ "", 0 });

	return x && x->kind == kind ? x : NULL;
}

static uint32_t realloc_named(struct emit *e, const char *name)
{
	if (core_export(e, name, WASM_FUNC))
		return core_func(e, e->main, name);
	if (core_export(e, "cabi_realloc", WASM_FUNC))
		return core_func(e, e->main, "cabi_realloc");
	return UINT32_MAX;
}

static void main_exports(struct emit *e)
{
	e->memory = core_export(e, "memory", WASM_MEMORY) != NULL;
	if (e->memory)
		core_alias(e, CORE_MEMORY, e->main,
			   (struct ct_name){ "memory", 6 });
	e->table = core_export(e, "__indirect_function_table", WASM_TABLE) !=
		   NULL;
	if (e->table)
		core_alias(e, CORE_TABLE, e->main,
			   (struct ct_name){ "__indirect_function_table",
					     25 });
	e->realloc_import = realloc_named(e, "cabi_import_realloc");
	e->realloc_export = realloc_named(e, "cabi_export_realloc");
}

/* --- canonical definitions ---------------------------------------------------------- */

/* n options so far in b; the rest follows. */
static void options(struct emit *e, struct buf *b, uint32_t realloc,
		    bool async, uint32_t n, const struct buf *more)
{
	buf_uleb(b, n + 1 + e->memory +
		 (e->memory && realloc != UINT32_MAX) + async);
	buf_u8(b, e->w->w->encoding);
	if (e->memory)
		buf_put(b, "\3\0", 2);
	if (e->memory && realloc != UINT32_MAX) {
		buf_u8(b, 4);
		buf_uleb(b, realloc);
	}
	if (async)
		buf_u8(b, 6);
	if (more)
		buf_put(b, more->at, more->n);
}

static void operand(struct emit *e, struct buf *b, const struct hole *h,
		    char c)
{
	switch (c) {
	case 'e':
	case 'r':
		buf_uleb(b, comp_enc_type(&e->types, h->type));
		break;
	case 'c':
		buf_u8(b, 0);
		buf_uleb(b, imported(e, h));
		break;
	case 'v': {
		uint32_t r = ct_get(e->types.types, h->type)->elem;
		if (r == CT_NO_TYPE) {
			buf_put(b, "\1\0", 2);
		} else {
			buf_u8(b, 0);
			comp_enc_use(&e->types, b, r);
		}
		break;
	}
	case 'o':
		options(e, b, h->op == CANON_TASK_RETURN ? UINT32_MAX :
			h->exported ? e->realloc_export : e->realloc_import,
			h->async, 0, NULL);
		break;
	case 'a':
		buf_u8(b, h->async);
		break;
	case 'x':
		buf_u8(b, h->cancellable);
		break;
	case 's':
		buf_u8(b, 0x7f);
		buf_uleb(b, h->slot);
		break;
	default:	/* m, t, b: the only memory, type, table */
		buf_uleb(b, 0);
	}
}

static void builtin(struct emit *e, const struct hole *h)
{
	const struct canon_info *c = &canon_info[h->op];
	struct buf b = begin(e);

	if ((strchr(c->operands, 'm') && !e->memory) ||
	    (strchr(c->operands, 'b') && !e->table)) {
		wrap_fail(e->w, DIAG_IMPORT, h->at, "%s needs a %s: the module "
			  "exports none named %s", c->name,
			  e->memory ? "table" : "memory",
			  e->memory ? "__indirect_function_table" : "memory");
		return;
	}
	if (h->op == CANON_THREAD_NEW_INDIRECT) {
		buf_put(&b, "\x60\1\x7f\0", 4);
		comp_enc_entry(e->out, COMP_SECTION_CORE_TYPE, &b);
		b = begin(e);
	}
	buf_u8(&b, c->code);
	for (const char *p = c->operands; *p; p++)
		operand(e, &b, h, *p);
	comp_enc_entry(e->out, COMP_SECTION_CANON, &b);
	e->ncore_funcs++;
}

static void instantiate_fixup(struct emit *e, uint32_t first, bool start)
{
	struct buf b = begin(e), items = begin(e);
	uint32_t n = e->w->holes.n + e->owns.n;

	for (uint32_t k = 0; k < n + start; k++) {
		uint32_t f = first + k;
		const struct wasm_export *d = k < e->w->holes.n || k == n ?
			NULL : e->owns.at[k - e->w->holes.n].dtor;
		if (k == n)
			f = core_func(e, e->main, "_initialize");
		else if (k >= e->w->holes.n)
			f = d ? core_func(e, e->main, d->name) :
				core_func(e, 0, arena_printf(e->w->arena, "%u",
							     k));
		text(&items, k == n ? "init" :
		     arena_printf(e->w->arena, "%u", k));
		buf_u8(&items, CORE_FUNC);
		buf_uleb(&items, f);
	}
	core_alias(e, CORE_TABLE, 0, (struct ct_name){ "t", 1 });
	text(&items, "t");
	buf_u8(&items, CORE_TABLE);
	buf_uleb(&items, e->table);
	buf_u8(&b, 1);
	buf_uleb(&b, n + start + 1);
	buf_put(&b, items.at, items.n);
	comp_enc_entry(e->out, COMP_SECTION_CORE_INSTANCE, &b);
	uint32_t bag = e->ncore_instances++;
	b = begin(e);
	buf_u8(&b, 0);
	buf_uleb(&b, MODULE_FIXUP);
	buf_u8(&b, 1);
	text(&b, "");
	buf_u8(&b, 0x12);
	buf_uleb(&b, bag);
	comp_enc_entry(e->out, COMP_SECTION_CORE_INSTANCE, &b);
	e->ncore_instances++;
}

/* --- exports ----------------------------------------------------------------------------- */

static uint32_t lift(struct emit *e, const struct lifted *l)
{
	struct buf b = begin(e), more = begin(e);
	const struct ct_name none = { "", 0 };
	const struct wasm_export *cb = wrap_export(e->w, "[callback]", none,
						   l->core);
	const struct wasm_export *post = wrap_export(e->w, "cabi_post_", none,
						     l->core);
	uint32_t f = core_func(e, e->main, l->core.at), n = 0;

	if (l->async && cb) {
		buf_u8(&more, 7);
		buf_uleb(&more, core_func(e, e->main, cb->name));
		n++;
	}
	if (!l->async && post) {
		buf_u8(&more, 5);
		buf_uleb(&more, core_func(e, e->main, post->name));
		n++;
	}
	uint32_t type = comp_enc_type(&e->types, l->type);
	buf_put(&b, "\0\0", 2);
	buf_uleb(&b, f);
	options(e, &b, e->realloc_export, l->async, n, &more);
	buf_uleb(&b, type);
	comp_enc_entry(e->out, COMP_SECTION_CANON, &b);
	return e->nfuncs++;
}

static void export(struct emit *e, struct ct_name name, uint8_t sort,
		   uint32_t index)
{
	struct buf b = begin(e);

	comp_enc_extern_name(&b, name);
	buf_u8(&b, sort);
	buf_uleb(&b, index);
	buf_u8(&b, 0);
	comp_enc_entry(e->out, COMP_SECTION_EXPORT, &b);
	if (sort == BYTE_FUNC)
		e->nfuncs++;
	else if (sort == BYTE_INSTANCE)
		e->ninstances++;
	else
		e->types.ntypes++;
}

/* Types that an exported interface has. */
static uint32_t bag_types(struct emit *e, struct ct_name interface,
			  struct buf *items)
{
	const struct ct_extern *x = ct_find(e->w->w->export.at,
					    e->w->w->export.n, interface);
	uint32_t n = 0;

	if (!x)
		return 0;
	const struct ct_type t = *ct_get(e->types.types, x->type);
	for (uint32_t k = 0; k < t.nexports; k++) {
		if (t.export[k].sort != SORT_TYPE)
			continue;
		uint32_t index = comp_enc_type(&e->types, t.export[k].type);
		comp_enc_extern_name(items, t.export[k].name);
		buf_u8(items, BYTE_TYPE);
		buf_uleb(items, index);
		n++;
	}
	return n;
}

/* All functions of the interface of lifts.at[first]. */
static void export_interface(struct emit *e, const uint32_t *func,
			     uint32_t first)
{
	const struct lifted *l = e->w->lifts.at;
	struct buf b = begin(e), items = begin(e);
	uint32_t n = bag_types(e, l[first].interface, &items);

	for (uint32_t k = first; k < e->w->lifts.n; k++) {
		if (!ct_same_name(l[k].interface, l[first].interface))
			continue;
		comp_enc_extern_name(&items, l[k].name);
		buf_u8(&items, BYTE_FUNC);
		buf_uleb(&items, func[k]);
		n++;
	}
	buf_u8(&b, 1);
	buf_uleb(&b, n);
	buf_put(&b, items.at, items.n);
	comp_enc_entry(e->out, COMP_SECTION_INSTANCE, &b);
	export(e, l[first].interface, BYTE_INSTANCE, e->ninstances++);
}

static void exports(struct emit *e)
{
	const struct lifted *l = e->w->lifts.at;
	uint32_t n = e->w->lifts.n;
	uint32_t *func = arena_array(e->w->arena, uint32_t, n);

	for (uint32_t k = 0; k < e->w->w->export.n; k++) {
		struct ct_extern x = e->w->w->export.at[k];
		if (x.sort == SORT_TYPE)
			export(e, x.name, BYTE_TYPE,
			       comp_enc_type(&e->types, x.type));
	}
	for (uint32_t k = 0; k < n; k++)
		func[k] = lift(e, &l[k]);
	for (uint32_t k = 0; k < n; k++) {
		bool first = true;
		for (uint32_t p = 0; p < k; p++)
			first &= !ct_same_name(l[p].interface, l[k].interface);
		if (!l[k].interface.n)
			export(e, l[k].name, BYTE_FUNC, func[k]);
		else if (first)
			export_interface(e, func, k);
	}
}

void wrap_emit(struct wrap *w, struct buf *out)
{
	struct emit e = { .w = w, .out = out };
	struct buf b = begin(&e);
	bool start = core_export(&e, "_initialize", WASM_FUNC) != NULL;

	comp_enc_init(&e.types, out, w->w->types);
	comp_enc_header(out);
	if (!w->w->given)
		wrap_infer_imports(w);
	for (uint32_t k = 0; k < w->w->import.n; k++)
		import_extern(&e, w->w->import.at[k]);
	find_owns(&e, w->w->export.at, w->w->export.n,
		  (struct ct_name){ "", 0 });
	modules(&e, start);
	buf_put(&b, "\0\0\0", 3);
	comp_enc_entry(e.out, COMP_SECTION_CORE_INSTANCE, &b);
	e.ncore_instances++;
	resources(&e);
	instantiate_main(&e);
	main_exports(&e);
	uint32_t first = e.ncore_funcs;
	for (uint32_t k = 0; k < w->holes.n && !w->bad; k++)
		builtin(&e, &w->holes.at[k]);
	if (w->bad)
		return;
	instantiate_fixup(&e, first, start);
	exports(&e);
}
