/* spill_mem.c - loads and stores of slot variables.
 *
 * A slot variable is the home of one spilled vreg; `imm` of SPILL and RELOAD
 * names it until alloc_slots gives it a place in the frame.
 */
#include "t32/alloc.h"

#include <string.h>

uint32_t slot_var_new(struct alloc *al, vreg like)
{
	uint8_t words = al->f->vregs.at[like].cls == MIR_D ? 2 : 1;

	vec_push(al->f->arena, &al->slot_words, words);
	return al->slot_words.n - 1;
}

uint32_t slot_var(struct alloc *al, vreg v)
{
	if (!al->facts[v].slot) {
		uint32_t var = slot_var_new(al, v);
		al->facts[v].slot = var + 1;
	}
	return al->facts[v].slot - 1;
}

static void store_var(struct alloc *al, uint32_t b, vreg r, uint32_t var)
{
	mir_add(al->f, b, MOP_SPILL, 0, 1, &r)->imm = (int32_t)var;
}

vreg slot_load_var(struct alloc *al, uint32_t b, vreg like, uint32_t var)
{
	vreg t = alloc_copy(al, like);

	al->facts[t].tiny = true;
	mir_add(al->f, b, MOP_RELOAD, 1, 0, &t)->imm = (int32_t)var;
	return t;
}

void slot_store(struct alloc *al, uint32_t b, vreg r, vreg v)
{
	store_var(al, b, r, slot_var(al, v));
}

vreg slot_load(struct alloc *al, uint32_t b, vreg v)
{
	if (!al->facts[v].remat)
		return slot_load_var(al, b, v, slot_var(al, v));
	const struct mir_ins *from = &al->remats.at[al->facts[v].remat - 1];
	vreg t = alloc_copy(al, v);
	struct mir_ins *i = mir_add(al->f, b, (enum mop)from->op, 1, 0, &t);
	uint32_t opnd = i->opnd;

	*i = *from;
	i->opnd = opnd;
	al->facts[t].tiny = true;
	return t;
}

enum { IN_REG = INT32_MAX, REMAKE = INT32_MAX - 1 };

/* Does a move that is still to come read variable `var`? */
static bool is_read(const uint32_t *src, const bool *done, uint32_t n,
		    uint32_t self, uint32_t var)
{
	for (uint32_t k = 0; k < n; k++)
		if (k != self && !done[k] && src[k] == var)
			return true;
	return false;
}

static void do_move(struct alloc *al, uint32_t b, struct slot_move m, uint32_t src)
{
	vreg r = m.from;

	if (src == REMAKE)
		r = slot_load(al, b, m.from);
	else if (src != IN_REG)
		r = slot_load_var(al, b, m.from, src);
	store_var(al, b, r, m.to);
}

static void slot_moves(struct alloc *al, uint32_t b, struct slot_move *m, uint32_t n)
{
	uint32_t *src = arena_array(al->a, uint32_t, n);
	bool *done = arena_array(al->a, bool, n);
	uint32_t left = n;

	for (uint32_t k = 0; k < n; k++) {
		src[k] = m[k].reg ? IN_REG : al->facts[m[k].from].remat ? REMAKE :
			 slot_var(al, m[k].from);
		done[k] = src[k] == m[k].to;
		left -= done[k];
	}
	while (left) {
		bool moved = false;
		for (uint32_t k = 0; k < n; k++) {
			if (done[k] || is_read(src, done, n, k, m[k].to))
				continue;
			do_move(al, b, m[k], src[k]);
			done[k] = moved = true;
			left--;
		}
		for (uint32_t k = 0; k < n && !moved; k++) {
			if (done[k] || src[k] >= REMAKE)
				continue;
			/* a cycle: keep one source aside */
			vreg t = slot_load_var(al, b, m[k].from, src[k]);
			src[k] = slot_var_new(al, m[k].from);
			store_var(al, b, t, src[k]);
			moved = true;
		}
	}
}

static bool overwrites(const struct slot_move *m, uint32_t n, uint32_t var)
{
	for (uint32_t k = 0; k < n; k++)
		if (m[k].to == var)
			return true;
	return false;
}

/* Slots are written first, since that takes a register; what would be
 * overwritten before it is loaded is put aside. */
void slot_edge(struct alloc *al, uint32_t b, struct slot_move *m, uint32_t nm,
	       struct slot_want *w, uint32_t nw)
{
	struct slot_move *all = arena_array(al->a, struct slot_move, nm + nw);
	uint32_t *from = arena_array(al->a, uint32_t, nw);
	uint32_t n = nm;

	if (nm)
		memcpy(all, m, nm * sizeof *m);
	for (uint32_t k = 0; k < nw; k++) {
		if (al->facts[w[k].v].remat)
			continue;
		from[k] = slot_var(al, w[k].v);
		if (!overwrites(m, nm, from[k]))
			continue;
		from[k] = slot_var_new(al, w[k].v);
		all[n++] = (struct slot_move){ from[k], w[k].v, false };
	}
	slot_moves(al, b, all, n);
	for (uint32_t k = 0; k < nw; k++)
		w[k].got = al->facts[w[k].v].remat ? slot_load(al, b, w[k].v) :
			   slot_load_var(al, b, w[k].v, from[k]);
}
