/* adapter_steps.h - what goes in and out of the firmware that runs adapters.
 *
 * For each step standard input has a struct adapter_step and the bytes of both
 * memories, standard output a struct adapter_answer and both memories again.
 */
#ifndef ADAPTER_STEPS_H
#define ADAPTER_STEPS_H

#include "heddle/abi.h"

enum { ADAPTER_ARGS = 64, ADAPTER_MAGIC = 0x41646170 };

struct adapter_step {
	uint32_t module, export;	/* adapter_modules[module]->exports[export] */
	uint32_t from;			/* instance that sends */
	uint32_t size;			/* bytes of each memory */
	uint32_t wall;			/* the callee's is up on entry */
	uint32_t pad;
	uint64_t arg[ADAPTER_ARGS];
};

struct adapter_answer {
	uint32_t magic;
	uint32_t trap;			/* enum hd_trap_kind */
	uint64_t result;
	uint64_t hash;			/* of the handles moved */
	uint32_t moves;
	int32_t locked;			/* no-leave: on less off */
	uint32_t wrong;			/* moves between other instances */
	uint32_t pad;
};

/* Written by the runner as assembly, with stubs for what modules import. */
extern const struct hd_module *const adapter_modules[];

#endif
