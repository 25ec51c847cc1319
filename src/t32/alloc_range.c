/* alloc_range.c - where each vreg lives, as sorted lists of ranges.
 *
 * Blocks are numbered in reverse postorder; each has a pair of points for its
 * parameters, then a pair per operation.  Ranges grow from the back, so a
 * range that touches the one found before extends it.
 */
#include "t32/alloc.h"

struct node {
	struct range r;
	uint32_t next;		/* 1 + index */
};

struct build {
	struct alloc *al;
	VEC(struct node) nodes;
	uint32_t *head;		/* per vreg: 1 + index of the first range */
	uint32_t *open;		/* per vreg: 1 + end of the range being made, 0 dead */
};

static void number(struct alloc *al)
{
	uint32_t p = 0;

	for (uint32_t k = 0; k < al->cfg.nrpo; k++) {
		uint32_t b = al->cfg.rpo[k];
		al->start[b] = p;
		p += 2 + 2 * al->f->blocks.at[b].ins.n;
		al->end[b] = p;
	}
	al->npoints = p;
}

static void add_range(struct build *w, vreg v, uint32_t from, uint32_t to)
{
	uint32_t h = w->head[v];

	if (h && w->nodes.at[h - 1].r.from == to) {
		w->nodes.at[h - 1].r.from = from;
		return;
	}
	vec_push(w->al->a, &w->nodes, (struct node){ { from, to }, h });
	w->head[v] = w->nodes.n;
}

static void use_at(struct build *w, vreg v, uint32_t to)
{
	if (!w->open[v])
		w->open[v] = 1 + to;
}

static void define_at(struct build *w, vreg v, uint32_t from, uint32_t least)
{
	uint32_t to = w->open[v] ? w->open[v] - 1 : least;

	add_range(w, v, from, to);
	w->open[v] = 0;
}

static void walk_ins(struct build *w, const struct mir_ins *i, uint32_t p,
		     uint32_t freq)
{
	const struct mir_func *f = w->al->f;

	for (unsigned d = 0; d < i->ndef; d++) {
		vreg v = mir_def(f, i, d)->v;
		define_at(w, v, mir_early(f, i, d) ? p : p + 1, p + 2);
		w->al->cost[v] += freq;
		w->al->uses[v]++;
	}
	for (unsigned u = 0; u < i->nuse; u++) {
		vreg v = mir_use(f, i, u)->v;
		use_at(w, v, p + 1);
		w->al->cost[v] += freq;
		w->al->uses[v]++;
	}
}

/* Live out: what successors have live in, and edge arguments. */
static void open_end(struct build *w, const struct mir_live *live, uint32_t b)
{
	struct alloc *al = w->al;
	const struct mir_block *blk = &al->f->blocks.at[b];

	for (uint32_t e = 0; e < blk->nedges; e++) {
		const struct mir_livein *in = &live->in[blk->edge[e].to];
		for (uint32_t k = 0; k < in->n; k++)
			use_at(w, in->at[k], al->end[b]);
		for (uint32_t k = 0; k < blk->edge[e].nargs; k++) {
			vreg v = al->f->vlist.at[blk->edge[e].args + k];
			use_at(w, v, al->end[b]);
			al->cost[v] += al->freq[b];
		}
	}
}

static void walk_block(struct build *w, const struct mir_live *live, uint32_t b)
{
	struct alloc *al = w->al;
	struct mir_block *blk = &al->f->blocks.at[b];
	uint32_t p = al->start[b];

	open_end(w, live, b);
	for (uint32_t k = blk->ins.n; k-- > 0;)
		walk_ins(w, &blk->ins.at[k], p + 2 + 2 * k, al->freq[b]);
	for (uint32_t k = 0; k < blk->params.n; k++) {
		define_at(w, blk->params.at[k], p, p + 2);
		al->cost[blk->params.at[k]] += al->freq[b];
	}
	if (b == 0)
		for (uint32_t k = 0; k < al->f->params.n; k++)
			define_at(w, al->f->params.at[k].v, p, p + 2);
	for (uint32_t k = 0; k < live->in[b].n; k++) {
		vreg v = live->in[b].at[k];
		if (w->open[v])
			add_range(w, v, p, w->open[v] - 1);
		w->open[v] = 0;
	}
}

static void flatten(struct build *w, vreg v)
{
	struct ranges *r = &w->al->range[v];

	for (uint32_t h = w->head[v]; h; h = w->nodes.at[h - 1].next)
		r->n++;
	r->at = arena_array(w->al->a, struct range, r->n);
	r->n = 0;
	for (uint32_t h = w->head[v]; h; h = w->nodes.at[h - 1].next)
		r->at[r->n++] = w->nodes.at[h - 1].r;
}

void alloc_ranges(struct alloc *al)
{
	uint32_t nv = al->f->vregs.n, nb = al->f->blocks.n;
	struct build w = { .al = al };
	struct mir_live live;

	mir_liveness(al->f, &live, al->a);
	al->start = arena_array(al->a, uint32_t, nb);
	al->end = arena_array(al->a, uint32_t, nb);
	al->range = arena_array(al->a, struct ranges, nv);
	al->cost = arena_array(al->a, uint64_t, nv);
	al->uses = arena_array(al->a, uint32_t, nv);
	w.head = arena_array(al->a, uint32_t, nv);
	w.open = arena_array(al->a, uint32_t, nv);
	number(al);
	for (uint32_t k = al->cfg.nrpo; k-- > 0;)
		walk_block(&w, &live, al->cfg.rpo[k]);
	for (vreg v = 1; v < nv; v++)
		flatten(&w, v);
}
