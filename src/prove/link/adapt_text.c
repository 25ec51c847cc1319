/* adapt_text.c - functions that move strings from one memory to another.
 *
 * (pointer, length) in the sender's memory to the same in the receiver's.  What they do is
 * the text of component/transcode.def, which is trusted: it is named in the output.  Which of its
 * texts a pair of encodings asks for, and its numbers, are found out here.
 */
#include <string.h>

#include "prove/link/text.h"

enum {
#define T(id, params, ...) T_##id,
#include "component/transcode.def"
	TEXTS
};

static const struct {
	const char *id, *text;
} texts[TEXTS] = {
#define T(id, params, ...) [T_##id] = { #id, #__VA_ARGS__ },
#include "component/transcode.def"
};

/*   unit    bytes of a code unit; align: what the pointer is a multiple of
 *   limit   most code units in 2^28 - 1 bytes
 *   worst   bytes of UTF-8 that a code unit may become */
static const struct {
	uint32_t unit, align, limit, worst;
	uint8_t valid, get, peek, to[3];	/* to: by encoding */
} forms[FORMS] = {
	[FORM_UTF8] = { 1, 1, (1u << 28) - 1, 1, T_VALID8, T_GET8, T_PEEK1,
			{ T_COPY, T_TO_UTF16, T_TO_LATIN1 } },
	[FORM_UTF16] = { 2, 2, (1u << 27) - 1, 3, T_VALID16, T_GET16, T_PEEK16,
			 { T_TO_UTF8, T_COPY, T_TO_LATIN1 } },
	[FORM_TAGGED_UTF16] = { 2, 2, (1u << 27) - 1, 3, T_VALID16, T_GET16,
				T_PEEK16, { T_TO_UTF8, T_COPY, T_NARROW } },
	[FORM_LATIN1] = { 1, 2, (1u << 28) - 1, 2, T_VALID1, T_GET1, T_PEEK1,
			  { T_TO_UTF8, T_TO_UTF16, T_COPY } },
};

static bool is_made(struct adapt *x, uint32_t func)
{
	const struct wasm_module *m = x->j->linked;

	return func < m->funcs.n && m->funcs.at[func].import == UINT32_MAX &&
	       joint_made(x->j, func, "a function for strings") &&
	       !strcmp(wasm_type_text(&m->types.at[m->funcs.at[func].type],
				      x->j->arena), "ii:ii");
}

/* A function with the sides of x, from its first instruction to its last. */
static bool follow(struct adapt *x, uint32_t func, uint8_t text,
		   struct text_name *name)
{
	struct adapt y;

	adapt_begin(&y, x->j, func);
	y.from = x->from;
	y.to = x->to;
	text_follow(&y, texts[text].text, name);
	adapt_op(&y, OP_UNREACHABLE);
	return adapt_end(&y);
}

static bool one_form(struct adapt *x, uint32_t func, enum text_form form)
{
	const uint32_t align = x->to.encoding == ENC_UTF8 ? 1 : 2;
	struct text_name name[] = {
		{ "p", TEXT_LOCAL, 0, NULL }, { "n", TEXT_LOCAL, 1, NULL },
		{ "s", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "e", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "c", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "d", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "k", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "w", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "q", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "b", TEXT_LOCAL, JOINT_NONE, NULL },
		{ "U", TEXT_NUMBER, forms[form].unit, NULL },
		{ "LIMIT", TEXT_NUMBER, forms[form].limit, NULL },
		{ "MASK", TEXT_NUMBER, forms[form].align - 1, NULL },
		{ "WORST", TEXT_NUMBER, forms[form].worst, NULL },
		{ "ALIGN", TEXT_NUMBER, align, NULL },
		{ "AMASK", TEXT_NUMBER, align - 1, NULL },
		{ "check", TEXT_TEXT, 0, texts[T_CHECK].text },
		{ "valid", TEXT_TEXT, 0, texts[forms[form].valid].text },
		{ "get", TEXT_TEXT, 0, texts[forms[form].get].text },
		{ "peek", TEXT_TEXT, 0, texts[forms[form].peek].text },
		{ "put8", TEXT_TEXT, 0, texts[T_PUT8].text },
		{ "put16", TEXT_TEXT, 0, texts[T_PUT16].text },
		{ NULL, TEXT_NUMBER, 0, NULL },
	};

	return follow(x, func, forms[form].to[x->to.encoding], name);
}

static bool either(struct adapt *x, uint32_t func)
{
	struct text_name name[] = {
		{ "p", TEXT_LOCAL, 0, NULL }, { "n", TEXT_LOCAL, 1, NULL },
		{ "wide", TEXT_FUNC, FORM_TAGGED_UTF16, NULL },
		{ "narrow", TEXT_FUNC, FORM_LATIN1, NULL },
		{ NULL, TEXT_NUMBER, 0, NULL },
	};

	return follow(x, func, T_EITHER, name);
}

/* --- which function is which ------------------------------------------------------- */

static bool same_realloc(const struct joint *j, struct thing a, struct thing b)
{
	a = joint_resolve(j, WASM_FUNC, a);
	b = joint_resolve(j, WASM_FUNC, b);
	return a.kind == b.kind && a.core == b.core && a.index == b.index;
}

static bool same(const struct joint *j, const struct joint_text *a,
		 const struct joint_text *b)
{
	return a->form == b->form && a->from == b->from && a->to == b->to &&
	       a->inst == b->inst && a->to_encoding == b->to_encoding &&
	       same_realloc(j, a->realloc, b->realloc);
}

static const char *describe(const struct joint *j, const struct joint_text *t)
{
	static const char *const names[FORMS] = { "utf8", "utf16",
						  "latin1+utf16, wide",
						  "latin1+utf16, narrow",
						  "latin1+utf16" };
	static const char *const encodings[] = { "utf8", "utf16", "latin1+utf16" };
	const uint8_t text = t->form == FORM_EITHER ? T_EITHER :
			     forms[t->form].to[t->to_encoding];

	return arena_printf(j->arena, "string of memory %u (%s) to memory %u (%s), "
			    "by the text %s", t->from, names[t->form], t->to,
			    encodings[t->to_encoding], texts[text].id);
}

static bool is_text(struct adapt *x, uint32_t func, enum text_form form)
{
	struct joint *j = x->j;
	const struct joint_text t = { func, x->from.memory, x->to.memory,
				      x->to.inst, (uint8_t)form, x->to.encoding,
				      x->to.realloc };

	for (uint32_t k = 0; k < j->texts.n; k++)
		if (j->texts.at[k].func == func)
			return same(j, &j->texts.at[k], &t);
	if (!is_made(x, func))
		return false;
	vec_push(j->arena, &j->texts, t);
	vec_push(j->arena, &j->out->trusted, (struct linkage_trusted){
		func, describe(j, &t) });
	return form == FORM_EITHER ? either(x, func) : one_form(x, func, form);
}

void adapt_text_as(struct adapt *x, enum text_form form)
{
	const struct wasm_ins i = adapt_next(x, OP_CALL);

	if (!x->bad && !is_text(x, i.index, form))
		x->bad = !joint_fail(x->j, "function %u of the linked module is "
				     "not for such strings", i.index);
}

void adapt_text(struct adapt *x)
{
	static const uint8_t form[] = { [ENC_UTF8] = FORM_UTF8,
					[ENC_UTF16] = FORM_UTF16,
					[ENC_LATIN1_UTF16] = FORM_EITHER };

	adapt_text_as(x, (enum text_form)form[x->from.encoding]);
}
