/* check.c - following both sides at once.
 *
 * The source is run to where it must choose; for each choice, the machine code
 * is run as far as what is then known decides.  Where the source ends, so must
 * the machine code, in the same way: then the states are compared.  Paths end
 * at loop headers, whose pairs are cuts (cut.c).
 */
#include "prove/pair.h"

#include <setjmp.h>

enum {
	MOST_STEPS = 40000,
	MOST_PASSED = 2000,
	MOST_ENTERED = 400,
	MOST_FRAMES = 16,
	MOST_ROUNDS = 400
};

bool pair_reject(struct pair *p, const char *reason, const char *detail)
{
	if (!p->v->reason) {
		p->v->reason = reason;
		p->v->detail = detail;
	}
	return false;
}

/* --- accesses ------------------------------------------------------------------- */

static bool covered(struct pair *p, const struct access *x)
{
	uint32_t d;

	for (uint32_t k = p->wf.access.n; k-- > 0;) {
		const struct access *y = &p->wf.access.at[k];
		if (x->address == y->address && x->bytes <= y->bytes)
			return true;
	}
	for (uint32_t k = p->wf.access.n; k-- > 0;) {
		const struct access *y = &p->wf.access.at[k];
		if (term_is_const(&p->z, term_sub(&p->z, x->address,
						  y->address), &d) &&
		    d < y->bytes && d + x->bytes <= y->bytes)
			return true;
	}
	return false;
}

static void check_loads(struct pair *p)
{
	while (p->checked < p->mf.access.n &&
	       covered(p, &p->mf.access.at[p->checked]))
		p->checked++;
}

/* --- the stack check ------------------------------------------------------------- */

/* x < y as `sp on entry` < `limit + need`, in either form. */
static bool is_check(struct pair *p, term x, term y)
{
	uint32_t k;

	if (x == p->mf.sp0)
		return term_split(&p->z, y, &k) == p->mf.limit;
	return term_not(&p->z, y) == p->mf.sp0 &&
	       term_split(&p->z, term_not(&p->z, x), &k) == p->mf.limit;
}

/* Has this path found the stack large enough, or too small? */
static bool has_checked(struct pair *p, bool too_small)
{
	for (uint32_t k = 0; k < p->facts.literal.n; k++) {
		term c = p->facts.literal.at[k];
		bool holds = term_at(&p->z, c)->op != TM_BNOT;
		if (!holds)
			c = term_arg(&p->z, c, 0);
		if (holds == too_small && term_at(&p->z, c)->op == TM_ULT &&
		    is_check(p, term_arg(&p->z, c, 0), term_arg(&p->z, c, 1)))
			return true;
	}
	return false;
}

/* --- comparing ------------------------------------------------------------------- */

static bool same_state(struct pair *p, const struct walk *w,
		       const struct mach *m)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		if (!pair_equal(p, w->state[k], m->state[k])) {
			const char *what = k == 0 ? "calls" :
				k < p->w->at_size ? "memory" :
				k < p->w->at_table ? "memory size" :
				k < p->w->at_table_size ? "table" : "globals";
			return pair_impossible(p) ||
			       pair_reject(p, what, pair_difference(p, w->state[k],
							  m->state[k]));
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
			if (!pair_equal(p, want, have))
				return pair_impossible(p) ||
				       pair_reject(p, "result",
					      pair_difference(p, want, have));
		}
	}
	return mach_restored(&p->mf, m, &why) || pair_impossible(p) ||
	       pair_reject(p, why, NULL);
}

static const char *stop_name(enum stop s)
{
	static const char *const name[] = {
		"undecided", "loop", "return", "trap", "tail call", "call",
		"failure",
	};

	return name[s];
}

/* Did one token come of another by stores? */
static bool extends(struct pair *p, term t, term from)
{
	for (unsigned n = 0; n < 1000 && t != from; n++) {
		const struct term_node i = *term_at(&p->z, t);
		if (i.sort != SORT_TOKEN || i.n == 0)
			return false;
		t = p->z.pool.at[i.args];
	}
	return t == from;
}

