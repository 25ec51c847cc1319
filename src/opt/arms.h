/* opt/arms.h - what a branch does on each side before the sides meet again. */
#ifndef OPT_ARMS_H
#define OPT_ARMS_H

#include "opt/pass.h"

/* Block a ends in a br_if; arm[k], which its edge k alone leads to, goes on to j.
 * No arm (0): the edge leads to j itself. */
struct opt_arms {
	blk a, j;
	blk arm[2];
};

/* Whether block a begins such a thing.  o->cfg must be right. */
bool opt_find_arms(const struct opt *o, blk a, struct opt_arms *s);

/* What edge k of a brings to parameter p of j at last. */
ref opt_arm_arg(const struct ir_func *f, const struct opt_arms *s, unsigned k,
		uint32_t p);

/* A value that is `yes` where a's test holds, else `no`, at the end of a. */
ref opt_choice(struct opt *o, const struct opt_arms *s, ref yes, ref no);

/* Moves instruction r of an arm to the end of a. */
void opt_move_up(struct ir_func *f, const struct opt_arms *s, ref r);

/* When all that the arms did was moved: a goes on to j with choices, the arms
 * are empty.  o->cfg is no longer right. */
void opt_end_arms(struct opt *o, const struct opt_arms *s);

#endif
