/* wat.c - folded text to instructions: the operands, then the operator. */
#include "component/wat.h"

#include <stdlib.h>
#include <string.h>

#include "wasm/encode.h"

struct word {
	const char *at;
	uint32_t n;
};

struct reader {
	struct emitter *e;
	const char *at;
	const struct wat_bind *bind;
	VEC(struct wat_bind) locals;	/* made by the text itself */
};

static void skip(struct reader *r)
{
	while (*r->at == ' ')
		r->at++;
}

static bool at_close(struct reader *r)
{
	skip(r);
	CHECK(*r->at);
	return *r->at == ')';
}

static void close(struct reader *r)
{
	CHECK(at_close(r));
	r->at++;
}

static struct word word(struct reader *r)
{
	struct word w;

	skip(r);
	w.at = r->at;
	w.n = (uint32_t)strcspn(r->at, " ()");
	r->at += w.n;
	CHECK(w.n);
	return w;
}

static bool is(struct word w, const char *s)
{
	return strlen(s) == w.n && !memcmp(s, w.at, w.n);
}

static const struct wat_bind *find(const struct reader *r, struct word w)
{
	for (uint32_t k = 0; k < r->locals.n; k++)
		if (is(w, r->locals.at[k].name))
			return &r->locals.at[k];
	for (const struct wat_bind *b = r->bind; b->name; b++)
		if (is(w, b->name))
			return b;
	NOT_REACHED("a name of the text is bound");
}

/* --- operators ------------------------------------------------------------- */

static const struct {
	const char *name;
	uint16_t op;
} short_name[] = {
	{ "+", OP_I32_ADD }, { "-", OP_I32_SUB }, { "*", OP_I32_MUL },
	{ "&", OP_I32_AND }, { "|", OP_I32_OR }, { "<<", OP_I32_SHL },
	{ ">>", OP_I32_SHR_U }, { "<", OP_I32_LT_U }, { "<=", OP_I32_LE_U },
	{ ">", OP_I32_GT_U }, { ">=", OP_I32_GE_U }, { "==", OP_I32_EQ },
	{ "!=", OP_I32_NE },
};

static enum op op_of_word(struct word w)
{
	for (size_t k = 0; k < sizeof short_name / sizeof *short_name; k++)
		if (is(w, short_name[k].name))
			return (enum op)short_name[k].op;
	for (int k = 0; k < OP_WASM_END; k++)
		if (is(w, op_info[k].text))
			return (enum op)k;
	NOT_REACHED("an instruction of the tables");
}

static void expression(struct reader *r);

/* Everything up to the closing parenthesis. */
static void rest(struct reader *r)
{
	while (!at_close(r))
		expression(r);
	close(r);
}

static uint32_t memory(const struct reader *r, struct word w)
{
	CHECK(w.n && (*w.at == 'S' || *w.at == 'D'));
	return *w.at == 'S' ? r->e->from.memory : r->e->to.memory;
}

static void instruction(struct reader *r, struct word w)
{
	struct wasm_ins i = { .op = op_of_word(w) };
	const uint8_t imm = op_info[i.op].imm;

	if (imm == IMM_MEMARG) {
		struct word m = word(r);
		i.index2 = memory(r, m);
		if (m.n > 1)
			i.imm = strtoul(m.at + 2, NULL, 0);
		for (uint8_t n = op_info[i.op].bytes; n > 1; n /= 2)
			i.align++;
	} else if (imm == IMM_MEM || imm == IMM_MEM_MEM) {
		i.index = memory(r, word(r));
		if (imm == IMM_MEM_MEM)
			i.index2 = memory(r, word(r));
	} else {
		CHECK(imm == IMM_NONE);
	}
	rest(r);
	wasm_encode_ins(&i, &r->e->code);
}

/* --- forms ---------------------------------------------------------------------- */

static void block(struct reader *r, enum op op, bool value)
{
	struct wasm_ins i = { .op = op, .block_type = value ? -1 : -64 };

	wasm_encode_ins(&i, &r->e->code);
}

static void form_set(struct reader *r)
{
	uint32_t local = find(r, word(r))->value;

	rest(r);
	comp_emit(r->e, OP_LOCAL_SET, local);
}

