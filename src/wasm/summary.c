/* summary.c - readable text of a module around its bodies. */
#include "wasm/print.h"

static void print_limits(const struct wasm_limits *l, struct buf *out)
{
	buf_printf(out, "%u", l->min);
	if (l->has_max)
		buf_printf(out, " to %u", l->max);
}

static void print_what(const struct wasm_module *m, uint8_t kind,
		       uint32_t index, struct buf *out)
{
	static const char *const names[] = {
		[WASM_FUNC] = "func",
		[WASM_TABLE] = "table",
		[WASM_MEMORY] = "memory",
		[WASM_GLOBAL] = "global",
	};

	buf_printf(out, "%s %u ", names[kind], index);
	if (kind == WASM_FUNC && index < m->funcs.n) {
		wasm_print_type(&m->types.at[m->funcs.at[index].type], out);
	} else if (kind == WASM_TABLE && index < m->tables.n) {
		const struct wasm_table *t = &m->tables.at[index];
		print_limits(&t->limits, out);
		buf_printf(out, " %s", type_name((enum type)t->type));
	} else if (kind == WASM_MEMORY && index < m->memories.n) {
		print_limits(&m->memories.at[index].limits, out);
		buf_str(out, " pages");
	} else if (kind == WASM_GLOBAL && index < m->globals.n) {
		const struct wasm_global *g = &m->globals.at[index];
		buf_printf(out, "%s%s", g->mut ? "mut " : "",
			   type_name((enum type)g->type));
	}
}

static void print_imports(const struct wasm_module *m, struct buf *out)
{
	for (uint32_t i = 0; i < m->imports.n; i++) {
		const struct wasm_import *im = &m->imports.at[i];
		buf_str(out, "import ");
		wasm_print_name(im->module, im->nmodule, out);
		buf_u8(out, ' ');
		wasm_print_name(im->name, im->nname, out);
		buf_str(out, " is ");
		print_what(m, im->kind, im->index, out);
		buf_u8(out, '\n');
	}
}

/* A constant expression: its value, the global it starts from, or its place. */
static void print_expr(const struct wasm_module *m, const struct wasm_expr *e,
		       struct buf *out)
{
	uint64_t bits;
	uint32_t global;

	if (wasm_const_value(m, e, &bits, &global))
		buf_printf(out, "0x%llx", (unsigned long long)bits);
	else if (global != UINT32_MAX)
		buf_printf(out, "global %u ...", global);
	else
		buf_printf(out, "expression at 0x%04x", e->begin);
}

static void print_definitions(const struct wasm_module *m, struct buf *out)
{
	for (uint32_t i = m->nimported[WASM_TABLE]; i < m->tables.n; i++) {
		print_what(m, WASM_TABLE, i, out);
		buf_u8(out, '\n');
	}
	for (uint32_t i = m->nimported[WASM_MEMORY]; i < m->memories.n; i++) {
		print_what(m, WASM_MEMORY, i, out);
		buf_u8(out, '\n');
	}
	for (uint32_t i = m->nimported[WASM_GLOBAL]; i < m->globals.n; i++) {
		print_what(m, WASM_GLOBAL, i, out);
		buf_str(out, " = ");
		print_expr(m, &m->globals.at[i].init, out);
		buf_u8(out, '\n');
	}
	for (uint32_t i = m->nimported[WASM_FUNC]; i < m->funcs.n; i++) {
		const struct wasm_func *f = &m->funcs.at[i];
		print_what(m, WASM_FUNC, i, out);
		if (f->name)
			buf_printf(out, " $%s", f->name);
		buf_printf(out, " at 0x%04x, %u bytes\n", f->begin,
			   f->end - f->begin);
	}
}

static void print_exports(const struct wasm_module *m, struct buf *out)
{
	for (uint32_t i = 0; i < m->exports.n; i++) {
		const struct wasm_export *e = &m->exports.at[i];
		buf_str(out, "export ");
		wasm_print_name(e->name, e->nname, out);
		buf_str(out, " is ");
		print_what(m, e->kind, e->index, out);
		buf_u8(out, '\n');
	}
	if (m->start != UINT32_MAX)
		buf_printf(out, "start func %u\n", m->start);
}

static const char *const modes[] = {
	[WASM_ACTIVE] = "active",
	[WASM_PASSIVE] = "passive",
	[WASM_DECLARED] = "declared",
};

static void print_segments(const struct wasm_module *m, struct buf *out)
{
	for (uint32_t i = 0; i < m->elems.n; i++) {
		const struct wasm_elem *e = &m->elems.at[i];
		buf_printf(out, "elem %u %s %u %s", i, modes[e->mode], e->n,
			   type_name((enum type)e->type));
		if (e->mode == WASM_ACTIVE) {
			buf_printf(out, " to table %u at ", e->table);
			print_expr(m, &e->offset, out);
		}
		buf_u8(out, '\n');
	}
	for (uint32_t i = 0; i < m->datas.n; i++) {
		const struct wasm_data *d = &m->datas.at[i];
		buf_printf(out, "data %u %s %u bytes", i, modes[d->mode], d->n);
		if (d->mode == WASM_ACTIVE) {
			buf_printf(out, " to memory %u at ", d->memory);
			print_expr(m, &d->offset, out);
		}
		buf_u8(out, '\n');
	}
}

void wasm_print_module(const struct wasm_module *m, struct buf *out)
{
	if (m->name)
		buf_printf(out, "module $%s\n", m->name);
	for (uint32_t i = 0; i < m->types.n; i++) {
		buf_printf(out, "type %u ", i);
		wasm_print_type(&m->types.at[i], out);
		buf_u8(out, '\n');
	}
	print_imports(m, out);
	print_definitions(m, out);
	print_exports(m, out);
	print_segments(m, out);
	for (uint32_t i = 0; i < m->customs.n; i++)
		buf_printf(out, "custom \"%s\" %u bytes\n",
			   m->customs.at[i].name, m->customs.at[i].n);
}
