/* spill_slot.c - slot variables to slots.
 *
 * Variables that do not hold a value at the same time share a slot.  Those
 * that an edge copies into each other come first, since sharing makes the
 * copy vanish.  Liveness is by variable, as for vregs, over the blocks'
 * accesses only.
 */
#include "t32/alloc.h"

#include <stdlib.h>
#include <string.h>

struct access {
	uint32_t var, block, point;
	bool store;
};

struct slots {
	struct alloc *al;
	uint32_t *start, *end;		/* points of each block */
	uint32_t npoints;
	VEC(struct access) access;	/* by variable, then by place */
	struct ranges *range;		/* per variable */
	uint32_t *seen;			/* per block: 1 + variable that walked it last */
	uint32_t *last;			/* per block: 1 + last access of that variable */
	VEC(struct range) parts;	/* of one variable, unsorted */
	VEC(uint32_t) work;
	VEC(uint64_t *) map;		/* per word of the frame: points taken */
	uint32_t *place;		/* per variable: word, UINT32_MAX none */
};

static int by_place(const void *x, const void *y)
{
	const struct access *a = x, *b = y;

	if (a->var != b->var)
		return a->var < b->var ? -1 : 1;
	return a->point < b->point ? -1 : a->point > b->point;
}

static void collect(struct slots *s)
{
	const struct mir_func *f = s->al->f;
	uint32_t p = 0;

	for (uint32_t r = 0; r < s->al->cfg.nrpo; r++) {
		uint32_t b = s->al->cfg.rpo[r];
		const struct mir_block *blk = &f->blocks.at[b];
		s->start[b] = p++;
		for (uint32_t k = 0; k < blk->ins.n; k++, p++) {
			const struct mir_ins *i = &blk->ins.at[k];
			if (i->op == MOP_SPILL || i->op == MOP_RELOAD)
				vec_push(s->al->a, &s->access, (struct access){
					(uint32_t)i->imm, b, p, i->op == MOP_SPILL });
		}
		s->end[b] = p;
	}
	s->npoints = p;
	if (s->access.n)
		qsort(s->access.at, s->access.n, sizeof *s->access.at, by_place);
}

static void part(struct slots *s, uint32_t from, uint32_t to)
{
	vec_push(s->al->a, &s->parts, (struct range){ from, to });
}

/* The variable is live on entry of b: on exit of all predecessors, and in
 * those without an access throughout. */
static void live_in(struct slots *s, uint32_t mark, uint32_t b)
{
	const struct mir_func *f = s->al->f;

	vec_push(s->al->a, &s->work, b);
	while (s->work.n) {
		b = s->work.at[--s->work.n];
		for (uint32_t k = 0; k < f->blocks.at[b].npreds; k++) {
			uint32_t q = f->blocks.at[b].pred[k];
			if (s->al->cfg.order[q] == UINT32_MAX || s->seen[q] == mark)
				continue;
			s->seen[q] = mark;
			if (s->last[q]) {
				part(s, s->access.at[s->last[q] - 1].point, s->end[q]);
				continue;
			}
			part(s, s->start[q], s->end[q]);
			vec_push(s->al->a, &s->work, q);
		}
	}
}

static int by_from(const void *x, const void *y)
{
	const struct range *a = x, *b = y;

	return a->from < b->from ? -1 : a->from > b->from;
}

static void variable(struct slots *s, uint32_t lo, uint32_t hi)
{
	struct access *a = s->access.at;
	struct ranges *r = &s->range[a[lo].var];

	s->parts.n = 0;
	for (uint32_t k = lo; k < hi; k++)
		s->last[a[k].block] = k + 1;
	for (uint32_t k = lo; k < hi; k++) {
		bool first = k == lo || a[k - 1].block != a[k].block;
		part(s, a[k].point, a[k].point + 1);
		if (a[k].store)
			continue;
		part(s, first ? s->start[a[k].block] : a[k - 1].point, a[k].point + 1);
		if (first)
			live_in(s, a[lo].var + 1, a[k].block);
	}
	for (uint32_t k = lo; k < hi; k++)
		s->last[a[k].block] = 0;
	qsort(s->parts.at, s->parts.n, sizeof *s->parts.at, by_from);
	r->at = arena_array(s->al->a, struct range, s->parts.n);
	for (uint32_t k = 0; k < s->parts.n; k++) {
		struct range q = s->parts.at[k];
		if (r->n && r->at[r->n - 1].to >= q.from) {
			if (r->at[r->n - 1].to < q.to)
				r->at[r->n - 1].to = q.to;
		} else
			r->at[r->n++] = q;
	}
}

static bool place_free(const struct slots *s, uint32_t word, uint32_t var)
{
	for (uint32_t k = 0; k < s->al->slot_words.at[var]; k++)
		if (word + k < s->map.n && !points_free(s->map.at[word + k], s->range[var]))
			return false;
	return true;
}

