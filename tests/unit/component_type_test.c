/* component_type_test.c - layout, flattening and names of component types.
 *
 * Expected figures follow the definitions of component-model 6d28164,
 * CanonicalABI.md "Alignment", "Element Size", "Flattening", by hand.
 */
#include <stdio.h>
#include <string.h>

#include "component/name.h"

static struct arena arena;
static struct ct_table table;
static int tests, failures;

static void ok(bool good, const char *what, const char *which)
{
	printf("%sok %d - %s %s\n", good ? "" : "not ", ++tests, what, which);
	failures += !good;
}

/* --- a small notation for types ------------------------------------------------ */

/* Reads prefix notation: a letter per primitive type (prims below), and
 *   r N items   record      v N items   variant (- no payload)
 *   t N items   tuple       l item      list      o item      option
 *   R ok err    result      L N item    list of N g N flags   e N enum
 *   S item      stream      U item      future
 * N is one digit or a letter: a=10, q=17, x=33, z=300. */
static const char *text;

static uint32_t count(void)
{
	char c = *text++;

	switch (c) {
	case 'a': return 10;
	case 'q': return 17;
	case 'x': return 33;
	case 'z': return 300;
	default: return (uint32_t)(c - '0');
	}
}

static uint32_t read_type(void);

static struct ct_item *items(uint32_t n, bool labels)
{
	struct ct_item *r = arena_array(&arena, struct ct_item, n);

	for (uint32_t k = 0; k < n; k++) {
		r[k].name.at = arena_printf(&arena, "n%u", k);
		r[k].name.n = (uint32_t)strlen(r[k].name.at);
		r[k].type = labels ? CT_NO_TYPE : read_type();
	}
	return r;
}

static uint32_t composite(uint8_t kind)
{
	struct ct_type x = { .kind = kind, .elem = CT_NO_TYPE,
			     .elem2 = CT_NO_TYPE };

	switch (kind) {
	case CT_RECORD: case CT_VARIANT: case CT_TUPLE:
		x.n = count();
		x.item = items(x.n, false);
		break;
	case CT_FLAGS: case CT_ENUM:
		x.n = count();
		x.item = items(x.n, true);
		break;
	case CT_FIXED_LIST:
		x.n = count();
		x.elem = read_type();
		break;
	case CT_RESULT:
		x.elem = read_type();
		x.elem2 = read_type();
		break;
	default:
		x.elem = read_type();
	}
	return ct_intern(&table, x);
}

static uint32_t read_type(void)
{
	static const char prims[] = "bBhHkwWdDfFcsE";
	static const uint8_t kinds[] = {
		CT_BOOL, CT_S8, CT_U8, CT_S16, CT_U16, CT_S32, CT_U32, CT_S64,
		CT_U64, CT_F32, CT_F64, CT_CHAR, CT_STRING, CT_ERROR_CONTEXT,
	};
	static const char others[] = "rvtloRLgeSU";
	static const uint8_t composites[] = {
		CT_RECORD, CT_VARIANT, CT_TUPLE, CT_LIST, CT_OPTION, CT_RESULT,
		CT_FIXED_LIST, CT_FLAGS, CT_ENUM, CT_STREAM, CT_FUTURE,
	};
	char c = *text++;
	const char *p = strchr(prims, c), *q = strchr(others, c);

	if (c == '-')
		return CT_NO_TYPE;
	return p ? kinds[p - prims] : composite(composites[q - others]);
}

