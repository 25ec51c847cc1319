/* t32_as_test.c - every row of t32.def against arm-none-eabi-as.
 *
 * For each row, encodings with random and extreme fields are decoded,
 * encoded again, printed, and assembled: all four must agree bit for bit.
 * One assembler run per target; a target gets the rows its features allow,
 * and each row must have been tested by at least one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t32/encode.h"
#include "t32/print.h"
#include "t32/target.h"

enum { SAMPLES = 24, TRIES = 4000, SLOT = 16, MOST = T32_COUNT * SAMPLES };

static struct {
	struct t32_insn insn;
	enum t32_cond cond;	/* in an IT block of one, or AL */
	char text[80];
} sample[MOST];
static unsigned nsamples;
static bool tested[T32_COUNT];
static int failures;

static uint32_t rnd(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

static void fail(const char *what, const char *row, uint32_t word)
{
	if (++failures <= 20)
		printf("not ok - %s: %s %08x\n", row, what, (unsigned)word);
}

/* Zeros, ones, low and high fields first, then random ones. */
static uint32_t filling(unsigned i)
{
	static const uint32_t edge[] = { 0, ~0u, 0x11111111, 0x0000ffff,
					 0xffff0000 };

	return i < sizeof edge / sizeof *edge ? edge[i]
	       : i & 1                        ? rnd()
					      : rnd() & rnd();
}

/* decode, encode and compare; adds what decodes to the samples. */
static void try_word(enum t32 id, uint32_t word)
{
	struct t32_insn in;
	uint32_t again = 0;
	unsigned halfwords = 0;

	if (!t32_decode_as(id, word, &in))
		return;
	if (!t32_encode(id, in.operand, &again, &halfwords) || again != word ||
	    halfwords * 2 != in.size)
		fail("encode(decode(x)) is not x", t32_id_name(id), word);
	if (!t32_fits(id, in.operand))
		fail("fits() disagrees with encode()", t32_id_name(id), word);
	sample[nsamples].insn = in;
	sample[nsamples].cond = T32_AL;
	if (t32_row(id)->flags & T32_F_IT && rnd() & 1)
		sample[nsamples].cond = (enum t32_cond)(rnd() % T32_AL);
	t32_print(sample[nsamples].text, sizeof sample[0].text, &in,
	          sample[nsamples].cond);
	nsamples++;
}

static void make_samples(enum t32 id)
{
	const struct t32_row *row = t32_row(id);
	uint32_t all = row->halfwords == 1 ? 0xffff : ~0u;
	unsigned first = nsamples;

	for (unsigned i = 0; i < TRIES && nsamples < first + SAMPLES; i++)
		try_word(id, row->match | (filling(i) & all & ~row->mask));
	if (nsamples == first)
		fail("no encoding found", t32_id_name(id), row->match);
}

/* An IT instruction needs a block to govern. */
static void write_block(FILE *f, const struct t32_insn *it)
{
	for (unsigned i = 0; it->operand[1] >> (i + 1); i++) {
		int32_t c = it->operand[0] ^ (it->operand[1] >> i & 1);

		fprintf(f, "nop%s\n", t32_cond_name((enum t32_cond)c));
	}
}

static bool applies(unsigned features, const struct t32_insn *in)
{
	unsigned needs = t32_row(in->id)->needs;

	return (needs & features) == needs;
}

static void write_source(const char *path, unsigned features)
{
	FILE *f = fopen(path, "w");

	fprintf(f, ".syntax unified\n.thumb\n");
	for (unsigned i = 0; i < nsamples; i++) {
		if (!applies(features, &sample[i].insn))
			continue;
		fprintf(f, ".org %u\n", i * SLOT);
		if (sample[i].cond != T32_AL)
			fprintf(f, "it %s\n", t32_cond_name(sample[i].cond));
		fprintf(f, "%s\n", sample[i].text);
		if (sample[i].insn.id == T32_IT)
			write_block(f, &sample[i].insn);
	}
	fprintf(f, ".org %u\n", nsamples * SLOT);
	fclose(f);
}

static void compare(const char *path, const struct target *t)
{
	uint8_t slot[SLOT], want[4];
	FILE *f = fopen(path, "rb");
	unsigned n = 0;

	for (unsigned i = 0; f && i < nsamples && fread(slot, SLOT, 1, f);
	     i++) {
		const struct t32_insn *in = &sample[i].insn;
		size_t size = t32_store(want, in->word, in->size / 2u);

		if (!applies(t->features, in))
			continue;
		tested[in->id] = true;
		n++;
		if (memcmp(slot + (sample[i].cond == T32_AL ? 0 : 2), want,
			   size) == 0)
			continue;
		fail(sample[i].text, t32_id_name(in->id), in->word);
		if (failures <= 20)
			printf("#  as: %02x%02x %02x%02x\n", slot[1], slot[0],
			       slot[3], slot[2]);
	}
	if (f)
		fclose(f);
	printf("%s - %s: %u encodings\n", n ? "ok" : "not ok", t->name, n);
	failures += !n;
}

static void run_target(const struct target *t, const char *dir)
{
	char s[128], bin[128], cmd[2048];

	snprintf(s, sizeof s, "%s/%s.s", dir, t->name);
	snprintf(bin, sizeof bin, "%s/%s.bin", dir, t->name);
	write_source(s, t->features);
	snprintf(cmd, sizeof cmd,
		 "arm-none-eabi-gcc -c %s -Wa,-W -o %s.o %s 2>%s.err && "
		 "arm-none-eabi-objcopy -O binary -j .text %s.o %s",
		 t->gcc_flags, s, s, s, s, bin);
	if (system(cmd) != 0)
		fail("the assembler refuses the source", t->name, 0);
	compare(bin, t);
}

/* Failures leave their files behind. */
static void clean(const char *dir)
{
	char cmd[64];

	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	if (failures)
		printf("# kept %s\n", dir);
	else if (system(cmd) != 0)
		fail("cannot remove", dir, 0);
}

int main(void)
{
	char dir[] = "/tmp/t32_as.XXXXXX";

	if (system("arm-none-eabi-as --version >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP arm-none-eabi-as is not installed\n");
		return 77;
	}
	if (!mkdtemp(dir))
		return 1;
	for (unsigned id = 0; id < T32_COUNT; id++)
		make_samples((enum t32)id);
	for (unsigned i = 0; i < TARGET_COUNT; i++)
		run_target(&targets[i], dir);
	for (unsigned id = 0; id < T32_COUNT; id++)
		if (!tested[id])
			fail("no target tests it", t32_id_name((enum t32)id),
			     0);
	clean(dir);
	printf("# %u rows, %u encodings, %d failures\n", (unsigned)T32_COUNT,
	       nsamples, failures);
	return failures != 0;
}
