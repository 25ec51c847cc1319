/* encode.c - modules to bytes.
 *
 * A section is written into a scratch buffer, then behind its length; an
 * empty one is left out.
 */
#include <string.h>

#include "wasm/decode.h"
#include "wasm/encode.h"

struct encoder {
	const struct wasm_module *m;
	const struct wasm_edit *edit;
	struct buf *out;
	struct buf scratch;		/* the section being written */
};

static void put_name(struct buf *b, const char *name, uint32_t n)
{
	buf_uleb(b, n);
	buf_put(b, name, n);
}

static void put_expr(struct encoder *e, const struct wasm_expr *x)
{
	buf_put(&e->scratch, e->m->bytes + x->begin, x->end - x->begin);
}

static void put_types(struct buf *b, const uint8_t *t, uint32_t n)
{
	buf_uleb(b, n);
	for (uint32_t i = 0; i < n; i++)
		buf_u8(b, wasm_type_byte((enum type)t[i]));
}

static void put_limits(struct buf *b, const struct wasm_limits *l)
{
	buf_u8(b, l->has_max);
	buf_uleb(b, l->min);
	if (l->has_max)
		buf_uleb(b, l->max);
}

static void put_table(struct buf *b, const struct wasm_table *t)
{
	buf_u8(b, wasm_type_byte((enum type)t->type));
	put_limits(b, &t->limits);
}

static void put_global(struct buf *b, const struct wasm_global *g)
{
	buf_u8(b, wasm_type_byte((enum type)g->type));
	buf_u8(b, g->mut);
}

/* One function per section; each writes its contents, or nothing when the
 * section is not needed. */

static void encode_types(struct encoder *e)
{
	struct buf *b = &e->scratch;

	if (!e->m->types.n)
		return;
	buf_uleb(b, e->m->types.n);
	for (uint32_t i = 0; i < e->m->types.n; i++) {
		const struct wasm_functype *t = &e->m->types.at[i];
		buf_u8(b, 0x60);
		put_types(b, t->param, t->nparams);
		put_types(b, t->result, t->nresults);
	}
}

static void encode_imports(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	struct buf *b = &e->scratch;

	if (!m->imports.n)
		return;
	buf_uleb(b, m->imports.n);
	for (uint32_t i = 0; i < m->imports.n; i++) {
		const struct wasm_import *im = &m->imports.at[i];
		put_name(b, im->module, im->nmodule);
		put_name(b, im->name, im->nname);
		buf_u8(b, im->kind);
		if (im->kind == WASM_FUNC)
			buf_uleb(b, m->funcs.at[im->index].type);
		else if (im->kind == WASM_TABLE)
			put_table(b, &m->tables.at[im->index]);
		else if (im->kind == WASM_MEMORY)
			put_limits(b, &m->memories.at[im->index].limits);
		else
			put_global(b, &m->globals.at[im->index]);
	}
}

/* The number of own entries of a space, written when there are any. */
static uint32_t put_count(struct encoder *e, uint32_t n, enum wasm_kind kind)
{
	uint32_t own = n - e->m->nimported[kind];

	if (own)
		buf_uleb(&e->scratch, own);
	return own;
}

static void encode_functions(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	uint32_t n = put_count(e, m->funcs.n, WASM_FUNC);

	for (uint32_t i = m->funcs.n - n; i < m->funcs.n; i++)
		buf_uleb(&e->scratch, m->funcs.at[i].type);
}

static void encode_tables(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	uint32_t n = put_count(e, m->tables.n, WASM_TABLE);

	for (uint32_t i = m->tables.n - n; i < m->tables.n; i++)
		put_table(&e->scratch, &m->tables.at[i]);
}

static void encode_memories(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	uint32_t n = put_count(e, m->memories.n, WASM_MEMORY);

	for (uint32_t i = m->memories.n - n; i < m->memories.n; i++)
		put_limits(&e->scratch, &m->memories.at[i].limits);
}

static void encode_globals(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	uint32_t n = put_count(e, m->globals.n, WASM_GLOBAL);

	for (uint32_t i = m->globals.n - n; i < m->globals.n; i++) {
		put_global(&e->scratch, &m->globals.at[i]);
		put_expr(e, &m->globals.at[i].init);
	}
}

static void encode_exports(struct encoder *e)
{
	struct buf *b = &e->scratch;

	if (!e->m->exports.n)
		return;
	buf_uleb(b, e->m->exports.n);
	for (uint32_t i = 0; i < e->m->exports.n; i++) {
		const struct wasm_export *x = &e->m->exports.at[i];
		put_name(b, x->name, x->nname);
		buf_u8(b, x->kind);
		buf_uleb(b, x->index);
	}
}

static void encode_start(struct encoder *e)
{
	if (e->m->start != UINT32_MAX)
		buf_uleb(&e->scratch, e->m->start);
}

/* ---- element segments ---- */

static void put_member(struct encoder *e, const struct wasm_elem *x, uint32_t i)
{
	if (x->expr) {
		put_expr(e, &x->expr[i]);
		return;
	}
	bool null = x->func[i] == UINT32_MAX;
	struct wasm_ins ins = {
		.op = null ? OP_REF_NULL : OP_REF_FUNC,
		.index = null ? x->type : x->func[i],
	};
	wasm_encode_ins(&ins, &e->scratch);
	wasm_encode_ins(&(struct wasm_ins){ .op = OP_END }, &e->scratch);
}

