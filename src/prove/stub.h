/* prove/stub.h - code between C and the module, proved as code. */
#ifndef PROVE_STUB_H
#define PROVE_STUB_H

#include <stdbool.h>
#include <stdint.h>

/* What a stub of the object was found to be, a bit each: code_ref.is.  `func` is
 * code_ref.of.
 *
 *   STUB_IS_ENTRY        entered from C by the convention of docs/abi.md, calls
 *                        the module's own function func
 *   STUB_IS_REF          entered as func is, calls it; makes room for tail calls
 *   STUB_IS_IMPORT       entered as a function of the module is, calls the
 *                        imported function func as C has it
 *   STUB_IS_JUMP         enters the imported function func with all as it is
 *   STUB_IS_INSTANTIATE  resets the module, then instantiates it
 *   STUB_IS_BUILTIN      entered as the imported function func is, gives its words
 *                        to a function of the runtime: stub_builtin.c */
enum stub_is {
	STUB_IS_ENTRY = 1, STUB_IS_REF = 2, STUB_IS_IMPORT = 4,
	STUB_IS_JUMP = 8, STUB_IS_INSTANTIATE = 16, STUB_IS_BUILTIN = 32
};

struct mach_func;
struct mach;
struct world;
struct code_ref;
struct wasm_functype;

/* What f is to be: NULL, or why it is not. */
typedef const char *stub_body(struct mach_func *f, void *what);
/* Follows code that is entered with parameters of that type; *frame is how far below
 * SP goes.  NULL, or why not, in the world's memory. */
const char *stub_follow(struct world *w, const struct code_ref *c,
			const struct wasm_functype *t, stub_body *body,
			void *what, uint32_t *frame);

/* Is f's code a stub of the built-in that is imported as `func`?  NULL, or why
 * not. */
const char *stub_builtin(struct mach_func *f, uint32_t func);
/* What is wrong where a stub returns, or NULL. */
typedef const char *stub_left(struct mach_func *f, const struct mach *m);
/* Runs a stub from where m is, which has no choices.  NULL when it leaves as it
 * must, by a tail call or where `wrong` finds nothing; or why not. */
const char *stub_run(struct mach_func *f, struct mach *m, stub_left *wrong);

/* How the runtime enters a function of a component: stub_start.c.  The words it is given become the
 * parameters of function `func`, whose results go on.
 *
 *   words    the words are what hd_component_words makes of what is given
 *   resolve  the results go to hd_component_returned; else they are the stub's
 *   post     called with them afterwards, or UINT32_MAX
 *   results  entered as struct hd_lower's `results`: the function's result takes the place of
 *            the arguments' first words, one of which, `pointer`, is its last parameter
 *            (UINT32_MAX: none is) */
struct stub_start {
	uint32_t func, post, pointer;
	bool words, resolve, results;
};

/* NULL, or why that code is not such a stub. */
const char *stub_start(struct world *w, const struct code_ref *c,
		       const struct stub_start *is);

#endif
