/* randmod_expr.c - random expressions, from the tables of instructions. */
#include "common/randmod_int.h"

#include <string.h>

static const enum op consts[] = {
	[T_I32] = OP_I32_CONST, [T_I64] = OP_I64_CONST,
	[T_F32] = OP_F32_CONST, [T_F64] = OP_F64_CONST,
};

/* Values at which arithmetic turns. */
static const uint64_t edges[] = {
	0, 1, 2, 7, 31, 32, 63, 64, 255, 256, 0x7fff, 0xffff, 0x10000,
	0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
	0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
};
static const uint32_t edges32[] = {
	0, 0x80000000, 0x3f800000, 0xbf800000, 0x40000000, 0x3f000000,
	0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0x7f800000,
	0xff800000, 0x7fc00000, 0xffc00000, 0x7f7fffff, 1, 0x00800000,
};
static const uint64_t edges64[] = {
	0, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
	0x4000000000000000, 0x3fe0000000000000, 0x41e0000000000000,
	0xc1e0000000200000, 0x41f0000000000000, 0x43e0000000000000,
	0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
	0x7fefffffffffffff, 1, 0x0010000000000000, 0x47efffffe0000000,
};

static uint64_t random64(struct gen *g)
{
	uint64_t v = (uint64_t)pick(g, UINT32_MAX) << 32;

	return v | pick(g, UINT32_MAX);
}

static void constant(struct gen *g, enum type t)
{
	bool edge = !chance(g, 3);
	uint64_t v = edge ? edges[pick(g, ARRAY_LEN(edges))] : random64(g);

	if (chance(g, 2))
		v = pick(g, 20);
	put_op(g, consts[t]);
	switch (t) {
	case T_I32: buf_sleb(&g->code, (int32_t)(uint32_t)v); break;
	case T_I64: buf_sleb(&g->code, (int64_t)v); break;
	case T_F32:
		buf_u32(&g->code, edge ? edges32[pick(g, ARRAY_LEN(edges32))]
				       : 0x3f000000 + pick(g, 0x2000000));
		break;
	default:
		buf_u64(&g->code, edge ? edges64[pick(g, ARRAY_LEN(edges64))]
				       : 0x3fe0000000000000 +
						 (random64(g) >> 7));
		break;
	}
}

static bool variable(struct gen *g, enum type t)
{
	unsigned all = g->nlocals + NGLOBALS, first = pick(g, all);

	for (unsigned n = 0; n < all; n++) {
		unsigned k = (first + n) % all;
		if (k < g->nlocals && g->local[k] == t) {
			put_op1(g, OP_LOCAL_GET, k);
			return true;
		}
		if (k >= g->nlocals && g->global[k - g->nlocals] == t) {
			put_op1(g, OP_GLOBAL_GET, k - g->nlocals);
			return true;
		}
	}
	return false;
}

/* Arithmetic may make any NaN: turn it into the canonical one. */
static void canonical(struct gen *g, enum op op, enum type t)
{
	static const enum op exact[] = {
		OP_F32_ABS, OP_F32_NEG, OP_F32_COPYSIGN, OP_F64_ABS,
		OP_F64_NEG, OP_F64_COPYSIGN, OP_F32_REINTERPRET_I32,
		OP_F64_REINTERPRET_I64,
	};
	unsigned tmp = t == T_F32 ? g->tmp32 : g->tmp64;

	for (size_t k = 0; k < ARRAY_LEN(exact); k++)
		if (op == exact[k])
			return;
	put_op1(g, OP_LOCAL_SET, tmp);
	put_op(g, consts[t]);
	if (t == T_F32)
		buf_u32(&g->code, 0x7fc00000);
	else
		buf_u64(&g->code, 0x7ff8000000000000);
	put_op1(g, OP_LOCAL_GET, tmp);
	put_op1(g, OP_LOCAL_GET, tmp);
	put_op1(g, OP_LOCAL_GET, tmp);
	put_op(g, t == T_F32 ? OP_F32_NE : OP_F64_NE);
	put_op(g, OP_SELECT);
}

static bool suits(const struct gen *g, enum op op, enum type t)
{
	const char *sig = op_info[op].sig, *colon = strchr(sig, ':');

	if (colon[1] != type_letter(t))
		return false;
	return !g->o->no_floats || !strpbrk(sig, "fd");
}

/* A row of num.def that gives a t. */
static enum op pick_row(struct gen *g, enum type t)
{
	for (;;) {
		enum op op = (enum op)pick(g, OP_NUM_END);
		if (!suits(g, op, t))
			continue;
		/* conversions that trap: rarely */
		if (op_info[op].traps && op_info[op].sig[1] == ':' &&
		    !chance(g, 16))
			continue;
		return op;
	}
}

static void numeric(struct gen *g, enum type t, unsigned d)
{
	enum op op = pick_row(g, t);
	const char *sig = op_info[op].sig;

	for (const char *p = sig; *p != ':'; p++)
		gen_expr(g, type_of_letter(*p), d - 1);
	if (op_info[op].traps && sig[1] != ':' && !chance(g, 16)) {
		/* no division by zero */
		put_op(g, t == T_I32 ? OP_I32_CONST : OP_I64_CONST);
		buf_sleb(&g->code, 1 + (int64_t)pick(g, 30));
		put_op(g, t == T_I32 ? OP_I32_OR : OP_I64_OR);
	}
	put_op(g, op);
	if (t == T_F32 || t == T_F64)
		canonical(g, op, t);
}

void gen_address(struct gen *g, unsigned d)
{
	gen_expr(g, T_I32, d);
	if (chance(g, 100))
		return;
	put_i32(g, (int32_t)(pick(g, 2) ? 0xff : 0x7fff));
	put_op(g, OP_I32_AND);
}

static void load(struct gen *g, enum type t, unsigned d)
{
	enum op op;

	do
		op = (enum op)(OP_NUM_END + pick(g, OP_MEM_END - OP_NUM_END));
	while (op_info[op].store || op_info[op].sig[2] != type_letter(t));
	gen_address(g, d - 1);
	put_memarg(g, op, pick(g, 64));
}

static void choose(struct gen *g, enum type t, unsigned d)
{
	gen_expr(g, t, d - 1);
	gen_expr(g, t, d - 1);
	gen_expr(g, T_I32, d - 1);
	put_op(g, OP_SELECT);
}

/* if c then a else b end, as a value */
static void conditional(struct gen *g, enum type t, unsigned d)
{
	struct sig s = { .result = { (uint8_t)t }, .nresults = 1 };

	gen_expr(g, T_I32, d - 1);
	put_op(g, OP_IF);
	put_blocktype(g, s);
	gen_expr(g, t, d - 1);
	put_op(g, OP_ELSE);
	gen_expr(g, t, d - 1);
	put_op(g, OP_END);
}

void gen_expr(struct gen *g, enum type t, unsigned d)
{
	if (d == 0) {
		if (chance(g, 3) || !variable(g, t))
			constant(g, t);
		return;
	}
	switch (pick(g, 12)) {
	case 0: constant(g, t); break;
	case 1: case 2:
		if (!variable(g, t))
			constant(g, t);
		break;
	case 3: case 4: load(g, t, d); break;
	case 5: choose(g, t, d); break;
	case 6: conditional(g, t, d); break;
	default: numeric(g, t, d); break;
	}
}
