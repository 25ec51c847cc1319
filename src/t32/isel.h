/* isel.h - the state of instruction selection.
 *
 * Selection covers the SSA graph with machine operations from the uses up:
 * blocks are visited in postorder and each block's instructions backwards, so
 * that every use of a value has been seen before its definition.  A use either
 * absorbs the operand's instruction into its own operation, or demands a
 * virtual register for it; an instruction nobody demanded is not selected.
 *
 * Values wider than 32 bits (i64, and f64 where the core has no doubles) are
 * two words, demanded one by one.  All integer matching is on words: the low
 * word of an i64.and is an i32.and of low words, and so on.
 *
 * Constants, addresses and native pointers (base of a memory + wasm address)
 * that operations need in registers are collected while selecting and placed
 * at the end: in the nearest dominator of their uses, outside of loops.
 */
#ifndef T32_ISEL_H
#define T32_ISEL_H

#include "base/map.h"
#include "ir/ir.h"
#include "t32/code.h"

/* A word of a value, a constant, or a register that no IR value has. */
struct word {
	ref r;			/* 0: the constant k; REF_REG: the register k */
	uint8_t half;		/* 0 low or only, 1 high */
	bool sole;		/* nobody else uses what lies between r and here */
	uint32_t k;
};

enum { REF_REG = 0x7fffffff };

/* A word as a 32-bit operation on words. */
struct node {
	unsigned op;		/* OP_I32_... */
	struct word a, b;
};

/* What is known of the high word of an i64. */
enum hi_kind { HI_FULL, HI_ZERO, HI_SIGN };

enum pend_kind { PEND_CONST, PEND_ADDR, PEND_FCONST, PEND_NATIVE };
enum { PEND_LEVELS = 3 };
struct pend {
	uint8_t kind;
	uint8_t level;		/* 0; native pointers are above what they add to */
	bool used;
	vreg v;
	blk block;		/* where it is made: */
	ref before;		/* before this instruction, or 0: at the end */
	ref a;			/* PEND_NATIVE: the wasm address; plus */
	uint32_t addr;		/* this pending value, one level below */
	uint32_t sym;
	int32_t imm, imm2;
	uint32_t next;		/* in the list of its place */
};

struct group {
	uint32_t begin, end;	/* pool */
	ref r;
};

enum { MANY = 100, NEAR_PAYS = 5 };

/* An access's address without its constant part. */
struct place {
	ref base;		/* 0: constant address off */
	uint32_t off;
};

/* Offsets of one base that one register and immediates of 12 bits cover. */
static inline uint64_t isel_page(struct place p)
{
	return (uint64_t)p.base << 32 | p.off >> 12;
}

struct isel {
	struct ir_func *ir;
	const struct ir_module *mod;
	const struct t32_options *o;
	const struct target *tg;
	struct ir_cfg *cfg;
	struct arena *a;
	struct mir_func *f;
	struct abi abi;			/* of this function */
	bool dp;			/* doubles in d registers */
	bool store_in;			/* the incoming area is rewritten */

	vreg *lo, *hi;			/* demanded registers of IR values */
	uint8_t *need;			/* bit 0 low or only word, bit 1 high */
	uint8_t *hikind;
	uint32_t *uses, *mem_uses;	/* by live instructions; as (part of) an address only */
	uint8_t *tests;			/* uses as the condition of a branch, up to some */
	uint32_t *pos;			/* place in the block */
	struct map offsets;		/* base << 32 | offset of accesses seen */
	struct map pages;		/* isel_page of accesses -> offsets in there */
	struct map least, near;		/* -> the first offset; number of constant ones behind it */
	uint8_t *accesses;		/* per base: number of offsets, or MANY */
	uint8_t *spread;		/* per loop header: registers [K, i] would take */
	ref *step;			/* parameter -> its sum with a constant, computed anyway */
	ref *result;			/* call -> its latest IR_RESULT; */
	ref *result_next;		/* and the one before */
	uint32_t *mblock;		/* IR block -> MIR block */

	VEC(struct mir_ins) pool;
	VEC(struct group) all;		/* each block's, last first; per block: */
	uint32_t *group_begin, *group_end;
	VEC(struct pend) pends;
	struct map pend_map, fconst_map, native_map;
	blk cb;				/* current block */
	ref cr;				/* and instruction */
};

/* --- isel_need.c: what is needed and known before selection --------------- */

void isel_analyse(struct isel *s);

/* --- isel_emit.c: making operations ---------------------------------------- */

/* Appends an operation to the current group.  The pointer is good until the next. */
struct mir_ins *isel_put(struct isel *s, enum mop op, unsigned ndef, unsigned nuse,
		    const vreg *v);
/* One definition; one, two, three uses. */
struct mir_ins *isel_put1(struct isel *s, enum mop op, vreg d, vreg a);
struct mir_ins *isel_put2(struct isel *s, enum mop op, vreg d, vreg a, vreg b);
struct mir_ins *isel_put3(struct isel *s, enum mop op, vreg d, vreg a, vreg b, vreg c);
/* Operation with an immediate or a shift. */
void isel_put_ri(struct isel *s, enum mop op, vreg d, vreg a, uint32_t imm);
void isel_put_shift(struct isel *s, vreg d, vreg a, unsigned type, unsigned amount);
vreg isel_gpr(struct isel *s);
vreg isel_fresh(struct isel *s, enum mir_class c);
/* A register with a constant or an address, shared by all uses. */
vreg isel_konst(struct isel *s, uint32_t k);
vreg isel_addr_of(struct isel *s, enum sym_kind k, uint32_t index, uint32_t off);
vreg isel_addr_sym(struct isel *s, uint32_t sym, uint32_t off);
vreg isel_fconst(struct isel *s, enum mir_class c, uint64_t bits);
/* Address in the machine of wasm address `a` + off in memory mem. */
vreg isel_native(struct isel *s, uint32_t mem, ref a, uint32_t off);
void isel_place_pending(struct isel *s);
void isel_put_pend(struct isel *s, uint32_t block, const struct pend *p);

