/* eval_code.c - from the intermediate form to dense code.
 *
 * Every value gets a slot of the frame.  Blocks are laid out in reverse
 * postorder; an edge with arguments becomes moves and a jump behind its block.
 * An edge's moves happen at once: a source that an earlier move overwrites is
 * first saved in a spare slot.
 */
#include <string.h>

#include "base/compiler.h"
#include "ir/eval_int.h"

struct emit {
	struct ir_func *f;
	struct arena *tmp;
	VEC(struct step) steps;
	VEC(uint32_t) list;
	VEC(uint32_t) jumps;	/* STEP_JUMPs, aux a block until patched */
	VEC(uint32_t) labels;	/* members of list, likewise */
	uint32_t *slot;		/* [ins] */
	uint32_t *start;	/* [blocks] first step */
	uint32_t *moved;	/* [slots] 1 + number of the move to it */
	uint32_t nslots, spare;
};

static void assign_slots(struct emit *e)
{
	struct ir_func *f = e->f;

	for (blk b = 0; b < f->blocks.n; b++) {
		const struct ir_block *p = &f->blocks.at[b];
		for (uint32_t k = 0; k < p->params.n; k++)
			e->slot[p->params.at[k]] = e->nslots++;
		for (uint32_t k = 0; k < p->ins.n; k++)
			if (ir_at(f, p->ins.at[k])->type != T_NONE)
				e->slot[p->ins.at[k]] = e->nslots++;
	}
}

static void move(struct emit *e, uint32_t dst, uint32_t src)
{
	if (dst != src)
		vec_push(e->tmp, &e->steps,
			 (struct step){ .op = STEP_MOVE, .dst = dst,
					.arg = { src } });
}

static void jump(struct emit *e, blk to)
{
	vec_push(e->tmp, &e->jumps, e->steps.n);
	vec_push(e->tmp, &e->steps,
		 (struct step){ .op = STEP_JUMP, .aux = to });
}

static void edge_moves(struct emit *e, const struct ir_edge *d)
{
	const struct ir_block *to = &e->f->blocks.at[d->to];
	uint32_t *src = arena_array(e->tmp, uint32_t, d->nargs), spare = 0;

	for (uint32_t k = 0; k < d->nargs; k++) {
		src[k] = e->slot[e->f->list.at[d->args + k]];
		if (e->moved[src[k]]) {
			move(e, e->nslots + spare, src[k]);
			src[k] = e->nslots + spare++;
		}
		if (e->slot[to->params.at[k]] != src[k])
			e->moved[e->slot[to->params.at[k]]] = k + 1;
	}
	for (uint32_t k = 0; k < d->nargs; k++) {
		move(e, e->slot[to->params.at[k]], src[k]);
		e->moved[e->slot[to->params.at[k]]] = 0;
	}
	if (spare > e->spare)
		e->spare = spare;
}

/* A terminator with its edges: list holds one label per edge. */
static void branch(struct emit *e, const struct ir_ins *i, struct step s)
{
	const struct ir_block *b = &e->f->blocks.at[i->block];

	if (i->op == IR_BR) {
		edge_moves(e, ir_edge(e->f, i->block, 0));
		jump(e, ir_edge(e->f, i->block, 0)->to);
		return;
	}
	s.list = e->list.n;
	s.nlist = b->nedges;
	vec_push(e->tmp, &e->steps, s);
	for (uint32_t k = 0; k < b->nedges; k++)
		vec_push(e->tmp, &e->list, 0);
	for (uint32_t k = 0; k < b->nedges; k++) {
		const struct ir_edge *d = ir_edge(e->f, i->block, k);
		if (d->nargs == 0) {
			vec_push(e->tmp, &e->labels, s.list + k);
			e->list.at[s.list + k] = d->to;
			continue;
		}
		e->list.at[s.list + k] = e->steps.n;
		edge_moves(e, d);
		jump(e, d->to);
	}
}

static void emit_ins(struct emit *e, ref r)
{
	const struct ir_ins *i = ir_at(e->f, r);
	struct step s = { .op = i->op, .flags = i->flags, .dst = e->slot[r],
			  .aux = i->aux, .imm = i->imm, .at = i->at };

	for (unsigned k = 0; k < i->nargs; k++)
		s.arg[k] = e->slot[i->arg[k]];
	if (i->op == IR_BR || i->op == IR_BR_IF || i->op == IR_BR_TABLE) {
		branch(e, i, s);
		return;
	}
	s.list = e->list.n;
	s.nlist = i->nlist;
	for (uint32_t k = 0; k < i->nlist; k++)
		vec_push(e->tmp, &e->list, e->slot[e->f->list.at[i->list + k]]);
	vec_push(e->tmp, &e->steps, s);
}

static struct code *finish(struct emit *e, struct arena *a)
{
	struct code *c = arena_new(a, struct code);

	for (uint32_t k = 0; k < e->jumps.n; k++) {
		struct step *s = &e->steps.at[e->jumps.at[k]];
		s->aux = e->start[s->aux];
	}
	for (uint32_t k = 0; k < e->labels.n; k++) {
		uint32_t *l = &e->list.at[e->labels.at[k]];
		*l = e->start[*l];
	}
	c->nslots = e->nslots + e->spare + 1; /* slot 0 exists */
	c->step = arena_array(a, struct step, e->steps.n);
	memcpy(c->step, e->steps.at, e->steps.n * sizeof *c->step);
	c->list = arena_array(a, uint32_t, e->list.n);
	if (e->list.n)
		memcpy(c->list, e->list.at, e->list.n * sizeof *c->list);
	return c;
}

static struct code *densify(struct ir_func *f, struct arena *tmp,
			    struct arena *a)
{
	struct emit e = { .f = f, .tmp = tmp };
	const struct ir_cfg *cfg = ir_cfg(f, tmp);

	e.slot = arena_array(tmp, uint32_t, f->ins.n);
	e.start = arena_array(tmp, uint32_t, f->blocks.n);
	assign_slots(&e);
	e.moved = arena_array(tmp, uint32_t, e.nslots);
	for (uint32_t k = 0; k < cfg->nrpo; k++) {
		const struct ir_block *b = &f->blocks.at[cfg->rpo[k]];
		e.start[cfg->rpo[k]] = e.steps.n;
		for (uint32_t j = 0; j < b->ins.n; j++)
			emit_ins(&e, b->ins.at[j]);
	}
	return finish(&e, a);
}

static struct code *compile(struct eval_instance *in, uint32_t index,
			    struct arena *tmp, struct diag_sink *s)
{
	const struct eval_options *o = &in->st->opt;
	struct ir_func *f = ir_build(in->im, index, tmp, s);

	if (!f)
		return NULL;
	if (o->pass)
		o->pass(o->pass_ctx, f);
	return densify(f, tmp, in->st->a);
}

struct code *eval_compile(struct eval_instance *in, uint32_t index,
			  struct diag_sink *s)
{
	struct arena tmp, *a = in->st->a;
	jmp_buf oom, *outer = a->oom;

	arena_init(&tmp, &oom);
	tmp.limit = a->limit;
	if (setjmp(oom)) {
		arena_fini(&tmp);
		a->oom = outer;
		CHECK(outer);
		longjmp(*outer, 1);
	}
	a->oom = &oom;
	struct code *c = compile(in, index, &tmp, s);
	arena_fini(&tmp);
	a->oom = outer;
	return c;
}
