/* prove/code.h - code of the object, and where it is given values. */
#ifndef PROVE_CODE_H
#define PROVE_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* A function of the object that code may call. */
struct code_ref {
	uint32_t section, at;
	uint32_t func;		/* wasm function, UINT32_MAX for instantiation */
	uint32_t size;
	bool stub;
	/* of a stub: what it was proved to be (prove/stub.h), of which function,
	 * how far below its caller's the stack pointer goes; or why not */
	uint8_t is;
	uint32_t of, frame;
	const char *why;
};

/* --- calling convention: convention.c ------------------------------------------- */

struct place {
	uint8_t reg;		/* 0-3: core; 32 + n: s<n>; 0xff: on the stack */
	uint32_t offset;
};
/* How many words a list of values has: two for i64 and f64; and where they are. */
uint32_t world_words(const uint8_t *type, uint32_t n);
uint32_t world_convention(const uint8_t *type, uint32_t n, bool hard_float,
		    struct place *out, uint32_t *stack);

#endif
