/* opt/out/once.h - functions that are called in one place only. */
#ifndef OPT_OUT_ONCE_H
#define OPT_OUT_ONCE_H

#include "wasm/module.h"

/* Defined functions whose only mention is one call in another one. */
struct out_once {
	struct arena *a;
	uint32_t n;		/* functions */
	uint32_t *caller;	/* [n]; others hold a number that is no function */
	uint32_t *first, *next;	/* [n] of each caller: those called there, plus 1 */
};

/* Of a validated module; in a. */
void out_once(const struct wasm_module *m, struct arena *a,
	      struct out_once *o);

#endif
