/* check.c - proving a function: rounds, and what must be equal at an end.
 *
 * From the entry and from every cut both sides are followed to the next cuts
 * and the ends (follow.c), until no cut changes any more; the last time all of
 * them, with no change, so that nothing rests on how the cuts were found.
 */
#include "prove/pair.h"

#include "base/compiler.h"
#include "prove/example.h"
#include "prove/shared.h"

#include <setjmp.h>
#include <string.h>

enum { MOST_ROUNDS = 400 };

bool pair_reject(struct pair *p, const char *reason, const char *detail)
{
	if (!p->v->reason) {
		p->v->reason = reason;
		p->v->detail = detail;
	}
	return false;
}

/* --- accesses ------------------------------------------------------------------- */

static bool covered(struct pair *p, const struct walk *w,
		    const struct access *x)
{
	uint32_t d;

	for (const struct access *y = w->access; y; y = y->next)
		if (x->address == y->address && x->bytes <= y->bytes)
			return true;
	for (const struct access *y = w->access; y; y = y->next)
		if (term_is_const(&p->z, term_sub(&p->z, x->address,
						  y->address), &d) &&
		    d < y->bytes && d + x->bytes <= y->bytes)
			return true;
	return false;
}

static const struct access *with(struct pair *p, const struct access *x,
				 const struct access *list)
{
	struct access *y = arena_new(&p->states, struct access);

	*y = *x;
	y->next = list;
	return y;
}

/* A load may read what the source reads, or what is inside the memory. */
void pair_loads(struct pair *p, struct at *s)
{
	const struct access *open = NULL;

	for (const struct access *x = s->m.access; x; x = x->next) {
		if (covered(p, &s->w, x))
			continue;
		if (facts_decide(&p->facts, x->outside) != 0)
			open = with(p, x, open);
		else if (p->strides)
			s->m.early = with(p, x, s->m.early);
	}
	s->m.access = open;
}

bool pair_early(struct pair *p, const struct at *s)
{
	for (const struct access *x = s->m.early; x; x = x->next)
		if (!covered(p, &s->w, x))
			return true;
	return false;
}

/* --- the stack check ------------------------------------------------------------- */

bool pair_is_stack_check(struct pair *p, term c)
{
	return !p->mf.wasm && mach_is_check(&p->mf, c);
}

/* --- comparing ------------------------------------------------------------------- */

/* Globals may differ at a cut: what they hold there is known of each side. */
static bool same_state(struct pair *p, const struct walk *w,
		       const struct mach *m, bool cut)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		if (!(cut && world_is_global(p->w, k)) &&
		    !pair_equal(p, w->state[k], m->state[k])) {
			const char *what = k == 0 ? "calls" :
				k < p->w->at_size ? "memory" :
				k < p->w->at_table ? "memory size" :
				k < p->w->at_table_size ? "table" :
				k == p->w->at_fuel ? "fuel" :
				p->w->at_context && k >= p->w->at_context ?
				"context" : "globals";
			return pair_impossible(p) ||
			       pair_reject(p, what, pair_difference(p, w->state[k],
							  m->state[k]));
		}
	return true;
}

static bool same_result(struct pair *p, term want, term have)
{
	return pair_equal(p, want, have) || pair_impossible(p) ||
	       pair_reject(p, "result", pair_difference(p, want, have));
}

/* Of WebAssembly: what is on top of its operands. */
static bool same_operands(struct pair *p, const struct walk *w,
			  const struct walk *m)
{
	for (uint32_t k = 0; k < p->wf.body->type->nresults; k++) {
		struct val want = walk_peek(w, k), have = walk_peek(m, k);
		if (!same_result(p, want.lo, have.lo) ||
		    (want.hi && !same_result(p, want.hi, have.hi)))
			return false;
	}
	return true;
}

