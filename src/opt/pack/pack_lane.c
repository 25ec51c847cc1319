/* pack_lane.c - expressions over elements as expressions over packed words.
 *
 * A lane holds a value modulo 2^bits.  Sums, differences, and bitwise rows of
 * i32 need no more than that of their operands.  Shifts right, comparisons and
 * saturation need the whole value: there its range must show that the lane
 * determines it.
 */
#include "opt/pack/pack.h"

enum { DEPTH = 16, RANGE_DEPTH = 8 };

/* --- tuples -------------------------------------------------------------- */

bool pack_same(const struct pack *p, const ref *a, const ref *b)
{
	for (unsigned e = 0; e < p->tuple; e++)
		if (a[e] != b[e])
			return false;
	return true;
}

unsigned pack_row(const struct pack *p, const ref *el)
{
	unsigned op = ir_at(p->f, el[0])->op;

	for (unsigned e = 1; e < p->tuple; e++)
		if (ir_at(p->f, el[e])->op != op)
			return PACK_MIXED;
	return op;
}

bool pack_const(const struct pack *p, const ref *el, uint32_t *k)
{
	uint64_t v = 0, first = 0;

	for (unsigned e = 0; e < p->tuple; e++) {
		if (!opt_is_const(p->f, el[e], &v))
			return false;
		first = e ? first : v;
		if (v != first)
			return false;
	}
	*k = (uint32_t)v;
	return true;
}

/* --- ranges -------------------------------------------------------------- */

static struct range range_of_ref(const struct pack *p, ref r, unsigned depth);

/* Arm k of a select: limited by the condition when it compares the arm. */
static struct range arm(const struct pack *p, const struct ir_ins *i,
			unsigned k, unsigned depth)
{
	const struct ir_ins *c = ir_at(p->f, i->arg[2]);
	struct range r = range_of_ref(p, i->arg[k], depth);

	if (c->op < OP_I32_EQ || c->op > OP_I32_GE_U)
		return r;
	unsigned op = k == 0 ? c->op : range_negated(c->op);
	if (c->arg[0] == i->arg[k])
		return range_assume(op, r, range_of_ref(p, c->arg[1], depth));
	if (c->arg[1] == i->arg[k])
		return range_assume(range_mirrored(op), r,
				    range_of_ref(p, c->arg[0], depth));
	return r;
}

static struct range range_of_ref(const struct pack *p, ref r, unsigned depth)
{
	const struct ir_ins *i = ir_at(p->f, r);

	if (i->type != T_I32 || depth == 0)
		return i->op == IR_CONST && i->type == T_I32
			       ? range_const((uint32_t)i->imm) : range_full();
	switch (i->op) {
	case IR_CONST: return range_const((uint32_t)i->imm);
	case OP_I32_LOAD8_U: return range_of(0, 0xff);
	case OP_I32_LOAD16_U: return range_of(0, 0xffff);
	case OP_I32_LOAD8_S: return range_of(0u - 0x80, 0x7f);
	case OP_I32_LOAD16_S: return range_of(0u - 0x8000, 0x7fff);
	case IR_SELECT:
		return range_union(arm(p, i, 0, depth - 1),
				   arm(p, i, 1, depth - 1));
	default:
		break;
	}
	if (i->op >= OP_NUM_END || i->nargs == 0)
		return range_full();
	struct range a = range_of_ref(p, i->arg[0], depth - 1);
	return range_eval(i->op, a, i->nargs > 1
					    ? range_of_ref(p, i->arg[1],
							   depth - 1)
					    : a);
}

struct range pack_range(const struct pack *p, const ref *el)
{
	struct range r = range_of_ref(p, el[0], RANGE_DEPTH);

	for (unsigned e = 1; e < p->tuple; e++)
		if (el[e] != el[0])
			r = range_union(r, range_of_ref(p, el[e], RANGE_DEPTH));
	return r;
}

bool pack_is_unsigned(const struct pack *p, const ref *el)
{
	return range_inside(pack_range(p, el), range_of(0, pack_ones(p)));
}

bool pack_is_signed(const struct pack *p, const ref *el)
{
	uint32_t half = pack_ones(p) / 2;

	return range_inside(pack_range(p, el), range_of(~half, half));
}

/* --- rows ---------------------------------------------------------------- */

static ref and_k(struct pack *p, ref a, uint32_t lane)
{
	return pack_put(p, OP_I32_AND, a, pack_word(p, pack_splat(p, lane)));
}

