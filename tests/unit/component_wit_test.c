/* component_wit_test.c - function types as text, and where mistakes are. */
#include <string.h>

#include "component/witworld.h"
#include "tap.h"

static const struct {
	const char *text, *want;	/* NULL: refused, at */
	unsigned at;
} cases[] = {
	{ "f: func()", "func()", 0 },
	{ "f: async func(a: u32) -> string;", "async func(a: u32) -> string", 0 },
	{ "f: func(a: list<u8>, b: option<char>,)",
	  "func(a: list<u8>, b: option<char>)", 0 },
	{ "f: func() -> result", "func() -> result", 0 },
	{ "f: func() -> result<_, string>", "func() -> result<_, string>", 0 },
	{ "f: func() -> result<u8>", "func() -> result<u8>", 0 },
	{ "f: func(x: tuple<s8, f64>, y: list<u16, 3>)",
	  "func(x: tuple<s8, f64>, y: list<u16, 3>)", 0 },
	{ "f: func(x: stream, y: future<stream<bool>>)",
	  "func(x: stream, y: future<stream<bool>>)", 0 },
	{ "f: func(p: record { x: f32, y: error-context })",
	  "func(p: record { x: f32, y: error-context })", 0 },
	{ "f: func(v: variant { none, some-of(u64) })",
	  "func(v: variant { none, some-of: u64 })", 0 },
	{ "f: func(e: enum { a, b }, g: flags { r, w })",
	  "func(e: enum { a, b }, g: flags { r, w })", 0 },
	{ "f: func(m: map<string, u8>)", "func(m: map<string, u8>)", 0 },
	{ "// text\n  f: func(%record: u8)\n", "func(record: u8)", 0 },
	{ "f: func(a: u8x)", NULL, 11 },
	{ "f: func(a u8)", NULL, 10 },
	{ "f: func(A-b: u8", NULL, 15 },
	{ "f: func(-a: u8)", NULL, 8 },
	{ "f: func() ->", NULL, 12 },
	{ "f func()", NULL, 0 },
	{ "f: fun()", NULL, 3 },
	{ "f: func(a: list<u8, 0>)", NULL, 20 },
	{ "f: func(a: tuple<>)", NULL, 18 },
	{ "f: func(a: flags {})", NULL, 19 },
	{ "f: func(a: option)", NULL, 17 },
	{ "f: func(a: u8, A: u8)", NULL, 16 },
};

/* Printed types differ in blanks only. */
static bool same(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a == ' ')
			a++;
		while (*b == ' ')
			b++;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

int main(void)
{
	struct arena a;

	arena_init(&a, NULL);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct diag_sink s;
		struct wit_world w;
		struct buf b;

		diag_init(&s, &a);
		wit_world_init(&w, &a);
		buf_init(&b, &a);
		bool good = wit_world_read(&w, cases[k].text,
					   strlen(cases[k].text), &s);
		if (good)
			ct_print(w.types, w.func.at[0].type, &b);
		buf_u8(&b, 0);
		if (cases[k].want)
			ok(good && same((char *)b.at, cases[k].want),
			   "%s (%s)", cases[k].text, (char *)b.at);
		else
			ok(!good && s.n == 1 && s.at[0].at == cases[k].at,
			   "%s: refused at %u (%u)", cases[k].text,
			   cases[k].at, s.n ? (unsigned)s.at[0].at : 0);
	}
	arena_fini(&a);
	return done();
}
