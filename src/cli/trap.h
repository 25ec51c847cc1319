/* cli/trap.h - where in the input files a trap of the firmware was. */
#ifndef CLI_TRAP_H
#define CLI_TRAP_H

#include "cli/pipeline.h"

/* Prints what the firmware said of a trap, in the words of the inputs: p's, or
 * those of an image (its origin alone).  Returns false when `said` tells of no
 * trap. */
bool trap_report(struct cli *c, const struct pipeline *p, const char *said);

/* Appends where an offset is that a component's firmware told of a trap.  False
 * when no code is there. */
bool trap_place(struct cli *c, const struct origin *o, uint32_t at,
		struct buf *out);

#endif
