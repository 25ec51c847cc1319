/* tidy.c - clears up the control flow graph.
 *
 *  - a branch on a constant, or whose edges are all the same, is decided;
 *  - a block with one predecessor that only leads there is merged into it;
 *  - a block that only branches on is skipped by its predecessors, unless
 *    that would give a loop header a second latch;
 *  - a parameter that is the same value on every edge is that value;
 *  - what cannot be reached is emptied.
 */
#include <string.h>

#include "opt/pass.h"

struct tidy {
	struct opt *o;
	struct ir_func *f;
	ref *map;		/* replaced values; grows with f->ins */
	uint32_t *preds;	/* edges into each block */
	bool *header;		/* loop headers (entered from a later block) */
	bool changed;
};

/* --- decided branches ---------------------------------------------------- */

static bool same_edge(const struct ir_func *f, const struct ir_edge *a,
		      const struct ir_edge *b)
{
	return a->to == b->to && a->nargs == b->nargs &&
	       (a->nargs == 0 || !memcmp(f->list.at + a->args,
					 f->list.at + b->args,
					 a->nargs * sizeof(ref)));
}

static void decide(struct tidy *t, blk b, uint32_t k)
{
	for (uint32_t e = 0; e < t->f->blocks.at[b].nedges; e++)
		if (e != k)
			t->preds[ir_edge(t->f, b, e)->to]--;
	opt_make_br(t->f, b, k);
	t->changed = true;
}

/* A br_if on `x == 0` tests x itself, the other way round. */
static void strip_eqz(struct tidy *t, blk b, struct ir_ins *term)
{
	while (term->op == IR_BR_IF) {
		const struct ir_ins *c = ir_at(t->f, term->arg[0]);
		if (c->op != OP_I32_EQZ)
			return;
		struct ir_edge e = *ir_edge(t->f, b, 0);
		*ir_edge(t->f, b, 0) = *ir_edge(t->f, b, 1);
		*ir_edge(t->f, b, 1) = e;
		term->arg[0] = c->arg[0];
		t->changed = true;
	}
}

static void tidy_branch(struct tidy *t, blk b)
{
	const struct ir_func *f = t->f;
	struct ir_ins *term = ir_at(f, ir_term(f, b));
	uint32_t n = f->blocks.at[b].nedges;
	uint64_t bits;

	if (term->op != IR_BR_IF && term->op != IR_BR_TABLE)
		return;
	strip_eqz(t, b, term);
	if (opt_is_const(f, term->arg[0], &bits)) {
		uint32_t k = (uint32_t)bits;
		decide(t, b, term->op == IR_BR_IF ? !k : k < n - 1 ? k : n - 1);
		return;
	}
	for (uint32_t e = 1; e < n; e++)
		if (!same_edge(f, ir_edge(f, b, 0), ir_edge(f, b, e)))
			return;
	decide(t, b, 0);
}

/* --- merging and skipping ------------------------------------------------ */

/* b ends with a branch to a block that nothing else leads to. */
static bool merge(struct tidy *t, blk b)
{
	struct ir_func *f = t->f;
	struct ir_block *p = &f->blocks.at[b];

	if (p->nedges != 1 || ir_at(f, ir_term(f, b))->op != IR_BR)
		return false;
	struct ir_edge e = *ir_edge(f, b, 0);
	struct ir_block *q = &f->blocks.at[e.to];
	if (t->preds[e.to] != 1 || e.to == b || e.to == 0)
		return false;
	for (uint32_t k = 0; k < q->params.n; k++) {
		t->map[q->params.at[k]] =
			opt_resolve(t->map, f->list.at[e.args + k]);
		ir_at(f, q->params.at[k])->op = IR_NOP;
	}
	opt_kill(f, ir_term(f, b));
	p->ins.n--;
	vec_reserve(f->arena, &p->ins, q->ins.n);
	for (uint32_t k = 0; k < q->ins.n; k++) {
		p->ins.at[p->ins.n++] = q->ins.at[k];
		ir_at(f, q->ins.at[k])->block = b;
	}
	p->edge = q->edge;
	p->nedges = q->nedges;
	opt_empty_block(f, e.to);
	t->preds[e.to] = 0;
	t->changed = true;
	return true;
}

static bool only_branches(const struct ir_func *f, blk b)
{
	const struct ir_block *p = &f->blocks.at[b];

	return b != 0 && p->ins.n == 1 && p->params.n == 0 &&
	       ir_at(f, ir_term(f, b))->op == IR_BR &&
	       ir_edge(f, b, 0)->to != b;
}

/* Edges into blocks that only branch on go where those go. */
static void skip(struct tidy *t, blk b)
{
	struct ir_func *f = t->f;

	for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++) {
		struct ir_edge *e = ir_edge(f, b, k);
		for (unsigned hops = 0; hops < 8; hops++) {
			if (!only_branches(f, e->to))
				break;
			const struct ir_edge *next = ir_edge(f, e->to, 0);
			if (t->header[next->to] && t->preds[e->to] > 1)
				break;
			if (next->to == b && t->header[b])
				break;
			t->preds[e->to]--;
			t->preds[next->to]++;
			e->to = next->to;
			opt_set_args(f, e, f->list.at + next->args,
				     next->nargs);
			e = ir_edge(f, b, k);
			t->changed = true;
		}
	}
}

