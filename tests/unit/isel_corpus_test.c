/* isel_corpus_test.c - every function of the corpora selects, on every
 * target, to machine operations that hold their invariants.
 *
 *	isel_corpus_test [-d TARGET] [DIR|FILE.wasm ...]
 *
 * -d prints the operations for one target.  Without files: the
 * modules of rfc46 and the kernels beside the tree; 77 where there are none.
 * The core suite is another entry, in tests/t32.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "opt/opt.h"
#include "tap.h"
#include "t32/code.h"

static const char *dump;
static unsigned functions, failures;

static void check_one(const char *path, const struct mir_func *m,
		      struct arena *a)
{
	const char *err = mir_check(m, a);

	functions++;
	if (!err && !dump)
		return;
	struct buf text;
	buf_init(&text, a);
	mir_print(m, &text);
	if (dump)
		printf("%.*s", (int)text.n, (const char *)text.at);
	if (err && failures++ < 5)
		ok(false, "%s on %s: %s\n%.*s", path, m->target->name, err,
		   (int)text.n, (const char *)text.at);
}

static void check_function(const char *path, const struct ir_module *im,
			   uint32_t index, int level, const struct target *t)
{
	struct arena a;
	jmp_buf oom;
	struct diag_sink s = { 0 };
	struct opt_options opt = { .level = level };
	struct t32_options o = { .target = t };

	if (setjmp(oom)) {
		ok(false, "%s: out of memory", path);
		exit(1);
	}
	arena_init(&a, &oom);
	diag_init(&s, &a);
	struct ir_func *f = ir_build(im, index, &a, &s);
	if (f) {
		if (level)
			opt_run(f, &opt, NULL);
		check_one(path, t32_select(f, &o, &a), &a);
	}
	arena_fini(&a);
}

static void check_module(const char *path, struct arena *a)
{
	struct wasm_module m = { 0 };
	struct diag_sink s = { 0 };
	struct ir_options io = { .max_memory = 1 << 20 };
	struct ir_module im = { 0 };
	uint8_t *bytes;
	size_t n;

	diag_init(&s, a);
	if (!file_read(path, SIZE_MAX, a, &bytes, &n, &s) ||
	    !wasm_decode(&m, bytes, n, &wasm_default_limits, a, &s) ||
	    !wasm_validate(&m, &wasm_default_limits, a, &s))
		return;
	ir_module_init(&im, &m, &io, a);
	for (uint32_t k = m.nimported[WASM_FUNC]; k < m.funcs.n; k++)
		for (int t = 0; t < TARGET_COUNT; t++) {
			if (dump && target_find(dump) != &targets[t])
				continue;
			if (!dump)
				check_function(path, &im, k, 0, &targets[t]);
			check_function(path, &im, k, 2, &targets[t]);
		}
}

static void check_file(const char *path)
{
	struct arena a;
	jmp_buf oom;

	if (setjmp(oom)) {
		ok(false, "%s: out of memory", path);
		exit(1);
	}
	arena_init(&a, &oom);
	check_module(path, &a);
	arena_fini(&a);
}

static bool ends_in_wasm(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".wasm") == 0;
}

/* A file, or every module in a folder.  False when there is none. */
static bool check_path(const char *path)
{
	DIR *d = opendir(path);
	char name[4096];
	bool any = false;

	if (!d) {
		if (ends_in_wasm(path))
			check_file(path);
		return ends_in_wasm(path);
	}
	for (const struct dirent *e; (e = readdir(d));) {
		if (!ends_in_wasm(e->d_name))
			continue;
		snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		check_file(name);
		any = true;
	}
	closedir(d);
	return any;
}

int main(int argc, char **argv)
{
	const char *corpus = getenv("HEDDLE_CORPUS");
	char path[2][4096];

	if (argc > 2 && strcmp(argv[1], "-d") == 0) {
		dump = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc > 1) {
		for (int k = 1; k < argc; k++)
			check_path(argv[k]);
	} else {
		corpus = corpus ? corpus : "../shared/corpus";
		snprintf(path[0], sizeof path[0], "%s/rfc46", corpus);
		snprintf(path[1], sizeof path[1], "%s/../bench/kernels",
			 corpus);
		bool modules = check_path(path[0]);
		bool kernels = check_path(path[1]);
		if (!modules || !kernels) {
			printf("1..0 # SKIP no corpus\n");
			return 77;
		}
	}
	ok(failures == 0, "%u selections hold, %u do not",
	   functions - failures, failures);
	return done();
}
