/* base/arena.h - memory that is freed all at once.
 *
 * Everything a compilation allocates comes from an arena, so exhaustion has
 * one way out: the arena longjmps to its owner's `oom`.  Below that point
 * nothing owns files or solver handles.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	jmp_buf *oom;		/* where exhaustion goes; NULL: CHECK fails */
	size_t used;		/* bytes handed out */
	size_t held;		/* bytes taken from malloc */
	size_t peak;		/* greatest `held` since arena_init */
	size_t limit;		/* greatest `held` allowed; SIZE_MAX is none */
};

/* Fault injection for tests: the nth malloc from now fails; 0 is off. */
extern _Thread_local unsigned long arena_fail_at;

/* Starts an empty arena in the caller's storage.  oom may be set later. */
void arena_init(struct arena *a, jmp_buf *oom);

/* Frees every block.  The arena may be used again. */
void arena_fini(struct arena *a);

/* Zeroed memory of `size` bytes, aligned for any type.  Never NULL: on
 * exhaustion longjmps to a->oom with value 1. */
void *arena_alloc(struct arena *a, size_t size);

/* Grows an allocation: new memory with the first `old` bytes copied; in place
 * when p was the last allocation. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t size);

/* Copies n bytes, adding a zero byte behind them. */
char *arena_copy(struct arena *a, const void *p, size_t n);

/* printf into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...);

/* Makes everything in `from` belong to a, until arena_fini(a) or a reset to a
 * mark of a when it was empty; from is empty then. */
void arena_adopt(struct arena *a, struct arena *from);

/* A mark to which arena_reset frees back everything allocated since. */
struct arena_mark {
	struct arena_block *block;
	size_t fill, used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_reset(struct arena *a, struct arena_mark m);

/* An array of n zeroed elements of type T; overflow counts as exhaustion. */
#define arena_array(a, T, n) ((T *)arena_array_(a, n, sizeof(T)))
#define arena_new(a, T) ((T *)arena_alloc(a, sizeof(T)))
void *arena_array_(struct arena *a, size_t n, size_t size);

#endif
