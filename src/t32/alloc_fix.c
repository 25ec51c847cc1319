/* alloc_fix.c - isolates operands that must be in certain registers.
 *
 * Fixed uses and definitions become short-lived vregs of their own, with
 * one parallel copy before and one after the operation; a tied use becomes a
 * copy that dies there.  Whatever lives across such an operation then only
 * has to avoid registers, never to be in one, and colouring usually makes the
 * copies vanish.
 */
#include "t32/alloc.h"

static void set_fix(struct alloc *al, vreg v, uint8_t fix)
{
	al->facts[v].fix = fix;
	al->facts[v].tiny = true;
}

static bool needs_copy(const struct mir_func *f, const struct mir_ins *i, unsigned u)
{
	if (mir_use(f, i, u)->fix != REG_NONE)
		return true;
	for (unsigned d = 0; d < i->ndef; d++)
		if (mir_tied(f, i, d) == (int)u)
			return true;
	return false;
}

/* Copies of the fixed and tied uses, before the operation.  r12 apart and
 * last, since moving in parallel may go through it. */
static void copy_uses(struct alloc *al, uint32_t b, struct mir_ins *i)
{
	struct mir_func *f = al->f;
	vreg pair[64];
	unsigned n = 0;
	int ip = -1;

	for (unsigned u = 0; u < i->nuse && n < 32; u++)
		if (mir_use(f, i, u)->fix == REG_IP)
			ip = (int)u;
		else if (needs_copy(f, i, u))
			n++;
	CHECK(n < 32);
	for (unsigned u = 0, k = 0; u < i->nuse; u++) {
		if ((int)u == ip || !needs_copy(f, i, u))
			continue;
		struct mir_opnd o = *mir_use(f, i, u);
		vreg c = alloc_copy(al, o.v);
		al->facts[c].tiny = true;
		if (o.fix != REG_NONE)
			set_fix(al, c, o.fix);
		pair[k] = c;
		pair[n + k++] = o.v;
		mir_use(f, i, u)->v = c;
	}
	if (n)
		mir_add(f, b, n > 1 ? MOP_PARMOVE : MOP_MOV, n, n, pair);
	if (ip >= 0) {
		vreg v = mir_use(f, i, (unsigned)ip)->v;
		vreg mov[2] = { alloc_copy(al, v), v };
		set_fix(al, mov[0], REG_IP);
		mir_add(f, b, MOP_MOV, 1, 1, mov);
		mir_use(f, i, (unsigned)ip)->v = mov[0];
	}
}

/* The fixed definitions get vregs of their own, copied into the old ones. */
static void copy_defs(struct alloc *al, uint32_t b, struct mir_ins *i)
{
	struct mir_func *f = al->f;
	vreg pair[64];
	unsigned n = 0, k = 0;

	for (unsigned d = 0; d < i->ndef; d++) {
		int tied = mir_tied(f, i, d);
		n += mir_def(f, i, d)->fix != REG_NONE;
		if (tied >= 0)
			al->facts[mir_use(f, i, (unsigned)tied)->v].tie =
				mir_def(f, i, d)->v;
	}
	CHECK(n < 32);
	for (unsigned d = 0; d < i->ndef; d++) {
		struct mir_opnd o = *mir_def(f, i, d);
		if (o.fix == REG_NONE)
			continue;
		vreg c = alloc_copy(al, o.v);
		set_fix(al, c, o.fix);
		pair[k] = o.v;
		pair[n + k++] = c;
		mir_def(f, i, d)->v = c;
	}
	vec_push(f->arena, &f->blocks.at[b].ins, *i);
	if (n)
		mir_add(f, b, n > 1 ? MOP_PARMOVE : MOP_MOV, n, n, pair);
}

/* Function parameters: likewise, at the beginning of the entry. */
static void copy_params(struct alloc *al)
{
	struct mir_func *f = al->f;
	uint32_t n = f->params.n;
	vreg *pair = arena_array(al->a, vreg, 2 * n);

	for (uint32_t k = 0; k < n; k++) {
		struct mir_opnd *o = &f->params.at[k];
		vreg c = alloc_copy(al, o->v);
		set_fix(al, c, o->fix);
		pair[k] = o->v;
		pair[n + k] = c;
		o->v = c;
	}
	if (n)
		mir_add(f, 0, n > 1 ? MOP_PARMOVE : MOP_MOV, n, n, pair);
}

void alloc_isolate(struct alloc *al)
{
	for (uint32_t b = 0; b < al->f->blocks.n; b++) {
		uint32_t n;
		struct mir_ins *old = alloc_take(al, b, &n);
		if (b == 0)
			copy_params(al);
		for (uint32_t k = 0; k < n; k++) {
			copy_uses(al, b, &old[k]);
			copy_defs(al, b, &old[k]);
		}
	}
}
