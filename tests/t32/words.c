/* words.c - the decoder on random halfword pairs, against the GNU tools.
 *
 *	t32_words [N]
 *
 * Half of the N words are any bits, half have the fixed bits of a row. What
 * t32_decode accepts is printed, and arm-none-eabi-as must make the same word of
 * that text: so all operands are what the assembler takes them for; and objdump
 * must not call the word undefined or unpredictable. Of what is rejected although
 * it has the fixed bits of a row of the target, those that objdump reads without
 * complaint are counted by mnemonic: forms outside the table, or operands that
 * the manual makes unpredictable and objdump lets pass.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "obj/obj.h"
#include "t32/print.h"
#include "t32/target.h"

enum { TEXT = 96, LINE = 512 };

static int failures;

static uint32_t rnd(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

static uint32_t next(uint32_t k)
{
	if (k & 1)
		return rnd();
	const struct t32_row *row = t32_row((enum t32)(rnd() % T32_COUNT));
	const uint32_t word = row->match | (rnd() & ~row->mask);
	return row->halfwords == 1 ? word << 16 : word;
}

/* hw1 << 16 | hw2, whatever the size. */
static bool decode(uint32_t pair, struct t32_insn *in)
{
	const uint8_t bytes[4] = {
		(uint8_t)(pair >> 16), (uint8_t)(pair >> 24),
		(uint8_t)pair, (uint8_t)(pair >> 8),
	};

	return t32_decode(bytes, 4, in);
}

static void put_word(FILE *f, uint32_t pair)
{
	if (t32_is_wide((uint16_t)(pair >> 16)))
		fprintf(f, ".inst.w 0x%08x\n", (unsigned)pair);
	else
		fprintf(f, ".inst.n 0x%04x\n.inst.n 0xbf00\n",
			(unsigned)(pair >> 16));
}

struct run {
	const struct target *t;
	const char *dir;
	struct arena *a;
	uint32_t n, accepted;
	uint32_t *word;			/* accepted, in order */
	uint32_t rejected;		/* with the fixed bits of a row */
};

static bool is_it(uint32_t pair)
{
	return pair >> 24 == 0xbf && (pair >> 16 & 15) != 0;
}

static FILE *open_file(const struct run *r, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s.s", r->dir, name);
	FILE *f = fopen(path, "w");
	if (!f)
		exit(4);
	fprintf(f, ".syntax unified\n.thumb\n");
	return f;
}

static bool has_row(const struct run *r, uint32_t pair)
{
	const uint16_t *id;
	const unsigned n = t32_candidates((uint16_t)(pair >> 16), &id);

	for (unsigned k = 0; k < n; k++) {
		const struct t32_row *row = t32_row((enum t32)id[k]);
		const uint32_t word = row->halfwords == 1 ? pair >> 16 : pair;
		if ((word & row->mask) == row->match &&
		    target_has(r->t, (enum t32)id[k]))
			return true;
	}
	return false;
}

static void collect(struct run *r)
{
	FILE *text = open_file(r, "text"), *words = open_file(r, "words");
	FILE *others = open_file(r, "others");

	for (uint32_t k = 0; k < r->n; k++) {
		const uint32_t pair = next(k);
		struct t32_insn in;
		char line[TEXT];

		if (is_it(pair))
			continue;
		if (!decode(pair, &in) || !target_has(r->t, in.id)) {
			if (has_row(r, pair)) {
				put_word(others, pair);
				r->rejected++;
			}
			continue;
		}
		t32_print(line, sizeof line, &in, T32_AL);
		fprintf(text, "%s\n.balign 4\n", line);
		put_word(words, pair);
		r->word[r->accepted++] = pair;
	}
	fclose(text);
	fclose(words);
	fclose(others);
}

static void fail(const struct run *r, uint32_t pair, const char *why)
{
	struct t32_insn in;
	char line[TEXT] = "";

	if (decode(pair, &in))
		t32_print(line, sizeof line, &in, T32_AL);
	if (failures++ < 20)
		printf("not ok - %s %08x %s: %s\n", r->t->name, (unsigned)pair,
		       line, why);
}

static bool assemble(const struct run *r, const char *name)
{
	char cmd[512];

	snprintf(cmd, sizeof cmd, "cd %s && arm-none-eabi-gcc -c %s -mthumb "
		 "-Wa,--no-warn %s.s -o %s.o > %s.log 2>&1 || "
		 "{ head -5 %s.log; exit 1; }", r->dir, r->t->gcc_flags, name,
		 name, name, name);
	return system(cmd) == 0;
}

