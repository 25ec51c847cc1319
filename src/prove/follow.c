/* follow.c - following both sides at once, from a cut to the next.
 *
 * The source runs to where it must choose, ways may meet, it calls, or it
 * ends.  For each choice the machine code runs as far as what is then known
 * decides, but not past a place where its own ways meet until the source has
 * passed such a place too or needs it to go on.  States are taken in the order
 * of their place in the source, which only loops go back in, so that all that
 * arrive where ways meet are there at once: those whose machine code can come
 * to one place become one state (merge.c), and cost is that of the code, not
 * of the ways through it.
 *
 * A call is made by both, when the machine code's next event is the same one;
 * else the source goes into the callee, as what was compiled in its place
 * does.  Where the source ends so must the machine code (check.c).
 */
#include "prove/explain.h"
#include "prove/pair.h"

enum {
	MOST_STEPS = 400000,
	MOST_PASSED = 2000,
	MOST_ENTERED = 400,
	MOST_FRAMES = 16,
	MOST_AHEAD = 64		/* rounds of a loop in front of a call */
};

enum going { FAILED, DONE, GO };

/* --- the states to follow --------------------------------------------------------------- */

void pair_put(struct pair *p, struct at *s)
{
	vec_push(p->arena, &p->worklist, s);
	s->mark = arena_mark(&p->states);
}

static struct at *take(struct pair *p, uint32_t k)
{
	struct at *s = p->worklist.at[k];

	/* the order of what is equal stays */
	for (; k + 1 < p->worklist.n; k++)
		p->worklist.at[k] = p->worklist.at[k + 1];
	p->worklist.n--;
	return s;
}

static struct at *copy(struct pair *p, const struct at *s)
{
	struct at *to = arena_new(&p->states, struct at);

	*to = *s;
	walk_copy(&p->wf, &to->w, &s->w);
	mach_copy(&p->mf, &to->m, &s->m);
	to->nliterals = p->facts.literal.n;
	to->literal = arena_array(&p->states, term, to->nliterals);
	for (uint32_t k = 0; k < to->nliterals; k++)
		to->literal[k] = p->facts.literal.at[k];
	return to;
}

/* Both ways of a condition. */
static bool fork(struct pair *p, struct at *s, term c, enum stop ws)
{
	uint32_t n = p->marks.n;

	for (unsigned way = 0; way < 2; way++) {
		pair_learn(p, way ? term_bnot(&p->z, c) : c);
		if (!p->facts.contradiction) {
			struct at *to = copy(p, s);
			to->ws = ws;
			pair_put(p, to);
		}
		pair_forget(p, n);
	}
	return true;
}

/* --- running the machine code ------------------------------------------------------------- */

static void run(struct pair *p, struct at *s, bool joins)
{
	s->m.joins = joins;
	s->ms = mach_run(&p->mf, &s->m);
	s->go = false;
}

/* Does another state stand at the same place of the source? */
static bool has_company(struct pair *p, const struct at *s)
{
	for (uint32_t k = 0; k < p->worklist.n; k++)
		if (pair_same_source(s, p->worklist.at[k]))
			return true;
	return false;
}

/* As far as it may, without being asked to. */
static void run_along(struct pair *p, struct at *s)
{
	if (pair_may_run(s) && (s->ms != STOP_JOIN || s->go))
		run(p, s, p->joins);
	/* joins that the source knows without passing one: who might come there has
	 * come, and what the source chooses next the machine code would not know */
	while (s->ms == STOP_JOIN && !has_company(p, s))
		run(p, s, p->joins);
}

/* Only what comes back to a header may do so for ever. */
static bool pass_limit(struct pair *p, bool came_back)
{
	p->passed += came_back;
	return p->passed > MOST_PASSED && !pair_reject(p, "limit", "passed");
}

/* Is there no such state?  Facts may contradict each other in a way that only
 * the solver sees; then one side would go round its loop for ever.  Asked at
 * the first header, and of those it comes back to ever more rarely. */
