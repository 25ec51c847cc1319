/* loops.c - the loop nesting forest.
 *
 * A header is a block that dominates one of its predecessors.  Headers are
 * taken innermost first (reverse postorder backwards); from the latches the
 * walk goes up to the header, and steps over loops already found by jumping to
 * the outermost header that contains the block (`root`, with path
 * compression), so each block is entered once.
 */
#include "ir/graph.h"

struct walk {
	struct ir_cfg *c;
	blk *root;	/* union-find towards the outermost known loop */
	blk *worklist;
	uint32_t n;
	uint32_t *stamp;	/* header + 1 whose walk queued the block */
};

static blk find(struct walk *w, blk b)
{
	blk end = b;

	while (w->root[end] != end)
		end = w->root[end];
	while (w->root[b] != end) {
		blk next = w->root[b];
		w->root[b] = end;
		b = next;
	}
	return end;
}

static void queue(struct walk *w, blk b, blk header)
{
	b = find(w, b);
	if (b == header || w->stamp[b] == header + 1 ||
	    w->c->order[b] == UINT32_MAX)
		return;
	w->stamp[b] = header + 1;
	w->worklist[w->n++] = b;
}

static void find_body(struct walk *w, blk header)
{
	struct ir_cfg *c = w->c;
	bool is_loop = false;

	w->n = 0;
	for (uint32_t k = c->pred_begin[header];
	     k < c->pred_begin[header + 1]; k++)
		if (ir_dominates(c, header, c->pred[k])) {
			is_loop = true;
			queue(w, c->pred[k], header);
		}
	if (!is_loop)
		return;
	c->loop[header] = header;
	while (w->n) {
		blk b = w->worklist[--w->n];
		if (c->loop[b] == b)
			c->loop_parent[b] = header;
		else
			c->loop[b] = header;
		w->root[b] = header;
		for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1];
		     k++)
			queue(w, c->pred[k], header);
	}
}

static void find_depths(struct ir_cfg *c)
{
	/* a header comes before the rest of its loop and inner headers */
	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk b = c->rpo[k], h = c->loop[b];
		if (h == UINT32_MAX)
			continue;
		blk outer = c->loop_parent[h];
		c->depth[b] = h != b ? c->depth[h]
			    : outer == UINT32_MAX ? 1 : c->depth[outer] + 1;
	}
}

void cfg_loops(struct ir_cfg *c, struct arena *a)
{
	struct walk w = { .c = c };

	w.root = arena_array(a, blk, c->n);
	w.worklist = arena_array(a, blk, c->n);
	w.stamp = arena_array(a, uint32_t, c->n);
	c->loop = arena_array(a, blk, c->n);
	c->loop_parent = arena_array(a, blk, c->n);
	c->depth = arena_array(a, uint32_t, c->n);
	c->irreducible = arena_array(a, bool, c->n);
	for (blk b = 0; b < c->n; b++) {
		w.root[b] = b;
		c->loop[b] = c->loop_parent[b] = UINT32_MAX;
	}
	for (uint32_t k = c->nrpo; k-- > 0;)
		find_body(&w, c->rpo[k]);
	find_depths(c);
}