static bool same_results(struct pair *p, const struct walk *w,
			 const struct mach *m)
{
	const struct wasm_functype *t = p->wf.body->type;
	struct place *x = arena_array(&p->states, struct place,
				      2 * t->nresults);
	uint32_t stack, word = 0;
	const char *why;

	world_convention(t->result, t->nresults, p->w->o->hard_float, x, &stack);
	for (uint32_t k = 0; k < t->nresults; k++) {
		struct val v = w->stack.at[w->stack.n - t->nresults + k];
		for (unsigned half = 0; half < 2; half++) {
			term want = half ? v.hi : v.lo, have;
			if (!want)
				continue;
			const struct place *y = &x[word++];
			have = y->reg == 0xff ? m->in[y->offset / 4] :
			       y->reg >= 32 ? m->s[y->reg - 32] :
					      m->r[y->reg];
			if (!same_result(p, want, have))
				return false;
		}
	}
	return mach_restored(&p->mf, m, &why) || pair_impossible(p) ||
	       pair_reject(p, why, NULL);
}

const char *pair_stop_name(enum stop s)
{
	static const char *const name[] = {
		"undecided", "loop", "return", "trap", "tail call", "call",
		"join", "none", "failure",
	};

	return name[s];
}

bool pair_end(struct pair *p, struct at *s)
{
	struct walk *w = &s->w;
	struct mach *m = &s->m;
	enum stop ws = s->ws, ms = s->ms;

	p->v->paths++;
	/* want of stack is no event of the source: allowed before any */
	if (ms == STOP_TRAP && m->trap == HD_TRAP_STACK)
		return (!m->entered && mach_has_checked(&p->mf, true)) ||
		       pair_impossible(p) || pair_reject(p, "stack check", NULL);
	if (ms == STOP_FAIL)
		return pair_impossible(p) || pair_reject(p, "machine code", m->why);
	if (ws != ms || (ws == STOP_TRAP && w->trap != m->trap))
		return pair_impossible(p) || pair_reject(p, "outcome",
			arena_printf(p->arena, "%s against %s%s",
				     pair_stop_name(ws), pair_stop_name(ms),
				     ms == STOP_CUT || ws == STOP_CUT ?
				     " header" : ""));
	if (m->limit_read && !mach_has_checked(&p->mf, false))
		return pair_impossible(p) || pair_reject(p, "stack check", NULL);
	if (m->access && !pair_impossible(p))
		return pair_reject(p, "load",
			      "of bytes that the source does not read");
	if (!same_state(p, w, m, ws == STOP_CUT))
		return false;
	switch (ws) {
	case STOP_RETURN:
		return m->wasm ? same_operands(p, w, m->wasm)
			       : same_results(p, w, m);
	case STOP_TAIL:
		return pair_equal(p, w->tail, m->tail) || pair_impossible(p) ||
		       pair_reject(p, "tail call", NULL);
	case STOP_CUT:
		mach_needs_check(&p->mf);
		return cut_arrive(p, w, m);
	default:
		return true;
	}
}

/* --- rounds ------------------------------------------------------------------------ */

static bool from_cut(struct pair *p, uint32_t k)
{
	struct cut *c = &p->cuts.at[k];
	uint32_t n = c->facts.n;
	term *fact = arena_array(&p->states, term, n);

	/* an arrival may change the cut while it is followed */
	for (uint32_t j = 0; j < n; j++)
		fact[j] = c->facts.at[j];
	c->dirty = false;
	c->m.started = false;
	return pair_follow(p, k, &c->w, &c->m, fact, n);
}

/* Everything is followed once more: what was found must hold wherever it is
 * used, however it was found. */
static bool again(struct pair *p)
{
	if (p->settled || !p->cuts.n)
		return false;
	p->settled = p->entry_dirty = true;
	for (uint32_t k = 0; k < p->cuts.n; k++)
		p->cuts.at[k].dirty = p->cuts.at[k].valid;
	return true;
}

