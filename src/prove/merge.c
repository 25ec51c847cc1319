/* merge.c - ways that meet become one.
 *
 * Several states at one place of the source and one of the machine code are
 * replaced by one that all of them are instances of: where a place of either
 * side holds different terms, it holds a new variable, and places that differ
 * alike, or by the same term everywhere, share it.  The facts of all of them
 * stay.  What is proved of the one holds for each; what is lost may make the
 * proof fail, never succeed.
 *
 * A variable made here stands for what the latest merge at this place gave
 * it.  So that cuts found later may speak of it, the same merge of the same
 * terms in the same region (from one cut to the next) makes the same variable
 * again: a cut's own region gives it anew before any state of that region can
 * mention it, as with the variables of a cut.
 */
#include "prove/pair.h"

#include <string.h>

enum { MOST_KNOWN = 12, MOST_OWN = 6 };

struct merging {
	struct pair *p;
	struct at **s;
	uint32_t n;
	struct places *places;	/* [n] */
	struct map classes;	/* hash of terms -> class + 1 */
	VEC(struct class_of) made;
	uint32_t slots;
	struct bound *hull;	/* [place], of words that differ */
};

/* The terms that a variable stands for, one per state; its bounds are of all. */
struct class_of {
	term *plain;
	term *apart;		/* of words: each less the first */
	term var;
	enum term_sort sort;
};

/* --- variables ------------------------------------------------------------------- */

/* Is place k a word that is something else in some state? */
static bool differs(const struct merging *g, uint32_t k)
{
	term t = g->places[0].plain.at[k];
	bool differs = false;

	if (!t || term_at(&g->p->z, t)->sort != SORT_WORD)
		return false;
	for (uint32_t j = 1; j < g->n; j++) {
		if (!g->places[j].plain.at[k])
			return false;
		differs |= g->places[j].plain.at[k] != t;
	}
	return differs;
}

/* Bounds of what place k holds, in every state: looked at state by state, for to
 * know one state's facts again costs as much as it has of them. */
static void find_bounds(struct merging *g)
{
	struct pair *p = g->p;
	const struct places *first = &g->places[0];

	g->hull = arena_array(&p->states, struct bound, first->at.n);
	for (uint32_t j = 0; j < g->n; j++) {
		pair_facts(p, g->s[j]);
		for (uint32_t k = 0; k < first->at.n; k++) {
			struct bound *b = &g->hull[k], c;
			if (!differs(g, k))
				continue;
			c = facts_bound(&p->facts, g->places[j].plain.at[k]);
			b->lo = j && b->lo < c.lo ? b->lo : c.lo;
			b->hi = j && b->hi > c.hi ? b->hi : c.hi;
		}
	}
}

static bool same_merge(const struct merged *a, const struct merged *b)
{
	return a->region == b->region && a->wasm == b->wasm &&
	       a->pc == b->pc && a->passed_w == b->passed_w &&
	       a->passed_m == b->passed_m && a->n == b->n &&
	       !memcmp(a->plain, b->plain, a->n * sizeof *a->plain);
}

static uint64_t hash_merged(const struct merged *m)
{
	uint64_t h = hash_mix(m->wasm ^ (uint64_t)m->region << 40);

	h = hash_mix(h ^ m->pc ^ (uint64_t)m->passed_w << 32);
	h = hash_mix(h ^ m->passed_m);
	for (uint32_t k = 0; k < m->n; k++)
		h = hash_mix(h ^ m->plain[k]);
	return h;
}

/* The variable that this merge of these terms made before, or a new one. */
static term variable(struct merging *g, term *plain, enum term_sort sort,
		     struct bound b)
{
	struct pair *p = g->p;
	const struct at *s = g->s[0];
	struct merged m = { p->region, walk_place(&s->w, s->w.ip), s->m.pc,
			    s->passed_w, s->passed_m, g->n, plain, 0 };
	uint32_t *at = map_put(&p->merged_at, hash_merged(&m));
	if (*at && same_merge(&p->merged.at[*at - 1], &m)) {
		const struct merged *had = &p->merged.at[*at - 1];
		const struct term_node *i = term_at(&p->z, had->var);
		if (sort != SORT_WORD || (i->lo <= b.lo && i->hi >= b.hi))
			return had->var;
	}
	m.var = term_var(&p->z, sort, b.lo, b.hi);
	m.plain = arena_array(p->arena, term, g->n);
	memcpy(m.plain, plain, g->n * sizeof *plain);
	vec_push(p->arena, &p->merged, m);
	*at = p->merged.n;
	return m.var;
}