/* Whether the members can be written as function indices. */
static bool all_funcs(const struct wasm_elem *x)
{
	if (x->expr || x->type != T_FUNCREF)
		return false;
	for (uint32_t i = 0; i < x->n; i++)
		if (x->func[i] == UINT32_MAX)
			return false;
	return true;
}

/* The shortest of the eight forms: indices where no member is null, and no
 * table index or type where they are 0 and funcref. */
static void put_elem(struct encoder *e, const struct wasm_elem *x)
{
	struct buf *b = &e->scratch;
	bool funcs = all_funcs(x);
	bool plain = x->mode == WASM_ACTIVE && x->table == 0 &&
		     x->type == T_FUNCREF;
	uint32_t flags = 0;

	if (x->mode != WASM_ACTIVE)
		flags |= ELEM_PASSIVE;
	if (x->mode == WASM_DECLARED || (x->mode == WASM_ACTIVE && !plain))
		flags |= ELEM_EXPLICIT;
	buf_uleb(b, flags | (funcs ? 0u : ELEM_EXPRS));
	if (x->mode == WASM_ACTIVE) {
		if (!plain)
			buf_uleb(b, x->table);
		put_expr(e, &x->offset);
	}
	if (flags)
		buf_u8(b, funcs ? 0 : wasm_type_byte((enum type)x->type));
	buf_uleb(b, x->n);
	for (uint32_t i = 0; i < x->n; i++)
		if (funcs)
			buf_uleb(b, x->func[i]);
		else
			put_member(e, x, i);
}

static void encode_elems(struct encoder *e)
{
	if (!e->m->elems.n)
		return;
	buf_uleb(&e->scratch, e->m->elems.n);
	for (uint32_t i = 0; i < e->m->elems.n; i++)
		put_elem(e, &e->m->elems.at[i]);
}

/* ---- code and data ---- */

/* Kept where it was, even if nothing needs it: removing it is an edit. */
static void encode_data_count(struct encoder *e)
{
	if (e->m->has_data_count)
		buf_uleb(&e->scratch, e->m->datas.n);
}

static void encode_code(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	uint32_t n = put_count(e, m->funcs.n, WASM_FUNC);

	for (uint32_t i = m->funcs.n - n; i < m->funcs.n; i++) {
		const struct wasm_func *f = &m->funcs.at[i];
		struct wasm_body b = { m->bytes + f->begin, f->end - f->begin };
		if (e->edit && e->edit->body && e->edit->body[i].at)
			b = e->edit->body[i];
		buf_uleb(&e->scratch, b.n);
		buf_put(&e->scratch, b.at, b.n);
	}
}

static void encode_datas(struct encoder *e)
{
	const struct wasm_module *m = e->m;
	struct buf *b = &e->scratch;

	if (!m->datas.n)
		return;
	buf_uleb(b, m->datas.n);
	for (uint32_t i = 0; i < m->datas.n; i++) {
		const struct wasm_data *d = &m->datas.at[i];
		buf_u8(b, d->mode == WASM_PASSIVE ? 1 : d->memory ? 2 : 0);
		if (d->mode == WASM_ACTIVE && d->memory)
			buf_uleb(b, d->memory);
		if (d->mode == WASM_ACTIVE)
			put_expr(e, &d->offset);
		buf_uleb(b, d->n);
		buf_put(b, m->bytes + d->begin, d->n);
	}
}

/* ---- the module ---- */

/* What was written to scratch, as a section; it is empty afterwards. */
static void put_section(struct encoder *e, uint8_t id)
{
	if (e->scratch.n || id == SEC_CUSTOM) {
		buf_u8(e->out, id);
		buf_uleb(e->out, e->scratch.n);
		buf_put(e->out, e->scratch.at, e->scratch.n);
	}
	e->scratch.n = 0;
}

/* Custom sections have no place of their own but the section they follow. */
static void put_customs(struct encoder *e, uint32_t after)
{
	const struct wasm_module *m = e->m;

	for (uint32_t i = 0; i < m->customs.n; i++) {
		const struct wasm_custom *c = &m->customs.at[i];
		struct wasm_custom_edit now = { 0 };
		if (e->edit && e->edit->custom)
			now = e->edit->custom[i];
		if (c->section != after || now.drop)
			continue;
		put_name(&e->scratch, c->name, c->nname);
		if (now.at)
			buf_put(&e->scratch, now.at, now.n);
		else
			buf_put(&e->scratch, m->bytes + c->begin, c->n);
		put_section(e, SEC_CUSTOM);
	}
}

void wasm_encode(const struct wasm_module *m, const struct wasm_edit *edit,
		 struct buf *out)
{
	struct encoder e = { .m = m, .edit = edit, .out = out };

	buf_init(&e.scratch, out->arena);
	buf_put(out, "\0asm\1\0\0\0", 8);
	put_customs(&e, SEC_CUSTOM);
#define S(id, number, order, text, read) \
	encode_##read(&e);               \
	put_section(&e, SEC_##id);       \
	put_customs(&e, SEC_##id);
#include "wasm/section.def"
	for (uint32_t i = 0; edit && i < edit->nextra; i++) {
		const struct wasm_extra *x = &edit->extra[i];
		put_name(&e.scratch, x->name, (uint32_t)strlen(x->name));
		buf_put(&e.scratch, x->at, x->n);
		put_section(&e, SEC_CUSTOM);
	}
}
