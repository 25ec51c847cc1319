/* common/randmod.h - random modules that validate and end.
 *
 * The same seed gives the same module everywhere.  Exports, all () -> i64:
 * `run0` ... `runN` call one function each and fold its results, `sum` folds
 * memory and globals.  No import is needed.  Loops count down and a global
 * limits calls and iterations, so everything ends; traps happen, rarely.
 * NaNs made by arithmetic are made canonical at once, so that results are the
 * same on every engine.
 */
#ifndef COMMON_RANDMOD_H
#define COMMON_RANDMOD_H

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

struct randmod_options {
	uint64_t seed;
	unsigned size;			/* outermost statements per function, about; 0: 12 */
	bool tail_calls, bulk, grow;	/* use these */
	bool no_floats;
	/* Statements left out, by id (any value), for reduction; or NULL. */
	const struct map *omit;
};

struct randmod {
	struct buf wasm;
	unsigned runs;			/* exports run0 .. run(runs - 1) */
	VEC(uint64_t) ids;		/* of the statements made, in order */
};

/* Generates in a. */
void randmod(struct randmod *r, const struct randmod_options *o,
	     struct arena *a);

/* Whether a module shows what is looked for. */
typedef bool randmod_test(void *ctx, const struct randmod *r);

/* Leaves out statements, halves first, as long as `test` stays true.
 * The smallest module found is in *r.  Returns how many modules were tried. */
unsigned randmod_reduce(struct randmod *r, struct randmod_options o,
			randmod_test *test, void *ctx, struct arena *a);

#endif
