/* color.c - registers for live ranges.
 *
 * A register's use is a bitmap over points, so "is it free where this lives"
 * is a few words' test.  Chunks are assigned first, the costly ones before
 * others, then once more in order of their beginnings; chunks that do not fit
 * are dissolved.  If vregs remain without a register, all are coloured one by
 * one in order of definition: in SSA form that order never fails for lack of
 * registers, only where operands are fixed.  Then something is spilled.  At
 * last copies that remain are removed by moving single vregs to other
 * registers (after Hack and Grund, "Copy Coalescing by Graph Recoloring").
 */
#include "t32/alloc.h"

#include <stdlib.h>
#include <string.h>

struct item {
	vreg v;
	uint64_t key;
};

struct color {
	struct alloc *al;
	struct item *item;
	uint32_t n;
	uint8_t *reg;		/* of units */
	uint8_t *before;	/* of the attempt before: preferred */
	regset used;
	VEC(vreg) lost;		/* units without a register */
	/* units by register, in order of assignment; stale entries are skipped */
	VEC(vreg) in[64];
	bool listed;		/* `in` is kept */
	uint64_t usual;		/* uses per point, scaled, below which a value is cold; 0 none */
};

/* Low registers have short encodings; lr is free where it is saved anyway;
 * r8-r11 lengthen the push. */
static const uint8_t core_order[] = { 0, 1, 2, 3, 4, 5, 6, 7, 14, 8, 9, 10, 11 };
/* Where all are needed anyway, values that are seldom used take the high ones. */
enum { HIGH = 0x0f00 };		/* r8-r11 */
static const uint8_t high_order[] = { 11, 10, 9, 8, 14, 7, 6, 5, 4, 3, 2, 1, 0 };

static regset unit_bits(const struct color *c, vreg v, unsigned reg)
{
	return alloc_bits(c->al, v, reg);
}

static bool fits(const struct color *c, vreg v, unsigned reg, struct ranges r)
{
	return points_free(c->al->busy[reg], r) &&
	       (c->al->f->vregs.at[v].cls != MIR_D ||
		points_free(c->al->busy[reg + 1], r));
}

static void occupy(struct color *c, vreg v, unsigned reg, bool on)
{
	points_set(c->al->busy[reg], c->al->range[v], on);
	if (c->al->f->vregs.at[v].cls == MIR_D)
		points_set(c->al->busy[reg + 1], c->al->range[v], on);
	c->reg[v] = on ? (uint8_t)reg : REG_NONE;
	if (!on)
		return;
	c->used |= unit_bits(c, v, reg);
	if (c->listed)
		vec_push(c->al->a, &c->in[reg], v);
}

/* What choosing each register for v would save. */
static void add_wishes(const struct color *c, vreg v, uint64_t *score)
{
	const struct alloc *al = c->al;

	for (uint32_t k = al->affine_at[v]; k < al->affine_at[v + 1]; k++) {
		uint8_t r = c->reg[al->affine[k].v];
		if (r != REG_NONE)
			score[r] += al->affine[k].weight * 4;
		else if (c->before && c->before[al->affine[k].v] != REG_NONE)
			score[c->before[al->affine[k].v]] += al->affine[k].weight;
	}
	if (c->before && c->before[v] != REG_NONE)
		score[c->before[v]] += al->cost[v] + 1;
	if (al->f->vregs.at[v].hint < 64)
		score[al->f->vregs.at[v].hint]++;
}

/* A register that costs nothing more than those used already. */
static bool is_cheap(const struct color *c, unsigned reg)
{
	if (reg == REG_LR)
		return c->al->f->calls || (c->used >> REG_LR & 1) ||
		       (c->used & 0xff0);
	if (reg < 4 || (reg >= REG_S0 && reg < REG_S0 + 16))
		return true;
	if (reg < 8 && (c->used & (0xff0 | (regset)1 << REG_LR)))
		return true;	/* one more in a push */
	return (c->used >> reg & 1) || (reg < REG_S0 && c->al->f->calls);
}

static uint64_t length(struct ranges r)
{
	uint64_t n = 0;

	for (uint32_t k = 0; k < r.n; k++)
		n += r.at[k].to - r.at[k].from;
	return n;
}

