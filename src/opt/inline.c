/* inline.c - puts the bodies of small functions in the place of their calls.
 *
 * The callee is built anew (its optimised form may be under work elsewhere),
 * cleaned up and copied: its entry continues the block of the call, its returns
 * go to the rest of that block.  A function may be copied into itself, once per
 * call: that takes half of the calls out of small recursions.  Wasm offsets are
 * kept, so traps name the function they came from.
 *
 * What is saved is a call and a return.  A function that itself calls costs much
 * more than that, so where it is called from many places that are in no loop,
 * it stays one.
 */
#include "opt/pass.h"

enum {
	MAX_BYTES = 64,		/* of wasm, of a callee */
	MAX_INS = 60,		/* of its IR */
	MAX_GROWTH = 300,	/* instructions that a function may grow by */
	MAX_CALLS = 32,		/* in one function */
	MANY_SITES = 3		/* of one callee */
};

struct inliner {
	struct opt *o;
	struct ir_func *f;
	uint32_t grown, calls;
	blk rest;		/* what stands behind the last call copied in */
	bool in_loop;		/* where calls are looked at now */
	struct map sites;	/* callee -> calls of it that are in no loop */
	bool changed;
};

/* A callee being copied in. */
struct splice {
	struct opt *o;
	struct ir_func *f;
	const struct ir_func *g;
	ref *value;		/* callee's value -> ours */
	blk *block;		/* callee's block -> ours */
	blk head, rest;
	ref call;
};

/* --- callees ------------------------------------------------------------- */

/* Code for several instances takes in only what is the same for them; of whom a
 * function without a number is, instantiation, has no instance. */
static bool may_take(const struct ir_func *f, uint32_t index)
{
	const struct wasm_module *m = f->mod->wasm;
	const struct ir_func_facts *facts = f->mod->func;

	return f->index >= m->funcs.n || !facts[f->index].group ||
	       facts[f->index].group == facts[index].group;
}

static bool wanted(const struct inliner *n, uint32_t index)
{
	const struct wasm_module *m = n->f->mod->wasm;

	if (index < m->nimported[WASM_FUNC] || index >= m->funcs.n ||
	    !may_take(n->f, index))
		return false;
	if (n->o->options->always)
		return n->o->options->always[index];
	return n->grown <= MAX_GROWTH &&
	       m->funcs.at[index].end - m->funcs.at[index].begin <= MAX_BYTES;
}

static uint32_t count_ins(const struct ir_func *g)
{
	uint32_t n = 0;

	for (blk b = 0; b < g->blocks.n; b++)
		for (uint32_t k = 0; k < g->blocks.at[b].ins.n; k++)
			n += ir_at(g, g->blocks.at[b].ins.at[k])->op != IR_CONST;
	return n;
}

static bool calls(const struct ir_func *g)
{
	for (blk b = 0; b < g->blocks.n; b++)
		for (uint32_t k = 0; k < g->blocks.at[b].ins.n; k++) {
			unsigned op = ir_at(g, g->blocks.at[b].ins.at[k])->op;
			if (op == IR_CALL || op == IR_CALL_INDIRECT)
				return true;
		}
	return false;
}

/* It comes back, and only by plain returns. */
static bool returns(const struct ir_func *g)
{
	bool found = false;

	for (blk b = 0; b < g->blocks.n; b++) {
		if (!g->blocks.at[b].ins.n)
			continue;
		unsigned op = ir_at(g, ir_term(g, b))->op;
		if (op == IR_RETURN_CALL || op == IR_RETURN_CALL_INDIRECT)
			return false;
		found |= op == IR_RETURN;
	}
	return found;
}

static struct ir_func *callee(const struct inliner *n, uint32_t index)
{
	static const char clean[] = "tidy,fold,backpressure,gvn,dce,tidy";
	const struct opt_options *o = n->o->options;
	struct diag_sink sink;
	struct ir_func *g;

	diag_init(&sink, n->o->tmp);
	if (o->body)
		g = o->body(o->ctx, index, n->f->arena);
	else
		g = ir_build(n->f->mod, index, n->f->arena, &sink);
	if (!g)
		return NULL;
	struct opt_options light = { .passes = clean, .scratch = n->o->tmp };
	opt_run(g, &light, NULL);
	return returns(g) ? g : NULL;
}

/* --- copying ------------------------------------------------------------- */

static ref ours(const struct splice *s, ref r)
{
	return r ? s->value[r] : 0;
}

