/* check.c - removes bounds checks and other work that ranges show needless.
 *
 * With the ranges of range.c:
 *  - a check whose address is inside memory at its least size goes;
 *  - comparisons, masks and sign extensions that change nothing go;
 *  - divisions that cannot trap and aligned accesses are marked.
 */
#include "opt/range.h"

struct checks {
	ref *map;
	uint32_t n;
	bool changed;
};

static void replaced(struct ranges *g, ref r, ref by)
{
	struct checks *k = g->ctx;

	k->map[r] = by;
	k->changed = true;
	opt_kill(g->f, r);
}

static bool drop(struct ranges *g, ref r)
{
	((struct checks *)g->ctx)->changed = true;
	opt_kill(g->f, r);
	return true;
}

static bool visit_bounds(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);
	uint64_t end = range_umax(range_at(g, i->arg[0])) + i->imm;

	if (i->op == IR_BOUNDS_N)
		end += range_umax(range_at(g, i->arg[1]));
	return end <= g->f->mod->memory[i->aux].bytes && drop(g, r);
}

/* (y & m) < k says the same as y < k when y is in [k - m - 1, m]. */
static void drop_mask(struct ranges *g, struct ir_ins *i)
{
	const struct ir_ins *a = ir_at(g->f, i->arg[0]);
	const struct ir_ins *k = ir_at(g->f, i->arg[1]);

	if (a->op != OP_I32_AND || k->op != IR_CONST ||
	    ir_at(g->f, a->arg[1])->op != IR_CONST)
		return;
	uint32_t m = (uint32_t)ir_at(g->f, a->arg[1])->imm;
	uint32_t limit = (uint32_t)k->imm;
	limit += i->op == OP_I32_LE_U || i->op == OP_I32_GT_U;
	if (m & (m + 1) || m >= UINT32_C(0x7fffffff) || limit > m + 1)
		return;
	if (range_inside(range_at(g, a->arg[0]), range_of(limit - m - 1, m))) {
		i->arg[0] = a->arg[0];
		((struct checks *)g->ctx)->changed = true;
	}
}

static bool visit_compare(struct ranges *g, ref r)
{
	struct ir_ins *i = ir_at(g->f, r);
	int truth;

	if (i->op == OP_I32_EQZ)
		truth = range_compare(OP_I32_EQ, range_at(g, i->arg[0]),
				      range_const(0));
	else
		truth = range_compare(i->op, range_at(g, i->arg[0]),
				      range_at(g, i->arg[1]));
	if (truth >= 0) {
		replaced(g, r, opt_const(g->o, T_I32, (uint64_t)truth));
		return true;
	}
	if (i->op == OP_I32_LT_U || i->op == OP_I32_GE_U ||
	    i->op == OP_I32_LE_U || i->op == OP_I32_GT_U)
		drop_mask(g, i);
	return false;
}

static bool visit_mask(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);
	const struct ir_ins *c = ir_at(g->f, i->arg[1]);

	if (c->op != IR_CONST)
		return false;
	struct range a = range_at(g, i->arg[0]);
	uint32_t low = a.tz < 32 ? (UINT32_C(1) << a.tz) - 1 : UINT32_MAX;
	uint32_t keep = (uint32_t)c->imm | low;
	uint32_t top = range_umax(a);
	for (unsigned n = 1; n < 32; n *= 2)
		top |= top >> n;
	if ((keep & top) != top)
		return false;
	replaced(g, r, i->arg[0]);
	return true;
}

static bool visit_sign(struct ranges *g, ref r, unsigned bits)
{
	const struct ir_ins *i = ir_at(g->f, r);
	uint32_t half = UINT32_C(1) << (bits - 1);

	if (!range_inside(range_at(g, i->arg[0]),
			  range_of(0u - half, half - 1)))
		return false;
	replaced(g, r, i->arg[0]);
	return true;
}

