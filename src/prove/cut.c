/* cut.c - what holds at a pair of loop headers.
 *
 * On the first arrival the cut says of every place exactly what is there.  A
 * later arrival that differs makes it weaker: places that changed alike share
 * a new variable, and what changed in proportion is linear in one.  What is
 * left when no arrival differs is an invariant, found by nobody's word.
 *
 * What a cut claims: there are values of its own variables, within their
 * bounds, for which its facts hold and every place holds its term.  Each
 * arrival must give such values (`given`); a variable of the cut stands for
 * the value that the latest arrival gave it.  So own variables are replaced by
 * what they are given before anything is compared.
 *
 * When a cut gets weaker, those found after it are dropped, for what they say
 * may speak of it, and everything is followed again.
 */
#include "prove/given.h"

#include <string.h>

enum { MOST_SPLITS = 5, MOST_ADDED = 12 };

/* --- arrivals ---------------------------------------------------------------------- */

static void forget_flags(struct mach *m)
{
	m->flags = m->fpscr = (struct mach_flags){ 0 };
	memset(m->ge, 0, sizeof m->ge);
	m->it_left = 0;
	m->entered = true;
}

static struct cut *find(struct pair *p, uint64_t wasm, uint32_t pc)
{
	for (uint32_t k = 0; k < p->cuts.n; k++)
		if (p->cuts.at[k].wasm == wasm && p->cuts.at[k].pc == pc)
			return &p->cuts.at[k];
	return NULL;
}

/* Both sides have one, but for globals. */
static void one_state(struct pair *p, struct cut *c)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		if (!world_is_global(p->w, k))
			c->m.state[k] = c->w.state[k];
}

/* Copies that outlive the path: in p->arena. */
static void keep(struct pair *p, struct cut *c, struct walk *w, struct mach *m)
{
	struct arena *wa = p->wf.arena, *ma = p->mf.arena;

	p->wf.arena = p->mf.arena = p->arena;
	walk_copy(&p->wf, &c->w, w);
	mach_copy(&p->mf, &c->m, m);
	p->wf.arena = wa;
	p->mf.arena = ma;
	one_state(p, c);
	c->w.access = c->m.access = c->m.early = NULL;
	c->facts.n = 0;
	for (uint32_t k = 0; k < p->facts.literal.n; k++)
		vec_push(p->arena, &c->facts, p->facts.literal.at[k]);
	c->valid = c->dirty = true;
	p->settled = false;
}

/* What arrived there is followed again, so that it arrives anew. */
static void drop(struct pair *p, struct cut *c)
{
	for (uint32_t k = 0; k < c->from.n; k++)
		if (c->from.at[k] == UINT32_MAX)
			p->entry_dirty = true;
		else
			p->cuts.at[c->from.at[k]].dirty = true;
	c->from.n = 0;
	c->valid = false;
}

static void drop_later(struct pair *p, uint32_t number)
{
	for (uint32_t k = number + 1; k < p->cuts.n; k++)
		if (p->cuts.at[k].valid)
			drop(p, &p->cuts.at[k]);
}

static void arrived(struct pair *p, struct cut *c)
{
	for (uint32_t k = 0; k < c->from.n; k++)
		if (c->from.at[k] == p->region)
			return;
	vec_push(p->arena, &c->from, p->region);
}

/* --- what ended the loop that a way comes from ------------------------------------- */

static term comparison_without(struct terms *z, term c, term x, term e)
{
	const struct term_node i = *term_at(z, c);

	if (i.op == TM_BNOT)
		return term_bnot(z, comparison_without(z, term_arg(z, c, 0), x,
						       e));
	if (i.op == TM_BAND) {
		term all = z->yes;
		for (unsigned k = 0; k < i.n; k++)
			all = term_band(z, all, comparison_without(z,
					z->pool.at[i.args + k], x, e));
		return all;
	}
	if (i.op != TM_ULT && i.op != TM_SLT)
		return c;
	return (i.op == TM_ULT ? term_ult : term_slt)(z,
			given_without(z, term_arg(z, c, 0), x, e),
			given_without(z, term_arg(z, c, 1), x, e));
}

/* Comparisons of this way said without a counter of the loop that it comes from,
 * by an equation that holds of it: the counter means nothing elsewhere. */
static void add_without(struct pair *p, term x, term e, uint32_t n)
{
	uint32_t added = 0;

	for (uint32_t k = 0; k < n && added < MOST_ADDED; k++) {
		term c = p->facts.literal.at[k];
		term d = comparison_without(&p->z, c, x, e);
		if (d == c || d == p->z.yes)
			continue;
		facts_add_one(&p->facts, d);
		added++;
	}
}

static void add_equations(struct pair *p)
{
	uint32_t n = p->facts.literal.n;

	for (uint32_t k = 0; k < n && p->region != UINT32_MAX; k++) {
		term c = p->facts.literal.at[k];
		if (term_at(&p->z, c)->op != TM_EQ0)
			continue;
		term e = term_arg(&p->z, c, 0);
		const struct term_node i = *term_at(&p->z, e);
		for (unsigned j = 1; i.op == TM_SUM && j < i.n; j += 2) {
			term x = p->z.pool.at[i.args + j];
			if (cut_owns(p, p->region, term_at(&p->z, x)))
				add_without(p, x, e, n);
		}
	}
	if (p->facts.literal.n > n)
		facts_conclude(&p->facts);
}

