/* lines.h - one line of scenarios in, one line of verdict out. */
#ifndef TRACE_LINES_H
#define TRACE_LINES_H

#include <stdbool.h>
#include <stdint.h>

/* Replays the scenario in `text` and writes "ok NAME", "skip NAME: WHY" or
 * "not ok NAME: step N: WHY", NUL-terminated. */
void lines_replay(const char *text, uint32_t length, char *verdict,
		  uint32_t size);

#endif
