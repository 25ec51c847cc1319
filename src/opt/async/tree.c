/* tree.c - a tree of comparisons of one value, as a table.
 *
 * The tests cut the numbers into segments; all members of a segment leave the
 * tree by one edge.  The segments that do not leave like 2^32 - 1 does become
 * the entries of the table, when they lie close to each other.
 */
#include <stdlib.h>

#include "opt/async/dispatch.h"
#include "wasm/sem.h"

struct node {
	blk block;
	unsigned op;		/* comparison row: value op constant */
	uint32_t constant;
	uint32_t next[2];	/* node behind edge k, or 0: it leaves */
	uint32_t depth;
};

struct tree {
	struct opt *o;
	struct ir_func *f;
	const uint32_t *uses;
	ref value;
	struct node node[DISPATCH_MAX_TESTS];
	uint32_t n;
	uint32_t from[2 * DISPATCH_MAX_TESTS + 2], nfrom; /* of segments */
	uint32_t ways, depth;
};

/* Reads the comparison at the end of block b; its value, or 0. */
static ref read_test(const struct ir_func *f, blk b, struct node *t)
{
	const struct ir_ins *x = ir_at(f, ir_term(f, b));
	uint64_t bits;

	if (x->op != IR_BR_IF)
		return 0;
	const struct ir_ins *c = ir_at(f, x->arg[0]);
	*t = (struct node){ .block = b, .op = OP_I32_NE };
	if (c->op == OP_I32_EQZ) {
		t->op = OP_I32_EQ;
		return c->arg[0];
	}
	if (c->op < OP_I32_EQ || c->op > OP_I32_GE_U)
		return x->arg[0];
	if (!opt_is_const(f, c->arg[1], &bits))
		return 0;
	t->op = c->op;
	t->constant = (uint32_t)bits;
	return c->arg[0];
}

static bool only_tests(const struct tree *t, blk b)
{
	const struct ir_block *p = &t->f->blocks.at[b];
	const struct ir_cfg *g = t->o->cfg;
	ref cond = ir_at(t->f, ir_term(t->f, b))->arg[0];

	if (p->params.n || p->ins.n > 2 ||
	    g->pred_begin[b + 1] - g->pred_begin[b] != 1)
		return false;
	return p->ins.n == 1 ? cond == t->value
			     : p->ins.at[0] == cond && t->uses[cond] == 1;
}

/* Nodes are found in order of depth: those behind a node come after it. */
static bool find(struct tree *t, blk root)
{
	t->value = read_test(t->f, root, &t->node[0]);
	if (!t->value || ir_at(t->f, t->value)->type != T_I32)
		return false;
	t->n = 1;
	for (uint32_t k = 0; k < t->n; k++)
		for (unsigned e = 0; e < 2; e++) {
			struct node next;
			blk b = ir_edge(t->f, t->node[k].block, e)->to;
			if (t->n == DISPATCH_MAX_TESTS || !only_tests(t, b) ||
			    read_test(t->f, b, &next) != t->value)
				continue;
			next.depth = t->node[k].depth + 1;
			t->node[k].next[e] = t->n;
			t->node[t->n++] = next;
		}
	return t->n >= 3;
}

/* The edge by which v leaves; *depth: behind how many tests. */
static struct ir_edge *leave(const struct tree *t, uint32_t v, uint32_t *depth)
{
	uint32_t k = 0;

	for (;;) {
		const struct node *n = &t->node[k];
		uint64_t arg[2] = { v, n->constant }, met = 0;
		enum hd_trap_kind trap;
		num_eval((enum op)n->op, arg, &met, &trap);
		unsigned e = met ? 0 : 1;
		if (!n->next[e]) {
			*depth = n->depth + 1;
			return ir_edge(t->f, n->block, e);
		}
		k = n->next[e];
	}
}

static bool same(const struct tree *t, const struct ir_edge *a,
		 const struct ir_edge *b)
{
	if (a->to != b->to || a->nargs != b->nargs)
		return false;
	for (uint32_t k = 0; k < a->nargs; k++)
		if (t->f->list.at[a->args + k] != t->f->list.at[b->args + k])
			return false;
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void cut(struct tree *t)
{
	t->from[t->nfrom++] = 0;
	t->from[t->nfrom++] = UINT32_C(1) << 31;
	for (uint32_t k = 0; k < t->n; k++) {
		t->from[t->nfrom++] = t->node[k].constant;
		t->from[t->nfrom++] = t->node[k].constant + 1;
	}
	qsort(t->from, t->nfrom, sizeof *t->from, by_number);
}

/* From the first number that does not leave like 2^32 - 1 to the last; false
 * when there is none.  Counts the ways and their tests. */
static bool span(struct tree *t, uint32_t *low, uint32_t *high)
{
	uint32_t d;
	const struct ir_edge *other = leave(t, UINT32_MAX, &d);

	t->ways = t->depth = 0;
	for (uint32_t k = 0; k < t->nfrom; k++) {
		if (k + 1 < t->nfrom && t->from[k + 1] == t->from[k])
			continue;
		if (same(t, leave(t, t->from[k], &d), other))
			continue;
		if (t->ways++ == 0)
			*low = t->from[k];
		t->depth += d;
		*high = k + 1 < t->nfrom ? t->from[k + 1] - 1 : UINT32_MAX;
	}
	return t->ways > 0;
}

bool dispatch_tree(struct opt *o, const uint32_t *uses, blk b)
{
	struct tree *t = arena_new(o->tmp, struct tree);
	uint32_t low, high, n, d;

	*t = (struct tree){ .o = o, .f = o->f, .uses = uses };
	if (!find(t, b))
		return false;
	cut(t);
	if (!span(t, &low, &high))
		return false;
	low = low < DISPATCH_SPREAD ? 0 : low;
	if (!dispatch_pays(o, t->n, t->ways, t->depth, low, high, &n))
		return false;
	struct ir_edge *to = arena_array(o->tmp, struct ir_edge, n + 1);
	for (uint32_t k = 0; k < n; k++)
		to[k] = *leave(t, low + k, &d);
	to[n] = *leave(t, UINT32_MAX, &d);
	dispatch_table(o, b, t->value, low, to, n + 1);
	return true;
}