static void compare_text(const struct run *r)
{
	struct diag_sink sink;
	char path[128];
	uint8_t *bytes;
	size_t n;

	diag_init(&sink, r->a);
	snprintf(path, sizeof path, "%s/text.o", r->dir);
	if (!assemble(r, "text") ||
	    !file_read(path, 1 << 28, r->a, &bytes, &n, &sink)) {
		failures++;
		printf("not ok - %s: the assembler refuses our text\n",
		       r->t->name);
		return;
	}
	const struct obj *o = obj_read(bytes, n, r->a, &sink);
	const struct obj_section *s = o ? obj_find_section(o, ".text") : NULL;
	if (!s || s->bytes.n < 4 * r->accepted - 2) {
		failures++;
		printf("not ok - %s: %u words expected\n", r->t->name, r->accepted);
		return;
	}
	for (uint32_t k = 0; k < r->accepted; k++) {
		const uint8_t *p = s->bytes.at + 4 * k;
		const bool wide = t32_is_wide((uint16_t)(r->word[k] >> 16));
		const uint32_t hw1 = p[0] | (uint32_t)p[1] << 8;
		const uint32_t hw2 = wide ? p[2] | (uint32_t)p[3] << 8 : 0;
		if (hw1 != r->word[k] >> 16 ||
		    (wide && hw2 != (r->word[k] & 0xffff)))
			fail(r, r->word[k], "the assembler makes another word of it");
	}
}

static bool is_bad(const char *line)
{
	return strstr(line, "UNDEFINED") || strstr(line, "UNPREDICTABLE") ||
	       strstr(line, "UNKNOWN");
}

/* Every accepted word has a line without complaint. */
static void compare_dump(const struct run *r)
{
	char cmd[512], line[LINE];
	uint32_t lines = 0;

	if (!assemble(r, "words")) {
		failures++;
		return;
	}
	snprintf(cmd, sizeof cmd, "arm-none-eabi-objdump -d -z %s/words.o", r->dir);
	FILE *f = popen(cmd, "r");
	while (f && fgets(line, sizeof line, f)) {
		unsigned at;
		char colon;
		if (sscanf(line, " %x%c", &at, &colon) != 2 || colon != ':')
			continue;
		if (at % 4 == 0) {
			lines++;
			if (is_bad(line) && at / 4 < r->accepted)
				fail(r, r->word[at / 4], "objdump complains");
		}
	}
	if (!f || pclose(f) != 0 || lines != r->accepted) {
		failures++;
		printf("not ok - %s: objdump printed %u of %u\n", r->t->name,
		       lines, r->accepted);
	}
}

struct count {
	char name[16];
	unsigned n;
};

/* Counts what objdump reads of what we reject. */
static void count_others(const struct run *r)
{
	static struct count count[200];
	unsigned kinds = 0, all = 0;
	char cmd[512], line[LINE];

	if (!assemble(r, "others")) {
		failures++;
		return;
	}
	snprintf(cmd, sizeof cmd, "arm-none-eabi-objdump -d -z %s/others.o",
		 r->dir);
	FILE *f = popen(cmd, "r");
	while (f && fgets(line, sizeof line, f)) {
		unsigned at, k = 0;
		char name[16];
		if (sscanf(line, " %x: %*[0-9a-f ] %15s", &at, name) != 2 ||
		    at % 4 != 0 || is_bad(line))
			continue;
		while (k < kinds && strcmp(count[k].name, name) != 0)
			k++;
		if (k == kinds && kinds < 200)
			count[kinds++] = (struct count){ .n = 0 },
			strcpy(count[k].name, name);
		if (k < 200)
			count[k].n++;
		all++;
	}
	if (f)
		pclose(f);
	printf("# %s: %u rejected with the fixed bits of a row, %u of them read "
	       "by objdump:", r->t->name, r->rejected, all);
	for (unsigned k = 0; k < kinds; k++)
		printf(" %s %u", count[k].name, count[k].n);
	printf("\n");
}

static void run_target(const struct target *t, uint32_t n, const char *dir,
		       struct arena *a)
{
	struct run r = { .t = t, .dir = dir, .a = a, .n = n,
			 .word = arena_array(a, uint32_t, n) };
	const int before = failures;

	collect(&r);
	compare_text(&r);
	compare_dump(&r);
	count_others(&r);
	printf("%s - %s: %u pairs, %u accepted\n",
	       failures == before ? "ok" : "not ok", t->name, n, r.accepted);
}

int main(int argc, char **argv)
{
	const uint32_t n = argc > 1 ? (uint32_t)atol(argv[1]) : 100000;
	char dir[] = "/tmp/t32_words.XXXXXX", cmd[64];
	struct arena a;
	jmp_buf oom;

	if (system("arm-none-eabi-objdump --version >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP arm-none-eabi-objdump is not installed\n");
		return 77;
	}
	arena_init(&a, &oom);
	if (setjmp(oom) || !mkdtemp(dir))
		return 4;
	run_target(&targets[TARGET_M7DP], n, dir, &a);
	run_target(&targets[TARGET_M33], n, dir, &a);
	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	if (!failures && system(cmd) != 0)
		failures++;
	arena_fini(&a);
	printf("# %d failures\n", failures);
	return failures != 0;
}
