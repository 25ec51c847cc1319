/* ir/ir.h - the intermediate form: SSA with block parameters.
 *
 * A function is an array of instructions and an array of blocks; everything
 * refers to everything by index.  An instruction's index is its value.  Each
 * block lists its parameters (IR_PARAM) and its instructions in order of
 * execution, the last being its only terminator; each edge carries one
 * argument per parameter of its target.
 *
 * Invariants (ir_check):
 *  - block 0 is the entry: no predecessors, its parameters are the function's;
 *  - an operand is defined in the same block before its use, or in a
 *    dominating block; types agree with the tables;
 *  - every listed instruction belongs to exactly one block; IR_NOP is in none;
 *  - the IR_RESULTs of a call follow it directly, in its block;
 *  - unreachable blocks are empty (n == 0) and referred to by no edge.
 *
 * A function and all that it refers to live in its own arena.
 */
#ifndef IR_IR_H
#define IR_IR_H

#include "base/bitset.h"
#include "base/vec.h"
#include "heddle/abi.h"
#include "wasm/module.h"

typedef uint32_t ref;	/* instruction; 0 is none (instruction 0 is a NOP) */
typedef uint32_t blk;	/* block */

enum ir_op {
	IR_FIRST = OP_WASM_END - 1,
#define I(id, text, args, flags) IR_##id,
#include "ir/ir.def"
	IR_END
};

enum ir_flag {
	IR_E = 1,	/* has an effect */
	IR_R = 2,	/* reads what effects change */
	IR_T = 4,	/* may trap */
	IR_X = 8,	/* ends a block */
	IR_W = 16	/* writes linear memory (stores, calls, bulk) */
};

struct ir_ins {
	uint16_t op;		/* enum op (num.def, mem.def rows) or enum ir_op */
	uint8_t type;		/* enum type of the result; T_NONE */
	uint8_t nargs;		/* operands in arg */
	uint32_t at;		/* wasm byte offset it comes from */
	ref arg[3];
	uint32_t aux;		/* memory, global, function, table: see ir.def */
	uint64_t imm;		/* constant bits, offset, ...: see ir.def */
	uint32_t list, nlist;	/* further operands: f->list.at[list ..] */
	blk block;		/* where it is listed */
	uint8_t flags;		/* enum ir_ins_flag */
};

enum ir_ins_flag {
	IR_NO_TRAP = 1,		/* a pass proved that this row cannot trap here */
	IR_DEAD_HINT = 2,
	IR_ALIGNED = 4		/* access: the address is known to be a multiple of 4 */
};

struct ir_edge {
	blk to;
	uint32_t args, nargs;	/* f->list.at[args ..] */
};

struct ir_block {
	VEC(ref) params;
	VEC(ref) ins;		/* the terminator is last */
	uint32_t edge, nedges;	/* f->edges.at[edge ..] */
	uint32_t at;		/* wasm byte offset of its beginning */
	uint8_t likely;		/* 0 unknown, 1 cold (ends in a trap) */
};

/* What the checker needs to know of a loop header (or any cut): which value
 * holds each local and each operand there.  Not uses: a pass that removes a
 * value writes 0, which says "no longer kept". */
struct ir_cut {
	uint32_t at;		/* byte offset of the wasm `loop` */
	blk block;
	uint32_t refs, n;	/* f->list.at[refs ..]: locals, then operands bottom up */
	uint32_t nlocals;
};

/* Facts about the module as a whole that code generation and passes use. */
struct ir_memory_facts {
	bool fixed;		/* size never changes */
	uint64_t bytes;		/* that size; else the least */
	uint64_t capacity;	/* greatest size in bytes, as reserved */
};
struct ir_table_facts {
	bool immutable;		/* never written after instantiation */
	uint32_t n;		/* its size then */
	uint32_t *func;		/* its contents then: function index, UINT32_MAX null */
};
struct ir_global_facts {
	bool constant;		/* value known at compile time */
	uint64_t bits;
};
struct ir_func_facts {
	bool exported, address_taken, called;
	bool callback;		/* parameter 0 is an event, from the runtime only */
	bool silent;		/* writes nothing that is seen outside of it, nor does
				 * what it calls; it may trap */
	bool leaves;		/* to some instances that share code it is an import */
	uint32_t group;		/* 1 + that of the instances it is shared by; 0 none */
};
struct ir_module {
	struct wasm_module *wasm;
	struct ir_memory_facts *memory;
	struct ir_table_facts *table;
	struct ir_global_facts *global;
	struct ir_func_facts *func;
	bool open;		/* other modules may share its exports */
	bool fuel;		/* charge fuel */
	uint32_t events;	/* bit e: event e may reach a callback; -1 any */
	bool events_given;	/* by the user: an assumption */
	bool check_events;	/* callbacks trap on other events */
	bool no_backpressure;	/* nothing here can raise it */
	bool closed;		/* only the runtime calls exports and sees memory */
	bool *unread;		/* [datas.n] segments that are not placed, or NULL */
};

struct ir_func {
	struct arena *arena;
	const struct ir_module *mod;
	uint32_t index;		/* wasm function index */
	struct wasm_functype type;
	VEC(struct ir_ins) ins;
	VEC(struct ir_block) blocks;
	VEC(struct ir_edge) edges;
	VEC(ref) list;
	VEC(struct ir_cut) cuts;
};

/* --- module ----------------------------------------------------------- */

/* Options that change the meaning of a module or its facts. */
struct ir_options {
	bool open;		/* linked with modules that import its exports */
	bool fuel;
	uint64_t max_memory;	/* bytes reserved at most per growing memory */
	bool closed;		/* only the runtime calls exports and sees memory */
	uint32_t events;	/* of callbacks, as ir_module.events; 0: not given */
	bool check_events;
};

