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

static inline bool wave_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool wave_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* NULL; notes what is wrong, and where, unless something was before. */
const char *hd_wave_fail(struct hd_wave *w, const char *at, const char *error);
/* Behind the letters, digits and hyphens at p. */
const char *hd_wave_word_end(const char *p);
/* c, which must come next: what follows it, or NULL. */
const char *hd_wave_take(struct hd_wave *w, const char *p, char c);
/* n new bytes of the guest, their address at `to`; NULL when there are none. */
uint8_t *hd_wave_make(struct hd_wave *w, const char *p, uint32_t align,
		   uint32_t n, uint8_t *to);

/* wave_scalar.c */
const char *hd_wave_read_integer(struct hd_wave *w, const struct hd_type *t,
			      const char *p, uint8_t *to);
const char *hd_wave_read_real(struct hd_wave *w, const struct hd_type *t,
			   const char *p, uint8_t *to);
const char *hd_wave_read_quoted(struct hd_wave *w, const char *p, uint8_t *to);
const char *hd_wave_read_string(struct hd_wave *w, const char *p, uint8_t *to);

/* A map as what it lies in memory as: pairs. */
struct wave_pair {
	struct hd_type type;
	struct hd_type_item item[2];
};
const struct hd_type *hd_wave_element(const struct hd_type *t,
				   struct wave_pair *p);

#endif
