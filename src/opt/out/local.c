/* local.c - which local holds which value.
 *
 * Liveness over the code as it will be written (the operand stack is decided
 * before), interference between values of one type, then colours: a block
 * parameter and its arguments share a local where they can, which saves the
 * copy.
 */
#include "opt/out/plan.h"

struct neighbours {
	VEC(ref) v;
};

struct alloc {
	struct out *o;
	struct ir_func *f;
	uint32_t *dense;	/* value -> place in value, UINT32_MAX none */
	VEC(ref) value;
	struct bitset *in;	/* per block, over places */
	struct neighbours *near;	/* by place */
	uint32_t *class;		/* values with one local, by place */
	struct neighbours *member;	/* of each class */
	uint32_t *begin, *end;	/* per block: its events in o->code */
};

static bool is_read(enum op op)
{
	return op == OP_LOCAL_GET;
}

static bool is_written(enum op op)
{
	return op == OP_LOCAL_SET || op == OP_LOCAL_TEE;
}

static void number(struct alloc *a, ref v)
{
	if (a->dense[v] != UINT32_MAX)
		return;
	a->dense[v] = a->value.n;
	vec_push(a->o->a, &a->value, v);
}

/* --- events ------------------------------------------------------------------ */

/* What the terminator of b reads.  Arguments that are in locals come last: one
 * that shares its local with the parameter is not pushed, so nothing that is
 * computed for the other arguments may overwrite it. */
static void ends(struct alloc *a, blk b)
{
	ref r = ir_term(a->f, b);
	uint32_t n = out_operands(a->f, r);
	bool late = ir_at(a->f, r)->op == IR_BR;

	for (int pass = late ? 0 : 1; pass < 2; pass++)
		for (uint32_t k = 0; k < n; k++) {
			ref v = out_operand(a->f, r, k);
			bool here = a->o->host[v] == r && a->o->host_k[v] == k;
			if (!late || here == (pass == 0))
				out_value(a->o, r, k, v);
		}
}

static void events(struct alloc *a)
{
	const struct ir_cfg *c = a->o->c;

	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk b = c->rpo[k];
		const struct ir_block *p = &a->f->blocks.at[b];
		for (uint32_t j = 0; j < p->params.n; j++)
			number(a, p->params.at[j]);
		a->begin[b] = a->o->code.n;
		out_block(a->o, b);
		ends(a, b);
		a->end[b] = a->o->code.n;
		for (uint32_t j = a->begin[b]; j < a->end[b]; j++)
			if (is_written(a->o->code.at[j].op))
				number(a, a->o->code.at[j].index);
	}
}

/* --- liveness ------------------------------------------------------------------ */

static void use(struct alloc *a, struct bitset *live, ref v)
{
	if (a->dense[v] != UINT32_MAX)
		bitset_add(live, a->dense[v]);
}

/* What is live behind the code of b: what its successors want, less their
 * parameters, and arguments that are read on the edge itself. */
static void live_out(struct alloc *a, blk b, struct bitset *live)
{
	const struct ir_block *p = &a->f->blocks.at[b];
	bool apart = ir_at(a->f, ir_term(a->f, b))->op != IR_BR;

	bitset_clear(live);
	for (uint32_t k = 0; k < p->nedges; k++)
		bitset_or(live, &a->in[ir_edge(a->f, b, k)->to]);
	for (uint32_t k = 0; k < p->nedges && apart; k++) {
		const struct ir_edge *e = ir_edge(a->f, b, k);
		for (uint32_t j = 0; j < e->nargs; j++)
			use(a, live, a->f->list.at[e->args + j]);
	}
}

static void meet(struct alloc *a, uint32_t x, uint32_t y)
{
	const struct ir_func *f = a->f;

	if (x == y || f->ins.at[a->value.at[x]].type !=
			      f->ins.at[a->value.at[y]].type)
		return;
	vec_push(a->o->a, &a->near[x].v, y);
	vec_push(a->o->a, &a->near[y].v, x);
}

static void meet_all(struct alloc *a, uint32_t x, const struct bitset *live)
{
	for (uint32_t w = 0; w < (live->n + 63) / 64; w++)
		for (uint64_t bits = live->w[w]; bits; bits &= bits - 1) {
			uint32_t k = 0;
			while (!(bits >> k & 1))
				k++;
			meet(a, x, w * 64 + k);
		}
}

