/* json.c - a JSON reader for traces.
 *
 * Numbers are integers of up to 64 bits, strings have no escapes beyond \": the
 * corpus uses no others where it matters.
 */
#include "json.h"

#include <stddef.h>

#define VALUES 24000

static struct jval pool[VALUES];
static uint32_t used;
static const char *p, *end;

static void space(void)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
}

static bool eat(char c)
{
	space();
	if (p >= end || *p != c)
		return false;
	p++;
	return true;
}

static bool string(const char **text, uint16_t *length)
{
	if (!eat('"'))
		return false;
	*text = p;
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	if (p >= end)
		return false;
	*length = (uint16_t)(p - *text);
	p++;
	return true;
}

static bool number(struct jval *v)
{
	const bool neg = *p == '-';
	uint64_t n = 0;

	p += neg;
	if (p >= end || *p < '0' || *p > '9')
		return false;
	while (p < end && *p >= '0' && *p <= '9')
		n = n * 10 + (uint64_t)(*p++ - '0');
	v->type = J_NUMBER;
	v->number = (int64_t)(neg ? 0 - n : n);
	return true;
}

static bool word(const char *w)
{
	const char *q = p;

	while (*w && q < end && *q == *w) {
		q++;
		w++;
	}
	if (*w)
		return false;
	p = q;
	return true;
}

static struct jval *value(void);

static bool members(struct jval *v, char close, bool keys)
{
	const struct jval **link = &v->first;

	v->type = keys ? J_OBJECT : J_ARRAY;
	if (eat(close))
		return true;
	do {
		const char *key = NULL;
		uint16_t key_length = 0;

		if (keys && (!string(&key, &key_length) || !eat(':')))
			return false;
		struct jval *m = value();
		if (!m)
			return false;
		m->key = key;
		m->key_length = key_length;
		*link = m;
		link = &m->next;
		v->length++;
	} while (eat(','));
	return eat(close);
}

static struct jval *value(void)
{
	bool ok;

	space();
	if (used == VALUES || p >= end)
		return NULL;
	struct jval *v = &pool[used++];
	*v = (struct jval){ .type = J_NULL };
	if (*p == '{') {
		p++;
		ok = members(v, '}', true);
	} else if (*p == '[') {
		p++;
		ok = members(v, ']', false);
	} else if (*p == '"') {
		v->type = J_STRING;
		ok = string(&v->text, &v->length);
	} else if (*p == 't' || *p == 'f') {
		v->type = J_BOOL;
		v->number = *p == 't';
		ok = word("true") || word("false");
	} else if (*p == 'n') {
		ok = word("null");
	} else {
		ok = number(v);
	}
	return ok ? v : NULL;
}

const struct jval *json_read(const char *text, uint32_t length)
{
	used = 0;
	p = text;
	end = text + length;
	return value();
}

static bool equal(const char *s, uint32_t length, const char *text)
{
	for (uint32_t i = 0; i < length; i++)
		if (!text[i] || s[i] != text[i])
			return false;
	return text[length] == 0;
}

const struct jval *json_get(const struct jval *v, const char *key)
{
	if (!v || v->type != J_OBJECT)
		return NULL;
	for (v = v->first; v; v = v->next)
		if (equal(v->key, v->key_length, key))
			return v;
	return NULL;
}

int64_t json_number(const struct jval *v, const char *key, int64_t other)
{
	v = json_get(v, key);
	return v && v->type != J_NULL ? v->number : other;
}

bool json_is(const struct jval *s, const char *text)
{
	return s && s->type == J_STRING && equal(s->text, s->length, text);
}

const struct jval *json_at(const struct jval *v, uint32_t i)
{
	if (!v || v->type != J_ARRAY)
		return NULL;
	for (v = v->first; v && i > 0; i--)
		v = v->next;
	return v;
}
