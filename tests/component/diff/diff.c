/* diff.c - every adapter against the canonical ABI on the host.
 *
 *     adapter-diff [-n TYPES] [-s SEED] [-v]
 *
 * For each random function type a component is written, linked and run in the
 * evaluator; the test is the runtime around the adapters.  A guest's memory is
 * filled with a value and noise, in one run of four damaged afterwards; the
 * adapter and the oracle start from equal memories.  They must agree on
 * trapping, on the core values that arrive, on every byte of both memories
 * (in which the guests' realloc notes each call) and on the handles moved.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "component/link.h"
#include "gen.h"
#include "ir/eval.h"
#include "make.h"

enum { ROUNDS = 6, RESULT_AT = 0x200, STREAM_N = 5 };

struct test {
	struct arena arena, scratch;
	struct rng r;
	struct diag_sink sink;
	struct plan plan;
	struct linked *linked;
	struct eval_instance *in;
	struct moves moved;	/* by the adapter */
	uint32_t from;		/* instance that sends */
	bool wrong;		/* a move between other instances */
	int locked;
	uint8_t *mem[3];	/* by instance: 1 callee, 2 caller */
	uint32_t lower;		/* number of the built-in */
	uint64_t seed;
	uint32_t used[KINDS];
	uint32_t types, calls, results, copies, trapped;
};

static const char *const names[KINDS] = {
	"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32",
	"f64", "char", "string", "error-context", "list", "list-n", "record",
	"tuple", "variant", "enum", "option", "result", "flags", "own",
	"borrow", "stream", "future", "map",
};

static void print_type(const struct ty *t)
{
	uint32_t n = t && t->sub[0] ? 1 : 0;

	printf("%s", t ? names[t->k] : "_");
	if (!t)
		return;
	if (t->k == RECORD || t->k == TUPLE || t->k == VARIANT)
		n = t->n;
	else if (t->k == RESULT || t->k == MAP)
		n = 2;
	if (t->k == ENUM || t->k == FLAGS || t->k == FIXED)
		printf("#%u", t->n);
	if (t->k == ENUM || t->k == FLAGS || !n)
		return;
	for (uint32_t k = 0; k < n; k++) {
		printf(k ? ", " : "<");
		print_type(t->sub[k]);
	}
	printf(">");
}

static void print_plan(const struct plan *p)
{
	static const char *const enc[] = { "utf8", "utf16", "latin1+utf16" };

	printf("# caller %s%s, callee %s%s\n# ", enc[p->caller.enc],
	       p->caller.async ? " async" : "", enc[p->callee.enc],
	       p->callee.async ? " async" : "");
	print_type(p->params);
	printf(" -> ");
	print_type(p->result);
	printf(", stream ");
	print_type(p->stream);
	printf("\n");
}

static void die(struct test *t, const char *what)
{
	print_plan(&t->plan);
	printf("not ok - seed %" PRIu64 ": %s", t->seed, what);
	if (t->sink.n)
		printf(": %s", t->sink.at[0].detail);
	printf("\n");
	exit(1);
}

/* --- the runtime's part ------------------------------------------------------ */

struct import {
	struct test *t;
	enum move_kind kind;
	uint32_t from, to;
};

static enum hd_trap_kind do_move(void *ctx, const eval_value *a, eval_value *r)
{
	struct import *i = ctx;
	i->t->wrong |= i->from != i->t->from || i->to != 3 - i->t->from;
	r[0] = cabi_move(&i->t->moved, i->kind, (uint32_t)a[0]);
	return HD_TRAP_NONE;
}

static enum hd_trap_kind do_leave(void *ctx, const eval_value *a, eval_value *r)
{
	struct import *i = ctx;

	(void)r;
	i->t->locked += a[0] ? 1 : -1;
	return HD_TRAP_NONE;
}

static enum hd_trap_kind bad_value(void *ctx, const eval_value *a,
				   eval_value *r)
{
	(void)ctx, (void)a, (void)r;
	return HD_TRAP_BAD_VALUE;
}

static enum hd_trap_kind not_called(void *ctx, const eval_value *a,
				    eval_value *r)
{
	(void)ctx, (void)a, (void)r;
	return HD_TRAP_HARD_FAULT;
}

