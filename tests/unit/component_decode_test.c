/* component_decode_test.c - malformed and invalid components, section by
 * section.
 *
 * Each row is the sections of a component in hex (the preamble is put in
 * front), with the diagnostic and the offset it must name.
 */
#include <stdio.h>
#include <string.h>

#include "component/component.h"

static const struct row {
	const char *name, *hex;
	enum diag_code code;		/* DIAG_NONE: valid */
	uint32_t at;
} rows[] = {
	{ "empty", "", DIAG_NONE, 0 },
	/* the frame */
	{ "unknown section", "0d 00", DIAG_SECTION, 8 },
	{ "values section", "0c 00", DIAG_UNSUPPORTED, 8 },
	{ "section cut short", "07 05 00", DIAG_END, 8 },
	{ "section too long", "07 02 00 00", DIAG_SECTION_SIZE, 11 },
	{ "length of the section missing", "07", DIAG_END, 9 },
	{ "custom", "00 02 01 61", DIAG_NONE, 0 },
	{ "custom without name", "00 00", DIAG_END, 10 },
	{ "custom with bad name", "00 02 01 ff", DIAG_UTF8, 11 },
	/* core modules */
	{ "core module", "01 08 00617365 01000000", DIAG_MAGIC, 10 },
	{ "empty core module", "01 08 0061736d 01000000", DIAG_NONE, 0 },
	{ "core module cut short", "01 04 0061736d", DIAG_END, 14 },
	{ "core module with a bad section",
	  "01 0a 0061736d 01000000 0d 00", DIAG_UNSUPPORTED, 18 },
	/* core instances */
	{ "core instance of no module", "02 04 01 00 00 00", DIAG_INDEX, 12 },
	{ "core instance form", "02 02 01 02", DIAG_MALFORMED, 11 },
	{ "empty bag", "02 03 01 01 00", DIAG_NONE, 0 },
	{ "bag of an unknown function", "02 07 01 01 01 01 61 00 00",
	  DIAG_INDEX, 16 },
	{ "bag with an unknown sort", "02 07 01 01 01 01 61 05 00",
	  DIAG_MALFORMED, 15 },
	{ "argument that is no instance",
	  "01 08 0061736d 01000000 02 07 01 00 00 01 01 61 00",
	  DIAG_MALFORMED, 26 },
	{ "core import not given",
	  "01 17 0061736d 01000000 01 04 01 60 00 00 02 07 01 0161 0162 00 00 "
	  "02 04 01 00 00 00", DIAG_INSTANTIATE, 36 },
	/* core types */
	{ "core function type", "03 05 01 60 01 7f 00", DIAG_NONE, 0 },
	{ "core type of gc", "03 03 01 5f 00", DIAG_UNSUPPORTED, 11 },
	{ "core type 0x12", "03 02 01 12", DIAG_MALFORMED, 11 },
	{ "core value type", "03 05 01 60 01 00 00", DIAG_MALFORMED, 13 },
	{ "module type", "03 03 01 50 00", DIAG_NONE, 0 },
	{ "module type with unknown type", "03 08 01 50 01 03 01 61 00 00",
	  DIAG_INDEX, 16 },
	{ "module type declaration", "03 04 01 50 01 07", DIAG_MALFORMED, 13 },
	/* nested components */
	{ "component", "04 08 0061736d 0d000100", DIAG_NONE, 0 },
	{ "component of layer 0", "04 08 0061736d 01000000", DIAG_VERSION, 14 },
	{ "component cut short", "04 04 0061736d", DIAG_MAGIC, 10 },
	{ "component with a bad section", "04 0a 0061736d 0d000100 0d 00",
	  DIAG_SECTION, 18 },
	/* instances */
	{ "instance of no component", "05 04 01 00 00 00", DIAG_INDEX, 12 },
	{ "instance form", "05 02 01 02", DIAG_MALFORMED, 11 },
	{ "instance of an empty component",
	  "04 08 0061736d 0d000100 05 04 01 00 00 00", DIAG_NONE, 0 },
	{ "import not given",
	  "04 17 0061736d 0d000100 07 05 01 40 00 01 00 0a 06 01 00 01 61 01 "
	  "00 05 04 01 00 00 00", DIAG_INSTANTIATE, 36 },
	{ "instance export with a bad name",
	  "07 02 01 7f 05 09 01 01 01 00 02 41 62 03 00", DIAG_NAME, 18 },
	/* aliases */
	{ "alias of no instance", "06 06 01 01 00 00 01 61", DIAG_INDEX, 13 },
	{ "alias form", "06 04 01 03 07 00", DIAG_MALFORMED, 12 },
	{ "alias of a value", "06 03 01 02 00", DIAG_UNSUPPORTED, 11 },
	{ "outer alias too far", "06 05 01 03 02 01 00", DIAG_INDEX, 13 },
	{ "outer alias of no type", "06 05 01 03 02 00 00", DIAG_INDEX, 14 },
	{ "outer alias of a function", "06 05 01 01 02 00 00", DIAG_TYPE, 11 },
	{ "core alias of no instance", "06 07 01 00 00 01 00 01 61",
	  DIAG_INDEX, 14 },
	{ "export the instance lacks",
	  "02 03 01 01 00 06 07 01 00 00 01 00 01 61", DIAG_INDEX, 16 },
	/* types */
	{ "unknown type code", "07 02 01 62", DIAG_MALFORMED, 11 },
	{ "union", "07 02 01 6c", DIAG_MALFORMED, 11 },
	{ "record cut short", "07 05 01 72 01 01 61 7f", DIAG_END, 15 },
	{ "record of one", "07 06 01 72 01 01 61 7f", DIAG_NONE, 0 },
	{ "empty record", "07 03 01 72 00", DIAG_TYPE, 11 },
	{ "field twice", "07 09 01 72 02 01 61 7f 01 61 7f", DIAG_DUPLICATE, 16 },
	{ "field name", "07 06 01 72 01 01 5f 7f", DIAG_NAME, 13 },
	{ "empty variant", "07 03 01 71 00", DIAG_TYPE, 11 },
	{ "case that refines", "07 08 01 71 01 01 61 00 01 00",
	  DIAG_UNSUPPORTED, 16 },
	{ "list of no type", "07 03 01 70 05", DIAG_INDEX, 12 },
	{ "list of a function", "07 07 02 40 00 01 00 70 00", DIAG_TYPE, 16 },
	{ "flags of 33", "07 66 01 6e 21"
	  " 026161 026162 026163 026164 026165 026166 026167 026168 026169 02616a 02616b"
	  " 02616c 02616d 02616e 02616f 026170 026171 026172 026173 026174 026175 026176"
	  " 026177 026178 026179 02617a 026261 026262 026263 026264 026265 026266 026267",
	  DIAG_TYPE, 11 },
	{ "enum without labels", "07 03 01 6d 00", DIAG_TYPE, 11 },
	{ "option", "07 03 01 6b 7f", DIAG_NONE, 0 },
	{ "result", "07 06 01 6a 01 7f 01 73", DIAG_NONE, 0 },
	{ "result form", "07 04 01 6a 02 7f", DIAG_MALFORMED, 12 },
	{ "own of no resource", "07 05 02 6b 7f 69 00", DIAG_TYPE, 14 },
	{ "fixed list", "07 04 01 67 7f 04", DIAG_NONE, 0 },
	{ "fixed list of none", "07 04 01 67 7f 00", DIAG_TYPE, 11 },
	{ "fixed list too large", "07 08 01 67 77 ffffffff0f", DIAG_LIMIT, 11 },
	{ "map", "07 04 01 63 73 7d", DIAG_NONE, 0 },
	{ "map with float keys", "07 04 01 63 76 7d", DIAG_TYPE, 12 },
	{ "stream", "07 04 01 66 01 7d", DIAG_NONE, 0 },
	{ "stream<char>", "07 04 01 66 01 74", DIAG_TYPE, 11 },
	{ "stream of a borrow", "07 0b 03 3f 7f 00 68 00 66 01 01",
	  DIAG_END, 8 },
	{ "resource", "07 04 01 3f 7f 00", DIAG_NONE, 0 },
	{ "resource of i64", "07 04 01 3f 7e 00", DIAG_TYPE, 12 },
	{ "resource with unknown destructor", "07 05 01 3f 7f 01 00",
	  DIAG_INDEX, 14 },
	{ "borrow in a stream", "07 09 03 3f 7f 00 68 00 66 01 01", DIAG_TYPE,
	  16 },
	{ "borrow in a result", "07 0a 03 3f 7f 00 68 00 40 00 00 01",
	  DIAG_TYPE, 16 },
	{ "named results", "07 05 01 40 00 01 01", DIAG_MALFORMED, 13 },
	{ "parameter twice", "07 0b 01 40 02 01 61 7f 01 41 7f 01 00",
	  DIAG_DUPLICATE, 16 },
	{ "async function", "07 05 01 43 00 01 00", DIAG_NONE, 0 },
	{ "instance type", "07 03 01 42 00", DIAG_NONE, 0 },
	{ "import in an instance type", "07 07 01 42 01 03 00 01 61",
	  DIAG_MALFORMED, 13 },
	{ "declaration 0x09", "07 04 01 42 01 09", DIAG_MALFORMED, 13 },
	{ "instance type cut short", "07 03 01 42 01", DIAG_END, 12 },
	{ "resource defined in a type", "07 07 01 42 01 01 3f 7f 00",
	  DIAG_TYPE, 14 },
	{ "export twice in a type",
	  "07 0f 01 42 02 04 00 01 61 03 01 04 00 01 61 03 01",
	  DIAG_DUPLICATE, 20 },
	/* canonical definitions */
	{ "unknown canonical definition", "08 02 01 30", DIAG_MALFORMED, 11 },
	{ "backpressure.set", "08 02 01 08", DIAG_UNSUPPORTED, 11 },
	{ "shared threads", "08 03 01 40 00", DIAG_UNSUPPORTED, 11 },
	{ "waitable-set.new", "08 02 01 1f", DIAG_NONE, 0 },
	{ "lift of no function", "08 06 01 00 00 00 00 00", DIAG_INDEX, 13 },
	{ "stream.new of no type", "08 03 01 0e 00", DIAG_INDEX, 12 },
	{ "stream.new of a future", "07 04 01 65 01 7d 08 03 01 0e 00",
	  DIAG_TYPE, 18 },
	{ "stream.read without memory",
	  "07 04 01 66 01 7d 08 04 01 0f 00 00", DIAG_CANON, 17 },
	{ "stream.read of nothing", "07 03 01 66 00 08 04 01 0f 00 00",
	  DIAG_NONE, 0 },
	{ "unknown option", "07 03 01 66 00 08 05 01 0f 00 01 0a",
	  DIAG_MALFORMED, 19 },
	{ "async twice", "07 03 01 66 00 08 06 01 0f 00 02 06 06", DIAG_CANON,
	  20 },
	{ "two encodings", "07 03 01 66 00 08 06 01 0f 00 02 00 01",
	  DIAG_CANON, 20 },
	{ "memory that is not there", "07 03 01 66 00 08 06 01 0f 00 01 03 00",
	  DIAG_INDEX, 20 },
	{ "post-return of a built-in", "08 06 01 09 01 00 01 05", DIAG_END, 16 },
	{ "context 2", "08 04 01 0a 7f 02", DIAG_CANON, 13 },
	{ "context of i64", "08 04 01 0a 7e 00", DIAG_UNSUPPORTED, 12 },
	{ "cancellable flag", "08 03 01 0c 02", DIAG_MALFORMED, 12 },
	{ "resource.new of an import",
	  "0a 06 01 00 01 61 03 01 08 03 01 02 00", DIAG_CANON, 19 },
	{ "resource.drop of an import",
	  "0a 06 01 00 01 61 03 01 08 03 01 03 00", DIAG_NONE, 0 },
	{ "async lower of a sync function",
	  "07 05 01 40 00 01 00 0a 06 01 00 01 61 01 00 08 06 01 01 00 00 01 "
	  "06", DIAG_CANON, 26 },
	{ "lower without memory",
	  "07 08 01 40 01 01 61 73 01 00 0a 06 01 00 01 61 01 00 08 05 01 01 "
	  "00 00 00", DIAG_CANON, 29 },
	{ "task.return of a string", "08 05 01 09 00 73 00", DIAG_CANON, 11 },
	/* start */
	{ "start of no function", "09 03 00 00 00", DIAG_INDEX, 10 },
	{ "start with results",
	  "07 05 01 40 00 01 00 0a 06 01 00 01 61 01 00 09 03 00 00 01",
	  DIAG_UNSUPPORTED, 25 },
	/* imports and exports */
	{ "import", "07 05 01 40 00 01 00 0a 06 01 00 01 61 01 00", DIAG_NONE,
	  0 },
	{ "import of no type", "0a 06 01 00 01 61 01 00", DIAG_INDEX, 15 },
	{ "import of a value", "0a 07 01 00 01 61 02 01 7f", DIAG_UNSUPPORTED,
	  14 },
	{ "import name form", "0a 06 01 05 01 61 03 01", DIAG_MALFORMED, 11 },
	{ "import with version suffix", "0a 06 01 02 01 61 03 01",
	  DIAG_UNSUPPORTED, 11 },
	{ "import name", "0a 06 01 00 01 5f 03 01", DIAG_NAME, 12 },
	{ "import kind", "0a 06 01 00 01 61 06 00", DIAG_MALFORMED, 14 },
	{ "type bound", "0a 06 01 00 01 61 03 02", DIAG_MALFORMED, 15 },
	{ "import twice", "0a 0b 02 00 01 61 03 01 00 01 41 03 01",
	  DIAG_DUPLICATE, 16 },
	{ "export of no type", "0b 07 01 00 01 61 03 00 00", DIAG_INDEX, 15 },
	{ "export", "07 02 01 7f 0b 07 01 00 01 61 03 00 00", DIAG_NONE, 0 },
	{ "export twice", "07 02 01 7f 0b 0d 02 00 01 61 03 00 00 00 01 61 03 00 00",
	  DIAG_DUPLICATE, 21 },
	{ "export of a core function", "0b 08 01 00 01 61 00 00 00 00",
	  DIAG_INDEX, 16 },
	{ "export said to be another type",
	  "07 03 02 7f 7e 0b 0a 01 00 01 61 03 00 01 03 00 01", DIAG_TYPE, 22 },
	{ "export of a locator", "07 02 01 7f 0b 0d 01 00 07 75726c3d3c613e 03 "
	  "00 00", DIAG_NAME, 16 },
	/* types that need names */
	{ "record without a name in an import",
	  "07 0a 02 72 01 01 78 79 40 00 00 00 0a 06 01 00 01 66 01 01",
	  DIAG_TYPE, 23 },
	{ "record without a name where none are needed",
	  "00 15 14 686564646c653a756e6e616d65642d7479706573 07 0a 02 72 01 "
	  "01 78 79 40 00 00 00 0a 06 01 00 01 66 01 01",
	  DIAG_NONE, 0 },
	{ "record with a name",
	  "07 06 01 72 01 01 78 79 0a 07 01 00 01 72 03 00 00 07 05 01 40 "
	  "00 00 01 0a 06 01 00 01 66 01 02",
	  DIAG_NONE, 0 },
	{ "import of an exported resource",
	  "07 04 01 3f 7f 00 0b 07 01 00 01 72 03 00 00 07 07 02 69 01 40 "
	  "00 00 02 0a 06 01 00 01 66 01 03",
	  DIAG_TYPE, 35 },
	{ "export of an imported resource",
	  "0a 06 01 00 01 72 03 01 07 07 02 69 00 40 00 00 01 0a 06 01 00 "
	  "01 66 01 02 0b 07 01 00 01 67 01 00 00",
	  DIAG_NONE, 0 },
	{ "instance whose record has no name",
	  "07 14 01 42 03 01 72 01 01 78 79 01 40 00 00 00 04 00 01 66 01 "
	  "01 0a 06 01 00 01 69 05 00",
	  DIAG_TYPE, 33 },
	{ "instance whose record has a name",
	  "07 1b 01 42 04 01 72 01 01 78 79 04 00 01 72 03 00 00 01 40 00 "
	  "00 01 04 00 01 66 01 02 0a 06 01 00 01 69 05 00",
	  DIAG_NONE, 0 },
	{ "instance whose record has no name, exported",
	  "00 15 14 686564646c653a756e6e616d65642d7479706573 07 14 01 42 03 "
	  "01 72 01 01 78 79 01 40 00 00 00 04 00 01 66 01 01 0a 06 01 00 "
	  "01 69 05 00 0b 07 01 00 01 6a 05 00 00",
	  DIAG_NONE, 0 },
	{ "resource without a name in a tuple",
	  "07 0d 04 3f 7f 00 69 00 6f 01 01 40 00 00 02 0a 06 01 00 01 66 "
	  "01 03",
	  DIAG_TYPE, 26 },
	{ "tuples need no name",
	  "07 08 02 6f 01 79 40 00 00 00 0a 06 01 00 01 66 01 01",
	  DIAG_NONE, 0 },
	{ "exported record of a resource without a name",
	  "07 0b 03 3f 7f 00 69 00 72 01 01 78 01 0b 07 01 00 01 74 03 02 "
	  "00",
	  DIAG_TYPE, 24 },
	{ "component type whose import has no name",
	  "07 14 01 41 03 01 72 01 01 78 79 01 40 00 00 00 03 00 01 66 01 "
	  "01",
	  DIAG_TYPE, 25 },
	/* functions named as a resource's */
	{ "method",
	  "0a 06 01 00 01 72 03 01 07 0d 02 68 00 40 01 04 73656c66 01 01 "
	  "00 0a 10 01 00 0b 5b6d6574686f645d722e66 01 02",
	  DIAG_NONE, 0 },
	{ "method without its resource",
	  "07 05 01 40 00 01 00 0a 10 01 00 0b 5b6d6574686f645d722e66 01 00",
	  DIAG_INDEX, 18 },
	{ "method of another resource",
	  "0a 06 01 00 01 72 03 01 07 0d 02 68 00 40 01 04 73656c66 01 01 "
	  "00 0a 06 01 00 01 71 03 01 0a 10 01 00 0b 5b6d6574686f645d712e66 "
	  "01 02",
	  DIAG_TYPE, 42 },
	{ "method without self",
	  "0a 06 01 00 01 72 03 01 07 05 01 40 00 01 00 0a 10 01 00 0b "
	  "5b6d6574686f645d722e66 01 01",
	  DIAG_TYPE, 26 },
	{ "static function",
	  "0a 06 01 00 01 72 03 01 07 05 01 40 00 01 00 0a 10 01 00 0b "
	  "5b7374617469635d722e66 01 01",
	  DIAG_NONE, 0 },
	{ "static function without its resource",
	  "07 05 01 40 00 01 00 0a 10 01 00 0b 5b7374617469635d722e66 01 00",
	  DIAG_INDEX, 18 },
	{ "static function named as its resource",
	  "0a 06 01 00 01 72 03 01 07 05 01 40 00 01 00 0a 10 01 00 0b "
	  "5b7374617469635d722e72 01 01",
	  DIAG_DUPLICATE, 26 },
	{ "constructor",
	  "0a 06 01 00 01 72 03 01 07 07 02 69 00 40 00 00 01 0a 13 01 00 "
	  "0e 5b636f6e7374727563746f725d72 01 02",
	  DIAG_NONE, 0 },
	{ "constructor of a result",
	  "0a 06 01 00 01 72 03 01 07 0b 03 69 00 6a 01 01 00 40 00 00 02 "
	  "0a 13 01 00 0e 5b636f6e7374727563746f725d72 01 03",
	  DIAG_NONE, 0 },
	{ "constructor of nothing",
	  "0a 06 01 00 01 72 03 01 07 05 01 40 00 01 00 0a 13 01 00 0e "
	  "5b636f6e7374727563746f725d72 01 01",
	  DIAG_TYPE, 26 },
	{ "async constructor",
	  "0a 06 01 00 01 72 03 01 07 07 02 69 00 43 00 00 01 0a 13 01 00 "
	  "0e 5b636f6e7374727563746f725d72 01 02",
	  DIAG_TYPE, 28 },
	{ "a type named as a method",
	  "0a 06 01 00 01 72 03 01 0a 10 01 00 0b 5b6d6574686f645d722e66 03 "
	  "01",
	  DIAG_TYPE, 19 },
	{ "static function in an instance without its resource",
	  "07 05 01 40 00 01 00 0a 06 01 00 01 66 01 00 05 12 01 01 01 00 "
	  "0b 5b7374617469635d722e66 01 00",
	  DIAG_INDEX, 26 },
};

