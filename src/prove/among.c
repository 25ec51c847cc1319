/* among.c - where ways meet, what a word may be.
 *
 * Each way knows that the word is within bounds; together they know that it
 * is within one of these.  That is said as a lower and an upper bound and, of
 * each gap between, that the word is not in it: a fact that becomes a bound
 * where another fact touches the gap.  The arms of a br_table that share a
 * label meet so.
 */
#include "prove/pair.h"

/* What ways with more facts than these say together is not worth what it costs. */
enum { MOST_WORDS = 3, MOST_GAPS = 40, MOST_FACTS = 300 };

/* Values, as intervals. */
struct set {
	struct bound *at;
	uint32_t n;
};

struct among {
	struct pair *p;
	struct at **s;
	uint32_t n;
	term word[MOST_WORDS];
	uint32_t nwords;
};

/* A word that the literal compares with a constant, or 0: as it is compared,
 * for what is taken off it may make it wrap. */
static term compared(struct terms *z, term c)
{
	uint32_t k;

	if (term_at(z, c)->op == TM_BNOT)
		c = term_arg(z, c, 0);
	if (term_at(z, c)->op == TM_EQ0)
		return term_split(z, term_arg(z, c, 0), &k);
	return term_at(z, c)->op == TM_ULT &&
	       term_is_const(z, term_arg(z, c, 1), &k) ? term_arg(z, c, 0) : 0;
}

static bool knows(const struct at *s, term c)
{
	for (uint32_t k = 0; k < s->nliterals; k++)
		if (s->literal[k] == c)
			return true;
	return false;
}

/* What one state knows and the next does not. */
static void note(struct among *g, term c, uint32_t state)
{
	term x = compared(&g->p->z, c);

	if (!x || knows(g->s[(state + 1) % g->n], c))
		return;
	for (uint32_t k = 0; k < g->nwords; k++)
		if (g->word[k] == x)
			return;
	if (g->nwords < MOST_WORDS)
		g->word[g->nwords++] = x;
}

/* --- what one state says of a word --------------------------------------------- */

/* Does the literal say that x is not within *b? */
static bool excludes(struct terms *z, term c, term x, struct bound *b)
{
	if (term_at(z, c)->op != TM_BNOT)
		return false;
	c = term_arg(z, c, 0);
	if (term_at(z, c)->op == TM_EQ0) {
		term d = term_sub(z, x, term_arg(z, c, 0));
		bool is = term_is_const(z, d, &b->lo);
		b->hi = b->lo;
		return is;
	}
	if (term_at(z, c)->op != TM_BAND || term_at(z, c)->n != 2)
		return false;
	unsigned found = 0;
	for (unsigned k = 0; k < 2; k++) {
		term d = term_arg(z, c, k);
		bool holds = term_at(z, d)->op != TM_BNOT;
		uint32_t limit;
		if (!holds)
			d = term_arg(z, d, 0);
		if (term_at(z, d)->op != TM_ULT || term_arg(z, d, 0) != x ||
		    !term_is_const(z, term_arg(z, d, 1), &limit) || !limit)
			return false;
		*(holds ? &b->hi : &b->lo) = holds ? limit - 1 : limit;
		found |= 1u << holds;
	}
	return found == 3 && b->lo <= b->hi;
}

/* Takes a gap out; what does not fit stays in. */
static void take_out(struct set *s, struct bound gap)
{
	uint32_t n = s->n;

	for (uint32_t k = 0; k < n; k++) {
		struct bound b = s->at[k];
		if (gap.hi < b.lo || gap.lo > b.hi)
			continue;
		bool below = gap.lo > b.lo, above = gap.hi < b.hi;
		if (below && above && s->n == MOST_GAPS)
			continue;
		if (below && above)
			s->at[s->n++] = (struct bound){ gap.hi + 1, b.hi };
		if (below)
			s->at[k].hi = gap.lo - 1;
		else if (above)
			s->at[k].lo = gap.hi + 1;
	}
}

static void in_state(struct pair *p, const struct at *s, term x,
		     struct set *out)
{
	struct bound gap;

	out->at[0] = facts_bound(&p->facts, x);
	out->n = 1;
	for (uint32_t k = 0; k < s->nliterals; k++)
		if (excludes(&p->z, s->literal[k], x, &gap))
			take_out(out, gap);
}

/* --- what all say together -------------------------------------------------------- */

/* By their lower ends. */
static void insert(struct set *s, struct bound x)
{
	uint32_t k = s->n++;

	for (; k && s->at[k - 1].lo > x.lo; k--)
		s->at[k] = s->at[k - 1];
	s->at[k] = x;
}

/* x is not within [lo, hi]: below, or above. */
static term outside(struct terms *z, term x, uint32_t lo, uint32_t hi)
{
	return term_bor(z, term_ult(z, x, term_const(z, lo)),
			term_bnot(z, term_ult(z, x, term_const(z, hi + 1))));
}

static uint32_t put(struct pair *p, term c, term *out, uint32_t n)
{
	if (c != p->z.yes)
		out[n++] = c;
	return n;
}

/* What the set says of x. */
static uint32_t say(struct pair *p, term x, const struct set *s, term *out)
{
	struct terms *z = &p->z;
	uint32_t hi = s->at[0].hi, have;

	have = put(p, term_bnot(z, term_ult(z, x, term_const(z, s->at[0].lo))),
		   out, 0);
	for (uint32_t k = 1; k < s->n; k++) {
		struct bound b = s->at[k];
		if (b.lo > hi && b.lo - hi > 1 && have < MOST_GAPS)
			have = put(p, outside(z, x, hi + 1, b.lo - 1), out,
				   have);
		hi = b.hi > hi ? b.hi : hi;
	}
	return hi == UINT32_MAX ? have :
	       put(p, term_ult(z, x, term_const(z, hi + 1)), out, have);
}

static uint32_t say_of(struct among *g, term x, term *out)
{
	struct pair *p = g->p;
	struct set all = { arena_array(&p->states, struct bound,
				       g->n * MOST_GAPS), 0 };
	struct bound at[MOST_GAPS];

	for (uint32_t j = 0; j < g->n; j++) {
		struct set one = { at, 0 };
		pair_facts(p, g->s[j]);
		in_state(p, g->s[j], x, &one);
		for (uint32_t k = 0; k < one.n; k++)
			insert(&all, one.at[k]);
	}
	return say(p, x, &all, out);
}

uint32_t pair_among(struct pair *p, struct at **s, uint32_t n, term **out)
{
	struct among g = { .p = p, .s = s, .n = n };
	uint32_t have = 0, facts = 0;

	for (uint32_t j = 0; j < n; j++)
		facts += s[j]->nliterals;
	if (facts > MOST_FACTS)
		return 0;
	for (uint32_t j = 0; j < n; j++)
		for (uint32_t k = s[j]->nliterals; k-- > 0;)
			note(&g, s[j]->literal[k], j);
	*out = arena_array(&p->states, term, g.nwords * (MOST_GAPS + 2));
	for (uint32_t k = 0; k < g.nwords; k++)
		have += say_of(&g, g.word[k], *out + have);
	return have;
}
