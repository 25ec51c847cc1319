/* coalesce.c - which vregs should share a register, and which may.
 *
 * Affinities come from copies, block parameters and selects, weighed by how
 * often the move they would save runs.  Heaviest first, vregs that do not
 * live at the same time are joined into chunks, as long as some register is
 * left for the whole chunk; chunks with a fixed operand belong to its
 * register.  Chunks are wishes only: colouring dissolves those that do not
 * fit.
 */
#include "t32/alloc.h"

#include <stdlib.h>
#include <string.h>

bool points_free(const uint64_t *map, struct ranges r)
{
	for (uint32_t k = 0; k < r.n; k++) {
		uint32_t from = r.at[k].from, to = r.at[k].to - 1;
		uint64_t first = UINT64_MAX << from % 64;
		uint64_t last = UINT64_MAX >> (63 - to % 64);
		if (from / 64 == to / 64) {
			if (map[from / 64] & first & last)
				return false;
			continue;
		}
		if ((map[from / 64] & first) || (map[to / 64] & last))
			return false;
		for (uint32_t w = from / 64 + 1; w < to / 64; w++)
			if (map[w])
				return false;
	}
	return true;
}

void points_set(uint64_t *map, struct ranges r, bool on)
{
	for (uint32_t k = 0; k < r.n; k++)
		for (uint32_t p = r.at[k].from; p < r.at[k].to;) {
			uint32_t n = 64 - p % 64;
			if (n > r.at[k].to - p)
				n = r.at[k].to - p;
			uint64_t bits = (UINT64_MAX >> (64 - n)) << p % 64;
			if (on)
				map[p / 64] |= bits;
			else
				map[p / 64] &= ~bits;
			p += n;
		}
}

bool ranges_overlap(struct ranges x, struct ranges y)
{
	uint32_t i = 0, j = 0;

	if (x.n > y.n) {
		struct ranges t = x;
		x = y;
		y = t;
	}
	while (i < x.n && j < y.n) {
		/* gallop in the longer one: chunks may have very many ranges */
		uint32_t step = 1;
		while (j + step < y.n && y.at[j + step].to <= x.at[i].from) {
			j += step;
			step *= 2;
		}
		while (j < y.n && y.at[j].to <= x.at[i].from)
			j++;
		if (j < y.n && y.at[j].from < x.at[i].to)
			return true;
		i++;
	}
	return false;
}

static struct ranges join_ranges(struct arena *a, struct ranges x, struct ranges y)
{
	struct ranges z = { arena_array(a, struct range, x.n + y.n), 0 };
	uint32_t i = 0, j = 0;

	while (i < x.n || j < y.n) {
		bool left = j == y.n || (i < x.n && x.at[i].from < y.at[j].from);
		struct range r = left ? x.at[i++] : y.at[j++];
		if (z.n && z.at[z.n - 1].to >= r.from) {
			if (z.at[z.n - 1].to < r.to)
				z.at[z.n - 1].to = r.to;
		} else
			z.at[z.n++] = r;
	}
	return z;
}

/* --- affinities --- */

static void wish(struct alloc *al, vreg a, vreg b, uint32_t weight, bool weak)
{
	a = alloc_unit(al, a);
	b = alloc_unit(al, b);
	if (a == b || al->f->vregs.at[a].cls != al->f->vregs.at[b].cls)
		return;
	vec_push(al->a, &al->affinities, (struct affinity){ a, b, weight, weak });
}

/* Rows whose 16-bit form has one register for result and first operand. */
static bool two_address(const struct mir_ins *i)
{
	switch (i->op) {
	case MOP_AND_RR: case MOP_ORR_RR: case MOP_EOR_RR: case MOP_MUL:
	case MOP_BIC_RR: case MOP_SHIFT_R:
		return true;
	case MOP_ADD_RI: case MOP_SUB_RI:
		return i->imm > 7 && i->imm < 256;
	default:
		return false;
	}
}

