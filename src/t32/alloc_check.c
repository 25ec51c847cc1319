/* alloc_check.c - an allocation, checked by following values.
 *
 * The state says for each register and slot which vregs of the original code
 * it holds.  Copies, spills, reloads and constants made again move those
 * sets; operations of the original must find what they use and define what
 * they define; where paths meet, a place holds what it holds on all of them.
 * A copy in the original makes two names of one value, and equal constants
 * are one value (canonical names), so that the allocator may drop and repeat
 * them.
 *
 * A place may keep the value that a vreg had one iteration ago.  Where paths
 * meet, vregs whose definition does not dominate the place are therefore
 * forgotten: every way to a use passes their definition again.
 */
#include "t32/alloc_check.h"

#include <string.h>

#include "base/map.h"
#include "t32/live.h"

enum { NREGS = 64, WORK_LIMIT = 1 << 23 };

struct set {
	uint32_t n;
	vreg at[];
};

struct check {
	const struct mir_func *b, *a;	/* before, after */
	struct arena *arena;
	struct mir_cfg cfg;		/* of before */
	uint32_t *def_block;		/* per canonical vreg; UINT32_MAX: constant */
	vreg *name;			/* canonical vreg */
	bool store_in;			/* incoming parameters are overwritten */
	bool self;			/* before and after are one function */
	uint32_t nlocs;
	const struct set ***in;		/* per block of after: state, NULL unreached */
	const struct set **now;		/* state while a block is walked */
	uint32_t *edge_from, *edge_k;	/* per block of after: the edge it stands on */
	bool verify;
	const char *err;
};

static void bad(struct check *c, uint32_t b, uint32_t k, const char *what)
{
	if (!c->err)
		c->err = arena_printf(c->arena, "func %u b%u ins %u: %s",
				      c->a->index, b, k, what);
}

static bool is_copy(const struct mir_ins *i)
{
	return i->op == MOP_MOV || i->op == MOP_PARMOVE;
}

static bool is_constant(const struct check *c, const struct mir_ins *i)
{
	return (mop_info[i->op].flags & MOP_M) &&
	       !(i->op == MOP_LOAD_IN && c->store_in);
}

static bool is_anchor(const struct check *c, const struct mir_ins *i)
{
	return !is_copy(i) && i->op != MOP_SPILL && i->op != MOP_RELOAD &&
	       !is_constant(c, i);
}

static bool same_ins(const struct mir_ins *x, const struct mir_ins *y)
{
	return x->op == y->op && x->cmp == y->cmp && x->cond == y->cond &&
	       x->flags == y->flags && x->ndef == y->ndef &&
	       x->nuse == y->nuse && x->imm == y->imm && x->imm2 == y->imm2 &&
	       x->aux == y->aux && x->sym == y->sym;
}

/* --- canonical names --- */

static uint64_t constant_key(const struct check *c, const struct mir_func *f,
			     const struct mir_ins *i)
{
	uint32_t w[] = { i->op, (uint32_t)i->imm, (uint32_t)i->imm2, i->aux,
			 i->sym, f->vregs.at[mir_def(f, i, 0)->v].cls };
	(void)c;
	return hash_bytes(w, sizeof w);
}

static vreg canonical(struct check *c, vreg v)
{
	while (c->name[v] != v)
		v = c->name[v] = c->name[c->name[v]];
	return v;
}

static void name_ins(struct check *c, const struct mir_ins *i, uint32_t b,
		     struct map *consts)
{
	const struct mir_func *f = c->b;

	for (unsigned d = 0; d < i->ndef; d++)
		c->def_block[mir_def(f, i, d)->v] = b;
	if (is_copy(i))
		for (unsigned d = 0; d < i->ndef; d++)
			c->name[mir_def(f, i, d)->v] = mir_use(f, i, d)->v;
	if (is_constant(c, i)) {
		vreg v = mir_def(f, i, 0)->v;
		uint32_t *first = map_put(consts, constant_key(c, f, i));
		if (!*first)
			*first = v;
		c->name[v] = *first;
		c->def_block[v] = UINT32_MAX;
	}
}

static void name_all(struct check *c, struct map *consts)
{
	const struct mir_func *f = c->b;

	for (vreg v = 0; v < f->vregs.n; v++)
		c->name[v] = v;
	for (uint32_t k = 0; k < f->params.n; k++)
		c->def_block[f->params.at[k].v] = 0;
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->params.n; k++)
			c->def_block[blk->params.at[k]] = b;
		for (uint32_t k = 0; k < blk->ins.n; k++)
			name_ins(c, &blk->ins.at[k], b, consts);
	}
}

