/* map.c - open addressing with linear probing, at most three quarters full. */
#include "base/map.h"

void map_init(struct map *m, struct arena *a)
{
	*m = (struct map){ .arena = a };
}

uint64_t hash_bytes(const void *p, size_t n)
{
	const uint8_t *s = p;
	uint64_t h = 0xcbf29ce484222325u ^ n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	return hash_mix(h);
}

static struct map_slot *find(const struct map *m, uint64_t key)
{
	uint32_t mask = m->cap - 1;
	uint32_t i = (uint32_t)hash_mix(key) & mask;

	while (m->slot[i].used && m->slot[i].key != key)
		i = (i + 1) & mask;
	return &m->slot[i];
}

uint32_t *map_get(const struct map *m, uint64_t key)
{
	if (!m->cap)
		return NULL;
	struct map_slot *s = find(m, key);
	return s->used ? &s->value : NULL;
}

static void rehash(struct map *m)
{
	struct map old = *m;

	m->cap = old.cap ? old.cap * 2 : 16;
	m->slot = arena_array(m->arena, struct map_slot, m->cap);
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.slot[i].used)
			*find(m, old.slot[i].key) = old.slot[i];
}

uint32_t *map_put(struct map *m, uint64_t key)
{
	if (m->n >= m->cap / 4 * 3)
		rehash(m);
	struct map_slot *s = find(m, key);
	if (!s->used) {
		*s = (struct map_slot){ key, 0, true };
		m->n++;
	}
	return &s->value;
}