static void wish_ins(struct alloc *al, const struct mir_ins *i, uint32_t freq)
{
	const struct mir_func *f = al->f;

	if (i->op == MOP_MOV || i->op == MOP_PARMOVE)
		for (unsigned d = 0; d < i->ndef; d++)
			wish(al, mir_def(f, i, d)->v, mir_use(f, i, d)->v, freq * 16, false);
	if (i->op == MOP_CMP_SEL) {
		vreg d = mir_def(f, i, 0)->v;
		wish(al, d, mir_use(f, i, i->nuse - 1u)->v, freq * 15, false);
		wish(al, d, mir_use(f, i, i->nuse - 2u)->v, freq * 15, false);
	}
	if (i->op == MOP_CMP_OP)
		wish(al, mir_def(f, i, 0)->v,
		     mir_use(f, i, mir_cmp_uses(i))->v, freq * 16, false);
	if (two_address(i)) {
		vreg d = mir_def(f, i, 0)->v;
		wish(al, d, mir_use(f, i, 0)->v, freq, true);
		if (i->nuse > 1 && i->op != MOP_BIC_RR && i->op != MOP_SHIFT_R &&
		    i->imm == 0)
			wish(al, d, mir_use(f, i, 1)->v, freq, true);
	}
}

static int heavier(const void *x, const void *y)
{
	const struct affinity *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight < b->weight ? 1 : -1;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return a->b < b->b ? -1 : a->b > b->b;
}

static void wish_all(struct alloc *al)
{
	const struct mir_func *f = al->f;

	al->affinities.n = 0;
	for (uint32_t r = 0; r < al->cfg.nrpo; r++) {
		uint32_t b = al->cfg.rpo[r];
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->ins.n; k++)
			wish_ins(al, &blk->ins.at[k], al->freq[b]);
		for (uint32_t e = 0; e < blk->nedges; e++)
			for (uint32_t k = 0; k < blk->edge[e].nargs; k++)
				wish(al, f->blocks.at[blk->edge[e].to].params.at[k],
				     f->vlist.at[blk->edge[e].args + k],
				     al->freq[b] * 16, false);
	}
	if (al->affinities.n)
		qsort(al->affinities.at, al->affinities.n,
		      sizeof *al->affinities.at, heavier);
}

/* The affinities of each vreg, in one array. */
static void index_wishes(struct alloc *al)
{
	uint32_t nv = al->f->vregs.n, n = al->affinities.n;
	uint32_t *at = arena_array(al->a, uint32_t, nv + 2);

	for (uint32_t k = 0; k < n; k++) {
		at[al->affinities.at[k].a + 2]++;
		at[al->affinities.at[k].b + 2]++;
	}
	for (uint32_t v = 2; v < nv + 2; v++)
		at[v] += at[v - 1];
	al->affine = arena_array(al->a, struct affine, 2 * n);
	for (uint32_t k = 0; k < n; k++) {
		struct affinity w = al->affinities.at[k];
		al->affine[at[w.a + 1]++] = (struct affine){ w.b, w.weight };
		al->affine[at[w.b + 1]++] = (struct affine){ w.a, w.weight };
	}
	al->affine_at = at;
}

/* --- what is taken from the beginning --- */

static void take_point(struct alloc *al, regset regs, uint32_t p)
{
	struct range r = { p, p + 1 };

	for (unsigned k = 0; k < 64; k++)
		if (regs >> k & 1 && al->fixed[k])
			points_set(al->fixed[k], (struct ranges){ &r, 1 }, true);
}

/* Calls destroy registers, except those they define. */
static void take_clobbers(struct alloc *al)
{
	const struct mir_func *f = al->f;

	for (uint32_t r = 0; r < al->cfg.nrpo; r++) {
		uint32_t b = al->cfg.rpo[r];
		const struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = 0; k < blk->ins.n; k++) {
			const struct mir_ins *i = &blk->ins.at[k];
			regset lost = alloc_clobbers(i);
			if (!lost)
				continue;
			for (unsigned d = 0; d < i->ndef; d++) {
				vreg v = mir_def(f, i, d)->v;
				if (al->facts[v].fix != REG_NONE)
					lost &= ~alloc_bits(al, v, al->facts[v].fix);
			}
			take_point(al, lost, al->start[b] + 3 + 2 * k);
		}
	}
}

