/* opt/async/reads.h - which bytes of memory 0 a function may read. */
#ifndef OPT_ASYNC_READS_H
#define OPT_ASYNC_READS_H

#include "ir/ir.h"

struct opt_read {
	uint64_t from, to;	/* bytes [from, to) */
};

/* all: any byte, and whatever has a memory or data segment at all. */
struct opt_reads {
	VEC(struct opt_read) part;
	bool all;
};

/* Collects them, in a; functions it calls have their own. */
void opt_reads(struct ir_func *f, struct arena *a, struct opt_reads *out);

/* Whether a byte of [from, to) may be read. */
bool opt_may_read(const struct opt_reads *r, uint64_t from, uint64_t to);

#endif
