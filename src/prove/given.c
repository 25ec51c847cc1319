/* given.c - what an arrival gives the variables of a cut.
 *
 * The first place that decides a variable gives it its value; whether the
 * rest agrees is compared over what was given.
 */
#include "prove/given.h"

bool cut_owns(const struct pair *p, uint32_t cut, const struct term_node *i)
{
	return i->op == TM_VAR && i->imm < p->owner.n &&
	       p->owner.at[i->imm] == cut + 1;
}

bool cut_mentions(struct pair *p, struct map *seen, uint32_t cut, term t)
{
	const struct term_node i = *term_at(&p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_put(seen, t);

	if (*have)
		return *have == 2;
	*have = 1;
	bool r = cut_owns(p, cut, &i);
	for (unsigned k = step - 1; k < i.n && !r; k += step)
		r = cut_mentions(p, seen, cut, p->z.pool.at[i.args + k]);
	if (r)
		*map_put(seen, t) = 2;
	return r;
}

void given_init(struct given *g, struct pair *p, uint32_t number)
{
	*g = (struct given){ .p = p, .number = number };
	map_init(&g->value, &p->states);
	map_init(&g->seen, &p->states);
	map_init(&g->memo, &p->states);
	map_init(&g->raw, &p->states);
	map_init(&g->given, &p->states);
	map_init(&g->raw_memo, &p->states);
}

static uint32_t coefficient(const struct terms *z, term t, term x)
{
	const struct term_node i = *term_at(z, t);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2)
		if (z->pool.at[i.args + k + 1] == x)
			return z->pool.at[i.args + k];
	return 0;
}

term given_without(struct terms *z, term t, term x, term e)
{
	uint32_t have = coefficient(z, t, x), by = coefficient(z, e, x);

	if (by == UINT32_MAX)
		return term_mul_add(z, e, have, t);
	return !have || !by || (int32_t)have % (int32_t)by ? t :
	       term_mul_add(z, e, 0 - (uint32_t)((int32_t)have / (int32_t)by),
			    t);
}

void given_put(struct given *g, term var, term value)
{
	uint32_t *v = map_put(&g->value, var);

	if (*v)
		return;
	*v = value;
	vec_push(&g->p->states, &g->vars, var);
}

/* t over the values given, simplified or as they were; a variable without one
 * keeps the one it has. */
static term replaced(struct given *g, term t, bool raw)
{
	struct terms *z = &g->p->z;
	struct map *memo = raw ? &g->raw_memo : &g->memo;
	const struct term_node i = *term_at(z, t);

	if (!cut_mentions(g->p, &g->seen, g->number, t))
		return t;
	if (i.op == TM_VAR) {
		uint32_t *v = map_get(&g->value, t);
		uint32_t *w = v && raw ? map_get(&g->raw, *v) : NULL;
		return w ? *w : v ? *v : t;
	}
	uint32_t *have = map_get(memo, t);
	if (have)
		return *have;
	unsigned step = i.op == TM_SUM ? 2 : 1;
	term *arg = arena_array(&g->p->states, term, i.n);
	for (unsigned k = step - 1; k < i.n; k += step)
		arg[k] = replaced(g, z->pool.at[i.args + k], raw);
	term r = term_rebuild(z, t, arg);
	*map_put(memo, t) = r;
	return r;
}

