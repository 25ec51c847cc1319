/* wasm_validate_test.c - typing rules, places and texts of diagnostics.
 *
 * Bodies stand in the module of wasm_build.h.  The core suite covers every
 * rule (spec.static); here is what it cannot see: which rule was broken,
 * where, and in which instruction.
 */
#include "tap.h"

#include "wasm_build.h"

static struct arena arena;

static const struct body_case {
	const char *name;
	unsigned type;
	const char *body;
	enum diag_code code;
	uint32_t ins, at;		/* number; offset from the first */
} bodies[] = {
	/* type 0: no parameters; locals 0 i32, 1 i64, 2 f32, 3 f64, 4 externref */
	{ "empty body", 0, "0b", DIAG_NONE, 0, 0 },
	{ "i32.add", 1, "2000 2001 6a 0b", DIAG_NONE, 0, 0 },
	{ "i32.add of i64", 0, "2001 2000 6a 1a 0b", DIAG_TYPE, 2, 4 },
	{ "i32.add of one", 0, "2000 6a 1a 0b", DIAG_TYPE, 1, 2 },
	{ "operand from outside", 0, "4100 02 40 45 1a 0b 1a 0b", DIAG_TYPE, 2, 4 },
	{ "value left", 0, "4100 0b", DIAG_STACK, 1, 2 },
	{ "value left in block", 0, "0240 4100 0b 0b", DIAG_STACK, 2, 4 },
	{ "result missing", 1, "0b", DIAG_TYPE, 0, 0 },
	{ "illegal opcode", 0, "27 0b", DIAG_OPCODE, 0, 0 },
	{ "opcode 0xfc 0x20", 0, "01 fc20 0b", DIAG_OPCODE, 1, 1 },
	{ "throw", 0, "0800 0b", DIAG_UNSUPPORTED, 0, 0 },
	{ "atomic.fence", 0, "fe0300 0b", DIAG_UNSUPPORTED, 0, 0 },
	{ "relaxed SIMD", 0, "fd8002 0b", DIAG_UNSUPPORTED, 0, 0 },
	{ "struct.new", 0, "fb0000 0b", DIAG_UNSUPPORTED, 0, 0 },
	{ "cut instruction", 0, "41", DIAG_END, 0, 1 },
	{ "no end", 0, "01", DIAG_END, 1, 1 },
	{ "bytes behind end", 0, "0b 01 0b", DIAG_SECTION_SIZE, 1, 1 },
	{ "unknown local", 0, "2005 1a 0b", DIAG_INDEX, 0, 0 },
	{ "local.set of f32", 0, "2002 2100 0b", DIAG_TYPE, 1, 2 },
	{ "local.tee keeps", 0, "2000 2200 1a 0b", DIAG_NONE, 0, 0 },
	{ "unknown global", 0, "2302 1a 0b", DIAG_INDEX, 0, 0 },
	{ "global.set", 0, "2000 2400 0b", DIAG_NONE, 0, 0 },
	{ "global.set immutable", 0, "2001 2401 0b", DIAG_IMMUTABLE, 1, 2 },
	{ "unknown function", 0, "1003 0b", DIAG_INDEX, 0, 0 },
	{ "call", 0, "4100 4100 1001 1a 0b", DIAG_NONE, 0, 0 },
	{ "call with too few", 0, "4100 1001 1a 0b", DIAG_TYPE, 1, 2 },
	{ "call_indirect", 0, "4100 110000 0b", DIAG_NONE, 0, 0 },
	{ "call_indirect by externref", 0, "4100 110001 0b", DIAG_TYPE, 1, 2 },
	{ "call_indirect unknown type", 0, "4100 110400 0b", DIAG_INDEX, 1, 2 },
	{ "return_call", 1, "2000 2001 1201 0b", DIAG_NONE, 0, 0 },
	{ "return_call other results", 0, "4100 4100 1201 0b", DIAG_TYPE, 2, 4 },
	{ "return_call_indirect", 1, "2000 2001 4100 130100 0b", DIAG_NONE, 0, 0 },
	{ "unknown label", 0, "0c01 0b", DIAG_INDEX, 0, 0 },
	{ "br to function", 1, "2000 0c00 0b", DIAG_NONE, 0, 0 },
	{ "br_if without condition", 0, "0d00 0b", DIAG_TYPE, 0, 0 },
	{ "br_if keeps its value", 1, "2000 2001 0d00 0b", DIAG_NONE, 0, 0 },
	{ "loop label takes parameters", 0, "037f 0c00 0b 1a 0b", DIAG_NONE, 0, 0 },
	{ "block with parameter", 0, "4100 0203 0b 1a 1a 0b", DIAG_TYPE, 2, 4 },
	{ "block of type 3", 0, "4100 0203 4200 0b 1a 1a 0b", DIAG_NONE, 0, 0 },
	{ "block of unknown type", 0, "0204 0b 0b", DIAG_INDEX, 0, 0 },
	{ "block type 0x60", 0, "0260 0b 0b", DIAG_MALFORMED, 0, 1 },
	{ "block type in two bytes", 0, "02ff7f 4100 0b 1a 0b", DIAG_MALFORMED, 0, 1 },
	{ "if without else", 0, "4100 047f 4100 0b 1a 0b", DIAG_TYPE, 3, 6 },
	{ "if with else", 0, "4100 047f 4100 05 4101 0b 1a 0b", DIAG_NONE, 0, 0 },
	{ "else without if", 0, "05 0b", DIAG_MALFORMED, 0, 0 },
	{ "two elses", 0, "4100 0440 05 05 0b 0b", DIAG_MALFORMED, 3, 5 },
	{ "br_table", 0, "0240 4100 0e 02 00 01 00 0b 0b", DIAG_NONE, 0, 0 },
	{ "br_table arity", 0, "027f 4100 4100 0e 01 00 01 0b 1a 0b", DIAG_TYPE, 3, 6 },
	{ "br_table unknown label", 0, "4100 0e 01 00 05 0b", DIAG_INDEX, 1, 2 },
	{ "br_table of 2^32-1", 0, "4100 0e ffffffff0f 00 0b", DIAG_END, 1, 3 },
	{ "unreachable gives all", 0, "00 6a 1a 0b", DIAG_NONE, 0, 0 },
	{ "unreachable but wrong", 0, "00 4200 6a 1a 0b", DIAG_TYPE, 2, 3 },
	{ "unreachable value left", 0, "00 4100 0b", DIAG_STACK, 2, 3 },
	{ "select", 0, "2000 2000 2000 1b 1a 0b", DIAG_NONE, 0, 0 },
	{ "select of two types", 0, "2000 2001 2000 1b 1a 0b", DIAG_TYPE, 3, 6 },
	{ "select of references", 0, "2004 2004 2000 1b 1a 0b", DIAG_TYPE, 3, 6 },
	{ "select externref", 0, "2004 2004 2000 1c016f 1a 0b", DIAG_NONE, 0, 0 },
	{ "select of two results", 0, "1c027f7f 0b", DIAG_TYPE, 0, 1 },
	{ "load", 0, "4100 280200 1a 0b", DIAG_NONE, 0, 0 },
	{ "load aligned too far", 0, "4100 280300 1a 0b", DIAG_ALIGN, 1, 2 },
	{ "load from memory 1", 0, "4100 28420100 1a 0b", DIAG_INDEX, 1, 2 },
	{ "load flags 0x80", 0, "4100 28800100 1a 0b", DIAG_MALFORMED, 1, 3 },
	{ "store of i64 as i32", 0, "4100 4200 360200 0b", DIAG_TYPE, 2, 4 },
	{ "memory.size of 1", 0, "3f01 1a 0b", DIAG_INDEX, 0, 0 },
	{ "memory.copy", 0, "4100 4100 4100 fc0a0000 0b", DIAG_NONE, 0, 0 },
	{ "memory.init of 1", 0, "4100 4100 4100 fc080100 0b", DIAG_INDEX, 3, 6 },
	{ "data.drop", 0, "fc0900 0b", DIAG_NONE, 0, 0 },
	{ "elem.drop of 1", 0, "fc0d01 0b", DIAG_INDEX, 0, 0 },
	{ "table.get", 0, "4100 2501 2104 0b", DIAG_NONE, 0, 0 },
	{ "table.set of other", 0, "4100 d26f 1a 0b", DIAG_INDEX, 1, 2 },
	{ "table.set funcref in externref", 0, "4100 d070 2601 0b", DIAG_TYPE, 2, 4 },
	{ "table.copy of two types", 0, "4100 4100 4100 fc0e0001 0b", DIAG_TYPE, 3, 6 },
	{ "table.init of two types", 0, "4100 4100 4100 fc0c0001 0b", DIAG_TYPE, 3, 6 },
	{ "table.grow", 0, "d06f 4101 fc0f01 1a 0b", DIAG_NONE, 0, 0 },
	{ "table.fill", 0, "4100 d06f 4101 fc1101 0b", DIAG_NONE, 0, 0 },
	{ "ref.func", 0, "d201 1a 0b", DIAG_NONE, 0, 0 },
	{ "ref.func not declared", 0, "d202 1a 0b", DIAG_UNDECLARED, 0, 0 },
	{ "ref.null i32", 0, "d07f 1a 0b", DIAG_MALFORMED, 0, 1 },
	{ "ref.is_null", 0, "2004 d1 1a 0b", DIAG_NONE, 0, 0 },
	{ "ref.is_null of i32", 0, "2000 d1 1a 0b", DIAG_TYPE, 1, 2 },
	{ "lane 3 of i32x4", 0, "2000 fd11 fd1b03 1a 0b", DIAG_NONE, 0, 0 },
	{ "lane 4 of i32x4", 0, "2000 fd11 fd1b04 1a 0b", DIAG_LANE, 2, 4 },
	{ "shuffle of lane 32", 0,
	  "2000 fd11 2000 fd11 fd0d 00000000000000000000000000000020 1a 0b",
	  DIAG_LANE, 4, 8 },
	{ "v128.load8_lane", 0, "4100 2000 fd0f fd540000 0f 1a 0b", DIAG_NONE, 0, 0 },
	{ "v128.load8_lane 16", 0, "4100 2000 fd0f fd54000010 1a 0b", DIAG_LANE, 3, 6 },
};

