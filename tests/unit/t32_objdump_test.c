/* t32_objdump_test.c - the decoder against arm-none-eabi-objdump.
 *
 * All 16-bit encodings, and 32-bit words near those of the table: where we
 * decode, objdump must read the same mnemonic.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t32/print.h"
#include "t32/target.h"

enum { WIDE = 40000, LINE = 256 };

static int failures;

static uint32_t rnd(void)
{
	static uint64_t x = 0x2545f4914f6cdd1du;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

static bool decode(uint32_t word, struct t32_insn *in)
{
	uint8_t bytes[4] = {
		(uint8_t)(word >> 16), (uint8_t)(word >> 24),
		(uint8_t)word, (uint8_t)(word >> 8),
	};

	if (!t32_is_wide((uint16_t)(word >> 16)))
		return t32_decode(bytes + 2, 2, in);
	return t32_decode(bytes, 4, in);
}

/* The mnemonic alone, without ".w". */
static void normalise(char *text)
{
	char *end = text + strcspn(text, " \t\n");

	*end = '\0';
	if (end - text > 2 && end[-2] == '.' &&
	    (end[-1] == 'w' || end[-1] == 'n'))
		end[-2] = '\0';
}

/* Other names objdump prefers for the same instruction.  The unprivileged
 * loads are an error of objdump 2.40: with Rn = pc the manual says literal.
 */
static bool same_name(const char *theirs, const char *ours, uint32_t word)
{
	static const char *const same[][2] = {
		{ "mov", "lsl" }, { "mov", "lsr" }, { "mov", "asr" },
		{ "mov", "ror" }, { "mov", "rrx" }, { "movs", "lsls" },
		{ "movs", "lsrs" }, { "movs", "asrs" }, { "movs", "rors" },
		{ "movs", "rrxs" }, { "negs", "rsbs" }, { "ldmia", "pop" },
		{ "stmdb", "push" }, { "nop", "mov" },
	};
	size_t n = strlen(ours);

	if (!strncmp(theirs, ours, n) && !strcmp(theirs + n, "t"))
		return (word >> 16 & 15) == 15;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (!strcmp(theirs, same[i][0]) && !strcmp(ours, same[i][1]))
			return true;
	return !strcmp(theirs, ours);
}

/* The next word to try.  IT would change the words after it. */
static bool next_word(uint32_t i, const struct target *t, uint32_t *word,
                      struct t32_insn *in)
{
	if (i < 0xe800) {
		*word = i;
	} else {
		const struct t32_row *row =
			t32_row((enum t32)(rnd() % T32_COUNT));

		if (row->halfwords == 1)
			return false;
		*word = row->match | (rnd() & ~row->mask);
		*word ^= (rnd() & 1) << (rnd() & 31);
		if (!t32_is_wide((uint16_t)(*word >> 16)))
			return false;
	}
	return decode(*word, in) && target_has(t, in->id) && in->id != T32_IT;
}

struct tried {
	uint32_t word;
	char ours[LINE];
};

static unsigned collect(const struct target *t, struct tried *tried, FILE *f)
{
	unsigned n = 0;

	fprintf(f, ".syntax unified\n.thumb\n");
	for (uint32_t i = 0; i < 0xe800 + WIDE; i++) {
		struct t32_insn in;
		struct tried *p = &tried[n];

		if (!next_word(i, t, &p->word, &in))
			continue;
		t32_print(p->ours, sizeof p->ours, &in, T32_AL);
		normalise(p->ours);
		if (in.size == 2)
			fprintf(f, ".inst.n 0x%04x\n", (unsigned)p->word);
		else
			fprintf(f, ".inst.w 0x%08x\n", (unsigned)p->word);
		n++;
	}
	return n;
}

/* Lines of objdump: address, tab, halfwords, tab, text. */
static void compare(FILE *dump, const struct tried *tried, unsigned n)
{
	char line[LINE * 2];
	unsigned at = 0;

	while (at < n && fgets(line, sizeof line, dump)) {
		char *code = strchr(line, '\t'), *text;

		if (!code || !isxdigit((unsigned char)code[1]) ||
		    !(text = strchr(code + 1, '\t')))
			continue;
		text++;
		normalise(text);
		if (!same_name(text, tried[at].ours, tried[at].word) &&
		    ++failures <= 20)
			printf("not ok - %08x: objdump %s, we %s\n",
			       (unsigned)tried[at].word, text, tried[at].ours);
		at++;
	}
	if (at != n) {
		failures++;
		printf("not ok - objdump printed %u of %u\n", at, n);
	}
}

static void run(const struct target *t, const char *dir)
{
	static struct tried tried[0xe800 + WIDE];
	char path[64], cmd[512];

	snprintf(path, sizeof path, "%s/%s.s", dir, t->name);
	FILE *f = fopen(path, "w");
	if (!f)
		return;
	unsigned n = collect(t, tried, f);
	fclose(f);
	snprintf(cmd, sizeof cmd,
		 "arm-none-eabi-gcc -c %s -o %s.o %s && "
		 "arm-none-eabi-objdump -d -z %s.o",
		 t->gcc_flags, path, path, path);
	FILE *dump = popen(cmd, "r");
	if (!dump)
		return;
	compare(dump, tried, n);
	while (fgetc(dump) != EOF)
		;
	if (pclose(dump) != 0)
		failures++;
	printf("ok - %s: %u words\n", t->name, n);
}

int main(void)
{
	char dir[] = "/tmp/t32_objdump.XXXXXX", cmd[64];

	if (system("arm-none-eabi-objdump --version >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP arm-none-eabi-objdump is not installed\n");
		return 77;
	}
	if (!mkdtemp(dir))
		return 1;
	run(&targets[TARGET_M7DP], dir);
	run(&targets[TARGET_M33], dir);
	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	if (!failures && system(cmd) != 0)
		failures++;
	printf("# %d failures\n", failures);
	return failures != 0;
}
