/* parse.c - reads what ir_print writes (print.c has the grammar).
 *
 * Reads straight down; the first error latches and everything read after it
 * is zero.  The result is well-formed in memory - every reference and block
 * number exists - but only ir_check says whether it makes sense.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/map.h"
#include "ir/ir.h"

struct text {
	const char *begin, *at, *end;
	struct arena *a;
	struct diag_sink *s;
	struct ir_func *f;
	struct map ops;		/* hash of the text -> op + 1 */
	uint32_t limit;		/* numbers of values and blocks are below */
	bool bad;
};

static void fail(struct text *t, const char *what)
{
	if (!t->bad)
		diag_report(t->s, DIAG_MALFORMED, (uint64_t)(t->at - t->begin),
			    "expected %s", what);
	t->bad = true;
	t->at = t->end;
}

/* --- words ------------------------------------------------------------ */

static void skip_blanks(struct text *t)
{
	while (t->at < t->end && (*t->at == ' ' || *t->at == '\t'))
		t->at++;
}

static bool accept(struct text *t, const char *s)
{
	size_t n = strlen(s);

	skip_blanks(t);
	if ((size_t)(t->end - t->at) < n || memcmp(t->at, s, n) != 0)
		return false;
	t->at += n;
	return true;
}

static void expect(struct text *t, const char *s)
{
	if (!accept(t, s))
		fail(t, s);
}

static void end_line(struct text *t)
{
	skip_blanks(t);
	if (t->at < t->end && *t->at != '\n')
		fail(t, "the end of the line");
	while (t->at < t->end && (*t->at == '\n' || *t->at == ' '))
		t->at++;
}

static int digit(char c, int base)
{
	int d = c >= '0' && c <= '9' ? c - '0'
	      : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;

	return d < base ? d : -1;
}

/* A number, 0x for base 16, at most `max`. */
static uint64_t number(struct text *t, uint64_t max)
{
	int base = accept(t, "0x") ? 16 : 10;
	uint64_t v = 0;
	const char *begin = t->at;

	for (; t->at < t->end && digit(*t->at, base) >= 0; t->at++) {
		unsigned d = (unsigned)digit(*t->at, base);
		if (v > (max - d) / (unsigned)base) {
			fail(t, "a smaller number");
			return 0;
		}
		v = v * (unsigned)base + d;
	}
	if (t->at == begin)
		fail(t, "a number");
	return v;
}

static uint32_t number32(struct text *t)
{
	return (uint32_t)number(t, UINT32_MAX);
}

/* The value vN, made (as a NOP) when it is not there yet. */
static ref value(struct text *t)
{
	expect(t, "v");
	ref r = (ref)number(t, t->limit);

	while (t->f->ins.n <= r)
		vec_push(t->a, &t->f->ins, (struct ir_ins){ .op = IR_NOP });
	return r;
}

static blk block(struct text *t)
{
	expect(t, "b");
	blk b = (blk)number(t, t->limit);

	while (t->f->blocks.n <= b)
		ir_block_new(t->f);
	return b;
}

static enum type type(struct text *t)
{
	for (int k = T_I32; k < T_BOTTOM; k++)
		if (accept(t, type_name((enum type)k)))
			return (enum type)k;
	fail(t, "a type");
	return T_NONE;
}

/* Values up to `close`, as a list of f; *n is how many. */
static uint32_t values(struct text *t, const char *close, uint32_t *n)
{
	VEC(ref) v = { 0 };

	while (!t->bad && !accept(t, close))
		vec_push(t->a, &v, value(t));
	*n = v.n;
	return ir_list(t->f, v.at, v.n);
}

/* --- operations ------------------------------------------------------- */

static void add_op(struct text *t, unsigned op)
{
	const char *s = ir_text(op);

	*map_put(&t->ops, hash_bytes(s, strlen(s))) = op + 1;
}

static void add_ops(struct text *t)
{
	map_init(&t->ops, t->a);
	for (unsigned op = 0; op < OP_MEM_END; op++)
		add_op(t, op);
	for (unsigned op = IR_FIRST + 1; op < IR_END; op++)
		add_op(t, op);
}

static unsigned operation(struct text *t)
{
	skip_blanks(t);
	const char *s = t->at;
	while (t->at < t->end && *t->at != ' ' && *t->at != '\n')
		t->at++;
	size_t n = (size_t)(t->at - s);
	const uint32_t *op = map_get(&t->ops, hash_bytes(s, n));
	if (op && strlen(ir_text(*op - 1)) == n &&
	    memcmp(ir_text(*op - 1), s, n) == 0)
		return *op - 1;
	t->at = s;
	fail(t, "an operation");
	return IR_NOP;
}

/* --- lines ------------------------------------------------------------ */

