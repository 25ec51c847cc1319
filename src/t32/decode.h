/* decode.h - Thumb-2 machine code to operands.
 *
 * Part of the trusted base: the proof checker reads machine code with
 * this file and the table alone.
 */
#ifndef HEDDLE_T32_DECODE_H
#define HEDDLE_T32_DECODE_H

#include <stddef.h>

#include "t32/table.h"

struct t32_insn {
	enum t32 id;
	uint8_t size;			/* bytes: 2 or 4 */
	uint8_t noperands;
	uint32_t word;			/* 32-bit: hw1 << 16 | hw2 */
	int32_t operand[T32_OPERANDS];	/* as t32_encode() takes them */
};

/* Decodes the instruction at p, of which n bytes may be read.  Returns
 * false when it is cut short or not in the table; encodings that
 * t32_encode() would not produce (UNPREDICTABLE operands, #-0) are not.
 */
bool t32_decode(const uint8_t *p, size_t n, struct t32_insn *out);

/* Does word decode as row id?  Fills *out when it does. */
bool t32_decode_as(enum t32 id, uint32_t word, struct t32_insn *out);

/* The positions of operands as the value column names them, or -1: the
 * register, condition or shift type with that first field letter, and the
 * i-th of the others (0 is I, 1 is J).
 */
int t32_operand_at(const struct t32_row *row, char letter);
int t32_immediate_at(const struct t32_row *row, unsigned i);

#endif
