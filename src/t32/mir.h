/* t32/mir.h - machine code before and after register allocation.
 *
 * SSA with block parameters over virtual registers.  Selection (isel.h) makes
 * it; the allocator rewrites it (copies, spills, reloads, new virtual
 * registers) and gives every virtual register exactly one machine register
 * for its whole life: f->vregs.at[v].reg.  Emission then needs no more than a
 * look at each operand's register.
 *
 * Invariants after selection (mir_check):
 *  - every vreg has one definition, which dominates its uses; those of
 *    f->params are defined on entry, in the registers they name;
 *  - no critical edges: an edge with arguments leaves a block with one
 *    successor or enters a block with one predecessor and no parameters;
 *  - a fixed operand's register belongs to its class and is allocatable, or is
 *    an argument or result register of a call;
 *  - the terminator is the last instruction of its block.
 * Invariants after allocation (mir_check_allocated): no two vregs that live at the same
 * point share a register; fixed and tied operands are where they must be;
 * block parameters have the registers of their edge arguments.
 */
#ifndef T32_MIR_H
#define T32_MIR_H

#include "base/bitset.h"
#include "base/buf.h"
#include "base/vec.h"

typedef uint32_t vreg;		/* 0 is none */

enum mop {
#define O(id, text, sig, flags) MOP_##id,
#include "t32/mop.def"
	MOP_END
};

enum mop_flag { MOP_T = 1, MOP_C = 2, MOP_M = 4, MOP_E = 8, MOP_P = 16 };
struct mop_info {
	const char *text, *sig;
	uint8_t flags;
};
extern const struct mop_info mop_info[MOP_END];

/* Register classes and machine registers.  r0-r15 are 0-15, s0-s31 are 32-63;
 * a double is named by its even single: d3 is 32 + 6. */
enum mir_class { MIR_G, MIR_S, MIR_D };
enum { REG_S0 = 32, REG_SP = 13, REG_LR = 14, REG_PC = 15, REG_IP = 12, REG_INSTANCE = 9, REG_NONE = 0xff };
typedef uint64_t regset;	/* bit r = register r */

struct mir_vreg {
	uint8_t cls;		/* enum mir_class */
	uint8_t reg;		/* after allocation; REG_NONE before */
	uint8_t hint;		/* register that would save a copy, or REG_NONE */
	uint32_t ir;		/* IR value it holds (hint for the checker), 0 none */
	uint8_t part;		/* 0 whole or low word, 1 high word */
};

struct mir_opnd {
	vreg v;
	uint8_t fix;		/* required register, or REG_NONE */
};

/* The ARM condition numbers. */
enum cond { EQ, NE, CS, CC, MI, PL, VS, VC, HI, LS, GE, LT, GT, LE, AL };
static inline enum cond cond_not(enum cond c)
{
	return (enum cond)(c ^ 1);
}

/* How the flags of a fused operation are set; uses in order. */
enum mir_cmp {
	CMP_RR,		/* g g, shift of the second in imm */
	CMP_RI,		/* g, imm encodable */
	CMN_RI,		/* g, imm encodable: flags of a + imm */
	TST_RR,		/* g g, shift in imm */
	TST_RI,		/* g, imm */
	TEQ_RR,
	CMP64,		/* g g g g: a.lo a.hi b.lo b.hi; EQ NE CC CS LT GE only */
	CMP64_Z,	/* g g: the pair is zero; EQ NE only */
	CMP_FF,		/* s s or d d: vcmp, flags moved */
	CMP_FZ		/* s or d against +0 */
};

enum { SH_LSL, SH_LSR, SH_ASR, SH_ROR };
#define MIR_SHIFT(type, amount) ((type) << 8 | (amount))
#define MIR_MEM(bytes, is_signed) ((bytes) | (is_signed) << 8)

/* What FUN and FBIN compute. */
enum mir_fp {
	FP_ABS, FP_NEG, FP_SQRT, FP_CEIL, FP_FLOOR, FP_TRUNC, FP_NEAREST,
	FP_S_TO_D, FP_D_TO_S,
	FP_S32_TO_S, FP_U32_TO_S, FP_S32_TO_D, FP_U32_TO_D,	/* the integer is in an s register */
	FP_S_TO_S32, FP_S_TO_U32, FP_D_TO_S32, FP_D_TO_U32,	/* toward zero, saturating */
	FP_ADD, FP_SUB, FP_MUL, FP_DIV, FP_MIN, FP_MAX		/* MIN, MAX: vminnm, vmaxnm */
};

struct mir_ins {
	uint16_t op;		/* enum mop */
	uint8_t cmp, cond;	/* cmp part */
	uint8_t flags;		/* enum mir_ins_flag */
	uint16_t ndef, nuse;
	uint32_t opnd;		/* f->opnds.at[opnd ..]: definitions, then uses */
	int32_t imm, imm2;
	uint32_t aux;
	uint32_t sym;		/* index into f->syms */
	uint32_t at;		/* wasm byte offset */
};
enum mir_ins_flag {
	MIR_NO_RETURN = 1	/* call: control does not come back */
};