static uint64_t density(uint64_t cost, struct ranges r)
{
	return cost * 1024 / (length(r) + 4);
}

/* The best free register in `allowed`, or REG_NONE. */
static uint8_t choose(const struct color *c, vreg v, struct ranges r,
		      regset allowed, const uint64_t *score, uint32_t uses)
{
	bool core = c->al->f->vregs.at[v].cls == MIR_G;
	unsigned n = core ? sizeof core_order : 32;
	unsigned step = c->al->f->vregs.at[v].cls == MIR_D ? 2 : 1;
	uint8_t best = REG_NONE;
	bool cold = c->usual && density(uses, r) < c->usual;
	const uint8_t *order = cold ? high_order : core_order;

	for (unsigned k = 0; k < n; k += step) {
		uint8_t reg = (uint8_t)(core ? order[k] : REG_S0 + k);
		if (!(allowed >> reg & 1))
			continue;
		if (best != REG_NONE &&
		    (score[reg] < score[best] ||
		     (score[reg] == score[best] &&
		      (is_cheap(c, best) || !is_cheap(c, reg)))))
			continue;
		if (fits(c, v, reg, r))
			best = reg;
	}
	return best;
}

static regset unit_allowed(const struct alloc *al, vreg v)
{
	if (al->facts[v].fix != REG_NONE)
		return alloc_bits(al, v, al->facts[v].fix);
	return al->f->vregs.at[v].cls == MIR_G ? al->regs & 0xffff :
						 al->regs & ~(regset)0xffff;
}

static bool color_unit(struct color *c, vreg v)
{
	uint64_t score[64] = { 0 };

	if (c->reg[v] != REG_NONE)
		return true;
	add_wishes(c, v, score);
	uint8_t reg = choose(c, v, c->al->range[v], unit_allowed(c->al, v), score,
			     c->al->uses[v]);
	if (reg != REG_NONE)
		occupy(c, v, reg, true);
	return reg != REG_NONE;
}

static bool color_chunk(struct color *c, vreg rep)
{
	const struct chunk *ch = &c->al->chunk[rep];
	uint64_t score[64] = { 0 };
	uint8_t reg = REG_NONE;
	uint32_t uses = 0;

	for (vreg v = ch->first; v; v = c->al->chunk[v].next) {
		add_wishes(c, v, score);
		uses += c->al->uses[v];
		if (c->reg[v] != REG_NONE)	/* fixed */
			reg = c->reg[v];
	}
	if (reg == REG_NONE)
		reg = choose(c, rep, ch->r, ch->allowed, score, uses);
	else
		for (vreg v = ch->first; v && reg != REG_NONE; v = c->al->chunk[v].next)
			if (c->reg[v] == REG_NONE && !fits(c, v, reg, c->al->range[v]))
				reg = REG_NONE;
	if (reg == REG_NONE)
		return false;
	for (vreg v = ch->first; v; v = c->al->chunk[v].next)
		if (c->reg[v] == REG_NONE)
			occupy(c, v, reg, true);
	return true;
}

/* --- attempts --- */

/* Only the fixed vregs have registers. */
static void restart(struct color *c)
{
	struct alloc *al = c->al;
	uint32_t words = al->npoints / 64 + 1;

	memset(c->reg, REG_NONE, al->f->vregs.n);
	for (unsigned r = 0; r < 64; r++)
		if (al->fixed[r])
			memcpy(al->busy[r], al->fixed[r], words * sizeof(uint64_t));
	c->used = 0;
	c->lost.n = 0;
	for (vreg v = 1; v < al->f->vregs.n; v++)
		if (al->facts[v].fix != REG_NONE && al->range[v].n)
			c->reg[v] = al->facts[v].fix;
}

static int by_key(const void *x, const void *y)
{
	const struct item *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->v < b->v ? -1 : a->v > b->v;
}

static void sort_items(struct color *c)
{
	if (c->n)
		qsort(c->item, c->n, sizeof *c->item, by_key);
}

/* From here on registers are scarce: high ones for what is seldom used. */
static void set_usual(struct color *c)
{
	const struct alloc *al = c->al;
	uint64_t uses = 0, points = 0;

	for (vreg v = 1; v < al->f->vregs.n; v++) {
		uses += al->range[v].n ? al->uses[v] : 0;
		points += length(al->range[v]);
	}
	c->usual = uses * 1024 / (points + 4);
}

