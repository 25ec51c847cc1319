/* walk_call.c - calls of a wasm function. */
#include "prove/walk.h"

#include <string.h>

/* The code an indirect call enters, or `yes` and the function (*direct) when
 * that is known; 0 when stopped. */
static term indirect(struct walk_func *f, struct walk *s,
		     const struct wasm_ins *i, uint32_t *direct,
		     enum stop *out)
{
	struct world *w = f->w;
	struct terms *z = f->z;
	/* call_indirect: type, table */
	uint32_t table = i->index2, canon = w->m->types.at[i->index].canon;
	term x = walk_peek(s, 0).lo, p, code, null, other;

	int d = walk_trap(f, s, term_bnot(z, term_ult(z, x,
			s->state[w->at_table_size + table])),
			HD_TRAP_UNDEFINED_ELEM);
	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	if (d)
		return 0;
	if (w->frozen[table]) {
		term base = world_address(w, z, REGION_DIRECT, table, canon);
		bool has_null = false, has_other = false;
		for (uint32_t k = 0; k < w->frozen_n[table]; k++) {
			uint32_t e = w->entry[table][k];
			has_null |= e == UINT32_MAX;
			has_other |= e != UINT32_MAX && w->m->types.at[
				w->m->funcs.at[e].type].canon != canon;
		}
		uint32_t known;
		if (term_is_const(z, x, &known) &&
		    known < w->frozen_n[table]) {
			uint32_t e = w->entry[table][known];
			bool same = e != UINT32_MAX && w->m->types.at[
				w->m->funcs.at[e].type].canon == canon;
			*direct = e;
			s->trap = e == UINT32_MAX ? HD_TRAP_NULL_ELEM
						  : HD_TRAP_CALL_TYPE;
			*out = STOP_TRAP;
			return same ? z->yes : 0;
		}
		p = term_mul_add(z, x, 4, base ? base : term_const(z, 0));
		code = term_uf(z, SORT_WORD, UF(UF_READ_ONLY, 32), &p, 1);
		null = has_null ? term_eq(z, code, term_const(z, 0)) : z->no;
		other = has_other ? term_eq(z, code, term_const(z, 1)) : z->no;
	} else {
		term base = world_address(w, z, REGION_TABLE, table, 0);
		term type = world_type(w, z, canon);
		if (!base)
			base = term_const(z, 0);
		p = term_load(z, 32, s->state[w->at_table + table],
			      term_mul_add(z, x, 4, base));
		walk_access(f, s, term_mul_add(z, x, 4, base), 4);
		uint32_t e = world_referred(w, z, p);
		if (e < w->m->funcs.n) {
			*direct = e;
			s->trap = HD_TRAP_CALL_TYPE;
			*out = STOP_TRAP;
			return w->m->types.at[w->m->funcs.at[e].type].canon ==
			       canon ? z->yes : 0;
		}
		null = term_eq(z, p, term_const(z, 0));
		other = term_bnot(z, term_eq(z, term_uf(z, SORT_WORD,
			UF(UF_REF_TYPE, 0), &p, 1),
			type ? type : term_const(z, 0)));
		code = term_uf(z, SORT_WORD, UF(UF_REF_CODE, 0), &p, 1);
	}
	d = walk_trap(f, s, null, HD_TRAP_NULL_ELEM);
	if (d == 0)
		d = walk_trap(f, s, other, HD_TRAP_CALL_TYPE);
	*out = d < 0 ? STOP_FORK : STOP_TRAP;
	return d ? 0 : code;
}

static term event(struct walk_func *f, struct walk *s, uint32_t id, term code,
		  const struct wasm_functype *t, uint32_t below)
{
	term *arg = arena_array(f->arena, term, 2 * t->nparams + 1);
	uint32_t n = 0;

	if (code)
		arg[n++] = code;
	for (uint32_t k = 0; k < t->nparams; k++) {
		struct val v = walk_peek(s, below + t->nparams - 1 - k);
		arg[n++] = code ? v.lo :
			world_argument(f->w, f->z, id & 0xffffff, k, v.lo);
		if (v.hi)
			arg[n++] = v.hi;
	}
	return world_event(f->w, f->z, id, arg, n, s->state);
}

