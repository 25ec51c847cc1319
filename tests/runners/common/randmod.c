/* randmod.c - the module around random functions, and its reduction. */
#include "common/randmod.h"

#include <string.h>

#include "base/compiler.h"
#include "common/randmod_int.h"

/* splitmix64 */
uint32_t pick(struct gen *g, uint32_t n)
{
	g->rng += 0x9e3779b97f4a7c15;
	return (uint32_t)((hash_mix(g->rng) >> 32) * n >> 32);
}

enum type pick_type(struct gen *g)
{
	return (enum type)(T_I32 + pick(g, g->o->no_floats ? 2 : 4));
}

struct sig pick_sig(struct gen *g, unsigned params, unsigned results)
{
	struct sig s = { .nparams = pick(g, params + 1),
			 .nresults = pick(g, results + 1) };

	for (unsigned k = 0; k < s.nparams; k++)
		s.param[k] = (uint8_t)pick_type(g);
	for (unsigned k = 0; k < s.nresults; k++)
		s.result[k] = (uint8_t)pick_type(g);
	return s;
}

/* --- bytes ------------------------------------------------------------ */

static uint8_t type_byte(enum type t)
{
	return (uint8_t)(0x80 - t);	/* 7f i32, 7e i64, 7d f32, 7c f64 */
}

void put_op(struct gen *g, enum op op)
{
	uint32_t code = op_info[op].code;

	if (code < 0x100) {
		buf_u8(&g->code, (uint8_t)code);
		return;
	}
	buf_u8(&g->code, (uint8_t)(code >> 8));
	buf_uleb(&g->code, code & 0xff);
}

void put_op1(struct gen *g, enum op op, uint32_t index)
{
	put_op(g, op);
	buf_uleb(&g->code, index);
}

void put_i32(struct gen *g, int32_t v)
{
	put_op(g, OP_I32_CONST);
	buf_sleb(&g->code, v);
}

void put_memarg(struct gen *g, enum op op, uint32_t offset)
{
	put_op(g, op);
	buf_uleb(&g->code, 0);
	buf_uleb(&g->code, offset);
}

void put_blocktype(struct gen *g, struct sig s)
{
	if (s.nparams == 0 && s.nresults == 0) {
		buf_u8(&g->code, 0x40);
	} else if (s.nparams == 0 && s.nresults == 1) {
		buf_u8(&g->code, type_byte((enum type)s.result[0]));
	} else {
		buf_sleb(&g->code, TYPE_RUN + 1 + g->blocks.n);
		vec_push(g->a, &g->blocks, s);
	}
}

static void put_sig(struct buf *b, const struct sig *s)
{
	buf_u8(b, 0x60);
	buf_uleb(b, s->nparams);
	for (unsigned k = 0; k < s->nparams; k++)
		buf_u8(b, type_byte((enum type)s->param[k]));
	buf_uleb(b, s->nresults);
	for (unsigned k = 0; k < s->nresults; k++)
		buf_u8(b, type_byte((enum type)s->result[k]));
}

static void put_section(struct buf *out, uint8_t id, const struct buf *s)
{
	buf_u8(out, id);
	buf_uleb(out, s->n);
	buf_put(out, s->at, s->n);
}

/* A body of locals (each its own group) and g->code, behind its length. */
static void put_body(struct gen *g, struct buf *out, const uint8_t *local,
		     unsigned n)
{
	struct buf b;

	buf_init(&b, g->a);
	buf_uleb(&b, n);
	for (unsigned k = 0; k < n; k++) {
		buf_uleb(&b, 1);
		buf_u8(&b, type_byte((enum type)local[k]));
	}
	buf_put(&b, g->code.at, g->code.n);
	buf_uleb(out, b.n);
	buf_put(out, b.at, b.n);
}

/* --- functions -------------------------------------------------------- */

static void add_local(struct gen *g, enum type t)
{
	g->local[g->nlocals++] = (uint8_t)t;
}

