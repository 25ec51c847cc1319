/* component_import.c - what the functions imported from LINK_MODULE are. */
#include <string.h>

#include "component/link.h"
#include "obj/component.h"
#include "obj/component_stub.h"
#include "obj/module_stub.h"

enum { MAX_NUMBER = 250 };
/* core/builtin.h */
enum { CANON_SYNC = 1, CANON_CANCELLABLE = 2, CANON_BYTES = 4 };

static const struct wasm_functype *type_of(const struct mod *b, uint32_t func)
{
	return &b->m->types.at[b->m->funcs.at[func].type];
}

/* --- built-ins ----------------------------------------------------------------------- */

/* A read or write of single bytes that does not block: the runtime's short way. */
static bool copies_bytes(const struct mod *b, const struct info_builtin *k)
{
	const struct ct_table *t = &b->comp->info->types;

	if ((k->op != CANON_STREAM_READ && k->op != CANON_STREAM_WRITE) ||
	    !k->async || k->memory == INFO_NONE)
		return false;
	const uint32_t elem = ct_get(t, k->type)->elem;
	return elem != CT_NO_TYPE && (ct_get(t, elem)->kind == CT_S8 ||
				      ct_get(t, elem)->kind == CT_U8);
}

/* struct hd_canon */
static uint32_t canon(struct mod *b, const struct info_builtin *k)
{
	const uint32_t id = (uint32_t)(k - b->comp->info->builtins.at);
	const char *operands = canon_info[k->op].operands;
	const bool pipe = strchr(operands, 'e');
	const bool sync = strpbrk(operands, "oa") && !k->async;
	uint32_t elem = pipe ? cobj_elem(b, k->type) + 1 : 0;

	if (b->comp->canon[id])
		return b->comp->canon[id] - 1;
	uint32_t at = mod_here(b, b->rodata, 4);
	cobj_pointer_or_null(b, elem);
	cobj_put_bytes(b, (uint8_t)((sync ? CANON_SYNC : 0) |
			       (k->cancellable ? CANON_CANCELLABLE : 0) |
			       (copies_bytes(b, k) ? CANON_BYTES : 0)),
		  k->memory == INFO_NONE ? 0xff : (uint8_t)k->memory,
		  (uint16_t)id);
	b->comp->canon[id] = mod_object(b, cobj_local(b, "canon", k->number),
					b->rodata, at, 8) + 1;
	return b->comp->canon[id] - 1;
}

static uint32_t thread_table(struct mod *b, const struct info_builtin *k)
{
	const struct wasm_functype want = {
		.param = (uint8_t[]){ T_I32 }, .nparams = 1 };
	uint32_t storage = mod_table(b, k->table);
	uint32_t size = mod_table_size(b, k->table), type = 0;

	for (uint32_t t = 0; t < b->m->types.n; t++)
		if (wasm_same_type(&b->m->types.at[t], &want))
			type = mod_type(b, t) + 1;
	uint32_t at = mod_here(b, b->rodata, 4);
	mod_pointer(b, b->rodata, storage, 0);
	mod_pointer(b, b->rodata, size, 0);
	mod_word(b, b->rodata, 0);
	cobj_pointer_or_null(b, type);
	return mod_object(b, cobj_local(b, "threads", k->number), b->rodata, at,
			  16);
}

/* Stubs are named as any import would be: that is how the checker knows what
 * is called. */
static const char *import_name(const struct mod *b, uint32_t func)
{
	return b->n->import[b->m->funcs.at[func].import];
}

/* The runtime's function as it is. */
static uint32_t direct(struct mod *b, uint32_t func, const char *name)
{
	const struct mir_sym sym = { .kind = SYM_RUNTIME, .name = name };

	return mod_put_stub(b, stub_jump(&sym, func, b->a),
			    import_name(b, func));
}

static uint32_t prepend(struct mod *b, uint32_t func, const char *name,
			uint32_t desc, uint32_t constant)
{
	const struct mir_sym sym[] = {
		{ .kind = SYM_RUNTIME, .name = name },
		{ .kind = SYM_OBJECT, .index = desc },
	};
	const struct cstub s = { type_of(b, func), sym,
				 desc == UINT32_MAX ? 1 : 2, func,
				 b->c->gen.target, b->a };

	return mod_put_stub(b, cstub_prepend(&s, constant),
			    import_name(b, func));
}