/* Each less the first, which is what all that differ by one term have alike. */
static term *apart(struct merging *g, const term *plain, enum term_sort sort)
{
	struct pair *p = g->p;
	term *d = sort == SORT_WORD ? arena_array(&p->states, term, g->n)
				    : NULL;

	for (uint32_t k = 0; d && k < g->n; k++)
		d[k] = term_sub(&p->z, plain[k], plain[0]);
	return d;
}

static void add_class(struct merging *g, term *plain, term var,
		      enum term_sort sort)
{
	struct class_of c = { plain, apart(g, plain, sort), var, sort };

	vec_push(&g->p->states, &g->made, c);
}

/* The terms as a class, or as one and one term more, or 0. */
static term known_class(struct merging *g, term *plain, enum term_sort sort)
{
	struct terms *z = &g->p->z;
	const term *d = g->made.n ? apart(g, plain, sort) : NULL;
	const size_t size = g->n * sizeof *plain;

	for (uint32_t k = 0; k < g->made.n; k++) {
		const struct class_of *c = &g->made.at[k];
		if (c->sort != sort)
			continue;
		if (!memcmp(c->plain, plain, size))
			return c->var;
		if (d && !memcmp(c->apart, d, size))
			return term_add(z, c->var, term_sub(z, plain[0],
							    c->plain[0]));
	}
	return 0;
}

/* The coefficient of an atom in a sum; 0 when it is not there. */
static uint32_t coefficient(const struct terms *z, term sum, term atom)
{
	const struct term_node *i = term_at(z, sum);

	if (i->op != TM_SUM)
		return sum == atom;
	for (unsigned k = 0; k + 1 < i->n; k += 2)
		if (term_arg(z, sum, k + 1) == atom)
			return term_arg(z, sum, k);
	return 0;
}

/* Moves a class, as often as all of these sums have it, from them to *sum. */
static void take_class(struct merging *g, term *left, const struct class_of *c,
		       term *sum)
{
	struct terms *z = &g->p->z;
	uint32_t q = coefficient(z, left[0], c->plain[0]);

	for (uint32_t j = 0; j < g->n; j++)
		if (!q || coefficient(z, left[j], c->plain[j]) != q)
			return;
	for (uint32_t j = 0; j < g->n; j++)
		left[j] = term_mul_add(z, c->plain[j], 0 - q, left[j]);
	*sum = term_mul_add(z, c->var, q, *sum);
}

/* Sums of atoms that classes have, or that are the same everywhere: one side may
 * have added already what the other is about to.  0 when there are others. */
static term sum_of_classes(struct merging *g, const term *plain)
{
	struct terms *z = &g->p->z;
	term *left = arena_array(&g->p->states, term, g->n);
	term sum = term_const(z, 0);

	memcpy(left, plain, g->n * sizeof *left);
	for (uint32_t k = 0; k < g->made.n; k++) {
		const struct class_of *c = &g->made.at[k];
		if (c->sort == SORT_WORD)
			take_class(g, left, c, &sum);
	}
	for (uint32_t j = 1; j < g->n; j++)
		if (left[j] != left[0])
			return 0;
	return term_add(z, sum, left[0]);
}

static bool within(const struct term_node *i, struct bound b)
{
	return i->lo >= b.lo && i->hi <= b.hi;
}

static term class_for(struct merging *g, term *plain, enum term_sort sort,
		      struct bound b)
{
	term t = known_class(g, plain, sort);

