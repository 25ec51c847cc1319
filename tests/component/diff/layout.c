/* layout.c - sizes, alignments, flat types, by the definitions. */
#include "cabi.h"

static uint32_t up(uint32_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

static uint32_t max(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

uint32_t cabi_cases(const struct ty *t)
{
	return t->k == OPTION || t->k == RESULT ? 2 : t->n;
}

const struct ty *cabi_case(const struct ty *t, uint32_t k)
{
	switch (t->k) {
	case ENUM:   return 0;
	case OPTION: return k ? t->sub[0] : 0;
	default:     return t->sub[k];
	}
}

uint32_t cabi_discriminant(uint32_t cases)
{
	return cases <= 1u << 8 ? 1 : cases <= 1u << 16 ? 2 : 4;
}

static uint32_t case_align(const struct ty *t)
{
	uint32_t a = 1;

	for (uint32_t k = 0; k < cabi_cases(t); k++)
		if (cabi_case(t, k))
			a = max(a, cabi_align(cabi_case(t, k)));
	return a;
}

uint32_t cabi_payload(const struct ty *t)
{
	return up(cabi_discriminant(cabi_cases(t)), case_align(t));
}

static uint32_t flags_size(uint32_t n)
{
	return n <= 8 ? 1 : n <= 16 ? 2 : 4;
}

uint32_t cabi_align(const struct ty *t)
{
	uint32_t a = 1;

	switch (t->k) {
	case BOOL: case S8: case U8:
		return 1;
	case S16: case U16:
		return 2;
	case S64: case U64: case F64:
		return 8;
	case FIXED:
		return cabi_align(t->sub[0]);
	case RECORD: case TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			a = max(a, cabi_align(t->sub[k]));
		return a;
	case VARIANT: case ENUM: case OPTION: case RESULT:
		return max(cabi_discriminant(cabi_cases(t)), case_align(t));
	case FLAGS:
		return flags_size(t->n);
	default:
		return 4;
	}
}

uint32_t cabi_size(const struct ty *t)
{
	uint32_t s = 0;

	switch (t->k) {
	case STRING: case LIST: case MAP:
		return 8;
	case FIXED:
		return t->n * cabi_size(t->sub[0]);
	case RECORD: case TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			s = up(s, cabi_align(t->sub[k])) +
			    cabi_size(t->sub[k]);
		return up(s, cabi_align(t));
	case VARIANT: case ENUM: case OPTION: case RESULT:
		for (uint32_t k = 0; k < cabi_cases(t); k++)
			if (cabi_case(t, k))
				s = max(s, cabi_size(cabi_case(t, k)));
		return up(cabi_payload(t) + s, cabi_align(t));
	default:
		return cabi_align(t);
	}
}

static uint8_t join(uint8_t a, uint8_t b)
{
	if (a == b)
		return a;
	if ((a == 'i' && b == 'f') || (a == 'f' && b == 'i'))
		return 'i';
	return 'l';
}

static uint32_t flatten_variant(const struct ty *t, uint8_t *out)
{
	uint8_t part[FLAT_MAX];
	uint32_t n = 0;

	out[0] = 'i';
	for (uint32_t k = 0; k < cabi_cases(t); k++) {
		if (!cabi_case(t, k))
			continue;
		uint32_t m = cabi_flatten(cabi_case(t, k), part);
		for (uint32_t i = 0; i < m; i++)
			out[1 + i] = i < n ? join(out[1 + i], part[i]) :
					     part[i];
		n = max(n, m);
	}
	return n + 1;
}

uint32_t cabi_flatten(const struct ty *t, uint8_t *out)
{
	uint32_t n = 0;

	switch (t->k) {
	case S64: case U64:
		out[0] = 'l';
		return 1;
	case F32:
		out[0] = 'f';
		return 1;
	case F64:
		out[0] = 'd';
		return 1;
	case STRING: case LIST: case MAP:
		out[0] = out[1] = 'i';
		return 2;
	case FIXED:
		for (uint32_t k = 0; k < t->n; k++)
			n += cabi_flatten(t->sub[0], out + n);
		return n;
	case RECORD: case TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			n += cabi_flatten(t->sub[k], out + n);
		return n;
	case VARIANT: case ENUM: case OPTION: case RESULT:
		return flatten_variant(t, out);
	default:
		out[0] = 'i';
		return 1;
	}
}
