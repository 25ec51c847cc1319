/* guess.c - what may bound the counter of a loop.
 *
 * Each side is followed by itself from the loop header, once around: where
 * it comes back, the conditions passed that compare the counter with something
 * name where it will stop.  From `c * counter + rest` below, not above or not
 * equal to something follows the last value R that the counter can have on
 * arrival, and the guess is `counter <= R`.
 *
 * Nothing depends on a guess being right: it holds for counter = 0, whatever R
 * is, and later arrivals keep it or it is dropped (cut.c).
 */
#include "prove/pair.h"

#include "base/map.h"

enum { MOST_WAYS = 400, MOST_GUESSES = 8, OF_OUTPUT = 2 };

struct guess {
	struct pair *p;
	struct cut *c;
	term u;
	uint32_t ways;
	uint32_t literals;	/* before the walk */
	uint32_t most;		/* found so far, at most */
	VEC(term) found;
};

/* The coefficient of the counter in t; what is left is *rest. */
static uint32_t part_of(struct guess *g, term t, term *rest)
{
	struct terms *z = &g->p->z;
	const struct term_node i = *term_at(z, t);
	uint32_t coef = t == g->u;

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2)
		if (z->pool.at[i.args + k + 1] == g->u)
			coef = z->pool.at[i.args + k];
	*rest = term_mul_add(z, g->u, 0 - coef, t);
	return coef;
}

/* x / k of what has its low bits cut off; 0 when it has not. */
static term masked_quotient(struct terms *z, term x, uint32_t k)
{
	const struct term_node i = *term_at(z, x);
	uint32_t mask;

	if (i.op != TM_AND || i.n != 2 ||
	    !term_is_const(z, term_arg(z, x, 1), &mask) || mask % k ||
	    (k & (k - 1)))
		return 0;
	return term_shiftk(z, TM_SHR, x, (uint32_t)__builtin_ctz(k));
}

/* x / k, exactly or for constants rounded down; 0 when there is none. */
static term quotient(struct terms *z, term x, uint32_t k)
{
	const struct term_node i = *term_at(z, x);
	uint32_t c;

	if (k == 1)
		return x;
	term cut = masked_quotient(z, x, k);
	if (cut)
		return cut;
	if (term_is_const(z, x, &c))
		return term_const(z, c / k);
	if (i.op != TM_SUM || i.imm % k)
		return 0;
	term r = term_const(z, (uint32_t)((int32_t)i.imm / (int32_t)k));
	for (unsigned n = 0; n < i.n; n += 2) {
		int32_t coef = (int32_t)z->pool.at[i.args + n];
		term t = z->pool.at[i.args + n + 1];
		if (coef % (int32_t)k) {
			cut = masked_quotient(z, t, k);
			if (!cut)
				return 0;
			r = term_mul_add(z, cut, (uint32_t)coef, r);
			continue;
		}
		r = term_mul_add(z, t, (uint32_t)(coef / (int32_t)k), r);
	}
	return r;
}

/* The same, rounded down where k is a power of two: x may be a multiple for
 * reasons that only facts know. */
static term quotient_down(struct terms *z, term x, uint32_t k)
{
	term q = quotient(z, x, k);

	return q || (k & (k - 1)) ? q :
		term_shiftk(z, TM_SHR, x, (uint32_t)__builtin_ctz(k));
}

/* counter <= R */
static void put(struct guess *g, term r)
{
	struct terms *z = &g->p->z;
	term c = r ? term_bnot(z, term_ult(z, r, g->u)) : z->yes;

	for (uint32_t k = 0; k < g->found.n; k++)
		if (g->found.at[k] == c)
			return;
	if (c != z->yes && g->found.n < g->most)
		vec_push(g->p->arena, &g->found, c);
}

/* Goes on while x != 0. */
static void until_zero(struct guess *g, term x)
{
	struct terms *z = &g->p->z;
	term rest, zero = term_const(z, 0);
	uint32_t coef = part_of(g, x, &rest);

	if (coef > 0x80000000u)
		put(g, quotient_down(z, rest, 0 - coef));
	else if (coef)
		put(g, quotient_down(z, term_sub(z, zero, rest), coef));
}

/* Goes on while x < y, or x <= y. */
static void until_above(struct guess *g, term x, term y, bool equal)
{
	struct terms *z = &g->p->z;
	term rx, ry;
	uint32_t cx = part_of(g, x, &rx), cy = part_of(g, y, &ry);
	uint32_t coef = cx - cy;
	term room = term_addk(z, term_sub(z, ry, rx), equal ? 0 : UINT32_MAX);

	if (!coef || coef > 0x80000000u)
		return;
	term r = quotient(z, room, coef);
	if (r)
		put(g, term_addk(z, r, 1));
	else if (!(coef & (coef - 1)))
		put(g, term_shiftk(z, TM_SHR, term_addk(z, room, coef),
				   (uint32_t)__builtin_ctz(coef)));
}

