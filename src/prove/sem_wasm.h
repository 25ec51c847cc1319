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

#endif
