/* bind_type.c - types of C for types of the component, and the code between
 * them and the canonical layout. */
#include <string.h>

#include "cli/bind.h"

static const struct {
	const char *c, *word;
} primitive[CT_PRIMITIVES] = {
	[CT_BOOL] = { "bool", "bool" }, [CT_S8] = { "int8_t", "s8" },
	[CT_U8] = { "uint8_t", "u8" }, [CT_S16] = { "int16_t", "s16" },
	[CT_U16] = { "uint16_t", "u16" }, [CT_S32] = { "int32_t", "s32" },
	[CT_U32] = { "uint32_t", "u32" }, [CT_S64] = { "int64_t", "s64" },
	[CT_U64] = { "uint64_t", "u64" }, [CT_F32] = { "float", "f32" },
	[CT_F64] = { "double", "f64" }, [CT_CHAR] = { "uint32_t", "char" },
	[CT_STRING] = { "struct hd_text", "string" },
	[CT_ERROR_CONTEXT] = { "uint32_t", "error_context" },
};

static const struct ct_type *get(const struct bind *b, uint32_t type)
{
	return ct_get(b->types, type);
}

/* Passed as a number: a handle, a set of flags, a label. */
static bool is_number(const struct ct_type *x)
{
	return x->kind == CT_OWN || x->kind == CT_BORROW ||
	       x->kind == CT_STREAM || x->kind == CT_FUTURE ||
	       x->kind == CT_FLAGS || x->kind == CT_ENUM ||
	       x->kind == CT_ERROR_CONTEXT;
}

static const char *made_word(struct bind *b, uint32_t type)
{
	const struct ct_type *x = get(b, type);
	const char *one = x->elem == CT_NO_TYPE || x->kind == CT_OWN ||
			  x->kind == CT_BORROW ? "unit" :
						 bind_word(b, x->elem);

	switch (x->kind) {
	case CT_LIST:
		return arena_printf(b->arena, "list_%s", one);
	case CT_FIXED_LIST:
		return arena_printf(b->arena, "list_%s_%u", one, x->n);
	case CT_OPTION:
		return arena_printf(b->arena, "option_%s", one);
	case CT_STREAM:
		return arena_printf(b->arena, "stream_%s", one);
	case CT_FUTURE:
		return arena_printf(b->arena, "future_%s", one);
	case CT_RESULT:
		return arena_printf(b->arena, "result_%s_%s", one,
				    x->elem2 == CT_NO_TYPE ? "unit" :
				    bind_word(b, x->elem2));
	case CT_MAP:
		return arena_printf(b->arena, "map_%s_%s", one,
				    bind_word(b, x->elem2));
	case CT_TUPLE: {
		const char *s = "tuple";
		for (uint32_t k = 0; k < x->n; k++)
			s = arena_printf(b->arena, "%s_%s", s,
					 bind_word(b, get(b, type)->item[k]
							      .type));
		return s;
	}
	default:
		return arena_printf(b->arena, "type_%u", type);
	}
}

const char *bind_word(struct bind *b, uint32_t type)
{
	if (type < CT_PRIMITIVES)
		return primitive[type].word;
	uint32_t *slot = map_put(&b->names, type);
	if (*slot)
		return b->name.at[*slot - 1];
	const char *s = bind_unique(b, made_word(b, type));
	vec_push(b->arena, &b->name, s);
	*map_put(&b->names, type) = b->name.n;
	return s;
}

const char *bind_ctype(struct bind *b, uint32_t type)
{
	if (type < CT_PRIMITIVES)
		return primitive[type].c;
	if (is_number(get(b, type)))
		return "uint32_t";
	return arena_printf(b->arena, "struct %s_%s", b->prefix,
			    bind_word(b, type));
}

/* --- statements ------------------------------------------------------------------ */

static const char *bits(struct bind *b, uint32_t type, const char *expr)
{
	return arena_printf(b->arena, type == CT_F32 ? "hd_bind_f32_bits(%s)" :
			    type == CT_F64 ? "hd_bind_f64_bits(%s)" :
					     "(uint64_t)%s", expr);
}

void bind_put(struct bind *b, uint32_t type, const char *expr,
	      uint32_t offset)
{
	const struct ct_type *x = get(b, type);

	if (type == CT_STRING)
		buf_printf(&b->out, "hd_bind_put_text(o, %s, to + %u);", expr,
			   offset);
	else if (type < CT_PRIMITIVES || is_number(x))
		buf_printf(&b->out, "hd_bind_put(to + %u, %s, %u);", offset,
			   bits(b, type, expr), x->size);
	else
		buf_printf(&b->out, "%s_put_%s(o, &%s, to + %u);", b->prefix,
			   bind_word(b, type), expr, offset);
}

