/* bind_docs.c - documentation of functions, from the section package-docs.
 *
 * A version byte, then JSON: "interfaces" and "worlds" by name, in them
 * "funcs" (or "func_exports", "func_imports") by name with "docs".
 */
#include <jansson.h>
#include <string.h>

#include "cli/bind.h"

static json_t *field(json_t *o, const char *at, size_t n)
{
	return json_is_object(o) ? json_object_getn(o, at, n) : NULL;
}

static json_t *named(json_t *o, const char *name)
{
	return field(o, name, strlen(name));
}

/* "docs" of the function in any of the lists of x. */
static const char *in_item(json_t *x, struct ct_name f)
{
	static const char *const lists[] = { "funcs", "func_exports",
					     "func_imports" };

	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
		json_t *i = field(named(x, lists[k]), f.at, f.n);
		const char *s = json_is_string(i) ? json_string_value(i) :
				json_string_value(named(i, "docs"));
		if (s)
			return s;
	}
	return NULL;
}

static const char *find(json_t *root, const struct bind_func *f)
{
	struct ct_name i = bind_short_name(f->interface);
	const char *name, *s;
	json_t *x;

	if (i.n)
		return in_item(field(named(root, "interfaces"), i.at, i.n),
			       f->name);
	json_object_foreach(named(root, "worlds"), name, x)
		if ((s = in_item(x, f->name)))
			return s;
	return NULL;
}

/* Lines of a comment; its end is taken out. */
static const char *as_comment(struct bind *b, const char *s)
{
	struct buf out;

	buf_init(&out, b->arena);
	while (*s) {
		size_t n = strcspn(s, "\n");
		buf_str(&out, " * ");
		for (size_t k = 0; k < n; k++)
			if (s[k] != '/' || !k || s[k - 1] != '*')
				buf_u8(&out, (uint8_t)s[k]);
		buf_str(&out, "\n");
		s += n + (s[n] == '\n');
	}
	buf_u8(&out, 0);
	return (char *)out.at;
}

const char *bind_docs(struct bind *b, const struct bind_func *f)
{
	json_t *root = b->ndocs > 1 ? json_loadb(b->docs + 1, b->ndocs - 1, 0,
						 NULL) : NULL;
	const char *s = root ? find(root, f) : NULL;

	s = s ? as_comment(b, s) : NULL;
	json_decref(root);
	return s;
}
