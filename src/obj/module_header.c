/* module_header.c - the C header of a compiled module. */
#include <ctype.h>
#include <string.h>

#include "ir/ir.h"
#include "obj/module_names.h"
#include "wasm/intrinsic.h"

static const char *c_type(uint8_t type)
{
	switch (type) {
	case T_I32:
		return "uint32_t ";
	case T_I64:
		return "uint64_t ";
	case T_F32:
		return "float ";
	case T_F64:
		return "double ";
	case T_FUNCREF:
		return "const struct hd_func *";
	default:
		return "void *";
	}
}

/* More than one result goes through memory: see struct hd_export. */
static void prototype(const struct wasm_functype *t, const char *name,
		      struct buf *out)
{
	bool many = t->nresults > 1;

	buf_printf(out, "%s%s(", t->nresults == 1 ? c_type(t->result[0])
						   : "void ", name);
	if (many)
		buf_str(out, "uint64_t *results");
	for (uint32_t k = 0; k < t->nparams; k++)
		buf_printf(out, "%s%sp%u", k || many ? ", " : "",
			   c_type(t->param[k]), k);
	buf_str(out, t->nparams || many ? ");\n" : "void);\n");
}

/* Text of a comment: no way out of it, no control characters. */
static void quoted(const char *s, uint32_t n, struct buf *out)
{
	buf_u8(out, '"');
	for (uint32_t k = 0; k < n; k++) {
		unsigned char c = (unsigned char)s[k];
		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f ||
		    (c == '/' && k && s[k - 1] == '*') ||
		    (c == '*' && k && s[k - 1] == '/'))
			buf_printf(out, "\\x%02x", c);
		else
			buf_u8(out, c);
	}
	buf_u8(out, '"');
}

static void function(const struct wasm_module *m, uint32_t func,
		     const char *name, struct buf *out)
{
	const struct wasm_functype *t = &m->types.at[m->funcs.at[func].type];

	buf_printf(out, ": %s", wasm_type_text(t, out->arena));
	if (t->nresults > 1)
		buf_printf(out, "; result k goes to results[k], %u in all",
			   t->nresults);
	buf_str(out, " */\n");
	prototype(t, name, out);
}

static void global(const struct wasm_global *g, const char *name,
		   struct buf *out)
{
	buf_printf(out, ": global %s%s */\nextern %s%s%s;\n",
		   g->mut ? "mut " : "", type_name((enum type)g->type),
		   g->mut ? "" : "const ", c_type(g->type), name);
}

static void memory(const struct ir_module *im, uint32_t k, const char *name,
		   struct buf *out)
{
	buf_printf(out, ": memory; bytes now in %s_size", name);
	if (im->wasm->memories.at[k].import == UINT32_MAX)
		buf_printf(out, ", never more than %llu",
			   (unsigned long long)im->memory[k].capacity);
	bool fixed = im->wasm->memories.at[k].import == UINT32_MAX &&
		     im->memory[k].fixed;
	buf_printf(out, " */\nextern uint8_t %s[];\n"
			"extern %suint32_t %s_size;\n"
			"extern const uint8_t %s_capacity[];\t"
			"/* the address is the number of bytes */\n",
		   name, fixed ? "const " : "", name, name);
}

static void table(const struct ir_module *im, uint32_t k, const char *name,
		  struct buf *out)
{
	const struct wasm_table *t = &im->wasm->tables.at[k];
	const char *fixed = im->table[k].immutable ? "const " : "";

	buf_printf(out, ": table of %s; entries now in %s_size */\n"
			"extern %s%s%s[];\nextern %suint32_t %s_size;\n"
			"extern const uint8_t %s_capacity[];\t"
			"/* the address is the number of entries */\n",
		   type_name((enum type)t->type), name, c_type(t->type), fixed,
		   name, fixed, name, name);
}

static void item(const struct ir_module *im, uint8_t kind, uint32_t index,
		 const char *name, struct buf *out)
{
	const struct wasm_module *m = im->wasm;

	switch (kind) {
	case WASM_FUNC:
		function(m, index, name, out);
		break;
	case WASM_GLOBAL:
		global(&m->globals.at[index], name, out);
		break;
	case WASM_MEMORY:
		memory(im, index, name, out);
		break;
	default:
		table(im, index, name, out);
		break;
	}
}

