/* sccp.c - sparse conditional constant propagation.
 *
 * Every value is unknown at first, then one constant, then varies, and never
 * goes back.  Only blocks that are reached are looked at: an edge counts when the
 * test in front of it may choose it, and a parameter is what the edges that count
 * give it.  So a value that is only changed where it has changed before is a
 * constant, around loops too, and the branch that would change it is gone; to see
 * that, constants and branches must be found together (fold and tidy, one after
 * the other, do not).
 *
 * Source: Wegman and Zadeck, "Constant Propagation with Conditional Branches".
 */
#include "opt/pass.h"
#include "wasm/sem.h"

enum state { UNKNOWN, CONSTANT, VARIES };

struct cell {
	uint64_t bits;
	uint8_t state;
};

struct sccp {
	struct opt *o;
	struct ir_func *f;
	uint32_t n;			/* instructions at the beginning */
	struct cell *cell;		/* [n] */
	uint32_t *begin;		/* [n + 1] users of each value: user[begin ..] */
	ref *user;
	bool *reached;			/* [blocks] */
	bool *waits;			/* [n] in worklist */
	VEC(ref) worklist;
	bool changed;
};

static const struct cell varies = { 0, VARIES };

/* --- users ----------------------------------------------------------------- */

static void each_use(struct sccp *s, void (*fn)(struct sccp *, ref, ref))
{
	for (uint32_t k = 0; k < s->o->cfg->nrpo; k++) {
		const struct ir_block *p =
			&s->f->blocks.at[s->o->cfg->rpo[k]];
		for (uint32_t j = 0; j < p->ins.n; j++) {
			struct opt_uses u = opt_uses(s->f, p->ins.at[j]);
			while (opt_next(&u))
				fn(s, *u.use, p->ins.at[j]);
		}
	}
}

static void count_use(struct sccp *s, ref value, ref user)
{
	(void)user;
	s->begin[value]++;
}

static void put_use(struct sccp *s, ref value, ref user)
{
	s->user[--s->begin[value]] = user;
}

static void find_users(struct sccp *s)
{
	s->begin = arena_array(s->o->tmp, uint32_t, s->n + 1);
	each_use(s, count_use);
	for (uint32_t k = 1; k <= s->n; k++)
		s->begin[k] += s->begin[k - 1];
	s->user = arena_array(s->o->tmp, ref, s->begin[s->n] + 1);
	each_use(s, put_use);
}

/* --- values ---------------------------------------------------------------- */

static void look_at(struct sccp *s, ref r)
{
	if (s->waits[r])
		return;
	s->waits[r] = true;
	vec_push(s->o->tmp, &s->worklist, r);
}

static struct cell meet(struct cell a, struct cell b)
{
	if (a.state == UNKNOWN || b.state == UNKNOWN)
		return a.state == UNKNOWN ? b : a;
	return a.state == CONSTANT && b.state == CONSTANT && a.bits == b.bits
		       ? a : varies;
}

static void lower(struct sccp *s, ref r, struct cell by)
{
	struct cell now = meet(s->cell[r], by);

	if (now.state == s->cell[r].state)
		return;
	s->cell[r] = now;
	for (uint32_t k = s->begin[r]; k < s->begin[r + 1]; k++)
		look_at(s, s->user[k]);
}

/* The bits of a NaN that comes out of an operation are nobody's to choose. */
static bool is_nan(unsigned type, uint64_t bits)
{
	return type == T_F32 ? (bits & 0x7fffffff) > 0x7f800000 :
	       type == T_F64 && (bits & INT64_MAX) > UINT64_C(0x7ff) << 52;
}

static struct cell number(const struct sccp *s, const struct ir_ins *i)
{
	struct cell v = { 0, CONSTANT };
	uint64_t arg[2] = { 0, 0 };
	enum hd_trap_kind trap;

	for (unsigned k = 0; k < i->nargs; k++) {
		const struct cell *c = &s->cell[i->arg[k]];
		if (c->state != CONSTANT)
			return *c;
		arg[k] = c->bits;
	}
	if (!num_eval((enum op)i->op, arg, &v.bits, &trap) ||
	    is_nan(i->type, v.bits))
		return varies;
	return v;
}

static struct cell choice(const struct sccp *s, const struct ir_ins *i)
{
	const struct cell *c = &s->cell[i->arg[2]];

	if (c->state == UNKNOWN)
		return *c;
	if (c->state == CONSTANT)
		return s->cell[i->arg[(uint32_t)c->bits ? 0 : 1]];
	return meet(s->cell[i->arg[0]], s->cell[i->arg[1]]);
}

static struct cell value(const struct sccp *s, const struct ir_ins *i)
{
	const struct ir_global_facts *g = s->f->mod->global;

	if (i->type > T_F64)
		return varies;
	if (i->op < OP_NUM_END)
		return number(s, i);
	switch (i->op) {
	case IR_CONST:
		return (struct cell){ i->imm, CONSTANT };
	case IR_SELECT:
		return choice(s, i);
	case IR_GLOBAL_GET:
		return g[i->aux].constant
			       ? (struct cell){ g[i->aux].bits, CONSTANT }
			       : varies;
	default:
		return varies;
	}
}

/* --- edges ----------------------------------------------------------------- */

