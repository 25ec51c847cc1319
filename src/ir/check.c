/* check.c - the invariants of ir.h, tested.
 *
 * For debug builds and tests: every pass is followed by it.  It trusts the
 * module (validated), not the function.
 */
#include "base/compiler.h"
#include "ir/check.h"

#define FAIL(...) return arena_printf(k->a, __VA_ARGS__)

/* --- places ----------------------------------------------------------- */

/* Numbers listed instructions within their block, parameters being 0. */
static const char *place(struct check *k)
{
	const struct ir_func *f = k->f;

	for (blk b = 0; b < f->blocks.n; b++) {
		const struct ir_block *p = &f->blocks.at[b];
		for (uint32_t j = 0; j < p->params.n; j++) {
			ref r = p->params.at[j];
			if (r == 0 || r >= f->ins.n || k->pos[r])
				FAIL("b%u: parameter %u is wrong", b, j);
			const struct ir_ins *i = ir_at(f, r);
			if (i->op != IR_PARAM || i->imm != j || i->block != b)
				FAIL("v%u: not parameter %u of b%u", r, j, b);
			k->pos[r] = 1;
		}
		for (uint32_t j = 0; j < p->ins.n; j++) {
			ref r = p->ins.at[j];
			if (r == 0 || r >= f->ins.n || k->pos[r])
				FAIL("b%u: entry %u is listed twice or "
				     "nowhere", b, j);
			const struct ir_ins *i = ir_at(f, r);
			if (i->op == IR_NOP || i->op == IR_PARAM ||
			    i->op == IR_FIRST || i->op >= IR_END ||
			    (i->op >= OP_MEM_END && i->op < OP_WASM_END))
				FAIL("v%u: op %u may not be listed", r, i->op);
			if (i->block != b)
				FAIL("v%u: listed in b%u, says b%u", r, b,
				     i->block);
			k->pos[r] = j + 2;
		}
	}
	return NULL;
}

/* --- blocks and edges ------------------------------------------------- */

static bool edge_count_ok(const struct ir_ins *term, uint32_t n)
{
	switch (term->op) {
	case IR_BR: return n == 1;
	case IR_BR_IF: return n == 2;
	case IR_BR_TABLE: return n >= 1;
	default: return n == 0;
	}
}

static const char *check_edge(struct check *k, blk b, uint32_t e)
{
	const struct ir_func *f = k->f;
	const struct ir_edge *d = &f->edges.at[e];

	if (d->to == 0 || d->to >= f->blocks.n)
		FAIL("b%u: edge to b%u", b, d->to);
	if (f->blocks.at[d->to].ins.n == 0)
		FAIL("b%u: edge to the empty block b%u", b, d->to);
	if (d->nargs != f->blocks.at[d->to].params.n)
		FAIL("b%u: edge to b%u brings %u arguments, not %u", b, d->to,
		     d->nargs, f->blocks.at[d->to].params.n);
	if (d->args > f->list.n || d->nargs > f->list.n - d->args)
		FAIL("b%u: arguments out of the list", b);
	return NULL;
}

static const char *check_shape(struct check *k, blk b)
{
	const struct ir_func *f = k->f;
	const struct ir_block *p = &f->blocks.at[b];

	if (p->ins.n == 0)
		return NULL;
	for (uint32_t j = 0; j < p->ins.n; j++) {
		bool ends = ir_flags(ir_at(f, p->ins.at[j])) & IR_X;
		if (ends != (j == p->ins.n - 1))
			FAIL("b%u: terminator is missing or not last", b);
	}
	if (!edge_count_ok(ir_at(f, vec_last(&p->ins)), p->nedges))
		FAIL("b%u: %u edges", b, p->nedges);
	if (p->edge > f->edges.n || p->nedges > f->edges.n - p->edge)
		FAIL("b%u: edges out of range", b);
	for (uint32_t e = p->edge; e < p->edge + p->nedges; e++) {
		const char *bad = check_edge(k, b, e);
		if (bad)
			return bad;
	}
	return NULL;
}

static const char *check_entry(struct check *k)
{
	const struct ir_func *f = k->f;

	if (f->blocks.n == 0 || f->blocks.at[0].ins.n == 0)
		FAIL("no entry block");
	const struct ir_block *p = &f->blocks.at[0];
	if (p->params.n != f->type.nparams)
		FAIL("entry has %u parameters", p->params.n);
	for (uint32_t j = 0; j < p->params.n; j++)
		if (ir_at(f, p->params.at[j])->type != f->type.param[j])
			FAIL("type of parameter %u", j);
	return NULL;
}

/* --- operands --------------------------------------------------------- */

