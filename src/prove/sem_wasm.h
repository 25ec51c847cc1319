/* prove/sem_wasm.h - num.def bound to terms. */
#ifndef PROVE_SEM_WASM_H
#define PROVE_SEM_WASM_H

#include "heddle/abi.h"
#include "prove/term.h"
#include "wasm/op.h"

/* A wasm value: one word, or low and high. */
struct val {
	term lo, hi;
};

struct val_trap {
	enum hd_trap_kind kind;
	term when;
};

/* The value of a row, and its traps in order of precedence. */
struct val sem_num(struct terms *z, enum op op, struct val a, struct val b,
		   struct val_trap trap[2], unsigned *ntraps);

/* A condition of a float comparison: F32_EQ, F32_LT, F32_LE, F64_... */
term sem_float_cond(struct terms *z, enum op op, struct val a, struct val b);
/* The value of a float operation, uninterpreted. */
struct val sem_float(struct terms *z, enum op op, struct val a, struct val b);
/* F32_MIN, F32_MAX, F64_... where neither is a NaN; anything where one is. */
struct val sem_float_number(struct terms *z, enum op op, struct val a,
			    struct val b);
/* Is one of them a NaN?  w is 32 or 64. */
term sem_unordered(struct terms *z, unsigned w, struct val a, struct val b);
/* The sum of NaNs, else the lesser number, is F32_MIN: 0 when c ? x : y is
 * no such thing. */
term sem_float_choose(struct terms *z, term c, term x, term y);

#endif
