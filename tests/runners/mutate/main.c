/* main.c - mutation testing of the checker.
 *
 *	mutate-run [-n N] [--seed S] [--target T] [-j JOBS] FILE.wasm...
 *
 * Compiles each module, makes N mutants over all of their functions and asks
 * the checker about each. A mutant that is not REJECTED must behave as the
 * original does: it is executed beside it in QEMU on edge and random inputs, with
 * traps, results and memories compared. One difference is a kill the checker missed: exit 1.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "common/firmware.h"
#include "mutate/mutate.h"
#include "wasm/decode.h"
#include "wasm/check.h"

struct options {
	uint32_t n, jobs;
	uint64_t seed;
	const struct target *target;
};

static struct {
	unsigned long mutants, rejected, proved[MUTATIONS], made[MUTATIONS];
	unsigned long same, unreached, different, modules, left_out, functions, unproved, limits;
} sum;

struct module {
	const char *path, *object;
	struct wasm_module *m;
	uint8_t *bytes;
	size_t size;
	uint32_t *func;		/* functions with code */
	uint64_t *effort;	/* [function]: what a proof may cost */
	uint32_t nfuncs;
};

/* --- judging --- */

struct judge {
	struct module *mod;
	const struct options *o;
	uint32_t n;
	uint64_t seed;
	atomic_uint next, limits;
	struct mutant *m;
	bool *proved;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return (x ^ x >> 31) | 1;
}

/* A mutant of some function; every number k gives the same one again. */
static void make(const struct judge *j, const struct world *w, uint32_t k,
		 struct mutant *m)
{
	for (uint32_t try = 0; try < 4000; try++) {
		const uint64_t r = mix(j->seed + ((uint64_t)k << 16) + try);
		if (mutate(w, j->mod->func[r % j->mod->nfuncs], mix(r), m))
			return;
	}
	printf("no mutant of %s\n", j->mod->path);
	exit(70);
}

/* A mutant may cost eight times what the accepted code cost, then it is
 * REJECTED like any proof that does not end. */
static struct verdict judge(const struct judge *j, struct obj *o,
			    const struct mutant *m, uint64_t effort)
{
	struct prove_limits limits = prove_limits_default;
	uint8_t *p = o->sections.at[m->section].bytes.at + m->at;
	struct verdict v = { 0 };
	struct world w;
	struct arena a;
	jmp_buf oom;

	if (effort && effort < limits.effort)
		limits.effort = effort;
	memcpy(p, m->new, m->n);
	arena_init(&a, &oom);
	a.limit = prove_limits_default.memory;
	if (setjmp(oom) == 0) {
		world_init(&w, j->mod->m, o, &a);
		if (!w.why)
			prove_function(&w, m->func, &limits, &a, &v);
	}
	v.reason = !v.proved && v.reason && !strcmp(v.reason, "limit") ?
		   "limit" : NULL;	/* texts go with the arena */
	v.detail = NULL;
	arena_fini(&a);
	memcpy(p, m->old, m->n);
	return v;
}

/* Only accepted code has mutants: functions the checker does not prove as they
 * are would have every mutant REJECTED for nothing. */
static void *accept(void *arg)
{
	struct judge *j = arg;
	struct module *mod = j->mod;
	struct diag_sink sink;
	struct arena a;
	jmp_buf oom;
	uint32_t n = 0;

	arena_init(&a, &oom);
	if (setjmp(oom))
		exit(70);
	diag_init(&sink, &a);
	struct obj *o = obj_read(mod->bytes, mod->size, &a, &sink);
	for (uint32_t k = 0; k < mod->nfuncs; k++) {
		const struct mutant none = { .func = mod->func[k] };
		const struct verdict v = judge(j, o, &none, 0);
		mod->effort[mod->func[k]] = 8 * v.effort + 20000;
		if (v.proved)
			mod->func[n++] = mod->func[k];
		else
			sum.unproved++;
	}
	mod->nfuncs = n;
	arena_fini(&a);
	return NULL;
}

