/* component_fuzz.c - any bytes through the component decoder and linker.
 *
 * What is refused has a diagnostic that prints; what links is valid, and the checker
 * takes it for what the component says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "component/link.h"
#include "prove/link/linkage.h"
#include "fuzz.h"

static void link(struct comp_file *f, bool walls, struct arena *a,
		 struct diag_sink *s)
{
	struct wasm_module *m = arena_new(a, struct wasm_module);
	struct linked *out = arena_new(a, struct linked);
	struct graph *g = arena_new(a, struct graph);
	struct linkage k;
	struct buf text;

	if (!graph_build(g, f, s))
		return;
	buf_init(&text, a);
	graph_describe(g, false, &text);
	if (!link_graph(out, g, walls, s))
		return;
	if (!wasm_decode(m, out->bytes.at, out->bytes.n, &wasm_default_limits,
			 a, s) ||
	    !wasm_validate(m, &wasm_default_limits, a, s))
		abort();
	if (!linkage_check(&k, f->bytes, f->size, &fuzz_limits, m, a)) {
		fprintf(stderr, "%s\n", k.why);
		abort();
	}
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct comp_file *f = arena_new(a, struct comp_file);
	struct diag_sink s;
	struct buf out;

	diag_init(&s, a);
	buf_init(&out, a);
	bool ok = comp_decode(f, data, n, &fuzz_limits, a, &s);
	if (ok != !s.n)
		abort();
	for (uint32_t k = 0; k < s.n; k++)
		diag_print(&s.at[k], "fuzz", NULL, NULL, &out);
	for (uint32_t k = 0; ok && k < f->types.types.n && k < 1000; k++)
		ct_print(&f->types, k, &out);
	if (ok)
		link(f, n & 1, a, &s);
}
