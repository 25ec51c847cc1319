/* ir_eval_test.c - facts of modules, and the evaluator's edges: limits, fuel,
 * hosts, traps and their places. */
#include <string.h>

#include "ir/eval.h"
#include "ir_eval_module.h"
#include "tap.h"
#include "wasm_build.h"

static struct arena arena;
static struct diag_sink sink;
static struct wasm_module m;

static void load_module(void)
{
	struct buf b;

	diag_init(&sink, &arena);
	buf_init(&b, &arena);
	put_hex(&b, eval_module);
	CHECK(wasm_decode(&m, b.at, b.n, &wasm_default_limits, &arena, &sink));
	CHECK(wasm_validate(&m, &wasm_default_limits, &arena, &sink));
}

/* --- facts ----------------------------------------------------------------- */

static void test_facts(void)
{
	struct ir_module im;
	struct ir_options o = { .max_memory = 3 * 65536 + 5 };

	ir_module_init(&im, &m, &o, &arena);
	ok(!im.memory[0].fixed && im.memory[0].bytes == 65536,
	   "a memory that is grown is not fixed");
	ok(im.memory[0].capacity == 3 * 65536,
	   "its capacity is the option in whole pages");
	ok(im.table[0].immutable && im.table[0].n == 2 &&
	   im.table[0].func[0] == 1 && im.table[0].func[1] == UINT32_MAX,
	   "a table that nothing writes is known");
	ok(im.global[0].constant && im.global[0].bits == 3,
	   "a global that nothing sets is constant");
	ok(im.func[1].exported && im.func[1].called &&
	   im.func[1].address_taken, "$rec is exported, called, in the table");
	ok(!im.func[2].called && !im.func[2].address_taken,
	   "$loop is neither called nor in the table");
	o.max_memory = 0;
	ir_module_init(&im, &m, &o, &arena);
	ok(im.memory[0].capacity == 65536, "capacity is never below the least");
	o.max_memory = UINT64_MAX;
	ir_module_init(&im, &m, &o, &arena);
	ok(im.memory[0].capacity == 10 * 65536, "nor above the declared");
}

/* --- calls ----------------------------------------------------------------- */

static struct eval_instance *instance;

/* Answers a + b, but traps when a is 0, and calls back when a is 1. */
static enum hd_trap_kind host(void *ctx, const eval_value *args,
			      eval_value *results)
{
	enum hd_trap_kind trap = HD_TRAP_NONE;
	eval_value three = 3, r;

	++*(unsigned *)ctx;
	if (args[0] == 0)
		return HD_TRAP_BUSY;
	if (args[0] == 1) {
		eval_call(instance, "count", &three, &r, &trap);
		results[0] = r;
		return trap;
	}
	if (args[0] == 2) {
		eval_call(instance, "rec", NULL, NULL, &trap);
		return trap;
	}
	results[0] = args[0] + args[1];
	return HD_TRAP_NONE;
}

static unsigned host_calls;

static struct eval_store *start(const struct eval_options *o)
{
	static struct wasm_functype t;
	static uint8_t param[] = { T_I32, T_I64 }, result[] = { T_I64 };
	struct eval_store *st = eval_store_new(&arena, o);
	enum hd_trap_kind trap;

	t = (struct wasm_functype){ .param = param, .result = result,
				    .nparams = 2, .nresults = 1 };
	eval_define_func(st, "h", "f", &t, host, &host_calls);
	CHECK(eval_instantiate(st, &m, &instance, &trap, &sink) == EVAL_OK);
	return st;
}

static const struct call {
	const char *name;
	eval_value arg, result;
	enum hd_trap_kind trap;
} calls[] = {
	{ "count", 4, 12, HD_TRAP_NONE },
	{ "rec", 0, 0, HD_TRAP_STACK },
	{ "count", 1, 3, HD_TRAP_NONE },
	{ "tail", 100000, 42, HD_TRAP_NONE },
	{ "host", 7, 12, HD_TRAP_NONE },
	{ "host", 0, 0, HD_TRAP_BUSY },
	{ "host", 1, 9, HD_TRAP_NONE },
	{ "host", 2, 0, HD_TRAP_STACK },
	{ "host", 3, 8, HD_TRAP_NONE },
	{ "icall", 0, 0, HD_TRAP_STACK },
	{ "icall", 1, 0, HD_TRAP_NULL_ELEM },
	{ "icall", 2, 0, HD_TRAP_UNDEFINED_ELEM },
	{ "load", 65532, 0, HD_TRAP_NONE },
	{ "load", 65533, 0, HD_TRAP_MEMORY_BOUNDS },
	{ "load", 0xffffffff, 0, HD_TRAP_MEMORY_BOUNDS },
	{ "grow", 2, 1, HD_TRAP_NONE },
	{ "load", 65533, 0, HD_TRAP_NONE },
	{ "grow", 1, 0xffffffff, HD_TRAP_NONE },
	{ "grow", 0, 3, HD_TRAP_NONE },
	{ "grow", 0xffffffff, 0xffffffff, HD_TRAP_NONE },
};

