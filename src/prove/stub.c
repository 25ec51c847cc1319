/* stub.c - code between C and the module, proved as code.
 *
 * A stub is straight-line code around one call (of instantiation: two).  It is
 * executed as functions are, with variables for the words it is given and for
 * what the call leaves; then each word must be where the other side wants it,
 * nothing else stored, and every register that the caller keeps as it was.
 */
#include "prove/shared.h"
#include "prove/stub.h"

#include <stdio.h>
#include <string.h>

#include "prove/mach.h"
#include "wasm/intrinsic.h"

struct stub {
	enum stub_is kind;
	uint32_t func;
	const struct wasm_functype *inner;	/* as the module has it */
	const struct wasm_functype *outer;	/* as C has it */
	const term *state;		/* on entry */
	const term *param;		/* words of inner's parameters */
	uint32_t nparams;
	term pointer;			/* for results, of an entry; 0 */
	term instance;			/* hd_now.instance */
	unsigned calls;
	term event;			/* the call, by which its results are named */
	term *stored;			/* [2 * nresults] of what C gets */
};

static struct stub *own(const struct mach_func *f)
{
	return f->own;
}

static bool is_two(uint8_t type)
{
	return type == T_I64 || type == T_F64;
}

static void fail(struct mach *m, const char *why)
{
	mach_fail(m, why);
}

/* --- conventions ---------------------------------------------------------------- */

/* Several results are the caller's memory, named by a parameter in front. */
static const struct wasm_functype *as_in_c(const struct wasm_functype *t,
					   struct arena *a)
{
	struct wasm_functype *r = arena_new(a, struct wasm_functype);

	*r = *t;
	if (t->nresults < 2)
		return r;
	*r = (struct wasm_functype){ .nparams = t->nparams + 1 };
	r->param = arena_array(a, uint8_t, r->nparams);
	r->param[0] = T_I32;
	for (uint32_t k = 0; k < t->nparams; k++)
		r->param[k + 1] = t->param[k];
	return r;
}

static uint32_t area_of(const struct mach_func *f, const uint8_t *type,
			uint32_t n)
{
	struct place *p = arena_array(f->arena, struct place, 2 * n);
	uint32_t bytes;

	world_convention(type, n, f->w->o->hard_float, p, &bytes);
	return bytes;
}

/* Words above the stack pointer on entry that belong to who was called. */
static uint32_t in_words(const struct mach_func *f,
			 const struct wasm_functype *t)
{
	uint32_t p = area_of(f, t->param, t->nparams);
	uint32_t r = area_of(f, t->result, t->nresults);

	return (p > r ? p : r) / 4;
}

/* --- calls ----------------------------------------------------------------------- */

static bool same_state(const struct mach_func *f, const struct mach *m)
{
	return !memcmp(m->state, own(f)->state,
		       f->w->n * sizeof *m->state);
}

/* Are the words of inner's parameters at their places for a callee of type t,
 * `skip` of which come before them? */
static bool passes(struct mach_func *f, struct mach *m,
		   const struct wasm_functype *t, int32_t sp, uint32_t skip)
{
	const struct stub *s = f->own;
	term *have = arena_array(f->arena, term, 2 * t->nparams + 1);
	uint32_t n = mach_arguments(f, m, t, sp, have);

	if (n != s->nparams + skip ||
	    (n && memcmp(have + skip, s->param, s->nparams * sizeof *have))) {
		fail(m, "arguments of the call");
		return false;
	}
	return true;
}

static bool calls_module(struct mach_func *f, struct mach *m,
			 const struct obj_symbol *y, int32_t sp)
{
	struct stub *s = f->own;
	const struct code_ref *c = world_code_at(f->w, y->section, y->value);

	if (!c || c->stub || c->func != s->func) {
		fail(m, "call of another function");
		return false;
	}
	/* functions find their storage through r9 */
	if (f->w->pointer && m->r[R_INSTANCE] != (s->kind == STUB_IS_REF ?
				f->r0[R_INSTANCE] : s->instance)) {
		fail(m, "call with another instance in r9");
		return false;
	}
	if (!passes(f, m, s->inner, sp, 0))
		return false;
	mach_after_call(f, m, s->event);
	mach_results(f, m, s->inner, sp, s->event);
	return true;
}

/* Where C writes several results: in the frame, above what is passed. */
static bool has_buffer(struct mach_func *f, struct mach *m, int32_t sp)
{
	const struct stub *s = f->own;
	uint32_t k, area = area_of(f, s->outer->param, s->outer->nparams);

	if (term_split(f->z, m->r[0], &k) == f->sp0 && (k & 7) == 0 &&
	    (int32_t)k < 0 && (int32_t)k >= sp + (int32_t)area &&
	    8 * s->inner->nresults <= 0 - k)
		return true;
	fail(m, "where results are to be written");
	return false;
}

