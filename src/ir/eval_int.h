/* ir/eval_int.h - the evaluator's own structures; inside src/ir only. */
#ifndef IR_EVAL_INT_H
#define IR_EVAL_INT_H

#include "ir/eval.h"

/* One instruction of dense code: operands are slots of the frame. */
struct step {
	uint16_t op;		/* as ir_ins.op, or enum step_op */
	uint8_t flags;		/* enum ir_ins_flag */
	uint32_t dst;
	uint32_t arg[3];
	uint32_t aux;
	uint64_t imm;
	uint32_t list, nlist;	/* code->list: slots; of branches, steps */
	uint32_t at;
};

enum step_op {
	STEP_MOVE = IR_END,	/* dst = arg[0] */
	STEP_JUMP		/* to step aux */
};

struct code {
	struct step *step;
	uint32_t *list;
	uint32_t nslots;	/* the parameters are the first ones */
};

struct eval_memory {
	uint8_t *bytes;
	uint64_t size, held;	/* held: bytes allocated, zero from size on */
	uint64_t capacity;
	struct wasm_limits limits;
};

struct eval_table {
	eval_value *at;
	uint32_t n, held;
	uint8_t type;
	struct wasm_limits limits;
};

struct eval_global {
	uint8_t type;
	bool mut;
	eval_value value;
};

struct eval_func {
	const struct wasm_functype *type;
	struct eval_instance *in;	/* NULL: a host function */
	uint32_t index;			/* in the instance */
	uint32_t handle;		/* as a funcref value */
	const struct code *code;
	eval_host *host;
	void *ctx;
};

struct eval_segment {
	eval_value *at;		/* of an element segment */
	uint32_t n;		/* 0 when dropped */
};

struct eval_instance {
	struct eval_store *st;
	const struct wasm_module *m;
	struct ir_module *im;
	struct eval_func **func;
	struct eval_memory **memory;
	struct eval_table **table;
	struct eval_global **global;
	struct eval_segment *elem;
	uint32_t *data;		/* bytes left of each data segment: all or 0 */
};

/* Something that can be imported. */
struct item {
	const char *module, *name;
	uint32_t nmodule, nname;
	uint8_t kind;
	union {
		struct eval_func *func;
		struct eval_memory *memory;
		struct eval_table *table;
		struct eval_global *global;
	} u;
};

struct frame {
	struct eval_func *func;
	uint32_t pc;
	uint32_t base;		/* its slots: st->slot.at[base ..] */
};

struct eval_store {
	struct arena *a;
	struct eval_options opt;
	VEC(struct item) items;
	VEC(struct eval_func *) funcs;	/* by handle - 1 */
	VEC(struct frame) frames;
	VEC(eval_value) slot;
	VEC(eval_value) ret;		/* results of the last call that returned */
	uint32_t nested;		/* eval_call within host functions */
	int64_t fuel;
	uint64_t steps;
	uint32_t trap_func, trap_at;
};

/* --- eval_store.c ----------------------------------------------------- */
struct eval_func *eval_func_new(struct eval_store *st,
				const struct wasm_functype *t);
struct eval_memory *eval_memory_new(struct eval_store *st, struct wasm_limits l,
				    uint64_t capacity);
struct eval_table *eval_table_new(struct eval_store *st, enum type t,
				  struct wasm_limits l);
/* The item an import names, or NULL. */
const struct item *eval_find(const struct eval_store *st,
			     const struct wasm_import *im);

/* --- eval_code.c ------------------------------------------------------ */
/* Builds and transforms function `index`, and makes it dense. */
struct code *eval_compile(struct eval_instance *in, uint32_t index,
			  struct diag_sink *s);

/* --- eval_run.c ------------------------------------------------------- */
/* Calls f; results are left in st->ret. */
enum hd_trap_kind eval_enter(struct eval_store *st, struct eval_func *f,
			     const eval_value *args);

/* --- eval_bulk.c ------------------------------------------------------ */
/* Carries out a memory or table instruction.  a: its operands. */
enum hd_trap_kind eval_bulk(struct eval_instance *in, const struct step *s,
			    const eval_value *a, eval_value *result);
/* Both check their ranges first, and change nothing when they trap. */
enum hd_trap_kind eval_memory_init(struct eval_instance *in, uint32_t memory,
				   uint32_t segment, const eval_value *a);
enum hd_trap_kind eval_table_init(struct eval_instance *in, uint32_t table,
				  uint32_t segment, const eval_value *a);

#endif
