/* trip.c - loop counters, exit tests and trip counts.
 *
 * A count is derived from one exit test that is reached in every iteration:
 * with test values t, t + s, t + 2s, ... the loop goes on while they pass.
 * All comparisons are brought to `<` by adding 2^31 (signed order) or by
 * complementing (greater than), or are `!=`.
 */
#include "opt/trip.h"

bool trip_inside(const struct ir_cfg *c, blk h, blk b)
{
	for (blk l = c->loop[b]; l != UINT32_MAX; l = c->loop_parent[l])
		if (l == h)
			return true;
	return false;
}

bool trip_loop(const struct ir_func *f, const struct ir_cfg *c, blk header,
	       struct trip_loop *out)
{
	unsigned n = 0;

	out->header = header;
	for (uint32_t k = c->pred_begin[header]; k < c->pred_begin[header + 1];
	     k++) {
		if (!trip_inside(c, header, c->pred[k]))
			continue;
		out->latch = c->pred[k];
		n++;
	}
	if (n != 1)
		return false;
	const struct ir_block *p = &f->blocks.at[out->latch];
	for (uint32_t e = 0; e < p->nedges; e++)
		if (f->edges.at[p->edge + e].to == header)
			out->back = p->edge + e;
	return true;
}

void trip_offset(const struct ir_func *f, ref r, ref *base, uint32_t *off)
{
	*off = 0;
	for (;;) {
		const struct ir_ins *i = ir_at(f, r);
		if (i->op != OP_I32_ADD ||
		    ir_at(f, i->arg[1])->op != IR_CONST)
			break;
		*off += (uint32_t)ir_at(f, i->arg[1])->imm;
		r = i->arg[0];
	}
	*base = r;
}

bool trip_step(const struct ir_func *f, const struct trip_loop *l, ref p,
	       uint32_t *step)
{
	const struct ir_ins *i = ir_at(f, p);
	ref base;

	if (i->op != IR_PARAM || i->block != l->header || i->type != T_I32)
		return false;
	trip_offset(f, f->list.at[f->edges.at[l->back].args + i->imm], &base,
		    step);
	return base == p;
}

/* --- exit tests ---------------------------------------------------------- */

static bool set_counter(const struct ir_func *f, const struct trip_loop *l,
			ref test, struct trip_exit *x)
{
	trip_offset(f, test, &x->counter, &x->off);
	return trip_step(f, l, x->counter, &x->step) && x->step != 0;
}

static bool invariant(const struct ir_func *f, const struct ir_cfg *c,
		      const struct trip_loop *l, ref r)
{
	return ir_at(f, r)->op != IR_NOP &&
	       !trip_inside(c, l->header, ir_at(f, r)->block);
}

/* The condition `cond` (negated) as a test. */
static bool set_test(const struct ir_func *f, const struct ir_cfg *c,
		     const struct trip_loop *l, ref cond, struct trip_exit *x,
		     bool negated)
{
	const struct ir_ins *i = ir_at(f, cond);

	while (i->op == OP_I32_EQZ && ir_at(f, i->arg[0])->type == T_I32) {
		cond = i->arg[0];
		i = ir_at(f, cond);
		negated = !negated;
	}
	if (i->op >= OP_I32_EQ && i->op <= OP_I32_GE_U) {
		x->op = negated ? range_negated(i->op) : i->op;
		x->limit = i->arg[1];
		if (invariant(f, c, l, i->arg[1]) &&
		    set_counter(f, l, i->arg[0], x))
			return true;
		x->op = range_mirrored(x->op);
		x->limit = i->arg[0];
		return invariant(f, c, l, i->arg[0]) &&
		       set_counter(f, l, i->arg[1], x);
	}
	x->op = negated ? OP_I32_EQ : OP_I32_NE;
	x->limit = 0;
	return i->type == T_I32 && set_counter(f, l, cond, x);
}

bool trip_exit(const struct ir_func *f, const struct ir_cfg *c,
	       const struct trip_loop *l, blk b, struct trip_exit *x)
{
	const struct ir_ins *t = ir_at(f, ir_term(f, b));

	if (t->op != IR_BR_IF || c->loop[b] != l->header)
		return false;
	bool in0 = trip_inside(c, l->header, ir_edge(f, b, 0)->to);
	bool in1 = trip_inside(c, l->header, ir_edge(f, b, 1)->to);
	if (in0 == in1)
		return false;
	x->block = b;
	x->edge = in0 ? 1 : 0;
	return set_test(f, c, l, t->arg[0], x, !in0);
}

/* --- counts -------------------------------------------------------------- */

/* while t != limit, from `first` by `step`. */
static uint64_t count_ne(uint32_t first, uint32_t step, uint32_t limit)
{
	uint32_t d = limit - first;

	if (step >> 31) {
		step = 0u - step;
		d = 0u - d;
	}
	if (d % step != 0)
		return 0;
	return (uint64_t)(d / step) + 1;
}

/* The same when first and limit are not numbers.  A distance that the step
 * divides is walked in that many steps, however the values wrap. */
static uint64_t count_ne_range(struct range first, uint32_t step,
			       struct range limit)
{
	struct range d = step >> 31 ? range_sub(first, limit)
				    : range_sub(limit, first);
	uint32_t s = step >> 31 ? 0u - step : step;

	if (s & (s - 1) || range_const(s).tz > d.tz)
		return 0;
	return (uint64_t)(range_umax(d) / s) + 1;
}

/* while t < limit (unsigned), from the least `first`, by step > 0; the values
 * tested must not wrap around before they fail. */
static uint64_t count_below(uint32_t first, uint32_t step, uint32_t limit)
{
	if (first >= limit)
		return 1;
	if (step >> 31 || (uint64_t)limit - 1 + step > UINT32_MAX)
		return 0;
	return ((uint64_t)limit - first + step - 1) / step + 1;
}

static struct range complement(struct range r)
{
	return range_sub(range_const(UINT32_MAX), r);
}

uint64_t trip_count(const struct trip_exit *x, struct range init,
		    struct range limit, bool *exact)
{
	struct range t = range_add(init, range_const(x->off));
	struct range sign = range_const(UINT32_C(0x80000000));
	uint32_t step = x->step;
	bool equal = false;

	*exact = range_is_const(init) && range_is_const(limit);
	if (x->op == OP_I32_NE)
		return *exact ? count_ne(t.lo, step, limit.lo)
			      : count_ne_range(t, step, limit);
	switch (x->op) {
	case OP_I32_LT_S: case OP_I32_GT_S: case OP_I32_LE_S: case OP_I32_GE_S:
		t = range_add(t, sign);
		limit = range_add(limit, sign);
		break;
	case OP_I32_LT_U: case OP_I32_GT_U: case OP_I32_LE_U: case OP_I32_GE_U:
		break;
	default:
		return 0;
	}
	switch (x->op) {
	case OP_I32_GT_S: case OP_I32_GE_S: case OP_I32_GT_U: case OP_I32_GE_U:
		t = complement(t);
		limit = complement(limit);
		step = 0u - step;
		break;
	default:
		break;
	}
	equal = x->op == OP_I32_LE_S || x->op == OP_I32_GE_S ||
		x->op == OP_I32_LE_U || x->op == OP_I32_GE_U;
	uint32_t most = range_umax(limit);
	if (equal && most == UINT32_MAX)
		return 0;
	/* values that wrapped between two tests are not in `first`'s order,
	 * but each start below the limit is counted from the least */
	return count_below(range_umin(t), step, most + equal);
}
