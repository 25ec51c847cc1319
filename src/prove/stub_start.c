/* stub_start.c - stubs that the runtime enters functions of a component by, proved as code.
 *
 * Straight-line code around calls in one order.  Words of C's arrays are variables, read before the
 * function is called; each must be where the function has the parameter, and each word of its
 * result where the runtime looks for it.
 */
#include <string.h>

#include "prove/mach.h"
#include "prove/stub.h"

enum step { STEP_WORDS, STEP_CALL, STEP_RETURNED, STEP_POST, STEP_POST_RETURN,
	    STEP_POSTED, STEPS };

/* Functions of the runtime; NULL: one of the module's. */
static const char *const step_name[STEPS] = {
	"hd_component_words", NULL, "hd_component_returned",
	"hd_component_post", NULL, "hd_component_posted",
};

struct start {
	const struct stub_start *is;
	const struct wasm_functype *t;	/* of the function */
	const term *state;
	term task, words, args;		/* args: of results */
	enum step step[STEPS];
	unsigned nsteps, done;
	bool called;
	term *param;			/* words of the parameters */
	uint32_t nparams;
	term event;			/* the call, by which its results are named */
	term *stored;			/* what the arguments' first words became */
	uint32_t nresults;		/* words */
};

static struct start *own(const struct mach_func *f)
{
	return f->own;
}

static bool same_state(const struct mach_func *f, const struct mach *m)
{
	return !memcmp(m->state, own(f)->state, f->w->n * sizeof *m->state);
}

static const struct wasm_functype *type_of(const struct world *w, uint32_t func)
{
	return &w->m->types.at[w->m->funcs.at[func].type];
}

/* --- C's arrays ------------------------------------------------------------------- */

/* Parameters in order, but the result pointer, which is among the arguments. */
static bool load(struct mach_func *f, struct mach *m, unsigned bits, term at,
		 term *value)
{
	const struct start *s = own(f);
	const bool points = s->is->pointer != UINT32_MAX;
	uint32_t k;
	const term base = term_split(f->z, at, &k);

	(void)m;
	if (bits != 32 || (k & 3) || s->called)
		return false;
	if (base == s->words && k / 4 < s->nparams - points)
		*value = s->param[k / 4];
	else if (points && base == s->args && k / 4 == s->is->pointer)
		*value = s->param[s->nparams - 1];
	else
		return false;
	return true;
}

static bool store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		  term value)
{
	struct start *s = own(f);
	uint32_t k;

	(void)m;
	if (!s->is->results || !s->called || bits != 32 ||
	    term_split(f->z, at, &k) != s->args || (k & 3) || k / 4 >= s->nresults)
		return false;
	s->stored[k / 4] = value;
	return true;
}

/* --- calls --------------------------------------------------------------------------- */

/* By which C can call `func`. */
static bool is_entry(const struct world *w, const struct obj_reloc *r, uint32_t func)
{
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];

	return !r->addend && (func < w->m->nimported[WASM_FUNC] ?
				      world_is_import(w, y, func) :
				      world_is_entry(w, y, func));
}

static bool is_named(const struct world *w, const struct obj_reloc *r, const char *name)
{
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];

	return y->section == OBJ_UNDEFINED && !r->addend && !strcmp(y->name, name);
}

/* Are these the arguments of a function of type t? */
static bool passes(struct mach_func *f, struct mach *m, const struct wasm_functype *t,
		   int32_t sp, const term *want, uint32_t nwant)
{
	term *have = arena_array(f->arena, term, 2 * t->nparams + 1);
	const uint32_t n = mach_arguments(f, m, t, sp, have);

	return n == nwant && (!n || !memcmp(have, want, n * sizeof *have));
}

static term *results_of(const struct mach_func *f)
{
	const struct start *s = own(f);
	term *r = arena_array(f->arena, term, s->nresults + 1);

	for (uint32_t k = 0; k < s->nresults; k++)
		r[k] = world_result(f->z, s->event, k);
	return r;
}

/* An array in the frame, of the words of the results. */
static bool is_flat(struct mach_func *f, struct mach *m, term at, int32_t sp)
{
	const term *want = results_of(f);
	const uint32_t n = own(f)->nresults;
	uint32_t k;

	if (n && (term_split(f->z, at, &k) != f->sp0 || (k & 3) || (int32_t)k < sp ||
		  (int32_t)(k + 4 * n) > 0))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (mach_load(f, m, 32, term_addk(f->z, at, 4 * i), true) != want[i])
			return false;
	return true;
}

static bool right_arguments(struct mach_func *f, struct mach *m, enum step step, int32_t sp)
{
	const struct start *s = own(f);

	switch (step) {
	case STEP_WORDS:
		return m->r[0] == s->task && m->r[1] == s->words;
	case STEP_CALL:
		return passes(f, m, s->t, sp, s->param, s->nparams);
	case STEP_RETURNED:
		return m->r[0] == s->task && is_flat(f, m, m->r[1], sp);
	case STEP_POST_RETURN:
		return passes(f, m, type_of(f->w, s->is->post), sp, results_of(f), s->nresults);
	default:
		return m->r[0] == s->task;
	}
}

/* What the runtime is given as const stays as it is. */
static void after(struct mach_func *f, struct mach *m, enum step step, int32_t sp)
{
	struct start *s = own(f);
	const term event = step == STEP_CALL ? s->event :
			   term_var(f->z, SORT_TOKEN, 0, 0);

	mach_after_call(f, m, event);
	if (step == STEP_CALL)
		mach_results(f, m, s->t, sp, event);
	if (step == STEP_POST_RETURN)
		mach_results(f, m, type_of(f->w, s->is->post), sp, event);
	if (step == STEP_WORDS)
		s->words = m->r[0];
	s->called |= step == STEP_CALL;
}

