/* ir/graph.h - the parts of ir_cfg; inside src/ir only. */
#ifndef IR_GRAPH_H
#define IR_GRAPH_H

#include "ir/ir.h"

/* dom.c: idom, dfs_in, dfs_out from rpo, order and pred. */
void cfg_dominators(struct ir_cfg *c, struct arena *a);
/* loops.c: loop, loop_parent, depth, irreducible from the dominators. */
void cfg_loops(struct ir_cfg *c, struct arena *a);

#endif
