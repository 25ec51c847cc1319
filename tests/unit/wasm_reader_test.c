/* wasm_reader_test.c - LEB128, fixed numbers, names, sub-readers. */
#include "tap.h"

#include <string.h>

#include "wasm/reader.h"

static struct arena arena;

static struct reader reader_of(const uint8_t *p, size_t n, struct diag_sink *s)
{
	diag_init(s, &arena);
	return (struct reader){ .at = p, .end = p + n, .base = p, .sink = s };
}

enum width { U32, U64, S32, S33, S64 };

static const struct leb_case {
	const char *name;
	enum width width;
	uint8_t in[11], len;
	uint64_t want;			/* when err is DIAG_NONE */
	enum diag_code err;
	uint32_t at;			/* offset the diagnostic must name */
} leb[] = {
	{ "u32 zero", U32, { 0x00 }, 1, 0, DIAG_NONE, 0 },
	{ "u32 padded", U32, { 0x80, 0x00 }, 2, 0, DIAG_NONE, 0 },
	{ "u32 two bytes", U32, { 0xe5, 0x8e, 0x26 }, 3, 624485, DIAG_NONE, 0 },
	{ "u32 largest", U32, { 0xff, 0xff, 0xff, 0xff, 0x0f }, 5, UINT32_MAX,
	  DIAG_NONE, 0 },
	{ "u32 empty", U32, { 0 }, 0, 0, DIAG_END, 0 },
	{ "u32 cut short", U32, { 0x80, 0x80 }, 2, 0, DIAG_END, 2 },
	{ "u32 bit 32 set", U32, { 0xff, 0xff, 0xff, 0xff, 0x1f }, 5, 0,
	  DIAG_LEB_RANGE, 4 },
	{ "u32 six bytes", U32, { 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 }, 6, 0,
	  DIAG_LEB_LONG, 4 },
	{ "u64 largest", U64,
	  { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, 10,
	  UINT64_MAX, DIAG_NONE, 0 },
	{ "u64 bit 64 set", U64,
	  { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 }, 10,
	  0, DIAG_LEB_RANGE, 9 },
	{ "s32 zero", S32, { 0x00 }, 1, 0, DIAG_NONE, 0 },
	{ "s32 minus one", S32, { 0x7f }, 1, UINT64_MAX, DIAG_NONE, 0 },
	{ "s32 64", S32, { 0xc0, 0x00 }, 2, 64, DIAG_NONE, 0 },
	{ "s32 -64", S32, { 0x40 }, 1, (uint64_t)-64, DIAG_NONE, 0 },
	{ "s32 least", S32, { 0x80, 0x80, 0x80, 0x80, 0x78 }, 5,
	  (uint64_t)INT32_MIN, DIAG_NONE, 0 },
	{ "s32 greatest", S32, { 0xff, 0xff, 0xff, 0xff, 0x07 }, 5, INT32_MAX,
	  DIAG_NONE, 0 },
	{ "s32 too great", S32, { 0x80, 0x80, 0x80, 0x80, 0x08 }, 5, 0,
	  DIAG_LEB_RANGE, 4 },
	{ "s32 sign broken", S32, { 0xff, 0xff, 0xff, 0xff, 0x4f }, 5, 0,
	  DIAG_LEB_RANGE, 4 },
	{ "s32 six bytes", S32, { 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }, 6, 0,
	  DIAG_LEB_LONG, 4 },
	{ "s33 type index 2^32-1", S33, { 0xff, 0xff, 0xff, 0xff, 0x0f }, 5,
	  UINT32_MAX, DIAG_NONE, 0 },
	{ "s33 too great", S33, { 0x80, 0x80, 0x80, 0x80, 0x10 }, 5, 0,
	  DIAG_LEB_RANGE, 4 },
	{ "s64 least", S64,
	  { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f }, 10,
	  UINT64_C(1) << 63, DIAG_NONE, 0 },
	{ "s64 too great", S64,
	  { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, 10,
	  0, DIAG_LEB_RANGE, 9 },
};

static uint64_t read_as(struct reader *r, enum width w)
{
	switch (w) {
	case U32: return reader_u32(r);
	case U64: return reader_u64(r);
	case S32: return (uint64_t)(int64_t)reader_s32(r);
	case S33: return (uint64_t)reader_s33(r);
	default:  return (uint64_t)reader_s64(r);
	}
}

static void numbers(void)
{
	for (size_t i = 0; i < ARRAY_LEN(leb); i++) {
		const struct leb_case *c = &leb[i];
		struct diag_sink s;
		struct reader r = reader_of(c->in, c->len, &s);
		uint64_t got = read_as(&r, c->width);
		if (c->err == DIAG_NONE)
			ok(!r.bad && got == c->want && r.at == r.end, "%s",
			   c->name);
		else
			ok(r.bad && got == 0 && s.n == 1 &&
				   s.at[0].code == c->err &&
				   s.at[0].at == c->at,
			   "%s", c->name);
	}
}

/* Every number written by buf is read back. */
static void round_trip(void)
{
	bool all = true;

	for (unsigned bit = 0; bit < 64; bit++)
		for (int d = -2; d <= 2; d++) {
			uint64_t v = (UINT64_C(1) << bit) + (uint64_t)d;
			struct diag_sink s;
			struct buf b;
			buf_init(&b, &arena);
			buf_uleb(&b, v);
			buf_sleb(&b, (int64_t)v);
			struct reader r = reader_of(b.at, b.n, &s);
			all = all && reader_u64(&r) == v &&
			      (uint64_t)reader_s64(&r) == v && !r.bad &&
			      r.at == r.end;
		}
	ok(all, "u64 and s64 of numbers near powers of two");
}

static const struct name_case {
	const char *name, *in;
	bool good;
	uint32_t at;
} names[] = {
	{ "ASCII", "abc", true, 0 },
	{ "two bytes", "\xc2\x80\xdf\xbf", true, 0 },
	{ "three bytes", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80", true, 0 },
	{ "four bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true, 0 },
	{ "continuation alone", "a\x80", false, 2 },
	{ "overlong two", "\xc1\xbf", false, 1 },
	{ "overlong three", "\xe0\x9f\xbf", false, 1 },
	{ "overlong four", "\xf0\x8f\xbf\xbf", false, 1 },
	{ "surrogate", "\xed\xa0\x80", false, 1 },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", false, 1 },
	{ "byte f5", "\xf5\x80\x80\x80", false, 1 },
	{ "cut", "ab\xe2\x82", false, 3 },
	{ "bad third byte", "\xe2\x82\x28", false, 1 },
};

static void utf8(void)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct name_case *c = &names[i];
		struct diag_sink s;
		struct buf b;
		uint32_t n, len = (uint32_t)strlen(c->in);
		buf_init(&b, &arena);
		buf_u8(&b, (uint8_t)len);
		buf_put(&b, c->in, len);
		struct reader r = reader_of(b.at, b.n, &s);
		const char *got = reader_name(&r, &arena, &n);
		if (c->good)
			ok(!r.bad && n == len && strcmp(got, c->in) == 0,
			   "name: %s", c->name);
		else
			ok(r.bad && n == 0 && !*got && s.n == 1 &&
				   s.at[0].code == DIAG_UTF8 &&
				   s.at[0].at == c->at,
			   "name: %s", c->name);
	}
}

static void latch(void)
{
	static const uint8_t in[] = { 1, 2, 3 };
	struct diag_sink s;
	struct reader r = reader_of(in, sizeof in, &s);

	ok(reader_fixed32(&r) == 0 && r.bad && s.n == 1, "four bytes of three");
	ok(reader_u8(&r) == 0 && reader_u32(&r) == 0 &&
		   !reader_bytes(&r, 1) && s.n == 1,
	   "later reads give zeros and report nothing");

	r = reader_of(in, sizeof in, &s);
	struct reader sub = reader_sub(&r, 2);
	ok(reader_u8(&sub) == 1 && reader_u8(&sub) == 2 &&
		   reader_u8(&r) == 3,
	   "a part and what follows it");
	ok(reader_u8(&sub) == 0 && sub.bad && !r.bad && s.at[0].at == 2,
	   "a part ends where it ends");
	sub = reader_sub(&r, 1);
	ok(sub.bad && r.bad && s.n == 2, "a part of what is not there");
}

int main(void)
{
	arena_init(&arena, NULL);
	numbers();
	round_trip();
	utf8();
	latch();
	arena_fini(&arena);
	return done();
}
