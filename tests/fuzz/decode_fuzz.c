/* decode_fuzz.c - any bytes through decoder, printer and encoder.
 *
 * What decodes must print without a fault, and encode to something that
 * decodes and encodes to the same bytes again.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wasm/encode.h"
#include "wasm/print.h"

static void round_trip(const struct wasm_module *m, struct arena *a,
		       struct diag_sink *s)
{
	struct buf out, again;
	struct wasm_module n;

	buf_init(&out, a);
	wasm_print_module(m, &out);
	out.n = 0;
	wasm_encode(m, NULL, &out);
	if (!wasm_decode(&n, out.at, out.n, &fuzz_limits, a, s))
		abort();
	buf_init(&again, a);
	wasm_encode(&n, NULL, &again);
	if (out.n != again.n || memcmp(out.at, again.at, out.n) != 0)
		abort();
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct wasm_module m;
	struct diag_sink s;

	diag_init(&s, a);
	if (wasm_decode(&m, data, n, &fuzz_limits, a, &s))
		round_trip(&m, a, &s);
	else if (!s.n)
		abort();
}
