/* bound.c - the call graph, its cycles and the depth of the stack.
 *
 * A tail call leaves the caller's frame before the callee's is made, so it
 * adds no depth, and a cycle of tail calls only is a loop, not a recursion.
 */
#include "t32/bound.h"

#include "wasm/intrinsic.h"


/* --- reading the graph ------------------------------------------------------- */

struct reader {
	const struct ir_module *im;
	const struct wasm_module *m;
	const struct target *target;
	struct arena *arena;
	struct arena labels;
	struct bound_graph *g;
	VEC(uint32_t) edge;
	uint32_t *seen;		/* [2 * nodes] caller + 1 that last had this edge */
};

static void add_edge(struct reader *r, uint32_t from, uint32_t to, bool tail)
{
	uint32_t e = to << EDGE_BITS | tail;

	if (r->seen[e] == from + 1)
		return;
	r->seen[e] = from + 1;
	vec_push(r->arena, &r->edge, e);
}

static void tail_type(struct reader *r, uint32_t type)
{
	struct abi abi;

	t32_abi(&r->m->types.at[type], r->target, r->arena, &abi);
	if (abi.out_bytes > r->g->tail_bytes)
		r->g->tail_bytes = abi.out_bytes;
}

/* Can code outside the module put functions into this table? */
static bool shared_table(const struct ir_module *im, uint32_t table)
{
	const struct wasm_module *m = im->wasm;

	if (m->tables.at[table].import != UINT32_MAX)
		return true;
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_TABLE &&
		    m->exports.at[k].index == table)
			return im->open;
	return false;
}

static bool is_foreign(const struct wasm_module *m, uint32_t func)
{
	return func < m->nimported[WASM_FUNC] && intrinsic_of(m, func) < 0;
}

/* May an indirect call of that type leave the module? */
static bool type_is_foreign(const struct ir_module *im, uint32_t type)
{
	const struct wasm_module *m = im->wasm;

	for (uint32_t f = 0; f < m->nimported[WASM_FUNC]; f++)
		if (im->func[f].address_taken && is_foreign(m, f) &&
		    m->types.at[m->funcs.at[f].type].canon ==
			    m->types.at[type].canon)
			return true;
	return false;
}

static bool may_come_back(const struct ir_module *im, const struct ir_ins *i)
{
	switch (i->op) {
	case IR_CALL: case IR_RETURN_CALL:
		return is_foreign(im->wasm, i->aux) ||
		       im->func[i->aux].leaves;
	case IR_CALL_INDIRECT: case IR_RETURN_CALL_INDIRECT:
		return shared_table(im, i->aux) ||
		       type_is_foreign(im, (uint32_t)i->imm);
	default:
		return false;
	}
}

bool bound_comes_back(const struct ir_func *f)
{
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			if (may_come_back(f->mod, ir_at(f,
					f->blocks.at[b].ins.at[k])))
				return true;
	return false;
}

static void read_call(struct reader *r, uint32_t func, const struct wasm_ins *w)
{
	const struct wasm_module *m = r->m;

	switch (w->op) {
	case OP_RETURN_CALL:
		tail_type(r, m->funcs.at[w->index].type);
		add_edge(r, func, w->index, true);
		break;
	case OP_CALL:
		add_edge(r, func, w->index, false);
		break;
	case OP_RETURN_CALL_INDIRECT:
		tail_type(r, w->index);
		/* fall through */
	case OP_CALL_INDIRECT:
		add_edge(r, func, r->g->nfuncs + m->types.at[w->index].canon,
			 w->op == OP_RETURN_CALL_INDIRECT);
		if (shared_table(r->im, w->index2))
			r->g->unknown[func] = r->g->foreign[func] = true;
		if (type_is_foreign(r->im, w->index)) {
			r->g->unknown[func] = true;
			r->g->foreign[func] |= r->im->open;
		}
		return;
	default:
		return;
	}
	if (is_foreign(m, w->index)) {
		r->g->unknown[func] = true;
		r->g->foreign[func] |= r->im->open;
	}
}

static void read_body(struct reader *r, uint32_t func)
{
	const struct wasm_func *f = &r->m->funcs.at[func];
	struct arena_mark mark = arena_mark(&r->labels);
	struct wasm_ins w;

	for (uint32_t at = f->code; at < f->end; at = w.next) {
		CHECK(wasm_next(r->m, at, &w, &r->labels, NULL));
		read_call(r, func, &w);
		if (w.op == OP_BR_TABLE)
			arena_reset(&r->labels, mark);
	}
}

/* From a type's node to the functions an indirect call of it may reach. */
static void read_type(struct reader *r, uint32_t type)
{
	for (uint32_t f = 0; f < r->g->nfuncs; f++)
		if (r->im->func[f].address_taken &&
		    r->m->types.at[r->m->funcs.at[f].type].canon == type)
			add_edge(r, r->g->nfuncs + type, f, true);
}

