/* alloc_random_test.c - the allocator on random machine code, checked.
 *
 * Arguments: number of functions, first seed, operations per function.
 */
#include <stdio.h>
#include <stdlib.h>

#include "alloc_gen.h"
#include "t32/alloc_check.h"

static unsigned count, failures;

static void dump(const char *what, const struct mir_func *f, struct arena *a)
{
	struct buf out;

	buf_init(&out, a);
	mir_print(f, &out);
	printf("# %s\n%.*s\n", what, (int)out.n, (const char *)out.at);
}

/* reserved: further registers that are not allocatable. */
static void one(uint64_t seed, int budget, regset reserved, struct arena *a)
{
	struct mir_func *f = gen_func(a, seed, budget);
	const char *e;

	f->reserved |= reserved;
	struct mir_func *before = mir_clone(f, a);
	e = mir_check(f, a);
	if (!e) {
		struct arena scratch;
		arena_init(&scratch, NULL);
		mir_allocate(f, &scratch);
		arena_fini(&scratch);
		e = mir_check_translation(before, f, a);
	}
	if (!e)
		e = mir_check_allocated(f, a);
	count++;
	if (!e)
		return;
	printf("not ok - seed %llu: %s\n", (unsigned long long)seed, e);
	if (failures++ == 0 && budget < 60) {
		dump("before", before, a);
		dump("after", f, a);
	}
}

int main(int argc, char **argv)
{
	static const regset reserved[] = { 0, 1 << 9, 0x0fc0, 0x4f00 };
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 1200;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	int budget = argc > 3 ? atoi(argv[3]) : 0;
	struct arena a;

	arena_init(&a, NULL);
	for (uint64_t s = first; s < first + n; s++) {
		one(s, budget ? budget : 5 + (int)(s % 60), reserved[s % 4], &a);
		arena_fini(&a);
	}
	for (uint64_t s = 1; argc == 1 && s <= 6; s++) {
		one(s, 1200, reserved[s % 4], &a);
		arena_fini(&a);
	}
	printf("%s 1..%u, %u failed\n", failures ? "not ok" : "ok", count, failures);
	return failures != 0;
}
