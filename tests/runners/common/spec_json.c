/* spec_json.c - reading core test suite files with jansson. */
#include "common/spec_json.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/vec.h"

static const struct {
	const char *kind;
	enum spec_command_type type;
} kinds[] = {
	{ "module", SPEC_MODULE },
	{ "register", SPEC_REGISTER },
	{ "action", SPEC_ACTION },
	{ "assert_return", SPEC_ASSERT_RETURN },
	{ "assert_trap", SPEC_ASSERT_TRAP },
	{ "assert_exhaustion", SPEC_ASSERT_EXHAUSTION },
	{ "assert_malformed", SPEC_ASSERT_MALFORMED },
	{ "assert_invalid", SPEC_ASSERT_INVALID },
	{ "assert_unlinkable", SPEC_ASSERT_UNLINKABLE },
	{ "assert_uninstantiable", SPEC_ASSERT_UNINSTANTIABLE },
};

/* Lane types, and how many bits each has. */
static const struct {
	const char *name;
	unsigned bits;
} lane_types[] = {
	{ "i8", 8 },   { "i16", 16 }, { "i32", 32 },
	{ "i64", 64 }, { "f32", 32 }, { "f64", 64 },
};

static const char *copy(struct arena *a, json_t *j, const char *key,
			uint32_t *n)
{
	json_t *s = json_object_get(j, key);

	if (!json_is_string(s))
		return NULL;
	if (n)
		*n = (uint32_t)json_string_length(s);
	return arena_copy(a, json_string_value(s), json_string_length(s));
}

static enum type type_of_name(const char *name)
{
	for (int t = T_I32; t < T_BOTTOM; t++)
		if (name && strcmp(name, type_name((enum type)t)) == 0)
			return (enum type)t;
	return T_NONE;
}

/* One lane or scalar from its text: unsigned decimal bits, or a NaN class. */
static bool parse_lane(struct spec_value *v, unsigned lane, unsigned bits,
		       const char *text)
{
	char *end;

	if (!text)
		return false;
	if (strcmp(text, "nan:canonical") == 0) {
		v->nan[lane] = SPEC_NAN_CANONICAL;
		return true;
	}
	if (strcmp(text, "nan:arithmetic") == 0) {
		v->nan[lane] = SPEC_NAN_ARITHMETIC;
		return true;
	}
	errno = 0;
	uint64_t n = *text == '-' ? (uint64_t)strtoll(text, &end, 10)
				  : strtoull(text, &end, 10);
	if (errno || end == text || *end)
		return false;
	if (bits < 64)
		n &= (UINT64_C(1) << bits) - 1;
	v->bits[lane * bits / 64] |= n << lane * bits % 64;
	return true;
}

static bool parse_vector(struct spec_value *v, json_t *j)
{
	const char *name = json_string_value(json_object_get(j, "lane_type"));
	json_t *lanes = json_object_get(j, "value"), *lane;
	unsigned bits = 0;
	size_t i;

	for (size_t k = 0; k < ARRAY_LEN(lane_types); k++)
		if (name && strcmp(name, lane_types[k].name) == 0)
			bits = lane_types[k].bits;
	if (!bits || json_array_size(lanes) != 128 / bits)
		return false;
	v->lanes = (uint8_t)(128 / bits);
	json_array_foreach(lanes, i, lane)
		if (!parse_lane(v, (unsigned)i, bits, json_string_value(lane)))
			return false;
	return true;
}

static bool parse_scalar(struct spec_value *v, json_t *j)
{
	const char *text = json_string_value(json_object_get(j, "value"));
	bool wide = v->type == T_I64 || v->type == T_F64;
	bool ref = v->type == T_FUNCREF || v->type == T_EXTERNREF;

	v->null = ref && text && strcmp(text, "null") == 0;
	return v->null || parse_lane(v, 0, wide || ref ? 64 : 32, text);
}

/* A value that is not a list of alternatives. */
static bool parse_plain(struct spec_value *v, json_t *j)
{
	v->lanes = 1;
	v->type = type_of_name(json_string_value(json_object_get(j, "type")));
	v->any = !json_object_get(j, "value");
	if (v->type == T_NONE || v->any)
		return v->type != T_NONE;
	return v->type == T_V128 ? parse_vector(v, j) : parse_scalar(v, j);
}

