/* main.c - mutation testing of the checker, WebAssembly against WebAssembly.
 *
 *	mutate-wasm-run [-n N | --each BYTES] [--piece K/OF] [--least N] [--seed S] FILE.wasm...
 *
 * Optimises each module as `heddle opt` does, makes N mutants of the functions
 * of the output that are PROVED, or one for each so many bytes of their code, and asks the
 * checker about each; no two are the same.  One that is not
 * REJECTED is executed in the evaluator beside the output, on edge and random
 * arguments; results, traps, calls, memories and globals are compared.  One
 * difference is a kill the checker missed: exit 1; and so it is when there were fewer than
 * --least. A piece is each OF-th of the files.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>

#include "base/file.h"
#include "mutate-wasm/mutate.h"
#include "opt/out/out.h"
#include "prove/module.h"

/* Of one function: a br_table of 24,000 arms is not worth as many mutants. */
enum { TRIES = 4000, MOST = 200 };

static struct {
	unsigned long made[MUTATIONS], passed[MUTATIONS];
	unsigned long mutants, rejected, limits, same, unreached, missed;
	unsigned long modules, left_out, functions, unproved;
} sum;

struct subject {
	const char *path;
	struct arena a;
	struct wasm_module in, out;
	struct buf bytes;		/* of out */
	uint32_t *func;			/* of the output; PROVED */
	uint32_t *of;			/* the same, of the input */
	uint64_t *effort;
	uint32_t n;
	uint64_t *made;			/* hashes of mutants so far */
	uint32_t nmade;
	struct behaviour does;
};

static bool read_module(struct wasm_module *m, const uint8_t *bytes, size_t n,
			struct arena *a)
{
	struct diag_sink sink;

	diag_init(&sink, a);
	return wasm_decode(m, bytes, n, &wasm_default_limits, a, &sink) &&
	       wasm_validate(m, &wasm_default_limits, a, &sink);
}

/* --- judging ------------------------------------------------------------------- */

static struct verdict judge(const struct subject *s, const struct wasm_module *out,
			    uint32_t func, uint64_t effort)
{
	struct prove_limits limits = prove_limits_default;
	struct verdict v = { 0 };
	struct world w, t;
	struct arena a;
	jmp_buf oom;

	if (effort && effort < limits.effort)
		limits.effort = effort;
	arena_init(&a, &oom);
	a.limit = limits.memory;
	if (setjmp(oom) == 0) {
		world_init_wasm(&w, &t, &s->in, out, &a);
		prove_function(&w, func, &limits, &a, &v);
	}
	v.reason = !v.proved && v.reason && !strcmp(v.reason, "limit") ?
		   "limit" : NULL;
	arena_fini(&a);
	return v;
}

static bool load(struct subject *s)
{
	struct out_options o = { .level = 2 };
	struct out_stats st;
	struct diag_sink sink;
	struct world w, t;
	uint8_t *bytes;
	size_t n;

	diag_init(&sink, &s->a);
	if (!file_read(s->path, 1 << 24, &s->a, &bytes, &n, &sink) ||
	    !read_module(&s->in, bytes, n, &s->a))
		return false;
	buf_init(&s->bytes, &s->a);
	out_module(&s->in, &o, &s->a, &s->bytes, &st, NULL);
	/* what mutants are compared with has the imports and globals they have */
	if (!read_module(&s->out, s->bytes.at, s->bytes.n, &s->a) ||
	    !execute(s->bytes.at, s->bytes.n, &s->a, &s->does))
		return false;
	world_init_wasm(&w, &t, &s->in, &s->out, &s->a);
	if (w.why)
		return false;
	s->func = arena_array(&s->a, uint32_t, s->out.funcs.n + 1);
	s->of = arena_array(&s->a, uint32_t, s->out.funcs.n + 1);
	s->effort = arena_array(&s->a, uint64_t, s->out.funcs.n + 1);
	for (uint32_t k = s->out.nimported[WASM_FUNC]; k < s->out.funcs.n; k++) {
		struct verdict v = judge(s, &s->out, t.func_of[k], 0);
		if (!v.proved) {
			sum.unproved++;
			continue;
		}
		s->func[s->n] = k;
		s->of[s->n] = t.func_of[k];
		s->effort[s->n++] = 8 * v.effort + 20000;
	}
	return s->n > 0;
}

/* A mutant that is not REJECTED, executed. */
static void survivor(const struct subject *s, const struct mutant *m,
		     const struct buf *bytes, uint64_t random, struct arena *a)
{
	struct mutant again;
	struct buf trap;
	struct behaviour does;

	sum.passed[m->kind]++;
	if (!execute(bytes->at, bytes->n, a, &does) ||
	    !same_behaviour(&does, &s->does)) {
		sum.missed++;
		printf("MISSED: %s func %u at 0x%x: %s\n", s->path, m->func,
		       m->at, mutation_name[m->kind]);
		FILE *f = fopen("missed.wasm", "wb");
		if (f) {
			fwrite(bytes->at, 1, bytes->n, f);
			fclose(f);
		}
		return;
	}
	struct wasm_module n;
	if (mutate(&s->out, m->func, random, true, &again, a, &trap) &&
	    read_module(&n, trap.at, trap.n, a) &&
	    execute(trap.at, trap.n, a, &does) &&
	    !same_behaviour(&does, &s->does))
		sum.same++;
	else
		sum.unreached++;
}

