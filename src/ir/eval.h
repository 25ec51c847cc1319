/* ir/eval.h - runs modules by interpreting the intermediate form.
 *
 * The oracle for compiled code: slow and plain.  A store holds instances that
 * may import from each other; host functions stand for everything else.
 */
#ifndef IR_EVAL_H
#define IR_EVAL_H

#include "ir/ir.h"

struct eval_store;
struct eval_instance;

/* A value of any type: number bits, or a reference: 0 null, else an opaque
 * host value (externref) or function handle (funcref). */
typedef uint64_t eval_value;

/* A host function.  Returns HD_TRAP_NONE, or a trap. */
typedef enum hd_trap_kind eval_host(void *ctx, const eval_value *args,
				    eval_value *results);

/* Transforms each function after it is built (to evaluate optimised code); may be NULL. */
typedef bool eval_pass(void *ctx, struct ir_func *f);

struct eval_options {
	uint32_t max_depth;	/* calls deep before HD_TRAP_STACK; 0: 10000 */
	int64_t fuel;		/* <0: not charged */
	uint64_t max_steps;	/* per outermost call; 0: no limit; else HD_TRAP_FUEL when passed */
	uint64_t max_memory;	/* ir_options.max_memory; 0: as declared */
	eval_pass *pass;
	void *pass_ctx;
};

struct eval_store *eval_store_new(struct arena *a, const struct eval_options *o);

/* Gives the store a host item that imports (module, name) find. */
void eval_define_func(struct eval_store *st, const char *module,
		      const char *name, const struct wasm_functype *t,
		      eval_host *fn, void *ctx);
void eval_define_global(struct eval_store *st, const char *module,
			const char *name, enum type t, bool mut, eval_value v);
void eval_define_memory(struct eval_store *st, const char *module,
			const char *name, struct wasm_limits l);
void eval_define_table(struct eval_store *st, const char *module,
		       const char *name, enum type t, struct wasm_limits l);

/* Makes all exports of an instance importable under `module`. */
void eval_register(struct eval_store *st, const char *module,
		   struct eval_instance *in);

enum eval_status { EVAL_OK, EVAL_TRAP, EVAL_UNLINKABLE, EVAL_UNSUPPORTED };

/* Instantiates a validated module: imports, tables, memories, segments,
 * start.  EVAL_TRAP sets *trap; the others report to s.  An unchecked access
 * that is out of bounds, or a row marked IR_NO_TRAP that traps, is
 * HD_TRAP_HARD_FAULT: it shows a wrong pass. */
enum eval_status eval_instantiate(struct eval_store *st, struct wasm_module *m,
				  struct eval_instance **in,
				  enum hd_trap_kind *trap, struct diag_sink *s);

/* Calls an exported function; results must have room for all.  EVAL_UNLINKABLE
 * when there is none of that name. */
enum eval_status eval_call(struct eval_instance *in, const char *name,
			   const eval_value *args, eval_value *results,
			   enum hd_trap_kind *trap);
/* The same by function index. */
enum eval_status eval_call_index(struct eval_instance *in, uint32_t func,
				 const eval_value *args, eval_value *results,
				 enum hd_trap_kind *trap);
/* A global by index, exported or not. */
eval_value eval_global_at(const struct eval_instance *in, uint32_t index);
/* Gives it a value. */
void eval_set_global_at(struct eval_instance *in, uint32_t index,
			eval_value v);
/* Reads an exported global. */
bool eval_global(struct eval_instance *in, const char *name, eval_value *v);
/* The exported memory's bytes and size, for hosts; NULL when there is none. */
uint8_t *eval_memory(struct eval_instance *in, uint32_t index, uint64_t *bytes);
/* Remaining fuel. */
int64_t eval_fuel(const struct eval_store *st);
/* Wasm offset and function of the last trap. */
void eval_trap_place(const struct eval_store *st, uint32_t *func, uint32_t *at);

#endif
