/* pack_cond.c - comparisons of lanes, and what is chosen by them.
 *
 * A comparison with a constant holds for a run of values s, s + 1, ..., within
 * the range of the compared value; when that range has at most 2^bits members,
 * the lane tells which one it is, and the comparison is (lane - s) < n, however
 * the value itself is extended.
 */
#include "opt/pack/pack.h"

/* --- masks --------------------------------------------------------------- */

static ref negated(struct pack *p, ref m)
{
	return m ? pack_put(p, OP_I32_XOR, m, pack_word(p, UINT32_MAX)) : 0;
}

static ref at_least(struct pack *p, ref x, uint32_t lane)
{
	return pack_op(p, IR_GE_U8, x, pack_word(p, pack_splat(p, lane)));
}

/* The values for which `v op k` holds, as a run modulo 2^32; count 2^32 is
 * not among them: such comparisons are decided. */
static bool run_of(unsigned op, uint32_t k, uint32_t *first, uint32_t *count)
{
	uint32_t least = UINT32_C(0x80000000);

	switch (op) {
	case OP_I32_EQ: *first = k; *count = 1; return true;
	case OP_I32_NE: *first = k + 1; *count = UINT32_MAX; return true;
	case OP_I32_LT_U: *first = 0; *count = k; return true;
	case OP_I32_LE_U: *first = 0; *count = k + 1; return k != UINT32_MAX;
	case OP_I32_GT_U: *first = k + 1; *count = 0u - (k + 1);
		return k != UINT32_MAX;
	case OP_I32_GE_U: *first = k; *count = 0u - k; return k != 0;
	case OP_I32_LT_S: *first = least; *count = k - least; return true;
	case OP_I32_LE_S: *first = least; *count = k + 1 - least;
		return k != least - 1;
	case OP_I32_GT_S: *first = k + 1; *count = least - (k + 1);
		return k != least - 1;
	case OP_I32_GE_S: *first = k; *count = least - k; return k != least;
	default: return false;
	}
}

/* The mask of lanes in [first, first + n), 0 < n < 2^bits, modulo 2^bits. */
static ref in_run(struct pack *p, ref x, uint32_t first, uint32_t n)
{
	first &= pack_ones(p);
	if (((first + n) & pack_ones(p)) == 0)
		return at_least(p, x, first);
	if (first)
		x = pack_op(p, IR_SUB8, x,
			    pack_word(p, pack_splat(p, first)));
	return negated(p, at_least(p, x, n));
}

/* The mask of `v op k`. */
static ref with_constant(struct pack *p, unsigned op, const ref *v, uint32_t k)
{
	struct range in = pack_range(p, v);
	uint32_t first, count;

	if (in.len > pack_ones(p) || !run_of(op, k, &first, &count))
		return 0;
	/* The run's part inside the range, counted from the range's start.  It may
	 * begin before the range and reach into it from above. */
	uint32_t from = first - in.lo, all = in.len + 1;
	uint64_t end = (uint64_t)from + count;
	uint32_t tail = from < all ? (end < all ? (uint32_t)end : all) - from
				   : 0;
	uint32_t head = end > UINT64_C(0x100000000)
				? (uint32_t)(end - UINT64_C(0x100000000)) : 0;
	head = head < all ? head : all;
	if (tail + head == 0)
		return pack_word(p, 0);
	if (tail + head >= all)
		return pack_word(p, UINT32_MAX);
	ref x = pack_lane(p, v);
	if (!x)
		return 0;
	if (!head)
		return in_run(p, x, first, tail);
	if (!tail)
		return in_run(p, x, in.lo, head);
	return negated(p, in_run(p, x, in.lo + head, all - head - tail));
}

/* x - y against 0 or -1 is x against y. */
static ref of_difference(struct pack *p, unsigned op, const ref *v, uint32_t k)
{
	ref a[PACK_LANES], b[PACK_LANES];
	bool swap;

	if (pack_row(p, v) != OP_I32_SUB)
		return 0;
	pack_args(p, v, 0, a);
	pack_args(p, v, 1, b);
	if (!pack_is_unsigned(p, a) || !pack_is_unsigned(p, b))
		return 0;
	/* d > -1: x >= y; d >= 0 too; d <= 0, d < 1: y >= x; the others not */
	bool ge = (op == OP_I32_GT_S && k == UINT32_MAX) ||
		  (op == OP_I32_GE_S && k == 0);
	bool lt = (op == OP_I32_LT_S && k == 0) ||
		  (op == OP_I32_LE_S && k == UINT32_MAX);
	bool le = (op == OP_I32_LE_S && k == 0) ||
		  (op == OP_I32_LT_S && k == 1);
	bool gt = (op == OP_I32_GT_S && k == 0) ||
		  (op == OP_I32_GE_S && k == 1);
	if (!ge && !lt && !le && !gt)
		return 0;
	swap = le || gt;
	ref x = pack_lane(p, swap ? b : a), y = x ? pack_lane(p, swap ? a : b)
						  : 0;
	if (!y)
		return 0;
	ref m = pack_op(p, IR_GE_U8, x, y);
	return lt || gt ? negated(p, m) : m;
}

