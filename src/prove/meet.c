/* meet.c - where ways meet: in the source they do, and in the machine code where
 * it has done what the source has.
 *
 * Of the places where all of them can come to, they meet at the first; but what
 * a source has chosen on its way here the machine code must have chosen too,
 * for whoever met before that would not know how.  So where their machine code
 * goes different ways behind that place, and their sources go one way from here,
 * they meet behind it.
 */
#include "prove/pair.h"

enum { MOST_TRACE = 24 };

/* Where the machine code can come to without a choice, having done what the
 * source has and no more. */
struct trace {
	uint32_t pc[MOST_TRACE], n;
	uint64_t way[MOST_TRACE];	/* to there, from the one before */
};

/* The way since it was last asked for. */
static uint64_t way_of(struct mach *m)
{
	uint64_t way = m->way;

	m->way = 0;
	if (m->wasm)
		m->wasm->way = 0;
	return way;
}

bool pair_agree(struct pair *p, const struct walk *w, const struct mach *m)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		if (w->state[k] != m->state[k] &&
		    facts_simplify(&p->facts, w->state[k]) !=
		    facts_simplify(&p->facts, m->state[k]))
			return false;
	return true;
}

static void trace(struct pair *p, struct at *s, struct trace *t)
{
	struct mach m;
	enum stop ms = s->ms;

	t->n = 0;
	pair_facts(p, s);
	mach_copy(&p->mf, &m, &s->m);
	m.joins = true;
	way_of(&m);
	/* past what it is known to choose: who meets there would not know */
	if (ms == STOP_FORK)
		ms = mach_run(&p->mf, &m);
	for (;;) {
		if (ms == STOP_RETURN || ms == STOP_TRAP || ms == STOP_TAIL ||
		    ms == STOP_FAIL)
			break;
		if (!m.it_left && pair_agree(p, &s->w, &m))
			t->way[t->n] = way_of(&m), t->pc[t->n++] = m.pc;
		if (t->n == MOST_TRACE || ms == STOP_CALL || ms == STOP_CUT)
			break;
		uint32_t pc = m.pc;
		ms = mach_run(&p->mf, &m);
		if (ms == STOP_FORK && m.pc == pc)
			break;
	}
}

static uint32_t index_of(const struct trace *t, uint32_t pc)
{
	uint32_t k = 0;

	while (k < t->n && t->pc[k] != pc)
		k++;
	return k;
}

static bool passes(const struct trace *t, uint32_t pc)
{
	return index_of(t, pc) < t->n;
}

static void advance(struct pair *p, struct at *s, uint32_t pc)
{
	pair_facts(p, s);
	s->m.joins = false;
	s->m.until = pc;
	while (s->m.pc != pc && pair_may_run(s)) {
		s->ms = mach_run(&p->mf, &s->m);
		if (s->ms == STOP_FORK)
			break;
	}
	s->m.until = 0;
	s->ms = STOP_NONE;
}

/* Is it the same way from one place to another? */
static bool same_way(const struct trace *a, const struct trace *b,
		     uint32_t from, uint32_t to)
{
	uint32_t i = index_of(a, from), end = index_of(a, to);
	uint32_t j = index_of(b, from);

	if (end - i != index_of(b, to) - j)
		return false;
	while (i++ < end)
		if (a->pc[i] != b->pc[++j] || a->way[i] != b->way[j])
			return false;
	return true;
}

/* Do all come from one place to another the same way? */
static bool all_same_way(const struct trace *const *t, uint32_t n,
			 uint32_t from, uint32_t to)
{
	for (uint32_t k = 1; k < n; k++)
		if (!same_way(t[0], t[k], from, to))
			return false;
	return true;
}

static bool all_come_to(const struct trace *const *t, uint32_t n,
			uint32_t from, uint32_t to)
{
	for (uint32_t k = 1; k < n; k++)
		if (!passes(t[k], to) || index_of(t[k], to) < index_of(t[k], from))
			return false;
	return true;
}

