/* reroll.c - undoing what a compiler unrolled.
 *
 * In one block, v1 = F(v0, c), v2 = F(v1, c + d), v3 = F(v2, c + 2d) ... is a
 * loop whose body is F.  F is any tree of values, loads and calls; what differs
 * between its copies are constants in equal steps.  The first of a sum's terms
 * counts as a copy that is given zero.
 *
 * Loads and calls are done where the last copy ended: nothing may stand between
 * that would see it, or be seen.
 */
#include <string.h>

#include "opt/roll/roll.h"

enum {
	MOST_ROLLED = 16,	/* loops made in one function */
	MOST_TRIED = 48,	/* values that a copy in front may have given */
	LEAST_SAVED = 4,	/* instructions */
	CALL_COST = 16		/* executed, at least */
};

struct best {
	ref root, before;
	int saved;
};

/* --- order --------------------------------------------------------------- */

static bool is_member(const struct roll *r, ref v)
{
	for (uint32_t k = 0; k < r->member.n; k++)
		if (r->member.at[k] == v)
			return true;
	return false;
}

static bool is_silent(const struct roll *r, const struct ir_ins *i)
{
	return i->op == IR_CALL && r->f->mod->func[i->aux].silent;
}

/* Calls of one copy are all behind those of the copy in front, in one order.
 * Returns the place of the first, UINT32_MAX for none; false in *ok. */
static uint32_t calls_in_order(const struct roll *r, bool *ok)
{
	uint32_t last = UINT32_MAX, n = r->node.n;

	for (uint32_t c = 0; c < r->copies; c++) {	/* from the last copy */
		uint32_t first = UINT32_MAX, before = 0;
		for (uint32_t p = 0;;) {	/* by place in the pattern */
			uint32_t next = UINT32_MAX, at = UINT32_MAX;
			for (uint32_t k = 0; k < n; k++) {
				uint32_t q = roll_place(r, r->node.at[k]);
				if (q > p && q < at &&
				    ir_at(r->f, r->node.at[k])->op == IR_CALL) {
					next = k;
					at = q;
				}
			}
			if (next == UINT32_MAX)
				break;
			p = at;
			ref v = r->member.at[c * n + next];
			uint32_t here = v ? roll_place(r, v) : 0;
			if (here <= before || here >= last)
				*ok = false;
			if (first == UINT32_MAX)
				first = here;
			before = here;
		}
		if (first == UINT32_MAX)
			return UINT32_MAX;
		last = first;
	}
	return last;
}

/* WebAssembly checks accesses where they are done; that those in the loop pass
 * because those in front of it did is not always found again. */
static bool may_load(const struct roll *r)
{
	return r->o->options->packed != OPT_PACKED_NONE;
}

static bool order_holds(const struct roll *r)
{
	const struct ir_block *b = &r->f->blocks.at[r->b];
	uint32_t load = UINT32_MAX, call;
	bool ok = true, silent = true;

	for (uint32_t k = 0; k < r->member.n; k++) {
		ref v = r->member.at[k];
		if (!v)
			continue;
		const struct ir_ins *i = ir_at(r->f, v);
		if (opt_is_load(i->op) && !may_load(r))
			return false;
		if (opt_is_load(i->op) && roll_place(r, v) &&
		    roll_place(r, v) < load)
			load = roll_place(r, v);
		silent = silent && (i->op != IR_CALL || is_silent(r, i));
	}
	call = calls_in_order(r, &ok);
	if (!ok || (!silent && load != UINT32_MAX))
		return false;
	for (uint32_t k = 0; k + 1 < roll_place(r, r->root); k++) {
		const struct ir_ins *i = ir_at(r->f, b->ins.at[k]);
		unsigned flags = ir_flags(i), bad = 0;
		if (!(flags & (IR_E | IR_T | IR_W | IR_R)))
			continue;
		if (k + 1 >= load && !is_silent(r, i))
			bad |= IR_E | IR_W;
		if (k + 1 >= call)
			bad |= IR_E | IR_T | IR_W | (silent ? 0u : IR_R);
		if ((flags & bad) && !is_member(r, b->ins.at[k]))
			return false;
	}
	return true;
}

/* --- does it pay --------------------------------------------------------- */

/* Whether v, a member, has no use left: then its operands have one less. */
static bool dies(struct roll *r, ref v)
{
	if (r->left[v] != 1 || r->dead[v])
		return false;
	r->dead[v] = true;
	for (struct opt_uses u = opt_uses(r->f, v); opt_next(&u);)
		r->left[*u.use] -= r->left[*u.use] > 1;
	return true;
}

/* Of other blocks. */
static int far_dead(struct roll *r)
{
	int n = 0, before;

	do {
		before = n;
		for (uint32_t k = 0; k < r->member.n; k++)
			if (r->member.at[k] && !roll_place(r, r->member.at[k]))
				n += dies(r, r->member.at[k]);
	} while (n != before);
	return n;
}

/* Marks members that nothing wants any more; how many, or -1 when a call is
 * among the others. */
