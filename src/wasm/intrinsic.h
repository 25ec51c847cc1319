/* wasm/intrinsic.h - the functions of module "pulseengine:async". */
#ifndef WASM_INTRINSIC_H
#define WASM_INTRINSIC_H

#include "wasm/module.h"

#define ASYNC_MODULE "pulseengine:async"
/* What the core module of a linked component imports from. */
#define CANON_MODULE "heddle:canon"
/* Its custom section that says what that means, by numbers of memories too. */
#define CANON_SECTION "heddle:component"

enum intrinsic {
#define X(name, sig, mem, event, buffer, result) INTRINSIC_##name,
#include "wasm/intrinsic.def"
	INTRINSIC_COUNT
};

enum intrinsic_buffer {
	BUFFER_NONE, BUFFER_FILL, BUFFER_TAKE, BUFFER_FILL_SIZED,
	BUFFER_TAKE_SIZED, BUFFER_EVENT
};

enum intrinsic_result { RESULT_ANY, RESULT_COUNT, RESULT_FLAG, RESULT_CODE };

/* Columns of intrinsic.def.
 *
 *   mem     parameter that is a memory index, or -1
 *   event   component-model event number that may follow, or 0
 *   buffer  what happens to the bytes at parameter 1
 *   result  what the result can be */
struct intrinsic_info {
	const char *name, *sig;
	int mem;
	unsigned event;
	enum intrinsic_buffer buffer;
	enum intrinsic_result result;
};
extern const struct intrinsic_info intrinsic_info[INTRINSIC_COUNT];

/* The intrinsic an imported function is, or -1: not of that module, or of no
 * known name. */
int intrinsic_of(const struct wasm_module *m, uint32_t func);

/* What a call of a function does with the context of the running thread, two
 * words that are 0 when the thread begins and nothing else changes.
 *
 *   slot  receives which word: 0 or 1, or UINT32_MAX when parameter 0 says, in
 *         front of the value of a set
 *
 * Such a call neither blocks nor traps (but of a slot above 1) and does nothing
 * else.  Source: component-model, "canon context.get", "canon context.set". */
enum context_use { CONTEXT_NONE, CONTEXT_GET, CONTEXT_SET };
enum { CONTEXT_WORDS = 2 };
enum context_use intrinsic_context(const struct wasm_module *m, uint32_t func,
				   uint32_t *slot);

/* Whether a function has the type of those that thread_new takes the number
 * of: (i32) -> (). */
bool intrinsic_is_start(const struct wasm_module *m, uint32_t func);

/* Checks names and signatures of all imports of the module "pulseengine:async".
 * Returns false after reports (INTRINSIC, SIGNATURE). */
bool intrinsic_check(const struct wasm_module *m, struct diag_sink *s);

/* How a module takes events: its `__callback` export. */
enum callback_form {
	CALLBACK_NONE,
	CALLBACK_EVENT,		/* (event, payload) -> () */
	CALLBACK_EVENT_I32,	/* (event, payload) -> i32 */
	CALLBACK_CANON		/* (event, p1, p2) -> i32 */
};

/* The export and its form; reports SIGNATURE and returns false when it has
 * another type in a module that imports intrinsics.  *func is UINT32_MAX when
 * there is none. */
bool intrinsic_callback(const struct wasm_module *m, enum callback_form *form,
			uint32_t *func, struct diag_sink *s);

#endif
