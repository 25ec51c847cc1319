/* wasm/reader.h - bytes being read.
 *
 * The first error latches: later reads return zeros, so decoders read straight
 * down and test `bad` once per structure.
 */
#ifndef WASM_READER_H
#define WASM_READER_H

#include "base/diag.h"

struct reader {
	const uint8_t *at, *end;
	const uint8_t *base;		/* offset 0 of the file */
	struct diag_sink *sink;
	bool bad;
};

static inline uint64_t reader_offset(const struct reader *r)
{
	return (uint64_t)(r->at - r->base);
}

/* Latches and reports an error at file offset `at`. */
PRINTF(4, 5)
void reader_fail(struct reader *r, enum diag_code code, uint64_t at,
		 const char *fmt, ...);

/* The diagnostic a failed reader reported, to be filled further; NULL when it
 * has no sink. */
struct diag *reader_diag(const struct reader *r);

uint8_t reader_u8(struct reader *r);
uint32_t reader_u32(struct reader *r);	/* LEB128, 32 bits */
uint64_t reader_u64(struct reader *r);	/* LEB128, 64 bits */
int32_t reader_s32(struct reader *r);
int64_t reader_s33(struct reader *r);
int64_t reader_s64(struct reader *r);
uint32_t reader_fixed32(struct reader *r);	/* little endian */
uint64_t reader_fixed64(struct reader *r);
/* n bytes in place; NULL when they are not there. */
const uint8_t *reader_bytes(struct reader *r, uint32_t n);
/* A UTF-8 name, copied with a zero byte behind it; *n its length. */
const char *reader_name(struct reader *r, struct arena *a, uint32_t *n);
/* A reader over the next n bytes; r moves behind them. */
struct reader reader_sub(struct reader *r, uint32_t n);

#endif
