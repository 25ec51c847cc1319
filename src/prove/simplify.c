/* simplify.c - terms made anew over other parts. */
#include "prove/facts.h"

#include "base/compiler.h"
#include "base/map.h"

enum { KEPT = 1 << 13 };	/* terms that were simplified */

/* As a whole: one by one, each of them would make a sum on the way. */
static term rebuild_sum(struct terms *z, const struct term_node *i,
			const term *arg)
{
	uint32_t few[32], *part = few;

	if (i->n > ARRAY_LEN(few))
		part = arena_array(z->arena, uint32_t, i->n);
	for (unsigned k = 0; k < i->n; k += 2) {
		part[k] = z->pool.at[i->args + k];
		part[k + 1] = arg[k + 1];
	}
	return term_sum(z, i->imm, part, i->n);
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

/* A load looks through a store that facts say is beside it, wherever both are:
 * asked where bytes are loaded and stored one by one, for it costs. */
static term loaded(struct facts *f, term t)
{
	struct terms *z = f->z;

	for (;;) {
		const struct term_node i = *term_at(z, t);
		if (i.op != TM_LOAD || !z->bytes)
			return t;
		const struct term_node s = *term_at(z, z->pool.at[i.args]);
		term at = z->pool.at[i.args + 1];
		if (s.op != TM_STORE)
			return t;
		term d = term_sub(z, at, z->pool.at[s.args + 1]);
		struct bound b = facts_bound(f, d);
		if ((b.lo < s.imm / 8 || b.hi > 0 - i.imm / 8) &&
		    !facts_never_in(f, term_addk(z, d, i.imm / 8 - 1), 0,
				    (s.imm + i.imm) / 8 - 2))
			return t;
		t = term_load(z, i.imm, z->pool.at[s.args], at);
	}
}

/* 2^k * x >> k is x, where that does not wrap. */
static term shifted(struct facts *f, term t)
{
	struct terms *z = f->z;
	uint32_t k;

	if (term_at(z, t)->op != TM_SHR || !term_is_const(z, term_arg(z, t, 1), &k))
		return t;
	term x = term_arg(z, t, 0);
	for (uint32_t n = 0; x && n < k; n++)
		x = facts_halved(z, x);
	return x && facts_bound(f, x).hi <= UINT32_MAX >> k ? x : t;
}

/* To store what is there changes nothing. */
static term stored(struct facts *f, term t)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, t);

	if (i.op != TM_STORE)
		return t;
	term there = term_load(z, i.imm, z->pool.at[i.args],
			       z->pool.at[i.args + 1]);
	return facts_decide(f, term_eq(z, there, z->pool.at[i.args + 2])) == 1 ?
	       z->pool.at[i.args] : t;
}

/* Where a term is kept that was simplified by what is known now.  What is known
 * has a number that nothing else has, so a term that is there is equal to t in
 * every state that it holds in, whoever asked first. */
static struct term_known *place_of(const struct facts *f, term t)
{
	struct terms *z = f->z;

	if (!z->known)
		z->known = arena_array(z->arena, struct term_known, KEPT);
	return &z->known[hash_mix((uint64_t)f->state << 32 | t) % KEPT];
}

static term simplify(struct facts *f, struct map *memo, term t)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, t);
	struct term_known *known = i.n ? place_of(f, t) : NULL;
	uint32_t *have;

	if (known && known->t == t && known->state == f->state)
		return known->simple;
	have = map_get(memo, t);
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
			arg = arena_array(memo->arena, term, i.n);
		unsigned step = i.op == TM_SUM ? 2 : 1;
		bool same = true;
		for (unsigned k = step - 1; k < i.n; k += step) {
			arg[k] = simplify(f, memo, z->pool.at[i.args + k]);
			same &= arg[k] == z->pool.at[i.args + k];
		}
		r = i.op == TM_AND ? masked(f, &i, arg) : shifted(f,
		    loaded(f, stored(f, same ? t : term_rebuild(z, t, arg))));
		/* what came out may be decided in turn */
		d = i.sort == SORT_BOOL ? facts_decide(f, r) : -1;
		if (d >= 0)
			r = d ? z->yes : z->no;
	}
	*map_put(memo, t) = r;
	if (known)
		*known = (struct term_known){ f->state, t, r };
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
	struct arena *scratch = f->z->scratch;
	struct arena_mark before = { 0 };
	struct map memo;

	map_init(&memo, scratch ? scratch : f->arena);
	if (scratch)
		before = arena_mark(scratch);
	term r = simplify(f, &memo, t);
	if (scratch)
		arena_reset(scratch, before);
	return r;
}

term facts_simplify_in(struct facts *f, struct map *memo, term t)
{
	return t ? simplify(f, memo, t) : 0;
}
