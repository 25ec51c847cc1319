/* execute.c - what a module does, in the evaluator. */
#include <setjmp.h>
#include <string.h>

#include "ir/eval.h"
#include "mutate-wasm/mutate.h"

enum { CALLS = 12 };

struct run {
	struct arena *a;
	struct wasm_module m;
	struct eval_store *store;
	uint64_t hash, random;
};

static void put(struct run *r, uint64_t x)
{
	r->hash = (r->hash ^ x) * 0x9e3779b97f4a7c15u;
	r->hash ^= r->hash >> 29;
}

/* --- imports: results come from what was asked and how often ------------------- */

struct host {
	struct run *r;
	const struct wasm_functype *t;
	uint32_t index;
	bool silent;
};

static uint64_t small(uint64_t x)
{
	static const uint64_t edge[] = { 0, 1, 2, 4, 16, 64, 0xffffffff,
					 0x80000000 };

	return x % 3 ? edge[x / 3 % 8] : x / 3 % 300;
}

static enum hd_trap_kind host(void *ctx, const eval_value *args,
			      eval_value *results)
{
	struct host *h = ctx;

	/* what raises backpressure does nothing where it is always 0 */
	if (h->silent)
		return HD_TRAP_NONE;
	put(h->r, 0x1000 + h->index);
	for (uint32_t k = 0; k < h->t->nparams; k++)
		put(h->r, args[k]);
	for (uint32_t k = 0; k < h->t->nresults; k++)
		results[k] = h->t->result[k] == T_FUNCREF ||
			     h->t->result[k] == T_EXTERNREF ? 0 :
			     small(h->r->hash >> 7);
	return HD_TRAP_NONE;
}

static void define(struct run *r, const struct wasm_import *i)
{
	struct host *h;
	uint8_t type;

	switch (i->kind) {
	case WASM_FUNC:
		h = arena_new(r->a, struct host);
		*h = (struct host){ r, &r->m.types.at[r->m.funcs.at[
				    i->index].type], i->index,
				    !strcmp(i->name, "task_backpressure") };
		eval_define_func(r->store, i->module, i->name, h->t, host, h);
		break;
	case WASM_GLOBAL:
		type = r->m.globals.at[i->index].type;
		eval_define_global(r->store, i->module, i->name,
			(enum type)type, r->m.globals.at[i->index].mut,
			/* a reference is of a function of the store, or null */
			type == T_FUNCREF || type == T_EXTERNREF ? 0 : 7);
		break;
	case WASM_MEMORY:
		eval_define_memory(r->store, i->module, i->name,
				   r->m.memories.at[i->index].limits);
		break;
	default:
		eval_define_table(r->store, i->module, i->name,
			(enum type)r->m.tables.at[i->index].type,
			r->m.tables.at[i->index].limits);
		break;
	}
}

/* --- calls ------------------------------------------------------------------------- */

static uint64_t next(struct run *r)
{
	r->random = r->random * 6364136223846793005u + 1442695040888963407u;
	return r->random >> 17;
}

static eval_value argument(struct run *r, uint8_t type)
{
	static const uint64_t edge[] = { 0, 1, 2, 3, 4, 7, 8, 16, 255, 4096,
		65532, 65536, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc };
	uint64_t x = next(r), v = x % 4 ? edge[x / 4 % 16] : next(r);

	switch (type) {
	case T_I32: case T_F32: return (uint32_t)v;
	case T_I64: case T_F64: return x % 5 ? v : v * 0x100000001u;
	default: return 0;
	}
}

/* False when it takes too long. */
static bool call(struct run *r, struct eval_instance *in, uint32_t func)
{
	const struct wasm_functype *t =
		&r->m.types.at[r->m.funcs.at[func].type];
	eval_value *arg = arena_array(r->a, eval_value, t->nparams + 1);
	eval_value *res = arena_array(r->a, eval_value, t->nresults + 1);
	enum hd_trap_kind trap = HD_TRAP_NONE;

	for (uint32_t k = 0; k < t->nparams; k++)
		arg[k] = argument(r, t->param[k]);
	enum eval_status s = eval_call_index(in, func, arg, res, &trap);
	if (s == EVAL_TRAP && trap == HD_TRAP_FUEL)
		return false;
	put(r, (uint64_t)s);
	put(r, s == EVAL_TRAP ? (uint64_t)trap : 0);
	for (uint32_t k = 0; s == EVAL_OK && k < t->nresults; k++)
		put(r, t->result[k] == T_FUNCREF ? res[k] != 0 : res[k]);
	return true;
}

static void state(struct run *r, struct eval_instance *in)
{
	for (uint32_t k = 0; k < r->m.memories.n; k++) {
		uint64_t n;
		const uint8_t *p = eval_memory(in, k, &n);
		put(r, n);
		for (uint64_t at = 0; at + 8 <= n; at += 8) {
			uint64_t x;
			memcpy(&x, p + at, 8);
			if (x)
				put(r, x ^ at << 20);
		}
	}
	for (uint32_t k = 0; k < r->m.globals.n; k++)
		if (r->m.globals.at[k].type != T_FUNCREF)
			put(r, eval_global_at(in, k));
}

static void calls(struct run *r, struct eval_instance *in,
		  struct behaviour *out)
{
	for (uint32_t c = 0; c < CALLS; c++)
		for (uint32_t k = 0; k < r->m.exports.n; k++) {
			if (r->m.exports.at[k].kind != WASM_FUNC)
				continue;
			if (!call(r, in, r->m.exports.at[k].index))
				return;
			/* memories are many bytes */
			if (c == 0 || c + 1 == CALLS)
				state(r, in);
			out->hash[out->n++] = r->hash;
		}
}

static bool run(struct run *r, const uint8_t *bytes, size_t n,
		struct behaviour *out)
{
	struct eval_options o = { .fuel = -1, .max_steps = 200000,
				  .max_depth = 200,
				  .max_memory = (uint64_t)4 << 20 };
	struct eval_instance *in;
	struct diag_sink sink;
	enum hd_trap_kind trap;

	diag_init(&sink, r->a);
	if (!wasm_decode(&r->m, bytes, n, &wasm_default_limits, r->a, &sink) ||
	    !wasm_validate(&r->m, &wasm_default_limits, r->a, &sink))
		return false;
	r->store = eval_store_new(r->a, &o);
	for (uint32_t k = 0; k < r->m.imports.n; k++)
		define(r, &r->m.imports.at[k]);
	enum eval_status s = eval_instantiate(r->store, &r->m, &in, &trap,
					      &sink);
	if (s != EVAL_OK)
		return false;
	state(r, in);
	out->hash = arena_array(out->arena, uint64_t,
				CALLS * r->m.exports.n + 1);
	out->hash[out->n++] = r->hash;
	calls(r, in, out);
	return true;
}

bool execute(const uint8_t *bytes, size_t n, struct arena *keep,
	     struct behaviour *out)
{
	struct arena a;
	jmp_buf oom;
	struct run *r;
	volatile bool ok = false;

	arena_init(&a, &oom);
	a.limit = (size_t)1 << 30;
	*out = (struct behaviour){ .arena = keep };
	if (setjmp(oom) == 0) {
		r = arena_new(&a, struct run);
		*r = (struct run){ .a = &a, .random = 12345 };
		ok = run(r, bytes, n, out);
	}
	arena_fini(&a);
	return ok;
}

bool same_behaviour(const struct behaviour *a, const struct behaviour *b)
{
	for (uint32_t k = 0; k < a->n && k < b->n; k++)
		if (a->hash[k] != b->hash[k])
			return false;
	return true;
}