static bool parse_alternatives(struct arena *a, json_t *list,
			       struct spec_value *v)
{
	size_t i;
	json_t *j;

	v->nalternatives = (uint32_t)json_array_size(list);
	v->alternative = arena_array(a, struct spec_value, v->nalternatives);
	json_array_foreach(list, i, j) {
		if (!parse_plain(&v->alternative[i], j))
			return false;
		v->type = v->alternative[i].type;
	}
	return v->nalternatives > 0;
}

static bool parse_values(struct arena *a, json_t *list, struct spec_value **at,
			 uint32_t *n)
{
	size_t i;
	json_t *j;

	*n = (uint32_t)json_array_size(list);
	*at = arena_array(a, struct spec_value, *n);
	json_array_foreach(list, i, j) {
		json_t *some = json_object_get(j, "values");
		if (some ? !parse_alternatives(a, some, &(*at)[i])
			 : !parse_plain(&(*at)[i], j))
			return false;
	}
	return true;
}

static bool parse_action(struct arena *a, json_t *j, struct spec_action *out)
{
	const char *type = json_string_value(json_object_get(j, "type"));

	out->get = type && strcmp(type, "get") == 0;
	out->module = copy(a, j, "module", NULL);
	out->field = copy(a, j, "field", &out->nfield);
	return type && out->field &&
	       parse_values(a, json_object_get(j, "args"), &out->arg,
			    &out->nargs);
}

static bool parse_command(struct arena *a, json_t *j, struct spec_command *c)
{
	const char *module_type =
		json_string_value(json_object_get(j, "module_type"));
	json_t *action = json_object_get(j, "action");
	json_t *expected = json_object_get(j, "expected");

	c->kind = copy(a, j, "type", NULL);
	if (!c->kind)
		return false;
	c->type = SPEC_OTHER;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(c->kind, kinds[i].kind) == 0)
			c->type = kinds[i].type;
	c->line = (unsigned)json_integer_value(json_object_get(j, "line"));
	c->filename = copy(a, j, "filename", NULL);
	c->text_module = module_type && strcmp(module_type, "text") == 0;
	c->name = copy(a, j, "name", NULL);
	c->as = copy(a, j, "as", NULL);
	c->text = copy(a, j, "text", NULL);
	c->has_action = action != NULL;
	c->has_expected = expected != NULL;
	return (!action || parse_action(a, action, &c->action)) &&
	       (!expected ||
		parse_values(a, expected, &c->expected, &c->nexpected));
}

const char *spec_load(struct spec_file *f, const char *path, struct arena *a)
{
	json_error_t error;
	const char *slash = strrchr(path, '/');
	const char *bad = NULL;
	size_t i;
	json_t *j;

	*f = (struct spec_file){ .path = path };
	f->dir = slash ? arena_copy(a, path, (size_t)(slash - path)) : ".";
	/* names of the suite contain zero bytes on purpose */
	json_t *root = json_load_file(path, JSON_ALLOW_NUL, &error);
	if (!root)
		return arena_printf(a, "%s:%d: %s", path, error.line,
				    error.text);
	json_t *list = json_object_get(root, "commands");
	if (!json_is_array(list))
		bad = arena_printf(a, "%s: no \"commands\"", path);
	f->n = (uint32_t)json_array_size(list);
	f->at = arena_array(a, struct spec_command, f->n);
	json_array_foreach(list, i, j)
		if (!bad && !parse_command(a, j, &f->at[i]))
			bad = arena_printf(a, "%s: command %zu not understood",
					   path, i);
	json_decref(root);
	return bad;
}

const char *spec_module_path(const struct spec_file *f,
			     const struct spec_command *c, struct arena *a)
{
	return arena_printf(a, "%s/%s", f->dir, c->filename);
}

/* ---- comparing ---- */

