/* contract.c - what holds after a call.
 *
 * A memory does not get smaller.  Of intrinsics, the columns of intrinsic.def
 * are contracts that the runtime keeps; using them is an assumption
 * (docs/assurance.md).  Nothing else is assumed of what is called.
 */
#include "prove/pair.h"
#include "prove/world_silent.h"
#include "wasm/intrinsic.h"

enum { PTR = 1, LEN = 2, LEAST = -6, BLOCKED = -2 };

/* A result from -6 to a bound that is no negative number: what is above the
 * bound, as a natural number, is negative. */
static uint32_t up_to(struct terms *z, term r, term most, term *out)
{
	term least = term_const(z, (uint32_t)LEAST);

	out[0] = term_bnot(z, term_slt(z, r, least));
	out[1] = term_bor(z, term_slt(z, r, term_const(z, 0)),
			  term_bnot(z, term_ult(z, most, r)));
	return 2;
}

/* The buffer [p1, p1 + p2) is inside the memory, or the result is -2. */
static term inside(struct pair *p, const struct intrinsic_info *x, term event,
		   term r)
{
	struct terms *z = &p->z;
	uint32_t mem = 0;

	if ((x->buffer != BUFFER_FILL && x->buffer != BUFFER_TAKE) ||
	    (x->mem >= 0 &&
	     !term_is_const(z, term_arg(z, event, (unsigned)x->mem), &mem)) ||
	    mem >= p->w->m->memories.n)
		return z->yes;
	uint32_t at = p->w->at_size + mem;
	/* the state is behind the arguments */
	unsigned nargs = term_at(z, event)->n - p->w->n;
	term size = term_arg(z, event, nargs + at);
	if (p->w->mutable[at])
		size = term_uf_in(z, UF(UF_AFTER, at), &event, 1,
				  p->w->range[at].lo, p->w->range[at].hi);
	term out = walk_outside(z, term_arg(z, event, PTR),
				term_arg(z, event, LEN), size);
	return term_bor(z, term_eq(z, r, term_const(z, (uint32_t)BLOCKED)),
			term_bnot(z, out));
}

uint32_t pair_contract(struct pair *p, uint32_t func, term event,
		       term out[MOST_CONTRACT])
{
	int k = func < p->w->m->nimported[WASM_FUNC] ?
		intrinsic_of(p->w->m, func) : -1;
	struct terms *z = &p->z;
	uint32_t n = 0;

	if (k < 0)
		return 0;
	const struct intrinsic_info *x = &intrinsic_info[k];
	term r = world_result(z, event, 0);
	switch (x->result) {
	case RESULT_COUNT:
		n = up_to(z, r, term_arg(z, event, LEN), out);
		break;
	case RESULT_FLAG:
		n = up_to(z, r, term_const(z, 1), out);
		break;
	case RESULT_CODE:
		out[n++] = term_ult(z, r, term_const(z, 7));
		break;
	case RESULT_ANY:
		break;
	}
	term in = inside(p, x, event, r);
	if (in != z->yes)
		out[n++] = in;
	return n;
}

/* x <= after + k, when c says x <= before + k and before + k does not wrap; 0
 * when it does not. */
static term restated(struct terms *z, term c, term before, term after)
{
	uint32_t k;

	if (term_at(z, c)->op != TM_BNOT)
		return 0;
	c = term_arg(z, c, 0);
	if (term_at(z, c)->op != TM_ULT)
		return 0;
	term low = term_arg(z, c, 0), x = term_arg(z, c, 1);
	if (term_split(z, low, &k) != before) {
		/* not p < q is not ~q < ~p */
		term other = term_not(z, low);
		low = term_not(z, x);
		x = other;
		if (term_split(z, low, &k) != before)
			return 0;
	}
	if (0 - k > term_at(z, before)->lo && k)
		return 0;
	return term_bnot(z, term_ult(z, term_addk(z, after, k), x));
}

uint32_t pair_grown(struct pair *p, const struct walk *w,
		    term out[MOST_GROWN])
{
	uint32_t n = 0;

	if (world_is_silent(p->w, &p->z, w->event))
		return 0;
	for (uint32_t k = 0; k < p->w->m->memories.n; k++) {
		uint32_t at = p->w->at_size + k;
		term before = w->state[at];
		if (!p->w->mutable[at])
			continue;
		term after = term_uf_in(&p->z, UF(UF_AFTER, at), &w->event, 1,
					p->w->range[at].lo, p->w->range[at].hi);
		/* the oldest first: those of cuts */
		for (uint32_t j = 0; j < p->facts.literal.n && n < MOST_GROWN;
		     j++) {
			term t = restated(&p->z, p->facts.literal.at[j],
					  before, after);
			if (t)
				out[n++] = t;
		}
	}
	return n;
}
