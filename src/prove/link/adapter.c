/* adapter.c - the adapters of calls and streams, each against its types.
 *
 *   [start]#K    the caller's arguments become the callee's, then its core function is
 *                called, once, and its results handed on
 *   [results]#K  the callee's results become the caller's
 *   [copy]#W:R   elements of a stream or future, from writer W to reader R
 *
 * Post-return, locks and the state of tasks are the runtime's, which calls these.
 */
#include <stdio.h>
#include <string.h>

#include "prove/link/adapt.h"

/* Values of a call as one tuple: flat, or in memory. */
struct values {
	uint32_t inst, n, size, align;
	const struct ct_item *item;
	struct ct_flat flat;
	bool spilled, pointers;
};

static uint32_t up(uint32_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

static struct values params(const struct joint *j, struct typed func,
			    uint32_t max)
{
	const struct ct_table *t = &j->file->types;
	const struct ct_type *f = ct_get(t, func.type);
	struct values v = { .inst = func.inst, .n = f->n, .item = f->item,
			    .align = 1 };

	v.flat = ct_flat_params(t, func.type);
	v.spilled = v.flat.n > max;
	for (uint32_t k = 0; k < f->n; k++) {
		const struct ct_type *p = ct_get(t, f->item[k].type);
		v.pointers |= p->pointers;
		v.align = p->align > v.align ? p->align : v.align;
		v.size = up(v.size, p->align) + p->size;
	}
	v.size = up(v.size, v.align);
	return v;
}

/* --- sides ---------------------------------------------------------------------- */

static uint32_t memory(const struct joint *j, struct thing t)
{
	t = joint_resolve(j, WASM_MEMORY, t);
	return t.kind == THING_CORE ? joint_memory(j, t) : JOINT_NONE;
}

static struct adapt_side callee(const struct joint *j, const struct joint_func *f)
{
	return (struct adapt_side){ f->inst, memory(j, f->memory), f->realloc,
				    f->canon->encoding };
}

static struct adapt_side caller(const struct joint *j,
				const struct joint_builtin *b)
{
	return (struct adapt_side){ b->inst, memory(j, b->memory), b->realloc,
				    b->canon->encoding };
}

/* --- places ----------------------------------------------------------------------- */

/* Flat values in locals from `first` on; JOINT_NONE: in locals not yet set. */
static struct adapt_place flat(struct joint *j, const uint8_t *type, uint32_t n,
			       uint32_t first)
{
	struct adapt_slot *s = arena_array(j->arena, struct adapt_slot, n);

	for (uint32_t k = 0; k < n; k++) {
		s[k].type = type[k];
		s[k].local = first == JOINT_NONE ? JOINT_NONE : first + k;
	}
	return (struct adapt_place){ .slot = s };
}

static struct adapt_place at(uint32_t local)
{
	return (struct adapt_place){ .memory = true, .local = local };
}

static void push(struct adapt *x, struct adapt_place p, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		adapt_get(x, p.slot[k].local);
}

/* What is in memory lies there whole, and aligned. */
static void pointer(struct adapt *x, uint32_t memory, uint32_t local,
		    uint32_t size, uint32_t align)
{
	adapt_aligned(x, local, align);
	adapt_bounds(x, memory, local, JOINT_NONE, size);
}

/* With walls: lifted while memories of both sides are touched. */
static void walls(struct adapt *x, bool touches, uint32_t back_to)
{
	if (!x->j->info->walls || !touches)
		return;
	if (back_to == JOINT_NONE)
		adapt_import(x, "[no-wall]", ":");
	else
		adapt_import(x, arena_printf(x->j->arena, "[wall]#%u", back_to),
			     ":");
}

/* --- start ------------------------------------------------------------------------- */

static struct adapt_place place_of_params(struct adapt *x, const struct values *v)
{
	if (!v->spilled)
		return flat(x->j, v->flat.type, v->flat.n, JOINT_NONE);
	adapt_realloc(x, v->align, v->size, JOINT_NONE);
	const uint32_t p = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	adapt_bounds(x, x->to.memory, p, JOINT_NONE, v->size);
	return at(p);
}

static void all_params(struct adapt *x, const struct values *v,
		       struct adapt_place from, struct adapt_place to)
{
	uint32_t offset = 0, slot = 0;

	for (uint32_t k = 0; k < v->n; k++) {
		const struct ct_type p = *ct_get(&x->j->file->types,
						 v->item[k].type);
		offset = up(offset, p.align);
		adapt_value(x, (struct typed){ v->inst, v->item[k].type },
			    adapt_part(from, offset, slot),
			    adapt_part(to, offset, slot));
		offset += p.size;
		slot += p.nflat;
	}
}

static const struct wasm_functype *core_type(const struct joint *j, struct thing t)
{
	t = joint_resolve(j, WASM_FUNC, t);
	if (t.kind == THING_BUILTIN)
		return j->builtins.at[t.index].sig;
	const struct wasm_module *m = j->cores.at[t.core].m;
	return &m->types.at[m->funcs.at[t.index].type];
}

/* The caller's parameters, the results of the callee's core function. */
static bool start_type(const struct joint *j, const struct joint_builtin *b,
		       struct thing core, uint32_t func)
{
	const struct wasm_functype *results = core_type(j, core);
	const struct wasm_functype t = {
		.param = b->sig->param, .nparams = b->sig->nparams,
		.result = results->result, .nresults = results->nresults,
	};

	return wasm_same_type(&t, &j->linked->types.at[
				      j->linked->funcs.at[func].type]);
}

static bool start(struct joint *j, const struct joint_builtin *b, uint32_t func)
{
	const struct joint_func *f = &j->funcs.at[b->callee];
	const struct values in = params(j, f->type, b->canon->async ?
					CT_MAX_ASYNC_PARAMS : CT_MAX_PARAMS);
	const struct values out = params(j, f->type, CT_MAX_PARAMS);
	const bool touches = in.spilled || out.spilled || in.pointers;
	struct adapt x;

	if (!start_type(j, b, f->core, func))
		return joint_fail(j, "adapter, function %u of the linked module, "
				  "has another type", func);
	adapt_begin(&x, j, func);
	x.from = caller(j, b);
	x.to = callee(j, f);
	walls(&x, touches, JOINT_NONE);
	if (in.spilled)
		pointer(&x, x.from.memory, 0, in.size, in.align);
	const struct adapt_place from = in.spilled ? at(0) :
		flat(j, in.flat.type, in.flat.n, 0);
	const struct adapt_place to = place_of_params(&x, &out);
	all_params(&x, &in, from, to);
	walls(&x, touches, f->inst);
	if (out.spilled)
		adapt_get(&x, to.local);
	else
		push(&x, to, out.flat.n);
	const struct wasm_ins i = adapt_next(&x, OP_CALL);
	return !x.bad && joint_pair(j, WASM_FUNC, f->core, i.index,
				    "the function a start adapter calls") &&
	       adapt_end(&x);
}

/* --- results ------------------------------------------------------------------------- */

/* Parameters: the callee's values, or where they are; then where the caller wants
 * them. */
static bool results_type(const struct joint *j, uint32_t func,
			 const struct ct_type *r, bool spilled, bool pointer)
{
	uint8_t param[CT_FLAT_KEPT + 2] = { T_I32 };
	uint8_t result[1] = { r->flat[0] };
	struct wasm_functype t = { .param = param, .result = result,
				   .nparams = spilled ? 1 : r->nflat,
				   .nresults = !pointer && r->nflat > 0 };

	if (!spilled)
		memcpy(param, r->flat, r->nflat);
	if (pointer)
		param[t.nparams++] = T_I32;
	return wasm_same_type(&t, &j->linked->types.at[
				      j->linked->funcs.at[func].type]);
}

static bool results(struct joint *j, const struct joint_builtin *b, uint32_t func)
{
	const struct joint_func *f = &j->funcs.at[b->callee];
	const struct ct_table *t = &j->file->types;
	const struct typed type = { f->type.inst,
				    ct_get(t, f->type.type)->elem };
	const struct ct_type r = type.type == CT_NO_TYPE ?
		(struct ct_type){ .align = 1 } : *ct_get(t, type.type);
	const bool spilled = r.nflat > (f->canon->async ? CT_MAX_PARAMS :
							  CT_MAX_RESULTS);
	const bool by_pointer = r.nflat > (b->canon->async ? 0 : CT_MAX_RESULTS);
	const bool touches = spilled || by_pointer || r.pointers;
	const uint32_t where = spilled ? 1 : r.nflat;
	struct adapt x;

	if (!results_type(j, func, &r, spilled, by_pointer))
		return joint_fail(j, "adapter, function %u of the linked module, "
				  "has another type", func);
	adapt_begin(&x, j, func);
	x.from = callee(j, f);
	x.to = caller(j, b);
	walls(&x, touches, JOINT_NONE);
	if (spilled)
		pointer(&x, x.from.memory, 0, r.size, r.align);
	if (by_pointer)
		pointer(&x, x.to.memory, where, r.size, r.align);
	const struct adapt_place from = spilled ? at(0) :
		flat(j, r.flat, r.nflat, 0);
	const struct adapt_place to = by_pointer ? at(where) :
		flat(j, r.flat, r.nflat, JOINT_NONE);
	if (type.type != CT_NO_TYPE)
		adapt_value(&x, type, from, to);
	walls(&x, touches, f->inst);
	if (!by_pointer)
		push(&x, to, r.nflat);
	return adapt_end(&x);
}

/* --- streams and futures ---------------------------------------------------------------- */

static bool writes(const struct joint_builtin *b)
{
	return b->canon->op == CANON_STREAM_WRITE ||
	       b->canon->op == CANON_FUTURE_WRITE;
}

static bool reads(const struct joint_builtin *b)
{
	return b->canon->op == CANON_STREAM_READ ||
	       b->canon->op == CANON_FUTURE_READ;
}

static struct typed element(const struct joint *j, const struct joint_builtin *b)
{
	return (struct typed){ b->type.inst,
			       ct_get(&j->file->types, b->type.type)->elem };
}

static bool copy(struct joint *j, const struct joint_builtin *w,
		 const struct joint_builtin *r, uint32_t func)
{
	const struct wasm_functype *t =
		&j->linked->types.at[j->linked->funcs.at[func].type];
	struct adapt x;

	if (strcmp(wasm_type_text(t, j->arena), "iii:") != 0)
		return joint_fail(j, "adapter, function %u of the linked module, "
				  "has another type", func);
	adapt_begin(&x, j, func);
	x.from = caller(j, w);
	x.to = caller(j, r);
	adapt_elements(&x, element(j, w), 0, 1, 2);
	return adapt_end(&x);
}

/* Bytes of such elements are not their values. */
static bool need_copy(struct joint *j, const struct joint_builtin *w,
		      const struct joint_builtin *r)
{
	const uint32_t elem = element(j, w).type;

	return w->inst != r->inst && joint_equal_types(j, w->type, r->type) &&
	       elem != CT_NO_TYPE && ct_get(&j->file->types, elem)->size &&
	       !adapt_any_bytes(j, elem);
}

static const struct wasm_export *find_export(const struct joint *j,
					     const char *name)
{
	for (uint32_t k = 0; k < j->linked->exports.n; k++)
		if (!strcmp(j->linked->exports.at[k].name, name))
			return &j->linked->exports.at[k];
	return NULL;
}

static bool pair_of(struct joint *j, uint32_t w, uint32_t r)
{
	const struct joint_builtin *a = &j->builtins.at[w],
		*b = &j->builtins.at[r];

	if (!reads(b) || !need_copy(j, a, b))
		return true;
	const char *name = arena_printf(j->arena, "[copy]#%u:%u", w, r);
	const struct wasm_export *e = find_export(j, name);
	if (!e)
		return joint_fail(j, "the linked module has no %s", name);
	j->out->adapters++;
	return copy(j, a, b, e->index);
}

/* Any writer can meet any reader of its type. */
static bool copies(struct joint *j)
{
	const struct info *f = j->info;
	uint32_t had = 0, made = j->out->adapters;

	for (uint32_t w = 0; w < f->builtins.n; w++)
		for (uint32_t r = 0; r < f->builtins.n &&
		     writes(&j->builtins.at[f->builtins.at[w].number]); r++)
			if (!pair_of(j, f->builtins.at[w].number,
				     f->builtins.at[r].number))
				return false;
	for (uint32_t k = 0; k < j->linked->exports.n; k++)
		had += !strncmp(j->linked->exports.at[k].name, "[copy]", 6);
	return had == j->out->adapters - made ||
	       joint_fail(j, "the linked module has copy adapters for types that "
			  "need none");
}

static bool calls(struct joint *j, const struct info_builtin *i)
{
	const struct joint_builtin *b = &j->builtins.at[i->number];

	if (i->start == INFO_NONE)
		return true;
	j->out->adapters += 2;
	return start(j, b, i->start) && results(j, b, i->results);
}

bool joint_adapters(struct joint *j)
{
	for (uint32_t k = 0; k < j->info->builtins.n; k++)
		if (!calls(j, &j->info->builtins.at[k])) {
			joint_fail(j, "adapters of built-in %u",
				   j->info->builtins.at[k].number);
			return false;
		}
	return copies(j);
}
