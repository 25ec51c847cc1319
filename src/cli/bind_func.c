/* bind_func.c - functions of C to call exports, for the host to implement
 * imports, and to hold ends of streams and futures. */
#include <string.h>

#include "cli/bind.h"
#include "obj/module_names.h"

static const struct ct_type *get(const struct bind *b, uint32_t type)
{
	return ct_get(b->types, type);
}

/* Size and alignment of all parameters as a tuple; at[k]: their offsets. */
struct layout {
	uint32_t *at, size, align;
};

static struct layout lay(struct bind *b, const struct ct_type *f)
{
	struct layout l = { arena_array(b->arena, uint32_t, f->n), 0, 1 };

	for (uint32_t k = 0; k < f->n; k++) {
		const struct ct_type *p = get(b, f->item[k].type);
		if (p->align > l.align)
			l.align = p->align;
		l.at[k] = (l.size + p->align - 1) & ~(p->align - 1u);
		l.size = l.at[k] + p->size;
	}
	l.size = (l.size + l.align - 1) & ~(l.align - 1);
	return l;
}

static const char *param(struct bind *b, const struct ct_type *f, uint32_t k)
{
	return bind_ident(b, f->item[k].name, false);
}

/* "uint32_t n, struct hd_text s" behind what stands there already. */
static void params(struct bind *b, const struct ct_type *f, bool first)
{
	for (uint32_t k = 0; k < f->n; k++) {
		buf_printf(&b->out, "%s%s %s", first ? "" : ", ",
			   bind_ctype(b, f->item[k].type), param(b, f, k));
		first = false;
	}
}

/* Whether a result has lists or strings, which need storage of the caller. */
static bool needs_space(const struct bind *b, const struct ct_type *f)
{
	return f->elem != CT_NO_TYPE && get(b, f->elem)->pointers;
}

static void comment(struct bind *b, const struct bind_func *f)
{
	const char *docs = bind_docs(b, f);
	struct buf type;

	buf_init(&type, b->arena);
	ct_print(b->types, f->type, &type);
	buf_printf(&b->out, "/* %.*s%s%.*s: %.*s", (int)f->interface.n,
		   f->interface.at, f->interface.n ? "#" : "", (int)f->name.n,
		   f->name.at, (int)type.n, (char *)type.at);
	if (docs)
		buf_printf(&b->out, "\n *\n%s", docs);
	buf_str(&b->out, " */\n");
}

/* --- exports ----------------------------------------------------------------- */

static void lower_function(struct bind *b, const struct bind_func *f,
			   const struct ct_type *t)
{
	struct layout l = lay(b, t);

	buf_printf(&b->out, "static inline void %s_lower(struct hd_call *call)"
		   "\n{\n\tstruct %s *c = (struct %s *)call;\n"
		   "\tconst struct hd_options *o = &call->func->options;\n"
		   "\tuint8_t m[%u] = { 0 }, *to = m;\n\n\t(void)c, (void)o, "
		   "(void)to;\n", f->c, f->c, f->c, l.size ? l.size : 1);
	for (uint32_t k = 0; k < t->n; k++) {
		buf_str(&b->out, "\t");
		bind_put(b, t->item[k].type,
			 arena_printf(b->arena, "c->%s", param(b, t, k)),
			 l.at[k]);
		buf_str(&b->out, "\n");
	}
	buf_printf(&b->out, "\thd_bind_pass(call, m, %u, %u);\n}\n\n", l.size,
		   l.align);
}

static void done_function(struct bind *b, const struct bind_func *f,
			  const struct ct_type *t)
{
	buf_printf(&b->out, "static inline void %s_done(struct hd_call *call, "
		   "const uint32_t *words)\n{\n"
		   "\tstruct %s *c = (struct %s *)call;\n\tbool ok = words != "
		   "NULL;\n", f->c, f->c, f->c);
	if (t->elem != CT_NO_TYPE) {
		buf_printf(&b->out, "\tconst struct hd_options *o = "
			   "&call->func->options;\n"
			   "\tstruct hd_bump *b = %s;\n"
			   "\tuint8_t m[%u];\n\n\t(void)o, (void)b;\n"
			   "\tif (ok) {\n\t\tconst uint8_t *from = "
			   "hd_bind_result(call->func, words, m);\n"
			   "\t\tif (!from)\n\t\t\tok = false;\n"
			   "\t\telse {\n\t\t\t",
			   needs_space(b, t) ? "c->space" : "NULL",
			   get(b, t->elem)->size ? get(b, t->elem)->size : 1);
		bind_get(b, t->elem, "c->result", 0);
		buf_str(&b->out, "\n\t\t}\n\t}\n");
	}
	buf_str(&b->out, "\tc->ok = ok;\n\tif (c->done)\n\t\tc->done(c);\n}\n\n");
}

