/* edit.c - small tools for rewriting functions. */
#include <stdio.h>
#include <string.h>

#include "opt/pass.h"

void opt_broken(const char *pass, const char *what)
{
	fprintf(stderr, "pass %s: %s\n", pass, what);
	check_failed(what, pass, 0);
}

/* --- constants ----------------------------------------------------------- */

static uint64_t const_key(enum type t, uint64_t bits)
{
	return hash_mix(bits ^ (uint64_t)t << 56) + (uint64_t)t;
}

static bool same_const(const struct ir_ins *i, enum type t, uint64_t bits)
{
	return i->op == IR_CONST && i->type == t && i->imm == bits;
}

static void scan_consts(struct opt *o)
{
	const struct ir_block *b = &o->f->blocks.at[0];

	map_init(&o->consts, o->tmp);
	o->fresh.at = NULL;
	o->fresh.n = o->fresh.cap = 0;
	for (uint32_t k = 0; k < b->ins.n; k++) {
		const struct ir_ins *i = ir_at(o->f, b->ins.at[k]);
		if (i->op == IR_CONST)
			*map_put(&o->consts, const_key((enum type)i->type,
						       i->imm)) = b->ins.at[k];
	}
	o->scanned = true;
}

ref opt_const(struct opt *o, enum type t, uint64_t bits)
{
	if (!o->scanned)
		scan_consts(o);
	uint32_t *known = map_put(&o->consts, const_key(t, bits));
	if (*known && same_const(ir_at(o->f, *known), t, bits))
		return *known;
	ref r = ir_new(o->f, IR_CONST, t, 0);
	ir_at(o->f, r)->imm = bits;
	ir_at(o->f, r)->block = 0;
	*known = r;
	vec_push(o->tmp, &o->fresh, r);
	return r;
}

void opt_flush_consts(struct opt *o)
{
	struct ir_func *f = o->f;

	if (!o->scanned || !o->fresh.n)
		return;
	struct ir_block *b = &f->blocks.at[0];
	uint32_t n = o->fresh.n, old = b->ins.n;
	vec_reserve(f->arena, &b->ins, n);
	memmove(b->ins.at + n, b->ins.at, old * sizeof(ref));
	memcpy(b->ins.at, o->fresh.at, n * sizeof(ref));
	b->ins.n = old + n;
	o->fresh.n = 0;
}

/* --- operands ------------------------------------------------------------ */

struct opt_uses opt_uses(const struct ir_func *f, ref r)
{
	return (struct opt_uses){ .f = f, .r = r, .n = ir_at(f, r)->nargs };
}

/* Goes to the next segment; false behind the last. */
static bool next_segment(struct opt_uses *u)
{
	const struct ir_func *f = u->f;
	const struct ir_ins *i = ir_at(f, u->r);

	u->k = 0;
	if (++u->seg == 1) {
		u->at = i->list;
		u->n = i->nlist;
		return true;
	}
	if (i->op < IR_BR || i->block == UINT32_MAX)
		return false;
	const struct ir_block *b = &f->blocks.at[i->block];
	if (u->seg - 2 >= b->nedges)
		return false;
	u->at = f->edges.at[b->edge + u->seg - 2].args;
	u->n = f->edges.at[b->edge + u->seg - 2].nargs;
	return true;
}

bool opt_next(struct opt_uses *u)
{
	while (u->k == u->n)
		if (!next_segment(u))
			return false;
	u->k++;
	u->use = opt_again(u);
	return true;
}

ref *opt_again(const struct opt_uses *u)
{
	return u->seg ? &u->f->list.at[u->at + u->k - 1]
		      : &u->f->ins.at[u->r].arg[u->k - 1];
}

uint32_t *opt_use_counts(const struct ir_func *f, struct arena *a)
{
	uint32_t *count = arena_array(a, uint32_t, f->ins.n);

	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++) {
			struct opt_uses u =
				opt_uses(f, f->blocks.at[b].ins.at[k]);
			while (opt_next(&u))
				count[*u.use]++;
		}
	return count;
}

void opt_resolve_uses(struct ir_func *f, ref r, const ref *map)
{
	struct opt_uses u = opt_uses(f, r);

	while (opt_next(&u))
		*u.use = opt_resolve(map, *u.use);
}

/* --- removal ------------------------------------------------------------- */

void opt_kill(struct ir_func *f, ref r)
{
	f->ins.at[r] = (struct ir_ins){ .op = IR_NOP, .block = UINT32_MAX };
}

static void sweep_cut(struct ir_func *f, struct ir_cut *c)
{
	for (uint32_t k = 0; k < c->n; k++) {
		ref *r = &f->list.at[c->refs + k];
		if (ir_at(f, *r)->op == IR_NOP)
			*r = 0;
	}
}

void opt_sweep(struct ir_func *f)
{
	for (blk b = 0; b < f->blocks.n; b++) {
		struct ir_block *p = &f->blocks.at[b];
		uint32_t n = 0;
		for (uint32_t k = 0; k < p->ins.n; k++)
			if (ir_at(f, p->ins.at[k])->op != IR_NOP)
				p->ins.at[n++] = p->ins.at[k];
		p->ins.n = n;
	}
	for (uint32_t k = 0; k < f->cuts.n; k++)
		sweep_cut(f, &f->cuts.at[k]);
}

