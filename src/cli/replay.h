/* cli/replay.h - what the source does in the state that a rejection shows. */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "base/buf.h"
#include "prove/example.h"
#include "wasm/module.h"

/* Runs a function of m in the evaluator, with the example's parameters, globals
 * and bytes of memory, and prints what it did.  Imports that are functions do
 * nothing and return 0. */
void replay_print(struct wasm_module *m, uint32_t func,
		  const struct example *e, struct arena *a, struct buf *out);

#endif
