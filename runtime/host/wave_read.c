/* wave_read.c - values from text. */
#include "host/wave_int.h"

/* Fields of a record that are told apart, cases of what is read by name. */
enum { FIELDS_MAX = 256 };

const char *hd_wave_fail(struct hd_wave *w, const char *at, const char *error)
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

/* Behind the letters, digits and hyphens at p. */
const char *hd_wave_word_end(const char *p)
{
	while (wave_is_letter(*p) || wave_is_digit(*p) || *p == '-')
		p++;
	return p;
}

static bool is_word(const char *p, const char *word)
{
	const char *end = hd_wave_word_end(p);

	while (*word && p < end && *p == *word) {
		p++;
		word++;
	}
	return !*word && p == end;
}

/* c, which must come next. */
const char *hd_wave_take(struct hd_wave *w, const char *p, char c)
{
	static const char *const expected[128] = {
		['('] = "( expected", [')'] = ") expected",
		['['] = "[ expected", ['{'] = "{ expected",
		['}'] = "} expected", [':'] = ": expected",
		[']'] = "] expected", ['\''] = "' expected",
	};

	p = hd_wave_skip(p);
	return *p == c ? p + 1 : hd_wave_fail(w, p, expected[(unsigned char)c]);
}

/* --- lists -------------------------------------------------------------------------- */

const struct hd_type *hd_wave_element(const struct hd_type *t,
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
			return hd_wave_fail(w, p, ", or ] expected");
	}
	return hd_wave_take(w, p, ']');
}

static const char *read_list(struct hd_wave *w, const struct hd_type *t,
			     const char *p, uint8_t *to)
{
	struct wave_pair pair;
	const struct hd_type *e = hd_wave_element(t, &pair);

	if (!(p = hd_wave_take(w, p, '[')))
		return NULL;
	const uint32_t n = count(p);
	if (t->kind == HD_TYPE_FIXED_LIST)
		return n == t->n ? read_elements(w, e, p, n, to) :
				   hd_wave_fail(w, p, "another number of elements "
					"expected");
	if (e->size && n > ((1u << 28) - 1) / e->size)
		return hd_wave_fail(w, p, "a list that is too long");
	uint8_t *host = hd_wave_make(w, p, e->align, n * e->size, to);
	wave_put(to + 4, n, 4);
	return host ? read_elements(w, e, p, n, host) : NULL;
}

static const char *read_tuple(struct hd_wave *w, const struct hd_type *t,
			      const char *p, uint8_t *to)
{
	if (!(p = hd_wave_take(w, p, '(')))
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
			return hd_wave_fail(w, p, ", and more elements expected");
	}
	return hd_wave_take(w, p, ')');
}

/* --- names ------------------------------------------------------------------------------ */

/* The item whose name stands at *p, which moves on; t->n when there is none. */
static uint32_t find_label(const struct hd_type *t, const char **p)
{
	const char *q = *p + (**p == '%');

	for (uint32_t k = 0; k < t->n; k++)
		if (hd_wave_word_end(q) != q && is_word(q, t->item[k].name)) {
			*p = hd_wave_word_end(q);
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
			return hd_wave_fail(w, at, "the record has no such field");
		if (seen[k / 8] >> k % 8 & 1)
			return hd_wave_fail(w, at, "the field was given before");
		seen[k / 8] |= (uint8_t)(1u << k % 8);
		if (!(p = hd_wave_take(w, p, ':')) ||
		    !(p = hd_wave_read(w, t->item[k].type, p,
				       to + t->item[k].offset)))
			return NULL;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (*p != '}')
			return hd_wave_fail(w, p, ", or } expected");
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
		return hd_wave_fail(w, p, "a record of more than 256 fields");
	if (!(p = hd_wave_take(w, p, '{')))
		return NULL;
	p = hd_wave_skip(p);
	if (*p == ':') {
		p = hd_wave_skip(p + 1);
		if (*p != '}')
			return hd_wave_fail(w, p, "} expected");
	}
	if (!(p = read_fields(w, t, p, to, seen)))
		return NULL;
	for (uint32_t k = 0; k < t->n; k++)
		if (!(seen[k / 8] >> k % 8 & 1) &&
		    t->item[k].type->kind != HD_TYPE_OPTION)
			return hd_wave_fail(w, begin, "a field of the record is "
				    "missing");
	return p + 1;
}

static const char *read_flags(struct hd_wave *w, const struct hd_type *t,
			      const char *p, uint8_t *to)
{
	uint32_t v = 0;

	if (!(p = hd_wave_take(w, p, '{')))
		return NULL;
	while (*(p = hd_wave_skip(p)) != '}') {
		const char *at = p;
		const uint32_t k = find_label(t, &p);
		if (k == t->n)
			return hd_wave_fail(w, at, "there is no such flag");
		if (v >> k & 1)
			return hd_wave_fail(w, at, "the flag was given before");
		v |= 1u << k;
		p = hd_wave_skip(p);
		if (*p == ',')
			p++;
		else if (*p != '}')
			return hd_wave_fail(w, p, ", or } expected");
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
	if (!(p = hd_wave_take(w, p, '(')) ||
	    !(p = hd_wave_read(w, i->type, p, to + i->offset)))
		return NULL;
	return hd_wave_take(w, p, ')');
}

static const char *read_variant(struct hd_wave *w, const struct hd_type *t,
				const char *p, uint8_t *to)
{
	const char *at = p;
	const uint32_t k = find_label(t, &p);

	return k < t->n ? read_payload(w, t, k, p, to) :
			  hd_wave_fail(w, at, "there is no such case");
}

/* The payload alone: not where it could be taken for the outer one. */
static const char *read_flat(struct hd_wave *w, const struct hd_type *t,
			     uint32_t k, const char *p, uint8_t *to,
			     const char *error)
{
	const struct hd_type_item *i = &t->item[k];

	if (!i->type || i->type->kind == HD_TYPE_OPTION ||
	    i->type->kind == HD_TYPE_RESULT)
		return hd_wave_fail(w, p, error);
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
	const char *end = hd_wave_word_end(p + (*p == '@'));
	uint32_t handle;

	if (!w->handle ||
	    !w->handle(w->ctx, t, p, (uint32_t)(end - p), &handle))
		return hd_wave_fail(w, p, "values of this type have no text");
	wave_put(to, handle, 4);
	return end;
}

const char *hd_wave_read(struct hd_wave *w, const struct hd_type *t,
			 const char *p, uint8_t *to)
{
	p = hd_wave_skip(p);
	if (wave_is_integer(t))
		return hd_wave_read_integer(w, t, p, to);
	for (uint32_t k = 0; k < t->size; k++)
		to[k] = 0;
	switch (t->kind) {
	case HD_TYPE_BOOL:
		to[0] = is_word(p, "true");
		if (!to[0] && !is_word(p, "false"))
			return hd_wave_fail(w, p, "true or false expected");
		return hd_wave_word_end(p);
	case HD_TYPE_F32:
	case HD_TYPE_F64:
		return hd_wave_read_real(w, t, p, to);
	case HD_TYPE_CHAR:
		return hd_wave_read_quoted(w, p, to);
	case HD_TYPE_STRING:
		return hd_wave_read_string(w, p, to);
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
