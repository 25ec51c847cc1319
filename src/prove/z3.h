/* prove/z3.h - the solver, behind a small door.
 *
 * The budget is Z3's resource limit, not time, so a verdict is the same on
 * every machine.
 */
#ifndef PROVE_Z3_H
#define PROVE_Z3_H

#include "prove/facts.h"

struct solver;

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* Beyond `most` of Z3's resource units every answer is UNKNOWN. */
struct solver *solver_new(struct terms *z, uint64_t most, struct arena *a);
void solver_free(struct solver *s);
/* Can all of the conditions hold at once?  UNKNOWN also after any error. */
enum answer solver_ask(struct solver *s, const term *c, uint32_t n);
/* Values of words t, k of them, where all of the conditions hold; false when none
 * are found.  What is uninterpreted has any value, equal ones the same. */
bool solver_example(struct solver *s, const term *c, uint32_t n, const term *t,
		    uint32_t k, uint32_t *value);
/* Writes each question to <dir>/f<func>-<number>.smt2, with the answer. */
void solver_dump(struct solver *s, const char *dir, uint32_t func);
/* Queries so far, and what they cost in Z3's resource units. */
uint32_t solver_queries(const struct solver *s);
uint64_t solver_effort(const struct solver *s);

#endif
