/* clone.c - copies of blocks, and the repair of SSA form behind them.
 *
 * The repair looks for the definition that reaches a block the way
 * construction does: through single predecessors upward, a parameter where
 * several meet.  Parameters that turn out to be needless are left to tidy.
 */
#include "opt/loopform.h"

/* --- copies -------------------------------------------------------------- */

static void copy_params(struct opt *o, struct opt_clone *c, blk from)
{
	struct ir_func *f = o->f;

	for (uint32_t k = 0; k < f->blocks.at[from].params.n; k++) {
		ref p = f->blocks.at[from].params.at[k];
		c->value[p] = ir_param_new(f, c->block[from],
					   (enum type)ir_at(f, p)->type);
	}
}

static void copy_ins(struct opt *o, struct opt_clone *c, blk from)
{
	struct ir_func *f = o->f;

	for (uint32_t k = 0; k < f->blocks.at[from].ins.n; k++) {
		ref r = f->blocks.at[from].ins.at[k];
		c->value[r] = opt_copy(f, r);
		ir_append(f, c->block[from], c->value[r]);
	}
}

static void copy_edges(struct opt *o, struct opt_clone *c, blk from)
{
	struct ir_func *f = o->f;
	uint32_t n = f->blocks.at[from].nedges;
	blk to = c->block[from];

	ir_edges_new(f, to, n);
	for (uint32_t k = 0; k < n; k++) {
		const struct ir_edge *e = ir_edge(f, from, k);
		struct ir_edge *g = ir_edge(f, to, k);
		g->to = c->block[e->to] ? c->block[e->to] : e->to;
		opt_set_args(f, g, f->list.at + e->args, e->nargs);
	}
}

static ref copied(const struct opt_clone *c, ref r)
{
	return r < c->nins && c->value[r] ? c->value[r] : r;
}

static void rename_block(struct opt *o, const struct opt_clone *c, blk b)
{
	const struct ir_block *p = &o->f->blocks.at[b];

	for (uint32_t k = 0; k < p->ins.n; k++) {
		struct opt_uses u = opt_uses(o->f, p->ins.at[k]);
		while (opt_next(&u))
			*u.use = copied(c, *u.use);
	}
}

static void copy_cuts(struct opt *o, const struct opt_clone *c)
{
	struct ir_func *f = o->f;
	uint32_t n = f->cuts.n;

	for (uint32_t k = 0; k < n; k++) {
		struct ir_cut cut = f->cuts.at[k];
		if (!c->block[cut.block])
			continue;
		cut.block = c->block[cut.block];
		cut.refs = ir_list(f, f->list.at + cut.refs, cut.n);
		for (uint32_t j = 0; j < cut.n; j++)
			f->list.at[cut.refs + j] =
				copied(c, f->list.at[cut.refs + j]);
		vec_push(f->arena, &f->cuts, cut);
	}
}

void opt_clone_blocks(struct opt *o, const blk *from, uint32_t n,
		      struct opt_clone *c)
{
	struct ir_func *f = o->f;

	c->from = from;
	c->n = n;
	c->nins = f->ins.n;
	c->value = arena_array(o->tmp, ref, c->nins);
	c->block = arena_array(o->tmp, blk, f->blocks.n);
	for (uint32_t k = 0; k < n; k++) {
		c->block[from[k]] = ir_block_new(f);
		f->blocks.at[c->block[from[k]]].at = f->blocks.at[from[k]].at;
	}
	for (uint32_t k = 0; k < n; k++) {
		copy_params(o, c, from[k]);
		copy_ins(o, c, from[k]);
		copy_edges(o, c, from[k]);
	}
	for (uint32_t k = 0; k < n; k++)
		rename_block(o, c, c->block[from[k]]);
	copy_cuts(o, c);
}

/* --- repair -------------------------------------------------------------- */

struct repair {
	struct opt *o;
	struct ir_func *f;
	const struct opt_clone *c;
	uint32_t nins;		/* instructions before the repair */
	blk *home;		/* original value -> its block */
	ref *origin;		/* copy -> original, 0 others */
	uint8_t *side;		/* block: 1 original, 2 copy, 0 elsewhere; */
				/* NULL: paths lead from side to side */
	struct map at;		/* value << 32 | block -> what reaches it */
};

static uint64_t place(ref v, blk b)
{
	return (uint64_t)v << 32 | b;
}

static ref reaching(struct repair *p, ref v, blk b);

