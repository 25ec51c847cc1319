/* component_wave_test.c - values as text: read, laid out in memory, passed as
 * words and back, printed; mistakes by column.
 *
 * The types are written in the notation of --types.
 */
#include <stdlib.h>
#include <string.h>

#include "component/wavetext.h"
#include "component/witworld.h"
#include "tap.h"

/* want NULL: refused at column `at`, with `error` in the message */
static const struct {
	const char *type, *text, *want;
	unsigned at;
	const char *error;
} cases[] = {
	{ "bool", "true", "true", 0, NULL },
	{ "bool", " false ", "false", 0, NULL },
	{ "u8", "255", "255", 0, NULL },
	{ "s8", "-128", "-128", 0, NULL },
	{ "u16", "65535", "65535", 0, NULL },
	{ "s16", "-32768", "-32768", 0, NULL },
	{ "s32", "-2147483648", "-2147483648", 0, NULL },
	{ "u32", "4294967295", "4294967295", 0, NULL },
	{ "s64", "-9223372036854775808", "-9223372036854775808", 0, NULL },
	{ "u64", "18446744073709551615", "18446744073709551615", 0, NULL },
	{ "f32", "1.5", "1.5", 0, NULL },
	{ "f32", "0.1", "0.1", 0, NULL },
	{ "f64", "-6.02e23", "-6.02e+23", 0, NULL },
	{ "f64", "nan", "nan", 0, NULL },
	{ "f64", "-inf", "-inf", 0, NULL },
	{ "f32", "inf", "inf", 0, NULL },
	{ "f64", "0.30000000000000004", "0.30000000000000004", 0, NULL },
	{ "f64", "-0", "-0", 0, NULL },
	{ "char", "'x'", "'x'", 0, NULL },
	{ "char", "'\\u{1f9f5}'", "'\xf0\x9f\xa7\xb5'", 0, NULL },
	{ "char", "'\\''", "'\\''", 0, NULL },
	{ "char", "'\"'", "'\"'", 0, NULL },
	{ "char", "'\xe2\x98\x83'", "'\xe2\x98\x83'", 0, NULL },
	{ "string", "\"\"", "\"\"", 0, NULL },
	{ "string", "\"a\\tb\\\"\\\\\\u{7}'\"", "\"a\\tb\\\"\\\\\\u{7}'\"", 0, NULL },
	{ "string", "\"gr\xc3\xbc\xc3\x9f\xf0\x9f\xa7\xb5\"",
	  "\"gr\xc3\xbc\xc3\x9f\xf0\x9f\xa7\xb5\"", 0, NULL },
	{ "list<u8>", "[]", "[]", 0, NULL },
	{ "list<u8>", "[1,2, 3,]", "[1, 2, 3]", 0, NULL },
	{ "list<list<string>>", "[[\"]\", \"a,b\"], [], [\"'\"]]",
	  "[[\"]\", \"a,b\"], [], [\"'\"]]", 0, NULL },
	{ "list<char>", "[',', ']', '\\'']", "[',', ']', '\\'']", 0, NULL },
	{ "list<u16, 3>", "[1, 2, 3]", "[1, 2, 3]", 0, NULL },
	{ "map<string, u8>", "[(\"a\", 1), (\"b\", 2)]",
	  "[(\"a\", 1), (\"b\", 2)]", 0, NULL },
	{ "tuple<u8, string, f32>", "(1, \"x\", 2.5)", "(1, \"x\", 2.5)", 0, NULL },
	{ "record { x: u8, y: s64 }", "{x: 1, y: -2}", "{x: 1, y: -2}", 0, NULL },
	{ "record { x: u8, y: s64 }", "{ y: -2, x: 1, }", "{x: 1, y: -2}", 0, NULL },
	{ "record { a: option<u8>, b: option<string> }", "{:}",
	  "{a: none, b: none}", 0, NULL },
	{ "record { a: option<u8>, b: u8 }", "{b: 1}", "{a: none, b: 1}", 0, NULL },
	{ "record { true: u8 }", "{%true: 1}", "{%true: 1}", 0, NULL },
	{ "variant { a, b(u64), c(string) }", "a", "a", 0, NULL },
	{ "variant { a, b(u64), c(string) }", "b(7)", "b(7)", 0, NULL },
	{ "variant { a, b(u64), c(f32) }", "c( 1.5 )", "c(1.5)", 0, NULL },
	{ "variant { ok, none(f64) }", "%none(1)", "%none(1)", 0, NULL },
	{ "enum { red, green-blue }", "green-blue", "green-blue", 0, NULL },
	{ "option<u8>", "some(3)", "some(3)", 0, NULL },
	{ "option<u8>", "3", "some(3)", 0, NULL },
	{ "option<u8>", "none", "none", 0, NULL },
	{ "option<option<u8>>", "some(none)", "some(none)", 0, NULL },
	{ "option<option<u8>>", "some(4)", "some(some(4))", 0, NULL },
	{ "result", "ok", "ok", 0, NULL },
	{ "result", "err", "err", 0, NULL },
	{ "result<u8, string>", "ok(1)", "ok(1)", 0, NULL },
	{ "result<u8, string>", "1", "ok(1)", 0, NULL },
	{ "result<u8, string>", "err(\"no\")", "err(\"no\")", 0, NULL },
	{ "result<_, f64>", "err(0.5)", "err(0.5)", 0, NULL },
	{ "flags { read, write, exec }", "{read, exec}", "{read, exec}", 0, NULL },
	{ "flags { read, write, exec }", "{}", "{}", 0, NULL },
	{ "u8", "// a comment\n 5", "5", 0, NULL },

	{ "u8", "256", NULL, 0, "out of range" },
	{ "u8", "-1", NULL, 0, "out of range" },
	{ "s8", "128", NULL, 0, "out of range" },
	{ "u64", "18446744073709551616", NULL, 0, "out of range" },
	{ "u8", "01", NULL, 0, "an integer" },
	{ "u8", "1.5", NULL, 0, "an integer" },
	{ "u8", "", NULL, 0, "an integer" },
	{ "f32", "1.", NULL, 0, "a number" },
	{ "f32", ".5", NULL, 0, "a number" },
	{ "bool", "1", NULL, 0, "true or false" },
	{ "bool", "truex", NULL, 0, "true or false" },
	{ "char", "'ab'", NULL, 2, "' expected" },
	{ "char", "''", NULL, 1, "a character" },
	{ "char", "'\\u{d800}'", NULL, 4, "no such character" },
	{ "char", "'\\u{}'", NULL, 4, "hexadecimal" },
	{ "string", "\"abc", NULL, 4, "closing quote" },
	{ "string", "\"a\\qb\"", NULL, 2, "no such escape" },
	{ "string", "\"a\xff\"", NULL, 2, "malformed UTF-8" },
	{ "string", "\"\"\"\nx\n\"\"\"", NULL, 0, "multi-line" },
	{ "list<u8>", "[1, 300]", NULL, 4, "out of range" },
	{ "list<u8>", "[1 2]", NULL, 3, "] expected" },
	{ "list<u8>", "[1, 2", NULL, 5, "] expected" },
	{ "list<u8>", "1, 2", NULL, 0, "[ expected" },
	{ "list<u16, 3>", "[1, 2]", NULL, 1, "another number" },
	{ "tuple<u8, u8>", "(1)", NULL, 2, "more elements" },
	{ "tuple<u8, u8>", "(1, 2, 3)", NULL, 7, ") expected" },
	{ "record { x: u8 }", "{y: 1}", NULL, 1, "no such field" },
	{ "record { x: u8 }", "{x: 1, x: 2}", NULL, 7, "given before" },
	{ "record { x: u8, y: u8 }", "{x: 1}", NULL, 0, "is missing" },
	{ "variant { a, b(u64) }", "c", NULL, 0, "no such case" },
	{ "variant { a, b(u64) }", "b", NULL, 1, "( expected" },
	{ "option<option<u8>>", "4", NULL, 0, "some(...) or none" },
	{ "flags { r }", "{r, r}", NULL, 4, "given before" },
	{ "flags { r }", "{w}", NULL, 1, "no such flag" },
	{ "stream<u16>", "1", NULL, 0, "no text" },
};