/* Gives constants back when the calls are too deep. */
static void guard(struct gen *g)
{
	put_op1(g, OP_GLOBAL_GET, GLOBAL_DEPTH);
	put_i32(g, MAX_DEPTH);
	put_op(g, OP_I32_GT_U);
	put_op1(g, OP_GLOBAL_GET, GLOBAL_GAS);
	put_op(g, OP_I32_EQZ);
	put_op(g, OP_I32_OR);
	put_op(g, OP_IF);
	put_blocktype(g, (struct sig){ 0 });
	gen_values(g, g->self->result, g->self->nresults, 0);
	put_op(g, OP_RETURN);
	put_op(g, OP_END);
	put_op1(g, OP_GLOBAL_GET, GLOBAL_GAS);
	put_i32(g, 1);
	put_op(g, OP_I32_SUB);
	put_op1(g, OP_GLOBAL_SET, GLOBAL_GAS);
}

static void make_function(struct gen *g, unsigned f, struct buf *out)
{
	unsigned size = g->o->size ? g->o->size : 12;

	g->self = &g->sig[g->func_type[f]];
	g->rng = hash_mix(g->o->seed * 31 + f);
	g->code.n = 0;
	g->nlocals = g->nlabels = g->loops = 0;
	for (unsigned k = 0; k < g->self->nparams; k++)
		add_local(g, (enum type)g->self->param[k]);
	for (unsigned k = 0, n = 4 + pick(g, 12); k < n; k++)
		add_local(g, pick_type(g));
	g->counter = g->nlocals;
	g->tmp32 = g->counter + NCOUNTERS;
	g->tmp64 = g->tmp32 + 1;
	for (unsigned k = 0; k < NCOUNTERS; k++)
		g->local[g->counter + k] = T_I32;
	g->local[g->tmp32] = T_F32;
	g->local[g->tmp64] = T_F64;
	g->label[g->nlabels++] =
		(struct label){ g->self->result, g->self->nresults };
	guard(g);
	gen_body(g, hash_mix(f + 1), size / 2 + pick(g, size));
	gen_values(g, g->self->result, g->self->nresults, 3);
	put_op(g, OP_END);
	put_body(g, out, g->local + g->self->nparams,
		 g->tmp64 + 1 - g->self->nparams);
}

/* Folds the value on the stack into the i64 local `acc`. */
static void fold(struct gen *g, enum type t, unsigned acc)
{
	switch (t) {
	case T_I32: put_op(g, OP_I64_EXTEND_I32_U); break;
	case T_F32:
		put_op(g, OP_I32_REINTERPRET_F32);
		put_op(g, OP_I64_EXTEND_I32_U);
		break;
	case T_F64: put_op(g, OP_I64_REINTERPRET_F64); break;
	default: break;
	}
	put_op1(g, OP_LOCAL_GET, acc);
	put_op(g, OP_I64_CONST);
	buf_sleb(&g->code, 7);
	put_op(g, OP_I64_ROTL);
	put_op(g, OP_I64_XOR);
	put_op1(g, OP_LOCAL_SET, acc);
}

static void make_run(struct gen *g, unsigned f, struct buf *out)
{
	static const uint8_t local[] = { T_I64 };
	const struct sig *s = &g->sig[g->func_type[f]];

	g->rng = hash_mix(g->o->seed * 31 + 100 + f);
	g->code.n = 0;
	g->nlocals = 0;
	put_i32(g, GAS);
	put_op1(g, OP_GLOBAL_SET, GLOBAL_GAS);
	put_i32(g, 0);
	put_op1(g, OP_GLOBAL_SET, GLOBAL_DEPTH);
	gen_values(g, s->param, s->nparams, 0);
	put_op1(g, OP_CALL, f);
	for (unsigned k = s->nresults; k-- > 0;)
		fold(g, (enum type)s->result[k], 0);
	put_op1(g, OP_LOCAL_GET, 0);
	put_op(g, OP_END);
	put_body(g, out, local, 1);
}

