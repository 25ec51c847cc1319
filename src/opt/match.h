/* opt/match.h - applies the rules of rules.def. */
#ifndef OPT_MATCH_H
#define OPT_MATCH_H

#include "opt/pass.h"

/* Makes an instruction of num.def (b is 0 for unary rows), simplified. */
typedef ref opt_emit(void *ctx, enum op op, ref a, ref b);

/* Finds the first rule whose left side is the instruction r (operands
 * resolved) and whose condition holds.  Returns the value that replaces r,
 * made through emit and opt_const, or 0. */
ref opt_match(struct opt *o, ref r, opt_emit *emit, void *ctx);

bool opt_commutative(unsigned op);

#endif
