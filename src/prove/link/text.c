/* text.c - code against folded text: component/transcode.def.
 *
 * The text says what a function for strings does; the code must be that text, operands
 * before operators, with a local for each name.
 *
 *   7  0x80                 a constant; a name: a local's value, or the number it is bound to
 *   (i32.load8_u S+1 x)     an instruction: memory and offset where it has one, operands
 *   (+ a b) (< a b) ...     i32 instructions, unsigned
 *   (and a b)               b only when a is not 0
 *   (= x a)                 local.set
 *   (local x y)             names of locals
 *   (if a (then ...) (else ...))   (while a ...)   (return a b)
 *   (call f a b)            the function for the text that f is bound to
 *   (realloc old n align m) the receiver's realloc, may_leave off
 *   (bounds M p n)          traps unless [p, p + n) lies in memory M
 *   (trap)                  a value is not one of its type
 *   @x                      the text that x is bound to, in place
 */
#include "prove/link/text.h"

#include <stdlib.h>
#include <string.h>

/* A word of the text. */
struct word {
	const char *at;
	size_t n;
};

struct follow {
	struct adapt *x;
	const char *at;
	struct text_name *name;	/* ends with a NULL name */
};

static bool is(struct word w, const char *s)
{
	return strlen(s) == w.n && !memcmp(s, w.at, w.n);
}

/* The text is not as it should be. */
static void stop(struct follow *f)
{
	f->x->bad = !joint_fail(f->x->j, "the text of a function for strings "
				"cannot be read: %.20s", f->at);
	f->at = "";
}

static void skip(struct follow *f)
{
	while (*f->at == ' ')
		f->at++;
}

static bool at_close(struct follow *f)
{
	skip(f);
	if (!*f->at && !f->x->bad)
		stop(f);
	return *f->at == ')' || f->x->bad;
}

static void close(struct follow *f)
{
	if (at_close(f) && !f->x->bad)
		f->at++;
	else
		stop(f);
}

static struct word next_word(struct follow *f)
{
	struct word w;

	skip(f);
	w.at = f->at;
	w.n = strcspn(f->at, " ()");
	f->at += w.n;
	if (!w.n)
		stop(f);
	return w;
}

static struct text_name *find(struct follow *f, struct word w)
{
	for (struct text_name *n = f->name; n->name; n++)
		if (is(w, n->name))
			return n;
	stop(f);
	return NULL;
}

/* --- instructions ----------------------------------------------------------------- */

static enum op op_of(struct word w)
{
	static const struct {
		const char *name;
		uint16_t op;
	} symbol[] = {
		{ "+", OP_I32_ADD }, { "-", OP_I32_SUB }, { "*", OP_I32_MUL },
		{ "&", OP_I32_AND }, { "|", OP_I32_OR }, { "<<", OP_I32_SHL },
		{ ">>", OP_I32_SHR_U }, { "<", OP_I32_LT_U },
		{ "<=", OP_I32_LE_U }, { ">", OP_I32_GT_U },
		{ ">=", OP_I32_GE_U }, { "==", OP_I32_EQ }, { "!=", OP_I32_NE },
	};

	for (size_t k = 0; k < sizeof symbol / sizeof *symbol; k++)
		if (is(w, symbol[k].name))
			return (enum op)symbol[k].op;
	for (int k = 0; k < OP_WASM_END; k++)
		if (is(w, op_info[k].text))
			return (enum op)k;
	return OP_ILLEGAL;
}

static void expression(struct follow *f);

static void rest(struct follow *f)
{
	while (!at_close(f))
		expression(f);
	close(f);
}

static uint32_t memory(struct follow *f, struct word w)
{
	if (w.n && *w.at != 'S' && *w.at != 'D')
		stop(f);
	return w.n && *w.at == 'S' ? f->x->from.memory : f->x->to.memory;
}

static void instruction(struct follow *f, struct word w)
{
	const enum op op = op_of(w);
	uint32_t to = JOINT_NONE, from = JOINT_NONE;
	struct word m = { "", 0 };

	if (op == OP_ILLEGAL) {
		stop(f);
		return;
	}
	const enum imm imm = (enum imm)op_info[op].imm;
	if (imm == IMM_MEMARG || imm == IMM_MEM_MEM) {
		m = next_word(f);
		to = memory(f, m);
	}
	if (imm == IMM_MEM_MEM)
		from = memory(f, next_word(f));
	rest(f);
	if (imm == IMM_MEMARG)
		adapt_access(f->x, op, to, m.n > 2 ?
			     (uint32_t)strtoul(m.at + 2, NULL, 0) : 0);
	else if (op == OP_MEMORY_COPY)
		adapt_copy(f->x, to, from);
	else if (imm == IMM_NONE)
		adapt_op(f->x, op);
	else
		stop(f);
}

/* --- forms -------------------------------------------------------------------------- */

