/* wasm/module.h - a decoded core module.
 *
 * Everything lives in the arena given to wasm_decode, except that code, data
 * and custom contents point into the input bytes, which must outlive it.
 */
#ifndef WASM_MODULE_H
#define WASM_MODULE_H

#include "base/diag.h"
#include "wasm/op.h"

struct wasm_functype {
	uint8_t *param, *result;	/* enum type */
	uint32_t nparams, nresults;
	uint32_t canon;			/* lowest index of an equal type */
};

/* A constant expression, reduced: all the extended-const operators.  The
 * instructions are kept as bytes; wasm_next walks them. */
struct wasm_expr {
	uint32_t begin, end;		/* byte offsets; end is behind `end` */
};

struct wasm_limits {
	uint32_t min, max;
	bool has_max;
};

struct wasm_table {
	uint8_t type;			/* T_FUNCREF or T_EXTERNREF */
	struct wasm_limits limits;
	uint32_t import;		/* index into imports, or UINT32_MAX */
	uint32_t at;
};

struct wasm_memory {
	struct wasm_limits limits;	/* in pages */
	uint32_t import;
	uint32_t at;
};

struct wasm_global {
	uint8_t type;
	bool mut;
	uint32_t import;
	struct wasm_expr init;		/* when not imported */
};

struct wasm_func {
	uint32_t type;			/* type index */
	uint32_t import;
	uint32_t begin, end;		/* body: offsets of local declarations .. behind `end` */
	uint32_t code;			/* offset of the first instruction */
	uint32_t nlocals;		/* parameters included */
	uint8_t *local;			/* enum type of each local; set by wasm_validate */
	const char *name;		/* from the name section, or NULL */
};

enum wasm_kind { WASM_FUNC, WASM_TABLE, WASM_MEMORY, WASM_GLOBAL };

struct wasm_import {
	const char *module, *name;	/* zero-terminated; may contain zero bytes: */
	uint32_t nmodule, nname;
	uint8_t kind;			/* enum wasm_kind */
	uint32_t index;			/* in the space of its kind */
	uint32_t at;
};

struct wasm_export {
	const char *name;
	uint32_t nname;
	uint8_t kind;
	uint32_t index;
	uint32_t at;
};

enum wasm_mode { WASM_ACTIVE, WASM_PASSIVE, WASM_DECLARED };

struct wasm_elem {
	uint8_t mode, type;
	uint32_t table;
	struct wasm_expr offset;	/* active */
	uint32_t n;
	uint32_t *func;			/* function index or UINT32_MAX for null, when all are plain; */
	struct wasm_expr *expr;		/* else the expressions; the other one is NULL */
	uint32_t at;
};

struct wasm_data {
	uint8_t mode;
	uint32_t memory;
	struct wasm_expr offset;
	uint32_t begin, n;		/* bytes */
	uint32_t at;
};

struct wasm_custom {
	const char *name;
	uint32_t nname;
	uint32_t begin, n;		/* contents */
	uint32_t section;		/* id of the section it follows, 0 at the start */
};

#define LIST(T) struct { T *at; uint32_t n; }

struct wasm_module {
	const uint8_t *bytes;
	size_t size;
	LIST(struct wasm_functype) types;
	LIST(struct wasm_import) imports;
	LIST(struct wasm_func) funcs;		/* imported ones first, in all spaces */
	LIST(struct wasm_table) tables;
	LIST(struct wasm_memory) memories;
	LIST(struct wasm_global) globals;
	LIST(struct wasm_export) exports;
	LIST(struct wasm_elem) elems;
	LIST(struct wasm_data) datas;
	LIST(struct wasm_custom) customs;
	uint32_t nimported[4];			/* by enum wasm_kind */
	uint32_t start;				/* UINT32_MAX: none */
	uint32_t start_at;			/* where that is stated */
	bool has_data_count;
	uint32_t data_count;
	bool *declared;				/* [funcs.n] may stand in ref.func */
	const char *name;			/* module name, or NULL */
};

