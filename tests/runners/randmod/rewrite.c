/* rewrite.c - random modules after the way through the optimiser and back to
 * WebAssembly, in the evaluator ("wasm-eval:2") and in node ("wasm-node:z"):
 * every function by one order of passes; ":O2" is what the command does. */
#include <string.h>

#include "common/rewrite.h"
#include "engine.h"

static const char *rewrite(struct randmod *to, const struct randmod *from,
			   const char *level, struct arena *a)
{
	struct wasm_module m;
	struct diag_sink s;

	diag_init(&s, a);
	*to = *from;
	if (!wasm_decode(&m, from->wasm.at, from->wasm.n, &wasm_default_limits,
			 a, &s) ||
	    !wasm_validate(&m, &wasm_default_limits, a, &s))
		return "not valid before it was rewritten";
	uint32_t unsaid = rewrite_module(&m, level, a, &to->wasm);
	return unsaid ? arena_printf(a, "%u functions not rewritten", unsaid)
		      : NULL;
}

static const char *run(const char *name, const struct randmod *m, unsigned n,
		       const char **text, struct arena *a)
{
	struct randmod *now = arena_array(a, struct randmod, n);
	const char *level = strchr(name, ':'), *bad = NULL;

	for (unsigned k = 0; k < n && !bad; k++)
		bad = rewrite(&now[k], &m[k], level ? level + 1 : "2", a);
	if (bad)
		return bad;
	if (strncmp(name, "wasm-node", 9) == 0)
		return engine_node.run("node", now, n, text, a);
	return engine_eval.run("eval", now, n, text, a);
}

const struct engine engine_wasm = {
	.prefix = "wasm-",
	.help = "wasm-eval:LEVEL, wasm-node:LEVEL: after heddle opt -OLEVEL",
	.run = run,
};