static eval_host *host_for(const char *name, struct import *i)
{
	static const char *const moves[] = {
		[MOVE_OWN] = "own", [MOVE_BORROW] = "borrow",
		[MOVE_STREAM] = "stream", [MOVE_FUTURE] = "future",
		[MOVE_ERROR_CONTEXT] = "error-context" };
	char kind[32];

	if (!strcmp(name, "[trap-bad-value]"))
		return bad_value;
	if (!strncmp(name, "[no-leave]", 10))
		return do_leave;
	if (sscanf(name, "[move-%31[^]]]#%*u:%" SCNu32 ":%" SCNu32, kind,
		   &i->from, &i->to) == 3)
		for (int k = 0; k < 5; k++)
			if (!strcmp(kind, moves[k])) {
				i->kind = (enum move_kind)k;
				return do_move;
			}
	return not_called;
}

static void load(struct test *t)
{
	static const struct eval_options options = { .fuel = -1,
						     .max_depth = 100 };
	struct arena *a = &t->arena;
	struct comp_file *f = arena_new(a, struct comp_file);
	struct graph *g = arena_new(a, struct graph);
	struct wasm_module *m = arena_new(a, struct wasm_module);
	struct eval_store *st = eval_store_new(a, &options);
	enum hd_trap_kind trap;
	struct buf b;

	t->linked = arena_new(a, struct linked);
	buf_init(&b, a);
	make_component(&t->plan, &b);
	if (!comp_decode(f, b.at, b.n, &wasm_default_limits, a, &t->sink) ||
	    !graph_build(g, f, &t->sink) ||
	    !link_graph(t->linked, g, &t->sink) ||
	    !wasm_decode(m, t->linked->bytes.at, t->linked->bytes.n,
			 &wasm_default_limits, a, &t->sink) ||
	    !wasm_validate(m, &wasm_default_limits, a, &t->sink)) {
		FILE *o = fopen("failed.wasm", "wb");
		if (o) {
			fwrite(b.at, 1, b.n, o);
			fclose(o);
		}
		die(t, "the component is refused (failed.wasm)");
	}
	for (uint32_t k = 0; k < m->imports.n; k++) {
		struct import *i = arena_new(a, struct import);
		i->t = t;
		eval_define_func(st, LINK_MODULE, m->imports.at[k].name,
				 &m->types.at[m->funcs.at[k].type],
				 host_for(m->imports.at[k].name, i), i);
	}
	if (eval_instantiate(st, m, &t->in, &trap, &t->sink) != EVAL_OK)
		die(t, "not instantiated");
	for (uint32_t k = 0; k < g->builtins.n; k++)
		if (g->builtins.at[k].op == CANON_LOWER)
			t->lower = k;
	for (uint32_t k = 0; k < g->cores.n; k++) {
		const struct wasm_module *c = graph_module(g, k);
		uint64_t size;
		if (!c->nimported[WASM_MEMORY] && c->memories.n)
			t->mem[g->cores.at[k].inst] = eval_memory(
				t->in, g->cores.at[k].inst - 1, &size);
	}
}

/* --- one transfer ------------------------------------------------------------------ */

/* Memories as the oracle has them. */
struct both {
	struct guest g[3];
	struct moves moves;
};

static void fresh_memory(struct test *t, struct both *o, uint32_t inst)
{
	uint8_t *m = t->mem[inst];

	for (uint32_t k = 0; k < MEMORY; k += 8) {
		t->r.s = t->r.s * 6364136223846793005u + 1442695040888963407u;
		memcpy(m + k, &t->r.s, 8);
	}
	t->r.s |= 1;
	o->g[inst] = (struct guest){ m, MEMORY, inst == 1 ?
				     t->plan.callee.enc : t->plan.caller.enc };
	cabi_put(&o->g[inst], CELL_LOG, LOG, 4);
	cabi_put(&o->g[inst], CELL_COUNT, 0, 4);
	cabi_put(&o->g[inst], CELL_HEAP, HEAP + rnd(&t->r, 16), 4);
	cabi_put(&o->g[inst], CELL_ODD, rnd(&t->r, 8) ? 0 :
		 1 + rnd(&t->r, 6), 4);
	static const uint32_t odd[] = { 1, 2, 4, MEMORY, MEMORY - 1,
					0xffffffff, 0x18000, 0xfffffff8 };
	cabi_put(&o->g[inst], CELL_ODD_RESULT, odd[rnd(&t->r, 8)], 4);
}