/* t without what stands for rounds of the loop that the way comes from, where an
 * equation that ended it says so; or t. */
static term without_rounds(struct pair *p, struct map *seen, term t)
{
	for (uint32_t k = 0; k < p->facts.literal.n; k++) {
		term c = p->facts.literal.at[k];
		if (term_at(&p->z, c)->op != TM_EQ0)
			continue;
		term e = term_arg(&p->z, c, 0);
		const struct term_node i = *term_at(&p->z, e);
		for (unsigned j = 1; i.op == TM_SUM && j < i.n; j += 2) {
			term x = p->z.pool.at[i.args + j];
			if (!cut_owns(p, p->region, term_at(&p->z, x)))
				continue;
			term r = given_without(&p->z, t, x, e);
			if (r != t && !cut_mentions(p, seen, p->region, r))
				return r;
		}
	}
	return t;
}

/* On its first arrival a cut says what places hold without them, for whoever comes
 * from elsewhere has none: on this way it is the same word, and whether every
 * arrival agrees, this one too, is asked when nothing changes any more. */
static void forget_rounds(struct pair *p, struct cut *c, uint32_t slots)
{
	struct places have = { 0 };
	struct map seen;

	if (p->region == UINT32_MAX || p->region == (uint32_t)(c - p->cuts.at))
		return;
	map_init(&seen, &p->states);
	pair_places(p, &have, &c->w, &c->m, slots);
	for (uint32_t k = 0; k < have.at.n; k++) {
		term t = *have.at.at[k];
		if (t && term_at(&p->z, t)->sort == SORT_WORD &&
		    cut_mentions(p, &seen, p->region, t))
			*have.at.at[k] = without_rounds(p, &seen, t);
	}
}

/* Does the cut hold on this arrival as it is? */
static bool agrees(struct pair *p, uint32_t number, const struct places *have,
		   const struct places *now)
{
	const struct cut *c = &p->cuts.at[number];
	struct given g;

	given_init(&g, p, number);
	given_take(&g, have, now);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k];
		if (!given_same(&g, a, *now->at.at[k], now->plain.at[k]) ||
		    (!a && *now->at.at[k] && k < have->filled))
			return false;
	}
	for (uint32_t k = 0; k < g.vars.n; k++)
		if (!given_bounds(&g, g.vars.at[k]))
			return false;
	for (uint32_t k = 0; k < c->facts.n; k++)
		if (!given_fact(&g, c->facts.at[k]))
			return false;
	return true;
}

/* Has the cut that the way comes from changed since?  It will arrive anew, and what a
 * cut says first is better said by what is so then. */
static bool is_followed_again(const struct pair *p)
{
	return p->region != UINT32_MAX && p->cuts.at[p->region].dirty;
}

static bool arrive(struct pair *p, struct walk *w, struct mach *m)
{
	struct places now = { 0 };
	int32_t sp;

	forget_flags(m);
	if (!mach_sp(&p->mf, m, &sp) || sp > 0)
		return pair_reject(p, "machine code", "stack pointer at a loop");
	uint32_t slots = (uint32_t)-sp / 4;
	pair_room(p, m, slots);
	uint64_t place = walk_place(w, w->cut);
	struct cut *c = find(p, place, m->pc);
	if (!c) {
		vec_push(p->arena, &p->cuts, (struct cut){ .wasm = place,
							   .pc = m->pc });
		c = &vec_last(&p->cuts);
	}
	arrived(p, c);
	if (!c->valid && !p->eager && is_followed_again(p))
		return true;
	if (!c->valid) {
		keep(p, c, w, m);
		forget_rounds(p, c, slots);
		return true;
	}
	uint32_t number = (uint32_t)(c - p->cuts.at);
	if (c->m.r[R_SP] != m->r[R_SP] || c->w.stack.n != w->stack.n ||
	    c->w.label.n != w->label.n || c->w.local.n != w->local.n)
		return pair_impossible(p) ||
		       pair_reject(p, "cut", "stack differs between arrivals");
	pair_places(p, &now, w, m, slots);
	pair_simplify(p, &now);
	/* what was made weaker must hold here now; places that hold other terms
	 * may decide variables otherwise, so that a fact goes next time */
	for (unsigned n = 0; n < MOST_SPLITS; n++) {
		struct places have = { 0 };
		pair_places(p, &have, &c->w, &c->m, slots);
		if (agrees(p, number, &have, &now))
			return true;
		if (!cut_weaken(p, number, &have, &now, w->access))
			continue;
		one_state(p, c);
		c->dirty = true;
		p->settled = false;
		if (!p->loose)
			drop_later(p, number);
	}
	return pair_reject(p, "cut", "no invariant of an arrival found");
}

bool cut_arrive(struct pair *p, struct walk *w, struct mach *m)
{
	struct facts_mark before = facts_save(&p->facts);
	struct arena_mark states = arena_mark(&p->states);

	add_equations(p);
	bool r = arrive(p, w, m);
	facts_back(&p->facts, before);
	/* the way has ended here; of one that failed there is more to say */
	if (r)
		arena_reset(&p->states, states);
	return r;
}
