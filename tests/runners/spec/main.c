/* main.c - spec-run: the core test suite on a target.
 *
 *	spec-run [--target T] [--json] [-j N] [--leave-out TEXT] [--strict]
 *	         [-O LEVEL] [--plain] [--pointer] [--opt LEVEL|PASSES]
 *	         [--rewrite LEVEL] DIR|FILE.json...
 *
 * Runs every command of every file, prints failures with what was expected
 * and what came out, counts per file, and last "N passed, M failed, K
 * skipped".  --leave-out leaves out files whose path contains TEXT; --strict
 * fails when anything was skipped but modules in the text format.  -O,
 * --plain and --pointer choose how compiled targets compile; --opt optimises
 * what the evaluator runs; --rewrite
 * runs what the optimiser makes of each module as WebAssembly.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/passes.h"
#include "eval_opt.h"
#include "spec.h"
#include "qemu_options.h"

const char *spec_rewrite;

struct qemu_options qemu_options = { .level = 2 };

static const struct spec_target *const targets[] = {
	&spec_target_eval,
#if defined(SPEC_HAS_QEMU)
	&spec_target_qemu,
#endif
};

static const struct spec_target *find_target(const char *name)
{
	for (size_t k = 0; k < ARRAY_LEN(targets); k++)
		if (strncmp(name, targets[k]->prefix,
			    strlen(targets[k]->prefix)) == 0)
			return targets[k];
	return NULL;
}

static int usage(void)
{
	fprintf(stderr, "usage: spec-run [--target T] [--json] [-j N] "
			"[--leave-out TEXT] [--strict] [-O LEVEL] [--plain] "
			"[--pointer] [--opt LEVEL|PASSES] "
			"[--rewrite LEVEL] DIR|FILE.json...\n");
	for (size_t k = 0; k < ARRAY_LEN(targets); k++)
		fprintf(stderr, "  %-10s %s\n", targets[k]->prefix,
			targets[k]->help);
	return 2;
}

/* The value of an option that has one; NULL when this is not that option. */
static const char *value(int argc, char **argv, int *k, const char *option)
{
	if (strcmp(argv[*k], option) != 0 || *k + 1 >= argc)
		return NULL;
	return argv[++*k];
}

static void add(struct spec_paths *all, struct spec_paths more,
		const struct spec_options *o, struct arena *a)
{
	const char **at = arena_array(a, const char *, all->n + more.n);
	uint32_t n = all->n;

	if (n)
		memcpy(at, all->at, n * sizeof *at);
	for (uint32_t k = 0; k < more.n; k++)
		if (!o->leave_out || !strstr(more.at[k], o->leave_out))
			at[n++] = more.at[k];
	all->at = at;
	all->n = n;
}

static bool only_text_skipped(const struct tally *t)
{
	for (uint32_t k = 0; k < t->reasons.n; k++)
		if (strcmp(t->reasons.at[k].text, SPEC_TEXT_FORMAT) != 0)
			return false;
	return true;
}

static int run(struct tally *t, struct spec_options *o, struct spec_paths p)
{
	if (p.n == 0) {
		fprintf(stderr, "SKIP: no suite found\n");
		return 77;
	}
	if (o->jobs < 1)
		o->jobs = 1;
	if (o->jobs > p.n)
		o->jobs = p.n;
	spec_run_all(t, o, p);
	int status = tally_end(t);
	if (o->strict && !only_text_skipped(t)) {
		fprintf(stderr, "--strict: skipped for another reason than "
				"the text format\n");
		return 1;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct spec_options o = { .name = "cortex-m4", .jobs = 1 };
	struct spec_paths paths = { 0 };
	struct arena a;
	const char *v;
	int folders = 0;

	arena_init(&a, NULL);
	struct tally t = { .arena = &a };
	for (int k = 1; k < argc; k++) {
		if (strcmp(argv[k], "--json") == 0)
			t.json = true;
		else if (strcmp(argv[k], "--strict") == 0)
			o.strict = true;
		else if (strcmp(argv[k], "--plain") == 0)
			qemu_options.plain = true;
		else if (strcmp(argv[k], "--pointer") == 0)
			qemu_options.pointer = true;
		else if ((v = value(argc, argv, &k, "-O")))
			qemu_options.level = (unsigned)strtoul(v, NULL, 10);
		else if ((v = value(argc, argv, &k, "--opt")))
			spec_eval_opt = v;
		else if ((v = value(argc, argv, &k, "--rewrite")))
			spec_rewrite = v;
		else if ((v = value(argc, argv, &k, "--target")))
			o.name = v;
		else if ((v = value(argc, argv, &k, "--leave-out")))
			o.leave_out = v;
		else if ((v = value(argc, argv, &k, "-j")))
			o.jobs = (unsigned)strtoul(v, NULL, 10);
		else if (argv[k][0] == '-')
			return usage();
		else
			folders = k;
	}
	o.target = find_target(o.name);
	if (!o.target || !folders ||
	    (spec_eval_opt && !passes_known(spec_eval_opt)))
		return usage();
	for (int k = 1; k <= folders; k++) {
		if (value(argc, argv, &k, "--target") ||
		    value(argc, argv, &k, "--leave-out") ||
		    value(argc, argv, &k, "-O") ||
		    value(argc, argv, &k, "--opt") ||
		    value(argc, argv, &k, "--rewrite") ||
		    value(argc, argv, &k, "-j") || argv[k][0] == '-')
			continue;
		add(&paths, spec_find(argv[k], &a), &o, &a);
	}
	int status = run(&t, &o, paths);
	arena_fini(&a);
	return status;
}
