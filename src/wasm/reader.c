/* reader.c - bytes being read. */
#include "wasm/reader.h"

#include <string.h>

void reader_fail(struct reader *r, enum diag_code code, uint64_t at,
		 const char *fmt, ...)
{
	if (r->bad)
		return;
	r->bad = true;
	r->at = r->end;
	if (!r->sink)
		return;
	struct buf b;
	buf_init(&b, r->sink->arena);
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	diag_report(r->sink, code, at, "%s", (const char *)b.at);
}

/* A full sink has one more place, which the latest report overwrites. */
struct diag *reader_diag(const struct reader *r)
{
	const struct diag_sink *s = r->sink;

	if (!s || !r->bad || !s->n)
		return NULL;
	return &s->at[s->dropped ? s->max : s->n - 1];
}

static void cut_short(struct reader *r)
{
	reader_fail(r, DIAG_END, (uint64_t)(r->end - r->base),
		    "the structure being read goes on here");
}

uint8_t reader_u8(struct reader *r)
{
	if (r->at < r->end)
		return *r->at++;
	cut_short(r);
	return 0;
}

/* The groups of a LEB128 number of at most `bits` bits: zero-extended, *used
 * bits long.  The last allowed byte may carry only the remaining bits; a
 * signed one must fill the rest with copies of its sign. */
static uint64_t leb(struct reader *r, unsigned bits, bool is_signed,
		    unsigned *used)
{
	uint64_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = reader_u8(r);
		unsigned left = bits - shift;
		if (r->bad)
			return 0;
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (left <= 7) {
			/* bits that do not fit, sign bit included if signed */
			unsigned keep = is_signed ? left - 1 : left;
			unsigned rest = (byte & 0x7fu) >> keep;
			unsigned ones = 0x7fu >> keep;
			uint64_t at = reader_offset(r) - 1;
			if (byte & 0x80)
				reader_fail(r, DIAG_LEB_LONG, at,
					    "more than %u bits", bits);
			else if (rest && !(is_signed && rest == ones))
				reader_fail(r, DIAG_LEB_RANGE, at,
					    "does not fit %u bits", bits);
		}
		if (!(byte & 0x80) || r->bad) {
			*used = shift + 7;
			return r->bad ? 0 : v;
		}
	}
}

static uint64_t unsigned_leb(struct reader *r, unsigned bits)
{
	unsigned used;

	if (r->at < r->end && *r->at < 0x80)
		return *r->at++;
	return leb(r, bits, false, &used);
}

static int64_t signed_leb(struct reader *r, unsigned bits)
{
	unsigned used = 64;
	uint64_t v = leb(r, bits, true, &used);

	if (used < 64 && v >> (used - 1) & 1)
		v |= ~UINT64_C(0) << used;
	return (int64_t)v;
}

uint32_t reader_u32(struct reader *r)
{
	return (uint32_t)unsigned_leb(r, 32);
}

uint64_t reader_u64(struct reader *r)
{
	return unsigned_leb(r, 64);
}

int32_t reader_s32(struct reader *r)
{
	return (int32_t)signed_leb(r, 32);
}

int64_t reader_s33(struct reader *r)
{
	return signed_leb(r, 33);
}

int64_t reader_s64(struct reader *r)
{
	return signed_leb(r, 64);
}

static uint64_t fixed(struct reader *r, unsigned n)
{
	const uint8_t *p = reader_bytes(r, n);
	uint64_t v = 0;

	for (unsigned i = 0; p && i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

uint32_t reader_fixed32(struct reader *r)
{
	return (uint32_t)fixed(r, 4);
}

uint64_t reader_fixed64(struct reader *r)
{
	return fixed(r, 8);
}

const uint8_t *reader_bytes(struct reader *r, uint32_t n)
{
	const uint8_t *p = r->at;

	if (n > (size_t)(r->end - r->at)) {
		cut_short(r);
		return NULL;
	}
	r->at += n;
	return p;
}

/* Length of the well-formed UTF-8 sequence at p, or 0.
 * Source: Unicode 15, table "Well-Formed UTF-8 Byte Sequences". */
static unsigned utf8(const uint8_t *p, size_t n)
{
	static const struct {
		uint8_t first, last, low, high, len;
	} row[] = {
		{ 0x00, 0x7f, 0x80, 0xbf, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		if (p[0] < row[i].first || p[0] > row[i].last)
			continue;
		if (row[i].len > n)
			return 0;
		for (unsigned k = 1; k < row[i].len; k++) {
			uint8_t low = k == 1 ? row[i].low : 0x80;
			uint8_t high = k == 1 ? row[i].high : 0xbf;
			if (p[k] < low || p[k] > high)
				return 0;
		}
		return row[i].len;
	}
	return 0;
}

const char *reader_name(struct reader *r, struct arena *a, uint32_t *n)
{
	*n = reader_u32(r);
	const uint8_t *p = reader_bytes(r, *n);

	for (uint32_t i = 0; p && !r->bad && i < *n;) {
		unsigned len = utf8(p + i, *n - i);
		if (!len)
			reader_fail(r, DIAG_UTF8,
				    (uint64_t)(p + i - r->base),
				    "byte 0x%02x of a name", p[i]);
		i += len;
	}
	if (r->bad)
		*n = 0;
	return arena_copy(a, *n ? p : (const uint8_t *)"", *n);
}

struct reader reader_sub(struct reader *r, uint32_t n)
{
	struct reader sub = *r;

	reader_bytes(r, n);
	sub.end = r->bad ? sub.at : sub.at + n;
	sub.bad = r->bad;
	return sub;
}
