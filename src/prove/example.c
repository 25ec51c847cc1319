/* example.c - a state in which a rejected way is gone, from the solver's model.
 *
 * Of a way that begins at the entry it is also given as what a caller passes:
 * parameters, globals and bytes of memory, so that the source can be run with
 * it (cli/replay.c).  Nothing here decides anything.
 */
#include "prove/example.h"

#include <string.h>

#include "base/map.h"

#include "prove/explain.h"
#include "prove/print.h"

enum { MOST_LEAVES = 24, DEEP = 5,
       MOST_ASKED = 3 * MOST_LEAVES + 2 * (EXAMPLE_PARAMS + EXAMPLE_GLOBALS) + 2 };

struct leaves {
	struct map seen;
	term at[MOST_LEAVES];
	uint32_t n;
	bool more;		/* than there is place for */
};

/* Words that a condition is about, as the solver sees them, and those that
 * loads take as addresses. */
static void find_leaves(struct pair *p, struct leaves *l, term t)
{
	const struct term_node i = *term_at(&p->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;
	bool leaf = i.op == TM_VAR || i.op == TM_LOAD || i.op == TM_UF;

	if (map_get(&l->seen, t) || l->more)
		return;
	*map_put(&l->seen, t) = 1;
	l->more = leaf && i.sort == SORT_WORD && l->n == MOST_LEAVES;
	if (leaf && i.sort == SORT_WORD && !l->more)
		l->at[l->n++] = t;
	if (i.op == TM_LOAD)
		find_leaves(p, l, term_arg(&p->z, t, 1));
	for (unsigned k = step - 1; k < i.n && !leaf; k += step)
		find_leaves(p, l, p->z.pool.at[i.args + k]);
}

/* --- what is asked of the model --------------------------------------------------- */

struct asked {
	term at[MOST_ASKED];
	uint32_t value[MOST_ASKED], n;
};

/* Returns its number. */
static uint32_t ask(struct asked *q, term t)
{
	q->at[q->n] = t;
	return q->n++;
}

/* A value of one or two words. */
static uint64_t wide(const struct asked *q, uint32_t k, bool two)
{
	return q->value[k] | (two ? (uint64_t)q->value[k + 1] << 32 : 0);
}

static bool is_wide(uint8_t type)
{
	return type == T_I64 || type == T_F64;
}

static void ask_params(struct pair *p, struct asked *q)
{
	for (uint32_t k = 0; k < p->wf.body->type->nparams; k++) {
		ask(q, p->entry->local.at[k].lo);
		if (p->entry->local.at[k].hi)
			ask(q, p->entry->local.at[k].hi);
	}
}

/* Is a global one of those asked: numbers that something sets, the first of
 * them, `n` being asked already? */
static bool is_asked(const struct pair *p, uint32_t g, uint32_t n)
{
	uint8_t type = p->w->m->globals.at[g].type;

	return p->w->varies[g] && n < EXAMPLE_GLOBALS &&
	       (type == T_I32 || type == T_F32 || is_wide(type));
}

static void ask_globals(struct pair *p, struct asked *q)
{
	uint32_t n = 0;

	for (uint32_t g = 0; g < p->w->m->globals.n; g++) {
		if (!is_asked(p, g, n))
			continue;
		n++;
		ask(q, p->entry->state[p->w->at_global[g]]);
		if (is_wide(p->w->m->globals.at[g].type))
			ask(q, p->entry->state[p->w->at_global[g] + 1]);
	}
}

/* The memory that a load is of as it was on entry; UINT32_MAX: of none. */
static uint32_t memory_of(const struct pair *p, term t)
{
	if (term_at(&p->z, t)->op != TM_LOAD)
		return UINT32_MAX;
	for (uint32_t k = 0; k < p->w->m->memories.n; k++)
		if (term_arg(&p->z, t, 0) ==
		    p->entry->state[p->w->at_memory + k])
			return k;
	return UINT32_MAX;
}

static void ask_loads(struct pair *p, struct asked *q, const struct leaves *l)
{
	for (uint32_t k = 0; k < l->n; k++) {
		uint32_t m = memory_of(p, l->at[k]);
		if (m == UINT32_MAX)
			continue;
		ask(q, l->at[k]);
		ask(q, term_sub(&p->z, term_arg(&p->z, l->at[k], 1),
				world_address(p->w, &p->z, REGION_MEMORY, m,
					      0)));
	}
}

/* --- as a caller passes it ---------------------------------------------------------- */

static void take(struct pair *p, const struct asked *q, const struct leaves *l,
		 uint32_t at, struct example *e)
{
	const struct wasm_functype *t = p->wf.body->type;

	for (uint32_t k = 0; k < t->nparams; k++) {
		bool two = p->entry->local.at[k].hi != 0;
		e->param[e->nparams++] = wide(q, at, two);
		at += 1u + two;
	}
	for (uint32_t g = 0; g < p->w->m->globals.n; g++) {
		if (!is_asked(p, g, e->nglobals)) {
			e->globals_left += p->w->varies[g];
			continue;
		}
		bool two = is_wide(p->w->m->globals.at[g].type);
		e->global[e->nglobals++] = (struct example_global){
			g, wide(q, at, two) };
		at += 1u + two;
	}
	for (uint32_t k = 0; k < l->n; k++) {
		uint32_t m = memory_of(p, l->at[k]);
		if (m == UINT32_MAX)
			continue;
		e->place[e->nplaces++] = (struct example_place){ m,
			q->value[at + 1], term_at(&p->z, l->at[k])->imm / 8,
			q->value[at] };
		at += 2;
	}
}

static void print(struct pair *p, const struct leaves *l,
		  const struct asked *q, struct buf *out)
{
	buf_str(out, "    this way is gone, for example, with\n");
	for (uint32_t k = 0; k < l->n; k++) {
		buf_printf(out, "      0x%x for ", q->value[k]);
		term_print(&p->z, l->at[k], DEEP, out);
		buf_str(out, "\n");
	}
	if (l->more)
		buf_str(out, "      and more words, which are not shown, nor set "
			     "where the source is run\n");
}

/* Facts of the way, and that the two words last compared differ. */
static uint32_t conditions(struct pair *p, term *c)
{
	const struct facts *f = &p->facts;
	uint32_t n = f->literal.n;

	for (uint32_t k = 0; k < n; k++)
		c[k] = f->literal.at[k];
	/* of other reasons it is of some comparison before */
	if (!strcmp(p->v->reason, "result") && term_at(&p->z, p->differ[0])->sort == SORT_WORD)
		c[n++] = term_bnot(&p->z, term_eq(&p->z, p->differ[0],
						  p->differ[1]));
	return n;
}

void pair_example(struct pair *p, struct buf *out)
{
	uint32_t most = p->facts.literal.n;
	term *c = arena_array(p->arena, term, most + 1);
	uint32_t n = conditions(p, c);
	uint32_t nparams = p->wf.body->type->nparams;
	bool entry = p->region == UINT32_MAX && nparams <= EXAMPLE_PARAMS;
	struct asked *q = arena_new(p->arena, struct asked);
	struct leaves l = { .n = 0 };

	map_init(&l.seen, p->arena);
	for (uint32_t k = 0; k < n; k++)
		find_leaves(p, &l, c[k]);
	for (uint32_t k = 0; k < l.n; k++)
		ask(q, l.at[k]);
	if (entry) {
		ask_params(p, q);
		ask_globals(p, q);
		ask_loads(p, q, &l);
	}
	uint32_t words = q->n;
	if (n > most) {
		ask(q, p->differ[0]);
		ask(q, p->differ[1]);
	}
	if (!solver_example(p->solver, c, n, q->at, q->n, q->value) &&
	    (n == most || !solver_example(p->solver, c, n = most, q->at, q->n,
					  q->value))) {
		buf_str(out, "    no state is found in which this way is gone\n");
		return;
	}
	print(p, &l, q, out);
	if (n > most)
		buf_printf(out, "    there the source has 0x%x, the output 0x%x\n",
			   q->value[words], q->value[words + 1]);
	if (!entry) {
		buf_printf(out, "    %s, so this state is not run\n",
			   nparams > EXAMPLE_PARAMS ? "there are too many "
			   "parameters" : "the way begins at a loop");
		return;
	}
	p->v->example = arena_new(p->arena, struct example);
	take(p, q, &l, l.n, p->v->example);
}
