/* unroll.c - several iterations of a loop in one.
 *
 * For loops of one block whose number of iterations is known.  Pays where an
 * iteration ends in moves: parameters that take over each other's values (the
 * a, b, c, ... of a hash round) are moved on every way back, and a copy of the
 * body renames them for nothing.  Loops of few small iterations are unrolled
 * wholly; at level 3, small bodies by four.
 *
 * The copies leave out the exit test: the count is a multiple of the factor,
 * so only the last one can end the loop.
 */
#include "opt/loopform.h"
#include "opt/trip.h"

enum {
	MAX_BODY = 64,		/* instructions of a body that is copied */
	MAX_WHOLE = 48,		/* instructions of a loop unrolled wholly */
	MAX_SMALL = 16,		/* of a body unrolled at level 3 */
	MIN_MOVES = 3,
	MAX_LOOPS = 24		/* unrolled in one function */
};

struct unroll {
	struct opt *o;
	struct ir_func *f;
	blk b;			/* the loop */
	struct trip_loop l;
	uint64_t count;
	uint32_t exit;		/* number of the leaving edge */
	uint32_t factor;
	ref *now;		/* instruction -> its value in the last copy */
	uint32_t n;		/* size of now */
};

static ref mapped(const struct unroll *u, ref r)
{
	return r < u->n && u->now[r] ? u->now[r] : r;
}

/* Parameters whose next value is another parameter. */
static uint32_t moves(const struct unroll *u)
{
	const struct ir_edge *back = &u->f->edges.at[u->l.back];
	uint32_t count = 0;

	for (uint32_t k = 0; k < back->nargs; k++) {
		const struct ir_ins *i = ir_at(u->f,
					       u->f->list.at[back->args + k]);
		count += i->op == IR_PARAM && i->block == u->b && i->imm != k;
	}
	return count;
}

static bool counted(struct unroll *u)
{
	struct trip_exit x;
	uint64_t init, limit = 0;
	bool exact;

	if (!trip_loop(u->f, u->o->cfg, u->b, &u->l) || u->l.latch != u->b ||
	    !trip_exit(u->f, u->o->cfg, &u->l, u->b, &x))
		return false;
	const struct ir_edge *e = ir_edge(u->f, opt_preheader(u->o, u->b), 0);
	ref first = u->f->list.at[e->args + ir_at(u->f, x.counter)->imm];
	if (!opt_is_const(u->f, first, &init) ||
	    (x.limit && !opt_is_const(u->f, x.limit, &limit)))
		return false;
	u->exit = x.edge;
	u->count = trip_count(&x, range_const((uint32_t)init),
			      range_const((uint32_t)limit), &exact);
	return u->count && exact;
}

/* 0: leave the loop as it is. */
static uint32_t choose(const struct unroll *u)
{
	uint32_t size = u->f->blocks.at[u->b].ins.n;

	if (size > MAX_BODY)
		return 0;
	if (u->count <= 8 && u->count * size <= MAX_WHOLE)
		return (uint32_t)u->count;
	if (moves(u) < MIN_MOVES &&
	    (u->o->options->level < 3 || size > MAX_SMALL))
		return 0;
	return u->count % 4 == 0 ? 4 : u->count % 2 == 0 ? 2 : 0;
}

/* The parameters take the values that the way back brings. */
static void next_iteration(struct unroll *u)
{
	const struct ir_edge *back = &u->f->edges.at[u->l.back];
	const struct ir_block *p = &u->f->blocks.at[u->b];
	ref *args = arena_array(u->o->tmp, ref, back->nargs + 1);

	for (uint32_t k = 0; k < back->nargs; k++)
		args[k] = mapped(u, u->f->list.at[back->args + k]);
	for (uint32_t k = 0; k < back->nargs; k++)
		u->now[p->params.at[k]] = args[k];
}

static void copy_body(struct unroll *u, uint32_t size)
{
	struct ir_func *f = u->f;

	next_iteration(u);
	for (uint32_t k = 0; k < size; k++) {
		ref from = f->blocks.at[u->b].ins.at[k];
		ref to = opt_copy(f, from);
		struct opt_uses w = opt_uses(f, to);
		while (opt_next(&w))
			*w.use = mapped(u, *w.use);
		u->now[from] = to;
		ir_append(f, u->b, to);
	}
}

/* Users behind the loop, and its terminator, want the last copy's values. */
static void rename_block(struct unroll *u, blk b)
{
	const struct ir_block *p = &u->f->blocks.at[b];

	for (uint32_t k = 0; k < p->ins.n; k++) {
		struct opt_uses w = opt_uses(u->f, p->ins.at[k]);
		while (opt_next(&w))
			*w.use = mapped(u, *w.use);
	}
}

static void rename_cuts(struct unroll *u)
{
	for (uint32_t k = 0; k < u->f->cuts.n; k++) {
		const struct ir_cut *c = &u->f->cuts.at[k];
		for (uint32_t j = 0; c->block != u->b && j < c->n; j++) {
			ref *r = &u->f->list.at[c->refs + j];
			*r = mapped(u, *r);
		}
	}
}

static void unroll_loop(struct unroll *u)
{
	struct ir_func *f = u->f;
	uint32_t size = f->blocks.at[u->b].ins.n - 1;
	ref term = ir_term(f, u->b);

	u->n = f->ins.n;
	u->now = arena_array(u->o->tmp, ref, u->n);
	f->blocks.at[u->b].ins.n--;
	for (uint32_t k = 1; k < u->factor; k++)
		copy_body(u, size);
	ir_append(f, u->b, term);
	struct opt_uses w = opt_uses(f, term);
	while (opt_next(&w))
		*w.use = mapped(u, *w.use);
	for (uint32_t k = 0; k < u->o->cfg->nrpo; k++)
		if (u->o->cfg->rpo[k] != u->b)
			rename_block(u, u->o->cfg->rpo[k]);
	rename_cuts(u);
	if (u->factor == u->count)
		opt_make_br(f, u->b, u->exit);
}

static bool unroll(struct opt *o)
{
	uint32_t done = 0;
	bool changed;

	if (o->options->size)
		return false;
	changed = opt_preheaders(o);
	for (uint32_t k = 0; k < o->cfg->nrpo && done < MAX_LOOPS; k++) {
		struct unroll u = { .o = o, .f = o->f, .b = o->cfg->rpo[k] };
		if (o->cfg->loop[u.b] != u.b ||
		    o->f->blocks.at[u.b].likely == 1 || !counted(&u))
			continue;
		u.factor = choose(&u);
		if (u.factor < 2)
			continue;
		unroll_loop(&u);
		done++;
		changed = true;
	}
	return changed;
}

const struct pass pass_unroll = {
	.name = "unroll",
	.help = "put several iterations of a counted loop into one",
	.run = unroll,
	.needs = OPT_CFG,
};
