/* main.c - wasm-agree-run: our validator and wabt's on damaged modules.
 *
 *	wasm-agree-run [-n N] [-seed S] DIR
 *
 * Takes the modules of DIR that we accept, changes one or two bytes of a copy,
 * and asks wasm-validate (package wabt) whether it is valid.  Both must say
 * the same, except where wabt 1.0.32 is known to be wrong; those are skipped
 * by what we reported.  The N cases follow from S alone.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "common/tally.h"
#include "wasm/module.h"

extern char **environ;

enum { SIZE_LIMIT = 20000 };

static uint64_t state = 1;

static uint32_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % n);
}

static bool has_element_expressions(const struct wasm_module *m)
{
	for (uint32_t i = 0; i < m->elems.n; i++)
		if (m->elems.at[i].expr)
			return true;
	return false;
}

/* The first diagnostic's code and detail; DIAG_NONE when valid, and then
 * detail says what wabt may not know. */
static enum diag_code ours(const uint8_t *p, size_t n, char *detail, size_t size)
{
	struct arena a;
	jmp_buf oom;
	struct diag_sink s;
	struct wasm_module m;
	volatile enum diag_code code = DIAG_MEMORY;

	arena_init(&a, &oom);
	if (!setjmp(oom)) {
		diag_init(&s, &a);
		bool good = wasm_decode(&m, p, n, &wasm_default_limits, &a,
					&s) &&
			    wasm_validate(&m, &wasm_default_limits, &a, &s);
		code = good ? DIAG_NONE : s.at[0].code;
		if (!good)
			snprintf(detail, size, "%s: %s", diag_text(code),
				 s.at[0].detail);
		else
			snprintf(detail, size, "%s",
				 has_element_expressions(&m) ? "expressions"
							     : "");
	}
	arena_fini(&a);
	return code;
}

/* 1 valid, 0 not, -1 wabt could not be run. */
static int theirs(const char *path)
{
	char *const argv[] = { "wasm-validate", "--enable-multi-memory",
			       "--enable-tail-call", "--enable-extended-const",
			       (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t fa;
	pid_t pid;
	int status = -1;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	int err = posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (err || waitpid(pid, &status, 0) < 0)
		return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return -1;
	return WEXITSTATUS(status) == 0;
}

/* Why a difference counts for nothing, or NULL. */
static const char *excuse(enum diag_code code, const char *detail)
{
	switch (code) {
	case DIAG_UNSUPPORTED:
	case DIAG_LIMIT:
		return "a proposal or a limit";
	case DIAG_NONE:
		return *detail ? "wabt takes no global.get in element segments"
			       : NULL;
	case DIAG_END:
		return "wabt lets a constant expression go unterminated";
	case DIAG_ALIGN:
		return "wabt computes alignments modulo 2^32";
	default:
		return strstr(detail, "data flags")
			       ? "wabt ignores unknown data flags" : NULL;
	}
}

struct seeds {
	VEC(struct seed {
		const char *name;
		uint8_t *at;
		size_t n;
	}) v;
};

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct seed *)x)->name,
		      ((const struct seed *)y)->name);
}

static void load(const char *dir, struct arena *a, struct seeds *out)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct diag_sink s;
	char detail[200];

	while (d && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');
		struct seed seed;
		if (!dot || strcmp(dot, ".wasm") != 0)
			continue;
		seed.name = arena_printf(a, "%s/%s", dir, e->d_name);
		diag_init(&s, a);
		if (file_read(seed.name, SIZE_LIMIT, a, &seed.at, &seed.n,
			      &s) && seed.n > 8 &&
		    ours(seed.at, seed.n, detail, sizeof detail) == DIAG_NONE)
			vec_push(a, &out->v, seed);
	}
	if (d)
		closedir(d);
	/* a folder has no order of its own */
	if (out->v.n)
		qsort(out->v.at, out->v.n, sizeof *out->v.at, by_name);
}

/* Changes that tend to stay decodable: bytes next to the old one, and bytes
 * that mean something nearly everywhere. */
static void damage(uint8_t *p, size_t n)
{
	static const uint8_t common[] = { 0x0b, 0x7f, 0x7e, 0x41, 0x00,
					  0x40, 0x6f, 0x70, 0x1a, 0x01 };
	uint8_t *at = p + 8 + below(n - 8);

	switch (below(3)) {
	case 0:  *at = (uint8_t)below(256); break;
	case 1:  *at = (uint8_t)(below(2) ? *at + 1 : *at - 1); break;
	default: *at = common[below(sizeof common)]; break;
	}
}

static bool one(struct tally *t, const struct seed *seed, const char *path,
		unsigned number)
{
	static uint8_t work[SIZE_LIMIT];
	struct diag_sink s;
	char detail[200];

	memcpy(work, seed->at, seed->n);
	for (unsigned k = 1 + below(4) / 3; k > 0; k--)
		damage(work, seed->n);
	diag_init(&s, t->arena);
	if (!file_write(path, work, seed->n, false, &s))
		return false;
	enum diag_code code = ours(work, seed->n, detail, sizeof detail);
	int valid = theirs(path);
	if (valid < 0)
		return false;
	if (valid == (code == DIAG_NONE))
		t->passed++;
	else if (excuse(code, detail))
		tally_skip(t, 1, excuse(code, detail));
	else
		tally_fail(t, seed->name, number, "we say %s, wabt %s",
			   code == DIAG_NONE ? "valid" : detail,
			   valid ? "valid" : "invalid");
	return true;
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { .arena = &a };
	struct seeds seeds = { 0 };
	unsigned long n = 1000;
	char path[] = "/tmp/heddle-agree-XXXXXX";
	bool ran = true;

	arena_init(&a, NULL);
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-n") == 0 && i + 1 < argc)
			n = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "-seed") == 0 && i + 1 < argc)
			state = strtoul(argv[++i], NULL, 10) * 2 + 1;
		else
			load(argv[i], &a, &seeds);
	int fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
	for (unsigned long i = 0; i < n && seeds.v.n && ran; i++)
		ran = one(&t, &seeds.v.at[below(seeds.v.n)], path,
			  (unsigned)i);
	if (!ran || !seeds.v.n)
		printf("SKIP: %s\n", ran ? "no modules" : "no wasm-validate");
	unlink(path);
	int status = tally_end(&t);
	arena_fini(&a);
	return ran ? status : 77;
}
