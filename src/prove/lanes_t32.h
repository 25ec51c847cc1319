/* prove/lanes_t32.h - packed arithmetic, lane by lane; for sem_t32.c alone. */
#ifndef PROVE_LANES_T32_H
#define PROVE_LANES_T32_H

#include "prove/shift_t32.h"

enum lanes_kind { LANES_PLAIN, LANES_SATURATE, LANES_HALVE };

/* `sub`: a bit per lane that is subtracted. */
struct lanes_op {
	uint8_t bits;
	bool sgn;
	enum lanes_kind kind;
	uint8_t sub;
};

static term lane_of(struct ctx *x, term t, unsigned k,
		    const struct lanes_op *o)
{
	term r = o->bits == 8 ? term_byte(x->z, t, k) : term_half(x->z, t, k);

	return o->sgn ? term_sext(x->z, r, o->bits) : r;
}

static term at_most(struct ctx *x, term t, uint32_t most)
{
	term k = term_const(x->z, most);

	return term_ite(x->z, term_slt(x->z, k, t), k, t);
}

static term at_least(struct ctx *x, term t, uint32_t least)
{
	term k = term_const(x->z, least);

	return term_ite(x->z, term_slt(x->z, t, k), k, t);
}

/* A lane of the result, from the sum or difference without overflow. */
static term lane_result(struct ctx *x, term full, const struct lanes_op *o)
{
	uint32_t top = 1u << (o->bits - 1), mask = 2 * top - 1;

	switch (o->kind) {
	case LANES_SATURATE:
		full = o->sgn ? at_least(x, at_most(x, full, top - 1), 0 - top)
			      : at_least(x, at_most(x, full, mask), 0);
		break;
	case LANES_HALVE:
		full = term_shiftk(x->z, TM_SAR, full, 1);
		break;
	default:
		break;
	}
	return term_andk(x->z, full, mask);
}

/* The GE flags of a lane: no borrow, a carry, or not negative. */
static term lane_ge(struct ctx *x, term a, term b, term full, bool sub,
		    const struct lanes_op *o)
{
	struct terms *z = x->z;

	if (o->sgn)
		return term_bnot(z, term_slt(z, full, term_const(z, 0)));
	if (sub)
		return term_bnot(z, term_ult(z, a, b));
	return term_bnot(z, term_ult(z, full, term_const(z, 1u << o->bits)));
}

static struct mv lanes(struct ctx *x, struct mv p, struct mv q,
		       struct lanes_op o)
{
	struct terms *z = x->z;
	unsigned n = 32u / o.bits;
	term r[4];

	for (unsigned k = 0; k < n; k++) {
		term a = lane_of(x, p.lo, k, &o), b = lane_of(x, q.lo, k, &o);
		bool sub = o.sub >> k & 1;
		term full = sub ? term_sub(z, a, b) : term_add(z, a, b);
		r[k] = lane_result(x, full, &o);
		for (unsigned j = 0; j < 4 / n; j++)
			x->ge[4 / n * k + j] = lane_ge(x, a, b, full, sub, &o);
	}
	if (n == 4)
		return w1(term_cat(z, r));
	return w1(term_mul_add(z, r[1], 1u << 16, r[0]));
}

static void set_ge(struct ctx *x)
{
	for (unsigned k = 0; k < 4; k++)
		x->m->ge[k] = x->ge[k];
}

static struct mv select_ge(struct ctx *x, struct mv p, struct mv q)
{
	term r[4];

	for (unsigned k = 0; k < 4; k++) {
		if (!x->m->ge[k])
			return beyond2(x, p, q);
		r[k] = term_ite(x->z, x->m->ge[k], term_byte(x->z, p.lo, k),
				term_byte(x->z, q.lo, k));
	}
	return w1(term_cat(x->z, r));
}

/* Sum of absolute differences of bytes. */
static struct mv differences(struct ctx *x, struct mv p, struct mv q)
{
	struct terms *z = x->z;
	term sum = term_const(z, 0);

	for (unsigned k = 0; k < 4; k++) {
		term a = term_byte(z, p.lo, k), b = term_byte(z, q.lo, k);
		sum = term_add(z, sum, term_ite(z, term_ult(z, b, a),
				term_sub(z, a, b), term_sub(z, b, a)));
	}
	return w1(sum);
}

/* Bytes 0 and 2, as halfwords. */
static struct mv two_bytes(struct ctx *x, struct mv p, bool sgn)
{
	struct terms *z = x->z;
	term a = term_byte(z, p.lo, 0), b = term_byte(z, p.lo, 2);

	if (sgn) {
		a = term_andk(z, term_sext(z, a, 8), 0xffff);
		b = term_andk(z, term_sext(z, b, 8), 0xffff);
	}
	return w1(term_mul_add(z, b, 1u << 16, a));
}

/* A halfword, sign-extended. */
static struct mv half(struct ctx *x, struct mv p, unsigned k)
{
	return w1(term_sext(x->z, term_half(x->z, p.lo, k), 16));
}

#endif
