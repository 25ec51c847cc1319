/* guard.c - conditions and counts computed before a loop. */
#include "opt/guard.h"

#include "wasm/sem.h"

enum { NEAR = 0x70000000 };

ref guard_const(struct guard *g, uint64_t k)
{
	return opt_const(g->o, T_I32, (uint32_t)k);
}

static bool is_const(const struct guard *g, ref r, uint64_t *k)
{
	return opt_is_const(g->o->f, r, k);
}

/* 0: not a constant. */
static ref folded(struct guard *g, unsigned op, ref a, ref b)
{
	uint64_t k[2] = { 0, 0 }, v;
	enum hd_trap_kind trap;
	bool ka = is_const(g, a, &k[0]), kb = b && is_const(g, b, &k[1]);

	if (ka && (kb || !b) && num_eval((enum op)op, k, &v, &trap))
		return guard_const(g, v);
	if (!kb)
		return 0;
	if (k[1] == 0)
		switch (op) {
		case OP_I32_ADD: case OP_I32_SUB: case OP_I32_OR:
		case OP_I32_XOR: case OP_I32_SHL: case OP_I32_SHR_U:
			return a;
		case OP_I32_AND:
			return b;
		default:
			return 0;
		}
	if (k[1] == UINT32_MAX)
		return op == OP_I32_AND ? a : op == OP_I32_OR ? b : 0;
	return 0;
}

ref guard_put(struct guard *g, unsigned op, ref a, ref b)
{
	ref r = folded(g, op, a, b);

	if (r)
		return r;
	r = opt_ins(g->o->f, op, T_I32, g->at, a, b);
	vec_push(g->o->tmp, &g->ins, r);
	return r;
}

ref guard_put_k(struct guard *g, unsigned op, ref a, uint64_t k)
{
	return guard_put(g, op, a, guard_const(g, k));
}

void guard_require(struct guard *g, ref cond)
{
	uint64_t k;

	if (is_const(g, cond, &k) && k && g->ok)
		return;
	g->ok = g->ok ? guard_put(g, OP_I32_AND, g->ok, cond) : cond;
}

/* --- counts -------------------------------------------------------------- */

static uint32_t size_of_step(const struct trip_exit *x)
{
	return x->step >> 31 ? 0u - x->step : x->step;
}

static unsigned log2_of(uint32_t v)
{
	unsigned n = 0;

	while (v >>= 1)
		n++;
	return n;
}

bool guard_can_count(const struct trip_exit *x)
{
	uint32_t s = size_of_step(x);

	if (s & (s - 1) || s > NEAR / 16)
		return false;
	return x->op == OP_I32_NE ||
	       (!(x->step >> 31) &&
		(x->op == OP_I32_LT_U || x->op == OP_I32_LT_S));
}

ref guard_passes(struct guard *g, const struct trip_exit *x, ref init)
{
	bool down = x->step >> 31;
	uint32_t s = size_of_step(x);
	ref limit = x->limit ? x->limit : guard_const(g, 0);
	ref first = guard_put_k(g, OP_I32_ADD, init, x->off);
	ref d = down ? guard_put(g, OP_I32_SUB, first, limit)
		     : guard_put(g, OP_I32_SUB, limit, first);

	if (x->op == OP_I32_NE) {
		if (s > 1)
			guard_require(g, guard_put(g, OP_I32_EQZ,
				guard_put_k(g, OP_I32_AND, d, s - 1), 0));
	} else {
		/* t < limit: passes ceil((limit - first) / s) times; below
		 * NEAR nothing wraps, and both orders are the same */
		guard_require(g, guard_put(g, OP_I32_LE_U, first, limit));
		guard_require(g, guard_put_k(g, OP_I32_LE_U, limit, NEAR));
		d = guard_put_k(g, OP_I32_ADD, d, s - 1);
	}
	return s > 1 ? guard_put_k(g, OP_I32_SHR_U, d, log2_of(s)) : d;
}

/* --- placing ------------------------------------------------------------- */

void guard_place(struct guard *g, blk b)
{
	struct ir_func *f = g->o->f;

	for (uint32_t k = 0; k < g->ins.n; k++)
		ir_insert(f, b, f->blocks.at[b].ins.n - 1, g->ins.at[k]);
	g->ins.n = 0;
}

void guard_drop(struct guard *g)
{
	for (uint32_t k = 0; k < g->ins.n; k++)
		opt_kill(g->o->f, g->ins.at[k]);
	g->ins.n = 0;
}