	if (t)
		return t;
	t = sort == SORT_WORD ? sum_of_classes(g, plain) : 0;
	if (t && within(term_at(&g->p->z, t), b))
		return t;
	t = variable(g, plain, sort, b);
	add_class(g, plain, t, sort);
	return t;
}

/* --- what is known of a memory ----------------------------------------------------- */

/* Places of memory that a state may know something of: those stored to last,
 * and those the source read last. */
void pair_known(struct pair *p, term token, const struct access *a,
		struct known_list *l)
{
	for (unsigned n = 0; n < MOST_KNOWN &&
	     term_at(&p->z, token)->op == TM_STORE; n++) {
		vec_push(&p->states, &l->list, (struct known_place){
			term_arg(&p->z, token, 1), term_at(&p->z, token)->imm });
		token = term_arg(&p->z, token, 0);
	}
	for (unsigned n = 0; a && n < MOST_KNOWN; n++, a = a->next)
		if (a->bytes <= 4)
			vec_push(&p->states, &l->list, (struct known_place){
				a->address, 8 * a->bytes });
}

/* What is at these places in each state: [place][state]. */
static term *values_at(struct merging *g, const term *token,
		       const struct known_list *l)
{
	struct pair *p = g->p;
	term *value = arena_array(&p->states, term, l->list.n * g->n);

	for (uint32_t j = 0; l->list.n && j < g->n; j++) {
		pair_facts(p, g->s[j]);
		for (uint32_t k = 0; k < l->list.n; k++) {
			const struct known_place *x = &l->list.at[k];
			value[k * g->n + j] = facts_simplify(&p->facts,
				term_load(&p->z, x->bits, token[j], x->address));
		}
	}
	return value;
}

/* The one value of all states, or what else holds it in each; or 0. */
static term known_value(struct merging *g, term *value)
{
	bool same = true;

	for (uint32_t j = 0; j < g->n; j++)
		same &= value[j] == value[0];
	return same ? value[0] : known_class(g, value, SORT_WORD);
}

/* The memory that all are instances of, with what is known of it: to store
 * what is there already changes nothing. */
static term merge_token(struct merging *g, uint32_t k, term *plain)
{
	struct pair *p = g->p;
	struct known_list l = { 0 };
	term *raw = arena_array(&p->states, term, g->n);
	term t = known_class(g, plain, SORT_TOKEN);

	if (t)
		return t;
	for (uint32_t j = 0; j < g->n; j++) {
		raw[j] = *g->places[j].at.at[k];
		if (j < 2)
			pair_known(p, raw[j], g->s[j]->w.access, &l);
	}
	t = variable(g, plain, SORT_TOKEN, (struct bound){ 0, 0 });
	term *value = values_at(g, raw, &l);
	for (uint32_t j = 0; j < l.list.n; j++) {
		term v = known_value(g, &value[j * g->n]);
		if (v)
			t = term_store(&p->z, l.list.at[j].bits, t,
				       l.list.at[j].address, v);
	}
	add_class(g, plain, t, SORT_TOKEN);
	return t;
}

/* One term in all, which is something else in each: so may others be. */
static void note_same(struct merging *g, uint32_t k)
{
	struct pair *p = g->p;
	term t = *g->places[0].at.at[k];
	bool same = true, alike = true;

	for (uint32_t j = 1; j < g->n; j++) {
		same &= *g->places[j].at.at[k] == t;
		alike &= g->places[j].plain.at[k] ==
			 g->places[0].plain.at[k];
	}
	if (!t || !same || alike)
		return;
	term *plain = arena_array(&p->states, term, g->n);
	for (uint32_t j = 0; j < g->n; j++)
		plain[j] = g->places[j].plain.at[k];
	add_class(g, plain, t, (enum term_sort)term_at(&p->z, t)->sort);
}

