/* component_adapter_test.c - the adapters of a linked component, evaluated.
 *
 * tests/component/data/values.wat: component A's functions, lowered into B.
 * The test plays the runtime: [start]#K, then [results]#K.  Memory 0 of the
 * linked module is A's, memory 1 is B's.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "component/link.h"
#include "ir/eval.h"

/* In the order of canon lower in values.wat. */
enum { LEN, ECHO, VAR, PTS, BOOLS, MANY, LOWERED };

static struct arena arena;
static struct diag_sink sink;
static struct eval_instance *in;
static int tests, failures;

/* --- the runtime's part --------------------------------------------------------- */

static enum hd_trap_kind bad_value(void *ctx, const eval_value *a, eval_value *r)
{
	(void)ctx, (void)a, (void)r;
	return HD_TRAP_BAD_VALUE;
}

static int locked;

static enum hd_trap_kind no_leave(void *ctx, const eval_value *a, eval_value *r)
{
	(void)ctx, (void)r;
	locked += a[0] ? 1 : -1;
	return HD_TRAP_NONE;
}

static enum hd_trap_kind unused(void *ctx, const eval_value *a, eval_value *r)
{
	(void)ctx, (void)a, (void)r;
	return HD_TRAP_UNREACHABLE;
}

static void define(struct eval_store *st, const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->imports.n; k++) {
		const char *name = m->imports.at[k].name;
		eval_host *fn = unused;
		if (!strcmp(name, "[trap-bad-value]"))
			fn = bad_value;
		else if (!strncmp(name, "[no-leave]", 10))
			fn = no_leave;
		eval_define_func(st, LINK_MODULE, name,
				 &m->types.at[m->funcs.at[k].type], fn, NULL);
	}
}

static bool load(void)
{
	static const struct eval_options options = { .fuel = -1 };
	struct comp_file *f = arena_new(&arena, struct comp_file);
	struct linked *l = arena_new(&arena, struct linked);
	struct graph *g = arena_new(&arena, struct graph);
	struct wasm_module *m = arena_new(&arena, struct wasm_module);
	struct eval_store *st = eval_store_new(&arena, &options);
	enum hd_trap_kind trap;
	uint8_t *bytes;
	size_t n;

	if (!file_read("tests/component/data/values.wasm", 1 << 20, &arena,
		       &bytes, &n, &sink) ||
	    !comp_decode(f, bytes, n, &wasm_default_limits, &arena, &sink) ||
	    !graph_build(g, f, &sink) || !link_graph(l, g, false, &sink) ||
	    !wasm_decode(m, l->bytes.at, l->bytes.n, &wasm_default_limits,
			 &arena, &sink) ||
	    !wasm_validate(m, &wasm_default_limits, &arena, &sink))
		return false;
	define(st, m);
	return eval_instantiate(st, m, &in, &trap, &sink) == EVAL_OK;
}

/* --- calls ---------------------------------------------------------------------------- */

static const struct {
	uint32_t params, core;	/* of the import; results of the callee */
	bool pointer;		/* the last parameter is the result pointer */
} sig[LOWERED] = {
	[LEN] = { 2, 1, false }, [ECHO] = { 3, 1, true },
	[VAR] = { 3, 1, false }, [PTS] = { 3, 1, true },
	[BOOLS] = { 2, 1, false }, [MANY] = { 1, 1, false },
};

/* The call as a sync caller sees it. */
static enum hd_trap_kind call(int k, const eval_value *args, eval_value *result)
{
	enum hd_trap_kind trap = HD_TRAP_NONE;
	eval_value core[2] = { 0 };

	if (eval_call(in, arena_printf(&arena, "[start]#%d", k), args, core,
		      &trap) != EVAL_OK)
		return trap ? trap : HD_TRAP_HARD_FAULT;
	if (sig[k].pointer)
		core[1] = args[sig[k].params - 1];
	if (eval_call(in, arena_printf(&arena, "[results]#%d", k), core, result,
		      &trap) != EVAL_OK)
		return trap ? trap : HD_TRAP_HARD_FAULT;
	return HD_TRAP_NONE;
}

static uint8_t *caller(uint32_t at)
{
	uint64_t size;

	return eval_memory(in, 1, &size) + at;
}

static void put32(uint32_t at, uint32_t v)
{
	for (int k = 0; k < 4; k++)
		caller(at)[k] = (uint8_t)(v >> 8 * k);
}

