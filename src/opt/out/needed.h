/* opt/out/needed.h - what a module cannot do without. */
#ifndef OPT_OUT_NEEDED_H
#define OPT_OUT_NEEDED_H

#include "base/vec.h"
#include "opt/out/out.h"

struct out_needed {
	const struct wasm_module *m;
	struct arena *a;
	const struct out_origin *origin;
	const uint8_t *rung;		/* of functions of the input */
	/* results, for each thing of each kind */
	bool *at[OUT_SPACES];
	bool *type;			/* [types.n] of canonical ones */
	/* while looking */
	VEC(uint32_t) worklist;		/* functions */
	bool *referred;			/* [funcs.n] by ref.func in a body */
	uint32_t marked;		/* how many things so far */
};

/* How many things of a kind there are. */
uint32_t out_count(const struct wasm_module *m, enum out_space s);

/* Does a function, an intrinsic, take the number of a memory?  It is the last
 * parameter. */
bool out_takes_memory(const struct wasm_module *m, uint32_t func);

/* Finds what is needed: exports, the start function, and what those refer to;
 * segments whose effect or trap someone could see.  A global that is only set is
 * not needed, but for functions that were rejected (rung). */
void out_find_needed(struct out_needed *n, const struct wasm_module *m,
		     const struct out_origin *origin, const uint8_t *rung,
		     struct arena *a);

#endif
