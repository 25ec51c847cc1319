/* main.c - mutation testing of the checker.
 *
 *	mutate-run [-n N | --each BYTES] [--piece K/OF] [--least N] [--seed S]
 *		   [--target T] [-j JOBS] FILE.wasm...
 *
 * Compiles each module, makes N mutants over all of their functions, or one for each
 * so many bytes of code, and asks the checker about each; no two are the same. A mutant that is not
 * REJECTED must behave as the original does: it is executed beside it in QEMU on edge and random inputs, with
 * traps, results and memories compared. One difference is a kill the checker missed: exit 1; and so it is when
 * there were fewer than --least. A piece is each OF-th of the files: one run may end where another does not.
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

/* Of one function: a br_table of 24,000 arms is not worth as many mutants. */
enum { TRIES = 4000, MOST = 200 };

struct options {
	uint32_t n, each, jobs, piece, of, least;
	uint64_t seed;
	const struct target *target;
};

static struct {
	unsigned long mutants, rejected, proved[MUTATIONS], made[MUTATIONS];
	unsigned long same, unreached, different, modules, left_out, functions, unproved, limits;
	unsigned long unexecuted, refused;
} sum;

struct module {
	const char *path, *object;
	struct wasm_module *m;
	uint8_t *bytes;
	size_t size;
	uint32_t *func;		/* functions with code */
	uint32_t *bytes_of;	/* [function]: of its code */
	uint64_t *effort;	/* [function]: what a proof may cost */
	uint32_t nfuncs;
};

/* --- judging --- */

