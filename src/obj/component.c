/* component.c - descriptors of built-ins and calls, and what imports are. */
#include "obj/component.h"

#include <stdio.h>
#include <string.h>

#include "component/link.h"
#include "obj/component_stub.h"
#include "obj/module_stub.h"
#include "t32/bound.h"

/* Layouts: heddle/component.h. */
enum { INSTANCE_BYTES = 92, MAX_NUMBER = 250 };
/* core/builtin.h, core/task.h */
enum { CANON_SYNC = 1, CANON_CANCELLABLE = 2 };
enum { LIFT_ASYNC = 1, LIFT_CALLBACK = 2, LIFT_TYPED = 4, LIFT_FIBER = 8,
       LIFT_HOST = 16 };

static const struct wasm_functype *type_of(const struct mod *b, uint32_t func)
{
	return &b->m->types.at[b->m->funcs.at[func].type];
}

static const struct wasm_import *import_of(const struct mod *b, uint32_t func)
{
	return &b->m->imports.at[b->m->funcs.at[func].import];
}

static uint32_t *have(struct mod *b, uint32_t n)
{
	return arena_array(b->a, uint32_t, n ? n : 1);
}

static const char *local(struct mod *b, const char *what, uint32_t k)
{
	return arena_printf(b->a, "%s.%s%u", b->n->prefix, what, k);
}

static void pointer_or_null(struct mod *b, uint32_t have)
{
	if (have)
		mod_pointer(b, b->rodata, have - 1, 0);
	else
		mod_word(b, b->rodata, 0);
}

static void put_bytes(struct mod *b, uint8_t a0, uint8_t a1, uint16_t h)
{
	struct buf *o = obj_at(b->o, b->rodata);

	buf_u8(o, a0);
	buf_u8(o, a1);
	buf_u16(o, h);
}

void cobj_put_instance(struct mod *b, uint32_t inst)
{
	if (inst == INFO_NONE)
		mod_pointer(b, b->rodata, mod_reference(b, "hd_host_instance"),
			    0);
	else
		mod_pointer(b, b->rodata, b->comp->instances,
			    inst * INSTANCE_BYTES);
}

/* --- which code can block ------------------------------------------------------- */

static bool import_blocks(const struct mod *b, uint32_t func)
{
	const struct info_builtin *k = info_import(b->comp->info, func);

	return k && info_blocks(b->comp->info, k);
}

static bool *find_blocking(struct mod *b)
{
	const struct bound_graph *g = bound_graph(b->im, b->c->gen.target,
						  b->a);
	bool *r = arena_array(b->a, bool, g->nodes ? g->nodes : 1);
	bool again = true;

	for (uint32_t f = 0; f < b->m->nimported[WASM_FUNC]; f++)
		r[f] = import_blocks(b, f);
	while (again) {		/* callees come first: twice, but for cycles */
		again = false;
		for (uint32_t k = 0; k < g->nodes; k++) {
			uint32_t n = g->order[k];
			for (uint32_t e = g->begin[n]; e < g->begin[n + 1] &&
						       !r[n]; e++)
				if (r[g->edge[e] >> EDGE_BITS])
					r[n] = again = true;
		}
	}
	return r;
}

/* --- elements, resources ------------------------------------------------------------- */

static bool is_number(const struct ct_table *t, uint32_t elem)
{
	return elem == CT_NO_TYPE ||
	       (ct_get(t, elem)->kind >= CT_S8 && ct_get(t, elem)->kind <= CT_F64);
}

/* The adapters [copy]#W:R of the module whose writer is of the type. */
struct ways {
	uint32_t symbol, n;
};

struct way {
	uint32_t w, r, code;	/* built-ins, function */
};

static struct ways copy_ways(struct mod *b, uint32_t type)
{
	const struct info *f = b->comp->info;
	struct way *way = arena_array(b->a, struct way, b->m->exports.n + 1);
	struct ways out = { 0 };
	unsigned w, r;

