/* make.c - component and core binaries, written byte by byte. */
#include "make.h"

#include <string.h>

/* The type index space of a component or of an instance type.  In the latter
 * each definition has a prefix. */
struct scope {
	struct buf *out;
	uint32_t n;		/* entries of the space */
	uint32_t count;		/* definitions written */
	bool instance;
	uint32_t resource;	/* its index */
};

static void leb(struct buf *b, uint64_t v)
{
	buf_uleb(b, v);
}

static void str(struct buf *b, const char *s)
{
	leb(b, strlen(s));
	buf_str(b, s);
}

static void section(struct buf *out, uint8_t id, const struct buf *body)
{
	buf_u8(out, id);
	leb(out, body->n);
	buf_put(out, body->at, body->n);
}

static void put(struct buf *b, const char *bytes, size_t n)
{
	buf_put(b, bytes, n);
}
#define PUT(b, ...)                                                    \
	put(b, (const char *)(const uint8_t[]){ __VA_ARGS__ },         \
	    sizeof(const uint8_t[]){ __VA_ARGS__ })

/* --- value types --------------------------------------------------------------- */

static void label(struct buf *b, char letter, uint32_t k)
{
	char s[16] = { letter };

	s[1] = (char)('a' + k / 676 % 26);
	s[2] = (char)('a' + k / 26 % 26);
	s[3] = (char)('a' + k % 26);
	str(b, s);
}

static uint32_t define(struct scope *s, const struct buf *def)
{
	if (s->instance)
		buf_u8(s->out, 0x01);
	buf_put(s->out, def->at, def->n);
	s->count++;
	return s->n++;
}

/* How a type is named where it is used: a primitive's byte or an index. */
struct use {
	bool index;
	uint32_t n;
};

static struct use use_type(struct scope *s, const struct ty *t);

static void put_use(struct buf *b, struct use u)
{
	if (u.index)
		buf_sleb(b, u.n);
	else
		buf_u8(b, (uint8_t)u.n);
}

static void put_maybe(struct buf *b, const struct ty *t, struct use u)
{
	buf_u8(b, t != NULL);
	if (t)
		put_use(b, u);
}

static const uint8_t primitive[] = {
	[BOOL] = 0x7f, [S8] = 0x7e, [U8] = 0x7d, [S16] = 0x7c, [U16] = 0x7b,
	[S32] = 0x7a, [U32] = 0x79, [S64] = 0x78, [U64] = 0x77, [F32] = 0x76,
	[F64] = 0x75, [CHAR] = 0x74, [STRING] = 0x73, [ERROR_CONTEXT] = 0x64,
};
static const uint8_t code[KINDS] = {
	[LIST] = 0x70, [FIXED] = 0x67, [RECORD] = 0x72, [TUPLE] = 0x6f,
	[VARIANT] = 0x71, [ENUM] = 0x6d, [OPTION] = 0x6b, [RESULT] = 0x6a,
	[FLAGS] = 0x6e, [OWN] = 0x69, [BORROW] = 0x68, [STREAM] = 0x66,
	[FUTURE] = 0x65, [MAP] = 0x63,
};

static void put_parts(struct buf *d, const struct ty *t, const struct use *u)
{
	leb(d, t->n);
	for (uint32_t k = 0; k < t->n; k++) {
		if (t->k != TUPLE)
			label(d, 'x', k);
		if (t->k == RECORD || t->k == TUPLE)
			put_use(d, u[k]);
		if (t->k == VARIANT) {
			put_maybe(d, t->sub[k], u[k]);
			buf_u8(d, 0);
		}
	}
}

static struct use use_type(struct scope *s, const struct ty *t)
{
	struct arena *a = s->out->arena;
	uint32_t parts = t->k == RECORD || t->k == TUPLE || t->k == VARIANT ?
			 t->n : t->k == RESULT || t->k == MAP ? 2 :
			 t->k == LIST || t->k == FIXED || t->k == OPTION ||
			 t->k == STREAM || t->k == FUTURE;
	struct use *u = arena_array(a, struct use, parts + 1);
	struct buf d;