static uint8_t *bytes_of(const char *hex, size_t *n)
{
	static uint8_t b[1024] = { 0, 'a', 's', 'm', 0x0d, 0, 1, 0 };
	unsigned v;

	*n = 8;
	while (sscanf(hex, " %2x", &v) == 1) {
		b[(*n)++] = (uint8_t)v;
		hex += strspn(hex, " ");
		hex += 2;
	}
	return b;
}

static bool check(const struct row *row, int number)
{
	struct arena a;
	struct diag_sink s;
	struct comp_file f;
	size_t n;
	const uint8_t *b = bytes_of(row->hex, &n);

	arena_init(&a, NULL);
	diag_init(&s, &a);
	comp_decode(&f, b, n, &wasm_default_limits, &a, &s);
	bool good = row->code == DIAG_NONE ?
			    s.n == 0 :
			    s.n == 1 && s.at[0].code == row->code &&
				    s.at[0].at == row->at;
	printf("%sok %d - %s\n", good ? "" : "not ", number, row->name);
	if (!good && s.n)
		printf("# E%04u at %u: %s\n", diag_number(s.at[0].code),
		       (unsigned)s.at[0].at, s.at[0].detail);
	arena_fini(&a);
	return good;
}

int main(void)
{
	int failures = 0;

	printf("1..%d\n", (int)ARRAY_LEN(rows));
	for (size_t k = 0; k < ARRAY_LEN(rows); k++)
		failures += !check(&rows[k], (int)k + 1);
	return failures > 0;
}
