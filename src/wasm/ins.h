/* wasm/ins.h - reading instructions; inside src/wasm only. */
#ifndef WASM_INS_H
#define WASM_INS_H

#include "base/vec.h"
#include "wasm/module.h"
#include "wasm/reader.h"

/* Storage for the labels of a br_table, used again for each one. */
struct labels {
	VEC(uint32_t) v;
	struct arena *arena;
};

/* Reads the instruction at r->at.  Labels are stored in l; with l NULL they
 * are only counted and out->labels is NULL.
 * Returns false, after a report, when malformed. */
bool ins_read(struct reader *r, struct wasm_ins *out, struct labels *l);

/* Reads up to the `end` that closes an expression, which may contain blocks.
 * Gives up (r->bad) when malformed. */
struct wasm_expr expr_read(struct reader *r);

/* Reads a value type; reports and gives T_NONE for other bytes. */
enum type type_read(struct reader *r);

/* What a byte that means nothing to us stands for elsewhere. */
enum where {
	WHERE_OPCODE,
	WHERE_TYPE,
	WHERE_SECTION,
	WHERE_EXTERN,
	WHERE_LIMITS
};

/* Reports `value` at `at`: DIAG_UNSUPPORTED with the proposal's name when it
 * is known, else `code`; `what` names the kind of value. */
void unknown(struct reader *r, enum where where, uint32_t value, uint64_t at,
	     enum diag_code code, const char *what);

#endif
