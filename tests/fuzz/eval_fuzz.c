/* eval_fuzz.c - any module that validates and needs no import is built,
 * checked, goes through its text and back, and runs without fault. */

#include <string.h>

#include "fuzz.h"
#include "ir/eval.h"

static void round_trip(const struct ir_func *f, struct arena *a)
{
	struct diag_sink s;
	struct buf one, two;

	diag_init(&s, a);
	buf_init(&one, a);
	buf_init(&two, a);
	ir_print(f, &one);
	struct ir_func *g = ir_parse(f->mod, (char *)one.at, one.n, a, &s);
	CHECK(g && !ir_check(g, a));
	ir_print(g, &two);
	CHECK(one.n == two.n && !memcmp(one.at, two.at, one.n));
}

static bool look(void *arena, struct ir_func *f)
{
	CHECK(!ir_check(f, arena));
	round_trip(f, arena);
	return true;
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct eval_options o = { .fuel = 100000, .max_steps = 100000,
				  .max_memory = 1 << 20, .max_depth = 100,
				  .pass = look, .pass_ctx = a };
	struct wasm_module m;
	struct diag_sink s;
	struct eval_instance *in;
	enum hd_trap_kind trap;
	eval_value args[64] = { 0 }, results[64];

	diag_init(&s, a);
	if (!wasm_decode(&m, data, n, &fuzz_limits, a, &s) ||
	    !wasm_validate(&m, &fuzz_limits, a, &s) ||
	    eval_instantiate(eval_store_new(a, &o), &m, &in, &trap, &s) !=
		    EVAL_OK)
		return;
	for (uint32_t k = 0; k < m.funcs.n; k++) {
		const struct wasm_functype *t =
			&m.types.at[m.funcs.at[k].type];
		if (t->nparams <= 64 && t->nresults <= 64 &&
		    eval_call_index(in, k, args, results, &trap) == EVAL_TRAP)
			CHECK(trap != HD_TRAP_HARD_FAULT);
	}
}
