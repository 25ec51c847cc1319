/* prove/pair.h - the state of proving a pair of functions; inside prove only. */
#ifndef PROVE_PAIR_H
#define PROVE_PAIR_H

#include "prove/check.h"
#include "prove/mach.h"
#include "prove/walk.h"
#include "prove/z3.h"

/* Places of the two sides that correspond: a loop header of each.  What the
 * places hold is said by terms: equal terms, equal values.  Terms that are
 * variables of the cut stand for whatever is there on arrival. */
struct cut {
	uint64_t wasm;		/* walk_place */
	uint32_t pc;
	struct walk w;
	struct mach m;
	VEC(term) facts;
	bool valid, dirty;
};

struct pair {
	struct world *w;
	struct terms z;
	struct facts facts;
	struct walk_func wf;
	struct mach_func mf;
	struct arena *arena;	/* lives as long as the proof */
	struct arena states;	/* of the paths being followed */
	struct solver *solver;
	VEC(struct cut) cuts;
	VEC(uint32_t) owner;	/* [variable]: cut + 1 */
	bool entry_dirty;
	uint32_t checked;	/* loads of the machine known to be allowed */
	uint32_t steps, passed, entered;
	struct verdict *v;
};

/* Rejects: returns false. */
/* Adds what is assumed of the event that a callback is given: assume.c. */
void pair_assume_event(struct pair *p, uint32_t func, const struct walk *w);
bool pair_reject(struct pair *p, const char *reason, const char *detail);
/* Are they equal on this path? */
bool pair_equal(struct pair *p, term a, term b);
/* The two terms that differ, as far down as they do. */
const char *pair_difference(struct pair *p, term a, term b);
/* Is no state on this path? */
bool pair_impossible(struct pair *p);
/* Is there a cut of the two places? */
bool cut_known(const struct pair *p, uint64_t wasm, uint32_t pc);
/* Both sides are at a pair of loop headers: makes the cut, or makes it as weak
 * as this arrival needs. */
bool cut_arrive(struct pair *p, struct walk *w, struct mach *m);
/* Adds what may bound a counter that a cut was just given: guess.c. */
void cut_guess(struct pair *p, struct cut *c, term counter);

#endif