	if (t->k <= ERROR_CONTEXT)
		return (struct use){ false, primitive[t->k] };
	for (uint32_t k = 0; k < parts; k++)
		if (t->sub[k])
			u[k] = use_type(s, t->sub[k]);
	buf_init(&d, a);
	buf_u8(&d, code[t->k]);
	switch (t->k) {
	case RECORD: case TUPLE: case VARIANT: case ENUM: case FLAGS:
		put_parts(&d, t, u);
		break;
	case OWN: case BORROW:
		leb(&d, s->resource);
		break;
	case RESULT:
		put_maybe(&d, t->sub[0], u[0]);
		put_maybe(&d, t->sub[1], u[1]);
		break;
	case STREAM: case FUTURE:
		put_maybe(&d, t->sub[0], u[0]);
		break;
	default:
		put_use(&d, u[0]);
		if (t->k == MAP)
			put_use(&d, u[1]);
		if (t->k == FIXED)
			leb(&d, t->n);
	}
	return (struct use){ true, define(s, &d) };
}

/* async: the type of f is async when any side is. */
static uint32_t use_func(struct scope *s, const struct plan *p)
{
	struct arena *a = s->out->arena;
	struct use *u = arena_array(a, struct use, p->params->n + 1);
	struct use r = { 0 };
	struct buf d;

	for (uint32_t k = 0; k < p->params->n; k++)
		u[k] = use_type(s, p->params->sub[k]);
	if (p->result)
		r = use_type(s, p->result);
	buf_init(&d, a);
	buf_u8(&d, p->callee.async || p->caller.async ? 0x43 : 0x40);
	leb(&d, p->params->n);
	for (uint32_t k = 0; k < p->params->n; k++) {
		label(&d, 'p', k);
		put_use(&d, u[k]);
	}
	buf_u8(&d, p->result == NULL);
	if (p->result)
		put_use(&d, r);
	else
		buf_u8(&d, 0);
	return define(s, &d);
}

static uint32_t use_stream(struct scope *s, const struct plan *p)
{
	const struct ty *sub[] = { p->stream };
	const struct ty t = { STREAM, 1, sub };

	return use_type(s, &t).n;
}

/* --- core modules ------------------------------------------------------------------ */

/* Core signature as letters. */
struct sig {
	uint8_t param[FLAT_MAX], result[2];
	uint32_t np, nr;
};

static void core_sig(const struct plan *p, bool lift, struct sig *s)
{
	uint8_t r[FLAT_MAX];
	const struct side_opts *o = lift ? &p->callee : &p->caller;
	uint32_t max = o->async && !lift ? 4 : 16;
	uint32_t n = p->result ? cabi_flatten(p->result, r) : 0;

	s->nr = 0;
	s->np = cabi_flatten(p->params, s->param);
	if (s->np > max) {
		s->param[0] = 'i';
		s->np = 1;
	}
	if (!lift && (o->async ? n > 0 : n > 1))
		s->param[s->np++] = 'i';
	if (o->async || (lift && n > 1))
		s->result[s->nr++] = 'i';
	else if (n == 1)
		s->result[s->nr++] = r[0];
}

static uint8_t byte_of(uint8_t letter)
{
	return letter == 'i' ? 0x7f : letter == 'l' ? 0x7e :
	       letter == 'f' ? 0x7d : 0x7c;
}

static void functype(struct buf *b, const struct sig *s)
{
	buf_u8(b, 0x60);
	leb(b, s->np);
	for (uint32_t k = 0; k < s->np; k++)
		buf_u8(b, byte_of(s->param[k]));
	leb(b, s->nr);
	for (uint32_t k = 0; k < s->nr; k++)
		buf_u8(b, byte_of(s->result[k]));
}

static void i32_const(struct buf *b, uint32_t v)
{
	buf_u8(b, 0x41);
	buf_sleb(b, (int32_t)v);
}

/* op with alignment 0 (a hint only) and offset. */
static void access_memory(struct buf *b, uint8_t op, uint32_t offset)
{
	buf_u8(b, op);
	buf_u8(b, 0);
	leb(b, offset);
}

static void code_entry(struct buf *code_section, const struct buf *body)
{
	leb(code_section, body->n);
	buf_put(code_section, body->at, body->n);
}

/* cabi_realloc in WebAssembly: parameters 0 old, 1 its size, 2 alignment,
 * 3 size; locals 4 log, 5 result. */
