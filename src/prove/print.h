/* prove/print.h - terms as text. */
#ifndef PROVE_PRINT_H
#define PROVE_PRINT_H

#include "base/buf.h"
#include "prove/term.h"

/* Appends t; what is deeper than `depth` as its number. */
void term_print(const struct terms *z, term t, unsigned depth, struct buf *out);

#endif
