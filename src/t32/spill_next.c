/* spill_next.c - how far away each next use is, and how many live at once.
 *
 * Distances count operations; an edge that leaves a loop is very long, so
 * that what a loop uses is always nearer than what comes after it.  Blocks
 * are walked from the back, loops a few times: distances only guide.
 */
#include "t32/spill.h"

#include <string.h>

enum { FAR = 1 << 28 };

static void note(struct spill *s, vreg v, uint32_t place, struct words *w)
{
	if (s->cur[v] == SPILL_NEVER) {
		vec_push(s->al->a, &s->touched, v);
		w->n[bank_of(s->al->f, v)] += words_of(s->al->f, v);
		s->cur[v] = place;
	} else if (place < s->cur[v])
		s->cur[v] = place;
}

static uint32_t edge_length(const struct spill *s, uint32_t b, uint32_t to)
{
	const struct mir_cfg *c = &s->al->cfg;
	uint32_t n = 1;

	for (uint32_t h = c->header[b]; h != UINT32_MAX && !mir_in_loop(c, h, to);
	     h = c->parent[h])
		n += SPILL_LEAVE;
	if (s->al->f->blocks.at[to].cold && !s->al->f->blocks.at[b].cold)
		n += SPILL_COLD;
	return n;
}

static void max_words(struct words *m, struct words w)
{
	for (unsigned k = 0; k < 2; k++)
		if (w.n[k] > m->n[k])
			m->n[k] = w.n[k];
}

static void leave(struct spill *s, uint32_t b, struct words *w)
{
	const struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];
	uint32_t len = blk->ins.n;

	for (uint32_t e = 0; e < blk->nedges; e++) {
		uint32_t to = blk->edge[e].to;
		uint32_t far = len + edge_length(s, b, to);
		for (uint32_t k = 0; k < s->live.in[to].n; k++) {
			uint32_t d = s->dist[to][k];
			note(s, s->live.in[to].at[k], d < FAR ? far + d : FAR, w);
		}
		for (uint32_t k = 0; k < blk->edge[e].nargs; k++)
			note(s, f->vlist.at[blk->edge[e].args + k], len, w);
	}
}

static void step(struct spill *s, uint32_t b, uint32_t at, struct words *w)
{
	const struct mir_func *f = s->al->f;
	const struct mir_ins *i = &f->blocks.at[b].ins.at[at];
	struct words high = *w, early = { { 0, 0 } };

	for (unsigned d = 0; d < i->ndef; d++) {
		vreg v = mir_def(f, i, d)->v;
		unsigned bank = bank_of(f, v);
		s->after[i->opnd + d] = s->cur[v];
		if (s->cur[v] == SPILL_NEVER)
			high.n[bank] += words_of(f, v);
		else
			w->n[bank] -= words_of(f, v);
		s->cur[v] = SPILL_NEVER;
		if (mir_early(f, i, d))
			early.n[bank] += words_of(f, v);
	}
	max_words(&s->peak[b], high);
	if (mop_info[i->op].flags & MOP_C)
		max_words(&s->across[b], *w);
	for (unsigned u = 0; u < i->nuse; u++)
		s->after[i->opnd + i->ndef + u] = s->cur[mir_use(f, i, u)->v];
	for (unsigned u = 0; u < i->nuse; u++) {
		vreg v = mir_use(f, i, u)->v;
		note(s, v, at, w);
		s->cur[v] = at;
	}
	for (unsigned k = 0; k < 2; k++)
		early.n[k] += w->n[k];
	max_words(&s->peak[b], early);
}

static void scan(struct spill *s, uint32_t b)
{
	const struct mir_func *f = s->al->f;
	const struct mir_block *blk = &f->blocks.at[b];
	struct words w = { { 0, 0 } };

	s->touched.n = 0;
	s->peak[b] = s->across[b] = w;
	leave(s, b, &w);
	max_words(&s->peak[b], w);
	for (uint32_t k = blk->ins.n; k-- > 0;)
		step(s, b, k, &w);
	for (uint32_t k = 0; k < s->live.in[b].n; k++) {
		uint32_t d = s->cur[s->live.in[b].at[k]];
		s->dist[b][k] = d < FAR ? d : FAR;
	}
	for (uint32_t k = 0; k < blk->params.n; k++) {
		vreg v = blk->params.at[k];
		s->first[v] = s->cur[v];
		if (s->cur[v] == SPILL_NEVER)	/* dead, but arrives */
			w.n[bank_of(f, v)] += words_of(f, v);
	}
	for (uint32_t k = 0; b == 0 && k < f->params.n; k++)
		s->first[f->params.at[k].v] = s->cur[f->params.at[k].v];
	max_words(&s->peak[b], w);
	for (uint32_t k = 0; k < s->touched.n; k++)
		s->cur[s->touched.at[k]] = SPILL_NEVER;
}

/* Headers get the greatest of all blocks of their loops but the cold ones. */
static void spread(struct spill *s)
{
	const struct mir_cfg *c = &s->al->cfg;

	for (uint32_t k = c->nrpo; k-- > 0;) {
		uint32_t b = c->rpo[k], h = c->header[b];
		if (h == b)
			h = c->parent[b];
		if (h == UINT32_MAX || (s->al->f->blocks.at[b].cold &&
					!s->al->f->blocks.at[h].cold))
			continue;
		max_words(&s->peak[h], s->peak[b]);
		max_words(&s->across[h], s->across[b]);
	}
}

bool spill_measure(struct spill *s)
{
	const struct mir_cfg *c = &s->al->cfg;
	const struct mir_func *f = s->al->f;
	uint32_t rounds = 1;
	bool high = false;

	s->dist = arena_array(s->al->a, uint32_t *, f->blocks.n);
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		s->dist[b] = arena_array(s->al->a, uint32_t, s->live.in[b].n);
		for (uint32_t k = 0; k < s->live.in[b].n; k++)
			s->dist[b][k] = FAR;
		if (c->order[b] != UINT32_MAX && c->depth[b] + 1 > rounds)
			rounds = c->depth[b] + 1 < 3 ? c->depth[b] + 1 : 3;
	}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t k = c->nrpo; k-- > 0;)
			scan(s, c->rpo[k]);
		for (uint32_t k = 0; k < c->nrpo && r == 0; k++)
			for (unsigned w = 0; w < 2; w++)
				high |= s->peak[c->rpo[k]].n[w] > s->room.n[w] ||
					s->across[c->rpo[k]].n[w] > s->room_call.n[w];
		if (!high)
			return false;
	}
	memcpy(s->own, s->peak, f->blocks.n * sizeof *s->own);
	spread(s);
	return true;
}
