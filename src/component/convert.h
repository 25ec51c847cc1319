/* component/convert.h - code that lifts values on one side and lowers them on
 * the other. */
#ifndef COMPONENT_CONVERT_H
#define COMPONENT_CONVERT_H

#include "component/link_int.h"

/* One side of a call.
 *
 *   inst      instance, COMP_NONE for the host
 *   memory    linked memory; realloc: linked function, LINK_NONE if none
 */
struct side {
	uint32_t inst, memory, realloc;
	uint8_t encoding;
};

/* The function being written. */
struct emitter {
	struct linker *l;
	struct side from, to;
	struct buf code;
	VEC(uint8_t) local;	/* types, parameters included */
	uint32_t nparams;
	uint32_t at;		/* offset of the definition, for reports */
};

/* A core value of a flat value: in a local of its type. */
struct slot {
	uint32_t local;
	uint8_t type;		/* enum type of the local */
};

/* Where a value is: flat in locals, or in memory at *local + offset. */
struct place {
	bool memory;
	uint32_t local, offset;
	const struct slot *slot;
};

void comp_emit(struct emitter *e, enum op op, uint32_t index);
void comp_emit_const(struct emitter *e, uint32_t v);
uint32_t comp_new_local(struct emitter *e, enum type t);
/* Calls an import of LINK_MODULE. */
void comp_emit_import(struct emitter *e, const char *name, const char *sig);

/* Moves a value of a type from one side to the other. */
void comp_convert(struct emitter *e, uint32_t type, struct place from,
	     struct place to);

/* Leaves the address of `size` new bytes of the receiving side on the stack;
 * `bytes` is the local that holds the size, or LINK_NONE for the constant. */
void comp_emit_realloc(struct emitter *e, uint32_t align, uint32_t size,
		  uint32_t bytes);

/* Copies elements one by one; the locals hold addresses and the number. */
void comp_copy_elements(struct emitter *e, uint32_t type, uint32_t to,
			uint32_t from, uint32_t n);

#endif