	for (uint32_t k = 0; k < b->m->exports.n; k++) {
		const struct wasm_export *e = &b->m->exports.at[k];
		if (e->kind != WASM_FUNC ||
		    sscanf(e->name, "[copy]#%u:%u", &w, &r) != 2)
			continue;
		const struct info_builtin *from = info_builtin(f, w);
		const struct info_builtin *to = info_builtin(f, r);
		if (!from || !to || from->type != type || to->type != type ||
		    from->memory == INFO_NONE || to->memory == INFO_NONE)
			continue;
		way[out.n].w = (uint32_t)(from - f->builtins.at);
		way[out.n].r = (uint32_t)(to - f->builtins.at);
		way[out.n++].code = mod_entry(b, e->index);
		mod_memory_desc(b, 0);
	}
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t k = 0; k < out.n; k++) {
		const struct info_builtin *from = &f->builtins.at[way[k].w];
		const struct info_builtin *to = &f->builtins.at[way[k].r];
		buf_u16(obj_at(b->o, b->rodata), (uint16_t)way[k].w);
		buf_u16(obj_at(b->o, b->rodata), (uint16_t)way[k].r);
		mod_pointer(b, b->rodata, way[k].code, 0);
		mod_pointer(b, b->rodata, mod_memory_desc(b, to->memory), 0);
		mod_pointer(b, b->rodata, mod_memory_desc(b, from->memory), 0);
	}
	out.symbol = mod_object(b, local(b, "copies", type), b->rodata, at,
				16 * out.n);
	return out;
}

/* struct hd_copy_table */
static uint32_t copy_table(struct mod *b, uint32_t type)
{
	struct ways w = copy_ways(b, type);
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_pointer(b, b->rodata, w.symbol, 0);
	mod_word(b, b->rodata, w.n);
	return mod_object(b, local(b, "copy_table", type), b->rodata, at, 8);
}

/* struct hd_elem of a stream or future type. */
uint32_t cobj_elem(struct mod *b, uint32_t type)
{
	const struct ct_table *t = &b->comp->info->types;
	const uint32_t elem = ct_get(t, type)->elem;
	const struct ct_type *x = elem == CT_NO_TYPE ? NULL : ct_get(t, elem);
	const bool copies = x && x->size && !ct_any_bytes(t, elem);
	uint32_t table = 0;

	if (b->comp->elem[type])
		return b->comp->elem[type] - 1;
	if (copies)
		table = copy_table(b, type) + 1;
	uint32_t at = mod_here(b, b->rodata, 4);
	struct buf *o = obj_at(b->o, b->rodata);
	buf_u16(o, x ? (uint16_t)x->size : 0);
	buf_u8(o, x ? x->align : 1);
	buf_u8(o, is_number(t, elem));
	if (copies)
		mod_pointer(b, b->rodata,
			    mod_reference(b, "hd_component_copy"), 0);
	else
		mod_word(b, b->rodata, 0);
	pointer_or_null(b, table);
	uint32_t s = mod_object(b, local(b, "elem", type), b->rodata, at, 12);
	b->comp->elem[type] = s + 1;
	return s;
}

/* struct hd_resource */
uint32_t cobj_resource(struct mod *b, uint32_t r)
{
	const struct info_resource *x = &b->comp->info->resources.at[r];
	uint32_t dtor = x->dtor == INFO_NONE ? 0 : mod_entry(b, x->dtor) + 1;

	if (b->comp->resource[r])
		return b->comp->resource[r] - 1;
	uint32_t at = mod_here(b, b->rodata, 4);
	cobj_put_instance(b, x->inst);
	pointer_or_null(b, dtor);
	mod_word(b, b->rodata, r);
	b->comp->resource[r] = mod_object(b, local(b, "resource", r),
					  b->rodata, at, 12) + 1;
	return b->comp->resource[r] - 1;
}

/* --- functions ---------------------------------------------------------------------- */

