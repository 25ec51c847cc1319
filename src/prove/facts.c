/* facts.c - deciding conditions from literals and unsigned bounds.
 *
 * Bounds of a term are those that hold always (term_node), narrowed by the
 * literals that compare it with constants.
 */
#include "prove/facts.h"

#include "base/compiler.h"
#include "base/map.h"

enum { DEEP = 40 };

void facts_init(struct facts *f, struct terms *z, struct arena *a)
{
	*f = (struct facts){ .z = z, .arena = a };
}

static void room(struct facts *f, term t)
{
	while (f->truth.n <= t) {
		const struct term_node *i = term_at(f->z, f->truth.n);
		vec_push(f->arena, &f->truth, 0);
		vec_push(f->arena, &f->bound, (struct bound){ i->lo, i->hi });
	}
}

struct facts_mark facts_save(const struct facts *f)
{
	return (struct facts_mark){ f->literal.n, f->undo.n,
				    f->contradiction };
}

void facts_back(struct facts *f, struct facts_mark m)
{
	while (f->undo.n > m.undo) {
		struct fact_undo u = f->undo.at[--f->undo.n];
		if (u.is_literal)
			f->truth.at[u.t] = 0;
		else
			f->bound.at[u.t] = u.old;
	}
	f->literal.n = m.literal;
	f->contradiction = m.contradiction;
}

/* --- bounds ------------------------------------------------------------------ */

static struct bound bound_at(struct facts *f, term t, unsigned depth);

static struct bound bound_sum(struct facts *f, const struct term_node *i,
			      unsigned depth)
{
	uint64_t lo = 0, hi = 0;
	struct bound any = { 0, UINT32_MAX };

	for (unsigned k = 0; k < i->n; k += 2) {
		uint32_t coef = f->z->pool.at[i->args + k];
		struct bound b = bound_at(f, f->z->pool.at[i->args + k + 1],
					  depth + 1);
		if (i->n == 2 && coef == UINT32_MAX && b.hi <= i->imm)
			return (struct bound){ i->imm - b.hi, i->imm - b.lo };
		lo += (uint64_t)coef * b.lo;
		hi += (uint64_t)coef * b.hi;
		if (hi > UINT32_MAX)
			return any;
	}
	/* the constant adds, or takes away from what is always more */
	if (hi + i->imm > UINT32_MAX && lo + i->imm <= UINT32_MAX)
		return any;
	return (struct bound){ (uint32_t)lo + i->imm, (uint32_t)hi + i->imm };
}

static struct bound bound_ite(struct facts *f, term t, unsigned depth)
{
	int d = facts_decide(f, term_arg(f->z, t, 0));
	struct bound x, y;

	if (d >= 0)
		return bound_at(f, term_arg(f->z, t, d ? 1 : 2), depth + 1);
	x = bound_at(f, term_arg(f->z, t, 1), depth + 1);
	y = bound_at(f, term_arg(f->z, t, 2), depth + 1);
	return (struct bound){ x.lo < y.lo ? x.lo : y.lo,
			       x.hi > y.hi ? x.hi : y.hi };
}

static struct bound bound_at(struct facts *f, term t, unsigned depth)
{
	const struct term_node i = *term_at(f->z, t);
	struct bound b, c;
	uint32_t k;

	room(f, t);
	b = f->bound.at[t];
	if (depth > DEEP || i.sort != SORT_WORD)
		return b;
	switch (i.op) {
	case TM_SUM:
		c = bound_sum(f, &i, depth);
		break;
	case TM_ITE:
		c = bound_ite(f, t, depth);
		break;
	case TM_AND:
		c = bound_at(f, term_arg(f->z, t, 0), depth + 1);
		c.lo = 0;
		break;
	case TM_SHR:
		if (!term_is_const(f->z, term_arg(f->z, t, 1), &k))
			return b;
		c = bound_at(f, term_arg(f->z, t, 0), depth + 1);
		c.lo >>= k;
		c.hi >>= k;
		break;
	default:
		return b;
	}
	if (c.lo > b.lo)
		b.lo = c.lo;
	if (c.hi < b.hi)
		b.hi = c.hi;
	return b;
}

struct bound facts_bound(struct facts *f, term t)
{
	return bound_at(f, t, 0);
}

/* --- adding -------------------------------------------------------------------- */

static void narrow(struct facts *f, term t, uint32_t lo, uint32_t hi);