/* The mask of `a op b`, both in lanes of one kind. */
static ref of_two(struct pack *p, unsigned op, const ref *a, const ref *b)
{
	bool plain = pack_is_unsigned(p, a) && pack_is_unsigned(p, b);
	bool extended = pack_is_signed(p, a) && pack_is_signed(p, b);

	if (!plain && !extended)
		return 0;
	ref x = pack_lane(p, a), y = x ? pack_lane(p, b) : 0;
	if (!y)
		return 0;
	if (op == OP_I32_EQ || op == OP_I32_NE) {
		ref m = pack_op(p, IR_GE_U8, pack_word(p, 0),
				pack_put(p, OP_I32_XOR, x, y));
		return op == OP_I32_EQ ? m : negated(p, m);
	}
	bool is_signed = op == OP_I32_LT_S || op == OP_I32_GT_S ||
			 op == OP_I32_LE_S || op == OP_I32_GE_S;
	/* sign-extended values are in lane order as unsigned numbers, too */
	unsigned row = is_signed && !plain ? IR_GE_S8 : IR_GE_U8;
	switch (op) {
	case OP_I32_GE_S: case OP_I32_GE_U:
		return pack_op(p, row, x, y);
	case OP_I32_LE_S: case OP_I32_LE_U:
		return pack_op(p, row, y, x);
	case OP_I32_LT_S: case OP_I32_LT_U:
		return negated(p, pack_op(p, row, x, y));
	default:
		return negated(p, pack_op(p, row, y, x));
	}
}

static ref compare(struct pack *p, unsigned op, const ref *el)
{
	ref a[PACK_LANES], b[PACK_LANES];
	uint32_t k;

	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	if (pack_const(p, a, &k) && !pack_const(p, b, &k)) {
		ref r = with_constant(p, range_mirrored(op), b, k);
		return r ? r : of_difference(p, range_mirrored(op), b, k);
	}
	if (pack_const(p, b, &k)) {
		ref r = with_constant(p, op, a, k);
		return r ? r : of_difference(p, op, a, k);
	}
	return of_two(p, op, a, b);
}

static bool is_truth(const struct pack *p, const ref *el)
{
	return range_inside(pack_range(p, el), range_of(0, 1));
}

ref pack_mask(struct pack *p, const ref *el)
{
	unsigned op = pack_row(p, el);
	ref a[PACK_LANES], b[PACK_LANES];

	if (op == PACK_MIXED || ir_at(p->f, el[0])->type != T_I32)
		return 0;
	if (op >= OP_I32_EQ && op <= OP_I32_GE_U)
		return compare(p, op, el);
	if (op == OP_I32_EQZ) {
		pack_args(p, el, 0, a);
		if (ir_at(p->f, a[0])->type != T_I32)
			return 0;
		return negated(p, pack_mask(p, a));
	}
	if (op == OP_I32_AND || op == OP_I32_OR) {
		pack_args(p, el, 0, a);
		pack_args(p, el, 1, b);
		if (is_truth(p, a) && is_truth(p, b)) {
			ref x = pack_mask(p, a), y = x ? pack_mask(p, b) : 0;
			return y ? pack_put(p, op, x, y) : 0;
		}
	}
	return with_constant(p, OP_I32_NE, el, 0);
}

/* --- saturation ---------------------------------------------------------- */

/* The least or the greatest of v and k: select (v < k) v k in all its forms. */
struct limit {
	bool least, is_signed;
	ref v[PACK_LANES];
	uint32_t k;
};

