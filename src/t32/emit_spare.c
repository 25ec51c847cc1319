/* emit_spare.c - a low register that nobody wants the value of any more.
 *
 * Tests of a few bits have 16-bit encodings that write a register, the shifts.
 * The allocator is done, so what is spare follows from the registers that are
 * read later: liveness once more, of registers and not of values.
 */
#include "t32/emit.h"

enum { LOW = 0xff, CALL_CLOBBERS = 0x0f };

/* The low registers among i's operands from..to-1, definitions first. */
static unsigned low_of(const struct emit *e, const struct mir_ins *i,
		       unsigned from, unsigned to)
{
	unsigned set = 0;

	for (unsigned k = from; k < to; k++) {
		unsigned r = emit_reg(e, mir_def(e->f, i, k));
		if (is_low(r))
			set |= 1u << r;
	}
	return set;
}

/* Read by i or behind it, given what is read behind it. */
static unsigned before(const struct emit *e, const struct mir_ins *i,
		       unsigned live)
{
	switch (i->op) {
	case MOP_FUEL:		/* goes on after the runtime has run */
		return LOW;
	case MOP_TRAP:
		return 0;
	case MOP_RET: case MOP_TAIL: case MOP_TAIL_R:
		/* what was saved on entry is loaded again */
		live = LOW & ~(CALL_CLOBBERS | e->frame.saved);
		break;
	default:
		break;
	}
	live &= ~low_of(e, i, 0, i->ndef);
	if (mop_info[i->op].flags & MOP_C)
		live &= ~(unsigned)CALL_CLOBBERS;
	return live | low_of(e, i, i->ndef, i->ndef + i->nuse);
}

/* Read at the end of b. */
static unsigned at_end(const struct emit *e, const struct mir_block *b)
{
	unsigned live = 0;

	for (uint32_t k = 0; k < b->nedges; k++)
		live |= e->read[b->edge[k].to];
	return live;
}

void emit_spare_plan(struct emit *e)
{
	const struct mir_func *f = e->f;
	uint32_t longest = 0;
	bool again = true;

	e->read = arena_array(e->s.arena, uint8_t, f->blocks.n);
	while (again) {
		again = false;
		for (uint32_t b = f->blocks.n; b-- > 0;) {
			const struct mir_block *m = &f->blocks.at[b];
			unsigned live = at_end(e, m);
			for (uint32_t n = m->ins.n; n > 0; n--)
				live = before(e, &m->ins.at[n - 1], live);
			again |= live != e->read[b];
			e->read[b] = (uint8_t)live;
			if (m->ins.n > longest)
				longest = m->ins.n;
		}
	}
	e->behind = arena_array(e->s.arena, uint8_t, longest);
}

void emit_spare_enter(struct emit *e, uint32_t block)
{
	const struct mir_block *b = &e->f->blocks.at[block];
	unsigned live = at_end(e, b);

	for (uint32_t n = b->ins.n; n > 0; n--) {
		e->behind[n - 1] = (uint8_t)live;
		live = before(e, &b->ins.at[n - 1], live);
	}
}

unsigned emit_spare(const struct emit *e, const struct mir_ins *i,
		    unsigned first, unsigned wanted)
{
	const struct mir_block *b = &e->f->blocks.at[e->layout[e->place]];

	if (e->o->plain)
		return REG_NONE;
	unsigned taken = e->behind[i - b->ins.at] & ~low_of(e, i, 0, i->ndef);
	taken |= low_of(e, i, i->ndef + first, i->ndef + i->nuse);
	/* constants are made from what registers are known to hold */
	for (unsigned r = 0; r < 8; r++)
		if (emit_is_known(e, r))
			taken |= 1u << r;
	if (is_low(wanted) && !(taken >> wanted & 1))
		return wanted;
	for (unsigned r = 0; r < 8; r++)
		if (!(taken >> r & 1))
			return r;
	return REG_NONE;
}
