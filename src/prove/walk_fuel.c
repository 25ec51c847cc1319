/* walk_fuel.c - fuel: charged where a basic block begins. */
#include "prove/walk.h"

#include <string.h>

/* The balance is below zero: an event with all that is, and leaves it unknown. */
static bool fuel_out(struct walk_func *f, struct walk *s)
{
	const struct world *w = f->w;
	bool asks = s->answer == WALK_ASK;
	term *now = s->state, e = s->given;

	if (asks) {
		s->state = arena_array(f->arena, term, w->n);
		memcpy(s->state, now, w->n * sizeof *now);
	}
	if (!e || asks)
		e = world_event(w, f->z, UF(UF_FUEL, 0), NULL, 0, s->state);
	else
		world_after(w, f->z, e, s->state);
	s->answer = WALK_ASK;
	s->given = 0;
	if (!asks)
		return true;
	s->state = now;
	s->event = e;
	s->callee = UINT32_MAX;
	s->is_tail = false;
	return false;
}

enum stop walk_pay(struct walk_func *f, struct walk *s, uint32_t cost)
{
	struct terms *z = f->z;
	term *fuel = &s->state[f->w->at_fuel];

	if (s->paid == PAID_NOT) {
		*fuel = term_addk(z, *fuel, 0 - cost);
		s->paid = PAID_CHARGED;
	}
	if (s->paid == PAID_CHARGED) {
		s->cond = term_slt(z, *fuel, term_const(z, 0));
		int d = facts_decide(f->facts, s->cond);
		if (d < 0)
			return STOP_FORK;
		if (d && !fuel_out(f, s))
			return STOP_CALL;
		s->paid = PAID_SETTLED;
	}
	if (s->paid == PAID_SETTLED) {
		s->paid = PAID_DONE;
		return STOP_JOIN;
	}
	return STOP_NONE;
}
