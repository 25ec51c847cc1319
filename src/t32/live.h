/* t32/live.h - control flow facts and liveness, for the allocator.
 *
 * Both are sparse: memory is linear in blocks plus the sizes of the live-in
 * sets, never blocks times vregs.
 */
#ifndef T32_LIVE_H
#define T32_LIVE_H

#include "t32/mir.h"

struct mir_cfg {
	uint32_t *rpo, nrpo;	/* reachable blocks */
	uint32_t *order;	/* block -> index in rpo, UINT32_MAX unreachable */
	uint32_t *idom;		/* idom[0] == 0 */
	uint32_t *dom_in, *dom_out; /* interval of the dominator tree */
	uint32_t *header;	/* innermost loop's header, UINT32_MAX none; a header is its own */
	uint32_t *parent;	/* of a header: header of the loop around, or UINT32_MAX */
	uint32_t *depth;	/* number of loops around the block */
};

/* Computes everything from f's edges; fills f's predecessors. */
void mir_cfg(struct mir_func *f, struct mir_cfg *c, struct arena *a);

static inline bool mir_dominates(const struct mir_cfg *c, uint32_t a, uint32_t b)
{
	return c->dom_in[a] <= c->dom_in[b] && c->dom_out[b] <= c->dom_out[a];
}

/* The nearest common dominator. */
uint32_t mir_meet(const struct mir_cfg *c, uint32_t a, uint32_t b);

/* Is block b in the loop of header h? */
bool mir_in_loop(const struct mir_cfg *c, uint32_t h, uint32_t b);

/* Vregs live on entry of each block, block parameters not among them; in
 * ascending order of vreg. */
struct mir_live {
	struct mir_livein {
		vreg *at;
		uint32_t n;
	} *in;		/* per block */
};
void mir_liveness(const struct mir_func *f, struct mir_live *l, struct arena *a);

#endif