/* --- control flow -------------------------------------------------------- */

void opt_make_br(struct ir_func *f, blk b, uint32_t k)
{
	struct ir_ins *t = ir_at(f, ir_term(f, b));

	f->blocks.at[b].edge += k;
	f->blocks.at[b].nedges = 1;
	t->op = IR_BR;
	t->nargs = 0;
	t->nlist = 0;
	t->arg[0] = 0;
}

void opt_set_args(struct ir_func *f, struct ir_edge *e, const ref *args,
		  uint32_t n)
{
	e->args = ir_list(f, args, n);
	e->nargs = n;
}

/* Drops from an edge the arguments of dropped parameters. */
static void filter_args(struct ir_func *f, struct ir_edge *e, const bool *keep)
{
	uint32_t at = f->list.n, n = 0;

	vec_reserve(f->arena, &f->list, e->nargs);
	for (uint32_t k = 0; k < e->nargs; k++)
		if (keep[k])
			f->list.at[at + n++] = f->list.at[e->args + k];
	f->list.n += n;
	e->args = at;
	e->nargs = n;
}

void opt_filter_params(struct ir_func *f, const struct ir_cfg *c, blk b,
		       const bool *keep)
{
	struct ir_block *p = &f->blocks.at[b];
	uint32_t n = 0;

	for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1]; k++) {
		const struct ir_block *from = &f->blocks.at[c->pred[k]];
		for (uint32_t e = 0; e < from->nedges; e++) {
			struct ir_edge *edge = &f->edges.at[from->edge + e];
			if (edge->to == b && edge->nargs == p->params.n)
				filter_args(f, edge, keep);
		}
	}
	for (uint32_t k = 0; k < p->params.n; k++) {
		if (!keep[k])
			continue;
		ir_at(f, p->params.at[k])->imm = n;
		p->params.at[n++] = p->params.at[k];
	}
	p->params.n = n;
}

void opt_empty_block(struct ir_func *f, blk b)
{
	struct ir_block *p = &f->blocks.at[b];

	p->ins.n = 0;
	p->params.n = 0;
	p->nedges = 0;
}

bool opt_drop_unreachable(struct ir_func *f, const struct ir_cfg *c)
{
	bool found = false;

	for (blk b = 0; b < f->blocks.n; b++) {
		struct ir_block *p = &f->blocks.at[b];
		if (c->order[b] != UINT32_MAX || !p->ins.n)
			continue;
		for (uint32_t k = 0; k < p->ins.n; k++)
			opt_kill(f, p->ins.at[k]);
		for (uint32_t k = 0; k < p->params.n; k++)
			opt_kill(f, p->params.at[k]);
		opt_empty_block(f, b);
		found = true;
	}
	return found;
}

/* A block that went is no loop header, so its cut is not needed. */
void opt_drop_cuts(struct ir_func *f)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < f->cuts.n; k++)
		if (f->blocks.at[f->cuts.at[k].block].ins.n)
			f->cuts.at[n++] = f->cuts.at[k];
	f->cuts.n = n;
}

bool opt_anywhere(const struct ir_func *f, const struct ir_ins *i)
{
	uint64_t c = 0;

	if (ir_flags(i) != 0)
		return false;
	if (!(i->flags & IR_NO_TRAP))
		return true;
	return i->nargs == 2 && opt_is_const(f, i->arg[1], &c) && c != 0 &&
	       c != (i->type == T_I32 ? UINT32_MAX : UINT64_MAX);
}

/* --- new instructions ---------------------------------------------------- */

ref opt_copy(struct ir_func *f, ref r)
{
	struct ir_ins i = *ir_at(f, r);

	if (i.nlist) {
		uint32_t at = f->list.n;
		vec_reserve(f->arena, &f->list, i.nlist);
		memcpy(f->list.at + at, f->list.at + i.list,
		       i.nlist * sizeof(ref));
		f->list.n += i.nlist;
		i.list = at;
	}
	i.block = UINT32_MAX;
	vec_push(f->arena, &f->ins, i);
	return f->ins.n - 1;
}

ref opt_ins(struct ir_func *f, unsigned op, enum type t, uint32_t at,
	    ref a, ref b)
{
	ref r = ir_new(f, op, t, at);
	struct ir_ins *i = ir_at(f, r);

	i->nargs = (uint8_t)((a != 0) + (b != 0));
	i->arg[0] = a;
	i->arg[1] = b;
	return r;
}

struct opt_tree opt_dominator_tree(const struct ir_cfg *c, struct arena *a)
{
	struct opt_tree t = { arena_array(a, blk, c->n),
			      arena_array(a, blk, c->n) };

	for (uint32_t k = c->nrpo; k-- > 1;) {
		blk b = c->rpo[k];
		t.next[b] = t.first[c->idom[b]];
		t.first[c->idom[b]] = b;
	}
	return t;
}
