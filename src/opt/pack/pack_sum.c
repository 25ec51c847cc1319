/* pack_sum.c - sums over a loop, a word of terms at a time.
 *
 * A header parameter that each iteration adds terms to, one per element.
 * Modulo 2^32 their order does not matter.  Only with the DSP extension.
 */
#include "opt/pack/pack.h"

/* Walks the sum down to the parameter, which must be in it once; the sums in
 * between have no other use. */
static bool find_terms(const struct pack *p, struct pack_total *t, ref r,
		       const uint32_t *uses, unsigned *params)
{
	const struct ir_ins *i = ir_at(p->f, r);

	if (r == t->param) {
		++*params;
		return uses[r] == 1;
	}
	if (i->op == OP_I32_ADD && pack_inside(p, r) &&
	    (r == t->last || uses[r] == 1))
		return find_terms(p, t, i->arg[0], uses, params) &&
		       find_terms(p, t, i->arg[1], uses, params);
	if (t->nterms == PACK_TERMS)
		return false;
	t->term[t->nterms++] = r;
	return true;
}

/* The offset of the first load below r, to sort terms by. */
static bool first_offset(const struct pack *p, ref r, unsigned depth,
			 uint32_t *off)
{
	const struct ir_ins *i = ir_at(p->f, r);
	struct pack_place at;

	if (opt_is_load(i->op)) {
		if (pack_bits(i->op) != p->bits || !pack_place(p, r, &at))
			return false;
		*off = at.off;
		return true;
	}
	for (unsigned k = 0; depth && pack_inside(p, r) && k < i->nargs; k++)
		if (first_offset(p, i->arg[k], depth - 1, off))
			return true;
	return false;
}

static bool sort_terms(const struct pack *p, struct pack_total *t)
{
	uint32_t off[PACK_TERMS];

	for (uint32_t k = 0; k < t->nterms; k++) {
		ref r = t->term[k];
		uint32_t v, j = k;
		if (!first_offset(p, r, 6, &v))
			return false;
		for (; j > 0 && (int32_t)(off[j - 1] - v) > 0; j--) {
			off[j] = off[j - 1];
			t->term[j] = t->term[j - 1];
		}
		off[j] = v;
		t->term[j] = r;
	}
	return true;
}

static ref sum_row(struct pack *p, unsigned op, ref a, ref b, ref c)
{
	ref r = opt_ins(p->f, op, T_I32, p->body.at, a, b);

	ir_at(p->f, r)->arg[2] = c;
	ir_at(p->f, r)->nargs = 3;
	vec_push(p->o->tmp, &p->body.ins, r);
	return r;
}

/* Products of sign-extended halfwords; the loads of one factor must be
 * neighbours, so factors may have to change places. */
static ref add_products(struct pack *p, const ref *el, ref sum)
{
	ref a[PACK_LANES], b[PACK_LANES];
	struct pack_place x, y;

	pack_args(p, el, 0, a);
	pack_args(p, el, 1, b);
	for (unsigned e = 1; e < p->tuple; e++) {
		bool loads = opt_is_load(ir_at(p->f, a[0])->op) &&
			     opt_is_load(ir_at(p->f, a[e])->op);
		if (loads && pack_place(p, a[0], &x) &&
		    pack_place(p, a[e], &y) && !pack_related(&x, &y)) {
			ref r = a[e];
			a[e] = b[e];
			b[e] = r;
		}
	}
	if (!pack_is_signed(p, a) || !pack_is_signed(p, b))
		return 0;
	ref m = pack_lane(p, a), n = m ? pack_lane(p, b) : 0;
	return n ? sum_row(p, IR_DOT16, m, n, sum) : 0;
}

/* Adds a tuple of terms to a sum. */
static ref add_terms(struct pack *p, const ref *el, ref sum)
{
	ref m;

	if (p->bits == 16 && pack_row(p, el) == OP_I32_MUL)
		return add_products(p, el, sum);
	if (p->bits == 16 ? !pack_is_signed(p, el) : !pack_is_unsigned(p, el))
		return 0;
	m = pack_lane(p, el);
	if (!m)
		return 0;
	return p->bits == 16
		       ? sum_row(p, IR_DOT16, m,
				 pack_word(p, pack_splat(p, 1)), sum)
		       : sum_row(p, IR_SAD8, m, pack_word(p, 0), sum);
}

static bool add_up(struct pack *p, struct pack_total *t)
{
	ref sum = pack_copy(p, t->param);

	if (!p->dsp || t->nterms % p->tuple || t->nterms != p->per ||
	    !sort_terms(p, t))
		return false;
	for (uint32_t k = 0; sum && k < t->nterms; k += p->tuple) {
		sum = add_terms(p, t->term + k, sum);		p->scalar += 32 / p->bits;
	}
	t->packed = sum;
	return sum != 0;
}

static ref back_arg(const struct pack *p, ref param)
{
	return p->f->list.at[p->f->edges.at[p->l.back].args +
			     ir_at(p->f, param)->imm];
}

bool pack_find_totals(struct pack *p, struct pack_totals *t)
{
	const struct ir_block *h = &p->f->blocks.at[p->l.header];
	const uint32_t *uses = NULL;
	uint32_t step;

	for (uint32_t k = 0; k < h->params.n; k++) {
		ref r = h->params.at[k];
		if (trip_step(p->f, &p->l, r, &step))
			continue;
		struct pack_total x = { .param = r, .last = back_arg(p, r) };
		unsigned params = 0;
		if (!uses)
			uses = opt_use_counts(p->f, p->o->tmp);
		bool is = ir_at(p->f, r)->type == T_I32 &&
			  t->n < ARRAY_LEN(t->at) &&
			  find_terms(p, &x, x.last, uses, &params) &&
			  params == 1 && add_up(p, &x);
		if (is)
			t->at[t->n++] = x;
		else if (!p->inplace)
			return false;
	}
	return true;
}