static void read_graph(struct reader *r)
{
	struct bound_graph *g = r->g;

	for (uint32_t n = 0; n < g->nodes; n++) {
		g->begin[n] = r->edge.n;
		if (n >= g->nfuncs) {
			if (r->m->types.at[n - g->nfuncs].canon == n - g->nfuncs)
				read_type(r, n - g->nfuncs);
		} else if (n >= r->m->nimported[WASM_FUNC]) {
			read_body(r, n);
		}
	}
	g->begin[g->nodes] = r->edge.n;
	g->edge = r->edge.at;
}

/* --- strongly connected components (Tarjan, without recursion) --------------- */

struct tarjan {
	struct bound_graph *g;
	uint32_t *number, *low, *next;	/* number 0: not visited */
	uint32_t *stack, nstack;	/* of open components */
	uint32_t *path, npath;		/* of the walk */
	uint32_t counter, nscc, norder;
};

static void enter(struct tarjan *t, uint32_t n)
{
	t->number[n] = t->low[n] = ++t->counter;
	t->next[n] = t->g->begin[n];
	t->stack[t->nstack++] = n;
	t->path[t->npath++] = n;
	t->g->scc[n] = UINT32_MAX;
}

static void close(struct tarjan *t, uint32_t n)
{
	uint32_t k;

	t->npath--;
	if (t->npath > 0) {
		uint32_t up = t->path[t->npath - 1];
		if (t->low[n] < t->low[up])
			t->low[up] = t->low[n];
	}
	if (t->low[n] != t->number[n])
		return;
	do {
		k = t->stack[--t->nstack];
		t->g->scc[k] = t->nscc;
		t->g->order[t->norder++] = k;
	} while (k != n);
	t->nscc++;
}

static void walk(struct tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->npath > 0) {
		uint32_t n = t->path[t->npath - 1];
		if (t->next[n] == t->g->begin[n + 1]) {
			close(t, n);
			continue;
		}
		uint32_t to = t->g->edge[t->next[n]++] >> EDGE_BITS;
		if (!t->number[to])
			enter(t, to);
		else if (t->g->scc[to] == UINT32_MAX &&
			 t->number[to] < t->low[n])
			t->low[n] = t->number[to];
	}
}

static void components(struct bound_graph *g, struct arena *a)
{
	uint32_t n = g->nodes;
	struct tarjan t = { .g = g };

	t.number = arena_array(a, uint32_t, n);
	t.low = arena_array(a, uint32_t, n);
	t.next = arena_array(a, uint32_t, n);
	t.stack = arena_array(a, uint32_t, n);
	t.path = arena_array(a, uint32_t, n);
	for (uint32_t k = 0; k < n; k++)
		if (!t.number[k])
			walk(&t, k);
}

/* Marks components that an edge which keeps its frame stays inside of. */
static void find_cycles(struct bound_graph *g, struct arena *a)
{
	bool *bad = arena_array(a, bool, g->nodes);

	for (uint32_t n = 0; n < g->nodes; n++)
		for (uint32_t e = g->begin[n]; e < g->begin[n + 1]; e++)
			if (!(g->edge[e] & EDGE_TAIL) &&
			    g->scc[g->edge[e] >> EDGE_BITS] == g->scc[n])
				bad[g->scc[n]] = true;
	for (uint32_t n = 0; n < g->nodes; n++)
		g->cyclic[n] = bad[g->scc[n]];
}

struct bound_graph *bound_graph(const struct ir_module *im,
				const struct target *t, struct arena *a)
{
	const struct wasm_module *m = im->wasm;
	struct bound_graph *g = arena_new(a, struct bound_graph);
	struct reader r = { .im = im, .m = m, .target = t, .arena = a, .g = g };

	g->nfuncs = m->funcs.n;
	g->nodes = m->funcs.n + m->types.n;
	g->begin = arena_array(a, uint32_t, g->nodes + 1);
	g->scc = arena_array(a, uint32_t, g->nodes);
	g->order = arena_array(a, uint32_t, g->nodes);
	g->unknown = arena_array(a, bool, g->nodes);
	g->foreign = arena_array(a, bool, g->nodes);
	g->cyclic = arena_array(a, bool, g->nodes);
	g->check = arena_array(a, bool, g->nfuncs + 1);
	r.seen = arena_array(a, uint32_t, 2 * g->nodes);
	arena_init(&r.labels, a->oom);
	read_graph(&r);
	arena_fini(&r.labels);
	components(g, a);
	find_cycles(g, a);
	for (uint32_t f = 0; f < g->nfuncs; f++)
		g->check[f] = g->cyclic[f] || g->unknown[f];
	return g;
}

/* --- depths ------------------------------------------------------------------- */

struct depths {
	const struct bound_graph *g;
	const struct wasm_module *m;
	struct t32_code *const *code;
	uint32_t *all;		/* [nodes] whole depth, BOUND_NONE */
	uint32_t *free;		/* [nodes] depth until the next checked function */
};