static void edges(struct text *t, blk b)
{
	VEC(struct ir_edge) v = { 0 };

	do {
		struct ir_edge e = { .to = block(t) };
		expect(t, "(");
		e.args = values(t, ")", &e.nargs);
		vec_push(t->a, &v, e);
		skip_blanks(t);
	} while (!t->bad && t->at < t->end && *t->at == 'b');
	uint32_t at = ir_edges_new(t->f, b, v.n);
	memcpy(t->f->edges.at + at, v.at, v.n * sizeof *v.at);
}

/* Everything behind the name of the operation. */
static void operands(struct text *t, struct ir_ins *i, blk b)
{
	i->nargs = (uint8_t)ir_arity(i->op);
	for (unsigned k = 0; k < i->nargs; k++)
		i->arg[k] = value(t);
	if (accept(t, "$"))
		i->aux = number32(t);
	if (accept(t, "#"))
		i->imm = number(t, UINT64_MAX);
	if (accept(t, "["))
		i->list = values(t, "]", &i->nlist);
	if (accept(t, "!"))
		i->flags = (uint8_t)number(t, UINT8_MAX);
	if (accept(t, "->"))
		edges(t, b);
	expect(t, "@");
	i->at = number32(t);
}

static void instruction(struct text *t, blk b)
{
	struct ir_ins i = { .block = b };
	ref r = value(t);

	if (accept(t, ":")) {
		i.type = (uint8_t)type(t);
		expect(t, "=");
	}
	i.op = (uint16_t)operation(t);
	operands(t, &i, b);
	end_line(t);
	if (t->bad)
		return;
	if (ir_at(t->f, r)->op != IR_NOP || i.op == IR_NOP || r == 0) {
		fail(t, "a value that is not defined yet");
		return;
	}
	*ir_at(t->f, r) = i;
	ir_append(t->f, b, r);
}

static void parameter(struct text *t, blk b)
{
	ref r = value(t);

	expect(t, ":");
	enum type ty = type(t);
	if (t->bad)
		return;
	if (ir_at(t->f, r)->op != IR_NOP || r == 0) {
		fail(t, "a value that is not defined yet");
		return;
	}
	struct ir_block *p = &t->f->blocks.at[b];
	*ir_at(t->f, r) = (struct ir_ins){ .op = IR_PARAM,
					   .type = (uint8_t)ty,
					   .imm = p->params.n,
					   .at = p->at,
					   .block = b };
	vec_push(t->a, &p->params, r);
}

static void block_text(struct text *t)
{
	blk b = block(t);

	if (t->bad)
		return;
	if (t->f->blocks.at[b].ins.n || t->f->blocks.at[b].params.n) {
		fail(t, "a block that is not there yet");
		return;
	}
	expect(t, "(");
	while (!t->bad && !accept(t, ")"))
		parameter(t, b);
	expect(t, "@");
	uint32_t at = number32(t);
	struct ir_block *p = &t->f->blocks.at[b];
	p->at = at;
	for (uint32_t k = 0; k < p->params.n; k++)
		ir_at(t->f, p->params.at[k])->at = at;
	p->likely = accept(t, "cold");
	expect(t, ":");
	end_line(t);
	while (!t->bad && t->at < t->end && *t->at == 'v')
		instruction(t, b);
}

static void cut(struct text *t)
{
	struct ir_cut c = { 0 };
	VEC(ref) v = { 0 };

	expect(t, "@");
	c.at = number32(t);
	c.block = block(t);
	c.nlocals = number32(t);
	expect(t, ":");
	for (;;) {
		skip_blanks(t);
		if (t->bad || t->at == t->end || *t->at == '\n')
			break;
		vec_push(t->a, &v, accept(t, "-") ? 0 : value(t));
	}
	end_line(t);
	c.n = v.n;
	c.refs = ir_list(t->f, v.at, v.n);
	vec_push(t->a, &t->f->cuts, c);
}

static void function(struct text *t)
{
	const struct wasm_module *m = t->f->mod->wasm;

	expect(t, "func");
	t->f->index = number32(t);
	if (!t->bad && (t->f->index >= m->funcs.n ||
			m->funcs.at[t->f->index].import != UINT32_MAX))
		fail(t, "a function of the module");
	if (t->bad)
		return;
	t->f->type = m->types.at[m->funcs.at[t->f->index].type];
	end_line(t);
	while (!t->bad && t->at < t->end)
		if (accept(t, "cut"))
			cut(t);
		else
			block_text(t);
}

struct ir_func *ir_parse(const struct ir_module *im, const char *text,
			 size_t n, struct arena *a, struct diag_sink *s)
{
	struct ir_func *f = arena_new(a, struct ir_func);
	struct text t = { .begin = text, .at = text, .end = text + n,
			  .a = a, .s = s, .f = f };

	t.limit = n > 1 << 20 ? (uint32_t)n : 1 << 20;
	f->arena = a;
	f->mod = im;
	ir_new(f, IR_NOP, T_NONE, 0);
	add_ops(&t);
	function(&t);
	return t.bad ? NULL : f;
}
