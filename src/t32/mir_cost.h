/* t32/mir_cost.h - what code costs to run, as far as it can be seen. */
#ifndef T32_MIR_COST_H
#define T32_MIR_COST_H

#include "t32/mir.h"
#include "wasm/module.h"

/* A number to compare versions of one function by, after allocation; w is the
 * module it comes from. */
uint64_t mir_cost(const struct mir_func *f, const struct wasm_module *w);

#endif