/* All chunks, densest or first ones first; false when some do not fit. */
static bool color_chunks(struct color *c, bool by_start)
{
	struct alloc *al = c->al;

	bool scarce = (c->used & HIGH) != 0;
	restart(c);
	if (by_start && scarce)
		set_usual(c);
	c->n = 0;
	for (vreg v = 1; v < al->f->vregs.n; v++) {
		if (!al->range[v].n || alloc_chunk(al, v) != v)
			continue;
		const struct chunk *ch = &al->chunk[v];
		uint64_t key = by_start ? ch->r.at[0].from :
			UINT64_MAX - density(ch->cost, ch->r);
		c->item[c->n++] = (struct item){ v, key };
	}
	sort_items(c);
	for (uint32_t k = 0; k < c->n; k++)
		if (!color_chunk(c, c->item[k].v))
			vec_push(al->a, &c->lost, c->item[k].v);
	return c->lost.n == 0;
}

/* The members of chunks that did not fit, each by itself. */
static bool dissolve(struct color *c)
{
	struct alloc *al = c->al;
	bool all = true;

	c->n = 0;
	for (uint32_t k = 0; k < c->lost.n; k++)
		for (vreg v = al->chunk[c->lost.at[k]].first; v; v = al->chunk[v].next)
			if (c->reg[v] == REG_NONE)
				c->item[c->n++] = (struct item){ v, UINT64_MAX - al->cost[v] };
	sort_items(c);
	c->lost.n = 0;
	for (uint32_t k = 0; k < c->n; k++)
		all &= color_unit(c, c->item[k].v);
	return all;
}

/* --- one by one, with victims --- */

/* Executions that spilling v adds, per point that it frees; large when it
 * cannot be spilled. */
static uint64_t spill_price(const struct color *c, vreg v)
{
	const struct alloc *al = c->al;
	uint64_t price = al->cost[v] * 4096;

	if (al->facts[v].tiny)
		return UINT64_MAX / 128;
	if (al->facts[v].remat)
		price /= 2;
	return price / (length(al->range[v]) + 1) + 1;
}

/* The price of clearing register reg where v lives. */
static uint64_t clear_price(struct color *c, vreg v, unsigned reg, bool do_it,
			    struct bitset *victims)
{
	struct alloc *al = c->al;
	unsigned first = reg, last = reg;
	uint64_t price = 0;

	if (al->f->vregs.at[v].cls == MIR_D)
		last = reg + 1;
	for (unsigned r = first; r <= last; r++)
		if (!points_free(al->fixed[r], al->range[v]))
			return UINT64_MAX;
	if (first >= REG_S0)	/* a double may reach into it */
		first &= ~1u;
	for (unsigned r = first; r <= last; r++)
		for (uint32_t k = c->in[r].n; k-- > 0;) {
			vreg o = c->in[r].at[k];
			if (c->reg[o] != r || !(unit_bits(c, o, r) & unit_bits(c, v, reg)) ||
			    !ranges_overlap(al->range[o], al->range[v]))
				continue;
			price += spill_price(c, o);
			if (!do_it)
				continue;
			occupy(c, o, r, false);
			bitset_add(victims, o);
		}
	return price;
}

/* Spills v, or those in the register whose clearing is cheaper. */
static void make_room(struct color *c, vreg v, struct bitset *victims)
{
	uint64_t best = spill_price(c, v);
	uint8_t where = REG_NONE;
	regset regs = unit_allowed(c->al, v);
	unsigned step = c->al->f->vregs.at[v].cls == MIR_D ? 2 : 1;

	for (unsigned r = 0; r < 64; r += step) {
		if (!(regs >> r & 1))
			continue;
		uint64_t price = clear_price(c, v, r, false, victims);
		if (price < best) {
			best = price;
			where = (uint8_t)r;
		}
	}
	if (where == REG_NONE) {
		CHECK(!c->al->facts[v].tiny);
		bitset_add(victims, v);
		return;
	}
	clear_price(c, v, where, true, victims);
	occupy(c, v, where, true);
}

