/* cfg.c - predecessors and reverse postorder. */
#include "base/compiler.h"
#include "ir/graph.h"

static void find_preds(const struct ir_func *f, struct ir_cfg *c,
		       struct arena *a)
{
	uint32_t total = 0;

	c->pred_begin = arena_array(a, uint32_t, (size_t)f->blocks.n + 1);
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++) {
			c->pred_begin[ir_edge(f, b, k)->to]++;
			total++;
		}
	c->pred = arena_array(a, blk, total);
	for (blk b = 0, sum = 0; b <= f->blocks.n; b++) {
		sum += b < f->blocks.n ? c->pred_begin[b] : 0;
		c->pred_begin[b] = sum;
	}
	for (blk b = f->blocks.n; b-- > 0;)
		for (uint32_t k = f->blocks.at[b].nedges; k-- > 0;)
			c->pred[--c->pred_begin[ir_edge(f, b, k)->to]] = b;
}

/* Depth first from the entry, without recursion; edges are taken last to
 * first, so that edge 0 of a branch comes first in reverse postorder. */
static void find_rpo(const struct ir_func *f, struct ir_cfg *c,
		     struct arena *a)
{
	uint32_t n = f->blocks.n, depth = 0, place = n;
	blk *stack = arena_array(a, blk, n);
	uint32_t *left = arena_array(a, uint32_t, n);
	blk *post = arena_array(a, blk, n);

	c->order = arena_array(a, uint32_t, n);
	for (blk b = 0; b < n; b++)
		c->order[b] = UINT32_MAX;
	if (n == 0)
		return;
	stack[depth++] = 0;
	left[0] = f->blocks.at[0].nedges;
	c->order[0] = 0;
	while (depth) {
		blk b = stack[depth - 1];
		if (left[b] == 0) {
			post[--place] = b;
			depth--;
			continue;
		}
		blk to = ir_edge(f, b, --left[b])->to;
		if (c->order[to] != UINT32_MAX)
			continue;
		c->order[to] = 0;
		left[to] = f->blocks.at[to].nedges;
		stack[depth++] = to;
	}
	c->rpo = post + place;
	c->nrpo = n - place;
	for (uint32_t k = 0; k < c->nrpo; k++)
		c->order[c->rpo[k]] = k;
}

struct ir_cfg *ir_cfg(const struct ir_func *f, struct arena *a)
{
	struct ir_cfg *c = arena_new(a, struct ir_cfg);

	c->n = f->blocks.n;
	find_preds(f, c, a);
	find_rpo(f, c, a);
	cfg_dominators(c, a);
	cfg_loops(c, a);
	return c;
}
