/* inspect_component.c - heddle inspect of a component: its instance graph. */
#include "base/file.h"
#include "cli/component.h"
#include "component/graph.h"

int inspect_component(struct cli *c, const uint8_t *bytes, size_t n)
{
	struct comp_file *f = arena_new(c->arena, struct comp_file);
	struct graph *g = arena_new(c->arena, struct graph);
	struct wasm_limits_opt limits;
	struct buf out;

	buf_init(&out, c->arena);
	if (!cli_limits(c, &limits) ||
	    !comp_decode(f, bytes, n, &limits, c->arena, c->sink) ||
	    !graph_build(g, f, c->sink))
		return EXIT_REJECTED;
	graph_describe(g, cli_has(c, OPT_JSON), &out);
	return file_write("-", out.at, out.n, false, c->sink) ?
		       EXIT_DONE : EXIT_RESOURCE;
}
