/* mir_check.c - the invariants of machine operations after selection. */
#include "t32/mir.h"

struct check {
	const struct mir_func *f;
	struct arena *a;
	uint32_t *def_block, *def_at;	/* per vreg; def_at 0: block parameter */
	uint32_t *idom, *order, *rpo, nrpo;
	const char *err;
};

static void bad(struct check *c, uint32_t b, uint32_t k, const char *what)
{
	if (!c->err)
		c->err = arena_printf(c->a, "func %u b%u ins %u: %s",
				      c->f->index, b, k, what);
}

static void define(struct check *c, vreg v, uint32_t b, uint32_t at)
{
	if (v == 0 || v >= c->f->vregs.n)
		bad(c, b, at, "definition of no vreg");
	else if (c->def_block[v] != UINT32_MAX)
		bad(c, b, at, "vreg defined twice");
	else {
		c->def_block[v] = b;
		c->def_at[v] = at;
	}
}

static void collect(struct check *c)
{
	const struct mir_func *f = c->f;

	for (uint32_t v = 0; v < f->vregs.n; v++)
		c->def_block[v] = UINT32_MAX;
	for (uint32_t k = 0; k < f->params.n; k++)
		define(c, f->params.at[k].v, 0, 0);
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->params.n; k++)
			define(c, blk->params.at[k], b, 0);
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned d = 0; d < blk->ins.at[k].ndef; d++)
				define(c, mir_def(f, &blk->ins.at[k], d)->v, b,
				       k + 1);
	}
}

/* Postorder by an explicit stack: functions may have very many blocks. */
static void reverse_postorder(struct check *c)
{
	const struct mir_func *f = c->f;
	uint32_t n = f->blocks.n, top = 0, left = n;
	uint32_t *stack = arena_array(c->a, uint32_t, n + 1);
	uint32_t *next = arena_array(c->a, uint32_t, n);
	struct bitset seen = bitset_new(c->a, n);
	uint32_t *post = arena_array(c->a, uint32_t, n);

	bitset_add(&seen, 0);
	stack[top++] = 0;
	while (top) {
		uint32_t b = stack[top - 1];
		if (next[b] < f->blocks.at[b].nedges) {
			uint32_t to = f->blocks.at[b].edge[next[b]++].to;
			if (to >= n)
				bad(c, b, 0, "edge to no block");
			else if (bitset_add(&seen, to))
				stack[top++] = to;
			continue;
		}
		post[--left] = b;
		top--;
	}
	c->nrpo = n - left;
	c->rpo = post + left;
	for (uint32_t b = 0; b < n; b++)
		c->order[b] = UINT32_MAX;
	for (uint32_t k = 0; k < c->nrpo; k++)
		c->order[c->rpo[k]] = k;
}

static uint32_t meet(const struct check *c, uint32_t a, uint32_t b)
{
	while (a != b) {
		while (c->order[a] > c->order[b])
			a = c->idom[a];
		while (c->order[b] > c->order[a])
			b = c->idom[b];
	}
	return a;
}

/* Dominators after Cooper, Harvey and Kennedy. */
static void dominators(struct check *c)
{
	bool changed = true;

	for (uint32_t b = 0; b < c->f->blocks.n; b++)
		c->idom[b] = UINT32_MAX;
	c->idom[0] = 0;
	while (changed) {
		changed = false;
		for (uint32_t k = 0; k < c->nrpo; k++) {
			uint32_t b = c->rpo[k];
			const struct mir_block *blk = &c->f->blocks.at[b];
			for (uint32_t e = 0; e < blk->nedges; e++) {
				uint32_t to = blk->edge[e].to;
				uint32_t d = c->idom[to] == UINT32_MAX ? b :
					     meet(c, b, c->idom[to]);
				if (to && d != c->idom[to]) {
					c->idom[to] = d;
					changed = true;
				}
			}
		}
	}
}

static void check_use(struct check *c, vreg v, uint32_t b, uint32_t at)
{
	if (v == 0 || v >= c->f->vregs.n || c->def_block[v] == UINT32_MAX) {
		bad(c, b, at, "use of an undefined vreg");
		return;
	}
	uint32_t d = c->def_block[v];
	if (d == b) {
		if (c->def_at[v] > at)
			bad(c, b, at, "use before definition");
		return;
	}
	while (b != d && b != 0)
		b = c->idom[b];
	if (b != d)
		bad(c, b, at, "definition does not dominate use");
}

