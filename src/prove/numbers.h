/* prove/numbers.h - which of two modules' things is which. */
#ifndef PROVE_NUMBERS_H
#define PROVE_NUMBERS_H

#include <stdint.h>

/* Numbers of one kind of thing: of the output's in the input, and back. */
struct numbers {
	uint32_t *of;			/* [the output's] */
	uint32_t *in;			/* [the input's]; UINT32_MAX: gone */
};

#endif
