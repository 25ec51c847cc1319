/* weaken.c - making a cut weaker, as an arrival needs it.
 *
 * Places that changed alike share a variable; what changed in proportion is
 * linear in one; what is the same function of what changed stays one, and so
 * does what the facts until now make the same function of what was there: where
 * a loop goes on that another began, and it may not have begun.  Nothing
 * depends on how well this is done: arrivals are compared again (cut.c).
 *
 * A counter is an own variable that is 0 on the first arrival: places that
 * changed by constants from it to the second one are init + change * counter.
 * While the cut said init of these places every arrival had counter = 0;
 * so a guess (guess.c) may be added then when it holds for counter = 0
 * whatever the rest is.  Later it stays only while arrivals keep it.
 */
#include "prove/weaken.h"

#include "base/compiler.h"

#include <string.h>

enum { MOST_ADDED = 12 };

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

/* A bound above `old` that x is within, one of a few: a bit, a byte, a halfword, any.
 * What is as large already may be the address of a word of the first memory. */
static uint32_t rounded(const struct world *w, uint32_t old, uint32_t x)
{
	static const uint32_t step[] = { 1, 255, 65535 };
	const struct bound_pair *size = &w->range[w->at_size];
	const uint32_t word = size->hi - 4;

	for (unsigned k = 0; k < ARRAY_LEN(step); k++)
		if (x <= step[k])
			return step[k];
	return old > 65535 && x <= word && w->at_size < w->at_table &&
	       size->lo == size->hi ? word : UINT32_MAX;
}

/* A variable for both, with bounds rounded outwards where they grow, so that they
 * do a few times at most. */
static term around(struct pair *p, uint32_t cut, term a, term b)
{
	const struct term_node i = *term_at(&p->z, a);
	const struct bound r = facts_bound(&p->facts, b);
	uint32_t lo = i.lo == r.lo ? i.lo : i.lo && r.lo, hi = i.hi;

	if (r.hi > hi)
		hi = rounded(p->w, hi, r.hi);
	return new_var(p, cut, lo, hi, (enum term_sort)i.sort);
}

term weaken_word(struct pair *p, uint32_t number)
{
	return new_var(p, number, 0, UINT32_MAX, SORT_WORD);
}

/* t with what other places held replaced by what they hold now, or later. */
term weaken_over(struct weaken *w, term t, bool now)
{
	struct map m;

	map_init(&m, &w->p->states);
	for (uint32_t k = 0; k < w->moves.n; k++)
		*map_put(&m, w->moves.at[k].from) = now ? w->moves.at[k].to :
						    w->moves.at[k].var;
	return term_replace(&w->p->z, &m, t);
}

/* The place as the same function of what changed elsewhere, or 0. */
static term as_function(struct weaken *w, term from, term to)
{
	term t = weaken_over(w, from, true);

	if (t == from || (t != to && facts_simplify(&w->p->facts, t) != to))
		return 0;
	return weaken_over(w, from, false);
}

/* Is every variable of t one that the cut speaks of already, or what one of
 * its own is on this arrival? */
