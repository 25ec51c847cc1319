/* ifconv.c - branches around values become choices.
 *
 *	if (c) x = a else x = b    =>    x = select a b c
 *
 * where neither side has an effect, may trap or reads what changes.  A Thumb-2
 * core does a choice under IT: the comparison, the IT and every operation in
 * its block are executed whichever way it goes, while a branch skips half of
 * them and is one instruction more.  So most choices cost as much as the branch or
 * more, and are made only where they cost less:
 *
 *  - between 1 and 0: the number comes from the comparison without a condition;
 *  - in a loop over bytes or halfwords that does nothing but access memory: its
 *    body becomes one block, as `pack` wants it, which does several at once;
 *  - where size counts, when each side is a value or the operation that makes
 *    it: the branch over the other side goes.
 */
#include "opt/arms.h"
#include "opt/loopform.h"
#include "opt/trip.h"

enum { MAX_MOVED = 12, MAX_BLOCKS = 12 };

/* Nothing but pure instructions: how many, or UINT32_MAX. */
static uint32_t pure(const struct ir_func *f, const struct opt_arms *s)
{
	uint32_t n = 0;

	for (unsigned k = 0; k < 2; k++) {
		const struct ir_block *p = &f->blocks.at[s->arm[k]];
		for (uint32_t j = 0; s->arm[k] && j + 1 < p->ins.n; j++, n++) {
			const struct ir_ins *i = ir_at(f, p->ins.at[j]);
			if (!opt_anywhere(f, i) || i->nlist)
				return UINT32_MAX;
		}
	}
	return n;
}

/* Parameters of j that differ; *last is one of them. */
static uint32_t choices(const struct ir_func *f, const struct opt_arms *s,
			uint32_t *last)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < f->blocks.at[s->j].params.n; p++)
		if (opt_arm_arg(f, s, 0, p) != opt_arm_arg(f, s, 1, p)) {
			*last = p;
			n++;
		}
	return n;
}

/* A number for a test of these is two operations with the comparison, or three,
 * and the branch is two and a half or three and a half. */
static bool is_cheap_test(const struct ir_func *f, ref c)
{
	switch (ir_at(f, c)->op) {
	case OP_I32_LT_S: case OP_I32_GT_S: case OP_I32_LE_S: case OP_I32_GE_S:
		return false;
	default:
		return ir_at(f, c)->type == T_I32 &&
		       (!opt_is_truth(f, c) || ir_at(f, c)->op <= OP_I32_GE_U);
	}
}

/* A choice between 1 and 0. */
static bool is_number(const struct ir_func *f, const struct opt_arms *s)
{
	uint32_t p = 0;
	uint64_t yes, no;

	return pure(f, s) == 0 && choices(f, s, &p) == 1 &&
	       opt_is_const(f, opt_arm_arg(f, s, 0, p), &yes) &&
	       opt_is_const(f, opt_arm_arg(f, s, 1, p), &no) &&
	       yes + no == 1 && yes < 2 &&
	       ir_at(f, opt_arm_arg(f, s, 0, p))->type == T_I32 &&
	       is_cheap_test(f, ir_at(f, ir_term(f, s->a))->arg[0]);
}

/* One value, by at most one operation on each side or by a move on each: what is
 * left out is the jump over the other side.  A branch on a value needs no
 * comparison (cbz), a choice does. */
static bool is_smaller(const struct ir_func *f, const struct opt_arms *s)
{
	uint32_t p = 0;

	if (choices(f, s, &p) != 1 || pure(f, s) == UINT32_MAX ||
	    !opt_is_truth(f, ir_at(f, ir_term(f, s->a))->arg[0]) ||
	    ir_at(f, opt_arm_arg(f, s, 0, p))->type != T_I32)
		return false;
	for (unsigned k = 0; k < 2; k++) {
		bool moves = ir_at(f, opt_arm_arg(f, s, k, p))->op == IR_CONST;
		if (s->arm[k] ? f->blocks.at[s->arm[k]].ins.n > 2 : !moves)
			return false;
	}
	return true;
}

/* --- loops over elements --------------------------------------------------- */

/* Does some store write a byte or a halfword, and does no access more? */
static bool has_elements(const struct ir_func *f, const blk *b, uint32_t n)
{
	bool stores = false;

	for (uint32_t k = 0; k < n; k++) {
		const struct ir_block *p = &f->blocks.at[b[k]];
		for (uint32_t j = 0; j < p->ins.n; j++) {
			unsigned op = ir_at(f, p->ins.at[j])->op;
			if (opt_is_mem(op) && op_info[op].bytes > 2)
				return false;
			stores |= opt_is_store(op);
		}
	}
	return stores;
}

/* Would all branches of the loop but the one that leaves it become choices? */
static bool becomes_a_block(const struct opt *o, blk h, const blk *b,
			    uint32_t n)
{
	uint32_t others = n;

	for (uint32_t k = 0; k < n; k++) {
		const struct ir_func *f = o->f;
		struct opt_arms s;
		if (f->blocks.at[b[k]].nedges == 1) {
			others--;
			continue;
		}
		if (!opt_find_arms(o, b[k], &s) || !trip_inside(o->cfg, h, s.j))
			continue;
		if (pure(f, &s) > MAX_MOVED)
			return false;
		others--;
	}
	return others == 1;
}

static bool is_element_loop(const struct opt *o, blk h)
{
	uint32_t n;

	if (o->options->packed == OPT_PACKED_NONE || o->cfg->loop[h] != h)
		return false;
	blk *b = opt_loop_blocks(o, h, &n);
	return n > 1 && n <= MAX_BLOCKS && opt_only_accesses(o, b, n) &&
	       has_elements(o->f, b, n) && becomes_a_block(o, h, b, n);
}

/* --- the pass ---------------------------------------------------------------- */

static void convert(struct opt *o, const struct opt_arms *s)
{
	struct ir_func *f = o->f;

	for (unsigned k = 0; k < 2; k++) {
		const struct ir_block *p = &f->blocks.at[s->arm[k]];
		for (uint32_t j = 0; s->arm[k] && j + 1 < p->ins.n; j++)
			opt_move_up(f, s, p->ins.at[j]);
	}
	opt_end_arms(o, s);
}

/* The first branch that pays; the graph is another one behind it. */
static bool convert_one(struct opt *o, const bool *elements)
{
	const struct ir_cfg *c = o->cfg;

	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk a = c->rpo[k], h = c->loop[a];
		struct opt_arms s;
		if (!opt_find_arms(o, a, &s))
			continue;
		bool inside = h != UINT32_MAX && elements[h] &&
			      trip_inside(c, h, s.j);
		if ((inside && pure(o->f, &s) <= MAX_MOVED) ||
		    is_number(o->f, &s) ||
		    (o->options->size && is_smaller(o->f, &s))) {
			convert(o, &s);
			o->cfg = ir_cfg(o->f, o->tmp);
			return true;
		}
	}
	return false;
}

static bool ifconv(struct opt *o)
{
	bool *elements = arena_array(o->tmp, bool, o->f->blocks.n);
	bool changed = false;

	for (uint32_t k = 0; k < o->cfg->nrpo && !o->options->size; k++)
		elements[o->cfg->rpo[k]] = is_element_loop(o, o->cfg->rpo[k]);
	while (convert_one(o, elements))
		changed = true;
	return changed;
}

const struct pass pass_ifconv = {
	.name = "ifconv",
	.help = "turn branches around values into choices where that is less",
	.run = ifconv,
	.needs = OPT_CFG,
};
