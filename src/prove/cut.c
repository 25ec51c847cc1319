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
 * A counter is an own variable that is 0 on the first arrival: places that
 * changed by constants from it to the second one are init + change * counter.
 * While the cut said init of these places every arrival had counter = 0;
 * so a guess (guess.c) may be added then when it holds for counter = 0
 * whatever the rest is.  Later it stays only while arrivals keep it.
 *
 * When a cut gets weaker, those found after it are dropped, for what they say
 * may speak of it, and everything is followed again.
 */
#include "prove/pair.h"

#include <string.h>

#include "base/map.h"

struct places {
	VEC(term *) at;
	VEC(term) plain;	/* simplified on this path; of an arrival */
};

static void put(struct pair *p, struct places *l, term *t)
{
	vec_push(&p->states, &l->at, t);
}

/* Every place of both sides, in an order that is the same on each arrival. */
static void gather(struct pair *p, struct places *l, struct walk *w,
		   struct mach *m, uint32_t slots)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		put(p, l, &w->state[k]);
	for (uint32_t k = 0; k < w->local.n; k++) {
		put(p, l, &w->local.at[k].lo);
		put(p, l, &w->local.at[k].hi);
	}
	for (uint32_t k = 0; k < w->stack.n; k++) {
		put(p, l, &w->stack.at[k].lo);
		put(p, l, &w->stack.at[k].hi);
	}
	for (uint32_t k = 0; k < 16; k++)
		if (k != R_SP && k != R_PC)
			put(p, l, &m->r[k]);
	for (uint32_t k = 0; k < 32; k++)
		put(p, l, &m->s[k]);
	for (uint32_t k = 0; k < slots; k++)
		put(p, l, &m->slot[k]);
	for (uint32_t k = 0; k < p->mf.in_words; k++)
		put(p, l, &m->in[k]);
}

static void room_for(struct pair *p, struct mach *m, uint32_t slots)
{
	if (m->nslots >= slots)
		return;
	term *more = arena_array(&p->states, term, slots);
	if (m->nslots)
		memcpy(more, m->slot, m->nslots * sizeof *more);
	m->slot = more;
	m->nslots = slots;
}

/* --- variables ------------------------------------------------------------------ */

static term new_var(struct pair *p, uint32_t cut, uint32_t lo, uint32_t hi,
		    enum term_sort sort)
{
	term t = term_var(&p->z, sort, lo, hi);

	while (p->owner.n < p->z.nvars)
		vec_push(p->arena, &p->owner, 0);
	p->owner.at[p->z.nvars - 1] = cut + 1;
	return t;
}

/* A variable for both, with bounds rounded outwards so that they grow a few
 * times at most. */
static term around(struct pair *p, uint32_t cut, term a, term b)
{
	static const uint32_t step[] = { 1, 255, 65535, UINT32_MAX };
	const struct term_node i = *term_at(&p->z, a);
	const struct bound r = facts_bound(&p->facts, b);
	uint32_t lo = i.lo == r.lo ? i.lo : 0, hi = i.hi;

	if (i.hi != r.hi) {
		unsigned k = 0;
		while (step[k] < i.hi || step[k] < r.hi)
			k++;
		hi = step[k];
	}
	return new_var(p, cut, lo, hi, (enum term_sort)i.sort);
}

static bool owns(const struct pair *p, uint32_t cut, const struct term_node *i)
{
	return i->op == TM_VAR && i->imm < p->owner.n &&
	       p->owner.at[i->imm] == cut + 1;
}

