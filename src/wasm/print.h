/* wasm/print.h - readable text of modules and instructions.
 *
 * For diagnostics and `heddle inspect`: close to the text format, with names
 * where the name section has them, but not meant to be read back.
 */
#ifndef WASM_PRINT_H
#define WASM_PRINT_H

#include "wasm/module.h"

/* "i64.load offset=8", "call 3 $scale"; no newline. */
void wasm_print_ins(const struct wasm_module *m, const struct wasm_ins *i,
		    struct buf *out);

/* "(i32 i64) -> (i32)" */
void wasm_print_type(const struct wasm_functype *t, struct buf *out);

/* Name of an import or export in quotes, as in the text format. */
void wasm_print_name(const char *name, uint32_t n, struct buf *out);

/* The body of a function: locals, then one instruction a line, with its
 * offset and indented by nesting.  The module is valid. */
void wasm_print_func(const struct wasm_module *m, uint32_t func,
		     struct buf *out);

/* Everything but the bodies: types, imports, memories, tables, globals,
 * functions, exports, segments, custom sections. */
void wasm_print_module(const struct wasm_module *m, struct buf *out);

#endif
