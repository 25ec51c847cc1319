/* buf.c - bytes being written. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, struct arena *a)
{
	*b = (struct buf){ .arena = a };
}

static void need(struct buf *b, size_t n)
{
	if (b->cap - b->n > n)
		return;
	size_t cap = b->cap ? b->cap * 2 : 256;
	while (cap - b->n <= n)
		cap *= 2;
	b->at = arena_grow(b->arena, b->at, b->cap, cap);
	b->cap = cap;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	need(b, n);
	if (n)
		memcpy(b->at + b->n, p, n);
	b->n += n;
	b->at[b->n] = 0;
}

void buf_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

static void little(struct buf *b, uint64_t v, unsigned n)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < n; i++)
		bytes[i] = (uint8_t)(v >> 8 * i);
	buf_put(b, bytes, n);
}

void buf_u16(struct buf *b, uint16_t v)
{
	little(b, v, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
	little(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
	little(b, v, 8);
}

void buf_uleb(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_u8(b, (uint8_t)(v | 0x80));
	buf_u8(b, (uint8_t)v);
}

void buf_sleb(struct buf *b, int64_t v)
{
	for (;;) {
		uint8_t low = v & 0x7f;
		bool negative = v < 0;
		/* arithmetic shift without relying on the compiler's choice */
		v = negative ? ~(~v >> 7) : v >> 7;
		if (v == (low & 0x40 ? -1 : 0)) {
			buf_u8(b, low);
			return;
		}
		buf_u8(b, low | 0x80);
	}
}

void buf_align(struct buf *b, size_t align)
{
	while (b->n % align)
		buf_u8(b, 0);
}

void buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	need(b, (size_t)n);
	vsnprintf((char *)b->at + b->n, (size_t)n + 1, fmt, again);
	va_end(again);
	b->n += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_json(struct buf *b, const char *s)
{
	buf_u8(b, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20)
			buf_printf(b, "\\u%04x", c);
		else
			buf_u8(b, c);
	}
	buf_u8(b, '"');
}
