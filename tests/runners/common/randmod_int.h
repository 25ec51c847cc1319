/* common/randmod_int.h - shared by the parts of randmod. */
#ifndef COMMON_RANDMOD_INT_H
#define COMMON_RANDMOD_INT_H

#include "common/randmod.h"
#include "wasm/op.h"

enum {
	NTYPES = 6,		/* random function types; three more follow */
	TYPE_RUN = NTYPES,	/* () -> i64 */
	NGLOBALS = 6,		/* random ones; then: */
	GLOBAL_GAS = NGLOBALS,
	GLOBAL_DEPTH,
	TABLE_SIZE = 8,
	MAX_SIG = 4,
	NCOUNTERS = 4,		/* loop counters, one per nesting depth */
	MAX_LABELS = 10,
	MAX_LOCALS = 40,
	PAGES = 1,
	GAS = 2000,
	MAX_DEPTH = 6
};

struct sig {
	uint8_t param[MAX_SIG], result[MAX_SIG];	/* enum type */
	unsigned nparams, nresults;
};

struct label {
	const uint8_t *type;	/* what a branch to it brings */
	unsigned n;
};

struct gen {
	const struct randmod_options *o;
	struct randmod *r;
	struct arena *a;
	uint64_t rng;
	struct sig sig[NTYPES];
	unsigned func_type[32], nfuncs;
	uint8_t global[NGLOBALS];
	/* block types made on the way: (params) -> (results) */
	VEC(struct sig) blocks;

	/* the function being made */
	struct buf code;
	const struct sig *self;
	uint8_t local[MAX_LOCALS];
	unsigned nlocals;		/* the first ones may be assigned at random */
	unsigned counter, tmp32, tmp64;	/* locals for counters and NaN tests */
	struct label label[MAX_LABELS];
	unsigned nlabels, loops;
};

/* Below n. */
uint32_t pick(struct gen *g, uint32_t n);
static inline bool chance(struct gen *g, uint32_t one_in)
{
	return pick(g, one_in) == 0;
}
enum type pick_type(struct gen *g);
struct sig pick_sig(struct gen *g, unsigned params, unsigned results);

void put_op(struct gen *g, enum op op);
void put_op1(struct gen *g, enum op op, uint32_t index);
void put_i32(struct gen *g, int32_t v);
void put_memarg(struct gen *g, enum op op, uint32_t offset);
void put_blocktype(struct gen *g, struct sig s);

/* randmod_expr.c: one value of type t; of depth at most d. */
void gen_expr(struct gen *g, enum type t, unsigned d);
/* An address at which n bytes are in memory, but rarely not. */
void gen_address(struct gen *g, unsigned d);
/* randmod_stmt.c: statements; id is theirs as a group. */
void gen_body(struct gen *g, uint64_t id, unsigned n);
/* Values of n types. */
void gen_values(struct gen *g, const uint8_t *type, unsigned n, unsigned d);
/* Assigns n values on the stack to locals, or drops them. */
void gen_take(struct gen *g, const uint8_t *type, unsigned n);

#endif