/* The oracle works on copies. */
static void split(struct test *t, struct both *o)
{
	for (uint32_t k = 1; k < 3; k++) {
		o->g[k].mem = arena_alloc(&t->scratch, MEMORY);
		memcpy(o->g[k].mem, t->mem[k], MEMORY);
	}
	o->moves = t->moved = (struct moves){ 0 };
	t->locked = 0;
	t->wrong = false;
}

static void damage(struct test *t, struct image *m, struct flat *f, uint32_t n)
{
	uint32_t used = m->heap - HEAP;

	for (uint32_t k = rnd(&t->r, 3); k-- > 0;)
		if (used)
			m->g->mem[HEAP + rnd(&t->r, used)] ^=
				(uint8_t)(1u << rnd(&t->r, 8));
	if (n && rnd(&t->r, 2)) {
		struct flat *x = &f[rnd(&t->r, n)];
		x->v ^= UINT64_C(1) << rnd(&t->r, x->type == 'l' ||
					   x->type == 'd' ? 64 : 32);
	}
}

/* A value of a tuple as a guest passes it. */
static uint32_t send(struct test *t, struct both *o, uint32_t inst,
		     uint32_t max, const struct ty *tuple, struct flat *f)
{
	struct image m = { &o->g[inst], &t->r, HEAP, 40 };
	struct flat *end = f;
	uint8_t types[FLAT_MAX];
	uint32_t n = cabi_flatten(tuple, types);

	if (n <= max) {
		gen_flat(&m, tuple, &end);
	} else {
		uint32_t a = cabi_align(tuple);
		uint32_t p = (HEAP + a - 1) / a * a;
		m.heap = p + cabi_size(tuple);
		gen_store(&m, tuple, p);
		*end++ = (struct flat){ 'i', p };
	}
	if (!rnd(&t->r, 4))
		damage(t, &m, f, (uint32_t)(end - f));
	return (uint32_t)(end - f);
}

static bool same_memory(struct test *t, const struct both *o)
{
	for (uint32_t k = 1; k < 3; k++)
		for (uint32_t i = 0; memcmp(o->g[k].mem, t->mem[k], MEMORY) &&
		     i < MEMORY; i++)
			if (o->g[k].mem[i] != t->mem[k][i]) {
				printf("# memory of instance %u at 0x%x: "
				       "0x%02x, expected 0x%02x\n", k, i,
				       t->mem[k][i], o->g[k].mem[i]);
				return false;
			}
	return true;
}

/* After the adapter ran; `trapped` says what the oracle did. */
static void compare(struct test *t, const struct both *o, bool expected,
		    enum eval_status s, enum hd_trap_kind trap,
		    const char *what)
{
	if (s != EVAL_OK && s != EVAL_TRAP)
		die(t, "the adapter cannot be run");
	if (trap == HD_TRAP_HARD_FAULT)
		die(t, "hard fault");
	if ((s == EVAL_TRAP) != expected) {
		printf("# %s: %s, expected %s\n", what,
		       s == EVAL_TRAP ? "trap" : "value",
		       expected ? "trap" : "value");
		die(t, "traps differ");
	}
	if (expected) {
		t->trapped++;
		return;
	}
	if (!same_memory(t, o) || t->moved.n != o->moves.n ||
	    t->moved.hash != o->moves.hash || t->wrong || t->locked) {
		printf("# %s: %u moves of %u, %d locked, %s\n", what,
		       t->moved.n, o->moves.n, t->locked,
		       t->wrong ? "to a wrong instance" : "right instance");
		die(t, "memories, moves or may_leave differ");
	}
}

static void to_eval(const struct flat *f, uint32_t n, eval_value *v)
{
	for (uint32_t k = 0; k < n; k++)
		v[k] = f[k].type == 'l' || f[k].type == 'd' ? f[k].v :
		       f[k].v & UINT32_MAX;
}

