/* weaken_step.c - places of a cut that change in step with another.
 *
 * What changed in proportion to another place is linear in what that is; what
 * is left is a word, without the storage that it is an address in.
 */
#include "prove/weaken.h"

enum { MOST_POWER = 256 };

/* r with x = r * y, 0 when there is none. */
static uint32_t ratio(struct terms *z, term x, term y)
{
	const struct term_node i = *term_at(z, x), j = *term_at(z, y);
	uint32_t a = i.op == TM_SUM ? z->pool.at[i.args] : 1;
	uint32_t b = j.op == TM_SUM ? z->pool.at[j.args] : 1;
	uint32_t r;

	if (i.op == TM_CONST && j.op == TM_CONST)
		a = i.imm, b = j.imm;
	if (!b || (b != UINT32_MAX && (int32_t)a % (int32_t)b))
		return 0;
	/* -2^31 / -1 is no int32_t */
	r = b == UINT32_MAX ? 0 - a : (uint32_t)((int32_t)a / (int32_t)b);
	return term_mul_add(z, y, r, term_const(z, 0)) == x ? r : 0;
}

/* to - from: a constant also where only facts say what `from` is here. */
term weaken_change(struct weaken *w, term from, term to)
{
	struct terms *z = &w->p->z;
	term d = term_sub(z, to, from);
	uint32_t k;

	if (term_is_const(z, d, &k))
		return d;
	term e = term_sub(z, to, facts_simplify(&w->p->facts, from));
	return term_is_const(z, e, &k) ? e : d;
}

/* The place as something linear in what another changed, or 0. */
term weaken_in_step(struct weaken *w, const struct base *b, term from, term to)
{
	struct terms *z = &w->p->z;
	uint32_t r = ratio(z, weaken_change(w, from, to),
			   term_sub(z, b->to, b->from));

	if (!r)
		return 0;
	/* from + r * (var - b->from) */
	term rest = term_sub(z, from, term_mul_add(z, b->from, r,
						   term_const(z, 0)));
	return given_moves(&w->g, rest) ? 0 : term_mul_add(z, b->var, r, rest);
}

term weaken_by_multiple(struct weaken *w, term from, term to)
{
	struct terms *z = &w->p->z;

	if (term_at(z, from)->op == TM_CONST ||
	    cut_mentions(w->p, &w->g.seen, w->g.number, from))
		return 0;
	term d = term_sub(z, to, from), zero = term_const(z, 0);
	uint32_t k = term_factors(z, d);
	k &= 0 - k;	/* the greatest power of two that all are multiples of */
	if (k == 1 || k > MOST_POWER)
		return 0;
	d = term_divided(z, d, k);
	term v = weaken_word(w->p, w->g.number);
	vec_push(&w->p->states, &w->bases, (struct base){ zero, d, v });
	return term_mul_add(z, v, k, from);
}

/* The own variable that a sum is linear in, when it has no other; 0: none. */
static term only_own(struct weaken *w, term t, uint32_t *coef)
{
	struct terms *z = &w->p->z;
	const struct term_node i = *term_at(z, t);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		term x = z->pool.at[i.args + k + 1];
		*coef = z->pool.at[i.args + k];
		if (cut_owns(w->p, w->g.number, term_at(z, x)))
			return cut_mentions(w->p, &w->g.seen, w->g.number,
				term_mul_add(z, x, 0 - *coef, t)) ? 0 : x;
	}
	return 0;
}

term weaken_apart(struct weaken *w, term from, term to)
{
	struct terms *z = &w->p->z;
	uint32_t coef;
	term u = only_own(w, from, &coef);
	term v = u ? term_divided(z, term_sub(z, to, term_mul_add(z, u,
					   0 - coef, from)), coef) : 0;

	if (!v)
		return 0;
	term t = weaken_word(w->p, w->g.number);
	vec_push(&w->p->states, &w->bases, (struct base){ u, v, t });
	*map_put(&w->instead, u) = t;
	return term_mul_add(z, t, coef, term_mul_add(z, u, 0 - coef, from));
}

/* A power of two that both are multiples of; 0: none. */
uint32_t weaken_factor(struct terms *z, term x, term y)
{
	const struct term_node i = *term_at(z, x), j = *term_at(z, y);

	if (i.op != TM_SUM || j.op != TM_SUM || i.n != 2 || j.n != 2 ||
	    i.imm || j.imm || term_arg(z, x, 0) != term_arg(z, y, 0))
		return 0;
	uint32_t k = term_arg(z, x, 0);
	return k <= 256 && !(k & (k - 1)) ? k : 0;
}

/* The storage that a word is an address in, when it says so; or 0. */
term weaken_storage(const struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2)
		if (z->pool.at[i.args + k] == 1 &&
		    term_at(z, z->pool.at[i.args + k + 1])->op == TM_SYM)
			return z->pool.at[i.args + k + 1];
	return i.op == TM_SYM ? t : 0;
}