static bool mentions(struct pair *p, struct map *seen, uint32_t cut, term t)
{
	const struct term_node i = *term_at(&p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_put(seen, t);

	if (*have)
		return *have == 2;
	*have = 1;
	bool r = owns(p, cut, &i);
	for (unsigned k = step - 1; k < i.n && !r; k += step)
		r = mentions(p, seen, cut, p->z.pool.at[i.args + k]);
	if (r)
		*map_put(seen, t) = 2;
	return r;
}

/* --- arrivals ---------------------------------------------------------------------- */

static void forget_flags(struct mach *m)
{
	m->flags = m->fpscr = (struct mach_flags){ 0 };
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

bool cut_known(const struct pair *p, uint64_t wasm, uint32_t pc)
{
	for (uint32_t k = 0; k < p->cuts.n; k++)
		if (p->cuts.at[k].wasm == wasm && p->cuts.at[k].pc == pc)
			return true;
	return false;
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
	memcpy(c->m.state, c->w.state, p->w->n * sizeof(term));
	c->facts.n = 0;
	for (uint32_t k = 0; k < p->facts.literal.n; k++)
		vec_push(p->arena, &c->facts, p->facts.literal.at[k]);
	c->valid = c->dirty = true;
}

static void drop_later(struct pair *p, uint32_t number)
{
	bool dropped = false;

	for (uint32_t k = number + 1; k < p->cuts.n; k++) {
		dropped |= p->cuts.at[k].valid;
		p->cuts.at[k].valid = false;
	}
	if (!dropped)
		return;
	p->entry_dirty = true;
	for (uint32_t k = 0; k <= number; k++)
		p->cuts.at[k].dirty |= p->cuts.at[k].valid;
}

static void simplify_all(struct pair *p, struct places *l)
{
	struct map memo;

	map_init(&memo, &p->states);
	for (uint32_t k = 0; k < l->at.n; k++)
		vec_push(&p->states, &l->plain,
			 facts_simplify_in(&p->facts, &memo, *l->at.at[k]));
}

/* --- what an arrival gives the cut's variables -------------------------------------- */

struct given {
	struct pair *p;
	uint32_t number;	/* of the cut */
	struct map value;	/* own variable -> term */
	struct map seen;	/* mentions */
	struct map memo;	/* replaced */
};

static void given_init(struct given *g, struct pair *p, uint32_t number)
{
	*g = (struct given){ .p = p, .number = number };
	map_init(&g->value, &p->states);
	map_init(&g->seen, &p->states);
	map_init(&g->memo, &p->states);
}

/* The only own variable of a sum, and its coefficient; 0 when it is not so. */
static term counter_of(struct given *g, term t, uint32_t *coef)
{
	const struct term_node i = *term_at(&g->p->z, t);
	term u = 0;

	if (i.op != TM_SUM)
		return 0;
	for (unsigned k = 0; k < i.n; k += 2) {
		term x = g->p->z.pool.at[i.args + k + 1];
		if (!mentions(g->p, &g->seen, g->number, x))
			continue;
		if (u || term_at(&g->p->z, x)->op != TM_VAR)
			return 0;
		u = x;
		*coef = g->p->z.pool.at[i.args + k];
	}
	return u;
}

/* t / k when every part of it is divisible; 0 when not. */
static term divided(struct terms *z, term t, uint32_t k)
{
	const struct term_node i = *term_at(z, t);
	int32_t by = (int32_t)k;
	uint32_t c;

	if (by == 1)
		return t;
	if (by == -1)
		return term_sub(z, term_const(z, 0), t);
	if (term_is_const(z, t, &c))
		return (int32_t)c % by ? 0 : term_const(z,
				(uint32_t)((int32_t)c / by));
	if (i.op != TM_SUM || (int32_t)i.imm % by)
		return 0;
	term r = term_const(z, (uint32_t)((int32_t)i.imm / by));
	for (unsigned n = 0; n < i.n; n += 2) {
		int32_t coef = (int32_t)z->pool.at[i.args + n];
		if (coef % by)
			return 0;
		r = term_mul_add(z, z->pool.at[i.args + n + 1],
				 (uint32_t)(coef / by), r);
	}
	return r;
}

static void give(struct given *g, term var, term value)
{
	uint32_t *v = map_put(&g->value, var);

	if (!*v)
		*v = value;
}

/* The first place that decides a variable gives it its value: one that is the
 * variable itself, then one that is linear in it. */
static void give_all(struct given *g, const struct places *have,
		     const struct places *now)
{
	struct terms *z = &g->p->z;

	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k], b = now->plain.at[k];
		if (a && b && owns(g->p, g->number, term_at(z, a)))
			give(g, a, b);
	}
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k], b = now->plain.at[k];
		uint32_t coef;
		term u = a && b ? counter_of(g, a, &coef) : 0;
		if (!u || map_get(&g->value, u))
			continue;
		term rest = term_mul_add(z, u, 0 - coef, a);
		term v = divided(z, term_sub(z, b, rest), coef);
		if (v)
			give(g, u, v);
	}
}