static bool validate(struct wasm_module *m, const struct buf *b,
		     const struct wasm_limits_opt *l, struct diag_sink *s)
{
	diag_init(s, &arena);
	return wasm_decode(m, b->at, b->n, l, &arena, s) &&
	       wasm_validate(m, l, &arena, s);
}

static void all_bodies(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		const struct body_case *c = &bodies[i];
		struct wasm_module m;
		struct diag_sink s;
		struct buf b;
		buf_init(&b, &arena);
		uint32_t first = put_test_module(&b, c->type, c->body);
		bool good = validate(&m, &b, &wasm_default_limits, &s);
		const struct diag *d = s.at;
		bool as_told = c->code == DIAG_NONE
				       ? good
				       : !good && s.n == 1 &&
						 d->code == c->code &&
						 d->func == 0 &&
						 d->ins == c->ins &&
						 d->at == first + c->at;
		if (!ok(as_told, "%s", c->name) && s.n)
			printf("# %s: %s, instruction %u, offset %lld\n",
			       diag_text(d->code), d->detail, d->ins,
			       (long long)d->at - (long long)first);
	}
}

/* Sections behind the header, the one diagnostic, its place. */
static const struct module_case {
	const char *name, *hex;
	enum diag_code code;
	uint64_t at;
} modules[] = {
	{ "table minimum above maximum", "04 05 01 70 01 02 01", DIAG_LIMITS, 11 },
	{ "memory minimum above maximum", "05 04 01 01 02 01", DIAG_LIMITS, 11 },
	{ "65537 pages", "05 05 01 00 818004", DIAG_MEMORY_SIZE, 11 },
	{ "65536 pages", "05 05 01 00 808004", DIAG_NONE, 0 },
	{ "maximum of 65537 pages", "05 06 01 01 00 818004", DIAG_MEMORY_SIZE, 11 },
	{ "global of another type", "06 06 01 7f 00 42 00 0b", DIAG_TYPE, 13 },
	{ "global without value", "06 04 01 7f 00 0b", DIAG_TYPE, 13 },
	{ "global of two values", "06 08 01 7f 00 4100 4100 0b", DIAG_TYPE, 13 },
	{ "extended constant", "06 09 01 7f 00 4101 4102 6c 0b", DIAG_NONE, 0 },
	{ "division in a constant", "06 09 01 7f 00 4101 4102 6d 0b", DIAG_CONST_EXPR, 17 },
	{ "sum of one", "06 07 01 7f 00 4101 6a 0b", DIAG_TYPE, 15 },
	{ "global.get of later", "06 06 01 7f 00 2301 0b", DIAG_INDEX, 13 },
	{ "global.get of own", "06 0b 02 7f00 4100 0b 7f00 2300 0b", DIAG_CONST_EXPR, 18 },
	{ "export of nothing", "07 05 01 01 61 02 00", DIAG_INDEX, 11 },
	{ "export twice", "05 03 01 00 00 07 09 02 01 61 02 00 01 61 02 00", DIAG_EXPORT, 20 },
	{ "start of nothing", "08 01 00", DIAG_INDEX, 10 },
	{ "start with result", "01 05 01 60 00 01 7f 02 07 01 01 61 01 62 00 00 08 01 00", DIAG_START, 26 },
	{ "active data without memory", "0b 06 01 00 41 00 0b 00", DIAG_INDEX, 11 },
	{ "active element without table", "09 06 01 00 41 00 0b 00", DIAG_INDEX, 11 },
	{ "element of unknown function", "04 04 01 70 00 01 09 07 01 00 41 00 0b 01 00", DIAG_INDEX, 17 },
	{ "externref elements in a table of funcref",
	  "04 04 01 70 00 01 09 08 01 06 00 41 00 0b 6f 00", DIAG_TYPE, 17 },
	{ "offset of i64", "05 03 01 00 01 0b 06 01 00 42 00 0b 00", DIAG_TYPE, 17 },
};

