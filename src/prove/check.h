/* prove/check.h - one function of the object against one of the module. */
#ifndef PROVE_CHECK_H
#define PROVE_CHECK_H

#include "prove/world.h"

/* What code calls: a function of the module, or one of a type that a reference
 * or table gives. */
struct callee {
	uint32_t to;		/* function, or canonical type */
	bool by_type, tail;
};

struct verdict {
	bool proved;
	bool absent;		/* the output has no code of it: proved */
	bool identical;		/* of WebAssembly: the same code: proved */
	const char *reason;	/* of a rejection, a kind: "memory", ... */
	const char *detail;	/* or NULL */
	const char *why;	/* of a rejection, many lines, when asked for */
	struct example *example;	/* with why; or NULL: prove/example.h */
	/* of machine code that is proved: how far below its caller's its stack
	 * pointer goes, whether nothing it does is done before a stack check, and
	 * what it calls */
	uint32_t frame;
	bool checks;
	uint32_t veneer;	/* what a veneer takes in front of it, at most */
	struct callee *callee;
	uint32_t ncallees;
	bool deep;		/* proved but for its depth: depth.c */
	uint32_t cuts, paths;
	uint32_t obligations;	/* equalities asked for */
	uint64_t asked;		/* hash of these, in order, with what was known */
	uint32_t by_normal;	/* closed by the normaliser */
	uint32_t queries;	/* to the solver */
	uint32_t terms;
	uint64_t effort;	/* terms asked for */
	uint64_t rlimit;	/* of the solver */
	uint64_t ns;		/* of this thread; measured, decides nothing */
};

/* Steps, not seconds: the same verdicts on every machine. */
struct prove_limits {
	uint64_t effort;	/* terms asked for, per function; 0 none */
	uint64_t rlimit;	/* Z3's resources, per function */
	size_t memory;		/* bytes per function */
	const char *dump;	/* folder for questions as SMT-LIB 2, or NULL */
	bool explain;		/* verdict.why, verdict.example */
};
extern const struct prove_limits prove_limits_default;

/* Puts what a verdict has of calls into other memory. */
void prove_keep_callees(struct verdict *v, struct arena *a);

/* Proves the code of wasm function `func`, or says why not.  The number behind
 * the last is instantiation, of an object. */
void prove_function(struct world *w, uint32_t func,
		    const struct prove_limits *l, struct arena *a,
		    struct verdict *v);

#endif