static void start_function(struct bind *b, const struct bind_func *f,
			   const struct ct_type *t)
{
	buf_printf(&b->out, "static inline bool %s_start(struct %s *c)\n{\n"
		   "\tmemset(&c->call, 0, sizeof c->call);\n"
		   "\tc->call.func = &%s_component.exports[%u];\n"
		   "\tc->call.lower = %s_lower;\n\tc->call.done = %s_done;\n"
		   "\tc->ok = false;\n"
		   "\treturn hd_component_call(&c->call);\n}\n\n", f->c, f->c,
		   b->prefix, f->number, f->c, f->c);
	buf_printf(&b->out, "static inline bool %s(", f->c);
	params(b, t, true);
	if (t->elem != CT_NO_TYPE)
		buf_printf(&b->out, "%s%s *result%s", t->n ? ", " : "",
			   bind_ctype(b, t->elem), needs_space(b, t) ?
			   ", struct hd_bump *space" : "");
	else if (!t->n)
		buf_str(&b->out, "void");
	buf_printf(&b->out, ")\n{\n\tstruct %s c;\n\n\tmemset(&c, 0, sizeof "
		   "c);\n", f->c);
	for (uint32_t k = 0; k < t->n; k++)
		buf_printf(&b->out, "\tc.%s = %s;\n", param(b, t, k),
			   param(b, t, k));
	if (needs_space(b, t))
		buf_str(&b->out, "\tc.space = space;\n");
	buf_printf(&b->out, "\tif (!%s_start(&c) || !hd_component_wait("
		   "&c.call) || !c.ok)\n\t\treturn false;\n", f->c);
	if (t->elem != CT_NO_TYPE)
		buf_str(&b->out, "\t*result = c.result;\n");
	buf_str(&b->out, "\treturn true;\n}\n\n");
}

void bind_export(struct bind *b, const struct bind_func *f)
{
	const struct ct_type t = *get(b, f->type);

	for (uint32_t k = 0; k < t.n; k++)
		bind_define(b, t.item[k].type);
	bind_define(b, t.elem);
	comment(b, f);
	buf_printf(&b->out, "struct %s {\n\tstruct hd_call call;\t\t/* first "
		   "*/\n", f->c);
	for (uint32_t k = 0; k < t.n; k++)
		buf_printf(&b->out, "\t%s %s;\n",
			   bind_ctype(b, t.item[k].type), param(b, &t, k));
	if (t.elem != CT_NO_TYPE)
		buf_printf(&b->out, "\t%s result;\n%s", bind_ctype(b, t.elem),
			   needs_space(b, &t) ? "\tstruct hd_bump *space;\t\t/* "
			   "for its lists and strings */\n" : "");
	buf_printf(&b->out, "\tvoid (*done)(struct %s *c);\t/* when it "
		   "resolves; NULL: nothing */\n\tvoid *user;\n\tbool ok;\t\t"
		   "\t/* the result is there */\n};\n\n", f->c);
	lower_function(b, f, &t);
	done_function(b, f, &t);
	start_function(b, f, &t);
}

/* --- imports --------------------------------------------------------------------- */

