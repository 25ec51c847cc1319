/* adapter.c - the adapters between instances.
 *
 * start    caller's parameters to the callee's, then the core function
 * results  callee's flat results to the caller's
 * copy     elements of a stream or future from a writer to a reader
 *
 * They are ordinary functions of the linked module: compiled, optimised and
 * proved like the rest.  The runtime calls them around its bookkeeping.
 */
#include <string.h>

#include "component/convert.h"
#include "wasm/encode.h"

/* The values of a call as one tuple type would be: flat or in memory. */
struct values {
	uint32_t n;
	const struct ct_item *item;
	struct ct_flat flat;
	bool spilled;
	bool pointers;		/* in memory, even when flat */
	uint32_t size, align;
};

static struct values params_of(const struct linker *l, uint32_t func,
			       uint32_t max)
{
	const struct ct_type *f = ct_get(l->g->types, func);
	struct values v = { .n = f->n, .item = f->item, .align = 1 };

	v.flat = ct_flat_params(l->g->types, func);
	v.spilled = v.flat.n > max;
	for (uint32_t k = 0; k < v.n; k++) {
		const struct ct_type *p = ct_get(l->g->types, v.item[k].type);
		v.pointers |= p->pointers;
		if (p->align > v.align)
			v.align = p->align;
		v.size = (v.size + p->align - 1) & ~(p->align - 1u);
		v.size += p->size;
	}
	v.size = (v.size + v.align - 1) & ~(v.align - 1);
	return v;
}

void comp_begin(struct emitter *e, struct linker *l,
		const struct wasm_functype *t, uint32_t at)
{
	*e = (struct emitter){ .l = l, .at = at, .nparams = t->nparams };
	buf_init(&e->code, l->arena);
	for (uint32_t k = 0; k < t->nparams; k++)
		comp_new_local(e, (enum type)t->param[k]);
}

uint32_t comp_finish(struct emitter *e, const struct wasm_functype *t,
		     const char *name, bool exported)
{
	struct buf all;

	comp_emit(e, OP_END, 0);
	if (e->l->dry || e->l->bad)
		return LINK_NONE;
	buf_init(&all, e->l->arena);
	const uint32_t own = e->local.n - e->nparams;
	wasm_encode_locals(own ? e->local.at + e->nparams : NULL, own, &all);
	buf_put(&all, e->code.at, e->code.n);
	uint32_t f = link_new_func(e->l, t, name, &all);
	e->l->funcs.at[f].local = e->local.at;
	e->l->funcs.at[f].nlocals = e->local.n;
	if (exported)
		link_export(e->l, name, WASM_FUNC, f);
	return f;
}

/* Flat values in consecutive locals from `first` on. */
static struct place flat_place(struct emitter *e, const uint8_t *type,
			       uint32_t n, uint32_t first)
{
	struct slot *s = arena_array(e->l->arena, struct slot, n);

	for (uint32_t k = 0; k < n; k++)
		s[k] = (struct slot){ first + k, type[k] };
	return (struct place){ .slot = s };
}

static struct place new_flat(struct emitter *e, const uint8_t *type, uint32_t n)
{
	uint32_t first = e->local.n;

	for (uint32_t k = 0; k < n; k++)
		comp_new_local(e, (enum type)type[k]);
	return flat_place(e, type, n, first);
}

static void push_flat(struct emitter *e, struct place p, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		comp_emit(e, OP_LOCAL_GET, p.slot[k].local);
}

/* Values in memory lie there whole, and aligned. */
static void check_pointer(struct emitter *e, uint32_t memory, uint32_t local,
			  uint32_t size, uint32_t align)
{
	comp_emit_aligned(e, local, align);
	comp_emit_bounds(e, memory, local, LINK_NONE, size);
}

static void convert_all(struct emitter *e, const struct values *v,
			struct place from, struct place to)
{
	uint32_t offset = 0, slot = 0;

	for (uint32_t k = 0; k < v->n; k++) {
		const struct ct_type p =
			*ct_get(e->l->g->types, v->item[k].type);
		struct place a = from, b = to;
		offset = (offset + p.align - 1) & ~(p.align - 1u);
		if (a.memory)
			a.offset += offset;
		else
			a.slot += slot;
		if (b.memory)
			b.offset += offset;
		else
			b.slot += slot;
		comp_convert(e, v->item[k].type, a, b);
		offset += p.size;
		slot += p.nflat;
	}
}