static bool speaks_of(struct weaken *w, term t)
{
	struct terms *z = &w->p->z;
	const struct term_node i = *term_at(z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	uint32_t *have = map_get(&w->known, t);
	if (i.op == TM_VAR || have)
		return have && *have == 1;
	bool all = true;
	for (unsigned k = step - 1; k < i.n && all; k += step)
		all = speaks_of(w, z->pool.at[i.args + k]);
	*map_put(&w->known, t) = all ? 1 : 2;
	return all;
}

static void learn_variables(struct weaken *w, struct map *seen, term t)
{
	struct terms *z = &w->p->z;
	const struct term_node i = *term_at(z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	if (map_get(seen, t))
		return;
	*map_put(seen, t) = 1;
	if (i.op == TM_VAR)
		*map_put(&w->known, t) = 1;
	for (unsigned k = step - 1; k < i.n; k += step)
		learn_variables(w, seen, z->pool.at[i.args + k]);
}

/* `to` with what is there now replaced by what was there, or by what stands
 * for both; of n places that moved. */
static term back(struct weaken *w, term to, bool before, uint32_t n)
{
	struct map m;

	map_init(&m, &w->p->states);
	for (uint32_t k = 0; k < w->g.vars.n; k++) {
		term v = w->g.vars.at[k], *now = map_get(&w->g.value, v);
		if (term_at(&w->p->z, *now)->op != TM_CONST)
			*map_put(&m, *now) = v;
	}
	for (uint32_t k = 0; k < n; k++)
		if (term_at(&w->p->z, w->moves.at[k].to)->op != TM_CONST)
			*map_put(&m, w->moves.at[k].to) = before ?
				w->moves.at[k].from : w->moves.at[k].var;
	return term_replace(&w->p->z, &m, to);
}

/* Has t something that the cut does not speak of?  It is x. */
static bool unknown_part(struct weaken *w, term t, term *x)
{
	struct terms *z = &w->p->z;
	const struct term_node i = *term_at(z, t);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		*x = z->pool.at[i.args + k + 1];
		if (!speaks_of(w, *x))
			return true;
	}
	return false;
}

/* t without what only this way knows, by an equation that holds on it: the
 * counter of the loop it came from, by what ended that loop. */
static term without_unknown(struct weaken *w, term t)
{
	struct pair *p = w->p;
	term x = 0;
	bool have = unknown_part(w, t, &x);

	for (uint32_t k = 0; have && k < p->facts.literal.n; k++) {
		term c = p->facts.literal.at[k];
		if (term_at(&p->z, c)->op != TM_EQ0)
			continue;
		term e = term_arg(&p->z, c, 0);
		term r = given_without(&p->z, t, x, e);
		if (r == t)
			continue;
		if (speaks_of(w, r))
			return facts_simplify(&p->facts, r);
	}
	return t;
}

/* The place as what it is now, when that is what it was; or 0.  What stayed may say
 * it and what moved as well: a copy of it that was made meanwhile, mostly. */
static term as_now(struct weaken *w, term from, term to)
{
	uint32_t n = w->moves.n;

	if (term_at(&w->p->z, to)->op == TM_CONST)
		return 0;
	to = without_unknown(w, to);
	for (unsigned turn = 0; turn < 2; turn++, n = 0) {
		term t = back(w, to, true, n);
		if (speaks_of(w, t) && facts_simplify(&w->before, t) == from) {
			t = back(w, to, false, n);
			return t != from ? t : 0;
		}
	}
	return 0;
}

static term fresh_word(struct weaken *w, term from, term to);

static term fresh(struct weaken *w, term from, term to)
{
	const struct term_node i = *term_at(&w->p->z, from);

	if (i.sort != SORT_WORD)
		return fresh_word(w, from, to);
	term t = as_now(w, from, to);
	if (t)
		return t;
	if (i.op == TM_CONST) {
		t = fresh_word(w, from, to);
		vec_push(&w->p->states, &w->starts,
			 (struct base){ from, to, t });
		return t;
	}
	t = i.op == TM_VAR ? 0 : as_function(w, from, to);
	if (!t) {
		t = fresh_word(w, from, to);
		vec_push(&w->p->states, &w->moves,
			 (struct base){ from, to, t });
	}
	return t;
}

static term fresh_word(struct weaken *w, term from, term to)
{
	struct pair *p = w->p;
	struct terms *z = &p->z;
	const struct term_node i = *term_at(z, from);
	const struct bound r = facts_bound(&p->facts, to);
	uint32_t number = w->g.number, change;

	if (cut_owns(p, number, &i)) {
		uint32_t *f = map_put(&w->first, from);
		uint32_t *v = map_get(&w->g.value, from);
		bool fits = !*f && (!v || *v == to) && (i.sort != SORT_WORD ||
				    (r.lo >= i.lo && r.hi <= i.hi));
		*f |= fits;
		if (fits)
			return from;
	}
	if (i.sort != SORT_WORD)
		return around(p, number, from, to);
	for (uint32_t k = 0; k < w->bases.n; k++) {
		term t = weaken_in_step(w, &w->bases.at[k], from, to);
		if (t)
			return t;
	}
	if (!p->loose && !w->counter && !given_moves(&w->g, from) &&
	    term_is_const(z, weaken_change(w, from, to), &change)) {
		w->counter = weaken_word(p, number);
		vec_push(&p->states, &w->bases, (struct base){
			term_const(z, 0), term_const(z, 1), w->counter });
		return weaken_in_step(w, &vec_last(&w->bases), from, to);
	}
	term t = weaken_by_multiple(w, from, to);
	if (!t && !p->loose)
		t = weaken_apart(w, from, to);
	if (t)
		return t;
	term place = weaken_storage(z, from), rest = term_const(z, 0);
	if (place && place == weaken_storage(z, to)) {
		from = term_sub(z, from, place);
		to = term_sub(z, to, place);
		rest = place;
	}
	uint32_t even = weaken_factor(z, from, to);
	if (even) {
		from = term_divided(z, from, even);
		to = term_divided(z, to, even);
	}
	term v = around(p, number, from, to);
	vec_push(&p->states, &w->bases, (struct base){ from, to, v });
	return term_mul_add(z, v, even ? even : 1, rest);
}

/* A memory that changed, with what is known of it: a place that holds what
 * something else holds, before and now. */
static term fresh_token(struct weaken *w, term from, term to)
{
	struct pair *p = w->p;
	struct known_list l = { 0 };
	term t = fresh(w, from, to);

	if (t == from)
		return t;
	pair_known(p, from, NULL, &l);
	if (!cut_mentions(p, &w->g.seen, w->g.number, from))
		pair_known(p, to, w->access, &l);
	for (uint32_t k = 0; k < l.list.n; k++) {
		const struct known_place *x = &l.list.at[k];
		if (cut_mentions(p, &w->g.seen, w->g.number, x->address))
			continue;
		term a = term_load(&p->z, x->bits, from, x->address);
		term b = facts_simplify(&p->facts, term_load(&p->z, x->bits,
							to, x->address));
		uint32_t *v = map_get(&w->classes, (uint64_t)a << 32 | b);
		bool fixed = a == b &&
			     !cut_mentions(p, &w->g.seen, w->g.number, a);
		if (v || fixed)
			t = term_store(&p->z, x->bits, t, x->address,
				       v ? *v : a);
	}
	return t;
}

/* Results of calls and other leaves first, for other words may be functions of
 * them; sums before what may be a function of them; words before memories, for
 * what is known of these is said by words; what is loaded from a memory as it is
 * then after it. */
enum { LEAVES, OTHERS, FUNCTIONS, MEMORIES, LOADS, REST, TURNS };

static term weaker(struct weaken *w, term from, term to, unsigned turn)
{
	uint64_t key = (uint64_t)from << 32 | to;
	uint32_t *v = map_get(&w->classes, key);

	if (v)
		return *v;
	term t = turn == LOADS && !w->p->apart ? weaken_as_load(w, from, to) : 0;
	if (w->p->loose)
		t = fresh_word(w, from, to);
	else if (t)
		vec_push(&w->p->states, &w->moves,
			 (struct base){ from, to, t });
	else
		t = term_at(&w->p->z, from)->sort == SORT_TOKEN ?
			fresh_token(w, from, to) : fresh(w, from, to);
	*map_put(&w->classes, key) = t;
	return t;
}

/* What the new variables are on this arrival. */
static void give_new(struct weaken *w)
{
	for (uint32_t k = 0; k < w->bases.n; k++)
		given_put(&w->g, w->bases.at[k].var, w->bases.at[k].to);
}

static void restate(struct weaken *w, struct cut *c, term f, term now)
{
	if (now != f && given_fact(&w->g, now))
		vec_push(w->p->arena, &c->facts, now);
}

/* A term that a place held and none holds any more. */
static void find_moved(struct weaken *w, const struct places *have,
		       const term *held)
{
	struct map still;

	map_init(&still, &w->p->states);
	for (uint32_t k = 0; k < have->at.n; k++)
		*map_put(&still, *have->at.at[k]) = 1;
	for (uint32_t k = 0; k < have->at.n; k++) {
		uint32_t *t = map_get(&w->instead, held[k]);
		if (t && !map_get(&still, held[k]))
			*map_put(&w->moved, held[k]) = *t;
	}
}

/* Facts that hold on this arrival too, as they are or of what places hold now
 * instead of what they held: then it was so on arrivals before. */
static bool weaken_facts(struct weaken *w, struct cut *c)
{
	uint32_t n = c->facts.n, kept = 0;
	bool changed = false;

	for (uint32_t k = 0; k < n; k++) {
		term f = c->facts.at[k];
		restate(w, c, f, term_replace(&w->p->z, &w->instead, f));
		restate(w, c, f, term_replace(&w->p->z, &w->moved, f));
		if (given_fact(&w->g, f))
			c->facts.at[kept++] = f;
		else
			changed = true;
	}
	for (uint32_t k = n; k < c->facts.n; k++)
		c->facts.at[kept++] = c->facts.at[k];
	c->facts.n = kept;
	return changed;
}

static bool has_fact(const struct cut *c, term f)
{
	for (uint32_t k = 0; k < c->facts.n; k++)
		if (c->facts.at[k] == f)
			return true;
	return false;
}

/* Did a fact hold on the arrivals before? */
static bool held(struct weaken *w, term was)
{
	return speaks_of(w, was) &&
	       facts_decide(&w->before, facts_simplify(&w->before, was)) == 1;
}

static bool add_one(struct weaken *w, struct cut *c, term is)
{
	if (is == w->p->z.yes || has_fact(c, is) || !given_fact(&w->g, is))
		return false;
	vec_push(w->p->arena, &c->facts, is);
	return true;
}

/* A comparison of what a constant became. */
static bool add_start(struct weaken *w, struct cut *c, term fact)
{
	struct terms *z = &w->p->z;
	bool holds = term_at(z, fact)->op != TM_BNOT;
	term atom = holds ? fact : term_arg(z, fact, 0);

	for (uint32_t k = 0; k < 2 * w->starts.n &&
			     term_at(z, atom)->op == TM_ULT; k++) {
		const struct base *b = &w->starts.at[k / 2];
		term x = term_arg(z, atom, k % 2), y = term_arg(z, atom, !(k % 2));
		if (x != b->to || term_at(z, x)->op == TM_CONST)
			continue;
		term was = k % 2 ? term_ult(z, y, b->from)
				 : term_ult(z, b->from, y);
		term is = k % 2 ? term_ult(z, y, b->var)
				: term_ult(z, b->var, y);
		return held(w, holds ? was : term_bnot(z, was)) &&
		       add_one(w, c, holds ? is : term_bnot(z, is));
	}
	return false;
}

/* What this way knows and arrivals before made sure of by themselves: a check
 * that is needed only now. */
static void add_known(struct weaken *w, struct cut *c)
{
	struct pair *p = w->p;
	uint32_t n = 0;

	for (uint32_t k = p->facts.literal.n; k-- > 0 && n < MOST_ADDED;) {
		term now = p->facts.literal.at[k];
		n += held(w, back(w, now, true, w->moves.n)) &&
		     add_one(w, c, back(w, now, false, w->moves.n));
		n += add_start(w, c, now);
	}
}

/* Guesses hold for counter = 0; here it is 1. */
static void add_guesses(struct weaken *w, struct cut *c)
{
	uint32_t n = c->facts.n, kept = n;

	cut_guess(w->p, c, w->counter);
	for (uint32_t k = n; k < c->facts.n; k++)
		if (given_fact(&w->g, c->facts.at[k]))
			c->facts.at[kept++] = c->facts.at[k];
	c->facts.n = kept;
}

/* Has t a part that waits? */
static bool waits(struct weaken *w, struct map *late, term t)
{
	const struct term_node i = *term_at(&w->p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_get(late, t);
	bool r = false;

	if (have)
		return *have == 1;
	for (unsigned k = step - 1; k < i.n && !r; k += step)
		r = waits(w, late, w->p->z.pool.at[i.args + k]);
	*map_put(late, t) = r ? 1 : 2;
	return r;
}

static void find_turns(struct weaken *w, uint8_t *turn)
{
	struct terms *z = &w->p->z;
	struct map late;
	bool any = false;

	map_init(&late, &w->p->states);
	for (uint32_t k = 0; k < w->have->at.n; k++) {
		term t = w->held[k];
		const struct term_node *i = term_at(z, t);
		turn[k] = i->sort == SORT_TOKEN ? MEMORIES :
			  i->op == TM_UF || i->op == TM_LOAD ? LEAVES :
			  i->n && i->op != TM_SUM ? FUNCTIONS : OTHERS;
		if (t && weaken_is_load(w, t, w->now->plain.at[k])) {
			*map_put(&late, t) = 1;
			turn[k] = LOADS;
			any = true;
		}
	}
	for (uint32_t k = 0; any && k < w->have->at.n; k++)
		if (turn[k] < MEMORIES && w->held[k] &&
		    waits(w, &late, w->held[k]))
			turn[k] = REST;
}

static bool weaken_place(struct weaken *w, term *place, term now, term plain,
			 unsigned turn)
{
	struct pair *p = w->p;
	term a = *place, t = 0;

	if (!a)
		return false;
	if (plain && !cut_owns(p, w->g.number, term_at(&p->z, a)) &&
	    given_same(&w->g, a, now, plain) && !given_outside(&w->g, a))
		return false;
	if (plain)
		t = weaker(w, a, plain, turn);
	if (t && t != a && turn != MEMORIES && term_at(&p->z, a)->op != TM_CONST &&
	    !map_get(&w->instead, a))
		*map_put(&w->instead, a) = t;
	*place = t;
	return t != a;
}

/* What every arrival until now kept. */
static void begin_facts(struct weaken *w, const struct cut *c)
{
	facts_init(&w->before, &w->p->z, &w->p->states);
	map_init(&w->known, &w->p->states);
	for (uint32_t k = 0; k < c->facts.n; k++)
		facts_add_one(&w->before, c->facts.at[k]);
	facts_conclude(&w->before);
	for (uint32_t k = 0; k < w->g.vars.n; k++)
		*map_put(&w->known, *map_get(&w->g.value,
					     w->g.vars.at[k])) = 1;
}

/* A class that moved together keeps its variable: only a class that came
 * apart, or a place that is not what the cut says, is a change. */
bool cut_weaken(struct pair *p, uint32_t number, const struct places *have,
		const struct places *now, const struct access *access)
{
	struct cut *c = &p->cuts.at[number];
	struct weaken w = { .p = p, .access = access, .have = have,
			    .now = now };
	struct map seen;
	bool changed = false;

	given_init(&w.g, p, number);
	given_take(&w.g, have, now);
	map_init(&seen, &p->states);
	map_init(&w.first, &p->states);
	map_init(&w.classes, &p->states);
	map_init(&w.instead, &p->states);
	map_init(&w.moved, &p->states);
	begin_facts(&w, c);
	term *held = arena_array(&p->states, term, have->at.n);
	for (uint32_t k = 0; k < have->at.n; k++) {
		held[k] = *have->at.at[k];
		if (held[k])
			learn_variables(&w, &seen, held[k]);
	}
	w.held = held;
	uint8_t *turns = arena_array(&p->states, uint8_t, have->at.n);
	find_turns(&w, turns);
	for (unsigned turn = 0; turn < TURNS; turn++)
		for (uint32_t k = 0; k < have->at.n; k++)
			if (turns[k] == turn)
				changed |= weaken_place(&w, have->at.at[k],
							*now->at.at[k],
							now->plain.at[k], turn);
	give_new(&w);
	find_moved(&w, have, held);
	changed |= weaken_facts(&w, c);
	if (changed && !p->loose)
		add_known(&w, c);
	if (w.counter)
		add_guesses(&w, c);
	return changed;
}