/* What the oracle leaves in the callee's cells: stored arguments. */
static void store_args(struct guest *g, const struct flat *f, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		cabi_put(g, CELL_ARGS + 8 * k, f[k].v,
			 f[k].type == 'l' || f[k].type == 'd' ? 8 : 4);
}

static void call_start(struct test *t)
{
	struct both *o = arena_new(&t->scratch, struct both);
	struct flat in[FLAT_MAX], out[FLAT_MAX];
	eval_value args[64] = { 0 }, result[2];
	enum hd_trap_kind trap = HD_TRAP_NONE;
	uint32_t max = t->plan.caller.async ? 4 : 16;
	volatile bool trapped = false;
	jmp_buf jump;
	struct cabi c = { &t->scratch, &jump, &o->moves };

	fresh_memory(t, o, 1);
	fresh_memory(t, o, 2);
	uint32_t n = send(t, o, 2, max, t->plan.params, in);
	split(t, o);
	t->from = 2;
	if (!setjmp(jump)) {
		struct val v = cabi_lift_all(&c, &o->g[2], max, in,
					     t->plan.params);
		n = cabi_lower_all(&c, &o->g[1], 16, &v, t->plan.params, NULL,
				   out);
		store_args(&o->g[1], out, n);
	} else {
		trapped = true;
	}
	to_eval(in, 20, args);
	char *name = arena_printf(&t->scratch, "[start]#%u", t->lower);
	enum eval_status s = eval_call(t->in, name, args, result, &trap);
	compare(t, o, trapped, s, trap, name);
	t->calls++;
}

static void call_results(struct test *t)
{
	struct both *o = arena_new(&t->scratch, struct both);
	const struct ty *sub[] = { t->plan.result };
	const struct ty tuple = { TUPLE, t->plan.result != NULL, sub };
	struct flat in[FLAT_MAX], out[FLAT_MAX];
	eval_value args[64] = { 0 }, result[2] = { 0 };
	enum hd_trap_kind trap = HD_TRAP_NONE;
	uint32_t max = t->plan.callee.async ? 16 : 1;
	uint32_t caller_max = t->plan.caller.async ? 0 : 1;
	uint32_t at = rnd(&t->r, 16) ? RESULT_AT : rnd(&t->r, 2) ?
		      RESULT_AT + 1 : MEMORY - 4;
	volatile bool trapped = false;
	volatile uint32_t m = 0;
	jmp_buf jump;
	struct cabi c = { &t->scratch, &jump, &o->moves };

	fresh_memory(t, o, 1);
	fresh_memory(t, o, 2);
	const uint32_t n = send(t, o, 1, max, &tuple, in);
	split(t, o);
	t->from = 1;
	if (!setjmp(jump)) {
		struct val v = cabi_lift_all(&c, &o->g[1], max, in, &tuple);
		m = cabi_lower_all(&c, &o->g[2], caller_max, &v, &tuple, &at,
				   out);
	} else {
		trapped = true;
	}
	to_eval(in, n, args);
	args[n] = at;
	char *name = arena_printf(&t->scratch, "[results]#%u", t->lower);
	enum eval_status s = eval_call(t->in, name, args, result, &trap);
	compare(t, o, trapped, s, trap, name);
	if (!trapped && m && result[0] != (out[0].type == 'i' ||
	    out[0].type == 'f' ? out[0].v & UINT32_MAX : out[0].v))
		die(t, "the flat result differs");
	t->results++;
}

