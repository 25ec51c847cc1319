/* ir_check_test.c - ir_check refuses each way to break the invariants, and
 * ir_parse each way to misspell a function. */
#include <string.h>

#include "ir/ir.h"
#include "tap.h"
#include "wasm_build.h"

static struct arena arena;

/* The function is 0, (i32 i32)->(i32), of the module of wasm_build.h. */
static struct ir_module *module(void)
{
	static struct wasm_module m;
	static struct ir_module im;
	struct ir_options o = { .max_memory = 1 << 20 };
	struct diag_sink s;
	struct buf b;

	diag_init(&s, &arena);
	buf_init(&b, &arena);
	put_test_module(&b, 1, "41 00 0b");
	CHECK(wasm_decode(&m, b.at, b.n, &wasm_default_limits, &arena, &s));
	CHECK(wasm_validate(&m, &wasm_default_limits, &arena, &s));
	ir_module_init(&im, &m, &o, &arena);
	return &im;
}

#define HEAD "func 0\nb0(v1:i32 v2:i32) @0x0:\n"

static const char good[] =
	HEAD
	"  v3:i32 = i32.add v1 v2 @0x1\n"
	"  v4 br_if v3 -> b1(v3 v2) b2() @0x2\n"
	"b1(v5:i32 v6:i32) @0x3:\n"
	"  v7 bounds v5 #0x4 @0x3\n"
	"  v8:i32 = i32.load v5 @0x3\n"
	"  v9 br_if v8 -> b1(v8 v6) b2() @0x4\n"
	"b2() @0x5 cold:\n"
	"  v10:i32 = call $1 [v3 v2] @0x5\n"
	"  v11 return [v10] @0x6\n"
	"cut @0x3 b1 2: v5 - v3\n";

static const struct broken {
	const char *name, *text, *says;
} broken[] = {
	{ "no blocks", "func 0\n", "no entry" },
	{ "entry without its parameters", "func 0\nb0() @0x0:\n  v1 trap #0x1 @0x0\n",
	  "0 parameters" },
	{ "entry parameter of another type",
	  "func 0\nb0(v1:i32 v2:i64) @0x0:\n  v3 trap #0x1 @0x0\n",
	  "type of parameter 1" },
	{ "no terminator", HEAD "  v3:i32 = const #0x1 @0x0\n", "terminator" },
	{ "two terminators", HEAD "  v3 trap #0x1 @0x0\n  v4 trap #0x1 @0x0\n",
	  "terminator" },
	{ "edge to the entry", HEAD "  v3 br -> b0(v1 v2) @0x0\n", "edge to b0" },
	{ "edge to nothing", HEAD "  v3 br -> b1() @0x0\n", "empty block" },
	{ "br with two edges",
	  HEAD "  v3 br -> b1() b1() @0x0\nb1() @0x0:\n  v4 return [v1] @0x0\n",
	  "2 edges" },
	{ "return with an edge",
	  HEAD "  v3 return [v1] -> b1() @0x0\nb1() @0x0:\n  v4 return [v1] @0x0\n",
	  "1 edges" },
	{ "too few edge arguments",
	  HEAD "  v3 br -> b1() @0x0\nb1(v4:i32) @0x0:\n  v5 return [v4] @0x0\n",
	  "0 arguments" },
	{ "edge argument of another type",
	  HEAD "  v3 br -> b1(v1) @0x0\nb1(v4:i64) @0x0:\n  v5 trap #0x1 @0x0\n",
	  "wrong type" },
	{ "use before definition",
	  HEAD "  v3:i32 = i32.add v1 v4 @0x0\n  v4:i32 = const @0x0\n"
	       "  v5 return [v4] @0x0\n",
	  "does not dominate" },
	{ "use of a value of another branch",
	  HEAD "  v3 br_if v1 -> b1() b2() @0x0\nb1() @0x0:\n"
	       "  v4:i32 = const @0x0\n  v5 return [v4] @0x0\nb2() @0x0:\n"
	       "  v6 return [v4] @0x0\n",
	  "does not dominate" },
	{ "use of what is not there", HEAD "  v3 return [v9] @0x0\n", "not listed" },
	{ "use of what has no value",
	  HEAD "  v3 bounds v1 #0x1 @0x0\n  v4 return [v3] @0x0\n", "no value" },
	{ "operand of another type",
	  HEAD "  v3:i64 = i64.add v1 v2 @0x0\n  v4 return [v1] @0x0\n",
	  "operand types" },
	{ "result of another type",
	  HEAD "  v3:i64 = i32.add v1 v2 @0x0\n  v4 return [v1] @0x0\n",
	  "types of i32.add" },
	{ "result missing",
	  HEAD "  v3 i32.add v1 v2 @0x0\n  v4 return [v1] @0x0\n",
	  "types of i32.add" },
	{ "select of two types",
	  HEAD "  v3:i64 = const @0x0\n  v4:i32 = select v1 v3 v2 @0x0\n"
	       "  v5 return [v4] @0x0\n",
	  "types of select" },
	{ "return of too many", HEAD "  v3 return [v1 v2] @0x0\n", "types of return" },
	{ "call with too few",
	  HEAD "  v3:i32 = call $1 [v1] @0x0\n  v4 return [v3] @0x0\n",
	  "arguments" },
	{ "call of function 9",
	  HEAD "  v3:i32 = call $9 [v1 v2] @0x0\n  v4 return [v3] @0x0\n",
	  "out of range" },
	{ "tail call of other results", HEAD "  v3 return_call $2 @0x0\n", "results" },
	{ "result without its call",
	  HEAD "  v3:i32 = result v1 #0x1 @0x0\n  v4 return [v3] @0x0\n",
	  "follow its call" },
	{ "result number 1 of one",
	  HEAD "  v3:i32 = call $1 [v1 v2] @0x0\n"
	       "  v4:i32 = result v3 #0x1 @0x0\n  v5 return [v4] @0x0\n",
	  "result number" },
	{ "memory 3",
	  HEAD "  v3:i32 = i32.load v1 $3 @0x0\n  v4 return [v3] @0x0\n",
	  "out of range" },
	{ "bound that wraps",
	  HEAD "  v3 bounds v1 #0xffffffffffffffff @0x0\n"
	       "  v4 return [v1] @0x0\n",
	  "out of range" },
	{ "global of another type",
	  HEAD "  v3:i32 = global.get $1 @0x0\n  v4 return [v3] @0x0\n",
	  "types of global.get" },
	{ "trap kind 0", HEAD "  v3 trap @0x0\n", "out of range" },
	{ "unreachable block",
	  HEAD "  v3 return [v1] @0x0\nb1() @0x0:\n  v4 return [v1] @0x0\n",
	  "cannot be reached" },
	{ "cut of what is not available",
	  HEAD "  v3 br_if v1 -> b1() b2() @0x0\nb1() @0x0:\n"
	       "  v4:i32 = const @0x0\n  v5 return [v4] @0x0\nb2() @0x0:\n"
	       "  v6 return [v1] @0x0\ncut @0x0 b2 1: v4\n",
	  "not available" },
	{ "cut of an empty block", HEAD "  v3 return [v1] @0x0\ncut @0x0 b7 0:\n", NULL },
};

