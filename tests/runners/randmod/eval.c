/* eval.c - random modules in the evaluator.
 *
 * "eval" runs what ir_build makes; "eval:2" what optimisation at level 2 makes
 * of it, "eval:fold+gvn" what these passes make of it.
 */
#include <string.h>

#include "engine.h"
#include "ir/eval.h"
#include "opt/opt.h"

const char *trap_class(enum hd_trap_kind kind)
{
	switch (kind) {
	case HD_TRAP_UNREACHABLE: return "unreachable";
	case HD_TRAP_MEMORY_BOUNDS: return "memory";
	case HD_TRAP_DIV_ZERO: return "divide";
	case HD_TRAP_INT_OVERFLOW: case HD_TRAP_BAD_CONVERSION:
		return "arithmetic";
	case HD_TRAP_TABLE_BOUNDS: case HD_TRAP_UNDEFINED_ELEM:
		return "table";
	case HD_TRAP_NULL_ELEM: case HD_TRAP_CALL_TYPE: return "signature";
	case HD_TRAP_STACK: return "stack";
	case HD_TRAP_FUEL: return "fuel";
	default: return "other";
	}
}

static void call(const struct eval_store *st, struct eval_instance *in,
		 const char *name, struct buf *out)
{
	enum hd_trap_kind trap;
	eval_value v = 0;
	const int64_t before = eval_fuel(st);

	buf_str(out, name);
	switch (eval_call(in, name, NULL, &v, &trap)) {
	case EVAL_OK:
		buf_printf(out, " %016llx", (unsigned long long)v);
		break;
	case EVAL_TRAP:
		buf_printf(out, " trap %s", trap_class(trap));
		break;
	default:
		buf_str(out, " missing");
		break;
	}
	if (engine_fuel)
		buf_printf(out, " fuel %lld", (long long)(before - eval_fuel(st)));
	buf_str(out, "\n");
}

/* What stands behind "eval:", with commas; NULL when nothing does. */
static const char *passes_of(const char *name, struct arena *a)
{
	const char *colon = strchr(name, ':');

	if (!colon)
		return NULL;
	char *s = arena_copy(a, colon + 1, strlen(colon + 1));
	for (char *p = s; *p; p++)
		if (*p == '+')
			*p = ',';
	return s;
}

struct pass_state {
	const char *passes;	/* NULL: none */
	const char *bad;	/* what ir_check said */
	struct arena *a;
};

/* What is evaluated must pass ir_check, optimised or not. */
static bool prepare(void *ctx, struct ir_func *f)
{
	struct pass_state *p = ctx;
	const char *passes = p->passes, *bad = ir_check(f, f->arena);

	if (bad && !p->bad)
		p->bad = arena_printf(p->a, "function %u: %s", f->index, bad);
	if (!passes)
		return true;
	bool level = *passes >= '0' && *passes <= '9';
	struct opt_options o = { .level = level ? *passes - '0' : 0,
				 .passes = level ? NULL : passes,
				 .check = true };

	opt_run(f, &o, NULL);
	return true;
}

static const char *run_one(const struct randmod *r, const char *passes,
			   const char **text, struct arena *a)
{
	struct pass_state p = { .passes = passes, .a = a };
	struct eval_options o = { .fuel = engine_fuel ? INT64_MAX : -1,
				  .max_depth = 1000,
				  .pass = prepare, .pass_ctx = &p };
	struct wasm_module m;
	struct diag_sink s;
	struct eval_instance *in;
	enum hd_trap_kind trap;
	struct buf out;

	diag_init(&s, a);
	buf_init(&out, a);
	if (!wasm_decode(&m, r->wasm.at, r->wasm.n, &wasm_default_limits, a,
			 &s) ||
	    !wasm_validate(&m, &wasm_default_limits, a, &s))
		return arena_printf(a, "not valid: 0x%llx: %s",
				    (unsigned long long)s.at[0].at,
				    s.at[0].detail);
	struct eval_store *st = eval_store_new(a, &o);
	if (eval_instantiate(st, &m, &in, &trap, &s) != EVAL_OK)
		return "not instantiated";
	if (p.bad)
		return p.bad;
	for (unsigned k = 0; k < r->runs; k++)
		call(st, in, arena_printf(a, "run%u", k), &out);
	call(st, in, "sum", &out);
	*text = (const char *)out.at;
	return NULL;
}

static const char *run(const char *name, const struct randmod *m, unsigned n,
		       const char **text, struct arena *a)
{
	const char *bad = NULL, *passes = passes_of(name, a);

	for (unsigned k = 0; k < n && !bad; k++)
		bad = run_one(&m[k], passes, &text[k], a);
	return bad;
}

const struct engine engine_eval = {
	.prefix = "eval",
	.help = "the evaluator; eval:2, eval:fold+gvn: optimised first",
	.run = run,
};