/* Has every own variable in t a value? */
static bool is_given(struct given *g, term t)
{
	const struct term_node i = *term_at(&g->p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	if (!cut_mentions(g->p, &g->seen, g->number, t))
		return true;
	if (i.op == TM_VAR || map_get(&g->given, t))
		return i.op != TM_VAR || map_get(&g->value, t);
	for (unsigned k = step - 1; k < i.n; k += step)
		if (!is_given(g, g->p->z.pool.at[i.args + k]))
			return false;
	*map_put(&g->given, t) = 1;
	return true;
}

/* The only own variable of a sum that has no value yet, and its coefficient; 0
 * when it is not so. */
static term counter_of(struct given *g, term t, uint32_t *coef)
{
	const struct term_node i = *term_at(&g->p->z, t);
	term u = 0;

	if (i.op != TM_SUM)
		return 0;
	for (unsigned k = 0; k < i.n; k += 2) {
		term x = g->p->z.pool.at[i.args + k + 1];
		if (is_given(g, x))
			continue;
		if (u || term_at(&g->p->z, x)->op != TM_VAR)
			return 0;
		u = x;
		*coef = g->p->z.pool.at[i.args + k];
	}
	return u;
}

/* What a place that is linear in a variable says that this is; 0 when it is none.
 * b is said by what facts make of its parts.  `near`: it changes as the variable. */
static term counted(struct given *g, term a, term b, term *u, bool *near)
{
	struct terms *z = &g->p->z;
	uint32_t coef = 0;

	*u = a && b ? counter_of(g, a, &coef) : 0;
	*near = coef == 1 || coef == UINT32_MAX;
	if (!*u)
		return 0;
	term rest = replaced(g, term_mul_add(z, *u, 0 - coef, a), false);
	term v = term_divided(z, term_sub(z, b, facts_simplify(&g->p->facts,
								rest)), coef);
	term zero = term_const(z, 0);
	/* what ended the loop before may say that it is the first round */
	return v && facts_decide(&g->p->facts, term_eq(z, v, zero)) == 1 ?
		zero : v;
}

/* A place that is linear in a variable decides it. */
static bool take_counter(struct given *g, term a, term b)
{
	bool near;
	term u, v = counted(g, a, b, &u, &near);

	if (v)
		given_put(g, u, v);
	return v;
}

enum { NEAR = 16 };	/* places that count otherwise say as much as one that counts by one */

/* What places say of a variable. */
struct vote {
	term var, value;
	uint32_t n;		/* weight of places that say so */
};
struct votes {
	VEC(struct vote) at;
	struct map number;	/* var << 32 | value -> in `at` + 1 */
};

static void vote(struct given *g, struct votes *v, term var, term value,
		 uint32_t weight)
{
	uint32_t *k = map_put(&v->number, (uint64_t)var << 32 | value);

	if (!*k) {
		vec_push(&g->p->states, &v->at, (struct vote){ var, value, 0 });
		*k = v->at.n;
	}
	v->at.at[*k - 1].n += weight;
}

/* A memory, under what is known of it. */
static term under_stores(const struct terms *z, term a)
{
	while (a && term_at(z, a)->op == TM_STORE)
		a = term_arg(z, a, 0);
	return a;
}

/* Places that are a variable, or linear in one, say what it is; where they differ,
 * that is what most of them say: a place may have begun as the counter did and be
 * something else since.  Places far apart, of which another was there in the first
 * round only, look like a counter too: what counts by one says more. */
static void take_places(struct given *g, const struct places *have,
			const struct places *now)
{
	struct terms *z = &g->p->z;
	struct votes v = { 0 };
	term u, value;
	bool near;

	map_init(&v.number, &g->p->states);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = under_stores(z, *have->at.at[k]), b = now->plain.at[k];
		if (a && b && cut_owns(g->p, g->number, term_at(z, a)))
			vote(g, &v, a, b, NEAR);
	}
	for (uint32_t k = 0; k < have->at.n; k++)
		if ((value = counted(g, *have->at.at[k], now->plain.at[k], &u,
				     &near)))
			vote(g, &v, u, value, near ? NEAR : 1);
	for (uint32_t k = 0; k < v.at.n; k++) {
		const struct vote *best = &v.at.at[k];
		for (uint32_t j = k + 1; j < v.at.n; j++)
			if (v.at.at[j].var == best->var &&
			    v.at.at[j].n > best->n)
				best = &v.at.at[j];
		given_put(g, best->var, best->value);
	}
}

/* First the variables that a place alone decides, then those that are decided by a
 * place and these. */
