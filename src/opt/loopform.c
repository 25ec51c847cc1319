/* loopform.c - preheaders, closed loops, copies of blocks. */
#include "opt/loopform.h"

#include "opt/trip.h"

/* --- preheaders ---------------------------------------------------------- */

static bool outside(const struct ir_cfg *c, blk header, blk pred)
{
	return c->order[pred] != UINT32_MAX && !trip_inside(c, header, pred);
}

/* The number of edges from outside; *last is the last such predecessor. */
static uint32_t entries(const struct opt *o, blk h, blk *last)
{
	const struct ir_cfg *c = o->cfg;
	uint32_t n = 0;

	for (uint32_t k = c->pred_begin[h]; k < c->pred_begin[h + 1]; k++)
		if (outside(c, h, c->pred[k])) {
			*last = c->pred[k];
			n++;
		}
	return n;
}

static void end_with_br(struct ir_func *f, blk b, blk to, const ref *args,
			uint32_t n)
{
	ref t = ir_new(f, IR_BR, T_NONE, f->blocks.at[b].at);

	ir_append(f, b, t);
	ir_edges_new(f, b, 1);
	struct ir_edge *e = ir_edge(f, b, 0);
	e->to = to;
	opt_set_args(f, e, args, n);
}

/* Leads the edges of `from` into h to another block. */
static void redirect(struct ir_func *f, blk from, blk h, blk to)
{
	for (uint32_t k = 0; k < f->blocks.at[from].nedges; k++)
		if (ir_edge(f, from, k)->to == h)
			ir_edge(f, from, k)->to = to;
}

/* A single edge gives its arguments to the preheader's own branch; several
 * meet in parameters. */
static void preheader_args(struct opt *o, blk h, blk p, blk from, bool single,
			   ref *args)
{
	struct ir_func *f = o->f;
	uint32_t n = f->blocks.at[h].params.n;

	for (uint32_t k = 0; k < n && !single; k++)
		args[k] = ir_param_new(f, p, (enum type)ir_at(f,
					f->blocks.at[h].params.at[k])->type);
	for (uint32_t e = 0; single && e < f->blocks.at[from].nedges; e++) {
		struct ir_edge *edge = ir_edge(f, from, e);
		if (edge->to != h)
			continue;
		for (uint32_t k = 0; k < n; k++)
			args[k] = f->list.at[edge->args + k];
		edge->nargs = 0;
	}
}

static void make_preheader(struct opt *o, blk h, blk from, bool single)
{
	struct ir_func *f = o->f;
	const struct ir_cfg *c = o->cfg;
	uint32_t n = f->blocks.at[h].params.n;
	ref *args = arena_array(o->tmp, ref, n + 1);
	blk p = ir_block_new(f);

	f->blocks.at[p].at = f->blocks.at[h].at;
	f->blocks.at[p].likely = f->blocks.at[h].likely;
	preheader_args(o, h, p, from, single, args);
	for (uint32_t k = c->pred_begin[h]; k < c->pred_begin[h + 1]; k++)
		if (outside(c, h, c->pred[k]))
			redirect(f, c->pred[k], h, p);
	end_with_br(f, p, h, args, n);
}

bool opt_preheaders(struct opt *o)
{
	const struct ir_cfg *c = o->cfg;
	bool made = false;

	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk h = c->rpo[k], last = 0;
		if (c->loop[h] != h)
			continue;
		uint32_t in = entries(o, h, &last);
		if (in == 1 && o->f->blocks.at[last].nedges == 1)
			continue;
		make_preheader(o, h, last, in == 1);
		made = true;
	}
	if (made)
		o->cfg = ir_cfg(o->f, o->tmp);
	return made;
}

blk opt_preheader(const struct opt *o, blk header)
{
	blk p = 0;

	CHECK(entries(o, header, &p) == 1);
	return p;
}

/* Up from the ways back; the header is the only way in. */
blk *opt_loop_blocks(const struct opt *o, blk header, uint32_t *n)
{
	const struct ir_cfg *c = o->cfg;
	struct bitset seen = bitset_new(o->tmp, c->n);
	VEC(blk) list = { 0 };

	bitset_add(&seen, header);
	vec_push(o->tmp, &list, header);
	for (uint32_t k = 0; k < list.n; k++) {
		blk b = list.at[k];
		for (uint32_t p = c->pred_begin[b]; p < c->pred_begin[b + 1]; p++) {
			blk from = c->pred[p];
			if (b == header && !trip_inside(c, header, from))
				continue;
			if (c->order[from] != UINT32_MAX &&
			    bitset_add(&seen, from))
				vec_push(o->tmp, &list, from);
		}
	}
	*n = list.n;
	return list.at;
}

bool opt_only_accesses(const struct opt *o, const blk *b, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ir_block *p = &o->f->blocks.at[b[k]];
		for (uint32_t j = 0; j + 1 < p->ins.n; j++) {
			const struct ir_ins *i = ir_at(o->f, p->ins.at[j]);
			unsigned flags = ir_flags(i);
			if (opt_is_store(i->op))
				flags &= ~(unsigned)(IR_E | IR_W);
			if (flags & (IR_E | IR_T | IR_W))
				return false;
		}
	}
	return true;
}
