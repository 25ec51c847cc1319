/* prove/module.h - all functions of an output against those of a module. */
#ifndef PROVE_MODULE_H
#define PROVE_MODULE_H

#include "prove/check.h"

/* One run.  `verdict` has an element per function of the module and one for
 * instantiation; those of imports stay as they are.
 *
 *   limits  per function
 *   jobs    threads, at least 1; the verdicts are the same for every number
 *   one     only the function numbered `only` is judged; the verdicts of the
 *           others are REJECTED, "not judged"
 *   before  NULL, or a run that is over: where neither a function's code nor
 *           what it refers to differs, its verdict there is taken over
 */
struct prove_run {
	const struct wasm_module *m;
	const struct obj *o;		/* the output, or NULL: */
	const struct wasm_module *out;	/* it is this */
	struct prove_limits limits;
	unsigned jobs;
	bool one;
	uint32_t only;
	const struct prove_run *before;
	struct world world, out_world;	/* filled */
	struct verdict *verdict;	/* filled: [m->funcs.n + 1] */
	uint32_t taken_over;		/* filled */
};

/* The first function that has a verdict. */
static inline uint32_t prove_first(const struct prove_run *r)
{
	return r->m->nimported[WASM_FUNC];
}

/* Behind the last function that has a verdict: instantiation has one in an
 * object; of WebAssembly what it does is compared part by part. */
static inline uint32_t prove_end(const struct prove_run *r)
{
	return r->m->funcs.n + (r->o != NULL);
}

/* Proves what it can; everything belongs to a. */
void prove_module(struct prove_run *r, struct arena *a);

/* Rejects functions that recurse without a stack check, and those that go deeper
 * than the module's descriptor says: depth.c */
void prove_depths(struct prove_run *r, struct arena *a);

/* Is the code of `func` the same in both outputs, and what it refers to?  same.c */
bool prove_same(const struct world *a, const struct world *b, uint32_t func);

/* The solver's version, "4.8.12.0": z3.c */
const char *prove_solver_version(struct arena *a);

#endif
