/* contract.c - what the columns of intrinsic.def say of a call. */
#include "opt/async/contract.h"

enum { PTR = 1, LEN = 2 };
static const uint32_t LEAST_CODE = 0u - 6;	/* HD_RUNTIME */

const struct intrinsic_info *contract_of(const struct ir_func *f, ref r)
{
	const struct ir_ins *i = ir_at(f, r);

	if (i->op != IR_CALL)
		return NULL;
	int k = intrinsic_of(f->mod->wasm, i->aux);
	return k < 0 ? NULL : &intrinsic_info[k];
}

static ref param(const struct ir_func *f, ref call, uint32_t k)
{
	return f->list.at[ir_at(f, call)->list + k];
}

struct range contract_result(const struct ranges *g, ref r)
{
	const struct intrinsic_info *x = contract_of(g->f, r);
	uint32_t most;

	switch (x ? x->result : RESULT_ANY) {
	case RESULT_COUNT:
		most = range_umax(range_at(g, param(g->f, r, LEN)));
		return range_of(LEAST_CODE,
				most < INT32_MAX ? most : INT32_MAX);
	case RESULT_FLAG:
		return range_of(LEAST_CODE, 1);
	case RESULT_CODE:
		return range_of(0, 6);
	default:
		return range_full();
	}
}

bool contract_buffer(const struct ir_func *f, ref r,
		     struct contract_buffer *out)
{
	const struct intrinsic_info *x = contract_of(f, r);
	uint64_t mem = 0;

	if (!x || x->buffer == BUFFER_NONE)
		return false;
	if (x->mem >= 0 && !opt_is_const(f, param(f, r, (uint32_t)x->mem), &mem))
		return false;
	*out = (struct contract_buffer){ .use = x->buffer,
					 .ptr = param(f, r, PTR),
					 .mem = (uint32_t)mem };
	if (x->buffer == BUFFER_FILL || x->buffer == BUFFER_TAKE)
		out->len = param(f, r, LEN);
	return mem < f->mod->wasm->memories.n;
}
