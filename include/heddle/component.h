/* heddle/component.h - components in firmware: their description in flash,
 * and the boundary between them and C.
 *
 * `heddle compile` and `heddle build` emit P_component for a component; the
 * runtime's component/ folder implements the functions below.  Values cross
 * the boundary in two layers:
 *
 *   flat words   what the core function takes and returns: 32-bit words in
 *                order, an i64 or f64 is two (low word first, no padding),
 *                an f32 is its bits.  Beyond the canonical ABI's limits (16
 *                parameters, 1 result) there is one word, a pointer into the
 *                instance's memory.
 *   values       host code lifts and lowers them with struct hd_type, which
 *                has every offset the canonical ABI derives
 *
 * Context of all functions: task level, never from an interrupt.  Nothing here
 * allocates outside the pools of hd_config.h.
 */
#ifndef HEDDLE_COMPONENT_H
#define HEDDLE_COMPONENT_H

#include <stdbool.h>
#include <stdint.h>

#include "heddle/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct hd_elem;
struct hd_lower;
struct hd_pipe;
struct hd_resource;

/* --- types ------------------------------------------------------------------- */

/* Kinds in the order of src/component/type.def. */
enum hd_type_kind {
	HD_TYPE_BOOL, HD_TYPE_S8, HD_TYPE_U8, HD_TYPE_S16, HD_TYPE_U16,
	HD_TYPE_S32, HD_TYPE_U32, HD_TYPE_S64, HD_TYPE_U64, HD_TYPE_F32,
	HD_TYPE_F64, HD_TYPE_CHAR, HD_TYPE_STRING, HD_TYPE_ERROR_CONTEXT,
	HD_TYPE_RECORD, HD_TYPE_VARIANT, HD_TYPE_LIST, HD_TYPE_TUPLE,
	HD_TYPE_FLAGS, HD_TYPE_ENUM, HD_TYPE_OPTION, HD_TYPE_RESULT,
	HD_TYPE_OWN, HD_TYPE_BORROW, HD_TYPE_FIXED_LIST, HD_TYPE_STREAM,
	HD_TYPE_FUTURE, HD_TYPE_MAP
};

struct hd_type;

/* A field, case, label, tuple element or parameter; NULL type: no payload.
 * `name` is "" where there is none. */
struct hd_type_item {
	const char *name;
	const struct hd_type *type;
	uint32_t offset;	/* of a field, of a case's payload, in memory */
};

/* A value type, in flash.
 *
 *   kind   enum hd_type_kind
 *   align  bytes;  size: bytes in memory
 *   flat   letters i l f d of the core types it is passed as; NULL: more
 *          than 16
 *   n      items; of a fixed list, elements; of other types 0
 *   item   record: fields; variant: cases; tuple: elements; flags, enum:
 *          labels; option: "none" and "some"; result: "ok" and "error"
 *   elem   list, fixed list, stream, future: element (NULL: none); map: key
 *   elem2  map: value
 *   pipe   stream, future: what the runtime's rings are made with
 *   resource  own, borrow
 */
struct hd_type {
	uint8_t kind, align;
	uint16_t n;
	uint32_t size;
	const char *flat;
	const struct hd_type_item *item;
	const struct hd_type *elem, *elem2;
	union {
		const struct hd_elem *pipe;
		const struct hd_resource *resource;
		const void *none;
	} u;
};

enum hd_string_encoding { HD_UTF8, HD_UTF16, HD_LATIN1_UTF16 };

/* Options of one side of a function: how its instance wants values. */
struct hd_options {
	struct hd_instance *instance;
	uint32_t (*realloc)(uint32_t old, uint32_t old_size, uint32_t align,
			    uint32_t size);	/* NULL: none */
	uint8_t encoding;	/* enum hd_string_encoding */
	uint8_t has_memory;
	uint8_t memory;		/* index in the module's memories */
	uint8_t async;		/* the function's type is async */
};

/* A function the outermost component exports or imports, in flash.
 *
 *   interface  "" when it is the world's own
 *   param      item[nparams]; result: NULL when there is none
 *   core       core type of the function: parameters ':' results.  Exports:
 *              as lifted (with the async option there are no results: they
 *              are `returns`, what task.return gets).  Imports: as lowered
 *              synchronously.
 *   returns    letters of the flat result words given to `done`
 *   call       exports: for hd_component_call;  imports: NULL
 */
struct hd_component_func {
	const char *interface, *name;
	const struct hd_type_item *param;
	uint32_t nparams;
	const struct hd_type *result;
	const char *core, *returns;
	const struct hd_lower *call;
	struct hd_options options;
};

/* An instance, in flash. */
struct hd_component_instance {
	struct hd_instance *instance;
	struct hd_instance *parent;	/* NULL: outermost */
};

/* What regions of the MPU are while an instance runs, in flash: words for the
 * port (runtime/port/cortex-m/wall.c). */
struct hd_wall {
	uint32_t word[4];
};

/* Of a component compiled with --mpu.
 *
 *   of          per instance
 *   begin, end  where all its memories are
 *   start       hd_wall_start: what links the code
 */
struct hd_walls {
	const struct hd_wall *of;
	const uint8_t *begin, *end;
	bool (*start)(const struct hd_walls *w);
};

