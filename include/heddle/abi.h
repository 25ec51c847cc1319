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
};
extern struct hd_now hd_now;

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

/* One compiled core module, in flash, symbol P_module. */
struct hd_module {
	const char *name;		/* the prefix P */
	const struct hd_memory *memories;
	uint32_t nmemories;
	void (*instantiate)(void);	/* P_instantiate: data, tables, globals, start */
	void (*callback)(void);		/* export __callback cast to void(*)(void), or NULL */
	uint32_t callback_form;		/* enum hd_callback_form */
	uint32_t stack_bound;		/* bytes, deepest export; 0xffffffff = checked at run time */
};

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

/* Fuel has run out (balance below zero).  Applies the running task's policy:
 * traps, or yields and returns with the balance refilled. */
void hd_fuel_out(void);

#ifdef __cplusplus
}
#endif
#endif
