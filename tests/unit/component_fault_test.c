/* component_fault_test.c - memory runs out at every point of decoding,
 * evaluating and linking a component: each ends cleanly. */
#include <stdio.h>

#include "base/file.h"
#include "component/link.h"

/* Whether the work was done with the nth acquisition failing. */
static bool survives(unsigned long n, bool *linked)
{
	static struct arena a;
	struct diag_sink s;
	jmp_buf oom;
	uint8_t *bytes;
	size_t size;
	volatile bool done = false;

	*linked = false;
	arena_init(&a, &oom);
	arena_fail_at = n;
	if (!setjmp(oom)) {
		struct comp_file *f = arena_new(&a, struct comp_file);
		struct linked *l = arena_new(&a, struct linked);
		struct graph *g = arena_new(&a, struct graph);
		diag_init(&s, &a);
		*linked = file_read("tests/component/data/values.wasm", 1 << 20,
				    &a, &bytes, &size, &s) &&
			  comp_decode(f, bytes, size, &wasm_default_limits, &a,
				      &s) &&
			  graph_build(g, f, &s) && link_graph(l, g, true, &s);
		done = true;
	}
	arena_fail_at = 0;
	arena_fini(&a);
	return done;
}

int main(void)
{
	bool linked = false;
	unsigned long n = 1;

	while (!survives(n, &linked))
		n++;
	printf("# %lu acquisitions failed in turn\n", n - 1);
	printf("%sok 1 - linked when none fails\n1..1\n", linked ? "" : "not ");
	return !linked;
}
