/* wasm_decode_test.c - structure of modules: order, counts, limits, names. */
#include "tap.h"

#include "wasm_build.h"

static struct arena arena;

static bool decode(struct wasm_module *m, const struct buf *b,
		   const struct wasm_limits_opt *l, struct diag_sink *s)
{
	diag_init(s, &arena);
	return wasm_decode(m, b->at, b->n, l, &arena, s);
}

/* Bytes behind the header (or the whole file when they start with '!'), what
 * is reported, and where. */
static const struct bad_case {
	const char *name, *hex;
	enum diag_code code;
	uint64_t at;
} bad[] = {
	{ "empty file", "!", DIAG_MAGIC, 0 },
	{ "not wasm", "!7f454c46 01000000", DIAG_MAGIC, 0 },
	{ "short magic", "!0061", DIAG_MAGIC, 0 },
	{ "no version", "!0061736d 01", DIAG_END, 5 },
	{ "version 2", "!0061736d 02000000", DIAG_VERSION, 4 },
	{ "component", "!0061736d 0d000100", DIAG_VERSION, 4 },
	{ "section id 14", "0e 00", DIAG_SECTION, 8 },
	{ "tag section", "0d 01 00", DIAG_UNSUPPORTED, 8 },
	{ "section past the end", "01 05 01", DIAG_END, 11 },
	{ "section twice", "01 01 00 01 01 00", DIAG_SECTION_ORDER, 11 },
	{ "memory before table", "05 01 00 04 01 00", DIAG_SECTION_ORDER, 11 },
	{ "data count behind code", "0a 01 00 0c 01 00", DIAG_SECTION_ORDER, 11 },
	{ "bytes left in a section", "01 02 00 00", DIAG_SECTION_SIZE, 11 },
	{ "list longer than its section", "01 02 7f 60", DIAG_END, 10 },
	{ "list of 2^32-1", "01 05 ffffffff0f", DIAG_END, 10 },
	{ "struct type", "01 03 01 5f 00", DIAG_UNSUPPORTED, 11 },
	{ "type form 0", "01 02 01 00", DIAG_MALFORMED, 11 },
	{ "parameter of type 0x10", "01 04 01 60 01 10", DIAG_MALFORMED, 13 },
	{ "exnref parameter", "01 05 01 60 01 69 00", DIAG_UNSUPPORTED, 13 },
	{ "function of unknown type", "03 02 01 00", DIAG_INDEX, 11 },
	{ "function without body", "01 04 01 600000 03 02 01 00", DIAG_COUNT, 18 },
	{ "body without function", "0a 04 01 02 00 0b", DIAG_COUNT, 10 },
	{ "memory64", "05 03 01 04 01", DIAG_UNSUPPORTED, 11 },
	{ "shared memory", "05 04 01 03 01 01", DIAG_UNSUPPORTED, 11 },
	{ "custom page size", "05 04 01 08 01 00", DIAG_UNSUPPORTED, 11 },
	{ "flags of limits 0x10", "05 03 01 10 01", DIAG_MALFORMED, 11 },
	{ "table of i32", "04 04 01 7f 00 01", DIAG_MALFORMED, 11 },
	{ "table with initialiser", "04 05 01 40 00 70 00", DIAG_UNSUPPORTED, 11 },
	{ "mutability 2", "06 06 01 7f 02 41 00 0b", DIAG_MALFORMED, 12 },
	{ "global without end", "06 05 01 7f 00 41 00", DIAG_END, 15 },
	{ "import kind 4", "02 05 01 00 00 04 00", DIAG_UNSUPPORTED, 13 },
	{ "import kind 5", "02 05 01 00 00 05 00", DIAG_MALFORMED, 13 },
	{ "import name not UTF-8", "02 05 01 01 ff 00 00", DIAG_UTF8, 12 },
	{ "custom name not UTF-8", "00 02 01 c0", DIAG_UTF8, 11 },
	{ "custom without name", "00 00", DIAG_END, 10 },
	{ "data count 1 of none", "0c 01 01", DIAG_COUNT, 11 },
	{ "data past the section", "0b 06 01 00 41 00 0b 05", DIAG_END, 16 },
	{ "data flags 3", "0b 02 01 03", DIAG_MALFORMED, 11 },
	{ "element flags 8", "09 02 01 08", DIAG_MALFORMED, 11 },
	{ "element kind 1", "09 04 01 01 01 00", DIAG_MALFORMED, 12 },
	{ "2^32 locals",
	  "01 04 01 600000 03 02 01 00 0a 0c 01 0a 02 ffffffff0f 7f 01 7e 0b",
	  DIAG_MALFORMED, 29 },
	{ "50001 locals",
	  "01 04 01 600000 03 02 01 00 0a 08 01 06 01 d18603 7f 0b",
	  DIAG_LIMIT, 23 },
};

