/* roll_make.c - a loop in the place of copies of a sequence.
 *
 * The block is cut behind the pattern's root.  What the copies computed stays
 * where it is and goes when nothing wants it; only calls are taken out here.
 * Constants that change together are one counter: addresses of one base and
 * step share it and differ by offsets.  The round is counted by a counter that
 * begins at a number where there is one.
 */
#include "opt/roll/roll.h"

/* --- counters ------------------------------------------------------------ */

static uint32_t first_of(const struct roll *r, const struct roll_pos *p)
{
	return p->last - (r->copies - 1) * p->step;
}

/* The position of operand k of `user`. */
static const struct roll_pos *pos_of(const struct roll *r, ref user, uint32_t k)
{
	for (uint32_t n = 0; n < r->pos.n; n++)
		if (r->pos.at[n].user == user && r->pos.at[n].operand == k)
			return &r->pos.at[n];
	return NULL;
}

/* The value that is the same in all copies and that p is added to, or 0. */
static ref base_of(const struct roll *r, const struct roll_pos *p)
{
	const struct ir_ins *i = ir_at(r->f, p->user);
	bool offset = p->operand == ROLL_OFFSET;

	if (!offset && (i->op != OP_I32_ADD || p->operand != 1))
		return 0;
	const struct roll_pos *b = pos_of(r, p->user, 0);
	if (b->kind == ROLL_SAME || (b->kind == ROLL_STEP && b->step == 0))
		return b->value;
	return 0;
}

/* Offsets do not wrap from one copy to another. */
static bool offset_fits(const struct roll *r, const struct roll_pos *p)
{
	int64_t all = (int64_t)(int32_t)p->step * (r->copies - 1);
	int64_t first = (int64_t)p->last - all;

	return first >= 0 && first <= UINT32_MAX;
}

static struct roll_counter *counter(struct roll *r, struct roll_pos *p,
				    ref base, bool offset)
{
	uint32_t k = 0;

	while (k < r->counter.n && (r->counter.at[k].base != base ||
				    r->counter.at[k].offset != offset ||
				    r->counter.at[k].step != p->step))
		k++;
	if (k == r->counter.n)
		vec_push(r->o->tmp, &r->counter, (struct roll_counter){
			.base = base, .offset = offset, .step = p->step,
			.first = first_of(r, p) });
	p->counter = k;
	return &r->counter.at[k];
}

/* The value that a counter begins with; false when it is none that is known. */
static bool begins_at(const struct roll *r, const struct roll_counter *c,
		      uint32_t *v)
{
	uint64_t base = 0;

	if (c->base && !opt_is_const(r->f, c->base, &base))
		return false;
	*v = (uint32_t)base + c->first;
	return true;
}

/* Does it come to its end in the last round and not before? */
static bool may_end(const struct roll *r, const struct roll_counter *c)
{
	uint32_t v;

	for (uint32_t k = 1; k <= r->copies; k++)
		if (c->step * k == 0)
			return false;
	return begins_at(r, c, &v);
}

bool roll_counters(struct roll *r)
{
	r->counter.n = 0;
	for (uint32_t k = 0; k < r->pos.n; k++) {
		struct roll_pos *p = &r->pos.at[k];
		if (p->kind != ROLL_STEP || p->step == 0)
			continue;
		bool offset = p->operand == ROLL_OFFSET;
		ref base = base_of(r, p);
		if (offset && (!base || !offset_fits(r, p)))
			return false;
		struct roll_counter *c = counter(r, p, base, offset);
		/* the lowest address is one that is accessed: it cannot wrap */
		if (offset && first_of(r, p) < c->first)
			c->first = first_of(r, p);
	}
	r->ending = UINT32_MAX;
	for (uint32_t k = 0; k < r->counter.n; k++)
		if (may_end(r, &r->counter.at[k]) && r->ending == UINT32_MAX)
			r->ending = k;
	for (uint32_t k = 0; k < r->pos.n; k++) {
		struct roll_pos *p = &r->pos.at[k];
		if (p->kind == ROLL_STEP && p->step)
			p->more = first_of(r, p) -
				  r->counter.at[p->counter].first;
	}
	return true;
}