static void make_sum(struct gen *g, struct buf *out)
{
	static const uint8_t local[] = { T_I64, T_I32 };

	g->code.n = 0;
	put_op(g, OP_LOOP);
	put_blocktype(g, (struct sig){ 0 });
	put_op1(g, OP_LOCAL_GET, 1);
	put_memarg(g, OP_I64_LOAD, 0);
	fold(g, T_I64, 0);
	put_op1(g, OP_LOCAL_GET, 1);
	put_i32(g, 8);
	put_op(g, OP_I32_ADD);
	put_op1(g, OP_LOCAL_TEE, 1);
	put_i32(g, PAGES * 65536);
	put_op(g, OP_I32_LT_U);
	put_op1(g, OP_BR_IF, 0);
	put_op(g, OP_END);
	for (unsigned k = 0; k < NGLOBALS + 2; k++) {
		put_op1(g, OP_GLOBAL_GET, k);
		fold(g, k < NGLOBALS ? (enum type)g->global[k] : T_I32, 0);
	}
	put_op1(g, OP_LOCAL_GET, 0);
	put_op(g, OP_END);
	put_body(g, out, local, 2);
}

/* --- sections --------------------------------------------------------- */

static void put_types(struct gen *g, struct buf *out)
{
	struct sig run = { .result = { T_I64 }, .nresults = 1 };
	struct buf s;

	buf_init(&s, g->a);
	buf_uleb(&s, NTYPES + 1 + g->blocks.n);
	for (unsigned k = 0; k < NTYPES; k++)
		put_sig(&s, &g->sig[k]);
	put_sig(&s, &run);
	for (uint32_t k = 0; k < g->blocks.n; k++)
		put_sig(&s, &g->blocks.at[k]);
	put_section(out, 1, &s);
}

static void put_funcs(struct gen *g, struct buf *out)
{
	struct buf s;

	buf_init(&s, g->a);
	buf_uleb(&s, 2 * g->nfuncs + 1);
	for (unsigned k = 0; k < g->nfuncs; k++)
		buf_uleb(&s, g->func_type[k]);
	for (unsigned k = 0; k <= g->nfuncs; k++)
		buf_uleb(&s, TYPE_RUN);
	put_section(out, 3, &s);
}

static void put_tables_and_memory(struct gen *g, struct buf *out)
{
	struct buf t, m;

	buf_init(&t, g->a);
	buf_put(&t, "\1\x70\0", 3);
	buf_uleb(&t, TABLE_SIZE);
	put_section(out, 4, &t);
	buf_init(&m, g->a);
	buf_put(&m, "\1\1", 2);
	buf_uleb(&m, PAGES);
	buf_uleb(&m, g->o->grow ? PAGES + 2 : PAGES);
	put_section(out, 5, &m);
}

static void put_globals(struct gen *g, struct buf *out)
{
	struct buf s;

	buf_init(&s, g->a);
	buf_uleb(&s, NGLOBALS + 2);
	for (unsigned k = 0; k < NGLOBALS + 2; k++) {
		enum type t = k < NGLOBALS ? (enum type)g->global[k] : T_I32;
		buf_u8(&s, type_byte(t));
		buf_u8(&s, 1);
		g->code.n = 0;
		g->nlocals = 0;
		switch (t) {
		case T_I32: put_i32(g, (int32_t)k); break;
		case T_I64: put_op1(g, OP_I64_CONST, k); break;
		case T_F32:
			put_op(g, OP_F32_CONST);
			buf_u32(&g->code, 0x3f800000);
			break;
		default:
			put_op(g, OP_F64_CONST);
			buf_u64(&g->code, 0x3ff0000000000000);
			break;
		}
		put_op(g, OP_END);
		buf_put(&s, g->code.at, g->code.n);
	}
	put_section(out, 6, &s);
}

static void put_exports(struct gen *g, struct buf *out)
{
	struct buf s;

	buf_init(&s, g->a);
	buf_uleb(&s, g->nfuncs + 1);
	for (unsigned k = 0; k <= g->nfuncs; k++) {
		const char *name = k < g->nfuncs
					   ? arena_printf(g->a, "run%u", k)
					   : "sum";
		buf_uleb(&s, strlen(name));
		buf_str(&s, name);
		buf_u8(&s, 0);
		buf_uleb(&s, g->nfuncs + k);
	}
	put_section(out, 7, &s);
}

