/* component/wrap.h - a core module of the canon core dialect becomes a
 * component, components become one.
 *
 * The dialect is what compilers emit before componentising: bracket names
 * (canon.def, "name") for built-ins and for how functions are lifted.  The
 * result is a component binary: decoder, graph and linker see no difference.
 */
#ifndef COMPONENT_WRAP_H
#define COMPONENT_WRAP_H

#include "component/witworld.h"

/* Whether m is such a module: a bracket name, or a section component-type. */
bool wrap_is_canon_core(const struct wasm_module *m);

/* Appends the component.  `w` has what is known of the functions' types; what
 * it lacks is completed from core signatures.  m->bytes are embedded, in `out`
 * from byte *at on.
 *
 * Reports, and returns false for, what cannot be known and how to give it;
 * unknown names; signatures that do not fit. */
bool wrap_core(const struct wasm_module *m, struct wit_world *w, struct buf *out,
	       size_t *at, struct diag_sink *s);

/* A component to be composed. */
struct wrap_part {
	const uint8_t *bytes;
	size_t n;
	const char *file;	/* for reports */
	size_t at;		/* result: where in the output it is embedded */
};

/* Appends a component of n components: each import that another one exports
 * under the same name is bound to it, the rest are imports of the whole; its
 * exports are those of all parts that bind no import.
 *
 * Reports (with the part's file), and returns false for: malformed parts, two that export the same
 * name, parts that import each other in a circle. */
bool wrap_compose(struct wrap_part *part, uint32_t n,
		  const struct wasm_limits_opt *limits, struct buf *out,
		  struct arena *a, struct diag_sink *s);

#endif
