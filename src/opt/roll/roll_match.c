/* roll_match.c - copies of a tree that differ in constants only.
 *
 * The first comparison, of the pattern with the copy in front of it, says what
 * each position is; the others must find the same.  Operands of rows that
 * commute are tried both ways round.
 */
#include "opt/match.h"
#include "opt/roll/roll.h"

enum { MOST_COMPARED = 2000 };	/* both ways round, within each other */

struct match {
	struct roll *r;
	uint32_t compared;
	ref before;		/* the chain's value in the pattern */
	bool first;		/* positions are being found */
	uint32_t at;		/* next position */
	ref in;			/* the copy's value for the chain; 0 not yet */
	ref twin[ROLL_NODES];	/* of the pattern's nodes */
	bool seen[ROLL_NODES];
	uint32_t trail[ROLL_NODES], ntrail;
};

struct state {
	uint32_t at, pos, node, trail;
	ref in;
};

static struct state save(const struct match *m)
{
	return (struct state){ m->at, m->r->pos.n, m->r->node.n, m->ntrail,
			       m->in };
}

static void restore(struct match *m, struct state s)
{
	while (m->ntrail > s.trail)
		m->seen[m->trail[--m->ntrail]] = false;
	m->at = s.at;
	m->in = s.in;
	if (m->first) {
		m->r->pos.n = s.pos;
		m->r->node.n = s.node;
	}
}

static ref operand_of(const struct ir_func *f, ref v, uint32_t k)
{
	const struct ir_ins *i = ir_at(f, v);

	return k < i->nargs ? i->arg[k] : f->list.at[i->list + k - i->nargs];
}

/* May it be done anew, where the loop is? */
static bool may_be_inner(const struct roll *r, ref v)
{
	const struct ir_ins *i = ir_at(r->f, v);

	if (i->op == IR_PARAM || i->op == IR_RESULT || i->op == IR_CONST ||
	    i->op == IR_NOP)
		return false;
	if (opt_anywhere(r->f, i))
		return true;
	if (opt_is_load(i->op))
		return roll_place(r, v) || roll_far_load(r, v);
	return roll_place(r, v) && i->op == IR_CALL;
}

static enum roll_kind kind_of(const struct match *m, ref t, ref c)
{
	const struct ir_ins *i = ir_at(m->r->f, t);

	if (t == m->before)
		return ROLL_CHAIN;
	if (i->op == IR_CONST && i->type == T_I32)
		return ROLL_STEP;
	return t == c ? ROLL_SAME : ROLL_INNER;
}

static struct roll_pos *position(struct match *m, ref user, uint32_t k, ref t,
				 enum roll_kind kind)
{
	if (m->first)
		vec_push(m->r->o->tmp, &m->r->pos, (struct roll_pos){
			.user = user, .operand = k, .kind = kind, .value = t });
	while (m->r->val.n <= m->at)
		vec_push(m->r->o->tmp, &m->r->val, 0);
	return &m->r->pos.at[m->at++];
}

static bool constant(struct match *m, ref user, uint32_t k, ref t, uint32_t v)
{
	uint32_t at = m->at;
	struct roll_pos *p = position(m, user, k, t, ROLL_STEP);

	if (m->first)
		p->last = (uint32_t)(t ? ir_at(m->r->f, t)->imm
				       : ir_at(m->r->f, user)->imm);
	m->r->val.at[at] = v;
	return p->kind == ROLL_STEP;
}

static bool inner(struct match *m, ref t, ref c);

static bool operand(struct match *m, ref user, uint32_t k, ref t, ref c)
{
	const struct ir_func *f = m->r->f;
	enum roll_kind kind = m->first ? kind_of(m, t, c)
				       : m->r->pos.at[m->at].kind;

	if (kind == ROLL_STEP)
		return ir_at(f, c)->op == IR_CONST &&
		       ir_at(f, c)->type == T_I32 &&
		       constant(m, user, k, t, (uint32_t)ir_at(f, c)->imm);
	position(m, user, k, t, kind);
	if (kind == ROLL_CHAIN) {
		bool ok = !m->in || m->in == c;
		m->in = c;
		return ok && ir_at(f, c)->type == ir_at(f, t)->type;
	}
	return kind == ROLL_SAME ? t == c : inner(m, t, c);
}

static bool operands(struct match *m, ref t, ref c, uint32_t n, bool turned)
{
	for (uint32_t k = 0; k < n; k++)
		if (!operand(m, t, k, operand_of(m->r->f, t, k),
			     operand_of(m->r->f, c, turned ? 1 - k : k)))
			return false;
	return true;
}

/* x + 0, x << 0 and the like are not written. */
static bool with_zero(struct match *m, ref t, ref c)
{
	const struct ir_ins *i = ir_at(m->r->f, t);

	switch (i->op) {
	case OP_I32_ADD: case OP_I32_SHL: case OP_I32_SHR_U: case OP_I32_SHR_S:
	case OP_I32_OR: case OP_I32_XOR:
		break;
	default:
		return false;
	}
	ref k = i->arg[1];
	return ir_at(m->r->f, k)->op == IR_CONST &&
	       operand(m, t, 0, i->arg[0], c) && constant(m, t, 1, k, 0);
}