/* Where they come together again that go different ways from a place, and from
 * there, ... */
static uint32_t together_again(const struct trace *const *t, uint32_t n,
			       uint32_t from, uint32_t out[MOST_TRACE])
{
	uint32_t many = 0;

	for (uint32_t k = index_of(t[0], from) + 1; k < t[0]->n; k++) {
		uint32_t to = t[0]->pc[k];
		if (!all_come_to(t, n, from, to) ||
		    all_same_way(t, n, from, to))
			continue;
		out[many++] = from = to;
	}
	return many;
}

/* What the source passes from here to where it must choose, or stops. */
static void trace_source(struct pair *p, const struct at *s, struct trace *t)
{
	struct walk w;
	enum stop ws = STOP_JOIN;

	pair_facts(p, s);
	walk_copy(&p->wf, &w, &s->w);
	w.way = 0;
	for (t->n = 0; ws == STOP_JOIN && t->n < MOST_TRACE; t->n++) {
		t->pc[t->n] = w.ip;
		t->way[t->n] = w.way;
		w.way = 0;
		ws = walk_run(&p->wf, &w);
	}
}

/* Who met at `pc` would choose there what their sources have chosen already, and
 * would not know how: they meet behind it.  What the sources have yet to choose,
 * and each of them knows how, is ahead of them all. */
static uint32_t behind_choices(struct pair *p, struct at *const *s,
			       const struct trace *const *t, uint32_t n,
			       uint32_t pc)
{
	uint32_t to[MOST_TRACE], ahead[MOST_TRACE];
	uint32_t many = together_again(t, n, pc, to), left;
	const struct trace *source[MOST_MET];

	if (!many)
		return pc;
	for (uint32_t k = 0; k < n; k++) {
		struct trace *x = arena_new(&p->states, struct trace);
		trace_source(p, s[k], x);
		source[k] = x;
	}
	left = together_again(source, n, s[0]->w.ip, ahead);
	return many > left ? to[many - left - 1] : pc;
}

/* Where most of them can meet with the first, as soon as possible: what the
 * output has read by then it has read of other memories. */
static uint32_t meeting(struct at **s, const struct trace *t, uint32_t n,
			uint32_t *pc)
{
	uint32_t most = 1;

	for (uint32_t k = 0; k < t[0].n; k++) {
		uint32_t count = 0;
		for (uint32_t j = 0; j < n; j++)
			count += s[j] && passes(&t[j], t[0].pc[k]);
		if (count > most) {
			most = count;
			*pc = t[0].pc[k];
		}
	}
	return most;
}

/* Those that can meet with the first do, as soon as they may; the others stay. */
static void merge_from(struct pair *p, struct at **s, struct trace *t,
		       uint32_t n)
{
	struct at *group[MOST_MET];
	const struct trace *of[MOST_MET];
	uint32_t pc = 0, m = 0;

	if (meeting(s, t, n, &pc) <= 1) {
		pair_put(p, s[0]);
		s[0] = NULL;
		return;
	}
	for (uint32_t k = 0; k < n; k++)
		if (s[k] && passes(&t[k], pc)) {
			of[m] = &t[k];
			group[m++] = s[k];
			s[k] = NULL;
		}
	pc = behind_choices(p, group, of, m, pc);
	for (uint32_t k = 0; k < m; k++)
		advance(p, group[k], pc);
	if (!pair_merge(p, group, m))
		for (uint32_t k = 1; k < m; k++)
			pair_put(p, group[k]);
	pair_put(p, group[0]);
}

void pair_meet(struct pair *p, struct at **s, uint32_t n)
{
	struct trace t[MOST_MET];

	for (uint32_t k = 0; k < n; k++)
		trace(p, s[k], &t[k]);
	for (uint32_t k = 0; k < n; k++)
		if (s[k])
			merge_from(p, s + k, t + k, n - k);
}