/* Reads the arguments into variables of their names. */
static void read_arguments(struct bind *b, const struct ct_type *t)
{
	struct layout l = lay(b, t);

	buf_printf(&b->out, "\tconst struct hd_options *o = "
		   "&c->func->options;\n\tstruct hd_bump *b = &%s_space;\n"
		   "\tuint8_t m[%u];\n"
		   "\tconst uint8_t *from = hd_bind_args(c, m, %u);\n"
		   "\tbool ok = from != NULL;\n", b->prefix,
		   l.size ? l.size : 1, l.size);
	for (uint32_t k = 0; k < t->n; k++)
		buf_printf(&b->out, "\t%s %s;\n",
			   bind_ctype(b, t->item[k].type), param(b, t, k));
	buf_str(&b->out, "\n\tb->used = 0;\n\t(void)o, (void)from;\n"
		"\tif (!ok)\n\t\treturn;\n");
	for (uint32_t k = 0; k < t->n; k++) {
		buf_str(&b->out, "\t");
		bind_get(b, t->item[k].type, param(b, t, k), l.at[k]);
		buf_str(&b->out, "\n");
	}
	buf_str(&b->out, "\tif (!ok)\n\t\thd_trap(HD_TRAP_BAD_VALUE);\n");
}

static void arguments(struct bind *b, const struct ct_type *t, bool first)
{
	for (uint32_t k = 0; k < t->n; k++) {
		buf_printf(&b->out, "%s%s", first ? "" : ", ",
			   param(b, t, k));
		first = false;
	}
}

static void answer_function(struct bind *b, const struct bind_func *f,
			    const struct ct_type *t)
{
	buf_printf(&b->out, "static inline void %s_return(const struct "
		   "hd_host_call *c", f->c);
	if (t->elem != CT_NO_TYPE)
		buf_printf(&b->out, ", %s value", bind_ctype(b, t->elem));
	buf_str(&b->out, ")\n{\n");
	if (t->elem == CT_NO_TYPE) {
		buf_str(&b->out, "\thd_host_return(c, NULL);\n}\n\n");
		return;
	}
	buf_printf(&b->out, "\tconst struct hd_options *o = &c->func->options;"
		   "\n\tuint8_t to[%u] = { 0 };\n\n\t(void)o;\n\t",
		   get(b, t->elem)->size ? get(b, t->elem)->size : 1);
	bind_put(b, t->elem, "value", 0);
	buf_str(&b->out, "\n\thd_bind_answer(c, to);\n}\n\n");
}

/* What the host writes, and the function compiled code calls. */
void bind_import(struct bind *b, const struct bind_func *f)
{
	const struct ct_type t = *get(b, f->type);
	const struct module_names names = { .prefix = b->prefix };

	for (uint32_t k = 0; k < t.n; k++)
		bind_define(b, t.item[k].type);
	bind_define(b, t.elem);
	comment(b, f);
	answer_function(b, f, &t);
	if (t.async)
		buf_printf(&b->out, "/* Answers with %s_return(c, ...), now or "
			   "later with a copy of *c. */\nvoid %s(const struct "
			   "hd_host_call *c", f->c, f->c);
	else
		buf_printf(&b->out, "%s %s(", t.elem == CT_NO_TYPE ? "void" :
			   bind_ctype(b, t.elem), f->c);
	params(b, &t, !t.async);
	buf_str(&b->out, t.n || t.async ? ");\n\n" : "void);\n\n");
	buf_printf(&b->out, "#ifdef %s_DEFINE_IMPORTS\nvoid %s(struct "
		   "hd_host_call *c);\nvoid %s(struct hd_host_call *c)\n{\n",
		   bind_ident(b, (struct ct_name){ b->prefix, (uint32_t)
			      strlen(b->prefix) }, true),
		   module_import_symbol(&names, b->arena, (struct mod_text){
			   f->interface.at, f->interface.n },
			   (struct mod_text){ f->name.at, f->name.n }),
		   module_import_symbol(&names, b->arena, (struct mod_text){
			   f->interface.at, f->interface.n },
			   (struct mod_text){ f->name.at, f->name.n }));
	read_arguments(b, &t);
	if (t.async) {
		buf_printf(&b->out, "\t%s(c", f->c);
		arguments(b, &t, false);
		buf_str(&b->out, ");\n}\n#endif\n\n");
	} else if (t.elem == CT_NO_TYPE) {
		buf_printf(&b->out, "\t%s(", f->c);
		arguments(b, &t, true);
		buf_printf(&b->out, ");\n\t%s_return(c);\n}\n#endif\n\n", f->c);
	} else {
		buf_printf(&b->out, "\t%s_return(c, %s(", f->c, f->c);
		arguments(b, &t, true);
		buf_str(&b->out, "));\n}\n#endif\n\n");
	}
}

