/* convention.c - where a list of values is when a function is called. */
#include "prove/world.h"

uint32_t world_words(const uint8_t *type, uint32_t n)
{
	uint32_t words = 0;

	for (uint32_t k = 0; k < n; k++)
		words += type[k] == T_I64 || type[k] == T_F64 ? 2 : 1;
	return words;
}

/* Parameters and results as in the AAPCS: docs/abi.md, "Calls". */
uint32_t world_convention(const uint8_t *type, uint32_t n, bool hard_float,
		    struct place *out, uint32_t *stack)
{
	uint32_t core = 0, at = 0, singles = 0xffff, words = 0;

	for (uint32_t k = 0; k < n; k++) {
		bool two = type[k] == T_I64 || type[k] == T_F64;
		bool vfp = hard_float && (type[k] == T_F32 || type[k] == T_F64);
		uint32_t want = two ? 3 : 1, step = two ? 2 : 1, r = 0xff;
		if (vfp) {
			for (uint32_t s = 0; s < 16 && r == 0xff; s += step)
				if ((singles >> s & want) == want)
					r = 32 + s;
			singles = r == 0xff ? 0 : singles & ~(want << (r - 32));
		} else {
			core += two ? core & 1 : 0;
			if (core + step <= 4) {
				r = core;
				core += step;
			} else {
				core = 4;
			}
		}
		if (r == 0xff && two)
			at = (at + 7) & ~7u;
		for (uint32_t i = 0; i < step; i++) {
			out[words++] = r == 0xff ?
				(struct place){ 0xff, at } :
				(struct place){ (uint8_t)(r + i), 0 };
			at += r == 0xff ? 4 : 0;
		}
	}
	*stack = (at + 7) & ~7u;
	return words;
}
