/* wittype.c - types of the component model as text.
 *
 * The notation of WIT for types and functions.  Records, variants, enums and
 * flags have no names here: they stand where they are used, as
 *
 *	record { x: u8, y: string }   variant { a, b(u32) }
 *	enum { on, off }              flags { read, write }
 *
 * Source: component-model 6d28164, WIT.md "Types".
 */
#include "component/witworld.h"

#include <string.h>

#include "component/name.h"

enum { ITEMS_MAX = 1000 };

void wit_fail(struct wit_reader *r, const char *expected)
{
	int n = (int)(r->end - r->at < 12 ? r->end - r->at : 12);

	if (!r->bad)
		diag_report(r->sink, DIAG_NOTATION, (uint64_t)(r->at - r->base),
			    "%s expected at \"%.*s\"", expected, n, r->at);
	r->bad = true;
}

void wit_skip(struct wit_reader *r)
{
	for (;;) {
		while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
			r->at++;
		if (r->end - r->at < 2 || r->at[0] != '/' || r->at[1] != '/')
			return;
		while (r->at < r->end && *r->at != '\n')
			r->at++;
	}
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

/* A word is taken whole: "u8" does not begin "u8x". */
bool wit_take(struct wit_reader *r, const char *text)
{
	size_t n = strlen(text);

	wit_skip(r);
	if ((size_t)(r->end - r->at) < n || memcmp(r->at, text, n) != 0)
		return false;
	if (word_char(text[n - 1]) && text[n - 1] != '>' &&
	    r->at + n < r->end && word_char(r->at[n]))
		return false;
	r->at += n;
	return true;
}

static void expect(struct wit_reader *r, const char *text)
{
	if (!wit_take(r, text))
		wit_fail(r, text);
}

static struct ct_name label(struct wit_reader *r)
{
	struct ct_name n;

	wit_skip(r);
	if (r->at < r->end && *r->at == '%')
		r->at++;
	n.at = r->at;
	while (r->at < r->end && word_char(*r->at))
		r->at++;
	n.n = (uint32_t)(r->at - n.at);
	if (!name_is_label(n)) {
		r->at = n.at;
		wit_fail(r, "a name");
	}
	return n;
}

static uint32_t intern(struct wit_reader *r, struct ct_type x)
{
	if (r->bad)
		return CT_NO_TYPE;
	uint32_t t = ct_intern(r->types, x);
	if (t == CT_NO_TYPE)
		wit_fail(r, "a smaller type");
	return t;
}

enum form { FORM_FIELD, FORM_CASE, FORM_LABEL, FORM_TYPE };

/* Items up to `end`; a comma may stand behind the last. */
static void items(struct wit_reader *r, struct ct_type *x, enum form form,
		  const char *end)
{
	VEC(struct ct_item) v = { 0 };
	struct name_set names;

	name_set_init(&names, r->types->arena);
	while (!r->bad && !wit_take(r, end)) {
		struct ct_item i = { .type = CT_NO_TYPE };
		if (form != FORM_TYPE)
			i.name = label(r);
		if (form != FORM_TYPE && !r->bad &&
		    !name_set_add(&names, i.name))
			wit_fail(r, "another name");
		if (form == FORM_FIELD)
			expect(r, ":");
		if (form == FORM_FIELD || form == FORM_TYPE) {
			i.type = wit_type(r);
		} else if (form == FORM_CASE && wit_take(r, "(")) {
			i.type = wit_type(r);
			expect(r, ")");
		}
		vec_push(r->types->arena, &v, i);
		if (v.n > ITEMS_MAX)
			wit_fail(r, "fewer items");
		if (!wit_take(r, ",")) {
			expect(r, end);
			break;
		}
	}
	x->item = v.at;
	x->n = v.n;
}

static uint32_t braces(struct wit_reader *r, enum ct_kind kind, enum form form)
{
	struct ct_type x = { .kind = (uint8_t)kind, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	expect(r, "{");
	items(r, &x, form, "}");
	if (!r->bad && !x.n)
		wit_fail(r, "a name");
	if (kind == CT_FLAGS && x.n > 32)
		wit_fail(r, "at most 32 flags");
	return intern(r, x);
}

static uint32_t number(struct wit_reader *r)
{
	uint32_t v = 0;

	wit_skip(r);
	if (r->at == r->end || *r->at < '1' || *r->at > '9')
		wit_fail(r, "a length");
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9' &&
	       v < 100000000)
		v = v * 10 + (uint32_t)(*r->at++ - '0');
	return v;
}

static uint32_t list(struct wit_reader *r)
{
	struct ct_type x = { .kind = CT_LIST, .elem2 = CT_NO_TYPE };

	expect(r, "<");
	x.elem = wit_type(r);
	if (wit_take(r, ",")) {
		x.kind = CT_FIXED_LIST;
		x.n = number(r);
	}
	expect(r, ">");
	return intern(r, x);
}

static uint32_t tuple(struct wit_reader *r)
{
	struct ct_type x = { .kind = CT_TUPLE, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	expect(r, "<");
	items(r, &x, FORM_TYPE, ">");
	if (!r->bad && !x.n)
		wit_fail(r, "a type");
	return intern(r, x);
}

static uint32_t map(struct wit_reader *r)
{
	struct ct_type x = { .kind = CT_MAP };

	expect(r, "<");
	x.elem = wit_type(r);
	expect(r, ",");
	x.elem2 = wit_type(r);
	expect(r, ">");
	return intern(r, x);
}

/* result, result<T>, result<_, E>, result<T, E> */
static uint32_t result(struct wit_reader *r)
{
	struct ct_type x = { .kind = CT_RESULT, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	if (wit_take(r, "<")) {
		if (!wit_take(r, "_"))
			x.elem = wit_type(r);
		if (wit_take(r, ","))
			x.elem2 = wit_type(r);
		expect(r, ">");
	}
	return intern(r, x);
}

/* option<T>; stream and future also without an element. */
static uint32_t of_one(struct wit_reader *r, enum ct_kind kind)
{
	struct ct_type x = { .kind = (uint8_t)kind, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	if (wit_take(r, "<")) {
		x.elem = wit_type(r);
		expect(r, ">");
	} else if (kind == CT_OPTION) {
		wit_fail(r, "<");
	}
	return intern(r, x);
}

uint32_t wit_type(struct wit_reader *r)
{
	static const char *const primitives[CT_PRIMITIVES] = {
#define P(id, code, text, size, align, flat) [CT_##id] = text,
#define C(id, code, text)
#include "component/type.def"
	};

	for (uint32_t k = 0; k < CT_PRIMITIVES; k++)
		if (wit_take(r, primitives[k]))
			return k;
	if (wit_take(r, "list"))
		return list(r);
	if (wit_take(r, "tuple"))
		return tuple(r);
	if (wit_take(r, "map"))
		return map(r);
	if (wit_take(r, "result"))
		return result(r);
	if (wit_take(r, "option"))
		return of_one(r, CT_OPTION);
	if (wit_take(r, "stream"))
		return of_one(r, CT_STREAM);
	if (wit_take(r, "future"))
		return of_one(r, CT_FUTURE);
	if (wit_take(r, "record"))
		return braces(r, CT_RECORD, FORM_FIELD);
	if (wit_take(r, "variant"))
		return braces(r, CT_VARIANT, FORM_CASE);
	if (wit_take(r, "enum"))
		return braces(r, CT_ENUM, FORM_LABEL);
	if (wit_take(r, "flags"))
		return braces(r, CT_FLAGS, FORM_LABEL);
	wit_fail(r, "a type");
	return CT_NO_TYPE;
}

uint32_t wit_func(struct wit_reader *r)
{
	struct ct_type x = { .kind = CT_FUNC, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	x.async = wit_take(r, "async");
	expect(r, "func");
	expect(r, "(");
	items(r, &x, FORM_FIELD, ")");
	if (wit_take(r, "->"))
		x.elem = wit_type(r);
	return intern(r, x);
}