static const struct layout_case {
	const char *type;
	uint32_t size, align;
	const char *flat;	/* "+" at the end: more than are kept */
} layouts[] = {
	{ "b", 1, 1, "i" }, { "B", 1, 1, "i" }, { "k", 2, 2, "i" },
	{ "W", 4, 4, "i" }, { "D", 8, 8, "l" }, { "f", 4, 4, "f" },
	{ "F", 8, 8, "d" }, { "c", 4, 4, "i" }, { "s", 8, 4, "ii" },
	{ "E", 4, 4, "i" },
	{ "lh", 8, 4, "ii" }, { "lD", 8, 4, "ii" },
	{ "Sh", 4, 4, "i" }, { "S-", 4, 4, "i" }, { "UD", 4, 4, "i" },
	/* records: padding between and behind */
	{ "r2hD", 16, 8, "il" }, { "r3hHh", 6, 2, "iii" },
	{ "r2Dh", 16, 8, "li" }, { "t2sh", 12, 4, "iii" },
	{ "t3fFf", 24, 8, "fdf" },
	/* flags */
	{ "g1", 1, 1, "i" }, { "g8", 1, 1, "i" }, { "g9", 2, 2, "i" },
	{ "gq", 4, 4, "i" },
	/* enumerations: one byte up to 256 cases */
	{ "e2", 1, 1, "i" }, { "ez", 2, 2, "i" },
	/* options and results */
	{ "oh", 2, 1, "ii" }, { "oD", 16, 8, "il" }, { "os", 12, 4, "iii" },
	{ "R--", 1, 1, "i" }, { "Rh-", 2, 1, "ii" }, { "R-s", 12, 4, "iii" },
	{ "RfW", 8, 4, "ii" }, { "RFW", 16, 8, "il" }, { "Rff", 8, 4, "if" },
	{ "RfD", 16, 8, "il" }, { "RFf", 16, 8, "il" },
	/* variants: payload behind the discriminant at its own alignment */
	{ "v2-h", 2, 1, "ii" }, { "v3-sD", 16, 8, "ili" },
	{ "v2t2fft2WW", 12, 4, "iii" }, { "v2t2ffF", 16, 8, "ilf" },
	/* nested */
	{ "ooh", 3, 1, "iii" }, { "r2ohoh", 4, 1, "iiii" },
	{ "lr2hD", 8, 4, "ii" },
	/* lists of fixed length */
	{ "L4h", 4, 1, "iiii" }, { "L3D", 24, 8, "lll" },
	{ "L2r2hD", 32, 8, "ilil" }, { "LzD", 2400, 8, "lllllllllllllllll+" },
	/* as many flat values as are kept, and more */
	{ "rahhhhhhhhhh", 10, 1, "iiiiiiiiii" },
	{ "rqhhhhhhhhhhhhhhhhh", 17, 1, "iiiiiiiiiiiiiiiii+" },
};

static void check_layout(const struct layout_case *c)
{
	char flat[CT_FLAT_KEPT + 2] = "";

	text = c->type;
	const struct ct_type *x = ct_get(&table, read_type());
	for (uint8_t k = 0; k < x->nflat; k++)
		flat[k] = type_letter((enum type)x->flat[k]);
	flat[x->nflat] = x->nflat == CT_FLAT_KEPT ? '+' : 0;
	ok(x->size == c->size && x->align == c->align &&
	   !strcmp(flat, c->flat), "layout", c->type);
	if (x->size != c->size || x->align != c->align || strcmp(flat, c->flat))
		printf("# size %u align %u flat %s\n", x->size, x->align, flat);
}

/* --- functions ------------------------------------------------------------------- */

static const struct func_case {
	const char *params, *result;
	const char *lift, *lift_callback, *lift_stackful, *lower, *lower_async,
		*ret;
} funcs[] = {
	{ "0", "-", ":", ":i", ":", ":", ":i", ":" },
	{ "1W", "W", "i:i", "i:i", "i:", "i:i", "ii:i", "i:" },
	{ "1s", "s", "ii:i", "ii:i", "ii:", "iii:", "iii:i", "ii:" },
	{ "5WWWWW", "-", "iiiii:", "iiiii:i", "iiiii:", "iiiii:", "i:i", ":" },
	{ "4DDDD", "F", "llll:d", "llll:i", "llll:", "llll:d", "lllli:i", "d:" },
	{ "1LqW", "LqW", "i:i", "i:i", "i:", "ii:", "ii:i", "i:" },
	{ "1Sh", "Sh", "i:i", "i:i", "i:", "i:i", "ii:i", "i:" },
	{ "1t2Ff", "R--", "df:i", "df:i", "df:", "df:i", "dfi:i", "i:" },
};

static void same_sig(const struct wasm_functype *f, const char *want,
		     const char *what, const char *which)
{
	const char *have = wasm_type_text(f, &arena);

	ok(!strcmp(have, want), what, which);
	if (strcmp(have, want))
		printf("# have %s want %s\n", have, want);
}

