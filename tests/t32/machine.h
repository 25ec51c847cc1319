/* machine.h - one Thumb-2 instruction on a machine of integers.
 *
 * The vocabulary of t32.def bound to host arithmetic, for tests: what the
 * value and flags columns say is compared with what a core does.
 */
#ifndef TESTS_T32_MACHINE_H
#define TESTS_T32_MACHINE_H

#include "t32/decode.h"

enum { WINDOW = 256 };

struct machine {
	uint32_t r[16]; /* r[15] is the address of the instruction */
	uint32_t s[32];
	uint32_t apsr, fpflags;		/* NZCV in bits 31-28, GE in 19-16 */
	uint8_t mem[WINDOW];
	uint32_t base;			/* address of mem */
	bool hit;			/* memory was accessed, */
	uint32_t first;			/* lowest address */
	bool outside;			/* an access was not in mem */
	bool jumped;
	uint32_t target;
	bool beyond; /* system instructions: not modelled here */
};

/* Executes in; all rows of the table are known. */
void machine_step(struct machine *m, const struct t32_insn *in);

/* Does the condition hold? */
bool machine_holds(const struct machine *m, enum t32_cond cond);

#endif