/* --- sets --- */

static bool set_has(const struct set *s, vreg v)
{
	for (uint32_t k = 0; s && k < s->n; k++)
		if (s->at[k] == v)
			return true;
	return false;
}

static struct set *set_new(struct check *c, uint32_t room)
{
	return arena_alloc(c->arena, sizeof(struct set) + room * sizeof(vreg));
}

static const struct set *set_one(struct check *c, vreg v)
{
	struct set *s = set_new(c, 1);

	s->n = 1;
	s->at[0] = v;
	return s;
}

static const struct set *set_add(struct check *c, const struct set *s, vreg v)
{
	if (set_has(s, v))
		return s;
	struct set *t = set_new(c, s ? s->n + 1 : 1);
	if (s)
		memcpy(t->at, s->at, s->n * sizeof(vreg));
	t->n = s ? s->n + 1 : 1;
	t->at[t->n - 1] = v;
	return t;
}

/* x itself when nothing of it is lost. */
static const struct set *set_meet(struct check *c, const struct set *x,
				  const struct set *y)
{
	uint32_t both = 0;

	if (x == y || !x)
		return x;
	for (uint32_t k = 0; k < x->n; k++)
		both += set_has(y, x->at[k]);
	if (both == x->n)
		return x;
	if (!both)
		return NULL;
	struct set *t = set_new(c, both);
	for (uint32_t k = 0; k < x->n; k++)
		if (set_has(y, x->at[k]))
			t->at[t->n++] = x->at[k];
	return t;
}

/* --- places --- */

static bool holds_double(const struct check *c, const struct set *s)
{
	return s && c->b->vregs.at[s->at[0]].cls == MIR_D;
}

/* Forgets what `words` words at loc hold, and doubles that reach into them. */
static void clobber(struct check *c, uint32_t loc, uint32_t words)
{
	if (loc > 0 && loc != NREGS && loc != REG_S0 &&
	    holds_double(c, c->now[loc - 1]))
		c->now[loc - 1] = NULL;
	for (uint32_t k = 0; k < words; k++)
		c->now[loc + k] = NULL;
}

static uint32_t words_of(const struct mir_func *f, vreg v)
{
	return f->vregs.at[v].cls == MIR_D ? 2 : 1;
}

static void put(struct check *c, uint32_t loc, uint32_t words,
		const struct set *s)
{
	clobber(c, loc, words);
	c->now[loc] = s && holds_double(c, s) == (words == 2) ? s : NULL;
}

static unsigned reg_of(const struct check *c, vreg v)
{
	return c->a->vregs.at[v].reg;
}

/* A register of the right class that may be written. */
static bool reg_ok(const struct check *c, struct mir_opnd o, bool def)
{
	const struct mir_func *f = c->a;
	unsigned reg = reg_of(c, o.v), cls = f->vregs.at[o.v].cls;
	regset bits;

	if (reg == REG_NONE || (o.fix != REG_NONE && o.fix != reg))
		return false;
	if (cls == MIR_G ? reg > REG_LR || reg == REG_SP :
	    reg < REG_S0 || reg >= NREGS || (cls == MIR_D && reg % 2))
		return false;
	bits = (cls == MIR_D ? (regset)3 : 1) << reg;
	return !def || !(bits & ~f->used);
}

/* --- operations --- */

static void copies(struct check *c, const struct mir_ins *i, uint32_t b, uint32_t k)
{
	const struct set **held = arena_array(c->arena, const struct set *, i->nuse);

	if (i->ndef != i->nuse)
		bad(c, b, k, "unequal parallel copy");
	for (unsigned u = 0; u < i->nuse && !c->err; u++)
		held[u] = c->now[reg_of(c, mir_use(c->a, i, u)->v)];
	clobber(c, REG_IP, 1);
	for (unsigned d = 0; d < i->ndef && !c->err; d++)
		for (unsigned e = 0; e < d; e++)
			if (reg_of(c, mir_def(c->a, i, d)->v) ==
			    reg_of(c, mir_def(c->a, i, e)->v))
				bad(c, b, k, "two copies into one register");
	for (unsigned d = 0; d < i->ndef && !c->err; d++) {
		vreg v = mir_def(c->a, i, d)->v;
		put(c, reg_of(c, v), words_of(c->a, v), held[d]);
	}
}

