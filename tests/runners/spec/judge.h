/* runners/spec/judge.h - whether an outcome is what a command expects. */
#ifndef SPEC_JUDGE_H
#define SPEC_JUDGE_H

#include "common/tally.h"
#include "target.h"

/* Counts command k of a job in t; a failure says what was expected and what
 * came out. */
void judge(struct tally *t, const struct spec_job *job, uint32_t k);

#endif
