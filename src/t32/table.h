/* table.h - the Thumb-2 instruction table, compiled from t32.def.
 *
 * t32.def draws each encoding as the architecture manual does.  The first
 * use of the table turns every diagram into a mask, a value and a list of
 * bit slices, so that encoding and decoding never look at a string again.
 * The table depends on nothing but the C library: the proof checker uses
 * it, and decode.c, without the code generator.
 */
#ifndef HEDDLE_T32_TABLE_H
#define HEDDLE_T32_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* One enumerator per encoding.  Names: the mnemonic (with S when flags are
 * written), then the shape: _I immediate, _R register (with a constant
 * shift where the encoding has one), _PRE/_POST write-back, _LIT literal,
 * _SP sp-relative; a final _N marks the 16-bit encodings that have a
 * 32-bit sibling.
 */
enum t32 {
#define T(id, mnemonic, bits, operands, form, value, flags, needs) T32_##id,
#include "t32/t32.def"
	T32_COUNT
};

/* What a core must have; a row may need several.  FPV5 alone is the single
 * precision half, FPV5 with FPDP the double precision half.
 */
enum t32_feature {
	T32_V7M  = 1 << 0,	/* Thumb-2 of Armv7-M; every target here */
	T32_DSP  = 1 << 1,	/* DSP extension (v7E-M, v8-M with DSP) */
	T32_FP   = 1 << 2,	/* FPv4-SP: single precision, s0-s31 */
	T32_FPDP = 1 << 3,	/* double precision, d0-d15 */
	T32_FPV5 = 1 << 4,	/* vrint, vsel, vmaxnm, directed vcvt */
	T32_V8M  = 1 << 5,	/* Armv8-M mainline: lda, stl, msplim */
};

/* Condition flags; T32_F_IT: written only outside an IT block; T32_F_NOT_IT:
 * no such instruction in one.  (Branches may only end a block, and the table
 * does not say so.)
 */
enum t32_flag {
	T32_F_V  = 1 << 0,
	T32_F_C  = 1 << 1,
	T32_F_Z  = 1 << 2,
	T32_F_N  = 1 << 3,
	T32_F_IT = 1 << 4,
	T32_F_Q  = 1 << 5,	/* sticky, only ever set */
	T32_F_GE = 1 << 6,
	T32_F_NOT_IT = 1 << 7,
};

/* Conditions, as encoded. */
enum t32_cond {
	T32_EQ, T32_NE, T32_CS, T32_CC, T32_MI, T32_PL, T32_VS, T32_VC,
	T32_HI, T32_LS, T32_GE, T32_LT, T32_GT, T32_LE, T32_AL,
};

/* Shift types, as encoded: the operand before a shift amount. */
enum t32_shift { T32_LSL, T32_LSR, T32_ASR, T32_ROR };

/* What an operand is, from the first letter of its token in t32.def. */
enum t32_class {
	T32_REG,       /* R: r0-r12, lr */
	T32_REG_SP,    /* P: r0-r12, sp, lr */
	T32_REG_ANY,   /* Q: r0-pc */
	T32_SREG,      /* S: s0-s31 */
	T32_DREG,      /* D: d0-d15 */
	T32_IMM,       /* #, @ */
	T32_SHTYPE,    /* H: enum t32_shift */
	T32_CONDITION, /* C: enum t32_cond, AL excluded; part of the mnemonic */
	T32_LIST,      /* L: set of core registers, bit n = rn */
	T32_SLIST,     /* E: count of s registers from the operand before it */
	T32_DLIST,     /* F: count of d registers from the operand before it */
	T32_SYSREG,    /* Y: special register number (SYSm) */
	T32_ITMASK,    /* M: IT pattern, see t32_it_mask() */
	T32_TARGET,    /* B: byte offset from PC */
};

enum { T32_OPERANDS = 6, T32_SLICES = 6 };

/* A run of bits that moves between field and encoding in one piece. */
struct t32_slice {
	uint8_t at;	/* lowest bit in the encoding (32-bit: hw1:hw2) */
	uint8_t from;	/* lowest bit in the field */
	uint8_t width;
};

/* How a field becomes the operand; one function each way in form.c. */
enum t32_form {
#define FORM(id, encode, decode, holds) T32_FORM_##id,
#include "t32/form.def"
	T32_FORMS
};

struct t32_operand {
	enum t32_class kind;
	enum t32_form form;
	uint8_t width;		/* bits of the field */
	uint8_t scale;		/* plain: operand = field * scale + bias */
	uint8_t bias;
	uint8_t nslices;
	char letter;		/* first field letter: names it in `value` */
	struct t32_slice slice[T32_SLICES];
};

/* One row, ready for use. */
struct t32_row {
	const char *mnemonic;	/* ".w" where the assembler would narrow it */
	const char *syntax;	/* the operands column */
	uint32_t mask, match;	/* fixed bits; 32-bit: hw1 << 16 | hw2 */
	uint8_t halfwords;
	uint8_t flags;		/* enum t32_flag, what is written */
	uint8_t needs;		/* enum t32_feature, all of them */
	uint8_t noperands;
	struct t32_operand operand[T32_OPERANDS];
};

/* The row of id.  Any thread; the first call builds the table. */
const struct t32_row *t32_row(enum t32 id);

/* The candidates for an encoding whose first halfword is hw1, most fixed
 * bits first.  Returns their number.
 */
unsigned t32_candidates(uint16_t hw1, const uint16_t **ids);

/* The name of id as in t32.def ("ADD_I"), for messages and tests. */
const char *t32_id_name(enum t32 id);

/* Bytes of the encoding: 2 or 4. */
static inline unsigned t32_size(enum t32 id)
{
	return t32_row(id)->halfwords * 2u;
}

/* Is a halfword the first of a 32-bit encoding? */
static inline bool t32_is_wide(uint16_t hw1)
{
	return hw1 >= 0xe800u;
}

#endif
