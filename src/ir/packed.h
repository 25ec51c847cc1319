/* ir/packed.h - the rows of packed.def. */
#ifndef IR_PACKED_H
#define IR_PACKED_H

#include "ir/ir.h"

/* Whether op is a row of packed.def. */
bool ir_is_packed(unsigned op);

/* The value of such a row: a, b and, where it has three operands, c are words. */
uint32_t ir_packed_value(unsigned op, uint32_t a, uint32_t b, uint32_t c);

#endif