/* A read or write: where and how much stay in the guest's registers. */
static uint32_t append(struct mod *b, uint32_t func, const char *name,
		       uint32_t desc)
{
	const struct mir_sym sym[] = {
		{ .kind = SYM_RUNTIME, .name = name },
		{ .kind = SYM_OBJECT, .index = desc },
	};
	const struct cstub s = { type_of(b, func), sym, 2, func,
				 b->c->gen.target, b->a };

	return mod_put_stub(b, cstub_append(&s), import_name(b, func));
}

static uint32_t spread(struct mod *b, uint32_t func, const char *name,
		       uint32_t desc, bool back)
{
	const struct mir_sym sym[] = {
		{ .kind = SYM_RUNTIME, .name = name },
		{ .kind = SYM_OBJECT, .index = desc },
	};
	const struct cstub s = { type_of(b, func), sym, 2, func,
				 b->c->gen.target, b->a };

	return mod_put_stub(b, cstub_spread(&s, back), import_name(b, func));
}

static uint32_t lower(struct mod *b, const struct info_builtin *k)
{
	const bool blocks = info_blocks(b->comp->info, k);

	return spread(b, k->func, k->async ? "hd_call_async" : blocks ?
		      "hd_sync_call" : "hd_call_sync",
		      cobj_lower(b, k), !k->async);
}

/* hd_X, or hd_sync_X for the form that blocks. */
static const char *symbol(struct mod *b, const struct info_builtin *k)
{
	const struct canon_info *c = &canon_info[k->op];
	const bool sync = k->op == CANON_WAITABLE_SET_WAIT ||
			  (!k->async && strpbrk(c->operands, "ea") &&
			   strpbrk(c->operands, "oa"));

	return sync ? arena_printf(b->a, "hd_sync_%s", c->symbol + 3) :
		      c->symbol;
}

static uint32_t builtin(struct mod *b, const struct info_builtin *k)
{
	const struct canon_info *c = &canon_info[k->op];

	switch (k->op) {
	case CANON_LOWER:
		return lower(b, k);
	case CANON_TASK_RETURN:
		return spread(b, k->func, "hd_task_return", cobj_return(b, k),
			      false);
	case CANON_CONTEXT_GET: case CANON_CONTEXT_SET:
		return prepend(b, k->func, c->symbol, UINT32_MAX, k->slot);
	case CANON_THREAD_NEW_INDIRECT:
		return prepend(b, k->func, "hd_component_thread",
			       thread_table(b, k), 0);
	case CANON_RESOURCE_NEW: case CANON_RESOURCE_DROP:
	case CANON_RESOURCE_REP:
		return prepend(b, k->func, c->symbol,
			       cobj_resource(b, k->resource), 0);
	case CANON_STREAM_READ: case CANON_STREAM_WRITE:
	case CANON_FUTURE_READ: case CANON_FUTURE_WRITE:
		return append(b, k->func, symbol(b, k), canon(b, k));
	default:
		return *c->operands ? prepend(b, k->func, symbol(b, k),
					      canon(b, k), 0)
				    : direct(b, k->func, c->symbol);
	}
}

/* --- what adapters import ------------------------------------------------------------- */

static uint32_t move(struct mod *b, uint32_t func, const char *name,
		     uint32_t what, const uint32_t n[3])
{
	uint32_t at = mod_here(b, b->rodata, 4);

	cobj_pointer_or_null(b, what);
	cobj_put_instance(b, n[1]);
	cobj_put_instance(b, n[2]);
	return prepend(b, func, name,
		       mod_object(b, cobj_local(b, "move", func), b->rodata, at, 12),
		       0);
}

static uint32_t instance_symbol(struct mod *b, uint32_t k)
{
	return mod_object(b, cobj_local(b, "instance", k), b->bss,
			  b->o->symbols.at[b->comp->instances].value +
				  k * COBJ_INSTANCE_BYTES, COBJ_INSTANCE_BYTES);
}