static void check_func(const struct func_case *c)
{
	struct ct_type x = { .kind = CT_FUNC, .async = true,
			     .elem2 = CT_NO_TYPE };
	struct wasm_functype f;

	text = c->params;
	x.n = count();
	x.item = items(x.n, false);
	text = c->result;
	x.elem = read_type();
	uint32_t t = ct_intern(&table, x);
	f = ct_flatten(&table, t, CT_LIFT, false, false, &arena);
	same_sig(&f, c->lift, "sync lift", c->params);
	f = ct_flatten(&table, t, CT_LIFT, true, true, &arena);
	same_sig(&f, c->lift_callback, "callback lift", c->params);
	f = ct_flatten(&table, t, CT_LIFT, true, false, &arena);
	same_sig(&f, c->lift_stackful, "stackful lift", c->params);
	f = ct_flatten(&table, t, CT_LOWER, false, false, &arena);
	same_sig(&f, c->lower, "sync lower", c->params);
	f = ct_flatten(&table, t, CT_LOWER, true, false, &arena);
	same_sig(&f, c->lower_async, "async lower", c->params);
	f = ct_flatten_return(&table, x.elem, &arena);
	same_sig(&f, c->ret, "task.return", c->result);
}

/* --- names ------------------------------------------------------------------------- */

static const struct name_case {
	const char *name;
	enum name_form form;
} names[] = {
	{ "a", NAME_LABEL }, { "foo-bar", NAME_LABEL }, { "a1-2b", NAME_LABEL },
	{ "HTTP-get", NAME_LABEL }, { "fooBar", NAME_BAD }, { "", NAME_BAD },
	{ "1a", NAME_BAD }, { "a--b", NAME_BAD }, { "a-", NAME_BAD },
	{ "-a", NAME_BAD }, { "a_b", NAME_BAD },
	{ "[constructor]r", NAME_CONSTRUCTOR }, { "[constructor]", NAME_BAD },
	{ "[method]r.f", NAME_METHOD }, { "[static]r.f", NAME_METHOD },
	{ "[method]r", NAME_BAD }, { "[other]r.f", NAME_BAD },
	{ "a:b/c", NAME_INTERFACE }, { "a:b/c@1.2.3", NAME_INTERFACE },
	{ "a:b/c@0.3.0-rc-1.2+x", NAME_INTERFACE }, { "a:b/c@1.2", NAME_BAD },
	{ "a:b/c@1.02.3", NAME_BAD }, { "a:b", NAME_BAD }, { "a/b:c", NAME_BAD },
	{ "a:b/c@1.2.3-", NAME_BAD }, { "a:/c", NAME_BAD },
	{ "url=<http://x>", NAME_LOCATOR },
};

static void check_names(void)
{
	struct name_set set;

	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		struct ct_name n = { names[k].name,
				     (uint32_t)strlen(names[k].name) };
		ok(name_form(n) == names[k].form, "name", names[k].name);
	}
	name_set_init(&set, &arena);
	ok(name_set_add(&set, (struct ct_name){ "foo", 3 }), "new", "foo");
	ok(!name_set_add(&set, (struct ct_name){ "FOO", 3 }), "again", "FOO");
	ok(name_set_add(&set, (struct ct_name){ "[constructor]foo", 16 }),
	   "new", "[constructor]foo");
	ok(name_set_add(&set, (struct ct_name){ "[method]a.b", 11 }), "new",
	   "[method]a.b");
	ok(!name_set_add(&set, (struct ct_name){ "[static]a.b", 11 }), "again",
	   "[static]a.b");
}

/* Equal types have equal numbers. */
static void check_interning(void)
{
	text = "r2hlD";
	uint32_t a = read_type();
	text = "r2hlD";
	ok(a == read_type(), "same number", "r2hlD");
	text = "r2hlF";
	ok(a != read_type(), "other number", "r2hlF");
	struct ct_type nested = { .kind = CT_LIST, .elem = CT_U8,
				  .elem2 = CT_NO_TYPE };
	uint32_t t = 0;
	int depth = 1;
	for (; t != CT_NO_TYPE; depth++) {
		t = ct_intern(&table, nested);
		nested.elem = t;
	}
	ok(depth == CT_MAX_DEPTH + 1, "deepest", "list");
}

int main(void)
{
	arena_init(&arena, NULL);
	ct_init(&table, &arena);
	for (size_t k = 0; k < ARRAY_LEN(layouts); k++)
		check_layout(&layouts[k]);
	for (size_t k = 0; k < ARRAY_LEN(funcs); k++)
		check_func(&funcs[k]);
	check_names();
	check_interning();
	printf("1..%d\n", tests);
	arena_fini(&arena);
	return failures > 0;
}
