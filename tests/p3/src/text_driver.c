/* text_driver.c - random text, lists and shapes to the worker; a hash of what
 * comes back.  Strings are UTF-8 here. */
#include "guest.h"

#define M "demo:text/text"
struct text { u8 *at; u32 n; };
struct point { s32 x, y; };
struct shape { u8 tag; union { u32 radius; struct { struct point *at; u32 n; } p; } u; };

IMPORT(M, "upper") void upper(u8 *p, u32 n, struct text *r);
IMPORT(M, "join") void join_parts(struct text *p, u32 n, u32 sep, struct text *r);
IMPORT(M, "count") void count(u8 *p, u32 n, void *r);
IMPORT(M, "area") void area(struct shape *s, u32 n, void *r);

static u32 character(u32 kind)
{
	u32 c = kind == 0 ? ' ' + rnd(95) : kind == 1 ? rnd(256) :
		kind == 2 ? rnd(0xd800) : 0x10000 + rnd(0x100000);

	return c;
}

static struct text make(void)
{
	static const u32 most[] = { 1, 2, 3, 4 };
	u32 kinds = most[rnd(4)], n = rnd(20), at = 0;
	struct text t = { take(4 * n + 1, 1), 0 };

	for (u32 k = 0; k < n; k++) {
		u32 c = character(rnd(kinds));
		u32 more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
		t.at[at++] = (u8)(more ? 0xf80 >> more | c >> 6 * more : c);
		while (more--)
			t.at[at++] = (u8)(0x80 | (c >> 6 * more & 0x3f));
	}
	t.n = at;
	return t;
}

static u32 hash_text(u32 h, struct text t)
{
	h = hash(h, t.n);
	for (u32 k = 0; k < t.n; k++)
		h = hash(h, t.at[k]);
	return h;
}

static u32 shapes(u32 h)
{
	u32 n = rnd(4);
	struct shape *s = take(n * sizeof *s + 4, 4);
	struct { u8 some; u64 v; } r;

	for (u32 k = 0; k < n; k++) {
		s[k].tag = (u8)rnd(3);
		if (s[k].tag == 1)
			s[k].u.radius = rnd(1 << 20);
		if (s[k].tag != 2)
			continue;
		s[k].u.p.n = rnd(3);
		s[k].u.p.at = take(s[k].u.p.n * sizeof(struct point) + 4, 4);
		for (u32 i = 0; i < s[k].u.p.n; i++) {
			s[k].u.p.at[i].x = (s32)rnd(2000) - 1000;
			s[k].u.p.at[i].y = (s32)rnd(2000) - 1000;
		}
	}
	area(s, n, &r);
	h = hash(h, r.some);
	return r.some ? hash(hash(h, (u32)r.v), (u32)(r.v >> 32)) : h;
}

EXPORT("run") u32 run(u32 seed, u32 n)
{
	struct { u8 err; union { u32 n; struct text t; } u; } counted;
	struct text part[3], r;
	u32 h = 2166136261u;

	rng_state = seed;
	for (u32 k = 0; k < n; k++) {
		heap_reset();
		for (u32 i = 0; i < 3; i++)
			part[i] = make();
		upper(part[0].at, part[0].n, &r);
		h = hash_text(h, r);
		count(part[1].at, part[1].n, &counted);
		h = hash(h, counted.err);
		h = counted.err ? hash_text(h, counted.u.t) : hash(h, counted.u.n);
		u32 parts = rnd(4);
		join_parts(part, parts, character(rnd(4)), &r);
		h = hash_text(h, r);
		h = shapes(h);
	}
	return h;
}
