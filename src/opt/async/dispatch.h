/* opt/async/dispatch.h - parts of the pass `dispatch`. */
#ifndef OPT_ASYNC_DISPATCH_H
#define OPT_ASYNC_DISPATCH_H

#include "opt/pass.h"

enum {
	DISPATCH_MAX_TESTS = 256,
	DISPATCH_SPREAD = 4,		/* table entries per test, at most */
	DISPATCH_MAX_TABLE = 1024
};

/* Whether a table for values low .. high pays instead of `tests` tests, which
 * `ways` ways lead through, `depth` tests in all.  *n: its entries. */
bool dispatch_pays(const struct opt *o, uint32_t tests, uint32_t ways,
		   uint32_t depth, uint32_t low, uint32_t high, uint32_t *n);

/* Ends block b with a table: value low + k takes edge k, the last edge of n
 * is that of all others. */
void dispatch_table(struct opt *o, blk b, ref value, uint32_t low,
		    const struct ir_edge *to, uint32_t n);

/* Makes a table of the tree of tests at block b; false when there is none or it
 * does not pay.  uses: of each value. */
bool dispatch_tree(struct opt *o, const uint32_t *uses, blk b);

#endif
