/* runners/randmod/engine.h - what runs random modules.
 *
 * An engine runs every export of each module in the order run0 ... runN, sum
 * (also after a trap) and writes one line per call:
 *
 *	run0 0123456789abcdef
 *	run1 trap arithmetic
 *
 * followed, where fuel is counted, by " fuel N": what the call was charged.
 * Traps are compared by class, since engines word them differently.
 */
#ifndef RANDMOD_ENGINE_H
#define RANDMOD_ENGINE_H

#include "common/randmod.h"
#include "heddle/abi.h"

/* Set by --fuel. */
extern bool engine_fuel;

struct engine {
	const char *prefix;	/* names it takes: "eval", "node", "cortex-" */
	const char *help;
	/* Runs n modules: text[k] is what module k wrote.  Returns NULL, or
	 * why it could not be done. */
	const char *(*run)(const char *name, const struct randmod *m,
			   unsigned n, const char **text, struct arena *a);
};

extern const struct engine engine_eval;
extern const struct engine engine_node;
extern const struct engine engine_wasm;
extern const struct engine engine_qemu;	/* when RANDMOD_HAS_QEMU */

/* "unreachable", "memory", "arithmetic", "divide", "table", "signature",
 * "stack", "fuel", or "other". */
const char *trap_class(enum hd_trap_kind kind);

#endif
