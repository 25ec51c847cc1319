/* t32/compile.h - all functions of a module, on several threads. */
#ifndef T32_COMPILE_H
#define T32_COMPILE_H

#include "t32/bound.h"
#include "t32/code.h"

/* Called after a stage of one function when set; stage is "ir", "opt",
 * "mir" or "alloc".  Only with one thread. */
struct compile_dump {
	void (*fn)(void *ctx, const char *stage, uint32_t func,
		   const struct buf *text);
	void *ctx;
	const char *stage;
};

/*   gen      target and modes; stack_check and tail_bytes are filled here
 *   level    0-3, 4 for z: how hard to optimise
 *   one_by_one  loops over elements are not packed (opt/pack)
 *   jobs     threads, at least 1; the result is the same for every number
 *   limit    bytes of memory per thread, SIZE_MAX none */
struct compile_options {
	struct t32_options gen;
	unsigned level;
	bool one_by_one;
	unsigned jobs;
	size_t limit;
	struct compile_dump dump;
};

/* The code of a module.  code[funcs.n] is instantiation; imports are NULL. */
struct compiled {
	struct t32_code **code;
	uint32_t n;
	struct t32_options gen;		/* as used */
	struct bound_graph *graph;
	struct bound bound;
	struct arena *arenas;		/* one per thread; empty afterwards */
	unsigned narenas;
	size_t peak;			/* bytes: the threads' greatest use, summed */
};

/* Compiles every function of a validated module and its instantiation; what
 * it makes belongs to a.  Returns false after reports, in order of functions. */
bool t32_compile_module(const struct ir_module *im,
			const struct compile_options *o, struct arena *a,
			struct diag_sink *s, struct compiled *out);

/* Compiles the functions in which[0 .. out->n) again, as o says, in place of
 * what out holds of them: the same calling convention and stack checks, so
 * that old and new code call each other; depths are computed anew.  Only
 * level, one_by_one, jobs and gen.plain of o may differ from the first time.  Returns
 * false after reports. */
bool t32_recompile(const struct ir_module *im, const struct compile_options *o,
		   const bool *which, struct arena *a, struct diag_sink *s,
		   struct compiled *out);

/* [functions + 1] which are exported, or referred to by code or tables of such;
 * the last is instantiation.  In a: needed.c. */
bool *t32_needed(const struct ir_module *im, struct t32_code *const *code,
		 struct arena *a);

#endif
