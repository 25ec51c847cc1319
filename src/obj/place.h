/* obj/place.h - addends in the bytes that a relocation applies to.
 *
 * ARM objects use relocations without an addend column: the addend is in the
 * place, as the operand of the instruction that is there.
 */
#ifndef OBJ_PLACE_H
#define OBJ_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the addend into the place at p, of which n bytes follow.  Returns
 * false when the place is cut short, holds another instruction than the type
 * needs, or cannot hold the addend.
 */
bool obj_place_put(uint8_t *p, size_t n, unsigned type, int32_t addend);

/* Reads it back. */
bool obj_place_get(const uint8_t *p, size_t n, unsigned type, int32_t *addend);

#endif
