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
	VEC(uint32_t) from;	/* regions that arrived here, as pair.region */
	bool valid, dirty;
};

/* Where both sides are on one way from a cut. */
struct at {
	struct walk w;
	struct mach m;
	enum stop ws, ms;
	uint32_t passed_w, passed_m;	/* loop headers since the cut */
	bool go;			/* the machine may leave its join */
	term *literal;			/* facts of this way */
	uint32_t nliterals;
	struct arena_mark mark;		/* of all that it is made of */
	const char *other;		/* the call that the source went into; NULL */
};

/* The places of a state, in an order that is the same for all that are at the
 * same place of the code; and what they hold, simplified. */
struct places {
	VEC(term *) at;
	VEC(term) plain;
	uint32_t filled;	/* those in front are never nothing where another
				   state has a term: registers and slots may be */
};

/* Places of memory. */
struct known_list {
	VEC(struct known_place {
		term address;
		uint32_t bits;
	}) list;
};

/* A variable that a merge made: merge.c. */
struct merged {
	uint32_t region;
	uint64_t wasm;
	uint32_t pc, passed_w, passed_m, n;
	term *plain;			/* [n] */
	term var;
};

struct pair {
	struct world *w;
	struct terms z;
	struct facts facts;
	struct walk_func wf;
	struct mach_func mf;
	struct arena *arena;	/* lives as long as the proof */
	struct arena states;	/* of the paths being followed */
	struct arena scratch;	/* of one question */
	struct solver *solver;
	VEC(struct cut) cuts;
	VEC(uint32_t) owner;	/* [variable]: cut + 1 */
	bool entry_dirty;
	bool settled;		/* no cut has changed since all were dirty */
	bool joins;		/* ways that meet become one */
	bool apart;		/* what was loaded before a header is a word there */
	bool loose;		/* what changes at a cut may be anything */
	bool eager;		/* a cut says first what arrives first, whatever changes */
	bool strides;		/* loads say who is behind, once around a loop */
	VEC(struct at *) worklist;	/* ways to follow */
	VEC(struct facts_mark) marks;	/* before each literal of `facts` */
	VEC(uint32_t) at;		/* the step that each of them is */
	bool concluded;			/* from all of them; and before that */
	struct facts_mark before_concluded;
	struct arena keep;		/* of steps that may be made again */
	VEC(struct facts_step) kept;
	struct map kept_at;		/* step << 32 | literal -> number + 1 */
	uint32_t changes_kept;
	VEC(struct merged) merged;
	struct map merged_at;
	uint32_t region;	/* followed now: cut, or UINT32_MAX from the entry */
	uint32_t steps, passed, entered;
	const struct at *now;	/* being followed */
	bool explain;		/* write v->why when rejected */
	const struct walk *entry;	/* the source's state there */
	term differ[2];		/* last found not to be equal */
	struct verdict *v;
	VEC(uint64_t) content;	/* [term]: hash of what it says; 0 not yet */
};

/* Adds what is assumed of the event that a callback is given: assume.c. */
void pair_assume_event(struct pair *p, uint32_t func, const struct walk *w);
/* Rejects: returns false. */
bool pair_reject(struct pair *p, const char *reason, const char *detail);
/* Are they equal on this path? */
bool pair_equal(struct pair *p, term a, term b);
/* The two terms that differ, as far down as they do. */
const char *pair_difference(struct pair *p, term a, term b);
/* Does the solver say that it holds on this path? */
bool pair_implied(struct pair *p, term c);
/* Is no state on this path? */
bool pair_impossible(struct pair *p);
/* Loads that are allowed are no longer open. */
void pair_loads(struct pair *p, struct at *s);
/* Has the output read what the source has not?  Kept with p->strides. */
bool pair_early(struct pair *p, const struct at *s);
/* Is c what finds the stack too small, or large enough? */
bool pair_is_stack_check(struct pair *p, term c);
/* The source has ended, and the machine code, or its stack is too small. */
bool pair_end(struct pair *p, struct at *s);
const char *pair_stop_name(enum stop s);

/* Follows both sides from a cut, or the entry, to the next: follow.c. */
bool pair_follow(struct pair *p, uint32_t region, const struct walk *w,
		 const struct mach *m, const term *fact, uint32_t nfacts);
/* By place in the source; then how they stand there, and the output: place.c */
int pair_compare_source(const struct at *a, const struct at *b);
int pair_compare(const struct at *a, const struct at *b);
bool pair_same_source(const struct at *a, const struct at *b);
/* p->facts are the state's.  A fact more, as it is, and as what is known already
 * makes it; and as many facts as before, p->marks.n then: way.c */
void pair_facts(struct pair *p, const struct at *s);
void pair_learn(struct pair *p, term c);
void pair_forget(struct pair *p, uint32_t n);
/* A state more to follow: follow.c */
void pair_put(struct pair *p, struct at *s);
/* May its machine code go on? */
static inline bool pair_may_run(const struct at *s)
{
	return s->ms == STOP_NONE || s->ms == STOP_FORK || s->ms == STOP_JOIN;
}
/* Has the machine code done what the source has, and no more?  meet.c */
bool pair_agree(struct pair *p, const struct walk *w, const struct mach *m);
/* States at one join of the source go on from there, fewer if possible; n is not
 * above MOST_MET. */
enum { MOST_MET = 64 };
void pair_meet(struct pair *p, struct at **s, uint32_t n);
/* Makes the first of n states one that all are instances of; false when they
 * have too little in common. */
bool pair_merge(struct pair *p, struct at **s, uint32_t n);
/* What words may be where n states meet: facts that hold in each of them
 * (*out), and how many: among.c. */
uint32_t pair_among(struct pair *p, struct at **s, uint32_t n, term **out);
/* The places of a state, and what they hold by p->facts: places.c. */
void pair_places(struct pair *p, struct places *l, struct walk *w,
		 struct mach *m, uint32_t slots);
void pair_simplify(struct pair *p, struct places *l);
/* Adds places of a memory that may be worth knowing: merge.c. */
void pair_known(struct pair *p, term token, const struct access *a,
		struct known_list *l);
/* What holds after a call of an intrinsic: contract.c.  Returns how many. */
enum { MOST_CONTRACT = 4 };
uint32_t pair_contract(struct pair *p, uint32_t func, term event,
		       term out[MOST_CONTRACT]);
/* Bounds that hold of the sizes of memories before the call that the source
 * is at, said of the sizes after it: contract.c.  Returns how many. */
enum { MOST_GROWN = 24 };
uint32_t pair_grown(struct pair *p, const struct walk *w,
		    term out[MOST_GROWN]);
/* Has the first state gone further than the second: ahead.c */
bool pair_ahead(struct pair *p, const term *a, const term *b);
/* At least that many stack slots: places.c. */
void pair_room(struct pair *p, struct mach *m, uint32_t slots);

/* Both sides are at a pair of loop headers: makes the cut, or makes it as weak
 * as this arrival needs. */
bool cut_arrive(struct pair *p, struct walk *w, struct mach *m);
/* Adds what may bound a counter that a cut was just given: guess.c. */
void cut_guess(struct pair *p, struct cut *c, term counter);

#endif
