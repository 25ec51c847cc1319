/* prove/link/linkage.h - a linked module against the component it stands for.
 *
 * Instantiates the component by itself, finds out which function, table, memory,
 * global and segment of the linked module is which one of a core instance, and
 * compares them.  Nothing of the linker is used, only the decoder of components
 * and the reader of the section that code generation reads.  docs/assurance.md,
 * "Linked components", says what is claimed.
 */
#ifndef PROVE_LINK_LINKAGE_H
#define PROVE_LINK_LINKAGE_H

#include "base/vec.h"
#include "component/component.h"

/* What came of it.
 *
 *   why       NULL: the module is what the component says; else what differs
 *             first, and where
 *   instances, cores   of the component
 *   functions ... segments   of the linked module that are those of core instances
 *   builtins  imports whose descriptors were compared
 *   adapters  adapters that do what the types say
 *   left_out  functions of core instances that nothing in the linked module needs
 *   trusted   functions of the linked module that move strings: their code is a text of
 *             component/transcode.def, and what it says is trusted */
struct linkage_trusted {
	uint32_t func;
	const char *what;
};

struct linkage {
	const char *why;
	uint32_t instances, cores;
	uint32_t functions, tables, memories, globals, segments;
	uint32_t builtins, adapters, left_out;
	VEC(struct linkage_trusted) trusted;
};

/* Compares a validated linked module with the bytes of a component.  Everything belongs to
 * a.  Returns whether they agree (k->why is NULL). */
bool linkage_check(struct linkage *k, const uint8_t *component, size_t n,
		   const struct wasm_limits_opt *limits,
		   const struct wasm_module *linked, struct arena *a);

#endif
