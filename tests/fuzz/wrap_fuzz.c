/* wrap_fuzz.c - any module as one of the canon core dialect.
 *
 * What is wrapped decodes as a component: the linker may still refuse it.
 * Bytes that are no module are a list of types.
 */
#include <stdio.h>
#include <stdlib.h>

#include "component/link.h"
#include "component/wrap.h"
#include "fuzz.h"

static void read_list(const uint8_t *data, size_t n, struct arena *a)
{
	struct wit_world w;
	struct diag_sink s;

	diag_init(&s, a);
	wit_world_init(&w, a);
	if (wit_world_read(&w, (const char *)data, n, &s) != !s.n)
		abort();
}

static void wrap(const struct wasm_module *m, struct arena *a)
{
	struct comp_file *f = arena_new(a, struct comp_file);
	struct linked *l = arena_new(a, struct linked);
	struct graph *g = arena_new(a, struct graph);
	struct diag_sink s;
	struct wit_world w;
	struct buf out;
	size_t at;

	diag_init(&s, a);
	buf_init(&out, a);
	wit_world_init(&w, a);
	if (!wit_world_load(&w, m, &fuzz_limits, &s) ||
	    !wrap_core(m, &w, &out, &at, &s)) {
		if (!s.n)
			abort();
		return;
	}
	if (!comp_decode(f, out.at, out.n, &wasm_default_limits, a, &s)) {
		fprintf(stderr, "wrapped, but 0x%x: %s\n",
			(unsigned)s.at[0].at, s.at[0].detail);
		abort();
	}
	if (graph_build(g, f, &s))
		(void)link_graph(l, g, false, &s);
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct wasm_module *m = arena_new(a, struct wasm_module);
	struct diag_sink s;

	diag_init(&s, a);
	if (!n || *data) {
		read_list(data, n, a);
		return;
	}
	if (wasm_decode(m, data, n, &fuzz_limits, a, &s) &&
	    wasm_validate(m, &fuzz_limits, a, &s))
		wrap(m, a);
}
