/* ir_fault_test.c - running out of memory at every point of building, checking,
 * printing, parsing and evaluating.
 *
 * The nth block of an arena is refused, n = 1, 2, ... until the entry ends;
 * then a limit of held memory grows until it ends.  Each failure must come
 * out at the setjmp, with nothing left behind (the sanitizer build looks).
 */
#include <string.h>

#include "ir/eval.h"
#include "ir_eval_module.h"
#include "tap.h"
#include "wasm_build.h"

static struct wasm_module m;	/* decoded once, in its own arena */

static void run_text(struct arena *a)
{
	struct ir_module im;
	struct ir_options o = { .open = true, .fuel = true };
	struct diag_sink s;

	diag_init(&s, a);
	ir_module_init(&im, &m, &o, a);
	for (uint32_t k = m.nimported[WASM_FUNC]; k < m.funcs.n; k++) {
		struct buf b;
		struct ir_func *f = ir_build(&im, k, a, &s);
		CHECK(f && !ir_check(f, a));
		buf_init(&b, a);
		ir_print(f, &b);
		f = ir_parse(&im, (char *)b.at, b.n, a, &s);
		CHECK(f && !ir_check(f, a));
	}
}

static enum hd_trap_kind host(void *ctx, const eval_value *args,
			      eval_value *results)
{
	(void)ctx;
	results[0] = args[0];
	return HD_TRAP_NONE;
}

static void run_eval(struct arena *a)
{
	static uint8_t param[] = { T_I32, T_I64 }, result[] = { T_I64 };
	struct wasm_functype t = { .param = param, .result = result,
				   .nparams = 2, .nresults = 1 };
	struct eval_options o = { .fuel = -1, .max_depth = 300 };
	struct eval_store *st = eval_store_new(a, &o);
	struct eval_instance *in;
	enum hd_trap_kind trap;
	struct diag_sink s;
	eval_value v = 1, r;

	diag_init(&s, a);
	eval_define_func(st, "h", "f", &t, host, NULL);
	CHECK(eval_instantiate(st, &m, &in, &trap, &s) == EVAL_OK);
	CHECK(eval_call(in, "rec", NULL, NULL, &trap) == EVAL_TRAP);
	CHECK(eval_call(in, "host", &v, &r, &trap) == EVAL_OK && r == 1);
	/* memory.grow fails softly: -1 when there is no memory */
	CHECK(eval_call(in, "grow", &v, &r, &trap) == EVAL_OK);
	CHECK(r == 1 || r == 0xffffffff);
}

static const struct entry {
	const char *name;
	void (*run)(struct arena *a);
} entries[] = {
	{ "build, check, print, parse", run_text },
	{ "evaluate", run_eval },
};

/* True when the entry ended; false when memory ran out. */
static bool attempt(const struct entry *e, unsigned long nth, size_t limit)
{
	struct arena a;
	jmp_buf oom;
	volatile bool ended = false;

	arena_init(&a, &oom);
	a.limit = limit;
	arena_fail_at = nth;
	if (setjmp(oom) == 0) {
		e->run(&a);
		ended = true;
	}
	arena_fail_at = 0;
	arena_fini(&a);
	return ended;
}

int main(void)
{
	struct arena arena;
	struct diag_sink s;
	struct buf b;

	arena_init(&arena, NULL);
	diag_init(&s, &arena);
	buf_init(&b, &arena);
	put_hex(&b, eval_module);
	CHECK(wasm_decode(&m, b.at, b.n, &wasm_default_limits, &arena, &s) &&
	      wasm_validate(&m, &wasm_default_limits, &arena, &s));
	for (size_t k = 0; k < ARRAY_LEN(entries); k++) {
		unsigned long n = 1;
		size_t limit = 1000;
		while (n < 2000 && !attempt(&entries[k], n, SIZE_MAX))
			n++;
		ok(n > 1 && n < 2000, "%s: %lu points of failure",
		   entries[k].name, n - 1);
		while (limit < (size_t)1 << 24 &&
		       !attempt(&entries[k], 0, limit))
			limit += limit / 4;
		ok(limit < (size_t)1 << 24, "%s: ends within %zu bytes",
		   entries[k].name, limit);
	}
	arena_fini(&arena);
	return done();
}