/* The edges that the end of a block may take: [*first, returned). */
static uint32_t taken(const struct sccp *s, blk b, uint32_t *first)
{
	const struct ir_ins *i = ir_at(s->f, ir_term(s->f, b));
	uint32_t n = s->f->blocks.at[b].nedges;

	*first = 0;
	if (i->op != IR_BR_IF && i->op != IR_BR_TABLE)
		return n;
	const struct cell *c = &s->cell[i->arg[0]];
	if (c->state != CONSTANT)
		return c->state == UNKNOWN ? 0 : n;
	uint32_t k = (uint32_t)c->bits;
	*first = i->op == IR_BR_IF ? !k : k < n - 1 ? k : n - 1;
	return *first + 1;
}

static void reach(struct sccp *s, blk b)
{
	const struct ir_block *p = &s->f->blocks.at[b];

	if (s->reached[b])
		return;
	s->reached[b] = true;
	/* the last is looked at first */
	for (uint32_t k = p->ins.n; k-- > 0;)
		look_at(s, p->ins.at[k]);
}

static void follow(struct sccp *s, blk b)
{
	uint32_t k, end = taken(s, b, &k);

	for (; k < end; k++) {
		const struct ir_edge *e = ir_edge(s->f, b, k);
		const struct ir_block *to = &s->f->blocks.at[e->to];
		for (uint32_t j = 0; j < e->nargs; j++)
			lower(s, to->params.at[j],
			      s->cell[s->f->list.at[e->args + j]]);
		reach(s, e->to);
	}
}

static void solve(struct sccp *s)
{
	const struct ir_block *entry = &s->f->blocks.at[0];

	for (uint32_t k = 0; k < entry->params.n; k++)
		s->cell[entry->params.at[k]] = varies;
	reach(s, 0);
	while (s->worklist.n) {
		ref r = s->worklist.at[--s->worklist.n];
		const struct ir_ins *i = ir_at(s->f, r);
		s->waits[r] = false;
		if (!s->reached[i->block])
			continue;
		if (ir_term(s->f, i->block) == r)
			follow(s, i->block);
		else
			lower(s, r, value(s, i));
	}
}

/* --- rewriting ------------------------------------------------------------- */

static void use_constant(struct sccp *s, ref r, ref *by)
{
	const struct ir_ins *i = ir_at(s->f, r);

	by[r] = opt_const(s->o, (enum type)i->type, s->cell[r].bits);
	s->changed = true;
}

static void rewrite_block(struct sccp *s, blk b, ref *by)
{
	struct ir_func *f = s->f;

	for (uint32_t k = 0; b && k < f->blocks.at[b].params.n; k++)
		if (s->cell[f->blocks.at[b].params.at[k]].state == CONSTANT)
			use_constant(s, f->blocks.at[b].params.at[k], by);
	for (uint32_t k = 0; k + 1 < f->blocks.at[b].ins.n; k++) {
		ref r = f->blocks.at[b].ins.at[k];
		if (s->cell[r].state != CONSTANT ||
		    ir_at(f, r)->op == IR_CONST)
			continue;
		use_constant(s, r, by);
		opt_kill(f, r);
	}
	uint32_t first, end = taken(s, b, &first);
	if (f->blocks.at[b].nedges > 1 && end == first + 1) {
		opt_make_br(f, b, first);
		s->changed = true;
	}
}

/* Parameters that are constants are none any more. */
static void drop_params(struct sccp *s, const struct ir_cfg *c, const ref *by)
{
	struct ir_func *f = s->f;

	for (blk b = 1; b < f->blocks.n; b++) {
		struct ir_block *p = &f->blocks.at[b];
		bool *keep = arena_array(s->o->tmp, bool, p->params.n + 1);
		uint32_t n = p->params.n, kept = 0;
		for (uint32_t k = 0; k < n; k++)
			kept += keep[k] = !by[p->params.at[k]];
		if (kept == n)
			continue;
		for (uint32_t k = 0; k < n; k++)
			if (!keep[k])
				ir_at(f, p->params.at[k])->op = IR_NOP;
		opt_filter_params(f, c, b, keep);
	}
}

static void rewrite(struct sccp *s)
{
	ref *by = arena_array(s->o->tmp, ref, s->n);

	for (uint32_t k = 0; k < s->o->cfg->nrpo; k++)
		if (s->reached[s->o->cfg->rpo[k]])
			rewrite_block(s, s->o->cfg->rpo[k], by);
	if (!s->changed)
		return;
	const struct ir_cfg *c = ir_cfg(s->f, s->o->tmp);
	opt_drop_unreachable(s->f, c);
	drop_params(s, c, by);
	ref *map = arena_array(s->o->tmp, ref, s->f->ins.n);
	for (uint32_t k = 0; k < s->n; k++)
		map[k] = by[k];
	ir_replace(s->f, map);
	opt_sweep(s->f);
	opt_drop_cuts(s->f);
}

static bool sccp(struct opt *o)
{
	struct sccp s = { .o = o, .f = o->f, .n = o->f->ins.n };

	s.cell = arena_array(o->tmp, struct cell, s.n);
	s.waits = arena_array(o->tmp, bool, s.n);
	s.reached = arena_array(o->tmp, bool, o->f->blocks.n);
	find_users(&s);
	solve(&s);
	rewrite(&s);
	return s.changed;
}

const struct pass pass_sccp = {
	.name = "sccp",
	.help = "find constants and branches never taken, together",
	.run = sccp,
	.needs = OPT_CFG,
};