/* What an input may cost.  All must be set; start from the defaults. */
struct wasm_limits_opt {
	size_t max_functions;
	size_t max_locals;	/* of one function, parameters included */
	size_t max_depth;	/* nesting of blocks */
	size_t max_items;	/* of any other list */
	size_t max_arity;	/* parameters, and results, of one type */
	size_t max_all_locals;	/* of all functions together: a few bytes can
				   declare thousands, and each takes one */
	size_t max_stack;	/* operands at once: a call may push max_arity */
	size_t max_memories;	/* with 1, the core specification 2.0 holds:
				   memory indices are the byte 0 */
};
/* Generous defaults. */
extern const struct wasm_limits_opt wasm_default_limits;

/* Decodes the structure of a module (not function bodies).
 * Reports to s and returns false when malformed. */
bool wasm_decode(struct wasm_module *m, const uint8_t *bytes, size_t n,
		 const struct wasm_limits_opt *limits, struct arena *a,
		 struct diag_sink *s);

/* Validates everything, bodies included; fills wasm_func.local.
 * Errors are those of the core specification. */
bool wasm_validate(struct wasm_module *m, const struct wasm_limits_opt *limits,
		   struct arena *a, struct diag_sink *s);

/* One instruction of a body or constant expression. */
struct wasm_ins {
	enum op op;
	uint32_t at, next;		/* byte offsets of it and of what follows */
	uint32_t index;			/* label, local, func, table, type, memory, lane ...;
					   enum type for ref.null */
	uint32_t index2;		/* second index, in binary order; memory of a memarg */
	uint64_t imm;			/* constant bits, or offset of a memarg */
	uint64_t imm_hi;		/* upper half of v128.const, shuffle */
	uint32_t align;			/* log2 */
	int64_t block_type;		/* for wasm_block_sig; as encoded: < 0 a type or empty
					   (-64), >= 0 a type index */
	const uint32_t *labels;		/* br_table: n targets, then the default */
	uint32_t nlabels;		/* without the default */
	const uint8_t *types;		/* select t: the one type */
};

/* Decodes the instruction at byte offset `at` of m; labels are allocated in a.
 * Returns false when malformed (reported when s is not NULL). */
bool wasm_next(const struct wasm_module *m, uint32_t at, struct wasm_ins *out,
	       struct arena *a, struct diag_sink *s);

/* Where an instruction has the numbers of memories: at[0], at[1], as many as
 * are returned. */
unsigned wasm_ins_memories(struct wasm_ins *i, uint32_t *at[2]);

/* Parameter and result types of a block type. */
struct wasm_functype wasm_block_sig(const struct wasm_module *m, int64_t bt);

/* Operands a constant expression may have on its stack at once; more is
 * rejected by wasm_validate (LIMIT). */
enum { WASM_CONST_DEPTH = 64 };

/* Value of a constant expression that needs no instance (constants and
 * arithmetic, null references as 0): true with *bits.  *global is the index of a global it starts
 * from, else UINT32_MAX: then false. */
bool wasm_const_value(const struct wasm_module *m, const struct wasm_expr *e,
		      uint64_t *bits, uint32_t *global);

/* Excerpt for diag_print: instructions around d->at with a caret; ctx is the
 * struct wasm_module. */
void wasm_excerpt(void *ctx, const struct diag *d, struct buf *out);

/* The first custom section of that name, or NULL. */
const struct wasm_custom *wasm_find_custom(const struct wasm_module *m,
					   const char *name);

/* Whether an active segment of n members or bytes is inside what holds `size` of
 * them when the module is instantiated, whatever is imported. */
bool wasm_is_inside(const struct wasm_module *m, const struct wasm_expr *offset,
		    uint32_t n, uint64_t size);

/* Structural equality of function types. */
bool wasm_same_type(const struct wasm_functype *a, const struct wasm_functype *b);

/* "ii:i" form of a function type, in a. */
const char *wasm_type_text(const struct wasm_functype *t, struct arena *a);

#endif
