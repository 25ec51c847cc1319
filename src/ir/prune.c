/* prune.c - removes block parameters that ir_build need not have made.
 *
 * First the trivial ones: every edge brings the same value, or the parameter
 * itself.  A parameter keeps two witnesses, arguments that differ; it is only
 * looked at again when one of its arguments has been replaced, and only
 * scanned again when its witnesses have become equal.  In reducible control
 * flow this gives minimal SSA (Braun et al., "Simple and Efficient
 * Construction of Static Single Assignment Form", 2013).  Then those that
 * nothing but other unused parameters uses.
 */
#include "base/compiler.h"
#include "ir/builder.h"

struct user {
	ref param;
	uint32_t next;
};

struct prune {
	struct ir_func *f;
	struct arena *a;
	uint32_t *pred_begin;	/* [blocks + 1] */
	uint32_t *pred;		/* edges, by target */
	ref *map;		/* [ins] value that replaces it, or 0 */
	uint32_t *head, *tail;	/* [ins] parameters it is an argument of */
	VEC(struct user) users;	/* entry 0 unused */
	ref *witness;		/* [2 * ins] */
	VEC(ref) worklist;
	uint8_t *live;		/* [ins] */
};

static bool is_param(const struct prune *p, ref r)
{
	return ir_at(p->f, r)->op == IR_PARAM && ir_at(p->f, r)->block != 0;
}

static ref resolve(struct prune *p, ref r)
{
	ref end = r;

	while (p->map[end])
		end = p->map[end];
	while (p->map[r]) {
		ref next = p->map[r];
		p->map[r] = end;
		r = next;
	}
	return end;
}

static void find_preds(struct prune *p)
{
	struct ir_func *f = p->f;
	uint32_t *n = arena_array(p->a, uint32_t, f->blocks.n + 2);

	for (uint32_t e = 0; e < f->edges.n; e++)
		n[f->edges.at[e].to + 2]++;
	for (blk b = 0; b < f->blocks.n; b++)
		n[b + 2] += n[b + 1];
	p->pred = arena_array(p->a, uint32_t, f->edges.n);
	for (uint32_t e = 0; e < f->edges.n; e++)
		p->pred[n[f->edges.at[e].to + 1]++] = e;
	p->pred_begin = n;
}

static ref argument(const struct prune *p, uint32_t edge, uint64_t k)
{
	return p->f->list.at[p->f->edges.at[edge].args + k];
}

static void add_user(struct prune *p, ref value, ref param)
{
	vec_push(p->a, &p->users, (struct user){ param, p->head[value] });
	p->head[value] = p->users.n - 1;
	if (!p->tail[value])
		p->tail[value] = p->head[value];
}

/* `from` was replaced by `to`: its users are to's now. */
static void move_users(struct prune *p, ref from, ref to)
{
	for (uint32_t u = p->head[from]; u; u = p->users.at[u].next)
		vec_push(p->a, &p->worklist, p->users.at[u].param);
	if (!p->head[from])
		return;
	p->users.at[p->tail[from]].next = p->head[to];
	if (!p->tail[to])
		p->tail[to] = p->tail[from];
	p->head[to] = p->head[from];
}

static void visit(struct prune *p, ref r)
{
	const struct ir_ins *i = ir_at(p->f, r);
	ref *w = &p->witness[2 * (size_t)r], only = 0;

	if (p->map[r])
		return;
	if (w[0] && (w[0] = resolve(p, w[0])) != (w[1] = resolve(p, w[1])) &&
	    w[0] != r && w[1] != r)
		return;
	for (uint32_t k = p->pred_begin[i->block];
	     k < p->pred_begin[i->block + 1]; k++) {
		ref v = resolve(p, argument(p, p->pred[k], i->imm));
		if (v == r || v == only)
			continue;
		if (only) {
			w[0] = only;
			w[1] = v;
			return;
		}
		only = v;
	}
	CHECK(only);
	p->map[r] = only;
	move_users(p, r, only);
}

