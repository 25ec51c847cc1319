/* contract.c - what holds after a call of an intrinsic.
 *
 * The columns of intrinsic.def are contracts that the runtime keeps; using
 * them is an assumption (docs/assurance.md).  Nothing else is assumed of what
 * is called.
 */
#include "prove/pair.h"
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
