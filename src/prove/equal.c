/* equal.c - are two terms equal on a path, and is there such a path?
 *
 * Equal numbers are; then what simplifies alike; then operations on equal
 * arguments; then both ways of choices are tried; then the solver is asked, if
 * its budget lasts.
 */
#include "prove/pair.h"

#include "base/map.h"
#include "prove/print.h"

enum { MOST_QUERIES = 800, MOST_CASES = 3, MOST_TEXT = 400 };

/* Does what is known on this path contradict c? */
static bool contradicted(struct pair *p, term c)
{
	struct arena_mark before = arena_mark(&p->scratch);
	uint32_t n = p->facts.literal.n;
	term *all = arena_array(&p->scratch, term, n + 1);

	for (uint32_t k = 0; k < n; k++)
		all[k] = p->facts.literal.at[k];
	all[n] = c;
	bool r = solver_ask(p->solver, all, n + 1) == ANSWER_NO;
	arena_reset(&p->scratch, before);
	return r;
}

bool pair_implied(struct pair *p, term c)
{
	return solver_queries(p->solver) < MOST_QUERIES &&
	       contradicted(p, term_bnot(&p->z, c));
}

static bool solve_equal(struct pair *p, term a, term b)
{
	if (term_at(&p->z, a)->sort == SORT_TOKEN)
		return false;
	term same = term_at(&p->z, a)->sort == SORT_BOOL ?
		term_bor(&p->z, term_band(&p->z, a, b),
			 term_band(&p->z, term_bnot(&p->z, a),
				   term_bnot(&p->z, b))) :
		term_eq(&p->z, a, b);
	/* their difference may be known without being a part of either */
	return facts_decide(&p->facts, same) == 1 || pair_implied(p, same);
}

/* Same operation on equal arguments. */
static bool equal_parts(struct pair *p, term a, term b, unsigned depth);

/* The condition of a choice under t, not far down; 0 when there is none. */
static term choice(const struct terms *z, term t, unsigned depth)
{
	const struct term_node i = *term_at(z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	term c = i.op == TM_ITE ? z->pool.at[i.args] : 0;

	for (unsigned k = step - 1; !c && depth && k < i.n; k += step)
		c = choice(z, z->pool.at[i.args + k], depth - 1);
	return c;
}

/* Whichever way a choice in one of them goes, are they equal then? */
static bool equal_cases(struct pair *p, term a, term b, unsigned cases)
{
	struct facts_mark mark = facts_save(&p->facts);
	term c = choice(&p->z, a, 3);
	bool equal = true;

	if (!c)
		c = choice(&p->z, b, 3);
	if (!c || cases == MOST_CASES || term_at(&p->z, a)->sort == SORT_TOKEN)
		return false;
	for (unsigned way = 0; way < 2 && equal; way++) {
		facts_add(&p->facts, way ? term_bnot(&p->z, c) : c);
		term x = facts_simplify(&p->facts, a);
		term y = facts_simplify(&p->facts, b);
		equal = p->facts.contradiction || x == y ||
			equal_cases(p, x, y, cases + 1);
		facts_back(&p->facts, mark);
	}
	return equal;
}

static bool equal_at(struct pair *p, term a, term b, unsigned depth)
{
	if (a == b)
		return true;
	if (!a || !b || term_at(&p->z, a)->sort != term_at(&p->z, b)->sort)
		return false;
	term x = facts_simplify(&p->facts, a), y = facts_simplify(&p->facts, b);
	if (x == y)
		return true;
	return equal_parts(p, x, y, depth) || equal_cases(p, x, y, 0) ||
	       solve_equal(p, x, y);
}

static bool equal_parts(struct pair *p, term a, term b, unsigned depth)
{
	const struct term_node i = *term_at(&p->z, a), j = *term_at(&p->z, b);

	if (i.op != j.op || i.imm != j.imm || i.n != j.n || i.n == 0 ||
	    depth > 20 || (i.op != TM_STORE && i.op != TM_LOAD && i.op != TM_UF))
		return false;
	for (unsigned k = i.n; k-- > 0;)
		if (!equal_at(p, p->z.pool.at[i.args + k],
			      p->z.pool.at[j.args + k], depth + 1))
			return false;
	return true;
}

/* A term by what it says, whatever its number. */
static uint64_t content(struct pair *p, term t)
{
	const struct term_node i = *term_at(&p->z, t);

	while (p->content.n <= t)
		vec_push(p->arena, &p->content, 0);
	if (p->content.at[t])
		return p->content.at[t];
	uint64_t h = hash_mix((uint64_t)i.op << 40 ^ (uint64_t)i.n << 32 ^ i.imm);
	for (unsigned k = 0; k < i.n; k++) {
		uint32_t x = p->z.pool.at[i.args + k];
		bool coef = i.op == TM_SUM && k % 2 == 0;
		h = hash_mix(h ^ (coef ? x : content(p, x)));
	}
	p->content.at[t] = h | 1;
	return h | 1;
}

/* Notes what is asked, for certificates. */
static void note(struct pair *p, term a, term b)
{
	uint64_t h = p->v->asked;

	h = hash_mix(h ^ content(p, a)) ^ content(p, b);
	for (uint32_t k = 0; k < p->facts.literal.n; k++)
		h = hash_mix(h ^ content(p, p->facts.literal.at[k]));
	p->v->asked = h;
}

bool pair_equal(struct pair *p, term a, term b)
{
	note(p, a, b);
	uint32_t before = solver_queries(p->solver);
	bool r = equal_at(p, a, b, 0);

	if (!r) {
		p->differ[0] = a;
		p->differ[1] = b;
	}
	p->v->obligations++;
	p->v->by_normal += r && solver_queries(p->solver) == before;
	return r;
}

bool pair_impossible(struct pair *p)
{
	if (p->facts.contradiction)
		return true;
	if (solver_queries(p->solver) >= MOST_QUERIES)
		return false;
	return solver_ask(p->solver, p->facts.literal.at,
			  p->facts.literal.n) == ANSWER_NO;
}

/* As much of a term as a line of a report holds. */
static void print_some(struct pair *p, term t, struct buf *out)
{
	size_t begin = out->n;

	for (unsigned depth = 4; depth > 0; depth--) {
		out->n = begin;
		term_print(&p->z, t, depth, out);
		if (out->n - begin < MOST_TEXT)
			return;
	}
}

/* The two terms that differ, as far down as they do. */
const char *pair_difference(struct pair *p, term a, term b)
{
	struct buf out;

	a = facts_simplify(&p->facts, a);
	b = facts_simplify(&p->facts, b);
	for (;;) {
		const struct term_node i = *term_at(&p->z, a);
		const struct term_node j = *term_at(&p->z, b);
		unsigned k = 0;
		if (i.op != j.op || i.imm != j.imm || i.n != j.n || !i.n ||
		    (i.op != TM_STORE && i.op != TM_LOAD && i.op != TM_UF))
			break;
		while (k < i.n && p->z.pool.at[i.args + k] ==
					  p->z.pool.at[j.args + k])
			k++;
		if (k == i.n)
			break;
		a = p->z.pool.at[i.args + k];
		b = p->z.pool.at[j.args + k];
	}
	buf_init(&out, p->arena);
	print_some(p, a, &out);
	buf_str(&out, " is not ");
	print_some(p, b, &out);
	buf_u8(&out, 0);
	return (const char *)out.at;
}
