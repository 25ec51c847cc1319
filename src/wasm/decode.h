/* wasm/decode.h - shared by the readers of sections; inside src/wasm only. */
#ifndef WASM_DECODE_H
#define WASM_DECODE_H

#include "wasm/ins.h"

enum section {
	SEC_CUSTOM = 0,
#define S(id, number, order, text, read) SEC_##id = number,
#include "wasm/section.def"
	SEC_IDS = 13
};

/* Flag bits of an element segment. */
enum {
	ELEM_PASSIVE = 1,	/* or declared, with ELEM_EXPLICIT */
	ELEM_EXPLICIT = 2,	/* a table index; declared with ELEM_PASSIVE */
	ELEM_EXPRS = 4
};

struct decoder {
	struct wasm_module *m;
	const struct wasm_limits_opt *limits;
	struct arena *arena;
	struct reader section;		/* over the section being read */
	struct reader *r;		/* always &section */
	uint32_t nbodies;		/* entries of the code section */
	size_t all_locals;
	/* spaces grow by imports first, so they are vectors until the end */
	VEC(struct wasm_func) funcs;
	VEC(struct wasm_table) tables;
	VEC(struct wasm_memory) memories;
	VEC(struct wasm_global) globals;
	VEC(struct wasm_custom) customs;
};

/* The length of a list, checked against the bytes left (each item takes at
 * least one) and `max`; 0 after a report. */
uint32_t list_length(struct decoder *d, size_t max);

struct wasm_limits limits_read(struct reader *r);
enum type reftype_read(struct reader *r);

/* One reader per section id. */
void decode_types(struct decoder *d);
void decode_imports(struct decoder *d);
void decode_functions(struct decoder *d);
void decode_tables(struct decoder *d);
void decode_memories(struct decoder *d);
void decode_globals(struct decoder *d);
void decode_exports(struct decoder *d);
void decode_start(struct decoder *d);
void decode_elems(struct decoder *d);
void decode_data_count(struct decoder *d);
void decode_code(struct decoder *d);
void decode_datas(struct decoder *d);

/* Names for the module and its functions, from the custom section "name".
 * What is wrong in it is ignored: names are never needed. */
void decode_names(struct wasm_module *m, const struct wasm_custom *c,
		  struct arena *a);

#endif
