/* opt/roll/roll.h - copies of a sequence, found and made a loop.
 *
 * reroll.c     the pass: where to look, what is kept, whether it pays
 * roll_match.c is this the same as that, but for constants in equal steps?
 * roll_far.c   loads that other blocks have done before
 * roll_make.c  the loop
 *
 * The *pattern* is the last copy: the tree of what its root is computed from.
 * A *position* is an operand in it, or the offset of an access.
 */
#ifndef OPT_ROLL_ROLL_H
#define OPT_ROLL_ROLL_H

#include "opt/pass.h"

enum {
	ROLL_NODES = 64,	/* instructions of a pattern */
	ROLL_COPIES = 64
};
#define ROLL_OFFSET UINT32_MAX		/* the position that is no operand */

enum roll_kind {
	ROLL_CHAIN,	/* what the copy in front gives */
	ROLL_STEP,	/* a constant, in each copy `step` more */
	ROLL_SAME,	/* the same value in all copies */
	ROLL_INNER	/* another instruction of the pattern */
};

struct roll_pos {
	ref user;		/* whose operand it is */
	uint32_t operand;	/* counting list operands, or ROLL_OFFSET */
	enum roll_kind kind;
	ref value;		/* of the pattern; 0 for an offset */
	uint32_t last, step;	/* ROLL_STEP: the pattern's */
	uint32_t counter;	/* roll_make.c: which, and how much more than it */
	uint32_t more;
};

/* A value that each round changes by a constant. */
struct roll_counter {
	ref base;		/* begins at base + first; 0: at first */
	bool offset;		/* base + first is an address that is accessed */
	uint32_t step, first;
	ref start, param, next;
};

/* What loads of other blocks read, and who writes: of the whole function. */
struct roll_far {
	struct roll_span *span;	/* [n] of loads and stores */
	uint8_t *known;		/* [n] of loads, what was found */
	uint32_t n, asked;
};

struct roll {
	struct opt *o;
	struct roll_far *far;
	struct ir_func *f;
	blk b;
	uint32_t *place;	/* [ins] 1 + place in b; 0: elsewhere */
	uint32_t nplaces;	/* size of place, and of these: */
	uint32_t *uses, *left;	/* [ins] how many; when what is dead is left out */
	bool *dead;		/* [ins] members that nothing wants behind the loop */
	ref root;		/* of the pattern */
	ref in;			/* what the first copy takes for the chain; 0: zero */
	uint32_t copies;
	VEC(struct roll_pos) pos;
	VEC(ref) node;		/* of the pattern, root first */
	VEC(ref) member;	/* copies times node.n; first is the pattern's;
				 * 0: a copy needs none there */
	VEC(uint32_t) val;	/* constants of a copy, by position */
	VEC(struct roll_counter) counter;
	uint32_t ending;	/* the counter that ends the loop; UINT32_MAX: one
				 * of its own */
};

/* Finds the copies in front of r->root, whose result before is one that the
 * root is computed from; fills in->copies and what follows.  False when there
 * are fewer than three. */
bool roll_match(struct roll *r, ref before);

/* Finds the addresses of all accesses; needs o->cfg. */
void roll_find_spans(struct roll_far *far, struct opt *o);
/* May a load of another block, which dominates this one, be done here instead?
 * Needs o->cfg. */
bool roll_far_load(const struct roll *r, ref load);

/* Chooses the counters; false when a constant can be none. */
bool roll_counters(struct roll *r);
/* Makes the loop behind the root and gives its result to the root's users. */
void roll_make(struct roll *r);

/* The place in the block + 1, or 0. */
static inline uint32_t roll_place(const struct roll *r, ref v)
{
	return v < r->nplaces ? r->place[v] : 0;
}

#endif