void bind_get(struct bind *b, uint32_t type, const char *expr,
	      uint32_t offset)
{
	const struct ct_type *x = get(b, type);
	const char *raw = arena_printf(b->arena, "hd_bind_get(from + %u, %u)",
				       offset, x->size);

	if (type == CT_STRING)
		buf_printf(&b->out, "ok = hd_bind_get_text(o, from + %u, &%s, "
			   "b) && ok;", offset, expr);
	else if (type == CT_F32 || type == CT_F64)
		buf_printf(&b->out, "%s = hd_bind_f%s(%s);", expr,
			   type == CT_F32 ? "32" : "64", raw);
	else if (type < CT_PRIMITIVES || is_number(x))
		buf_printf(&b->out, "%s = (%s)%s;", expr, bind_ctype(b, type),
			   raw);
	else
		buf_printf(&b->out, "ok = %s_get_%s(o, from + %u, &%s, b) && "
			   "ok;", b->prefix, bind_word(b, type), offset, expr);
}

/* Both functions of a type; `body` writes one of them. */
static void functions(struct bind *b, uint32_t type,
		      void (*body)(struct bind *b, uint32_t type, bool put))
{
	const char *w = bind_word(b, type), *c = bind_ctype(b, type);

	buf_printf(&b->out, "static inline void %s_put_%s(const struct "
		   "hd_options *o,\n\tconst %s *v, uint8_t *to)\n{\n"
		   "\t(void)o, (void)v, (void)to;\n", b->prefix, w, c);
	body(b, type, true);
	buf_printf(&b->out, "}\n\nstatic inline bool %s_get_%s(const struct "
		   "hd_options *o,\n\tconst uint8_t *from, %s *v, struct "
		   "hd_bump *b)\n{\n\tbool ok = true;\n\n"
		   "\t(void)o, (void)from, (void)b, (void)v;\n", b->prefix, w,
		   c);
	body(b, type, false);
	buf_str(&b->out, "\treturn ok;\n}\n\n");
}

static void one(struct bind *b, uint32_t type, const char *expr,
		uint32_t offset, bool put)
{
	(put ? bind_put : bind_get)(b, type, expr, offset);
	buf_str(&b->out, "\n");
}

/* --- records, tuples --------------------------------------------------------------- */

static const char *field(struct bind *b, const struct ct_type *x, uint32_t k)
{
	if (x->kind == CT_TUPLE)
		return arena_printf(b->arena, "f%u", k);
	return bind_ident(b, x->item[k].name, false);
}

static void fields_body(struct bind *b, uint32_t type, bool put)
{
	const struct ct_type x = *get(b, type);
	uint32_t at = 0;

	for (uint32_t k = 0; k < x.n; k++) {
		const struct ct_type *f = get(b, x.item[k].type);
		at = (at + f->align - 1) & ~(f->align - 1u);
		buf_str(&b->out, "\t");
		one(b, x.item[k].type,
		    arena_printf(b->arena, "v->%s", field(b, &x, k)), at, put);
		at += f->size;
	}
}

static void define_fields(struct bind *b, uint32_t type)
{
	const struct ct_type x = *get(b, type);

	buf_printf(&b->out, "%s {\n", bind_ctype(b, type));
	for (uint32_t k = 0; k < x.n; k++)
		buf_printf(&b->out, "\t%s %s;\n",
			   bind_ctype(b, x.item[k].type), field(b, &x, k));
	buf_str(&b->out, "};\n\n");
	functions(b, type, fields_body);
}

/* --- lists ------------------------------------------------------------------------------ */

static void list_body(struct bind *b, uint32_t type, bool put)
{
	const uint32_t elem = get(b, type)->elem;
	const struct ct_type e = *get(b, elem);
	const char *c = bind_ctype(b, elem);

	if (put) {
		buf_printf(&b->out, "\tto = hd_bind_put_list(o, to, %u, %u, "
			   "v->n);\n\tfor (uint32_t k = 0; k < v->n; k++, to "
			   "+= %u) {\n\t\t", e.align, e.size, e.size);
		one(b, elem, "v->at[k]", 0, true);
	} else {
		buf_printf(&b->out, "\tconst uint8_t *p;\n"
			   "\tif (!hd_bind_get_list(o, from, %u, &p, &v->n))\n"
			   "\t\treturn false;\n"
			   "\t%s *all = (%s *)hd_bump_take(b, _Alignof(%s), "
			   "v->n * (uint32_t)sizeof *all);\n"
			   "\tif (!all)\n\t\treturn false;\n\tfrom = p;\n"
			   "\tfor (uint32_t k = 0; k < v->n; k++, from += %u) "
			   "{\n\t\t", e.size, c, c, c, e.size);
		one(b, elem, "all[k]", 0, false);
	}
	buf_str(&b->out, put ? "\t}\n" : "\t}\n\tv->at = all;\n");
}