/* A word whose address stands for a result type with its options. */
static uint32_t result_mark(struct mod *b, uint32_t type, uint32_t encoding,
			    uint32_t memory)
{
	const struct ct_table *t = &b->comp->info->types;

	/* a memory that lifting does not read is no option of the result */
	if (type == CT_NO_TYPE || (!ct_get(t, type)->pointers &&
				   ct_get(t, type)->nflat <= CT_MAX_PARAMS))
		memory = INFO_NONE;
	for (uint32_t k = 0; k < b->comp->results.n; k++) {
		const struct comp_result *r = &b->comp->results.at[k];
		if (r->type == type && r->encoding == encoding &&
		    r->memory == memory)
			return r->symbol;
	}
	uint32_t n = b->comp->results.n, at = mod_here(b, b->rodata, 4);
	mod_word(b, b->rodata, n);
	uint32_t s = mod_object(b, local(b, "result", n), b->rodata, at, 4);
	vec_push(b->a, &b->comp->results,
		 (struct comp_result){ type, encoding, memory, s });
	return s;
}

static uint32_t put_lift(struct mod *b, uint32_t inst, uint32_t callback,
			 uint32_t result, uint32_t flags, const char *name)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	cobj_put_instance(b, inst);
	pointer_or_null(b, callback);
	mod_pointer(b, b->rodata, result, 0);
	mod_word(b, b->rodata, flags);
	return mod_object(b, name, b->rodata, at, 16);
}

static uint32_t lift_flags(const struct mod *b, const struct info_func *f)
{
	const bool *blocks = b->comp->blocks;
	uint32_t flags = f->async ? LIFT_ASYNC : 0;

	if (ct_get(&b->comp->info->types, f->type)->async)
		flags |= LIFT_TYPED;
	if (f->inst == INFO_NONE)
		return flags | LIFT_ASYNC | LIFT_HOST;
	if (f->callback != INFO_NONE)
		flags |= LIFT_CALLBACK;
	if (blocks[f->core] ||
	    (f->callback != INFO_NONE && blocks[f->callback]))
		flags |= LIFT_FIBER;
	return flags;
}

/* struct hd_lift */
static uint32_t lift(struct mod *b, uint32_t k)
{
	const struct info_func *f = &b->comp->info->funcs.at[k];
	uint32_t callback = 0;

	if (b->comp->lift[k])
		return b->comp->lift[k] - 1;
	if (f->callback != INFO_NONE)
		callback = mod_entry(b, f->callback) + 1;
	uint32_t result = result_mark(
		b, ct_get(&b->comp->info->types, f->type)->elem, f->encoding,
		f->memory);
	b->comp->lift[k] = put_lift(b, f->inst, callback, result,
				    lift_flags(b, f), local(b, "lift", k)) + 1;
	return b->comp->lift[k] - 1;
}

/* The code that starts function k with the parameters of `entry`: an adapter,
 * or its own core function when `words` are given by C. */
static uint32_t start_stub(struct mod *b, uint32_t k, uint32_t entry,
			   bool words)
{
	const struct info_func *f = &b->comp->info->funcs.at[k];
	const bool post = f->post_return != INFO_NONE;
	const struct mir_sym sym[] = {
		{ .kind = SYM_OBJECT, .index = mod_entry(b, entry) },
		{ .kind = SYM_RUNTIME, .name = "hd_component_words" },
		{ .kind = SYM_RUNTIME, .name = "hd_component_returned" },
		{ .kind = SYM_RUNTIME, .name = "hd_component_post" },
		{ .kind = SYM_OBJECT,
		  .index = post ? mod_entry(b, f->post_return) : 0 },
		{ .kind = SYM_RUNTIME, .name = "hd_component_posted" },
	};
	const struct cstub s = { type_of(b, entry), sym, post ? 6 : 3, entry,
				 b->c->gen.target, b->a };

	return mod_put_stub(b, cstub_start(&s, f->async ? CSTUB_RETURN :
					   CSTUB_RESOLVE, words, post),
			    arena_printf(b->a, "%s%u", words ? "call" : "start",
					 k));
}