static void *work(void *arg)
{
	struct judge *j = arg;
	struct diag_sink sink;
	struct arena a;
	struct world w;
	jmp_buf oom;
	uint32_t k;

	arena_init(&a, &oom);
	if (setjmp(oom))
		exit(70);
	diag_init(&sink, &a);
	struct obj *o = obj_read(j->mod->bytes, j->mod->size, &a, &sink);
	world_init(&w, j->mod->m, o, &a);
	while ((k = atomic_fetch_add(&j->next, 1)) < j->n) {
		make(j, &w, k, &j->m[k]);
		const struct verdict v = judge(j, o, &j->m[k],
					       j->mod->effort[j->m[k].func]);
		j->proved[k] = v.proved;
		if (v.reason)
			atomic_fetch_add(&j->limits, 1);
	}
	arena_fini(&a);
	return NULL;
}

/* Paths are followed by recursion: threads with large stacks. */
static void on_threads(struct judge *j, uint32_t n, void *(*fn)(void *))
{
	pthread_t thread[16];
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, (size_t)256 << 20);
	for (uint32_t k = 0; k < n; k++)
		if (pthread_create(&thread[k], &attr, fn, j))
			exit(70);
	for (uint32_t k = 0; k < n; k++)
		pthread_join(thread[k], NULL);
}

/* --- one module --- */

static bool compile(struct module *mod, const struct options *o, struct arena *a)
{
	const char *heddle = arena_printf(a, "%s/heddle", fw_build_dir(a));
	const char *argv[] = {
		heddle, "compile", "-q", "--allow-unproved", "--prefix", "z",
		"--target", o->target->name, mod->path, "-o", mod->object, NULL,
	};
	struct fw_result r = fw_run(argv, NULL, 0, 300, a);

	return r.ran && r.status == 0;
}

static bool load(struct module *mod, const struct options *o, struct arena *a)
{
	struct diag_sink sink;
	uint8_t *bytes;
	size_t n;

	diag_init(&sink, a);
	mod->object = arena_printf(a, "%s/module.o", fw_temp_dir(a));
	mod->m = arena_new(a, struct wasm_module);
	if (!file_read(mod->path, 1 << 26, a, &bytes, &n, &sink) ||
	    !wasm_decode(mod->m, bytes, n, &wasm_default_limits, a, &sink) ||
	    !wasm_validate(mod->m, &wasm_default_limits, a, &sink) ||
	    !compile(mod, o, a) ||
	    !file_read(mod->object, 1 << 28, a, &mod->bytes, &mod->size, &sink))
		return false;
	struct obj *obj = obj_read(mod->bytes, mod->size, a, &sink);
	struct world w;
	if (!obj)
		return false;
	world_init(&w, mod->m, obj, a);
	mod->func = arena_array(a, uint32_t, mod->m->funcs.n + 1);
	mod->effort = arena_array(a, uint64_t, mod->m->funcs.n + 1);
	for (uint32_t f = mod->m->nimported[WASM_FUNC]; f <= mod->m->funcs.n; f++) {
		uint32_t section, at, size;
		if (mutate_code(&w, f, &section, &at, &size) && size > 4)
			mod->func[mod->nfuncs++] = f;
	}
	return mod->nfuncs > 0;
}

static void describe(const struct module *mod, const struct mutant *m,
		     const char *what)
{
	printf("%s: %s func %u+0x%x %s:", what, mod->path, m->func, m->offset,
	       mutation_name[m->kind]);
	for (unsigned k = 0; k < m->n; k += 2)
		printf(" %02x%02x", m->old[k + 1], m->old[k]);
	printf(" ->");
	for (unsigned k = 0; k < m->n; k += 2)
		printf(" %02x%02x", m->new[k + 1], m->new[k]);
	printf("\n");
}

