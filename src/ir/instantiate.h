/* ir/instantiate.h - the function that makes a module's initial state. */
#ifndef IR_INSTANTIATE_H
#define IR_INSTANTIATE_H

#include "ir/ir.h"

/* Its function index: one behind the module's own functions. */
static inline uint32_t ir_instantiate_index(const struct wasm_module *m)
{
	return m->funcs.n;
}

/* Builds the function () -> () that sets the globals, places the active
 * segments in order with their traps and calls the start function, in a.  It
 * expects memories zeroed, tables null, sizes least and segments not dropped
 * (hd_module_reset does that). */
struct ir_func *ir_build_instantiate(const struct ir_module *im,
				     struct arena *a);

/* An element segment's entry that is known at compile time: true and the
 * function index, or UINT32_MAX for null.  Looks through globals that hold a
 * constant reference. */
bool ir_elem_const(const struct wasm_module *m, const struct wasm_elem *e,
		   uint32_t k, uint32_t *func);

/* An active segment that is part of the initial contents of a read-only
 * table, so that nothing is left to do for it. */
bool ir_elem_static(const struct ir_module *im, const struct wasm_elem *e);

#endif
