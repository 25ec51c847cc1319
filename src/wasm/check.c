/* check.c - operand and control stacks of validation. */
#include "wasm/check.h"

#include <string.h>

struct diag *check_fail(struct checker *c, enum diag_code code,
			const char *fmt, ...)
{
	struct diag_sink *s = c->sink;
	struct buf b;
	va_list ap;

	if (c->bad)
		return &s->at[s->max];	/* written and never read */
	buf_init(&b, c->sink->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	c->bad = true;
	struct diag *d = diag_report(c->sink, code, c->ins.at, "%s",
				     (const char *)b.at);
	d->func = c->func;
	d->ins = c->number;
	return d;
}

/* ---- operands ---- */

/* Whether n more operands may be pushed. */
static bool fits(struct checker *c, uint32_t n)
{
	if (c->stack.n + (size_t)n <= c->limits->max_stack)
		return true;
	check_fail(c, DIAG_LIMIT, "more than %zu operands",
		   c->limits->max_stack);
	return false;
}

void push(struct checker *c, enum type t)
{
	if (!fits(c, 1))
		return;
	vec_push(c->arena, &c->stack,
		 (struct operand){ (uint8_t)t, c->ins.at });
}

void push_list(struct checker *c, const uint8_t *t, uint32_t n)
{
	if (!fits(c, n))
		return;
	vec_reserve(c->arena, &c->stack, n);
	for (uint32_t i = 0; i < n; i++)
		c->stack.at[c->stack.n++] = (struct operand){ t[i], c->ins.at };
}

/* Operands of the innermost frame. */
static uint32_t available(const struct checker *c)
{
	return c->stack.n - vec_last(&c->frames).height;
}

static void print_types(struct buf *b, const uint8_t *t, uint32_t n)
{
	enum { SHOWN = 8 };

	buf_str(b, "[");
	for (uint32_t i = 0; i < n && i < SHOWN; i++)
		buf_printf(b, "%s%s", i ? " " : "", type_name((enum type)t[i]));
	buf_str(b, n > SHOWN ? " ...]" : "]");
}

/* "i32.add needs [i32 i32], stack holds [i64 i32]" */
static void mismatch(struct checker *c, const uint8_t *t, uint32_t n,
		     const struct operand *culprit)
{
	uint32_t have = available(c) < n ? available(c) : n;
	uint8_t *top;
	struct buf b;

	if (c->bad)
		return;
	top = arena_alloc(c->sink->arena, have);
	for (uint32_t i = 0; i < have; i++)
		top[i] = c->stack.at[c->stack.n - have + i].type;
	buf_init(&b, c->sink->arena);
	buf_printf(&b, "%s needs ", op_info[c->ins.op].text);
	print_types(&b, t, n);
	buf_str(&b, ", stack holds ");
	print_types(&b, top, have);
	struct diag *d = check_fail(c, DIAG_TYPE, "%s", (const char *)b.at);
	if (culprit)
		d->note = arena_printf(c->sink->arena,
				       "the %s was pushed at 0x%04x",
				       type_name((enum type)culprit->type),
				       culprit->at);
}

/* Unreachable code has as many operands of any type as are asked for, below
 * the ones it really pushed. */
void peek_list(struct checker *c, const uint8_t *t, uint32_t n)
{
	uint32_t have = available(c);

	for (uint32_t i = 0; i < n && i < have; i++) {
		const struct operand *o = &c->stack.at[c->stack.n - 1 - i];
		uint8_t want = t[n - 1 - i];
		if (o->type != want && o->type != T_BOTTOM &&
		    want != T_BOTTOM) {
			mismatch(c, t, n, o);
			return;
		}
	}
	if (have < n && !vec_last(&c->frames).unreachable)
		mismatch(c, t, n, NULL);
}

/* After a mismatch the stack is still popped: nothing of the function is read
 * again, but the rule being checked goes on. */
void pop_list(struct checker *c, const uint8_t *t, uint32_t n)
{
	uint32_t have = available(c);

	peek_list(c, t, n);
	c->stack.n -= n < have ? n : have;
}

enum type pop(struct checker *c, enum type t)
{
	uint8_t want = (uint8_t)t;
	enum type got = available(c) ? (enum type)vec_last(&c->stack).type
				     : T_BOTTOM;

	pop_list(c, &want, 1);
	return got;
}

/* ---- control ---- */

void frame_push(struct checker *c, enum op op, struct wasm_functype sig)
{
	if (c->frames.n >= c->limits->max_depth) {
		check_fail(c, DIAG_LIMIT, "blocks nested deeper than %zu",
			   c->limits->max_depth);
		return;
	}
	vec_push(c->arena, &c->frames,
		 (struct frame){ .op = op, .height = c->stack.n,
				 .at = c->ins.at, .sig = sig });
	push_list(c, sig.param, sig.nparams);
}

struct frame frame_pop(struct checker *c)
{
	struct frame f = vec_last(&c->frames);

	pop_list(c, f.sig.result, f.sig.nresults);
	if (c->stack.n != f.height) {
		struct diag *d = check_fail(
			c, DIAG_STACK, "values left at the end of %s: %u",
			c->frames.n == 1 ? "the function"
					 : op_info[f.op].text,
			c->stack.n - f.height);
		d->note = arena_printf(c->sink->arena,
				       "the last was pushed at 0x%04x",
				       vec_last(&c->stack).at);
	}
	c->frames.n--;
	return f;
}

const uint8_t *label_types(const struct frame *f, uint32_t *n)
{
	bool loop = f->op == OP_LOOP;

	*n = loop ? f->sig.nparams : f->sig.nresults;
	return loop ? f->sig.param : f->sig.result;
}

/* What was pushed is gone: `end` must find nothing that is left over. */
void unreachable(struct checker *c)
{
	struct frame *f = &vec_last(&c->frames);

	c->stack.n = f->height;
	f->unreachable = true;
}

/* ---- bodies ---- */

/* The declarations were read once by the decoder, which counted them: here
 * they cannot fail and cannot exceed nlocals. */
static void read_locals(struct checker *c, struct reader *r)
{
	const struct wasm_functype *t = &c->m->types.at[c->f->type];
	uint8_t *local = c->f->local;
	uint32_t n = t->nparams;

	if (n)
		memcpy(local, t->param, n);
	uint32_t groups = reader_u32(r);
	for (uint32_t i = 0; i < groups; i++) {
		uint32_t more = reader_u32(r);
		enum type type = type_read(r);
		CHECK(more <= c->f->nlocals - n);
		if (more)
			memset(local + n, (int)type, more);
		n += more;
	}
}

/* The body's own frame is a block that nothing is popped from before it; the
 * `end` that closes it must be the last byte. */
void check_body(struct checker *c, uint32_t func)
{
	const uint8_t *bytes = c->m->bytes;
	c->f = &c->m->funcs.at[func];
	struct reader r = {
		.at = bytes + c->f->begin,
		.end = bytes + c->f->end,
		.base = bytes,
		.sink = c->sink,
	};
	struct wasm_functype sig = c->m->types.at[c->f->type];

	read_locals(c, &r);
	c->func = func;
	c->number = 0;
	c->bad = false;
	c->stack.n = c->frames.n = 0;
	c->ins = (struct wasm_ins){ .op = OP_BLOCK, .at = c->f->code };
	sig.nparams = 0;	/* they are locals, not operands */
	frame_push(c, OP_BLOCK, sig);
	while (c->frames.n && !c->bad) {
		if (!ins_read(&r, &c->ins, &c->labels)) {
			struct diag *d = reader_diag(&r);
			d->func = func;
			d->ins = c->number;
			return;
		}
		check_ins(c);
		c->number++;
	}
	c->ins.at = (uint32_t)reader_offset(&r);
	if (r.at != r.end)
		check_fail(c, DIAG_SECTION_SIZE,
			   "%zu bytes behind the end of the function",
			   (size_t)(r.end - r.at));
}
