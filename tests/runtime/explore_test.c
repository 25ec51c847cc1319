/* explore_test.c - every sequence of operations up to a depth.
 *
 * Small pools: two streams, three instances, one set each.  After each prefix
 * the invariants hold and the oracle agrees, so no sequence of that depth
 * loses a byte, an event or a buffer.
 *
 *	rt_explore_test [DEPTH]
 */
#include <stdlib.h>

#include "big_config.h"
#include "ops.h"

/* The alphabet: what (stream, end, argument). */
static const uint8_t alphabet[][2] = {
	{ 0 | 0 << 3, 0 },			/* new in instance 0 */
	{ 6 | 0 << 3, 1 << 2 },			/* reading end to instance 1 */
	{ 1 | 0 << 3, 0 | 3 << 1 },		/* read 3 */
	{ 1 | 0 << 3, 0 | 0 << 1 },		/* read 0 */
	{ 1 | 0 << 3, 1 | 2 << 1 },		/* write 2 */
	{ 1 | 0 << 3, 1 | 5 << 1 },		/* write 5 */
	{ 1 | 0 << 3, 1 | 0 << 1 },		/* write 0 */
	{ 2 | 0 << 3, 0 }, { 2 | 0 << 3, 1 },	/* cancel */
	{ 3 | 0 << 3, 0 }, { 3 | 0 << 3, 1 },	/* drop */
	{ 4 | 0 << 3, 0 | 1 << 1 },		/* join */
	{ 4 | 0 << 3, 1 | 1 << 1 },
	{ 5, 0 }, { 5, 1 },			/* poll */
};
#define LETTERS (sizeof alphabet / sizeof *alphabet)

static unsigned long sequences;

static void play(const uint8_t *letters, unsigned n)
{
	ops_start();
	ops_step(alphabet[0][0], alphabet[0][1]);
	for (unsigned i = 0; i < n; i++)
		ops_step(alphabet[letters[i]][0], alphabet[letters[i]][1]);
	invariants();
	sequences++;
}

int main(int argc, char **argv)
{
	const unsigned depth = argc > 1 ? (unsigned)atoi(argv[1]) : 4;
	uint8_t letters[16] = { 0 };

	for (;;) {
		play(letters, depth);
		unsigned i = depth;
		while (i > 0 && ++letters[i - 1] == LETTERS)
			letters[--i] = 0;
		if (i == 0)
			break;
	}
	printf("depth %u: %lu sequences\n", depth, sequences);
	return finish("explore");
}
