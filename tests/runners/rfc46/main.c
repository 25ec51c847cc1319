/* rfc46/main.c - plays host scripts against pulseengine:async modules.
 *
 *	rfc46-run [--target T] [--json] [-j N] DIR
 *
 * Each DIR/NAME.json names a module and scenarios: a script for the host and
 * what must come of it.  The module is compiled with heddle, linked with the
 * runtime and script_main, and played in QEMU; steps, drained bytes, trap and
 * backpressure changes must be those expected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rfc46/scenario.h"

static struct options {
	const struct target *target;
	const char *name;
	bool json;
	const char *dir;
	VEC(const char *) extra;	/* passed on to heddle compile */
} opt;

static void usage(void)
{
	fprintf(stderr, "usage: rfc46-run [--target T] [--json] [-j N] "
			"[--heddle OPTION]... DIR\n");
	exit(2);
}

static void parse(int argc, char **argv, struct arena *a)
{
	opt.name = "cortex-m4";
	for (int k = 1; k < argc; k++) {
		if (!strcmp(argv[k], "--target") && k + 1 < argc)
			opt.name = argv[++k];
		else if (!strcmp(argv[k], "--heddle") && k + 1 < argc)
			vec_push(a, &opt.extra, argv[++k]);
		else if (!strcmp(argv[k], "--json"))
			opt.json = true;
		else if (!strcmp(argv[k], "-j") && k + 1 < argc)
			k++;	/* scenarios take milliseconds: one at a time */
		else if (argv[k][0] == '-' || opt.dir)
			usage();
		else
			opt.dir = argv[k];
	}
	opt.target = target_find(opt.name);
	if (!opt.dir || !opt.target)
		usage();
}

/* Compiles the module and links it with the script player.
 * Returns the image, or NULL with *why. */
static const char *image(const char *wasm, const char **why, struct arena *a)
{
	const char *tmp = fw_temp_dir(a);
	const char *obj = arena_printf(a, "%s/module.o", tmp);
	const char *elf = arena_printf(a, "%s/module.elf", tmp);
	VEC(const char *) v = { 0 };

	vec_push(a, &v, arena_printf(a, "%s/heddle", fw_build_dir(a)));
	vec_push(a, &v, "compile");
	vec_push(a, &v, wasm);
	vec_push(a, &v, "-o");
	vec_push(a, &v, obj);
	vec_push(a, &v, "--target");
	vec_push(a, &v, opt.target->name);
	/* what runs is tested here; tests/prove proves the same modules */
	vec_push(a, &v, "--no-prove");
	for (uint32_t k = 0; k < opt.extra.n; k++)
		vec_push(a, &v, opt.extra.at[k]);
	vec_push(a, &v, NULL);
	struct fw_result r = fw_run(v.at, NULL, 0, 60, a);
	if (!r.ran || r.status != 0) {
		*why = r.why ? r.why : (const char *)r.err.at;
		return NULL;
	}
	const char *app = arena_printf(a, "%s/rt/%s/app_wasm.o",
				       fw_build_dir(a), opt.target->name);
	const char *inputs[] = { obj, app };
	*why = fw_link(opt.target, "script_main", inputs, 2, elf, a);
	return *why ? NULL : elf;
}

static void run_file(const char *path, struct tally *t)
{
	struct arena a;
	const char *why = NULL;

	arena_init(&a, NULL);
	struct rfc46_file f;
	if (!rfc46_load(&f, path, &a, &why)) {
		if (why)
			tally_fail(t, path, 0, "%s", why);
		arena_fini(&a);
		return;
	}
	const char *elf = image(f.module, &why, &a);
	if (!elf)
		tally_fail(t, path, 0, "%s", why);
	for (uint32_t k = 0; elf && k < f.n; k++) {
		why = rfc46_play(&f, k, opt.target, elf, &a);
		if (why)
			tally_fail(t, path, k, "%s: %s", rfc46_name(&f, k), why);
		else
			t->passed++;
	}
	rfc46_close(&f);
	arena_fini(&a);
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { 0 };

	arena_init(&a, NULL);
	parse(argc, argv, &a);
	t.arena = &a;
	t.json = opt.json;
	struct spec_paths p = spec_find(opt.dir, &a);
	for (uint32_t k = 0; k < p.n; k++)
		run_file(p.at[k], &t);
	fw_cleanup();
	int status = tally_end(&t);
	arena_fini(&a);
	return status;
}
