/* alloc.c - the register allocator: order of its parts. */
#include "t32/alloc.h"

#include <string.h>

#include "t32/alloc_check.h"

enum { CORE = 0x4fff };	/* r0-r11, lr */

vreg alloc_copy(struct alloc *al, vreg v)
{
	struct mir_func *f = al->f;
	vreg c = mir_vreg_new(f, f->vregs.at[v].cls);

	f->vregs.at[c].ir = f->vregs.at[v].ir;
	f->vregs.at[c].part = f->vregs.at[v].part;
	alloc_grow(al);
	return c;
}

void alloc_grow(struct alloc *al)
{
	uint32_t n = al->f->vregs.n, was = al->nfacts;

	if (n <= was)
		return;
	if (n < 2 * was)
		n = 2 * was;
	al->facts = arena_grow(al->f->arena, al->facts, was * sizeof *al->facts,
			       n * sizeof *al->facts);
	for (uint32_t v = was; v < n; v++)
		al->facts[v] = (struct facts){ .fix = REG_NONE };
	al->nfacts = n;
}

regset alloc_clobbers(const struct mir_ins *i)
{
	/* the stub of FUEL is called */
	if (i->op == MOP_FUEL)
		return (regset)1 << REG_LR;
	if (!(mop_info[i->op].flags & MOP_C))
		return 0;
	return (regset)0xf | (regset)1 << REG_IP | (regset)1 << REG_LR |
	       (regset)0xffff << REG_S0;
}

struct mir_ins *alloc_take(struct alloc *al, uint32_t b, uint32_t *n)
{
	struct mir_block *blk = &al->f->blocks.at[b];
	struct mir_ins *old = arena_array(al->a, struct mir_ins, blk->ins.n);

	*n = blk->ins.n;
	if (*n)
		memcpy(old, blk->ins.at, *n * sizeof *old);
	blk->ins.n = 0;
	return old;
}

enum { ONCE = 4096, OFTEN = 1 << 25 };

/* How likely an edge is, among those of its block. */
static uint32_t odds(const struct alloc *al, uint32_t b, uint32_t to)
{
	const struct mir_cfg *c = &al->cfg;

	if (al->f->blocks.at[to].cold && !al->f->blocks.at[b].cold)
		return 1;
	return c->header[b] != UINT32_MAX && !mir_in_loop(c, c->header[b], to) ? 16 : 128;
}

/* Estimated executions: what enters a loop comes round eight times; cold code
 * hardly ever runs. */
static void frequencies(struct alloc *al)
{
	const struct mir_cfg *c = &al->cfg;
	uint64_t *in = arena_array(al->a, uint64_t, al->f->blocks.n);

	al->freq = arena_array(al->f->arena, uint32_t, al->f->blocks.n);
	in[0] = ONCE;
	for (uint32_t k = 0; k < c->nrpo; k++) {
		uint32_t b = c->rpo[k], sum = 0;
		const struct mir_block *blk = &al->f->blocks.at[b];
		if (c->header[b] == b)
			in[b] *= 8;
		al->freq[b] = in[b] > OFTEN ? OFTEN : in[b] ? (uint32_t)in[b] : 1;
		for (uint32_t e = 0; e < blk->nedges; e++)
			sum += odds(al, b, blk->edge[e].to);
		for (uint32_t e = 0; e < blk->nedges; e++)
			in[blk->edge[e].to] += (uint64_t)al->freq[b] *
					       odds(al, b, blk->edge[e].to) / sum;
	}
}

void alloc_analyse(struct alloc *al)
{
	mir_cfg(al->f, &al->cfg, al->f->arena);
	frequencies(al);
}

/* Blocks that cannot be reached have no code. */
static void clear_unreachable(struct alloc *al)
{
	for (uint32_t b = 0; b < al->f->blocks.n; b++) {
		struct mir_block *blk = &al->f->blocks.at[b];
		if (al->cfg.order[b] != UINT32_MAX)
			continue;
		blk->nedges = 0;
		blk->ins.n = blk->params.n = 0;
	}
	mir_preds(al->f);
}

