/* wasm_print_test.c - text of instructions, bodies and modules. */
#include "tap.h"

#include "wasm/print.h"
#include "wasm_build.h"

static struct arena arena;

static const struct ins_case {
	const char *hex, *want;
} cases[] = {
	{ "01", "nop" },
	{ "0240", "block" },
	{ "037f", "loop () -> (i32)" },
	{ "0401", "if (i32 i32) -> (i32)" },
	{ "0d02", "br_if 2" },
	{ "0e02000105", "br_table 0 1 5" },
	{ "1001", "call 1" },
	{ "110100", "call_indirect table=0 (i32 i32) -> (i32)" },
	{ "117f00", "call_indirect table=0 type 127" },
	{ "1c017e", "select i64" },
	{ "d06f", "ref.null externref" },
	{ "2003", "local.get 3" },
	{ "280200", "i32.load" },
	{ "280108", "i32.load offset=8 align=2" },
	{ "28420110", "i32.load memory=1 offset=16" },
	{ "3f00", "memory.size" },
	{ "4002", "memory.grow 2" },
	{ "fc0a0001", "memory.copy 0 1" },
	{ "fc0900", "data.drop 0" },
	{ "417f", "i32.const -1" },
	{ "41808080807 8", "i32.const -2147483648" },
	{ "42ffffffffffffffffff00", "i64.const 9223372036854775807" },
	{ "428080808080808080807f", "i64.const -9223372036854775808" },
	{ "430000c03f", "f32.const 1.5" },
	{ "4300000080", "f32.const -0" },
	{ "430100807f", "f32.const nan:0x7f800001" },
	{ "44000000000000f0ff", "f64.const -inf" },
	{ "fd0c000102030405060708090a0b0c0d0e0f",
	  "v128.const 0x0f0e0d0c0b0a09080706050403020100" },
	{ "fd0d000102030405060708090a0b0c0d0e1f",
	  "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31" },
	{ "fd1503", "i8x16.extract_lane_s 3" },
	{ "fd54000807", "v128.load8_lane offset=8 lane=7" },
};

static void instructions(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b;

	diag_init(&s, &arena);
	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		struct wasm_ins i;
		struct buf out;
		char body[128], *p = body;
		for (const char *c = cases[k].hex; *c; c++)
			if (*c != ' ')
				*p++ = *c;
		*p = 0;
		buf_init(&b, &arena);
		uint32_t at = put_test_module(&b, 0, body);
		buf_init(&out, &arena);
		if (wasm_decode(&m, b.at, b.n, &wasm_default_limits, &arena,
				&s) &&
		    wasm_next(&m, at, &i, &arena, &s))
			wasm_print_ins(&m, &i, &out);
		ok(out.n && strcmp((char *)out.at, cases[k].want) == 0,
		   "%s (%s)", cases[k].want, out.n ? (char *)out.at : "");
	}
}

static void module(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b, out;

	buf_init(&b, &arena);
	put_header(&b);
	put_section(&b, 1, "02 600000 60027f7f017f");
	put_section(&b, 2, "02 01 6d 01 66 00 01 01 6d 02 610a 03 7f 01");
	put_section(&b, 3, "01 01");
	put_section(&b, 4, "01 70 01 02 0a");
	put_section(&b, 5, "01 00 01");
	put_section(&b, 6, "02 7e00 427f 0b 7f00 4107 0b");
	put_section(&b, 7, "01 03 67 22 68 00 01");
	put_section(&b, 9, "01 00 41 03 0b 01 00");
	put_section(&b, 10, "01 0f 01 01 7e 02 7f 20 00 04 40 05 0b 20 01 0b 0b");
	put_section(&b, 11, "01 01 02 ab cd");
	put_section(&b, 0, "04 6e616d65 00 02 01 4d 01 04 01 01 01 78");
	diag_init(&s, &arena);
	if (!ok(wasm_decode(&m, b.at, b.n, &wasm_default_limits, &arena, &s) &&
			wasm_validate(&m, &wasm_default_limits, &arena, &s),
		"accepted")) {
		printf("# %s\n", s.at[0].detail);
		return;
	}
	const struct wasm_func *f = &m.funcs.at[1];
	const char *want = arena_printf(&arena,
		"module $M\n"
		"type 0 () -> ()\n"
		"type 1 (i32 i32) -> (i32)\n"
		"import \"m\" \"f\" is func 0 (i32 i32) -> (i32)\n"
		"import \"m\" \"a\\0a\" is global 0 mut i32\n"
		"table 0 2 to 10 funcref\n"
		"memory 0 1 pages\n"
		"global 1 i64 = 0xffffffffffffffff\n"
		"global 2 i32 = 0x7\n"
		"func 1 (i32 i32) -> (i32) $x at 0x%04x, 15 bytes\n"
		"export \"g\\22h\" is func 1 (i32 i32) -> (i32)\n"
		"elem 0 active 1 funcref to table 0 at 0x3\n"
		"data 0 passive 2 bytes\n"
		"custom \"name\" 10 bytes\n", f->begin);
	buf_init(&out, &arena);
	wasm_print_module(&m, &out);
	if (!ok(strcmp((char *)out.at, want) == 0, "summary"))
		printf("%s---\n%s", (char *)out.at, want);

	uint32_t at = f->code;
	want = arena_printf(&arena,
		"func 1 $x (i32 i32) -> (i32)\n"
		"    local 2 i64\n"
		"    0x%04x  block () -> (i32)\n"
		"    0x%04x    local.get 0\n"
		"    0x%04x    if\n"
		"    0x%04x    else\n"
		"    0x%04x    end\n"
		"    0x%04x    local.get 1\n"
		"    0x%04x  end\n"
		"    0x%04x  end\n",
		at, at + 2, at + 4, at + 6, at + 7, at + 8, at + 10, at + 11);
	out.n = 0;
	wasm_print_func(&m, 1, &out);
	if (!ok(strcmp((char *)out.at, want) == 0, "body"))
		printf("%s---\n%s", (char *)out.at, want);
}

int main(void)
{
	arena_init(&arena, NULL);
	instructions();
	module();
	arena_fini(&arena);
	return done();
}