static void bad_modules(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct bad_case *c = &bad[i];
		struct wasm_module m;
		struct diag_sink s;
		struct buf b;
		buf_init(&b, &arena);
		if (*c->hex != '!')
			put_header(&b);
		put_hex(&b, c->hex + (*c->hex == '!'));
		bool good = decode(&m, &b, &wasm_default_limits, &s);
		if (!ok(!good && s.n == 1 && s.at[0].code == c->code &&
				s.at[0].at == c->at, "%s", c->name) && s.n)
			printf("# %s: %s at %llu\n",
			       diag_text(s.at[0].code), s.at[0].detail,
			       (unsigned long long)s.at[0].at);
	}
}

static void proposals_are_named(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b;

	buf_init(&b, &arena);
	put_header(&b);
	put_section(&b, 5, "01 04 01");
	decode(&m, &b, &wasm_default_limits, &s);
	ok(s.n && strstr(s.at[0].detail, "memory64"), "memory64 by name");
}

static void good_module(void)
{
	struct wasm_module m;
	struct diag_sink s;
	struct buf b;

	buf_init(&b, &arena);
	put_header(&b);
	put_section(&b, 0, "03 6f6e65 01 02");		/* custom "one" */
	put_section(&b, 1, "03 600000 60017f017f 600000");
	put_section(&b, 2, "03 01 6d 01 66 00 01  01 6d 01 67 03 7f 00"
			   "01 6d 01 6d 02 01 01 02");
	put_section(&b, 3, "02 00 02");
	put_section(&b, 4, "01 70 01 02 0a");
	put_section(&b, 5, "01 00 01");
	put_section(&b, 6, "01 7e 01 42 7f 0b");
	put_section(&b, 7, "01 03 00 61 00 00 02");	/* name with a zero byte */
	put_section(&b, 8, "01");
	put_section(&b, 9, "03 00 41 00 0b 02 00 01"
			   "05 70 02 d2 02 0b d0 70 0b"
			   "07 70 01 23 00 0b");
	put_section(&b, 0, "03 74776f");		/* custom "two" */
	put_section(&b, 10, "02 02 00 0b 04 01 02 7e 0b");
	put_section(&b, 11, "02 00 41 08 0b 02 ab cd 01 01 ee");
	put_section(&b, 0, "04 6e616d65 00 02 01 4d"
			   "01 07 02 00 01 78 02 01 79"
			   "02 01 ff");			/* a broken part is ignored */

	if (!ok(decode(&m, &b, &wasm_default_limits, &s), "accepted")) {
		printf("# %s at %llu\n", s.at[0].detail,
		       (unsigned long long)s.at[0].at);
		return;
	}
	ok(m.types.n == 3 && m.types.at[2].canon == 0 &&
		   m.types.at[1].canon == 1, "equal types share a number");
	ok(strcmp(wasm_type_text(&m.types.at[1], &arena), "i:i") == 0,
	   "text of a type");
	ok(m.imports.n == 3 && m.nimported[WASM_FUNC] == 1 &&
		   m.nimported[WASM_GLOBAL] == 1 &&
		   m.nimported[WASM_MEMORY] == 1 && m.imports.at[2].index == 0,
	   "imports");
	ok(m.funcs.n == 3 && m.funcs.at[0].import == 0 &&
		   m.funcs.at[1].import == UINT32_MAX &&
		   m.funcs.at[2].nlocals == 2, "functions");
	ok(m.tables.n == 1 && m.tables.at[0].limits.max == 10, "tables");
	ok(m.memories.n == 2 && m.memories.at[0].limits.max == 2 &&
		   !m.memories.at[1].limits.has_max, "memories");
	ok(m.globals.n == 2 && m.globals.at[1].mut, "globals");
	ok(m.exports.n == 1 && m.exports.at[0].nname == 3 &&
		   m.exports.at[0].index == 2, "exports");
	ok(m.start == 1, "start");
	ok(m.elems.n == 3 && m.elems.at[0].func && m.elems.at[0].func[1] == 1,
	   "element segment of indices");
	ok(m.elems.at[1].func && !m.elems.at[1].expr &&
		   m.elems.at[1].func[0] == 2 &&
		   m.elems.at[1].func[1] == UINT32_MAX &&
		   m.elems.at[1].mode == WASM_PASSIVE,
	   "element segment of plain expressions");
	ok(!m.elems.at[2].func && m.elems.at[2].expr &&
		   m.elems.at[2].mode == WASM_DECLARED,
	   "element segment of other expressions");
	ok(m.datas.n == 2 && m.datas.at[1].mode == WASM_PASSIVE &&
		   b.at[m.datas.at[0].begin] == 0xab, "data segments");
	ok(m.customs.n == 3 && m.customs.at[0].section == 0 &&
		   m.customs.at[1].section == 9 && m.customs.at[0].n == 2,
	   "custom sections");
	ok(m.name && strcmp(m.name, "M") == 0 && m.funcs.at[0].name &&
		   strcmp(m.funcs.at[2].name, "y") == 0 &&
		   !m.funcs.at[1].name, "names");
}

