/* wasm_fault_test.c - running out of memory at every point of every entry.
 *
 * Each entry runs with the nth block refused, n = 1, 2, ... until it ends,
 * then with a limit of held memory that grows until it ends.  Each failure
 * must come out at the setjmp, and nothing may be left behind (the sanitizer
 * build looks).
 */
#include "tap.h"

#include "wasm/encode.h"
#include "wasm/print.h"
#include "wasm_build.h"

static const uint8_t *input;
static size_t ninput;

static void run_decode(struct arena *a)
{
	struct diag_sink s;
	struct wasm_module m;

	diag_init(&s, a);
	CHECK(wasm_decode(&m, input, ninput, &wasm_default_limits, a, &s));
}

static void run_validate(struct arena *a)
{
	struct diag_sink s;
	struct wasm_module m;

	diag_init(&s, a);
	CHECK(wasm_decode(&m, input, ninput, &wasm_default_limits, a, &s) &&
	      wasm_validate(&m, &wasm_default_limits, a, &s));
}

/* A module with errors in decoding or in a body: diagnostics and excerpts. */
static void run_reports(struct arena *a)
{
	struct diag_sink s;
	struct wasm_module m;
	struct buf b, out;

	diag_init(&s, a);
	buf_init(&b, a);
	put_test_module(&b, 0, "4200 2000 6a 1a 0b");
	CHECK(wasm_decode(&m, b.at, b.n, &wasm_default_limits, a, &s) &&
	      !wasm_validate(&m, &wasm_default_limits, a, &s));
	buf_init(&out, a);
	diag_print(&s.at[0], "x", wasm_excerpt, &m, &out);
	diag_json(&s.at[0], "x", &out);
	CHECK(!wasm_decode(&m, b.at, b.n - 1, &wasm_default_limits, a, &s));
}

static void run_print(struct arena *a)
{
	struct diag_sink s;
	struct wasm_module m;
	struct buf out;

	diag_init(&s, a);
	CHECK(wasm_decode(&m, input, ninput, &wasm_default_limits, a, &s));
	buf_init(&out, a);
	wasm_print_module(&m, &out);
	for (uint32_t i = 0; i < m.funcs.n; i++)
		wasm_print_func(&m, i, &out);
}

static void run_encode(struct arena *a)
{
	struct diag_sink s;
	struct wasm_module m;
	struct buf out;

	diag_init(&s, a);
	CHECK(wasm_decode(&m, input, ninput, &wasm_default_limits, a, &s));
	buf_init(&out, a);
	wasm_encode(&m, NULL, &out);
}

/* Whether `run` ends in an arena that may hold `limit` bytes. */
static bool ends(void (*run)(struct arena *a), size_t limit)
{
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	a.limit = limit;
	if (!setjmp(oom)) {
		run(&a);
		arena_fini(&a);
		return true;
	}
	arena_fini(&a);
	return false;
}

static void entry(const char *name, void (*run)(struct arena *a))
{
	unsigned blocks = 0, limits = 0;

	for (unsigned long n = 1; n < 100000; n++, blocks++) {
		arena_fail_at = n;
		bool fine = ends(run, SIZE_MAX);
		bool fired = arena_fail_at == 0;
		arena_fail_at = 0;
		if (!fired) {
			ok(fine, "%s: %u refused blocks", name, blocks);
			break;
		}
	}
	for (size_t limit = 0; !ends(run, limit); limit += 61)
		limits++;
	ok(limits > 20, "%s: %u limits", name, limits);
}

int main(void)
{
	struct arena a;
	struct buf b;

	arena_init(&a, NULL);
	buf_init(&b, &a);
	put_test_module(&b, 1,
		"0240 4100 0e 02 00 00 00 0b 2000 2001 6a 0b");
	input = b.at;
	ninput = b.n;
	entry("decode", run_decode);
	entry("validate", run_validate);
	entry("reports", run_reports);
	entry("print", run_print);
	entry("encode", run_encode);
	arena_fini(&a);
	return done();
}