void given_take(struct given *g, const struct places *have,
		     const struct places *now)
{
	bool more = true;

	for (uint32_t k = 0; k < have->at.n; k++)
		if (now->plain.at[k] != *now->at.at[k])
			*map_put(&g->raw, now->plain.at[k]) = *now->at.at[k];
	take_places(g, have, now);
	while (more) {
		more = false;
		for (uint32_t k = 0; k < have->at.n; k++)
			more |= take_counter(g, *have->at.at[k],
					     now->plain.at[k]);
	}
}

bool given_moves(struct given *g, term t)
{
	return replaced(g, t, false) != t;
}

/* Is t a memory and stores of what is there already, as far as facts say?  Each of
 * them changes nothing, whatever order they are in. */
static bool stores_nothing(struct given *g, term t, term memory)
{
	struct terms *z = &g->p->z;
	struct facts *f = &g->p->facts;

	while (t != memory && term_at(z, t)->op == TM_STORE) {
		const struct term_node i = *term_at(z, t);
		term have = term_load(z, i.imm, memory, term_arg(z, t, 1));
		term same = term_eq(z, facts_simplify(f, have),
				    facts_simplify(f, term_arg(z, t, 2)));
		if (facts_decide(f, same) != 1)
			return false;
		t = term_arg(z, t, 0);
	}
	return t == memory;
}

bool given_same(struct given *g, term a, term now, term plain)
{
	if (!a)
		return true;
	if (!now)
		return false;
	term t = replaced(g, a, false);
	if (t == now || t == plain || stores_nothing(g, t, plain))
		return true;
	t = facts_simplify(&g->p->facts, t);
	return t == plain || (term_at(&g->p->z, t)->sort == SORT_WORD &&
			      facts_decide(&g->p->facts, term_eq(&g->p->z, t,
							   plain)) == 1);
}

/* Is the value given within the variable's bounds? */
bool given_bounds(struct given *g, term var)
{
	const struct term_node i = *term_at(&g->p->z, var);
	uint32_t *v = map_get(&g->value, var);

	if (!v || i.sort != SORT_WORD)
		return true;
	const struct bound r = facts_bound(&g->p->facts, *v);
	return r.lo >= i.lo && r.hi <= i.hi;
}

/* counter <= something: what loops depend on, so that the solver may be asked.
 * Which of both sides has the complement depends on the terms' numbers. */
static bool is_bound(const struct given *g, term fact)
{
	struct terms *z = &g->p->z;

	if (term_at(z, fact)->op != TM_BNOT)
		return false;
	term c = term_arg(z, fact, 0);
	return term_at(z, c)->op == TM_ULT &&
	       (cut_owns(g->p, g->number, term_at(z, term_arg(z, c, 1))) ||
		cut_owns(g->p, g->number,
			 term_at(z, term_not(z, term_arg(z, c, 0)))));
}

bool given_fact(struct given *g, term fact)
{
	struct facts *f = &g->p->facts;
	term t = replaced(g, fact, false);

	return facts_decide(f, t) == 1 ||
	       facts_decide(f, facts_simplify(f, t)) == 1 ||
	       facts_decide(f, replaced(g, fact, true)) == 1 ||
	       (is_bound(g, fact) && pair_implied(g->p, t));
}

enum { NOT_IN = 1 << 30 };	/* no term */

/* Is a term of `seen` a part of t? */
static bool occurs(struct terms *z, struct map *seen, term t)
{
	const struct term_node i = *term_at(z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_get(seen, t);

	if (have)
		return *have != NOT_IN;
	for (unsigned k = step - 1; k < i.n; k += step)
		if (occurs(z, seen, z->pool.at[i.args + k]))
			return true;
	*map_put(seen, t) = NOT_IN;
	return false;
}

/* Does t have a variable that is given something outside its bounds? */
bool given_outside(struct given *g, term t)
{
	for (uint32_t k = 0; k < g->vars.n; k++) {
		struct map value;
		if (given_bounds(g, g->vars.at[k]))
			continue;
		map_init(&value, &g->p->states);
		*map_put(&value, g->vars.at[k]) = g->p->z.yes;
		if (occurs(&g->p->z, &value, t))
			return true;
	}
	return false;
}
