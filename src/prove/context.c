/* context.c - context.get and context.set: two words of the running thread.
 *
 * Such a call is no event but an access to a word of the state, on both sides,
 * whether the code calls or reads and writes hd_now.  What else may change the
 * words, for another thread may run there, is an event with the whole state,
 * and leaves them unknown.
 */
#include "prove/world.h"
#include "wasm/intrinsic.h"

bool world_names_context(const struct wasm_module *m)
{
	uint32_t slot;

	for (uint32_t k = 0; k < m->nimported[WASM_FUNC]; k++)
		if (intrinsic_context(m, k, &slot) != CONTEXT_NONE)
			return true;
	return false;
}

/* A slot that is not a known number makes it a call as any other: it may
 * trap. */
bool world_context(const struct world *w, const struct terms *z, uint32_t func,
		   term first, struct context_word *out)
{
	uint32_t slot;
	const enum context_use use = w->at_context ?
		intrinsic_context(w->m, func, &slot) : CONTEXT_NONE;

	if (use == CONTEXT_NONE ||
	    (slot == UINT32_MAX && !term_is_const(z, first, &slot)) ||
	    slot >= CONTEXT_WORDS)
		return false;
	*out = (struct context_word){ w->at_context + slot,
				      use == CONTEXT_SET };
	return true;
}
