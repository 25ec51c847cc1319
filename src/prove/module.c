/* module.c - proving function by function, on several threads.
 *
 * Threads take function numbers from a counter.  Each proof has terms, solver
 * and memory of its own, and limits that count steps, so that nothing depends
 * on which thread did what.  The object taken apart is only read.
 */
#include "prove/module.h"

#include "prove/example.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

const struct prove_limits prove_limits_default = {
	.effort = 40000000, .rlimit = 500000,
	.memory = (size_t)256 << 20,
};

/* Paths are followed by recursion, as deep as they have choices. */
enum { STACK = 256 << 20 };

struct job {
	struct prove_run *r;
	atomic_uint next;
};

struct worker {
	struct job *job;
	pthread_t thread;
	struct arena keep;	/* texts of verdicts */
	bool exhausted;		/* of keep */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Proves one function in an arena of its own. */
static void one(struct worker *x, uint32_t func)
{
	struct prove_run *r = x->job->r;
	struct verdict v = { 0 };
	struct world w = r->world;
	struct arena a;
	jmp_buf oom;
	uint64_t begin = now();

	arena_init(&a, &oom);
	a.limit = r->limits.memory;
	w.arena = &a;
	if (setjmp(oom))
		v = (struct verdict){ .reason = "limit", .detail = "memory" };
	else
		prove_function(&w, func, &r->limits, &a, &v);
	prove_keep_callees(&v, &x->keep);
	if (v.detail)
		v.detail = arena_copy(&x->keep, v.detail, strlen(v.detail));
	if (v.why)
		v.why = arena_copy(&x->keep, v.why, strlen(v.why));
	if (v.example) {
		const struct example *e = v.example;
		v.example = arena_new(&x->keep, struct example);
		*v.example = *e;
	}
	if (v.reason)
		v.reason = arena_copy(&x->keep, v.reason, strlen(v.reason));
	arena_fini(&a);
	v.ns = now() - begin;
	r->verdict[func] = v;
}

static struct verdict undone(const struct verdict *v)
{
	struct verdict r = *v;

	r.proved = true;
	r.deep = false;
	r.reason = r.detail = NULL;
	return r;
}

static bool take_over(struct prove_run *r, uint32_t func)
{
	const struct prove_run *b = r->before;

	if (!b || !prove_same(&b->world, &r->world, func))
		return false;
	r->verdict[func] = b->verdict[func];
	/* what others call may be less deep now */
	if (r->verdict[func].deep)
		r->verdict[func] = undone(&r->verdict[func]);
	return true;
}

static void *work(void *arg)
{
	struct worker *x = arg;
	struct job *j = x->job;
	jmp_buf oom;
	uint32_t func;

	x->keep.oom = &oom;
	if (setjmp(oom)) {
		x->exhausted = true;
	} else {
		while ((func = atomic_fetch_add(&j->next, 1)) < prove_end(j->r))
			if ((!j->r->one || j->r->only == func) &&
			    !take_over(j->r, func))
				one(x, func);
	}
	x->keep.oom = NULL;
	return NULL;
}

static void run(struct worker *x, unsigned n)
{
	pthread_attr_t attr;
	unsigned started = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	while (started < n && pthread_create(&x[started].thread, &attr, work,
					     &x[started]) == 0)
		started++;
	pthread_attr_destroy(&attr);
	if (!started)
		work(&x[0]);
	for (unsigned k = 0; k < started; k++)
		pthread_join(x[k].thread, NULL);
}

void prove_module(struct prove_run *r, struct arena *a)
{
	unsigned n = r->jobs > 1 ? r->jobs : 1;
	struct worker *x = arena_array(a, struct worker, n);
	struct job j = { .r = r };
	bool exhausted = false;

	if (r->o)
		world_init(&r->world, r->m, r->o, a);
	else
		world_init_wasm(&r->world, &r->out_world, r->m, r->out, a);
	r->verdict = arena_array(a, struct verdict, r->m->funcs.n + 1);
	for (uint32_t k = 0; k <= r->m->funcs.n; k++)
		r->verdict[k] = (struct verdict){ .reason = "not judged" };
	atomic_init(&j.next, r->m->nimported[WASM_FUNC]);
	for (unsigned k = 0; k < n; k++) {
		x[k].job = &j;
		arena_init(&x[k].keep, NULL);
	}
	run(x, n);
	for (unsigned k = 0; k < n; k++) {
		arena_adopt(a, &x[k].keep);
		exhausted |= x[k].exhausted;
	}
	if (exhausted)
		longjmp(*a->oom, 1);
	if (r->o && !r->one && !r->world.why)
		prove_depths(r, a);
}