/* --- blocks -------------------------------------------------------------- */

static void put(struct roll *r, blk b, ref v)
{
	ir_append(r->f, b, v);
}

static ref number(struct roll *r, uint32_t v)
{
	return opt_const(r->o, T_I32, v);
}

static ref add(struct roll *r, blk b, uint32_t at, ref x, uint32_t n)
{
	uint64_t v;

	if (n == 0)
		return x;
	if (opt_is_const(r->f, x, &v))
		return number(r, (uint32_t)v + n);
	ref s = opt_ins(r->f, OP_I32_ADD, T_I32, at, x, number(r, n));
	put(r, b, s);
	return s;
}

/* What is behind the root goes into a block of its own. */
static blk cut_behind(struct roll *r)
{
	struct ir_func *f = r->f;
	blk rest = ir_block_new(f);
	struct ir_block *b = &f->blocks.at[r->b], *to = &f->blocks.at[rest];
	uint32_t from = roll_place(r, r->root);

	for (uint32_t k = from; k < b->ins.n; k++) {
		ir_at(f, b->ins.at[k])->block = rest;
		vec_push(f->arena, &to->ins, b->ins.at[k]);
	}
	b->ins.n = from;
	to->edge = b->edge;
	to->nedges = b->nedges;
	to->at = ir_at(f, r->root)->at;
	to->likely = b->likely;
	b->nedges = 0;
	return rest;
}

static void end(struct roll *r, blk b, unsigned op, ref cond, blk to, blk other)
{
	struct ir_func *f = r->f;
	ref t = opt_ins(f, op, T_NONE, ir_at(f, r->root)->at, cond, 0);

	put(r, b, t);
	ir_edges_new(f, b, other ? 2 : 1);
	ir_edge(f, b, 0)->to = to;
	if (other)
		ir_edge(f, b, 1)->to = other;
}

/* --- the loop ------------------------------------------------------------ */

struct round {
	struct roll *r;
	blk b;
	ref chain;		/* parameter */
	ref *now;		/* of each node */
};

static uint32_t node_of(const struct roll *r, ref v)
{
	uint32_t k = 0;

	while (r->node.at[k] != v)
		k++;
	return k;
}

static ref value_at(struct round *m, const struct roll_pos *p)
{
	struct roll *r = m->r;

	switch (p->kind) {
	case ROLL_CHAIN: return m->chain;
	case ROLL_SAME: return p->value;
	case ROLL_INNER: return m->now[node_of(r, p->value)];
	case ROLL_STEP: break;
	}
	if (!p->step)
		return p->value;
	return add(r, m->b, ir_at(r->f, p->user)->at,
		   r->counter.at[p->counter].param, p->more);
}

static void copy_node(struct round *m, uint32_t k)
{
	struct roll *r = m->r;
	ref from = r->node.at[k];
	const struct roll_pos *p = pos_of(r, from, 1);
	uint32_t n = 0;

	/* base + constant is the counter */
	if (p && p->kind == ROLL_STEP && p->step &&
	    r->counter.at[p->counter].base) {
		m->now[k] = value_at(m, p);
		return;
	}
	ref to = opt_copy(r->f, from);
	for (struct opt_uses u = opt_uses(r->f, to); opt_next(&u); n++) {
		ref v = value_at(m, pos_of(r, from, n));
		*opt_again(&u) = v;
	}
	p = pos_of(r, from, ROLL_OFFSET);
	if (p && p->step) {
		ir_at(r->f, to)->imm = p->more;
		ir_at(r->f, to)->arg[0] = r->counter.at[p->counter].param;
	}
	ir_at(r->f, to)->flags &= (uint8_t)~IR_ALIGNED;
	put(r, m->b, to);
	m->now[k] = to;
}

static bool is_ready(const struct roll *r, const bool *done, uint32_t k)
{
	for (uint32_t n = 0; n < r->pos.n; n++) {
		const struct roll_pos *p = &r->pos.at[n];
		if (p->user == r->node.at[k] && p->kind == ROLL_INNER &&
		    !done[node_of(r, p->value)])
			return false;
	}
	return true;
}

