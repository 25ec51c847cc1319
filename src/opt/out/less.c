/* less.c - what was written with less is so again when the output is rewritten.
 *
 * Or the output would not be a fixed point: of parts that are simpler by then a
 * proof may succeed that did not before.
 */
#include "opt/out/less.h"

#include "wasm/reader.h"

void out_list_less(const struct wasm_module *m, const uint8_t *rung,
		   const struct out_origin *origin, struct buf *b)
{
	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		uint8_t less = rung[origin->of[OUT_FUNCS][k]];
		if (less == OUT_FULL)
			continue;
		buf_uleb(b, k);
		buf_uleb(b, less);
	}
}

void out_read_less(const struct wasm_module *m, uint8_t *rung)
{
	const struct wasm_custom *c = wasm_find_custom(m, OUT_LESS);
	struct reader r = { 0 };

	if (c)
		r = (struct reader){ .at = m->bytes + c->begin,
				     .end = m->bytes + c->begin + c->n,
				     .base = m->bytes };
	while (r.at < r.end) {
		uint32_t func = reader_u32(&r), less = reader_u32(&r);
		if (r.bad)
			break;
		if (func < m->funcs.n && less <= OUT_KEEP)
			rung[func] = (uint8_t)less;
	}
}