static uint32_t put_lower(struct mod *b, uint32_t callee, uint32_t start,
			  uint32_t results, const char *name)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_pointer(b, b->rodata, callee, 0);
	mod_pointer(b, b->rodata, start, 0);
	mod_pointer(b, b->rodata, results, 0);
	return mod_object(b, name, b->rodata, at, 12);
}

uint32_t cobj_call(struct mod *b, uint32_t k)
{
	uint32_t callee = lift(b, k);
	uint32_t start = start_stub(b, k, b->comp->info->funcs.at[k].core,
				    true);

	return put_lower(b, callee, start, mod_reference(b, "hd_component_done"),
			 local(b, "call", k));
}

/* --- lowered imports ---------------------------------------------------------------- */

/* Word of the caller's arguments that is the result pointer, if there is one:
 * the last. */
static uint32_t pointer_word(const struct mod *b, const struct info_builtin *k)
{
	const struct ct_table *t = &b->comp->info->types;
	const struct info_func *f = &b->comp->info->funcs.at[k->callee];
	const uint32_t r = ct_get(t, f->type)->elem;
	const struct wasm_functype *w = type_of(b, k->func);

	if (r == CT_NO_TYPE || ct_get(t, r)->nflat == 0 ||
	    (!k->async && ct_get(t, r)->nflat <= CT_MAX_RESULTS))
		return UINT32_MAX;
	return cstub_words(w->param, w->nparams) - 1;
}

/* struct hd_lower */
static uint32_t guest_lower(struct mod *b, const struct info_builtin *k)
{
	const struct mir_sym sym = { .kind = SYM_OBJECT,
				     .index = mod_entry(b, k->results) };
	const struct cstub s = { type_of(b, k->results), &sym, 1, k->results,
				 b->c->gen.target, b->a };
	uint32_t callee = lift(b, k->callee);
	uint32_t start = start_stub(b, k->callee, k->start, false);
	uint32_t results = mod_put_stub(b, cstub_results(&s,
							 pointer_word(b, k)),
					arena_printf(b->a, "results%u",
						     k->number));

	return put_lower(b, callee, start, results,
			 local(b, "lower", k->number));
}

/* "P_import_<interface>_<name>" */
static uint32_t host_code(struct mod *b, const struct info_func *f)
{
	return mod_reference(b, module_import_symbol(
		b->n, b->a, (struct mod_text){ f->interface.at, f->interface.n },
		(struct mod_text){ f->name.at, f->name.n }));
}

uint32_t cobj_host_number(struct mod *b, uint32_t func)
{
	uint32_t *at = map_put(&b->comp->imports, func + 1);

	if (!*at) {
		vec_push(b->a, &b->comp->import, func);
		*at = b->comp->import.n;
	}
	return *at - 1;
}

enum { HOST_FUNC_BYTES = 44 };

/* struct hd_host_lower */
static uint32_t host_lower(struct mod *b, const struct info_builtin *k)
{
	const struct info_func *f = &b->comp->info->funcs.at[k->callee];
	const struct wasm_functype *w = type_of(b, k->func);
	const uint32_t pointer = pointer_word(b, k);
	uint32_t callee = lift(b, k->callee), code = host_code(b, f);
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_pointer(b, b->rodata, callee, 0);
	mod_pointer(b, b->rodata, mod_reference(b, "hd_host_start"), 0);
	mod_pointer(b, b->rodata, mod_reference(b, "hd_host_results"), 0);
	mod_pointer(b, b->rodata, mod_reference(b, module_symbol(
		b->n, b->a, "component_imports")),
		HOST_FUNC_BYTES * cobj_host_number(b, k->number));
	mod_pointer(b, b->rodata, code, 0);
	put_bytes(b, pointer == UINT32_MAX ? 0xff : (uint8_t)pointer,
		  k->async ? 0 : (uint8_t)cstub_words(w->result, w->nresults),
		  0);
	return mod_object(b, local(b, "lower", k->number), b->rodata, at, 24);
}

