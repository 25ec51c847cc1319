/* cmd_bind.c - heddle bind: a component's types and functions for C. */
#include <string.h>

#include "base/file.h"
#include "cli/bind.h"
#include "cli/component.h"
#include "component/graph.h"
#include "obj/module_names.h"
#include "wasm/reader.h"

static const char *const keywords[] = {
	"auto", "bool", "break", "case", "char", "const", "continue",
	"default", "do", "double", "else", "enum", "extern", "false", "float",
	"for", "goto", "if", "inline", "int", "long", "register", "restrict",
	"return", "short", "signed", "sizeof", "static", "struct", "switch",
	"true", "typedef", "union", "unsigned", "void", "volatile", "while",
	/* variables and fields of the generated code */
	"b", "c", "call", "done", "from", "k", "m", "o", "ok", "result",
	"space", "to", "user", "v", "value",
};

const char *bind_ident(struct bind *b, struct ct_name n, bool upper)
{
	char *s = arena_alloc(b->arena, n.n + 2);

	for (uint32_t k = 0; k < n.n; k++) {
		char c = n.at[k];
		if (upper && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (!upper && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		s[k] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		       (c >= '0' && c <= '9') ? c : '_';
	}
	for (size_t k = 0; !upper && k < ARRAY_LEN(keywords); k++)
		if (!strcmp(s, keywords[k]))
			s[n.n] = '_';
	return s;
}

const char *bind_unique(struct bind *b, const char *base)
{
	const char *s = base;

	for (unsigned k = 2; *map_put(&b->used, hash_bytes(s, strlen(s))); k++)
		s = arena_printf(b->arena, "%s_%u", base, k);
	*map_put(&b->used, hash_bytes(s, strlen(s))) = 1;
	return s;
}

/* --- what the component has -------------------------------------------------- */

struct ct_name bind_short_name(struct ct_name n)
{
	for (uint32_t k = n.n; k-- > 0;)
		if (n.at[k] == '/' || n.at[k] == '#') {
			n = (struct ct_name){ n.at + k + 1, n.n - k - 1 };
			break;
		}
	for (uint32_t k = 0; k < n.n; k++)
		if (n.at[k] == '@')
			n.n = k;
	return n;
}

static const char *c_name(struct bind *b, struct ct_name interface,
			  struct ct_name name)
{
	const char *f = bind_ident(b, name, false);

	while (*f == '_')	/* [method]r.f */
		f++;
	return bind_unique(b, interface.n ?
		arena_printf(b->arena, "%s_%s_%s", b->prefix,
			     bind_ident(b, bind_short_name(interface), false), f) :
		arena_printf(b->arena, "%s_%s", b->prefix, f));
}

/* Types with a name of their own; each instance's once. */
static void name_types(struct bind *b, const struct ct_extern *x, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ct_type *t = ct_get(b->types, x[k].type);
		if (x[k].sort == SORT_INSTANCE &&
		    !*map_put(&b->names, x[k].type)) {
			*map_put(&b->names, x[k].type) = UINT32_MAX;
			name_types(b, t->export, t->nexports);
		}
		if (x[k].sort != SORT_TYPE || t->kind >= CT_RESOURCE ||
		    x[k].type < CT_PRIMITIVES ||
		    *map_put(&b->names, x[k].type))
			continue;
		vec_push(b->arena, &b->name,
			 bind_unique(b, bind_ident(b, x[k].name, false)));
		*map_put(&b->names, x[k].type) = b->name.n;
	}
}

static void add(struct bind *b, bool exported, struct ct_name interface,
		struct ct_extern x)
{
	struct bind_func f = { interface, x.name, x.type,
			       exported ? b->exports.n : b->imports.n,
			       c_name(b, interface, x.name) };

	if (exported)
		vec_push(b->arena, &b->exports, f);
	else
		vec_push(b->arena, &b->imports, f);
}

/* In the order of the list that the runtime has (graph.exports), which also
 * bounds how many these are. */
static void add_functions(struct bind *b, const struct ct_extern *x,
			  uint32_t n, bool exported, struct ct_name interface)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ct_type *t = ct_get(b->types, x[k].type);
		if (x[k].sort == SORT_FUNC)
			add(b, exported, interface, x[k]);
		else if (x[k].sort == SORT_INSTANCE)
			add_functions(b, t->export, t->nexports, exported,
				      graph_way(b->arena, interface,
						x[k].name));
	}
}