/* Results as C writes them: of a narrow one the rest of its slot is unknown. */
static void fill_buffer(struct mach_func *f, struct mach *m, term at)
{
	const struct stub *s = f->own;
	uint32_t word = 0;

	for (uint32_t k = 0; k < s->inner->nresults; k++)
		for (uint32_t half = 0; half < 2; half++) {
			term v = !half || is_two(s->inner->result[k]) ?
				world_result(f->z, s->event, word++) :
				term_var(f->z, SORT_WORD, 0, UINT32_MAX);
			mach_store(f, m, 32, term_addk(f->z, at,
						8 * k + 4 * half), v, true);
		}
}

/* The function's own name in the link, which is not in this object. */
static bool is_import(const struct world *w, const struct obj_symbol *y,
		      uint32_t func)
{
	return y->section == OBJ_UNDEFINED && func < w->m->funcs.n &&
	       w->m->funcs.at[func].import != UINT32_MAX &&
	       !strcmp(y->name, w->names.import[w->m->funcs.at[func].import]);
}

static bool calls_import(struct mach_func *f, struct mach *m,
			 const struct obj_symbol *y, int32_t sp)
{
	struct stub *s = f->own;
	bool many = s->inner->nresults > 1;
	term at = m->r[0];

	if (!is_import(f->w, y, s->func)) {
		fail(m, "call of another import");
		return false;
	}
	if ((many && !has_buffer(f, m, sp)) ||
	    !passes(f, m, s->outer, sp, many))
		return false;
	mach_after_call(f, m, s->event);
	mach_results(f, m, s->outer, sp, s->event);
	if (many)
		fill_buffer(f, m, at);
	return true;
}

/* The reset, then the module's instantiation, in the instance that is then in
 * force. */
static bool calls_second(struct mach_func *f, struct mach *m,
			 const struct obj_symbol *y, int32_t sp)
{
	struct stub *s = f->own;
	const struct obj_symbol *d;
	uint32_t k;

	if (s->calls == 2)
		return calls_module(f, m, y, sp);
	const struct term_node i = *term_at(f->z, m->r[0]);
	k = i.op == TM_SYM && i.imm >= SYMBOL_TERMS ? i.imm - SYMBOL_TERMS
						  : UINT32_MAX;
	d = k < f->w->o->symbols.n ? &f->w->o->symbols.at[k] : NULL;
	if (y->section != OBJ_UNDEFINED || strcmp(y->name, "hd_module_reset") ||
	    !d || strcmp(d->name, arena_printf(f->arena, "%s_module",
					       f->w->names.prefix))) {
		fail(m, "the reset of the module");
		return false;
	}
	s->instance = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
	mach_after_call(f, m, term_var(f->z, SORT_TOKEN, 0, 0));
	return true;
}

static bool call(struct mach_func *f, struct mach *m,
		 const struct obj_reloc *r)
{
	struct stub *s = f->own;
	const struct obj_symbol *y = &f->w->o->symbols.at[r->symbol];
	int32_t sp;

	if (!mach_aligned_sp(f, m, &sp))
		return true;
	if (++s->calls > (s->kind == STUB_IS_INSTANTIATE ? 2u : 1u))
		fail(m, "another call");
	else if (!same_state(f, m))
		fail(m, "store before the call");
	else if (r->addend)
		fail(m, "call of another place");
	else if (s->kind == STUB_IS_IMPORT)
		calls_import(f, m, y, sp);
	else if (s->kind == STUB_IS_INSTANTIATE)
		calls_second(f, m, y, sp);
	else if (s->kind == STUB_IS_JUMP)
		fail(m, "call of what is to be entered");
	else
		calls_module(f, m, y, sp);
	return true;
}

/* --- storage ---------------------------------------------------------------------- */

/* Is it a store of a result that C gets by pointer?  Then it is noted. */
static bool store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		  term value)
{
	struct stub *s = f->own;
	uint32_t k;

	if (!s->pointer || term_split(f->z, at, &k) != s->pointer)
		return false;
	if (bits != 32 || (k & 3) || k >= 8 * s->inner->nresults || !s->calls)
		fail(m, "store to the caller's results");
	else
		s->stored[k / 4] = value;
	return true;
}

enum { NOW_INSTANCE = 8 };

static bool load(struct mach_func *f, struct mach *m, unsigned bits, term at,
		 term *value)
{
	term now = world_address(f->w, f->z, REGION_NOW, 0, 0);

	(void)m;
	if (!now || bits != 32 || at != term_addk(f->z, now, NOW_INSTANCE))
		return false;
	*value = own(f)->instance;
	return true;
}

