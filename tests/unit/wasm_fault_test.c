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
	for (size_t limit = 0; !ends(run, limit); limit += 1021)
		limits++;
	ok(limits > 5, "%s: %u limits", name, limits);
}

static void put_list(struct buf *out, uint8_t id, uint32_t n,
		     const struct buf *items)
{
	struct buf s;

	buf_init(&s, out->arena);
	buf_uleb(&s, n);
	buf_put(&s, items->at, items->n);
	buf_u8(out, id);
	buf_uleb(out, s.n);
	buf_put(out, s.at, s.n);
}

/* Enough of everything that no list fits the arena's first block. */
static void put_large_module(struct buf *out)
{
	enum { N = 48 };
	struct buf types, funcs, exports, code, customs;

	buf_init(&types, out->arena);
	buf_init(&funcs, out->arena);
	buf_init(&exports, out->arena);
	buf_init(&code, out->arena);
	buf_init(&customs, out->arena);
	for (unsigned i = 0; i < N; i++) {
		put_hex(&types, "60037f7e7d01 7f");
		buf_uleb(&funcs, i);
		buf_printf(&exports, "\5e%04u", i);
		buf_u8(&exports, 0);
		buf_uleb(&exports, i);
		buf_uleb(&code, 3 + 5 + 1 + N + 5);
		/* 20 locals, a block with a br_table of N + 1 labels */
		put_hex(&code, "01 14 7e 0240 2000 0e");
		buf_uleb(&code, N);
		for (unsigned k = 0; k < N; k++)
			buf_u8(&code, 0);
		put_hex(&code, "00 0b 2000 0b");
		put_hex(&customs, "00 04 03 616263");
	}
	put_header(out);
	put_list(out, 1, N, &types);
	put_list(out, 3, N, &funcs);
	put_list(out, 7, N, &exports);
	put_list(out, 10, N, &code);
	buf_put(out, customs.at, customs.n);
}

int main(void)
{
	struct arena a;
	struct buf b;

	arena_init(&a, NULL);
	buf_init(&b, &a);
	put_large_module(&b);
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