/* Values of the callee get their numbers here before operands are looked at. */
static void number(struct splice *s, blk b)
{
	const struct ir_block *p = &s->g->blocks.at[b];

	for (uint32_t k = 0; b && k < p->params.n; k++)
		s->value[p->params.at[k]] = ir_param_new(s->f, s->block[b],
				(enum type)ir_at(s->g, p->params.at[k])->type);
	for (uint32_t k = 0; k < p->ins.n; k++) {
		struct ir_ins i = *ir_at(s->g, p->ins.at[k]);
		ref r;
		if (i.op == IR_CONST) {
			r = opt_const(s->o, (enum type)i.type, i.imm);
		} else {
			r = ir_new(s->f, i.op, (enum type)i.type, i.at);
			ir_append(s->f, s->block[b], r);
		}
		s->value[p->ins.at[k]] = r;
	}
}

static uint32_t copy_list(struct splice *s, uint32_t from, uint32_t n)
{
	uint32_t at = s->f->list.n;

	vec_reserve(s->f->arena, &s->f->list, n);
	for (uint32_t k = 0; k < n; k++)
		s->f->list.at[at + k] = ours(s, s->g->list.at[from + k]);
	s->f->list.n += n;
	return at;
}

static void fill_ins(struct splice *s, ref from)
{
	const struct ir_ins *i = ir_at(s->g, from);
	struct ir_ins *to = ir_at(s->f, s->value[from]);

	to->nargs = i->nargs;
	to->flags = i->flags;
	to->aux = i->aux;
	to->imm = i->imm;
	to->nlist = i->nlist;
	for (unsigned k = 0; k < 3; k++)
		to->arg[k] = ours(s, i->arg[k]);
	if (i->nlist)
		to->list = copy_list(s, i->list, i->nlist);
	if (i->op == IR_RETURN)
		to->op = IR_BR;
}

static void fill_edges(struct splice *s, blk b)
{
	uint32_t n = s->g->blocks.at[b].nedges;

	ir_edges_new(s->f, s->block[b], n);
	for (uint32_t k = 0; k < n; k++) {
		const struct ir_edge *e = ir_edge(s->g, b, k);
		struct ir_edge *to = ir_edge(s->f, s->block[b], k);
		to->to = s->block[e->to];
		to->nargs = e->nargs;
		to->args = copy_list(s, e->args, e->nargs);
	}
}

/* A return goes on behind the call with its values. */
static void fill_return(struct splice *s, blk b)
{
	ref t = ir_term(s->f, s->block[b]);
	struct ir_ins *i = ir_at(s->f, t);

	ir_edges_new(s->f, s->block[b], 1);
	struct ir_edge *e = ir_edge(s->f, s->block[b], 0);
	e->to = s->rest;
	e->args = i->list;
	e->nargs = i->nlist;
	i->nargs = 0;
	i->nlist = 0;
	i->arg[0] = 0;
}

static void fill_block(struct splice *s, blk b)
{
	const struct ir_block *p = &s->g->blocks.at[b];

	for (uint32_t k = 0; k < p->ins.n; k++)
		if (ir_at(s->g, p->ins.at[k])->op != IR_CONST)
			fill_ins(s, p->ins.at[k]);
	if (ir_at(s->g, ir_term(s->g, b))->op == IR_RETURN)
		fill_return(s, b);
	else
		fill_edges(s, b);
}

static void copy_cuts(struct splice *s)
{
	for (uint32_t k = 0; k < s->g->cuts.n; k++) {
		struct ir_cut c = s->g->cuts.at[k];
		c.block = s->block[c.block];
		c.refs = copy_list(s, c.refs, c.n);
		vec_push(s->f->arena, &s->f->cuts, c);
	}
}

/* --- the call ------------------------------------------------------------ */

/* Moves what stands behind the call into a block of its own. */
static void split(struct splice *s, uint32_t k)
{
	struct ir_func *f = s->f;

	s->rest = ir_block_new(f);
	struct ir_block *b = &f->blocks.at[s->head];
	struct ir_block *r = &f->blocks.at[s->rest];
	r->at = ir_at(f, s->call)->at;
	r->likely = b->likely;
	r->edge = b->edge;
	r->nedges = b->nedges;
	b->nedges = 0;
	uint32_t n = b->ins.n;
	b->ins.n = k;
	for (uint32_t j = k + 1; j < n; j++)
		ir_append(f, s->rest, f->blocks.at[s->head].ins.at[j]);
}