static void set(struct follow *f)
{
	struct text_name *n = find(f, next_word(f));

	rest(f);
	if (f->x->bad)
		return;
	if (n->kind != TEXT_LOCAL)
		stop(f);
	else if (n->value == JOINT_NONE)
		n->value = adapt_set_new(f->x, OP_LOCAL_SET, T_I32);
	else
		adapt_set(f->x, n->value);
}

/* Names are bound beforehand; none has a local until it is set. */
static void locals(struct follow *f)
{
	while (!at_close(f)) {
		const struct text_name *n = find(f, next_word(f));
		if (n && (n->kind != TEXT_LOCAL || n->value != JOINT_NONE))
			stop(f);
	}
	close(f);
}

static void both(struct follow *f)
{
	expression(f);
	adapt_block(f->x, OP_IF, T_I32);
	rest(f);
	adapt_op(f->x, OP_ELSE);
	adapt_const(f->x, 0);
	adapt_op(f->x, OP_END);
}

static void choose(struct follow *f)
{
	expression(f);
	adapt_block(f->x, OP_IF, T_NONE);
	while (!at_close(f)) {
		f->at++;
		if (is(next_word(f), "else"))
			adapt_op(f->x, OP_ELSE);
		rest(f);
	}
	close(f);
	adapt_op(f->x, OP_END);
}

static void repeat(struct follow *f)
{
	adapt_block(f->x, OP_BLOCK, T_NONE);
	adapt_block(f->x, OP_LOOP, T_NONE);
	expression(f);
	adapt_op(f->x, OP_I32_EQZ);
	adapt_branch(f->x, OP_BR_IF, 1);
	rest(f);
	adapt_branch(f->x, OP_BR, 0);
	adapt_op(f->x, OP_END);
	adapt_op(f->x, OP_END);
}

static void give(struct follow *f)
{
	rest(f);
	adapt_op(f->x, OP_RETURN);
}

static void call(struct follow *f)
{
	const struct text_name *n = find(f, next_word(f));

	rest(f);
	if (f->x->bad)
		return;
	if (n->kind == TEXT_FUNC)
		adapt_text_as(f->x, (enum text_form)n->value);
	else
		stop(f);
}

static void realloc_form(struct follow *f)
{
	adapt_leave(f->x, false);
	rest(f);
	adapt_get(f->x, adapt_call_realloc(f->x));
}

static void bounds(struct follow *f)
{
	const uint32_t m = memory(f, next_word(f));
	const struct text_name *p = find(f, next_word(f));
	const struct text_name *n = find(f, next_word(f));

	close(f);
	if (f->x->bad)
		return;
	if (p->kind == TEXT_LOCAL && n->kind == TEXT_LOCAL &&
	    n->value != JOINT_NONE)
		adapt_bounds(f->x, m, p->value, n->value, 0);
	else
		stop(f);
}

static void trap(struct follow *f)
{
	close(f);
	adapt_trap(f->x);
}

static void list(struct follow *f)
{
	static const struct {
		const char *name;
		void (*form)(struct follow *);
	} forms[] = {
		{ "=", set }, { "local", locals }, { "and", both },
		{ "if", choose }, { "while", repeat }, { "return", give },
		{ "call", call }, { "realloc", realloc_form },
		{ "bounds", bounds }, { "trap", trap },
	};
	const struct word w = next_word(f);

	for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
		if (is(w, forms[k].name)) {
			forms[k].form(f);
			return;
		}
	instruction(f, w);
}

static void sequence(struct follow *f, const char *text)
{
	const char *back = f->at;

	f->at = text;
	for (skip(f); *f->at && !f->x->bad; skip(f))
		expression(f);
	f->at = f->x->bad ? "" : back;
}

static void atom(struct follow *f)
{
	const struct word w = next_word(f);

	if (f->x->bad)
		return;
	if (*w.at >= '0' && *w.at <= '9') {
		adapt_const(f->x, (uint32_t)strtoul(w.at, NULL, 0));
		return;
	}
	const bool here = *w.at == '@';
	const struct text_name *n = find(f, (struct word){ w.at + here,
							   w.n - here });
	if (!n)
		return;
	if (here && n->kind == TEXT_TEXT)
		sequence(f, n->text);
	else if (!here && n->kind == TEXT_NUMBER)
		adapt_const(f->x, n->value);
	else if (!here && n->kind == TEXT_LOCAL)
		adapt_get(f->x, n->value);
	else
		stop(f);
}

/* As deep as the text is nested. */
static void expression(struct follow *f)
{
	skip(f);
	if (*f->at == '(') {
		f->at++;
		list(f);
	} else {
		atom(f);
	}
}

void text_follow(struct adapt *x, const char *text, struct text_name *name)
{
	struct follow f = { .x = x, .at = "", .name = name };

	sequence(&f, text);
}
