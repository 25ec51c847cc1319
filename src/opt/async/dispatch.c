/* dispatch.c - chains and trees of tests on one value become one br_table.
 *
 * A chain is a row of blocks that each test one value against a constant and
 * do nothing else.  A test's other edge leads to the next one, and so may the
 * way back from its handler, as in a generated callback:
 *
 *	if (e == 0) idle();  if (e == 1) subtask();  if (e == 2) ...
 *
 * Behind a handler all later tests are known to fail, since the value is the
 * constant that let us in and a chain has each constant once: such ways lead
 * to the end of the chain directly.
 *
 * A tree is what a compiler's binary search for a case looks like: blocks that
 * order or equate the value with constants, each entered from one other
 * (tree.c).
 *
 * A table costs about what two tests and a half cost: what is shorter stays.
 */
#include "opt/async/dispatch.h"

/* One test: block, its constant, and which edge is taken when it is met. */
struct test {
	blk block;
	uint32_t value, hit;
};

struct chain {
	struct opt *o;
	struct ir_func *f;
	const uint32_t *uses;
	ref value;
	struct test test[DISPATCH_MAX_TESTS];
	uint32_t n;
};

/* Reads the test at the end of block b: of which value, against what. */
static ref read_test(const struct ir_func *f, blk b, struct test *t)
{
	const struct ir_ins *x = ir_at(f, ir_term(f, b)), *c;
	uint64_t bits;

	if (x->op != IR_BR_IF)
		return 0;
	c = ir_at(f, x->arg[0]);
	*t = (struct test){ .block = b };
	if (c->op == OP_I32_EQZ)
		return c->arg[0];
	t->hit = c->op != OP_I32_EQ;
	if (c->op != OP_I32_EQ && c->op != OP_I32_NE)
		return x->arg[0];
	if (!opt_is_const(f, c->arg[1], &bits))
		return 0;
	t->value = (uint32_t)bits;
	return c->arg[0];
}

/* Has b nothing but its test, whose result nothing else wants? */
static bool only_tests(const struct chain *c, blk b)
{
	const struct ir_block *p = &c->f->blocks.at[b];
	ref cond = ir_at(c->f, ir_term(c->f, b))->arg[0];

	if (p->params.n || p->ins.n > 2)
		return false;
	return p->ins.n == 1 ? cond == c->value
			     : p->ins.at[0] == cond && c->uses[cond] == 1;
}

static uint32_t edges_into(const struct ir_cfg *g, blk b)
{
	return g->pred_begin[b + 1] - g->pred_begin[b];
}

/* May the test in block b follow test k?  What else leads to it must come from
 * the handler of k, which nothing else leads to. */
static bool follows(const struct chain *c, uint32_t k, blk b)
{
	const struct ir_cfg *g = c->o->cfg;
	const struct test *t = &c->test[k];
	blk handler = ir_edge(c->f, t->block, t->hit)->to;

	if (edges_into(g, b) == 1)
		return true;
	for (uint32_t j = g->pred_begin[b]; j < g->pred_begin[b + 1]; j++)
		if (g->pred[j] != t->block &&
		    (edges_into(g, handler) != 1 || handler == b ||
		     !ir_dominates(g, handler, g->pred[j])))
			return false;
	return handler != b;
}

static bool has_constant(const struct chain *c, uint32_t value)
{
	for (uint32_t k = 0; k < c->n; k++)
		if (c->test[k].value == value)
			return true;
	return false;
}

static void find(struct chain *c, blk b)
{
	struct test t;

	c->n = 0;
	c->value = read_test(c->f, b, &t);
	if (!c->value || ir_at(c->f, c->value)->type != T_I32)
		return;
	for (;;) {
		c->test[c->n++] = t;
		blk next = ir_edge(c->f, t.block, !t.hit)->to;
		if (c->n == DISPATCH_MAX_TESTS || next == b || !only_tests(c, next) ||
		    read_test(c->f, next, &t) != c->value ||
		    has_constant(c, t.value) ||
		    !follows(c, c->n - 1, next))
			return;
	}
}

bool dispatch_pays(const struct opt *o, uint32_t tests, uint32_t ways,
		   uint32_t depth, uint32_t low, uint32_t high, uint32_t *n)
{
	if (high - low >= DISPATCH_MAX_TABLE ||
	    high - low >= tests * DISPATCH_SPREAD)
		return false;
	*n = high - low + 1;
	if (o->options->size)	/* a byte an entry and the jump; or 4 a test */
		return *n + 12 < 4 * tests;
	return 2 * depth >= 5 * ways;
}

/* The constants as a table: from *low on, *n entries.  False when they are too
 * few or too far apart. */
