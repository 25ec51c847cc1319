/* prove/world_silent.h - calls that leave the state as it is. */
#ifndef PROVE_WORLD_SILENT_H
#define PROVE_WORLD_SILENT_H

#include "prove/world.h"

/* Finds w->silent of a world whose state is laid out: functions that write
 * nothing, nor does what they call.  None where fuel is charged. */
void world_find_silent(struct world *w);
/* Is an event a call of such a function, of the input's numbers?  It leaves
 * nothing but itself. */
bool world_is_silent(const struct world *w, const struct terms *z, term event);

#endif