static void form_local(struct reader *r)
{
	while (!at_close(r)) {
		struct word w = word(r);
		vec_push(r->e->l->arena, &r->locals, (struct wat_bind){
			.name = arena_copy(r->e->l->arena, w.at, w.n),
			.kind = WAT_LOCAL,
			.value = comp_new_local(r->e, T_I32) });
	}
	close(r);
}

static void form_and(struct reader *r)
{
	expression(r);
	block(r, OP_IF, true);
	rest(r);
	comp_emit(r->e, OP_ELSE, 0);
	comp_emit_const(r->e, 0);
	comp_emit(r->e, OP_END, 0);
}

static void form_if(struct reader *r)
{
	expression(r);
	block(r, OP_IF, false);
	while (!at_close(r)) {
		r->at++;
		if (is(word(r), "else"))
			comp_emit(r->e, OP_ELSE, 0);
		rest(r);
	}
	close(r);
	comp_emit(r->e, OP_END, 0);
}

static void form_while(struct reader *r)
{
	block(r, OP_BLOCK, false);
	block(r, OP_LOOP, false);
	expression(r);
	comp_emit(r->e, OP_I32_EQZ, 0);
	comp_emit(r->e, OP_BR_IF, 1);
	rest(r);
	comp_emit(r->e, OP_BR, 0);
	comp_emit(r->e, OP_END, 0);
	comp_emit(r->e, OP_END, 0);
}

static void form_return(struct reader *r)
{
	rest(r);
	comp_emit(r->e, OP_RETURN, 0);
}

static void form_call(struct reader *r)
{
	uint32_t f = find(r, word(r))->value;

	rest(r);
	comp_emit(r->e, OP_CALL, f);
}

static void form_realloc(struct reader *r)
{
	uint32_t p = comp_new_local(r->e, T_I32);

	comp_emit_leave(r->e, false);
	rest(r);
	comp_emit(r->e, OP_CALL, r->e->to.realloc);
	comp_emit(r->e, OP_LOCAL_SET, p);
	comp_emit_leave(r->e, true);
	comp_emit(r->e, OP_LOCAL_GET, p);
}

static void form_bounds(struct reader *r)
{
	uint32_t m = memory(r, word(r));
	uint32_t p = find(r, word(r))->value;

	comp_emit_bounds(r->e, m, p, find(r, word(r))->value, 1);
	close(r);
}

static void form_trap(struct reader *r)
{
	close(r);
	comp_emit_trap(r->e);
}

static const struct {
	const char *name;
	void (*form)(struct reader *);
} forms[] = {
	{ "=", form_set }, { "local", form_local }, { "and", form_and },
	{ "if", form_if }, { "while", form_while }, { "return", form_return },
	{ "call", form_call }, { "realloc", form_realloc },
	{ "bounds", form_bounds }, { "trap", form_trap },
};

static void list(struct reader *r)
{
	struct word w = word(r);

	for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
		if (is(w, forms[k].name)) {
			forms[k].form(r);
			return;
		}
	instruction(r, w);
}

static void text(struct reader *r, const char *body);

static void atom(struct reader *r)
{
	struct word w = word(r);

	if (*w.at >= '0' && *w.at <= '9') {
		comp_emit_const(r->e, (uint32_t)strtoul(w.at, NULL, 0));
		return;
	}
	if (*w.at == '@') {
		text(r, find(r, (struct word){ w.at + 1, w.n - 1 })->text);
		return;
	}
	const struct wat_bind *b = find(r, w);
	if (b->kind == WAT_NUMBER)
		comp_emit_const(r->e, b->value);
	else
		comp_emit(r->e, OP_LOCAL_GET, b->value);
}

/* As deep as the text is nested. */
static void expression(struct reader *r)
{
	skip(r);
	if (*r->at == '(') {
		r->at++;
		list(r);
	} else {
		atom(r);
	}
}

static void text(struct reader *r, const char *body)
{
	const char *back = r->at;

	r->at = body;
	for (skip(r); *r->at; skip(r))
		expression(r);
	r->at = back;
}

void comp_assemble(struct emitter *e, const char *body,
		   const struct wat_bind *bind)
{
	struct reader r = { .e = e, .bind = bind };

	text(&r, body);
}
