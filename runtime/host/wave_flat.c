/* wave_flat.c - values between their layout in memory and the words that a
 * core function takes.
 *
 * Source: component-model 6d28164, CanonicalABI.md "Flat Lifting", "Flat
 * Lowering".
 */
#include "host/wave_int.h"

/* Sizes of the words of a type: 1 or 2 per letter. */
static uint32_t words_of(const char *flat)
{
	uint32_t n = 0;

	for (; *flat; flat++)
		n += *flat == 'l' || *flat == 'd' ? 2 : 1;
	return n;
}

static uint32_t of_scalar(const struct hd_type *t, uint64_t v, uint32_t *words)
{
	const uint64_t sign = (uint64_t)1 << (8 * t->size - 1);

	if (t->size < 4 && wave_is_signed(t))
		v = (v ^ sign) - sign;
	words[0] = (uint32_t)v;
	if (t->size < 8)
		return 1;
	words[1] = (uint32_t)(v >> 32);
	return 2;
}

/* The payload's words take the places of the joined ones, which may be wider:
 * a 32-bit value in an i64 has a high word of 0. */
static uint32_t of_case(const struct hd_type *t, const uint8_t *from,
			uint32_t *words)
{
	const uint32_t k = (uint32_t)wave_get(from, wave_disc_size(t));
	const uint32_t n = words_of(t->flat);
	uint32_t own[32], at = 0;

	for (uint32_t i = 1; i < n; i++)
		words[i] = 0;
	words[0] = k;
	if (k >= t->n || !t->item[k].type)
		return n;
	const char *have = t->item[k].type->flat, *joined = t->flat + 1;
	hd_wave_flatten(t->item[k].type, from + t->item[k].offset, own);
	for (uint32_t *to = words + 1; *have; have++, joined++) {
		const bool wide = *have == 'l' || *have == 'd';
		to[0] = own[at++];
		if (wide)
			to[1] = own[at++];
		to += *joined == 'l' || *joined == 'd' ? 2 : 1;
	}
	return n;
}

uint32_t hd_wave_flatten(const struct hd_type *t, const uint8_t *from,
			 uint32_t *words)
{
	uint32_t n = 0;

	switch (t->kind) {
	case HD_TYPE_STRING:
	case HD_TYPE_LIST:
	case HD_TYPE_MAP:
		words[0] = (uint32_t)wave_get(from, 4);
		words[1] = (uint32_t)wave_get(from + 4, 4);
		return 2;
	case HD_TYPE_FIXED_LIST:
		for (uint32_t k = 0; k < t->n; k++)
			n += hd_wave_flatten(t->elem, from + k * t->elem->size,
					     words + n);
		return n;
	case HD_TYPE_RECORD:
	case HD_TYPE_TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			n += hd_wave_flatten(t->item[k].type,
					     from + t->item[k].offset,
					     words + n);
		return n;
	case HD_TYPE_VARIANT:
	case HD_TYPE_ENUM:
	case HD_TYPE_OPTION:
	case HD_TYPE_RESULT:
		return of_case(t, from, words);
	default:
		return of_scalar(t, wave_get(from, t->size), words);
	}
}

static uint32_t to_case(const struct hd_type *t, const uint32_t *words,
			uint8_t *to)
{
	const uint32_t n = words_of(t->flat), k = words[0];
	uint32_t own[32], at = 0;

	wave_put(to, k < t->n ? k : t->n, wave_disc_size(t));
	if (k >= t->n || !t->item[k].type)
		return n;
	const char *want = t->item[k].type->flat, *joined = t->flat + 1;
	for (const uint32_t *from = words + 1; *want; want++, joined++) {
		own[at++] = from[0];
		if (*want == 'l' || *want == 'd')
			own[at++] = from[1];
		from += *joined == 'l' || *joined == 'd' ? 2 : 1;
	}
	hd_wave_unflatten(t->item[k].type, own, to + t->item[k].offset);
	return n;
}

uint32_t hd_wave_unflatten(const struct hd_type *t, const uint32_t *words,
			   uint8_t *to)
{
	uint32_t n = 0;

	switch (t->kind) {
	case HD_TYPE_STRING:
	case HD_TYPE_LIST:
	case HD_TYPE_MAP:
		wave_put(to, words[0], 4);
		wave_put(to + 4, words[1], 4);
		return 2;
	case HD_TYPE_FIXED_LIST:
		for (uint32_t k = 0; k < t->n; k++)
			n += hd_wave_unflatten(t->elem, words + n,
					       to + k * t->elem->size);
		return n;
	case HD_TYPE_RECORD:
	case HD_TYPE_TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			n += hd_wave_unflatten(t->item[k].type, words + n,
					       to + t->item[k].offset);
		return n;
	case HD_TYPE_VARIANT:
	case HD_TYPE_ENUM:
	case HD_TYPE_OPTION:
	case HD_TYPE_RESULT:
		return to_case(t, words, to);
	case HD_TYPE_BOOL:
		wave_put(to, words[0] != 0, 1);
		return 1;
	default:
		wave_put(to, words[0], t->size < 4 ? t->size : 4);
		if (t->size < 8)
			return 1;
		wave_put(to + 4, words[1], 4);
		return 2;
	}
}
