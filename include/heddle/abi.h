/* heddle/abi.h - what compiled code and the runtime know of each other.
 *
 * The code generator emits references to these symbols and objects of these
 * layouts; the runtime defines and reads them.  docs/abi.md says the same in
 * words.  Nothing here allocates.
 */
#ifndef HEDDLE_ABI_H
#define HEDDLE_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hd_trap_kind {
	HD_TRAP_NONE = 0,
#define HD_TRAP(id, code, text) HD_TRAP_##id = (code),
#include "heddle/trap.def"
};

struct hd_task;
struct hd_thread;
struct hd_instance;

/* What is in force on this processor now: compiled code reads it at fixed
 * offsets, executors and the fiber switch swap it.  Offsets are ABI.
 *
 *   fuel         remaining fuel of the running task; code built with --fuel
 *                subtracts the cost of a block and traps or yields below 0
 *   stack_limit  lowest address SP may reach; functions whose depth is not
 *                bounded compare with it on entry
 *   instance     instance base of code built with --instance=pointer
 *   task         the running task
 *   context      context.get / context.set storage of the running thread
 */
struct hd_now {
	int32_t fuel;			/* 0 */
	uint32_t stack_limit;		/* 4 on 32-bit targets */
	void *instance;			/* 8 */
	struct hd_task *task;		/* 12 */
	uint32_t context[2];		/* 16, 20 */
	struct hd_thread *thread;	/* 24: the runtime's */
	void *frame;			/* 28: the runtime's, innermost protected call */
};
/* Where processors or threads have one each (the posix port with several
 * executors): what makes a variable each one's own. */
#ifndef HD_LOCAL
#define HD_LOCAL
#endif
extern HD_LOCAL struct hd_now hd_now;

/* A linear memory.  base never moves; *size (bytes) only grows, up to
 * capacity (bytes); bytes between *size and capacity are zero. */
struct hd_memory {
	uint8_t *base;
	uint32_t *size;
	uint32_t capacity;
};

/* How an exported callback is called. */
enum hd_callback_form {
	HD_CALLBACK_NONE,
	HD_CALLBACK_EVENT,	/* (event, payload) -> (): no result means waiting */
	HD_CALLBACK_EVENT_I32,	/* (event, payload) -> callback result */
	HD_CALLBACK_CANON	/* (event, p1, p2) -> callback result */
};

/* An exported function, in flash.
 *
 *   name   wasm export name, NUL-terminated
 *   code   AAPCS entry (Thumb bit set).  No result or one result: passed the
 *          AAPCS way of the target's float ABI.  More results: `code` is
 *          void f(uint64_t *results, params...), result k is written to the
 *          k-th 8-byte slot (narrow ones in its low bytes)
 *   sig    parameters ':' results, letters i l f d v e x, as in "ii:i"
 */
struct hd_export {
	const char *name;
	void (*code)(void);
	const char *sig;
};

/* A table: entries are const struct hd_func * or external references, null is
 * 0.  base never moves; *size (entries) only grows, up to capacity. */
struct hd_reftable {
	const void **base;
	uint32_t *size;
	uint32_t capacity;
};

/* What hd_module_reset clears, and the words it sets. */
struct hd_reset_zero {
	void *at;
	uint32_t bytes;
	const uint32_t *used;	/* when not NULL: only so many bytes, now */
};
struct hd_reset_word {
	uint32_t *at;
	uint32_t value;
};
struct hd_reset_link {
	void **at;
	void *to;
};

/* One compiled core module, in flash, symbol P_module. */
struct hd_module {
	const char *name;		/* the prefix P */
	const struct hd_memory *memories;
	uint32_t nmemories;
	void (*instantiate)(void);	/* P_instantiate: data, tables, globals, start */
	void (*callback)(void);		/* export __callback cast to void(*)(void), or NULL */
	uint32_t callback_form;		/* enum hd_callback_form */
	uint32_t stack_bound;		/* bytes, deepest export; 0xffffffff = checked at run time */
	const struct hd_export *exports;	/* every exported function */
	uint32_t nexports;
	uint32_t stack_margin;		/* bytes code may use below hd_now.stack_limit */
	const struct hd_reset_zero *zero;	/* for hd_module_reset */
	uint32_t nzero;
	const struct hd_reset_word *words;
	uint32_t nwords;
	/* Built with --instance=pointer: storage of one instance, aligned to 8,
	 * of which there may be more; everything above that is written lies in
	 * it, and `memories` too.  links are addresses of one place in it to be
	 * stored at another. */
	void *instance;			/* NULL: built static */
	uint32_t instance_bytes;
	const struct hd_reset_link *links;
	uint32_t nlinks;
};

/* Gives a module's memories, tables and segments their state before
 * instantiation: zero, least sizes, nothing dropped; in the instance
 * hd_now.instance, or m->instance when that is NULL, which then comes into
 * force.  P_instantiate calls it. */
void hd_module_reset(const struct hd_module *m);

/* Describes one more instance of a module built with --instance=pointer: the
 * same code, with `storage` (zeroed, m->instance_bytes, aligned to 8) as what
 * it can write.  `copy` lives as long as the instance. */
void hd_module_place(struct hd_module *copy, const struct hd_module *m,
		     void *storage);

