/* ir_large_test.c - ir_build grows in step with the body, also where locals,
 * branches and nesting grow together.
 *
 * Each shape is built at two sizes; twice the size may take at most 2.6 times
 * the memory (vectors double).  One body of 2 MB ends the test.
 */
#include <string.h>

#include "ir/ir.h"
#include "tap.h"

static struct arena arena;

/* A body with `n` pieces; *locals is how many i32 locals it uses, local 0
 * being the parameter. */
typedef void shape(struct buf *b, uint32_t n, uint32_t *locals);

static void op1(struct buf *b, uint8_t op, uint32_t v)
{
	buf_u8(b, op);
	buf_uleb(b, v);
}

enum { BLOCK = 0x02, LOOP = 0x03, END = 0x0b, BR = 0x0c, BR_IF = 0x0d,
       BR_TABLE = 0x0e, DROP = 0x1a, GET = 0x20, SET = 0x21, TEE = 0x22,
       I32_ADD = 0x6a, EMPTY = 0x40 };

/* A br_if to the function's end each. */
static void exits(struct buf *b, uint32_t n, uint32_t *locals)
{
	*locals = 1;
	for (uint32_t k = 0; k < n; k++) {
		op1(b, GET, 0);
		op1(b, GET, 0);
		op1(b, BR_IF, 0);
		buf_u8(b, DROP);
	}
	op1(b, GET, 0);
}

/* One loop around a switch of n cases; each case sets locals of its own, as
 * compilers do that keep every temporary in a local. */
static void interpreter(struct buf *b, uint32_t n, uint32_t *locals)
{
	*locals = 1 + 2 * n;
	op1(b, LOOP, EMPTY);
	for (uint32_t k = 0; k <= n; k++)
		op1(b, BLOCK, EMPTY);
	op1(b, GET, 0);
	op1(b, BR_TABLE, n);
	for (uint32_t k = 0; k <= n; k++)
		buf_uleb(b, k);
	for (uint32_t k = 0; k < n; k++) {
		buf_u8(b, END);
		op1(b, GET, 0);
		op1(b, TEE, 1 + 2 * k);
		op1(b, GET, 1 + 2 * k);
		buf_u8(b, I32_ADD);
		op1(b, SET, 2 + 2 * k);
		op1(b, GET, 2 + 2 * k);
		op1(b, SET, 0);
		/* to the end of the switch, or at once to the loop */
		op1(b, BR, n - 1 - k + k % 2);
	}
	buf_u8(b, END);
	op1(b, GET, 0);
	op1(b, BR_IF, 0);
	buf_u8(b, END);
	op1(b, GET, 0);
}

/* n blocks in each other and a branch to each, in a mixed order; each changes
 * a local. */
static void nest(struct buf *b, uint32_t n, uint32_t *locals)
{
	*locals = 64;
	for (uint32_t k = 0; k < n; k++)
		op1(b, BLOCK, EMPTY);
	for (uint32_t k = 0; k < n; k++) {
		op1(b, GET, 0);
		op1(b, TEE, 1 + k % 63);
		op1(b, BR_IF, (uint32_t)((uint64_t)k * 7919 % n));
	}
	for (uint32_t k = 0; k < n; k++)
		buf_u8(b, END);
	op1(b, GET, 5);
}

/* Small loops one after the other, with joins in them. */
static void loops(struct buf *b, uint32_t n, uint32_t *locals)
{
	*locals = 8;
	for (uint32_t k = 0; k < n; k++) {
		op1(b, LOOP, EMPTY);
		op1(b, BLOCK, EMPTY);
		op1(b, GET, k % 8);
		op1(b, BR_IF, 0);
		op1(b, GET, 0);
		op1(b, SET, (k + 1) % 8);
		buf_u8(b, END);
		op1(b, GET, (k + 1) % 8);
		op1(b, BR_IF, 0);
		buf_u8(b, END);
	}
	op1(b, GET, 3);
}

static void section(struct buf *out, uint8_t id, const void *p, size_t n)
{
	buf_u8(out, id);
	buf_uleb(out, n);
	buf_put(out, p, n);
}

/* (func (param i32) (result i32) ...) of that shape. */
static struct buf module(shape *make, uint32_t n)
{
	struct buf body, code, out;
	uint32_t locals;

	buf_init(&body, &arena);
	make(&body, n, &locals);
	buf_u8(&body, END);
	buf_init(&code, &arena);
	buf_u8(&code, 1);
	buf_uleb(&code, locals - 1);
	buf_u8(&code, 0x7f);
	buf_put(&code, body.at, body.n);
	buf_init(&body, &arena);
	buf_u8(&body, 1);
	buf_uleb(&body, code.n);
	buf_put(&body, code.at, code.n);
	buf_init(&out, &arena);
	buf_put(&out, "\0asm\1\0\0\0", 8);
	section(&out, 1, "\1\x60\1\x7f\1\x7f", 6);
	section(&out, 3, "\1\0", 2);
	section(&out, 10, body.at, body.n);
	return out;
}

/* Builds the function and returns the most memory its arena held; 0 when it is
 * wrong.  *bytes is the module's size. */
static size_t build(shape *make, uint32_t n, size_t *bytes)
{
	struct ir_options o = { .max_memory = 0 };
	struct wasm_limits_opt limits = wasm_default_limits;
	struct wasm_module m;
	struct ir_module im;
	struct diag_sink s;
	struct arena a;

	struct buf b = module(make, n);
	*bytes = b.n;
	limits.max_depth = limits.max_locals = 1u << 20;
	diag_init(&s, &arena);
	CHECK(wasm_decode(&m, b.at, b.n, &limits, &arena, &s) &&
	      wasm_validate(&m, &limits, &arena, &s));
	ir_module_init(&im, &m, &o, &arena);
	arena_init(&a, NULL);
	struct ir_func *f = ir_build(&im, 0, &a, &s);
	size_t peak = a.peak;
	const char *bad = f ? ir_check(f, &a) : "not built";
	if (bad)
		printf("# %s\n", bad);
	arena_fini(&a);
	return bad ? 0 : peak;
}

static const struct {
	const char *name;
	shape *make;
	uint32_t n;
} shapes[] = {
	{ "exits", exits, 16000 },
	{ "interpreter", interpreter, 4000 },
	{ "nest", nest, 8000 },
	{ "loops", loops, 6000 },
};

int main(void)
{
	size_t bytes, twice;

	arena_init(&arena, NULL);
	for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
		size_t one = build(shapes[k].make, shapes[k].n, &bytes);
		size_t two = build(shapes[k].make, 2 * shapes[k].n, &twice);
		ok(one && two && two * 10 < one * 26,
		   "%s: %zu bytes take %zu, %zu take %zu", shapes[k].name,
		   bytes, one, twice, two);
	}
	size_t peak = build(exits, 300000, &bytes);
	ok(peak && bytes > 2000000, "%zu bytes take %zu", bytes, peak);
	arena_fini(&arena);
	return done();
}
