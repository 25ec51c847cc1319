/* base_arena_test.c - allocation, growth, marks, limits, fault injection. */
#include "tap.h"

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"

static void zeroed_and_aligned(void)
{
	struct arena a;
	bool zero = true, aligned = true;

	arena_init(&a, NULL);
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(&a, n);
		aligned = aligned &&
			  (uintptr_t)p % alignof(max_align_t) == 0;
		for (size_t i = 0; i < n; i++)
			zero = zero && !p[i];
		if (n)
			memset(p, 0xa5, n);
	}
	ok(zero, "memory is zeroed");
	ok(aligned, "memory is aligned");
	ok(a.held >= a.used && a.peak == a.held, "accounts");
	arena_fini(&a);
	ok(a.used == 0 && a.held == 0 && a.peak > 0, "nothing is held");
	ok(arena_alloc(&a, 8) != NULL, "used again");
	arena_fini(&a);
}

/* Grown memory keeps its contents, in place or moved, and is zero behind. */
static void grow(void)
{
	struct arena a;
	bool kept = true, zero = true, moved = false, stayed = false;

	arena_init(&a, NULL);
	uint8_t *p = NULL;
	size_t n = 0;
	for (size_t step = 1; step < 300; step++) {
		if (step % 5 == 0)
			memset(arena_alloc(&a, 16), 0xee, 16);
		uint8_t *q = arena_grow(&a, p, n, n + step);
		moved = moved || (p && q != p);
		stayed = stayed || q == p;
		for (size_t i = 0; i < n; i++)
			kept = kept && q[i] == (uint8_t)i;
		for (size_t i = n; i < n + step; i++) {
			zero = zero && q[i] == 0;
			q[i] = (uint8_t)i;
		}
		p = q;
		n += step;
	}
	ok(kept && zero, "growing keeps the old and clears the new");
	ok(moved, "growing moves what is not last");
#if !defined(HEDDLE_STRESS)
	ok(stayed, "growing stays in place when last");
#endif
	arena_fini(&a);
}

static void marks(void)
{
	struct arena a;
	char *keep;

	arena_init(&a, NULL);
	keep = arena_copy(&a, "kept", 4);
	struct arena_mark m = arena_mark(&a);
	size_t used = a.used, held = a.held;
	for (int i = 0; i < 100; i++)
		memset(arena_alloc(&a, 1000), 0xff, 1000);
	ok(a.held > held, "blocks were added");
	arena_reset(&a, m);
	ok(a.used == used && a.held == held && strcmp(keep, "kept") == 0,
	   "reset gives them back and keeps what was before");
	uint8_t *p = arena_alloc(&a, 64);
	bool zero = true;
	for (int i = 0; i < 64; i++)
		zero = zero && !p[i];
	ok(zero, "memory is zeroed after a reset");
	arena_reset(&a, (struct arena_mark){ 0 });
	ok(a.held == 0, "reset to the empty mark frees all");
	arena_fini(&a);
}

static void texts(void)
{
	struct arena a;

	arena_init(&a, NULL);
	ok(strcmp(arena_printf(&a, "%s-%d", "x", 7), "x-7") == 0, "printf");
	char *c = arena_copy(&a, "a\0b", 3);
	ok(memcmp(c, "a\0b", 4) == 0, "copy with a zero byte behind");
	ok(*arena_copy(&a, NULL, 0) == 0, "copy of nothing");
	arena_fini(&a);
}

/* Tries an allocation; whether it came out at the setjmp. */
static bool refused(struct arena *a, size_t n, size_t size)
{
	jmp_buf oom;

	a->oom = &oom;
	if (setjmp(oom))
		return true;
	arena_array_(a, n, size);
	return false;
}

static void exhaustion(void)
{
	struct arena a;

	arena_init(&a, NULL);
	ok(refused(&a, SIZE_MAX, 2) && refused(&a, SIZE_MAX, 1) &&
		   refused(&a, SIZE_MAX / 2, 1), "overflow");
	a.limit = 10000;
	ok(!refused(&a, 1, 100) && refused(&a, 1, 20000) && a.held <= a.limit,
	   "limit");
	ok(!refused(&a, 1, 100), "the arena still works");
	a.limit = SIZE_MAX;
	arena_fini(&a);
	arena_fail_at = 2;
	bool first = refused(&a, 1, 5000), second = refused(&a, 1, 50000),
	     third = refused(&a, 1, 50000);
	ok(!first && second && !third, "the second block is refused, once");
	arena_fini(&a);
}

int main(void)
{
	zeroed_and_aligned();
	grow();
	marks();
	texts();
	exhaustion();
	return done();
}
