/* wasm_encode_test.c - modules and instructions back to bytes. */
#include "tap.h"

#include "wasm/encode.h"
#include "wasm_build.h"

static struct arena arena;

static bool same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && memcmp(a->at, b->at, a->n) == 0;
}

static bool decode(struct wasm_module *m, const struct buf *b)
{
	struct diag_sink s;

	diag_init(&s, &arena);
	return wasm_decode(m, b->at, b->n, &wasm_default_limits, &arena, &s) &&
	       wasm_validate(m, &wasm_default_limits, &arena, &s);
}

/* The module is in the form the encoder writes: the same bytes come back. */
static void identity(void)
{
	struct wasm_module m;
	struct buf b, out;

	buf_init(&b, &arena);
	put_header(&b);
	put_section(&b, 0, "03 6f6e65 01 02");
	put_section(&b, 1, "03 600000 60017f017f 6002 7b6f 027c7d");
	put_section(&b, 2, "05 01 6d 01 66 00 01  01 6d 01 67 03 7f 00"
			   "01 6d 01 6d 02 01 01 02  01 6d 01 74 01 6f 00 00"
			   "01 6d 00 02 00 00");
	put_section(&b, 3, "02 00 00");
	put_section(&b, 4, "02 70 01 02 0a 6f 00 00");
	put_section(&b, 5, "01 00 01");
	put_section(&b, 6, "02 7e 01 42 7f 0b 7f 00 23 00 0b");
	put_section(&b, 7, "01 03 00 61 00 00 02");
	put_section(&b, 8, "01");
	put_section(&b, 9, "08 02 01 41 00 0b 00 02 00 01"	/* table 1 */
			   "01 00 01 02"			/* passive */
			   "03 00 01 02"			/* declared */
			   "06 01 41 00 0b 70 02 d2 02 0b d0 70 0b"
			   "05 70 02 d2 02 0b d0 70 0b"
			   "05 6f 01 d0 6f 0b"
			   "07 70 01 d0 70 0b"
			   "06 02 41 00 0b 6f 00");
	put_section(&b, 12, "03");
	put_section(&b, 0, "03 74776f");
	put_section(&b, 10, "02 02 00 0b 04 01 02 7e 0b");
	put_section(&b, 11, "03 00 41 08 0b 02 ab cd 01 01 ee 02 01 41 00 0b 00");
	put_section(&b, 0, "05 74687265 65");
	if (!ok(decode(&m, &b), "accepted"))
		return;
	buf_init(&out, &arena);
	wasm_encode(&m, NULL, &out);
	ok(same(&b, &out), "the same bytes");
}

static void shortest(void)
{
	struct wasm_module m, n;
	struct buf b, out, again;

	buf_init(&b, &arena);
	put_header(&b);
	put_hex(&b, "01 8d808000 82808000 600000 60818000 7f00");
	put_hex(&b, "07 8180808000 00");	/* no exports */
	ok(decode(&m, &b), "padded numbers are accepted");
	buf_init(&out, &arena);
	wasm_encode(&m, NULL, &out);
	ok(out.n == 8 + 2 + 8, "and written short, empty sections left out");
	ok(decode(&n, &out) && n.types.n == 2, "and read again");
	buf_init(&again, &arena);
	wasm_encode(&n, NULL, &again);
	ok(same(&out, &again), "and written the same");
}