static struct side callee_side(const struct linker *l,
			       const struct graph_func *f)
{
	return (struct side){
		.inst = f->inst, .encoding = f->encoding,
		.memory = link_index(l, WASM_MEMORY, f->memory),
		.realloc = link_index(l, WASM_FUNC, f->realloc),
	};
}

static struct side caller_side(const struct linker *l,
			       const struct graph_builtin *b)
{
	return (struct side){
		.inst = b->inst, .encoding = b->encoding,
		.memory = link_index(l, WASM_MEMORY, b->memory),
		.realloc = link_index(l, WASM_FUNC, b->realloc),
	};
}

/* The adapter runs behind the callee's wall, where there are walls: around code
 * of its own that touches memories they are lifted.  Calls of realloc look
 * after themselves ([no-leave]#I). */
static void lift_walls(struct emitter *e, bool touches)
{
	if (e->l->walls && touches)
		comp_emit_import(e, "[no-wall]", ":");
}

static void back_to_wall(struct emitter *e, bool touches, uint32_t inst)
{
	if (e->l->walls && touches)
		comp_emit_import(e, arena_printf(e->l->arena, "[wall]#%u",
						 inst), ":");
}

/* --- start --------------------------------------------------------------------- */

static uint32_t make_start(struct linker *l, uint32_t k)
{
	const struct graph_builtin *b = &l->g->builtins.at[k];
	const struct graph_func *f = &l->g->funcs.at[b->callee];
	const struct wasm_functype caller = l->g->types->core.at[b->sig].func;
	const struct wasm_functype core =
		ct_flatten(l->g->types, f->type, CT_LIFT, f->async,
			   f->callback.kind != REF_NONE, l->arena);
	const struct wasm_functype t = {
		.param = caller.param, .nparams = caller.nparams,
		.result = core.result, .nresults = core.nresults,
	};
	struct values in = params_of(l, f->type, b->async ?
				     CT_MAX_ASYNC_PARAMS : CT_MAX_PARAMS);
	struct values out = params_of(l, f->type, CT_MAX_PARAMS);
	struct place from = { .memory = true }, to = { .memory = true };
	const bool touches = in.spilled || out.spilled || in.pointers;
	struct emitter e;

	comp_begin(&e, l, &t, b->at);
	e.from = caller_side(l, b);
	e.to = callee_side(l, f);
	lift_walls(&e, touches);
	if (!in.spilled)
		from = flat_place(&e, in.flat.type, in.flat.n, 0);
	else
		check_pointer(&e, e.from.memory, 0, in.size, in.align);
	if (!out.spilled) {
		to = new_flat(&e, out.flat.type, out.flat.n);
	} else {
		to.local = comp_new_local(&e, T_I32);
		comp_emit_realloc(&e, out.align, out.size, LINK_NONE);
		comp_emit(&e, OP_LOCAL_SET, to.local);
		comp_emit_bounds(&e, e.to.memory, to.local, LINK_NONE,
				 out.size);
	}
	convert_all(&e, &in, from, to);
	back_to_wall(&e, touches, f->inst);
	if (out.spilled)
		comp_emit(&e, OP_LOCAL_GET, to.local);
	else
		push_flat(&e, to, out.flat.n);
	comp_emit(&e, OP_CALL, link_index(l, WASM_FUNC, f->core));
	return comp_finish(&e, &t, arena_printf(l->arena, "[start]#%u", k),
			   true);
}

/* --- results --------------------------------------------------------------------- */

