/* prove/link/adapt.h - reading an adapter against what it has to do.
 *
 * An adapter is followed from its first instruction to its last, by the types of
 * the call: each function here reads the instructions that one step of the canonical ABI
 * takes, and fails where others stand.  Values live in locals: a local that is set
 * for the first time is one nothing else has used, so no value is lost.
 */
#ifndef PROVE_LINK_ADAPT_H
#define PROVE_LINK_ADAPT_H

#include "prove/link/joint.h"

/* One side of a call: its memory (JOINT_NONE: none) is a number of the linked module. */
struct adapt_side {
	uint32_t inst, memory;
	struct thing realloc;
	uint8_t encoding;
};

/* A core value in a local of that type; JOINT_NONE until it is set. */
struct adapt_slot {
	uint32_t local;
	uint8_t type;
};

/* Where a value is: in slots, or in memory at *local + offset. */
struct adapt_place {
	bool memory;
	uint32_t local, offset;
	struct adapt_slot *slot;
};

struct adapt {
	struct joint *j;
	const struct wasm_func *f;
	struct adapt_side from, to;
	uint32_t func, at;	/* the function, the next instruction */
	bool *taken;		/* [nlocals] */
	bool bad;
};

/* adapt.c.  Each reads instructions, and notes (bad) when others stand there. */
void adapt_begin(struct adapt *x, struct joint *j, uint32_t func);
struct wasm_ins adapt_next(struct adapt *x, enum op op);
void adapt_op(struct adapt *x, enum op op);
void adapt_get(struct adapt *x, uint32_t local);
void adapt_const(struct adapt *x, uint32_t v);
void adapt_const64(struct adapt *x, uint64_t v);
/* A block, loop or if without a value, or of one (T_NONE: none). */
void adapt_block(struct adapt *x, enum op op, enum type t);
void adapt_branch(struct adapt *x, enum op op, uint32_t label);
void adapt_import(struct adapt *x, const char *name, const char *sig);
/* local.set (or tee) of a local that nothing has used. */
uint32_t adapt_set_new(struct adapt *x, enum op op, enum type t);
void adapt_set(struct adapt *x, uint32_t local);
void adapt_access(struct adapt *x, enum op op, uint32_t memory, uint32_t offset);
/* memory.copy, its operands being on the stack. */
void adapt_copy(struct adapt *x, uint32_t to, uint32_t from);
/* Nothing is left but the end. */
bool adapt_end(struct adapt *x);

/* Traps: on a condition, a misaligned address, [p, p + n) not all in memory: n is a
 * local, or JOINT_NONE for `size` bytes.  adapt_trap always does. */
void adapt_trap(struct adapt *x);
void adapt_trap_if(struct adapt *x);
void adapt_aligned(struct adapt *x, uint32_t local, uint32_t align);
void adapt_bounds(struct adapt *x, uint32_t memory, uint32_t p, uint32_t n,
		  uint32_t size);
/* The receiver's realloc of new bytes, may_leave off; its result is on the stack. */
void adapt_realloc(struct adapt *x, uint32_t align, uint32_t size,
		   uint32_t bytes);
/* The parts of that: may_leave of the receiver; the call, with its result in the local
 * that is returned, behind which the receiver may leave again. */
void adapt_leave(struct adapt *x, bool may);
uint32_t adapt_call_realloc(struct adapt *x);

/* The core value of a place; around the store of one. */
void adapt_load(struct adapt *x, struct adapt_place p, enum op op, uint8_t type);
void adapt_begin_store(struct adapt *x, struct adapt_place p);
void adapt_end_store(struct adapt *x, struct adapt_place p, enum op op,
		     uint8_t type);

/* adapt_value.c: a value of a type from one place to another; n elements at the
 * addresses in locals. */
void adapt_value(struct adapt *x, struct typed t, struct adapt_place from,
		 struct adapt_place to);
void adapt_elements(struct adapt *x, struct typed t, uint32_t to, uint32_t from,
		    uint32_t n);
struct adapt_place adapt_part(struct adapt_place p, uint32_t offset,
			      uint32_t slot);
/* Whether any bytes are a value of the type. */
bool adapt_any_bytes(const struct joint *j, uint32_t type);

/* adapt_text.c: a call of the function that moves strings between the two sides. */
void adapt_text(struct adapt *x);

#endif
