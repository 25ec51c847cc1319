/* wave_scalar.c - numbers, characters and strings from text. */
#include "host/wave_int.h"

#define UTF16_TAG 0x80000000u

/* --- numbers ------------------------------------------------------------------- */

const char *hd_wave_read_integer(struct hd_wave *w, const struct hd_type *t,
				const char *p, uint8_t *to)
{
	const bool neg = *p == '-';
	const unsigned bits = 8 * t->size;
	const uint64_t half = (uint64_t)1 << (bits - 1);
	const uint64_t most = !wave_is_signed(t) ? half - 1 + half :
			      neg ? half : half - 1;
	const char *begin = p;
	uint64_t v = 0;

	p += neg;
	if (!wave_is_digit(*p) || (*p == '0' && wave_is_digit(p[1])))
		return hd_wave_fail(w, begin, "an integer expected");
	for (; wave_is_digit(*p); p++) {
		const uint64_t d = (uint64_t)(*p - '0');
		if (v > (UINT64_MAX - d) / 10)
			return hd_wave_fail(w, begin, "the number is out of range");
		v = v * 10 + d;
	}
	if (wave_is_letter(*p) || *p == '.')
		return hd_wave_fail(w, begin, "an integer expected");
	if (v > most || (neg && !wave_is_signed(t) && v))
		return hd_wave_fail(w, begin, "the number is out of range");
	wave_put(to, neg ? 0 - v : v, t->size);
	return p;
}

static bool hex_bits(const char *p, const char *end, uint64_t *v)
{
	if (end - p < 3 || end - p > 18 || p[0] != '0' || p[1] != 'x')
		return false;
	*v = 0;
	for (p += 2; p < end; p++) {
		const char c = (char)(*p | 32);
		if (!wave_is_digit(*p) && (c < 'a' || c > 'f'))
			return false;
		*v = *v << 4 | (unsigned)(wave_is_digit(*p) ? *p - '0' :
							 c - 'a' + 10);
	}
	return true;
}

const char *hd_wave_read_real(struct hd_wave *w, const struct hd_type *t,
			     const char *p, uint8_t *to)
{
	const char *end = p;
	uint64_t v;

	while (hd_wave_word_end(end) != end || *end == '.' || *end == '+')
		end++;
	if (!(hex_bits(p, end, &v) ||
	      (w->real && w->real(w->ctx, t, p, (uint32_t)(end - p), &v))))
		return hd_wave_fail(w, p, "a number expected");
	wave_put(to, v, t->size);
	return end;
}

/* --- characters ------------------------------------------------------------------- */

/* One character of valid UTF-8; NULL when it is not. */
static const char *read_utf8(const char *s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	const unsigned more = *p < 0x80 ? 0 : *p < 0xc0 ? 4 : *p < 0xe0 ? 1 :
			      *p < 0xf0 ? 2 : *p < 0xf8 ? 3 : 4;

	if (more == 4)
		return NULL;
	*c = more ? *p & (0x3fu >> more) : *p;
	for (unsigned k = 1; k <= more; k++) {
		if ((p[k] & 0xc0) != 0x80)
			return NULL;
		*c = *c << 6 | (p[k] & 0x3f);
	}
	if (*c < least[more] || *c > 0x10ffff || (*c >> 11) == 0x1b)
		return NULL;
	return s + more + 1;
}

/* \u{1f9f5}: p is behind the brace. */
static const char *read_code(struct hd_wave *w, const char *p, uint32_t *c)
{
	const char *begin = p;

	*c = 0;
	for (; *p && *p != '}'; p++) {
		const char x = (char)(*p | 32);
		if ((!wave_is_digit(*p) && (x < 'a' || x > 'f')) || p - begin == 6)
			return hd_wave_fail(w, begin, "1 to 6 hexadecimal digits "
				    "expected");
		*c = *c << 4 | (unsigned)(wave_is_digit(*p) ? *p - '0' :
							 x - 'a' + 10);
	}
	if (p == begin || !*p)
		return hd_wave_fail(w, begin, "1 to 6 hexadecimal digits expected");
	if (*c > 0x10ffff || (*c >> 11) == 0x1b)
		return hd_wave_fail(w, begin, "no such character");
	return p + 1;
}

