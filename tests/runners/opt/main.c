/* main.c - opt-run: what passes do, and that they change no meaning.
 *
 *	opt-run --print --opt=PASSES [--events=BITS] FILE.wasm
 *	opt-run [--opt=LEVEL|PASSES] [--rounds=N] [--fuel] FILE.wasm...
 *
 * --packed=none|words|dsp says how loops over elements may be packed (dsp).
 * --print writes each function after the passes.  Else every exported function is
 * called N times with edge values and random ones in two instances, one of
 * them optimised with all checks of the pass manager on; results, traps,
 * memories and exported globals must be the same after each call, and with
 * --fuel what is left of it, also where it runs out.  Ends with "N passed,
 * M failed, K skipped", by module.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "common/passes.h"
#include "common/tally.h"
#include "ir/eval.h"
#include "opt/opt.h"

enum { MAX_VALUES = 64, MAX_STEPS = 2000000, MAX_DEPTH = 150, FUEL = 200000,
       MAX_FILE = 64 << 20 };

static const char *passes = "2";
static enum opt_packed packed = OPT_PACKED_DSP;
static bool fuel;
static uint32_t events;
static uint64_t seed = UINT64_C(88172645463325252);

static bool optimise(void *ctx, struct ir_func *f)
{
	struct opt_options o = passes_options(passes);

	(void)ctx;
	o.packed = packed;
	opt_run(f, &o, NULL);
	return true;
}

static bool load(const char *path, struct wasm_module *m, struct arena *a,
		 struct diag_sink *s)
{
	uint8_t *bytes;
	size_t n;

	return file_read(path, MAX_FILE, a, &bytes, &n, s) &&
	       wasm_decode(m, bytes, n, &wasm_default_limits, a, s) &&
	       wasm_validate(m, &wasm_default_limits, a, s);
}

/* --- printing ------------------------------------------------------------ */

static int print(const char *path)
{
	struct arena a;
	struct diag_sink s;
	struct wasm_module m = { 0 };
	struct ir_options o = { .max_memory = 1 << 20, .events = events };
	struct ir_module im;
	struct buf out;

	arena_init(&a, NULL);
	diag_init(&s, &a);
	buf_init(&out, &a);
	if (!load(path, &m, &a, &s))
		return 1;
	ir_module_init(&im, &m, &o, &a);
	for (uint32_t k = m.nimported[WASM_FUNC]; k < m.funcs.n; k++) {
		struct ir_func *f = ir_build(&im, k, &a, &s);
		if (!f)
			return 1;
		optimise(NULL, f);
		ir_print(f, &out);
	}
	fwrite(out.at, 1, out.n, stdout);
	arena_fini(&a);
	return 0;
}

/* --- comparing ----------------------------------------------------------- */

static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static eval_value argument(enum type t)
{
	static const uint32_t edge[] = {
		0, 1, 2, 3, 4, 8, 20, 64, 255, 256, 1000, 65532, 65535, 65536,
		0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x7fc00000,
	};
	uint64_t v = next_random();

	if (v & 3)
		v = edge[(v >> 2) % ARRAY_LEN(edge)];
	if (t == T_I64 || t == T_F64)
		return next_random() & 1 ? v : v | v << 32;
	return t == T_I32 || t == T_F32 ? (uint32_t)v : 0;
}

/* The same module twice; [1] is optimised. */
struct pair {
	struct wasm_module *m;
	struct eval_store *store[2];
	struct eval_instance *in[2];
	enum eval_status status[2];
	enum hd_trap_kind trap[2];
	eval_value result[2][MAX_VALUES];
};

static bool is_number(unsigned t)
{
	return t <= T_F64;
}

static const char *compare_state(struct pair *p)
{
	for (uint32_t k = 0; k < p->m->memories.n; k++) {
		uint64_t n[2];
		const uint8_t *a = eval_memory(p->in[0], k, &n[0]);
		const uint8_t *b = eval_memory(p->in[1], k, &n[1]);
		if (n[0] != n[1] || (n[0] && memcmp(a, b, n[0])))
			return "memory";
	}
	for (uint32_t k = 0; k < p->m->exports.n; k++) {
		const struct wasm_export *e = &p->m->exports.at[k];
		eval_value v[2] = { 0, 0 };
		if (e->kind != WASM_GLOBAL ||
		    !is_number(p->m->globals.at[e->index].type))
			continue;
		eval_global(p->in[0], e->name, &v[0]);
		eval_global(p->in[1], e->name, &v[1]);
		if (v[0] != v[1])
			return "a global";
	}
	return NULL;
}

