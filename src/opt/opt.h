/* opt/opt.h - the optimiser: what callers need.
 *
 * opt_run works on one function at a time and keeps its meaning exactly:
 * results, effects and their order, traps and what memory holds when they
 * happen, NaN bits and fuel.  Cuts are kept up to date for the checker.
 */
#ifndef OPT_OPT_H
#define OPT_OPT_H

#include "base/buf.h"
#include "ir/ir.h"

enum opt_pass_id {
#define PASS(id) OPT_##id,
#include "opt/passes.def"
	OPT_PASSES
};

/* Orders of passes to choose from, per function; 0 is the usual one. */
enum { OPT_ORDERS = 5 };

/* What one pass did, summed over its runs. */
struct opt_pass_stats {
	uint32_t runs, changed;
	int64_t ins;		/* instructions removed (negative: added) */
	int64_t bounds;		/* bounds checks removed from the code */
};

struct opt_stats {
	struct opt_pass_stats pass[OPT_PASSES];
};

/* How several elements are done at once (opt/pack). */
enum opt_packed {
	OPT_PACKED_NONE,	/* not at all: output is WebAssembly */
	OPT_PACKED_WORDS,	/* ordinary rows over words */
	OPT_PACKED_DSP		/* rows of packed.def */
};

struct opt_options {
	int level;		/* 0, 1, 2, 3 */
	bool size;		/* -Oz: nothing that makes code larger */
	enum opt_packed packed;
	bool check;		/* ir_check and `keeps`, after each pass */
	unsigned order;		/* below OPT_ORDERS: which order of level 2 and 3 */
	const char *passes;	/* names, separated by commas: instead of the level's */
	struct arena *scratch;	/* for tables of passes; NULL: one is made */

	/* Called after each pass, for dumps; may be NULL. */
	void (*after)(void *ctx, const struct ir_func *f, const char *pass);
	void *ctx;

	/* [functions] Those, and only those, that `inline` puts in the place of
	 * their calls, whatever their size; NULL: small ones. */
	const bool *always;

	/* The body of another function, for inlining: a freshly built one in a,
	 * or NULL.  NULL here: ir_build is used. */
	struct ir_func *(*body)(void *ctx, uint32_t index, struct arena *a);
};

/* Runs the passes of o->level over f; stats may be NULL and are added to.
 * Returns whether anything changed.  An unknown name in o->passes is ignored:
 * check with opt_find first. */
bool opt_run(struct ir_func *f, const struct opt_options *o,
	     struct opt_stats *stats);

/* The pass of that name, or OPT_PASSES. */
enum opt_pass_id opt_find(const char *name, size_t n);
const char *opt_name(enum opt_pass_id id);
const char *opt_help(enum opt_pass_id id);

/* Adds b to a. */
void opt_stats_add(struct opt_stats *a, const struct opt_stats *b);
#endif
