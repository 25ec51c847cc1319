/* mutate_steps.h - mutants for the firmware, written by the runner as assembly:
 * offsets are part of the format, 28 bytes each. */
#ifndef MUTATE_STEPS_H
#define MUTATE_STEPS_H

#include "heddle/abi.h"

struct mutate_step {
	uint32_t func;			/* wasm function index */
	uint32_t offset;		/* bytes into its code */
	uint32_t n;
	uint8_t old[8], new[8];
};
extern const struct mutate_step mutate_steps[];
extern const uint32_t mutate_nsteps;
extern const struct hd_module *const mutate_module;

#endif
