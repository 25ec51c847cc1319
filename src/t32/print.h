/* print.h - Thumb-2 instructions as assembly text (unified syntax). */
#ifndef HEDDLE_T32_PRINT_H
#define HEDDLE_T32_PRINT_H

#include <stddef.h>

#include "t32/decode.h"

/* Prints insn as the assembler takes it: mnemonic, a tab, operands.
 * Branches and literals print their offset as ". + N" from the instruction.
 *
 *   cond  T32_AL, or the condition the instruction runs under in an IT block
 *
 * Returns the length, like snprintf().
 */
int t32_print(char *buf, size_t size, const struct t32_insn *insn,
              enum t32_cond cond);

/* The two letters of a condition; "" for T32_AL. */
const char *t32_cond_name(enum t32_cond cond);

#endif