/* The section package-docs of the outermost component. */
static void find_docs(struct bind *b, const uint8_t *bytes, size_t n)
{
	struct diag_sink quiet;
	struct reader r = { .at = bytes + 8, .end = bytes + n, .base = bytes,
			    .sink = &quiet };

	diag_init(&quiet, b->arena);
	while (r.at < r.end && !r.bad) {
		uint8_t id = reader_u8(&r);
		uint32_t size = reader_u32(&r);
		const uint8_t *next = r.at + size;
		if (r.bad || size > (size_t)(r.end - r.at))
			return;
		if (id == 0 && size > 13 && r.at[0] == 12 &&
		    !memcmp(r.at + 1, "package-docs", 12)) {
			b->docs = (const char *)r.at + 13;
			b->ndocs = size - 13;
		}
		r.at = next;
	}
}

/* --- the header ------------------------------------------------------------------- */

static void preamble(struct bind *b, const char *guard, const char *input)
{
	buf_printf(&b->out, "/* C interface of %s, made by heddle bind.\n *\n"
		   " * P(...) calls an export and waits; P_start begins a "
		   "call whose `done` is\n * called when it resolves. "
		   "Imports are functions you write; define\n * %s_DEFINE_"
		   "IMPORTS before including this in one file.\n */\n"
		   "#ifndef %s_H\n#define %s_H\n\n#include \"heddle/bind.h\"\n"
		   "#include \"host/ring.h\"\n\n"
		   "extern const struct hd_component %s_component;\n\n",
		   input, guard, guard, guard, b->prefix);
}

static void write_header(struct bind *b, const char *input)
{
	const char *guard = bind_ident(b, (struct ct_name){
		b->prefix, (uint32_t)strlen(b->prefix) }, true);

	preamble(b, guard, input);
	for (uint32_t k = 0; k < b->exports.n; k++)
		bind_export(b, &b->exports.at[k]);
	if (b->imports.n)
		buf_printf(&b->out, "#ifdef %s_DEFINE_IMPORTS\n"
			   "#ifndef %s_SPACE\n#define %s_SPACE 1024\n#endif\n"
			   "/* Strings and lists of arguments, while the host's "
			   "function runs. */\n"
			   "static uint8_t %s_space_bytes[%s_SPACE];\n"
			   "static struct hd_bump %s_space = { %s_space_bytes,"
			   "\n\tsizeof %s_space_bytes, 0 };\n#endif\n\n",
			   guard, guard, guard, b->prefix, guard, b->prefix,
			   b->prefix, b->prefix);
	for (uint32_t k = 0; k < b->imports.n; k++)
		bind_import(b, &b->imports.at[k]);
	map_init(&b->written, b->arena);
	for (uint32_t k = 0; k < b->exports.n; k++)
		bind_pipes(b, &b->exports.at[k], true);
	for (uint32_t k = 0; k < b->imports.n; k++)
		bind_pipes(b, &b->imports.at[k], false);
	buf_str(&b->out, "#endif\n");
}

static bool bind(struct cli *c, struct bind *b)
{
	struct comp_file *f = arena_new(c->arena, struct comp_file);
	struct wasm_limits_opt limits;
	uint8_t *bytes;
	size_t n;

	if (!cli_limits(c, &limits) ||
	    !cli_read_parts(c, 0, c->arg.n, &bytes, &n))
		return false;
	if (!comp_is_component(bytes, n)) {
		diag_report(c->sink, DIAG_UNSUPPORTED, 4, "bind takes "
			    "components; this is none (compile --header makes "
			    "the header of a core module)");
		return false;
	}
	if (!comp_decode(f, bytes, n, &limits, c->arena, c->sink))
		return false;
	if (!graph_build(arena_new(c->arena, struct graph), f, c->sink))
		return false;
	b->types = &f->types;
	const struct ct_type t = *ct_get(b->types,
					 f->components.at[0].type);
	find_docs(b, bytes, n);
	const struct ct_name top = { "", 0 };
	name_types(b, t.export, t.nexports);
	name_types(b, t.import, t.nimports);
	add_functions(b, t.export, t.nexports, true, top);
	add_functions(b, t.import, t.nimports, false, top);
	write_header(b, c->arg.at[0]);
	return true;
}

int cmd_bind(struct cli *c)
{
	struct bind b = { .arena = c->arena,
			  .prefix = c->value[OPT_PREFIX] ?
					    c->value[OPT_PREFIX] : "wasm" };

	if (!c->arg.n)
		return cli_usage(c, "bind needs an input file"), EXIT_USAGE;
	if (!cli_has(c, OPT_OUTPUT))
		return cli_usage(c, "bind needs -o FILE"), EXIT_USAGE;
	if (!module_prefix_ok(b.prefix))
		return cli_usage(c, "--prefix is no C identifier"), EXIT_USAGE;
	buf_init(&b.out, c->arena);
	map_init(&b.names, c->arena);
	map_init(&b.written, c->arena);
	map_init(&b.used, c->arena);
	bool ok = bind(c, &b) &&
		  file_write(c->value[OPT_OUTPUT], b.out.at, b.out.n, false,
			     c->sink);
	return ok ? EXIT_DONE : EXIT_REJECTED;
}
