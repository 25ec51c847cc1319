/* roll_far.c - may a load of another block be done where the loop is?
 *
 * It was hoisted there, perhaps.  Nothing that may come between may write what
 * it reads: all blocks that its block dominates, and what is behind it there.
 * Addresses are compared as ranges.  Only of what is in no loop, into a loop that
 * is in no other: of more no proof is found yet.
 */
#include "opt/range.h"
#include "opt/roll/roll.h"

enum { MOST_ASKED = 512, UNKNOWN = 0, MAY = 1, MAY_NOT = 2 };

/* Bytes begin <= address < end. */
struct roll_span {
	uint64_t begin, end;
};

static bool note(struct ranges *g, ref r)
{
	struct roll_span *span = (struct roll_span *)g->ctx;
	const struct ir_ins *i = ir_at(g->f, r);

	if (opt_is_mem(i->op) && r < g->n) {
		struct range a = range_at(g, i->arg[0]);
		span[r].begin = range_umin(a) + i->imm;
		span[r].end = range_umax(a) + i->imm + op_info[i->op].bytes;
	}
	return false;
}

void roll_find_spans(struct roll_far *far, struct opt *o)
{
	struct ranges g = { .visit = note };

	far->n = o->f->ins.n;
	far->span = arena_array(o->tmp, struct roll_span, far->n);
	far->known = arena_array(o->tmp, uint8_t, far->n);
	g.ctx = far->span;
	range_walk(&g, o);
}

/* May i write what the load reads? */
static bool may_write(const struct roll *r, ref i, ref load)
{
	const struct ir_ins *p = ir_at(r->f, i);
	const struct roll_span *span = r->far->span;

	switch (p->op) {
	case IR_GLOBAL_SET: case IR_MEMORY_GROW: case IR_TABLE_SET:
		return false;
	case IR_CALL:
		return !r->f->mod->func[p->aux].silent;
	default:
		break;
	}
	if (!(ir_flags(p) & (IR_E | IR_W)))
		return false;
	if (!opt_is_store(p->op))
		return true;
	return p->aux == ir_at(r->f, load)->aux &&
	       (i >= r->far->n || (span[i].begin < span[load].end &&
				   span[load].begin < span[i].end));
}

static bool stays(const struct roll *r, ref load)
{
	const struct ir_cfg *c = r->o->cfg;
	blk home = ir_at(r->f, load)->block;

	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk b = c->rpo[k];
		bool behind = b != home;	/* the load has been */
		if (!ir_dominates(c, home, b))
			continue;
		const struct ir_block *p = &r->f->blocks.at[b];
		for (uint32_t j = 0; j < p->ins.n; j++) {
			if (behind && may_write(r, p->ins.at[j], load))
				return false;
			behind |= p->ins.at[j] == load;
		}
	}
	return true;
}

bool roll_far_load(const struct roll *r, ref load)
{
	struct roll_far *far = r->far;
	const struct ir_cfg *c = r->o->cfg;

	if (load >= far->n || c->depth[ir_at(r->f, load)->block] > 0 ||
	    c->depth[r->b] > 1)
		return false;
	if (far->known[load] == UNKNOWN) {
		bool may = far->asked++ < MOST_ASKED && stays(r, load);
		far->known[load] = may ? MAY : MAY_NOT;
	}
	return far->known[load] == MAY;
}