static void settle(struct slots *s, uint32_t var, uint32_t word)
{
	uint32_t words = s->al->slot_words.at[var];

	while (s->map.n < word + words)
		vec_push(s->al->a, &s->map,
			 arena_array(s->al->a, uint64_t, s->npoints / 64 + 1));
	for (uint32_t k = 0; k < words; k++)
		points_set(s->map.at[word + k], s->range[var], true);
	s->place[var] = word;
}

/* A load followed by a store of what it loaded: variables that want one place. */
static bool is_slot_copy(const struct mir_func *f, const struct mir_block *blk,
			 uint32_t k)
{
	const struct mir_ins *i = &blk->ins.at[k];

	return i->op == MOP_RELOAD && k + 1 < blk->ins.n && i[1].op == MOP_SPILL &&
	       mir_use(f, &i[1], 0)->v == mir_def(f, i, 0)->v;
}

static void place_copies(struct slots *s)
{
	const struct mir_func *f = s->al->f;

	for (uint32_t r = s->al->cfg.nrpo; r-- > 0;) {
		const struct mir_block *blk = &f->blocks.at[s->al->cfg.rpo[r]];
		for (uint32_t k = 0; k + 1 < blk->ins.n; k++) {
			if (!is_slot_copy(f, blk, k))
				continue;
			uint32_t x = (uint32_t)blk->ins.at[k].imm;
			uint32_t y = (uint32_t)blk->ins.at[k + 1].imm;
			uint32_t px = s->place[x], py = s->place[y], w = 0;
			if (ranges_overlap(s->range[x], s->range[y]))
				continue;
			if (px != UINT32_MAX && py == UINT32_MAX && place_free(s, px, y))
				settle(s, y, px);
			else if (py != UINT32_MAX && px == UINT32_MAX && place_free(s, py, x))
				settle(s, x, py);
			else if (px == UINT32_MAX && py == UINT32_MAX) {
				while (!place_free(s, w, x) || !place_free(s, w, y))
					w++;
				settle(s, x, w);
				settle(s, y, w);
			}
		}
	}
}

static void place_rest(struct slots *s)
{
	for (uint32_t v = 0; v < s->al->slot_words.n; v++) {
		uint32_t w = 0;
		if (s->place[v] != UINT32_MAX || !s->range[v].n)
			continue;
		while (!place_free(s, w, v))
			w++;
		settle(s, v, w);
	}
}

static uint32_t *count_uses(const struct slots *s)
{
	const struct mir_func *f = s->al->f;
	uint32_t *n = arena_array(s->al->a, uint32_t, f->vregs.n);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->ins.n; k++)
			for (unsigned u = 0; u < blk->ins.at[k].nuse; u++)
				n[mir_use(f, &blk->ins.at[k], u)->v]++;
		for (uint32_t e = 0; e < blk->nedges; e++)
			for (uint32_t k = 0; k < blk->edge[e].nargs; k++)
				n[f->vlist.at[blk->edge[e].args + k]]++;
	}
	return n;
}

/* Names the places; a slot that is copied into itself stays as it is. */
static void rename_slots(struct slots *s)
{
	struct mir_func *f = s->al->f;
	uint32_t *uses = count_uses(s);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct mir_block *blk = &f->blocks.at[b];
		uint32_t kept = 0;
		for (uint32_t k = 0; k < blk->ins.n; k++) {
			struct mir_ins *i = &blk->ins.at[k];
			bool same = is_slot_copy(f, blk, k) &&
				    s->place[i->imm] == s->place[i[1].imm];
			bool spare = same && uses[mir_def(f, i, 0)->v] == 1;
			if (i->op == MOP_SPILL || i->op == MOP_RELOAD)
				i->imm = (int32_t)s->place[i->imm];
			if (!spare)
				blk->ins.at[kept++] = *i;
			k += same;
		}
		blk->ins.n = kept;
	}
	f->slots = s->map.n;
}

void alloc_slots(struct alloc *al)
{
	struct slots s = { .al = al };
	uint32_t nb = al->f->blocks.n, nv = al->slot_words.n;

	if (!nv)
		return;
	s.start = arena_array(al->a, uint32_t, nb);
	s.end = arena_array(al->a, uint32_t, nb);
	s.seen = arena_array(al->a, uint32_t, nb);
	s.last = arena_array(al->a, uint32_t, nb);
	s.range = arena_array(al->a, struct ranges, nv);
	s.place = arena_array(al->a, uint32_t, nv);
	memset(s.place, 0xff, nv * sizeof *s.place);
	collect(&s);
	for (uint32_t lo = 0, hi; lo < s.access.n; lo = hi) {
		for (hi = lo; hi < s.access.n && s.access.at[hi].var == s.access.at[lo].var;)
			hi++;
		variable(&s, lo, hi);
	}
	place_copies(&s);
	place_rest(&s);
	rename_slots(&s);
}