static void realloc_body(struct buf *b)
{
	PUT(b, 1, 2, 0x7f);
	i32_const(b, 0), access_memory(b, 0x28, CELL_LOG), PUT(b, 0x21, 4);
	for (uint8_t k = 0; k < 4; k++)
		PUT(b, 0x20, 4, 0x20, k), access_memory(b, 0x36, 4u * k);
	i32_const(b, 0), PUT(b, 0x20, 4), i32_const(b, 16), PUT(b, 0x6a);
	access_memory(b, 0x36, CELL_LOG);
	i32_const(b, 0), i32_const(b, 0), access_memory(b, 0x28, CELL_COUNT);
	i32_const(b, 1), PUT(b, 0x6a), access_memory(b, 0x36, CELL_COUNT);
	i32_const(b, 0), access_memory(b, 0x28, CELL_COUNT);
	i32_const(b, 0), access_memory(b, 0x28, CELL_ODD);
	PUT(b, 0x46, 0x04, 0x40);	/* i32.eq; if */
	i32_const(b, 0), access_memory(b, 0x28, CELL_ODD_RESULT);
	PUT(b, 0x0f, 0x0b);		/* return; end */
	i32_const(b, 0), access_memory(b, 0x28, CELL_HEAP);
	PUT(b, 0x20, 2, 0x6a, 0x41, 1, 0x6b);	/* + align - 1 */
	PUT(b, 0x41, 0, 0x20, 2, 0x6b, 0x71, 0x21, 5);	/* & -align */
	i32_const(b, 0), PUT(b, 0x20, 5, 0x20, 3, 0x6a);
	access_memory(b, 0x36, CELL_HEAP);
	PUT(b, 0x20, 0, 0x04, 0x40, 0x20, 5, 0x20, 0);
	PUT(b, 0x20, 1, 0x20, 3, 0x20, 1, 0x20, 3, 0x49, 0x1b);	/* lesser */
	PUT(b, 0xfc, 10, 0, 0, 0x0b, 0x20, 5, 0x0b);
}

static void store_args_body(struct buf *b, const struct sig *s)
{
	static const uint8_t stores[] = { ['i'] = 0x36, ['l'] = 0x37,
					  ['f'] = 0x38, ['d'] = 0x39 };
	static const uint8_t loads[] = { ['i'] = 0x28, ['l'] = 0x29,
					 ['f'] = 0x2a, ['d'] = 0x2b };

	buf_u8(b, 0);
	for (uint32_t k = 0; k < s->np; k++) {
		i32_const(b, 0);
		buf_u8(b, 0x20);
		leb(b, k);
		access_memory(b, stores[s->param[k]], CELL_ARGS + 8 * k);
	}
	if (s->nr) {
		i32_const(b, 0);
		access_memory(b, loads[s->result[0]], CELL_RETURN);
	}
	PUT(b, 0x0b);
}

/* if (0) call f with zeros: it can be reached. */
static void mention(struct buf *b, uint32_t f, const struct sig *s)
{
	static const uint8_t zero[] = { ['i'] = 0x41, ['l'] = 0x42 };

	PUT(b, 0x41, 0, 0x04, 0x40);
	for (uint32_t k = 0; k < s->np; k++) {
		if (s->param[k] == 'f')
			PUT(b, 0x43, 0, 0, 0, 0);
		else if (s->param[k] == 'd')
			PUT(b, 0x44, 0, 0, 0, 0, 0, 0, 0, 0);
		else
			PUT(b, zero[s->param[k]], 0);
	}
	buf_u8(b, 0x10);
	leb(b, f);
	for (uint32_t k = 0; k < s->nr; k++)
		PUT(b, 0x1a);
	PUT(b, 0x0b);
}

static const struct sig copy_sig = { { 'i', 'i', 'i' }, { 'i' }, 3, 1 };
static const struct sig realloc_sig = { { 'i', 'i', 'i', 'i' }, { 'i' }, 4,
					1 };

static void export(struct buf *b, const char *name, uint8_t kind, uint32_t k)
{
	str(b, name);
	buf_u8(b, kind);
	leb(b, k);
}

/* Memory "m" and "r", its realloc. */
static void memory_module(struct buf *out)
{
	struct buf s, body;

	put(out, "\0asm\1\0\0\0", 8);
	buf_init(&s, out->arena), leb(&s, 1), functype(&s, &realloc_sig);
	section(out, 1, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0), section(out, 3, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0, PAGES), section(out, 5, &s);
	buf_init(&s, out->arena), leb(&s, 2);
	export(&s, "m", 2, 0), export(&s, "r", 0, 0);
	section(out, 7, &s);
	buf_init(&s, out->arena), leb(&s, 1);
	buf_init(&body, out->arena), realloc_body(&body);
	code_entry(&s, &body);
	section(out, 10, &s);
}

/* Imports "" "m" and perhaps functions that it mentions; exports "f" (lifted:
 * stores its parameters) and "c", a callback. */
