/* gen.h - random types, and what a guest may hand over for them. */
#ifndef GEN_H
#define GEN_H

#include "cabi.h"

/* xorshift; never 0. */
struct rng {
	uint64_t s;
};

static inline uint32_t rnd(struct rng *r, uint32_t below)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return (uint32_t)((r->s >> 33) % below);
}

/*   nodes  how many more types may be made
 *   borrows, handles  whether they may stand in it */
struct gen {
	struct arena *arena;
	struct rng *r;
	uint32_t nodes;
	bool borrows, handles;
	uint32_t used[KINDS];	/* statistics */
};

const struct ty *gen_type(struct gen *g, uint32_t depth);
/* A tuple of up to n types. */
const struct ty *gen_tuple(struct gen *g, uint32_t n);

/* A guest's image: a value at random, valid for its type but with whatever
 * the ABI ignores filled with noise. */
struct image {
	struct guest *g;
	struct rng *r;
	uint32_t heap;		/* next free byte */
	uint32_t budget;	/* elements left */
};

void gen_store(struct image *m, const struct ty *t, uint32_t p);
/* Appends to *out. */
void gen_flat(struct image *m, const struct ty *t, struct flat **out);

#endif