static bool color_units(struct color *c, struct bitset *victims)
{
	struct alloc *al = c->al;
	bool all = true;

	c->before = arena_array(al->a, uint8_t, al->f->vregs.n);
	memcpy(c->before, c->reg, al->f->vregs.n);
	restart(c);
	c->listed = true;
	c->n = 0;
	for (vreg v = 1; v < al->f->vregs.n; v++)
		if (al->range[v].n)
			c->item[c->n++] = (struct item){ v, al->range[v].at[0].from };
	sort_items(c);
	for (uint32_t k = 0; k < c->n; k++)
		if (!color_unit(c, c->item[k].v)) {
			make_room(c, c->item[k].v, victims);
			all = false;
		}
	return all;
}

/* --- recolouring --- */

/* What v's moves cost when it is in reg. */
static uint64_t moves(const struct color *c, vreg v, unsigned reg)
{
	const struct alloc *al = c->al;
	uint64_t sum = 0;

	for (uint32_t k = al->affine_at[v]; k < al->affine_at[v + 1]; k++)
		if (c->reg[al->affine[k].v] != reg)
			sum += al->affine[k].weight;
	return sum;
}

/* Moves v to reg if that saves moves. */
static bool move_to(struct color *c, vreg v, unsigned reg)
{
	struct alloc *al = c->al;
	uint8_t was = c->reg[v];

	if (al->facts[v].fix != REG_NONE || was == reg ||
	    !(unit_allowed(al, v) >> reg & 1) ||
	    moves(c, v, reg) >= moves(c, v, was))
		return false;
	occupy(c, v, was, false);
	bool ok = fits(c, v, reg, al->range[v]);
	occupy(c, v, ok ? reg : was, true);
	return ok;
}

/* Both to one third register. */
static bool move_both(struct color *c, struct affinity w)
{
	struct alloc *al = c->al;
	uint8_t ra = c->reg[w.a], rb = c->reg[w.b];
	unsigned step = al->f->vregs.at[w.a].cls == MIR_D ? 2 : 1;
	uint64_t now = moves(c, w.a, ra) + moves(c, w.b, rb);

	if (al->facts[w.a].fix != REG_NONE || al->facts[w.b].fix != REG_NONE)
		return false;
	occupy(c, w.a, ra, false);
	occupy(c, w.b, rb, false);
	for (unsigned r = 0; r < 64; r += step) {
		if (!(unit_allowed(al, w.a) >> r & 1) ||
		    moves(c, w.a, r) + moves(c, w.b, r) - 2 * (uint64_t)w.weight >= now ||
		    !fits(c, w.a, r, al->range[w.a]) ||
		    !fits(c, w.b, r, al->range[w.b]))
			continue;
		occupy(c, w.a, r, true);
		occupy(c, w.b, r, true);
		return true;
	}
	occupy(c, w.a, ra, true);
	occupy(c, w.b, rb, true);
	return false;
}

enum { BLOCKERS = 4 };

/* The units that keep v from reg; BLOCKERS + 1 when they are too many. */
static unsigned blockers(const struct color *c, vreg v, unsigned reg, vreg *who)
{
	const struct alloc *al = c->al;
	unsigned words = al->f->vregs.at[v].cls == MIR_D ? 2 : 1, n = 0;
	unsigned first = reg >= REG_S0 ? reg & ~1u : reg;

	for (unsigned r = reg; r < reg + words; r++)
		if (!points_free(al->fixed[r], al->range[v]))
			return BLOCKERS + 1;
	for (unsigned r = first; r < reg + words; r++)
		for (uint32_t k = c->in[r].n; k-- > 0;) {
			vreg o = c->in[r].at[k];
			bool dup = o == v || c->reg[o] != r ||
				   !(unit_bits(c, o, r) & unit_bits(c, v, reg));
			for (unsigned q = 0; q < n; q++)
				dup |= who[q] == o;
			if (dup || !ranges_overlap(al->range[o], al->range[v]))
				continue;
			if (n == BLOCKERS || al->facts[o].fix != REG_NONE)
				return BLOCKERS + 1;
			who[n++] = o;
		}
	return n;
}