static void all_modules(void)
{
	for (size_t i = 0; i < ARRAY_LEN(modules); i++) {
		const struct module_case *c = &modules[i];
		struct wasm_module m;
		struct diag_sink s;
		struct buf b;
		buf_init(&b, &arena);
		put_header(&b);
		put_hex(&b, c->hex);
		bool good = validate(&m, &b, &wasm_default_limits, &s);
		bool as_told = c->code == DIAG_NONE
				       ? good
				       : !good && s.n == 1 &&
						 s.at[0].code == c->code &&
						 s.at[0].at == c->at;
		if (!ok(as_told, "%s", c->name) && s.n)
			printf("# %s: %s at %llu\n", diag_text(s.at[0].code),
			       s.at[0].detail,
			       (unsigned long long)s.at[0].at);
	}
}

/* The example of the manual, to the letter. */
static void text(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b, out;

	buf_init(&b, &arena);
	uint32_t first = put_test_module(&b, 0, "4200 2000 6a 1a 0b");
	validate(&m, &b, &wasm_default_limits, &s);
	buf_init(&out, &arena);
	diag_print(&s.at[0], "t.wasm", wasm_excerpt, &m, &out);
	const char *want = arena_printf(&arena,
		"t.wasm:0x%04x: error[E0214]: type mismatch: "
		"i32.add needs [i32 i32], stack holds [i64 i32]\n"
		"  func 0, instruction 2\n"
		"    0x%04x  local.get 0\n"
		"    0x%04x  i32.add\n"
		"            ^^^^^^^\n"
		"    0x%04x  drop\n"
		"  note: the i64 was pushed at 0x%04x\n"
		"  advice: %s\n",
		first + 4, first + 2, first + 4, first + 5, first,
		diag_advice(DIAG_TYPE));
	if (!ok(strcmp((char *)out.at, want) == 0, "text of a diagnostic"))
		printf("%s%s", out.at, want);

	buf_init(&b, &arena);
	put_test_module(&b, 0, "01 27 0b");
	validate(&m, &b, &wasm_default_limits, &s);
	buf_init(&out, &arena);
	wasm_excerpt(&m, &s.at[0], &out);
	ok(strstr((char *)out.at, "bytes 27 0b"), "bytes of what is no code");

	/* a body that claims more bytes than there are: no excerpt */
	buf_init(&b, &arena);
	put_header(&b);
	put_hex(&b, "01 04 01 600000 03 02 01 00 0a 04 01 7f 00 0b");
	uint8_t *exact = arena_alloc(&arena, b.n);
	memcpy(exact, b.at, b.n);
	diag_init(&s, &arena);
	out.n = 0;
	ok(!wasm_decode(&m, exact, b.n, &wasm_default_limits, &arena, &s) &&
		   s.at[0].func == 0, "body past the end");
	wasm_excerpt(&m, &s.at[0], &out);
	ok(out.n == 0, "has no excerpt");
}