/* The element types whose bytes are not enough have a copier. */
static void call_copy(struct test *t)
{
	struct both *o = arena_new(&t->scratch, struct both);
	const struct ty *e = t->plan.stream;
	struct image m = { &o->g[2], &t->r, HEAP, 40 };
	uint32_t size = cabi_size(e), align = cabi_align(e);
	uint32_t from = (HEAP + align - 1) / align * align, to = 0x200;
	uint32_t n = rnd(&t->r, STREAM_N + 1);
	enum hd_trap_kind trap = HD_TRAP_NONE;
	volatile bool trapped = false;
	jmp_buf jump;
	struct cabi c = { &t->scratch, &jump, &o->moves };

	fresh_memory(t, o, 1);
	fresh_memory(t, o, 2);
	cabi_put(&o->g[1], CELL_LOG, 0x6000, 4);
	m.heap = from + n * size;
	for (uint32_t k = 0; k < n; k++)
		gen_store(&m, e, from + k * size);
	if (!rnd(&t->r, 4))
		damage(t, &m, NULL, 0);
	split(t, o);
	t->from = 2;
	if (!setjmp(jump)) {
		for (uint32_t k = 0; k < n; k++) {
			struct val v = cabi_load(&c, &o->g[2],
						 from + k * size, e);
			cabi_store(&c, &o->g[1], &v, e, to + k * size);
		}
	} else {
		trapped = true;
	}
	const eval_value args[] = { to, from, n };
	enum eval_status s = EVAL_UNLINKABLE;
	for (uint32_t w = 0; w < 4 && s == EVAL_UNLINKABLE; w++)
		for (uint32_t r = 0; r < 4 && s == EVAL_UNLINKABLE; r++)
			s = eval_call(t->in, arena_printf(&t->scratch,
							  "[copy]#%u:%u", w, r),
				      args, NULL, &trap);
	if (s == EVAL_UNLINKABLE)
		return;		/* copied as bytes by the runtime */
	compare(t, o, trapped, s, trap, "[copy]");
	t->copies++;
}

/* --- types ------------------------------------------------------------------------------ */

static void choose(struct test *t)
{
	struct gen g = { .arena = &t->arena, .r = &t->r, .nodes = 40,
			 .borrows = true, .handles = true };
	uint8_t flat[FLAT_MAX];

	t->plan = (struct plan){
		.caller = { (enum encoding)rnd(&t->r, 3), !rnd(&t->r, 3) },
		.callee = { (enum encoding)rnd(&t->r, 3), !rnd(&t->r, 3) },
	};
	t->plan.params = gen_tuple(&g, rnd(&t->r, 2) ? 3 : 12);
	g.borrows = false;
	if (rnd(&t->r, 8))
		t->plan.result = gen_type(&g, 3);
	if (!rnd(&t->r, 3))
		t->plan.stream = gen_type(&g, 2);
	for (uint32_t k = 0; k < KINDS; k++)
		t->used[k] += g.used[k];
	/* what does not fit the cells of make.h */
	if (cabi_flatten(t->plan.params, flat) > FLAT_MAX / 2 ||
	    cabi_size(t->plan.params) > 4000 ||
	    (t->plan.result && cabi_size(t->plan.result) > 4000) ||
	    (t->plan.stream && (t->plan.stream->k == CHAR ||
				cabi_size(t->plan.stream) > 1000)))
		choose(t);
}

static void one_type(struct test *t)
{
	arena_init(&t->arena, NULL);
	diag_init(&t->sink, &t->arena);
	t->r.s = hash_mix(t->seed + 1) | 1;
	choose(t);
	load(t);
	for (int k = 0; k < ROUNDS; k++) {
		arena_init(&t->scratch, NULL);
		call_start(t);
		call_results(t);
		if (t->plan.stream)
			call_copy(t);
		arena_fini(&t->scratch);
	}
	t->types++;
	arena_fini(&t->arena);
}

int main(int argc, char **argv)
{
	static struct test t;
	uint64_t first = 0, n = 1000;

	for (int k = 1; k + 1 < argc; k += 2) {
		if (!strcmp(argv[k], "-n"))
			n = strtoull(argv[k + 1], NULL, 0);
		else if (!strcmp(argv[k], "-s"))
			first = strtoull(argv[k + 1], NULL, 0);
	}
	for (t.seed = first; t.seed < first + n; t.seed++)
		one_type(&t);
	for (int k = 0; k < KINDS; k++) {
		printf("%s%s %u", k ? ", " : "types made: ", names[k],
		       t.used[k]);
		if (!t.used[k] && n >= 1000) {
			printf("\nnot ok - a kind of type never came up\n");
			return 1;
		}
	}
	printf("\n%u function types, %u calls, %u results, %u copies passed, "
	       "of which %u trapped on both sides\n", t.types, t.calls,
	       t.results, t.copies, t.trapped);
	return 0;
}
