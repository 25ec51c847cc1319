/* wave_read.c - values from text. */
#include "host/wave_int.h"

/* Fields of a record that are told apart, cases of what is read by name. */
enum { FIELDS_MAX = 256 };

#define UTF16_TAG 0x80000000u

static const char *fail(struct hd_wave *w, const char *at, const char *error)
{
	if (!w->error) {
		w->error = error;
		w->at = at;
	}
	return NULL;
}

const char *hd_wave_skip(const char *p)
{
	for (;;) {
		while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
			p++;
		if (p[0] != '/' || p[1] != '/')
			return p;
		while (*p && *p != '\n')
			p++;
	}
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind the letters, digits and hyphens at p. */
static const char *word_end(const char *p)
{
	while (is_letter(*p) || is_digit(*p) || *p == '-')
		p++;
	return p;
}

static bool is_word(const char *p, const char *word)
{
	const char *end = word_end(p);

	while (*word && p < end && *p == *word) {
		p++;
		word++;
	}
	return !*word && p == end;
}

/* c, which must come next. */
static const char *take(struct hd_wave *w, const char *p, char c)
{
	static const char *const expected[128] = {
		['('] = "( expected", [')'] = ") expected",
		['['] = "[ expected", ['{'] = "{ expected",
		['}'] = "} expected", [':'] = ": expected",
		[']'] = "] expected", ['\''] = "' expected",
	};

	p = hd_wave_skip(p);
	return *p == c ? p + 1 : fail(w, p, expected[(unsigned char)c]);
}

/* --- numbers ------------------------------------------------------------------- */

static const char *read_integer(struct hd_wave *w, const struct hd_type *t,
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
	if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
		return fail(w, begin, "an integer expected");
	for (; is_digit(*p); p++) {
		const uint64_t d = (uint64_t)(*p - '0');
		if (v > (UINT64_MAX - d) / 10)
			return fail(w, begin, "the number is out of range");
		v = v * 10 + d;
	}
	if (is_letter(*p) || *p == '.')
		return fail(w, begin, "an integer expected");
	if (v > most || (neg && !wave_is_signed(t) && v))
		return fail(w, begin, "the number is out of range");
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
		if (!is_digit(*p) && (c < 'a' || c > 'f'))
			return false;
		*v = *v << 4 | (unsigned)(is_digit(*p) ? *p - '0' :
							 c - 'a' + 10);
	}
	return true;
}

static const char *read_real(struct hd_wave *w, const struct hd_type *t,
			     const char *p, uint8_t *to)
{
	const char *end = p;
	uint64_t v;

	while (word_end(end) != end || *end == '.' || *end == '+')
		end++;
	if (!(hex_bits(p, end, &v) ||
	      (w->real && w->real(w->ctx, t, p, (uint32_t)(end - p), &v))))
		return fail(w, p, "a number expected");
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
		if ((!is_digit(*p) && (x < 'a' || x > 'f')) || p - begin == 6)
			return fail(w, begin, "1 to 6 hexadecimal digits "
				    "expected");
		*c = *c << 4 | (unsigned)(is_digit(*p) ? *p - '0' :
							 x - 'a' + 10);
	}
	if (p == begin || !*p)
		return fail(w, begin, "1 to 6 hexadecimal digits expected");
	if (*c > 0x10ffff || (*c >> 11) == 0x1b)
		return fail(w, begin, "no such character");
	return p + 1;
}

/* One character of a string or char, escapes resolved. */
static const char *read_char(struct hd_wave *w, const char *p, uint32_t *c)
{
	static const char from[] = "nrt\\'\"", to[] = "\n\r\t\\'\"";
	const char *next;

	if (!*p || *p == '\n')
		return fail(w, p, "the closing quote is missing");
	if (*p != '\\') {
		next = read_utf8(p, c);
		return next ? next : fail(w, p, "malformed UTF-8");
	}
	if (p[1] == 'u' && p[2] == '{')
		return read_code(w, p + 3, c);
	for (unsigned k = 0; from[k]; k++)
		if (p[1] == from[k]) {
			*c = (unsigned char)to[k];
			return p + 2;
		}
	return fail(w, p, "no such escape");
}

