/* thread.c - state machines: jumps straight to the next state's code.
 *
 * In a loop whose header branches on a parameter (`switch (state)`), ways back
 * that bring a constant need no dispatch: they get their own copy of the
 * latch and the header, which goes straight to that constant's target.  Only
 * ways that start in code which the target dominates are taken (a state that
 * stays in itself), so the copy closes a loop around the target and control
 * flow stays reducible.
 */
#include "opt/loopform.h"
#include "opt/trip.h"

enum {
	MAX_CHAIN = 3,		/* blocks between a way back and the header */
	MAX_COPY = 24,		/* instructions of one copy */
	MAX_COPIES = 16		/* in a function */
};

struct threading {
	struct opt *o;
	struct ir_func *f;
	blk header, chain[MAX_CHAIN + 1];
	uint32_t n;		/* blocks in chain; the header is the last */
	uint32_t edge;		/* of the header: the constant's */
	uint32_t value;		/* the constant */
};

static uint32_t chain_size(const struct threading *t)
{
	uint32_t sum = 0;

	for (uint32_t k = 0; k < t->n; k++)
		sum += t->f->blocks.at[t->chain[k]].ins.n;
	return sum;
}

/* The parameter that the header's branch tests, or 0. */
static ref dispatched(const struct ir_func *f, blk h)
{
	const struct ir_ins *t = ir_at(f, ir_term(f, h));

	if (t->op != IR_BR_TABLE && t->op != IR_BR_IF)
		return 0;
	const struct ir_ins *p = ir_at(f, t->arg[0]);
	return p->op == IR_PARAM && p->block == h ? t->arg[0] : 0;
}

static uint32_t edge_of(const struct ir_func *f, blk h, uint32_t k)
{
	uint32_t n = f->blocks.at[h].nedges;

	if (ir_at(f, ir_term(f, h))->op == IR_BR_IF)
		return k ? 0 : 1;
	return k < n - 1 ? k : n - 1;
}

/* The argument that edge e of block b brings for parameter p. */
static ref argument(const struct ir_func *f, blk b, uint32_t e, ref p)
{
	return f->list.at[ir_edge(f, b, e)->args + ir_at(f, p)->imm];
}

/* May edge e of b, which brings a constant for p of chain[0], be led to a
 * copy?  Sets the constant and its target. */
static bool wanted(struct threading *t, blk b, uint32_t e, ref p)
{
	const struct ir_cfg *c = t->o->cfg;
	uint64_t k;

	if (ir_edge(t->f, b, e)->to != t->chain[0] ||
	    !trip_inside(c, t->header, b) ||
	    !opt_is_const(t->f, argument(t->f, b, e, p), &k))
		return false;
	t->value = (uint32_t)k;
	t->edge = edge_of(t->f, t->header, t->value);
	blk to = ir_edge(t->f, t->header, t->edge)->to;
	if (to == t->header || !trip_inside(c, t->header, to) ||
	    !ir_dominates(c, to, b))
		return false;
	for (uint32_t j = c->pred_begin[to]; j < c->pred_begin[to + 1]; j++)
		if (c->pred[j] != t->header)
			return false;
	return true;
}

/* Leads all edges that bring the same constant from below the target. */
static void redirect(struct threading *t, ref p, blk copy)
{
	const struct ir_cfg *c = t->o->cfg;
	blk first = t->chain[0], to = ir_edge(t->f, t->header, t->edge)->to;
	uint64_t k;

	for (uint32_t j = c->pred_begin[first]; j < c->pred_begin[first + 1];
	     j++) {
		blk b = c->pred[j];
		for (uint32_t e = 0; e < t->f->blocks.at[b].nedges; e++)
			if (ir_edge(t->f, b, e)->to == first &&
			    opt_is_const(t->f, argument(t->f, b, e, p), &k) &&
			    (uint32_t)k == t->value && ir_dominates(c, to, b))
				ir_edge(t->f, b, e)->to = copy;
	}
}

static void copy_chain(struct threading *t, ref p)
{
	struct opt_clone c;

	opt_clone_blocks(t->o, t->chain, t->n, &c);
	opt_make_br(t->f, c.block[t->header], t->edge);
	redirect(t, p, c.block[t->chain[0]]);
	t->o->cfg = ir_cfg(t->f, t->o->tmp);
	opt_clone_repair(t->o, &c, false);
	opt_drop_unreachable(t->f, t->o->cfg);
}

static bool search(struct threading *t, ref p);

/* Goes on with block b in front of the chain when it hands on a parameter of
 * its own. */
static bool deeper(struct threading *t, blk b, ref p)
{
	struct threading more = *t;
	uint32_t e = 0;

	if (b == t->header || !trip_inside(t->o->cfg, t->header, b) ||
	    t->f->blocks.at[b].nedges > 2)
		return false;
	while (ir_edge(t->f, b, e)->to != t->chain[0])
		e++;
	ref q = argument(t->f, b, e, p);
	if (ir_at(t->f, q)->op != IR_PARAM || ir_at(t->f, q)->block != b)
		return false;
	for (uint32_t k = t->n; k > 0; k--)
		more.chain[k] = t->chain[k - 1];
	more.chain[0] = b;
	more.n++;
	return search(&more, q);
}

/* Looks at the ways into chain[0], whose parameter p becomes the tested one;
 * goes on through blocks that hand on a parameter of theirs. */
static bool search(struct threading *t, ref p)
{
	const struct ir_cfg *c = t->o->cfg;
	blk first = t->chain[0];

	if (chain_size(t) > MAX_COPY)
		return false;
	for (uint32_t j = c->pred_begin[first]; j < c->pred_begin[first + 1];
	     j++)
		for (uint32_t e = 0; e < t->f->blocks.at[c->pred[j]].nedges; e++)
			if (wanted(t, c->pred[j], e, p)) {
				copy_chain(t, p);
				return true;
			}
	for (uint32_t j = c->pred_begin[first]; j < c->pred_begin[first + 1];
	     j++)
		if (t->n <= MAX_CHAIN && deeper(t, c->pred[j], p))
			return true;
	return false;
}

static bool thread_loop(struct opt *o, blk h)
{
	struct threading t = { .o = o, .f = o->f, .header = h,
			       .chain = { h }, .n = 1 };
	ref p = dispatched(o->f, h);

	return p && search(&t, p);
}

static bool thread(struct opt *o)
{
	uint32_t n = o->f->blocks.n, done = 0;

	if (o->options->size)
		return false;
	for (blk h = 1; h < n && done < MAX_COPIES; h++)
		while (done < MAX_COPIES && o->cfg->order[h] != UINT32_MAX &&
		       o->cfg->loop[h] == h && o->f->blocks.at[h].likely != 1 &&
		       thread_loop(o, h))
			done++;
	return done > 0;
}

const struct pass pass_thread = {
	.name = "thread",
	.help = "lead states of a state machine straight to themselves",
	.run = thread,
	.needs = OPT_CFG,
};
