/* base/map.h - hash map from 64-bit keys to 32-bit values, in an arena. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

struct map {
	struct arena *arena;
	struct map_slot {
		uint64_t key;
		uint32_t value;
		bool used;
	} *slot;
	uint32_t n, cap;	/* cap is 0 or a power of two */
};

void map_init(struct map *m, struct arena *a);
/* The value at key, or NULL; valid until the next map_put. */
uint32_t *map_get(const struct map *m, uint64_t key);
/* The value at key, made (0) when it was not there. */
uint32_t *map_put(struct map *m, uint64_t key);

/* 64-bit mixing and hashing of bytes (not cryptographic). */
static inline uint64_t hash_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}
uint64_t hash_bytes(const void *p, size_t n);

#endif
