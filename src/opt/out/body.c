/* body.c - the last look at a body, and its bytes. */
#include "opt/out/plan.h"
#include "opt/pass.h"
#include "wasm/encode.h"

enum { MAX_VALUES = 60000, MAX_BLOCKS = 8000 };

/* --- small improvements -------------------------------------------------------- */

/* The comparison that is true where op is not; op itself when there is none
 * (an unordered float compares false both ways). */
static enum op negated(enum op op)
{
	switch (op) {
#define PAIR(a, b) case OP_##a: return OP_##b; case OP_##b: return OP_##a;
#define ALL(t)                           \
	PAIR(t##_EQ, t##_NE)             \
	PAIR(t##_LT_S, t##_GE_S)         \
	PAIR(t##_LT_U, t##_GE_U)         \
	PAIR(t##_GT_S, t##_LE_S)         \
	PAIR(t##_GT_U, t##_LE_U)
	ALL(I32)
	ALL(I64)
	PAIR(F32_EQ, F32_NE)
	PAIR(F64_EQ, F64_NE)
#undef ALL
#undef PAIR
	default: return op;
	}
}

static bool takes_condition(enum op op)
{
	return op == OP_IF || op == OP_BR_IF;
}

/* What was written before a condition is used, simplified: c; eqz; eqz is c,
 * a comparison and eqz are another comparison, c != 0 is c. */
static void condition(struct wasm_ins *w, uint32_t *n)
{
	while (*n >= 2) {
		struct wasm_ins *last = &w[*n - 1], *before = &w[*n - 2];
		if (last->op == OP_I32_EQZ && before->op == OP_I32_EQZ) {
			*n -= 2;
		} else if (last->op == OP_I32_EQZ &&
			   negated(before->op) != before->op) {
			before->op = negated(before->op);
			*n -= 1;
		} else if (last->op == OP_I32_NE &&
			   before->op == OP_I32_CONST && !before->imm) {
			*n -= 2;
		} else {
			break;
		}
	}
}

/* Adds one instruction to w[0 .. *n), joined with what is there. */
static void join(struct wasm_ins *w, uint32_t *n, struct wasm_ins i)
{
	struct wasm_ins *last = *n ? &w[*n - 1] : NULL;
	bool same = last && last->index == i.index;

	if (takes_condition(i.op))
		condition(w, n);
	if (same && last->op == OP_LOCAL_SET && i.op == OP_LOCAL_GET)
		last->op = OP_LOCAL_TEE;
	else if (same && last->op == OP_LOCAL_TEE && i.op == OP_LOCAL_SET)
		last->op = OP_LOCAL_SET;
	else if (same && last->op == OP_LOCAL_GET && i.op == OP_LOCAL_SET)
		*n -= 1;
	else
		w[(*n)++] = i;
}

static bool is_zero(const struct wasm_ins *i)
{
	return (i->op == OP_I32_CONST || i->op == OP_I64_CONST ||
		i->op == OP_F32_CONST || i->op == OP_F64_CONST) && !i->imm;
}

/* Locals begin as zero: a zero that is the first thing set needs no code.  In
 * front of the first loop what comes first in the text comes first in time. */
static void drop_zeros(struct out *o)
{
	bool *written = arena_array(o->a, bool, o->types.n);
	struct wasm_ins *w = o->code.at;
	uint32_t n = 0;

	for (uint32_t k = 0; k < o->f->type.nparams; k++)
		written[k] = true;
	for (uint32_t k = 0, loops = 0; k < o->code.n; k++) {
		bool set = w[k].op == OP_LOCAL_SET || w[k].op == OP_LOCAL_TEE;
		loops += w[k].op == OP_LOOP;
		if (w[k].op == OP_LOCAL_SET && !loops && n &&
		    is_zero(&w[n - 1]) && !written[w[k].index]) {
			n--;
			continue;
		}
		if (set)
			written[w[k].index] = true;
		w[n++] = w[k];
	}
	o->code.n = n;
}

static void improve(struct out *o)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < o->code.n; k++)
		join(o->code.at, &n, o->code.at[k]);
	o->code.n = n;
}

/* --- labels ------------------------------------------------------------------------- */

static bool opens(enum op op)
{
	return op == OP_BLOCK || op == OP_LOOP || op == OP_IF;
}

static uint32_t *count_labels(struct out *o)
{
	uint32_t *used = arena_array(o->a, uint32_t,
				     2 * (size_t)o->f->blocks.n + 3);

	for (uint32_t k = 0; k < o->code.n; k++) {
		const struct wasm_ins *i = &o->code.at[k];
		if (i->op == OP_BR || i->op == OP_BR_IF)
			used[i->index]++;
		for (uint32_t j = 0; i->op == OP_BR_TABLE && j <= i->nlabels;
		     j++)
			used[i->labels[j]]++;
	}
	return used;
}

/* Takes out blocks and loops that nothing jumps to. */
static void drop_blocks(struct out *o)
{
	uint32_t *used = count_labels(o), n = 0, depth = 0;
	bool *dropped = arena_array(o->a, bool, o->code.n);

	for (uint32_t k = 0; k < o->code.n; k++) {
		struct wasm_ins i = o->code.at[k];
		if (opens(i.op)) {
			dropped[depth] = i.op != OP_IF && !used[i.index];
			if (dropped[depth++])
				continue;
		} else if (i.op == OP_END && dropped[--depth]) {
			continue;
		}
		o->code.at[n++] = i;
	}
	o->code.n = n;
}

static uint32_t depth_of(const uint32_t *open, uint32_t n, uint32_t label)
{
	uint32_t d = 0;

	while (d < n && open[n - 1 - d] != label)
		d++;
	CHECK(d < n);
	return d;
}

/* Labels become depths. */
static void resolve(struct out *o)
{
	uint32_t *open = arena_array(o->a, uint32_t, o->code.n), n = 0;

	for (uint32_t k = 0; k < o->code.n; k++) {
		struct wasm_ins *i = &o->code.at[k];
		if (opens(i->op))
			open[n++] = i->index;
		else if (i->op == OP_END)
			n--;
		else if (i->op == OP_BR || i->op == OP_BR_IF)
			i->index = depth_of(open, n, i->index);
		if (i->op != OP_BR_TABLE)
			continue;
		uint32_t *l = arena_array(o->a, uint32_t, i->nlabels + 1);
		for (uint32_t j = 0; j <= i->nlabels; j++)
			l[j] = depth_of(open, n, i->labels[j]);
		i->labels = l;
	}
}

/* A return in front of the end is not needed; a body with results that ends
 * with a nested `end` does not get there. */
static void finish(struct out *o)
{
	enum op last = o->code.n ? vec_last(&o->code).op : OP_NOP;

	if (last == OP_RETURN)
		o->code.n--;
	else if (last == OP_END && o->f->type.nresults)
		out_put(o, (struct wasm_ins){ .op = OP_UNREACHABLE });
	out_put(o, (struct wasm_ins){ .op = OP_END });
}

void out_body(struct out *o, struct buf *body)
{
	uint32_t first = o->f->type.nparams;

	drop_blocks(o);
	improve(o);
	drop_zeros(o);
	resolve(o);
	finish(o);
	wasm_encode_locals(o->types.at + first, o->types.n - first, body);
	for (uint32_t k = 0; k < o->code.n; k++)
		wasm_encode_ins(&o->code.at[k], body);
}

/* --- a function ------------------------------------------------------------------------ */

/* The block between b and the target of e that does the copies of e. */
static void split(struct ir_func *f, blk b, uint32_t k)
{
	blk mid = ir_block_new(f);
	uint32_t edge = ir_edges_new(f, mid, 1);
	ref r = ir_new(f, IR_BR, T_NONE, ir_at(f, ir_term(f, b))->at);
	struct ir_edge *e = ir_edge(f, b, k);

	f->edges.at[edge] = *e;
	ir_append(f, mid, r);
	*e = (struct ir_edge){ .to = mid };
}

static bool same_edge(const struct ir_func *f, const struct ir_edge *a,
		      const struct ir_edge *b)
{
	if (a->to != b->to || a->nargs != b->nargs)
		return false;
	for (uint32_t k = 0; k < a->nargs; k++)
		if (f->list.at[a->args + k] != f->list.at[b->args + k])
			return false;
	return true;
}

/* Entries of a br_table cannot copy: each different one gets a block. */
static void split_tables(struct ir_func *f)
{
	uint32_t nblocks = f->blocks.n;

	for (blk b = 0; b < nblocks; b++) {
		if (!f->blocks.at[b].ins.n ||
		    ir_at(f, ir_term(f, b))->op != IR_BR_TABLE)
			continue;
		uint32_t n = f->blocks.at[b].nedges;
		for (uint32_t k = 0; k < n; k++) {
			struct ir_edge was = *ir_edge(f, b, k);
			if (!was.nargs)
				continue;
			split(f, b, k);
			for (uint32_t j = k + 1; j < n; j++)
				if (same_edge(f, ir_edge(f, b, j), &was))
					*ir_edge(f, b, j) = *ir_edge(f, b, k);
		}
	}
}

bool out_func(struct ir_func *f, struct arena *a, struct buf *body)
{
	struct out o = { .f = f, .a = a };

	if (f->ins.n > MAX_VALUES || f->blocks.n > MAX_BLOCKS)
		return false;
	split_tables(f);
	o.c = ir_cfg(f, a);
	o.list = arena_array(a, struct out_list, f->blocks.n);
	o.host = arena_array(a, ref, f->ins.n);
	o.host_k = arena_array(a, uint32_t, f->ins.n);
	o.tee = arena_array(a, bool, f->ins.n);
	o.checked = arena_array(a, bool, f->ins.n);
	out_stack(&o);
	out_locals(&o);
	out_shape(&o);
	if (o.failed)
		return false;
	out_body(&o, body);
	return !o.failed;
}
