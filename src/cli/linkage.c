/* linkage.c - the linked module against the component it was made of. */
#include "cli/linkage.h"

#include "cli/component.h"

bool linkage_run(struct cli *c, const struct wasm_module *linked,
		 struct linkage **k)
{
	struct wasm_limits_opt limits;

	*k = NULL;
	if (!c->component)
		return true;
	if (!cli_limits(c, &limits))
		return false;
	*k = arena_new(c->arena, struct linkage);
	linkage_check(*k, c->component, c->ncomponent, &limits, linked,
		      c->arena);
	return true;
}

void linkage_text(const struct linkage *k, struct buf *out)
{
	if (k->why) {
		buf_printf(out, "REJECTED  linked module: %s\n", k->why);
		return;
	}
	buf_printf(out, "PROVED    linked module: instances %u, core instances %u; "
		   "functions %u, tables %u, memories %u, globals %u, segments %u, "
		   "built-ins %u, adapters %u; left out %u, trusted %u\n",
		   k->instances, k->cores, k->functions, k->tables, k->memories,
		   k->globals, k->segments, k->builtins, k->adapters,
		   k->left_out, k->trusted.n);
	for (uint32_t n = 0; n < k->trusted.n; n++)
		buf_printf(out, "TRUSTED   func %u: %s\n", k->trusted.at[n].func,
			   k->trusted.at[n].what);
}

static void counts_json(const struct linkage *k, struct buf *out)
{
	buf_printf(out, "\"instances\": %u, \"core_instances\": %u, "
		   "\"functions\": %u, \"tables\": %u, \"memories\": %u, "
		   "\"globals\": %u, \"segments\": %u, \"builtins\": %u, "
		   "\"adapters\": %u, \"left_out\": %u, \"trusted\": [",
		   k->instances, k->cores, k->functions, k->tables, k->memories,
		   k->globals, k->segments, k->builtins, k->adapters,
		   k->left_out);
	for (uint32_t n = 0; n < k->trusted.n; n++) {
		buf_printf(out, "%s{\"function\": %u, \"what\": ", n ? ", " : "",
			   k->trusted.at[n].func);
		buf_json(out, k->trusted.at[n].what);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

void linkage_json(const struct linkage *k, struct buf *out)
{
	if (!k) {
		buf_str(out, "\"linkage\": null");
		return;
	}
	buf_printf(out, "\"linkage\": {\"verdict\": \"%s\", ",
		   k->why ? "REJECTED" : "PROVED");
	if (k->why) {
		buf_str(out, "\"reason\": ");
		buf_json(out, k->why);
	} else {
		counts_json(k, out);
	}
	buf_str(out, "}");
}
