/* prove/sample.h - a state in which conditions hold, found by trying.
 *
 * Most questions are of what can well be.  A state that shows it is found at a
 * small part of what the solver takes; where none is found nothing is known.
 */
#ifndef PROVE_SAMPLE_H
#define PROVE_SAMPLE_H

#include "prove/term.h"

/* Do all of the conditions hold, n of them, in some state that was tried?  What
 * the solver is told nothing of (variables, calls, memories and what is read) has
 * any value within its bounds.  What is tried is the same each time.  scratch is
 * filled; it is the caller's to reset. */
bool sample_holds(const struct terms *z, const term *c, uint32_t n,
		  struct arena *scratch);

#endif
