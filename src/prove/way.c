/* way.c - what is known on the way that is being followed.
 *
 * Facts are a stack, as literals are of a state.  From one state to another what
 * they have in common stays; the rest is added as a whole, for clauses are gone
 * through after it, not after each.
 *
 * Where ways that meet become one, their states are looked at in turn, each several
 * times.  What a literal adds to those before it, and what is concluded from all of
 * them, depends on nothing else: so each such step is kept, by the step before it,
 * and made again instead of found out again.
 */
#include "prove/pair.h"

enum { MOST_KEPT = 1 << 20 };
static const uint32_t NOWHERE = UINT32_MAX;

/* The step after another, by its literal; 0: not kept.  Step 0 is that nothing is known.
 * What concludes has no literal. */
static uint32_t *after(struct pair *p, uint32_t step, term c)
{
	return map_put(&p->kept_at, (uint64_t)step << 32 | c);
}

static void forget_all(struct pair *p)
{
	arena_fini(&p->keep);
	p->kept.at = NULL;
	p->kept.n = p->kept.cap = 0;
	map_init(&p->kept_at, &p->keep);
	p->changes_kept = 0;
}

static uint32_t here(const struct pair *p)
{
	return p->marks.n ? p->at.at[p->marks.n - 1] : 0;
}

/* Adds a literal, or 0: concludes.  Returns the step. */
static uint32_t make(struct pair *p, uint32_t from, term c)
{
	struct facts *f = &p->facts;
	struct facts_mark before = facts_save(f);
	uint32_t *have = from == NOWHERE ? NULL : after(p, from, c);

	if (have && *have) {
		if (c)
			vec_push(f->arena, &f->literal, c);
		facts_again(f, &p->kept.at[*have - 1]);
		return *have;
	}
	if (c)
		facts_add_one(f, c);
	else
		facts_conclude(f);
	if (!have || p->changes_kept > MOST_KEPT)
		return NOWHERE;
	struct facts_step s;
	facts_keep(f, before, &p->keep, &s);
	vec_push(&p->keep, &p->kept, s);
	p->changes_kept += s.n + s.noffsets + 4;
	*have = p->kept.n;
	return p->kept.n;
}

static void add(struct pair *p, term c)
{
	uint32_t from = here(p);

	vec_push(p->arena, &p->marks, facts_save(&p->facts));
	uint32_t step = make(p, from, c);
	while (p->at.n < p->marks.n)
		vec_push(p->arena, &p->at, NOWHERE);
	p->at.at[p->marks.n - 1] = step;
}

/* What was concluded from all goes, before there is more or less. */
static void open(struct pair *p)
{
	if (p->concluded)
		facts_back(&p->facts, p->before_concluded);
	p->concluded = false;
}

static void conclude(struct pair *p)
{
	p->before_concluded = facts_save(&p->facts);
	p->concluded = true;
	make(p, here(p), 0);
}

/* What the rest makes false says that nothing is on this way. */
void pair_learn(struct pair *p, term c)
{
	term d = facts_simplify(&p->facts, c);

	open(p);
	add(p, c);
	if (d != c && d != p->z.yes)
		add(p, d);
	conclude(p);
}

static void forget(struct pair *p, uint32_t n)
{
	open(p);
	if (n < p->marks.n) {
		facts_back(&p->facts, p->marks.at[n]);
		p->marks.n = n;
	}
}

void pair_forget(struct pair *p, uint32_t n)
{
	if (n == 0 && p->changes_kept > MOST_KEPT) {
		forget(p, 0);
		forget_all(p);
	}
	if (n < p->marks.n) {
		forget(p, n);
		conclude(p);
	}
}

void pair_facts(struct pair *p, const struct at *s)
{
	uint32_t n = 0;

	while (n < s->nliterals && n < p->marks.n &&
	       p->facts.literal.at[n] == s->literal[n])
		n++;
	if (n == s->nliterals && n == p->marks.n && p->concluded)
		return;
	forget(p, n);
	for (; n < s->nliterals; n++)
		add(p, s->literal[n]);
	conclude(p);
}
