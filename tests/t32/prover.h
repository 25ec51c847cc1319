/* prover.h - one instruction by the checker's semantics, on numbers. */
#ifndef TESTS_T32_PROVER_H
#define TESTS_T32_PROVER_H

#include "machine.h"

enum prover {
	PROVER_NUMBERS,		/* m is what the terms say */
	PROVER_BEYOND,		/* the checker does not follow this row */
	PROVER_STORAGE,		/* needs addresses that are terms */
	PROVER_UNINTERPRETED	/* a result without a number: float operations */
};

/* Executes in, within an IT block of one unless cond is AL. m has the registers
 * and flags before, then after; memory is not touched. */
enum prover prover_step(struct machine *m, const struct t32_insn *in,
			enum t32_cond cond);

#endif