static bool survivors(const struct module *mod, const struct judge *j,
		      const struct options *o, struct arena *a)
{
	struct mutant *left = arena_array(a, struct mutant, j->n + 1);
	enum seen *seen = arena_array(a, enum seen, j->n + 1);
	uint32_t n = 0;

	for (uint32_t k = 0; k < j->n; k++)
		if (j->proved[k])
			left[n++] = j->m[k];
	const char *why = execute(o->target, mod->object, left, n, seen, a);
	if (why) {
		printf("left out: %s: %s\n", mod->path, why);
		return false;
	}
	for (uint32_t k = 0; k < n; k++) {
		sum.same += seen[k] == SEEN_SAME;
		sum.unreached += seen[k] == SEEN_UNREACHED;
		sum.proved[left[k].kind]++;
		if (seen[k] < SEEN_DIFFERENT)
			continue;
		sum.different++;
		describe(mod, &left[k], seen[k] == SEEN_HUNG ? "MISSED (hangs)" :
							       "MISSED");
	}
	return true;
}

/* N mutants of a module. */
static void module(const char *path, uint32_t n, uint64_t seed,
		   const struct options *o)
{
	struct module mod = { .path = path };
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	if (setjmp(oom))
		exit(70);
	if (!load(&mod, o, &a)) {
		printf("left out: %s: not compiled\n", path);
		sum.left_out++;
		arena_fini(&a);
		return;
	}
	struct judge j = { .mod = &mod, .o = o, .n = n, .seed = seed,
			   .m = arena_array(&a, struct mutant, n),
			   .proved = arena_array(&a, bool, n) };
	on_threads(&j, 1, accept);
	if (mod.nfuncs)
		on_threads(&j, o->jobs, work);
	if (mod.nfuncs && survivors(&mod, &j, o, &a)) {
		sum.modules++;
		sum.functions += mod.nfuncs;
		sum.mutants += n;
		sum.limits += j.limits;
		for (uint32_t k = 0; k < n; k++) {
			sum.rejected += !j.proved[k];
			sum.made[j.m[k].kind]++;
		}
	} else {
		sum.left_out++;
	}
	fflush(stdout);
	arena_fini(&a);
}

int main(int argc, char **argv)
{
	struct options o = { .n = 1000, .jobs = 2, .seed = 1,
			     .target = target_find("cortex-m4") };
	int first = 1;

	for (; first + 1 < argc && argv[first][0] == '-'; first += 2) {
		const char *v = argv[first + 1];
		if (!strcmp(argv[first], "-n"))
			o.n = (uint32_t)atoi(v);
		else if (!strcmp(argv[first], "-j"))
			o.jobs = (uint32_t)atoi(v);
		else if (!strcmp(argv[first], "--seed"))
			o.seed = strtoull(v, NULL, 0);
		else if (!strcmp(argv[first], "--target"))
			o.target = target_find(v);
	}
	const uint32_t files = (uint32_t)(argc - first);
	if (argc <= first || !o.target || o.jobs < 1 || o.jobs > 16) {
		fprintf(stderr, "usage: mutate-run [-n N] [--seed S] "
			"[--target T] [-j JOBS] FILE.wasm...\n");
		return 2;
	}
	for (uint32_t k = 0; k < files; k++)
		module(argv[first + (int)k],
		       o.n / files + (k < o.n % files), mix(o.seed * 1000003 + k),
		       &o);
	fw_cleanup();
	for (unsigned k = 0; k < MUTATIONS; k++)
		printf("%-16s %6lu made, %5lu not rejected\n", mutation_name[k],
		       sum.made[k], sum.proved[k]);
	printf("%lu modules, %lu functions; left out %lu modules, %lu functions "
	       "that are not PROVED\n", sum.modules, sum.functions,
	       sum.left_out, sum.unproved);
	printf("%lu mutants: %lu REJECTED (%lu by effort), %lu executed and the same, %lu not "
	       "reached by any input, %lu MISSED\n", sum.mutants, sum.rejected,
	       sum.limits,
	       sum.same, sum.unreached, sum.different);
	return sum.different || !sum.mutants;
}
