/* t32/alloc_check.h - does allocated code mean what it meant before? */
#ifndef T32_ALLOC_CHECK_H
#define T32_ALLOC_CHECK_H

#include "t32/mir.h"

/* Checked allocation in builds without optimisation: mir_allocate keeps a
 * copy and compares. */
#if !defined(__OPTIMIZE__) || defined(HEDDLE_STRESS)
#define MIR_ALLOC_CHECKED 1
#else
#define MIR_ALLOC_CHECKED 0
#endif

/* A copy of f that does not change with f. */
struct mir_func *mir_clone(const struct mir_func *f, struct arena *a);

/* Compares f as it was before allocation with what allocation made of it:
 * every operation of `before` is there, in order, and on every path finds in
 * its registers the vregs that it uses; fixed, tied and early operands are
 * where they must be.  Blocks of `before` keep their index; new ones stand on
 * one edge.  Returns NULL, or what is wrong, in a.  Registers not named by an
 * operand, and r12 after any operation, count as unknown. */
const char *mir_check_translation(const struct mir_func *before,
				  const struct mir_func *after, struct arena *a);

#endif