/* t = imm + coef * x within b, where that does not wrap: bounds of x. */
static void narrow_product(struct facts *f, term t, struct bound b)
{
	const struct term_node i = *term_at(f->z, t);

	if (i.op != TM_SUM || i.n != 2)
		return;
	uint64_t coef = f->z->pool.at[i.args], k = i.imm;
	term x = f->z->pool.at[i.args + 1];
	struct bound r = facts_bound(f, x);
	if (coef > 1 && k + coef * r.hi <= UINT32_MAX) {
		if (b.hi < k)
			f->contradiction = true;
		else
			narrow(f, x, b.lo <= k ? 0 : (uint32_t)
			       ((b.lo - k + coef - 1) / coef),
			       (uint32_t)((b.hi - k) / coef));
	} else if (coef > 0x80000000u) {
		coef = (uint32_t)(0 - coef);
		if (coef * r.hi > k)
			return;
		if (b.lo > k)
			f->contradiction = true;
		else
			narrow(f, x, b.hi >= k ? 0 : (uint32_t)
			       ((k - b.hi + coef - 1) / coef),
			       (uint32_t)((k - b.lo) / coef));
	}
}

/* t = x >> k within b: bounds of x. */
static void narrow_quotient(struct facts *f, term t, struct bound b)
{
	uint32_t k;

	if (term_at(f->z, t)->op != TM_SHR ||
	    !term_is_const(f->z, term_arg(f->z, t, 1), &k) || k > 31 ||
	    b.hi > UINT32_MAX >> k)
		return;
	narrow(f, term_arg(f->z, t, 0), b.lo << k, b.hi << k | ((1u << k) - 1));
}

static void narrow(struct facts *f, term t, uint32_t lo, uint32_t hi)
{
	uint32_t k;

	room(f, t);
	struct bound have = facts_bound(f, t), b = have;
	if (lo > b.lo)
		b.lo = lo;
	if (hi < b.hi)
		b.hi = hi;
	if (b.lo > b.hi) {
		f->contradiction = true;
		return;
	}
	if (b.lo == f->bound.at[t].lo && b.hi == f->bound.at[t].hi)
		return;
	vec_push(f->arena, &f->undo, (struct fact_undo){ t, false,
							 f->bound.at[t] });
	f->bound.at[t] = b;
	/* x + k within [lo, hi]: x within [lo - k, hi - k] when that does not
	 * wrap */
	term base = term_split(f->z, t, &k);
	if (base && base != t && b.lo - k <= b.hi - k)
		narrow(f, base, b.lo - k, b.hi - k);
	narrow_product(f, t, b);
	narrow_quotient(f, t, b);
}

/* x != k */
static void narrow_off(struct facts *f, term x, uint32_t k)
{
	struct bound b = facts_bound(f, x);

	if (b.lo == k && k != UINT32_MAX)
		narrow(f, x, k + 1, UINT32_MAX);
	if (b.hi == k && k != 0)
		narrow(f, x, 0, k - 1);
}

/* x < y holds, or does not. */
static void add_below(struct facts *f, term x, term y, bool holds)
{
	struct bound bx = facts_bound(f, x), by = facts_bound(f, y);

	if (holds && by.hi > 0) {
		narrow(f, x, 0, by.hi - 1);
		if (bx.lo < UINT32_MAX)
			narrow(f, y, bx.lo + 1, UINT32_MAX);
	} else if (!holds) {
		narrow(f, x, by.lo, UINT32_MAX);
		narrow(f, y, 0, bx.hi);
	} else {
		f->contradiction = true;
	}
}

static void add_atom(struct facts *f, term c, bool holds)
{
	struct terms *z = f->z;
	term x = term_arg(z, c, 0);
	uint32_t k;

	switch (term_at(z, c)->op) {
	case TM_ULT: {
		term y = term_arg(z, c, 1);
		add_below(f, x, y, holds);
		/* the same of complements, whose bounds may say more */
		add_below(f, term_not(z, y), term_not(z, x), holds);
		break;
	}
	case TM_SLT: {
		uint32_t y;
		if (!term_is_const(z, term_arg(z, c, 1), &y))
			break;
		/* x >= y > 0, or x < y <= 0, as signed numbers */
		if (!holds && y < 0x80000000u)
			narrow(f, x, y, INT32_MAX);
		else if (holds && y > 0x80000000u)
			narrow(f, x, 0x80000000u, y - 1);
		break;
	}
	case TM_EQ0: {
		term base = term_split(z, x, &k);
		if (holds)
			narrow(f, base ? base : x, 0 - k, 0 - k);
		else
			narrow_off(f, base ? base : x, 0 - k);
		break;
	}
	default:
		break;
	}
}

