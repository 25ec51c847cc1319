/* opt/out/plan.h - what the parts of the way back to WebAssembly share. */
#ifndef OPT_OUT_PLAN_H
#define OPT_OUT_PLAN_H

#include "base/compiler.h"
#include "opt/out/out.h"

struct out_list {
	VEC(ref) v;
};

/* One function on its way.
 *
 *   list      per block: its instructions in the order they will be executed,
 *             those that stand on the operand stack right before their user
 *   host      value -> the user whose operand stack slot it is, or 0
 *   host_k    which operand of that user
 *   tee       value -> on the stack and in a local
 *   checked   access -> its own trap stands for the IR_BOUNDS before it
 *   local     value -> its local; NULL until they are allocated: then
 *             local.get and local.set carry the value
 *   code      what is written; labels are numbers of label_*()
 */
struct out {
	struct ir_func *f;
	const struct ir_cfg *c;
	struct arena *a;
	struct out_list *list;
	uint32_t *uses;
	ref *host;
	uint32_t *host_k;
	bool *tee, *checked;
	uint32_t *local;
	VEC(uint8_t) types;	/* of locals, parameters first */
	VEC(struct wasm_ins) code;
	bool failed;
};

/* Labels: the end of the block before b, and the beginning of loop b. */
static inline uint32_t label_block(blk b)
{
	return b * 2 + 1;
}
static inline uint32_t label_loop(blk b)
{
	return b * 2 + 2;
}

/* Operands that stand on the stack when r is executed: arguments, list, and
 * for an IR_BR the arguments of its edge. */
uint32_t out_operands(const struct ir_func *f, ref r);
ref out_operand(const struct ir_func *f, ref r, uint32_t k);

/* How many results an instruction gives: more than one only for calls. */
uint32_t out_results(const struct ir_func *f, const struct ir_ins *i);

/* Constants are written where they are used. */
static inline bool out_is_const(const struct ir_func *f, ref r)
{
	return f->ins.at[r].op == IR_CONST;
}

/* stack.c: merges checks with accesses, then decides host, tee and list. */
void out_stack(struct out *o);
/* local.c: allocates locals. */
void out_locals(struct out *o);
/* emit.c: what a block does before it ends; operand k of r; an instruction of
 * its own or the function's end is not written. */
void out_block(struct out *o, blk b);
void out_value(struct out *o, ref user, uint32_t k, ref v);
void out_put(struct out *o, struct wasm_ins i);
void out_trap(struct out *o, enum hd_trap_kind kind);
void out_copies(struct out *o, blk b, const struct ir_edge *e);
bool out_copy_needed(const struct out *o, ref user, uint32_t k, ref arg,
		     ref param);
/* shape.c: the whole body, structured. */
void out_shape(struct out *o);
/* body.c: tidies the code and encodes it. */
void out_body(struct out *o, struct buf *body);

#endif
