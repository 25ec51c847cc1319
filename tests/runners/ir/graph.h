/* runners/ir/graph.h - dominators and loops by definition. */
#ifndef RUNNERS_IR_GRAPH_H
#define RUNNERS_IR_GRAPH_H

#include "ir/ir.h"

/* Compares a graph with what the definitions give, on functions small enough
 * for that.  Returns NULL, or the difference. */
const char *graph_check(const struct ir_func *f, const struct ir_cfg *c,
			struct arena *a);

#endif