/* --- the end ------------------------------------------------------------------------ */

/* Results as C has them in its memory: a narrow one's slot has one word of it. */
static bool gives_memory(struct mach_func *f)
{
	const struct stub *s = f->own;
	uint32_t word = 0;

	for (uint32_t k = 0; k < s->inner->nresults; k++)
		for (uint32_t half = 0; half < 2; half++) {
			term want = !half || is_two(s->inner->result[k]) ?
				world_result(f->z, s->event, word++) : 0;
			if (s->stored[2 * k + half] != want)
				return false;
		}
	return true;
}

/* Results where a caller of type t looks for them. */
static bool gives(struct mach_func *f, const struct mach *m,
		  const struct wasm_functype *t)
{
	struct place *p = arena_array(f->arena, struct place,
				      2 * t->nresults + 1);
	uint32_t stack, n = world_convention(t->result, t->nresults,
				f->w->o->hard_float, p, &stack);

	for (uint32_t k = 0; k < n; k++) {
		term have = p[k].reg == 0xff ? m->in[p[k].offset / 4] :
			    p[k].reg >= 32 ? m->s[p[k].reg - 32] :
					     m->r[p[k].reg];
		if (have != world_result(f->z, own(f)->event, k))
			return false;
	}
	return true;
}

static const char *wrong_return(struct mach_func *f, const struct mach *m)
{
	const struct stub *s = f->own;
	const char *why;

	if (s->kind == STUB_IS_JUMP ||
	    s->calls != (s->kind == STUB_IS_INSTANTIATE ? 2u : 1u))
		return "return without the call";
	if (!mach_restored(f, m, &why))
		return why;
	if (!same_state(f, m))
		return "store";
	return s->pointer ? (gives_memory(f) ? NULL : "results") :
	       gives(f, m, s->inner) ? NULL : "results";
}

/* A jump to an import leaves all as it came. */
static bool jump(struct mach_func *f, struct mach *m,
		 const struct obj_reloc *r, enum stop *out)
{
	const struct stub *s = f->own;
	const struct obj_symbol *y = &f->w->o->symbols.at[r->symbol];
	const char *why;

	*out = STOP_TAIL;
	if (s->kind != STUB_IS_JUMP || r->addend ||
	    !is_import(f->w, y, s->func) || s->calls)
		fail(m, "jump to another symbol");
	else if (!mach_restored(f, m, &why))
		fail(m, why);
	else if (m->r[R_LR] != f->r0[R_LR] || !same_state(f, m) ||
		 !passes(f, m, s->inner, 0, 0))
		fail(m, "jump with other arguments");
	return m->why != NULL;
}

static bool call_or_jump(struct mach_func *f, struct mach *m,
			 const struct obj_reloc *r, term code, bool tail,
			 enum stop *out)
{
	(void)code;
	if (r)
		return tail ? jump(f, m, r, out) : call(f, m, r);
	fail(m, "call or jump to a value");
	return true;
}

static const struct mach_hooks hooks = {
	.load = load, .store = store, .call = call_or_jump
};

/* --- a stub ---------------------------------------------------------------------------- */

static const struct wasm_functype no_type;

static const struct wasm_functype *type_of(const struct world *w, uint32_t func)
{
	return func < w->m->funcs.n ?
		&w->m->types.at[w->m->funcs.at[func].type] : &no_type;
}

/* Variables for parameters as it is entered with; inner's words apart. */
static struct val *parameters(struct mach_func *f, struct stub *s)
{
	const struct wasm_functype *t = f->type;
	struct val *v = arena_array(f->arena, struct val, t->nparams + 1);
	term *word = arena_array(f->arena, term, 2 * t->nparams + 1);
	bool points = s->kind == STUB_IS_ENTRY && s->inner->nresults > 1;

	for (uint32_t k = 0; k < t->nparams; k++) {
		v[k].lo = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
		v[k].hi = is_two(t->param[k]) ?
			term_var(f->z, SORT_WORD, 0, UINT32_MAX) : 0;
		if (points && k == 0) {
			s->pointer = v[0].lo;
			continue;
		}
		word[s->nparams++] = v[k].lo;
		if (v[k].hi)
			word[s->nparams++] = v[k].hi;
	}
	s->param = word;
	return v;
}

const char *stub_run(struct mach_func *f, struct mach *m, stub_left *wrong)
{
	switch (mach_run(f, m)) {
	case STOP_RETURN:
		return wrong(f, m);
	case STOP_TAIL:
		return NULL;
	default:
		return m->why ? m->why : "code that is not straight";
	}
}

