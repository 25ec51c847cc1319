/* prove/smt.h - questions as SMT-LIB 2. */
#ifndef PROVE_SMT_H
#define PROVE_SMT_H

#include "base/buf.h"
#include "prove/term.h"

/* Appends a script that asks whether all of c can hold at once, with what
 * bounds say of leaves.  status is "sat", "unsat" or "unknown". */
void smt_print(const struct terms *z, const term *c, uint32_t n,
	       const char *status, struct buf *out);

#endif
