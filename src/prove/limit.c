/* limit.c - the comparison of the stack with its limit, and what a function does
 * before it: calls nothing and takes no room, or it counts as one without.
 */
#include "prove/mach.h"

enum { MOST_NEED = 1 << 24 };	/* bytes: further is no distance */

/* x < y as `sp on entry` < `limit + need`, in either form. */
static bool is_check(const struct mach_func *f, term x, term y)
{
	uint32_t need;

	if (x != f->sp0) {
		term z = term_not(f->z, y);
		y = term_not(f->z, x);
		x = z;
	}
	return x == f->sp0 && term_split(f->z, y, &need) == f->limit &&
	       need < MOST_NEED;
}

bool mach_is_check(const struct mach_func *f, term c)
{
	if (term_at(f->z, c)->op == TM_BNOT)
		c = term_arg(f->z, c, 0);
	return term_at(f->z, c)->op == TM_ULT &&
	       is_check(f, term_arg(f->z, c, 0), term_arg(f->z, c, 1));
}

bool mach_has_checked(const struct mach_func *f, bool too_small)
{
	for (uint32_t k = 0; k < f->facts->literal.n; k++) {
		term c = f->facts->literal.at[k];
		bool holds = term_at(f->z, c)->op != TM_BNOT;
		if (holds == too_small && mach_is_check(f, c))
			return true;
	}
	return false;
}

void mach_needs_check(struct mach_func *f)
{
	if (f->from_entry && !f->unchecked && !mach_has_checked(f, false))
		f->unchecked = true;
}

void mach_note_call(struct mach_func *f, uint32_t to, bool by_type, bool tail)
{
	struct callee c = { to, by_type, tail };

	mach_needs_check(f);
	for (uint32_t k = 0; k < f->callees.n; k++) {
		const struct callee *x = &f->callees.at[k];
		if (x->to == c.to && x->by_type == c.by_type &&
		    x->tail == c.tail)
			return;
	}
	vec_push(f->z->arena, &f->callees, c);
}
