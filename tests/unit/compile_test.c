/* compile_test.c - the driver of code generation: stack bounds, results that
 * do not depend on threads, running out of memory at every point. */
#include <string.h>

#include "obj/module.h"
#include "tap.h"
#include "wasm_build.h"

/* types 0 ()->() 1 (i32)->(i32); functions, all but 0 exported by letter:
 *   a  leaf                         f  calls through table 0, type 1
 *   b  calls a                      g  in that table, calls a
 *   c  calls itself                 h  tail-calls itself
 *   d  calls c                      i  tail-calls b
 *   e  calls e2, which tail-calls e j  import 0 */
static const char *const sections[] = {
	[1] = "02 600000 60017f017f",
	[2] = "01 01 68 01 66 00 00",			/* h.f : type 0 */
	[3] = "0b 00 00 00 00 00 00 01 01 00 00 00",
	[4] = "01 70 01 01 01",
	[7] = "0a 0161 00 01  0162 00 02  0163 00 03  0164 00 04  0165 00 05"
	      " 0166 00 07  0167 00 08  0168 00 09  0169 00 0a  016a 00 0b",
	[9] = "01 00 4100 0b 01 08",
	[10] = "0b"
	       " 02 00 0b"				/* 1 a */
	       " 04 00 1001 0b"				/* 2 b */
	       " 04 00 1003 0b"				/* 3 c */
	       " 04 00 1003 0b"				/* 4 d */
	       " 04 00 1006 0b"				/* 5 e */
	       " 04 00 1205 0b"				/* 6 */
	       " 09 00 2000 4100 110100 0b"		/* 7 f */
	       " 06 00 1001 2000 0b"			/* 8 g */
	       " 04 00 1209 0b"				/* 9 h */
	       " 04 00 1202 0b"				/* 10 i */
	       " 04 00 1000 0b",			/* 11 j */
};

static struct wasm_module m;

static struct compile_options options(const struct target *t, unsigned jobs)
{
	return (struct compile_options){ .gen = { .target = t }, .level = 0,
					 .jobs = jobs, .limit = SIZE_MAX };
}

/* Everything from facts to the object's bytes. */
static void compile(const struct compile_options *o, struct arena *a,
		    struct compiled *c, struct ir_module *im, struct buf *out)
{
	struct ir_options io = { 0 };
	struct module_names names;
	struct diag_sink s;

	diag_init(&s, a);
	ir_module_init(im, &m, &io, a);
	CHECK(t32_compile_module(im, o, a, &s, c));
	module_names(&m, "t", a, &names);
	buf_init(out, a);
	CHECK(obj_write_elf(module_object(im, c, &names, NULL, a), out, &s));
}

/* What each function's depth follows from: frames of the functions named, in
 * hexadecimal, or '-' when it is checked at run time. */
static const struct {
	uint32_t func;
	const char *sum;
	bool check;
} bounds[] = {
	{ 1, "1", false }, { 2, "21", false }, { 3, "-", true },
	{ 4, "-", false }, { 5, "-", true },   { 6, "-", true },
	{ 7, "781", false }, { 8, "81", false }, { 9, "9", false },
	{ 10, "21", false }, { 11, "b", true },
};

static void test_bounds(struct arena *a)
{
	struct compile_options o = options(target_find("m4"), 1);
	struct ir_module im;
	struct compiled c;
	struct buf out;

	compile(&o, a, &c, &im, &out);
	for (size_t k = 0; k < ARRAY_LEN(bounds); k++) {
		uint32_t f = bounds[k].func, want = 0;
		for (const char *p = bounds[k].sum; *p && *p != '-'; p++)
			want += c.code[hex_digit(*p)]->frame;
		if (*bounds[k].sum == '-')
			want = BOUND_NONE;
		ok(c.bound.depth[f] == want && c.graph->check[f] ==
		   bounds[k].check && c.code[f]->stack_check == bounds[k].check,
		   "function %u: depth %u, check %d", f, c.bound.depth[f],
		   c.graph->check[f]);
	}
	ok(c.bound.margin >= c.code[3]->frame &&
	   c.bound.margin < BOUND_NONE, "margin %u", c.bound.margin);
	ok(module_stack_bound(&im, &c) == BOUND_NONE, "module not bounded");
}

static void test_threads(struct arena *a)
{
	for (int t = 0; t < TARGET_COUNT; t++) {
		bool same = true;
		struct buf first = { 0 };
		for (unsigned jobs = 1; jobs <= 4; jobs++) {
			struct compile_options o = options(&targets[t], jobs);
			struct ir_module im;
			struct compiled c;
			struct buf out;
			compile(&o, a, &c, &im, &out);
			if (jobs == 1)
				first = out;
			same &= first.n == out.n &&
				!memcmp(first.at, out.at, out.n);
		}
		ok(same, "%s: the same with 1 to 4 threads", targets[t].name);
	}
}

static bool attempt(unsigned jobs, unsigned long nth, size_t limit)
{
	struct compile_options o = options(target_find("m3"), jobs);
	struct ir_module im;
	struct compiled c;
	struct buf out;
	struct arena a;
	jmp_buf oom;
	volatile bool ended = false;

	arena_init(&a, &oom);
	a.limit = o.limit = limit;
	arena_fail_at = nth;
	if (setjmp(oom) == 0) {
		compile(&o, &a, &c, &im, &out);
		ended = true;
	}
	arena_fail_at = 0;
	arena_fini(&a);
	return ended;
}

static void test_exhaustion(void)
{
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		unsigned long n = 1;
		size_t limit = 1000;
		while (n < 5000 && !attempt(jobs, n, SIZE_MAX))
			n++;
		ok(n < 5000, "%u threads: %lu points of failure", jobs, n - 1);
		while (limit < (size_t)1 << 24 && !attempt(jobs, 0, limit))
			limit += limit / 4;
		ok(limit < (size_t)1 << 24, "%u threads: ends within %zu bytes",
		   jobs, limit);
	}
}

int main(void)
{
	struct arena a;
	struct diag_sink s;
	struct buf b;

	arena_init(&a, NULL);
	diag_init(&s, &a);
	buf_init(&b, &a);
	put_header(&b);
	for (uint8_t id = 0; id < ARRAY_LEN(sections); id++)
		if (sections[id])
			put_section(&b, id, sections[id]);
	bool valid = wasm_decode(&m, b.at, b.n, &wasm_default_limits, &a, &s) &&
		     wasm_validate(&m, &wasm_default_limits, &a, &s);
	if (!ok(valid, "the module: %s", valid ? "valid" : s.at[0].detail))
		return done();
	test_bounds(&a);
	test_threads(&a);
	test_exhaustion();
	arena_fini(&a);
	return done();
}