/* --- parameters ---------------------------------------------------------- */

struct incoming {
	ref value;		/* the only one, 0 none yet */
	bool many;
};

static void note_edge(struct tidy *t, const struct ir_edge *e,
		      struct incoming *in, const uint32_t *begin)
{
	const struct ir_block *to = &t->f->blocks.at[e->to];

	for (uint32_t k = 0; k < e->nargs; k++) {
		struct incoming *i = &in[begin[e->to] + k];
		ref v = opt_resolve(t->map, t->f->list.at[e->args + k]);
		if (v == opt_resolve(t->map, to->params.at[k]))
			continue;
		i->many |= i->value && i->value != v;
		i->value = v;
	}
}

/* One round; the entry's parameters stay.  Unreachable blocks must be gone. */
static bool trivial_params(struct tidy *t)
{
	struct ir_func *f = t->f;
	uint32_t *begin = arena_array(t->o->tmp, uint32_t, f->blocks.n + 1);
	bool found = false;

	for (blk b = 0; b < f->blocks.n; b++)
		begin[b + 1] = begin[b] + f->blocks.at[b].params.n;
	struct incoming *in = arena_array(t->o->tmp, struct incoming,
					  begin[f->blocks.n] + 1);
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++)
			note_edge(t, ir_edge(f, b, k), in, begin);
	for (blk b = 1; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].params.n; k++) {
			const struct incoming *i = &in[begin[b] + k];
			ref p = f->blocks.at[b].params.at[k];
			if (i->many || !i->value || t->map[p] ||
			    opt_resolve(t->map, i->value) == p)
				continue;
			t->map[p] = opt_resolve(t->map, i->value);
			found = true;
		}
	return found;
}

/* Removes the parameters that trivial_params replaced. */
static void drop_replaced(struct tidy *t, const struct ir_cfg *c)
{
	struct ir_func *f = t->f;

	for (blk b = 1; b < f->blocks.n; b++) {
		struct ir_block *p = &f->blocks.at[b];
		bool *keep = arena_array(t->o->tmp, bool, p->params.n + 1);
		uint32_t n = p->params.n, kept = 0;
		for (uint32_t k = 0; k < n; k++)
			kept += keep[k] = !t->map[p->params.at[k]];
		if (kept == n)
			continue;
		for (uint32_t k = 0; k < n; k++)
			if (!keep[k])
				ir_at(f, p->params.at[k])->op = IR_NOP;
		opt_filter_params(f, c, b, keep);
	}
}

/* --- the pass ------------------------------------------------------------ */

static void count_preds(struct tidy *t, const struct ir_cfg *c)
{
	memset(t->preds, 0, t->f->blocks.n * sizeof *t->preds);
	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk b = c->rpo[k];
		for (uint32_t e = 0; e < t->f->blocks.at[b].nedges; e++) {
			blk to = ir_edge(t->f, b, e)->to;
			t->preds[to]++;
			t->header[to] |= c->order[to] <= k;
		}
	}
}

/* Branches are decided from the end, so that what they cut off is not
 * looked at; then the graph is made anew. */
static bool tidy(struct opt *o)
{
	struct tidy t = { .o = o, .f = o->f };
	const struct ir_cfg *c = o->cfg;

	t.map = arena_array(o->tmp, ref, o->f->ins.n);
	t.preds = arena_array(o->tmp, uint32_t, o->f->blocks.n);
	t.header = arena_array(o->tmp, bool, o->f->blocks.n);
	count_preds(&t, c);
	for (uint32_t k = 0; k < c->nrpo; k++)
		tidy_branch(&t, c->rpo[k]);
	if (t.changed)
		c = ir_cfg(o->f, o->tmp);
	t.changed |= opt_drop_unreachable(o->f, c);
	count_preds(&t, c);
	for (uint32_t k = 0; k < c->nrpo; k++)
		skip(&t, c->rpo[k]);
	if (t.changed)
		c = ir_cfg(o->f, o->tmp);
	t.changed |= opt_drop_unreachable(o->f, c);
	bool trivial = false;
	while (trivial_params(&t))
		trivial = t.changed = true;
	if (trivial)
		drop_replaced(&t, c);
	count_preds(&t, c);
	for (uint32_t k = 0; k < c->nrpo; k++)
		while (merge(&t, c->rpo[k]))
			;
	if (t.changed) {
		ir_replace(o->f, t.map);
		opt_sweep(o->f);
		opt_drop_cuts(o->f);
	}
	return t.changed;
}

const struct pass pass_tidy = {
	.name = "tidy",
	.help = "decide, merge and skip blocks; drop trivial parameters",
	.run = tidy,
	.needs = OPT_CFG,
};
