/* ifstore.c - stores under a condition become stores of a choice.
 *
 *	v = load a;  if (c) store a, x    =>    store a, select x v c
 *
 * The load shows that the address is in memory, and nothing is written between
 * it and the store, so storing v again changes nothing.  With the branch gone a
 * loop is one chain of blocks, as `pack` wants it; so only loops are looked at that
 * access memory without checks and do nothing else.
 */
#include "opt/loopform.h"
#include "opt/trip.h"

enum { MAX_MOVED = 12 };

/* A, which ends in a test, and T, which it alone leads to; both go on to J. */
struct triangle {
	blk a, t, j;
	unsigned side;		/* A's edge to T */
};

static bool find(const struct opt *o, blk a, struct triangle *s)
{
	const struct ir_func *f = o->f;
	const struct ir_cfg *c = o->cfg;

	if (ir_at(f, ir_term(f, a))->op != IR_BR_IF)
		return false;
	for (unsigned k = 0; k < 2; k++) {
		blk t = ir_edge(f, a, k)->to;
		const struct ir_block *p = &f->blocks.at[t];
		if (p->nedges == 1 && p->params.n == 0 && t != a &&
		    c->pred_begin[t + 1] - c->pred_begin[t] == 1 &&
		    ir_edge(f, t, 0)->to == ir_edge(f, a, 1 - k)->to &&
		    p->ins.n <= MAX_MOVED) {
			*s = (struct triangle){ a, t, ir_edge(f, t, 0)->to, k };
			return true;
		}
	}
	return false;
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
		if (store ? !loaded(f, s->a, t->ins.at[k])
			  : !opt_anywhere(f, i) || i->nlist)
			return false;
	}
	return stores == 1;
}

static ref choice(struct opt *o, const struct triangle *s, ref in_t, ref other)
{
	struct ir_func *f = o->f;
	ref cond = ir_at(f, ir_term(f, s->a))->arg[0];

	if (in_t == other)
		return in_t;
	ref r = opt_ins(f, IR_SELECT, (enum type)ir_at(f, in_t)->type,
			f->blocks.at[s->t].at, s->side ? other : in_t,
			s->side ? in_t : other);
	ir_at(f, r)->arg[2] = cond;
	ir_at(f, r)->nargs = 3;
	ir_insert(f, s->a, f->blocks.at[s->a].ins.n - 1, r);
	return r;
}

static void convert(struct opt *o, const struct triangle *s)
{
	struct ir_func *f = o->f;
	struct ir_edge from_t = *ir_edge(f, s->t, 0);
	struct ir_edge from_a = *ir_edge(f, s->a, 1 - s->side);
	ref *args = arena_array(o->tmp, ref, from_t.nargs + 1);
	uint32_t n = f->blocks.at[s->t].ins.n - 1;

	for (uint32_t k = 0; k < n; k++) {
		ref r = f->blocks.at[s->t].ins.at[k];
		if (opt_is_store(ir_at(f, r)->op)) {
			ref v = choice(o, s, ir_at(f, r)->arg[1],
				       loaded(f, s->a, r));
			ir_at(f, r)->arg[1] = v;
		}
		ir_insert(f, s->a, f->blocks.at[s->a].ins.n - 1, r);
	}
	for (uint32_t k = 0; k < from_t.nargs; k++)
		args[k] = choice(o, s, f->list.at[from_t.args + k],
				 f->list.at[from_a.args + k]);
	opt_kill(f, ir_term(f, s->t));
	opt_empty_block(f, s->t);
	opt_make_br(f, s->a, 1 - s->side);
	opt_set_args(f, ir_edge(f, s->a, 0), args, from_t.nargs);
}

/* Only loads, stores and pure instructions, none of which may trap. */
static bool only_accesses(const struct opt *o, const blk *b, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ir_block *p = &o->f->blocks.at[b[k]];
		for (uint32_t j = 0; j + 1 < p->ins.n; j++) {
			const struct ir_ins *i = ir_at(o->f, p->ins.at[j]);
			unsigned flags = ir_flags(i);
			if (opt_is_store(i->op))
				flags &= ~(unsigned)(IR_E | IR_W);
			if (flags & (IR_E | IR_T | IR_W))
				return false;
		}
	}
	return true;
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
		if (n > 6 || !only_accesses(o, b, n))
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
