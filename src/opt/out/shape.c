/* shape.c - structured control flow from the dominator tree.
 *
 * A block that several edges reach stands behind the block its immediate
 * dominator opens for it; one that a single edge reaches stands where the edge
 * is; a loop header opens a loop (Ramsey, "Beyond Relooper", ICFP 2022).  As
 * wasm control flow is reducible every edge leads to a label in scope.
 *
 * `next` is the block that is reached by falling off the end of what is being
 * written; each function returns whether its code can fall off.
 */
#include "opt/out/plan.h"
#include "opt/pass.h"

static const blk NOWHERE = UINT32_MAX, EXIT = UINT32_MAX - 1;

struct shape {
	struct out *o;
	struct ir_func *f;
	const struct ir_cfg *c;
	struct opt_tree tree;
	bool *merge, *header;
	uint32_t *ins;		/* forward edges into each block */
};

static bool do_tree(struct shape *s, blk b, blk next);

static bool is_back(const struct shape *s, blk from, blk to)
{
	return s->c->order[to] <= s->c->order[from];
}

static void put(struct shape *s, enum op op, uint32_t label)
{
	out_put(s->o, (struct wasm_ins){ .op = op, .index = label,
					 .block_type = -64 });
}

/* Does the edge copy anything? */
static bool copies(const struct shape *s, blk b, const struct ir_edge *e)
{
	const struct ir_block *to = &s->f->blocks.at[e->to];
	ref user = ir_term(s->f, b);

	if (ir_at(s->f, user)->op != IR_BR)
		user = 0;
	for (uint32_t k = 0; k < e->nargs; k++)
		if (out_copy_needed(s->o, user, k, s->f->list.at[e->args + k],
				    to->params.at[k]))
			return true;
	return false;
}

static uint32_t label_of(const struct shape *s, blk from, blk to)
{
	return is_back(s, from, to) ? label_loop(to) : label_block(to);
}

/* Whether an edge is a jump and nothing else. */
static bool is_jump(const struct shape *s, blk b, const struct ir_edge *e)
{
	return (is_back(s, b, e->to) || s->merge[e->to]) && !copies(s, b, e);
}

static bool do_edge(struct shape *s, blk b, uint32_t k, blk next)
{
	const struct ir_edge *e = ir_edge(s->f, b, k);
	bool back = is_back(s, b, e->to);

	out_copies(s->o, b, e);
	if (!back && !s->merge[e->to])
		return do_tree(s, e->to, next);
	if (!back && e->to == next)
		return true;
	put(s, OP_BR, label_of(s, b, e->to));
	return false;
}

/* --- ends of blocks -------------------------------------------------------------- */

/* An edge that is a jump becomes br_if, unless the other arm alone falls to
 * the same place: then an if needs no label. */
static bool as_br_if(const struct shape *s, blk b, uint32_t k, blk next)
{
	const struct ir_edge *e = ir_edge(s->f, b, k);

	return is_jump(s, b, e) &&
	       (e->to != next || is_back(s, b, e->to) || s->ins[e->to] > 2);
}

static bool do_br_if(struct shape *s, blk b, blk next)
{
	ref r = ir_term(s->f, b);
	const struct ir_edge *yes = ir_edge(s->f, b, 0);
	const struct ir_edge *no = ir_edge(s->f, b, 1);

	out_value(s->o, r, 0, ir_at(s->f, r)->arg[0]);
	if (as_br_if(s, b, 0, next)) {
		put(s, OP_BR_IF, label_of(s, b, yes->to));
		return do_edge(s, b, 1, next);
	}
	if (as_br_if(s, b, 1, next)) {
		put(s, OP_I32_EQZ, 0);
		put(s, OP_BR_IF, label_of(s, b, no->to));
		return do_edge(s, b, 0, next);
	}
	bool skip = is_jump(s, b, yes) && yes->to == next;
	if (skip)
		put(s, OP_I32_EQZ, 0);
	put(s, OP_IF, 0);
	bool falls = do_edge(s, b, skip ? 1 : 0, next);
	if (skip || (is_jump(s, b, no) && no->to == next)) {
		put(s, OP_END, 0);
		return true;
	}
	if (!falls) {
		put(s, OP_END, 0);
		return do_edge(s, b, 1, next);
	}
	put(s, OP_ELSE, 0);
	do_edge(s, b, 1, next);
	put(s, OP_END, 0);
	return true;
}

