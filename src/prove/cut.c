/* cut.c - what holds at a pair of loop headers.
 *
 * On the first arrival the cut says of every place exactly what is there.  A
 * later arrival that differs makes it weaker: places that were equal then and
 * are equal now share a new variable, others get their own.  What is left when
 * no arrival differs is an invariant, found by nobody's word.
 *
 * A variable of a cut stands for the value at the latest arrival.  A term may
 * stay only if it has none of the cut's own variables, which that arrival has
 * given new values.  When a cut gets weaker, those found after it are dropped,
 * for what they say may speak of it, and everything is followed again.
 */
#include "prove/pair.h"

#include <string.h>

#include "base/map.h"

struct places {
	VEC(term *) at;
	VEC(term) plain;	/* simplified on this path; of an arrival */
};

static void put(struct pair *p, struct places *l, term *t)
{
	vec_push(&p->states, &l->at, t);
}

/* Every place of both sides, in an order that is the same on each arrival. */
static void gather(struct pair *p, struct places *l, struct walk *w,
		   struct mach *m, uint32_t slots)
{
	for (uint32_t k = 0; k < p->w->n; k++)
		put(p, l, &w->state[k]);
	for (uint32_t k = 0; k < w->local.n; k++) {
		put(p, l, &w->local.at[k].lo);
		put(p, l, &w->local.at[k].hi);
	}
	for (uint32_t k = 0; k < w->stack.n; k++) {
		put(p, l, &w->stack.at[k].lo);
		put(p, l, &w->stack.at[k].hi);
	}
	for (uint32_t k = 0; k < 16; k++)
		if (k != R_SP && k != R_PC)
			put(p, l, &m->r[k]);
	for (uint32_t k = 0; k < 32; k++)
		put(p, l, &m->s[k]);
	for (uint32_t k = 0; k < slots; k++)
		put(p, l, &m->slot[k]);
	for (uint32_t k = 0; k < p->mf.in_words; k++)
		put(p, l, &m->in[k]);
}

static void room_for(struct pair *p, struct mach *m, uint32_t slots)
{
	if (m->nslots >= slots)
		return;
	term *more = arena_array(&p->states, term, slots);
	if (m->nslots)
		memcpy(more, m->slot, m->nslots * sizeof *more);
	m->slot = more;
	m->nslots = slots;
}

/* --- variables ------------------------------------------------------------------ */

/* Bounds of both, rounded outwards so that they grow a few times at most. */
static struct bound around(const struct term_node *i, const struct term_node *j)
{
	static const uint32_t step[] = { 1, 255, 65535, UINT32_MAX };
	struct bound b = { i->lo == j->lo ? i->lo : 0, i->hi };

	if (i->hi != j->hi) {
		unsigned k = 0;
		while (step[k] < i->hi || step[k] < j->hi)
			k++;
		b.hi = step[k];
	}
	return b;
}

static term new_var(struct pair *p, uint32_t cut, term a, term b)
{
	const struct term_node i = *term_at(&p->z, a), j = *term_at(&p->z, b);
	struct bound r = around(&i, &j);
	term t = term_var(&p->z, (enum term_sort)i.sort, r.lo, r.hi);

	while (p->owner.n < p->z.nvars)
		vec_push(p->arena, &p->owner, 0);
	p->owner.at[p->z.nvars - 1] = cut + 1;
	return t;
}

static bool owns(const struct pair *p, uint32_t cut, const struct term_node *i)
{
	return i->op == TM_VAR && i->imm < p->owner.n &&
	       p->owner.at[i->imm] == cut + 1;
}

static bool mentions(struct pair *p, struct map *seen, uint32_t cut, term t)
{
	const struct term_node i = *term_at(&p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	uint32_t *have = map_put(seen, t);

	if (*have)
		return *have == 2;
	*have = 1;
	bool r = owns(p, cut, &i);
	for (unsigned k = step - 1; k < i.n && !r; k += step)
		r = mentions(p, seen, cut, p->z.pool.at[i.args + k]);
	if (r)
		*map_put(seen, t) = 2;
	return r;
}

/* --- arrivals ---------------------------------------------------------------------- */

static void forget_flags(struct mach *m)
{
	m->flags = m->fpscr = (struct mach_flags){ 0 };
	m->it_left = 0;
	m->entered = true;
}

static struct cut *find(struct pair *p, uint64_t wasm, uint32_t pc)
{
	for (uint32_t k = 0; k < p->cuts.n; k++)
		if (p->cuts.at[k].wasm == wasm && p->cuts.at[k].pc == pc)
			return &p->cuts.at[k];
	return NULL;
}

bool cut_known(const struct pair *p, uint64_t wasm, uint32_t pc)
{
	for (uint32_t k = 0; k < p->cuts.n; k++)
		if (p->cuts.at[k].wasm == wasm && p->cuts.at[k].pc == pc)
			return true;
	return false;
}

/* Copies that outlive the path: in p->arena. */
static void keep(struct pair *p, struct cut *c, struct walk *w, struct mach *m)
{
	struct arena *wa = p->wf.arena, *ma = p->mf.arena;

	p->wf.arena = p->mf.arena = p->arena;
	walk_copy(&p->wf, &c->w, w);
	mach_copy(&p->mf, &c->m, m);
	p->wf.arena = wa;
	p->mf.arena = ma;
	memcpy(c->m.state, c->w.state, p->w->n * sizeof(term));
	c->facts.n = 0;
	for (uint32_t k = 0; k < p->facts.literal.n; k++)
		vec_push(p->arena, &c->facts, p->facts.literal.at[k]);
	c->valid = c->dirty = true;
}

/* Facts that hold on this arrival too, and speak of nothing it changed. */
static bool weaken_facts(struct pair *p, struct cut *c, struct map *seen,
			 uint32_t number)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < c->facts.n; k++)
		if (facts_decide(&p->facts, c->facts.at[k]) == 1 &&
		    !mentions(p, seen, number, c->facts.at[k]))
			c->facts.at[n++] = c->facts.at[k];
	bool changed = n < c->facts.n;
	c->facts.n = n;
	return changed;
}