static const struct hd_type *parse(struct hd_types *h, const char *text,
				   struct ct_table *t, struct arena *a)
{
	struct diag_sink s;
	struct wit_reader r = { .base = text, .at = text,
				.end = text + strlen(text), .types = t,
				.sink = &s };

	diag_init(&s, a);
	uint32_t type = wit_type(&r);
	CHECK(!r.bad);
	hd_types_init(h, t, a);
	return hd_type_get(h, type);
}

/* Through words and back, where the type is passed so. */
static void through_words(const struct hd_type *t, uint8_t *at,
			  struct arena *a)
{
	uint32_t words[64];
	uint8_t *copy = arena_alloc(a, t->size);

	if (!t->flat)
		return;
	uint32_t n = hd_wave_flatten(t, at, words);
	uint32_t m = hd_wave_unflatten(t, words, copy);
	ok(n == m, "as many words there and back");
	memcpy(at, copy, t->size);
}

static void run(size_t k, uint8_t encoding, struct arena *a)
{
	struct ct_table *t = arena_new(a, struct ct_table);
	struct wavetext w;
	struct hd_types h;
	struct buf out;

	ct_init(t, a);
	const struct hd_type *type = parse(&h, cases[k].type, t, a);
	uint8_t *at = arena_alloc(a, type->size);
	wavetext_init(&w, a);
	w.wave.encoding = encoding;
	buf_init(&out, a);
	const char *end = wavetext_read(&w, type, cases[k].text, at);
	if (!cases[k].want) {
		ok(!end && w.wave.at == cases[k].text + cases[k].at &&
		   strstr(w.wave.error, cases[k].error),
		   "%s: \"%s\" is refused at %u: %s (%d: %s)", cases[k].type,
		   cases[k].text, cases[k].at, cases[k].error,
		   end ? -1 : (int)(w.wave.at - cases[k].text),
		   end ? "" : w.wave.error);
		return;
	}
	bool good = end && !*hd_wave_skip(end);
	if (good)
		through_words(type, at, a);
	good = good && wavetext_print(&w, type, at, &out);
	buf_u8(&out, 0);
	ok(good && !strcmp((char *)out.at, cases[k].want), "%s: %s is %s (%s)",
	   cases[k].type, cases[k].text, cases[k].want,
	   good ? (char *)out.at : w.wave.error ? w.wave.error : "trailing");
}

int main(void)
{
	struct arena a;

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
		for (uint8_t e = 0; e < 3; e++) {
			arena_init(&a, NULL);
			run(k, e, &a);
			arena_fini(&a);
		}
	return done();
}
