/* ifstore.c - stores under a condition become stores of a choice.
 *
 *	v = load a;  if (c) store a, x    =>    store a, select x v c
 *
 * The load shows that the address is in memory, and nothing is written between
 * it and the store, so storing v again changes nothing.  With the branch gone a
 * loop is one chain of blocks, as `pack` wants it; so only loops are looked at that
 * access memory without checks and do nothing else.
 */
#include "opt/arms.h"
#include "opt/loopform.h"
#include "opt/trip.h"

enum { MAX_MOVED = 12 };

/* The arm of a branch whose other edge leads to where the arm goes. */
struct triangle {
	struct opt_arms arms;
	unsigned side;		/* of the arm */
	blk t;			/* it */
};

static bool find(const struct opt *o, blk a, struct triangle *s)
{
	if (!opt_find_arms(o, a, &s->arms) ||
	    !s->arms.arm[0] == !s->arms.arm[1])
		return false;
	s->side = !s->arms.arm[0];
	s->t = s->arms.arm[s->side];
	return o->f->blocks.at[s->t].ins.n <= MAX_MOVED;
}

/* The latest load in block a of what store r writes, unless something was
 * written since. */
static ref loaded(const struct ir_func *f, blk a, ref r)
{
	const struct ir_ins *s = ir_at(f, r);

	for (uint32_t k = f->blocks.at[a].ins.n; k-- > 0;) {
		ref l = f->blocks.at[a].ins.at[k];
		const struct ir_ins *i = ir_at(f, l);
		if (ir_flags(i) & (IR_E | IR_W))
			return 0;
		if (opt_is_load(i->op) && i->type == T_I32 &&
		    op_info[i->op].bytes == op_info[s->op].bytes &&
		    i->aux == s->aux && i->imm == s->imm &&
		    i->arg[0] == s->arg[0])
			return l;
	}
	return 0;
}

static bool can_move(const struct ir_func *f, const struct triangle *s)
{
	const struct ir_block *t = &f->blocks.at[s->t];
	unsigned stores = 0;

	for (uint32_t k = 0; k + 1 < t->ins.n; k++) {
		const struct ir_ins *i = ir_at(f, t->ins.at[k]);
		bool store = opt_is_store(i->op) &&
			     ir_at(f, i->arg[1])->type == T_I32;
		stores += store;
		if (store ? !loaded(f, s->arms.a, t->ins.at[k])
			  : !opt_anywhere(f, i) || i->nlist)
			return false;
	}
	return stores == 1;
}

static void convert(struct opt *o, const struct triangle *s)
{
	struct ir_func *f = o->f;
	uint32_t n = f->blocks.at[s->t].ins.n - 1;

	for (uint32_t k = 0; k < n; k++) {
		ref r = f->blocks.at[s->t].ins.at[k];
		if (opt_is_store(ir_at(f, r)->op)) {
			ref in_t = ir_at(f, r)->arg[1];
			ref other = loaded(f, s->arms.a, r);
			ref v = s->side ? opt_choice(o, &s->arms, other, in_t)
					: opt_choice(o, &s->arms, in_t, other);
			ir_at(f, r)->arg[1] = v;
		}
		opt_move_up(f, &s->arms, r);
	}
	opt_end_arms(o, &s->arms);
}

static bool ifstore(struct opt *o)
{
	bool changed = false;

	if (o->options->size || o->options->packed == OPT_PACKED_NONE)
		return false;
	for (uint32_t k = 0; k < o->cfg->nrpo; k++) {
		blk h = o->cfg->rpo[k];
		uint32_t n;
		if (o->cfg->loop[h] != h)
			continue;
		blk *b = opt_loop_blocks(o, h, &n);
		if (n > 6 || !opt_only_accesses(o, b, n))
			continue;
		for (uint32_t j = 0; j < n; j++) {
			struct triangle s;
			if (!o->f->blocks.at[b[j]].ins.n || !find(o, b[j], &s) ||
			    !trip_inside(o->cfg, h, s.t) ||
			    !can_move(o->f, &s))
				continue;
			convert(o, &s);
			changed = true;
			break;	/* the graph is another one now */
		}
	}
	return changed;
}

const struct pass pass_ifstore = {
	.name = "ifstore",
	.help = "turn stores under a condition in loops into stores of a choice",
	.run = ifstore,
	.needs = OPT_CFG,
};
