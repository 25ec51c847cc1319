/* obj/component_stub.h - code between a component's functions and the runtime.
 *
 * Flat values cross as arrays of words: 32-bit words in order, two for i64
 * and f64, f32 as its bits (heddle/component.h).
 */
#ifndef OBJ_COMPONENT_STUB_H
#define OBJ_COMPONENT_STUB_H

#include "t32/code.h"

/* What a stub refers to. */
struct cstub {
	const struct wasm_functype *type;	/* of the wasm function */
	const struct mir_sym *sym;
	unsigned nsyms;
	uint32_t index;			/* function it is reported as */
	const struct target *target;
	struct arena *arena;
};

/* Words of values of these types. */
uint32_t cstub_words(const uint8_t *type, uint32_t n);

/* Entered from wasm with at most three core words: calls syms[0] with
 * `constant`, or the address of syms[1] when there are two, in front. */
struct t32_code *cstub_prepend(const struct cstub *s, uint32_t constant);

/* The same with the address of syms[1] behind: every word stays where it is. */
struct t32_code *cstub_append(const struct cstub *s);

/* Entered from wasm: calls syms[0] (descriptor syms[1], array, words).  The
 * wasm result, if any, is what that returns, or, when `back`, the array's
 * first words. */
struct t32_code *cstub_spread(const struct cstub *s, bool back);

/* How a start stub ends. */
enum cstub_end {
	CSTUB_RETURN,	/* with what the function returned, if anything */
	CSTUB_RESOLVE	/* hands its results on: hd_component_returned */
};

/* Entered from C (task, array): calls wasm function syms[0] with values of
 * the array.
 *
 *   words  the array is what syms[1] (hd_component_words) makes of (task,
 *          array)
 *   post   CSTUB_RESOLVE: syms[2..5] are hd_component_returned, _post, the
 *          post-return function and _posted; without it, only the first */
struct t32_code *cstub_start(const struct cstub *s, enum cstub_end end,
			     bool words, bool post);

/* Entered from C (task, results, arguments): calls wasm function syms[0] with
 * the values of `results`; the last parameter is word `pointer` of the
 * arguments unless that is UINT32_MAX.  A result of the function replaces the
 * arguments' first words. */
struct t32_code *cstub_results(const struct cstub *s, uint32_t pointer);

#endif