/* Gives block b a parameter for v; its arguments come from all edges. */
static ref join(struct repair *p, ref v, blk b)
{
	struct ir_func *f = p->f;
	const struct ir_cfg *g = p->o->cfg;
	ref r = ir_param_new(f, b, (enum type)ir_at(f, v)->type);
	blk last = UINT32_MAX;

	*map_put(&p->at, place(v, b)) = r;
	for (uint32_t k = g->pred_begin[b]; k < g->pred_begin[b + 1]; k++) {
		blk from = g->pred[k];
		ref in = reaching(p, v, from);
		if (from == last)
			continue;
		last = from;
		for (uint32_t e = 0; e < f->blocks.at[from].nedges; e++) {
			struct ir_edge *edge = ir_edge(f, from, e);
			if (edge->to != b)
				continue;
			opt_set_args(f, edge, f->list.at + edge->args,
				     edge->nargs);
			vec_push(f->arena, &f->list, in);
			edge->nargs++;
		}
	}
	return r;
}

/* The definition of v in block b or on its side; 0 when it has none. */
static ref defined(const struct repair *p, ref v, blk b)
{
	if (p->side)
		return p->side[b] == 0 ? 0 : p->side[b] == 1 ? v
							     : p->c->value[v];
	if (b == p->home[v])
		return v;
	return b == p->c->block[p->home[v]] ? p->c->value[v] : 0;
}

/* The definition of v at the end of block b. */
static ref reaching(struct repair *p, ref v, blk b)
{
	const struct ir_cfg *g = p->o->cfg;
	blk from = b;
	ref r;

	for (;;) {
		r = defined(p, v, b);
		if (r)
			return r;
		const uint32_t *known = map_get(&p->at, place(v, b));
		if (known && *known)
			return *known;
		if (g->pred_begin[b + 1] - g->pred_begin[b] != 1)
			break;
		b = g->pred[g->pred_begin[b]];
	}
	r = join(p, v, b);
	*map_put(&p->at, place(v, from)) = r;
	return r;
}

/* The original of an operand that must be looked for from block b, or 0. */
static ref concerned(const struct repair *p, ref r, blk b)
{
	if (!r || r >= p->nins)
		return 0;
	ref v = r < p->c->nins && p->c->value[r] ? r : p->origin[r];
	return v && defined(p, v, b) != r ? v : 0;
}

/* Makes the parameters that the users in b need; rewrite_block puts them in.
 * (Making one moves the arguments of edges, so it is not done in one go.) */
static void find_block(struct repair *p, blk b)
{
	for (uint32_t k = 0; k < p->f->blocks.at[b].ins.n; k++) {
		struct opt_uses u = opt_uses(p->f, p->f->blocks.at[b].ins.at[k]);
		while (opt_next(&u)) {
			ref v = concerned(p, *u.use, b);
			if (v)
				reaching(p, v, b);
		}
	}
}

static void rewrite_block(struct repair *p, blk b)
{
	for (uint32_t k = 0; k < p->f->blocks.at[b].ins.n; k++) {
		struct opt_uses u = opt_uses(p->f, p->f->blocks.at[b].ins.at[k]);
		while (opt_next(&u)) {
			ref v = concerned(p, *u.use, b);
			if (v)
				*u.use = reaching(p, v, b);
		}
	}
}

/* Cuts: what reaches them, if that is already known. */
static void repair_cuts(struct repair *p)
{
	for (uint32_t k = 0; k < p->f->cuts.n; k++) {
		const struct ir_cut *c = &p->f->cuts.at[k];
		for (uint32_t j = 0; j < c->n; j++) {
			ref *r = &p->f->list.at[c->refs + j];
			ref v = concerned(p, *r, c->block);
			if (!v)
				continue;
			const uint32_t *known = map_get(&p->at,
							place(v, c->block));
			*r = known ? *known : 0;
		}
	}
}

static void start_repair(struct repair *p, bool apart)
{
	const struct opt_clone *c = p->c;

	p->nins = p->f->ins.n;
	p->home = arena_array(p->o->tmp, blk, c->nins);
	p->origin = arena_array(p->o->tmp, ref, p->nins);
	map_init(&p->at, p->o->tmp);
	for (ref r = 0; r < c->nins; r++)
		if (c->value[r]) {
			p->home[r] = ir_at(p->f, r)->block;
			p->origin[c->value[r]] = r;
		}
	if (!apart)
		return;
	p->side = arena_array(p->o->tmp, uint8_t, p->f->blocks.n);
	for (uint32_t k = 0; k < c->n; k++) {
		p->side[c->from[k]] = 1;
		p->side[c->block[c->from[k]]] = 2;
	}
}

void opt_clone_repair(struct opt *o, const struct opt_clone *c, bool apart)
{
	struct repair p = { .o = o, .f = o->f, .c = c };

	start_repair(&p, apart);
	for (uint32_t k = 0; k < o->cfg->nrpo; k++)
		find_block(&p, o->cfg->rpo[k]);
	for (uint32_t k = 0; k < o->cfg->nrpo; k++)
		rewrite_block(&p, o->cfg->rpo[k]);
	repair_cuts(&p);
}