static void slot_ins(struct check *c, const struct mir_ins *i, uint32_t b, uint32_t k)
{
	bool load = i->op == MOP_RELOAD;
	vreg v = load ? mir_def(c->a, i, 0)->v : mir_use(c->a, i, 0)->v;
	uint32_t words = words_of(c->a, v), slot = (uint32_t)i->imm;

	if (slot + words > c->a->slots) {
		bad(c, b, k, "slot out of range");
		return;
	}
	if (!load) {
		put(c, NREGS + slot, words, c->now[reg_of(c, v)]);
		clobber(c, REG_IP, 1);
		return;
	}
	const struct set *s = c->now[NREGS + slot];
	clobber(c, REG_IP, 1);
	put(c, reg_of(c, v), words, s);
	if (c->self)	/* a reload of the original defines its vreg */
		put(c, reg_of(c, v), words, set_add(c, s, v));
}

static void check_uses(struct check *c, const struct mir_ins *i,
		       const struct mir_ins *o, uint32_t b, uint32_t k)
{
	for (unsigned u = 0; u < i->nuse; u++) {
		vreg want = canonical(c, mir_use(c->b, o, u)->v);
		struct mir_opnd x = *mir_use(c->a, i, u);
		x.fix = mir_use(c->b, o, u)->fix;
		if (!reg_ok(c, x, false))
			bad(c, b, k, "use in an impossible register");
		else if (c->verify && !set_has(c->now[reg_of(c, x.v)], want))
			bad(c, b, k, arena_printf(c->arena,
				"use %u does not hold v%u", u,
				mir_use(c->b, o, u)->v));
	}
}

static void check_shape(struct check *c, const struct mir_ins *i,
			uint32_t b, uint32_t k)
{
	for (unsigned d = 0; d < i->ndef; d++) {
		unsigned reg = reg_of(c, mir_def(c->a, i, d)->v);
		int tied = mir_tied(c->a, i, d);
		if (tied >= 0 &&
		    reg_of(c, mir_use(c->a, i, (unsigned)tied)->v) != reg)
			bad(c, b, k, "tied operand in another register");
		for (unsigned u = 0; u < i->nuse && mir_early(c->a, i, d); u++)
			if (reg_of(c, mir_use(c->a, i, u)->v) == reg)
				bad(c, b, k, "early definition over a use");
	}
}

static void clobber_call(struct check *c)
{
	for (unsigned r = 0; r < 4; r++)
		clobber(c, r, 1);
	clobber(c, REG_LR, 1);
	for (unsigned r = 0; r < 16; r++)
		clobber(c, REG_S0 + r, 1);
}

static void anchor(struct check *c, const struct mir_ins *i,
		   const struct mir_ins *o, uint32_t b, uint32_t k)
{
	check_uses(c, i, o, b, k);
	check_shape(c, i, b, k);
	clobber(c, REG_IP, 1);
	if (mop_info[i->op].flags & MOP_C)
		clobber_call(c);
	if (i->op == MOP_FUEL)	/* calls its stub */
		clobber(c, REG_LR, 1);
	for (unsigned d = 0; d < i->ndef && !c->err; d++) {
		struct mir_opnd x = *mir_def(c->a, i, d);
		unsigned words = words_of(c->a, x.v);
		x.fix = mir_def(c->b, o, d)->fix;
		if (!reg_ok(c, x, true)) {
			bad(c, b, k, "definition in an impossible register");
			return;
		}
		for (unsigned e = 0; e < d; e++)
			if (reg_of(c, mir_def(c->a, i, e)->v) == reg_of(c, x.v))
				bad(c, b, k, "two definitions in one register");
		put(c, reg_of(c, x.v), words,
		    set_one(c, canonical(c, mir_def(c->b, o, d)->v)));
	}
}

static void remade(struct check *c, const struct mir_ins *i, struct map *consts)
{
	vreg v = mir_def(c->a, i, 0)->v;
	uint32_t *first = map_get(consts, constant_key(c, c->a, i));

	clobber(c, REG_IP, 1);
	put(c, reg_of(c, v), words_of(c->a, v),
	    first ? set_one(c, canonical(c, *first)) : NULL);
}

static bool regs_known(struct check *c, const struct mir_ins *i)
{
	for (unsigned o = 0; o < (unsigned)i->ndef + i->nuse; o++) {
		struct mir_opnd x = c->a->opnds.at[i->opnd + o];
		x.fix = REG_NONE;
		if (x.v == 0 || x.v >= c->a->vregs.n ||
		    !reg_ok(c, x, o < i->ndef))
			return false;
	}
	return true;
}

