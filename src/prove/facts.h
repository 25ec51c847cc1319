/* prove/facts.h - what holds on a path: literals, and bounds that follow. */
#ifndef PROVE_FACTS_H
#define PROVE_FACTS_H

#include "base/map.h"
#include "prove/term.h"

struct bound {
	uint32_t lo, hi;
};

struct fact_undo {
	term t;
	bool is_literal;
	struct bound old;
};

/* A term with bounds of its own. */
struct fact_offset {
	term base;			/* what it is without its constant */
	term t;
	uint32_t before;		/* the one before of that base: number + 1 */
};

struct facts {
	struct terms *z;
	struct arena *arena;
	VEC(term) literal;		/* all that hold */
	VEC(uint8_t) truth;		/* [term]: 0 unknown, 1 false, 2 true */
	VEC(struct bound) bound;	/* [term] */
	VEC(struct fact_undo) undo;
	VEC(struct fact_offset) offset;
	VEC(uint32_t) last;		/* [base]: number + 1 in `offset` */
	bool contradiction;		/* bounds met: no state is on this path */
	VEC(uint32_t) open;		/* [term]: what it was not decided by */
	bool asked;			/* a bound is being found; */
	uint32_t left;			/* by so many terms more */
	uint32_t state;			/* number of what holds, as no other has it */
};

struct facts_mark {
	uint32_t literal, undo, offset, state;
	bool contradiction;
};

/* What one step found out, so that it need not be found out again. */
struct facts_step {
	struct fact_change {
		term t;
		uint32_t truth;		/* 0: it has bounds */
		struct bound bound;
	} *change;
	uint32_t n;
	term *offset;			/* with bounds of its own */
	uint32_t noffsets, state;
	bool contradiction;
};

void facts_init(struct facts *f, struct terms *z, struct arena *a);
struct facts_mark facts_save(const struct facts *f);
void facts_back(struct facts *f, struct facts_mark m);
/* What was found out since the mark; and the same again, where the same is known
 * as was then.  What holds is the same state. */
void facts_keep(const struct facts *f, struct facts_mark since, struct arena *a,
		struct facts_step *out);
void facts_again(struct facts *f, const struct facts_step *s);
/* c holds from now on. */
void facts_add(struct facts *f, term c);
/* The same of many, one by one: what follows from clauses among all of them is
 * concluded once, at the end. */
void facts_add_one(struct facts *f, term c);
void facts_conclude(struct facts *f);
/* 1 holds, 0 does not, -1 not known without a solver. */
int facts_decide(struct facts *f, term c);
/* The same from what was added alone, with nothing concluded. */
int facts_known(struct facts *f, term c);
/* Is a <= b, as far as literals say: order.c. */
bool facts_at_most(struct facts *f, term a, term b);
struct bound facts_bound(struct facts *f, term t);
/* t is within [lo, hi] from now on, and so are what it is made of: bound.c */
void facts_narrow(struct facts *f, term t, uint32_t lo, uint32_t hi);
/* t was narrowed; those narrowed since there were n are not any more; what they
 * say of t; and whether t is never within [lo, hi], lo <= hi: offset.c */
void facts_keep_offset(struct facts *f, term t);
void facts_drop_offsets(struct facts *f, uint32_t n);
void facts_offset_bound(struct facts *f, term t, struct bound *b);
bool facts_never_in(struct facts *f, term t, uint32_t lo, uint32_t hi);
/* Of t and what it is with other constants, what has the narrowest bounds, and
 * its bounds. */
term facts_narrowest(struct facts *f, term t, struct bound *b);
/* x, of t = 2 * x; 0 when t is not so. */
term facts_halved(struct terms *z, term t);
/* Makes place for what is known of t. */
void facts_room(struct facts *f, term t);
/* An equal term, on this path; conditions that are decided are gone. */
term facts_simplify(struct facts *f, term t);
/* The same for several terms at once; memo is theirs. */
struct map;
term facts_simplify_in(struct facts *f, struct map *memo, term t);

#endif
