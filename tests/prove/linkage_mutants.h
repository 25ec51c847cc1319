/* linkage_mutants.h - wrong linked modules: what its two files share. */
#ifndef LINKAGE_MUTANTS_H
#define LINKAGE_MUTANTS_H

#include "prove/link/linkage.h"
#include "wasm/encode.h"

enum kind {
	CALL, MEMORY, GLOBAL, TABLE, SEGMENT, LOCAL, CONSTANT, OFFSET, OPCODE,
	SWAP, DROPPED, CONTENTS, PLACE, ELEMENT, INITIAL, LIMITS, EXPORT, IMPORT,
	START, DESCRIPTOR, KINDS
};

struct subject {
	const char *path;
	const uint8_t *component;
	size_t n;
	struct wasm_module *m;
	struct arena *a;	/* of the subject; reset after each mutant */
};

/* One in so many of the mutants of a kind: `most` of `of`. */
bool mutant_chosen(const struct subject *s, enum kind kind, uint64_t n,
		   uint64_t of);
/* Writes a module, reads it again, and has it judged; `what` tells what was changed. */
void mutant_judge(const struct subject *s, enum kind kind,
		  const struct wasm_module *m, const struct wasm_edit *e,
		  const char *what);

/* linkage_code.c: instructions, and functions of one type. */
void mutants_of_code(const struct subject *s);

#endif
