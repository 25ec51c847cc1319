/* opt/guard.h - code made in a preheader: what must hold for a loop to run in
 * another form, and how often it runs.
 */
#ifndef OPT_GUARD_H
#define OPT_GUARD_H

#include "opt/pass.h"
#include "opt/trip.h"

/* Instructions made but not listed yet, i32 all of them. */
struct guard {
	struct opt *o;
	uint32_t at;		/* wasm byte offset they get */
	VEC(ref) ins;
	ref ok;			/* the conditions so far, 0 none */
};

ref guard_const(struct guard *g, uint64_t k);
/* A row of num.def; b is 0 for one operand.  Constants are folded. */
ref guard_put(struct guard *g, unsigned op, ref a, ref b);
ref guard_put_k(struct guard *g, unsigned op, ref a, uint64_t k);
/* One more condition. */
void guard_require(struct guard *g, ref cond);

/* Whether guard_passes can be asked. */
bool guard_can_count(const struct trip_exit *x);
/* How often the test of x passes when its counter enters the loop as `init`;
 * what this rests on is required. */
ref guard_passes(struct guard *g, const struct trip_exit *x, ref init);

/* Lists what was made, in order, before the terminator of block b. */
void guard_place(struct guard *g, blk b);
/* Forgets it. */
void guard_drop(struct guard *g);

#endif
