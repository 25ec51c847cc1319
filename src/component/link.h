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
#define LINK_SECTION CANON_SECTION
#define LINK_INSTANCES "heddle:instances"
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

/* A function that was copied.
 *
 *   index   of the result
 *   module  in file.modules; its function `func`
 *   run     first of its runs; the next function's is behind its last
 */
struct link_source {
	uint32_t index, module, func, run;
};

/* From byte `at` of a body in the result on, until the next run, instructions
 * were at `from`, counted from the first byte of their module, and as far
 * behind each other: only immediates that got longer or shorter begin one. */
struct link_run {
	uint32_t at, from;
};

struct linked {
	const struct graph *graph;	/* what was linked */
	struct wasm_module module;	/* funcs, types, ... of the result */
	struct buf bytes;		/* the result */
	uint32_t *builtin;		/* per graph.builtins: imported function */
	struct link_adapter *adapter;	/* per graph.builtins */
	struct link_lift *lift;		/* per graph.funcs */
	uint32_t *dtor;			/* per graph.resources */
	uint32_t *builtin_memory, *builtin_realloc, *builtin_table;
	VEC(struct link_source) sources;	/* ascending index */
	VEC(struct link_run) runs;
};

/* Links g; with `walls`, adapters tell the runtime whose memory may be touched
 * (--mpu).  Reports what is not supported and returns false. */
bool link_graph(struct linked *out, struct graph *g, bool walls,
		struct diag_sink *s);

#endif