static void literal(struct guess *g, term c)
{
	const struct terms *z = &g->p->z;
	bool holds = term_at(z, c)->op != TM_BNOT;

	if (!holds)
		c = term_arg(z, c, 0);
	switch (term_at(z, c)->op) {
	case TM_EQ0:
		if (!holds)
			until_zero(g, term_arg(z, c, 0));
		break;
	case TM_ULT: case TM_SLT:
		if (holds)
			until_above(g, term_arg(z, c, 0), term_arg(z, c, 1),
				    false);
		else
			until_above(g, term_arg(z, c, 1), term_arg(z, c, 0),
				    true);
		break;
	default:
		break;
	}
}

/* --- once around ------------------------------------------------------------------- */

static term any(struct pair *p, enum term_sort s)
{
	return term_var(&p->z, s, 0, UINT32_MAX);
}

/* Another loop on the way: what it may change is anything from here on. */
static void forget(struct guess *g, struct walk *w)
{
	const struct walk_body *b = w->body;

	for (uint32_t k = w->cut; k < b->ins[w->cut].end; k++) {
		const struct wasm_ins *i = &b->ins[k].i;
		if (i->op != OP_LOCAL_SET && i->op != OP_LOCAL_TEE)
			continue;
		struct val *v = &w->local.at[w->base + i->index];
		v->lo = any(g->p, SORT_WORD);
		if (v->hi)
			v->hi = any(g->p, SORT_WORD);
	}
	for (uint32_t k = 0; k < g->p->w->n; k++)
		if (g->p->w->mutable[k])
			w->state[k] = any(g->p, (enum term_sort)
				term_at(&g->p->z, w->state[k])->sort);
}

static bool seen(const struct guess *g, const struct walk *w,
		 const uint64_t *passed, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		if (passed[k] == walk_place(w, w->cut))
			return true;
	return n >= 8 || g->ways >= MOST_WAYS;
}

/* What held all the way around: the latest first, for what ends the loop is
 * worth more than its checks. */
static void learn(struct guess *g)
{
	const struct facts *f = &g->p->facts;

	for (uint32_t k = f->literal.n; k-- > g->literals;)
		literal(g, f->literal.at[k]);
}

static void around(struct guess *g, struct walk *w, uint64_t passed[8],
		   uint32_t n)
{
	struct pair *p = g->p;
	enum stop ws;

	for (;;) {
		ws = walk_run(&p->wf, w);
		if (ws == STOP_JOIN) {
			continue;
		} else if (ws == STOP_CALL) {
			w->answer = WALK_CALL;
		} else if (ws == STOP_CUT &&
			   walk_place(w, w->cut) != g->c->wasm &&
			   !seen(g, w, passed, n)) {
			passed[n++] = walk_place(w, w->cut);
			forget(g, w);
		} else {
			break;
		}
	}
	if (ws == STOP_CUT && walk_place(w, w->cut) == g->c->wasm)
		learn(g);
	for (unsigned way = 0; ws == STOP_FORK && way < 2; way++) {
		struct facts_mark s = facts_save(&p->facts);
		struct walk w2;
		if (++g->ways >= MOST_WAYS)
			return;
		facts_add_one(&p->facts, way ? term_bnot(&p->z, w->cond)
					     : w->cond);
		if (!p->facts.contradiction) {
			walk_copy(&p->wf, &w2, w);
			around(g, &w2, passed, n);
		}
		facts_back(&p->facts, s);
	}
}

/* The output, where no other loop is on the way. */
static void around_mach(struct guess *g, struct mach *m)
{
	struct pair *p = g->p;
	enum stop ms;

	while ((ms = mach_run(&p->mf, m)) == STOP_CALL)
		m->given = m->event;
	if (ms == STOP_CUT && m->pc == g->c->pc)
		learn(g);
	for (unsigned way = 0; ms == STOP_FORK && way < 2; way++) {
		struct facts_mark s = facts_save(&p->facts);
		struct mach m2;
		if (++g->ways >= MOST_WAYS)
			return;
		facts_add_one(&p->facts, way ? term_bnot(&p->z, m->cond)
					     : m->cond);
		if (!p->facts.contradiction) {
			mach_copy(&p->mf, &m2, m);
			around_mach(g, &m2);
		}
		facts_back(&p->facts, s);
	}
}

void cut_guess(struct pair *p, struct cut *c, term counter)
{
	struct guess g = { .p = p, .c = c, .u = counter };
	uint64_t passed[8];
	struct walk w;

	/* what held on this arrival is not what holds around the loop */
	struct facts path = p->facts;
	facts_init(&p->facts, &p->z, &p->states);
	for (uint32_t k = 0; k < c->facts.n; k++)
		facts_add_one(&p->facts, c->facts.at[k]);
	facts_conclude(&p->facts);
	g.literals = p->facts.literal.n;
	/* the checks of a round say much and little: some room is the output's, whose
	 * loop may end before */
	g.most = MOST_GUESSES - OF_OUTPUT;
	walk_copy(&p->wf, &w, &c->w);
	around(&g, &w, passed, 0);
	struct mach m;
	mach_copy(&p->mf, &m, &c->m);
	m.started = m.joins = false;
	m.until = 0;
	g.ways = 0;
	g.most = MOST_GUESSES;
	around_mach(&g, &m);
	p->facts = path;
	for (uint32_t k = 0; k < g.found.n; k++)
		vec_push(p->arena, &c->facts, g.found.at[k]);
}