/* --- isel_word.c: words and trees of words --------------------------------- */

enum mir_class isel_class_of(const struct isel *s, enum type t);
bool isel_is_pair(const struct isel *s, enum type t);
struct word isel_word_of(const struct isel *s, ref r, unsigned half);
static inline struct word kword(uint32_t k)
{
	return (struct word){ .k = k };
}
static inline struct word rword(vreg v)
{
	return (struct word){ .r = REF_REG, .k = v };
}
static inline bool is_k(struct word w, uint32_t k)
{
	return !w.r && w.k == k;
}
/* The register of a value's word; of a whole value that is not a pair. */
vreg isel_use_word(struct isel *s, struct word w);
vreg isel_use_half(struct isel *s, ref r, unsigned half);
vreg isel_use(struct isel *s, ref r);
/* The same for operands with a place of their own (arguments, edges): cheap
 * constants are made on the spot rather than shared. */
vreg isel_use_moved(struct isel *s, struct word w);
vreg isel_use_value_moved(struct isel *s, ref r);
/* The register an instruction must define; a new one when nobody asked. */
vreg isel_def(struct isel *s, ref r, unsigned half);
/* May the instruction of w be absorbed into the current one? */
bool isel_absorbs(const struct isel *s, struct word w);
/* The tree of w; false when it is not a plain 32-bit operation. */
bool isel_node_of(const struct isel *s, struct word w, struct node *n);
/* As node_of, for words that may be absorbed, with operation op. */
bool isel_sub_node(const struct isel *s, struct word w, unsigned op, struct node *n);
/* An upper bound of the number of low bits that may be set. */
unsigned isel_width_of(const struct isel *s, struct word w);

/* --- selection by kind of instruction -------------------------------------- */

/* isel_int.c: computes a word of 32-bit operations into d. */
void sel_node(struct isel *s, const struct node *n, vreg d);
void sel_divide(struct isel *s, ref r);
/* isel_long.c: i64 instructions whose words depend on each other. */
void sel_long(struct isel *s, ref r);

/* isel_cmp.c: a condition as the operands of a fused comparison. */
struct cond_part {
	uint8_t cmp, cond, n;
	vreg v[4];
	int32_t imm;
};
struct cond_part isel_match_cond(struct isel *s, ref c);
struct cond_part isel_match_not(struct isel *s, ref c);
struct cond_part isel_cmp_words(struct isel *s, struct word a, struct word b, enum cond c);
/* Is r selected as a comparison when its value is asked for? */
bool isel_is_compare(const struct isel *s, ref r);
void isel_put_cond(struct isel *s, enum mop op, const struct cond_part *p, vreg d,
	      const vreg *more, unsigned nmore);
void isel_put_trap(struct isel *s, const struct cond_part *p, enum hd_trap_kind kind);
void isel_trap_if(struct isel *s, struct word a, struct word b, enum cond c,
	     enum hd_trap_kind kind);
void sel_compare(struct isel *s, ref r);

/* isel_select.c */
void sel_select(struct isel *s, ref r);

/* isel_packed.c: rows of packed.def, and choices by their masks. */
void sel_packed(struct isel *s, ref r);

/* isel_mem.c */
struct place isel_place_of(const struct isel *s, ref access);
void sel_load(struct isel *s, ref r);
void sel_store(struct isel *s, ref r);
void sel_bounds(struct isel *s, ref r);
void sel_global(struct isel *s, ref r);
/* Traps `kind` unless a + n <= size, all of them words. */
void isel_check_range(struct isel *s, struct word a, struct word n,
		 struct word size, enum hd_trap_kind kind);
vreg isel_load_word(struct isel *s, vreg base, int32_t off);
void isel_load_to(struct isel *s, vreg d, vreg base, int32_t off);
void isel_store_word(struct isel *s, vreg value, vreg base, int32_t off);
/* Bytes of a memory now. */
struct word isel_memory_bytes(struct isel *s, uint32_t mem);

/* isel_bulk.c: bulk memory, tables, references. */
void sel_bulk(struct isel *s, ref r);
struct word isel_table_size(struct isel *s, uint32_t t);

/* isel_call.c */
void sel_call(struct isel *s, ref r);
void sel_return(struct isel *s, ref r);
void sel_entry(struct isel *s);
/* A helper on words in core registers; args of `pairs` letters: w word, p pair.
 * Definitions r0 and r1 go to d[0], d[1] where not 0. */
void isel_helper(struct isel *s, const char *name, const char *args,
	    const vreg *v, const vreg d[2]);

/* isel_float.c */
void sel_float(struct isel *s, ref r);
/* Is r of a row of floating-point arithmetic or comparison? */
bool isel_is_float_op(unsigned op);
/* And done by a helper in core registers on this target? */
bool isel_is_soft_float(const struct isel *s, ref r);
/* Bits of a floating-point value in core registers. */
vreg isel_float_word(struct isel *s, ref r, unsigned half);
struct cond_part isel_match_float(struct isel *s, ref c);

/* isel_flow.c: terminators and edges. */
void sel_terminator(struct isel *s, ref r);

/* isel.c */
void sel_value(struct isel *s, ref r);

#endif