static void define_list(struct bind *b, uint32_t type)
{
	buf_printf(&b->out, "%s {\n\tconst %s *at;\n\tuint32_t n;\n};\n\n",
		   bind_ctype(b, type), bind_ctype(b, get(b, type)->elem));
	functions(b, type, list_body);
}

static void fixed_body(struct bind *b, uint32_t type, bool put)
{
	const struct ct_type x = *get(b, type);
	const char *where = put ? "to" : "from";

	buf_printf(&b->out, "\tfor (uint32_t k = 0; k < %u; k++, %s += %u) "
		   "{\n\t\t", x.n, where, get(b, x.elem)->size);
	one(b, x.elem, "v->at[k]", 0, put);
	buf_str(&b->out, "\t}\n");
}

static void define_fixed(struct bind *b, uint32_t type)
{
	const struct ct_type x = *get(b, type);

	buf_printf(&b->out, "%s {\n\t%s at[%u];\n};\n\n", bind_ctype(b, type),
		   bind_ctype(b, x.elem), x.n);
	functions(b, type, fixed_body);
}

/* --- variants, options, results ---------------------------------------------------------- */

static const char *case_name(struct bind *b, const struct ct_type *x,
			     uint32_t k)
{
	if (x->kind == CT_OPTION)
		return k ? "some" : "none";
	if (x->kind == CT_RESULT)
		return k ? "err" : "ok";
	return bind_ident(b, x->item[k].name, false);
}

static void cases_body(struct bind *b, uint32_t type, bool put)
{
	const struct ct_type x = *get(b, type);
	uint32_t disc = ct_discriminant(ct_cases(&x));
	uint32_t at = ct_payload_offset(b->types, &x);

	if (put)
		buf_printf(&b->out, "\thd_bind_put(to, v->tag, %u);\n", disc);
	else
		buf_printf(&b->out, "\tv->tag = (uint32_t)hd_bind_get(from, "
			   "%u);\n\tif (v->tag >= %u)\n\t\treturn false;\n",
			   disc, ct_cases(&x));
	for (uint32_t k = 0; k < ct_cases(&x); k++) {
		if (ct_case(&x, k) == CT_NO_TYPE)
			continue;
		buf_printf(&b->out, "\tif (v->tag == %u) {\n\t\t", k);
		one(b, ct_case(&x, k),
		    arena_printf(b->arena, "v->u.%s", case_name(b, &x, k)),
		    at, put);
		buf_str(&b->out, "\t}\n");
	}
}

static void case_constants(struct bind *b, uint32_t type, const char *names)
{
	const struct ct_type x = *get(b, type);
	const char *w = bind_ident(b, (struct ct_name){ names, (uint32_t)strlen(names) }, true);

	buf_str(&b->out, "enum {\n");
	for (uint32_t k = 0; k < ct_cases(&x); k++) {
		const char *c = x.kind == CT_OPTION || x.kind == CT_RESULT ?
			case_name(b, &x, k) :
			bind_ident(b, x.item[k].name, true);
		buf_printf(&b->out, "\t%s_%s = %u,\n", w, c, k);
	}
	buf_str(&b->out, "};\n");
}

static void define_cases(struct bind *b, uint32_t type)
{
	const struct ct_type x = *get(b, type);
	bool any = false;

	if (x.kind == CT_VARIANT)
		case_constants(b, type, arena_printf(b->arena, "%s_%s",
						     b->prefix,
						     bind_word(b, type)));
	buf_printf(&b->out, "%s {\n\tuint32_t tag;%s\n", bind_ctype(b, type),
		   x.kind == CT_OPTION ? "\t/* 1: some */" :
		   x.kind == CT_RESULT ? "\t/* 0: ok, 1: err */" : "");
	for (uint32_t k = 0; k < ct_cases(&x); k++)
		any |= ct_case(&x, k) != CT_NO_TYPE;
	if (any)
		buf_str(&b->out, "\tunion {\n");
	for (uint32_t k = 0; k < ct_cases(&x); k++)
		if (ct_case(&x, k) != CT_NO_TYPE)
			buf_printf(&b->out, "\t\t%s %s;\n",
				   bind_ctype(b, ct_case(&x, k)),
				   case_name(b, &x, k));
	buf_str(&b->out, any ? "\t} u;\n};\n\n" : "};\n\n");
	functions(b, type, cases_body);
}