/* --- streams and futures ------------------------------------------------------------- */

/* Whether the host can hold an end: elements that are mere bytes. */
static bool plain(const struct bind *b, uint32_t elem)
{
	return elem == CT_NO_TYPE || ct_any_bytes(b->types, elem);
}

/* func: the descriptor of the function the type stands in; path: from there */
static void pipe_functions(struct bind *b, uint32_t type, const char *func,
			   const char *path)
{
	const struct ct_type x = *get(b, type);
	const char *w = bind_word(b, type);
	const bool stream = x.kind == CT_STREAM;
	const char *c = x.elem == CT_NO_TYPE ? "uint8_t" :
					       bind_ctype(b, x.elem);

	if (map_get(&b->written, type))
		return;
	*map_put(&b->written, type) = 1;
	if (!plain(b, x.elem)) {
		buf_printf(&b->out, "/* %s: its elements have parts of their "
			   "own in guest memory; no C end */\n\n", w);
		return;
	}
	buf_printf(&b->out, "/* %s: ends that the host holds; `storage` is for "
		   "%s.\n * _write: the guest reads, *handle is passed to it; "
		   "_read: a handle the guest returned. */\n", w,
		   stream ? "n elements" : "one element");
	buf_printf(&b->out, "static inline bool %s_%s_write(struct hd_host_end "
		   "*e, %s *storage%s,\n\tuint32_t *handle)\n{\n\treturn "
		   "hd_host_%s_init(e, %soptions.instance,\n"
		   "\t\t%s%s->u.pipe, 1, storage%s, handle);\n}\n",
		   b->prefix, w, c, stream ? ", uint32_t n" : "",
		   stream ? "stream" : "future", func, func, path,
		   stream ? ", n" : "");
	buf_printf(&b->out, "static inline bool %s_%s_read(struct hd_host_end "
		   "*e, %s *storage%s,\n\tuint32_t handle)\n{\n\treturn "
		   "hd_host_%s_take(e, %soptions.instance,\n"
		   "\t\t%s%s->u.pipe, handle, storage%s);\n}\n\n",
		   b->prefix, w, c, stream ? ", uint32_t n" : "",
		   stream ? "stream" : "future", func, func, path,
		   stream ? ", n" : "");
}

static void walk(struct bind *b, uint32_t type, const char *func,
		 const char *path)
{
	if (type == CT_NO_TYPE || type < CT_PRIMITIVES)
		return;
	const struct ct_type x = *get(b, type);
	if (x.kind == CT_STREAM || x.kind == CT_FUTURE) {
		pipe_functions(b, type, func, path);
		walk(b, x.elem, func, arena_printf(b->arena, "%s->elem", path));
		return;
	}
	if (x.kind == CT_OWN || x.kind == CT_BORROW)
		return;
	for (uint32_t k = 0; x.item && k < x.n; k++)
		walk(b, x.item[k].type, func,
		     arena_printf(b->arena, "%s->item[%u].type", path, k));
	if (x.kind == CT_OPTION)
		walk(b, x.elem, func, arena_printf(b->arena, "%s->item[1].type",
					     path));
	else if (x.kind == CT_RESULT)
		walk(b, x.elem, func, arena_printf(b->arena, "%s->item[0].type",
					     path));
	else
		walk(b, x.elem, func, arena_printf(b->arena, "%s->elem", path));
	walk(b, x.elem2, func, arena_printf(b->arena, x.kind == CT_RESULT ?
				      "%s->item[1].type" : "%s->elem2", path));
}

void bind_pipes(struct bind *b, const struct bind_func *f, bool exported)
{
	const struct ct_type t = *get(b, f->type);
	const char *func = exported ?
		arena_printf(b->arena, "%s_component.exports[%u].", b->prefix,
			     f->number) :
		arena_printf(b->arena, "hd_bind_import(&%s_component, "
			     "\"%.*s\", \"%.*s\")->", b->prefix,
			     (int)f->interface.n, f->interface.at,
			     (int)f->name.n, f->name.at);

	for (uint32_t k = 0; k < t.n; k++)
		walk(b, t.item[k].type, func,
		     arena_printf(b->arena, "param[%u].type", k));
	walk(b, t.elem, func, "result");
}