static const char *compare_call(struct pair *p, const struct wasm_functype *t)
{
	if (p->status[0] != p->status[1])
		return "whether it traps";
	if (p->status[0] == EVAL_TRAP && p->trap[0] != p->trap[1])
		return "the trap";
	for (uint32_t k = 0; p->status[0] == EVAL_OK && k < t->nresults; k++)
		if (is_number(t->result[k]) &&
		    p->result[0][k] != p->result[1][k])
			return "a result";
	if (fuel && eval_fuel(p->store[0]) != eval_fuel(p->store[1]))
		return "fuel";
	return compare_state(p);
}

/* Out of steps or stack: states are no longer comparable. */
static bool gave_up(const struct pair *p)
{
	for (unsigned k = 0; k < 2; k++)
		if (p->status[k] == EVAL_TRAP &&
		    ((p->trap[k] == HD_TRAP_FUEL && !fuel) ||
		     p->trap[k] == HD_TRAP_STACK))
			return true;
	return false;
}

static const char *call(struct pair *p, const struct wasm_export *e, bool *end)
{
	const struct wasm_functype *t =
		&p->m->types.at[p->m->funcs.at[e->index].type];
	eval_value args[MAX_VALUES];

	if (t->nparams > MAX_VALUES || t->nresults > MAX_VALUES)
		return NULL;
	for (uint32_t k = 0; k < t->nparams; k++)
		args[k] = argument((enum type)t->param[k]);
	for (unsigned k = 0; k < 2; k++)
		p->status[k] = eval_call(p->in[k], e->name, args, p->result[k],
					 &p->trap[k]);
	*end = gave_up(p);
	return *end ? NULL : compare_call(p, t);
}

static bool start(struct pair *p, struct arena *a, struct diag_sink *s)
{
	for (unsigned k = 0; k < 2; k++) {
		struct eval_options o = { .max_depth = MAX_DEPTH,
					  .fuel = fuel ? FUEL : -1,
					  .max_steps = fuel ? 0 : MAX_STEPS,
					  .pass = k ? optimise : NULL };
		p->store[k] = eval_store_new(a, &o);
		p->status[k] = eval_instantiate(p->store[k], p->m, &p->in[k],
						&p->trap[k], s);
	}
	return p->status[0] == EVAL_OK && p->status[1] == EVAL_OK;
}

static void compare(struct tally *t, const char *path, unsigned rounds)
{
	struct arena a;
	struct diag_sink s;
	struct wasm_module m = { 0 };
	struct pair p = { .m = &m };
	const char *wrong = NULL;
	bool end = false;

	arena_init(&a, NULL);
	diag_init(&s, &a);
	if (!load(path, &m, &a, &s) || !start(&p, &a, &s)) {
		tally_skip(t, 1, "not a module that runs by itself");
		arena_fini(&a);
		return;
	}
	for (unsigned r = 0; r < rounds && !end && !wrong; r++)
		for (uint32_t k = 0; k < m.exports.n && !end && !wrong; k++)
			if (m.exports.at[k].kind == WASM_FUNC)
				wrong = call(&p, &m.exports.at[k], &end);
	if (wrong)
		tally_fail(t, path, 0, "%s differs", wrong);
	else
		t->passed++;
	arena_fini(&a);
}

int main(int argc, char **argv)
{
	struct arena a;
	unsigned rounds = 4;
	bool printing = false;

	arena_init(&a, NULL);
	struct tally t = { .arena = &a };
	for (int k = 1; k < argc; k++) {
		if (strcmp(argv[k], "--print") == 0)
			printing = true;
		else if (strcmp(argv[k], "--fuel") == 0)
			fuel = true;
		else if (strncmp(argv[k], "--opt=", 6) == 0)
			passes = argv[k] + 6;
		else if (!passes_known(passes))
			return 2;
		else if (strncmp(argv[k], "--packed=", 9) == 0)
			packed = argv[k][9] == 'n'   ? OPT_PACKED_NONE
				 : argv[k][9] == 'w' ? OPT_PACKED_WORDS
						     : OPT_PACKED_DSP;
		else if (strncmp(argv[k], "--events=", 9) == 0)
			events = (uint32_t)strtoul(argv[k] + 9, NULL, 10);
		else if (strncmp(argv[k], "--rounds=", 9) == 0)
			rounds = (unsigned)strtoul(argv[k] + 9, NULL, 10);
		else if (printing)
			return print(argv[k]);
		else
			compare(&t, argv[k], rounds);
	}
	return tally_end(&t);
}
