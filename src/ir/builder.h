/* ir/builder.h - the state of ir_build, shared by build.c (instructions),
 * flow.c (control frames and joins) and prune.c (parameters).
 *
 * The values of the locals are one array, `cur`, of where the walk stands.
 * Control frames keep a log of assignments made since they were opened, so a
 * branch only records the locals that differ from the frame's beginning, and
 * a join only considers those: the cost follows the assignments, not
 * locals times blocks.  Loops need to know beforehand what they assign; a
 * prescan lists that.
 *
 * Where paths meet, a local that may differ becomes a `lazy` value: a
 * parameter that is only made when something reads it (a local.get, or the
 * argument of a parameter that was made).  cur, the log and the changes may
 * hold lazy values, marked by LAZY; the value stack never does.
 */
#ifndef IR_BUILDER_H
#define IR_BUILDER_H

#include "base/map.h"
#include "ir/ir.h"

enum frame_kind { FRAME_FUNC, FRAME_BLOCK, FRAME_LOOP, FRAME_IF, FRAME_ELSE };

struct frame {
	uint8_t kind;		/* enum frame_kind */
	bool dead;		/* opened in unreachable code */
	uint32_t height;	/* of the value stack below its parameters */
	struct wasm_functype sig;
	uint32_t log;		/* assignments logged when it was opened */
	uint32_t pend, npend;	/* branches to its end: b->pend, 0 is none */
	uint32_t meet;		/* of a loop: its header's */
	uint32_t edge;		/* of an if: the edge to its else */
	uint32_t saved;		/* of an if: its parameters, b->saved.at[..] */
	uint32_t told;		/* branch number whose state `memo` is */
	struct {
		uint32_t change, nchange, stack;
	} memo;
};

/* A branch to the end of a frame, or to a loop's header. */
struct pending {
	uint32_t edge, next;
	uint32_t change, nchange;	/* b->change.at[..]: locals that differ */
	uint32_t stack;			/* b->saved.at[..]: the operands it brings */
	bool enters;			/* a loop, from before it */
};

/* A block where paths meet: a join, or a loop's header. */
struct meet {
	blk block;
	uint32_t pend, npend;		/* its predecessors */
	uint32_t *operand;		/* of a join: which operands are parameters */
	uint32_t noperands;		/* parameters that operands have */
	uint32_t asked;			/* lazy values asked for: b->lazy, 0 none */
	uint32_t seen;			/* those from here on have been followed */
	bool loop;
};

/* The value of a local where paths meet. */
#define LAZY 0x80000000u
struct lazy {
	uint32_t meet, local;
	ref base;		/* before the frame or loop */
	ref param;		/* once it is asked for */
	uint32_t next;		/* b->lazy, of the same meet */
};

struct change {
	uint32_t local;
	ref value;
};

struct logged {
	uint32_t local;
	ref old;
	uint32_t prev;		/* b->logged[local] before */
};

/* Locals assigned in a loop: b->carried.at[begin .. begin + n]. */
struct loop_info {
	uint32_t begin, n;
};

struct builder {
	struct ir_func *f;
	const struct ir_module *im;
	const struct wasm_module *m;
	const struct wasm_func *wf;
	struct arena *a;		/* the function's */
	struct arena *scratch;
	struct arena *labels;		/* of the instruction at hand */

	blk here;			/* block being filled */
	bool dead;			/* in unreachable code */
	ref fuel;			/* charge of this wasm basic block, or 0 */
	bool charged;			/* this wasm basic block has been counted */
	uint32_t at;			/* offset of the instruction at hand */
	const char *unsupported;	/* text of what cannot be compiled */

	VEC(ref) stack;
	VEC(struct frame) frames;
	VEC(struct pending) pend;
	VEC(struct change) change;
	VEC(ref) saved;
	ref *cur;			/* [nlocals] */
	uint32_t *logged;		/* [nlocals] 1 + place in log, 0 none */
	VEC(struct logged) log;
	VEC(struct meet) meets;
	VEC(struct lazy) lazy;		/* entry 0 is not used */
	VEC(struct loop_info) loops;
	VEC(uint32_t) carried;
	uint32_t nloops, ntold;

	/* scratch of joins, per local */
	uint32_t *seen;			/* predecessors that changed it */
	ref *same;			/* their common value, or 0 */
	uint32_t *slot;			/* 1 + what is looked for there */

	struct map consts[T_BOTTOM];
	VEC(ref) const_list;
};

/* --- build.c ---------------------------------------------------------- */
ref build_const(struct builder *b, enum type t, uint64_t bits);
ref build_ins(struct builder *b, unsigned op, enum type t);	/* appended */

/* --- lazy.c ----------------------------------------------------------- */
/* The value itself: the parameter of a lazy one, made when it is not there. */
ref lazy_ask(struct builder *b, ref v);
/* A new lazy value. */
ref lazy_new(struct builder *b, uint32_t meet, uint32_t local, ref base);
uint32_t meet_new(struct builder *b, blk block, bool loop);
/* Makes all parameters that are needed, and the arguments of the edges. */
void lazy_finish(struct builder *b);

/* --- flow.c ----------------------------------------------------------- */
void flow_set_local(struct builder *b, uint32_t local, ref v);
/* Opens a frame whose parameters are on the stack. */
void flow_open(struct builder *b, enum frame_kind k, struct wasm_functype sig);
void flow_open_loop(struct builder *b, struct wasm_functype sig);
void flow_open_if(struct builder *b, struct wasm_functype sig);
void flow_else(struct builder *b);
void flow_end(struct builder *b);
void flow_br(struct builder *b, uint32_t label);
void flow_br_if(struct builder *b, uint32_t label);
void flow_br_table(struct builder *b, const uint32_t *label, uint32_t n);
void flow_return(struct builder *b);
/* Continues in a new block, the target of `edge`. */
void flow_new_block(struct builder *b, uint32_t edge);

/* --- prescan.c -------------------------------------------------------- */
/* Fills b->loops and b->carried, in the order in which loops are opened, and
 * reserves room for the instructions and lists that are foreseeable. */
void prescan(struct builder *b);

/* --- prune.c ---------------------------------------------------------- */
/* Removes parameters that are always one value, then those never used. */
void prune_params(struct builder *b);
/* --- compact.c -------------------------------------------------------- */
/* Numbers the instructions anew when many have become NOPs. */
void compact(struct builder *b);

#endif
