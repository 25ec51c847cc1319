/* spill_entry.c - which values a block begins with in registers.
 *
 * Where paths meet, values that most paths bring and that are used soon.  At
 * the head of a loop, what the loop uses, nearest first, less what it has no
 * room for; then what lives through it, as far as it has registers to spare.
 */
#include "t32/spill.h"

#include <stdlib.h>

struct cand {
	vreg v;
	uint32_t dist;
	bool param, missing;	/* missing: some predecessor must load it */
};

static int by_distance(const void *x, const void *y)
{
	const struct cand *a = x, *b = y;

	if (a->missing != b->missing)
		return a->missing ? 1 : -1;
	if (a->dist != b->dist)
		return a->dist < b->dist ? -1 : 1;
	return a->v < b->v ? -1 : a->v > b->v;
}

vreg spill_incoming(const struct spill *s, uint32_t p, uint32_t b, vreg v)
{
	const struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];

	for (uint32_t k = 0; k < blk->params.n; k++)
		if (blk->params.at[k] == v)
			return f->vlist.at[f->blocks.at[p].edge[0].args + k];
	return v;
}

/* How often blocks before b run, and how often those that end with each value
 * in a register (s->has). */
static uint64_t sum_preds(struct spill *s, uint32_t b, bool on)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];
	uint64_t sum = 0;

	for (uint32_t k = 0; k < blk->npreds; k++) {
		uint32_t p = blk->pred[k];
		if (!spill_done(s, p, b))
			continue;
		sum += s->al->freq[p];
		for (uint32_t e = 0; e < s->out[p].n; e++) {
			uint64_t *has = &s->has[s->out[p].at[e].v];
			*has = on ? *has + s->al->freq[p] : 0;
		}
	}
	return sum;
}

/* The same for a parameter, by its arguments. */
static uint64_t param_has(const struct spill *s, uint32_t b, vreg v)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];
	uint64_t has = 0;

	for (uint32_t k = 0; k < blk->npreds; k++) {
		uint32_t p = blk->pred[k];
		if (spill_done(s, p, b) && spill_find(&s->out[p], spill_incoming(s, p, b, v)))
			has += s->al->freq[p];
	}
	return has;
}

/* Keeps the candidates that had better be in registers. */
static uint32_t weigh(struct spill *s, uint32_t b, struct cand *c, uint32_t n,
		      bool header)
{
	uint64_t sum = sum_preds(s, b, true);
	uint32_t kept = 0;

	for (uint32_t k = 0; k < n; k++) {
		uint64_t has = c[k].param ? param_has(s, b, c[k].v) : s->has[c[k].v];
		uint64_t lacks = sum - has;
		bool near = c[k].dist < SPILL_NEAR;
		c[k].missing = lacks > 0 && !header;
		if (lacks == 0 || (near && (header || has > lacks)))
			c[kept++] = c[k];
	}
	sum_preds(s, b, false);
	return kept;
}

static uint32_t less(uint32_t a, uint32_t b)
{
	return a > b ? a - b : 0;
}

/* What the loop of header b leaves for values that it does not use, and by how
 * much it is too small for those it uses. */
struct loop_room {
	struct words through, excess;
};

static struct loop_room loop_room(const struct spill *s, uint32_t b,
				  const struct cand *c, uint32_t n)
{
	struct words through = { { 0, 0 } };
	struct loop_room r;

	for (uint32_t k = 0; k < n; k++)
		if (c[k].dist >= SPILL_NEAR)
			through.n[bank_of(s->al->f, c[k].v)] +=
				words_of(s->al->f, c[k].v);
	for (unsigned k = 0; k < 2; k++) {
		uint32_t need = less(s->peak[b].n[k], through.n[k]);
		r.through.n[k] = less(s->room.n[k], need);
		r.excess.n[k] = less(need, s->room.n[k]);
		uint32_t call = less(s->room_call.n[k],
				     less(s->across[b].n[k], through.n[k]));
		if (s->across[b].n[k] && call < r.through.n[k])
			r.through.n[k] = call;
	}
	return r;
}

/* Values that would have to leave inside the loop anyway are better loaded
 * where they are used than on the back edge, which then needs no code. */
static uint32_t leave_out(const struct spill *s, struct cand *c, uint32_t n,
			  struct words excess)
{
	for (uint32_t k = n; k-- > 0;) {
		unsigned bank = bank_of(s->al->f, c[k].v);
		uint32_t words = words_of(s->al->f, c[k].v);
		if (c[k].param || c[k].dist >= SPILL_NEAR || excess.n[bank] == 0)
			continue;
		excess.n[bank] = less(excess.n[bank], words);
		for (uint32_t j = k + 1; j < n; j++)
			c[j - 1] = c[j];
		n--;
	}
	return n;
}

/* Registers for values on entry.  What a header's own operations need besides
 * would drive values out in each iteration. */