static void limits(void)
{
	struct wasm_limits_opt l = wasm_default_limits;
	struct wasm_module m;
	struct diag_sink s;
	struct buf b;

	buf_init(&b, &arena);
	put_header(&b);
	put_section(&b, 1, "02 600000 60037f7f7f00");
	put_section(&b, 3, "02 00 01");
	put_section(&b, 10, "02 04 01 05 7e 0b 02 00 0b");
	ok(decode(&m, &b, &l, &s), "within limits");
	l.max_functions = 1;
	ok(!decode(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT, "functions");
	l = wasm_default_limits;
	l.max_locals = 4;
	ok(!decode(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT, "locals");
	l.max_locals = 5;
	ok(decode(&m, &b, &l, &s), "exactly as many locals");
	l.max_all_locals = 7;
	ok(!decode(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT,
	   "locals of all functions");
	l.max_all_locals = 8;
	l.max_arity = 2;
	ok(!decode(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT, "arity");
	l.max_arity = 3;
	l.max_items = 1;
	ok(!decode(&m, &b, &l, &s) && s.at[0].code == DIAG_LIMIT, "items");
}

/* Every prefix of a module, and every byte of it changed: no crash, and a
 * diagnostic whenever it is refused. */
static void hostile(void)
{
	struct buf b;
	struct wasm_module m;
	struct diag_sink s;
	unsigned silent = 0, tried = 0;

	buf_init(&b, &arena);
	put_test_module(&b, 1, "20 00 20 01 6a 0b");
	for (size_t n = 0; n < b.n; n++) {
		struct arena_mark mark = arena_mark(&arena);
		struct buf cut = { .arena = &arena };
		buf_put(&cut, b.at, n);
		silent += !decode(&m, &cut, &wasm_default_limits, &s) && !s.n;
		tried++;
		arena_reset(&arena, mark);
	}
	for (size_t n = 0; n < b.n; n++)
		for (unsigned v = 0; v < 256; v++) {
			struct arena_mark mark = arena_mark(&arena);
			struct buf copy = { .arena = &arena };
			buf_put(&copy, b.at, b.n);
			copy.at[n] = (uint8_t)v;
			bool good = decode(&m, &copy, &wasm_default_limits, &s);
			if (good)
				good = wasm_validate(&m, &wasm_default_limits,
						     &arena, &s);
			silent += !good && !s.n;
			tried++;
			arena_reset(&arena, mark);
		}
	ok(!silent, "%u damaged modules", tried);
}

int main(void)
{
	arena_init(&arena, NULL);
	bad_modules();
	proposals_are_named();
	good_module();
	limits();
	hostile();
	arena_fini(&arena);
	return done();
}