static bool made_before(struct subject *s, const struct buf *bytes)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t k = 0; k < bytes->n; k++)
		h = (h ^ bytes->at[k]) * 0x100000001b3u;
	for (uint32_t k = 0; k < s->nmade; k++)
		if (s->made[k] == h)
			return true;
	s->made[s->nmade++] = h;
	return false;
}

/* A mutant of the k-th function; false when that choice has none that is valid and new. */
static bool one(struct subject *s, uint32_t k, uint64_t random)
{
	struct wasm_module m;
	struct mutant x;
	struct buf bytes;
	struct arena a;
	jmp_buf oom;
	volatile bool made = false;

	arena_init(&a, &oom);
	if (setjmp(oom))
		exit(70);
	if (mutate(&s->out, s->func[k], random, false, &x, &a, &bytes) &&
	    read_module(&m, bytes.at, bytes.n, &a) && !made_before(s, &bytes)) {
		struct verdict v = judge(s, &m, s->of[k], s->effort[k]);
		made = true;
		sum.mutants++;
		sum.made[x.kind]++;
		sum.rejected += !v.proved;
		sum.limits += v.reason != NULL;
		if (v.proved)
			survivor(s, &x, &bytes, random, &a);
	}
	arena_fini(&a);
	return made;
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

struct arguments {
	char **file;
	uint32_t files, n, each, piece, of, least;
	uint64_t seed;
};

/* `n` mutants of all functions. */
static void some(struct subject *s, uint32_t n, uint64_t seed)
{
	for (uint32_t k = 0, made = 0; made < n && k < TRIES + 20 * n; k++) {
		const uint64_t random = mix(seed + k);
		made += one(s, (uint32_t)(random % s->n), random);
	}
}

/* Each function gets one for each so many bytes, and those left over from functions before it
 * count. */
static void each(struct subject *s, uint32_t bytes, uint64_t seed)
{
	uint32_t left = 0;

	for (uint32_t k = 0; k < s->n; k++) {
		const struct wasm_func *f = &s->out.funcs.at[s->func[k]];
		left += f->end - f->code;
		const uint32_t n = left / bytes < MOST ? left / bytes : MOST;
		left %= bytes;
		for (uint32_t try = 0, made = 0; made < n && try < 100 * n; try++)
			made += one(s, k, mix(seed++));
	}
}

static void module(const char *path, uint32_t n, uint64_t seed, const struct arguments *x)
{
	struct subject s = { .path = path };
	jmp_buf oom;

	arena_init(&s.a, &oom);
	if (setjmp(oom))
		exit(70);
	if (!load(&s)) {
		sum.left_out++;
	} else {
		sum.modules++;
		sum.functions += s.n;
		s.made = arena_array(&s.a, uint64_t, x->each ? s.bytes.n / x->each + 1 : n + 1);
		if (x->each)
			each(&s, x->each, seed);
		else
			some(&s, n, seed);
	}
	fflush(stdout);
	arena_fini(&s.a);
}

static void *work(void *arg)
{
	struct arguments *x = arg;

	for (uint32_t k = x->piece; k < x->files; k += x->of)
		module(x->file[k], x->n / x->files + (k < x->n % x->files),
		       mix(x->seed * 1000003 + k), x);
	return NULL;
}

static int report(const struct arguments *x)
{
	for (unsigned k = 0; k < MUTATIONS; k++)
		printf("%-16s %6lu made, %5lu not rejected\n", mutation_name[k],
		       sum.made[k], sum.passed[k]);
	printf("%lu modules, %lu functions; left out %lu modules, %lu functions "
	       "that are not PROVED\n", sum.modules, sum.functions,
	       sum.left_out, sum.unproved);
	printf("%lu mutants: %lu REJECTED (%lu by effort), %lu executed and the "
	       "same, %lu not reached by any input, %lu MISSED\n", sum.mutants,
	       sum.rejected, sum.limits, sum.same, sum.unreached, sum.missed);
	if (sum.mutants < x->least)
		printf("at least %u are wanted\n", x->least);
	return sum.missed || sum.mutants < x->least;
}

static bool option(struct arguments *x, const char *name, const char *v)
{
	if (!strcmp(name, "-n"))
		x->n = (uint32_t)atoi(v);
	else if (!strcmp(name, "--each"))
		x->each = (uint32_t)atoi(v);
	else if (!strcmp(name, "--least"))
		x->least = (uint32_t)atoi(v);
	else if (!strcmp(name, "--seed"))
		x->seed = strtoull(v, NULL, 0);
	else if (!strcmp(name, "--piece"))
		return sscanf(v, "%u/%u", &x->piece, &x->of) == 2 && x->of > 0;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct arguments x = { .n = 1000, .of = 1, .least = 1, .seed = 1 };
	pthread_attr_t attr;
	pthread_t thread;
	int first = 1;
	bool ok = true;

	for (; first + 1 < argc && argv[first][0] == '-'; first += 2)
		ok &= option(&x, argv[first], argv[first + 1]);
	if (!ok || argc <= first) {
		fprintf(stderr, "usage: mutate-wasm-run [-n N | --each BYTES] [--piece K/OF] "
			"[--least N] [--seed S] FILE.wasm...\n");
		return 2;
	}
	x.file = argv + first;
	x.files = (uint32_t)(argc - first);
	/* the checker follows paths by recursion */
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, (size_t)256 << 20);
	if (pthread_create(&thread, &attr, work, &x))
		return 70;
	pthread_join(thread, NULL);
	return report(&x);
}
