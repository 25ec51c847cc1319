/* text_worker.c - text in the encoding ENC: 8, 16, or 0 for latin1+utf16. */
#include "guest.h"

#define I "demo:text/text#"
struct text { u8 *at; u32 n; };
struct point { s32 x, y; };
struct shape { u8 tag; union { u32 radius; struct { struct point *at; u32 n; } p; } u; };
#define TAG 0x80000000u

/* --- one character at a time ------------------------------------------------ */

static int is_wide(u32 n)
{
	return ENC == 16 || (ENC == 0 && n & TAG);
}

static u32 bytes_of(struct text t)
{
	return is_wide(t.n) ? (t.n & ~TAG) * 2 : t.n;
}

static u32 get(struct text t, u32 *at)
{
	u8 *p = t.at + *at;
	u32 c = p[0];

	if (is_wide(t.n)) {
		c |= (u32)p[1] << 8;
		*at += 2;
		if (c >> 10 == 0x36) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (p[2] | (u32)(p[3] & 3) << 8));
			*at += 2;
		}
		return c;
	}
	if (ENC != 8 || c < 0x80) {
		*at += 1;
		return c;
	}
	u32 more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	c &= 0x3f >> more;
	for (u32 k = 1; k <= more; k++)
		c = c << 6 | (p[k] & 0x3f);
	*at += more + 1;
	return c;
}

/* Appended in this side's encoding; latin1+utf16 is always written wide, so
 * that the other side narrows it when it can. */
static void put(u8 *to, u32 *at, u32 c)
{
	if (ENC != 8) {
		if (c >= 0x10000) {
			c -= 0x10000;
			put(to, at, 0xd800 | c >> 10);
			c = 0xdc00 | (c & 0x3ff);
		}
		to[(*at)++] = (u8)c;
		to[(*at)++] = (u8)(c >> 8);
		return;
	}
	u32 more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	to[(*at)++] = (u8)(more ? 0xf80 >> more | c >> 6 * more : c);
	while (more--)
		to[(*at)++] = (u8)(0x80 | (c >> 6 * more & 0x3f));
}

static u32 units(u32 bytes)
{
	return ENC == 8 ? bytes : bytes / 2 | (ENC == 0 ? TAG : 0);
}

/* --- functions ----------------------------------------------------------------- */

static struct text result;

EXPORT(I "upper") struct text *upper(u8 *p, u32 n)
{
	struct text t = { p, n };
	u32 at = 0;

	result.at = take(2 * bytes_of(t) + 2, 2);
	for (u32 k = 0; k < bytes_of(t);) {
		u32 c = get(t, &k);
		put(result.at, &at, c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	result.n = units(at);
	return &result;
}

EXPORT(I "join") struct text *join_parts(struct text *part, u32 n, u32 sep)
{
	u32 at = 0, size = 4 * n + 2;

	for (u32 k = 0; k < n; k++)
		size += 2 * bytes_of(part[k]);
	result.at = take(size, 2);
	for (u32 k = 0; k < n; k++) {
		if (k)
			put(result.at, &at, sep);
		for (u32 i = 0; i < bytes_of(part[k]);)
			put(result.at, &at, get(part[k], &i));
	}
	result.n = units(at);
	return &result;
}

static struct { u8 err; union { u32 n; struct text t; } u; } counted;

EXPORT(I "count") void *count(u8 *p, u32 n)
{
	struct text t = { p, n };
	u32 chars = 0, mark = 0;

	for (u32 k = 0; k < bytes_of(t); chars++)
		mark |= get(t, &k) == '!';
	counted.err = (u8)mark;
	if (mark)
		counted.u.t = t;
	else
		counted.u.n = chars;
	return &counted;
}

static struct { u8 some; u64 v; } sum;

EXPORT(I "area") void *area(struct shape *s, u32 n)
{
	sum.some = 0;
	sum.v = 0;
	for (u32 k = 0; k < n; k++) {
		if (s[k].tag == 1)
			sum.v += (u64)s[k].u.radius * s[k].u.radius * 3;
		for (u32 i = 0; s[k].tag == 2 && i < s[k].u.p.n; i++)
			sum.v += (u64)((long long)s[k].u.p.at[i].x * (long long)s[k].u.p.at[i].y);
		sum.some |= s[k].tag != 0;
	}
	return &sum;
}

EXPORT("cabi_post_" I "upper") void post1(void *p) { (void)p; heap_reset(); }
EXPORT("cabi_post_" I "join") void post2(void *p) { (void)p; heap_reset(); }
EXPORT("cabi_post_" I "count") void post3(void *p) { (void)p; heap_reset(); }
EXPORT("cabi_post_" I "area") void post4(void *p) { (void)p; heap_reset(); }
