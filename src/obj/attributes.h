/* obj/attributes.h - build attributes: what a linker must know to refuse
 * objects that do not fit together.
 */
#ifndef OBJ_ATTRIBUTES_H
#define OBJ_ATTRIBUTES_H

#include "base/buf.h"
#include "t32/target.h"

/* Appends the contents of .ARM.attributes for a target. */
void obj_attributes_write(struct buf *b, const struct target *t);

/* Reads whether float arguments are passed in VFP registers.  Returns false
 * when the section is malformed.
 */
bool obj_attributes_read(const uint8_t *p, size_t n, bool *hard_float);

#endif
