/* mutate.h - mutants of accepted WebAssembly, and what they do. */
#ifndef MUTATE_WASM_H
#define MUTATE_WASM_H

#include "base/buf.h"
#include "wasm/module.h"

/* How a mutant differs from what was accepted. */
enum mutation {
	MUTATE_OPCODE,		/* another operation of the same operands */
	MUTATE_CONST,		/* a constant or offset a step away */
	MUTATE_LOCAL,		/* another local of the same type */
	MUTATE_GLOBAL,		/* another global, memory or callee */
	MUTATE_DEPTH,		/* a branch to another label */
	MUTATE_STORE,		/* a store dropped */
	MUTATE_SWAP,		/* two neighbouring instructions swapped */
	MUTATE_NEGATE,		/* a condition the other way round */
	MUTATE_DROP,		/* any other instruction dropped */
	MUTATIONS
};
extern const char *const mutation_name[MUTATIONS];

struct mutant {
	enum mutation kind;
	uint32_t func;		/* of the output */
	uint32_t at;		/* byte offset of the changed instruction */
};

/* Writes the module with function `func` changed in one way that `random`
 * chooses.  `reach`: the place becomes a trap instead.  Returns false when that
 * choice has no mutant; it may also be invalid. */
bool mutate(const struct wasm_module *m, uint32_t func, uint64_t random,
	    bool reach, struct mutant *out, struct arena *a, struct buf *bytes);

/* --- execute.c --- */

/* What a module does when its exports are called with edge and random
 * arguments: a hash after each call, of results, traps and calls of imports so far,
 * and of memories and globals.  It ends early when a call takes too many
 * steps.  False when the module cannot be run. */
struct behaviour {
	struct arena *arena;
	uint64_t *hash;		/* [n], in the arena */
	uint32_t n;
};
bool execute(const uint8_t *bytes, size_t n, struct arena *a,
	     struct behaviour *out);
/* Did both do the same, as far as both were followed? */
bool same_behaviour(const struct behaviour *a, const struct behaviour *b);

#endif
