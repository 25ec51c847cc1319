/* main.c - spec-static-run: the decoder and validator over the core suite.
 *
 *	spec-static-run [--json] [--verbose] DIR|FILE.json...
 *
 * Binary assert_invalid and assert_malformed must be rejected, every other
 * module accepted.  Rejected with a diagnostic: an offset is required too.
 * --verbose prints each diagnostic beside the text the suite expects.
 *
 * What is accepted is also printed, and written by the encoder: the result must
 * be accepted, and writing that must give the same bytes.
 *
 * Suites older than the multi-memory proposal expect two memories and padded
 * memory indices to be rejected.  What is accepted is tried again with one
 * memory allowed; modules rejected only then are counted on a line of their
 * own.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "common/spec_json.h"
#include "common/tally.h"
#include "wasm/encode.h"
#include "wasm/print.h"

static bool verbose;
static unsigned single_memory;	/* rejected only as described above */

/* Accepts or rejects one module; diagnostics go to s. */
static bool accept(const char *path, const struct wasm_limits_opt *limits,
		   struct arena *a, struct diag_sink *s, struct wasm_module *m)
{
	uint8_t *bytes;
	size_t n;

	if (!file_read(path, SIZE_MAX, a, &bytes, &n, s))
		return false;
	/* exactly as long as the file, so that sanitizers see overreads */
	uint8_t *exact = arena_alloc(a, n);
	if (n)
		memcpy(exact, bytes, n);
	return wasm_decode(m, exact, n, limits, a, s) &&
	       wasm_validate(m, limits, a, s);
}

/* NULL, or what is wrong with the module as the encoder writes it. */
static const char *round_trip(const struct wasm_module *m,
			      const struct wasm_limits_opt *limits,
			      struct arena *a)
{
	struct wasm_module again;
	struct diag_sink s;
	struct buf once, twice;

	diag_init(&s, a);
	buf_init(&once, a);
	wasm_print_module(m, &once);
	for (uint32_t i = 0; i < m->funcs.n; i++)
		wasm_print_func(m, i, &once);
	once.n = 0;
	wasm_encode(m, NULL, &once);
	if (!wasm_decode(&again, once.at, once.n, limits, a, &s) ||
	    !wasm_validate(&again, limits, a, &s))
		return s.at[0].detail;
	buf_init(&twice, a);
	wasm_encode(&again, NULL, &twice);
	if (once.n != twice.n || memcmp(once.at, twice.at, once.n) != 0)
		return "encoded again it differs";
	return NULL;
}

static const char *text_of(const struct diag_sink *s, const char *path,
			   struct wasm_module *m, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	for (uint32_t i = 0; i < s->n; i++)
		diag_print(&s->at[i], path, m->bytes ? wasm_excerpt : NULL, m,
			   &b);
	return b.n ? (const char *)b.at : "no diagnostic\n";
}

static void run_module(struct tally *t, const struct spec_file *f,
		       const struct spec_command *c)
{
	bool reject = c->type == SPEC_ASSERT_INVALID ||
		      c->type == SPEC_ASSERT_MALFORMED;
	struct arena a;
	jmp_buf oom;
	struct diag_sink s;
	struct wasm_module m = { 0 };

	arena_init(&a, &oom);
	if (setjmp(oom)) {
		tally_fail(t, f->path, c->line, "out of memory");
		arena_fini(&a);
		return;
	}
	diag_init(&s, &a);
	const char *path = spec_module_path(f, c, &a);
	struct wasm_limits_opt limits = wasm_default_limits;
	bool ok = accept(path, &limits, &a, &s, &m);
	if (ok && reject) {
		limits.max_memories = 1;
		ok = accept(path, &limits, &a, &s, &m);
		single_memory += !ok;
	}
	const char *text = text_of(&s, path, &m, &a);
	bool io = s.n && s.at[0].code == DIAG_IO;
	if (io || ok == reject)
		tally_fail(t, f->path, c->line, "%s %s: %s\n%s", c->kind,
			   ok ? "accepted" : "rejected",
			   c->text ? c->text : "", text);
	else if (!ok && (!s.n || s.at[0].at == DIAG_NOWHERE))
		tally_fail(t, f->path, c->line,
			   "%s: rejected without a place\n%s", c->kind, text);
	else if (ok && (text = round_trip(&m, &limits, &a)))
		tally_fail(t, f->path, c->line, "%s: encoded: %s", c->kind,
			   text);
	else
		t->passed++;
	if (verbose && reject && text)
		printf("%s expected: %s\n%s", c->kind, c->text, text);
	arena_fini(&a);
}

static void run_file(struct tally *t, const char *path, struct arena *a)
{
	struct spec_file f;
	const char *bad = spec_load(&f, path, a);

	if (bad) {
		tally_fail(t, path, 0, "%s", bad);
		return;
	}
	for (uint32_t i = 0; i < f.n; i++) {
		const struct spec_command *c = &f.at[i];
		size_t n = c->filename ? strlen(c->filename) : 0;
		bool text = n > 4 && strcmp(c->filename + n - 4, ".wat") == 0;
		if (!c->filename)
			continue;
		if (c->text_module || text)
			tally_skip(t, 1, "module in the text format");
		else
			run_module(t, &f, c);
	}
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { .arena = &a };
	unsigned nfiles = 0;

	arena_init(&a, NULL);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			t.json = true;
			continue;
		}
		if (strcmp(argv[i], "--verbose") == 0) {
			verbose = true;
			continue;
		}
		struct spec_paths p = spec_find(argv[i], &a);
		for (uint32_t k = 0; k < p.n; k++)
			run_file(&t, p.at[k], &a);
		nfiles += p.n;
	}
	if (!nfiles) {
		fprintf(stderr, "usage: spec-static-run [--json] [--verbose] "
				"DIR|FILE.json...\nSKIP: no suite found\n");
		arena_fini(&a);
		return 77;
	}
	if (single_memory && !t.json)
		printf("%u rejected only where one memory is allowed\n",
		       single_memory);
	int status = tally_end(&t);
	arena_fini(&a);
	return status;
}