/* Half of a sum, and of a sum plus one: the carry is not lost. */
static ref average(struct pack *p, const ref *sum)
{
	ref a[PACK_LANES], b[PACK_LANES], c[PACK_LANES];
	uint32_t one;
	bool up = false;

	if (pack_row(p, sum) != OP_I32_ADD)
		return 0;
	pack_args(p, sum, 0, a);
	pack_args(p, sum, 1, b);
	for (unsigned k = 0; k < 2 && !up; k++) {
		/* (x + y) + 1, x + (y + 1) */
		const ref *in = k ? a : b, *other = k ? b : a;
		if (pack_const(p, in, &one) && one == 1 &&
		    pack_row(p, other) == OP_I32_ADD) {
			pack_args(p, other, 0, c);
			pack_args(p, other, 1, b);
			for (unsigned e = 0; e < p->tuple; e++)
				a[e] = c[e];
			up = true;
		} else if (pack_row(p, in) == OP_I32_ADD) {
			pack_args(p, in, 1, c);
			if (!pack_const(p, c, &one) || one != 1)
				continue;
			pack_args(p, in, 0, c);
			for (unsigned e = 0; e < p->tuple; e++) {
				ref x = other[e];
				b[e] = c[e];
				a[e] = x;
			}
			up = true;
		}
	}
	if (!pack_is_unsigned(p, a) || !pack_is_unsigned(p, b))
		return 0;
	ref x = pack_lane(p, a), y = x ? pack_lane(p, b) : 0;
	if (!y)
		return 0;
	if (!up)
		return pack_op(p, IR_HALF_U8, x, y);
	ref ones = pack_word(p, UINT32_MAX);
	x = pack_put(p, OP_I32_XOR, x, ones);
	y = pack_put(p, OP_I32_XOR, y, ones);
	return pack_put(p, OP_I32_XOR, pack_op(p, IR_HALF_U8, x, y), ones);
}

static ref shift_left(struct pack *p, const ref *el, uint32_t n)
{
	if (n >= p->bits)
		return pack_word(p, 0);
	ref x = pack_lane(p, el);
	return x ? and_k(p, pack_put(p, OP_I32_SHL, x, pack_word(p, n)),
			 pack_ones(p) << n) : 0;
}

/* The lane must be the whole value, extended with zeros or with its sign. */
static ref shift_right(struct pack *p, unsigned op, const ref *el, uint32_t n)
{
	bool positive = pack_is_unsigned(p, el);

	if (!positive && (op == OP_I32_SHR_U || !pack_is_signed(p, el)))
		return n == 1 ? average(p, el) : 0;
	if (n >= p->bits && positive)
		return pack_word(p, 0);
	n = n < p->bits ? n : p->bits - 1;
	ref x = pack_lane(p, el);
	if (!x)
		return 0;
	x = and_k(p, pack_put(p, OP_I32_SHR_U, x, pack_word(p, n)),
		  pack_ones(p) >> n);
	if (positive)
		return x;
	ref sign = pack_word(p, pack_splat(p, UINT32_C(1) << (p->bits - 1 - n)));
	return pack_op(p, IR_SUB8, pack_put(p, OP_I32_XOR, x, sign), sign);
}

static ref shift(struct pack *p, unsigned op, const ref *el)
{
	ref a[PACK_LANES], b[PACK_LANES];
	uint32_t n;

	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	if (!pack_const(p, b, &n))
		return 0;
	return op == OP_I32_SHL ? shift_left(p, a, n & 31)
				: shift_right(p, op, a, n & 31);
}

/* (d ^ s) - s with s = d >> 31 and d = x - y: the distance of two lanes. */
static ref distance(struct pack *p, const ref *el)
{
	ref a[PACK_LANES], s[PACK_LANES], d[PACK_LANES], t[PACK_LANES];
	uint32_t n;

	pack_args(p, el, 0, a);
	pack_args(p, el, 1, s);
	if (pack_row(p, a) != OP_I32_XOR || pack_row(p, s) != OP_I32_SHR_S)
		return 0;
	pack_args(p, s, 0, d);
	pack_args(p, s, 1, t);
	if (!pack_const(p, t, &n) || n != 31 || pack_row(p, d) != OP_I32_SUB)
		return 0;
	for (unsigned e = 0; e < p->tuple; e++) {
		const struct ir_ins *x = ir_at(p->f, a[e]);
		if (!(x->arg[0] == d[e] && x->arg[1] == s[e]) &&
		    !(x->arg[0] == s[e] && x->arg[1] == d[e]))
			return 0;
	}
	pack_args(p, d, 0, a);
	pack_args(p, d, 1, s);
	if (!pack_is_unsigned(p, a) || !pack_is_unsigned(p, s))
		return 0;
	ref x = pack_lane(p, a), y = x ? pack_lane(p, s) : 0;
	return y ? pack_put(p, OP_I32_OR, pack_op(p, IR_SUB_SAT_U8, x, y),
			    pack_op(p, IR_SUB_SAT_U8, y, x)) : 0;
}

