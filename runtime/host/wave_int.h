/* host/wave_int.h - what reading and printing values share. */
#ifndef HD_WAVE_INT_H
#define HD_WAVE_INT_H

#include <stddef.h>

#include "heddle/wave.h"

static inline uint64_t wave_get(const uint8_t *p, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

static inline void wave_put(uint8_t *p, uint64_t v, uint32_t n)
{
	for (; n--; v >>= 8)
		*p++ = (uint8_t)v;
}

static inline uint32_t wave_disc_size(const struct hd_type *t)
{
	return t->n <= 256 ? 1 : 2;
}

static inline bool wave_is_signed(const struct hd_type *t)
{
	return t->kind == HD_TYPE_S8 || t->kind == HD_TYPE_S16 ||
	       t->kind == HD_TYPE_S32 || t->kind == HD_TYPE_S64;
}

static inline bool wave_is_integer(const struct hd_type *t)
{
	return t->kind >= HD_TYPE_S8 && t->kind <= HD_TYPE_U64;
}

/* A map as what it lies in memory as: pairs. */
struct wave_pair {
	struct hd_type type;
	struct hd_type_item item[2];
};
const struct hd_type *wave_element(const struct hd_type *t,
				   struct wave_pair *p);

#endif