/* In the order of the block, what is in other blocks first. */
static uint32_t *in_order(const struct roll *r)
{
	uint32_t *o = arena_array(r->o->tmp, uint32_t, r->node.n + 1);
	bool *done = arena_array(r->o->tmp, bool, r->node.n + 1);

	for (uint32_t n = 0; n < r->node.n; n++) {
		uint32_t next = UINT32_MAX;
		for (uint32_t k = 0; k < r->node.n; k++)
			if (!done[k] && is_ready(r, done, k) &&
			    (next == UINT32_MAX ||
			     roll_place(r, r->node.at[k]) <
				     roll_place(r, r->node.at[next])))
				next = k;
		done[next] = true;
		o[n] = next;
	}
	return o;
}

static ref start_of(struct roll *r, const struct roll_counter *c)
{
	uint32_t at = ir_at(r->f, r->root)->at;

	return c->base ? add(r, r->b, at, c->base, c->first)
		       : number(r, c->first);
}

/* What every value of a counter is below; 0 when that is not known. */
static uint32_t below(const struct roll *r, const struct roll_counter *c)
{
	uint64_t last = (uint64_t)c->step * (r->copies - 1);
	uint32_t v;

	if (!begins_at(r, c, &v) || last + v >= UINT32_MAX)
		return 0;
	return (uint32_t)(last + v) + 1;
}

/* Parameters: the chain's, then the counters'. */
static void begin_rounds(struct roll *r, struct round *m)
{
	struct ir_func *f = r->f;
	VEC(ref) args = { 0 };

	enum type t = (enum type)ir_at(f, r->root)->type;
	vec_push(r->o->tmp, &args, r->in ? r->in : opt_const(r->o, t, 0));
	m->chain = ir_param_new(f, m->b, t);
	if (r->ending == UINT32_MAX) {	/* down to 0 */
		vec_push(r->o->tmp, &r->counter, (struct roll_counter){
			.step = UINT32_MAX, .first = r->copies });
		r->ending = r->counter.n - 1;
	}
	for (uint32_t k = 0; k < r->counter.n; k++) {
		struct roll_counter *c = &r->counter.at[k];
		vec_push(r->o->tmp, &args, start_of(r, c));
		c->param = ir_param_new(f, m->b, T_I32);
		ir_at(f, c->param)->aux = below(r, c);
	}
	end(r, r->b, IR_BR, 0, m->b, 0);
	opt_set_args(f, ir_edge(f, r->b, 0), args.at, args.n);
}

static void end_rounds(struct roll *r, struct round *m, blk rest)
{
	struct ir_func *f = r->f;
	VEC(ref) args = { 0 };
	uint32_t at = ir_at(f, r->root)->at, v = 0;

	vec_push(r->o->tmp, &args, m->now[0]);
	for (uint32_t k = 0; k < r->counter.n; k++) {
		struct roll_counter *c = &r->counter.at[k];
		c->next = add(r, m->b, at, c->param, c->step);
		vec_push(r->o->tmp, &args, c->next);
	}
	const struct roll_counter *c = &r->counter.at[r->ending];
	begins_at(r, c, &v);
	v += r->copies * c->step;
	ref cond = c->next;
	if (v) {
		cond = opt_ins(f, OP_I32_NE, T_I32, at, c->next, number(r, v));
		put(r, m->b, cond);
	}
	end(r, m->b, IR_BR_IF, cond, m->b, rest);
	opt_set_args(f, ir_edge(f, m->b, 0), args.at, args.n);
}

void roll_make(struct roll *r)
{
	struct ir_func *f = r->f;
	uint32_t *order = in_order(r);
	struct round m = { .r = r };

	m.now = arena_array(r->o->tmp, ref, r->node.n);
	blk rest = cut_behind(r);
	m.b = ir_block_new(f);
	f->blocks.at[m.b].at = ir_at(f, r->root)->at;
	f->blocks.at[m.b].likely = f->blocks.at[r->b].likely;
	begin_rounds(r, &m);
	for (uint32_t k = 0; k < r->node.n; k++)
		copy_node(&m, order[k]);
	end_rounds(r, &m, rest);
	ref *map = arena_array(r->o->tmp, ref, f->ins.n);
	map[r->root] = m.now[0];
	ir_replace(f, map);
}
