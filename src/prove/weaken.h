/* prove/weaken.h - a cut that is made weaker; weaken.c, weaken_step.c and
 * weaken_load.c. */
#ifndef PROVE_WEAKEN_H
#define PROVE_WEAKEN_H

#include "prove/given.h"

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
	VEC(struct base) moves;	/* words that changed, other than constants */
	VEC(struct base) starts;	/* constants that changed */
	term counter;
	const struct access *access;	/* of the source, before this arrival */
	struct map instead;		/* what a place held -> what it holds */
	struct map moved;		/* the same, where no place holds it still */
	struct facts before;		/* the cut's own, until now */
	const struct places *have, *now;
	const term *held;		/* at each place, before this arrival */
	struct map known;		/* variables that the cut speaks of, and terms
					   of these: 1; of others: 2 */
};

/* t with what other places held replaced by what they hold now, or later. */
term weaken_over(struct weaken *w, term t, bool now);
/* to - from: a constant also where only facts say what `from` is here. */
term weaken_change(struct weaken *w, term from, term to);
/* The place as what it was and a multiple of 2^k, when it changed by one: its
 * other bits are then what they were.  Or 0. */
term weaken_by_multiple(struct weaken *w, term from, term to);
/* The place as linear in a variable that was, until now, what one of the cut is
 * that other places say to be something else on this arrival; or 0. */
term weaken_apart(struct weaken *w, term from, term to);
/* A new variable of the cut: any word. */
term weaken_word(struct pair *p, uint32_t number);
/* A power of two that both are multiples of; 0: none. */
uint32_t weaken_factor(struct terms *z, term x, term y);
/* The storage that a word is an address in, when it says so; or 0. */
term weaken_storage(const struct terms *z, term t);
/* The place as something linear in what another changed, or 0. */
term weaken_in_step(struct weaken *w, const struct base *b, term from, term to);
/* Is the place a load, before and now, of what a memory held then: so that it
 * waits for what that memory will be? */
bool weaken_is_load(struct weaken *w, term from, term to);
/* The place as that load, or 0. */
term weaken_as_load(struct weaken *w, term from, term to);

#endif
