/* emit_spare.c - a low register that nobody wants the value of any more.
 *
 * Tests of a few bits have 16-bit encodings that write a register, the shifts.
 * The allocator is done, so what is spare is looked for in the code that follows:
 * a register that it writes before it reads it, on every way that is short.
 */
#include "t32/emit.h"

enum { BLOCKS_AHEAD = 3, CALL_CLOBBERS = 4 };

static bool ahead(const struct emit *e, const struct mir_block *b, uint32_t k,
		  unsigned r, unsigned left);

static bool reads(const struct emit *e, const struct mir_ins *i, unsigned first,
		  unsigned r)
{
	for (unsigned k = first; k < i->nuse; k++)
		if (emit_use(e, i, k) == r)
			return true;
	return false;
}

static bool writes(const struct emit *e, const struct mir_ins *i, unsigned r)
{
	for (unsigned k = 0; k < i->ndef; k++)
		if (emit_def(e, i, k) == r)
			return true;
	return (mop_info[i->op].flags & MOP_C) && r < CALL_CLOBBERS;
}

/* Behind the last instruction, which has not read r.  What was saved on entry
 * is loaded again before the function returns. */
static bool behind(const struct emit *e, const struct mir_block *b, unsigned r,
		   unsigned left)
{
	switch (vec_last(&b->ins).op) {
	case MOP_TRAP:
		return true;
	case MOP_RET: case MOP_TAIL: case MOP_TAIL_R:
		return r < CALL_CLOBBERS || (e->frame.saved >> r & 1);
	default:
		break;
	}
	for (uint32_t k = 0; k < b->nedges; k++)
		if (!left || !ahead(e, &e->f->blocks.at[b->edge[k].to], 0, r,
				    left - 1))
			return false;
	return b->nedges > 0;
}

/* Is r written before it is read from instruction k of b on? */
static bool ahead(const struct emit *e, const struct mir_block *b, uint32_t k,
		  unsigned r, unsigned left)
{
	for (; k < b->ins.n; k++) {
		const struct mir_ins *i = &b->ins.at[k];
		if (i->op == MOP_FUEL || reads(e, i, 0, r))
			return false;
		if (writes(e, i, r))
			return true;
	}
	return behind(e, b, r, left);
}

static bool is_spare(const struct emit *e, const struct mir_ins *i,
		     unsigned first, unsigned r)
{
	const struct mir_block *b = &e->f->blocks.at[e->layout[e->place]];

	/* constants are made from what registers are known to hold */
	return is_low(r) && !emit_is_known(e, r) && !reads(e, i, first, r) &&
	       (writes(e, i, r) ||
		ahead(e, b, (uint32_t)(i - b->ins.at) + 1, r, BLOCKS_AHEAD));
}

unsigned emit_spare(const struct emit *e, const struct mir_ins *i,
		    unsigned first, unsigned wanted)
{
	if (e->o->plain)
		return REG_NONE;
	if (is_spare(e, i, first, wanted))
		return wanted;
	for (unsigned r = 0; r < 8; r++)
		if (is_spare(e, i, first, r))
			return r;
	return REG_NONE;
}
