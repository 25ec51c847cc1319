/* rules_z3.h - integer rows of num.def bound to Z3's bit-vectors. */
#ifndef RULES_Z3_H
#define RULES_Z3_H

#include <string.h>
#include <z3.h>

#include "no_float.h"
#include "wasm/sem.h"

static Z3_context z;

/* A value; traps[k] says when the trap of that kind is raised first. */
struct value {
	Z3_ast v;
	unsigned width;		/* 0: a row without bit-vector meaning */
	Z3_ast traps;		/* bit-vector of 8 bits: the kind, 0 for none */
};

static Z3_ast num(uint64_t n, unsigned width)
{
	return Z3_mk_unsigned_int64(z, width == 32 ? (uint32_t)n : n,
				    Z3_mk_bv_sort(z, width));
}

static Z3_ast kind(unsigned n)
{
	return Z3_mk_unsigned_int64(z, n, Z3_mk_bv_sort(z, 8));
}

static Z3_ast both(Z3_ast a, Z3_ast b)
{
	return Z3_mk_and(z, 2, (Z3_ast[]){ a, b });
}

static Z3_ast first_trap(Z3_ast a, Z3_ast b)
{
	return Z3_mk_ite(z, Z3_mk_eq(z, a, kind(0)), b, a);
}

static Z3_ast bit(Z3_ast x, unsigned k)
{
	return Z3_mk_eq(z, Z3_mk_extract(z, k, k, x),
			Z3_mk_unsigned_int64(z, 1, Z3_mk_bv_sort(z, 1)));
}

static Z3_ast clz(Z3_ast x, unsigned w)
{
	Z3_ast n = num(w, w);

	for (unsigned k = 0; k < w; k++)
		n = Z3_mk_ite(z, bit(x, k), num(w - 1 - k, w), n);
	return n;
}

static Z3_ast ctz(Z3_ast x, unsigned w)
{
	Z3_ast n = num(w, w);

	for (unsigned k = w; k-- > 0;)
		n = Z3_mk_ite(z, bit(x, k), num(k, w), n);
	return n;
}

static Z3_ast popcnt(Z3_ast x, unsigned w)
{
	Z3_ast n = num(0, w);

	for (unsigned k = 0; k < w; k++)
		n = Z3_mk_bvadd(z, n, Z3_mk_zero_ext(z, w - 1,
						Z3_mk_extract(z, k, k, x)));
	return n;
}

/* x and y, where a mask of low bits shows what it leaves. */
static Z3_ast and(Z3_ast x, Z3_ast y, unsigned w)
{
	uint64_t mask;

	if (Z3_is_numeral_ast(z, y) && Z3_get_numeral_uint64(z, y, &mask) &&
	    mask == w - 1) {
		const unsigned bits = w == 64 ? 6 : 5;
		return Z3_mk_zero_ext(z, w - bits, Z3_mk_extract(z, bits - 1, 0, x));
	}
	return Z3_mk_bvand(z, x, y);
}

/* By a known amount it is a product, which sums of products swallow. */
static Z3_ast shl(Z3_ast x, Z3_ast n, unsigned w)
{
	uint64_t by;

	n = Z3_simplify(z, n);
	if (Z3_is_numeral_ast(z, n) && Z3_get_numeral_uint64(z, n, &by) && by < w)
		return Z3_mk_bvmul(z, x, num(UINT64_C(1) << by, w));
	return Z3_mk_bvshl(z, x, n);
}

/* The quotient within a remainder by a known power of two is a shift: that is
 * div_u_pow2, proved by itself without this. */
static Z3_ast udiv(Z3_ast x, Z3_ast y, enum op op)
{
	uint64_t by;

	if ((op == OP_I32_REM_U || op == OP_I64_REM_U) &&
	    Z3_is_numeral_ast(z, y) && Z3_get_numeral_uint64(z, y, &by) && by &&
	    !(by & (by - 1)))
		return Z3_mk_bvlshr(z, x, num((uint64_t)__builtin_ctzll(by),
					      op == OP_I64_REM_U ? 64 : 32));
	return Z3_mk_bvudiv(z, x, y);
}

#define K(n)         num((uint64_t)(n), w)
#define SMIN         num(UINT64_C(1) << (w - 1), w)
#define ADD(x, y)    Z3_mk_bvadd(z, x, y)
#define SUB(x, y)    Z3_mk_bvsub(z, x, y)
#define MUL(x, y)    Z3_mk_bvmul(z, x, y)
#define UDIV(x, y)   udiv(x, y, op)
#define SDIV(x, y)   Z3_mk_bvsdiv(z, x, y)
#define AND(x, y)    and(x, y, w)
#define OR(x, y)     Z3_mk_bvor(z, x, y)
#define XOR(x, y)    Z3_mk_bvxor(z, x, y)
#define SHL(x, n)    shl(x, n, w)
#define SHR_U(x, n)  Z3_mk_bvlshr(z, x, n)
#define SHR_S(x, n)  Z3_mk_bvashr(z, x, n)
#define ROTL(x, n)   Z3_mk_ext_rotate_left(z, x, n)
#define ROTR(x, n)   Z3_mk_ext_rotate_right(z, x, n)
#define CLZ(x)       clz(x, w)
#define CTZ(x)       ctz(x, w)
#define POPCNT(x)    popcnt(x, w)
#define SIGN(n, x)   Z3_mk_sign_ext(z, w - (n), Z3_mk_extract(z, (n) - 1, 0, x))
#define EQ(x, y)     Z3_mk_eq(z, x, y)
#define ULT(x, y)    Z3_mk_bvult(z, x, y)
#define ULE(x, y)    Z3_mk_bvule(z, x, y)
#define SLT(x, y)    Z3_mk_bvslt(z, x, y)
#define SLE(x, y)    Z3_mk_bvsle(z, x, y)
#define NOT(c)       Z3_mk_not(z, c)
#define BOTH(c, d)   both(c, d)
#define BOOL(c)      Z3_mk_ite(z, c, num(1, 32), num(0, 32))
#define WRAP(x)      Z3_mk_extract(z, 31, 0, x)
#define EXTEND_S(x)  Z3_mk_sign_ext(z, 32, x)
#define EXTEND_U(x)  Z3_mk_zero_ext(z, 32, x)
#define NEVER        kind(0)
#define TRAP(k, c)   Z3_mk_ite(z, c, kind(HD_TRAP_##k), kind(0))
#define EITHER(t, u) first_trap(t, u)

static bool wide(char c)
{
	return c == 'l' || c == 'd';
}

/* The result and trap of an integer row. */
static struct value row(enum op op, Z3_ast a, Z3_ast b)
{
	const char *sig = op_info[op].sig;
	const unsigned w = wide(sig[0]) ? 64 : 32;
	struct value r = { .width = wide(strchr(sig, ':')[1]) ? 64 : 32 };

	if (strpbrk(sig, "fd") && !strstr(op_info[op].text, "reinterpret"))
		return (struct value){ 0 };
	switch (op) {
#define N(id, code, text, sig, value, trap) \
	case OP_##id: r.v = (value); r.traps = (trap); break;
#include "wasm/num.def"
	default:
		r.width = 0;
	}
	return r;
}

#endif