static const char *run(struct mach_func *f, struct stub *s)
{
	term *state = arena_array(f->arena, term, f->w->n);
	struct mach m;

	world_enter(f->w, f->z, state);
	s->state = state;
	s->event = term_var(f->z, SORT_TOKEN, 0, 0);
	s->instance = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
	s->stored = arena_array(f->arena, term, 2 * s->inner->nresults + 1);
	f->in_words = in_words(f, f->type);
	f->out_words = s->kind == STUB_IS_IMPORT ? 0 : f->w->tail_bytes / 4;
	mach_enter(f, &m, state, parameters(f, s));
	return stub_run(f, &m, wrong_return);
}

const char *stub_follow(struct world *w, const struct code_ref *c,
			const struct wasm_functype *t, stub_body *body,
			void *what, uint32_t *frame)
{
	struct arena_mark mark = arena_mark(w->arena);
	struct terms *z = arena_new(w->arena, struct terms);
	struct facts *facts = arena_new(w->arena, struct facts);
	struct mach_func *f = arena_new(w->arena, struct mach_func);
	const char *why = NULL;
	char text[120] = "";

	terms_init(z, w->arena);
	facts_init(facts, z, w->arena);
	if (mach_init(f, w, z, facts, c, t, w->arena, &why))
		why = body(f, what);
	if (why)
		snprintf(text, sizeof text, "%s", why);
	*frame = f->deepest;
	arena_reset(w->arena, mark);
	return *text ? arena_copy(w->arena, text, strlen(text)) : NULL;
}

static const char *follow(struct mach_func *f, void *what)
{
	struct stub *s = what;

	f->hooks = &hooks;
	f->own = s;
	return s->kind == STUB_IS_BUILTIN ? stub_builtin(f, s->func) : run(f, s);
}

/* Is it a stub of that kind?  NULL, or why not, in the world's memory. */
static const char *prove(struct world *w, struct code_ref *c,
			 enum stub_is kind, uint32_t func)
{
	struct stub s = { .kind = kind, .func = func,
			  .inner = type_of(w, func) };
	uint32_t frame;

	s.outer = as_in_c(s.inner, w->arena);
	const char *why = stub_follow(w, c, kind == STUB_IS_ENTRY ? s.outer : s.inner,
				      follow, &s, &frame);
	if (why)
		return why;
	c->is = (uint8_t)(c->is | kind);
	c->of = func;
	c->frame = frame;
	return NULL;
}

static void try(struct world *w, struct code_ref *c, enum stub_is kind,
		uint32_t func)
{
	const char *why = c->is & kind ? NULL : prove(w, c, kind, func);

	if (why && !c->why)
		c->why = why;
}

/* What the code refers to says what it may be. */
static void judge(struct world *w, struct code_ref *c,
		  const struct obj_reloc *r)
{
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	const struct code_ref *to = world_code_at(w, y->section, y->value);

	if (to && !to->stub) {
		if (to->func == UINT32_MAX) {
			try(w, c, STUB_IS_INSTANTIATE, to->func);
		} else {
			try(w, c, STUB_IS_ENTRY, to->func);
			try(w, c, STUB_IS_REF, to->func);
		}
		return;
	}
	for (uint32_t k = 0; k < w->m->nimported[WASM_FUNC]; k++)
		if (is_import(w, y, k))
			try(w, c, r->type == OBJ_R_THM_JUMP24 ? STUB_IS_JUMP
							      : STUB_IS_IMPORT,
			    k);
}

/* What has the name of an import of a component's linked module is to be its
 * stub. */
static void judge_builtins(struct world *w, struct code_ref *c)
{
	for (uint32_t k = 0; k < w->m->nimported[WASM_FUNC]; k++) {
		uint32_t import = w->m->funcs.at[k].import;
		if (strcmp(w->m->imports.at[import].module, CANON_MODULE))
			continue;
		for (uint32_t i = 0; i < w->o->symbols.n; i++) {
			const struct obj_symbol *y = &w->o->symbols.at[i];
			if (y->section == c->section && y->value == c->at &&
			    !strcmp(y->name, w->names.import[import]))
				try(w, c, STUB_IS_BUILTIN, k);
		}
	}
}

void world_check_stubs(struct world *w)
{
	for (uint32_t i = 0; i < w->codes.n; i++) {
		struct code_ref *c = &w->codes.at[i];
		bool stub = c->stub && !world_is_shared(w, c);
		if (stub)
			judge_builtins(w, c);
		for (uint32_t k = 0; stub && k < w->o->relocs.n; k++) {
			const struct obj_reloc *r = &w->o->relocs.at[k];
			if (r->section == c->section && r->at >= c->at &&
			    r->at < c->at + c->size &&
			    (r->type == OBJ_R_THM_CALL ||
			     r->type == OBJ_R_THM_JUMP24))
				judge(w, c, r);
		}
	}
}
