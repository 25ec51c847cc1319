/* opt/trip.h - how often a loop runs, and what its counters hold.
 *
 * For loops with one latch.  A counter is a header parameter that each
 * iteration changes by a constant step.
 */
#ifndef OPT_TRIP_H
#define OPT_TRIP_H

#include "ir/ir.h"
#include "opt/interval.h"

struct trip_loop {
	blk header, latch;
	uint32_t back;		/* f->edges: the edge from latch to header */
};

/* Finds the latch; false when there are several. */
bool trip_loop(const struct ir_func *f, const struct ir_cfg *c, blk header,
	       struct trip_loop *out);

/* Whether parameter p of the header is a counter; *step is its change. */
bool trip_step(const struct ir_func *f, const struct trip_loop *l, ref p,
	       uint32_t *step);

/* The value that r is a constant away from: r = *base + *off. */
void trip_offset(const struct ir_func *f, ref r, ref *base, uint32_t *off);

/* A test that ends the loop: it goes on while `test op limit`, where
 * test = counter + off. */
struct trip_exit {
	blk block;
	uint32_t edge;		/* of the block: the one that leaves */
	ref counter;		/* header parameter */
	uint32_t off, step;
	unsigned op;		/* comparison row */
	ref limit;		/* 0: the constant 0 */
};

/* The test at the end of block b, which is in the loop and dominates its
 * latch; false when it is of another form. */
bool trip_exit(const struct ir_func *f, const struct ir_cfg *c,
	       const struct trip_loop *l, blk b, struct trip_exit *out);

/* The greatest number of times the test of x is reached when the counter starts
 * in `init` and the limit is in `limit`; 0: unknown.  *exact tells whether it
 * is always that number. */
uint64_t trip_count(const struct trip_exit *x, struct range init,
		    struct range limit, bool *exact);

/* Whether b is in the loop of header h (inner loops included). */
bool trip_inside(const struct ir_cfg *c, blk h, blk b);

#endif
