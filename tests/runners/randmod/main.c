/* main.c - randmod-run: random modules on two engines.
 *
 *	randmod-run [--seed S] [-n N] [--engines A,B] [--size K] [--fuel]
 *	            [--keep DIR] [--json]
 *	randmod-run --seed S --dump FILE.wasm
 *
 * Runs N modules (seeds S, S + 1, ...) on both engines and compares what they
 * write.  A difference is a failure; the module is reduced by leaving out
 * statements while the engines still differ, and kept in DIR (default: the
 * current folder) as randmod-SEED.wasm.  Ends with "N passed, M failed,
 * K skipped".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "common/firmware.h"
#include "common/tally.h"
#include "engine.h"

enum { BATCH = 25 };

bool engine_fuel;

static const struct engine *const engines[] = {
	&engine_eval,
	&engine_node,
	&engine_wasm,
#if defined(RANDMOD_HAS_QEMU)
	&engine_qemu,
#endif
};

struct session {
	const char *name[2];
	const struct engine *engine[2];
	struct randmod_options o;
	unsigned n;
	const char *keep, *dump;
	struct tally t;
};

static const struct engine *find(const char *name)
{
	for (size_t k = 0; k < ARRAY_LEN(engines); k++)
		if (strncmp(name, engines[k]->prefix,
			    strlen(engines[k]->prefix)) == 0)
			return engines[k];
	return NULL;
}

/* The options of one seed: features vary with it. */
static struct randmod_options options(const struct session *s, uint64_t seed)
{
	struct randmod_options o = s->o;

	o.seed = seed;
	o.tail_calls = seed & 1;
	o.bulk = seed & 2;
	o.grow = seed & 4;
	o.no_floats = (seed & 0x18) == 0x18;
	return o;
}

/* --- reduction -------------------------------------------------------- */

static bool still_differs(void *ctx, const struct randmod *r)
{
	struct session *s = ctx;
	const char *one = NULL, *two = NULL;
	struct arena a;

	arena_init(&a, NULL);
	bool differ = !s->engine[0]->run(s->name[0], r, 1, &one, &a) &&
		      !s->engine[1]->run(s->name[1], r, 1, &two, &a) &&
		      strcmp(one, two) != 0;
	arena_fini(&a);
	return differ;
}

static void report(struct session *s, struct randmod *r, uint64_t seed,
		   const char *one, const char *two, struct arena *a)
{
	struct diag_sink sink;
	const char *path = arena_printf(a, "%s/randmod-%llu.wasm",
					s->keep ? s->keep : ".",
					(unsigned long long)seed);

	unsigned tries = randmod_reduce(r, options(s, seed), still_differs, s,
					a);
	diag_init(&sink, a);
	file_write(path, r->wasm.at, r->wasm.n, false, &sink);
	tally_fail(&s->t, path, 0,
		   "seed %llu, reduced to %u statements in %u tries\n"
		   "--- %s\n%s--- %s\n%s", (unsigned long long)seed, r->ids.n,
		   tries, s->name[0], one, s->name[1], two);
}

/* --- batches ---------------------------------------------------------- */

static void compare(struct session *s, uint64_t seed, unsigned n,
		    struct arena *a)
{
	struct randmod *r = arena_array(a, struct randmod, n);
	const char **one = arena_array(a, const char *, n);
	const char **two = arena_array(a, const char *, n);

	for (unsigned k = 0; k < n; k++) {
		struct randmod_options o = options(s, seed + k);
		randmod(&r[k], &o, a);
	}
	const char *bad = s->engine[0]->run(s->name[0], r, n, one, a);
	if (!bad)
		bad = s->engine[1]->run(s->name[1], r, n, two, a);
	if (bad) {
		tally_fail(&s->t, "seeds from", (unsigned)seed, "%s", bad);
		return;
	}
	for (unsigned k = 0; k < n; k++)
		if (strcmp(one[k], two[k]) == 0)
			s->t.passed++;
		else
			report(s, &r[k], seed + k, one[k], two[k], a);
}

static void run(struct session *s)
{
	for (unsigned k = 0; k < s->n; k += BATCH) {
		struct arena a;
		unsigned n = s->n - k < BATCH ? s->n - k : BATCH;

		arena_init(&a, NULL);
		compare(s, s->o.seed + k, n, &a);
		arena_fini(&a);
	}
}

static int dump(struct session *s)
{
	struct randmod_options o = options(s, s->o.seed);
	struct randmod r;
	struct diag_sink sink;

	diag_init(&sink, s->t.arena);
	randmod(&r, &o, s->t.arena);
	return file_write(s->dump, r.wasm.at, r.wasm.n, false, &sink) ? 0 : 4;
}

/* --- command line ----------------------------------------------------- */

static int usage(void)
{
	fprintf(stderr, "usage: randmod-run [--seed S] [-n N] "
			"[--engines A,B] [--size K] [--fuel] [--keep DIR] "
			"[--json]\n"
			"       randmod-run --seed S --dump FILE.wasm\n");
	for (size_t k = 0; k < ARRAY_LEN(engines); k++)
		fprintf(stderr, "  %-10s %s\n", engines[k]->prefix,
			engines[k]->help);
	return 2;
}

static bool choose(struct session *s, const char *both)
{
	const char *comma = strchr(both, ',');

	if (!comma)
		return false;
	s->name[0] = arena_copy(s->t.arena, both, (size_t)(comma - both));
	s->name[1] = comma + 1;
	for (unsigned k = 0; k < 2; k++)
		s->engine[k] = find(s->name[k]);
	return s->engine[0] && s->engine[1];
}

static bool option(struct session *s, const char *name, const char *value)
{
	if (strcmp(name, "--seed") == 0)
		s->o.seed = strtoull(value, NULL, 0);
	else if (strcmp(name, "-n") == 0)
		s->n = (unsigned)strtoul(value, NULL, 0);
	else if (strcmp(name, "--size") == 0)
		s->o.size = (unsigned)strtoul(value, NULL, 0);
	else if (strcmp(name, "--engines") == 0)
		return choose(s, value);
	else if (strcmp(name, "--keep") == 0)
		s->keep = value;
	else if (strcmp(name, "--dump") == 0)
		s->dump = value;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct arena a;
	struct session s = { .n = 200 };
	bool good;

	arena_init(&a, NULL);
	s.t.arena = &a;
	good = choose(&s, "eval,node");
	for (int k = 1; k < argc && good; k++)
		if (strcmp(argv[k], "--json") == 0)
			s.t.json = true;
		else if (strcmp(argv[k], "--fuel") == 0)
			engine_fuel = true;
		else
			good = k + 1 < argc && option(&s, argv[k], argv[k + 1]),
			k++;
	int status = 2;
	if (!good) {
		usage();
	} else if (s.dump) {
		status = dump(&s);
	} else {
		run(&s);
		status = tally_end(&s.t);
	}
	fw_cleanup();
	arena_fini(&a);
	return status;
}
