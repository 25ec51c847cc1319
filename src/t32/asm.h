/* t32/asm.h - a function being assembled: instructions, labels, literals.
 *
 * Emission appends items; asm_finish decides what depends on distance (the
 * size of branches, where literal pools go, the form of branch tables) and
 * encodes.  Functions may have any size up to the reach of B.W (16 MB).
 */
#ifndef T32_ASM_H
#define T32_ASM_H

#include "t32/code.h"
#include "t32/encode.h"

typedef uint32_t label;

enum asm_kind {
	ASM_INS,	/* id, op */
	ASM_LABEL,	/* binds label */
	ASM_BRANCH,	/* cond (AL: always), label */
	ASM_CBZ,	/* reg, label, cond EQ or NE; forward only */
	ASM_LITERAL,	/* reg = literal lit */
	ASM_CALL,	/* BL sym, or B.W sym when `tail` */
	ASM_TABLE,	/* branch to the reg-th of labels [label, label + n) of tables */
	ASM_POOL,	/* literals [lit, lit + n); made by asm_finish */
	ASM_TRAP,	/* the site of a trap: the address here */
	ASM_CUT		/* a cut: hints describe the state here */
};

struct asm_item {
	uint8_t kind, cond, reg, size;	/* size in bytes, as far as known */
	bool in_it;			/* not the first of an IT block */
	bool tail;
	uint16_t id;
	uint32_t label;			/* or literal, symbol, cut, trap */
	uint32_t n;
	int32_t op[5];
	uint32_t offset;
	uint32_t at;			/* wasm byte offset */
};

struct asm_literal {
	uint32_t sym;			/* index, or UINT32_MAX for a plain value */
	int32_t value;			/* or addend */
	uint32_t offset;
};

struct asm_buf {
	struct arena *arena;
	VEC(struct asm_item) items;
	VEC(uint32_t) labels;		/* offset of each, UINT32_MAX unbound */
	VEC(label) table;
	VEC(struct asm_literal) lits;	/* one per reference until pooled */
	VEC(struct t32_trap) traps;
	uint32_t at;			/* for items to come */
	uint32_t it_left;		/* instructions still in the IT block */
	bool it_first;
};

void asm_init(struct asm_buf *s, struct arena *a);
label asm_label(struct asm_buf *s);
void asm_bind(struct asm_buf *s, label l);
bool asm_bound(const struct asm_buf *s, label l);

/* One instruction with up to five operands. */
void asm_ins(struct asm_buf *s, enum t32 id, int32_t a, int32_t b, int32_t c,
	     int32_t d, int32_t e);
#define ASM0(s, id) asm_ins(s, id, 0, 0, 0, 0, 0)
#define ASM1(s, id, a) asm_ins(s, id, a, 0, 0, 0, 0)
#define ASM2(s, id, a, b) asm_ins(s, id, a, b, 0, 0, 0)
#define ASM3(s, id, a, b, c) asm_ins(s, id, a, b, c, 0, 0)
#define ASM4(s, id, a, b, c, d) asm_ins(s, id, a, b, c, d, 0)
#define ASM5(s, id, a, b, c, d, e) asm_ins(s, id, a, b, c, d, e)

/* IT: the next n instructions; bit k of `others` inverts instruction k. */
void asm_it(struct asm_buf *s, enum cond c, unsigned n, unsigned others);
void asm_branch(struct asm_buf *s, enum cond c, label l);
void asm_cbz(struct asm_buf *s, enum cond c, unsigned reg, label l);
void asm_call(struct asm_buf *s, uint32_t sym, bool tail);
void asm_const(struct asm_buf *s, unsigned reg, uint32_t value, bool flags_live);
void asm_address(struct asm_buf *s, unsigned reg, uint32_t sym, int32_t addend);
/* Branch to labels[reg]; reg < n must hold.  Labels may be bound already. */
void asm_table(struct asm_buf *s, unsigned reg, const label *l, uint32_t n);
/* The address here is where a trap call returns to. */
void asm_trap_site(struct asm_buf *s, enum hd_trap_kind kind, uint32_t at);
void asm_cut(struct asm_buf *s, uint32_t index);

/* Leaves out ends of blocks that are elsewhere too (asm_tail.c). */
void asm_join_tails(struct asm_buf *s);
/* Does control never pass the end of item k? */
bool asm_is_barrier(const struct asm_buf *s, uint32_t k);
/* Lays out and encodes everything into c (bytes, relocs, traps, data, lines,
 * code offsets of cuts). */
void asm_finish(struct asm_buf *s, struct t32_code *c);

#endif