/* One component, in flash, symbol P_component. */
struct hd_component {
	const struct hd_module *module;	/* the linked core module */
	const struct hd_component_instance *instances;
	uint32_t ninstances;		/* the first is the outermost */
	const struct hd_component_func *exports;
	uint32_t nexports;
	const struct hd_component_func *imports;
	uint32_t nimports;
	void *blocks;			/* NULL: no code in it can block */
	const struct hd_walls *walls;	/* NULL: without --mpu */
};

/* --- instances ---------------------------------------------------------------- */

/* Bytes of a struct hd_instance on the targets: its storage is in the object
 * that `heddle compile` writes. */
#define HD_INSTANCE_BYTES 68

/* Prepares all instances, with fresh handle tables out of the pools, and runs
 * the start functions.  Called once for each component.
 * Returns false when it was compiled with --mpu and the core has no MPU with
 * enough regions (hd_trap_last says NO_MPU), pools are used up (POOL_FULL), or
 * a start function trapped; no instance of it can be called then. */
bool hd_component_start(const struct hd_component *c);

/* The export of that name, or NULL.  `name` may be "interface#function", or
 * the function alone when one export has that name. */
const struct hd_component_func *
hd_component_export(const struct hd_component *c, const char *name);

/* --- calling exports ------------------------------------------------------------ */

#define HD_CALL_WORDS 32

enum hd_call_state {
	HD_CALL_PENDING,	/* not resolved yet */
	HD_CALL_RETURNED,
	HD_CALL_CANCELLED,
	HD_CALL_TRAPPED		/* hd_component_trap says how */
};

/* A call from C: storage of the caller, not moved until it is no longer
 * PENDING.
 *
 *   flat    argument words, as func->core has them
 *   lower   called once, when the callee may start, unless NULL: stores the
 *           argument words.  Runs in the callee: hd_component_realloc may be
 *           used.
 *   done    called once, when the callee resolves, unless NULL: `words` are
 *           its result words (func->returns), NULL when it was cancelled.
 *           Runs in the callee, before post-return: memory may be read,
 *           streams taken out.
 */
struct hd_call {
	uint32_t flat[HD_CALL_WORDS];		/* first */
	const struct hd_component_func *func;
	void (*lower)(struct hd_call *c);
	void (*done)(struct hd_call *c, const uint32_t *words);
	void *user;				/* the caller's */
	struct hd_task *task;			/* the runtime's */
	uint8_t state;				/* enum hd_call_state */
};

/* Calls c->func; the call may resolve at once or while hd_run or
 * hd_step_once runs.
 * Returns false when it was not made: the instance has trapped before, or no
 * task is free. */
bool hd_component_call(struct hd_call *c);

/* Brings c->state up to date and returns it. */
enum hd_call_state hd_component_poll(struct hd_call *c);

/* Runs what is ready until c is resolved.  Returns false when nothing is left
 * to do before that: it waits for the host, or is deadlocked. */
bool hd_component_wait(struct hd_call *c);

/* Asks the callee to stop; it may return all the same. */
void hd_component_cancel(struct hd_call *c);

/* Why a call was not made or has trapped: kind, function, offset. */
const struct hd_trap_info *hd_component_trap(const struct hd_call *c);

/* --- memory of an instance -------------------------------------------------------- */

/* Host address of [ptr, ptr + n) of the memory in the options; NULL when it
 * is out of bounds or there is no memory.  Memory may grow but never moves. */
void *hd_component_memory(const struct hd_options *o, uint32_t ptr,
			  uint32_t n);

/* Calls the instance's realloc, in `lower` or in a host function.
 * Returns an address in its memory, of which `size` bytes can be used.
 * Traps  what realloc traps with; BUFFER_ALIGN, BUFFER_BOUNDS for what it
 *        returned; BAD_VALUE when there is none. */
uint32_t hd_component_realloc(const struct hd_options *o, uint32_t align,
			      uint32_t size);

/* --- implementing imports ------------------------------------------------------------ */

/* A host function is
 *
 *   void P_import_<interface>_<name>(struct hd_host_call *c);
 *
 * called in the caller's place.  It reads the argument words (params as
 * func->core has them), then answers with hd_host_return, at once or later
 * at task level; functions whose type is not async must answer at once.
 *
 *   words    argument words; valid until the host function returns
 *   pointer  where results go that do not fit one core value, and all results
 *            of a call lowered with the async option, else 0.  They are stored
 *            there by the host function, before it answers.
 *   func     names, types, and the caller's options
 */
struct hd_host_call {
	const struct hd_component_func *func;
	const uint32_t *words;
	uint32_t pointer;
	struct hd_task *task;
};

/* Answers.  `words` is the single core result, if there is one (two words
 * for i64 and f64).  *c is not used afterwards; to answer later, copy it. */
void hd_host_return(const struct hd_host_call *c, const uint32_t *words);

/* Whether the caller asked for cancellation; the host may answer all the same,
 * or confirm. */
bool hd_host_cancelled(const struct hd_host_call *c);
void hd_host_confirm(const struct hd_host_call *c);

/* --- streams and futures --------------------------------------------------------- */

/* host/ring.h makes pipes of which the host holds one end: hd_host_stream_init
 * and hd_host_future_init with o->instance and type->u.pipe, whose handle goes
 * into the flat words or memory.  A readable end that a guest returned is
 * taken out of its table with hd_host_stream_take. */

#ifdef __cplusplus
}
#endif
#endif