static bool rounds(struct pair *p, const struct walk *w, const struct mach *m)
{
	p->entry_dirty = true;
	for (uint32_t n = 0; n < MOST_ROUNDS; n++) {
		uint32_t k = 0;
		if (p->entry_dirty) {
			p->entry_dirty = false;
			p->mf.from_entry = true;
			if (!pair_follow(p, UINT32_MAX, w, m, NULL, 0))
				return false;
			p->mf.from_entry = false;
			continue;
		}
		while (k < p->cuts.n && !(p->cuts.at[k].valid &&
					  p->cuts.at[k].dirty))
			k++;
		if (k == p->cuts.n && !again(p))
			return true;
		if (k < p->cuts.n && !from_cut(p, k))
			return false;
	}
	return pair_reject(p, "limit", "rounds");
}

/* --- a function ------------------------------------------------------------------------ */

/* Words above its stack pointer that are its own, and below that a callee may
 * write: arguments, results, and with tail calls those of who is called so. */
static void areas(struct pair *p, uint32_t *in, uint32_t *out)
{
	const struct wasm_functype *t = p->wf.body->type;
	struct place *x = arena_array(p->arena, struct place,
				      2 * (t->nparams + t->nresults));
	uint32_t bytes;

	world_convention(t->param, t->nparams, p->w->o->hard_float, x, in);
	world_convention(t->result, t->nresults, p->w->o->hard_float, x,
			 &bytes);
	*in = *in > bytes ? *in : bytes;
	*in = (*in > p->w->tail_bytes ? *in : p->w->tail_bytes) / 4;
	*out = p->w->tail_bytes / 4;
}

/* Has the output this function? */
static bool is_there(const struct world *w, uint32_t func)
{
	return w->context ? true :
	       w->o ? world_code_of(w, func) != NULL
		    : w->out->func_in[func] != UINT32_MAX;
}

static bool set_up_machine(struct pair *p, uint32_t func, const char **why)
{
	const struct code_ref *c = world_code_of(p->w, func);
	struct code_ref shared;
	uint32_t out;

	if (p->w->context) {
		const struct shared_code *s = world_shared_of(p->w, func);
		shared = (struct code_ref){ .section = s->section, .at = s->at,
					    .func = func, .size = s->size };
		c = &shared;
	}
	if (!mach_init(&p->mf, p->w, &p->z, &p->facts, c,
		       p->wf.body->type, &p->states, why))
		return false;
	areas(p, &p->mf.in_words, &out);
	p->mf.out_words = out;
	mach_loops(&p->mf);
	return true;
}

static bool set_up_wasm(struct pair *p, uint32_t func, const char **why)
{
	struct world *t = arena_new(p->arena, struct world);

	*t = *p->w->out;
	t->arena = p->arena;
	return mach_wasm_init(&p->mf, p->w, t, &p->z, &p->facts,
			      t->func_in[func], &p->states, why);
}

static bool set_up(struct pair *p, uint32_t func)
{
	const char *why = NULL;

	if (!walk_init(&p->wf, p->w, &p->z, &p->facts, func, &p->states, &why))
		return pair_reject(p, "source", why);
	return (p->w->o ? set_up_machine(p, func, &why)
			: set_up_wasm(p, func, &why)) ||
	       pair_reject(p, p->w->o ? "machine code" : "output", why);
}

static bool prove(struct pair *p, uint32_t func)
{
	struct walk w;
	struct mach m;

	if (p->w->why)
		return pair_reject(p, p->w->o ? "object" : "module", p->w->why);
	if (!is_there(p->w, func))
		return func < p->w->m->funcs.n && world_needs_no(p->w, func) ?
		       (p->v->absent = true) :
		       pair_reject(p, "no code", NULL);
	if (!p->w->o && world_same_body(p->w->out, func))
		return p->v->identical = true;
	if (!set_up(p, func))
		return false;
	term *state = arena_array(p->arena, term, p->w->n);
	if (func < p->w->m->funcs.n)
		world_enter(p->w, &p->z, state);
	else
		world_enter_instantiation(p->w, &p->z, state);
	walk_enter(&p->wf, &w, state);
	pair_assume_event(p, func, &w);
	if (p->w->o)
		mach_enter(&p->mf, &m, state, w.local.at);
	else
		mach_wasm_enter(&p->mf, &m, state, w.local.at);
	p->entry = &w;
	return rounds(p, &w, &m);
}

