/* stack.c - which values live on the operand stack.
 *
 * Each block is walked backwards.  An operand whose only use this is (or whose
 * first use this is: then it is also kept in a local) moves right before its
 * user, last operand first, when nothing it passes conflicts with it.  The list
 * of the block is changed as decided, so later decisions see the real order.
 */
#include <string.h>

#include "opt/out/plan.h"
#include "opt/pass.h"

enum { MAX_DEPTH = 120, MAX_SCAN = 400 };

uint32_t out_operands(const struct ir_func *f, ref r)
{
	const struct ir_ins *i = ir_at(f, r);

	return i->op == IR_BR ? ir_edge(f, i->block, 0)->nargs
			      : i->nargs + i->nlist;
}

ref out_operand(const struct ir_func *f, ref r, uint32_t k)
{
	const struct ir_ins *i = ir_at(f, r);

	if (i->op == IR_BR)
		return f->list.at[ir_edge(f, i->block, 0)->args + k];
	return k < i->nargs ? i->arg[k] : f->list.at[i->list + k - i->nargs];
}

uint32_t out_results(const struct ir_func *f, const struct ir_ins *i)
{
	const struct wasm_module *m = f->mod->wasm;

	if (i->op == IR_CALL)
		return m->types.at[m->funcs.at[i->aux].type].nresults;
	if (i->op == IR_CALL_INDIRECT)
		return m->types.at[i->imm].nresults;
	return i->type != T_NONE;
}

/* --- checks ---------------------------------------------------------------- */

static uint64_t need(const struct ir_ins *i)
{
	return i->imm + op_info[i->op].bytes;
}

/* The access that traps where the check at place k would: the same address, at
 * least as far, and nothing in between that acts or traps otherwise. */
static ref covering(const struct ir_func *f, const struct ir_block *p,
		    uint32_t k)
{
	const struct ir_ins *b = ir_at(f, p->ins.at[k]);

	for (uint32_t j = k + 1; j < p->ins.n; j++) {
		const struct ir_ins *i = ir_at(f, p->ins.at[j]);
		if (opt_is_mem(i->op) && i->aux == b->aux &&
		    i->arg[0] == b->arg[0] && need(i) >= b->imm)
			return p->ins.at[j];
		if (i->op != IR_BOUNDS &&
		    (ir_flags(i) & (IR_E | IR_T | IR_X)))
			break;
	}
	return 0;
}

/* Finds which accesses do the checks of b; the checks themselves become
 * `checked` too, which takes them out of the list. */
static void merge_checks(struct out *o, blk b)
{
	const struct ir_block *p = &o->f->blocks.at[b];

	for (uint32_t k = 0; k < p->ins.n; k++) {
		ref r = p->ins.at[k], access;
		if (ir_at(o->f, r)->op != IR_BOUNDS)
			continue;
		access = covering(o->f, p, k);
		if (!access)
			continue;
		o->checked[r] = o->checked[access] = true;
		o->uses[ir_at(o->f, r)->arg[0]]--;
	}
}

static bool is_dead(const struct out *o, ref r)
{
	const struct ir_ins *i = ir_at(o->f, r);

	return i->type != T_NONE && !o->uses[r] && !o->checked[r] &&
	       !(ir_flags(i) & (IR_E | IR_T | IR_X));
}

/* What nothing uses is not written: users come behind what they use, so one
 * way back finds all but the rings that dce would. */
static void drop_dead(struct out *o, blk b, bool *dead)
{
	const struct ir_block *p = &o->f->blocks.at[b];

	for (uint32_t k = p->ins.n; k-- > 0;) {
		ref r = p->ins.at[k];
		dead[r] = is_dead(o, r);
		for (uint32_t j = 0; dead[r] && j < out_operands(o->f, r); j++)
			o->uses[out_operand(o->f, r, j)]--;
	}
}

static void list_block(struct out *o, blk b, const bool *dead)
{
	const struct ir_block *p = &o->f->blocks.at[b];

	for (uint32_t k = 0; k < p->ins.n; k++) {
		ref r = p->ins.at[k];
		const struct ir_ins *i = ir_at(o->f, r);
		if (i->op != IR_CONST && i->op != IR_RESULT && !dead[r] &&
		    !(i->op == IR_BOUNDS && o->checked[r]))
			vec_push(o->a, &o->list[b].v, r);
	}
}

static void list_blocks(struct out *o)
{
	bool *dead = arena_array(o->a, bool, o->f->ins.n);

	for (uint32_t k = o->c->nrpo; k-- > 0;) {
		merge_checks(o, o->c->rpo[k]);
		drop_dead(o, o->c->rpo[k], dead);
	}
	for (uint32_t k = 0; k < o->c->nrpo; k++)
		list_block(o, o->c->rpo[k], dead);
}

/* --- conflicts --------------------------------------------------------------- */

