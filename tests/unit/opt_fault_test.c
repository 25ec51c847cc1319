/* opt_fault_test.c - running out of memory at every point of optimising.
 *
 * The nth block of an arena is refused, n = 1, 2, ... until the pipeline ends.
 * Each failure must come out at the caller's setjmp, with the scratch arena
 * freed (the sanitizer build looks), and the function's arena usable again.
 */
#include "base/file.h"
#include "opt/opt.h"
#include "tap.h"

static const char *const inputs[] = {
	"bench/kernels/json.wasm", "bench/kernels/sha256.wasm",
	"bench/kernels/fib.wasm"
};

static struct ir_module im;

static bool load(const char *path, struct wasm_module *m, struct arena *a)
{
	struct ir_options o = { .max_memory = 1 << 20 };
	struct diag_sink s;
	uint8_t *bytes;
	size_t n;

	diag_init(&s, a);
	if (!file_read(path, 1 << 20, a, &bytes, &n, &s) ||
	    !wasm_decode(m, bytes, n, &wasm_default_limits, a, &s) ||
	    !wasm_validate(m, &wasm_default_limits, a, &s))
		return false;
	ir_module_init(&im, m, &o, a);
	return true;
}

/* Builds and optimises function k with the nth block refused while
 * optimising; 0: none.  True when it ended. */
static bool attempt(uint32_t k, unsigned long nth)
{
	struct opt_options o = { .level = 2, .check = true };
	struct arena a;
	struct diag_sink s;
	jmp_buf oom;
	volatile bool ended = false;

	arena_init(&a, &oom);
	if (!setjmp(oom)) {
		diag_init(&s, &a);
		struct ir_func *f = ir_build(&im, k, &a, &s);
		CHECK(f);
		arena_fail_at = nth;
		opt_run(f, &o, NULL);
		ended = true;
	}
	arena_fail_at = 0;
	CHECK(a.oom == &oom);
	arena_fini(&a);
	return ended;
}

int main(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(inputs); i++) {
		struct wasm_module m = { 0 };
		struct arena a;
		unsigned long refused = 0;

		arena_init(&a, NULL);
		if (!ok(load(inputs[i], &m, &a), "%s", inputs[i]))
			return done();
		for (uint32_t k = m.nimported[WASM_FUNC]; k < m.funcs.n; k++)
			for (unsigned long n = 1; !attempt(k, n); n++)
				refused++;
		ok(refused > 0, "%lu refusals came out", refused);
		arena_fini(&a);
	}
	return done();
}