static void remove_trivial(struct prune *p)
{
	struct ir_func *f = p->f;

	for (blk b = 1; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].params.n; k++) {
			ref r = f->blocks.at[b].params.at[k];
			vec_push(p->a, &p->worklist, r);
			for (uint32_t e = p->pred_begin[b];
			     e < p->pred_begin[b + 1]; e++) {
				ref v = argument(p, p->pred[e], k);
				if (is_param(p, v))
					add_user(p, v, r);
			}
		}
	for (uint32_t k = 0; k < p->worklist.n; k++)
		visit(p, p->worklist.at[k]);
	ir_replace(f, p->map);
}

static void mark(void *ctx, ref *use)
{
	struct prune *p = ctx;

	if (is_param(p, *use) && !p->live[*use]) {
		p->live[*use] = 1;
		vec_push(p->a, &p->worklist, *use);
	}
}

/* Marks the parameters that instructions use, then what those are given. */
static void mark_live(struct prune *p)
{
	struct ir_func *f = p->f;

	p->worklist.n = 0;
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++) {
			struct ir_ins *i =
				ir_at(f, f->blocks.at[b].ins.at[k]);
			for (unsigned j = 0; j < i->nargs; j++)
				mark(p, &i->arg[j]);
			for (uint32_t j = 0; j < i->nlist; j++)
				mark(p, &f->list.at[i->list + j]);
		}
	while (p->worklist.n) {
		ref r = p->worklist.at[--p->worklist.n];
		const struct ir_ins *i = ir_at(f, r);
		for (uint32_t e = p->pred_begin[i->block];
		     e < p->pred_begin[i->block + 1]; e++)
			mark(p, &f->list.at[f->edges.at[p->pred[e]].args +
					    i->imm]);
	}
}

/* Takes the parameters that are not live out of blocks, edges and cuts. */
static void sweep(struct prune *p)
{
	struct ir_func *f = p->f;

	for (uint32_t e = 0; e < f->edges.n; e++) {
		struct ir_edge *d = &f->edges.at[e];
		const struct ir_block *b = &f->blocks.at[d->to];
		uint32_t keep = 0;
		for (uint32_t k = 0; k < d->nargs; k++)
			if (p->live[b->params.at[k]])
				f->list.at[d->args + keep++] =
					f->list.at[d->args + k];
		d->nargs = keep;
	}
	for (blk b = 1; b < f->blocks.n; b++) {
		struct ir_block *d = &f->blocks.at[b];
		uint32_t keep = 0;
		for (uint32_t k = 0; k < d->params.n; k++) {
			ref r = d->params.at[k];
			if (p->live[r]) {
				f->ins.at[r].imm = keep;
				d->params.at[keep++] = r;
			} else {
				f->ins.at[r] = (struct ir_ins){ .op = IR_NOP };
			}
		}
		d->params.n = keep;
	}
	for (uint32_t c = 0; c < f->cuts.n; c++)
		for (uint32_t k = 0; k < f->cuts.at[c].n; k++) {
			ref *r = &f->list.at[f->cuts.at[c].refs + k];
			if (ir_at(f, *r)->op == IR_NOP)
				*r = 0;
		}
}

void prune_params(struct builder *b)
{
	struct prune p = { .f = b->f, .a = b->scratch };
	uint32_t n = b->f->ins.n;

	p.map = arena_array(p.a, ref, n);
	p.head = arena_array(p.a, uint32_t, n);
	p.tail = arena_array(p.a, uint32_t, n);
	p.witness = arena_array(p.a, ref, 2 * (size_t)n);
	p.live = arena_array(p.a, uint8_t, n);
	vec_push(p.a, &p.users, (struct user){ 0 });
	find_preds(&p);
	remove_trivial(&p);
	mark_live(&p);
	sweep(&p);
}
