/* prove/stub.h - code between C and the module, proved as code. */
#ifndef PROVE_STUB_H
#define PROVE_STUB_H

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

/* Is f's code a stub of the built-in that is imported as `func`?  NULL, or why
 * not. */
const char *stub_builtin(struct mach_func *f, uint32_t func);
/* What is wrong where a stub returns, or NULL. */
typedef const char *stub_left(struct mach_func *f, const struct mach *m);
/* Runs a stub from where m is, which has no choices.  NULL when it leaves as it
 * must, by a tail call or where `wrong` finds nothing; or why not. */
const char *stub_run(struct mach_func *f, struct mach *m, stub_left *wrong);

#endif