/* A jump passes everything on; what is entered returns as the stub is to. */
static const char *wrong_jump(struct mach_func *f, struct mach *m, enum step step)
{
	const struct start *s = own(f);
	struct place *p = arena_array(f->arena, struct place, 2 * s->t->nparams + 1);
	uint32_t stack;
	const char *why;

	world_convention(s->t->param, s->t->nparams, f->w->o->hard_float, p, &stack);
	if (step != STEP_CALL || s->done != s->nsteps || stack ||
	    (s->is->results && s->nresults))
		return "jump where there is more to do";
	if (!mach_restored(f, m, &why))
		return why;
	return m->r[R_LR] != f->r0[R_LR] ? "jump with another return address" :
	       right_arguments(f, m, step, 0) ? NULL : "jump with other arguments";
}

static bool call(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
		 term code, bool tail, enum stop *out)
{
	struct start *s = own(f);
	const enum step step = s->done < s->nsteps ? s->step[s->done] : STEPS;
	const char *why = NULL;
	int32_t sp;

	(void)code;
	*out = STOP_TAIL;
	if (!r || step == STEPS ||
	    !(step_name[step] ? is_named(f->w, r, step_name[step]) :
	      is_entry(f->w, r, step == STEP_CALL ? s->is->func : s->is->post)))
		why = "call of another function";
	else if (!same_state(f, m))
		why = "store before the call";
	else if (s->done++, tail)
		why = wrong_jump(f, m, step);
	else if (!mach_aligned_sp(f, m, &sp))
		return true;
	else if (!right_arguments(f, m, step, sp))
		why = "arguments of the call";
	else
		after(f, m, step, sp);
	if (why)
		mach_fail(m, why);
	return why || !tail;
}

static const struct mach_hooks hooks = { .load = load, .store = store, .call = call };

/* --- the end ----------------------------------------------------------------------------- */

static const char *wrong_return(struct mach_func *f, const struct mach *m)
{
	const struct start *s = own(f);
	const term *want = results_of(f);
	struct place p[2];
	uint32_t stack;
	const char *why;

	if (s->done != s->nsteps)
		return "return without a call";
	if (!mach_restored(f, m, &why))
		return why;
	if (!same_state(f, m))
		return "store";
	world_convention(s->t->result, s->t->nresults, f->w->o->hard_float, p, &stack);
	for (uint32_t k = 0; k < s->nresults && !s->is->resolve; k++) {
		const term have = s->is->results ? s->stored[k] :
				  p[k].reg >= 32 ? m->s[p[k].reg - 32] : m->r[p[k].reg];
		if (have != want[k])
			return "results";
	}
	return NULL;
}

/* --- a stub ------------------------------------------------------------------------------- */

static void plan(struct start *s)
{
	if (s->is->words)
		s->step[s->nsteps++] = STEP_WORDS;
	s->step[s->nsteps++] = STEP_CALL;
	if (s->is->resolve)
		s->step[s->nsteps++] = STEP_RETURNED;
	if (s->is->post == UINT32_MAX)
		return;
	s->step[s->nsteps++] = STEP_POST;
	s->step[s->nsteps++] = STEP_POST_RETURN;
	s->step[s->nsteps++] = STEP_POSTED;
}

static term variable(struct mach_func *f)
{
	return term_var(f->z, SORT_WORD, 0, UINT32_MAX);
}

static const char *follow(struct mach_func *f, void *what)
{
	struct start s = { .is = what, .t = type_of(f->w, ((struct stub_start *)what)->func) };
	term *state = arena_array(f->arena, term, f->w->n);
	struct val given[3] = { { variable(f), 0 }, { variable(f), 0 }, { variable(f), 0 } };
	struct mach m;

	f->hooks = &hooks;
	f->own = &s;
	plan(&s);
	s.nparams = world_words(s.t->param, s.t->nparams);
	s.nresults = world_words(s.t->result, s.t->nresults);
	if (s.t->nresults > 1 || (s.is->pointer != UINT32_MAX && !s.nparams))
		return "another type";
	s.param = arena_array(f->arena, term, s.nparams + 1);
	for (uint32_t k = 0; k < s.nparams; k++)
		s.param[k] = variable(f);
	s.stored = arena_array(f->arena, term, s.nresults + 1);
	s.event = term_var(f->z, SORT_TOKEN, 0, 0);
	s.task = given[0].lo;
	s.words = given[1].lo;
	s.args = given[2].lo;
	world_enter(f->w, f->z, state);
	s.state = state;
	mach_enter(f, &m, state, given);
	return stub_run(f, &m, wrong_return);
}

const char *stub_start(struct world *w, const struct code_ref *c,
		       const struct stub_start *is)
{
	static const uint8_t param[3] = { T_I32, T_I32, T_I32 };
	const struct wasm_functype t = { .param = (uint8_t *)(uintptr_t)param,
					 .nparams = is->results ? 3 : 2 };
	struct stub_start what = *is;
	uint32_t frame;

	if (is->func >= w->m->funcs.n || (is->post != UINT32_MAX && is->post >= w->m->funcs.n))
		return "no function";
	return stub_follow(w, c, &t, follow, &what, &frame);
}