/* Has the first gone further than the second? */
static bool ahead(struct pair *p, const term *a, const term *b)
{
	for (uint32_t k = 1; k < p->w->n; k++)
		if (a[k] != b[k] && extends(p, a[k], b[k]))
			return true;
	return false;
}

static bool finish(struct pair *p, struct walk *w, enum stop ws,
		   const struct mach *from, enum stop ms);
static bool explore(struct pair *p, struct walk *w, struct mach *m,
		    enum stop ms);

static int pass_source(struct pair *p, struct walk *w, struct mach *m,
		       enum stop ms)
{
	struct walk w2;

	if (++p->passed > MOST_PASSED)
		return -1;
	walk_copy(&p->wf, &w2, w);
	return explore(p, &w2, m, ms);
}

static int pass_mach(struct pair *p, struct walk *w, enum stop ws,
		     struct mach *m)
{
	if (++p->passed > MOST_PASSED)
		return -1;
	m->started = false;
	return finish(p, w, ws, m, mach_run(&p->mf, m));
}

/* A loop header of one side that is none of the other's is passed: loops that
 * were peeled, unrolled, merged or run a known number of times.  Whoever is
 * behind goes on.  Returns -1 when there is nothing to pass. */
static int pass(struct pair *p, struct walk *w, enum stop ws, struct mach *m,
		enum stop ms)
{
	if (ws == STOP_CUT && ms == STOP_CUT) {
		if (p->checked < p->mf.access.n || ahead(p, m->state, w->state))
			return pass_source(p, w, m, ms);
		return ahead(p, w->state, m->state) ? pass_mach(p, w, ws, m)
						    : -1;
	}
	if (ms == STOP_CUT && ws != STOP_FAIL)
		return pass_mach(p, w, ws, m);
	if (ws == STOP_CUT && (ms == STOP_RETURN || ms == STOP_TRAP ||
			       ms == STOP_TAIL || ms == STOP_CALL))
		return pass_source(p, w, m, ms);
	return -1;
}

static bool compare(struct pair *p, struct walk *w, enum stop ws,
		    struct mach *m, enum stop ms)
{
	p->v->paths++;
	/* want of stack is no event of the source: allowed before any */
	if (ms == STOP_TRAP && m->trap == HD_TRAP_STACK)
		return (!m->entered && has_checked(p, true)) ||
		       pair_impossible(p) || pair_reject(p, "stack check", NULL);
	if (ms == STOP_FAIL)
		return pair_impossible(p) || pair_reject(p, "machine code", m->why);
	check_loads(p);
	int passed = pass(p, w, ws, m, ms);
	if (passed >= 0)
		return passed;
	if (ws != ms || (ws == STOP_TRAP && w->trap != m->trap))
		return pair_impossible(p) || pair_reject(p, "outcome",
			arena_printf(p->arena, "%s against %s%s",
				     stop_name(ws), stop_name(ms),
				     ms == STOP_CUT || ws == STOP_CUT ?
				     " header" : ""));
	if (m->limit_read && !has_checked(p, false))
		return pair_impossible(p) || pair_reject(p, "stack check", NULL);
	if (p->checked < p->mf.access.n && !pair_impossible(p))
		return pair_reject(p, "load",
			      "of bytes that the source does not read");
	if (!same_state(p, w, m))
		return false;
	switch (ws) {
	case STOP_RETURN:
		return same_results(p, w, m);
	case STOP_TAIL:
		return pair_equal(p, w->tail, m->tail) || pair_impossible(p) ||
		       pair_reject(p, "tail call", NULL);
	case STOP_CUT:
		return cut_arrive(p, w, m);
	default:
		return true;
	}
}

/* --- following --------------------------------------------------------------------- */

struct saved {
	struct facts_mark facts;
	uint32_t walk, mach, checked;
	struct arena_mark states;
};

