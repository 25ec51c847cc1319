/* t32/bound.h - who calls whom, and how deep the native stack gets.
 *
 * The call graph is read from the wasm bodies, before code generation: which
 * functions need a check of the stack on entry must be known by then.
 * Optimisation only shortens paths through this graph.
 */
#ifndef T32_BOUND_H
#define T32_BOUND_H

#include "ir/ir.h"
#include "t32/code.h"

#define BOUND_NONE UINT32_MAX	/* not bounded: checked at run time */

/* An edge: enum bound_edge in the low bits, node number above. */
enum bound_edge { EDGE_TAIL = 1, EDGE_BITS = 1 };

/* Nodes are functions, then one per function type: an indirect call goes to
 * its type's node, and from there to every function of that type whose
 * address is taken.
 *
 *   begin   [nodes + 1] into edge
 *   unknown calls code outside this module that could come back: an import
 *           that is not an intrinsic, also by reference, or a table that
 *           others can write
 *   foreign of these, calls that may reach other compiled modules
 *   cyclic  on a cycle with at least one call that keeps its frame
 *   tail_bytes  largest stack area of a type that is tail-called, 0 none */
struct bound_graph {
	uint32_t nfuncs, nodes;
	uint32_t *begin, *edge;
	uint32_t *scc;		/* numbered so that callees come first */
	uint32_t *order;	/* nodes by scc */
	bool *unknown, *foreign, *cyclic;
	bool *check;		/* [nfuncs + 1] for t32_options.stack_check; what is
				 * inlined adds to it: t32_code.stack_check */
	uint32_t tail_bytes;
};

/* Does a function, as it is now, call code outside this module that could come
 * back?  It may have what it calls from a function that is part of it now, which
 * the graph does not know. */
bool bound_comes_back(const struct ir_func *f);

/* Reads the graph of a validated module, in a. */
struct bound_graph *bound_graph(const struct ir_module *im,
				const struct target *t, struct arena *a);

struct bound {
	uint32_t *depth;	/* [nfuncs + 1] bytes, or BOUND_NONE */
	uint32_t margin;	/* bytes that may be used after a passed check */
};

/* Depths from the frames of compiled functions: code[nfuncs] is instantiation;
 * imports are NULL, and what they take is not counted, but their stubs. */
void bound_depths(const struct bound_graph *g, const struct ir_module *im,
		  struct t32_code *const *code, struct arena *a,
		  struct bound *out);

#endif