/* The import an exported item other than a function is, or UINT32_MAX. */
static uint32_t imported(const struct wasm_module *m, uint8_t kind,
			 uint32_t index)
{
	switch (kind) {
	case WASM_GLOBAL:
		return m->globals.at[index].import;
	case WASM_MEMORY:
		return m->memories.at[index].import;
	case WASM_TABLE:
		return m->tables.at[index].import;
	default:
		return UINT32_MAX;
	}
}

/* An exported import is the import under another name. */
static void same_as(uint8_t kind, const char *name, const char *import,
		    struct buf *out)
{
	buf_printf(out, ": an import */\n#define %s %s\n", name, import);
	if (kind != WASM_GLOBAL)
		buf_printf(out, "#define %s_size %s_size\n"
				"#define %s_capacity %s_capacity\n",
			   name, import, name, import);
}

static bool from_runtime(const struct wasm_module *m, uint32_t k)
{
	return m->imports.at[k].kind == WASM_FUNC &&
	       intrinsic_of(m, m->imports.at[k].index) >= 0;
}

static void imports(const struct ir_module *im, const struct module_names *n,
		    struct buf *out)
{
	const struct wasm_module *m = im->wasm;
	bool said = false;

	for (uint32_t k = 0; k < m->imports.n; k++) {
		const struct wasm_import *i = &m->imports.at[k];
		if (from_runtime(m, k))
			continue;
		if (!said)
			buf_str(out, "\n/* Imports: yours to define. */\n");
		said = true;
		buf_str(out, "/* import ");
		quoted(i->module, i->nmodule, out);
		buf_str(out, " ");
		quoted(i->name, i->nname, out);
		item(im, i->kind, i->index, n->import[k], out);
	}
}

static void exports(const struct ir_module *im, const struct module_names *n,
		    struct buf *out)
{
	const struct wasm_module *m = im->wasm;

	buf_str(out, "\n/* Exports.  A trap ends the call of hd_enter or "
		     "hd_host_call around it; without\n"
		     " * one, hd_port_panic is called. */\n");
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind == WASM_MEMORY && e->index == 0 &&
		    m->memories.at[0].import == UINT32_MAX &&
		    strcmp(e->name, "memory") == 0)
			continue;	/* P_memory, declared above */
		buf_str(out, "/* export ");
		quoted(e->name, e->nname, out);
		uint32_t import = imported(m, e->kind, e->index);
		if (import != UINT32_MAX)
			same_as(e->kind, n->export[k], n->import[import], out);
		else
			item(im, e->kind, e->index, n->export[k], out);
	}
}

void module_header(const struct ir_module *im, const struct module_names *n,
		   struct buf *out)
{
	struct buf guard;

	buf_init(&guard, out->arena);
	for (const char *p = n->prefix; *p; p++)
		buf_u8(&guard, (uint8_t)toupper((unsigned char)*p));
	buf_u8(&guard, 0);
	const char *g = (char *)guard.at;
	const char *p = n->prefix;
	buf_printf(out, "/* %s.h - made by heddle compile.\n *\n"
			" * Integers have no sign in wasm; addresses are byte "
			"offsets in the module's\n"
			" * memory; types are written parameters:results with "
			"i l f d e x for i32 i64 f32\n"
			" * f64 funcref externref.\n */\n", p);
	buf_printf(out, "#ifndef HEDDLE_%s_H\n#define HEDDLE_%s_H\n\n"
			"#include <stdint.h>\n\n#include \"heddle/abi.h\"\n\n"
			"#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", g, g);
	buf_printf(out, "/* Everything about the module, for the runtime. */\n"
			"extern const struct hd_module %s_module;\n\n"
			"/* Sets memory, tables and globals to their initial "
			"state and runs the start\n * function.  Call it "
			"first; again to start over. */\n"
			"void %s_instantiate(void);\n", p, p);
	if (im->wasm->memories.n &&
	    im->wasm->memories.at[0].import == UINT32_MAX) {
		buf_str(out, "\n/* first memory");
		memory(im, 0, arena_printf(out->arena, "%s_memory", p), out);
	}
	imports(im, n, out);
	exports(im, n, out);
	buf_str(out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
}
