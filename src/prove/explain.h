/* prove/explain.h - why a pair was rejected. */
#ifndef PROVE_EXPLAIN_H
#define PROVE_EXPLAIN_H

#include "base/buf.h"
#include "prove/pair.h"

/* Sets v->why to the way that was being followed when the pair was rejected:
 * where it came from, what is known on it, and what both sides hold. */
void pair_explain(struct pair *p);
/* Prints a state in which that way is gone, and where the two sides differ on it
 * when one is found; sets v->example when the way begins at the entry.
 * example.c */
void pair_example(struct pair *p, struct buf *out);

#endif
