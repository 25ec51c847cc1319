/* graph.c - dominators and loops by definition: a dominates b when b cannot be
 * reached without a; b is in the loop of header h when h dominates b and b
 * reaches one of h's latches without passing h. */
#include "graph.h"

enum { LARGE = 300 };

/* Marks what is reached from `from` without entering `without`. */
static void reach(const struct ir_func *f, blk from, blk without,
		  struct bitset *seen, blk *todo)
{
	uint32_t n = 0;

	bitset_clear(seen);
	if (from == without)
		return;
	bitset_add(seen, from);
	todo[n++] = from;
	while (n) {
		blk b = todo[--n];
		for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++) {
			blk to = ir_edge(f, b, k)->to;
			if (to != without && bitset_add(seen, to))
				todo[n++] = to;
		}
	}
}

static const char *check_row(const struct ir_func *f, const struct ir_cfg *c,
			     blk d, const struct bitset *all,
			     const struct bitset *seen, struct arena *a)
{
	for (blk b = 0; b < f->blocks.n; b++) {
		bool want = bitset_has(all, d) && bitset_has(all, b) &&
			    !bitset_has(seen, b);
		if (ir_dominates(c, d, b) != want)
			return arena_printf(a, "b%u %s b%u", d,
					    want ? "must dominate"
						 : "does not dominate", b);
	}
	return NULL;
}

/* Whether b is in the loop of h; `seen`: reached from b without entering h
 * again. */
static bool in_loop(const struct ir_func *f, const struct ir_cfg *c, blk h,
		    blk b, const struct bitset *seen)
{
	bool latch = false;

	if (!ir_dominates(c, h, b))
		return false;
	for (blk p = 0; p < f->blocks.n; p++)
		for (uint32_t k = 0; k < f->blocks.at[p].nedges; k++)
			latch |= ir_edge(f, p, k)->to == h &&
				 ir_dominates(c, h, p) &&
				 (b == h || bitset_has(seen, p));
	return latch;
}

static const char *check_loops(const struct ir_func *f, const struct ir_cfg *c,
			       struct bitset *seen, blk *todo, struct arena *a)
{
	for (blk b = 0; b < f->blocks.n; b++) {
		uint32_t depth = 0;
		if (c->order[b] == UINT32_MAX)
			continue;
		for (blk h = 0; h < f->blocks.n; h++) {
			if (!ir_dominates(c, h, b))
				continue;
			reach(f, b, b == h ? UINT32_MAX : h, seen, todo);
			depth += in_loop(f, c, h, b, seen);
		}
		if (depth != c->depth[b])
			return arena_printf(a, "b%u is in %u loops, not %u", b,
					    depth, c->depth[b]);
	}
	return NULL;
}

const char *graph_check(const struct ir_func *f, const struct ir_cfg *c,
			struct arena *a)
{
	uint32_t n = f->blocks.n;
	struct bitset all = bitset_new(a, n), seen = bitset_new(a, n);
	blk *todo = arena_array(a, blk, n);
	const char *bad = NULL;

	if (n > LARGE)
		return NULL;
	reach(f, 0, UINT32_MAX, &all, todo);
	for (blk d = 0; d < n && !bad; d++) {
		reach(f, 0, d, &seen, todo);
		bad = check_row(f, c, d, &all, &seen, a);
	}
	return bad ? bad : check_loops(f, c, &seen, todo, a);
}
