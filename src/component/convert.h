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
void comp_emit_const64(struct emitter *e, uint64_t v);
/* A load or store of memory `memory`; address and value are on the stack. */
void comp_access(struct emitter *e, enum op op, uint32_t memory,
		 uint32_t offset);
/* Calls an import of LINK_MODULE. */
void comp_emit_import(struct emitter *e, const char *name, const char *sig);

/* Traps: a value is not one of its type; always, when the i32 on the stack is
 * not zero, when the local is no multiple of align. */
void comp_emit_trap(struct emitter *e);
void comp_emit_trap_if(struct emitter *e);
void comp_emit_aligned(struct emitter *e, uint32_t local, uint32_t align);
/* Traps as out of bounds unless [p, p + n) lies in memory; p and n are
 * locals, n may be LINK_NONE for the constant `size`. */
void comp_emit_bounds(struct emitter *e, uint32_t memory, uint32_t p,
		      uint32_t n, uint32_t size);

/* Pushes the core value of type `type` at a place of the lifting side. */
void comp_load(struct emitter *e, struct place p, enum op op, uint8_t type);
/* Around the value to be stored at a place of the lowering side. */
void comp_begin_store(struct emitter *e, struct place p);
void comp_end_store(struct emitter *e, struct place p, enum op store,
		    uint8_t type);
/* The part of a value that is `offset` bytes or `slot` flat values into it. */
struct place comp_part(struct place p, uint32_t offset, uint32_t slot);

/* Begins a function of the linked module; its sides are still to be set.
 * Ending it gives its index, LINK_NONE in the dry run. */
void comp_begin(struct emitter *e, struct linker *l,
		const struct wasm_functype *t, uint32_t at);
uint32_t comp_finish(struct emitter *e, const struct wasm_functype *t,
		     const char *name, bool exported);

/* Moves a value of a type from one side to the other. */
void comp_convert(struct emitter *e, uint32_t type, struct place from,
	     struct place to);

/* Leaves the address of `size` new bytes of the receiving side on the stack;
 * `bytes` is the local that holds the size, or LINK_NONE for the constant. */
void comp_emit_realloc(struct emitter *e, uint32_t align, uint32_t size,
		  uint32_t bytes);

/* may_leave of the lowering instance, around calls of its realloc. */
void comp_emit_leave(struct emitter *e, bool may);

/* convert_list.c.  The type of a list is that of its elements. */
void comp_convert_list(struct emitter *e, uint32_t type, struct place from,
		       struct place to);
void comp_convert_map(struct emitter *e, struct ct_type x, struct place from,
		      struct place to);
void comp_convert_string(struct emitter *e, struct place from,
			 struct place to);

/* transcode.c: (pointer, length) to (pointer, length), for the encodings and
 * memories of the two sides. */
uint32_t comp_transcoder(struct emitter *e);

/* Copies elements one by one; the locals hold addresses and the number. */
void comp_copy_elements(struct emitter *e, uint32_t type, uint32_t to,
			uint32_t from, uint32_t n);

#endif
