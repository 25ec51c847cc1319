/* prove/shared.h - code that several instances share, inside prove only.
 *
 * docs/components.md, "Instances that share code"; how it is proved is at the head
 * of world_shared.c.
 */
#ifndef PROVE_SHARED_H
#define PROVE_SHARED_H

#include "prove/world.h"

/* Code that several functions share: it is `func` when r9 is the base of
 * `context`. */
struct shared_code {
	uint32_t section, at, size;
	uint32_t func, context;
};

/* Takes a symbol of shared code, or of the beginning of a context's storage; false
 * when it is neither. */
bool world_shared_symbol(struct world *w, const char *prefix, uint32_t symbol);
/* Contexts are apart from each other, or why is set. */
void world_check_bases(struct world *w);
/* The code that is this function in its context, or NULL: it has its own. */
const struct shared_code *world_shared_of(const struct world *w, uint32_t func);
/* Is it code that instances share? */
bool world_is_shared(const struct world *w, const struct code_ref *c);
/* A world to follow that code in, in a. */
struct world *world_in_context(const struct world *w,
			       const struct shared_code *s, struct arena *a);
/* The context whose base a term is, plus 1; 0 when it is none. */
uint32_t world_context_of(const struct world *w, const struct terms *z, term r9);
/* The function that shared code at a place is in a context (plus 1); UINT32_MAX. */
uint32_t world_shared_entry(const struct world *w, uint32_t context,
			    uint32_t section, uint32_t at);
/* What code of a context enters by calling a place: that, or what a choice by r9
 * leads to.  UINT32_MAX when it is no such place. */
uint32_t world_shared_at(const struct world *w, uint32_t context,
			 uint32_t section, uint32_t at);
/* The region that stands for all that hold the same at the same place. */
uint32_t world_canonical(const struct world *w, uint32_t region);

#endif
