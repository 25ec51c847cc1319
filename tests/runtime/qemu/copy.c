/* copy.c - hd_copy of the port, on a board: every length up to 200 between all
 * alignments, and every overlap of up to 72 bytes either way.
 *
 * Nothing outside the destination may change.  The loops of the assembly move 64,
 * 4 and 1 bytes a turn, so each runs several times and not at all.
 */
#include "board/semihost.h"
#include "core/core.h"

const struct hd_module *const hd_app[] = { NULL };

enum { SIZE = 512, WORDS = SIZE / 4, FAR = 200, NEAR = 72 };

static union {
	uint8_t byte[SIZE];
	uint32_t word[WORDS];
} have, want;

static uint32_t cases, failed;

/* Bytes that differ from their neighbours within any distance used here. */
static void fill(void)
{
	uint32_t x = cases * 2654435761u + 1;

	for (uint32_t k = 0; k < WORDS; k++) {
		x = x * 1664525u + 1013904223u;
		have.word[k] = want.word[k] = x;
	}
}

static void one(uint32_t dst, uint32_t src, uint32_t n)
{
	uint32_t bad = 0;

	fill();
	for (uint32_t k = 0; k < n; k++)	/* from the copy that stays */
		want.byte[dst + k] = have.byte[src + k];
	hd_copy(&have.byte[dst], &have.byte[src], n);
	for (uint32_t k = 0; k < WORDS; k++)
		bad |= have.word[k] ^ want.word[k];
	cases++;
	failed += bad != 0;
}

int main(void)
{
	for (uint32_t a = 0; a < 16; a++)
		for (uint32_t n = 0; n <= FAR; n++)
			one(4 + (a & 3), 256 + (a >> 2), n);
	for (uint32_t src = 128; src < 132; src++)
		for (uint32_t dst = src - NEAR; dst <= src + NEAR; dst++)
			for (uint32_t n = 0; n <= 2 * NEAR; n++)
				one(dst, src, n);
	if (failed)
		sh_puts(SH_STDOUT, "not ok - hd_copy\n");
	else if (cases != 16 * (FAR + 1) + 4 * (2 * NEAR + 1) * (2 * NEAR + 1))
		sh_puts(SH_STDOUT, "not ok - hd_copy: cases are missing\n");
	else
		return 0;
	return 1;
}
