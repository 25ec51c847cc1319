/* depth.c - how deep the stack gets, from what the proofs of functions saw.
 *
 * The stack of a call is what its caller has taken and what it takes itself; a
 * tail call begins where its caller began.  Nodes are functions, instantiation,
 * types (any function of the type whose reference is made somewhere) and what
 * is outside, which may call any export.  Three questions:
 *
 *   does all code end at a stack check, or is there recursion without?
 *   behind a check, how deep is what does not check again?  (stack_margin)
 *   how deep is an export in all?  (stack_bound)
 *
 * What is outside the module takes its own room, which is not counted.
 */
#include <string.h>

#include "prove/module.h"
#include "prove/stub.h"
#include "prove/world.h"
#include "wasm/intrinsic.h"

enum { MODULE_BOUND = 24, MODULE_MARGIN = 36 };
#define ENDLESS UINT32_MAX

struct edge {
	uint32_t from, to;
	uint32_t own;			/* of the caller's stack */
};

struct graph {
	const struct prove_run *r;
	const struct wasm_module *m;
	struct arena *arena;
	uint32_t n, first_type, outside;
	VEC(struct edge) edges;
	uint32_t *frame;
	uint32_t *veneer;		/* in front of it, before it checks */
	bool *checks;
	uint64_t most;			/* no way without a cycle is deeper */
};

static void edge(struct graph *g, uint32_t from, uint32_t to, uint32_t own)
{
	vec_push(g->arena, &g->edges, (struct edge){ from, to, own });
}

/* --- who may be called ------------------------------------------------------------ */

static void take(bool *taken, const struct wasm_module *m, uint32_t at,
		 uint32_t end, struct arena *a)
{
	struct wasm_ins i;

	for (; at < end && wasm_next(m, at, &i, a, NULL); at = i.next)
		if (i.op == OP_REF_FUNC)
			taken[i.index] = true;
}

/* Functions whose reference is made somewhere. */
static bool *references(struct graph *g)
{
	const struct wasm_module *m = g->m;
	bool *taken = arena_array(g->arena, bool, m->funcs.n);

	for (uint32_t k = 0; k < m->funcs.n; k++)
		take(taken, m, m->funcs.at[k].code, m->funcs.at[k].end,
		     g->arena);
	for (uint32_t k = 0; k < m->globals.n; k++)
		take(taken, m, m->globals.at[k].init.begin,
		     m->globals.at[k].init.end, g->arena);
	for (uint32_t k = 0; k < m->elems.n; k++)
		for (uint32_t j = 0; j < m->elems.at[k].n; j++) {
			const struct wasm_elem *e = &m->elems.at[k];
			if (!e->func)
				take(taken, m, e->expr[j].begin,
				     e->expr[j].end, g->arena);
			else if (e->func[j] != UINT32_MAX)
				taken[e->func[j]] = true;
		}
	return taken;
}

/* Bytes that stubs of a function take in front of it. */
static uint32_t stub_frame(const struct graph *g, uint32_t func, unsigned is)
{
	const struct world *w = &g->r->world;
	uint32_t most = 0;

	for (uint32_t k = 0; k < w->codes.n; k++) {
		const struct code_ref *c = &w->codes.at[k];
		if (c->stub && (c->is & is) && c->of == func && c->frame > most)
			most = c->frame;
	}
	return most;
}

/* Calls of an imported function may come back, but not those of intrinsics. */
static bool is_outside(const struct graph *g, uint32_t func)
{
	return func < g->m->nimported[WASM_FUNC] &&
	       intrinsic_of(g->m, func) < 0;
}

static bool some_table_is_shared(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->tables.n; k++)
		if (m->tables.at[k].import != UINT32_MAX)
			return true;
	return false;
}

/* --- the graph ---------------------------------------------------------------------- */

static void add_calls(struct graph *g, uint32_t func)
{
	const struct verdict *v = &g->r->verdict[func];

	g->frame[func] = v->proved ? v->frame : 0;
	g->veneer[func] = v->proved ? v->veneer : 0;
	g->checks[func] = v->proved && v->checks;
	for (uint32_t k = 0; v->proved && k < v->ncallees; k++) {
		const struct callee *c = &v->callee[k];
		uint32_t own = c->tail ? 0 : v->frame;
		if (c->by_type)
			edge(g, func, g->first_type + c->to, own);
		else
			edge(g, func, c->to, own);
	}
}

/* What comes from outside has a frame there, so that no cycle is free. */
enum { OF_OUTSIDE = 8 };

static void add_outside(struct graph *g)
{
	const struct wasm_module *m = g->m;

	g->outside = g->n - 1;
	for (uint32_t k = 0; k < m->nimported[WASM_FUNC]; k++)
		if (is_outside(g, k)) {
			g->frame[k] = stub_frame(g, k, STUB_IS_IMPORT);
			edge(g, k, g->outside, g->frame[k] + OF_OUTSIDE);
		}
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC &&
		    m->exports.at[k].index >= prove_first(g->r))
			edge(g, g->outside, m->exports.at[k].index,
			     stub_frame(g, m->exports.at[k].index,
					STUB_IS_ENTRY));
	edge(g, g->outside, m->funcs.n,
	     stub_frame(g, UINT32_MAX, STUB_IS_INSTANTIATE));
}

