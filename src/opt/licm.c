/* licm.c - moves what does not change in a loop in front of it.
 *
 * One walk in reverse postorder.  An instruction whose operands are all
 * defined outside of some loops around it goes to the preheader of the
 * outermost of them that allows it:
 *  - what is pure and cannot trap always may;
 *  - reads of memory, globals and sizes may when the loop does not change them
 *    and the read is valid there: its address is a constant inside memory, or
 *    it would be the first thing the loop does;
 *  - what may trap may when it would be the first thing the loop does: it
 *    stands in the header and everything before it there was moved or is pure.
 */
#include "opt/loopform.h"
#include "opt/trip.h"

enum { WRITES_MEMORY = 1, WRITES_GLOBAL = 2, WRITES_SIZE = 4 };

struct licm {
	struct opt *o;
	struct ir_func *f;
	const struct ir_cfg *c;
	uint8_t *writes;	/* by header */
	bool *spoiled;		/* by header: what stays may trap or act */
	bool changed;
};

static unsigned writes_of(const struct ir_ins *i)
{
	unsigned fl = ir_flags(i), w = 0;

	if (ir_leaves(i->op))
		return WRITES_MEMORY | WRITES_GLOBAL | WRITES_SIZE;
	if (fl & IR_W)
		w |= WRITES_MEMORY;
	if (i->op == IR_GLOBAL_SET)
		w |= WRITES_GLOBAL;
	if (i->op == IR_MEMORY_GROW)
		w |= WRITES_SIZE;
	return w;
}

static void find_writes(struct licm *l)
{
	for (uint32_t k = 0; k < l->c->nrpo; k++) {
		blk b = l->c->rpo[k];
		const struct ir_block *p = &l->f->blocks.at[b];
		unsigned w = 0;
		for (uint32_t j = 0; j < p->ins.n && l->c->depth[b]; j++)
			w |= writes_of(ir_at(l->f, p->ins.at[j]));
		blk h = w ? l->c->loop[b] : UINT32_MAX;
		for (; h != UINT32_MAX; h = l->c->loop_parent[h])
			l->writes[h] = (uint8_t)(l->writes[h] | w);
	}
}

static bool inside_memory(const struct ir_func *f, const struct ir_ins *i)
{
	uint64_t a;

	return opt_is_const(f, i->arg[0], &a) &&
	       (uint32_t)a + i->imm + op_info[i->op].bytes <=
		       f->mod->memory[i->aux].bytes;
}

static bool invariant(const struct licm *l, const struct ir_ins *i, blk h)
{
	for (unsigned k = 0; k < i->nargs; k++)
		if (trip_inside(l->c, h, ir_at(l->f, i->arg[k])->block))
			return false;
	return i->nlist == 0;
}

/* What kind of care an instruction needs; false: it never moves. */
static bool movable(const struct licm *l, const struct ir_ins *i,
		    unsigned *reads, bool *first)
{
	*reads = 0;
	*first = false;
	if (i->op < OP_NUM_END) {
		*first = !opt_anywhere(l->f, i);
		return true;
	}
	if (opt_is_load(i->op)) {
		*reads = WRITES_MEMORY;
		*first = !inside_memory(l->f, i);
		return true;
	}
	switch (i->op) {
	case IR_SELECT: case IR_REF_FUNC: case IR_IS_NULL: case IR_BITSELECT:
#define PACKED(id, text, args, kind, bits, value, row) case IR_##id:
#include "ir/packed.def"
		return true;
	case IR_GLOBAL_GET:
		*reads = WRITES_GLOBAL;
		return true;
	case IR_MEMORY_SIZE:
		*reads = WRITES_SIZE;
		return true;
	case IR_BOUNDS: case IR_BOUNDS_N:
		*first = true;
		return true;
	default:
		return false;
	}
}

/* The outermost loop that i may leave, or UINT32_MAX. */
static blk target(const struct licm *l, const struct ir_ins *i, blk b)
{
	blk best = UINT32_MAX;
	unsigned reads;
	bool first;

	if (!movable(l, i, &reads, &first))
		return best;
	for (blk h = l->c->loop[b]; h != UINT32_MAX; h = l->c->loop_parent[h]) {
		if (!invariant(l, i, h) || (l->writes[h] & reads))
			break;
		if (first && (b != h || l->spoiled[h]))
			break;
		best = h;
		if (first)
			break;
	}
	return best;
}

static void move(struct licm *l, ref r, blk h)
{
	blk p = opt_preheader(l->o, h);
	struct ir_block *to = &l->f->blocks.at[p];

	ir_insert(l->f, p, to->ins.n - 1, r);
	l->changed = true;
}

static void visit_block(struct licm *l, blk b)
{
	struct ir_func *f = l->f;
	uint32_t kept = 0, n = f->blocks.at[b].ins.n;

	for (uint32_t k = 0; k < n; k++) {
		ref r = f->blocks.at[b].ins.at[k];
		const struct ir_ins *i = ir_at(f, r);
		blk h = target(l, i, b);
		if (h != UINT32_MAX) {
			move(l, r, h);
			continue;
		}
		if (ir_flags(i) & (IR_E | IR_T))
			l->spoiled[b] = true;
		f->blocks.at[b].ins.at[kept++] = r;
	}
	f->blocks.at[b].ins.n = kept;
}

static bool licm(struct opt *o)
{
	bool made = opt_preheaders(o);
	struct licm l = { .o = o, .f = o->f, .c = o->cfg, .changed = made };

	l.writes = arena_array(o->tmp, uint8_t, o->f->blocks.n);
	l.spoiled = arena_array(o->tmp, bool, o->f->blocks.n);
	find_writes(&l);
	for (uint32_t k = 0; k < l.c->nrpo; k++)
		if (l.c->depth[l.c->rpo[k]])
			visit_block(&l, l.c->rpo[k]);
	return l.changed;
}

const struct pass pass_licm = {
	.name = "licm",
	.help = "move what does not change in a loop in front of it",
	.run = licm,
	.needs = OPT_CFG,
};