static struct saved save(struct pair *p)
{
	return (struct saved){ facts_save(&p->facts), p->wf.access.n,
			       p->mf.access.n, p->checked,
			       arena_mark(&p->states) };
}

static void back(struct pair *p, struct saved s)
{
	facts_back(&p->facts, s.facts);
	p->wf.access.n = s.walk;
	p->mf.access.n = s.mach;
	p->checked = s.checked;
	arena_reset(&p->states, s.states);
}

static bool count(struct pair *p)
{
	return ++p->steps < MOST_STEPS || pair_reject(p, "limit", "paths");
}

/* The source has ended; the machine code chooses for itself. */
static bool finish(struct pair *p, struct walk *w, enum stop ws,
		   const struct mach *from, enum stop ms)
{
	struct mach m;

	if (ms != STOP_FORK) {
		mach_copy(&p->mf, &m, from);
		return compare(p, w, ws, &m, ms);
	}
	if (!count(p))
		return false;
	for (unsigned way = 0; way < 2; way++) {
		struct saved s = save(p);
		term c = from->cond;
		bool ok = true;
		facts_add(&p->facts, way ? term_bnot(&p->z, c) : c);
		if (!p->facts.contradiction) {
			mach_copy(&p->mf, &m, from);
			ms = mach_run(&p->mf, &m);
			ok = finish(p, w, ws, &m, ms);
		}
		back(p, s);
		if (!ok)
			return false;
	}
	return true;
}

/* --- calls ------------------------------------------------------------------------ */

/* Does the machine code make the call that the source makes? */
static bool same_call(struct pair *p, const struct walk *w,
		      const struct mach *m, enum stop ms)
{
	if (ms == STOP_CALL)
		return w->callee == m->callee && !w->is_tail &&
		       pair_equal(p, w->event, m->event);
	return ms == STOP_TAIL && w->is_tail &&
	       pair_equal(p, w->event, m->tail);
}

static bool together(struct pair *p, struct walk *w, struct mach *m,
		     enum stop ms)
{
	w->answer = WALK_CALL;
	if (ms == STOP_CALL) {
		m->given = w->event;
		ms = STOP_FORK;
	}
	return explore(p, w, m, ms);
}

static bool may_enter(const struct pair *p, const struct walk *w)
{
	return w->callee != UINT32_MAX && w->frame.n < MOST_FRAMES &&
	       w->callee >= p->w->m->nimported[WASM_FUNC] &&
	       p->entered < MOST_ENTERED;
}

/* The source is at a call.  When the machine code's next event is the same
 * call, both make it; else the source goes into the callee, as one does that
 * was compiled in its place. */
static bool at_call(struct pair *p, struct walk *w, struct mach *m,
		    enum stop ms)
{
	struct mach m2;

	if (ms == STOP_FORK) {
		if (!count(p))
			return false;
		for (unsigned way = 0; way < 2; way++) {
			struct saved s = save(p);
			struct walk w2;
			bool ok = true;
			facts_add(&p->facts, way ? term_bnot(&p->z, m->cond)
						 : m->cond);
			if (!p->facts.contradiction) {
				walk_copy(&p->wf, &w2, w);
				mach_copy(&p->mf, &m2, m);
				ms = mach_run(&p->mf, &m2);
				ok = at_call(p, &w2, &m2, ms);
			}
			back(p, s);
			if (!ok)
				return false;
		}
		return true;
	}
	if (ms == STOP_TRAP && m->trap == HD_TRAP_STACK)
		return compare(p, w, STOP_CALL, m, ms);
	if (same_call(p, w, m, ms))
		return together(p, w, m, ms);
	if (ms == STOP_CUT) {
		mach_copy(&p->mf, &m2, m);
		m2.started = false;
		enum stop next = mach_run(&p->mf, &m2);
		if (++p->passed < MOST_PASSED &&
		    (!may_enter(p, w) || same_call(p, w, &m2, next)))
			return at_call(p, w, &m2, next);
	}
	if (may_enter(p, w)) {
		p->entered++;
		w->answer = WALK_ENTER;
		return explore(p, w, m, ms);
	}
	return pair_impossible(p) || pair_reject(p, "calls",
		ms == STOP_CALL ? pair_difference(p, w->event, m->event) :
		arena_printf(p->arena, "call against %s%s%s", stop_name(ms),
			     m->why ? ": " : "", m->why ? m->why : ""));
}