static void add_types(struct graph *g)
{
	const struct wasm_module *m = g->m;
	const bool *taken = references(g);
	bool outside = some_table_is_shared(m);

	for (uint32_t k = 0; k < m->funcs.n; k++) {
		uint32_t type = m->types.at[m->funcs.at[k].type].canon;
		if (!taken[k])
			continue;
		edge(g, g->first_type + type, k, 0);
		if (outside && k >= prove_first(g->r))
			edge(g, g->outside, k,
			     stub_frame(g, k, STUB_IS_REF));
	}
	for (uint32_t k = 0; outside && k < m->types.n; k++)
		edge(g, g->first_type + k, g->outside, OF_OUTSIDE);
}

static void make(struct graph *g)
{
	const struct wasm_module *m = g->m;

	g->first_type = m->funcs.n + 1;
	g->n = g->first_type + m->types.n + 1;
	g->frame = arena_array(g->arena, uint32_t, g->n);
	g->veneer = arena_array(g->arena, uint32_t, g->n);
	g->checks = arena_array(g->arena, bool, g->n);
	for (uint32_t k = prove_first(g->r); k < prove_end(g->r); k++)
		add_calls(g, k);
	add_outside(g);
	add_types(g);
	for (uint32_t k = 0; k < g->edges.n; k++)
		g->most += (uint64_t)g->edges.at[k].own +
			   g->veneer[g->edges.at[k].to];
	for (uint32_t k = 0; k < g->n; k++)
		g->most += g->frame[k];
}

/* --- depths ---------------------------------------------------------------------------- */

/* How deep each node gets, ENDLESS where a cycle adds to it.
 *
 *   stop     at functions that check
 *   outside  through what is outside, too */
static uint32_t *depths(const struct graph *g, bool stop, bool outside)
{
	uint32_t *d = arena_array(g->arena, uint32_t, g->n);
	bool again = true;

	memcpy(d, g->frame, g->n * sizeof *d);
	while (again) {
		again = false;
		for (uint32_t k = 0; k < g->edges.n; k++) {
			const struct edge *e = &g->edges.at[k];
			uint64_t x = (uint64_t)e->own + g->veneer[e->to];
			if (e->to == g->outside && !outside)
				continue;
			if (!stop || !g->checks[e->to])
				x = d[e->to] == ENDLESS ? ENDLESS : x + d[e->to];
			if (x > g->most || x >= ENDLESS)
				x = ENDLESS;
			if (x > d[e->from]) {
				d[e->from] = (uint32_t)x;
				again = true;
			}
		}
	}
	return d;
}

/* --- the verdict -------------------------------------------------------------------------- */

static void reject(struct graph *g, uint32_t func, const char *why)
{
	struct verdict *v = &g->r->verdict[func];

	if (!v->proved || v->absent)
		return;
	v->proved = false;
	v->deep = true;
	v->reason = "stack";
	v->detail = why;
}

static void judge_checks(struct graph *g)
{
	const uint32_t *d = depths(g, true, true);

	for (uint32_t k = prove_first(g->r); k < prove_end(g->r); k++)
		if (d[k] == ENDLESS)
			reject(g, k, "recursion without a check");
}

static void judge_margin(struct graph *g, uint32_t margin)
{
	const uint32_t *d = depths(g, true, false);

	for (uint32_t k = prove_first(g->r); k < prove_end(g->r); k++)
		if (g->checks[k] && d[k] > margin)
			reject(g, k, "goes below the limit by more than the "
			       "descriptor says");
}

static void judge_bound(struct graph *g, uint32_t bound)
{
	const uint32_t *d = depths(g, false, false);
	const struct wasm_module *m = g->m;
	uint32_t n = m->funcs.n;

	if (bound == ENDLESS)
		return;
	if ((uint64_t)d[n] + stub_frame(g, UINT32_MAX, STUB_IS_INSTANTIATE) >
	    bound)
		reject(g, n, "deeper than the descriptor says");
	for (uint32_t k = 0; k < m->exports.n; k++) {
		uint32_t f = m->exports.at[k].index;
		if (m->exports.at[k].kind == WASM_FUNC &&
		    f >= prove_first(g->r) &&
		    (uint64_t)d[f] + g->veneer[f] +
			    stub_frame(g, f, STUB_IS_ENTRY) > bound)
			reject(g, f, "deeper than the descriptor says");
	}
}

void prove_depths(struct prove_run *r, struct arena *a)
{
	struct graph *g = arena_new(a, struct graph);
	const struct world *w = &r->world;
	const struct obj_symbol *d = world_descriptor(w);
	uint32_t margin, bound;

	*g = (struct graph){ .r = r, .m = r->m, .arena = a };
	if (!world_number(w, d->section, d->value + MODULE_MARGIN, &margin) ||
	    !world_number(w, d->section, d->value + MODULE_BOUND, &bound))
		margin = bound = 0;
	make(g);
	judge_checks(g);
	judge_margin(g, margin);
	judge_bound(g, bound);
}
