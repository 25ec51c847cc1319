/* range.c - the walk that computes value ranges (range.h). */
#include "opt/range.h"

#include "opt/async/contract.h"
#include "opt/trip.h"

/* --- what is known ------------------------------------------------------- */

static struct range known(const struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);

	if (i->op == IR_CONST && i->type == T_I32)
		return range_const((uint32_t)i->imm);
	return r < g->n ? g->val[r] : range_full();
}

static struct range again(const struct ranges *g, ref r, unsigned depth)
{
	const struct ir_ins *i = ir_at(g->f, r);
	struct range v = known(g, r);

	if (depth == 0 || range_is_const(v))
		return v;
	switch (i->op) {
	case OP_I32_ADD: case OP_I32_SUB: case OP_I32_AND: case OP_I32_SHL:
	case OP_I32_SHR_U: case OP_I32_SHR_S: case OP_I32_MUL:
		return range_meet(v, range_eval(i->op,
						again(g, i->arg[0], depth - 1),
						again(g, i->arg[1],
						      depth - 1)));
	default:
		return v;
	}
}

struct range range_at(const struct ranges *g, ref r)
{
	return again(g, r, 3);
}

static void set(struct ranges *g, ref r, struct range v)
{
	if (r >= g->n)
		return;
	struct range_undo u = { r, g->val[r] };
	vec_push(g->o->tmp, &g->undo, u);
	g->val[r] = v;
}

static void undo(struct ranges *g, uint32_t n)
{
	while (g->undo.n > n) {
		struct range_undo u = g->undo.at[--g->undo.n];
		g->val[u.r] = u.was;
	}
}

/* --- conditions ---------------------------------------------------------- */

static void assume_range(struct ranges *g, ref r, struct range v,
			 unsigned depth)
{
	const struct ir_ins *i = ir_at(g->f, r);

	if (i->op == IR_CONST || i->type != T_I32)
		return;
	struct range now = range_meet(known(g, r), v);
	set(g, r, now);
	if (depth && i->op == OP_I32_ADD)
		for (unsigned k = 0; k < 2; k++)
			if (range_is_const(known(g, i->arg[1 - k])))
				assume_range(g, i->arg[k],
					     range_sub(now, known(g, i->arg[1 - k])),
					     depth - 1);
}

static void assume_compare(struct ranges *g, unsigned op, ref a, ref b)
{
	struct range va = range_at(g, a), vb = range_at(g, b);

	assume_range(g, a, range_assume(op, va, vb), 3);
	assume_range(g, b, range_assume(range_mirrored(op), vb, va), 3);
}

/* Records that `cond` is not 0 (or is 0). */
static void assume(struct ranges *g, ref cond, bool holds)
{
	const struct ir_ins *i = ir_at(g->f, cond);

	if (i->type != T_I32)
		return;
	assume_range(g, cond,
		     holds ? range_assume(OP_I32_NE, known(g, cond),
					  range_const(0))
			   : range_const(0), 3);
	if (i->op >= OP_I32_EQ && i->op <= OP_I32_GE_U)
		assume_compare(g, holds ? i->op : range_negated(i->op),
			       i->arg[0], i->arg[1]);
	else if (i->op == OP_I32_EQZ)
		assume(g, i->arg[0], !holds);
	else if (i->op == OP_I32_AND && holds)
		for (unsigned k = 0; k < 2; k++)
			assume(g, i->arg[k], true);
}

/* Records what taking edge k of block b says. */
static void assume_edge(struct ranges *g, blk b, uint32_t k)
{
	const struct ir_ins *t = ir_at(g->f, ir_term(g->f, b));
	uint32_t n = g->f->blocks.at[b].nedges;

	if (t->op == IR_BR_IF)
		assume(g, t->arg[0], k == 0);
	else if (t->op == IR_BR_TABLE)
		assume_range(g, t->arg[0],
			     k + 1 < n ? range_const(k)
				       : range_of(n - 1, UINT32_MAX), 3);
}

/* --- definitions --------------------------------------------------------- */

static struct range of_load(const struct ir_ins *i)
{
	switch (i->op) {
	case OP_I32_LOAD8_U: return range_of(0, 0xff);
	case OP_I32_LOAD16_U: return range_of(0, 0xffff);
	case OP_I32_LOAD8_S: return range_of(0u - 0x80, 0x7f);
	case OP_I32_LOAD16_S: return range_of(0u - 0x8000, 0x7fff);
	default: return range_full();
	}
}