/* The modules of a firmware image in instantiation order, ended by NULL.
 * `heddle build` emits it; the board's main reads it. */
extern const struct hd_module *const hd_app[];

/* One trap site: the word after a BL to hd_trap_site, and where it came from.
 * Sites are emitted into section heddle_traps, which the linker bounds with
 * __start_heddle_traps and __stop_heddle_traps. */
struct hd_trap_site {
	uint32_t ret;		/* address after the BL, Thumb bit clear */
	uint32_t where;		/* kind << 28 | wasm byte offset */
};

/* One compiled function, section heddle_funcs, bounded likewise. */
struct hd_func_site {
	uint32_t code;		/* first address, Thumb bit clear */
	uint32_t index;		/* wasm function index */
};

/* A function reference: what a funcref points at (null is 0).  Two functions
 * have the same type when their `type` pointers are equal: each signature is a
 * weak symbol hd_type_<params>_<results>, letters i l f d v e x for i32 i64
 * f32 f64 v128 funcref externref, merged by the linker. */
struct hd_func {
	void (*code)(void);
	const void *type;
};

/* Entered by BL from a cold stub, never returns; LR names the site. */
void hd_trap_site(void);

/* Where and why an instance trapped. */
struct hd_trap_info {
	uint32_t kind;		/* enum hd_trap_kind, HD_TRAP_NONE while alive */
	uint32_t func;		/* wasm function index or UINT32_MAX */
	uint32_t where;		/* wasm byte offset or UINT32_MAX */
};

/* Raises a trap of `kind` in the running instance; does not return.
 *   where  wasm byte offset, or UINT32_MAX
 *   func   wasm function index, or UINT32_MAX */
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void hd_trap_raise(enum hd_trap_kind kind, uint32_t func, uint32_t where);

/* The wording of trap.def; "unknown trap" for other numbers. */
const char *hd_trap_text(enum hd_trap_kind kind);

/* memory.grow: adds `pages` pages of 64 KiB.
 * Returns the old size in pages, or UINT32_MAX when capacity does not allow. */
uint32_t hd_memory_grow(const struct hd_memory *m, uint32_t pages);

/* table.grow: adds n entries of `value`.
 * Returns the old size, or UINT32_MAX when capacity does not allow. */
uint32_t hd_reftable_grow(const struct hd_reftable *t, const void *value,
			  uint32_t n);
/* table.fill behind its check: n entries from `at` on. */
void hd_reftable_fill(const void **at, const void *value, uint32_t n);

/* Helpers for what the core and __aeabi_* lack.  Floats are raw bits in
 * integer registers on every target, so that one archive serves both float
 * ABIs.  Rounding is to nearest, ties to even.  NaN results are quiet, and
 * canonical when every NaN operand is; conversions to integers saturate and
 * give 0 for NaN (the compiler emits the trap tests).  runtime/float/. */
uint32_t hd_f32_sqrt(uint32_t a);
uint32_t hd_f32_ceil(uint32_t a);
uint32_t hd_f32_floor(uint32_t a);
uint32_t hd_f32_trunc(uint32_t a);
uint32_t hd_f32_nearest(uint32_t a);
uint32_t hd_f32_min(uint32_t a, uint32_t b);
uint32_t hd_f32_max(uint32_t a, uint32_t b);
uint64_t hd_f64_sqrt(uint64_t a);
uint64_t hd_f64_ceil(uint64_t a);
uint64_t hd_f64_floor(uint64_t a);
uint64_t hd_f64_trunc(uint64_t a);
uint64_t hd_f64_nearest(uint64_t a);
uint64_t hd_f64_min(uint64_t a, uint64_t b);
uint64_t hd_f64_max(uint64_t a, uint64_t b);
uint32_t hd_f32_to_i32_s(uint32_t a);
uint32_t hd_f32_to_i32_u(uint32_t a);
uint64_t hd_f32_to_i64_s(uint32_t a);
uint64_t hd_f32_to_i64_u(uint32_t a);
uint32_t hd_f64_to_i32_s(uint64_t a);
uint32_t hd_f64_to_i32_u(uint64_t a);
uint64_t hd_f64_to_i64_s(uint64_t a);
uint64_t hd_f64_to_i64_u(uint64_t a);
uint32_t hd_i32_to_f32_s(uint32_t a);
uint32_t hd_i32_to_f32_u(uint32_t a);
uint64_t hd_i32_to_f64_s(uint32_t a);
uint64_t hd_i32_to_f64_u(uint32_t a);
uint32_t hd_i64_to_f32_s(uint64_t a);
uint32_t hd_i64_to_f32_u(uint64_t a);
uint64_t hd_i64_to_f64_s(uint64_t a);
uint64_t hd_i64_to_f64_u(uint64_t a);
uint32_t hd_f64_to_f32(uint64_t a);
uint64_t hd_f32_to_f64(uint32_t a);

/* Fuel has run out (balance below zero).  Applies the running task's policy:
 * traps, or yields and returns with the balance refilled.  Entered by BL from
 * a stub that is also a trap site; keeps every register but LR. */
void hd_fuel_out(void);

#ifdef __cplusplus
}
#endif
#endif
