/* isel_flow.c - terminators and edges.
 *
 * An edge with arguments that leaves a block with several successors gets a
 * block of its own, where the arguments are passed.
 */
#include "t32/isel.h"

enum { MOST_TESTS = 2 };

/* The innermost loop that contains both blocks. */
static blk common_loop(const struct isel *s, blk a, blk b)
{
	const struct ir_cfg *c = s->cfg;

	for (blk x = c->loop[a]; x != UINT32_MAX; x = c->loop_parent[x])
		for (blk y = c->loop[b]; y != UINT32_MAX; y = c->loop_parent[y])
			if (x == y)
				return x;
	return UINT32_MAX;
}

/* Arguments for the words that the target's parameters need. */
static void put_args(struct isel *s, const struct ir_edge *e,
		     struct mir_edge *out)
{
	const struct ir_block *to = &s->ir->blocks.at[e->to];
	VEC(vreg) v = { 0 };

	for (uint32_t k = 0; k < e->nargs; k++) {
		ref p = to->params.at[k], a = s->ir->list.at[e->args + k];
		enum mir_class c =
			isel_class_of(s, (enum type)ir_at(s->ir, p)->type);
		if (c != MIR_G && s->need[p])
			vec_push(s->a, &v, isel_use(s, a));
		for (unsigned h = 0; h < 2 && c == MIR_G; h++)
			if (s->need[p] >> h & 1)
				vec_push(s->a, &v,
					 isel_use_moved(s, isel_word_of(s, a, h)));
	}
	out->args = s->f->vlist.n;
	out->nargs = v.n;
	for (uint32_t k = 0; k < v.n; k++)
		vec_push(s->f->arena, &s->f->vlist, v.at[k]);
}

static bool has_args(const struct isel *s, const struct ir_edge *e)
{
	const struct ir_block *to = &s->ir->blocks.at[e->to];

	for (uint32_t k = 0; k < to->params.n; k++)
		if (s->need[to->params.at[k]])
			return true;
	return false;
}

/* Moves what was put since pool index `from` to MIR block b. */
static void move_to(struct isel *s, uint32_t from, uint32_t b)
{
	struct mir_block *to = &s->f->blocks.at[b];

	for (uint32_t k = from; k < s->pool.n; k++)
		vec_push(s->f->arena, &to->ins, s->pool.at[k]);
	s->pool.n = from;
}

static uint32_t split_edge(struct isel *s, const struct ir_edge *e)
{
	uint32_t b = mir_block_new(s->f), from = s->pool.n;
	blk loop = common_loop(s, s->cb, e->to);
	struct mir_edge *out = arena_new(s->f->arena, struct mir_edge);

	put_args(s, e, out);
	isel_put(s, MOP_JUMP, 0, 0, NULL);
	move_to(s, from, b);
	out->to = s->mblock[e->to];
	struct mir_block *m = &s->f->blocks.at[b];
	m->edge = out;
	m->nedges = 1;
	m->loop = loop == UINT32_MAX ? UINT32_MAX : s->mblock[loop];
	m->depth = loop == UINT32_MAX ? 0 : s->cfg->depth[loop];
	m->cold = s->ir->blocks.at[e->to].likely == 1;
	m->ir = s->cb;
	m->at = ir_at(s->ir, s->cr)->at;
	return b;
}

/* Where edge k of the current block leads to. */
static uint32_t target(struct isel *s, uint32_t k)
{
	const struct ir_edge *e = ir_edge(s->ir, s->cb, k);

	return has_args(s, e) ? split_edge(s, e) : s->mblock[e->to];
}

static void set_edges(struct isel *s, uint32_t b, const uint32_t *to,
		      uint32_t n)
{
	struct mir_edge *e = arena_array(s->f->arena, struct mir_edge, n);

	for (uint32_t k = 0; k < n; k++)
		e[k].to = to[k];
	s->f->blocks.at[b].edge = e;
	s->f->blocks.at[b].nedges = n;
}

static void sel_jump(struct isel *s)
{
	struct mir_edge *e = arena_new(s->f->arena, struct mir_edge);
	const struct ir_edge *g = ir_edge(s->ir, s->cb, 0);
	struct mir_block *b = &s->f->blocks.at[s->mblock[s->cb]];

	put_args(s, g, e);
	e->to = s->mblock[g->to];
	b->edge = e;
	b->nedges = 1;
	isel_put(s, MOP_JUMP, 0, 0, NULL);
}

/* Gives the extra block b of a terminator what the current block has. */
static void inherit(struct isel *s, uint32_t b)
{
	struct mir_block *m = &s->f->blocks.at[b];
	const struct mir_block *first = &s->f->blocks.at[s->mblock[s->cb]];

	m->loop = first->loop;
	m->depth = first->depth;
	m->ir = s->cb;
	m->at = first->at;
}