static const char *read_quoted(struct hd_wave *w, const char *p, uint8_t *to)
{
	uint32_t c;

	if (!(p = take(w, p, '\'')))
		return NULL;
	if (*p == '\'')
		return fail(w, p, "a character expected");
	if (!(p = read_char(w, p, &c)))
		return NULL;
	wave_put(to, c, 4);
	return take(w, p, '\'');
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

static uint8_t *make(struct hd_wave *w, const char *p, uint32_t align,
		     uint32_t n, uint8_t *to)
{
	const uint32_t ptr = w->alloc ? w->alloc(w->ctx, align, n) : 0;
	uint8_t *host = n ? w->memory(w->ctx, ptr, n) : to;

	if (!host)
		fail(w, p, "no memory for this value");
	wave_put(to, ptr, 4);
	return host;
}

static const char *read_string(struct hd_wave *w, const char *p, uint8_t *to)
{
	uint32_t bytes[3], c, n;
	bool latin1;

	if (*p != '"')
		return fail(w, p, "a string expected");
	if (p[1] == '"' && p[2] == '"')
		return fail(w, p, "multi-line strings are not supported");
	const char *end = measure(w, ++p, bytes, &latin1);
	if (!end)
		return NULL;
	const unsigned form = w->encoding == HD_UTF8 ? 1 :
			      w->encoding == HD_LATIN1_UTF16 && latin1 ? 0 : 2;
	uint8_t *host = make(w, p, w->encoding == HD_UTF8 ? 1 : 2, bytes[form],
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

/* --- lists -------------------------------------------------------------------------- */

const struct hd_type *wave_element(const struct hd_type *t,
				   struct wave_pair *p)
{
	if (t->kind != HD_TYPE_MAP)
		return t->elem;
	const struct hd_type *k = t->elem, *v = t->elem2;
	const uint8_t align = k->align > v->align ? k->align : v->align;
	const uint32_t at = (k->size + v->align - 1) & ~(v->align - 1u);
	p->item[0] = (struct hd_type_item){ "", k, 0 };
	p->item[1] = (struct hd_type_item){ "", v, at };
	p->type = (struct hd_type){
		.kind = HD_TYPE_TUPLE, .align = align, .n = 2,
		.size = (at + v->size + align - 1) & ~(align - 1u),
		.item = p->item };
	return &p->type;
}

/* Behind a quoted text that begins at p, or where it breaks off. */
static const char *skip_quoted(const char *p)
{
	const char q = *p++;

	while (*p && *p != q)
		p += *p == '\\' && p[1] ? 2 : 1;
	return *p ? p + 1 : p;
}

/* Values up to the closing bracket of a list whose first is at p. */
static uint32_t count(const char *p)
{
	uint32_t depth = 0, n = 0;
	bool open = false;		/* a value has begun */

	for (p = hd_wave_skip(p); *p; p = hd_wave_skip(p)) {
		if (!depth && *p == ']')
			break;
		if (!depth && *p == ',') {
			open = false;
			p++;
			continue;
		}
		n += !open;
		open = true;
		if (*p == '"' || *p == '\'') {
			p = skip_quoted(p);
			continue;
		}
		depth += *p == '[' || *p == '(' || *p == '{';
		if ((*p == ']' || *p == ')' || *p == '}') && !depth--)
			break;
		p++;
	}
	return n;
}

/* n values and the closing bracket. */
static const char *read_elements(struct hd_wave *w, const struct hd_type *t,
				 const char *p, uint32_t n, uint8_t *to)
{
	for (uint32_t k = 0; k < n; k++) {
		p = hd_wave_read(w, t, p, to + k * t->size);
		if (!p)
			return NULL;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (k + 1 < n)
			return fail(w, p, ", or ] expected");
	}
	return take(w, p, ']');
}

static const char *read_list(struct hd_wave *w, const struct hd_type *t,
			     const char *p, uint8_t *to)
{
	struct wave_pair pair;
	const struct hd_type *e = wave_element(t, &pair);

	if (!(p = take(w, p, '[')))
		return NULL;
	const uint32_t n = count(p);
	if (t->kind == HD_TYPE_FIXED_LIST)
		return n == t->n ? read_elements(w, e, p, n, to) :
				   fail(w, p, "another number of elements "
					"expected");
	if (e->size && n > ((1u << 28) - 1) / e->size)
		return fail(w, p, "a list that is too long");
	uint8_t *host = make(w, p, e->align, n * e->size, to);
	wave_put(to + 4, n, 4);
	return host ? read_elements(w, e, p, n, host) : NULL;
}

static const char *read_tuple(struct hd_wave *w, const struct hd_type *t,
			      const char *p, uint8_t *to)
{
	if (!(p = take(w, p, '(')))
		return NULL;
	for (uint32_t k = 0; k < t->n; k++) {
		p = hd_wave_read(w, t->item[k].type, p,
				 to + t->item[k].offset);
		if (!p)
			return NULL;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (k + 1 < t->n)
			return fail(w, p, ", and more elements expected");
	}
	return take(w, p, ')');
}

/* --- names ------------------------------------------------------------------------------ */

/* The item whose name stands at *p, which moves on; t->n when there is none. */
static uint32_t find_label(const struct hd_type *t, const char **p)
{
	const char *q = *p + (**p == '%');

	for (uint32_t k = 0; k < t->n; k++)
		if (word_end(q) != q && is_word(q, t->item[k].name)) {
			*p = word_end(q);
			return k;
		}
	return t->n;
}

static const char *read_fields(struct hd_wave *w, const struct hd_type *t,
			       const char *p, uint8_t *to,
			       uint8_t seen[FIELDS_MAX / 8])
{
	while (*(p = hd_wave_skip(p)) != '}') {
		const char *at = p;
		const uint32_t k = find_label(t, &p);
		if (k == t->n)
			return fail(w, at, "the record has no such field");
		if (seen[k / 8] >> k % 8 & 1)
			return fail(w, at, "the field was given before");
		seen[k / 8] |= (uint8_t)(1u << k % 8);
		if (!(p = take(w, p, ':')) ||
		    !(p = hd_wave_read(w, t->item[k].type, p,
				       to + t->item[k].offset)))
			return NULL;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (*p != '}')
			return fail(w, p, ", or } expected");
	}
	return p;
}

/* Fields of option type that are missing are none: zero already. */
static const char *read_record(struct hd_wave *w, const struct hd_type *t,
			       const char *p, uint8_t *to)
{
	uint8_t seen[FIELDS_MAX / 8] = { 0 };
	const char *begin = p;

	if (t->n > FIELDS_MAX)
		return fail(w, p, "a record of more than 256 fields");
	if (!(p = take(w, p, '{')))
		return NULL;
	p = hd_wave_skip(p);
	if (*p == ':') {
		p = hd_wave_skip(p + 1);
		if (*p != '}')
			return fail(w, p, "} expected");
	}
	if (!(p = read_fields(w, t, p, to, seen)))
		return NULL;
	for (uint32_t k = 0; k < t->n; k++)
		if (!(seen[k / 8] >> k % 8 & 1) &&
		    t->item[k].type->kind != HD_TYPE_OPTION)
			return fail(w, begin, "a field of the record is "
				    "missing");
	return p + 1;
}

static const char *read_flags(struct hd_wave *w, const struct hd_type *t,
			      const char *p, uint8_t *to)
{
	uint32_t v = 0;

	if (!(p = take(w, p, '{')))
		return NULL;
	while (*(p = hd_wave_skip(p)) != '}') {
		const char *at = p;
		const uint32_t k = find_label(t, &p);
		if (k == t->n)
			return fail(w, at, "there is no such flag");
		if (v >> k & 1)
			return fail(w, at, "the flag was given before");
		v |= 1u << k;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (*p != '}')
			return fail(w, p, ", or } expected");
	}
	wave_put(to, v, t->size);
	return p + 1;
}

/* Case k, whose name ends at p; its payload in parentheses. */
static const char *read_payload(struct hd_wave *w, const struct hd_type *t,
				uint32_t k, const char *p, uint8_t *to)
{
	const struct hd_type_item *i = &t->item[k];

	wave_put(to, k, wave_disc_size(t));
	if (!i->type)
		return p;
	if (!(p = take(w, p, '(')) ||
	    !(p = hd_wave_read(w, i->type, p, to + i->offset)))
		return NULL;
	return take(w, p, ')');
}

static const char *read_variant(struct hd_wave *w, const struct hd_type *t,
				const char *p, uint8_t *to)
{
	const char *at = p;
	const uint32_t k = find_label(t, &p);

	return k < t->n ? read_payload(w, t, k, p, to) :
			  fail(w, at, "there is no such case");
}

/* The payload alone: not where it could be taken for the outer one. */
static const char *read_flat(struct hd_wave *w, const struct hd_type *t,
			     uint32_t k, const char *p, uint8_t *to,
			     const char *error)
{
	const struct hd_type_item *i = &t->item[k];

	if (!i->type || i->type->kind == HD_TYPE_OPTION ||
	    i->type->kind == HD_TYPE_RESULT)
		return fail(w, p, error);
	wave_put(to, k, 1);
	return hd_wave_read(w, i->type, p, to + i->offset);
}

static const char *read_option(struct hd_wave *w, const struct hd_type *t,
			       const char *p, uint8_t *to)
{
	if (is_word(p, "none"))
		return p + 4;
	if (is_word(p, "some"))
		return read_payload(w, t, 1, p + 4, to);
	return read_flat(w, t, 1, p, to, "some(...) or none expected");
}

static const char *read_result(struct hd_wave *w, const struct hd_type *t,
			       const char *p, uint8_t *to)
{
	if (is_word(p, "ok"))
		return read_payload(w, t, 0, p + 2, to);
	if (is_word(p, "err"))
		return read_payload(w, t, 1, p + 3, to);
	return read_flat(w, t, 0, p, to, "ok or err expected");
}

static const char *read_handle(struct hd_wave *w, const struct hd_type *t,
			       const char *p, uint8_t *to)
{
	const char *end = word_end(p + (*p == '@'));
	uint32_t handle;

	if (!w->handle ||
	    !w->handle(w->ctx, t, p, (uint32_t)(end - p), &handle))
		return fail(w, p, "values of this type have no text");
	wave_put(to, handle, 4);
	return end;
}

const char *hd_wave_read(struct hd_wave *w, const struct hd_type *t,
			 const char *p, uint8_t *to)
{
	p = hd_wave_skip(p);
	if (wave_is_integer(t))
		return read_integer(w, t, p, to);
	for (uint32_t k = 0; k < t->size; k++)
		to[k] = 0;
	switch (t->kind) {
	case HD_TYPE_BOOL:
		to[0] = is_word(p, "true");
		if (!to[0] && !is_word(p, "false"))
			return fail(w, p, "true or false expected");
		return word_end(p);
	case HD_TYPE_F32:
	case HD_TYPE_F64:
		return read_real(w, t, p, to);
	case HD_TYPE_CHAR:
		return read_quoted(w, p, to);
	case HD_TYPE_STRING:
		return read_string(w, p, to);
	case HD_TYPE_LIST:
	case HD_TYPE_MAP:
	case HD_TYPE_FIXED_LIST:
		return read_list(w, t, p, to);
	case HD_TYPE_TUPLE:
		return read_tuple(w, t, p, to);
	case HD_TYPE_RECORD:
		return read_record(w, t, p, to);
	case HD_TYPE_FLAGS:
		return read_flags(w, t, p, to);
	case HD_TYPE_VARIANT:
	case HD_TYPE_ENUM:
		return read_variant(w, t, p, to);
	case HD_TYPE_OPTION:
		return read_option(w, t, p, to);
	case HD_TYPE_RESULT:
		return read_result(w, t, p, to);
	default:
		return read_handle(w, t, p, to);
	}
}