static bool nowhere(struct pair *p, uint32_t passed)
{
	return (passed & (passed + 1)) == 0 && pair_impossible(p);
}

static enum going pass_source(struct pair *p, struct at *s)
{
	if (pass_limit(p, s->w.came_back))
		return FAILED;
	if (s->ms != STOP_CUT && (s->w.came_back || !s->passed_w) &&
	    nowhere(p, s->passed_w))
		return DONE;
	s->passed_w++;
	s->ws = STOP_NONE;
	return GO;
}

static enum going pass_mach(struct pair *p, struct at *s)
{
	if (pass_limit(p, s->m.came_back))
		return FAILED;
	if (s->ws != STOP_CUT && (s->m.came_back || !s->passed_m) &&
	    nowhere(p, s->passed_m))
		return DONE;
	s->passed_m++;
	s->m.started = false;
	s->ms = STOP_NONE;
	return GO;
}

/* --- ways that meet --------------------------------------------------------------------- */

/* All states at one join of the source go on from there, fewer if possible. */
static void meet(struct pair *p, struct at *first)
{
	struct at *s[MOST_MET] = { first };
	uint32_t n = 1;

	for (uint32_t k = 0; k < p->worklist.n && n < MOST_MET;)
		if (pair_same_source(first, p->worklist.at[k]))
			s[n++] = take(p, k);
		else
			k++;
	for (uint32_t k = 0; k < n; k++) {
		s[k]->ws = STOP_NONE;
		s[k]->go = true;
	}
	if (n == 1)
		pair_put(p, first);
	else
		pair_meet(p, s, n);
}

static bool waits(const struct at *s)
{
	return s->ms == STOP_JOIN && s->ws != STOP_NONE && s->ws != STOP_JOIN;
}

static bool agrees_now(struct pair *p, const struct at *s)
{
	pair_facts(p, s);
	return pair_agree(p, &s->w, &s->m);
}

/* States whose source stands still and whose machine code is at one join. */
static struct at *meet_mach(struct pair *p, struct at *first)
{
	struct at *s[MOST_MET] = { first };
	uint32_t n = 1;

	first->go = true;
	if (!agrees_now(p, first))
		return first;
	for (uint32_t k = 0; k < p->worklist.n && n < MOST_MET;)
		if (waits(p->worklist.at[k]) &&
		    !pair_compare(first, p->worklist.at[k]) &&
		    agrees_now(p, p->worklist.at[k]))
			s[n++] = take(p, k);
		else
			k++;
	if (n > 1 && !pair_merge(p, s, n))
		for (uint32_t k = 1; k < n; k++)
			pair_put(p, s[k]);
	/* what it calls, or asks, is of what it holds now */
	if (n > 1 && (first->ws == STOP_CALL || first->ws == STOP_FORK))
		first->ws = STOP_NONE;
	return first;
}

static struct at *next(struct pair *p)
{
	/* way by way: the last first; all that was made since is of ways that
	 * have ended */
	if (!p->joins) {
		struct at *last = take(p, p->worklist.n - 1);
		arena_reset(&p->states, last->mark);
		return last;
	}
	for (;;) {
		uint32_t least = 0;
		for (uint32_t k = 1; k < p->worklist.n; k++)
			if (pair_compare(p->worklist.at[k], p->worklist.at[least]) < 0)
				least = k;
		struct at *s = take(p, least);
		if (s->ws == STOP_JOIN)
			meet(p, s);
		else
			return waits(s) ? meet_mach(p, s) : s;
	}
}

/* --- calls --------------------------------------------------------------------------------- */

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

/* A fact of the state that is being followed. */
static void know(struct pair *p, struct at *s, term c)
{
	pair_learn(p, c);
	s->nliterals = p->facts.literal.n;
	s->literal = arena_array(&p->states, term, s->nliterals);
	for (uint32_t k = 0; k < s->nliterals; k++)
		s->literal[k] = p->facts.literal.at[k];
}