static unsigned flags_of(const struct out *o, ref r)
{
	return ir_flags(ir_at(o->f, r)) | (o->checked[r] ? IR_T : 0u);
}

static bool same_trap(const struct out *o, ref a, ref b)
{
	return (o->checked[a] || ir_at(o->f, a)->op == IR_BOUNDS) &&
	       (o->checked[b] || ir_at(o->f, b)->op == IR_BOUNDS);
}

/* Whether w can change what v reads. */
static bool disturbs(const struct out *o, ref v, ref w)
{
	const struct ir_ins *i = ir_at(o->f, v), *j = ir_at(o->f, w);

	if (!(ir_flags(j) & IR_E))
		return false;
	if (opt_is_mem(i->op))
		return (ir_flags(j) & IR_W) != 0;
	if (i->op == IR_GLOBAL_GET && j->op == IR_GLOBAL_SET)
		return i->aux == j->aux;
	if (i->op == IR_GLOBAL_GET && opt_is_mem(j->op))
		return false;
	return true;
}

/* May v be executed behind w instead of before it? */
static bool conflict(const struct out *o, ref v, ref w)
{
	unsigned a = flags_of(o, v), b = flags_of(o, w);

	if ((a & IR_E) && (b & (IR_E | IR_R | IR_T)))
		return true;
	if ((a & IR_T) && ((b & IR_E) || ((b & IR_T) && !same_trap(o, v, w))))
		return true;
	return (a & IR_R) && disturbs(o, v, w);
}

static bool uses(const struct ir_func *f, ref user, ref v)
{
	uint32_t n = out_operands(f, user);

	for (uint32_t k = 0; k < n; k++)
		if (out_operand(f, user, k) == v)
			return true;
	return false;
}

/* --- placing ------------------------------------------------------------------ */

/* The way from the root of a tree to the operand that is looked at. */
struct step {
	ref user;
	uint32_t k;
};

struct walk {
	struct out *o;
	blk b;
	uint32_t at;		/* what is placed goes before this place */
	struct step way[MAX_DEPTH + 1];
};

/* Is v read by an operand that is pushed before this one? */
static bool read_earlier(const struct walk *w, uint32_t depth, ref v)
{
	for (uint32_t d = 0; d <= depth; d++)
		for (uint32_t k = 0; k < w->way[d].k; k++)
			if (out_operand(w->o->f, w->way[d].user, k) == v)
				return true;
	return false;
}

/* Where v stands in the list when it may move to w->at; UINT32_MAX: not. */
static uint32_t reach(const struct walk *w, ref v, bool shared)
{
	const struct out *o = w->o;
	const ref *list = o->list[w->b].v.at;

	for (uint32_t k = w->at, n = 0; k-- > 0 && n < MAX_SCAN; n++) {
		if (list[k] == v)
			return k;
		if (conflict(o, v, list[k]) ||
		    (shared && uses(o->f, list[k], v)))
			return UINT32_MAX;
	}
	return UINT32_MAX;
}

static bool place(struct walk *w, uint32_t depth, ref v)
{
	struct out *o = w->o;
	const struct ir_ins *i = ir_at(o->f, v);
	bool shared = o->uses[v] > 1;
	ref *list = o->list[w->b].v.at;

	if (i->op == IR_CONST || i->op == IR_PARAM || i->op == IR_RESULT ||
	    i->block != w->b || o->host[v] || out_results(o->f, i) > 1 ||
	    (shared && read_earlier(w, depth, v)))
		return false;
	uint32_t from = reach(w, v, shared);
	if (from == UINT32_MAX)
		return false;
	memmove(list + from, list + from + 1,
		(w->at - 1 - from) * sizeof(ref));
	w->at--;
	list[w->at] = v;
	o->host[v] = w->way[depth].user;
	o->host_k[v] = w->way[depth].k;
	o->tee[v] = shared;
	return true;
}

/* Places the operands of the value at w->at, last one first. */
static void operands(struct walk *w, uint32_t depth, ref user)
{
	for (uint32_t k = out_operands(w->o->f, user); k-- > 0;) {
		ref v = out_operand(w->o->f, user, k);
		w->way[depth] = (struct step){ user, k };
		if (place(w, depth, v) && depth < MAX_DEPTH)
			operands(w, depth + 1, v);
	}
}

void out_stack(struct out *o)
{
	struct walk *w = arena_new(o->a, struct walk);

	o->uses = opt_use_counts(o->f, o->a);
	list_blocks(o);
	for (uint32_t k = 0; k < o->c->nrpo; k++) {
		blk b = o->c->rpo[k];
		*w = (struct walk){ .o = o, .b = b, .at = o->list[b].v.n };
		while (w->at > 0) {
			w->at--;
			operands(w, 0, o->list[b].v.at[w->at]);
		}
	}
}
