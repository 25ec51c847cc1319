/* dom.c - the dominator tree.
 *
 * In reducible control flow, which is all that wasm has, one round over the
 * blocks in reverse postorder finds every immediate dominator: it is the
 * nearest common ancestor of the predecessors seen so far, since those not
 * seen yet are latches, dominated by the block.  Each node also keeps a jump
 * to a farther ancestor (Myers, "An Applicative Random-Access Stack", 1983),
 * so an ancestor is found in logarithmic time however deep the tree is.
 *
 * Should a latch turn out not to be dominated, the round is repeated with all
 * predecessors until nothing changes (Cooper, Harvey and Kennedy, "A Simple,
 * Fast Dominance Algorithm", 2001).
 */
#include "ir/graph.h"

struct tree {
	struct ir_cfg *c;
	uint32_t *depth;
	blk *jump;
};

static void attach(struct tree *t, blk b, blk parent)
{
	const uint32_t *d = t->depth;
	blk j = t->jump[parent];

	t->c->idom[b] = parent;
	t->depth[b] = d[parent] + 1;
	t->jump[b] = d[parent] - d[j] == d[j] - d[t->jump[j]] ? t->jump[j]
							      : parent;
}

/* Nearest common ancestor.  Nodes of one depth jump equally far. */
static blk meet(const struct tree *t, blk a, blk b)
{
	const blk *up = t->c->idom;

	if (t->depth[a] < t->depth[b]) {
		blk swap = a;
		a = b;
		b = swap;
	}
	while (t->depth[a] > t->depth[b])
		a = t->depth[t->jump[a]] >= t->depth[b] ? t->jump[a] : up[a];
	while (a != b) {
		bool far = t->jump[a] != t->jump[b];
		a = far ? t->jump[a] : up[a];
		b = far ? t->jump[b] : up[b];
	}
	return a;
}

/* The same by climbing, for when depths are out of date. */
static blk meet_slowly(const struct tree *t, blk a, blk b)
{
	const struct ir_cfg *c = t->c;

	while (a != b)
		if (c->order[a] > c->order[b])
			a = c->idom[a];
		else
			b = c->idom[b];
	return a;
}

typedef blk meet_fn(const struct tree *t, blk a, blk b);

/* One round; true when an immediate dominator changed. */
static bool improve(struct tree *t, meet_fn *join)
{
	struct ir_cfg *c = t->c;
	bool changed = false;

	for (uint32_t k = 1; k < c->nrpo; k++) {
		blk b = c->rpo[k], best = UINT32_MAX;
		for (uint32_t j = c->pred_begin[b]; j < c->pred_begin[b + 1];
		     j++) {
			blk p = c->pred[j];
			if (c->idom[p] != UINT32_MAX)
				best = best == UINT32_MAX ? p
							  : join(t, best, p);
		}
		changed |= best != c->idom[b];
		attach(t, b, best);
	}
	return changed;
}

/* Numbers the tree in depth-first order: a dominates b exactly when b's
 * interval lies in a's.  Children are chained through `next`. */
static void number(struct ir_cfg *c, struct arena *a)
{
	blk *child = arena_array(a, blk, c->n);
	blk *next = arena_array(a, blk, c->n);
	uint32_t clock = 0;
	blk b = 0;

	for (blk k = 0; k < c->n; k++)
		child[k] = next[k] = UINT32_MAX;
	for (uint32_t k = c->nrpo; k-- > 1;) {
		blk p = c->idom[c->rpo[k]];
		next[c->rpo[k]] = child[p];
		child[p] = c->rpo[k];
	}
	c->dfs_in[0] = clock++;
	for (;;) {
		if (child[b] != UINT32_MAX) {
			blk down = child[b];
			child[b] = next[down];
			b = down;
			c->dfs_in[b] = clock++;
			continue;
		}
		c->dfs_out[b] = clock++;
		if (b == 0)
			break;
		b = c->idom[b];
	}
}

static bool latches_dominated(const struct ir_cfg *c)
{
	for (blk b = 0; b < c->n; b++)
		for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1];
		     k++) {
			blk p = c->pred[k];
			bool retreats = c->order[p] != UINT32_MAX &&
					c->order[p] >= c->order[b];
			if (retreats && !ir_dominates(c, b, p))
				return false;
		}
	return true;
}

void cfg_dominators(struct ir_cfg *c, struct arena *a)
{
	struct tree t = { c, arena_array(a, uint32_t, c->n),
			  arena_array(a, blk, c->n) };

	c->idom = arena_array(a, blk, c->n);
	c->dfs_in = arena_array(a, uint32_t, c->n);
	c->dfs_out = arena_array(a, uint32_t, c->n);
	for (blk b = 0; b < c->n; b++)
		c->idom[b] = UINT32_MAX;
	if (c->n == 0)
		return;
	c->idom[0] = 0;
	improve(&t, meet);
	number(c, a);
	if (latches_dominated(c))
		return;
	while (improve(&t, meet_slowly))
		;
	number(c, a);
}

bool ir_dominates(const struct ir_cfg *c, blk a, blk b)
{
	return c->order[a] != UINT32_MAX && c->order[b] != UINT32_MAX &&
	       c->dfs_in[a] <= c->dfs_in[b] && c->dfs_out[b] <= c->dfs_out[a];
}
