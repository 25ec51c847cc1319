/* encode.h - operands to Thumb-2 machine code. */
#ifndef HEDDLE_T32_ENCODE_H
#define HEDDLE_T32_ENCODE_H

#include <stddef.h>

#include "t32/table.h"

/* Encodes one instruction.
 *
 *   operand    values in the order of the row's operands column, in their
 *              meaning rather than their encoding: register numbers, the
 *              32-bit value of a modified immediate, the byte offset of a
 *              branch from PC (its own address + 4), of a literal from
 *              Align(PC, 4), a register set (bit n = rn), a shift type
 *              followed by its amount (lsr #32 is 32)
 *   word       the encoding; 32-bit ones as hw1 << 16 | hw2
 *   halfwords  1 or 2
 *
 * Returns false, and writes nothing, when an operand has no encoding in
 * this row or would make the instruction UNPREDICTABLE.
 */
bool t32_encode(enum t32 id, const int32_t operand[], uint32_t *word,
                unsigned *halfwords);

/* Would t32_encode() accept these operands? */
bool t32_fits(enum t32 id, const int32_t operand[]);

/* Stores an encoding in memory order at p.  Returns the bytes written. */
size_t t32_store(uint8_t *p, uint32_t word, unsigned halfwords);

/* Is v a modified immediate (the #const of add.w, and, mov.w ...)? */
bool t32_is_modimm(uint32_t v);

/* The operand of IT for n (1-4) instructions; bit k of others is set when
 * instruction k runs under the opposite condition.  Bit 0 must be clear.
 */
static inline int32_t t32_it_mask(unsigned n, unsigned others)
{
	return (int32_t)(1u << n | others);
}

#endif
