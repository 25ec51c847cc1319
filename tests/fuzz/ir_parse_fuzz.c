/* ir_parse_fuzz.c - any text is parsed or refused; what is parsed can be
 * checked, and what passes the check prints and parses again. */
#include "fuzz.h"
#include "ir/ir.h"

/* (module (memory 1) (func (param i32 i32) (result i32) (local.get 0))) */
static const uint8_t host[] = {
	0, 'a', 's', 'm', 1, 0, 0, 0,
	1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f,
	3, 2, 1, 0,
	5, 3, 1, 0, 1,
	10, 6, 1, 4, 0, 0x20, 0, 0x0b,
};

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct wasm_module m;
	struct ir_module im;
	struct ir_options o = { .open = true };
	struct diag_sink s;
	struct buf b;

	diag_init(&s, a);
	CHECK(wasm_decode(&m, host, sizeof host, &wasm_default_limits, a, &s) &&
	      wasm_validate(&m, &wasm_default_limits, a, &s));
	ir_module_init(&im, &m, &o, a);
	struct ir_func *f = ir_parse(&im, (const char *)data, n, a, &s);
	if (!f || ir_check(f, a))
		return;
	buf_init(&b, a);
	ir_print(f, &b);
	f = ir_parse(&im, (char *)b.at, b.n, a, &s);
	CHECK(f && !ir_check(f, a));
}
