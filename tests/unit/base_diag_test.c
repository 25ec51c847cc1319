/* base_diag_test.c - collecting and printing diagnostics. */
#include "tap.h"

#include <string.h>

#include "base/diag.h"

static struct arena arena;

static void collect(void)
{
	struct diag_sink s;

	diag_init(&s, &arena);
	for (int i = 0; i < 25; i++)
		diag_report(&s, DIAG_TYPE, (uint64_t)i, "number %d", i)->ins = 9;
	ok(s.n == 20 && s.dropped == 5, "twenty are kept, the rest counted");
	ok(strcmp(s.at[19].detail, "number 19") == 0 && s.at[19].at == 19 &&
		   s.at[19].ins == 9 && s.at[19].func == UINT32_MAX,
	   "fields");
}

static void excerpt(void *ctx, const struct diag *d, struct buf *out)
{
	buf_printf(out, "    %s %llu\n", (const char *)ctx,
		   (unsigned long long)d->at);
}

static void print(void)
{
	struct diag_sink s;
	struct buf out;
	char ctx[] = "line";

	diag_init(&s, &arena);
	struct diag *d = diag_report(&s, DIAG_TYPE, 0x1a3, "a \"b\"\n");
	d->func = 12;
	d->ins = 7;
	d->note = "pushed at 3";
	buf_init(&out, &arena);
	diag_print(d, "f.wasm", excerpt, ctx, &out);
	const char *want = arena_printf(&arena,
		"f.wasm:0x01a3: error[E0214]: type mismatch: a \"b\"\n\n"
		"  func 12, instruction 7\n    line 419\n"
		"  note: pushed at 3\n  advice: %s\n", diag_advice(DIAG_TYPE));
	ok(strcmp((char *)out.at, want) == 0, "text");
	out.n = 0;
	diag_json(d, "f.wasm", &out);
	want = arena_printf(&arena,
		"{\"file\":\"f.wasm\",\"offset\":419,\"code\":\"E0214\","
		"\"rule\":\"type mismatch\",\"detail\":\"a \\\"b\\\"\\u000a\","
		"\"function\":12,\"instruction\":7,\"note\":\"pushed at 3\","
		"\"advice\":\"%s\"}", diag_advice(DIAG_TYPE));
	ok(strcmp((char *)out.at, want) == 0, "JSON");

	d = diag_report(&s, DIAG_IO, DIAG_NOWHERE, "%s", "");
	out.n = 0;
	diag_print(d, "g", excerpt, ctx, &out);
	want = arena_printf(&arena, "g: error[E%04u]: %s\n  advice: %s\n",
			    diag_number(DIAG_IO), diag_text(DIAG_IO),
			    diag_advice(DIAG_IO));
	ok(strcmp((char *)out.at, want) == 0, "without place and detail");
}

/* Numbers are stable names of rows: no two rows share one. */
static void rows(void)
{
	bool unique = true, full = true;

	for (int i = 1; i < DIAG_CODES; i++) {
		enum diag_code c = (enum diag_code)i;
		full = full && *diag_text(c) && *diag_advice(c);
		for (int k = 1; k < i; k++)
			unique = unique && diag_number((enum diag_code)k) !=
						   diag_number(c);
	}
	ok(unique, "numbers differ");
	ok(full, "every row has a text and an advice");
}

int main(void)
{
	arena_init(&arena, NULL);
	collect();
	print();
	rows();
	arena_fini(&arena);
	return done();
}
