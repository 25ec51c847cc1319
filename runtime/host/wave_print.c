/* wave_print.c - values to text, and between memory and words. */
#include "host/wave_int.h"

#define UTF16_TAG 0x80000000u

static void text(struct hd_wave *w, const char *s)
{
	uint32_t n = 0;

	while (s[n])
		n++;
	w->put(w->ctx, s, n);
}

static bool fail(struct hd_wave *w, const char *error)
{
	if (!w->error)
		w->error = error;
	return false;
}

static void number(struct hd_wave *w, uint64_t v, unsigned base)
{
	char s[24];
	uint32_t n = sizeof s;

	do {
		s[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	w->put(w->ctx, s + n, (uint32_t)sizeof s - n);
}

static void integer(struct hd_wave *w, const struct hd_type *t, uint64_t v)
{
	const uint64_t sign = (uint64_t)1 << (8 * t->size - 1);

	if (wave_is_signed(t) && (v & sign)) {
		text(w, "-");
		v = (0 - v) & (sign - 1 + sign);
	}
	number(w, v, 10);
}

static void real(struct hd_wave *w, const struct hd_type *t, uint64_t bits)
{
	if (w->put_real) {
		w->put_real(w->ctx, t, bits);
		return;
	}
	text(w, "0x");
	number(w, bits, 16);
}

/* --- characters ----------------------------------------------------------------- */

static void utf8(struct hd_wave *w, uint32_t c)
{
	const uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 :
									   3;
	char s[4];
	uint32_t n = 0;

	s[n++] = (char)(more ? 0xf80u >> more | c >> 6 * more : c);
	for (uint32_t k = more; k-- > 0;)
		s[n++] = (char)(0x80 | (c >> 6 * k & 0x3f));
	w->put(w->ctx, s, n);
}

static bool character(struct hd_wave *w, uint32_t c, char quote)
{
	static const char from[] = "\n\r\t\\", to[] = "nrt\\";
	char escape[2] = { '\\', quote };

	if (c > 0x10ffff || (c >> 11) == 0x1b)
		return fail(w, "no character");
	for (unsigned k = 0; from[k]; k++)
		if (c == (unsigned char)from[k]) {
			escape[1] = to[k];
			w->put(w->ctx, escape, 2);
			return true;
		}
	if (c == (unsigned char)quote) {
		w->put(w->ctx, escape, 2);
	} else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
		text(w, "\\u{");
		number(w, c, 16);
		text(w, "}");
	} else {
		utf8(w, c);
	}
	return true;
}

/* One character at s of at most n bytes; the bytes it takes, 0 if invalid. */
static uint32_t next_utf8(const uint8_t *s, uint32_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint32_t more = *s < 0x80 ? 0 : *s < 0xc0 ? 4 : *s < 0xe0 ? 1 :
			      *s < 0xf0 ? 2 : *s < 0xf8 ? 3 : 4;

	if (more >= n || more == 4)
		return 0;
	*c = more ? *s & (0x3fu >> more) : *s;
	for (uint32_t k = 1; k <= more; k++) {
		if ((s[k] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[k] & 0x3f);
	}
	return *c < least[more] ? 0 : more + 1;
}

static uint32_t next_utf16(const uint8_t *s, uint32_t n, uint32_t *c)
{
	*c = (uint32_t)wave_get(s, 2);
	if (*c >> 10 != 0x36)
		return 2;
	if (n < 4 || wave_get(s + 2, 2) >> 10 != 0x37)
		return 0;
	*c = 0x10000 + ((*c & 0x3ff) << 10 |
			(uint32_t)(wave_get(s + 2, 2) & 0x3ff));
	return 4;
}

static bool string(struct hd_wave *w, const uint8_t *from)
{
	uint32_t n = (uint32_t)wave_get(from + 4, 4), c = 0, used;
	bool wide = w->encoding == HD_UTF16 ||
		    (w->encoding == HD_LATIN1_UTF16 && n & UTF16_TAG);

	if (w->encoding == HD_LATIN1_UTF16)
		n &= ~UTF16_TAG;
	if (n > ((1u << 28) - 1) >> wide)
		return fail(w, "a string that is too long");
	n <<= wide;
	const uint8_t *s = n ? w->memory(w->ctx, (uint32_t)wave_get(from, 4),
					 n) : from;
	if (!s)
		return fail(w, "a string out of bounds");
	text(w, "\"");
	for (uint32_t k = 0; k < n; k += used) {
		used = 1;
		c = s[k];
		if (wide)
			used = next_utf16(s + k, n - k, &c);
		else if (w->encoding == HD_UTF8)
			used = next_utf8(s + k, n - k, &c);
		if (!used || !character(w, c, '"'))
			return fail(w, "malformed text");
	}
	text(w, "\"");
	return true;
}

/* --- parts ----------------------------------------------------------------------------- */

/* Words with a meaning of their own get a % where they are labels. */
static void label(struct hd_wave *w, const char *name)
{
	static const char *const words[] = { "true", "false", "none", "some",
					     "ok", "err", "nan", "inf" };

	for (unsigned k = 0; k < sizeof words / sizeof *words; k++) {
		const char *a = words[k], *b = name;
		while (*a && *a == *b) {
			a++;
			b++;
		}
		if (*a == *b)
			text(w, "%");
	}
	text(w, name);
}

static bool elements(struct hd_wave *w, const struct hd_type *t,
		     const uint8_t *from, uint32_t n)
{
	text(w, "[");
	for (uint32_t k = 0; k < n; k++) {
		if (k)
			text(w, ", ");
		if (!hd_wave_print(w, t, from + k * t->size))
			return false;
	}
	text(w, "]");
	return true;
}

static bool list(struct hd_wave *w, const struct hd_type *t,
		 const uint8_t *from)
{
	struct wave_pair pair;
	const struct hd_type *e = hd_wave_element(t, &pair);
	const uint32_t n = (uint32_t)wave_get(from + 4, 4);

	if (t->kind == HD_TYPE_FIXED_LIST)
		return elements(w, e, from, t->n);
	if (e->size && n > ((1u << 28) - 1) / e->size)
		return fail(w, "a list that is too long");
	const uint8_t *at = n ? w->memory(w->ctx, (uint32_t)wave_get(from, 4),
					  n * e->size) : from;
	return at ? elements(w, e, at, n) : fail(w, "a list out of bounds");
}

static bool fields(struct hd_wave *w, const struct hd_type *t,
		   const uint8_t *from)
{
	const bool record = t->kind == HD_TYPE_RECORD;

	text(w, record ? "{" : "(");
	for (uint32_t k = 0; k < t->n; k++) {
		if (k)
			text(w, ", ");
		if (record) {
			label(w, t->item[k].name);
			text(w, ": ");
		}
		if (!hd_wave_print(w, t->item[k].type,
				   from + t->item[k].offset))
			return false;
	}
	text(w, record ? "}" : ")");
	return true;
}

static bool flags(struct hd_wave *w, const struct hd_type *t, uint32_t v)
{
	bool first = true;

	text(w, "{");
	for (uint32_t k = 0; k < t->n; k++) {
		if (!(v >> k & 1))
			continue;
		if (!first)
			text(w, ", ");
		label(w, t->item[k].name);
		first = false;
	}
	text(w, "}");
	return true;
}

static bool cases(struct hd_wave *w, const struct hd_type *t,
		  const uint8_t *from)
{
	static const char *const option[] = { "none", "some" };
	static const char *const result[] = { "ok", "err" };
	const uint32_t k = (uint32_t)wave_get(from, wave_disc_size(t));

	if (k >= t->n)
		return fail(w, "a case that the type does not have");
	if (t->kind == HD_TYPE_OPTION || t->kind == HD_TYPE_RESULT)
		text(w, t->kind == HD_TYPE_OPTION ? option[k] : result[k]);
	else
		label(w, t->item[k].name);
	if (!t->item[k].type)
		return true;
	text(w, "(");
	if (!hd_wave_print(w, t->item[k].type, from + t->item[k].offset))
		return false;
	text(w, ")");
	return true;
}

bool hd_wave_print(struct hd_wave *w, const struct hd_type *t,
		   const uint8_t *from)
{
	const uint64_t v = wave_get(from, t->size <= 8 ? t->size : 0);

	if (wave_is_integer(t)) {
		integer(w, t, v);
		return true;
	}
	switch (t->kind) {
	case HD_TYPE_BOOL:
		text(w, v ? "true" : "false");
		return true;
	case HD_TYPE_F32:
	case HD_TYPE_F64:
		real(w, t, v);
		return true;
	case HD_TYPE_CHAR:
		text(w, "'");
		if (!character(w, (uint32_t)v, '\''))
			return false;
		text(w, "'");
		return true;
	case HD_TYPE_STRING:
		return string(w, from);
	case HD_TYPE_LIST:
	case HD_TYPE_MAP:
	case HD_TYPE_FIXED_LIST:
		return list(w, t, from);
	case HD_TYPE_RECORD:
	case HD_TYPE_TUPLE:
		return fields(w, t, from);
	case HD_TYPE_FLAGS:
		return flags(w, t, (uint32_t)v);
	case HD_TYPE_VARIANT:
	case HD_TYPE_ENUM:
	case HD_TYPE_OPTION:
	case HD_TYPE_RESULT:
		return cases(w, t, from);
	default:		/* a handle: not text that can be read */
		if (w->put_handle) {
			w->put_handle(w->ctx, t, (uint32_t)v);
			return true;
		}
		text(w, "@");
		number(w, v, 10);
		return true;
	}
}