/* Backwards over the code of b; with `record`, what is written meets what is
 * live then. */
static void walk(struct alloc *a, blk b, struct bitset *live, bool record)
{
	const struct ir_block *p = &a->f->blocks.at[b];

	live_out(a, b, live);
	for (uint32_t k = a->end[b]; k-- > a->begin[b];) {
		const struct wasm_ins *i = &a->o->code.at[k];
		if (is_read(i->op)) {
			use(a, live, i->index);
		} else if (is_written(i->op)) {
			uint32_t x = a->dense[i->index];
			if (record)
				meet_all(a, x, live);
			bitset_del(live, x);
		}
	}
	/* parameters are all written at once, before anything here is read */
	for (uint32_t k = 0; k < p->params.n; k++) {
		uint32_t x = a->dense[p->params.at[k]];
		if (record)
			meet_all(a, x, live);
		for (uint32_t j = 0; record && j < k; j++)
			meet(a, x, a->dense[p->params.at[j]]);
	}
	for (uint32_t k = 0; k < p->params.n; k++)
		bitset_del(live, a->dense[p->params.at[k]]);
}

static void liveness(struct alloc *a)
{
	const struct ir_cfg *c = a->o->c;
	struct bitset live = bitset_new(a->o->a, a->value.n);
	bool again = true;

	for (uint32_t k = 0; k < c->nrpo; k++)
		a->in[c->rpo[k]] = bitset_new(a->o->a, a->value.n);
	while (again) {
		again = false;
		for (uint32_t k = c->nrpo; k-- > 0;) {
			walk(a, c->rpo[k], &live, false);
			again |= bitset_or(&a->in[c->rpo[k]], &live);
		}
	}
	for (uint32_t k = 0; k < c->nrpo; k++)
		walk(a, c->rpo[k], &live, true);
}

/* --- classes --------------------------------------------------------------------- */

/* Does a member of class x meet one of class y? */
static bool classes_meet(const struct alloc *a, uint32_t x, uint32_t y)
{
	for (uint32_t k = 0; k < a->member[x].v.n; k++) {
		const struct neighbours *n = &a->near[a->member[x].v.at[k]];
		for (uint32_t j = 0; j < n->v.n; j++)
			if (a->class[n->v.at[j]] == y)
				return true;
	}
	return false;
}

/* Entry parameters have a local already: their class keeps its number. */
static void merge(struct alloc *a, uint32_t x, uint32_t y)
{
	if (x == y)
		return;
	uint32_t keep = x < y ? x : y, gone = x < y ? y : x;
	bool fewer = a->member[x].v.n < a->member[y].v.n;

	if (fewer ? classes_meet(a, x, y) : classes_meet(a, y, x))
		return;
	for (uint32_t k = 0; k < a->member[gone].v.n; k++) {
		a->class[a->member[gone].v.at[k]] = keep;
		vec_push(a->o->a, &a->member[keep].v,
			 a->member[gone].v.at[k]);
	}
	a->member[gone].v.n = 0;
}

static void merge_edges(struct alloc *a, blk b)
{
	for (uint32_t j = 0; j < a->f->blocks.at[b].nedges; j++) {
		const struct ir_edge *e = ir_edge(a->f, b, j);
		const struct ir_block *to = &a->f->blocks.at[e->to];
		for (uint32_t n = 0; n < e->nargs; n++) {
			uint32_t x = a->dense[a->f->list.at[e->args + n]];
			uint32_t y = a->dense[to->params.at[n]];
			if (x != UINT32_MAX)
				merge(a, a->class[x], a->class[y]);
		}
	}
}

/* Values that an edge copies into each other become one class where they do
 * not meet; the innermost loops choose first. */
