/* prove/it_t32.h - an instruction of an IT block whose condition is not known; for
 * sem_t32.c alone.
 *
 * Both ways at once, where they differ in nothing but registers and flags: what the
 * registers hold is a choice by the condition.
 */
#ifndef PROVE_IT_T32_H
#define PROVE_IT_T32_H

#include "prove/flags_t32.h"

static void execute(struct ctx *x);

static bool same_flags(const struct mach *p, const struct mach *q)
{
	return !memcmp(&p->flags, &q->flags, sizeof p->flags);
}

static bool only_registers(const struct mach *p, const struct mach *q,
			   uint32_t nstate, uint32_t nin)
{
	return p->nslots == q->nslots &&
	       (!p->nslots || !memcmp(p->slot, q->slot,
				      p->nslots * sizeof *p->slot)) &&
	       !memcmp(p->state, q->state, nstate * sizeof *p->state) &&
	       (!nin || !memcmp(p->in, q->in, nin * sizeof *p->in)) &&
	       !q->jumped && !q->returned && p->r[R_SP] == q->r[R_SP] &&
	       (same_flags(p, q) || (!p->flags.fp && !q->flags.fp)) &&
	       !memcmp(&p->fpscr, &q->fpscr, sizeof p->fpscr);
}

/* Each by itself, as these are. */
static struct mach_flags apart(struct ctx *x, const struct mach_flags *f)
{
	x->m->flags = *f;
	return (struct mach_flags){ .n = flag_n(x), .z = flag_z(x),
				    .c = flag_c(x), .v = flag_v(x) };
}

/* Those of a comparison that is made where c holds, else the old ones. */
static void choose_flags(struct ctx *x, term c, const struct mach_flags *old)
{
	struct mach_flags now = x->m->flags;
	struct mach_flags p = apart(x, &now), q = apart(x, old);

	x->m->flags = (struct mach_flags){
		.n = term_ite(x->z, c, p.n, q.n),
		.z = term_ite(x->z, c, p.z, q.z),
		.c = term_ite(x->z, c, p.c, q.c),
		.v = term_ite(x->z, c, p.v, q.v) };
}

/* What a register holds: the value where c holds, else the old one.  Where an
 * instruction of this block made the old one a choice by the same condition, what
 * was there before the block is nothing to either. */
static term one_of(struct ctx *x, unsigned reg, term c, term value, term old)
{
	struct mach_choice *last = x->m->it_choice;
	unsigned k = 0;

	while (k < 3 && last[k].made && last[k].reg != reg)
		k++;
	if (last[k].made == old && last[k].c == term_bnot(x->z, c))
		old = last[k].value;
	term made = term_ite(x->z, c, value, old);
	last[k] = (struct mach_choice){ made, c, value, reg };
	return made;
}

/* Both ways at once when only registers and flags differ; else the condition
 * forks. */
static void maybe(struct ctx *x, term c)
{
	struct mach *m = x->m, old;

	mach_copy(x->f, &old, m);
	execute(x);
	if (x->stopped || m->why ||
	    !only_registers(&old, m, x->f->w->n, x->f->in_words)) {
		*m = old;
		m->cond = c;
		stop(x, STOP_FORK);
		return;
	}
	for (unsigned k = 0; k < 16; k++)
		if (m->r[k] != old.r[k])
			m->r[k] = one_of(x, k, c, m->r[k], old.r[k]);
	for (unsigned k = 0; k < 32; k++)
		if (m->s[k] != old.s[k])
			m->s[k] = one_of(x, 16 + k, c, m->s[k], old.s[k]);
	if (!same_flags(&old, m))
		choose_flags(x, c, &old.flags);
}

#endif
