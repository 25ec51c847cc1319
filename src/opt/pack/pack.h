/* opt/pack/pack.h - element loops, several elements at a time.
 *
 * pack.c       the pass: which loops, in which form
 * pack_mem.c   accesses: addresses, runs of neighbours, what may be reordered
 * pack_lane.c  expressions over elements as expressions over packed words
 * pack_cond.c  their comparisons and choices
 * pack_sum.c   sums over the loop
 * pack_word.c  packed arithmetic in DSP rows, or in ordinary ones
 *
 * A lane is an element of 8 or 16 bits; a word has 4 or 2 of them.  A tuple is
 * the values that one expression has for `tuple` neighbouring elements of one
 * iteration; `times` iterations fill a word.
 */
#ifndef OPT_PACK_H
#define OPT_PACK_H

#include "ir/packed.h"
#include "opt/guard.h"

enum {
	PACK_LANES = 4,
	PACK_GROUPS = 16,	/* accesses of a word in one iteration */
	PACK_MEMO = 64,
	PACK_TERMS = 16,	/* of a sum in one iteration */
	PACK_MIXED = UINT16_MAX	/* rows that differ */
};

/* An address: sum of scale * value, plus off, modulo 2^32. */
struct pack_place {
	ref inv[3];		/* values that do not change in the loop, by number */
	uint32_t inv_scale[3];
	unsigned ninv;
	ref iv;			/* a counter of the loop, or 0 */
	uint32_t scale;
	uint32_t off;
};

/* Elements at neighbouring addresses, accessed as one word. */
struct pack_group {
	ref el[PACK_LANES];
	struct pack_place at;	/* of el[0] */
	bool store;
	ref value;		/* loaded; to be stored */
};

struct pack_memo {
	ref el[PACK_LANES];
	ref value;
};

struct pack {
	struct opt *o;
	struct ir_func *f;
	struct trip_loop l;
	blk pre;
	blk *chain;		/* the loop's blocks, each the next one's only way in */
	uint32_t nchain;
	uint32_t n;		/* instructions at the start */
	uint32_t *pos;		/* [n] place in an iteration, 0: not in the loop */
	unsigned bits;		/* of a lane */
	unsigned per;		/* elements that an iteration handles */
	unsigned tuple, times;
	bool down;		/* addresses go down: lane 0 is the last iteration's */
	bool dsp;		/* packed.def may be used */
	bool inplace;		/* the loop itself is changed, not a copy */
	struct guard head;	/* made in front of the loop; */
	struct guard body;	/* made in it */
	ref *now;		/* [n] loop value -> its copy */
	struct pack_group group[PACK_GROUPS];
	uint32_t ngroups;
	struct pack_memo memo[PACK_MEMO];
	uint32_t nmemo;
	uint32_t scalar;	/* instructions that words replace, per word */
};

static inline bool pack_inside(const struct pack *p, ref r)
{
	return r < p->n && p->pos[r] != 0;
}

static inline uint32_t pack_ones(const struct pack *p)
{
	return (UINT32_C(1) << p->bits) - 1;
}

/* v, modulo 2^bits, in every lane. */
static inline uint32_t pack_splat(const struct pack *p, uint32_t v)
{
	v &= pack_ones(p);
	return p->bits == 8 ? v * 0x01010101u : v * 0x00010001u;
}

/* The value an instruction of the loop has in the first of the iterations that
 * the packed loop does at once. */
ref pack_copy(struct pack *p, ref r);

/* --- pack_mem.c ---------------------------------------------------------- */

/* Bits of the elements that a load or store row accesses; 0: not one of ours. */
unsigned pack_bits(unsigned op);
/* The address of an access; false when it is of another form, or does not move
 * by the elements of an iteration. */
bool pack_place(const struct pack *p, ref access, struct pack_place *at);
/* Whether two addresses differ by a constant. */
bool pack_related(const struct pack_place *a, const struct pack_place *b);
/* How many bytes the address moves by in an iteration; 0 unknown. */
uint32_t pack_stride(const struct pack *p, const struct pack_place *at);
/* The group of these accesses, if they are neighbours in order; NULL: not. */
struct pack_group *pack_group(struct pack *p, const ref *el);
/* A word access in the place of a group's: where its lane 0 is; 0: cannot
 * be copied. */
ref pack_access(struct pack *p, const struct pack_group *g, unsigned op,
		ref value);
/* Makes groups of all stores; false when they do not fit. */
bool pack_stores(struct pack *p);
/* Requires in p->head what makes it right to do all loads before all stores,
 * word by word; false when it is known to be wrong. */
bool pack_order(struct pack *p);

/* --- pack_sum.c ---------------------------------------------------------- */

/* A header parameter that sums up terms. */
struct pack_total {
	ref param, last;	/* on entry; what the way back brings */
	ref term[PACK_TERMS];
	uint32_t nterms;
	ref packed;		/* the new `last` */
};

struct pack_totals {
	struct pack_total at[4];
	uint32_t n;
};

/* Every parameter of the header is a counter or a total; in place, others stay
 * as they are. */
bool pack_find_totals(struct pack *p, struct pack_totals *t);

/* --- pack_word.c --------------------------------------------------------- */

/* A row for the width of the loop's lanes: pack_op(p, IR_ADD8) is IR_ADD16
 * where they are halfwords; on cores without these rows, the same in others.
 * SUM rows only where p->dsp. */
ref pack_op(struct pack *p, unsigned op8, ref a, ref b);
/* An ordinary row, in the loop. */
ref pack_put(struct pack *p, unsigned op, ref a, ref b);
ref pack_word(struct pack *p, uint32_t k);
/* Bits of a where m has ones, else of b. */
ref pack_choose(struct pack *p, ref m, ref a, ref b);

/* --- pack_lane.c --------------------------------------------------------- */

/* The packed word whose lanes are, modulo 2^bits, the values of a tuple; 0:
 * cannot be had. */
ref pack_lane(struct pack *p, const ref *el);
/* What all values of a tuple can be. */
struct range pack_range(const struct pack *p, const ref *el);
/* The operands number k of a tuple of instructions. */
static inline void pack_args(const struct pack *p, const ref *el, unsigned k,
			     ref *out)
{
	for (unsigned e = 0; e < p->tuple; e++)
		out[e] = ir_at(p->f, el[e])->arg[k];
}
/* The row of all of them, or PACK_MIXED. */
unsigned pack_row(const struct pack *p, const ref *el);
bool pack_same(const struct pack *p, const ref *a, const ref *b);
/* Whether all of them are one constant. */
bool pack_const(const struct pack *p, const ref *el, uint32_t *k);
/* Whether their range is inside the unsigned, or the signed lanes. */
bool pack_is_unsigned(const struct pack *p, const ref *el);
bool pack_is_signed(const struct pack *p, const ref *el);

/* --- pack_cond.c --------------------------------------------------------- */

/* The mask of a tuple of conditions (nonzero holds); 0: cannot be had. */
ref pack_mask(struct pack *p, const ref *el);
/* A tuple of selects. */
ref pack_select(struct pack *p, const ref *el);

#endif