static uint32_t sum(uint32_t a, uint32_t b)
{
	return a == BOUND_NONE || b == BOUND_NONE ? BOUND_NONE : a + b;
}

static void raise_to(uint32_t *x, uint32_t v)
{
	if (v > *x)
		*x = v;
}

static bool is_checked(const struct depths *d, uint32_t func)
{
	return func < d->g->nfuncs && d->code[func] &&
	       d->code[func]->stack_check;
}

/* What a node itself takes.  An import of several results is called by a stub
 * (obj/module_stub.c): what that saves, arguments, results. */
static uint32_t frame_of(const struct depths *d, uint32_t n)
{
	if (n >= d->g->nfuncs)
		return 0;
	if (n >= d->m->nimported[WASM_FUNC])
		return d->code[n] ? d->code[n]->frame : 0;
	const struct wasm_functype *t = &d->m->types.at[d->m->funcs.at[n].type];
	return t->nresults > 1 ? 48 + 8 * (t->nparams + t->nresults) : 0;
}

/* What may stand in front of code that instances share. */
static uint32_t veneer_of(const struct depths *d, uint32_t n)
{
	return n < d->g->nfuncs && d->code[n] ? d->code[n]->veneer : 0;
}

/* What node n adds to the depth through each of its edges that leave scc. */
static void visit(struct depths *d, uint32_t n, uint32_t *all, uint32_t *free)
{
	const struct bound_graph *g = d->g;
	const uint32_t frame = frame_of(d, n);

	raise_to(all, frame);
	raise_to(free, frame);
	for (uint32_t e = g->begin[n]; e < g->begin[n + 1]; e++) {
		uint32_t to = g->edge[e] >> EDGE_BITS;
		uint32_t own = (g->edge[e] & EDGE_TAIL ? 0 : frame) +
			       veneer_of(d, to);
		bool checked = is_checked(d, to);
		if (!checked)
			raise_to(free, sum(own, d->free[to]));
		else
			raise_to(free, own);
		if (g->scc[to] != g->scc[n])
			raise_to(all, sum(own, d->all[to]));
	}
}

/* Types, and functions that are part of others now, add to who calls them, as
 * deep as what they call: first, until nothing changes.  Returns the whole
 * depth. */
static uint32_t pass_through(struct depths *d, uint32_t begin, uint32_t end)
{
	uint32_t all = 0;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t k = begin; k < end; k++) {
			uint32_t n = d->g->order[k], was = d->free[n];
			if (n < d->g->nfuncs && d->code[n])
				continue;
			visit(d, n, &all, &d->free[n]);
			again |= d->free[n] != was;
		}
	}
	return all;
}

/* The members of one component: order[begin .. end). */
static void component(struct depths *d, uint32_t begin, uint32_t end)
{
	const struct bound_graph *g = d->g;
	uint32_t all = pass_through(d, begin, end), free = 0;

	for (uint32_t k = begin; k < end; k++) {
		uint32_t n = g->order[k];
		visit(d, n, &all, &free);
		if (g->cyclic[n] || g->foreign[n])
			all = BOUND_NONE;
	}
	for (uint32_t k = begin; k < end; k++) {
		d->all[g->order[k]] = all;
		d->free[g->order[k]] = free;
	}
}

static uint32_t instantiate_depth(const struct depths *d,
				  const struct wasm_module *m)
{
	uint32_t frame = d->code[d->g->nfuncs] ? d->code[d->g->nfuncs]->frame : 0;

	return m->start == UINT32_MAX ? frame : sum(frame + veneer_of(d, m->start),
						       d->all[m->start]);
}

/* Where start is part of it, with a check. */
static uint32_t instantiate_margin(const struct depths *d)
{
	const struct t32_code *c = d->code[d->g->nfuncs];

	if (!c || !c->stack_check)
		return 0;
	return d->m->start == UINT32_MAX ? c->frame :
	       sum(c->frame + veneer_of(d, d->m->start),
		   d->free[d->m->start]);
}

void bound_depths(const struct bound_graph *g, const struct ir_module *im,
		  struct t32_code *const *code, struct arena *a,
		  struct bound *out)
{
	struct depths d = { .g = g, .m = im->wasm, .code = code };
	uint32_t begin = 0;

	d.all = arena_array(a, uint32_t, g->nodes + 1);
	d.free = arena_array(a, uint32_t, g->nodes + 1);
	while (begin < g->nodes) {
		uint32_t end = begin + 1;
		while (end < g->nodes &&
		       g->scc[g->order[end]] == g->scc[g->order[begin]])
			end++;
		component(&d, begin, end);
		begin = end;
	}
	out->margin = 0;
	for (uint32_t f = 0; f < g->nfuncs; f++)
		if (is_checked(&d, f))
			raise_to(&out->margin, d.free[f]);
	raise_to(&out->margin, instantiate_margin(&d));
	d.all[g->nfuncs] = instantiate_depth(&d, im->wasm);
	out->depth = d.all;
}
