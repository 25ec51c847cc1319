/* prove/example.h - a state in which a rejected way is gone. */
#ifndef PROVE_EXAMPLE_H
#define PROVE_EXAMPLE_H

#include <stdint.h>

/* What a caller passes on a way that was rejected, for --explain: parameters and
 * globals, and bytes of memory, the rest of which says nothing.  Globals that
 * something sets and that have no place here, or are no numbers, are counted in
 * globals_left: they are as the module begins. */
enum { EXAMPLE_PARAMS = 16, EXAMPLE_GLOBALS = 32, EXAMPLE_PLACES = 24 };

struct example {
	uint64_t param[EXAMPLE_PARAMS];
	struct example_global {
		uint32_t index;
		uint64_t value;
	} global[EXAMPLE_GLOBALS];
	struct example_place {
		uint32_t memory, at, bytes, value;
	} place[EXAMPLE_PLACES];
	uint32_t nparams, nglobals, nplaces, globals_left;
};

#endif
