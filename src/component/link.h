/* component/link.h - one core module out of an instance graph.
 *
 * Everything that can be reached is copied: types are merged, every core
 * instance brings its own functions, memories, tables, globals and segments,
 * and calls through shims are direct.  Built-ins become imports of module
 * LINK_MODULE; what they mean is in the custom section of the same name
 * (docs/components.md).
 */
#ifndef COMPONENT_LINK_H
#define COMPONENT_LINK_H

#include "component/graph.h"
#include "wasm/intrinsic.h"

#define LINK_MODULE CANON_MODULE
#define LINK_SECTION "heddle:component"
#define LINK_NONE UINT32_MAX

/* Adapters of a lowered function: indices of the linked module.
 *
 *   start    lifts the caller's core arguments, lowers them for the callee and
 *            calls its core function: same parameters as the import, results
 *            of the callee's core function
 *   results  lifts the callee's flat results (of task.return, or of its core
 *            function when it is sync) and lowers them for the caller:
 *            parameters are those, then the caller's result pointer if it has
 *            one; the result, if any, is the caller's
 */
struct link_adapter {
	uint32_t start, results;
};

/* Where things of the graph are in the linked module; LINK_NONE when they
 * cannot be reached. */
struct link_lift {
	uint32_t core, callback, post_return, realloc, memory;
};

struct linked {
	struct wasm_module module;	/* funcs, types, ... of the result */
	struct buf bytes;		/* the result */
	uint32_t *builtin;		/* per graph.builtins: imported function */
	struct link_adapter *adapter;	/* per graph.builtins */
	struct link_lift *lift;		/* per graph.funcs */
	uint32_t *dtor;			/* per graph.resources */
	uint32_t *builtin_memory, *builtin_realloc, *builtin_table;
};

/* Links g; with `walls`, adapters tell the runtime whose memory may be touched
 * (--mpu).  Reports what is not supported and returns false. */
bool link_graph(struct linked *out, struct graph *g, bool walls,
		struct diag_sink *s);

#endif
