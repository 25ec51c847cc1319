/* wrap_shim.c - the two modules that break the cycle.
 *
 * Built-ins need the module's memory, the module needs the built-ins: it gets
 * functions that call through a table, which is filled once both are there.
 * graph_shims sees through them, so that nothing of this costs anything.
 *
 *	shim     exports "0" ... and "t", the table
 *	fixup    imports the same from "", and "init" to be called
 */
#include "component/wrap_int.h"

#include "wasm/encode.h"

enum { SECTION_TYPE = 1, SECTION_IMPORT = 2, SECTION_FUNC = 3,
       SECTION_TABLE = 4, SECTION_EXPORT = 7, SECTION_START = 8,
       SECTION_ELEM = 9, SECTION_CODE = 10 };

static void name(struct buf *b, const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	buf_uleb(b, n);
	buf_put(b, s, n);
}

static void functype(struct buf *b, const struct wasm_functype *t)
{
	buf_u8(b, 0x60);
	buf_uleb(b, t->nparams);
	for (uint32_t k = 0; k < t->nparams; k++)
		buf_u8(b, wasm_type_byte((enum type)t->param[k]));
	buf_uleb(b, t->nresults);
	for (uint32_t k = 0; k < t->nresults; k++)
		buf_u8(b, wasm_type_byte((enum type)t->result[k]));
}

static struct buf begin(struct buf *out)
{
	struct buf b;

	buf_init(&b, out->arena);
	return b;
}

/* Type k is that of function k; the last one, where wanted, is () -> (). */
static void types(const struct wrap *w, uint32_t dtors, bool start,
		  struct buf *out)
{
	struct buf b = begin(out);
	uint8_t i32 = T_I32;
	const struct wasm_functype dtor = { .param = &i32, .nparams = 1 };
	const struct wasm_functype none = { 0 };

	buf_put(out, "\0asm\1\0\0\0", 8);
	buf_uleb(&b, w->holes.n + dtors + start);
	for (uint32_t k = 0; k < w->holes.n; k++)
		functype(&b, w->holes.at[k].sig);
	for (uint32_t k = 0; k < dtors; k++)
		functype(&b, &dtor);
	if (start)
		functype(&b, &none);
	comp_enc_section(out, SECTION_TYPE, &b);
}

static void put_table_type(struct buf *b, uint32_t n)
{
	buf_put(b, "\x70\1", 2);
	buf_uleb(b, n);
	buf_uleb(b, n);
}

static void body(struct buf *b, const struct wasm_functype *t, uint32_t k)
{
	struct buf f = begin(b);

	buf_u8(&f, 0);
	for (uint32_t i = 0; i < t->nparams; i++) {
		buf_u8(&f, 0x20);
		buf_uleb(&f, i);
	}
	buf_u8(&f, 0x41);
	buf_sleb(&f, k);
	buf_u8(&f, 0x11);
	buf_uleb(&f, k);
	buf_put(&f, "\0\x0b", 2);
	buf_uleb(b, f.n);
	buf_put(b, f.at, f.n);
}

void wrap_shim(const struct wrap *w, uint32_t dtors, struct buf *out)
{
	const uint32_t n = w->holes.n + dtors;
	uint8_t i32 = T_I32;
	const struct wasm_functype dtor = { .param = &i32, .nparams = 1 };
	struct buf b;

	types(w, dtors, false, out);
	b = begin(out);
	buf_uleb(&b, n);
	for (uint32_t k = 0; k < n; k++)
		buf_uleb(&b, k);
	comp_enc_section(out, SECTION_FUNC, &b);
	b = begin(out);
	buf_u8(&b, 1);
	put_table_type(&b, n);
	comp_enc_section(out, SECTION_TABLE, &b);
	b = begin(out);
	buf_uleb(&b, n + 1);
	for (uint32_t k = 0; k < n; k++) {
		name(&b, arena_printf(w->arena, "%u", k));
		buf_u8(&b, 0);
		buf_uleb(&b, k);
	}
	name(&b, "t");
	buf_put(&b, "\1\0", 2);
	comp_enc_section(out, SECTION_EXPORT, &b);
	b = begin(out);
	buf_uleb(&b, n);
	for (uint32_t k = 0; k < n; k++)
		body(&b, k < w->holes.n ? w->holes.at[k].sig : &dtor, k);
	comp_enc_section(out, SECTION_CODE, &b);
}

static void import_func(struct buf *b, const char *field, uint32_t type)
{
	name(b, "");
	name(b, field);
	buf_u8(b, 0);
	buf_uleb(b, type);
}

void wrap_fixup(const struct wrap *w, uint32_t dtors, bool start,
		struct buf *out)
{
	const uint32_t n = w->holes.n + dtors;
	struct buf b;

	types(w, dtors, start, out);
	b = begin(out);
	buf_uleb(&b, n + 1 + start);
	for (uint32_t k = 0; k < n; k++)
		import_func(&b, arena_printf(w->arena, "%u", k), k);
	name(&b, "");
	name(&b, "t");
	buf_u8(&b, 1);
	put_table_type(&b, n);
	if (start)
		import_func(&b, "init", n);
	comp_enc_section(out, SECTION_IMPORT, &b);
	if (start) {
		b = begin(out);
		buf_uleb(&b, n);
		comp_enc_section(out, SECTION_START, &b);
	}
	b = begin(out);
	buf_put(&b, "\1\0\x41\0\x0b", 5);
	buf_uleb(&b, n);
	for (uint32_t k = 0; k < n; k++)
		buf_uleb(&b, k);
	comp_enc_section(out, SECTION_ELEM, &b);
}