static const struct misspelt {
	const char *name, *text, *wants;
} misspelt[] = {
	{ "nothing", "", "func" },
	{ "function 8", "func 8\n", "function of the module" },
	{ "rest of a line", "func 0 1\n", "end of the line" },
	{ "no block number", "func 0\nb() @0:\n", "number" },
	{ "block without place", "func 0\nb0():\n", "@" },
	{ "unknown type", "func 0\nb0(v1:i31) @0:\n", "type" },
	{ "unknown operation", HEAD "  v3 frob @0x0\n", "operation" },
	{ "control row of wasm", HEAD "  v3 block @0x0\n", "operation" },
	{ "too few operands", HEAD "  v3:i32 = i32.add v1 @0x0\n", "v" },
	{ "value defined twice", HEAD "  v1:i32 = const @0x0\n", "not defined yet" },
	{ "value 0", HEAD "  v0:i32 = const @0x0\n", "not defined yet" },
	{ "huge value", HEAD "  v4000000000:i32 = const @0x0\n", "smaller" },
	{ "huge block", "func 0\nb4000000000() @0x0:\n", "smaller" },
	{ "number too large", HEAD "  v3:i32 = const #0x10000000000000000 @0x0\n",
	  "smaller" },
	{ "block twice", HEAD "  v3 trap #0x1 @0x0\nb0() @0x0:\n", "not there yet" },
	{ "list without end", HEAD "  v3 return [v1\n", "v" },
	{ "edge without arguments", HEAD "  v3 br -> b1 @0x0\n", "(" },
	{ "cut without place", HEAD "  v3 trap #0x1 @0x0\ncut b0 0:\n", "@" },
};

static struct ir_func *parse(const struct ir_module *im, const char *text,
			     struct diag_sink *s)
{
	diag_init(s, &arena);
	return ir_parse(im, text, strlen(text), &arena, s);
}

int main(void)
{
	struct diag_sink s;
	struct buf b;

	arena_init(&arena, NULL);
	const struct ir_module *im = module();
	struct ir_func *f = parse(im, good, &s);
	ok(f && !ir_check(f, &arena), "a good function");
	buf_init(&b, &arena);
	ir_print(f, &b);
	ok(strcmp((char *)b.at, good) == 0, "is printed as it was written");
	for (size_t k = 0; k < ARRAY_LEN(broken); k++) {
		f = parse(im, broken[k].text, &s);
		const char *bad = f ? ir_check(f, &arena) : NULL;
		/* without words: an empty block may be a cut's */
		ok(broken[k].says ? bad && strstr(bad, broken[k].says) : !!f,
		   "%s: %s", broken[k].name, bad ? bad : f ? "accepted"
							  : s.at[0].detail);
	}
	for (size_t k = 0; k < ARRAY_LEN(misspelt); k++) {
		f = parse(im, misspelt[k].text, &s);
		ok(!f && s.n == 1 && strstr(s.at[0].detail, misspelt[k].wants),
		   "%s: %s", misspelt[k].name, s.n ? s.at[0].detail : "parsed");
	}
	arena_fini(&arena);
	return done();
}