static bool class_fits(char letter, unsigned cls)
{
	switch (letter) {
	case 'g': return cls == MIR_G;
	case 's': return cls == MIR_S;
	case 'd': return cls == MIR_D;
	default: return true;
	}
}

static bool fix_fits(const struct mir_func *f, struct mir_opnd o)
{
	unsigned cls = f->vregs.at[o.v].cls;

	if (o.fix == REG_NONE)
		return true;
	if (cls == MIR_G)
		return o.fix <= REG_LR && o.fix != REG_SP;
	return o.fix >= REG_S0 && o.fix < REG_S0 + 32 &&
	       (cls == MIR_S || o.fix % 2 == 0);
}

/* Number and classes of operands against the row's sig. */
static void check_sig(struct check *c, const struct mir_ins *i, uint32_t b,
		      uint32_t at)
{
	const struct mir_func *f = c->f;
	unsigned n = 0, ndef = 0;

	for (const char *p = mop_info[i->op].sig; *p; p++) {
		if (*p == '*')
			return;
		if (*p == ':')
			ndef = n;
		if (*p < 'a' || *p > 'z')
			continue;
		if (n < (unsigned)i->ndef + i->nuse &&
		    !class_fits(*p, f->vregs.at[f->opnds.at[i->opnd + n].v].cls))
			bad(c, b, at, "operand of the wrong class");
		n++;
	}
	if (ndef != i->ndef || n != (unsigned)i->ndef + i->nuse)
		bad(c, b, at, "wrong number of operands");
}

static void check_ins(struct check *c, uint32_t b, uint32_t k)
{
	const struct mir_func *f = c->f;
	const struct mir_block *blk = &f->blocks.at[b];
	const struct mir_ins *i = &blk->ins.at[k];

	if (!!(mop_info[i->op].flags & MOP_T) != (k + 1 == blk->ins.n))
		bad(c, b, k, "terminator not last, or none");
	for (unsigned u = 0; u < i->nuse; u++)
		check_use(c, mir_use(f, i, u)->v, b, k);
	for (unsigned o = 0; o < (unsigned)i->ndef + i->nuse && !c->err; o++)
		if (!fix_fits(f, f->opnds.at[i->opnd + o]))
			bad(c, b, k, "impossible fixed register");
	if (!c->err)
		check_sig(c, i, b, k);
}

static void check_edges(struct check *c, uint32_t b)
{
	const struct mir_func *f = c->f;
	const struct mir_block *blk = &f->blocks.at[b];

	for (uint32_t e = 0; e < blk->nedges && !c->err; e++) {
		const struct mir_edge *g = &blk->edge[e];
		const struct mir_block *to = &f->blocks.at[g->to];
		if (g->nargs != to->params.n)
			bad(c, b, blk->ins.n, "wrong number of edge arguments");
		else if (g->nargs && blk->nedges > 1)
			bad(c, b, blk->ins.n, "critical edge with arguments");
		else if (g->to == 0)
			bad(c, b, blk->ins.n, "edge to the entry");
		for (uint32_t k = 0; k < g->nargs && !c->err; k++) {
			vreg v = f->vlist.at[g->args + k];
			check_use(c, v, b, blk->ins.n);
			if (!c->err && f->vregs.at[v].cls !=
			    f->vregs.at[to->params.at[k]].cls)
				bad(c, b, blk->ins.n, "edge argument class");
		}
	}
}

const char *mir_check(const struct mir_func *f, struct arena *a)
{
	struct check c = { .f = f, .a = a };

	c.def_block = arena_array(a, uint32_t, f->vregs.n);
	c.def_at = arena_array(a, uint32_t, f->vregs.n);
	c.idom = arena_array(a, uint32_t, f->blocks.n);
	c.order = arena_array(a, uint32_t, f->blocks.n);
	collect(&c);
	reverse_postorder(&c);
	if (!c.err)
		dominators(&c);
	for (uint32_t k = 0; k < c.nrpo && !c.err; k++) {
		uint32_t b = c.rpo[k];
		if (!f->blocks.at[b].ins.n)
			bad(&c, b, 0, "empty block");
		for (uint32_t i = 0; i < f->blocks.at[b].ins.n && !c.err; i++)
			check_ins(&c, b, i);
		check_edges(&c, b);
	}
	return c.err;
}
