/* fuzz.h - the frame of every fuzz target.
 *
 * A target defines fuzz_one; it aborts when something does not hold.  The
 * arena is fresh, may take FUZZ_MEMORY bytes, and running out ends the case.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <setjmp.h>

#include "base/arena.h"
#include "wasm/module.h"

void fuzz_one(const uint8_t *data, size_t n, struct arena *a);

enum { FUZZ_MEMORY = 64 << 20 };

/* Small enough that limits are reached. */
static const struct wasm_limits_opt fuzz_limits = {
	.max_functions = 1000,
	.max_locals = 2000,
	.max_depth = 200,
	.max_items = 10000,
	.max_arity = 100,
	.max_all_locals = 20000,
	.max_stack = 1000,
	.max_memories = 4,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	a.limit = FUZZ_MEMORY;
	if (!setjmp(oom))
		fuzz_one(data, n, &a);
	arena_fini(&a);
	return 0;
}

#endif
