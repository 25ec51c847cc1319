/* copy.c - core/copy.c: every length up to DEPTH between all offsets of one
 * object, so every alignment and overlap. */
#include "world.h"

#define ROOM (DEPTH + 4)

static HD_ALIGNED(8) uint8_t room[ROOM], before[ROOM];

int main(void)
{
	const uint32_t n = below(DEPTH + 1);
	const uint32_t from = below(ROOM - n + 1), to = below(ROOM - n + 1);
	const uint32_t at = below(ROOM);	/* any byte */

	for (unsigned i = 0; i < ROOM; i++)
		before[i] = room[i] = (uint8_t)nondet_word();
	hd_copy(room + to, room + from, n);
	claim(room[at] == (at - to < n ? before[at - to + from] : before[at]),
	      "a copy is one, and nothing else changes");
	reach("a copy");
}

