/* arena.c - blocks of growing size, chained; the newest is filled first. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

#if defined(HEDDLE_STRESS)
enum { BLOCK_MIN = 64, BLOCK_MAX = 64 };
#else
enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20 };
#endif
enum { ALIGN = _Alignof(max_align_t) };

struct arena_block {
	struct arena_block *next;
	size_t size, fill;
	max_align_t data[];
};

_Thread_local unsigned long arena_fail_at;

NORETURN void check_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "heddle: internal error: %s (%s:%d)\n", what, file,
		line);
	fflush(NULL);
	_Exit(70);
}

static NORETURN void exhausted(struct arena *a)
{
	CHECK(a->oom);
	longjmp(*a->oom, 1);
}

void arena_init(struct arena *a, jmp_buf *oom)
{
	*a = (struct arena){ .oom = oom, .limit = SIZE_MAX };
}

void arena_fini(struct arena *a)
{
	while (a->head) {
		struct arena_block *b = a->head;
		a->head = b->next;
		free(b);
	}
	a->used = a->held = 0;
}

static size_t next_size(const struct arena *a)
{
	size_t n = a->head ? a->head->size * 2 : BLOCK_MIN;
	return n > BLOCK_MAX ? BLOCK_MAX : n;
}

static void add_block(struct arena *a, size_t need)
{
	size_t size = next_size(a);
	if (size < need)
		size = need;
	size_t whole = sizeof(struct arena_block) + size;
	bool fail = arena_fail_at > 0 && --arena_fail_at == 0;
	if (fail || whole < size || whole > a->limit - a->held)
		exhausted(a);
	struct arena_block *b = malloc(whole);
	if (!b)
		exhausted(a);
	b->next = a->head;
	b->size = size;
	b->fill = 0;
	a->head = b;
	a->held += whole;
	if (a->held > a->peak)
		a->peak = a->held;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX / 2)
		exhausted(a);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!a->head || size > a->head->size - a->head->fill)
		add_block(a, size);
	void *p = (char *)a->head->data + a->head->fill;
	a->head->fill += size;
	a->used += size;
	return size ? memset(p, 0, size) : p;
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
	size_t rounded = (old + ALIGN - 1) / ALIGN * ALIGN;
	struct arena_block *b = a->head;

	if (p && b && (char *)p + rounded == (char *)b->data + b->fill &&
	    size >= old && size <= SIZE_MAX / 2) {
		size_t want = (size + ALIGN - 1) / ALIGN * ALIGN;
		if (want - rounded <= b->size - b->fill) {
			if (want > rounded)
				memset((char *)p + rounded, 0, want - rounded);
			b->fill += want - rounded;
			a->used += want - rounded;
			return p;
		}
	}
	void *q = arena_alloc(a, size);
	if (old)
		memcpy(q, p, old);
	return q;
}

void *arena_array_(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 4 / size)
		exhausted(a);
	return arena_alloc(a, n * size);
}

char *arena_copy(struct arena *a, const void *p, size_t n)
{
	char *q = arena_alloc(a, n + 1);
	if (n)
		memcpy(q, p, n);
	return q;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

void arena_adopt(struct arena *a, struct arena *from)
{
	struct arena_block **tail = &a->head;

	while (*tail)
		tail = &(*tail)->next;
	*tail = from->head;
	a->used += from->used;
	a->held += from->held;
	if (a->held > a->peak)
		a->peak = a->held;
	from->head = NULL;
	from->used = from->held = 0;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->head ? a->head->fill : 0,
				    a->used };
}

void arena_reset(struct arena *a, struct arena_mark m)
{
	while (a->head != m.block) {
		struct arena_block *b = a->head;
		a->head = b->next;
		a->held -= sizeof *b + b->size;
		free(b);
	}
	if (a->head)
		a->head->fill = m.fill;
	a->used = m.used;
}
