/* guest.h - what every guest here starts from: types, built-ins, a heap that
 * only grows until it is reset. */
#ifndef GUEST_H
#define GUEST_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef short s16;

#define IMPORT(m, n) __attribute__((import_module(m), import_name(n)))
#define EXPORT(n) __attribute__((export_name(n)))
#define CHECK(x) ((x) ? (void)0 : __builtin_trap())

IMPORT("$root", "[waitable-set-new]") u32 set_new(void);
IMPORT("$root", "[waitable-set-wait]") u32 set_wait(u32 set, u32 *event);
IMPORT("$root", "[waitable-set-drop]") void set_drop(u32 set);
IMPORT("$root", "[waitable-join]") void join(u32 waitable, u32 set);
IMPORT("$root", "[subtask-drop]") void subtask_drop(u32 subtask);
IMPORT("$root", "[async-lower][subtask-cancel]") u32 subtask_cancel(u32 subtask);
IMPORT("$root", "[context-get-0]") u32 context_get(void);
IMPORT("$root", "[context-set-0]") void context_set(u32 v);

enum { EVENT_NONE, EVENT_SUBTASK, EVENT_STREAM_READ, EVENT_STREAM_WRITE,
       EVENT_FUTURE_READ, EVENT_FUTURE_WRITE, EVENT_CANCELLED };
enum { COMPLETED, DROPPED, CANCELLED };
enum { STARTING, STARTED, RETURNED, CANCELLED_EARLY, CANCELLED_LATE };
enum { EXIT, YIELD, WAIT };
#define BLOCKED 0xffffffffu

extern u8 __heap_base;
static u32 heap;

static void heap_reset(void)
{
	heap = ((u32)(unsigned long)&__heap_base + 7) & ~7u;
}

static void *take(u32 n, u32 align)
{
	if (!heap)
		heap_reset();
	heap = (heap + align - 1) & ~(align - 1);
	CHECK(heap + n <= (u32)__builtin_wasm_memory_size(0) << 16);
	heap += n;
	return (void *)(unsigned long)(heap - n);
}

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 had, u32 align, u32 n)
{
	u8 *p = take(n, align), *q = old;

	for (u32 k = 0; q && k < had && k < n; k++)
		p[k] = q[k];
	return p;
}

/* The same generator in the model. */
static u32 rng_state;

static u32 rnd(u32 below)
{
	rng_state = rng_state * 1664525u + 1013904223u;
	return (rng_state >> 8) % below;
}

static u32 hash(u32 h, u32 v)
{
	return (h ^ v) * 16777619u;
}

#endif
