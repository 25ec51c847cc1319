/* opt/loopform.h - brings loops into the form that loop passes want. */
#ifndef OPT_LOOPFORM_H
#define OPT_LOOPFORM_H

#include "opt/pass.h"

/* Gives every loop a preheader: the only predecessor of the header from outside,
 * which leads nowhere else.  Renews o->cfg when something changed; a pass
 * that calls this does not keep OPT_CFG. */
bool opt_preheaders(struct opt *o);

/* The preheader of a loop after opt_preheaders. */
blk opt_preheader(const struct opt *o, blk header);

/* The blocks of a loop, inner loops included, the header first; n of them. */
blk *opt_loop_blocks(const struct opt *o, blk header, uint32_t *n);

/* Whether n blocks hold nothing but loads, stores and pure instructions, none of
 * which may trap. */
bool opt_only_accesses(const struct opt *o, const blk *b, uint32_t n);

/* --- clone.c ------------------------------------------------------------- */

/* A copy of a set of blocks.  The arrays have room for what existed when
 * opt_clone_init was called. */
struct opt_clone {
	const blk *from;	/* the blocks */
	uint32_t n;
	blk *block;		/* block -> its copy, or 0 */
	ref *value;		/* instruction -> its copy, or 0 */
	uint32_t nins;		/* size of value */
};

/* Copies n blocks with their parameters, instructions, edges and cuts.
 * Operands and targets inside the set lead to the copies, all else stays. */
void opt_clone_blocks(struct opt *o, const blk *from, uint32_t n,
		      struct opt_clone *c);

/* After a copy was made reachable and the graph (o->cfg) was renewed: gives
 * users of an original value the one that reaches them, through new parameters
 * where both do.  apart: no path leads from the copy to the original or back, so
 * that each side's users can keep its own. */
void opt_clone_repair(struct opt *o, const struct opt_clone *c, bool apart);

#endif