static uint64_t lane_bits(const uint64_t bits[2], unsigned lane, unsigned width)
{
	uint64_t v = bits[lane * width / 64] >> lane * width % 64;

	return width < 64 ? v & ((UINT64_C(1) << width) - 1) : v;
}

static bool match_lane(enum spec_nan nan, uint64_t want, uint64_t got,
		       unsigned width)
{
	uint64_t sign = UINT64_C(1) << (width - 1);
	uint64_t quiet = width == 32 ? UINT64_C(0x7fc00000)
				     : UINT64_C(0x7ff8000000000000);

	switch (nan) {
	case SPEC_NAN_CANONICAL:  return (got & ~sign) == quiet;
	case SPEC_NAN_ARITHMETIC: return (got & quiet) == quiet;
	default:                  return got == want;
	}
}

static bool match_one(const struct spec_value *want,
		      const struct spec_value *got)
{
	bool ref = want->type == T_FUNCREF || want->type == T_EXTERNREF;

	if (want->type != got->type)
		return false;
	if (want->any)
		return !ref || !got->null;
	if (want->null || (ref && got->null))
		return want->null && got->null;
	unsigned width = want->type == T_V128 ? 128u / want->lanes
			 : want->type == T_I32 || want->type == T_F32 ? 32
								       : 64;
	for (unsigned i = 0; i < want->lanes; i++)
		if (!match_lane((enum spec_nan)want->nan[i],
				lane_bits(want->bits, i, width),
				lane_bits(got->bits, i, width), width))
			return false;
	return true;
}

bool spec_match(const struct spec_value *want, const struct spec_value *got)
{
	if (!want->alternative)
		return match_one(want, got);
	for (uint32_t i = 0; i < want->nalternatives; i++)
		if (match_one(&want->alternative[i], got))
			return true;
	return false;
}

const char *spec_value_text(const struct spec_value *v, struct arena *a)
{
	static const char *const nan[] = { "", "nan:canonical",
					   "nan:arithmetic" };
	const char *type = type_name(v->type);

	if (v->alternative)
		return arena_printf(a, "%s:one of %u", type, v->nalternatives);
	if (v->any)
		return arena_printf(a, "%s:any", type);
	if (v->null)
		return arena_printf(a, "%s:null", type);
	if (v->type == T_V128)
		return arena_printf(a, "v128:0x%016llx%016llx%s",
				    (unsigned long long)v->bits[1],
				    (unsigned long long)v->bits[0],
				    memchr(v->nan, SPEC_NAN_CANONICAL, 16) ||
				    memchr(v->nan, SPEC_NAN_ARITHMETIC, 16)
					    ? " with NaN lanes" : "");
	if (v->nan[0])
		return arena_printf(a, "%s:%s", type, nan[v->nan[0]]);
	if (v->type == T_F32 || v->type == T_F64)
		return arena_printf(a, "%s:0x%llx", type,
				    (unsigned long long)v->bits[0]);
	return arena_printf(a, "%s:%llu", type,
			    (unsigned long long)v->bits[0]);
}

/* ---- finding ---- */

static bool is_suite(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".json") == 0 &&
	       strcmp(name, "manifest.json") != 0;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

struct spec_paths spec_find(const char *path, struct arena *a)
{
	VEC(const char *) todo = { 0 };
	VEC(const char *) out = { 0 };
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		vec_push(a, &out, arena_copy(a, path, strlen(path)));
	else
		vec_push(a, &todo, path);
	for (uint32_t i = 0; i < todo.n; i++) {
		DIR *dir = opendir(todo.at[i]);
		struct dirent *e;
		while (dir && (e = readdir(dir))) {
			if (e->d_name[0] == '.')
				continue;
			const char *p = arena_printf(a, "%s/%s", todo.at[i],
						     e->d_name);
			if (stat(p, &st) == 0 && S_ISDIR(st.st_mode))
				vec_push(a, &todo, p);
			else if (is_suite(e->d_name))
				vec_push(a, &out, p);
		}
		if (dir)
			closedir(dir);
	}
	if (out.n)
		qsort(out.at, out.n, sizeof *out.at, by_name);
	return (struct spec_paths){ out.at, out.n };
}
