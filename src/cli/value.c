/* value.c - numbers as text. */
#include "cli/value.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool integer(const char *text, unsigned width, uint64_t *bits)
{
	bool neg = *text == '-';
	const char *p = text + (neg || *text == '+');
	char *end;

	if (!isdigit((unsigned char)*p))
		return false;
	errno = 0;
	uint64_t v = strtoull(p, &end, p[0] == '0' && (p[1] | 32) == 'x' ? 16
									 : 10);
	uint64_t top = (uint64_t)1 << (width - 1);
	if (*end || errno || (neg && v > top) ||
	    (!neg && width < 64 && v >> width))
		return false;
	*bits = neg ? 0 - v : v;
	if (width < 64)
		*bits &= ((uint64_t)1 << width) - 1;
	return true;
}

/* nan:0xN: that payload; the sign may stand before. */
static bool nan_payload(const char *text, bool wide, uint64_t *bits)
{
	bool neg = *text == '-';
	unsigned fraction = wide ? 52 : 23;
	char *end;

	text += neg;
	if (strncmp(text, "nan:0x", 6) != 0)
		return false;
	uint64_t v = strtoull(text + 6, &end, 16);
	if (*end || v == 0 || v >> fraction)
		return false;
	*bits = (uint64_t)neg << (wide ? 63 : 31) |
		(wide ? (uint64_t)0x7ff << 52 : (uint64_t)0xff << 23) | v;
	return true;
}

static bool floating(const char *text, bool wide, uint64_t *bits)
{
	char *end;

	if (nan_payload(text, wide, bits))
		return true;
	if (!*text || isspace((unsigned char)*text))
		return false;
	if (wide) {
		double d = strtod(text, &end);
		memcpy(bits, &d, sizeof d);
	} else {
		float f = strtof(text, &end);
		uint32_t w;
		memcpy(&w, &f, sizeof w);
		*bits = w;
	}
	return *end == 0;
}

bool value_parse(char type, const char *text, uint64_t *bits)
{
	switch (type) {
	case 'i':
		return integer(text, 32, bits);
	case 'l':
		return integer(text, 64, bits);
	case 'f':
		return floating(text, false, bits);
	case 'd':
		return floating(text, true, bits);
	case 'e': case 'x':	/* null only */
		return strcmp(text, "null") == 0 && (*bits = 0, true);
	default:
		return false;
	}
}

static void nan_text(uint64_t bits, bool wide, char *out, size_t size)
{
	uint64_t quiet = (uint64_t)1 << (wide ? 51 : 22);
	uint64_t fraction = bits & ((quiet << 1) - 1);
	const char *sign = bits >> (wide ? 63 : 31) & 1 ? "-" : "";

	if (fraction == quiet)
		snprintf(out, size, "%snan", sign);
	else
		snprintf(out, size, "%snan:0x%llx", sign,
			 (unsigned long long)fraction);
}

static void float_text(uint64_t bits, bool wide, char *out, size_t size)
{
	uint32_t w = (uint32_t)bits;
	double d;
	float f;

	memcpy(&d, &bits, sizeof d);
	memcpy(&f, &w, sizeof f);
	if (wide ? isnan(d) : isnan(f)) {
		nan_text(bits, wide, out, size);
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, wide ? d : (double)f);
		if (wide ? strtod(out, NULL) == d : strtof(out, NULL) == f)
			return;
	}
}

bool value_text(const char *line, size_t n, char *out, size_t size)
{
	char copy[32], *end;
	bool wide = n > 4 && strncmp(line, "f64:0x", 6) == 0;

	if (n < 7 || n >= sizeof copy ||
	    (!wide && strncmp(line, "f32:0x", 6) != 0))
		return false;
	memcpy(copy, line, n);
	copy[n] = 0;
	uint64_t bits = strtoull(copy + 6, &end, 16);
	if (*end)
		return false;
	float_text(bits, wide, out, size);
	return true;
}
