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

/* The blocks of a loop, inner loops included, in rpo order; n of them. */
blk *opt_loop_blocks(const struct opt *o, blk header, uint32_t *n);

/* A copy of a set of blocks, made by opt_clone. */
struct opt_clone {
	blk *block;		/* [f->blocks.n at the start] its copy, or 0 */
	ref *value;		/* [f->ins.n at the start] its copy, or 0 */
	uint32_t nblocks, nins;
};

/* Copies blocks (params, instructions, edges).  Operands and targets that are
 * inside lead to the copies; everything else stays as it is.  Value or block
 * entries that are already set in `into` are used instead of making a copy:
 * a block given there is not copied at all. */
void opt_clone_blocks(struct opt *o, const blk *blocks, uint32_t n,
		      struct opt_clone *into);
void opt_clone_init(struct opt *o, struct opt_clone *c);

/* Gives values that are defined in the loop and used outside of it parameters
 * in the exit blocks, so that the loop can be copied; false when the form
 * does not allow it (exits that are entered from elsewhere too are split).
 * Renews o->cfg when something changed. */
bool opt_close_loop(struct opt *o, blk header);

#endif