static bool same_row(const struct ir_ins *a, const struct ir_ins *b)
{
	return a->op == b->op && a->type == b->type && a->nargs == b->nargs &&
	       a->nlist == b->nlist && a->aux == b->aux &&
	       (opt_is_load(a->op) || a->imm == b->imm);
}

static bool shape(struct match *m, ref t, ref c)
{
	const struct ir_ins *i = ir_at(m->r->f, t), *j = ir_at(m->r->f, c);

	if (!same_row(i, j) || !may_be_inner(m->r, c))
		return with_zero(m, t, c);
	if (opt_is_load(i->op) &&
	    (i->imm > UINT32_MAX || j->imm > UINT32_MAX ||
	     !constant(m, t, ROLL_OFFSET, 0, (uint32_t)j->imm)))
		return false;
	struct state s = save(m);
	uint32_t n = (uint32_t)i->nargs + i->nlist;
	if (operands(m, t, c, n, false))
		return true;
	restore(m, s);
	if (opt_commutative(i->op) && operands(m, t, c, n, true))
		return true;
	restore(m, s);
	return i->op == OP_I32_ADD && with_zero(m, t, c);
}

static bool inner(struct match *m, ref t, ref c)
{
	struct roll *r = m->r;
	uint32_t k = 0;

	while (k < r->node.n && r->node.at[k] != t)
		k++;
	if (k < r->node.n && m->seen[k])
		return m->twin[k] == c;
	if (++m->compared > MOST_COMPARED)
		return false;
	if (k == r->node.n) {
		if (!m->first || k == ROLL_NODES || !may_be_inner(r, t))
			return false;
		vec_push(r->o->tmp, &r->node, t);
	}
	m->seen[k] = true;
	m->twin[k] = c;
	m->trail[m->ntrail++] = k;
	return shape(m, t, c);
}

/* What is not of the row that the pattern has there is a copy's own value. */
static void take_members(struct match *m)
{
	struct roll *r = m->r;

	for (uint32_t k = 0; k < r->node.n; k++) {
		ref c = m->twin[k], t = r->node.at[k];
		bool is = m->seen[k] && same_row(ir_at(r->f, t),
						 ir_at(r->f, c));
		vec_push(r->o->tmp, &r->member, is ? c : 0);
	}
}

/* Are all constants a step before those of the copy found last? */
static bool in_step(const struct match *m)
{
	const struct roll *r = m->r;

	for (uint32_t k = 0; k < r->pos.n; k++) {
		const struct roll_pos *p = &r->pos.at[k];
		if (p->kind == ROLL_STEP &&
		    m->r->val.at[k] != p->last - r->copies * p->step)
			return false;
	}
	return true;
}

static void begin(struct match *m)
{
	m->at = m->ntrail = m->compared = 0;
	m->in = 0;
	for (uint32_t k = 0; k < ROLL_NODES; k++)
		m->seen[k] = false;
}

static void find_steps(struct match *m)
{
	struct roll *r = m->r;

	for (uint32_t k = 0; k < r->pos.n; k++)
		if (r->pos.at[k].kind == ROLL_STEP)
			r->pos.at[k].step = r->pos.at[k].last - m->r->val.at[k];
}

static bool has_neutral(unsigned op)
{
	return op == OP_I32_ADD || op == OP_I32_XOR || op == OP_I32_OR ||
	       op == OP_I64_ADD || op == OP_I64_XOR || op == OP_I64_OR;
}

/* A sum begins with its first term: a copy that is given zero. */
static void begin_with_zero(struct match *m)
{
	struct roll *r = m->r;
	const struct ir_ins *i = ir_at(r->f, r->root);

	if (!has_neutral(i->op) || r->copies == ROLL_COPIES)
		return;
	unsigned k = i->arg[0] == m->before;	/* the term */
	ref c = r->in;
	if (i->arg[1 - k] != m->before || i->arg[k] == m->before)
		return;
	begin(m);
	m->at = k;		/* behind the chain's, or in front of it */
	if (!operand(m, r->root, k, i->arg[k], c) || m->in)
		return;
	if (k == 0)		/* the chain's own position has no constant */
		m->at++;
	if (m->at != r->pos.n || !in_step(m))
		return;
	take_members(m);
	r->in = 0;
	r->copies++;
}

bool roll_match(struct roll *r, ref before)
{
	struct match m = { .r = r, .before = before, .first = true };

	r->pos.n = r->node.n = r->member.n = 0;
	r->copies = 1;
	begin(&m);
	if (!inner(&m, r->root, before) || !m.in)
		return false;
	find_steps(&m);
	m.first = false;
	for (uint32_t k = 0; k < r->node.n; k++)
		vec_push(r->o->tmp, &r->member, r->node.at[k]);
	for (;;) {
		take_members(&m);
		r->in = m.in;
		r->copies++;
		if (r->copies == ROLL_COPIES)
			break;
		begin(&m);
		if (!inner(&m, r->root, r->in) || !m.in ||
		    m.at != r->pos.n || !in_step(&m))
			break;
	}
	begin_with_zero(&m);
	return r->copies >= 3;
}