static enum going together(struct pair *p, struct at *s)
{
	term fact[MOST_CONTRACT + MOST_GROWN];
	uint32_t n = pair_contract(p, s->w.callee, s->w.event, fact);

	n += pair_grown(p, &s->w, fact + n);
	for (uint32_t k = 0; k < n; k++)
		know(p, s, fact[k]);
	s->w.answer = WALK_CALL;
	s->ws = STOP_NONE;
	if (s->ms == STOP_CALL) {
		s->m.given = s->w.event;
		s->ms = STOP_NONE;
	}
	return GO;
}

static bool may_enter(const struct pair *p, const struct walk *w)
{
	return w->callee != UINT32_MAX && w->frame.n < MOST_FRAMES &&
	       w->callee >= p->w->m->nimported[WASM_FUNC] &&
	       p->entered < MOST_ENTERED;
}

static bool wants_stack(const struct at *s)
{
	return s->ms == STOP_TRAP && s->m.trap == HD_TRAP_STACK;
}

/* Does the machine code, at a loop header, make the call that the source is at
 * after as many rounds as it knows of?  It does nothing else before. */
static bool comes_to_call(struct pair *p, const struct at *s)
{
	enum stop ms = STOP_CUT;
	struct mach m;

	mach_copy(&p->mf, &m, &s->m);
	m.joins = false;
	for (unsigned n = 0; ms == STOP_CUT && n < MOST_AHEAD; n++) {
		m.started = false;
		ms = mach_run(&p->mf, &m);
	}
	return same_call(p, &s->w, &m, ms);
}

static enum going at_call(struct pair *p, struct at *s)
{
	if (wants_stack(s))
		return pair_end(p, s) ? DONE : FAILED;
	/* what it calls may be known since the source chose */
	if (s->ms == STOP_CALL && s->m.callee == UINT32_MAX &&
	    s->w.callee != UINT32_MAX) {
		s->m.reads_again = true;
		run(p, s, p->joins);
	}
	if (same_call(p, &s->w, &s->m, s->ms))
		return together(p, s);
	if (s->ms == STOP_CUT &&
	    (!may_enter(p, &s->w) || comes_to_call(p, s)))
		return pass_mach(p, s);
	if (may_enter(p, &s->w)) {
		if (p->explain && s->ms == STOP_CALL &&
		    s->w.callee == s->m.callee)
			s->other = arena_printf(p->arena, "func %u: %s",
				s->w.callee, pair_difference(p, s->w.event,
							     s->m.event));
		p->entered++;
		s->w.answer = WALK_ENTER;
		s->ws = STOP_NONE;
		return GO;
	}
	return pair_impossible(p) || pair_reject(p, "calls",
		s->ms == STOP_CALL ?
		pair_difference(p, s->w.event, s->m.event) :
		arena_printf(p->arena, "call against %s%s%s",
			     pair_stop_name(s->ms), s->m.why ? ": " : "",
			     s->m.why ? s->m.why : "")) ? DONE : FAILED;
}

/* --- ends ------------------------------------------------------------------------------------ */

/* Once around the source's loop, has the output done more than one of its
 * rounds, here or on the way to another loop?  What it reads says so where
 * nothing is written. */
static bool is_behind(struct pair *p, const struct at *s)
{
	const struct cut *c = p->region == UINT32_MAX ? NULL :
			      &p->cuts.at[p->region];

	return c && c->wasm == walk_place(&s->w, s->w.cut) && pair_early(p, s);
}

/* Once around the region's loop of one side, the other has only come to a loop
 * from above: it has the round before it. */
static bool is_entering(const struct pair *p, const struct at *s)
{
	const struct cut *c = p->region == UINT32_MAX ? NULL :
			      &p->cuts.at[p->region];

	return c && c->wasm == walk_place(&s->w, s->w.cut) &&
	       s->w.came_back && c->pc != s->m.pc && !s->m.came_back;
}