/* Each invalid function is reported, up to the sink's limit. */
static void several(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b, code, funcs;
	enum { N = 30 };

	buf_init(&b, &arena);
	buf_init(&code, &arena);
	buf_init(&funcs, &arena);
	put_header(&b);
	put_section(&b, 1, "01 600000");
	buf_u8(&funcs, N);
	buf_u8(&code, N);
	for (int i = 0; i < N; i++) {
		buf_u8(&funcs, 0);
		put_hex(&code, "03 00 6a 0b");
	}
	buf_u8(&b, 3);
	buf_uleb(&b, funcs.n);
	buf_put(&b, funcs.at, funcs.n);
	buf_u8(&b, 10);
	buf_uleb(&b, code.n);
	buf_put(&b, code.at, code.n);
	ok(!validate(&m, &b, &wasm_default_limits, &s) && s.n == 20 &&
		   s.dropped == 1 && s.at[7].func == 7,
	   "twenty of thirty invalid functions are reported");
}

static void limits(void)
{
	struct wasm_limits_opt l = wasm_default_limits;
	struct wasm_module m;
	struct diag_sink s;
	struct buf b;

	buf_init(&b, &arena);
	put_test_module(&b, 0, "0240 0240 0b 0b 0b");
	l.max_depth = 3;
	ok(validate(&m, &b, &l, &s), "depth of 3, the body included");
	l.max_depth = 2;
	ok(!validate(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT &&
		   s.at[0].ins == 1, "too deep");
	l = wasm_default_limits;
	l.max_stack = 3;
	buf_init(&b, &arena);
	put_test_module(&b, 0, "4100 4100 4100 1a 1a 1a 0b");
	ok(validate(&m, &b, &l, &s), "three operands");
	l.max_stack = 2;
	ok(!validate(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT &&
		   s.at[0].ins == 2, "three operands where two may be");
	l = wasm_default_limits;
	l.max_memories = 0;
	ok(!validate(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT,
	   "memories");
	buf_init(&b, &arena);
	put_test_module(&b, 0, "3f8000 1a 0b");
	l.max_memories = 1;
	ok(!validate(&m, &b, &l, &s) && s.at[0].code == DIAG_MALFORMED,
	   "padded memory index where there is one memory");
	ok(validate(&m, &b, &wasm_default_limits, &s),
	   "padded memory index otherwise");
}

/* A constant expression of depth n. */
static bool const_depth(unsigned n)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b, g;

	buf_init(&b, &arena);
	buf_init(&g, &arena);
	put_header(&b);
	put_hex(&g, "01 7f 00");
	for (unsigned i = 0; i < n; i++)
		put_hex(&g, "4101");
	for (unsigned i = 1; i < n; i++)
		put_hex(&g, "6a");
	put_hex(&g, "0b");
	buf_u8(&b, 6);
	buf_uleb(&b, g.n);
	buf_put(&b, g.at, g.n);
	if (!validate(&m, &b, &wasm_default_limits, &s))
		return false;
	uint64_t bits;
	uint32_t global;
	return wasm_const_value(&m, &m.globals.at[0].init, &bits, &global) &&
	       bits == n;
}

int main(void)
{
	arena_init(&arena, NULL);
	all_bodies();
	all_modules();
	text();
	several();
	limits();
	ok(const_depth(1) && const_depth(WASM_CONST_DEPTH), "deep constants");
	ok(!const_depth(WASM_CONST_DEPTH + 1), "too deep a constant");
	arena_fini(&arena);
	return done();
}
