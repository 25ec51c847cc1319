/* prove/given.h - what an arrival gives the variables of a cut; cut.c and weaken.c. */
#ifndef PROVE_GIVEN_H
#define PROVE_GIVEN_H

#include "base/map.h"
#include "prove/pair.h"

struct given {
	struct pair *p;
	uint32_t number;	/* of the cut */
	struct map value;	/* own variable -> term */
	VEC(term) vars;		/* those in it */
	struct map raw;		/* a place's term, simplified -> as it was */
	struct map seen;	/* mentions */
	struct map given;	/* terms whose every own variable has a value */
	struct map memo, raw_memo;	/* replaced */
};

void given_init(struct given *g, struct pair *p, uint32_t number);
/* Is it a variable of the cut; is one a part of t? */
bool cut_owns(const struct pair *p, uint32_t cut, const struct term_node *i);
bool cut_mentions(struct pair *p, struct map *seen, uint32_t cut, term t);
/* A variable that has no value yet gets one. */
void given_put(struct given *g, term var, term value);
/* Values from all places. */
void given_take(struct given *g, const struct places *have,
		const struct places *now);
/* Is t something else on this arrival, for a variable of the cut is? */
bool given_moves(struct given *g, term t);
/* Does the cut's term for a place agree with what is there? */
bool given_same(struct given *g, term a, term now, term plain);
/* Is the value of a variable within its bounds; has t one that is not? */
bool given_bounds(struct given *g, term var);
bool given_outside(struct given *g, term t);
/* Does a fact of the cut hold here? */
bool given_fact(struct given *g, term fact);
/* Makes the cut weaker so that it holds of what is there now, as far as that is
 * found: weaken.c.  Returns whether it changed.  `access`: of the source, before
 * this arrival. */
bool cut_weaken(struct pair *p, uint32_t number, const struct places *have,
		const struct places *now, const struct access *access);
/* t - c * e without x, where e = 0 holds; t when there is no such c. */
term given_without(struct terms *z, term t, term x, term e);

#endif
