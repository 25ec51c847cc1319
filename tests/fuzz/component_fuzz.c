/* component_fuzz.c - any bytes through the component decoder.
 *
 * What is refused has a diagnostic that prints.
 */
#include <stdlib.h>

#include "component/component.h"
#include "fuzz.h"

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
}