struct judge {
	struct module *mod;
	const struct options *o;
	uint32_t wanted, n;	/* mutants */
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

static bool made_before(const struct judge *j, const struct mutant *m)
{
	for (uint32_t k = 0; k < j->n; k++)
		if (j->m[k].at == m->at && j->m[k].n == m->n &&
		    j->m[k].section == m->section &&
		    !memcmp(j->m[k].new, m->new, m->n))
			return true;
	return false;
}

/* Another mutant, of function `func` or (UINT32_MAX) of any; false when there seems to be none. */
static bool make(struct judge *j, const struct world *w, uint32_t func,
		 uint32_t k)
{
	for (uint32_t try = 0; try < TRIES; try++) {
		const uint64_t r = mix(j->seed + ((uint64_t)k << 16) + try);
		const uint32_t f = func != UINT32_MAX ? func :
				   j->mod->func[r % j->mod->nfuncs];
		struct mutant *m = &j->m[j->n];
		if (mutate(w, f, mix(r), m) && !made_before(j, m)) {
			j->n++;
			return true;
		}
	}
	return false;
}

/* Function k of the module gets one for each so many bytes, and those left over from
 * functions before it count. */
static void make_all(struct judge *j, const struct world *w, uint32_t n)
{
	uint32_t left = 0, drawn = 0;

	for (uint32_t k = 0; !j->o->each && k < n; k++)
		if (!make(j, w, UINT32_MAX, k))
			return;
	for (uint32_t k = 0; j->o->each && k < j->mod->nfuncs; k++) {
		left += j->mod->bytes_of[j->mod->func[k]];
		const uint32_t n = left / j->o->each;
		left %= j->o->each;
		for (uint32_t i = 0; i < n && i < MOST; i++)
			(void)make(j, w, j->mod->func[k], drawn++);
	}
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
	struct world w;
	world_init(&w, mod->m, o, &a);
	if (n)
		make_all(j, &w, j->wanted);
	arena_fini(&a);
	return NULL;
}

static void *work(void *arg)
{
	struct judge *j = arg;
	struct diag_sink sink;
	struct arena a;
	jmp_buf oom;
	uint32_t k;

	arena_init(&a, &oom);
	if (setjmp(oom))
		exit(70);
	diag_init(&sink, &a);
	struct obj *o = obj_read(j->mod->bytes, j->mod->size, &a, &sink);
	while ((k = atomic_fetch_add(&j->next, 1)) < j->n) {
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

/* False when the module is not valid, or not compiled. */
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
	    !file_read(mod->object, 1 << 28, a, &mod->bytes, &mod->size, &sink)) {
		sum.refused++;
		return false;
	}
	struct obj *obj = obj_read(mod->bytes, mod->size, a, &sink);
	struct world w;
	if (!obj)
		return false;
	world_init(&w, mod->m, obj, a);
	mod->func = arena_array(a, uint32_t, mod->m->funcs.n + 1);
	mod->effort = arena_array(a, uint64_t, mod->m->funcs.n + 1);
	mod->bytes_of = arena_array(a, uint32_t, mod->m->funcs.n + 1);
	for (uint32_t f = mod->m->nimported[WASM_FUNC]; f <= mod->m->funcs.n; f++) {
		uint32_t section, at, size;
		if (mutate_code(&w, f, &section, &at, &size) && size > 4) {
			mod->func[mod->nfuncs++] = f;
			mod->bytes_of[f] = size;
		}
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

/* Executes what was not REJECTED. False when that cannot be. */
static bool survivors(const struct module *mod, const struct judge *j,
		      const struct options *o, struct arena *a)
{
	struct mutant *left = arena_array(a, struct mutant, j->n + 1);
	enum seen *seen = arena_array(a, enum seen, j->n + 1);
	uint32_t n = 0;

	for (uint32_t k = 0; k < j->n; k++)
		if (j->proved[k])
			left[n++] = j->m[k];
	const char *why = n ? execute(o->target, mod->object, left, n, seen, a) : NULL;
	if (why) {
		printf("left out: %s: %u of %u mutants not REJECTED, and not executed: %.80s\n",
		       mod->path, n, j->n, why);
		sum.unexecuted += n;
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

static void count(const struct judge *j)
{
	sum.modules++;
	sum.functions += j->mod->nfuncs;
	sum.mutants += j->n;
	sum.limits += j->limits;
	for (uint32_t k = 0; k < j->n; k++) {
		sum.rejected += !j->proved[k];
		sum.made[j->m[k].kind]++;
	}
}

static uint32_t room(const struct module *mod, const struct options *o, uint32_t n)
{
	uint32_t bytes = 0;

	for (uint32_t k = 0; k < mod->nfuncs; k++)
		bytes += mod->bytes_of[mod->func[k]];
	return (o->each ? bytes / o->each : n) + 1;
}

/* N mutants of a module, or as many as its code is long. */
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
		arena_fini(&a);
		return;
	}
	const uint32_t most = room(&mod, o, n);
	struct judge j = { .mod = &mod, .o = o, .wanted = n, .seed = seed,
			   .m = arena_array(&a, struct mutant, most),
			   .proved = arena_array(&a, bool, most) };
	on_threads(&j, 1, accept);
	if (mod.nfuncs)
		on_threads(&j, o->jobs, work);
	if (mod.nfuncs && survivors(&mod, &j, o, &a))
		count(&j);
	else if (mod.nfuncs)
		sum.left_out++;
	fflush(stdout);
	arena_fini(&a);
}

static bool option(struct options *o, const char *name, const char *v)
{
	if (!strcmp(name, "-n"))
		o->n = (uint32_t)atoi(v);
	else if (!strcmp(name, "--each"))
		o->each = (uint32_t)atoi(v);
	else if (!strcmp(name, "--least"))
		o->least = (uint32_t)atoi(v);
	else if (!strcmp(name, "-j"))
		o->jobs = (uint32_t)atoi(v);
	else if (!strcmp(name, "--seed"))
		o->seed = strtoull(v, NULL, 0);
	else if (!strcmp(name, "--target"))
		o->target = target_find(v);
	else if (!strcmp(name, "--piece"))
		return sscanf(v, "%u/%u", &o->piece, &o->of) == 2 && o->of > 0;
	else
		return false;
	return true;
}

static int report(const struct options *o)
{
	for (unsigned k = 0; k < MUTATIONS; k++)
		printf("%-16s %6lu made, %5lu not rejected\n", mutation_name[k],
		       sum.made[k], sum.proved[k]);
	printf("%lu modules, %lu functions; left out %lu modules that cannot be executed (with %lu mutants that "
	       "are not REJECTED), %lu that are not compiled, %lu functions that are not PROVED\n",
	       sum.modules, sum.functions, sum.left_out, sum.unexecuted, sum.refused, sum.unproved);
	printf("%lu mutants: %lu REJECTED (%lu by effort), %lu executed and the same, %lu not "
	       "reached by any input, %lu MISSED\n", sum.mutants, sum.rejected,
	       sum.limits,
	       sum.same, sum.unreached, sum.different);
	if (sum.mutants < o->least)
		printf("at least %u are wanted\n", o->least);
	return sum.different || sum.mutants < o->least;
}

int main(int argc, char **argv)
{
	struct options o = { .n = 1000, .jobs = 2, .seed = 1, .of = 1, .least = 1,
			     .target = target_find("cortex-m4") };
	int first = 1;
	bool ok = true;

	for (; first + 1 < argc && argv[first][0] == '-'; first += 2)
		ok &= option(&o, argv[first], argv[first + 1]);
	const uint32_t files = (uint32_t)(argc - first);
	if (!ok || argc <= first || !o.target || o.jobs < 1 || o.jobs > 16) {
		fprintf(stderr, "usage: mutate-run [-n N | --each BYTES] [--piece K/OF] [--least N] "
			"[--seed S] [--target T] [-j JOBS] FILE.wasm...\n");
		return 2;
	}
	for (uint32_t k = o.piece; k < files; k += o.of)
		module(argv[first + (int)k],
		       o.n / files + (k < o.n % files), mix(o.seed * 1000003 + k),
		       &o);
	fw_cleanup();
	return report(&o);
}