/* The results of the call become parameters of the rest. */
static void replace_results(struct splice *s)
{
	struct ir_func *f = s->f;
	const struct wasm_functype *t = &s->g->type;
	ref *param = arena_array(s->o->tmp, ref, t->nresults + 1);

	for (uint32_t k = 0; k < t->nresults; k++)
		param[k] = ir_param_new(f, s->rest, (enum type)t->result[k]);
	const struct ir_block *r = &f->blocks.at[s->rest];
	ref *map = arena_array(s->o->tmp, ref, f->ins.n);
	if (t->nresults)
		map[s->call] = param[0];
	for (uint32_t k = 0; k < r->ins.n; k++) {
		const struct ir_ins *i = ir_at(f, r->ins.at[k]);
		if (i->op == IR_RESULT && i->arg[0] == s->call)
			map[r->ins.at[k]] = param[i->imm];
	}
	ir_replace(f, map);
	for (uint32_t k = 0; k < r->ins.n; k++)
		if (map[r->ins.at[k]])
			opt_kill(f, r->ins.at[k]);
	opt_kill(f, s->call);
}

static void inline_call(struct inliner *n, blk b, uint32_t k,
			const struct ir_func *g)
{
	struct ir_func *f = n->f;
	struct splice s = { .o = n->o, .f = f, .g = g, .head = b,
			    .call = f->blocks.at[b].ins.at[k] };
	const struct ir_ins *call = ir_at(f, s.call);

	s.value = arena_array(n->o->tmp, ref, g->ins.n);
	s.block = arena_array(n->o->tmp, blk, g->blocks.n);
	for (uint32_t p = 0; p < g->blocks.at[0].params.n; p++)
		s.value[g->blocks.at[0].params.at[p]] =
			f->list.at[call->list + p];
	split(&s, k);
	s.block[0] = b;
	for (blk x = 1; x < g->blocks.n; x++)
		if (g->blocks.at[x].ins.n) {
			s.block[x] = ir_block_new(f);
			f->blocks.at[s.block[x]].at = g->blocks.at[x].at;
			f->blocks.at[s.block[x]].likely = g->blocks.at[x].likely;
		}
	for (blk x = 0; x < g->blocks.n; x++)
		if (g->blocks.at[x].ins.n)
			number(&s, x);
	for (blk x = 0; x < g->blocks.n; x++)
		if (g->blocks.at[x].ins.n)
			fill_block(&s, x);
	copy_cuts(&s);
	replace_results(&s);
	opt_sweep(f);
	n->rest = s.rest;
	n->changed = true;
}

static void count_sites(struct inliner *n)
{
	const struct opt *o = n->o;

	map_init(&n->sites, o->tmp);
	for (uint32_t k = 0; k < o->cfg->nrpo; k++) {
		blk b = o->cfg->rpo[k];
		const struct ir_block *p = &n->f->blocks.at[b];
		for (uint32_t j = 0; j < p->ins.n && !o->cfg->depth[b]; j++) {
			const struct ir_ins *i = ir_at(n->f, p->ins.at[j]);
			if (i->op == IR_CALL)
				++*map_put(&n->sites, i->aux);
		}
	}
}

/* Does the copy pay? */
static bool pays(const struct inliner *n, uint32_t index,
		 const struct ir_func *g)
{
	if (n->o->options->always)
		return true;
	if (count_ins(g) > MAX_INS)
		return false;
	const uint32_t *sites = map_get(&n->sites, index);
	return n->in_loop || !sites || *sites < MANY_SITES ||
	       index == n->f->index || !calls(g);
}

/* The first call of block b that can be inlined; moves on behind it. */
static bool visit_block(struct inliner *n, blk b)
{
	for (uint32_t k = 0; k < n->f->blocks.at[b].ins.n; k++) {
		const struct ir_ins *i = ir_at(n->f, n->f->blocks.at[b].ins.at[k]);
		if (i->op != IR_CALL || !wanted(n, i->aux) ||
		    n->calls == MAX_CALLS)
			continue;
		const struct ir_func *g = callee(n, i->aux);
		if (!g || !pays(n, i->aux, g))
			continue;
		n->grown += count_ins(g);
		n->calls++;
		inline_call(n, b, k, g);
		return true;
	}
	return false;
}

static bool run(struct opt *o)
{
	struct inliner n = { .o = o, .f = o->f };
	uint32_t blocks = o->f->blocks.n;

	if (o->options->size && !o->options->always)
		return false;
	count_sites(&n);
	/* what comes in is not looked at; the rest of a split block is */
	for (blk b = 0; b < blocks; b++) {
		blk at = b;
		n.in_loop = o->cfg->depth[b] > 0;
		while (visit_block(&n, at))
			at = n.rest;
	}
	return n.changed;
}

const struct pass pass_inline = {
	.name = "inline",
	.help = "put small functions in the place of their calls",
	.run = run,
	.needs = OPT_CFG,
};