static uint32_t helper(struct mod *b, uint32_t func)
{
	uint32_t n[3];
	const struct info_helper *h = info_helper(
		b->m->imports.at[b->m->funcs.at[func].import].name, n);

	CHECK(h);	/* component_check */
	switch (h->kind) {
	case HELPER_HANDLE:
		return move(b, func, h->symbol, cobj_resource(b, n[0]) + 1, n);
	case HELPER_PIPE:
		return move(b, func, h->symbol,
			    cobj_elem(b, *map_get(&b->comp->info->type_of,
						  n[0]) - 1) + 1, n);
	case HELPER_ERROR_CONTEXT:
		return move(b, func, h->symbol, 0, n);
	case HELPER_INSTANCE:
		return prepend(b, func, h->symbol, instance_symbol(b, n[0]), 0);
	default:
		return direct(b, func, h->symbol);
	}
}

uint32_t cobj_import(struct mod *b, uint32_t func)
{
	const struct info_builtin *k = info_import(b->comp->info, func);

	return k ? builtin(b, k) : helper(b, func);
}

bool cobj_hides(const struct mod *b, const struct wasm_export *e)
{
	return b->comp && e->name[0] == '[';
}

/* --- checks -------------------------------------------------------------------------- */

static bool refuse(struct diag_sink *s, const char *what, uint32_t n,
		   uint32_t most)
{
	diag_report(s, DIAG_UNSUPPORTED, DIAG_NOWHERE,
		    "%u %s in a component; at most %u", n, what, most);
	return false;
}

/* A name as an adapter's import must have it, with numbers that exist. */
static bool known(const struct info *f, const char *name)
{
	uint32_t n[3];
	const struct info_helper *h = info_helper(name, n);

	if (!h)
		return false;
	switch (h->kind) {
	case HELPER_HANDLE:
		return n[0] < f->resources.n && n[1] < f->parents.n &&
		       n[2] < f->parents.n;
	case HELPER_PIPE:
		return map_get(&f->type_of, n[0]) && n[1] < f->parents.n &&
		       n[2] < f->parents.n;
	case HELPER_ERROR_CONTEXT:
		return n[1] < f->parents.n && n[2] < f->parents.n;
	case HELPER_INSTANCE:
		return n[0] < f->parents.n;
	default:
		return true;
	}
}

static bool check_imports(const struct info *f, const struct wasm_module *m,
			  struct diag_sink *s)
{
	for (uint32_t k = 0; k < m->nimported[WASM_FUNC]; k++) {
		const struct wasm_import *i =
			&m->imports.at[m->funcs.at[k].import];
		if (strcmp(i->module, LINK_MODULE) != 0 ||
		    info_import(f, k) || known(f, i->name))
			continue;
		diag_report(s, DIAG_IMPORT, i->at, LINK_MODULE " has no \"%s\"",
			    i->name);
		return false;
	}
	return true;
}

bool component_check(const struct info *f, const struct wasm_module *m,
		     bool pointer_instance, struct diag_sink *s)
{
	if (pointer_instance && f->walls) {
		diag_report(s, DIAG_UNSUPPORTED, DIAG_NOWHERE,
			    "--instance=pointer with --mpu: memories of shared "
			    "code lie with the rest of their instance, not "
			    "behind walls");
		return false;
	}
	for (uint32_t k = 0; k < f->types.types.n; k++) {
		const struct ct_type *x = ct_get(&f->types, k);
		const bool pipe = (x->kind == CT_STREAM ||
				   x->kind == CT_FUTURE) &&
				  x->elem != CT_NO_TYPE;
		if (pipe && ct_get(&f->types, x->elem)->size > UINT16_MAX)
			return refuse(s, "bytes of an element",
				      ct_get(&f->types, x->elem)->size,
				      UINT16_MAX);
	}
	if (f->parents.n > MAX_NUMBER)
		return refuse(s, "instances", f->parents.n, MAX_NUMBER);
	if (f->resources.n > MAX_NUMBER)
		return refuse(s, "resources", f->resources.n, MAX_NUMBER);
	if (m->memories.n > MAX_NUMBER)
		return refuse(s, "memories", m->memories.n, MAX_NUMBER);
	if (f->builtins.n > UINT16_MAX)
		return refuse(s, "built-ins", f->builtins.n, UINT16_MAX);
	return check_imports(f, m, s);
}
