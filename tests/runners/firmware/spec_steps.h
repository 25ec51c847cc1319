/* spec_steps.h - what the core suite's firmware carries out, in order.
 *
 * The runner writes the steps as assembly, so offsets are part of the format:
 * six words each.
 */
#ifndef SPEC_STEPS_H
#define SPEC_STEPS_H

#include "heddle/abi.h"

enum spec_step_kind { STEP_INSTANTIATE, STEP_CALL, STEP_GET };

struct spec_step {
	uint32_t kind;			/* enum spec_step_kind */
	const struct hd_module *module;	/* INSTANTIATE, CALL */
	uint32_t export;		/* CALL: index into module->exports */
	const uint64_t *args;		/* CALL: one in each slot */
	const void *global;		/* GET: its storage */
	uint32_t wide;			/* GET: 8 bytes instead of 4 */
};
extern const struct spec_step spec_steps[];
extern const uint32_t spec_nsteps;

/* The answer to each step on standard output: 8 bytes, then 8 for each result. */
struct spec_answer {
	uint8_t trap;			/* enum hd_trap_kind, 0 when it returned */
	uint8_t nresults;
	uint8_t magic[2];		/* SPEC_MAGIC0, SPEC_MAGIC1 */
	uint32_t fuel;			/* charged by this step */
};
enum { SPEC_MAGIC0 = 0xa5, SPEC_MAGIC1 = 0x5a };

#endif