static void drop_later(struct pair *p, uint32_t number)
{
	bool dropped = false;

	for (uint32_t k = number + 1; k < p->cuts.n; k++) {
		dropped |= p->cuts.at[k].valid;
		p->cuts.at[k].valid = false;
	}
	if (!dropped)
		return;
	p->entry_dirty = true;
	for (uint32_t k = 0; k <= number; k++)
		p->cuts.at[k].dirty |= p->cuts.at[k].valid;
}

static void simplify_all(struct pair *p, struct places *l)
{
	struct map memo;

	map_init(&memo, &p->states);
	for (uint32_t k = 0; k < l->at.n; k++)
		vec_push(&p->states, &l->plain,
			 facts_simplify_in(&p->facts, &memo, *l->at.at[k]));
}

/* Terms of this arrival that the cut's variables stand for: one per variable,
 * the same at every place that has it; then nothing changes. */
static bool agrees(struct pair *p, uint32_t number, const struct places *have,
		   const struct places *now)
{
	struct map value, seen;
	const struct cut *c = &p->cuts.at[number];

	map_init(&value, &p->states);
	map_init(&seen, &p->states);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k], b = *now->at.at[k];
		if (!a)
			continue;
		if (!b)
			return false;
		if (!owns(p, number, term_at(&p->z, a))) {
			if ((a != b && a != now->plain.at[k]) || mentions(p, &seen, number, a))
				return false;
			continue;
		}
		const struct term_node i = *term_at(&p->z, a);
		const struct bound r = facts_bound(&p->facts, b);
		if (r.lo < i.lo || r.hi > i.hi)
			return false;
		uint32_t *v = map_put(&value, a);
		b = now->plain.at[k];
		if (*v && *v != b)
			return false;
		*v = b;
	}
	for (uint32_t k = 0; k < c->facts.n; k++)
		if (facts_decide(&p->facts, c->facts.at[k]) != 1 ||
		    mentions(p, &seen, number, c->facts.at[k]))
			return false;
	return true;
}

/* A class that moved together keeps its variable: only a class that came
 * apart, or a term that is no variable of the cut, is a change. */
static bool split(struct pair *p, uint32_t number, const struct places *have,
		  const struct places *now)
{
	struct cut *c = &p->cuts.at[number];
	struct map first, classes, seen;
	bool changed = false;

	map_init(&first, &p->states);
	map_init(&classes, &p->states);
	map_init(&seen, &p->states);
	for (uint32_t k = 0; k < have->at.n; k++) {
		term a = *have->at.at[k], b = *now->at.at[k];
		if (!a)
			continue;
		if (!b) {
			*have->at.at[k] = 0;
			changed = true;
			continue;
		}
		bool own = owns(p, number, term_at(&p->z, a));
		if (!own && (a == b || a == now->plain.at[k]) &&
		    !mentions(p, &seen, number, a))
			continue;
		b = now->plain.at[k];
		uint32_t *v = map_put(&classes, (uint64_t)a << 32 | b);
		if (!*v) {
			const struct term_node i = *term_at(&p->z, a);
			const struct bound r = facts_bound(&p->facts, b);
			uint32_t *f = map_put(&first, a);
			bool fits = own && !*f && r.lo >= i.lo && r.hi <= i.hi;
			*f = 1;
			*map_put(&classes, (uint64_t)a << 32 | b) =
				fits ? a : new_var(p, number, a, b);
			v = map_get(&classes, (uint64_t)a << 32 | b);
		}
		changed |= *v != a;
		*have->at.at[k] = *v;
	}
	return weaken_facts(p, c, &seen, number) || changed;
}

bool cut_arrive(struct pair *p, struct walk *w, struct mach *m)
{
	struct places have = { 0 }, now = { 0 };
	int32_t sp;

	forget_flags(m);
	if (!mach_sp(&p->mf, m, &sp) || sp > 0)
		return pair_reject(p, "machine code", "stack pointer at a loop");
	uint32_t slots = (uint32_t)-sp / 4;
	room_for(p, m, slots);
	uint64_t place = walk_place(w, w->cut);
	struct cut *c = find(p, place, m->pc);
	if (!c) {
		vec_push(p->arena, &p->cuts, (struct cut){ .wasm = place,
							   .pc = m->pc });
		c = &vec_last(&p->cuts);
	}
	if (!c->valid) {
		keep(p, c, w, m);
		return true;
	}
	uint32_t number = (uint32_t)(c - p->cuts.at);
	if (c->m.r[R_SP] != m->r[R_SP] || c->w.stack.n != w->stack.n ||
	    c->w.label.n != w->label.n || c->w.local.n != w->local.n)
		return pair_impossible(p) ||
		       pair_reject(p, "cut", "stack differs between arrivals");
	gather(p, &have, &c->w, &c->m, slots);
	gather(p, &now, w, m, slots);
	simplify_all(p, &now);
	if (agrees(p, number, &have, &now))
		return true;
	if (split(p, number, &have, &now)) {
		/* both sides have one state */
		memcpy(c->m.state, c->w.state, p->w->n * sizeof(term));
		c->dirty = true;
		drop_later(p, number);
	}
	return true;
}
