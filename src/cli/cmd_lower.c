/* cmd_lower.c - heddle lower: a component becomes one core module. */
#include "base/file.h"
#include "cli/component.h"
#include "component/link.h"

struct linked *cli_link(struct cli *c, const uint8_t *bytes, size_t n)
{
	struct comp_file *f = arena_new(c->arena, struct comp_file);
	struct graph *g = arena_new(c->arena, struct graph);
	struct linked *out = arena_new(c->arena, struct linked);
	struct wasm_limits_opt limits;

	return cli_limits(c, &limits) &&
	       comp_decode(f, bytes, n, &limits, c->arena, c->sink) &&
	       graph_build(g, f, c->sink) && link_graph(out, g, cli_has(c, OPT_MPU), c->sink) ?
		       out : NULL;
}

/* What is written must be valid: this reads it again. */
static bool check(struct cli *c, const struct buf *bytes)
{
	struct wasm_module *m = arena_new(c->arena, struct wasm_module);
	struct wasm_limits_opt limits;

	return cli_limits(c, &limits) &&
	       wasm_decode(m, bytes->at, bytes->n, &limits, c->arena, c->sink) &&
	       wasm_validate(m, &limits, c->arena, c->sink);
}

static struct linked *lower(struct cli *c)
{
	uint8_t *bytes;
	size_t n;

	if (!cli_read_parts(c, 0, c->arg.n, &bytes, &n))
		return NULL;
	if (!comp_is_component(bytes, n)) {
		diag_report(c->sink, DIAG_UNSUPPORTED, 4,
			    "lower takes components; this is none");
		return NULL;
	}
	return cli_link(c, bytes, n);
}

int cmd_lower(struct cli *c)
{
	if (!c->arg.n)
		return cli_usage(c, "lower needs an input file"), EXIT_USAGE;
	if (!cli_has(c, OPT_OUTPUT))
		return cli_usage(c, "lower needs -o FILE"), EXIT_USAGE;
	struct linked *out = lower(c);
	bool ok = out && check(c, &out->bytes) &&
		  file_write(c->value[OPT_OUTPUT], out->bytes.at, out->bytes.n,
			     false, c->sink);
	return ok ? EXIT_DONE : EXIT_REJECTED;
}