static void set_truth(struct facts *f, term c, bool holds)
{
	room(f, c);
	uint8_t v = holds ? 2 : 1;
	if (f->truth.at[c] && f->truth.at[c] != v)
		f->contradiction = true;
	if (f->truth.at[c])
		return;
	vec_push(f->arena, &f->undo, (struct fact_undo){ .t = c,
							 .is_literal = true });
	f->truth.at[c] = v;
}

static void add(struct facts *f, term c, bool holds);

/* x, of t = 2 * x; 0 when t is not so. */
static term halved(struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);
	uint32_t all = i.imm;

	if (i.op != TM_SUM)
		return 0;
	for (unsigned k = 0; k < i.n; k += 2)
		all |= z->pool.at[i.args + k];
	if (all & 1)
		return 0;
	term half = term_const(z, (uint32_t)((int32_t)i.imm / 2));
	for (unsigned k = 0; k < i.n; k += 2)
		half = term_mul_add(z, z->pool.at[i.args + k + 1], (uint32_t)
				    ((int32_t)z->pool.at[i.args + k] / 2),
				    half);
	return half;
}

/* 2^n * x is not 0: nor is x. */
static void add_halved(struct facts *f, term c)
{
	term half = halved(f->z, term_arg(f->z, c, 0));

	if (half)
		add(f, term_eq(f->z, half, term_const(f->z, 0)), false);
}

/* x is 0: so is 2^n * x. */
static bool is_zero_times(struct facts *f, term t)
{
	struct terms *z = f->z;

	while ((t = halved(z, t)))
		if (facts_known(f, term_eq(z, t, term_const(z, 0))) == 1)
			return true;
	return false;
}

static void add(struct facts *f, term c, bool holds)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_BNOT) {
		add(f, term_arg(f->z, c, 0), !holds);
		return;
	}
	if (i.op == TM_FALSE ? holds : i.op == TM_TRUE && !holds)
		f->contradiction = true;
	set_truth(f, c, holds);
	if (i.op == TM_BAND && holds) {
		for (unsigned k = 0; k < i.n; k++)
			add(f, f->z->pool.at[i.args + k], true);
	} else if (i.op == TM_BAND) {
		/* all but one hold: the one does not */
		term open = 0;
		for (unsigned k = 0; k < i.n; k++) {
			term d = f->z->pool.at[i.args + k];
			int v = facts_decide(f, d);
			if (v == 0 || (v < 0 && open))
				return;
			if (v < 0)
				open = d;
		}
		if (open)
			add(f, open, false);
		else
			f->contradiction = true;
	} else if (i.op == TM_EQ0 && !holds) {
		add_atom(f, c, false);
		add_halved(f, c);
	} else if (i.op == TM_ULT || i.op == TM_SLT ||
		   i.op == TM_EQ0) {
		add_atom(f, c, holds);
	}
}

static bool is_clause(const struct facts *f, term c)
{
	const struct term_node *i = term_at(f->z, c);

	return i->op == TM_BNOT &&
	       term_at(f->z, term_arg(f->z, c, 0))->op == TM_BAND;
}

void facts_add(struct facts *f, term c)
{
	vec_push(f->arena, &f->literal, c);
	add(f, c, true);
	/* it may leave but one way to make an earlier one true */
	for (uint32_t k = 0; k + 1 < f->literal.n; k++)
		if (is_clause(f, f->literal.at[k]))
			add(f, f->literal.at[k], true);
}

/* --- deciding -------------------------------------------------------------------- */

static int decide_atom(struct facts *f, term c);

/* What literals and bounds say, with nothing concluded from them. */
int facts_known(struct facts *f, term c)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_TRUE || i.op == TM_FALSE)
		return i.op == TM_TRUE;
	if (i.op == TM_BNOT) {
		int d = facts_known(f, term_arg(f->z, c, 0));
		return d < 0 ? d : !d;
	}
	room(f, c);
	if (f->truth.at[c])
		return f->truth.at[c] - 1;
	return i.op == TM_ULT || i.op == TM_SLT || i.op == TM_EQ0 ?
		decide_atom(f, c) : -1;
}