static struct words entry_room(const struct spill *s, uint32_t b,
			       const struct cand *c, uint32_t n, bool header)
{
	struct words all = { { 0, 0 } }, left = s->room;

	for (uint32_t k = 0; k < n; k++)
		all.n[bank_of(s->al->f, c[k].v)] += words_of(s->al->f, c[k].v);
	for (unsigned k = 0; k < 2 && header; k++)
		left.n[k] = less(left.n[k], less(s->own[b].n[k], all.n[k]));
	return left;
}

/* Takes the nearest candidates that fit; the rest comes in memory. */
static void choose(struct spill *s, uint32_t b, struct cand *c, uint32_t n,
		   bool header)
{
	struct words left = entry_room(s, b, c, n, header);
	struct loop_room loop = loop_room(s, b, c, n);
	uint32_t kept = weigh(s, b, c, n, header);

	if (kept)
		qsort(c, kept, sizeof *c, by_distance);
	if (header)
		kept = leave_out(s, c, kept, loop.excess);
	for (uint32_t k = 0; k < kept; k++) {
		unsigned bank = bank_of(s->al->f, c[k].v);
		uint32_t words = words_of(s->al->f, c[k].v);
		if (left.n[bank] < words)
			continue;
		if (header && c[k].dist >= SPILL_NEAR) {
			if (loop.through.n[bank] < words)
				continue;
			loop.through.n[bank] -= words;
		}
		left.n[bank] -= words;
		spill_hold(s, c[k].v, c[k].v, false);
	}
}

static bool has_back_edge(const struct spill *s, uint32_t b)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];

	for (uint32_t k = 0; k < blk->npreds; k++)
		if (!spill_done(s, blk->pred[k], b) &&
		    s->al->cfg.order[blk->pred[k]] != UINT32_MAX)
			return true;
	return false;
}

/* Room for n candidates, the same for every block. */
static struct cand *cand_room(struct spill *s, uint32_t n)
{
	if (n > s->ncands) {
		s->ncands = 2 * n;
		s->cands = arena_array(s->al->a, struct cand, s->ncands);
	}
	return s->cands;
}

static void choose_entry(struct spill *s, uint32_t b)
{
	struct mir_func *f = s->al->f;
	struct mir_block *blk = &f->blocks.at[b];
	const struct mir_livein *in = &s->live.in[b];
	struct cand *c = cand_room(s, in->n + blk->params.n);
	uint32_t n = 0;

	s->now.n = 0;
	for (uint32_t k = 0; b == 0 && k < f->params.n; k++) {
		vreg v = f->params.at[k].v;
		if (s->first[v] != SPILL_NEVER)
			spill_hold(s, v, v, false);
	}
	if (blk->npreds == 1 && blk->params.n == 0) {
		const struct held *from = &s->out[blk->pred[0]];
		for (uint32_t k = 0; k < from->n; k++)
			if (s->cur[from->at[k].v] != SPILL_NEVER)
				spill_hold(s, from->at[k].v, from->at[k].name,
				     from->at[k].saved);
		return;
	}
	for (uint32_t k = 0; k < in->n; k++)
		c[n++] = (struct cand){ in->at[k], s->dist[b][k], false, false };
	for (uint32_t k = 0; k < blk->params.n; k++)
		if (s->first[blk->params.at[k]] != SPILL_NEVER)
			c[n++] = (struct cand){ blk->params.at[k],
						s->first[blk->params.at[k]], true, false };
	choose(s, b, c, n, has_back_edge(s, b));
	for (uint32_t k = 0; k < blk->params.n; k++) {
		vreg p = blk->params.at[k];
		s->mem_param[p] = s->first[p] != SPILL_NEVER && !spill_find(&s->now, p);
	}
}

/* Does v come from its slot on all sides?  Not known of back edges. */
static bool comes_saved(const struct spill *s, uint32_t b, vreg v)
{
	const struct mir_block *blk = &s->al->f->blocks.at[b];

	for (uint32_t k = 0; k < blk->npreds; k++) {
		const struct entry *e;
		if (!spill_done(s, blk->pred[k], b))
			return false;
		e = spill_find(&s->out[blk->pred[k]], v);
		if (e && !e->saved)
			return false;
	}
	return true;
}

/* Values of several predecessors get a name of their own for each. */
static void make_phis(struct spill *s, uint32_t b)
{
	struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];

	if (blk->npreds == 0 || (blk->npreds == 1 && blk->params.n == 0))
		return;
	for (uint32_t k = 0; k < s->now.n; k++) {
		struct entry *e = &s->now.at[k];
		bool param = false;
		for (uint32_t q = 0; q < blk->params.n; q++)
			param |= blk->params.at[q] == e->v;
		if (param)
			continue;
		e->name = alloc_copy(s->al, e->v);
		e->saved = comes_saved(s, b, e->v);
		struct spill_phi p = { b, e->name,
				       arena_array(s->al->a, vreg, blk->npreds) };
		vec_push(s->al->a, &s->phis, p);
		e->phi = s->phis.n;
	}
}

void spill_enter(struct spill *s, uint32_t b)
{
	choose_entry(s, b);
	make_phis(s, b);
}
