/* way.c - what is known on the way that is being followed.
 *
 * Facts are a stack, as literals are of a state.  From one state to another what
 * they have in common stays; the rest is added as a whole, for clauses are gone
 * through after it, not after each.
 */
#include "prove/pair.h"

static void mark(struct pair *p)
{
	vec_push(p->arena, &p->marks, facts_save(&p->facts));
}

static void add(struct pair *p, term c)
{
	mark(p);
	facts_add(&p->facts, c);
}

void pair_learn(struct pair *p, term c)
{
	term d = facts_simplify(&p->facts, c);

	add(p, c);
	if (d != c && d != p->z.yes && d != p->z.no)
		add(p, d);
}

void pair_forget(struct pair *p, uint32_t n)
{
	if (n < p->marks.n) {
		facts_back(&p->facts, p->marks.at[n]);
		p->marks.n = n;
	}
}

void pair_facts(struct pair *p, const struct at *s)
{
	uint32_t n = 0;

	while (n < s->nliterals && n < p->marks.n &&
	       p->facts.literal.at[n] == s->literal[n])
		n++;
	if (n == s->nliterals && n == p->marks.n)
		return;
	pair_forget(p, n);
	for (; n < s->nliterals; n++) {
		mark(p);
		facts_add_one(&p->facts, s->literal[n]);
	}
	/* also of fewer: what clauses said was said after the last of more */
	facts_conclude(&p->facts);
}
