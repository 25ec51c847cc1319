/* wasm_build.h - small modules from hexadecimal text, for tests.
 *
 * In the text, two digits are a byte; spaces are ignored.
 */
#ifndef WASM_BUILD_H
#define WASM_BUILD_H

#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "wasm/module.h"

static unsigned hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = strchr(digits, c);

	CHECK(c && p);
	return (unsigned)(p - digits);
}

UNUSED static void put_hex(struct buf *b, const char *hex)
{
	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		buf_u8(b, (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1])));
		hex++;
	}
}

UNUSED static void put_header(struct buf *b)
{
	put_hex(b, "0061736d 01000000");
}

UNUSED static void put_section(struct buf *b, uint8_t id, const char *hex)
{
	struct buf s;

	buf_init(&s, b->arena);
	put_hex(&s, hex);
	buf_u8(b, id);
	buf_uleb(b, s.n);
	buf_put(b, s.at, s.n);
}

/* Surroundings in which test bodies stand:
 *   types    0 ()->()  1 (i32 i32)->(i32)  2 ()->(i64)  3 (i32)->(i32 i64)
 *   func 0   the body, of type `type`, with locals i32 i64 f32 f64 externref
 *            (behind its parameters)
 *   func 1   (i32 i32)->(i32), exported;  func 2  ()->(), not declared
 *   tables   0 of funcref, 1 of externref
 *   memory   1 page
 *   globals  0 mutable i32, 1 immutable i64
 *   elem 0   passive funcref;  data 0  passive
 * Returns the offset of the first instruction.
 */
UNUSED static uint32_t put_test_module(struct buf *b, unsigned type,
				       const char *body)
{
	struct buf code;

	put_header(b);
	put_section(b, 1, "04 600000 60027f7f017f 6000017e 60017f027f7e");
	buf_put(b, "\3\4\3", 3);
	buf_u8(b, (uint8_t)type);
	put_hex(b, "01 00");
	put_section(b, 4, "02 700001 6f0001");
	put_section(b, 5, "01 0001");
	put_section(b, 6, "02 7f0141000b 7e0042000b");
	put_section(b, 7, "01 0166 00 01");
	put_section(b, 9, "01 01 00 01 01");
	put_section(b, 12, "01");
	buf_init(&code, b->arena);
	put_hex(&code, "05 017f 017e 017d 017c 016f");
	size_t locals = code.n;
	put_hex(&code, body);
	/* the count, the length of a short body, and the other two */
	size_t whole = 1 + 1 + code.n + 5 + 3;
	CHECK(code.n < 0x80);
	buf_u8(b, 10);
	buf_uleb(b, whole);
	buf_u8(b, 3);
	buf_uleb(b, code.n);
	uint32_t first = (uint32_t)(b->n + locals);
	buf_put(b, code.at, code.n);
	put_hex(b, "04 00 4100 0b");
	put_hex(b, "02 00 0b");
	put_section(b, 11, "01 01 00");
	return first;
}

#endif