static ref binary(struct pack *p, unsigned op, const ref *el)
{
	ref a[PACK_LANES], b[PACK_LANES];
	ref d = op == OP_I32_SUB ? distance(p, el) : 0;

	if (d)
		return d;
	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	ref x = pack_lane(p, a), y = x ? pack_lane(p, b) : 0;
	if (!y)
		return 0;
	if (op == OP_I32_ADD)
		return pack_op(p, IR_ADD8, x, y);
	if (op == OP_I32_SUB)
		return pack_op(p, IR_SUB8, x, y);
	return pack_put(p, op, x, y);
}

/* A value from outside the loop, in every lane. */
static ref invariant(struct pack *p, ref r)
{
	struct guard *h = &p->head;

	if (ir_at(p->f, r)->type != T_I32)
		return 0;
	r = guard_put_k(h, OP_I32_AND, r, pack_ones(p));
	return guard_put_k(h, OP_I32_MUL, r, pack_splat(p, 1));
}

/* Constants that differ from element to element. */
static ref constants(struct pack *p, const ref *el)
{
	uint32_t w = 0;

	for (unsigned k = 0; k < 32 / p->bits; k++) {
		uint32_t v = (uint32_t)ir_at(p->f, el[k % p->tuple])->imm;
		w |= (v & pack_ones(p)) << k * p->bits;
	}
	return pack_word(p, w);
}

static ref load(struct pack *p, const ref *el)
{
	struct pack_group *g = pack_group(p, el);

	if (!g)
		return 0;
	if (!g->value)
		g->value = pack_access(p, g, OP_I32_LOAD, 0);
	return g->value;
}

static ref of_row(struct pack *p, const ref *el)
{
	unsigned op = pack_row(p, el);
	ref a[PACK_LANES];

	if (ir_at(p->f, el[0])->type != T_I32)
		return 0;
	if (op == IR_CONST)
		return constants(p, el);
	if (pack_bits(op) == p->bits && opt_is_load(op))
		return load(p, el);
	switch (op) {
	case OP_I32_ADD: case OP_I32_SUB: case OP_I32_AND: case OP_I32_OR:
	case OP_I32_XOR:
		return binary(p, op, el);
	case OP_I32_SHL: case OP_I32_SHR_U: case OP_I32_SHR_S:
		return shift(p, op, el);
	case OP_I32_EXTEND16_S:
		pack_args(p, el, 0, a);
		return pack_lane(p, a);
	case OP_I32_EXTEND8_S:
		pack_args(p, el, 0, a);
		return p->bits == 8 ? pack_lane(p, a) : 0;
	case IR_SELECT:
		return pack_select(p, el);
	default:
		break;
	}
	if (op <= OP_I32_GE_U) {
		ref m = pack_mask(p, el);
		return m ? and_k(p, m, 1) : 0;
	}
	return 0;
}

static bool all_outside(const struct pack *p, const ref *el)
{
	for (unsigned e = 0; e < p->tuple; e++)
		if (el[e] != el[0] || pack_inside(p, el[e]))
			return false;
	return true;
}

ref pack_lane(struct pack *p, const ref *el)
{
	uint64_t k;

	for (uint32_t m = 0; m < p->nmemo; m++)
		if (pack_same(p, p->memo[m].el, el))
			return p->memo[m].value;
	if (p->nmemo == PACK_MEMO)
		return 0;
	struct pack_memo *m = &p->memo[p->nmemo++];
	for (unsigned e = 0; e < p->tuple; e++)
		m->el[e] = el[e];
	if (opt_is_const(p->f, el[0], &k) || !all_outside(p, el)) {
		m->value = of_row(p, el);
		p->scalar += 32 / p->bits * pack_inside(p, el[0]);
	} else {
		m->value = invariant(p, el[0]);
	}
	return m->value;
}