static uint32_t make_results(struct linker *l, uint32_t k)
{
	const struct graph_builtin *b = &l->g->builtins.at[k];
	const struct graph_func *f = &l->g->funcs.at[b->callee];
	uint32_t type = ct_get(l->g->types, f->type)->elem;
	const struct ct_type x = type == CT_NO_TYPE ?
		(struct ct_type){ .align = 1 } : *ct_get(l->g->types, type);
	uint32_t max = f->async ? CT_MAX_PARAMS : CT_MAX_RESULTS;
	bool spilled = x.nflat > max;
	bool pointer = b->async ? x.nflat > 0 : x.nflat > CT_MAX_RESULTS;
	const bool touches = spilled || pointer || x.pointers;
	struct wasm_functype t = { .nresults = !pointer && x.nflat > 0 };
	struct place from = { .memory = true }, to = { .memory = true };
	struct emitter e;

	t.param = arena_array(l->arena, uint8_t, CT_FLAT_KEPT + 2);
	t.result = arena_array(l->arena, uint8_t, 1);
	t.nparams = spilled ? 1 : x.nflat;
	if (spilled)
		t.param[0] = T_I32;
	else
		memcpy(t.param, x.flat, x.nflat);
	t.result[0] = x.flat[0];
	to.local = t.nparams;
	if (pointer)
		t.param[t.nparams++] = T_I32;
	comp_begin(&e, l, &t, b->at);
	e.from = callee_side(l, f);
	e.to = caller_side(l, b);
	lift_walls(&e, touches);
	if (spilled)
		check_pointer(&e, e.from.memory, 0, x.size, x.align);
	else
		from = flat_place(&e, x.flat, x.nflat, 0);
	if (pointer)
		check_pointer(&e, e.to.memory, to.local, x.size, x.align);
	else
		to = new_flat(&e, x.flat, x.nflat);
	if (type != CT_NO_TYPE)
		comp_convert(&e, type, from, to);
	back_to_wall(&e, touches, f->inst);
	if (t.nresults)
		push_flat(&e, to, 1);
	return comp_finish(&e, &t, arena_printf(l->arena, "[results]#%u", k),
			   true);
}

/* --- streams ----------------------------------------------------------------------- */

/* Most pairs of writer and reader whose elements need code to be copied. */
enum { MAX_COPIES = 10000 };

static bool writes(const struct graph_builtin *b)
{
	return b->op == CANON_STREAM_WRITE || b->op == CANON_FUTURE_WRITE;
}

static bool reads(const struct graph_builtin *b)
{
	return b->op == CANON_STREAM_READ || b->op == CANON_FUTURE_READ;
}

/* (to, from, n): what the runtime calls at a rendezvous. */
static void make_copy(struct linker *l, uint32_t from, uint32_t to)
{
	const struct graph_builtin *w = &l->g->builtins.at[from];
	const struct graph_builtin *r = &l->g->builtins.at[to];
	const uint32_t core = ct_core_sig(l->g->types, "iii:");
	const struct wasm_functype t = l->g->types->core.at[core].func;
	struct emitter e;

	comp_begin(&e, l, &t, w->at);
	e.from = caller_side(l, w);
	e.to = caller_side(l, r);
	comp_copy_elements(&e, ct_get(l->g->types, w->type)->elem, 0, 1, 2);
	comp_finish(&e, &t, arena_printf(l->arena, "[copy]#%u:%u", from, to),
			   true);
}

static bool needs_copy(const struct linker *l, const struct graph_builtin *b)
{
	uint32_t elem = ct_get(l->g->types, b->type)->elem;

	return elem != CT_NO_TYPE && ct_get(l->g->types, elem)->size &&
	       !ct_any_bytes(l->g->types, elem);
}

/* Any writer can meet any reader of its type. */
static void make_copies(struct linker *l)
{
	const struct graph *g = l->g;
	uint32_t n = 0;

	for (uint32_t w = 0; w < g->builtins.n; w++) {
		const struct graph_builtin *b = &g->builtins.at[w];
		if (!l->live_builtin[w] || !writes(b) || !needs_copy(l, b))
			continue;
		for (uint32_t r = 0; r < g->builtins.n && !l->bad; r++) {
			const struct graph_builtin *c = &g->builtins.at[r];
			if (!l->live_builtin[r] || !reads(c) ||
			    c->type != b->type || c->inst == b->inst)
				continue;
			if (++n > MAX_COPIES)
				link_reject(l, b->at, "more than %d pairs of "
					    "stream writers and readers",
					    MAX_COPIES);
			make_copy(l, w, r);
		}
	}
}

void link_adapters(struct linker *l, bool dry)
{
	CHECK(l->dry == dry);
	for (uint32_t k = 0; k < l->g->builtins.n && !l->bad; k++) {
		const struct graph_builtin *b = &l->g->builtins.at[k];
		if (!l->live_builtin[k] || b->op != CANON_LOWER ||
		    l->g->funcs.at[b->callee].inst == COMP_NONE)
			continue;
		l->out->adapter[k].start = make_start(l, k);
		l->out->adapter[k].results = make_results(l, k);
	}
	make_copies(l);
}