/* May the branches on c test what it is made of?  As a number it would be made
 * of two numbers, by more operations than a second branch has. */
static bool in_parts(const struct isel *s, ref c)
{
	return s->uses[c] == s->tests[c] && s->uses[c] <= MOST_TESTS &&
	       s->cfg->depth[s->cb] <= s->cfg->depth[ir_at(s->ir, c)->block];
}

/* Both, or one of two comparisons: two branches, and the second comparison
 * is made only when the first does not decide. */
static bool sel_both(struct isel *s, ref c, const uint32_t *to)
{
	const struct ir_ins *i = ir_at(s->ir, c);
	bool all = i->op == OP_I32_AND;

	if ((!all && i->op != OP_I32_OR) || !in_parts(s, c))
		return false;
	for (unsigned k = 0; k < 2; k++)
		if (!isel_is_compare(s, i->arg[k]) || isel_is_soft_float(s, i->arg[k]))
			return false;
	uint32_t next = mir_block_new(s->f), from = s->pool.n;
	struct cond_part p = isel_match_cond(s, i->arg[1]);
	isel_put_cond(s, MOP_CMP_BR, &p, 0, NULL, 0);
	move_to(s, from, next);
	inherit(s, next);
	set_edges(s, next, to, 2);
	p = isel_match_cond(s, i->arg[0]);
	isel_put_cond(s, MOP_CMP_BR, &p, 0, NULL, 0);
	set_edges(s, s->mblock[s->cb],
		  all ? (uint32_t[]){ next, to[1] } :
			(uint32_t[]){ to[0], next }, 2);
	return true;
}

static void sel_branch(struct isel *s, ref r)
{
	ref c = ir_at(s->ir, r)->arg[0];
	uint32_t to[2];

	for (uint32_t k = 0; k < 2; k++)
		to[k] = target(s, k);
	if (sel_both(s, c, to))
		return;
	struct cond_part p = isel_match_cond(s, c);
	isel_put_cond(s, MOP_CMP_BR, &p, 0, NULL, 0);
	set_edges(s, s->mblock[s->cb], to, 2);
}

/* Targets of a br_table; edges that pass the same arguments to the same block
 * share a block when they are neighbours in the list of edges to it. */
static uint32_t *table_targets(struct isel *s, uint32_t n)
{
	uint32_t *to = arena_array(s->a, uint32_t, n);
	uint32_t *last = arena_array(s->a, uint32_t, s->ir->blocks.n);

	for (uint32_t k = 0; k < n; k++) {
		const struct ir_edge *e = ir_edge(s->ir, s->cb, k);
		uint32_t j = last[e->to];
		bool same = j > 0;
		for (uint32_t x = 0; same && x < e->nargs; x++)
			same = s->ir->list.at[e->args + x] ==
			       s->ir->list.at[ir_edge(s->ir, s->cb,
						      j - 1)->args + x];
		to[k] = same ? to[j - 1] : target(s, k);
		last[e->to] = k + 1;
	}
	return to;
}

/* A few targets are compared one after the other. */
static void sel_chain(struct isel *s, struct word x, const uint32_t *to,
		      uint32_t n)
{
	uint32_t b = s->mblock[s->cb];

	for (uint32_t k = 0; k + 1 < n; k++) {
		bool last = k + 2 == n;
		uint32_t next = last ? to[n - 1] : mir_block_new(s->f);
		uint32_t from = s->pool.n;
		struct cond_part p = isel_cmp_words(s, x, kword(k), EQ);
		isel_put_cond(s, MOP_CMP_BR, &p, 0, NULL, 0);
		if (k) {
			move_to(s, from, b);
			inherit(s, b);
		}
		set_edges(s, b, (uint32_t[]){ to[k], next }, 2);
		b = next;
	}
}

static void sel_switch(struct isel *s, ref r)
{
	uint32_t n = s->ir->blocks.at[s->cb].nedges;
	struct word x = isel_word_of(s, ir_at(s->ir, r)->arg[0], 0);

	if (n == 1) {
		sel_jump(s);
		return;
	}
	uint32_t *to = table_targets(s, n);
	if (n <= 4) {
		sel_chain(s, x, to, n);
		return;
	}
	vreg v = isel_use_word(s, x);
	isel_put(s, MOP_JTABLE, 0, 1, &v);
	set_edges(s, s->mblock[s->cb], to, n);
}

void sel_terminator(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	switch (i->op) {
	case IR_BR:
		sel_jump(s);
		break;
	case IR_BR_IF:
		sel_branch(s, r);
		break;
	case IR_BR_TABLE:
		sel_switch(s, r);
		break;
	case IR_TRAP:
		isel_put(s, MOP_TRAP, 0, 0, NULL)->aux = (uint32_t)i->imm;
		break;
	default:
		sel_return(s, r);
		break;
	}
}