/* t over the values given; a variable without one keeps the one it has. */
static term replaced(struct given *g, term t)
{
	struct terms *z = &g->p->z;
	const struct term_node i = *term_at(z, t);

	if (!mentions(g->p, &g->seen, g->number, t))
		return t;
	if (i.op == TM_VAR) {
		uint32_t *v = map_get(&g->value, t);
		return v ? *v : t;
	}
	uint32_t *have = map_get(&g->memo, t);
	if (have)
		return *have;
	unsigned step = i.op == TM_SUM ? 2 : 1;
	term *arg = arena_array(&g->p->states, term, i.n);
	for (unsigned k = step - 1; k < i.n; k += step)
		arg[k] = replaced(g, z->pool.at[i.args + k]);
	term r = term_rebuild(z, t, arg);
	*map_put(&g->memo, t) = r;
	return r;
}

static bool same_place(struct given *g, term a, term now, term plain)
{
	if (!a)
		return true;
	if (!now)
		return false;
	term t = replaced(g, a);
	return t == now || t == plain ||
	       facts_simplify(&g->p->facts, t) == plain;
}

/* Is the value given within the variable's bounds? */
static bool in_bounds(struct given *g, term var)
{
	const struct term_node i = *term_at(&g->p->z, var);
	uint32_t *v = map_get(&g->value, var);

	if (!v || i.sort != SORT_WORD)
		return true;
	const struct bound r = facts_bound(&g->p->facts, *v);
	return r.lo >= i.lo && r.hi <= i.hi;
}

static bool fact_holds(struct given *g, term fact)
{
	struct facts *f = &g->p->facts;
	term t = replaced(g, fact);

	return facts_decide(f, t) == 1 ||
	       facts_decide(f, facts_simplify(f, t)) == 1;
}

/* Does the cut hold on this arrival as it is? */
static bool agrees(struct pair *p, uint32_t number, const struct places *have,
		   const struct places *now)
{
	const struct cut *c = &p->cuts.at[number];
	struct given g;

	given_init(&g, p, number);
	give_all(&g, have, now);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k];
		if (!same_place(&g, a, *now->at.at[k], now->plain.at[k]) ||
		    (a && !in_bounds(&g, a)))
			return false;
	}
	for (uint32_t k = 0; k < c->facts.n; k++)
		if (!fact_holds(&g, c->facts.at[k]))
			return false;
	return true;
}

/* --- making a cut weaker ---------------------------------------------------------------- */

/* A place that changed from one term to another, and the variable that now
 * stands for it; a counter is a place that changed from 0 to 1. */
struct base {
	term from, to, var;
};

struct weaken {
	struct pair *p;
	struct given g;
	struct map classes;	/* from << 32 | to -> term */
	struct map first;	/* own variable -> it was kept by a class */
	VEC(struct base) bases;
	term counter;
};

static term own_word(struct pair *p, uint32_t number, uint32_t lo, uint32_t hi)
{
	return new_var(p, number, lo, hi, SORT_WORD);
}

/* r with x = r * y, 0 when there is none. */
static uint32_t ratio(struct terms *z, term x, term y)
{
	const struct term_node i = *term_at(z, x), j = *term_at(z, y);
	uint32_t a = i.op == TM_SUM ? z->pool.at[i.args] : 1;
	uint32_t b = j.op == TM_SUM ? z->pool.at[j.args] : 1;
	uint32_t r;

	if (i.op == TM_CONST && j.op == TM_CONST)
		a = i.imm, b = j.imm;
	if (!b || (int32_t)a % (int32_t)b)
		return 0;
	r = (uint32_t)((int32_t)a / (int32_t)b);
	return term_mul_add(z, y, r, term_const(z, 0)) == x ? r : 0;
}

/* The place as something linear in what another changed, or 0. */
static term in_step(struct weaken *w, const struct base *b, term from, term to)
{
	struct terms *z = &w->p->z;
	uint32_t r = ratio(z, term_sub(z, to, from),
			   term_sub(z, b->to, b->from));

	if (!r)
		return 0;
	/* from + r * (var - b->from) */
	term rest = term_sub(z, from, term_mul_add(z, b->from, r,
						   term_const(z, 0)));
	return mentions(w->p, &w->g.seen, w->g.number, rest) ? 0 :
	       term_mul_add(z, b->var, r, rest);
}