/* The free register in which o's moves cost least. */
static uint8_t best_free(const struct color *c, vreg o, unsigned not)
{
	const struct alloc *al = c->al;
	unsigned step = al->f->vregs.at[o].cls == MIR_D ? 2 : 1;
	regset regs = unit_allowed(al, o);
	uint8_t best = REG_NONE;

	for (unsigned r = 0; r < 64; r += step)
		if (regs >> r & 1 && r != not && fits(c, o, r, al->range[o]) &&
		    (best == REG_NONE || moves(c, o, r) < moves(c, o, best)))
			best = (uint8_t)r;
	return best;
}

/* Moves v to reg, and those who are in the way elsewhere. */
static bool push_to(struct color *c, vreg v, unsigned reg)
{
	vreg who[BLOCKERS];
	uint8_t was[BLOCKERS], old = c->reg[v];
	uint64_t before, after;
	unsigned n, k;

	if (c->al->facts[v].fix != REG_NONE || !(unit_allowed(c->al, v) >> reg & 1))
		return false;
	n = blockers(c, v, reg, who);
	if (n > BLOCKERS)
		return false;
	before = moves(c, v, old);
	for (k = 0; k < n; k++) {
		was[k] = c->reg[who[k]];
		before += moves(c, who[k], was[k]);
	}
	occupy(c, v, old, false);
	for (k = 0; k < n; k++)
		occupy(c, who[k], was[k], false);
	occupy(c, v, reg, true);
	for (k = 0; k < n; k++) {
		uint8_t r = best_free(c, who[k], reg);
		if (r == REG_NONE)
			break;
		occupy(c, who[k], r, true);
	}
	after = moves(c, v, reg);
	for (unsigned q = 0; q < k; q++)
		after += moves(c, who[q], c->reg[who[q]]);
	if (k == n && after < before)
		return true;
	while (k-- > 0)
		occupy(c, who[k], c->reg[who[k]], false);
	occupy(c, v, reg, false);
	for (k = 0; k < n; k++)
		occupy(c, who[k], was[k], true);
	occupy(c, v, old, true);
	return false;
}

static void list_units(struct color *c)
{
	if (c->listed)
		return;
	c->listed = true;
	for (vreg v = 1; v < c->al->f->vregs.n; v++)
		if (c->reg[v] != REG_NONE && c->al->range[v].n)
			vec_push(c->al->a, &c->in[c->reg[v]], v);
}

static void recolor(struct color *c)
{
	struct alloc *al = c->al;
	unsigned tries = 2000;	/* they look at all units of a register */
	bool again = true;

	for (unsigned round = 0; round < 4 && again; round++) {
		again = false;
		for (uint32_t k = 0; k < al->affinities.n; k++) {
			struct affinity w = al->affinities.at[k];
			if (c->reg[w.a] == c->reg[w.b] || c->reg[w.a] == REG_NONE ||
			    c->reg[w.b] == REG_NONE ||
			    ranges_overlap(al->range[w.a], al->range[w.b]))
				continue;
			again |= move_to(c, w.a, c->reg[w.b]) ||
				 move_to(c, w.b, c->reg[w.a]) || move_both(c, w);
			if (c->reg[w.a] == c->reg[w.b] || w.weak || tries == 0)
				continue;
			tries--;
			list_units(c);
			again |= push_to(c, w.a, c->reg[w.b]) ||
				 push_to(c, w.b, c->reg[w.a]);
		}
	}
}

static void take_colors(struct color *c)
{
	struct alloc *al = c->al;

	for (vreg v = 1; v < al->f->vregs.n; v++) {
		vreg u = alloc_unit(al, v);
		al->f->vregs.at[v].reg = c->reg[u];
		al->f->vregs.at[v].hint = c->reg[u];
	}
}

bool alloc_color(struct alloc *al, struct bitset *victims)
{
	struct color c = { .al = al };

	c.item = arena_array(al->a, struct item, al->f->vregs.n);
	c.reg = arena_array(al->a, uint8_t, al->f->vregs.n);
	bool ok = color_chunks(&c, false) || color_chunks(&c, true) || dissolve(&c) ||
		  color_units(&c, victims);
	if (ok)
		recolor(&c);
	take_colors(&c);
	return ok;
}