static void walk_block(struct check *c, uint32_t b, struct map *consts)
{
	const struct mir_block *blk = &c->a->blocks.at[b];
	bool old = b < c->b->blocks.n;
	const struct mir_block *was = old ? &c->b->blocks.at[b] : NULL;
	uint32_t next = 0;

	for (uint32_t k = 0; k < blk->ins.n && !c->err; k++) {
		const struct mir_ins *i = &blk->ins.at[k];
		if (!regs_known(c, i))
			bad(c, b, k, "operand without a proper register");
		else if (is_copy(i))
			copies(c, i, b, k);
		else if (i->op == MOP_SPILL || i->op == MOP_RELOAD)
			slot_ins(c, i, b, k);
		else if (is_constant(c, i))
			remade(c, i, consts);
		else if (!old) {
			if (i->op != MOP_JUMP)
				bad(c, b, k, "operation on an edge");
		} else {
			while (next < was->ins.n && !is_anchor(c, &was->ins.at[next]))
				next++;
			if (next == was->ins.n || !same_ins(i, &was->ins.at[next]))
				bad(c, b, k, "not the operation it was");
			else
				anchor(c, i, &was->ins.at[next++], b, k);
		}
	}
	while (old && next < was->ins.n && !is_anchor(c, &was->ins.at[next]))
		next++;
	if (old && next < was->ins.n)
		bad(c, b, blk->ins.n, "operations lost");
}

/* --- edges --- */

/* The set after passing the original edge: parameters instead of arguments,
 * nothing that the target's position does not dominate. */
static const struct set *pass(struct check *c, const struct set *s,
			      const struct mir_edge *g)
{
	const struct mir_block *to = &c->b->blocks.at[g->to];
	const struct set *t = NULL;

	if (!s)
		return NULL;
	if (to->params.n == 0 && to->npreds == 1)
		return s;
	for (uint32_t k = 0; k < s->n; k++) {
		uint32_t d = c->def_block[s->at[k]];
		if (d == UINT32_MAX ||
		    (d != g->to && mir_dominates(&c->cfg, d, g->to)))
			t = set_add(c, t, s->at[k]);
	}
	for (uint32_t k = 0; k < g->nargs; k++)
		if (set_has(s, canonical(c, c->b->vlist.at[g->args + k])))
			t = set_add(c, t, to->params.at[k]);
	return t && t->n == s->n && !memcmp(t->at, s->at, t->n * sizeof(vreg)) ? s : t;
}

/* Meets the current state into block `to` of after; true when that changed. */
static bool arrive(struct check *c, uint32_t to, const struct mir_edge *g)
{
	const struct set **in = c->in[to];
	bool fresh = !in, changed = false;

	if (fresh)
		in = c->in[to] = arena_array(c->arena, const struct set *, c->nlocs);
	for (uint32_t l = 0; l < c->nlocs; l++) {
		const struct set *s = g ? pass(c, c->now[l], g) : c->now[l];
		const struct set *m = fresh ? s : set_meet(c, in[l], s);
		changed |= m != in[l];
		in[l] = m;
	}
	return changed || fresh;
}

static void leave(struct check *c, uint32_t b, uint32_t k, bool *again)
{
	const struct mir_block *blk = &c->a->blocks.at[b];
	uint32_t to = blk->edge[k].to, from = b, ek = k;

	if (to >= c->b->blocks.n) {	/* a new block on this edge */
		if (b >= c->b->blocks.n ||
		    (c->edge_from[to] != UINT32_MAX &&
		     (c->edge_from[to] != b || c->edge_k[to] != k))) {
			bad(c, b, blk->ins.n, "new block not on one edge");
			return;
		}
		c->edge_from[to] = b;
		c->edge_k[to] = k;
		again[to] |= arrive(c, to, NULL);
		return;
	}
	if (b >= c->b->blocks.n) {
		from = c->edge_from[b];
		ek = c->edge_k[b];
	}
	const struct mir_edge *g = &c->b->blocks.at[from].edge[ek];
	if (g->to != to)
		bad(c, b, blk->ins.n, "edge to another block");
	else
		again[to] |= arrive(c, to, g);
}

static void step(struct check *c, uint32_t b, struct map *consts, bool *again)
{
	const struct mir_block *blk = &c->a->blocks.at[b];

	memcpy(c->now, c->in[b], c->nlocs * sizeof *c->now);
	walk_block(c, b, consts);
	uint32_t want = b < c->b->blocks.n ? c->b->blocks.at[b].nedges : 1;
	if (blk->nedges != want)
		bad(c, b, blk->ins.n, "number of edges");
	for (uint32_t k = 0; k < blk->nedges && !c->err; k++)
		leave(c, b, k, again);
}

