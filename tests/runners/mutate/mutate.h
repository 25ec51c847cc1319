/* mutate.h - mutants of accepted machine code. */
#ifndef MUTATE_H
#define MUTATE_H

#include "prove/module.h"

/* How a mutant differs from what was accepted. */
enum mutation {
	MUTATE_OPCODE,		/* another instruction of the same operands */
	MUTATE_CONST,		/* an immediate a step away */
	MUTATE_REGISTER,
	MUTATE_SLOT,		/* another place relative to sp */
	MUTATE_TARGET,		/* a branch somewhere else */
	MUTATE_CONDITION,
	MUTATE_STORE,		/* a store dropped */
	MUTATE_SWAP,		/* two neighbouring stores swapped */
	MUTATE_BRANCH,		/* a branch dropped: of a trap check, most of all */
	MUTATE_DROP,		/* any other instruction dropped */
	MUTATIONS
};
extern const char *const mutation_name[MUTATIONS];

/* One: the bytes at `at` of the section become `new`. */
struct mutant {
	uint32_t section, at, func;
	uint32_t offset;		/* of `at` in the function */
	uint8_t n;
	uint8_t old[8], new[8];
	enum mutation kind;
};

/* Draws a kind, then a place of function `func` that has a mutant of that kind.
 * Returns false when there is none. */
bool mutate(const struct world *w, uint32_t func, uint64_t random,
	    struct mutant *m);

/* The code of a function: section, offset and size; false when it has none. */
bool mutate_code(const struct world *w, uint32_t func, uint32_t *section,
		 uint32_t *at, uint32_t *size);

/* --- execute.c --- */

/* What execution showed of a mutant the checker did not reject. */
enum seen {
	SEEN_SAME,		/* and the place was executed */
	SEEN_UNREACHED,		/* no input executed the place */
	SEEN_DIFFERENT,		/* a kill the checker missed */
	SEEN_HUNG
};

/* Runs the original and each mutant on the same inputs in QEMU, many in one
 * image. Returns NULL, or why nothing was executed. */
const char *execute(const struct target *t, const char *object,
		    const struct mutant *m, uint32_t n, enum seen *seen,
		    struct arena *a);

#endif
