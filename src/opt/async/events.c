/* events.c - what a callback does for events that cannot reach it goes.
 *
 * Parameter 0 of a callback is one of the events of the module (ir/events.h):
 * comparisons of it that say the same for all of these are decided, entries of
 * its tables that none of these takes lead where others do.  The blocks that
 * nothing leads to any more, and what only they called, are others' to remove.
 *
 * With check_events the first thing a callback does is to trap on other
 * events.
 */
#include "opt/pass.h"
#include "ir/events.h"
#include "wasm/sem.h"

struct events {
	struct opt *o;
	struct ir_func *f;
	ref event;
	uint32_t mask;
	bool changed;
};

static bool possible(const struct events *v, uint32_t e)
{
	return e < IR_EVENTS && (v->mask >> e & 1);
}

/* The value of `event op k` when it is the same for all events, or -1. */
static int decided(const struct events *v, unsigned op, uint32_t k)
{
	int all = -2;
	enum hd_trap_kind trap;

	for (uint32_t e = 0; e < IR_EVENTS; e++) {
		uint64_t arg[2] = { e, k }, r = 0;
		if (!possible(v, e))
			continue;
		num_eval((enum op)op, arg, &r, &trap);
		if (all != -2 && all != (int)r)
			return -1;
		all = (int)r;
	}
	return all < 0 ? -1 : all;
}

static void decide(struct events *v, ref r, ref *map)
{
	const struct ir_ins *i = ir_at(v->f, r);
	uint64_t k = 0;
	int truth;

	if (i->op > OP_I32_GE_U || i->arg[0] != v->event)
		return;
	if (i->op != OP_I32_EQZ && !opt_is_const(v->f, i->arg[1], &k))
		return;
	truth = decided(v, i->op, (uint32_t)k);
	if (truth < 0)
		return;
	map[r] = opt_const(v->o, T_I32, (uint64_t)truth);
	opt_kill(v->f, r);
	v->changed = true;
}

/* event = index + *low for an index of a table. */
static bool is_index(const struct events *v, ref index, uint32_t *low)
{
	const struct ir_ins *i = ir_at(v->f, index);
	uint64_t k = 0;

	*low = 0;
	if (index == v->event)
		return true;
	if ((i->op != OP_I32_SUB && i->op != OP_I32_ADD) ||
	    i->arg[0] != v->event || !opt_is_const(v->f, i->arg[1], &k))
		return false;
	*low = i->op == OP_I32_SUB ? (uint32_t)k : 0u - (uint32_t)k;
	return true;
}

/* Entries that no event takes lead where the first that one takes leads. */
static void narrow(struct events *v, blk b)
{
	const struct ir_ins *t = ir_at(v->f, ir_term(v->f, b));
	uint32_t n = v->f->blocks.at[b].nedges, low, some = UINT32_MAX;

	if (t->op != IR_BR_TABLE || !is_index(v, t->arg[0], &low))
		return;
	bool *taken = arena_array(v->o->tmp, bool, n);
	for (uint32_t e = 0; e < IR_EVENTS; e++)
		if (possible(v, e)) {
			uint32_t k = e - low < n - 1 ? e - low : n - 1;
			taken[k] = true;
			some = k < some ? k : some;
		}
	for (uint32_t k = 0; some != UINT32_MAX && k < n; k++) {
		struct ir_edge *e = ir_edge(v->f, b, k);
		struct ir_edge to = *ir_edge(v->f, b, some);
		/* what no event takes follows the last entry, if that is taken */
		if (taken[n - 1])
			to = *ir_edge(v->f, b, n - 1);
		if (taken[k] || (e->to == to.to && e->args == to.args))
			continue;
		e->to = to.to;
		opt_set_args(v->f, e, v->f->list.at + to.args, to.nargs);
		v->changed = true;
	}
}

/* traps unless 1 << event is in the mask, for events below 32 */
static void guard(struct events *v)
{
	struct opt *o = v->o;
	uint32_t at = v->f->blocks.at[0].at;
	ref one = opt_const(o, T_I32, 1);
	ref bit = opt_ins(v->f, OP_I32_SHL, T_I32, at, one, v->event);
	ref in = opt_ins(v->f, OP_I32_AND, T_I32, at, bit,
			 opt_const(o, T_I32, v->mask & ((1u << IR_EVENTS) - 1)));
	ref out = opt_ins(v->f, OP_I32_EQZ, T_I32, at, in, 0);
	ref big = opt_ins(v->f, OP_I32_GE_U, T_I32, at, v->event,
			  opt_const(o, T_I32, IR_EVENTS));
	ref bad = opt_ins(v->f, OP_I32_OR, T_I32, at, out, big);
	ref trap = opt_ins(v->f, IR_TRAP_IF, T_NONE, at, bad, 0);
	const ref all[] = { bit, in, out, big, bad, trap };

	ir_at(v->f, trap)->imm = HD_TRAP_EVENT;
	opt_flush_consts(o);
	uint32_t k = 0;
	while (ir_at(v->f, v->f->blocks.at[0].ins.at[k])->op == IR_CONST)
		k++;
	for (size_t j = 0; j < sizeof all / sizeof *all; j++)
		ir_insert(v->f, 0, k++, all[j]);
	v->changed = true;
}

static bool guarded(const struct ir_func *f)
{
	const struct ir_block *b = &f->blocks.at[0];

	for (uint32_t k = 0; k < b->ins.n; k++) {
		const struct ir_ins *i = ir_at(f, b->ins.at[k]);
		if (i->op == IR_TRAP_IF && i->imm == HD_TRAP_EVENT)
			return true;
	}
	return false;
}

static bool events(struct opt *o)
{
	struct ir_func *f = o->f;
	struct events v = { .o = o, .f = f, .mask = f->mod->events };

	if (f->index >= f->mod->wasm->funcs.n ||
	    !f->mod->func[f->index].callback || v.mask == UINT32_MAX)
		return false;
	v.event = f->blocks.at[0].params.at[0];
	uint32_t n = f->ins.n;
	/* a constant for each row at most */
	ref *map = arena_array(o->tmp, ref, 2 * (size_t)n + 8);
	for (ref r = 1; r < n; r++)
		decide(&v, r, map);
	for (blk b = 0; b < f->blocks.n; b++)
		if (f->blocks.at[b].ins.n)
			narrow(&v, b);
	if (v.changed) {
		ir_replace(f, map);
		opt_sweep(f);
	}
	if (f->mod->check_events && !guarded(f))
		guard(&v);
	return v.changed;
}

const struct pass pass_events = {
	.name = "events",
	.help = "remove what a callback does for events that cannot reach it",
	.run = events,
};