static void classes(struct alloc *a)
{
	const struct ir_cfg *c = a->o->c;
	uint32_t deepest = 0;

	a->class = arena_array(a->o->a, uint32_t, a->value.n);
	a->member = arena_array(a->o->a, struct neighbours, a->value.n);
	for (uint32_t x = 0; x < a->value.n; x++) {
		a->class[x] = x;
		vec_push(a->o->a, &a->member[x].v, x);
	}
	for (uint32_t k = 0; k < c->nrpo; k++)
		if (c->depth[c->rpo[k]] > deepest)
			deepest = c->depth[c->rpo[k]];
	for (uint32_t d = deepest + 1; d-- > 0;)
		for (uint32_t k = c->nrpo; k-- > 0;)
			if (c->depth[c->rpo[k]] == d)
				merge_edges(a, c->rpo[k]);
}

/* --- colours --------------------------------------------------------------------- */

/* The first local of the type that no neighbour of class x has. */
static uint32_t choose(struct alloc *a, uint32_t x, uint32_t *taken)
{
	struct out *o = a->o;
	uint8_t type = a->f->ins.at[a->value.at[x]].type;

	for (uint32_t k = 0; k < a->member[x].v.n; k++) {
		const struct neighbours *n = &a->near[a->member[x].v.at[k]];
		for (uint32_t j = 0; j < n->v.n; j++) {
			uint32_t l = o->local[a->value.at[n->v.at[j]]];
			if (l != UINT32_MAX)
				taken[l] = x + 1;
		}
	}
	for (uint32_t l = 0; l < o->types.n; l++)
		if (o->types.at[l] == type && taken[l] != x + 1)
			return l;
	vec_push(o->a, &o->types, type);
	return o->types.n - 1;
}

static void give(struct alloc *a, uint32_t x, uint32_t local)
{
	for (uint32_t k = 0; k < a->member[x].v.n; k++)
		a->o->local[a->value.at[a->member[x].v.at[k]]] = local;
}

static void colour(struct alloc *a)
{
	struct out *o = a->o;
	const struct ir_block *entry = &a->f->blocks.at[0];
	uint32_t *taken = arena_array(o->a, uint32_t,
				      a->value.n + a->f->type.nparams);

	o->local = arena_array(o->a, uint32_t, a->f->ins.n);
	for (uint32_t k = 0; k < a->f->ins.n; k++)
		o->local[k] = UINT32_MAX;
	for (uint32_t k = 0; k < a->f->type.nparams; k++)
		vec_push(o->a, &o->types, a->f->type.param[k]);
	for (uint32_t k = 0; k < entry->params.n; k++) {
		ref p = entry->params.at[k];
		give(a, a->class[a->dense[p]], (uint32_t)a->f->ins.at[p].imm);
	}
	for (uint32_t x = 0; x < a->value.n; x++)
		if (a->member[x].v.n &&
		    o->local[a->value.at[x]] == UINT32_MAX)
			give(a, x, choose(a, x, taken));
}

/* Locals behind the parameters are numbered by type, so that they are declared
 * in few groups. */
static void renumber(struct out *o)
{
	uint32_t first = o->f->type.nparams, next = first;
	uint32_t *to = arena_array(o->a, uint32_t, o->types.n);
	uint8_t *types = arena_array(o->a, uint8_t, o->types.n);

	for (uint32_t l = 0; l < first; l++)
		to[l] = l;
	for (unsigned t = T_I32; t < T_BOTTOM; t++)
		for (uint32_t l = first; l < o->types.n; l++)
			if (o->types.at[l] == t) {
				types[next] = (uint8_t)t;
				to[l] = next++;
			}
	for (uint32_t l = first; l < o->types.n; l++)
		o->types.at[l] = types[l];
	for (ref r = 0; r < o->f->ins.n; r++)
		if (o->local[r] != UINT32_MAX)
			o->local[r] = to[o->local[r]];
}

void out_locals(struct out *o)
{
	uint32_t nb = o->f->blocks.n;
	struct alloc a = { .o = o, .f = o->f };

	a.dense = arena_array(o->a, uint32_t, o->f->ins.n);
	for (ref r = 0; r < o->f->ins.n; r++)
		a.dense[r] = UINT32_MAX;
	a.begin = arena_array(o->a, uint32_t, nb);
	a.end = arena_array(o->a, uint32_t, nb);
	a.in = arena_array(o->a, struct bitset, nb);
	events(&a);
	a.near = arena_array(o->a, struct neighbours, a.value.n);
	liveness(&a);
	classes(&a);
	colour(&a);
	renumber(o);
	o->code.n = 0;
}