static bool do_br_table(struct shape *s, blk b)
{
	ref r = ir_term(s->f, b);
	uint32_t n = s->f->blocks.at[b].nedges;
	uint32_t *labels = arena_array(s->o->a, uint32_t, n);

	out_value(s->o, r, 0, ir_at(s->f, r)->arg[0]);
	for (uint32_t k = 0; k < n; k++)
		labels[k] = label_of(s, b, ir_edge(s->f, b, k)->to);
	/* entries that do what the default does are not needed at the end */
	while (n > 1 && labels[n - 2] == labels[n - 1])
		n--;
	out_put(s->o, (struct wasm_ins){ .op = OP_BR_TABLE, .labels = labels,
					 .nlabels = n - 1 });
	return false;
}

static bool do_end(struct shape *s, blk b, blk next)
{
	ref r = ir_term(s->f, b);
	const struct ir_ins *i = ir_at(s->f, r);

	switch (i->op) {
	case IR_BR: return do_edge(s, b, 0, next);
	case IR_BR_IF: return do_br_if(s, b, next);
	case IR_BR_TABLE: return do_br_table(s, b);
	case IR_TRAP:
		out_trap(s->o, (enum hd_trap_kind)i->imm);
		return false;
	default: break;
	}
	uint32_t n = out_operands(s->f, r);
	for (uint32_t k = 0; k < n; k++)
		out_value(s->o, r, k, out_operand(s->f, r, k));
	if (i->op == IR_RETURN && next == EXIT && !s->f->type.nresults)
		return true;
	out_put(s->o, (struct wasm_ins){
		.op = i->op == IR_RETURN ? OP_RETURN
		      : i->op == IR_RETURN_CALL ? OP_RETURN_CALL
						: OP_RETURN_CALL_INDIRECT,
		.index = i->op == IR_RETURN_CALL ? i->aux : (uint32_t)i->imm,
		.index2 = i->aux });
	return false;
}

/* --- the tree ------------------------------------------------------------------------- */

/* Block b inside the blocks opened for at[0 .. n), which follow it. */
static bool within(struct shape *s, blk b, const blk *at, uint32_t n, blk next)
{
	if (n == 0) {
		out_block(s->o, b);
		return do_end(s, b, next);
	}
	put(s, OP_BLOCK, label_block(at[0]));
	within(s, b, at + 1, n - 1, at[0]);
	put(s, OP_END, 0);
	return do_tree(s, at[0], next);
}

/* The merge blocks that b dominates immediately, the last in order first. */
static blk *merges(struct shape *s, blk b, uint32_t *n)
{
	uint32_t k = *n = 0;

	for (blk c = s->tree.first[b]; c; c = s->tree.next[c])
		*n += s->merge[c];
	blk *at = arena_array(s->o->a, blk, *n);
	for (blk c = s->tree.first[b]; c; c = s->tree.next[c]) {
		if (!s->merge[c])
			continue;
		uint32_t j = k++;
		for (; j > 0 && s->c->order[at[j - 1]] < s->c->order[c]; j--)
			at[j] = at[j - 1];
		at[j] = c;
	}
	return at;
}

static bool do_tree(struct shape *s, blk b, blk next)
{
	uint32_t n;
	const blk *at = merges(s, b, &n);

	if (s->header[b])
		put(s, OP_LOOP, label_loop(b));
	bool falls = within(s, b, at, n, next);
	if (s->header[b])
		put(s, OP_END, 0);
	return falls;
}

/* Finds what each edge makes of its target; false when there is a jump into
 * the middle of a loop. */
static bool classify(struct shape *s)
{
	for (uint32_t k = 0; k < s->c->nrpo; k++) {
		blk b = s->c->rpo[k];
		bool table = ir_at(s->f, ir_term(s->f, b))->op == IR_BR_TABLE;
		for (uint32_t j = 0; j < s->f->blocks.at[b].nedges; j++) {
			blk to = ir_edge(s->f, b, j)->to;
			if (is_back(s, b, to)) {
				if (!ir_dominates(s->c, to, b))
					return false;
				s->header[to] = true;
				continue;
			}
			s->merge[to] = ++s->ins[to] > 1 || table ||
				       s->merge[to];
		}
	}
	return true;
}

void out_shape(struct out *o)
{
	uint32_t n = o->f->blocks.n;
	struct shape s = {
		.o = o, .f = o->f, .c = o->c,
		.tree = opt_dominator_tree(o->c, o->a),
		.merge = arena_array(o->a, bool, n),
		.header = arena_array(o->a, bool, n),
		.ins = arena_array(o->a, uint32_t, n),
	};

	if (!classify(&s)) {
		o->failed = true;
		return;
	}
	do_tree(&s, 0, s.f->type.nresults ? NOWHERE : EXIT);
}