static void push_results(struct walk_func *f, struct walk *s, term e,
			 const struct wasm_functype *t)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < t->nresults; k++) {
		bool wide = t->result[k] == T_I64 || t->result[k] == T_F64;
		struct val v = { world_result(f->z, e, n++), 0 };
		if (wide)
			v.hi = world_result(f->z, e, n++);
		walk_push(f, s, v);
	}
}

/* Asks what to do with a call: stops. */
static int ask(struct walk_func *f, struct walk *s, uint32_t id, term code,
	       const struct wasm_functype *t, uint32_t below)
{
	term *now = s->state;

	s->callee = code ? UINT32_MAX : id & 0xffffff;
	s->state = arena_array(f->arena, term, f->w->n);
	memcpy(s->state, now, f->w->n * sizeof *now);
	s->event = event(f, s, id, code, t, below);
	s->state = now;
	return 0;
}

/* context.get and context.set: 1 done, 0 the function returned (*out), -1 it is
 * no such call. */
static int context(struct walk_func *f, struct walk *s, uint32_t callee,
		   bool indirect, bool tail, enum stop *out)
{
	const struct wasm_functype *t =
		&f->w->m->types.at[f->w->m->funcs.at[callee].type];
	struct context_word x;
	term first = t->nparams ? walk_peek(s, indirect + t->nparams - 1).lo : 0;

	if (!world_context(f->w, f->z, callee, first, &x))
		return -1;
	if (x.set)
		s->state[x.at] = walk_peek(s, indirect).lo;
	walk_drop(s, t->nparams + indirect);
	if (!x.set)
		walk_push(f, s, (struct val){ s->state[x.at], 0 });
	return !tail || walk_return(s, out);
}

int walk_call(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
	      enum stop *out)
{
	bool tail = i->op == OP_RETURN_CALL || i->op == OP_RETURN_CALL_INDIRECT;
	bool direct = i->op == OP_CALL || i->op == OP_RETURN_CALL;
	const struct wasm_module *m = f->w->m;
	enum walk_answer answer = s->answer;
	uint32_t callee = i->index;
	term code = 0;

	if (!direct && i->op != OP_CALL_INDIRECT &&
	    i->op != OP_RETURN_CALL_INDIRECT)
		return -1;
	const struct wasm_functype *t = &m->types.at[
		direct ? m->funcs.at[i->index].type : i->index];
	if (!direct) {
		code = indirect(f, s, i, &callee, out);
		if (!code)
			return 0;
		if (code == f->z->yes)
			code = 0;
	}
	if (direct && !tail && world_does_nothing(f->w, callee)) {
		walk_drop(s, t->nparams);
		return 1;
	}
	/* a tail call of its own returns with what the callee leaves */
	if (!code && (!tail || s->frame.n)) {
		int d = context(f, s, callee, !direct, tail, out);
		if (d >= 0)
			return d;
	}
	callee = code ? callee : world_same_import(f->w, callee);
	uint32_t id = !code ? UF(UF_CALL, world_func_of(f->w, callee)) :
			      UF(UF_CALL_REF, world_type_of(f->w, t->canon));
	s->answer = WALK_ASK;
	if (answer == WALK_ASK) {
		*out = STOP_CALL;
		s->is_tail = tail && !s->frame.n;
		return ask(f, s, id, code, t, !direct);
	}
	if (answer == WALK_ENTER) {
		const char *why;
		const struct walk_body *b = walk_decode(f, callee, &why);
		walk_drop(s, !direct);
		if (b) {
			walk_step_in(f, s, b);
			return 1;
		}
		s->why = why;
		*out = STOP_FAIL;
		return 0;
	}
	term e = s->given;
	if (e)
		world_after(f->w, f->z, e, s->state);
	else
		e = event(f, s, id, code, t, !direct);
	s->given = 0;
	walk_drop(s, t->nparams + !direct);
	if (tail && !s->frame.n) {
		s->tail = e;
		*out = STOP_TAIL;
		return 0;
	}
	push_results(f, s, e, t);
	/* in the place of a call, a tail call is a call and a return */
	return !tail || walk_return(s, out);
}
