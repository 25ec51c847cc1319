/* component/encode.h - component binaries being written: types and sections.
 *
 * Types come from a table (type.h) and get indices in the component being
 * written when they are first used.  Resources are known by their number: one
 * imported with an instance, or defined here.
 */
#ifndef COMPONENT_ENCODE_H
#define COMPONENT_ENCODE_H

#include "base/buf.h"
#include "component/component.h"

/* A component, or an instance type inside it (then `out` are its
 * declarations, `count` of them).
 *
 *   ntypes  size of the index space of types
 *   known   type number to 1 + index
 */
struct comp_enc {
	struct buf *out;
	struct ct_table *types;
	uint32_t ntypes, count;
	bool instance;
	struct map known;
	struct comp_enc *outer;
};

void comp_enc_init(struct comp_enc *e, struct buf *out, struct ct_table *t);

/* Appends the preamble and COMP_UNNAMED. */
void comp_enc_header(struct buf *out);
/* Appends a section (id: enum comp_section); one of one entry; a
 * string. */
void comp_enc_section(struct buf *out, uint8_t id, const struct buf *body);
void comp_enc_entry(struct buf *out, uint8_t id, const struct buf *entry);
void comp_enc_name(struct buf *out, struct ct_name n);
/* An import or export name. */
void comp_enc_extern_name(struct buf *out, struct ct_name n);

/* How a value type is written where it stands: a primitive's code or an
 * index; the second for CT_NO_TYPE, too. */
void comp_enc_use(struct comp_enc *e, struct buf *to, uint32_t type);
void comp_enc_maybe(struct comp_enc *e, struct buf *to, uint32_t type);

/* The index of a value, function, resource or instance type, defined first
 * where it is not yet.  An instance type is defined anew each time. */
uint32_t comp_enc_type(struct comp_enc *e, uint32_t type);

/* Notes that a type number has an index. */
void comp_enc_know(struct comp_enc *e, uint32_t type, uint32_t index);

#endif