/* Optimistic iteration to the fixed point, then one round that verifies. */
static void solve(struct check *c, struct map *consts)
{
	const struct mir_func *f = c->a;
	bool *again = arena_array(c->arena, bool, f->blocks.n);
	bool more = true;

	c->in[0] = arena_array(c->arena, const struct set *, c->nlocs);
	for (uint32_t k = 0; k < c->b->params.n; k++)
		c->in[0][c->b->params.at[k].fix] =
			set_one(c, canonical(c, c->b->params.at[k].v));
	again[0] = true;
	while (more && !c->err) {
		more = false;
		for (uint32_t k = 0; k < c->cfg.nrpo + f->blocks.n - c->b->blocks.n && !c->err; k++) {
			uint32_t b = k < c->cfg.nrpo ? c->cfg.rpo[k] :
				     c->b->blocks.n + k - c->cfg.nrpo;
			if (!again[b])
				continue;
			again[b] = false;
			more = true;
			step(c, b, consts, again);
		}
	}
	c->verify = true;
	for (uint32_t b = 0; b < f->blocks.n && !c->err; b++)
		if (c->in[b])
			step(c, b, consts, again);
}

static bool stores_in(const struct mir_func *f)
{
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			if (f->blocks.at[b].ins.at[k].op == MOP_STORE_IN)
				return true;
	return false;
}

const char *mir_check_translation(const struct mir_func *before,
				  const struct mir_func *after, struct arena *a)
{
	struct check c = { .b = before, .a = after, .arena = a };
	struct mir_func graph = *before;
	struct map consts;

	c.nlocs = NREGS + after->slots;
	if ((uint64_t)c.nlocs * after->blocks.n > WORK_LIMIT)
		return NULL;	/* too large to follow every slot through every block */
	/* mir_cfg fills predecessors: on a copy of the blocks */
	graph.blocks.at = arena_array(a, struct mir_block, before->blocks.n);
	memcpy(graph.blocks.at, before->blocks.at,
	       before->blocks.n * sizeof *graph.blocks.at);
	c.b = &graph;
	c.self = after == before;
	graph.arena = a;
	mir_cfg(&graph, &c.cfg, a);
	c.store_in = stores_in(before);
	c.def_block = arena_array(a, uint32_t, before->vregs.n);
	c.name = arena_array(a, vreg, before->vregs.n);
	map_init(&consts, a);
	name_all(&c, &consts);
	c.in = arena_array(a, const struct set **, after->blocks.n);
	c.now = arena_array(a, const struct set *, c.nlocs);
	c.edge_from = arena_array(a, uint32_t, after->blocks.n);
	c.edge_k = arena_array(a, uint32_t, after->blocks.n);
	memset(c.edge_from, 0xff, after->blocks.n * sizeof *c.edge_from);
	solve(&c, &consts);
	return c.err;
}

const char *mir_check_allocated(const struct mir_func *f, struct arena *a)
{
	return mir_check_translation(f, f, a);
}

struct mir_func *mir_clone(const struct mir_func *f, struct arena *a)
{
	struct mir_func *g = arena_new(a, struct mir_func);

	*g = *f;
	g->arena = a;
#define COPY(field)                                                          \
	do {                                                                 \
		size_t n = f->field.n * sizeof *f->field.at;                 \
		g->field.at = n ? (void *)arena_copy(a, f->field.at, n) : NULL; \
		g->field.cap = f->field.n;                                   \
	} while (0)
	COPY(vregs);
	COPY(opnds);
	COPY(vlist);
	COPY(blocks);
	COPY(syms);
	COPY(params);
	for (uint32_t b = 0; b < g->blocks.n; b++) {
		struct mir_block *blk = &g->blocks.at[b];
		const struct mir_block *from = &f->blocks.at[b];
		size_t ins = blk->ins.n * sizeof *blk->ins.at;
		size_t params = blk->params.n * sizeof *blk->params.at;
		blk->ins.cap = blk->ins.n;
		blk->params.cap = blk->params.n;
		blk->ins.at = ins ? (void *)arena_copy(a, from->ins.at, ins) : NULL;
		blk->params.at = params ? (void *)arena_copy(a, from->params.at, params) : NULL;
		blk->edge = blk->nedges ? (void *)arena_copy(a, from->edge,
			blk->nedges * sizeof *blk->edge) : NULL;
		blk->pred = NULL;
		blk->npreds = 0;
	}
#undef COPY
	return g;
}