/* A loop header of one side that is none of the other's is passed: loops that
 * were peeled, unrolled, merged or run a known number of times.  Whoever is
 * behind goes on. */
static enum going at_end(struct pair *p, struct at *s)
{
	enum stop ws = s->ws, ms = s->ms;

	if (ms != STOP_FAIL && !wants_stack(s)) {
		if (ws == STOP_CUT && ms == STOP_CUT) {
			if (s->m.access || is_behind(p, s) ||
			    pair_ahead(p, s->m.state, s->w.state))
				return pass_source(p, s);
			if (pair_ahead(p, s->w.state, s->m.state) ||
			    is_entering(p, s))
				return pass_mach(p, s);
		} else if (ms == STOP_CUT) {
			return pass_mach(p, s);
		} else if (ws == STOP_CUT) {
			return pass_source(p, s);
		}
	}
	return pair_end(p, s) ? DONE : FAILED;
}

/* --- steps ----------------------------------------------------------------------------------- */

/* The source chooses.  Nothing of it says whether the stack is large enough: that
 * is asked first, or the machine code would wait there, and where ways of the
 * source meet it would not know any more which of them it was on. */
static bool at_fork(struct pair *p, struct at *s)
{
	run_along(p, s);
	pair_loads(p, s);
	if (wants_stack(s))
		return pair_end(p, s);
	return s->ms == STOP_FORK && pair_is_stack_check(p, s->m.cond) ?
	       fork(p, s, s->m.cond, STOP_FORK) :
	       fork(p, s, s->w.cond, STOP_NONE);
}

static bool step(struct pair *p, struct at *s)
{
	enum going g = GO;

	p->now = s;
	while (g == GO) {
		if (++p->steps > MOST_STEPS)
			return pair_reject(p, "limit", "steps");
		if (s->ws == STOP_NONE)
			s->ws = walk_run(&p->wf, &s->w);
		switch (s->ws) {
		case STOP_FAIL:
			return pair_reject(p, "source", s->w.why);
		case STOP_FORK:
			return at_fork(p, s);
		case STOP_JOIN:
			if (p->joins && p->worklist.n) {
				pair_put(p, s);
				return true;
			}
			s->ws = STOP_NONE;
			s->go = true;
			continue;
		default:
			break;
		}
		if (pair_may_run(s))
			run(p, s, p->joins && has_company(p, s));
		pair_loads(p, s);
		if (s->ms == STOP_FORK)
			return fork(p, s, s->m.cond, s->ws);
		if (s->ms == STOP_JOIN) {
			pair_put(p, s);
			return true;
		}
		g = s->ws == STOP_CALL ? at_call(p, s) : at_end(p, s);
	}
	return g == DONE;
}

/* Is the cut that is being followed from still one?  An arrival may have made
 * an earlier one weaker. */
static bool stands(const struct pair *p)
{
	return p->region == UINT32_MAX || p->cuts.at[p->region].valid;
}

bool pair_follow(struct pair *p, uint32_t region, const struct walk *w,
		 const struct mach *m, const term *fact, uint32_t nfacts)
{
	struct arena_mark states = arena_mark(&p->states);
	struct at s = { .ws = STOP_NONE, .ms = STOP_NONE };
	bool ok = true;

	p->region = region;
	p->worklist.n = 0;
	pair_forget(p, 0);
	for (uint32_t k = 0; k < nfacts; k++)
		pair_learn(p, fact[k]);
	s.w = *w;
	s.m = *m;
	pair_put(p, copy(p, &s));
	while (ok && p->worklist.n && stands(p)) {
		struct at *a = next(p);
		pair_facts(p, a);
		ok = step(p, a);
	}
	if (!ok && p->explain)
		pair_explain(p);
	pair_forget(p, 0);
	arena_reset(&p->states, states);
	return ok;
}
