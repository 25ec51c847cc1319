/* form.h - transforms between operands and encoding fields (form.def). */
#ifndef HEDDLE_T32_FORM_H
#define HEDDLE_T32_FORM_H

#include "t32/table.h"

/* Operand k of op[] to its field.  All of op[] is set.  False when it has
 * no encoding or the operands do not go together.
 */
bool t32_form_encode(const struct t32_operand *o, const int32_t op[],
                     unsigned k, uint32_t *field);

/* A field to op[k].  op[0] to op[k - 1] are set. */
bool t32_form_decode(const struct t32_operand *o, uint32_t field,
                     int32_t op[], unsigned k);

#endif