static bool explore(struct pair *p, struct walk *w, struct mach *m,
		    enum stop ms)
{
	if (!count(p))
		return false;
	enum stop ws = walk_run(&p->wf, w);
	if (ws == STOP_FAIL)
		return pair_reject(p, "source", w->why);
	if (ms == STOP_FORK)
		ms = mach_run(&p->mf, m);
	check_loads(p);
	if (ws == STOP_CALL)
		return at_call(p, w, m, ms);
	if (ws != STOP_FORK)
		return finish(p, w, ws, m, ms);
	/* what one choice does to the machine code is of that choice alone */
	for (unsigned way = 0; way < 2; way++) {
		struct saved s = save(p);
		struct walk w2;
		struct mach m2;
		bool ok = true;
		facts_add(&p->facts, way ? term_bnot(&p->z, w->cond) : w->cond);
		if (!p->facts.contradiction) {
			walk_copy(&p->wf, &w2, w);
			mach_copy(&p->mf, &m2, m);
			ok = explore(p, &w2, &m2, ms);
		}
		back(p, s);
		if (!ok)
			return false;
	}
	return true;
}

static bool from_cut(struct pair *p, uint32_t k)
{
	struct saved s = save(p);
	struct walk w;
	struct mach m;

	walk_copy(&p->wf, &w, &p->cuts.at[k].w);
	mach_copy(&p->mf, &m, &p->cuts.at[k].m);
	m.started = false;
	p->cuts.at[k].dirty = false;
	for (uint32_t j = 0; j < p->cuts.at[k].facts.n; j++)
		facts_add(&p->facts, p->cuts.at[k].facts.at[j]);
	bool ok = explore(p, &w, &m, STOP_FORK);
	back(p, s);
	return ok;
}

static bool from_entry(struct pair *p, const struct walk *w,
		       const struct mach *m)
{
	struct saved s = save(p);
	struct walk w2;
	struct mach m2;

	p->entry_dirty = false;
	walk_copy(&p->wf, &w2, w);
	mach_copy(&p->mf, &m2, m);
	bool ok = explore(p, &w2, &m2, STOP_FORK);
	back(p, s);
	return ok;
}

static bool rounds(struct pair *p, const struct walk *w, const struct mach *m)
{
	p->entry_dirty = true;
	for (uint32_t n = 0; n < MOST_ROUNDS; n++) {
		uint32_t k = 0;
		if (p->entry_dirty) {
			if (!from_entry(p, w, m))
				return false;
			continue;
		}
		while (k < p->cuts.n && !(p->cuts.at[k].valid &&
					  p->cuts.at[k].dirty))
			k++;
		if (k == p->cuts.n)
			return true;
		if (!from_cut(p, k))
			return false;
	}
	return pair_reject(p, "limit", "rounds");
}

/* --- a function ------------------------------------------------------------------------ */

static const struct code_ref *code_of(const struct world *w, uint32_t func)
{
	for (uint32_t k = 0; k < w->codes.n; k++)
		if (w->codes.at[k].func == func && !w->codes.at[k].stub)
			return &w->codes.at[k];
	return NULL;
}

/* Left out of the object: what is not there is not called, and who calls it
 * has its own proof to pass.  Exports must be there. */
static bool is_left_out(const struct world *w, uint32_t func)
{
	for (uint32_t k = 0; k < w->m->exports.n; k++)
		if (w->m->exports.at[k].kind == WASM_FUNC &&
		    w->m->exports.at[k].index == func)
			return false;
	return !code_of(w, func);
}

