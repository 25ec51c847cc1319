/* component.c - descriptors of built-ins and calls, and what imports are. */
#include "obj/component.h"

#include <stdio.h>
#include <string.h>

#include "component/link.h"
#include "obj/component_stub.h"
#include "t32/bound.h"

/* Of a struct hd_component_func: heddle/component.h. */
enum { HOST_FUNC_BYTES = 44 };
/* core/task.h */
enum { LIFT_ASYNC = 1, LIFT_CALLBACK = 2, LIFT_TYPED = 4, LIFT_FIBER = 8,
       LIFT_HOST = 16 };

static const struct wasm_functype *type_of(const struct mod *b, uint32_t func)
{
	return &b->m->types.at[b->m->funcs.at[func].type];
}

static uint32_t *have(struct mod *b, uint32_t n)
{
	return arena_array(b->a, uint32_t, n ? n : 1);
}

const char *cobj_local(struct mod *b, const char *what, uint32_t k)
{
	return arena_printf(b->a, "%s.%s%u", b->n->prefix, what, k);
}

void cobj_pointer_or_null(struct mod *b, uint32_t have)
{
	if (have)
		mod_pointer(b, b->rodata, have - 1, 0);
	else
		mod_word(b, b->rodata, 0);
}

void cobj_put_bytes(struct mod *b, uint8_t a0, uint8_t a1, uint16_t h)
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
			    inst * COBJ_INSTANCE_BYTES);
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
	out.symbol = mod_object(b, cobj_local(b, "copies", type), b->rodata, at,
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
	return mod_object(b, cobj_local(b, "copy_table", type), b->rodata, at, 8);
}

/* What copies elements between memories when it is not the runtime's copy of
 * bytes, have. */
static uint32_t copy_code(struct mod *b, const struct ct_type *elem,
			  bool copies)
{
	if (copies)
		return mod_reference(b, b->comp->wall ? "hd_wall_copy_each" :
						"hd_component_copy") + 1;
	return b->comp->wall && elem && elem->size ?
		       mod_reference(b, "hd_wall_copy") + 1 : 0;
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
	cobj_pointer_or_null(b, copy_code(b, x, copies));
	cobj_pointer_or_null(b, table);
	uint32_t s = mod_object(b, cobj_local(b, "element", type), b->rodata, at, 12);
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
	cobj_pointer_or_null(b, dtor);
	mod_word(b, b->rodata, r);
	b->comp->resource[r] = mod_object(b, cobj_local(b, "resource", r),
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
	uint32_t s = mod_object(b, cobj_local(b, "result", n), b->rodata, at, 4);
	vec_push(b->a, &b->comp->results,
		 (struct comp_result){ type, encoding, memory, s });
	return s;
}

static uint32_t put_lift(struct mod *b, uint32_t inst, uint32_t callback,
			 uint32_t result, uint32_t flags, const char *name)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	cobj_put_instance(b, inst);
	cobj_pointer_or_null(b, callback);
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
				    lift_flags(b, f), cobj_local(b, "lift", k)) + 1;
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
			 cobj_local(b, "call", k));
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
			 cobj_local(b, "lower", k->number));
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
	cobj_put_bytes(b, pointer == UINT32_MAX ? 0xff : (uint8_t)pointer,
		  k->async ? 0 : (uint8_t)cstub_words(w->result, w->nresults),
		  0);
	return mod_object(b, cobj_local(b, "lower", k->number), b->rodata, at, 24);
}

uint32_t cobj_lower(struct mod *b, const struct info_builtin *k)
{
	return b->comp->info->funcs.at[k->callee].inst == INFO_NONE ?
		       host_lower(b, k) : guest_lower(b, k);
}

uint32_t cobj_return(struct mod *b, const struct info_builtin *k)
{
	uint32_t mark = result_mark(b, k->type, k->encoding, k->memory);

	return put_lift(b, k->inst, 0, mark, LIFT_ASYNC,
			cobj_local(b, "return", k->number));
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
	b->comp->instances = mod_zeros(b, cobj_local(b, "instances", 0),
				       COBJ_INSTANCE_BYTES * f->parents.n, 8);
	b->comp->blocks = find_blocking(b);
	if (f->walls)
		cobj_plan_walls(b);
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
	return mod_object(b, cobj_local(b, "instance_table", 0), b->rodata, at,
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
	uint32_t walls = b->comp->wall ? cobj_walls(b) + 1 : 0;
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
	cobj_pointer_or_null(b, walls);
	mod_alias(b, module_symbol(b->n, b->a, "component"),
		  mod_object(b, cobj_local(b, "component", 0), b->rodata, at, 36));
}