static bool limit_of(const struct pack *p, const ref *el, struct limit *l)
{
	ref a[PACK_LANES], b[PACK_LANES], c[PACK_LANES], x[PACK_LANES];
	uint32_t k;

	if (pack_row(p, el) != IR_SELECT)
		return false;
	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	pack_args(p, el, 2, c);
	unsigned op = pack_row(p, c);
	if (op < OP_I32_LT_S || op > OP_I32_GE_U)
		return false;
	pack_args(p, c, 0, x);
	pack_args(p, c, 1, c);
	if (!pack_const(p, c, &k))
		return false;
	bool first = pack_same(p, a, x);
	const ref *other = first ? b : a;
	if (!first && !pack_same(p, b, x))
		return false;
	if (!pack_const(p, other, &l->k) || l->k != k)
		return false;
	unsigned n = op - OP_I32_LT_S;	/* lt gt le ge, each s u */
	bool less = n / 2 == 0 || n / 2 == 2;
	l->least = less == first;
	l->is_signed = n % 2 == 0;
	for (unsigned e = 0; e < p->tuple; e++)
		l->v[e] = x[e];
	return true;
}

/* A sum or difference; with a constant the other way round where it is
 * negative. */
struct sum {
	ref a[PACK_LANES], b[PACK_LANES];
	bool minus;
	bool has_k;		/* b is the constant k */
	uint32_t k;
};

static bool sum_of(const struct pack *p, const ref *el, struct sum *s)
{
	unsigned op = pack_row(p, el);

	if (op != OP_I32_ADD && op != OP_I32_SUB)
		return false;
	pack_args(p, el, 0, s->a);
	pack_args(p, el, 1, s->b);
	s->minus = op == OP_I32_SUB;
	s->has_k = pack_const(p, s->b, &s->k);
	if (s->has_k && s->k >> 31) {
		s->minus = !s->minus;
		s->k = 0u - s->k;
	}
	return true;
}

static ref saturate(struct pack *p, const struct sum *s, unsigned row)
{
	ref x = pack_lane(p, s->a);
	ref y = s->has_k ? pack_word(p, pack_splat(p, s->k))
			 : x ? pack_lane(p, s->b) : 0;

	return x && y ? pack_op(p, row, x, y) : 0;
}

static bool unsigned_parts(const struct pack *p, const struct sum *s)
{
	return pack_is_unsigned(p, s->a) &&
	       (s->has_k ? s->k <= pack_ones(p) : pack_is_unsigned(p, s->b));
}

static bool signed_parts(const struct pack *p, const struct sum *s)
{
	return pack_is_signed(p, s->a) &&
	       (s->has_k ? s->k <= pack_ones(p) / 2 : pack_is_signed(p, s->b));
}

static ref saturating(struct pack *p, const ref *el)
{
	struct limit out, in;
	struct sum s;
	uint32_t half = pack_ones(p) / 2;

	if (!limit_of(p, el, &out))
		return 0;
	if (sum_of(p, out.v, &s) && unsigned_parts(p, &s)) {
		if (!s.minus && out.least && out.k == pack_ones(p))
			return saturate(p, &s, IR_ADD_SAT_U8);
		if (s.minus && !out.least && out.is_signed && out.k == 0)
			return saturate(p, &s, IR_SUB_SAT_U8);
	}
	if (!out.is_signed || !limit_of(p, out.v, &in) || !in.is_signed ||
	    in.least == out.least)
		return 0;
	if ((in.least ? in.k : out.k) != half ||
	    (in.least ? out.k : in.k) != ~half)
		return 0;
	if (!sum_of(p, in.v, &s) || !signed_parts(p, &s))
		return 0;
	return saturate(p, &s, s.minus ? IR_SUB_SAT_S8 : IR_ADD_SAT_S8);
}

/* --- choices ------------------------------------------------------------- */

/* The mask, and whether it is the opposite that was made: a choice takes its
 * operands the other way round instead of turning the mask. */
static ref unturned(struct pack *p, ref m, bool *turned)
{
	const struct ir_ins *i = ir_at(p->f, m);
	uint64_t k;

	*turned = i->op == OP_I32_XOR && opt_is_const(p->f, i->arg[1], &k) &&
		  (uint32_t)k == UINT32_MAX;
	return *turned ? i->arg[0] : m;
}

ref pack_select(struct pack *p, const ref *el)
{
	ref a[PACK_LANES], b[PACK_LANES], c[PACK_LANES];
	bool turned;
	ref done = saturating(p, el);

	if (done)
		return done;
	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	pack_args(p, el, 2, c);
	ref m = pack_mask(p, c);
	ref x = m ? pack_lane(p, a) : 0, y = x ? pack_lane(p, b) : 0;
	if (!y)
		return 0;
	m = unturned(p, m, &turned);
	return turned ? pack_choose(p, m, y, x) : pack_choose(p, m, x, y);
}
