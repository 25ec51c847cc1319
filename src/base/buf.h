/* base/buf.h - bytes being written. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/compiler.h"

/* n bytes at `at`, in `arena`.  Printing keeps a zero byte behind the last. */
struct buf {
	struct arena *arena;
	uint8_t *at;
	size_t n, cap;
};

void buf_init(struct buf *b, struct arena *a);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_u8(struct buf *b, uint8_t v);
/* little endian */
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
/* LEB128, shortest form */
void buf_uleb(struct buf *b, uint64_t v);
void buf_sleb(struct buf *b, int64_t v);
/* Zero bytes up to a multiple of `align`. */
void buf_align(struct buf *b, size_t align);
void buf_str(struct buf *b, const char *s);
PRINTF(2, 3) void buf_printf(struct buf *b, const char *fmt, ...);
PRINTF(2, 0) void buf_vprintf(struct buf *b, const char *fmt, va_list ap);

/* Writes s as a JSON string with quotes. */
void buf_json(struct buf *b, const char *s);

#endif
