/* base/bitset.h - fixed-size sets of small integers. */
#ifndef BASE_BITSET_H
#define BASE_BITSET_H

#include "base/arena.h"

struct bitset {
	uint64_t *w;
	uint32_t n;		/* members are below n */
};

/* The empty set over [0, n). */
static inline struct bitset bitset_new(struct arena *a, uint32_t n)
{
	return (struct bitset){ arena_array(a, uint64_t, (n + 63u) / 64u), n };
}

static inline bool bitset_has(const struct bitset *s, uint32_t i)
{
	return s->w[i / 64] >> (i % 64) & 1;
}

/* Adds i; true when it was not there. */
static inline bool bitset_add(struct bitset *s, uint32_t i)
{
	uint64_t bit = (uint64_t)1 << (i % 64);
	bool fresh = !(s->w[i / 64] & bit);
	s->w[i / 64] |= bit;
	return fresh;
}

static inline void bitset_del(struct bitset *s, uint32_t i)
{
	s->w[i / 64] &= ~((uint64_t)1 << (i % 64));
}

/* s |= t; true when s grew. */
static inline bool bitset_or(struct bitset *s, const struct bitset *t)
{
	uint64_t grew = 0;
	for (uint32_t i = 0; i < (s->n + 63u) / 64u; i++) {
		grew |= t->w[i] & ~s->w[i];
		s->w[i] |= t->w[i];
	}
	return grew != 0;
}

static inline void bitset_clear(struct bitset *s)
{
	for (uint32_t i = 0; i < (s->n + 63u) / 64u; i++)
		s->w[i] = 0;
}

#endif