static int decide_atom(struct facts *f, term c)
{
	struct terms *z = f->z;
	term x = term_arg(z, c, 0);
	struct bound a = facts_bound(f, x), b;

	switch (term_at(z, c)->op) {
	case TM_EQ0: {
		uint32_t k;
		if (a.lo > 0)
			return 0;
		if (a.hi == 0)
			return 1;
		term base = term_split(z, x, &k);
		if (!base)
			return -1;
		b = facts_bound(f, base);
		if (0 - k < b.lo || 0 - k > b.hi)
			return 0;
		return b.lo == b.hi ? 1 : -1;
	}
	case TM_ULT:
		b = facts_bound(f, term_arg(z, c, 1));
		return a.hi < b.lo ? 1 : a.lo >= b.hi ? 0 : -1;
	case TM_SLT:
		b = facts_bound(f, term_arg(z, c, 1));
		if ((a.lo ^ a.hi) >> 31 || (b.lo ^ b.hi) >> 31)
			return -1;
		return (int32_t)a.hi < (int32_t)b.lo    ? 1
		       : (int32_t)a.lo >= (int32_t)b.hi ? 0 : -1;
	default:
		return -1;
	}
}

/* a < b is false when b - 1 < a, or b < a + 1, or not above and not equal: what a
 * counter that has not reached its limit is after one more step.  Subtracting
 * and adding may wrap: then the two are equal. */
static bool one_step(struct facts *f, term c)
{
	struct terms *z = f->z;
	term a = term_arg(z, c, 0), b = term_arg(z, c, 1);

	for (unsigned k = 0; k < 2; k++) {
		term x = k ? term_addk(z, a, 1) : a;
		term y = k ? b : term_addk(z, b, UINT32_MAX);
		if (facts_known(f, term_ult(z, y, x)) == 1 ||
		    (facts_known(f, term_ult(z, x, y)) == 0 &&
		     facts_known(f, term_eq(z, x, y)) == 0))
			return true;
	}
	return false;
}

/* x <= y - 1, or x + 1 <= y, where that does not wrap. */
static bool is_below(struct facts *f, term x, term y)
{
	struct terms *z = f->z;

	return (facts_bound(f, y).lo > 0 &&
		facts_at_most(f, x, term_addk(z, y, UINT32_MAX))) ||
	       (facts_bound(f, x).hi < UINT32_MAX &&
		facts_at_most(f, term_addk(z, x, 1), y));
}

int facts_decide(struct facts *f, term c)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_TRUE || i.op == TM_FALSE)
		return i.op == TM_TRUE;
	if (i.op == TM_BNOT) {
		int d = facts_decide(f, term_arg(f->z, c, 0));
		return d < 0 ? d : !d;
	}
	room(f, c);
	if (f->truth.at[c])
		return f->truth.at[c] - 1;
	if (i.op == TM_BAND) {
		int all = 1;
		for (unsigned k = 0; k < i.n; k++) {
			int d = facts_decide(f, f->z->pool.at[i.args + k]);
			if (d == 0)
				return 0;
			if (d < 0)
				all = -1;
		}
		return all;
	}
	int d = i.n ? decide_atom(f, c) : -1;
	if (d < 0 && i.op == TM_EQ0 && is_zero_times(f, term_arg(f->z, c, 0)))
		return 1;
	if (d >= 0 || i.op != TM_ULT)
		return d;
	if (one_step(f, c) || facts_at_most(f, term_arg(f->z, c, 1),
					    term_arg(f->z, c, 0)))
		return 0;
	return is_below(f, term_arg(f->z, c, 0), term_arg(f->z, c, 1)) ? 1 : -1;
}

/* --- rewriting -------------------------------------------------------------------- */

static term rebuild_sum(struct terms *z, const struct term_node *i,
			const term *arg)
{
	term s = term_const(z, i->imm);

	for (unsigned k = 0; k < i->n; k += 2)
		s = term_mul_add(z, arg[k + 1], z->pool.at[i->args + k], s);
	return s;
}

static term rebuild_flat(struct terms *z, const struct term_node *i,
			 const term *arg)
{
	term t = arg[0];

	for (unsigned k = 1; k < i->n; k++)
		t = i->op == TM_BAND ? term_band(z, t, arg[k])
				     : term_bits(z, (enum term_op)i->op, t,
						 arg[k]);
	return t;
}

