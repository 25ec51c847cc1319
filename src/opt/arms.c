/* arms.c - takes the arms of a branch away.  The test stays and chooses. */
#include "opt/arms.h"

/* Does edge k lead to a block of its own that only goes on? */
static bool is_arm(const struct opt *o, blk a, blk t)
{
	const struct ir_block *p = &o->f->blocks.at[t];
	const struct ir_cfg *c = o->cfg;

	return t != a && p->nedges == 1 && p->params.n == 0 &&
	       c->pred_begin[t + 1] - c->pred_begin[t] == 1 &&
	       ir_at(o->f, ir_term(o->f, t))->op == IR_BR;
}

bool opt_find_arms(const struct opt *o, blk a, struct opt_arms *s)
{
	const struct ir_func *f = o->f;
	blk to[2], next[2];

	if (!f->blocks.at[a].ins.n || ir_at(f, ir_term(f, a))->op != IR_BR_IF)
		return false;
	*s = (struct opt_arms){ .a = a };
	for (unsigned k = 0; k < 2; k++) {
		to[k] = ir_edge(f, a, k)->to;
		next[k] = is_arm(o, a, to[k]) ? ir_edge(f, to[k], 0)->to : 0;
	}
	/* an arm may be what the other side meets */
	for (unsigned k = 0; k < 2; k++)
		if (next[k] && next[k] == to[1 - k]) {
			s->arm[k] = to[k];
			s->j = next[k];
			return s->j != a;
		}
	s->j = to[0];
	if (next[0] && next[0] == next[1]) {
		s->arm[0] = to[0];
		s->arm[1] = to[1];
		s->j = next[0];
	} else if (to[0] != to[1]) {
		return false;
	}
	return s->j != a;
}

static const struct ir_edge *last_edge(const struct ir_func *f,
				       const struct opt_arms *s, unsigned k)
{
	return s->arm[k] ? ir_edge(f, s->arm[k], 0) : ir_edge(f, s->a, k);
}

ref opt_arm_arg(const struct ir_func *f, const struct opt_arms *s, unsigned k,
		uint32_t p)
{
	return f->list.at[last_edge(f, s, k)->args + p];
}

static void append(struct ir_func *f, blk b, ref r)
{
	ir_insert(f, b, f->blocks.at[b].ins.n - 1, r);
}

ref opt_choice(struct opt *o, const struct opt_arms *s, ref yes, ref no)
{
	struct ir_func *f = o->f;
	const struct ir_ins *test = ir_at(f, ir_term(f, s->a));
	ref cond = test->arg[0];

	if (yes == no)
		return yes;
	ref r = opt_ins(f, IR_SELECT, (enum type)ir_at(f, yes)->type, test->at,
			yes, no);
	ir_at(f, r)->arg[2] = cond;
	ir_at(f, r)->nargs = 3;
	append(f, s->a, r);
	return r;
}

void opt_move_up(struct ir_func *f, const struct opt_arms *s, ref r)
{
	append(f, s->a, r);
}

void opt_end_arms(struct opt *o, const struct opt_arms *s)
{
	struct ir_func *f = o->f;
	uint32_t n = f->blocks.at[s->j].params.n;
	ref *args = arena_array(o->tmp, ref, n + 1);

	for (uint32_t p = 0; p < n; p++)
		args[p] = opt_choice(o, s, opt_arm_arg(f, s, 0, p),
				     opt_arm_arg(f, s, 1, p));
	for (unsigned k = 0; k < 2; k++)
		if (s->arm[k]) {
			opt_kill(f, ir_term(f, s->arm[k]));
			opt_empty_block(f, s->arm[k]);
		}
	opt_make_br(f, s->a, 0);
	struct ir_edge *e = ir_edge(f, s->a, 0);
	e->to = s->j;
	opt_set_args(f, e, args, n);
}
