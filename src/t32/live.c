/* live.c - reverse postorder, dominators, loops; liveness.
 *
 * Dominators after Cooper, Harvey and Kennedy; loops from back edges whose
 * target dominates their source, innermost first (WebAssembly's control flow
 * is reducible, and so is all that selection makes).  Liveness by variable:
 * from each use, up to the definition, each block visited once per vreg.
 */
#include "t32/live.h"

#include <string.h>

/* Postorder by an explicit stack: functions may have very many blocks. */
static void reverse_postorder(const struct mir_func *f, struct mir_cfg *c,
			      struct arena *a)
{
	uint32_t n = f->blocks.n, top = 0, left = n;
	uint32_t *stack = arena_array(a, uint32_t, n + 1);
	uint32_t *next = arena_array(a, uint32_t, n);
	uint32_t *post = arena_array(a, uint32_t, n);
	struct bitset seen = bitset_new(a, n);

	memset(c->order, 0xff, n * sizeof *c->order);
	bitset_add(&seen, 0);
	stack[top++] = 0;
	while (top) {
		uint32_t b = stack[top - 1];
		const struct mir_block *blk = &f->blocks.at[b];
		if (next[b] < blk->nedges) {
			/* last edge first: the first edge comes next in order */
			uint32_t to = blk->edge[blk->nedges - 1 - next[b]++].to;
			if (bitset_add(&seen, to))
				stack[top++] = to;
			continue;
		}
		post[--left] = b;
		top--;
	}
	c->nrpo = n - left;
	c->rpo = post + left;
	for (uint32_t k = 0; k < c->nrpo; k++)
		c->order[c->rpo[k]] = k;
}

uint32_t mir_meet(const struct mir_cfg *c, uint32_t a, uint32_t b)
{
	while (a != b) {
		while (c->order[a] > c->order[b])
			a = c->idom[a];
		while (c->order[b] > c->order[a])
			b = c->idom[b];
	}
	return a;
}

static void dominators(const struct mir_func *f, struct mir_cfg *c)
{
	bool changed = true;

	memset(c->idom, 0xff, f->blocks.n * sizeof *c->idom);
	c->idom[0] = 0;
	while (changed) {
		changed = false;
		for (uint32_t k = 1; k < c->nrpo; k++) {
			const struct mir_block *blk = &f->blocks.at[c->rpo[k]];
			uint32_t d = UINT32_MAX;
			for (uint32_t p = 0; p < blk->npreds; p++) {
				uint32_t q = blk->pred[p];
				if (c->order[q] == UINT32_MAX ||
				    c->idom[q] == UINT32_MAX)
					continue;
				d = d == UINT32_MAX ? q : mir_meet(c, d, q);
			}
			if (d != c->idom[c->rpo[k]]) {
				c->idom[c->rpo[k]] = d;
				changed = true;
			}
		}
	}
}

/* Preorder intervals of the dominator tree, without building it: sizes of
 * subtrees from the back, positions from the front. */
static void intervals(struct mir_cfg *c, uint32_t nblocks, struct arena *a)
{
	uint32_t *size = arena_array(a, uint32_t, nblocks);
	uint32_t *used = arena_array(a, uint32_t, nblocks);

	for (uint32_t k = c->nrpo; k-- > 0;) {
		uint32_t b = c->rpo[k];
		size[b]++;
		if (b)
			size[c->idom[b]] += size[b];
	}
	for (uint32_t k = 0; k < c->nrpo; k++) {
		uint32_t b = c->rpo[k], d = c->idom[b];
		c->dom_in[b] = b ? c->dom_in[d] + 1 + used[d] : 0;
		if (b)
			used[d] += size[b];
		c->dom_out[b] = c->dom_in[b] + size[b];
	}
}

/* The outermost header found so far around b, or b. */
static uint32_t outermost(const struct mir_cfg *c, uint32_t b)
{
	while (c->header[b] != UINT32_MAX && c->header[b] != b)
		b = c->header[b];
	while (c->parent[b] != UINT32_MAX)
		b = c->parent[b];
	return b;
}

/* Collects the loop of header h from its back edges.  Inner loops are
 * complete (headers are visited from the back of the order). */
static void collect_loop(const struct mir_func *f, struct mir_cfg *c, uint32_t h,
			 uint32_t *work)
{
	uint32_t n = 0;
	const struct mir_block *blk = &f->blocks.at[h];

	for (uint32_t p = 0; p < blk->npreds; p++)
		if (c->order[blk->pred[p]] != UINT32_MAX &&
		    mir_dominates(c, h, blk->pred[p]))
			work[n++] = blk->pred[p];
	if (!n)
		return;
	c->header[h] = h;
	while (n) {
		uint32_t b = outermost(c, work[--n]);
		if (b == h)
			continue;
		if (c->header[b] == b)
			c->parent[b] = h;
		else
			c->header[b] = h;
		blk = &f->blocks.at[b];
		for (uint32_t p = 0; p < blk->npreds; p++)
			if (c->order[blk->pred[p]] != UINT32_MAX &&
			    outermost(c, blk->pred[p]) != h)
				work[n++] = blk->pred[p];
	}
}