/* --- imports ------------------------------------------------------------------------- */

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
	pointer_or_null(b, elem);
	put_bytes(b, (uint8_t)((sync ? CANON_SYNC : 0) |
			       (k->cancellable ? CANON_CANCELLABLE : 0)),
		  k->memory == INFO_NONE ? 0xff : (uint8_t)k->memory,
		  (uint16_t)id);
	b->comp->canon[id] = mod_object(b, local(b, "canon", k->number),
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
	pointer_or_null(b, type);
	return mod_object(b, local(b, "threads", k->number), b->rodata, at,
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
	const bool host = b->comp->info->funcs.at[k->callee].inst == INFO_NONE;
	uint32_t desc = host ? host_lower(b, k) : guest_lower(b, k);

	return spread(b, k->func, k->async ? "hd_call_async" : "hd_call_sync",
		      desc, !k->async);
}

static uint32_t task_return(struct mod *b, const struct info_builtin *k)
{
	uint32_t mark = result_mark(b, k->type, k->encoding, k->memory);
	uint32_t desc = put_lift(b, k->inst, 0, mark, LIFT_ASYNC,
				 local(b, "return", k->number));

	return spread(b, k->func, "hd_task_return", desc, false);
}

static uint32_t builtin(struct mod *b, const struct info_builtin *k)
{
	const struct canon_info *c = &canon_info[k->op];

	switch (k->op) {
	case CANON_LOWER:
		return lower(b, k);
	case CANON_TASK_RETURN:
		return task_return(b, k);
	case CANON_CONTEXT_GET: case CANON_CONTEXT_SET:
		return prepend(b, k->func, c->symbol, UINT32_MAX, k->slot);
	case CANON_THREAD_NEW_INDIRECT:
		return prepend(b, k->func, "hd_component_thread",
			       thread_table(b, k), 0);
	case CANON_RESOURCE_NEW: case CANON_RESOURCE_DROP:
	case CANON_RESOURCE_REP:
		return prepend(b, k->func, c->symbol,
			       cobj_resource(b, k->resource), 0);
	default:
		return *c->operands ? prepend(b, k->func, c->symbol,
					      canon(b, k), 0)
				    : direct(b, k->func, c->symbol);
	}
}

/* --- what adapters import ------------------------------------------------------------- */

static uint32_t move(struct mod *b, uint32_t func, const char *name,
		     uint32_t what, const uint32_t n[3])
{
	uint32_t at = mod_here(b, b->rodata, 4);

	pointer_or_null(b, what);
	cobj_put_instance(b, n[1]);
	cobj_put_instance(b, n[2]);
	return prepend(b, func, name,
		       mod_object(b, local(b, "move", func), b->rodata, at, 12),
		       0);
}

static uint32_t instance_symbol(struct mod *b, uint32_t k)
{
	return mod_object(b, local(b, "instance", k), b->bss,
			  b->o->symbols.at[b->comp->instances].value +
				  k * INSTANCE_BYTES, INSTANCE_BYTES);
}

static const struct helper {
	const char *name, *symbol;
	enum { OWN, PIPE, ERROR, INSTANCE, PLAIN } kind;
} helpers[] = {
	{ "move-own", "hd_move_own", OWN },
	{ "move-borrow", "hd_move_borrow", OWN },
	{ "move-stream", "hd_move_stream", PIPE },
	{ "move-future", "hd_move_future", PIPE },
	{ "move-error-context", "hd_move_error", ERROR },
	{ "no-leave", "hd_no_leave", INSTANCE },
	{ "instance", "hd_component_instance", INSTANCE },
	{ "trap-bad-value", "hd_trap_bad_value", PLAIN },
};

static const struct helper *find_helper(const char *import, uint32_t n[3])
{
	char name[32];

	n[0] = n[1] = n[2] = INFO_NONE;
	if (sscanf(import, "[%31[a-z0-9-]]#%u:%u:%u", name, &n[0], &n[1],
		   &n[2]) < 1)
		return NULL;
	for (size_t k = 0; k < sizeof helpers / sizeof *helpers; k++)
		if (strcmp(name, helpers[k].name) == 0)
			return &helpers[k];
	return NULL;
}

static uint32_t helper(struct mod *b, uint32_t func)
{
	uint32_t n[3];
	const struct helper *h = find_helper(import_of(b, func)->name, n);

	CHECK(h);	/* component_check */
	switch (h->kind) {
	case OWN:
		return move(b, func, h->symbol, cobj_resource(b, n[0]) + 1, n);
	case PIPE:
		return move(b, func, h->symbol,
			    cobj_elem(b, *map_get(&b->comp->info->type_of,
						  n[0]) - 1) + 1, n);
	case ERROR:
		return move(b, func, h->symbol, 0, n);
	case INSTANCE:
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

/* --- the component --------------------------------------------------------------------- */

void cobj_begin(struct mod *b, const struct info *f)
{
	b->comp = arena_new(b->a, struct comp);
	b->comp->info = f;
	b->comp->elem = have(b, f->types.types.n);
	b->comp->type = have(b, f->types.types.n);
	b->comp->resource = have(b, f->resources.n);
	b->comp->lift = have(b, f->funcs.n);
	b->comp->canon = have(b, f->builtins.n);
	b->comp->instances = mod_zeros(b, local(b, "instances", 0),
				       INSTANCE_BYTES * f->parents.n, 8);
	b->comp->blocks = find_blocking(b);
	map_init(&b->comp->imports, b->a);
}

static uint32_t instances(struct mod *b)
{
	const struct info *f = b->comp->info;
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < f->parents.n; k++) {
		cobj_put_instance(b, k);
		if (f->parents.at[k] == INFO_NONE)
			mod_word(b, b->rodata, 0);
		else
			cobj_put_instance(b, f->parents.at[k]);
	}
	return mod_object(b, local(b, "instance_table", 0), b->rodata, at,
			  8 * f->parents.n);
}

static bool any_blocks(const struct mod *b)
{
	const struct info *f = b->comp->info;
	bool any = false;

	for (uint32_t k = 0; k < f->funcs.n; k++)
		any |= (lift_flags(b, &f->funcs.at[k]) & LIFT_FIBER) != 0;
	return any;
}

/* struct hd_component; blocks is what links the fibers. */
void cobj_end(struct mod *b)
{
	const struct info *f = b->comp->info;
	uint32_t table = instances(b);
	uint32_t exports = cobj_exports(b), imports = cobj_imports(b);
	uint32_t module = mod_reference(b, module_symbol(b->n, b->a, "module"));
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_pointer(b, b->rodata, module, 0);
	mod_pointer(b, b->rodata, table, 0);
	mod_word(b, b->rodata, f->parents.n);
	mod_pointer(b, b->rodata, exports, 0);
	mod_word(b, b->rodata, f->exports.n);
	mod_pointer(b, b->rodata, imports, 0);
	mod_word(b, b->rodata, b->comp->import.n);
	if (any_blocks(b))
		mod_pointer(b, b->rodata, mod_reference(b, "hd_fiber_run"), 0);
	else
		mod_word(b, b->rodata, 0);
	mod_alias(b, module_symbol(b->n, b->a, "component"),
		  mod_object(b, local(b, "component", 0), b->rodata, at, 32));
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
	const struct helper *h = find_helper(name, n);

	if (!h)
		return false;
	switch (h->kind) {
	case OWN:
		return n[0] < f->resources.n && n[1] < f->parents.n &&
		       n[2] < f->parents.n;
	case PIPE:
		return map_get(&f->type_of, n[0]) && n[1] < f->parents.n &&
		       n[2] < f->parents.n;
	case ERROR:
		return n[1] < f->parents.n && n[2] < f->parents.n;
	case INSTANCE:
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
	if (pointer_instance) {
		diag_report(s, DIAG_UNSUPPORTED, DIAG_NOWHERE,
			    "--instance=pointer for a component");
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
