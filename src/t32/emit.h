/* t32/emit.h - from allocated machine operations to assembler items.
 *
 * Private to emit*.c.  r12 (ip) is the scratch register of this room: the
 * allocator never hands it out, and no operation keeps a value in it.
 */
#ifndef T32_EMIT_H
#define T32_EMIT_H

#include "base/map.h"
#include "t32/asm.h"

struct frame {
	uint32_t saved;		/* core registers pushed */
	unsigned nvfp;		/* s registers pushed, from s16 up */
	uint32_t locals;	/* bytes below them: outgoing area, slots */
	uint32_t slots;		/* offset of slot 0 from SP */
	uint32_t total;		/* bytes from SP to the entry SP */
};

/* A trap stub wanted at the end of the function. */
struct stub {
	label at;
	uint8_t kind;		/* enum hd_trap_kind */
	label back;		/* where FUEL goes on */
	uint32_t wasm_at;
	uint32_t from;		/* item that is the first branch to it */
};

/* How one function is emitted, of several ways that are tried. */
struct emit_way {
	bool islands;		/* stubs also between blocks */
	const bool *here;	/* [ntraps] the call behind the branch that is not taken; NULL: none */
	uint32_t ntraps;	/* branches to traps */
};

struct emit {
	struct asm_buf s;
	const struct mir_func *f;
	const struct t32_options *o;
	struct t32_code *code;
	struct frame frame;
	label *block;		/* of each block */
	uint32_t *final;	/* where a jump to each block ends up */
	uint32_t *layout;	/* blocks in order */
	uint32_t nlayout;
	uint32_t place;		/* in layout, of the block being emitted */
	uint32_t next;		/* block laid out next, UINT32_MAX at the end */
	uint32_t block_start;	/* first item of this block */
	VEC(struct stub) stubs;
	uint32_t stubs_out;	/* how many were emitted */
	const struct emit_way *way;
	uint32_t ntraps;	/* branches to traps so far */
	label ret;		/* code that returns, at -Oz; if any */
	bool has_ret;
	struct known *known;	/* registers' values on entry of each block; now */
	struct map fixed;	/* constants -> how often they are made */
	uint8_t *read;		/* low registers that are read from each block on */
	uint8_t *behind;	/* and behind each operation of this one */
	uint32_t trap_sym;	/* hd_trap_site */
	uint32_t fuel_sym;	/* hd_fuel_out */
	uint32_t now_sym;	/* hd_now */
};

static inline unsigned emit_reg(const struct emit *e, const struct mir_opnd *o)
{
	return e->f->vregs.at[o->v].reg;
}
static inline unsigned emit_def(const struct emit *e, const struct mir_ins *i, unsigned k)
{
	return emit_reg(e, mir_def(e->f, i, k));
}
static inline unsigned emit_use(const struct emit *e, const struct mir_ins *i, unsigned k)
{
	return emit_reg(e, mir_use(e->f, i, k));
}
static inline bool is_low(unsigned r)
{
	return r < 8;
}
static inline bool is_double(const struct emit *e, const struct mir_opnd *o)
{
	return e->f->vregs.at[o->v].cls == MIR_D;
}
/* Operand values of encodings: s registers count from 0, d likewise. */
static inline int32_t sreg(unsigned r)
{
	return (int32_t)(r - REG_S0);
}
static inline int32_t dreg(unsigned r)
{
	return (int32_t)((r - REG_S0) / 2);
}

/* Data processing (emit_alu.c). */
void emit_alu(struct emit *e, const struct mir_ins *i);
void emit_add_imm(struct emit *e, unsigned d, unsigned n, int32_t imm);
void emit_mov(struct emit *e, unsigned d, unsigned m);
/* Constants and addresses from registers that hold others (emit_known.c): what
 * registers hold on entry of all blocks, of this one, and behind i; whether i could be made. */
void emit_known_plan(struct emit *e);
void emit_known_enter(struct emit *e, uint32_t block);
void emit_known_step(struct emit *e, const struct mir_ins *i);
bool emit_derived(struct emit *e, const struct mir_ins *i);
/* Does a block do nothing but return (emit.c)? */
bool emit_only_returns(const struct mir_func *f, uint32_t block);
/* Does a block do nothing but jump, as registers are on entry? */
bool emit_only_jumps(const struct emit *e, uint32_t block);
/* Is it known what a register holds now? */
bool emit_is_known(const struct emit *e, unsigned r);
/* A low register that may be overwritten where i has read the uses in front of
 * `first`, `wanted` if that is one; REG_NONE: emit_spare.c.  It is asked about
 * operations of the block that was entered last. */
void emit_spare_plan(struct emit *e);
void emit_spare_enter(struct emit *e, uint32_t block);
unsigned emit_spare(const struct emit *e, const struct mir_ins *i,
		    unsigned first, unsigned wanted);
/* Comparisons and what consumes them (emit_cmp.c). */
void emit_cmp(struct emit *e, const struct mir_ins *i);
/* Traps when c holds, or reg is 0 or not as c says. */
void emit_trap_if(struct emit *e, enum cond c, unsigned kind, uint32_t at);
void emit_trap_cbz(struct emit *e, enum cond c, unsigned reg, unsigned kind, uint32_t at);
/* Emits the stubs there are now. */
void emit_stubs(struct emit *e);
void emit_jtable(struct emit *e, const struct mir_ins *i, const struct mir_block *b);
void emit_cmp_ri(struct emit *e, unsigned n, int32_t imm);
void emit_cmp_rr(struct emit *e, unsigned n, unsigned m, int32_t shift);
/* Sets the flags of i's cmp part; returns the condition to test, and the number
 * of uses it took. */
enum cond emit_flags(struct emit *e, const struct mir_ins *i, unsigned *uses);
/* MOP_CMP_SET (emit_set.c). */
void emit_set(struct emit *e, const struct mir_ins *i);
void emit_goto(struct emit *e, uint32_t block);
/* Memory (emit_mem.c). */
void emit_mem(struct emit *e, const struct mir_ins *i);
void emit_slot(struct emit *e, const struct mir_opnd *o, uint32_t offset, bool store);
void emit_fuel(struct emit *e, const struct mir_ins *i);
/* Floating point (emit_fp.c). */
void emit_fp(struct emit *e, const struct mir_ins *i);
/* Moves (emit_move.c): any class, and parallel. */
void emit_move(struct emit *e, const struct mir_opnd *d, const struct mir_opnd *s);
void emit_parmove(struct emit *e, const struct mir_ins *i);
/* Frames (emit_frame.c). */
void emit_frame_plan(struct emit *e);
void emit_prologue(struct emit *e);
/* Pops the frame; with `ret` returns, else leaves LR as on entry. */
void emit_epilogue(struct emit *e, bool ret);
/* Returns, by code that is there already where that is shorter. */
void emit_return(struct emit *e);
/* Is returning one instruction of 16 bits? */
bool emit_returns_short(const struct emit *e);

#endif