static void take_fixed(struct alloc *al)
{
	uint32_t words = al->npoints / 64 + 1;
	bool fp = false;

	for (vreg v = 1; v < al->f->vregs.n && !fp; v++)
		fp = al->f->vregs.at[v].cls != MIR_G;
	for (unsigned r = 0; r < (fp ? 64u : 15u); r++) {
		al->fixed[r] = arena_array(al->a, uint64_t, words);
		al->busy[r] = arena_array(al->a, uint64_t, words);
	}
	for (vreg v = 1; v < al->f->vregs.n; v++)
		if (al->facts[v].fix != REG_NONE)
			for (unsigned w = 0; w < (al->f->vregs.at[v].cls == MIR_D ? 2u : 1u); w++)
				points_set(al->fixed[al->facts[v].fix + w], al->range[v], true);
	take_clobbers(al);
}

/* --- chunks --- */

static regset allowed(const struct alloc *al, vreg v)
{
	regset set = 0;
	unsigned cls = al->f->vregs.at[v].cls;

	if (al->facts[v].fix != REG_NONE)
		return alloc_bits(al, v, al->facts[v].fix);
	for (unsigned r = 0; r < 64; r++)
		if (al->regs >> r & 1 && (cls == MIR_G) == (r < REG_S0) &&
		    points_free(al->fixed[r], al->range[v]))
			set |= (regset)1 << r;
	if (cls == MIR_D)	/* both halves */
		set &= ((set >> 1) & 0x5555555555555555u) |
		       ((set & 0x5555555555555555u) << 1);
	return set;
}

vreg alloc_chunk(struct alloc *al, vreg v)
{
	while (al->rep[v] != v)
		v = al->rep[v] = al->rep[al->rep[v]];
	return v;
}

static void try_join(struct alloc *al, vreg x, vreg y)
{
	struct chunk *a, *b;

	x = alloc_chunk(al, x);
	y = alloc_chunk(al, y);
	a = &al->chunk[x];
	b = &al->chunk[y];
	if (x == y || !(a->allowed & b->allowed) || ranges_overlap(a->r, b->r))
		return;
	al->rep[y] = x;
	a->r = join_ranges(al->a, a->r, b->r);
	a->allowed &= b->allowed;
	a->cost += b->cost;
	al->chunk[a->last].next = b->first;
	a->last = b->last;
}

void alloc_coalesce(struct alloc *al)
{
	uint32_t nv = al->f->vregs.n;

	for (vreg v = 1; v < nv; v++) {
		vreg u = alloc_unit(al, v);
		if (u == v || !al->range[v].n)
			continue;
		CHECK(!ranges_overlap(al->range[u], al->range[v]));
		al->range[u] = join_ranges(al->a, al->range[u], al->range[v]);
		al->range[v].n = 0;
		al->cost[u] += al->cost[v];
		al->uses[u] += al->uses[v];
	}
	wish_all(al);
	index_wishes(al);
	take_fixed(al);
	al->rep = arena_array(al->a, vreg, nv);
	al->chunk = arena_array(al->a, struct chunk, nv);
	for (vreg v = 1; v < nv; v++) {
		al->rep[v] = v;
		if (!al->range[v].n)
			continue;
		al->chunk[v] = (struct chunk){ al->range[v], allowed(al, v), v, v,
					       0, al->cost[v] };
	}
	for (uint32_t k = 0; k < al->affinities.n; k++) {
		struct affinity w = al->affinities.at[k];
		if (!w.weak)
			try_join(al, w.a, w.b);
	}
}