static void main_module(struct buf *out, const struct plan *p, bool callee)
{
	struct sig f, lowered = { .np = 0 }, none = { .np = 0 };
	struct buf s, body;
	uint32_t imports = (callee ? 0u : 1u) + (p->stream ? 1u : 0u);

	core_sig(p, callee, callee ? &f : &lowered);
	if (!callee)
		f = none;
	put(out, "\0asm\1\0\0\0", 8);
	buf_init(&s, out->arena), leb(&s, 4);
	functype(&s, &f), functype(&s, &copy_sig), functype(&s, &lowered);
	functype(&s, &copy_sig);
	section(out, 1, &s);
	buf_init(&s, out->arena), leb(&s, imports + 1);
	str(&s, ""), str(&s, "m"), PUT(&s, 2, 0, PAGES);
	if (!callee)
		str(&s, ""), str(&s, "f"), PUT(&s, 0, 2);
	if (p->stream)
		str(&s, ""), str(&s, "s"), PUT(&s, 0, 1);
	section(out, 2, &s);
	buf_init(&s, out->arena), PUT(&s, 2, 0, 3), section(out, 3, &s);
	buf_init(&s, out->arena), leb(&s, 2);
	export(&s, "f", 0, imports), export(&s, "c", 0, imports + 1);
	section(out, 7, &s);
	buf_init(&s, out->arena), leb(&s, 2);
	buf_init(&body, out->arena);
	if (callee) {
		store_args_body(&body, &f);
		if (p->stream) {
			body.n--;
			mention(&body, 0, &copy_sig);
			PUT(&body, 0x0b);
		}
	} else {
		PUT(&body, 0);
		mention(&body, 0, &lowered);
		if (p->stream)
			mention(&body, 1, &copy_sig);
		PUT(&body, 0x0b);
	}
	code_entry(&s, &body);
	buf_init(&body, out->arena), PUT(&body, 0, 0x41, 0, 0x0b);
	code_entry(&s, &body);
	section(out, 10, &s);
}

/* --- components ------------------------------------------------------------------------ */

/* Types here have no names. */
static void header(struct buf *out)
{
	struct buf s;

	put(out, "\0asm\x0d\0\1\0", 8);
	buf_init(&s, out->arena), str(&s, "heddle:unnamed-types"), section(out, 0, &s);
}

static void core_module(struct buf *out, void (*write)(struct buf *))
{
	struct buf b;

	buf_init(&b, out->arena), write(&b), section(out, 1, &b);
}

/* Core instance 0 is memory_module's; core functions 0 realloc, memory 0. */
static void common(struct buf *out)
{
	struct buf s;

	core_module(out, memory_module);
	buf_init(&s, out->arena), PUT(&s, 1, 0, 0, 0), section(out, 2, &s);
	buf_init(&s, out->arena), PUT(&s, 2, 0, 2, 1, 0), str(&s, "m");
	PUT(&s, 0, 0, 1, 0), str(&s, "r");
	section(out, 6, &s);
}

/* canon options: encoding, memory, realloc, async. */
static void options(struct buf *b, const struct side_opts *o)
{
	leb(b, o->async ? 4 : 3);
	PUT(b, (uint8_t)o->enc, 3, 0, 4, 0);
	if (o->async)
		PUT(b, 6);
}

/* A core instance of module 1 with what it imports. */
static void instantiate_main(struct buf *out, const struct plan *p,
			     bool callee, uint32_t lowered, uint32_t stream)
{
	struct buf s, b;

	buf_init(&b, out->arena), main_module(&b, p, callee);
	section(out, 1, &b);
	buf_init(&s, out->arena), PUT(&s, 2, 1);
	leb(&s, 1u + (callee ? 0u : 1u) + (p->stream ? 1u : 0u));
	export(&s, "m", 2, 0);
	if (!callee)
		export(&s, "f", 0, lowered);
	if (p->stream)
		export(&s, "s", 0, stream);
	PUT(&s, 0, 1, 1), str(&s, ""), PUT(&s, 0x12, 1);
	section(out, 2, &s);
}

static void type_section(struct buf *out, struct buf *defs, uint32_t n)
{
	struct buf s;

	buf_init(&s, out->arena), leb(&s, n), buf_put(&s, defs->at, defs->n);
	section(out, 7, &s);
}

/* stream.read or .write of a type: a core function. */
static void stream_canon(struct buf *out, uint8_t op, uint32_t type,
			 enum encoding enc)
{
	const struct side_opts o = { enc, true };
	struct buf s;

	buf_init(&s, out->arena), PUT(&s, 1, op), leb(&s, type);
	options(&s, &o);
	section(out, 8, &s);
}