static void test_calls(void)
{
	struct eval_options o = { .fuel = -1, .max_depth = 500,
				  .max_memory = 3 * 65536 };

	start(&o);
	for (size_t k = 0; k < ARRAY_LEN(calls); k++) {
		const struct call *c = &calls[k];
		enum hd_trap_kind trap;
		eval_value r = 0;
		enum eval_status s = eval_call(instance, c->name, &c->arg, &r,
					       &trap);
		ok(trap == c->trap && r == c->result &&
		   s == (trap ? EVAL_TRAP : EVAL_OK),
		   "%s(%llu) gives %llu, trap %d", c->name,
		   (unsigned long long)c->arg, (unsigned long long)r,
		   (int)trap);
	}
	ok(host_calls == 5, "the host was called %u times", host_calls);
}

static void test_limits(void)
{
	struct eval_options o = { .fuel = 30, .max_steps = 0 };
	struct eval_store *st = start(&o);
	enum hd_trap_kind trap;
	eval_value n = 4, r;
	uint32_t func, at;

	/* 4 times 9 instructions in the loop, then local.get */
	ok(eval_call(instance, "count", &n, &r, &trap) == EVAL_TRAP &&
	   trap == HD_TRAP_FUEL, "30 units of fuel are not enough");
	ok(eval_fuel(st) == -6, "the last charge went below zero");
	o.fuel = 37;
	st = start(&o);
	ok(eval_call(instance, "count", &n, &r, &trap) == EVAL_OK,
	   "37 are just enough");
	ok(eval_fuel(st) == 0, "and are used up");
	o.fuel = -1;
	o.max_steps = 1000;
	st = start(&o);
	ok(eval_call(instance, "loop", NULL, NULL, &trap) == EVAL_TRAP &&
	   trap == HD_TRAP_FUEL, "an endless loop is stopped");
	n = 65533;
	eval_call(instance, "load", &n, &r, &trap);
	eval_trap_place(st, &func, &at);
	ok(trap == HD_TRAP_MEMORY_BOUNDS && func == 6 && m.bytes[at] == 0x28,
	   "a trap names its function and instruction");
	ok(eval_call(instance, "none", NULL, NULL, &trap) == EVAL_UNLINKABLE,
	   "no such export");
}

static bool drop_checks(void *ctx, struct ir_func *f)
{
	(void)ctx;
	for (ref r = 1; r < f->ins.n; r++)
		if (ir_at(f, r)->op == IR_BOUNDS)
			ir_at(f, r)->flags |= IR_NO_TRAP;
	return true;
}

static void test_wrong_pass(void)
{
	struct eval_options o = { .fuel = -1, .pass = drop_checks };
	enum hd_trap_kind trap;
	eval_value n = 65533, r;

	start(&o);
	ok(eval_call(instance, "load", &n, &r, &trap) == EVAL_TRAP &&
	   trap == HD_TRAP_HARD_FAULT,
	   "an unchecked access out of bounds is seen");
}

static void test_linking(void)
{
	struct eval_options o = { .fuel = -1 };
	struct eval_store *st = eval_store_new(&arena, &o);
	enum hd_trap_kind trap;

	ok(eval_instantiate(st, &m, &instance, &trap, &sink) ==
	   EVAL_UNLINKABLE, "an import that nothing defines");
	eval_define_global(st, "h", "f", T_I32, false, 0);
	ok(eval_instantiate(st, &m, &instance, &trap, &sink) ==
	   EVAL_UNLINKABLE, "an import of another kind");
}

int main(void)
{
	arena_init(&arena, NULL);
	load_module();
	test_facts();
	test_calls();
	test_limits();
	test_wrong_pass();
	test_linking();
	arena_fini(&arena);
	return done();
}
