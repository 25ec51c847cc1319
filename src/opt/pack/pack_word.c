/* pack_word.c - packed arithmetic.
 *
 * With the DSP extension these are rows of packed.def.  Without, carries are
 * kept from crossing lanes: H has the top bit of every lane, L all others.
 *
 *	x + y    ((x & L) + (y & L)) ^ ((x ^ y) & H)
 *	x - y    ((x | H) - (y & L)) ^ ((x ^ ~y) & H)
 *	x >= y   top bits of (x & ~y) | (~(x ^ y) & ((x | H) - (y & L)))
 *
 * unit.packed compares each with its row, over all pairs of bytes.
 */
#include "opt/pack/pack.h"

ref pack_put(struct pack *p, unsigned op, ref a, ref b)
{
	return guard_put(&p->body, op, a, b);
}

ref pack_word(struct pack *p, uint32_t k)
{
	return guard_const(&p->body, k);
}

static ref put_k(struct pack *p, unsigned op, ref a, uint32_t k)
{
	return guard_put_k(&p->body, op, a, k);
}

static ref flip(struct pack *p, ref a)
{
	return put_k(p, OP_I32_XOR, a, UINT32_MAX);
}

static uint32_t tops(const struct pack *p)
{
	return pack_splat(p, UINT32_C(1) << (p->bits - 1));
}

static ref add(struct pack *p, ref x, ref y)
{
	uint32_t h = tops(p);
	ref low = pack_put(p, OP_I32_ADD, put_k(p, OP_I32_AND, x, ~h),
			   put_k(p, OP_I32_AND, y, ~h));

	return pack_put(p, OP_I32_XOR, low,
			put_k(p, OP_I32_AND, pack_put(p, OP_I32_XOR, x, y), h));
}

/* (x | H) - (y & L): differences of the low parts, no borrow in the top bit. */
static ref below(struct pack *p, ref x, ref y)
{
	uint32_t h = tops(p);

	return pack_put(p, OP_I32_SUB, put_k(p, OP_I32_OR, x, h),
			put_k(p, OP_I32_AND, y, ~h));
}

static ref sub(struct pack *p, ref x, ref y)
{
	ref top = pack_put(p, OP_I32_XOR, x, flip(p, y));

	return pack_put(p, OP_I32_XOR, below(p, x, y),
			put_k(p, OP_I32_AND, top, tops(p)));
}

/* All ones in the lanes whose top bit is set in t. */
static ref spread(struct pack *p, ref t)
{
	ref m = put_k(p, OP_I32_AND, t, tops(p));
	ref low = put_k(p, OP_I32_SHR_U, m, p->bits - 1);

	return pack_put(p, OP_I32_OR, m, pack_put(p, OP_I32_SUB, m, low));
}

static ref ge_u(struct pack *p, ref x, ref y)
{
	ref t = below(p, x, y);
	uint32_t h = tops(p);
	uint64_t k;

	if (opt_is_const(p->f, y, &k) && ((uint32_t)k & h) == 0)
		return spread(p, pack_put(p, OP_I32_OR, x, t));
	if (opt_is_const(p->f, y, &k) && ((uint32_t)k & h) == h)
		return spread(p, pack_put(p, OP_I32_AND, x, t));
	ref more = pack_put(p, OP_I32_AND, x, flip(p, y));
	ref same = flip(p, pack_put(p, OP_I32_XOR, x, y));
	return spread(p, pack_put(p, OP_I32_OR, more,
				  pack_put(p, OP_I32_AND, same, t)));
}

static ref turned(struct pack *p, ref x)
{
	return put_k(p, OP_I32_XOR, x, tops(p));
}

static ref add_sat_u(struct pack *p, ref x, ref y)
{
	ref s = add(p, x, y);
	ref either = pack_put(p, OP_I32_AND, pack_put(p, OP_I32_OR, x, y),
			      flip(p, s));
	ref carry = pack_put(p, OP_I32_OR, pack_put(p, OP_I32_AND, x, y),
			     either);

	return pack_put(p, OP_I32_OR, s, spread(p, carry));
}

/* Where both operands have the sign that the result has not, the limit of
 * that sign: all ones but the top bit, plus x's top bit. */
static ref saturated(struct pack *p, ref x, ref y, ref r)
{
	ref over = pack_put(p, OP_I32_AND, pack_put(p, OP_I32_XOR, r, x),
			    pack_put(p, OP_I32_XOR, r, y));
	ref sign = put_k(p, OP_I32_AND,
			 put_k(p, OP_I32_SHR_U, x, p->bits - 1),
			 pack_splat(p, 1));
	ref limit = put_k(p, OP_I32_ADD, sign, ~tops(p));

	return pack_choose(p, spread(p, over), limit, r);
}

static ref half_u(struct pack *p, ref x, ref y)
{
	ref d = put_k(p, OP_I32_SHR_U, pack_put(p, OP_I32_XOR, x, y), 1);

	return pack_put(p, OP_I32_ADD, pack_put(p, OP_I32_AND, x, y),
			put_k(p, OP_I32_AND, d, ~tops(p)));
}

static ref plain(struct pack *p, unsigned op8, ref x, ref y)
{
	switch (op8) {
	case IR_ADD8: return add(p, x, y);
	case IR_SUB8: return sub(p, x, y);
	case IR_ADD_SAT_U8: return add_sat_u(p, x, y);
	case IR_SUB_SAT_U8:
		return pack_put(p, OP_I32_AND, sub(p, x, y), ge_u(p, x, y));
	case IR_ADD_SAT_S8: return saturated(p, x, y, add(p, x, y));
	case IR_SUB_SAT_S8:
		return saturated(p, x, flip(p, y), sub(p, x, y));
	case IR_HALF_U8: return half_u(p, x, y);
	case IR_HALF_S8:
		return turned(p, half_u(p, turned(p, x), turned(p, y)));
	case IR_GE_U8: return ge_u(p, x, y);
	case IR_GE_S8: return ge_u(p, turned(p, x), turned(p, y));
	default: return 0;
	}
}

static unsigned row16(unsigned op8)
{
	return op8 - IR_ADD8 + IR_ADD16;
}

ref pack_op(struct pack *p, unsigned op8, ref a, ref b)
{
	if (!p->dsp)
		return plain(p, op8, a, b);
	ref r = opt_ins(p->f, p->bits == 8 ? op8 : row16(op8), T_I32,
			p->body.at, a, b);
	vec_push(p->o->tmp, &p->body.ins, r);
	return r;
}

ref pack_choose(struct pack *p, ref m, ref a, ref b)
{
	if (!p->dsp)
		return pack_put(p, OP_I32_XOR, b,
				pack_put(p, OP_I32_AND, m,
					 pack_put(p, OP_I32_XOR, a, b)));
	ref r = opt_ins(p->f, IR_BITSELECT, T_I32, p->body.at, a, b);
	ir_at(p->f, r)->arg[2] = m;
	ir_at(p->f, r)->nargs = 3;
	vec_push(p->o->tmp, &p->body.ins, r);
	return r;
}
