/* common/tally.h - counting what a runner ran.
 *
 * Every case passes, fails or is skipped for a reason; the last line is
 * "N passed, M failed, K skipped".
 */
#ifndef COMMON_TALLY_H
#define COMMON_TALLY_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/vec.h"

struct tally {
	struct arena *arena;
	unsigned passed, failed, skipped;
	bool json;		/* one JSON object instead of text */
	VEC(struct tally_reason {
		const char *text;
		unsigned n;
	}) reasons;
	VEC(const char *) failures;
};

/* Writes a failure (file, line of the test, what was expected) at once, or
 * keeps it for the JSON object. */
PRINTF(4, 5)
void tally_fail(struct tally *t, const char *file, unsigned line,
		const char *fmt, ...);

/* Counts a skip; equal reasons are counted together.  n cases. */
void tally_skip(struct tally *t, unsigned n, const char *reason);

/* Prints the totals.  Returns the exit status: 1 when anything failed, 77
 * when nothing passed, else 0. */
int tally_end(struct tally *t);

#endif