/* Table entry k holds function k, as far as there is one; the rest is null. */
static void put_elems(struct gen *g, struct buf *out)
{
	unsigned n = g->nfuncs < TABLE_SIZE ? g->nfuncs : TABLE_SIZE;
	struct buf s;

	buf_init(&s, g->a);
	buf_put(&s, "\1\0\x41\0\x0b", 5);
	buf_uleb(&s, n);
	for (unsigned k = 0; k < n; k++)
		buf_uleb(&s, k);
	put_section(out, 9, &s);
}

static void put_data(struct gen *g, struct buf *out)
{
	struct buf s;

	buf_init(&s, g->a);
	buf_put(&s, "\1\0\x41\0\x0b", 5);
	buf_uleb(&s, 512);
	for (unsigned k = 0; k < 512; k++)
		buf_u8(&s, (uint8_t)pick(g, 256));
	put_section(out, 11, &s);
}

void randmod(struct randmod *r, const struct randmod_options *o,
	     struct arena *a)
{
	struct gen g = { .o = o, .r = r, .a = a, .rng = hash_mix(o->seed) };
	struct buf code;

	*r = (struct randmod){ 0 };
	buf_init(&r->wasm, a);
	buf_init(&g.code, a);
	buf_init(&code, a);
	for (unsigned k = 0; k < NTYPES; k++)
		g.sig[k] = pick_sig(&g, MAX_SIG, 3);
	for (unsigned k = 0; k < NGLOBALS; k++)
		g.global[k] = (uint8_t)pick_type(&g);
	g.nfuncs = r->runs = 2 + pick(&g, 5);
	for (unsigned k = 0; k < g.nfuncs; k++)
		g.func_type[k] = pick(&g, NTYPES);
	buf_uleb(&code, 2 * g.nfuncs + 1);
	for (unsigned k = 0; k < g.nfuncs; k++)
		make_function(&g, k, &code);
	for (unsigned k = 0; k < g.nfuncs; k++)
		make_run(&g, k, &code);
	make_sum(&g, &code);
	buf_put(&r->wasm, "\0asm\1\0\0\0", 8);
	put_types(&g, &r->wasm);
	put_funcs(&g, &r->wasm);
	put_tables_and_memory(&g, &r->wasm);
	put_globals(&g, &r->wasm);
	put_exports(&g, &r->wasm);
	put_elems(&g, &r->wasm);
	put_section(&r->wasm, 10, &code);
	put_data(&g, &r->wasm);
}

/* --- reduction -------------------------------------------------------- */

/* Tries to leave out ids[from .. from + n) as well. */
static bool try_without(struct randmod *r, struct randmod_options *o,
			struct map *omit, uint32_t from, uint32_t n,
			randmod_test *test, void *ctx, struct arena *a)
{
	struct map more;
	struct randmod smaller;

	map_init(&more, a);
	for (uint32_t k = 0; k < omit->cap; k++)
		if (omit->slot[k].used)
			*map_put(&more, omit->slot[k].key) = 1;
	for (uint32_t k = from; k < from + n; k++)
		*map_put(&more, r->ids.at[k]) = 1;
	o->omit = &more;
	randmod(&smaller, o, a);
	if (!test(ctx, &smaller))
		return false;
	*omit = more;
	*r = smaller;
	return true;
}

unsigned randmod_reduce(struct randmod *r, struct randmod_options o,
			randmod_test *test, void *ctx, struct arena *a)
{
	struct map omit;
	unsigned tries = 0;

	map_init(&omit, a);
	for (uint32_t n = r->ids.n; n > 0; n /= 2)
		for (uint32_t from = 0; from < r->ids.n;) {
			uint32_t m = r->ids.n - from < n ? r->ids.n - from : n;
			tries++;
			if (!try_without(r, &o, &omit, from, m, test, ctx, a))
				from += m;
		}
	return tries;
}
