/* wasm/encode.h - modules and instructions back to bytes. */
#ifndef WASM_ENCODE_H
#define WASM_ENCODE_H

#include "wasm/module.h"

/* A function body as it stands in the code section, without its length:
 * local declarations, instructions, `end`. */
struct wasm_body {
	const uint8_t *at;		/* NULL: as in the input */
	size_t n;
};

/* What becomes of a custom section. */
struct wasm_custom_edit {
	bool drop;
	const uint8_t *at;		/* its new contents; NULL: as in the input */
	size_t n;
};

/* A custom section to be added behind all others. */
struct wasm_extra {
	const char *name;
	const uint8_t *at;
	size_t n;
};

/* What differs from the module as it was decoded. */
struct wasm_edit {
	const struct wasm_body *body;	/* [funcs.n], or NULL: all as they were */
	const struct wasm_custom_edit *custom;	/* [customs.n], or NULL: all as they were */
	const struct wasm_extra *extra;
	uint32_t nextra;
};

/* Writes a module: every section from the lists of m (which the caller may
 * have changed), constant expressions and bodies from its bytes or the edit,
 * custom sections where they stood.  Numbers have their shortest form, so
 * writing what was read from the result gives the same bytes again.
 *
 *   e    what is replaced, or NULL
 *   out  appended to
 */
void wasm_encode(const struct wasm_module *m, const struct wasm_edit *e,
		 struct buf *out);

/* Appends the local declarations of a body: n locals behind the parameters. */
void wasm_encode_locals(const uint8_t *type, uint32_t n, struct buf *out);

/* Appends one instruction; `at` and `next` do not matter, br_table needs its
 * labels. */
void wasm_encode_ins(const struct wasm_ins *i, struct buf *out);

/* The byte of a value type. */
uint8_t wasm_type_byte(enum type t);

#endif
