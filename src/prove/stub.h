/* prove/stub.h - code between C and the module, proved as code.
 *
 * What a stub does besides is kept here while it is executed (mach.h): the
 * machine asks at calls, at stores and where addresses are not a function's.
 */
#ifndef PROVE_STUB_H
#define PROVE_STUB_H

#include "prove/mach.h"

/* What a stub of the object was found to be, a bit each: code_ref.is.  `func` is
 * code_ref.of.
 *
 *   STUB_IS_ENTRY        entered from C by the convention of docs/abi.md, calls
 *                        the module's own function func
 *   STUB_IS_REF          entered as func is, calls it; makes room for tail calls
 *   STUB_IS_IMPORT       entered as a function of the module is, calls the
 *                        imported function func as C has it
 *   STUB_IS_JUMP         enters the imported function func with all as it is
 *   STUB_IS_INSTANTIATE  resets the module, then instantiates it */
enum stub_is {
	STUB_IS_ENTRY = 1, STUB_IS_REF = 2, STUB_IS_IMPORT = 4,
	STUB_IS_JUMP = 8, STUB_IS_INSTANTIATE = 16
};

/* Addresses of symbols that are no storage of the module, as terms. */
enum { STUB_TERMS = 1 << 29 };

/* Each returns as what it stands in for does (mach.h). */
bool stub_in_call(struct mach_func *f, struct mach *m, const struct obj_reloc *r);
bool stub_in_tail(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
	       enum stop *out);
/* Is it a store of a result that C gets by pointer?  Then it is noted. */
bool stub_in_store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		term value);
/* What hd_now.instance holds. */
term stub_in_instance(const struct mach_func *f);

#endif