static void loops(const struct mir_func *f, struct mir_cfg *c, struct arena *a)
{
	uint32_t edges = 1;

	for (uint32_t b = 0; b < f->blocks.n; b++)
		edges += f->blocks.at[b].npreds;
	uint32_t *work = arena_array(a, uint32_t, edges);

	memset(c->header, 0xff, f->blocks.n * sizeof *c->header);
	memset(c->parent, 0xff, f->blocks.n * sizeof *c->parent);
	for (uint32_t k = c->nrpo; k-- > 0;)
		collect_loop(f, c, c->rpo[k], work);
	for (uint32_t k = 0; k < c->nrpo; k++) {
		uint32_t b = c->rpo[k], h = c->header[b];
		if (h == UINT32_MAX)
			c->depth[b] = 0;
		else if (h != b)
			c->depth[b] = c->depth[h];
		else
			c->depth[b] = 1 + (c->parent[b] == UINT32_MAX ? 0 :
					   c->depth[c->parent[b]]);
	}
}

void mir_cfg(struct mir_func *f, struct mir_cfg *c, struct arena *a)
{
	uint32_t n = f->blocks.n;

	mir_preds(f);
	c->order = arena_array(a, uint32_t, n);
	c->idom = arena_array(a, uint32_t, n);
	c->dom_in = arena_array(a, uint32_t, n);
	c->dom_out = arena_array(a, uint32_t, n);
	c->header = arena_array(a, uint32_t, n);
	c->parent = arena_array(a, uint32_t, n);
	c->depth = arena_array(a, uint32_t, n);
	reverse_postorder(f, c, a);
	dominators(f, c);
	intervals(c, n, a);
	loops(f, c, a);
}

bool mir_in_loop(const struct mir_cfg *c, uint32_t h, uint32_t b)
{
	uint32_t l = c->header[b];

	while (l != UINT32_MAX && l != h)
		l = c->parent[l];
	return l == h;
}

struct walk {
	const struct mir_func *f;
	struct mir_live *l;
	bool counting;		/* sizes first, so that sets take no more than that */
	struct arena *a;
	uint32_t *def_block;	/* per vreg */
	uint32_t *last;		/* per block: vreg last put into its set */
	uint32_t *work, cap;
};

/* v is live on entry of b and of all between its definition and b. */
static void live_up(struct walk *w, vreg v, uint32_t b)
{
	uint32_t n = 0;

	w->work[n++] = b;
	while (n) {
		b = w->work[--n];
		if (w->def_block[v] == b || w->last[b] == v)
			continue;
		w->last[b] = v;
		struct mir_livein *in = &w->l->in[b];
		if (!w->counting)
			in->at[in->n] = v;
		in->n++;
		const struct mir_block *blk = &w->f->blocks.at[b];
		if (n + blk->npreds > w->cap) {
			uint32_t cap = 2 * (n + blk->npreds);
			w->work = arena_grow(w->a, w->work, w->cap * sizeof *w->work,
					     cap * sizeof *w->work);
			w->cap = cap;
		}
		for (uint32_t p = 0; p < blk->npreds; p++)
			w->work[n++] = blk->pred[p];
	}
}

/* Blocks in which each vreg is used, other than the one that defines it:
 * lists by vreg, so that the walks come in ascending order of vreg. */
struct use {
	uint32_t block, next;
};

struct uses {
	uint32_t *head;		/* per vreg: 1 + index */
	VEC(struct use) list;
};

static void add_use(struct walk *w, struct uses *u, vreg v, uint32_t b)
{
	if (w->def_block[v] == b)
		return;
	if (u->head[v] && u->list.at[u->head[v] - 1].block == b)
		return;
	vec_push(w->a, &u->list, (struct use){ b, u->head[v] });
	u->head[v] = u->list.n;
}

static void define_all(struct walk *w)
{
	const struct mir_func *f = w->f;

	memset(w->def_block, 0xff, f->vregs.n * sizeof *w->def_block);
	for (uint32_t k = 0; k < f->params.n; k++)
		w->def_block[f->params.at[k].v] = 0;
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->params.n; k++)
			w->def_block[blk->params.at[k]] = b;
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned d = 0; d < blk->ins.at[k].ndef; d++)
				w->def_block[mir_def(f, &blk->ins.at[k], d)->v] = b;
	}
}

static void use_all(struct walk *w, struct uses *u)
{
	const struct mir_func *f = w->f;

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned d = 0; d < blk->ins.at[k].nuse; d++)
				add_use(w, u, mir_use(f, &blk->ins.at[k], d)->v, b);
		for (uint32_t e = 0; e < blk->nedges; e++)
			for (uint32_t k = 0; k < blk->edge[e].nargs; k++)
				add_use(w, u, f->vlist.at[blk->edge[e].args + k], b);
	}
}

static void make_room(struct walk *w)
{
	for (uint32_t b = 0; b < w->f->blocks.n; b++) {
		struct mir_livein *in = &w->l->in[b];
		in->at = arena_array(w->a, vreg, in->n);
		in->n = 0;
	}
}

void mir_liveness(const struct mir_func *f, struct mir_live *l, struct arena *a)
{
	struct walk w = { .f = f, .l = l, .a = a, .cap = 64 };
	struct uses u = { .head = arena_array(a, uint32_t, f->vregs.n) };

	l->in = arena_array(a, struct mir_livein, f->blocks.n);
	w.def_block = arena_array(a, uint32_t, f->vregs.n);
	w.last = arena_array(a, uint32_t, f->blocks.n);
	w.work = arena_array(a, uint32_t, w.cap);
	define_all(&w);
	use_all(&w, &u);
	for (int pass = 0; pass < 2; pass++) {
		w.counting = pass == 0;
		memset(w.last, 0, f->blocks.n * sizeof *w.last);
		for (vreg v = 1; v < f->vregs.n; v++)
			for (uint32_t i = u.head[v]; i; i = u.list.at[i - 1].next)
				live_up(&w, v, u.list.at[i - 1].block);
		if (w.counting)
			make_room(&w);
	}
}
