/* base_buf_test.c - bytes being written. */
#include "tap.h"

#include <string.h>

#include "base/buf.h"

static struct arena arena;

static bool holds(const struct buf *b, const char *bytes, size_t n)
{
	return b->n == n && memcmp(b->at, bytes, n) == 0;
}

static void fixed(void)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_u8(&b, 1);
	buf_u16(&b, 0x0302);
	buf_u32(&b, 0x07060504);
	buf_u64(&b, UINT64_C(0x0f0e0d0c0b0a0908));
	ok(holds(&b, "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf", 15),
	   "little endian");
	buf_align(&b, 8);
	ok(b.n == 16 && b.at[15] == 0, "align");
	buf_align(&b, 8);
	ok(b.n == 16, "aligned already");
}

static const struct leb_case {
	int64_t v;
	bool is_signed;
	const char *bytes;
	size_t n;
} lebs[] = {
	{ 0, false, "\0", 1 },
	{ 127, false, "\x7f", 1 },
	{ 128, false, "\x80\x01", 2 },
	{ 624485, false, "\xe5\x8e\x26", 3 },
	{ -1, false, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10 },
	{ 0, true, "\0", 1 },
	{ 63, true, "\x3f", 1 },
	{ 64, true, "\xc0\0", 2 },
	{ -1, true, "\x7f", 1 },
	{ -64, true, "\x40", 1 },
	{ -65, true, "\xbf\x7f", 2 },
	{ INT64_MAX, true, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\0", 10 },
	{ INT64_MIN, true, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 10 },
};

static void leb(void)
{
	for (size_t i = 0; i < ARRAY_LEN(lebs); i++) {
		struct buf b;
		buf_init(&b, &arena);
		if (lebs[i].is_signed)
			buf_sleb(&b, lebs[i].v);
		else
			buf_uleb(&b, (uint64_t)lebs[i].v);
		ok(holds(&b, lebs[i].bytes, lebs[i].n), "%s %lld",
		   lebs[i].is_signed ? "signed" : "unsigned",
		   (long long)lebs[i].v);
	}
}

static void text(void)
{
	struct buf b;
	bool zero = true;

	buf_init(&b, &arena);
	for (int i = 0; i < 500; i++) {
		buf_printf(&b, "%d,", i % 10);
		zero = zero && b.at[b.n] == 0;
		buf_str(&b, "x");
		zero = zero && b.at[b.n] == 0;
	}
	ok(b.n == 1500 && zero, "a zero byte stands behind");
	ok(memcmp(b.at, "0,x1,x2,x", 9) == 0, "printed in order");
	buf_put(&b, NULL, 0);
	ok(b.n == 1500, "nothing put");
}

int main(void)
{
	arena_init(&arena, NULL);
	fixed();
	leb();
	text();
	arena_fini(&arena);
	return done();
}