static void define_labels(struct bind *b, uint32_t type)
{
	const struct ct_type x = *get(b, type);
	const char *w = arena_printf(b->arena, "%s_%s", b->prefix,
				     bind_word(b, type));

	if (x.kind == CT_ENUM) {
		case_constants(b, type, w);
	} else {
		w = bind_ident(b, (struct ct_name){ w, (uint32_t)strlen(w) },
			       true);
		buf_str(&b->out, "enum {\n");
		for (uint32_t k = 0; k < x.n; k++)
			buf_printf(&b->out, "\t%s_%s = %s1%s << %u,\n", w,
				   bind_ident(b, x.item[k].name, true),
				   k == 31 ? "(int)" : "", k == 31 ? "u" : "",
				   k);
		buf_str(&b->out, "};\n");
	}
	buf_str(&b->out, "\n");
}

/* A map is the list of its pairs. */
static void map_body(struct bind *b, uint32_t type, bool put)
{
	const struct ct_type x = *get(b, type);
	const struct ct_type k = *get(b, x.elem), v = *get(b, x.elem2);
	uint32_t align = k.align > v.align ? k.align : v.align;
	uint32_t at = (k.size + v.align - 1) & ~(v.align - 1u);
	uint32_t size = (at + v.size + align - 1) & ~(align - 1);

	if (put)
		buf_printf(&b->out, "\tto = hd_bind_put_list(o, to, %u, %u, "
			   "v->n);\n\tfor (uint32_t k = 0; k < v->n; k++, to "
			   "+= %u) {\n\t\t", align, size, size);
	else
		buf_printf(&b->out, "\tconst uint8_t *p;\n"
			   "\tif (!hd_bind_get_list(o, from, %u, &p, &v->n))\n"
			   "\t\treturn false;\n\t%s_pair *all = (%s_pair *)"
			   "hd_bump_take(b, _Alignof(%s_pair),\n\t\tv->n * "
			   "(uint32_t)sizeof *all);\n"
			   "\tif (!all)\n\t\treturn false;\n\tfrom = p;\n"
			   "\tfor (uint32_t k = 0; k < v->n; k++, from += %u) "
			   "{\n\t\t", size, bind_ctype(b, type),
			   bind_ctype(b, type), bind_ctype(b, type), size);
	one(b, x.elem, put ? "v->at[k].key" : "all[k].key", 0, put);
	buf_str(&b->out, "\t\t");
	one(b, x.elem2, put ? "v->at[k].value" : "all[k].value", at, put);
	buf_str(&b->out, put ? "\t}\n" : "\t}\n\tv->at = all;\n");
}

static void define_map(struct bind *b, uint32_t type)
{
	const struct ct_type x = *get(b, type);
	const char *c = bind_ctype(b, type);

	buf_printf(&b->out, "%s_pair {\n\t%s key;\n\t%s value;\n};\n\n%s "
		   "{\n\tconst %s_pair *at;\n\tuint32_t n;\n};\n\n", c,
		   bind_ctype(b, x.elem), bind_ctype(b, x.elem2), c, c);
	functions(b, type, map_body);
}

/* Parts first.  As deep as types are. */
void bind_define(struct bind *b, uint32_t type)
{
	if (type == CT_NO_TYPE || type < CT_PRIMITIVES ||
	    map_get(&b->written, type))
		return;
	*map_put(&b->written, type) = 1;
	const struct ct_type x = *get(b, type);
	for (uint32_t k = 0; x.item && k < x.n; k++)
		bind_define(b, x.item[k].type);
	if (x.kind != CT_OWN && x.kind != CT_BORROW) {
		bind_define(b, x.elem);
		bind_define(b, x.elem2);
	}
	switch (x.kind) {
	case CT_RECORD:
	case CT_TUPLE:
		define_fields(b, type);
		break;
	case CT_LIST:
		define_list(b, type);
		break;
	case CT_FIXED_LIST:
		define_fixed(b, type);
		break;
	case CT_VARIANT:
	case CT_OPTION:
	case CT_RESULT:
		define_cases(b, type);
		break;
	case CT_ENUM:
	case CT_FLAGS:
		define_labels(b, type);
		break;
	case CT_MAP:
		define_map(b, type);
		break;
	default:
		break;		/* handles */
	}
}