static bool visit_division(struct ranges *g, ref r)
{
	struct ir_ins *i = ir_at(g->f, r);
	struct range a = range_at(g, i->arg[0]), b = range_at(g, i->arg[1]);
	bool by_zero = range_compare(OP_I32_NE, b, range_const(0)) != 1;
	bool overflow = i->op == OP_I32_DIV_S &&
			range_compare(OP_I32_NE, b, range_const(UINT32_MAX)) != 1 &&
			range_compare(OP_I32_NE, a, range_const(1u << 31)) != 1;

	if (!by_zero && !overflow && !(i->flags & IR_NO_TRAP)) {
		i->flags |= IR_NO_TRAP;
		((struct checks *)g->ctx)->changed = true;
	}
	if (i->op != OP_I32_REM_U || by_zero || range_umax(a) >= range_umin(b))
		return false;
	replaced(g, r, i->arg[0]);
	return true;
}

/* A value with a single possible number is that number. */
static bool visit_const(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);
	struct range a = range_at(g, i->arg[0]);
	struct range v = range_eval(i->op, a, i->nargs > 1
						? range_at(g, i->arg[1]) : a);

	if (!range_is_const(v))
		return false;
	replaced(g, r, opt_const(g->o, T_I32, v.lo));
	return true;
}

static bool visit_num(struct ranges *g, ref r)
{
	const struct ir_ins *i = ir_at(g->f, r);

	if (i->op <= OP_I32_GE_U)
		return visit_compare(g, r);
	switch (i->op) {
	case OP_I32_AND:
		return visit_mask(g, r) || visit_const(g, r);
	case OP_I32_EXTEND8_S:
		return visit_sign(g, r, 8);
	case OP_I32_EXTEND16_S:
		return visit_sign(g, r, 16);
	case OP_I32_DIV_S: case OP_I32_DIV_U: case OP_I32_REM_S:
	case OP_I32_REM_U:
		return visit_division(g, r);
	case OP_I32_ADD: case OP_I32_SUB: case OP_I32_SHL: case OP_I32_SHR_U:
	case OP_I32_SHR_S: case OP_I32_MUL:
		return visit_const(g, r);
	default:
		return false;
	}
}

static void mark_aligned(struct ranges *g, struct ir_ins *i)
{
	if (range_at(g, i->arg[0]).tz >= 2 && i->imm % 4 == 0)
		i->flags |= IR_ALIGNED;
}

/* An operand that can only be one number here is that number: behind a
 * comparison, a parameter that a switch has looked at. */
static void visit_use(struct ranges *g, const struct opt_uses *u)
{
	struct checks *k = g->ctx;

	while (*u->use < k->n && k->map[*u->use])
		*u->use = k->map[*u->use];
	const struct ir_ins *i = ir_at(g->f, *u->use);
	if (i->type != T_I32 || i->op == IR_CONST)
		return;
	struct range v = range_at(g, *u->use);
	if (!range_is_const(v))
		return;
	ref c = opt_const(g->o, T_I32, v.lo);
	*opt_again(u) = c;
	k->changed = true;
}

static bool visit(struct ranges *g, ref r)
{
	struct opt_uses u = opt_uses(g->f, r);

	while (opt_next(&u))
		visit_use(g, &u);
	struct ir_ins *i = ir_at(g->f, r);
	if (i->op < OP_NUM_END)
		return visit_num(g, r);
	if (i->op == IR_BOUNDS || i->op == IR_BOUNDS_N)
		return visit_bounds(g, r);
	if (opt_is_mem(i->op))
		mark_aligned(g, i);
	if (i->op == IR_TRAP_IF &&
	    range_compare(OP_I32_EQ, range_at(g, i->arg[0]), range_const(0)) == 1)
		return drop(g, r);
	return false;
}

static bool check(struct opt *o)
{
	struct checks k = { .n = o->f->ins.n };
	struct ranges g = { .visit = visit, .ctx = &k };

	k.map = arena_array(o->tmp, ref, k.n);
	range_walk(&g, o);
	if (!k.changed)
		return false;
	ref *map = arena_array(o->tmp, ref, o->f->ins.n);
	for (uint32_t j = 0; j < k.n; j++)
		map[j] = k.map[j];
	ir_replace(o->f, map);
	opt_sweep(o->f);
	return true;
}

const struct pass pass_check = {
	.name = "check",
	.help = "remove checks and masks that value ranges show needless",
	.run = check,
	.needs = OPT_CFG,
	.keeps = OPT_CFG,
};