/* One character of a string or char, escapes resolved. */
static const char *read_char(struct hd_wave *w, const char *p, uint32_t *c)
{
	static const char from[] = "nrt\\'\"", to[] = "\n\r\t\\'\"";
	const char *next;

	if (!*p || *p == '\n')
		return hd_wave_fail(w, p, "the closing quote is missing");
	if (*p != '\\') {
		next = read_utf8(p, c);
		return next ? next : hd_wave_fail(w, p, "malformed UTF-8");
	}
	if (p[1] == 'u' && p[2] == '{')
		return read_code(w, p + 3, c);
	for (unsigned k = 0; from[k]; k++)
		if (p[1] == from[k]) {
			*c = (unsigned char)to[k];
			return p + 2;
		}
	return hd_wave_fail(w, p, "no such escape");
}

const char *hd_wave_read_quoted(struct hd_wave *w, const char *p, uint8_t *to)
{
	uint32_t c;

	if (!(p = hd_wave_take(w, p, '\'')))
		return NULL;
	if (*p == '\'')
		return hd_wave_fail(w, p, "a character expected");
	if (!(p = read_char(w, p, &c)))
		return NULL;
	wave_put(to, c, 4);
	return hd_wave_take(w, p, '\'');
}

/* Bytes of a character in a form: 0 Latin-1, 1 UTF-8, 2 UTF-16; written when
 * `to` is not NULL. */
static uint32_t encode(unsigned form, uint32_t c, uint8_t *to)
{
	const uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 :
									   3;

	if (form == 2) {
		if (to && c < 0x10000)
			wave_put(to, c, 2);
		else if (to)
			wave_put(to, ((c - 0x10000) >> 10 | 0xd800) |
				 ((c & 0x3ff) | 0xdc00) << 16, 4);
		return c < 0x10000 ? 2 : 4;
	}
	if (to && (form == 0 || !more))
		*to = (uint8_t)c;
	if (form == 0 || !more)
		return 1;
	if (to) {
		*to++ = (uint8_t)(0xf80u >> more | c >> 6 * more);
		for (uint32_t k = more; k-- > 0;)
			*to++ = (uint8_t)(0x80 | (c >> 6 * k & 0x3f));
	}
	return more + 1;
}

/* Goes over a string's characters; the bytes of each form, and whether all
 * are Latin-1.  Returns the closing quote. */
static const char *measure(struct hd_wave *w, const char *p, uint32_t bytes[3],
			   bool *latin1)
{
	uint32_t c;

	bytes[0] = bytes[1] = bytes[2] = 0;
	*latin1 = true;
	while (*p != '"') {
		if (!(p = read_char(w, p, &c)))
			return NULL;
		for (unsigned k = 0; k < 3; k++)
			bytes[k] += encode(k, c, NULL);
		*latin1 &= c < 0x100;
	}
	return p;
}

uint8_t *hd_wave_make(struct hd_wave *w, const char *p, uint32_t align,
		     uint32_t n, uint8_t *to)
{
	const uint32_t ptr = w->alloc ? w->alloc(w->ctx, align, n) : 0;
	uint8_t *host = n ? w->memory(w->ctx, ptr, n) : to;

	if (!host)
		hd_wave_fail(w, p, "no memory for this value");
	wave_put(to, ptr, 4);
	return host;
}

const char *hd_wave_read_string(struct hd_wave *w, const char *p, uint8_t *to)
{
	uint32_t bytes[3], c, n;
	bool latin1;

	if (*p != '"')
		return hd_wave_fail(w, p, "a string expected");
	if (p[1] == '"' && p[2] == '"')
		return hd_wave_fail(w, p, "multi-line strings are not supported");
	const char *end = measure(w, ++p, bytes, &latin1);
	if (!end)
		return NULL;
	const unsigned form = w->encoding == HD_UTF8 ? 1 :
			      w->encoding == HD_LATIN1_UTF16 && latin1 ? 0 : 2;
	uint8_t *host = hd_wave_make(w, p, w->encoding == HD_UTF8 ? 1 : 2, bytes[form],
			     to);
	if (!host)
		return NULL;
	while (p < end) {
		p = read_char(w, p, &c);
		host += encode(form, c, host);
	}
	n = form == 2 ? bytes[2] / 2 : bytes[form];
	if (form == 2 && w->encoding == HD_LATIN1_UTF16)
		n |= UTF16_TAG;
	wave_put(to + 4, n, 4);
	return end + 1;
}