static bool available(const struct check *k, ref v, blk b, uint32_t pos)
{
	const struct ir_ins *i = ir_at(k->f, v);

	if (i->block == b)
		return k->pos[v] < pos;
	return ir_dominates(k->cfg, i->block, b);
}

static const char *check_use(struct check *k, ref user, ref v)
{
	const struct ir_func *f = k->f;

	if (v == 0 || v >= f->ins.n || !k->pos[v])
		FAIL("v%u: operand v%u is not listed", user, v);
	if (ir_at(f, v)->type == T_NONE)
		FAIL("v%u: operand v%u has no value", user, v);
	if (!available(k, v, ir_at(f, user)->block, k->pos[user]))
		FAIL("v%u: operand v%u does not dominate it", user, v);
	return NULL;
}

static const char *check_uses(struct check *k, ref r)
{
	const struct ir_func *f = k->f;
	const struct ir_ins *i = ir_at(f, r);
	const char *bad = NULL;

	if (i->nargs != ir_arity(i->op))
		FAIL("v%u: %u operands", r, i->nargs);
	if (i->nlist && (!ir_has_list(i->op) || i->list > f->list.n ||
			 i->nlist > f->list.n - i->list))
		FAIL("v%u: list out of range", r);
	for (unsigned j = 0; j < i->nargs && !bad; j++)
		bad = check_use(k, r, i->arg[j]);
	for (uint32_t j = 0; j < i->nlist && !bad; j++)
		bad = check_use(k, r, f->list.at[i->list + j]);
	return bad;
}

static const char *check_edge_args(struct check *k, blk b)
{
	const struct ir_func *f = k->f;
	const struct ir_block *p = &f->blocks.at[b];

	for (uint32_t e = p->edge; e < p->edge + p->nedges; e++) {
		const struct ir_edge *d = &f->edges.at[e];
		const struct ir_block *to = &f->blocks.at[d->to];
		for (uint32_t j = 0; j < d->nargs; j++) {
			ref v = f->list.at[d->args + j];
			const char *bad = check_use(k, vec_last(&p->ins), v);
			if (bad)
				return bad;
			if (ir_at(f, v)->type !=
			    ir_at(f, to->params.at[j])->type)
				FAIL("b%u: argument %u to b%u has the wrong "
				     "type", b, j, d->to);
		}
	}
	return NULL;
}

static const char *check_block(struct check *k, blk b)
{
	const struct ir_func *f = k->f;
	const struct ir_block *p = &f->blocks.at[b];
	const char *bad = NULL;

	if (p->ins.n && k->cfg->order[b] == UINT32_MAX)
		FAIL("b%u: cannot be reached but is not empty", b);
	for (uint32_t j = 0; j < p->ins.n && !bad; j++) {
		bad = check_uses(k, p->ins.at[j]);
		if (!bad)
			bad = check_types(k, p->ins.at[j]);
		if (!bad && ir_at(f, p->ins.at[j])->op == IR_RESULT)
			bad = check_result(k, b, j);
	}
	return bad ? bad : p->ins.n ? check_edge_args(k, b) : NULL;
}

static const char *check_cut(struct check *k, const struct ir_cut *c)
{
	const struct ir_func *f = k->f;

	if (c->block >= f->blocks.n || c->refs > f->list.n ||
	    c->n > f->list.n - c->refs || c->nlocals > c->n)
		FAIL("cut at 0x%x is out of range", c->at);
	if (f->blocks.at[c->block].ins.n == 0)
		return NULL;
	for (uint32_t j = 0; j < c->n; j++) {
		ref v = f->list.at[c->refs + j];
		if (v == 0)
			continue;
		if (v >= f->ins.n || !k->pos[v] ||
		    !available(k, v, c->block, 2))
			FAIL("cut at 0x%x: v%u is not available", c->at, v);
	}
	return NULL;
}

const char *ir_check(const struct ir_func *f, struct arena *a)
{
	struct check state = { .f = f, .a = a }, *k = &state;
	const char *bad;

	k->pos = arena_array(a, uint32_t, f->ins.n);
	bad = place(k);
	if (!bad)
		bad = check_entry(k);
	for (blk b = 0; b < f->blocks.n && !bad; b++)
		bad = check_shape(k, b);
	if (bad)
		return bad;
	k->cfg = ir_cfg(f, a);
	for (blk b = 0; b < f->blocks.n && !bad; b++)
		bad = check_block(k, b);
	for (uint32_t c = 0; c < f->cuts.n && !bad; c++)
		bad = check_cut(k, &f->cuts.at[c]);
	return bad;
}
