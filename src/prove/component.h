/* prove/component.h - components whose core modules were rewritten. */
#ifndef PROVE_COMPONENT_H
#define PROVE_COMPONENT_H

#include "base/vec.h"

/* A core module of the input and what stands in its place. */
struct module_pair {
	const uint8_t *in, *out;
	size_t nin, nout;
};

struct module_pairs {
	VEC(struct module_pair) list;
};

/* Compares two components: all but their core modules must be the same, byte
 * by byte; those are listed in order, nested ones too.  Returns false when they
 * differ: *at is where in the input. */
bool component_pairs(const uint8_t *in, size_t nin, const uint8_t *out,
		     size_t nout, struct arena *a, struct module_pairs *p,
		     size_t *at);

#endif