static int find_dead(struct roll *r)
{
	const struct ir_block *b = &r->f->blocks.at[r->b];
	uint32_t *left = r->left;
	int n = 0;

	memset(left, 0, r->nplaces * sizeof *left);
	memset(r->dead, 0, r->nplaces * sizeof *r->dead);
	for (uint32_t k = 0; k < r->member.n; k++)
		left[r->member.at[k]] = 1;
	for (uint32_t k = 0; k < r->nplaces; k++)
		left[k] = left[k] ? r->uses[k] + 1 : 0;
	left[0] = 0;
	left[r->root] = 1;
	for (uint32_t k = roll_place(r, r->root); k-- > 0;) {
		ref v = b->ins.at[k];
		if (left[v] > 1 && ir_at(r->f, v)->op == IR_CALL)
			return -1;
		n += dies(r, v);
	}
	return n + far_dead(r);
}

static bool is_shift(unsigned op)
{
	return (op >= OP_I32_SHL && op <= OP_I32_ROTR) ||
	       (op >= OP_I64_SHL && op <= OP_I64_ROTR);
}

/* Is what the loop itself executes at most a fifth of its work?  An amount of a
 * shift that is no constant takes an instruction more, for it is no part of
 * another one then. */
static bool is_cheap(const struct roll *r)
{
	uint32_t work = 0, more = r->counter.n + 2;

	for (uint32_t k = 0; k < r->node.n; k++) {
		unsigned op = ir_at(r->f, r->node.at[k])->op;
		if (roll_place(r, r->node.at[k]))
			work += op == IR_CALL ? CALL_COST : 1;
		else
			more++;
	}
	for (uint32_t k = 0; k < r->pos.n; k++) {
		const struct roll_pos *p = &r->pos.at[k];
		more += p->kind == ROLL_STEP && p->step && p->operand == 1 &&
			is_shift(ir_at(r->f, p->user)->op);
	}
	return more * 5 <= work;
}

/* Instructions saved, 0 when it does not pay. */
static int saved(struct roll *r)
{
	if (!order_holds(r) || !roll_counters(r) ||
	    (!r->o->options->size && !is_cheap(r)))
		return 0;
	int gone = find_dead(r);
	int made = (int)r->node.n + 2 * (int)r->counter.n + 3;
	return gone - made >= LEAST_SAVED ? gone - made : 0;
}

/* --- where --------------------------------------------------------------- */

/* Values of one row that the root is computed from, in the block. */
static uint32_t candidates(const struct roll *r, ref out[MOST_TRIED])
{
	ref list[MOST_TRIED] = { r->root };
	const struct ir_ins *root = ir_at(r->f, r->root);
	uint32_t n = 1, found = 0;

	for (uint32_t k = 0; k < n; k++) {
		for (struct opt_uses u = opt_uses(r->f, list[k]);
		     opt_next(&u);) {
			bool known = !roll_place(r, *u.use);
			for (uint32_t j = 0; j < n && !known; j++)
				known = list[j] == *u.use;
			if (known || n == MOST_TRIED)
				continue;
			list[n++] = *u.use;
			const struct ir_ins *i = ir_at(r->f, *u.use);
			if (i->op == root->op && i->type == root->type)
				out[found++] = *u.use;
		}
	}
	return found;
}

static void try_root(struct roll *r, struct best *best)
{
	ref list[MOST_TRIED];
	uint32_t n = candidates(r, list);

	for (uint32_t k = 0; k < n; k++) {
		int s = roll_match(r, list[k]) ? saved(r) : 0;
		if (s > best->saved)
			*best = (struct best){ r->root, list[k], s };
	}
}

static void roll(struct roll *r, const struct best *best)
{
	r->root = best->root;
	CHECK(roll_match(r, best->before) && saved(r));
	roll_make(r);
	for (uint32_t k = 0; k < r->nplaces; k++)
		if (r->dead[k])
			opt_kill(r->f, k);
	opt_sweep(r->f);
}

static void find_places(struct roll *r)
{
	const struct ir_block *b = &r->f->blocks.at[r->b];

	r->nplaces = r->f->ins.n;
	r->place = arena_array(r->o->tmp, uint32_t, r->nplaces);
	r->left = arena_array(r->o->tmp, uint32_t, r->nplaces);
	r->dead = arena_array(r->o->tmp, bool, r->nplaces);
	r->uses = opt_use_counts(r->f, r->o->tmp);
	for (uint32_t k = 0; k < b->ins.n; k++)
		r->place[b->ins.at[k]] = k + 1;
}

/* The last root in the block that pays. */
static bool roll_block(struct opt *o, blk b, struct roll_far *far)
{
	struct roll r = { .o = o, .f = o->f, .b = b, .far = far };
	struct best best = { 0 };

	find_places(&r);
	for (uint32_t k = o->f->blocks.at[b].ins.n; k-- > 0 && !best.saved;) {
		r.root = o->f->blocks.at[b].ins.at[k];
		if (ir_at(o->f, r.root)->type != T_NONE)
			try_root(&r, &best);
	}
	if (best.saved)
		roll(&r, &best);
	return best.saved != 0;
}

static bool reroll(struct opt *o)
{
	struct roll_far far = { 0 };
	uint32_t done = 0;

	roll_find_spans(&far, o);
	/* what is behind a loop that was made is a block with a higher number */
	for (blk b = 0; b < o->f->blocks.n && done < MOST_ROLLED; b++)
		while (done < MOST_ROLLED && o->f->blocks.at[b].ins.n >= 8 &&
		       roll_block(o, b, &far)) {
			o->cfg = ir_cfg(o->f, o->tmp);
			done++;
		}
	return done != 0;
}

const struct pass pass_reroll = {
	.name = "reroll",
	.help = "make copies of a sequence a loop",
	.run = reroll,
	.needs = OPT_CFG,
};
