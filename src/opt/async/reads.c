/* reads.c - which bytes of memory 0 a function may read.
 *
 * Addresses are as the range analysis knows them; an access that was left
 * unchecked is inside memory all the same.  What intrinsics read on behalf of
 * the function counts as its own (intrinsic.def, column buffer); other imports
 * may read anything.
 */
#include "opt/async/reads.h"

#include "opt/async/contract.h"

struct reader {
	struct arena *a;
	struct opt_reads *out;
};

static void add(struct reader *r, uint64_t from, uint64_t to)
{
	struct opt_read part = { from, to };

	vec_push(r->a, &r->out->part, part);
}

static void add_range(struct reader *r, const struct ranges *g, ref at,
		      uint64_t offset, uint64_t bytes)
{
	struct range v = range_at(g, at);

	add(r, range_umin(v) + offset, range_umax(v) + offset + bytes);
}

static unsigned width(const struct ir_ins *i)
{
	return op_info[i->op].bytes;
}

static void visit_call(struct reader *r, const struct ranges *g, ref call)
{
	const struct ir_func *f = g->f;
	const struct ir_ins *i = ir_at(f, call);
	const struct intrinsic_info *x = contract_of(f, call);
	struct contract_buffer b;

	if (i->aux >= f->mod->wasm->nimported[WASM_FUNC])
		return;
	if (!x || x->buffer == BUFFER_TAKE_SIZED || x->sig[0] == '*') {
		r->out->all = true;
		return;
	}
	if (x->buffer != BUFFER_TAKE)
		return;
	if (!contract_buffer(f, call, &b))
		r->out->all = true;
	else if (b.mem == 0)
		add_range(r, g, b.ptr, 0, range_umax(range_at(g, b.len)));
}

static bool visit(struct ranges *g, ref at)
{
	struct reader *r = g->ctx;
	const struct ir_ins *i = ir_at(g->f, at);

	if (opt_is_load(i->op) && i->aux == 0)
		add_range(r, g, i->arg[0], i->imm, width(i));
	switch (i->op) {
	case IR_CALL:
		visit_call(r, g, at);
		break;
	case IR_MEMORY_COPY:
		if (i->imm == 0)
			add_range(r, g, i->arg[1], 0,
				  range_umax(range_at(g, i->arg[2])));
		break;
	case IR_MEMORY_INIT: case IR_DATA_DROP: case IR_CALL_INDIRECT:
	case IR_RETURN_CALL: case IR_RETURN_CALL_INDIRECT:
		r->out->all = true;
		break;
	default:
		break;
	}
	return false;
}

void opt_reads(struct ir_func *f, struct arena *a, struct opt_reads *out)
{
	struct reader r = { a, out };
	struct opt o = { .f = f, .tmp = f->arena };
	struct ranges g = { .visit = visit, .ctx = &r };

	o.cfg = ir_cfg(f, o.tmp);
	range_walk(&g, &o);
}

bool opt_may_read(const struct opt_reads *r, uint64_t from, uint64_t to)
{
	for (uint32_t k = 0; k < r->part.n; k++)
		if (r->part.at[k].from < to && from < r->part.at[k].to)
			return true;
	return r->all;
}
