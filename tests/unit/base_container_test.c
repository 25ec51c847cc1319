/* base_container_test.c - vectors, maps, bitsets. */
#include "tap.h"

#include "base/bitset.h"
#include "base/map.h"
#include "base/vec.h"

static struct arena arena;

static void vectors(void)
{
	VEC(uint32_t) v = { 0 };
	VEC(struct { uint8_t b[3]; }) odd = { 0 };
	bool same = true;

	for (uint32_t i = 0; i < 1000; i++)
		vec_push(&arena, &v, i * 3);
	for (uint32_t i = 0; i < v.n; i++)
		same = same && v.at[i] == i * 3;
	ok(same && v.n == 1000 && vec_last(&v) == 2997, "push");
	vec_reserve(&arena, &v, 5000);
	ok(v.cap - v.n >= 5000 && v.n == 1000 && v.at[999] == 2997, "reserve");
	vec_reserve(&arena, &odd, 1);
	odd.at[odd.n++].b[2] = 7;
	vec_reserve(&arena, &odd, 100);
	ok(odd.at[0].b[2] == 7, "elements of three bytes");
	/* emptied and filled again: capacity counts, not the length */
	v.n = 0;
	vec_push(&arena, &v, 1);
	ok(v.n == 1 && v.at[0] == 1, "used again");
}

/* A vector that was emptied grows without losing what is pushed later. */
static void emptied(void)
{
	VEC(uint32_t) v = { 0 };
	bool same = true;

	for (uint32_t round = 0; round < 20; round++) {
		v.n = 0;
		for (uint32_t i = 0; i < 10 * round; i++)
			vec_push(&arena, &v, i ^ round);
		vec_reserve(&arena, &v, 100 * round);
		for (uint32_t i = 0; i < v.n; i++)
			same = same && v.at[i] == (i ^ round);
	}
	ok(same, "emptied vectors");
}

static void maps(void)
{
	struct map m;
	bool same = true;

	map_init(&m, &arena);
	ok(!map_get(&m, 0), "an empty map has nothing");
	for (uint64_t k = 0; k < 5000; k++)
		*map_put(&m, k * k << 20) = (uint32_t)k + 1;
	for (uint64_t k = 0; k < 5000; k++) {
		uint32_t *v = map_get(&m, k * k << 20);
		same = same && v && *v == (uint32_t)k + 1;
	}
	ok(same && m.n == 5000, "what was put is there");
	ok(!map_get(&m, 12345), "what was not put is not");
	ok(*map_put(&m, 0) == 1 && m.n == 5000, "put of a key that is there");
	ok(*map_put(&m, UINT64_MAX) == 0 && m.n == 5001, "new ones are 0");
	ok(hash_bytes("ab", 2) != hash_bytes("ba", 2) &&
		   hash_bytes("", 0) == hash_bytes("x", 0), "hash of bytes");
}

static void bitsets(void)
{
	static const uint32_t sizes[] = { 0, 1, 63, 64, 65, 1000 };

	for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
		uint32_t n = sizes[k];
		struct bitset s = bitset_new(&arena, n);
		struct bitset t = bitset_new(&arena, n);
		bool good = true;
		for (uint32_t i = 0; i < n; i += 3)
			good = good && bitset_add(&s, i) && !bitset_add(&s, i);
		for (uint32_t i = 0; i < n; i++)
			good = good && bitset_has(&s, i) == (i % 3 == 0);
		for (uint32_t i = 0; i < n; i += 2)
			bitset_add(&t, i);
		good = good && bitset_or(&s, &t) == (n > 2) &&
		       !bitset_or(&s, &t);
		for (uint32_t i = 0; i < n; i++)
			good = good && bitset_has(&s, i) ==
					       (i % 3 == 0 || i % 2 == 0);
		for (uint32_t i = 0; i < n; i++)
			bitset_del(&s, i);
		good = good && bitset_or(&s, &t) == (n > 0);
		bitset_clear(&s);
		for (uint32_t i = 0; i < n; i++)
			good = good && !bitset_has(&s, i);
		ok(good, "bitset of %u", n);
	}
}

int main(void)
{
	arena_init(&arena, NULL);
	vectors();
	emptied();
	maps();
	bitsets();
	arena_fini(&arena);
	return done();
}