/* Whether a validated module has 128-bit values outside function bodies
 * (globals, signatures of imports), which neither evaluator nor code generation takes:
 * true after a report. */
bool ir_has_vectors(const struct wasm_module *m, struct diag_sink *s);

/* Gathers the facts of a validated module, in a. */
void ir_module_init(struct ir_module *im, struct wasm_module *m,
		    const struct ir_options *o, struct arena *a);

/* Weakens the facts until they are the same for all instances that may share
 * code, and says which functions do: share.c. */
struct share;
void ir_share(struct ir_module *im, struct share *s);

/* --- construction ----------------------------------------------------- */

/* Builds function `index` (not an import) of a validated module, in a.
 * Unreachable code is dropped, trivial and unused block parameters are not
 * made.
 *
 * Fuel, if charged at all, is charged where a wasm basic block begins.  These
 * are a matter of the text alone: one begins with the body and behind each
 * op_ends_block (wasm/op.h).  It costs the number of its instructions that are
 * not op_is_free; those behind an access that always traps count too.  A block
 * that costs nothing is not charged, nor is one that cannot be reached.
 *
 * Returns NULL after a report when it uses what heddle cannot compile (SIMD). */
struct ir_func *ir_build(const struct ir_module *im, uint32_t index,
			 struct arena *a, struct diag_sink *s);

/* --- small operations ------------------------------------------------- */

unsigned ir_flags(const struct ir_ins *i);	/* enum ir_flag, IR_NO_TRAP applied */
const char *ir_text(unsigned op);
/* Letters of the operands (ends at ':' for rows of the wasm tables), how many
 * there are without the list, and whether there is a list. */
const char *ir_args(unsigned op);
unsigned ir_arity(unsigned op);
bool ir_has_list(unsigned op);
/* Result type where the row alone decides it; T_NONE: none, or it depends. */
enum type ir_fixed_type(unsigned op);

/* Makes an instruction, listed nowhere yet. */
ref ir_new(struct ir_func *f, unsigned op, enum type t, uint32_t at);
/* Appends to the end of a block / before the terminator / at position k. */
void ir_append(struct ir_func *f, blk b, ref r);
void ir_insert(struct ir_func *f, blk b, uint32_t k, ref r);
ref ir_const(struct ir_func *f, blk b, enum type t, uint64_t bits); /* appended to b */
blk ir_block_new(struct ir_func *f);
/* A block parameter (the edges to b must be given arguments by the caller). */
ref ir_param_new(struct ir_func *f, blk b, enum type t);
/* Copies n operands to f->list; returns their place. */
uint32_t ir_list(struct ir_func *f, const ref *r, uint32_t n);
/* Gives block b n new edges (to nowhere yet); returns the first one's place. */
uint32_t ir_edges_new(struct ir_func *f, blk b, uint32_t n);
static inline struct ir_ins *ir_at(const struct ir_func *f, ref r)
{
	return &f->ins.at[r];
}
static inline ref ir_term(const struct ir_func *f, blk b)
{
	return vec_last(&f->blocks.at[b].ins);
}
static inline struct ir_edge *ir_edge(const struct ir_func *f, blk b, uint32_t k)
{
	return &f->edges.at[f->blocks.at[b].edge + k];
}
/* Calls fn for the address of each operand: args, list, edge arguments of a terminator. */
void ir_each_use(struct ir_func *f, ref r, void (*fn)(void *ctx, ref *use), void *ctx);
/* Replaces every operand, edge argument and cut that is map[r] != 0 by map[r];
 * map has f->ins.n entries and is followed to its end. */
void ir_replace(struct ir_func *f, ref *map);

/* --- control flow graph (cfg.c, dom.c, loops.c) ----------------------- */

struct ir_cfg {
	uint32_t n;			/* number of blocks */
	blk *rpo; uint32_t nrpo;	/* reachable blocks in reverse postorder */
	uint32_t *order;		/* block -> place in rpo, UINT32_MAX unreachable */
	uint32_t *pred_begin;		/* n + 1 entries into pred */
	blk *pred;			/* one per edge */
	blk *idom;			/* immediate dominator; idom[0] = 0 */
	uint32_t *dfs_in, *dfs_out;	/* of the dominator tree */
	blk *loop;			/* innermost loop header of each block, or UINT32_MAX */
	blk *loop_parent;		/* of a header: enclosing header, or UINT32_MAX */
	uint32_t *depth;		/* loop nesting, 0 outside */
	bool *irreducible;		/* unused: wasm control flow is reducible */
};
struct ir_cfg *ir_cfg(const struct ir_func *f, struct arena *a);
bool ir_dominates(const struct ir_cfg *c, blk a, blk b);

/* --- checking, text, evaluation --------------------------------------- */

/* Checks the invariants.  Returns NULL, or what is wrong (in a). */
const char *ir_check(const struct ir_func *f, struct arena *a);

/* Re-parseable text. */
void ir_print(const struct ir_func *f, struct buf *out);
/* The reverse; NULL after a report (d->at is a text offset). */
struct ir_func *ir_parse(const struct ir_module *im, const char *text,
			 size_t n, struct arena *a, struct diag_sink *s);

/* May code of others run there, which changes memories, globals and tables?
 * Where fuel is out another task may have its turn. */
static inline bool ir_leaves(uint16_t op)
{
	return op == IR_CALL || op == IR_CALL_INDIRECT || op == IR_FUEL;
}

#endif