struct mir_edge {
	uint32_t to;
	uint32_t args, nargs;	/* f->vlist.at[args ..] */
};

struct mir_block {
	VEC(vreg) params;
	VEC(struct mir_ins) ins;
	struct mir_edge *edge;
	uint32_t nedges;
	uint32_t *pred;
	uint32_t npreds;	/* filled by mir_preds */
	uint32_t depth;		/* loop nesting */
	uint32_t loop;		/* innermost loop header block, UINT32_MAX none */
	bool cold;		/* ends in a trap, or laid out last */
	uint32_t ir;		/* IR block (hint) */
	uint32_t at;		/* wasm byte offset */
};

/* What an address or call refers to; docs/abi.md has the names. */
enum sym_kind {
	SYM_NONE,
	SYM_FUNC,	/* wasm function: internal entry, or import symbol */
	SYM_MEMORY,	/* storage */
	SYM_MEMORY_SIZE,/* uint32_t in bytes */
	SYM_MEMORY_DESC,/* struct hd_memory */
	SYM_GLOBAL,
	SYM_TABLE,	/* storage: array of const struct hd_func * */
	SYM_TABLE_SIZE,
	SYM_TABLE_DIRECT,/* immutable table, for one type (index2): code pointers */
	SYM_TYPE,	/* hd_type_... */
	SYM_FUNCREF,	/* struct hd_func of function index */
	SYM_DATA,	/* passive data segment bytes */
	SYM_DATA_DROPPED,/* its run-time length word */
	SYM_ELEM, SYM_ELEM_DROPPED,
	SYM_RUNTIME,	/* by name */
	SYM_TABLE_DESC,	/* struct hd_reftable */
	SYM_OBJECT	/* stubs: symbol `index` of the object file */
};
struct mir_sym {
	uint8_t kind;
	uint32_t index, index2;
	const char *name;	/* SYM_RUNTIME */
	bool in_instance;	/* an offset from r9, not an address */
};

struct mir_func {
	struct arena *arena;
	const struct target *target;
	uint32_t index;			/* wasm function */
	VEC(struct mir_vreg) vregs;
	VEC(struct mir_opnd) opnds;
	VEC(vreg) vlist;
	VEC(struct mir_block) blocks;	/* 0 is the entry; order of layout after mir_layout */
	VEC(struct mir_sym) syms;
	VEC(struct mir_opnd) params;	/* defined on entry, each in its fixed register; in block 0 before all */
	uint32_t out_bytes;		/* outgoing stack arguments and results */
	uint32_t in_bytes;		/* incoming stack arguments */
	bool calls;			/* makes calls that return */
	bool stack_check;		/* entry compares SP with hd_now.stack_limit */
	uint32_t slots;			/* spill slots in words; set by allocation */
	regset used;			/* registers written; set by allocation */
	regset reserved;		/* not allocatable: sp pc ip, r9 in pointer mode */
};

struct mir_func *mir_new(struct arena *a, const struct target *t);
vreg mir_vreg_new(struct mir_func *f, enum mir_class c);
uint32_t mir_block_new(struct mir_func *f);
/* Appends an instruction with `ndef` definitions and `nuse` uses, all
 * operands given in order; fix is REG_NONE unless set later. */
struct mir_ins *mir_add(struct mir_func *f, uint32_t b, enum mop op,
			unsigned ndef, unsigned nuse, const vreg *operand);
static inline struct mir_opnd *mir_def(const struct mir_func *f, const struct mir_ins *i, unsigned k)
{
	return &f->opnds.at[i->opnd + k];
}
static inline struct mir_opnd *mir_use(const struct mir_func *f, const struct mir_ins *i, unsigned k)
{
	return &f->opnds.at[i->opnd + i->ndef + k];
}
/* May imm stand in an immediate form: RI rows, ADD64_I halves, compares. */
bool mir_imm_ok(enum mop op, int32_t imm);
uint32_t mir_sym(struct mir_func *f, enum sym_kind k, uint32_t index, uint32_t index2, const char *name);
/* Fills predecessors. */
void mir_preds(struct mir_func *f);
/* For a definition k: the use it is tied to, or -1; whether it is early. */
/* Uses that belong to the comparison of a cmp part. */
unsigned mir_cmp_uses(const struct mir_ins *i);
int mir_tied(const struct mir_func *f, const struct mir_ins *i, unsigned k);
bool mir_early(const struct mir_func *f, const struct mir_ins *i, unsigned k);
void mir_print(const struct mir_func *f, struct buf *out);
const char *mir_check(const struct mir_func *f, struct arena *a);
const char *mir_check_allocated(const struct mir_func *f, struct arena *a);

/* Register allocation (alloc.c): the real one.  Needs mir_check to hold, and
 * a scratch arena other than f's. */
void mir_allocate(struct mir_func *f, struct arena *scratch);
/* The plain one (plain.c): every vreg lives in a slot, each operation loads
 * its uses and stores its definitions.  The provable fallback. */
void mir_allocate_plain(struct mir_func *f, struct arena *scratch);

#endif