/* Words above its stack pointer that are its own, and below that a callee may
 * write: arguments, results, and with tail calls those of any function. */
static void areas(struct pair *p, uint32_t *in, uint32_t *out)
{
	const struct wasm_module *m = p->w->m;
	struct place *x;
	uint32_t bytes, most = 0;
	bool hard = p->w->o->hard_float;

	for (uint32_t k = 0; k < m->types.n; k++) {
		const struct wasm_functype *t = &m->types.at[k];
		x = arena_array(p->arena, struct place,
				2 * (t->nparams + t->nresults));
		world_convention(t->param, t->nparams, hard, x, &bytes);
		most = bytes > most ? bytes : most;
		world_convention(t->result, t->nresults, hard, x, &bytes);
		most = bytes > most ? bytes : most;
	}
	const struct wasm_functype *t = p->wf.body->type;
	x = arena_array(p->arena, struct place, 2 * (t->nparams + t->nresults));
	world_convention(t->param, t->nparams, hard, x, in);
	world_convention(t->result, t->nresults, hard, x, &bytes);
	*in = (*in > bytes ? *in : bytes) / 4;
	*out = 0;
	if (p->w->has_tail_calls)
		*in = *out = most / 4;
}

static bool set_up(struct pair *p, uint32_t func)
{
	const struct code_ref *c = code_of(p->w, func);
	const char *why = NULL;
	uint32_t out;

	if (!c)
		return pair_reject(p, "no code", NULL);
	if (!walk_init(&p->wf, p->w, &p->z, &p->facts, func, &p->states, &why))
		return pair_reject(p, "source", why);
	if (!mach_init(&p->mf, p->w, &p->z, &p->facts, c, p->wf.body->type,
		       &p->states, &why))
		return pair_reject(p, "machine code", why);
	areas(p, &p->mf.in_words, &out);
	p->mf.out_words = out;
	mach_loops(&p->mf);
	return true;
}

static bool prove(struct pair *p, uint32_t func)
{
	struct walk w;
	struct mach m;

	if (p->w->why)
		return pair_reject(p, "object", p->w->why);
	if (is_left_out(p->w, func))
		return p->v->absent = true;
	if (!set_up(p, func))
		return false;
	term *state = arena_array(p->arena, term, p->w->n);
	world_enter(p->w, &p->z, state);
	walk_enter(&p->wf, &w, state);
	pair_assume_event(p, func, &w);
	mach_enter(&p->mf, &m, state, w.local.at);
	return rounds(p, &w, &m);
}

void prove_function(struct world *w, uint32_t func,
		    const struct prove_limits *l, struct arena *a,
		    struct verdict *v)
{
	struct pair *p = arena_new(a, struct pair);
	jmp_buf *outer = a->oom, here;

	*v = (struct verdict){ .proved = false };
	*p = (struct pair){ .w = w, .arena = a, .v = v };
	arena_init(&p->states, &here);
	terms_init(&p->z, a);
	p->z.most = l->effort;
	p->z.choose = sem_float_choose;
	facts_init(&p->facts, &p->z, a);
	p->solver = solver_new(&p->z, l->rlimit, a);
	a->oom = &here;
	if (setjmp(here) == 0) {
		v->proved = prove(p, func);
	} else {
		/* rejected whatever was found before */
		v->reason = "limit";
		v->detail = l->effort && p->z.effort >= l->effort ? "effort"
								  : "memory";
		v->proved = false;
	}
	a->oom = outer;
	v->cuts = p->cuts.n;
	v->queries = solver_queries(p->solver);
	v->terms = p->z.nodes.n;
	v->effort = p->z.effort;
	v->rlimit = solver_effort(p->solver);
	if (v->proved)
		v->reason = v->detail = NULL;
	solver_free(p->solver);
	arena_fini(&p->states);
}
