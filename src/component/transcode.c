/* transcode.c - one function per pair of memories and encodings.
 *
 *   (pointer, length) in the caller's memory -> the same in the callee's
 *
 * Lengths are in code units; those of latin1+utf16 carry the tag 0x80000000
 * when they are UTF-16.  The functions are made when an adapter first needs
 * them and shared by all adapters.
 */
#include "component/wat.h"

#include "wasm/encode.h"

enum {
#define T(id, params, ...) TEXT_##id,
#include "component/transcode.def"
	TEXTS
};

static const char *const texts[TEXTS] = {
#define T(id, params, ...) [TEXT_##id] = #__VA_ARGS__,
#include "component/transcode.def"
};

/* What the code units of a string are, once the tag has been looked at. */
enum form { UTF8, UTF16, LATIN1, FORMS };

/*   limit  most code units in 2^28 - 1 bytes
 *   worst  bytes of UTF-8 that a code unit can become */
static const struct {
	uint32_t unit, align, limit, worst;
	uint8_t valid, get, peek;
} forms[FORMS] = {
	[UTF8] = { 1, 1, (1u << 28) - 1, 1, TEXT_VALID8, TEXT_GET8,
		   TEXT_PEEK1 },
	[UTF16] = { 2, 2, (1u << 27) - 1, 3, TEXT_VALID16, TEXT_GET16,
		    TEXT_PEEK16 },
	[LATIN1] = { 1, 2, (1u << 28) - 1, 2, TEXT_VALID1, TEXT_GET1,
		     TEXT_PEEK1 },
};

/* From a form to an encoding; a tagged UTF-16 source is narrowed. */
static uint8_t text_for(enum form from, uint8_t to, bool tagged)
{
	static const uint8_t table[FORMS][3] = {
		[UTF8] = { TEXT_COPY, TEXT_TO_UTF16, TEXT_TO_LATIN1 },
		[UTF16] = { TEXT_TO_UTF8, TEXT_COPY, TEXT_TO_LATIN1 },
		[LATIN1] = { TEXT_TO_UTF8, TEXT_TO_UTF16, TEXT_COPY },
	};

	if (tagged && from == UTF16 && to == ENC_LATIN1_UTF16)
		return TEXT_NARROW;
	return table[from][to];
}

static uint32_t write_function(const struct emitter *sides, const char *name,
			       uint8_t text, const struct wat_bind *bind)
{
	struct linker *l = sides->l;
	const uint32_t core = ct_core_sig(l->g->types, "ii:ii");
	const struct wasm_functype t = l->g->types->core.at[core].func;
	struct emitter e;

	comp_begin(&e, l, &t, sides->at);
	e.from = sides->from;
	e.to = sides->to;
	comp_assemble(&e, texts[text], bind);
	comp_emit(&e, OP_UNREACHABLE, 0);
	return comp_finish(&e, &t, name, false);
}

static uint32_t of_form(const struct emitter *e, const char *name,
			enum form from, bool tagged)
{
	const uint32_t align = e->to.encoding == ENC_UTF8 ? 1 : 2;
	const struct wat_bind bind[] = {
		{ "p", WAT_LOCAL, 0, NULL }, { "n", WAT_LOCAL, 1, NULL },
		{ "U", WAT_NUMBER, forms[from].unit, NULL },
		{ "LIMIT", WAT_NUMBER, forms[from].limit, NULL },
		{ "MASK", WAT_NUMBER, forms[from].align - 1, NULL },
		{ "WORST", WAT_NUMBER, forms[from].worst, NULL },
		{ "ALIGN", WAT_NUMBER, align, NULL },
		{ "AMASK", WAT_NUMBER, align - 1, NULL },
		{ "check", WAT_TEXT, 0, texts[TEXT_CHECK] },
		{ "valid", WAT_TEXT, 0, texts[forms[from].valid] },
		{ "get", WAT_TEXT, 0, texts[forms[from].get] },
		{ "peek", WAT_TEXT, 0, texts[forms[from].peek] },
		{ "put8", WAT_TEXT, 0, texts[TEXT_PUT8] },
		{ "put16", WAT_TEXT, 0, texts[TEXT_PUT16] },
		{ 0 },
	};

	return write_function(e, name,
			      text_for(from, e->to.encoding, tagged), bind);
}

static uint32_t of_either(const struct emitter *e, const char *name)
{
	struct arena *a = e->l->arena;
	const struct wat_bind bind[] = {
		{ "p", WAT_LOCAL, 0, NULL }, { "n", WAT_LOCAL, 1, NULL },
		{ "wide", WAT_FUNC, of_form(e, arena_printf(a, "%s-utf16",
							    name),
					    UTF16, true), NULL },
		{ "narrow", WAT_FUNC, of_form(e, arena_printf(a, "%s-latin1",
							      name),
					      LATIN1, true), NULL },
		{ 0 },
	};

	return write_function(e, name, TEXT_EITHER, bind);
}

static uint64_t key(const struct emitter *e)
{
	const struct side *f = &e->from, *t = &e->to;
	const uint32_t all[] = { f->memory, f->encoding, t->memory,
				 t->encoding, t->realloc, t->inst };

	return hash_bytes(all, sizeof all);
}

uint32_t comp_transcoder(struct emitter *e)
{
	static const char *const names[] = { "utf8", "utf16", "latin1+utf16" };
	uint32_t *known = map_get(&e->l->transcoders, key(e));

	if (known)
		return *known;
	const char *name = arena_printf(e->l->arena, "string-%s#%u-%s#%u",
					names[e->from.encoding],
					e->from.memory,
					names[e->to.encoding], e->to.memory);
	uint32_t f = e->from.encoding == ENC_LATIN1_UTF16 ?
			     of_either(e, name) :
			     of_form(e, name, e->from.encoding == ENC_UTF8 ?
				     UTF8 : UTF16, false);
	if (!e->l->dry)
		*map_put(&e->l->transcoders, key(e)) = f;
	return f;
}