term term_rebuild(struct terms *z, term t, const term *arg)
{
	const struct term_node i = *term_at(z, t);
	enum term_op op = (enum term_op)i.op;

	switch (op) {
	case TM_SUM: return rebuild_sum(z, &i, arg);
	case TM_AND: case TM_OR: case TM_XOR: case TM_BAND:
		return rebuild_flat(z, &i, arg);
	case TM_SHL: case TM_SHR: case TM_SAR: case TM_ROR:
		return term_shift(z, op, arg[0], arg[1]);
	case TM_MUL: return term_mul(z, arg[0], arg[1]);
	case TM_UMULH: case TM_SMULH: case TM_UDIV: case TM_SDIV:
		return term_arith(z, op, arg[0], arg[1]);
	case TM_CLZ: case TM_RBIT: case TM_REV:
		return term_unary(z, op, arg[0]);
	case TM_SEXT: return term_sext(z, arg[0], i.imm);
	case TM_ITE: return term_ite(z, arg[0], arg[1], arg[2]);
	case TM_EQ0: return term_eq(z, arg[0], term_const(z, 0));
	case TM_ULT: return term_ult(z, arg[0], arg[1]);
	case TM_SLT: return term_slt(z, arg[0], arg[1]);
	case TM_BNOT: return term_bnot(z, arg[0]);
	case TM_LOAD: return term_load(z, i.imm, arg[0], arg[1]);
	case TM_STORE: return term_store(z, i.imm, arg[0], arg[1], arg[2]);
	case TM_UF:
		return term_make(z, &(struct term_shape){ op,
			(enum term_sort)i.sort, i.imm, i.lo, i.hi }, arg, i.n);
	default:
		return t;
	}
}

/* Bits that are never set may be in the mask: when only low ones are cleared
 * then, it is a multiple. */
static term masked(struct facts *f, const struct term_node *i, const term *arg)
{
	uint32_t k;

	if (i->n != 2 || !term_is_const(f->z, arg[1], &k))
		return rebuild_flat(f->z, i, arg);
	uint32_t high = facts_bound(f, arg[0]).hi;
	uint32_t more = high ? k | ~(UINT32_MAX >> __builtin_clz(high)) : k;
	return term_andk(f->z, arg[0], ~more & (~more + 1) ? k : more);
}

static term simplify(struct facts *f, struct map *memo, term t)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, t);
	uint32_t *have = map_get(memo, t);

	if (have)
		return *have;
	term r = t;
	int d = i.sort == SORT_BOOL ? facts_decide(f, t) : -1;
	struct bound b = facts_bound(f, t);
	if (d >= 0) {
		r = d ? z->yes : z->no;
	} else if (i.sort == SORT_WORD && b.lo == b.hi) {
		r = term_const(z, b.lo);
	} else if (i.n) {
		term few[16], *arg = few;
		if (i.n > ARRAY_LEN(few))
			arg = arena_array(f->arena, term, i.n);
		unsigned step = i.op == TM_SUM ? 2 : 1;
		for (unsigned k = step - 1; k < i.n; k += step)
			arg[k] = simplify(f, memo, z->pool.at[i.args + k]);
		r = i.op == TM_AND ? masked(f, &i, arg) : term_rebuild(z, t, arg);
		/* what came out may be decided in turn */
		d = i.sort == SORT_BOOL ? facts_decide(f, r) : -1;
		if (d >= 0)
			r = d ? z->yes : z->no;
	}
	*map_put(memo, t) = r;
	return r;
}

term term_replace(struct terms *z, struct map *value, term t)
{
	const struct term_node i = *term_at(z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_get(value, t);
	bool same = true;

	if (have)
		return *have;
	term *arg = arena_array(value->arena, term, i.n), r = t;
	for (unsigned k = step - 1; k < i.n; k += step) {
		arg[k] = term_replace(z, value, z->pool.at[i.args + k]);
		same &= arg[k] == z->pool.at[i.args + k];
	}
	if (!same)
		r = term_rebuild(z, t, arg);
	*map_put(value, t) = r;
	return r;
}

term facts_simplify(struct facts *f, term t)
{
	struct map memo;

	map_init(&memo, f->arena);
	return simplify(f, &memo, t);
}

term facts_simplify_in(struct facts *f, struct map *memo, term t)
{
	return t ? simplify(f, memo, t) : 0;
}
