/* main.c - ir-run: what must hold of every function that can be built.
 *
 *	ir-run [--fuel] [--print] DIR|FILE.wasm...
 *
 * For each function of each module that validates: it is built, ir_check
 * accepts it, its text is parsed, accepted again and printed to the same
 * text, and its dominators and loops are those of their definitions.
 * --print writes the text instead of checking.  What uses SIMD is counted as
 * skipped.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "common/tally.h"
#include "graph.h"
#include "ir/ir.h"

static bool fuel, printing;

static struct buf text_of(const struct ir_func *f, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	ir_print(f, &b);
	return b;
}

/* What is wrong with the round trip through text, or NULL. */
static const char *round_trip(const struct ir_func *f, struct arena *a)
{
	struct buf one = text_of(f, a);
	struct diag_sink s;

	diag_init(&s, a);
	struct ir_func *g = ir_parse(f->mod, (const char *)one.at, one.n, a, &s);
	if (!g)
		return arena_printf(a, "text offset %llu: %s",
				    (unsigned long long)s.at[0].at,
				    s.at[0].detail);
	const char *bad = ir_check(g, a);
	if (bad)
		return arena_printf(a, "parsed again: %s", bad);
	struct buf two = text_of(g, a);
	if (one.n != two.n || memcmp(one.at, two.at, one.n) != 0)
		return "prints differently after parsing";
	return NULL;
}

static void check(struct tally *t, const char *path, const struct ir_func *f)
{
	const char *bad = ir_check(f, f->arena);

	if (printing) {
		struct buf b = text_of(f, f->arena);
		fwrite(b.at, 1, b.n, stdout);
	}
	if (!bad)
		bad = round_trip(f, f->arena);
	if (!bad)
		bad = graph_check(f, ir_cfg(f, f->arena), f->arena);
	if (bad)
		tally_fail(t, path, f->index, "%s", bad);
	else
		t->passed++;
}

static void print_reports(const struct diag_sink *s, const char *path,
			  struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	for (uint32_t k = 0; k < s->n; k++)
		diag_print(&s->at[k], path, NULL, NULL, &b);
	fwrite(b.at, 1, b.n, stdout);
}

static void run_function(struct tally *t, const char *path,
			 const struct ir_module *im, uint32_t index)
{
	struct arena a;
	jmp_buf oom;
	struct diag_sink s;

	arena_init(&a, &oom);
	if (setjmp(oom)) {
		tally_fail(t, path, index, "out of memory");
	} else {
		diag_init(&s, &a);
		struct ir_func *f = ir_build(im, index, &a, &s);
		if (f)
			check(t, path, f);
		else if (printing)
			print_reports(&s, path, &a);
		else if (s.n == 1 && s.at[0].code == DIAG_UNSUPPORTED &&
			 s.at[0].func == index)
			tally_skip(t, 1, "uses simd");
		else
			tally_fail(t, path, index, "refused: %s",
				   s.n ? s.at[0].detail : "no report");
	}
	arena_fini(&a);
}

static void run_module(struct tally *t, const char *path, struct arena *a)
{
	struct wasm_module m;
	struct ir_module im;
	struct ir_options o = { .open = true, .fuel = fuel,
				.max_memory = UINT64_MAX };
	struct diag_sink s;
	uint8_t *bytes;
	size_t n;

	diag_init(&s, a);
	if (!file_read(path, SIZE_MAX, a, &bytes, &n, &s)) {
		tally_fail(t, path, 0, "cannot be read");
		return;
	}
	if (!wasm_decode(&m, bytes, n, &wasm_default_limits, a, &s) ||
	    !wasm_validate(&m, &wasm_default_limits, a, &s))
		return;
	ir_module_init(&im, &m, &o, a);
	for (uint32_t k = m.nimported[WASM_FUNC]; k < m.funcs.n; k++)
		run_function(t, path, &im, k);
}

static void run_file(struct tally *t, const char *path)
{
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	if (setjmp(oom))
		tally_fail(t, path, 0, "out of memory");
	else
		run_module(t, path, &a);
	arena_fini(&a);
}

static bool is_wasm(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".wasm") == 0;
}

static void run_path(struct tally *t, const char *path)
{
	DIR *d = opendir(path);

	if (!d) {
		run_file(t, path);
		return;
	}
	for (struct dirent *e; (e = readdir(d));)
		if (is_wasm(e->d_name))
			run_file(t, arena_printf(t->arena, "%s/%s", path,
						 e->d_name));
	closedir(d);
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { .arena = &a };
	int status;

	arena_init(&a, NULL);
	for (int k = 1; k < argc; k++)
		if (strcmp(argv[k], "--fuel") == 0)
			fuel = true;
		else if (strcmp(argv[k], "--print") == 0)
			printing = true;
		else
			run_path(&t, argv[k]);
	if (printing)
		status = t.failed != 0;
	else
		status = tally_end(&t);
	arena_fini(&a);
	return status;
}