struct attempt {
	bool joins, bytes, strides, apart, loose, eager;
	bool again;
};

void prove_keep_callees(struct verdict *v, struct arena *a)
{
	struct callee *c = arena_array(a, struct callee, v->ncallees + 1);

	if (v->ncallees)
		memcpy(c, v->callee, v->ncallees * sizeof *c);
	v->callee = c;
}

static const char *kept(struct arena *a, const char *text)
{
	return text ? arena_copy(a, text, strlen(text)) : NULL;
}

/* What a verdict says, out of the memory of its attempt. */
static void keep_words(struct verdict *v, struct arena *a)
{
	struct example *e = v->example ? arena_new(a, struct example) : NULL;

	if (e)
		*e = *v->example;
	v->example = e;
	prove_keep_callees(v, a);
	v->reason = kept(a, v->reason);
	v->detail = kept(a, v->detail);
	v->why = kept(a, v->why);
}

static void begin(struct pair *p, uint32_t func, const struct prove_limits *l,
		  const struct attempt *how)
{
	terms_init(&p->z, p->arena);
	p->z.scratch = &p->scratch;
	/* what is tried again is tried on less */
	p->z.most = how->again ? (l->effort + 3) / 4 : l->effort;
	p->z.bytes = how->bytes;
	p->z.choose = sem_float_choose;
	facts_init(&p->facts, &p->z, p->arena);
	map_init(&p->merged_at, p->arena);
	map_init(&p->kept_at, &p->keep);
	p->solver = solver_new(&p->z, l->rlimit, p->arena);
	solver_dump(p->solver, l->dump, func);
}

/* In memory of its own, so that what one attempt took the next has. */
static void attempt(struct world *w, uint32_t func,
		    const struct prove_limits *l, struct arena *outside,
		    struct verdict *v, const struct attempt *how)
{
	struct arena *a = arena_new(outside, struct arena);
	struct pair *p = arena_new(outside, struct pair);
	jmp_buf *outer = outside->oom, here;

	*v = (struct verdict){ .proved = false };
	*p = (struct pair){ .w = w, .arena = a, .v = v, .joins = how->joins,
			     .strides = how->strides, .apart = how->apart,
			     .loose = how->loose, .eager = how->eager,
			     .explain = l->explain };
	arena_init(a, &here);
	a->limit = outside->limit;
	arena_init(&p->states, &here);
	arena_init(&p->scratch, &here);
	arena_init(&p->keep, &here);
	p->states.limit = p->scratch.limit = p->keep.limit = a->limit;
	outside->oom = &here;
	if (setjmp(here) == 0) {
		begin(p, func, l, how);
		v->proved = prove(p, func);
	} else {
		/* rejected whatever was found before */
		v->reason = "limit";
		v->detail = p->z.most && p->z.effort >= p->z.most ? "effort"
								  : "memory";
		v->proved = false;
	}
	v->cuts = p->cuts.n;
	v->terms = p->z.nodes.n;
	v->effort = p->z.effort;
	v->frame = p->mf.deepest;
	v->checks = !p->mf.unchecked;
	v->callee = p->mf.callees.at;
	v->ncallees = p->mf.callees.n;
	if (p->solver) {
		v->queries = solver_queries(p->solver);
		v->rlimit = solver_effort(p->solver);
		solver_free(p->solver);
	}
	if (v->proved)
		v->reason = v->detail = v->why = NULL, v->example = NULL;
	arena_fini(&p->states);
	arena_fini(&p->scratch);
	arena_fini(&p->keep);
	if (setjmp(here) == 0)
		keep_words(v, outside);
	else
		*v = (struct verdict){ .reason = "limit", .detail = "memory" };
	outside->oom = outer;
	arena_fini(a);
}

/* Adds what an attempt cost that proved nothing. */
static void add_cost(struct verdict *v, const struct verdict *before)
{
	v->queries += before->queries;
	v->effort += before->effort;
	v->rlimit += before->rlimit;
	v->terms += before->terms;
	v->paths += before->paths;
	v->obligations += before->obligations;
	v->by_normal += before->by_normal;
}

