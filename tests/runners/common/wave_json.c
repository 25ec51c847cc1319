/* wave_json.c - component values of JSON test files as WAVE text. */
#include "common/wave_json.h"

#include <string.h>

static bool list(const json_t *all, const char *open, const char *close,
		 struct buf *out)
{
	const json_t *v;
	size_t k;
	bool ok = true;

	buf_str(out, open);
	json_array_foreach(all, k, v) {
		buf_str(out, k ? ", " : "");
		ok &= wave_json(v, out);
	}
	buf_str(out, close);
	return ok;
}

static bool record(const json_t *fields, struct buf *out)
{
	const json_t *f;
	size_t k;
	bool ok = true;

	buf_str(out, json_array_size(fields) ? "{" : "{:");
	json_array_foreach(fields, k, f) {
		buf_printf(out, "%s%s: ", k ? ", " : "",
			   json_string_value(json_object_get(f, "name")));
		ok &= wave_json(json_object_get(f, "value"), out);
	}
	buf_str(out, "}");
	return ok;
}

static bool payload(const char *label, const json_t *v, struct buf *out)
{
	bool ok = true;

	buf_str(out, label);
	if (json_is_object(v)) {
		buf_str(out, "(");
		ok = wave_json(v, out);
		buf_str(out, ")");
	}
	return ok;
}

static bool flags(const json_t *labels, struct buf *out)
{
	const json_t *l;
	size_t k;

	buf_str(out, "{");
	json_array_foreach(labels, k, l)
		buf_printf(out, "%s%s", k ? ", " : "", json_string_value(l));
	buf_str(out, "}");
	return true;
}

static bool result(const json_t *v, struct buf *out)
{
	const json_t *ok = json_object_get(v, "ok");

	return ok ? payload("ok", ok, out) :
		    payload("err", json_object_get(v, "err"), out);
}

bool wave_json(const json_t *v, struct buf *out)
{
	const char *type = json_string_value(json_object_get(v, "type"));
	const json_t *x = json_object_get(v, "value");
	const char *label = json_string_value(json_object_get(v, "case"));

	if (!type)
		return false;
	if (!strcmp(type, "bool"))
		return buf_str(out, json_is_true(x) ? "true" : "false"), true;
	if (!strcmp(type, "string"))
		return buf_json(out, json_string_value(x)), true;
	if (!strcmp(type, "list"))
		return list(x, "[", "]", out);
	if (!strcmp(type, "tuple"))
		return list(x, "(", ")", out);
	if (!strcmp(type, "record"))
		return record(x, out);
	if (!strcmp(type, "variant") || !strcmp(type, "enum"))
		return label && payload(label, x, out);
	if (!strcmp(type, "flags"))
		return flags(x, out);
	if (!strcmp(type, "option"))
		return json_is_object(x) ? payload("some", x, out) :
					   payload("none", NULL, out);
	if (!strcmp(type, "result"))
		return result(v, out);
	if (!strcmp(type, "char"))
		buf_printf(out, "'%s'", json_string_value(x));
	else if (json_is_string(x))
		buf_str(out, json_string_value(x));
	else
		return false;
	return true;
}

const char *wave_call(const char *name, const json_t *args, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	buf_str(&b, name);
	if (!list(args, "(", ")", &b))
		return NULL;
	buf_u8(&b, 0);
	return (char *)b.at;
}