static void edits(void)
{
	struct wasm_module m, n;
	struct buf b, body, out;

	buf_init(&b, &arena);
	put_test_module(&b, 1, "20 00 20 01 6a 0b");
	put_section(&b, 0, "03 6f6e65 01 02");
	put_section(&b, 0, "03 74776f 03 04");
	put_section(&b, 0, "03 736978 05");
	if (!ok(decode(&m, &b), "accepted"))
		return;
	buf_init(&body, &arena);
	wasm_encode_locals((const uint8_t[]){ T_I32, T_I32, T_F64, T_I32 }, 4,
			   &body);
	put_hex(&body, "41 2a 0b");
	struct wasm_body bodies[3] = { { body.at, body.n } };
	struct wasm_custom_edit customs[3] = {
		{ .drop = true }, { 0 },
		{ .at = (const uint8_t *)"pq", .n = 2 }
	};
	struct wasm_extra extra = { "more", (const uint8_t *)"xyz", 3 };
	struct wasm_edit e = { bodies, customs, &extra, 1 };
	buf_init(&out, &arena);
	wasm_encode(&m, &e, &out);
	if (!ok(decode(&n, &out), "edited module is accepted"))
		return;
	ok(n.funcs.at[0].nlocals == 6 && n.funcs.at[0].local[4] == T_F64,
	   "locals of the new body");
	ok(n.bytes[n.funcs.at[0].code] == 0x41, "code of the new body");
	ok(n.funcs.at[1].end - n.funcs.at[1].begin ==
		   m.funcs.at[1].end - m.funcs.at[1].begin,
	   "the other bodies stay");
	ok(n.customs.n == 3 && strcmp(n.customs.at[0].name, "two") == 0 &&
		   strcmp(n.customs.at[1].name, "six") == 0 &&
		   n.customs.at[1].n == 2 &&
		   n.bytes[n.customs.at[1].begin] == 'p' &&
		   strcmp(n.customs.at[2].name, "more") == 0 &&
		   n.bytes[n.customs.at[2].begin] == 'x',
	   "custom sections dropped, kept, replaced and added");
}

/* One instruction per kind of immediate, in the shortest form. */
static const char *const instructions[] = {
	"01", "6a", "0240", "037f", "047b", "0203", "0c05", "0e020001e807",
	"20c801", "2301", "1003", "110305", "120a", "1c016f", "d070", "d06f",
	"3f00", "4007", "fc0800 00", "fc0900", "fc0a0102", "fc0b03", "fc0c0201",
	"fc0d05", "fc0e0001", "fc1002", "280200", "28008001", "2842 03 10",
	"3702ffffffff0f", "fd0000 00", "fd0c 000102030405060708090a0b0c0d0e0f",
	"fd0d 000102030405060708090a0b0c0d0e1f", "fd1505", "fd540001 0f",
	"fd5441 03 01 0f", "fdae01", "41c000", "4140", "41808080807 8",
	"42ff00", "43 0000c07f", "44 000000000000f87f",
};

static void ins(void)
{
	for (size_t k = 0; k < ARRAY_LEN(instructions); k++) {
		struct wasm_module m = { 0 };
		struct wasm_ins i;
		struct buf b, out;
		char hex[128], *p = hex;
		for (const char *s = instructions[k]; *s; s++)
			if (*s != ' ')
				*p++ = *s;
		*p = 0;
		buf_init(&b, &arena);
		put_hex(&b, hex);
		m.bytes = b.at;
		m.size = b.n;
		bool read = wasm_next(&m, 0, &i, &arena, NULL);
		buf_init(&out, &arena);
		if (read)
			wasm_encode_ins(&i, &out);
		ok(read && i.next == b.n && same(&b, &out), "%s %s",
		   instructions[k], read ? op_info[i.op].text : "?");
	}
}

/* Every row has an encoding that leads back to it. */
static void rows(void)
{
	unsigned bad = 0;

	for (int op = 0; op < OP_WASM_END; op++) {
		struct arena_mark mark = arena_mark(&arena);
		uint8_t type = T_I64;
		uint32_t labels[1] = { 3 };
		struct wasm_ins i = { .op = (enum op)op, .types = &type,
				      .labels = labels, .block_type = -64,
				      .index = T_FUNCREF }, again;
		struct wasm_module m = { 0 };
		struct buf b;
		buf_init(&b, &arena);
		wasm_encode_ins(&i, &b);
		m.bytes = b.at;
		m.size = b.n;
		bad += !wasm_next(&m, 0, &again, &arena, NULL) ||
		       again.op != i.op || again.next != b.n;
		arena_reset(&arena, mark);
	}
	ok(!bad, "every row");
}

int main(void)
{
	arena_init(&arena, NULL);
	identity();
	shortest();
	edits();
	ins();
	rows();
	arena_fini(&arena);
	return done();
}