static term fresh(struct weaken *w, term from, term to)
{
	struct pair *p = w->p;
	struct terms *z = &p->z;
	const struct term_node i = *term_at(z, from);
	const struct bound r = facts_bound(&p->facts, to);
	uint32_t number = w->g.number, change;

	if (owns(p, number, &i)) {
		uint32_t *f = map_put(&w->first, from);
		bool fits = !*f && (i.sort != SORT_WORD ||
				    (r.lo >= i.lo && r.hi <= i.hi));
		*f = 1;
		if (fits)
			return from;
	}
	if (i.sort != SORT_WORD)
		return around(p, number, from, to);
	for (uint32_t k = 0; k < w->bases.n; k++) {
		term t = in_step(w, &w->bases.at[k], from, to);
		if (t)
			return t;
	}
	if (!w->counter && !mentions(p, &w->g.seen, number, from) &&
	    term_is_const(z, term_sub(z, to, from), &change)) {
		w->counter = own_word(p, number, 0, UINT32_MAX);
		vec_push(&p->states, &w->bases, (struct base){
			term_const(z, 0), term_const(z, 1), w->counter });
		return in_step(w, &vec_last(&w->bases), from, to);
	}
	term v = around(p, number, from, to);
	vec_push(&p->states, &w->bases, (struct base){ from, to, v });
	return v;
}

static term weaker(struct weaken *w, term from, term to)
{
	uint64_t key = (uint64_t)from << 32 | to;
	uint32_t *v = map_get(&w->classes, key);

	if (v)
		return *v;
	term t = fresh(w, from, to);
	*map_put(&w->classes, key) = t;
	return t;
}

/* Facts that hold on this arrival too. */
static bool weaken_facts(struct weaken *w, struct cut *c)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < c->facts.n; k++)
		if (fact_holds(&w->g, c->facts.at[k]))
			c->facts.at[n++] = c->facts.at[k];
	bool changed = n < c->facts.n;
	c->facts.n = n;
	return changed;
}

/* Guesses hold for counter = 0; here it is 1. */
static void add_guesses(struct weaken *w, struct cut *c)
{
	uint32_t n = c->facts.n, kept = n;

	for (uint32_t k = 0; k < w->bases.n; k++)
		give(&w->g, w->bases.at[k].var, w->bases.at[k].to);
	cut_guess(w->p, c, w->counter);
	for (uint32_t k = n; k < c->facts.n; k++)
		if (fact_holds(&w->g, c->facts.at[k]))
			c->facts.at[kept++] = c->facts.at[k];
	c->facts.n = kept;
}

/* A class that moved together keeps its variable: only a class that came
 * apart, or a place that is not what the cut says, is a change. */
static bool split(struct pair *p, uint32_t number, const struct places *have,
		  const struct places *now)
{
	struct cut *c = &p->cuts.at[number];
	struct weaken w = { .p = p };
	bool changed = false;

	given_init(&w.g, p, number);
	give_all(&w.g, have, now);
	map_init(&w.first, &p->states);
	map_init(&w.classes, &p->states);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k], b = now->plain.at[k], t = 0;
		if (!a)
			continue;
		if (b && !owns(p, number, term_at(&p->z, a)) &&
		    same_place(&w.g, a, *now->at.at[k], b))
			continue;
		if (b)
			t = weaker(&w, a, b);
		changed |= t != a;
		*have->at.at[k] = t;
	}
	changed |= weaken_facts(&w, c);
	if (w.counter)
		add_guesses(&w, c);
	return changed;
}

bool cut_arrive(struct pair *p, struct walk *w, struct mach *m)
{
	struct places have = { 0 }, now = { 0 };
	int32_t sp;

	forget_flags(m);
	if (!mach_sp(&p->mf, m, &sp) || sp > 0)
		return pair_reject(p, "machine code", "stack pointer at a loop");
	uint32_t slots = (uint32_t)-sp / 4;
	room_for(p, m, slots);
	uint64_t place = walk_place(w, w->cut);
	struct cut *c = find(p, place, m->pc);
	if (!c) {
		vec_push(p->arena, &p->cuts, (struct cut){ .wasm = place,
							   .pc = m->pc });
		c = &vec_last(&p->cuts);
	}
	if (!c->valid) {
		keep(p, c, w, m);
		return true;
	}
	uint32_t number = (uint32_t)(c - p->cuts.at);
	if (c->m.r[R_SP] != m->r[R_SP] || c->w.stack.n != w->stack.n ||
	    c->w.label.n != w->label.n || c->w.local.n != w->local.n)
		return pair_impossible(p) ||
		       pair_reject(p, "cut", "stack differs between arrivals");
	gather(p, &have, &c->w, &c->m, slots);
	gather(p, &now, w, m, slots);
	simplify_all(p, &now);
	if (agrees(p, number, &have, &now))
		return true;
	if (split(p, number, &have, &now)) {
		/* both sides have one state */
		memcpy(c->m.state, c->w.state, p->w->n * sizeof(term));
		c->dirty = true;
		drop_later(p, number);
	}
	return true;
}