/* One more, after those that v has. */
static void one_more(struct world *w, uint32_t func,
		     const struct prove_limits *l, struct arena *a,
		     struct verdict *v, const struct attempt *how)
{
	/* way by way its words are the caller's */
	bool way_by_way = !how->joins && !how->bytes && !how->strides;
	struct verdict next;

	attempt(w, func, l, a, &next, how);
	add_cost(&next, v);
	if (!way_by_way && v->example && !next.proved)
		next.example = v->example;
	if (v->why)
		next.why = arena_printf(a, "%s%s", v->why,
					next.why ? next.why : "");
	if (!next.proved && (!way_by_way || !strcmp(next.reason, "limit"))) {
		next.reason = v->reason;
		next.detail = v->detail;
	}
	*v = next;
}

/* First with ways that meet as one; where that knows too little, way by way.
 * Then the same with memories of bytes, for code that has wider or narrower
 * accesses than the source; then for loops that do several rounds in one and
 * write nothing, of words and of bytes; then with what was loaded before a loop as
 * words that may be other than what is there; then with what a loop begins with said
 * by the first way to it, though the loop before is not settled; and with all that a
 * loop changes as words of which nothing is known, second when the first took too
 * long, for that takes least.  Each is a proof.  The reason is of the first, which
 * says most. */
static void attempts(struct world *w, uint32_t func,
		     const struct prove_limits *l, struct arena *a,
		     struct verdict *v)
{
	static const struct attempt loose = { .joins = true, .loose = true };
	static const struct attempt how[] = {
		{ .joins = true },
		{ .again = true },
		{ .again = true, .joins = true, .bytes = true },
		{ .again = true, .bytes = true },
		{ .again = true, .joins = true, .strides = true },
		{ .again = true, .strides = true },
		{ .again = true, .joins = true, .bytes = true, .strides = true },
		{ .again = true, .joins = true, .apart = true },
		{ .joins = true, .eager = true },
	};

	attempt(w, func, l, a, v, &how[0]);
	if (w->why || !is_there(w, func))
		return;
	bool limit = !v->proved && !strcmp(v->reason, "limit");
	if (limit)
		one_more(w, func, l, a, v, &loose);
	for (unsigned k = 1; k < ARRAY_LEN(how) && !v->proved; k++)
		one_more(w, func, l, a, v, &how[k]);
	if (!v->proved && !limit)
		one_more(w, func, l, a, v, &loose);
}

/* A shared function is its code in its context, and the veneer that enters that
 * from elsewhere, if there is one. */
static void shared_function(struct world *w, uint32_t func,
			    const struct prove_limits *l, struct arena *a,
			    struct verdict *v)
{
	struct world *veneer = arena_new(a, struct world);
	struct verdict before = { .proved = true };

	*veneer = *w;
	veneer->veneers = true;
	if (world_code_of(w, func))
		attempts(veneer, func, l, a, &before);
	else if (!world_needs_no(w, func))
		before = (struct verdict){ .reason = "no code" };
	if (!before.proved) {
		*v = before;
		v->example = NULL;	/* of no function of the module */
		v->detail = arena_printf(a, "veneer%s%s", v->detail ? ": " : "",
					 v->detail ? v->detail : "");
		return;
	}
	attempts(world_in_context(w, world_shared_of(w, func), a), func, l, a,
		 v);
	add_cost(v, &before);
	v->veneer = before.frame;
}

void prove_function(struct world *w, uint32_t func,
		    const struct prove_limits *l, struct arena *a,
		    struct verdict *v)
{
	if (w->o && !w->why && world_shared_of(w, func)) {
		shared_function(w, func, l, a, v);
		return;
	}
	if (func == w->m->funcs.n && !w->why)
		w = world_instantiation(w, a);
	attempts(w, func, l, a, v);
	/* no call of the evaluator does what it shows */
	if (func == w->m->funcs.n)
		v->example = NULL;
}
