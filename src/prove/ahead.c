/* ahead.c - which side has done more. */
#include "prove/pair.h"

/* Did one token come of another by stores? */
static bool extends(struct pair *p, term t, term from)
{
	for (unsigned n = 0; n < 1000 && t != from; n++) {
		const struct term_node i = *term_at(&p->z, t);
		if (i.sort != SORT_TOKEN || i.n == 0)
			return false;
		t = p->z.pool.at[i.args];
	}
	return t == from;
}

/* Is that store one of those that made t? */
static bool has_store(const struct terms *z, term t, term store)
{
	for (unsigned n = 0; n < 100 && term_at(z, t)->op == TM_STORE;
	     n++, t = term_arg(z, t, 0))
		if (term_at(z, t)->imm == term_at(z, store)->imm &&
		    term_arg(z, t, 1) == term_arg(z, store, 1) &&
		    term_arg(z, t, 2) == term_arg(z, store, 2))
			return true;
	return false;
}

/* Did t come of another by stores, some of which stand among those of the
 * other, for they are in the order of their addresses? */
static bool has_stores_of(const struct terms *z, term t, term from)
{
	term base = t;

	while (term_at(z, base)->op == TM_STORE)
		base = term_arg(z, base, 0);
	for (unsigned n = 0; n < 100 && term_at(z, from)->op == TM_STORE; n++) {
		if (!has_store(z, t, from))
			return false;
		from = term_arg(z, from, 0);
	}
	return from == base;
}

bool pair_ahead(struct pair *p, const term *a, const term *b)
{
	for (uint32_t k = 1; k < p->w->n; k++) {
		if (a[k] == b[k])
			continue;
		/* what is stored may be what was there */
		term x = facts_simplify(&p->facts, a[k]);
		term y = facts_simplify(&p->facts, b[k]);
		if (x != y && (extends(p, x, y) ||
			       has_stores_of(&p->z, x, y)))
			return true;
	}
	return false;
}