static bool fits(const struct chain *c, uint32_t *low, uint32_t *n)
{
	uint32_t lo = UINT32_MAX, hi = 0;

	for (uint32_t k = 0; k < c->n; k++) {
		lo = c->test[k].value < lo ? c->test[k].value : lo;
		hi = c->test[k].value > hi ? c->test[k].value : hi;
	}
	*low = lo < DISPATCH_SPREAD ? 0 : lo;
	/* a chain of n tests has ways of 1, 2, ... n tests */
	return dispatch_pays(c->o, c->n, c->n, c->n * (c->n + 1) / 2, *low, hi,
			     n);
}

/* All ways into test k + 1 but the one from test k go to the end. */
static void skip_rest(struct chain *c, uint32_t k, struct ir_edge end)
{
	const struct ir_cfg *g = c->o->cfg;
	blk b = c->test[k + 1].block;

	for (uint32_t j = g->pred_begin[b]; j < g->pred_begin[b + 1]; j++) {
		if (g->pred[j] == c->test[k].block)
			continue;
		const struct ir_block *p = &c->f->blocks.at[g->pred[j]];
		for (uint32_t e = 0; e < p->nedges; e++) {
			struct ir_edge *to = ir_edge(c->f, g->pred[j], e);
			if (to->to == b)
				opt_set_args(c->f, to,
					     c->f->list.at + end.args,
					     end.nargs);
			if (to->to == b)
				to->to = end.to;
		}
	}
}

static void set_edge(struct ir_func *f, blk b, uint32_t k, struct ir_edge from)
{
	uint32_t args = ir_list(f, NULL, 0);

	for (uint32_t j = 0; j < from.nargs; j++) {
		ref r = f->list.at[from.args + j];
		vec_push(f->arena, &f->list, r);
	}
	*ir_edge(f, b, k) = (struct ir_edge){ .to = from.to, .args = args,
					      .nargs = from.nargs };
}

void dispatch_table(struct opt *o, blk b, ref value, uint32_t low,
		    const struct ir_edge *to, uint32_t n)
{
	struct ir_func *f = o->f;
	ref term = ir_term(f, b), index = value;

	if (low) {
		index = opt_ins(f, OP_I32_SUB, T_I32, ir_at(f, term)->at,
				value, opt_const(o, T_I32, low));
		ir_insert(f, b, f->blocks.at[b].ins.n - 1, index);
	}
	ir_at(f, term)->op = IR_BR_TABLE;
	ir_at(f, term)->arg[0] = index;
	ir_edges_new(f, b, n);
	for (uint32_t k = 0; k < n; k++)
		set_edge(f, b, k, to[k]);
}

static void make_table(struct chain *c, uint32_t low, uint32_t n)
{
	struct ir_func *f = c->f;
	const struct test *last = &c->test[c->n - 1];
	struct ir_edge end = *ir_edge(f, last->block, !last->hit);
	struct ir_edge *to = arena_array(c->o->tmp, struct ir_edge, n + 1);

	for (uint32_t k = 0; k <= n; k++)
		to[k] = end;
	for (uint32_t k = 0; k < c->n; k++)
		to[c->test[k].value - low] =
			*ir_edge(f, c->test[k].block, c->test[k].hit);
	for (uint32_t k = 0; k + 1 < c->n; k++)
		skip_rest(c, k, end);
	dispatch_table(c->o, c->test[0].block, c->value, low, to, n + 1);
}

/* Makes one table; false when there is nothing to make. */
static bool one(struct opt *o, struct chain *c)
{
	uint32_t low, n;

	for (uint32_t k = 0; k < o->cfg->nrpo; k++) {
		blk b = o->cfg->rpo[k];
		find(c, b);
		if (c->n && fits(c, &low, &n)) {
			make_table(c, low, n);
			return true;
		}
		if (dispatch_tree(o, c->uses, b))
			return true;
	}
	return false;
}

static bool dispatch(struct opt *o)
{
	struct chain *c = arena_new(o->tmp, struct chain);
	bool changed = false;

	for (;;) {
		*c = (struct chain){ .o = o, .f = o->f,
				     .uses = opt_use_counts(o->f, o->tmp) };
		if (!one(o, c))
			return changed;
		/* what the graph says of other chains is not true any more */
		changed = true;
		o->cfg = ir_cfg(o->f, o->tmp);
		opt_drop_unreachable(o->f, o->cfg);
		o->cfg = ir_cfg(o->f, o->tmp);
	}
}

const struct pass pass_dispatch = {
	.name = "dispatch",
	.help = "chains and trees of tests of one value become one br_table",
	.run = dispatch,
	.needs = OPT_CFG,
};
