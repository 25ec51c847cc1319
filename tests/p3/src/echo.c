/* echo.c - gives back what it gets, for every kind of value. */
#include "guest.h"

#define I "demo:echo/echo#"

static struct { u32 p, n; } range;
static struct { u8 a; long long b; float c; double d; u32 e; u8 f; } numbers;
static struct { u8 some; struct { u8 err; u32 v, n; } r; } maybe;
static struct { u8 some, a, p, c; } setting;

EXPORT(I "numbers") void *echo_numbers(u32 a, long long b, float c, double d, u32 e, u32 f)
{
	numbers.a = (u8)a;
	numbers.b = b;
	numbers.c = c;
	numbers.d = d;
	numbers.e = e;
	numbers.f = (u8)f;
	return &numbers;
}

static void *echo_range(u32 p, u32 n)
{
	range.p = p;
	range.n = n;
	return &range;
}

EXPORT(I "text") void *echo_text(u32 p, u32 n) { return echo_range(p, n); }
EXPORT(I "shapes") void *echo_shapes(u32 p, u32 n) { return echo_range(p, n); }

EXPORT(I "maybe") void *echo_maybe(u32 some, u32 err, u32 v, u32 n)
{
	maybe.some = (u8)some;
	maybe.r.err = (u8)err;
	maybe.r.v = v;
	maybe.r.n = n;
	return &maybe;
}

EXPORT(I "set") void *echo_set(u32 some, u32 a, u32 p, u32 c)
{
	setting.some = (u8)some;
	setting.a = (u8)a;
	setting.p = (u8)p;
	setting.c = (u8)c;
	return &setting;
}

EXPORT(I "nothing") void echo_nothing(void) { heap_reset(); }