/* Each arm of a select is limited by its condition. */
static struct range of_select(struct ranges *g, const struct ir_ins *i)
{
	struct range arm[2];

	for (unsigned k = 0; k < 2; k++) {
		uint32_t mark = g->undo.n;
		assume(g, i->arg[2], k == 0);
		arm[k] = range_at(g, i->arg[k]);
		undo(g, mark);
	}
	return range_union(arm[0], arm[1]);
}

static struct range of_size(const struct ranges *g, const struct ir_ins *i)
{
	const struct ir_memory_facts *m = &g->f->mod->memory[i->aux];

	return range_of((uint32_t)(m->bytes >> 16),
			(uint32_t)(m->capacity >> 16));
}

static struct range define(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);

	if (i->type != T_I32)
		return range_full();
	if (opt_is_load(i->op))
		return of_load(i);
	if (i->op < OP_NUM_END) {
		struct range a = range_at(g, i->arg[0]);
		return range_eval(i->op, a, i->nargs > 1
						    ? range_at(g, i->arg[1])
						    : a);
	}
	switch (i->op) {
	case IR_SELECT: return of_select(g, i);
	case IR_MEMORY_SIZE: return of_size(g, i);
	case IR_CALL: return contract_result(g, r);
	case IR_IS_NULL: return range_of(0, 1);
	case IR_CONST: return range_const((uint32_t)i->imm);
	default: return range_full();
	}
}

/* A check that passed limits its address. */
static void after(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);
	uint64_t size;

	if (i->op == IR_BOUNDS) {
		size = g->f->mod->memory[i->aux].capacity;
		if (i->imm <= size && size - i->imm <= UINT32_MAX)
			assume_range(g, i->arg[0],
				     range_of(0, (uint32_t)(size - i->imm)), 3);
	} else if (i->op == IR_TRAP_IF) {
		assume(g, i->arg[0], false);
	}
}

/* --- loops --------------------------------------------------------------- */

static struct range entering(const struct ranges *g, ref p)
{
	return p < g->n && g->seen[p] ? g->in[p] : range_full();
}

/* The greatest number of times the header runs, 0 unknown. */
static uint64_t trips(struct ranges *g, const struct trip_loop *l)
{
	uint64_t best = 0;
	bool exact;

	for (blk b = l->latch;; b = g->c->idom[b]) {
		struct trip_exit x;
		if (trip_exit(g->f, g->c, l, b, &x)) {
			uint64_t n = trip_count(&x, entering(g, x.counter),
						x.limit ? range_at(g, x.limit)
							: range_const(0),
						&exact);
			if (n && (!best || n < best))
				best = n;
		}
		if (b == l->header)
			return best;
	}
}

/* A counter's values: its start plus up to n - 1 steps. */
static struct range counted(struct range init, uint32_t step, uint64_t n)
{
	bool down = step >> 31;
	uint64_t way = (uint64_t)(down ? 0u - step : step) * (n - 1);

	if (n > UINT32_MAX || way >= UINT32_MAX)
		return range_full();
	struct range steps = range_of(down ? 0u - (uint32_t)way : 0,
				      down ? 0 : (uint32_t)way);
	steps.tz = range_const(step).tz;
	return range_add(init, steps);
}

static struct range counter_range(struct ranges *g, const struct trip_loop *l,
				  ref p, uint64_t n)
{
	uint32_t step;
	struct range v = range_full();

	if (!trip_step(g->f, l, p, &step))
		return v;
	if (n)
		v = counted(entering(g, p), step, n);
	if (range_is_full(v)) {
		uint8_t a = entering(g, p).tz, b = range_const(step).tz;
		v.tz = a < b ? a : b;
	}
	return v;
}

/* What the parameters of b are.  In the first round, those of a loop that are
 * not counters are unknown: the latch has not been seen. */
