/* main.c - component-run DIR|FILE...: checks components in folders.
 *
 * Each *.wasm of layer 1 must decode, validate and link to a valid core
 * module that the checker takes for what the component says, with walls and without; those that a JSON command file beside them calls assert_invalid must
 * be refused for the reason given.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "component/link.h"
#include "prove/link/linkage.h"

/* Components that must be refused, and why. */
static struct invalid {
	char *path, *why;
	struct invalid *next;
} *invalids;

static struct arena names;		/* paths, for the whole run */
static VEC(char *) components;
static unsigned passed, failed, skipped;
static struct {
	unsigned functions, builtins, adapters, trusted;
} compared;

/* --- what is expected ------------------------------------------------------- */

static void expect_invalid(const char *json, const json_t *command)
{
	const char *type = json_string_value(json_object_get(command, "type"));
	const char *file = json_string_value(json_object_get(command, "filename"));
	const char *why = json_string_value(json_object_get(command, "message"));
	const char *slash = strrchr(json, '/');
	struct invalid *i;

	if (!type || !file || strcmp(type, "assert_invalid") != 0)
		return;
	i = arena_new(&names, struct invalid);
	i->path = arena_printf(&names, "%.*s%s",
			       slash ? (int)(slash - json) + 1 : 0, json, file);
	i->why = arena_copy(&names, why ? why : "", why ? strlen(why) : 0);
	i->next = invalids;
	invalids = i;
}

static void read_commands(const char *path)
{
	json_t *root = json_load_file(path, 0, NULL), *command;
	size_t k;

	json_array_foreach(json_object_get(root, "commands"), k, command)
		expect_invalid(path, command);
	json_decref(root);
}

static int visit(const char *path, const struct stat *st, int type,
		 struct FTW *ftw)
{
	size_t n = strlen(path);

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	if (n > 5 && strcmp(path + n - 5, ".json") == 0)
		read_commands(path);
	if (n > 5 && strcmp(path + n - 5, ".wasm") == 0)
		vec_push(&names, &components, arena_copy(&names, path, n));
	return 0;
}

/* --- checking ------------------------------------------------------------------ */

static const char *reason_to_refuse(const char *path)
{
	for (const struct invalid *i = invalids; i; i = i->next)
		if (strcmp(i->path, path) == 0)
			return i->why;
	return NULL;
}

/* Quotes around code differ between validators. */
static const char *plain(struct arena *a, const char *s)
{
	char *r = arena_copy(a, s, strlen(s)), *to = r;

	for (const char *p = r; *p; p++)
		if (*p != '`')
			*to++ = *p;
	*to = 0;
	return r;
}

static void complain(const char *path, const char *what,
		     const struct diag_sink *s, struct arena *a)
{
	struct buf out;

	failed++;
	printf("FAIL %s: %s\n", path, what);
	buf_init(&out, a);
	for (uint32_t k = 0; k < s->n; k++)
		diag_print(&s->at[k], path, NULL, NULL, &out);
	fwrite(out.at, 1, out.n, stdout);
}

/* Links; what comes out must be valid, and what the component says. */
static bool links(const uint8_t *bytes, size_t n, bool walls, struct arena *a,
		  struct diag_sink *s)
{
	struct comp_file *f = arena_new(a, struct comp_file);
	struct wasm_module *m = arena_new(a, struct wasm_module);
	struct linkage k;
	struct linked *out = arena_new(a, struct linked);
	struct graph *g = arena_new(a, struct graph);

	if (!comp_decode(f, bytes, n, &wasm_default_limits, a, s) ||
	    !graph_build(g, f, s) || !link_graph(out, g, walls, s) ||
	    !wasm_decode(m, out->bytes.at, out->bytes.n, &wasm_default_limits,
			 a, s) ||
	    !wasm_validate(m, &wasm_default_limits, a, s))
		return false;
	if (!linkage_check(&k, bytes, n, &wasm_default_limits, m, a)) {
		diag_report(s, DIAG_UNPROVED, DIAG_NOWHERE, "%s", k.why);
		return false;
	}
	if (walls)
		return true;
	compared.functions += k.functions;
	compared.builtins += k.builtins;
	compared.adapters += k.adapters;
	compared.trusted += k.trusted.n;
	return true;
}

static void judge(const char *path, const uint8_t *bytes, size_t n,
		  struct arena *a, struct diag_sink *s)
{
	const char *why = reason_to_refuse(path);
	struct comp_file *f = arena_new(a, struct comp_file);
	bool ok = comp_decode(f, bytes, n, &wasm_default_limits, a, s);

	if (ok && why)
		complain(path, "accepted, but is invalid", s, a);
	else if (!ok && !why)
		complain(path, "refused, but is valid", s, a);
	else if (!ok && !strstr(plain(a, s->at[0].detail), plain(a, why)))
		complain(path, why, s, a);
	else if (ok && (!links(bytes, n, true, a, s) ||
			!links(bytes, n, false, a, s)))
		complain(path, "does not link", s, a);
	else
		passed++;
}

static void check(const char *path)
{
	struct diag_sink sink;
	struct arena a;
	jmp_buf oom;
	uint8_t *bytes;
	size_t n;

	arena_init(&a, &oom);
	if (setjmp(oom)) {
		printf("FAIL %s: out of memory\n", path);
		failed++;
		arena_fini(&a);
		return;
	}
	diag_init(&sink, &a);
	if (!file_read(path, 1 << 28, &a, &bytes, &n, &sink))
		complain(path, "cannot be read", &sink, &a);
	else if (comp_is_component(bytes, n))
		judge(path, bytes, n, &a, &sink);
	arena_fini(&a);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	struct stat st;

	arena_init(&names, NULL);
	for (int k = 1; k < argc; k++) {
		if (stat(argv[k], &st) != 0) {
			printf("SKIP %s is absent\n", argv[k]);
			return 77;
		}
		if (nftw(argv[k], visit, 16, FTW_PHYS) != 0)
			return 1;
	}
	if (components.n)
		qsort(components.at, components.n, sizeof *components.at,
		      by_name);
	for (uint32_t k = 0; k < components.n; k++)
		check(components.at[k]);
	printf("compared with the components: %u functions, %u built-ins, %u "
	       "adapters; %u functions trusted\n", compared.functions,
	       compared.builtins, compared.adapters, compared.trusted);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	arena_fini(&names);
	return failed > 0;
}
