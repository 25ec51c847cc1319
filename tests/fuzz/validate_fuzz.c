/* validate_fuzz.c - any bytes through the validator.
 *
 * Refused modules have a diagnostic that prints; accepted ones print, and
 * each instruction encodes to something that decodes to the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wasm/encode.h"
#include "wasm/print.h"

/* Reads a body instruction by instruction; all must be well formed. */
static void walk(const struct wasm_module *m, const struct wasm_func *f,
		 struct arena *a)
{
	struct wasm_ins i, again;

	for (uint32_t at = f->code; at < f->end; at = i.next) {
		struct arena_mark mark = arena_mark(a);
		struct buf b;
		if (!wasm_next(m, at, &i, a, NULL))
			abort();
		buf_init(&b, a);
		wasm_encode_ins(&i, &b);
		struct wasm_module one = { .bytes = b.at, .size = b.n };
		if (!wasm_next(&one, 0, &again, a, NULL) || again.next != b.n ||
		    again.op != i.op || again.imm != i.imm ||
		    again.index != i.index || again.index2 != i.index2 ||
		    again.block_type != i.block_type)
			abort();
		arena_reset(a, mark);
	}
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf out;

	diag_init(&s, a);
	buf_init(&out, a);
	bool ok = wasm_decode(&m, data, n, &fuzz_limits, a, &s) &&
		  wasm_validate(&m, &fuzz_limits, a, &s);
	if (ok != !s.n)
		abort();
	for (uint32_t i = 0; i < s.n; i++)
		diag_print(&s.at[i], "fuzz", wasm_excerpt, &m, &out);
	for (uint32_t i = m.nimported[WASM_FUNC]; ok && i < m.funcs.n; i++) {
		walk(&m, &m.funcs.at[i], a);
		wasm_print_func(&m, i, &out);
	}
}