static void enter_params(struct ranges *g, blk b, const struct range *last)
{
	const struct ir_block *p = &g->f->blocks.at[b];
	struct trip_loop l;
	bool loop = g->c->loop[b] == b;
	bool counts = loop && trip_loop(g->f, g->c, b, &l);
	uint64_t n = counts ? trips(g, &l) : 0;

	for (uint32_t k = 0; k < p->params.n; k++) {
		ref r = p->params.at[k];
		struct range v = range_full();
		if (ir_at(g->f, r)->type != T_I32 || b == 0)
			continue;
		if (!loop)
			v = entering(g, r);
		else if (g->final)
			v = last[r];
		if (counts)
			v = range_meet(v, counter_range(g, &l, r, n));
		set(g, r, v);
	}
}

/* --- the walk ------------------------------------------------------------ */

/* Adds what an edge brings to the parameters of its target. */
static void leave_edge(struct ranges *g, blk b, uint32_t k)
{
	const struct ir_edge *e = ir_edge(g->f, b, k);
	const struct ir_block *to = &g->f->blocks.at[e->to];
	uint32_t mark = g->undo.n;

	if (e->nargs == 0)
		return;
	assume_edge(g, b, k);
	for (uint32_t j = 0; j < e->nargs; j++) {
		ref p = to->params.at[j];
		struct range v = range_at(g, g->f->list.at[e->args + j]);
		if (p >= g->n || ir_at(g->f, p)->type != T_I32)
			continue;
		g->in[p] = g->seen[p] ? range_union(g->in[p], v) : v;
		g->seen[p] = 1;
	}
	undo(g, mark);
}

/* The only block from which b is entered, ways back from b itself left out;
 * UINT32_MAX when there are several ways. */
static blk only_entry(const struct ir_cfg *c, blk b)
{
	blk from = UINT32_MAX;

	for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1]; k++) {
		if (ir_dominates(c, b, c->pred[k]))
			continue;
		if (from != UINT32_MAX)
			return UINT32_MAX;
		from = c->pred[k];
	}
	return from;
}

/* What the branch says that leads here.  It holds in each round of a loop:
 * the values it speaks of come from outside. */
static void enter_edge(struct ranges *g, blk b)
{
	blk p = only_entry(g->c, b);

	for (uint32_t k = 0; p != UINT32_MAX && k < g->f->blocks.at[p].nedges;
	     k++)
		if (ir_edge(g->f, p, k)->to == b)
			assume_edge(g, p, k);
}

static void visit_block(struct ranges *g, blk b, const struct range *last)
{
	enter_edge(g, b);
	enter_params(g, b, last);
	for (uint32_t k = 0; k < g->f->blocks.at[b].ins.n; k++) {
		ref r = g->f->blocks.at[b].ins.at[k];
		if (g->final && g->visit(g, r))
			continue;
		if (r < g->n && ir_at(g->f, r)->type == T_I32)
			set(g, r, define(g, r));
		after(g, r);
	}
	for (uint32_t k = 0; k < g->f->blocks.at[b].nedges; k++)
		leave_edge(g, b, k);
}

/* Blocks in the order of the dominator tree, siblings in rpo: all forward
 * predecessors of a block come before it. */
static void walk(struct ranges *g, const struct range *last)
{
	struct opt_tree t = opt_dominator_tree(g->c, g->o->tmp);
	uint32_t *mark = arena_array(g->o->tmp, uint32_t, g->c->n);
	blk b = 0;

	for (;;) {
		mark[b] = g->undo.n;
		visit_block(g, b, last);
		if (t.first[b]) {
			b = t.first[b];
			continue;
		}
		undo(g, mark[b]);
		while (b && !t.next[b]) {
			b = g->c->idom[b];
			undo(g, mark[b]);
		}
		if (!b)
			return;
		b = t.next[b];
	}
}

static void start_round(struct ranges *g)
{
	g->in = arena_array(g->o->tmp, struct range, g->n);
	g->seen = arena_array(g->o->tmp, uint8_t, g->n);
	for (uint32_t k = 0; k < g->n; k++)
		g->val[k] = range_full();
	g->undo.n = 0;
}

void range_walk(struct ranges *g, struct opt *o)
{
	g->o = o;
	g->f = o->f;
	g->c = o->cfg;
	g->n = o->f->ins.n;
	g->val = arena_array(o->tmp, struct range, g->n);
	start_round(g);
	walk(g, NULL);
	const struct range *last = g->in;
	start_round(g);
	g->final = true;
	walk(g, last);
}