static void merge_place(struct merging *g, uint32_t k, bool tokens)
{
	struct pair *p = g->p;
	term *to = g->places[0].at.at[k];
	bool same = true, none = false, alike = true;
	enum term_sort sort = (enum term_sort)term_at(&p->z, *to)->sort;
	if ((sort == SORT_TOKEN) != tokens)
		return;
	term *plain = arena_array(&p->states, term, g->n);

	for (uint32_t j = 0; j < g->n; j++) {
		term t = *g->places[j].at.at[k];
		plain[j] = g->places[j].plain.at[k];
		none |= !t;
		same &= t == *to;
		alike &= plain[j] == plain[0];
	}
	if (none)
		*to = 0;
	else if (!same)
		*to = alike ? plain[0] : tokens ? merge_token(g, k, plain)
						: class_for(g, plain, sort,
							    g->hull[k]);
}

/* --- the rest of a state ------------------------------------------------------------ */

static bool has(const term *list, uint32_t n, term c)
{
	for (uint32_t k = 0; k < n; k++)
		if (list[k] == c)
			return true;
	return false;
}

/* What holds in state j and not in all: its latest facts, and which constants
 * the new variables are. */
static term own_facts(struct merging *g, uint32_t j, const term *common,
		      uint32_t ncommon)
{
	struct terms *z = &g->p->z;
	const struct at *s = g->s[j];
	uint32_t n = 0, constant;
	term c = z->yes;

	for (uint32_t k = s->nliterals; k-- > 0 && n < MOST_OWN;)
		if (!has(common, ncommon, s->literal[k])) {
			c = term_band(z, c, s->literal[k]);
			n++;
		}
	n = 0;
	for (uint32_t k = 0; k < g->made.n && n < MOST_OWN; k++) {
		const struct class_of *x = &g->made.at[k];
		if (x->sort == SORT_WORD &&
		    term_is_const(z, x->plain[j], &constant)) {
			c = term_band(z, c, term_eq(z, x->var, x->plain[j]));
			n++;
		}
	}
	return c;
}

/* What the new variables are in state j. */
static void classes_in(struct merging *g, uint32_t j, struct map *are)
{
	map_init(are, &g->p->states);
	for (uint32_t k = 0; k < g->made.n; k++)
		if (g->made.at[k].sort == SORT_WORD)
			*map_put(are, g->made.at[k].var) =
				g->made.at[k].plain[j];
}

/* Facts of the first as facts of the new variables. */
static uint32_t add_general(struct merging *g, term *common, uint32_t n)
{
	uint32_t all = n;
	struct map instead;

	map_init(&instead, &g->p->states);
	for (uint32_t k = 0; k < g->made.n; k++) {
		const struct class_of *x = &g->made.at[k];
		if (x->sort == SORT_WORD && !map_get(&instead, x->plain[0]) &&
		    term_at(&g->p->z, x->plain[0])->op != TM_CONST)
			*map_put(&instead, x->plain[0]) = x->var;
	}
	for (uint32_t k = 0; k < n; k++) {
		term t = term_replace(&g->p->z, &instead, common[k]);
		if (t != common[k])
			common[all++] = t;
	}
	return all;
}

/* Facts of the first that hold in all, and that one of the states is it. */
static void merge_facts(struct merging *g)
{
	struct at *to = g->s[0];
	struct terms *z = &g->p->z;
	term *common = arena_array(&g->p->states, term,
				   2 * to->nliterals);
	uint32_t n = to->nliterals, left, nsets;
	term one = z->no, *sets;

	for (uint32_t k = 0; k < n; k++)
		common[k] = to->literal[k];
	n = add_general(g, common, n);
	nsets = pair_among(g->p, g->s, g->n, &sets);
	for (uint32_t j = 1; j < g->n; j++) {
		struct map are;
		left = 0;
		pair_facts(g->p, g->s[j]);
		classes_in(g, j, &are);
		for (uint32_t k = 0; k < n; k++)
			if (facts_decide(&g->p->facts, term_replace(z, &are,
						common[k])) == 1)
				common[left++] = common[k];
		n = left;
	}
	for (uint32_t j = 0; j < g->n && g->n <= MOST_OWN; j++)
		one = term_bor(z, one, own_facts(g, j, common, n));
	to->literal = arena_array(&g->p->states, term, n + nsets + 1);
	to->nliterals = 0;
	for (uint32_t k = 0; k < n; k++)
		to->literal[to->nliterals++] = common[k];
	if (one != z->no && one != z->yes)
		to->literal[to->nliterals++] = one;
	for (uint32_t k = 0; k < nsets; k++)
		if (!has(common, n, sets[k]))
			to->literal[to->nliterals++] = sets[k];
}

