/* opt/pass.h - what a pass is, and what the manager gives it.
 *
 * A pass is a file that exports one `const struct pass`.  The manager (pass.c)
 * computes what it needs, forgets what it does not keep, and in checking
 * builds verifies the function after it.
 *
 * Rules for every pass (docs/optimiser.md, "What a pass may do"):
 *  - effects and possible traps stay in their order, on their paths;
 *  - a value that goes is replaced with ir_replace, so that cuts follow;
 *  - constants come from opt_const and live in the entry block.
 */
#ifndef OPT_PASS_H
#define OPT_PASS_H

#include "base/compiler.h"
#include "base/map.h"
#include "opt/opt.h"

enum opt_analysis {
	OPT_CFG = 1		/* o->cfg: predecessors, dominators, loops */
};

struct opt {
	struct ir_func *f;
	const struct opt_options *options;
	struct arena *tmp;	/* emptied after each pass */
	struct ir_cfg *cfg;	/* valid when the pass needs OPT_CFG */
	struct map consts;	/* constants of the entry block, by value */
	VEC(ref) fresh;		/* constants not yet listed there */
	bool scanned;
};

struct pass {
	const char *name, *help;
	bool (*run)(struct opt *o);	/* whether anything changed */
	unsigned needs, keeps;		/* enum opt_analysis */
};

#define PASS(id) extern const struct pass pass_##id;
#include "opt/passes.def"

/* --- edit.c: small rewriting tools --------------------------------------- */

/* Reports that a pass left the function broken; does not return. */
NORETURN void opt_broken(const char *pass, const char *what);

/* A constant, listed once in the entry block. */
ref opt_const(struct opt *o, enum type t, uint64_t bits);
/* Lists the constants made since; the manager calls it after each pass. */
void opt_flush_consts(struct opt *o);
/* Whether r is a constant; *bits is its value. */
static inline bool opt_is_const(const struct ir_func *f, ref r, uint64_t *bits)
{
	if (f->ins.at[r].op != IR_CONST)
		return false;
	*bits = f->ins.at[r].imm;
	return true;
}

/* Whether r can only be 0 or 1, for it is a comparison. */
static inline bool opt_is_truth(const struct ir_func *f, ref r)
{
	return f->ins.at[r].op <= OP_F64_GE || f->ins.at[r].op == IR_IS_NULL;
}

/* Whether i may be done where it was not, for it does nothing but compute and
 * never traps.  What was marked IR_NO_TRAP may trap elsewhere: a test in front of
 * it may be why it does not, unless its divisor alone says so. */
bool opt_anywhere(const struct ir_func *f, const struct ir_ins *i);

/* Walks the operands of an instruction: arguments, list, edge arguments.
 *
 *	for (struct opt_uses u = opt_uses(f, r); opt_next(&u);)
 *		look at *u.use;
 */
struct opt_uses {
	const struct ir_func *f;
	ref r;
	ref *use;		/* good until something is added to f */
	uint32_t seg, k, n;	/* segment: 0 args, 1 list, 2.. edges */
	uint32_t at;		/* of segments from 1: place in f->list */
};
struct opt_uses opt_uses(const struct ir_func *f, ref r);
bool opt_next(struct opt_uses *u);
/* Where u.use is now, after something was added to f. */
ref *opt_again(const struct opt_uses *u);

/* [f->ins.n] number of uses of each value (cuts not counted), in a. */
uint32_t *opt_use_counts(const struct ir_func *f, struct arena *a);

/* The value at the end of r's chain in map. */
static inline ref opt_resolve(const ref *map, ref r)
{
	while (map[r])
		r = map[r];
	return r;
}
/* Replaces the operands of r by their ends in map. */
void opt_resolve_uses(struct ir_func *f, ref r, const ref *map);

/* Turns r into a NOP; the caller takes it out of its block's list. */
void opt_kill(struct ir_func *f, ref r);
/* Drops NOPs from the lists of all blocks, and dead values from cuts. */
void opt_sweep(struct ir_func *f);

/* Ends block b with an unconditional branch to edge k of its terminator. */
void opt_make_br(struct ir_func *f, blk b, uint32_t k);
/* Leaves nothing in a block; its instructions are elsewhere or killed. */
void opt_empty_block(struct ir_func *f, blk b);
/* Empties all blocks that cannot be reached; whether there were any. */
bool opt_drop_unreachable(struct ir_func *f, const struct ir_cfg *c);
/* Drops the cuts of blocks that were emptied. */
void opt_drop_cuts(struct ir_func *f);
/* Sets an edge's arguments to a copy of args. */
void opt_set_args(struct ir_func *f, struct ir_edge *e, const ref *args,
		  uint32_t n);
/* Removes parameters: keep[k] tells for each of block b; preds from cfg. */
void opt_filter_params(struct ir_func *f, const struct ir_cfg *c, blk b,
		       const bool *keep);

/* A copy of an instruction, listed nowhere; its own list is copied too. */
ref opt_copy(struct ir_func *f, ref r);
/* A new instruction with operands, listed nowhere. */
ref opt_ins(struct ir_func *f, unsigned op, enum type t, uint32_t at,
	    ref a, ref b);

/* Children of each block in the dominator tree, in rpo order: first[b], then
 * next[] of each; 0 is none. */
struct opt_tree {
	blk *first, *next;
};
struct opt_tree opt_dominator_tree(const struct ir_cfg *c, struct arena *a);

/* Whether op is a load or store row, and its width in bytes. */
static inline bool opt_is_mem(unsigned op)
{
	return op >= OP_NUM_END && op < OP_MEM_END;
}
static inline bool opt_is_load(unsigned op)
{
	return opt_is_mem(op) && !op_info[op].store;
}
static inline bool opt_is_store(unsigned op)
{
	return opt_is_mem(op) && op_info[op].store;
}

#endif