static void callee(struct buf *out, const struct plan *p)
{
	struct buf defs, s;
	struct scope scope = { .out = &defs };
	uint32_t stream = 0;

	header(out);
	common(out);
	buf_init(&defs, out->arena);
	PUT(&defs, 0x3f, 0x7f, 0);
	scope.n = scope.count = 1;
	if (p->stream)
		stream = use_stream(&scope, p);
	uint32_t f = use_func(&scope, p);
	type_section(out, &defs, scope.count);
	/* core function 1: stream.read, or f itself when there is none */
	if (p->stream)
		stream_canon(out, 0x0f, stream, p->callee.enc);
	instantiate_main(out, p, true, 0, 1);
	uint32_t first = p->stream ? 2 : 1;
	buf_init(&s, out->arena), PUT(&s, 2, 0, 0, 1, 2), str(&s, "f");
	PUT(&s, 0, 0, 1, 2), str(&s, "c");
	section(out, 6, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0, 0), leb(&s, first);
	leb(&s, p->callee.async ? 5 : 3);
	PUT(&s, (uint8_t)p->callee.enc, 3, 0, 4, 0);
	if (p->callee.async)
		PUT(&s, 6, 7), leb(&s, first + 1);
	leb(&s, f);
	section(out, 8, &s);
	buf_init(&s, out->arena), PUT(&s, 2, 0), str(&s, "r"), PUT(&s, 3, 0, 0);
	PUT(&s, 0), str(&s, "f"), PUT(&s, 1, 0, 0);
	section(out, 11, &s);
}

/* Imports instance "a", lowers its f. */
static void caller(struct buf *out, const struct plan *p)
{
	struct buf decls, defs, s;
	struct scope in = { .out = &decls, .instance = true };
	struct scope own = { .out = &defs };
	uint32_t stream = 0;

	header(out);
	buf_init(&decls, out->arena);
	PUT(&decls, 4, 0), str(&decls, "r"), PUT(&decls, 3, 1);
	in.n = in.count = 1;
	uint32_t f = use_func(&in, p);
	PUT(&decls, 4, 0), str(&decls, "f"), PUT(&decls, 1), leb(&decls, f);
	in.count++;
	buf_init(&s, out->arena), PUT(&s, 1, 0x42), leb(&s, in.count);
	buf_put(&s, decls.at, decls.n);
	section(out, 7, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0), str(&s, "a"), PUT(&s, 5, 0);
	section(out, 10, &s);
	common(out);
	/* alias r (type 1) and f (function 0) of instance 0 */
	buf_init(&s, out->arena), PUT(&s, 2, 3, 0, 0), str(&s, "r");
	PUT(&s, 1, 0, 0), str(&s, "f");
	section(out, 6, &s);
	buf_init(&defs, out->arena);
	own.n = 2, own.resource = 1;
	if (p->stream)
		stream = use_stream(&own, p);
	struct sig none = { .np = 0 };
	(void)none;
	PUT(&defs, 0x40, 0, 1, 0);
	own.count++;
	uint32_t run = own.n++;
	type_section(out, &defs, own.count);
	buf_init(&s, out->arena), PUT(&s, 1, 1, 0, 0);
	options(&s, &p->caller);
	section(out, 8, &s);
	if (p->stream)
		stream_canon(out, 0x10, stream, p->caller.enc);
	instantiate_main(out, p, false, 1, 2);
	uint32_t first = p->stream ? 3 : 2;
	buf_init(&s, out->arena), PUT(&s, 1, 0, 0, 1, 2), str(&s, "f");
	section(out, 6, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0, 0), leb(&s, first);
	PUT(&s, 0), leb(&s, run);
	section(out, 8, &s);
	buf_init(&s, out->arena), PUT(&s, 1, 0), str(&s, "run"), PUT(&s, 1, 1, 0);
	section(out, 11, &s);
}

void make_component(const struct plan *p, struct buf *out)
{
	struct buf b;

	header(out);
	buf_init(&b, out->arena), callee(&b, p), section(out, 4, &b);
	buf_init(&b, out->arena), PUT(&b, 1, 0, 0, 0), section(out, 5, &b);
	buf_init(&b, out->arena), caller(&b, p), section(out, 4, &b);
	buf_init(&b, out->arena), PUT(&b, 1, 0, 1, 1), str(&b, "a");
	PUT(&b, 5, 0);
	section(out, 5, &b);
	/* alias run of instance 1, export it */
	buf_init(&b, out->arena), PUT(&b, 1, 1, 0, 1), str(&b, "run");
	section(out, 6, &b);
	buf_init(&b, out->arena), PUT(&b, 1, 0), str(&b, "run");
	PUT(&b, 1, 0, 0);
	section(out, 11, &b);
}