/* What the source reads on all ways; what of the machine is open on any. */
static void merge_access(struct merging *g)
{
	struct at *to = g->s[0];

	for (uint32_t j = 1; j < g->n; j++) {
		const struct access *a = g->s[j]->w.access, *b = to->w.access;
		uint32_t na = 0, nb = 0;
		for (const struct access *x = a; x; x = x->next)
			na++;
		for (const struct access *x = b; x; x = x->next)
			nb++;
		for (; na > nb; na--)
			a = a->next;
		for (; nb > na; nb--)
			b = b->next;
		while (a != b)
			a = a->next, b = b->next;
		to->w.access = a;
		for (const struct access *x = g->s[j]->m.access; x;
		     x = x->next) {
			struct access *c = arena_new(&g->p->states,
						     struct access);
			*c = *x;
			c->next = to->m.access;
			to->m.access = c;
		}
	}
}

static void merge_flags(struct merging *g)
{
	struct mach *m = &g->s[0]->m;

	for (uint32_t j = 1; j < g->n; j++) {
		const struct mach *o = &g->s[j]->m;
		if (memcmp(&m->flags, &o->flags, sizeof m->flags))
			m->flags = (struct mach_flags){ 0 };
		if (memcmp(&m->fpscr, &o->fpscr, sizeof m->fpscr))
			m->fpscr = (struct mach_flags){ 0 };
		for (unsigned k = 0; k < 4; k++)
			m->ge[k] = m->ge[k] == o->ge[k] ? m->ge[k] : 0;
		m->entered |= o->entered;
		m->limit_read |= o->limit_read;
		m->started &= o->started;
		m->at_cut &= o->at_cut;
		m->came_back &= o->came_back;
	}
}

static bool alike_wasm(const struct walk *a, const struct walk *b)
{
	return a == b || (a->stack.n == b->stack.n &&
			  a->label.n == b->label.n &&
			  a->local.n == b->local.n);
}

static bool alike(const struct at *a, const struct at *b)
{
	return alike_wasm(a->m.wasm, b->m.wasm) && alike_wasm(&a->w, &b->w) &&
	       a->m.r[R_SP] == b->m.r[R_SP] &&
	       a->m.r[R_PC] == b->m.r[R_PC] && !a->m.it_left &&
	       !b->m.it_left && a->m.pc == b->m.pc &&
	       a->passed_m == b->passed_m;
}

bool pair_merge(struct pair *p, struct at **s, uint32_t n)
{
	struct merging g = { .p = p, .s = s, .n = n };

	for (uint32_t k = 1; k < n; k++)
		if (!alike(s[0], s[k]))
			return false;
	for (uint32_t k = 0; k < n; k++)
		g.slots = s[k]->m.nslots > g.slots ? s[k]->m.nslots : g.slots;
	g.places = arena_array(&p->states, struct places, n);
	for (uint32_t k = 0; k < n; k++) {
		pair_facts(p, s[k]);
		pair_loads(p, s[k]);	/* by facts that the one may not have */
		pair_room(p, &s[k]->m, g.slots);
		pair_places(p, &g.places[k], &s[k]->w, &s[k]->m, g.slots);
		for (uint32_t j = 0; j < p->w->n; j++)
			vec_push(&p->states, &g.places[k].at,
				 &s[k]->m.state[j]);
		pair_simplify(p, &g.places[k]);
	}
	find_bounds(&g);
	for (uint32_t k = 0; k < g.places[0].at.n; k++)
		note_same(&g, k);
	for (uint32_t k = 0; k < g.places[0].at.n; k++)
		merge_place(&g, k, false);
	for (uint32_t k = 0; k < g.places[0].at.n; k++)
		merge_place(&g, k, true);
	merge_facts(&g);
	merge_access(&g);
	merge_flags(&g);
	return true;
}
