/* opt/range.h - value ranges of i32 values along the dominator tree.
 *
 * range_walk visits the blocks so that at each instruction `val` holds what is
 * known there: definitions, the conditions of dominating branches, bounds
 * checks that passed, and loop counters.  Two rounds: the first starts loop
 * parameters from nothing known (unless they are counters), the second from
 * what the first found on the edges.
 */
#ifndef OPT_RANGE_H
#define OPT_RANGE_H

#include "opt/interval.h"
#include "opt/pass.h"

struct range_undo {
	ref r;
	struct range was;
};

struct ranges {
	struct opt *o;
	struct ir_func *f;
	const struct ir_cfg *c;
	struct range *val;		/* [n] what is known now */
	struct range *in;		/* [n] of parameters: over the edges seen */
	uint8_t *seen;			/* [n] some edge was seen */
	uint32_t n;			/* instructions at the start */
	VEC(struct range_undo) undo;
	bool final;			/* the second round */
	/* Called for each instruction in the second round, before its own
	 * effect on val; true when r goes or was replaced. */
	bool (*visit)(struct ranges *g, ref r);
	void *ctx;
};

/* Runs both rounds; visit is called in the second. */
void range_walk(struct ranges *g, struct opt *o);

/* What is known of r here: val, and its definition looked at again. */
struct range range_at(const struct ranges *g, ref r);

#endif