/* A block on edge k of block b. */
static void split_edge(struct alloc *al, uint32_t b, uint32_t k)
{
	struct mir_func *f = al->f;
	uint32_t n = mir_block_new(f);
	struct mir_block *blk = &f->blocks.at[n], *from = &f->blocks.at[b];
	const struct mir_block *to = &f->blocks.at[from->edge[k].to];
	bool inner = to->depth < from->depth;

	blk->depth = inner ? to->depth : from->depth;
	blk->loop = inner ? to->loop : from->loop;
	blk->cold = from->cold || to->cold;
	blk->at = to->at;
	blk->edge = arena_new(f->arena, struct mir_edge);
	blk->edge[0] = from->edge[k];
	blk->nedges = 1;
	from->edge[k] = (struct mir_edge){ .to = n };
	mir_add(f, n, MOP_JUMP, 0, 0, NULL)->at = blk->at;
}

void alloc_split_edges(struct alloc *al)
{
	struct mir_func *f = al->f;
	uint32_t n = f->blocks.n;

	for (uint32_t b = 0; b < n; b++)
		for (uint32_t k = 0; f->blocks.at[b].nedges > 1 &&
				     k < f->blocks.at[b].nedges; k++)
			if (f->blocks.at[f->blocks.at[b].edge[k].to].npreds > 1)
				split_edge(al, b, k);
	if (f->blocks.n > n)
		alloc_analyse(al);
}

static bool stores_in(const struct mir_func *f)
{
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			if (f->blocks.at[b].ins.at[k].op == MOP_STORE_IN)
				return true;
	return false;
}

/* Values that can be made again instead of being kept. */
static void find_remats(struct alloc *al)
{
	const struct mir_func *f = al->f;
	bool keep_in = stores_in(f);

	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++) {
			const struct mir_ins *i = &f->blocks.at[b].ins.at[k];
			if (!(mop_info[i->op].flags & MOP_M) ||
			    (i->op == MOP_LOAD_IN && keep_in))
				continue;
			vec_push(f->arena, &al->remats, *i);
			al->facts[mir_def(f, i, 0)->v].remat = al->remats.n;
		}
}

static regset allocatable(const struct mir_func *f)
{
	regset core = CORE & ~f->reserved;

#if defined(HEDDLE_STRESS)
	/* the least that any operation can do with */
	core &= 0x3f;
#endif
	return core | (regset)UINT32_MAX << REG_S0;
}

static void allocate(struct mir_func *f, struct arena *scratch)
{
	struct alloc al = { .f = f, .a = scratch };
	bool ok = false;

	al.regs = allocatable(f);
	alloc_grow(&al);
	alloc_analyse(&al);
	if (al.cfg.nrpo < f->blocks.n)
		clear_unreachable(&al);
	find_remats(&al);
	/* What a part leaves for later is in f's arena; its scratch goes. */
	struct arena_mark mark = arena_mark(scratch);
	alloc_isolate(&al);
	arena_reset(scratch, mark);
	alloc_spill(&al);
	for (unsigned round = 0; !ok; round++) {
		CHECK(round < 200);	/* each makes something tiny for good */
		arena_reset(scratch, mark);
		memset(&al.affinities, 0, sizeof al.affinities);
		struct bitset victims = bitset_new(scratch, f->vregs.n);
		alloc_ranges(&al);
		alloc_coalesce(&al);
		ok = alloc_color(&al, &victims);
		if (!ok)
			alloc_spill_all(&al, &victims);
	}
	alloc_slots(&al);
	alloc_finish(&al);
	alloc_hoist(&al);
	alloc_renumber(f);
}

void mir_allocate(struct mir_func *f, struct arena *scratch)
{
	CHECK(scratch != f->arena);
#if MIR_ALLOC_CHECKED
	const struct mir_func *before = mir_clone(f, scratch);
	allocate(f, scratch);
	const char *wrong = mir_check_translation(before, f, scratch);
	if (!wrong)
		wrong = mir_check_allocated(f, scratch);
	if (wrong)
		check_failed(wrong, __FILE__, __LINE__);
#else
	allocate(f, scratch);
#endif
}