static uint32_t get32(uint32_t at)
{
	const uint8_t *p = caller(at);

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

static void returns(int k, eval_value a, eval_value b, eval_value c,
		    uint32_t want, const char *what)
{
	const eval_value args[3] = { a, b, c };
	eval_value r[1] = { 0 };

	ok(call(k, args, r) == HD_TRAP_NONE && (uint32_t)r[0] == want, what);
}

static void traps(int k, eval_value a, eval_value b, eval_value c,
		  const char *what)
{
	const eval_value args[3] = { a, b, c };
	eval_value r[1] = { 0 };

	ok(call(k, args, r) != HD_TRAP_NONE, what);
}

/* --- values --------------------------------------------------------------------------- */

static void strings(void)
{
	static const char text[] = "gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\xa7\xb5";
	const uint32_t n = sizeof text - 1;
	const eval_value args[3] = { 20000, n, 16 };
	eval_value r[1];

	memcpy(caller(20000), text, n);
	returns(LEN, 20000, n, 0, n, "a string arrives");
	returns(LEN, 20000, 0, 0, 0, "an empty one too");
	ok(call(ECHO, args, r) == HD_TRAP_NONE && get32(20) == n &&
	   get32(16) != 20000 && !memcmp(caller(get32(16)), text, n),
	   "and comes back, in new memory");
	traps(LEN, 20000, 3, 0, "a character cut in two");
	traps(LEN, 65535, 2, 0, "out of bounds");
	traps(LEN, 0, 0xffffffff, 0, "too long");
	traps(ECHO, 20000, 0, 17, "misaligned result pointer");
}

static void variants(void)
{
	returns(VAR, 0, 7, 9, 0, "case without payload");
	returns(VAR, 1, 0xffffffff00000005u, 0, 1, "u32 in a joined slot");
	returns(VAR, 2, 0x3f800000, 0, 1, "f32 in a joined slot");
	returns(VAR, 3, 20000, 1, 1, "string in joined slots");
	returns(VAR, 4, 0x123456789abcdef0u, 0, 1, "u64");
	traps(VAR, 5, 0, 0, "no such case");
	traps(VAR, 0xffffffff, 0, 0, "negative case");
}

static void lists(void)
{
	const eval_value args[3] = { 1024, 3, 24 };
	eval_value r[1];
	bool same = true;

	for (uint32_t k = 0; k < 3; k++) {
		*caller(1024 + 16 * k) = (uint8_t)(0u - k);
		put32(1024 + 16 * k + 8, k * 0x01010101);
		put32(1024 + 16 * k + 12, 0x3ff00000 + k);
	}
	ok(call(PTS, args, r) == HD_TRAP_NONE && get32(28) == 3,
	   "three records come back");
	for (uint32_t k = 0; k < 3; k++)
		same &= *caller(get32(24) + 16 * k) == (uint8_t)(0u - k) &&
			!memcmp(caller(get32(24) + 16 * k + 8),
				caller(1024 + 16 * k + 8), 8);
	ok(same, "with their fields");
	traps(PTS, 1025, 1, 24, "misaligned list");
	traps(PTS, 1024, 0x10000000, 24, "longer than 2^28 bytes");
}

/* list<tuple<bool, char, option<string>>>: 20 bytes each. */
static void tuples(void)
{
	*caller(2048) = 7;
	put32(2052, 0x1f9f5);
	*caller(2056) = 1;
	put32(2060, 20000);
	put32(2064, 1);
	returns(BOOLS, 2048, 1, 0, 1, "tuples arrive");
	put32(2052, 0xd800);
	traps(BOOLS, 2048, 1, 0, "surrogate");
	put32(2052, 0x110000);
	traps(BOOLS, 2048, 1, 0, "above the last character");
	put32(2052, 0x61);
	*caller(2056) = 2;
	traps(BOOLS, 2048, 1, 0, "no such case of option");
}

static void spilled(void)
{
	memset(caller(4096), 0, 88);
	*caller(4096) = 42;
	for (uint32_t k = 0; k < 7; k++) {
		put32(4112 + 8 * k, 20000);
		put32(4116 + 8 * k, 1);
	}
	returns(MANY, 4096, 0, 0, 42, "spilled parameters arrive");
	traps(MANY, 4100, 0, 0, "misaligned parameters");
	ok(locked == 0, "no instance is left locked");
}

int main(void)
{
	arena_init(&arena, NULL);
	diag_init(&sink, &arena);
	if (!load()) {
		printf("Bail out! %s\n", sink.n ? sink.at[0].detail : "trap");
		return 1;
	}
	strings();
	variants();
	lists();
	tuples();
	spilled();
	printf("1..%d\n", tests);
	arena_fini(&arena);
	return failures > 0;
}
