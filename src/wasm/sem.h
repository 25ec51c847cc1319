/* wasm/sem.h - the vocabulary of num.def, and its binding to integers.
 *
 * A user of num.def defines the words below as macros, then includes the
 * table.  sem.c binds them to machine integers; prove/ binds them to
 * bit-vector terms.  All operands and results are raw bits: 32 bits wide for
 * i and f, 64 for l and d.
 *
 * The operands of one row have one width, called W.  Words compute in width
 * W, modulo 2^W, except the outermost one of a value, which may change it.
 *
 *   Terms
 *     a, b           the operands, first and second
 *     K(n)           the constant n modulo 2^W; the bits, for floats
 *     SMIN           the least signed number, 2^(W-1)
 *     ADD SUB MUL    (x, y)
 *     UDIV SDIV      (x, y)  quotient, truncated; SDIV(SMIN, -1) is SMIN; any
 *                    value when y is 0
 *     AND OR XOR     (x, y)  bit by bit
 *     SHL SHR_U SHR_S ROTL ROTR
 *                    (x, n)  n is below W: the rows mask it
 *     CLZ CTZ POPCNT (x)     W for CLZ and CTZ of 0
 *     SIGN(n, x)     the low n bits of x, sign-extended to W
 *   Conditions (truth values)
 *     EQ ULT ULE SLT SLE   (x, y)
 *     NOT(c)  BOTH(c, d)
 *     F32_EQ F32_LT F32_LE F64_EQ F64_LT F64_LE   (x, y)  as IEEE 754: false
 *                    when either is NaN; -0 equals +0
 *     F32_NAN F64_NAN (x)
 *   Outermost in a value
 *     BOOL(c)        i32: 1 when c, else 0
 *     WRAP(x)        i32: the low 32 bits (W = 64)
 *     EXTEND_S EXTEND_U (x)  i64 from i32 (W = 32)
 *     F32_ADD(x, y), F64_SQRT(x), F32_CONVERT_I64_U(x), ...
 *                    the float operation of the row that has this id, on raw
 *                    bits: total, deterministic, rounding to nearest even.  A
 *                    NaN result is the canonical one (0x7fc00000,
 *                    0x7ff8000000000000).  F32_CEIL FLOOR TRUNC NEAREST SQRT
 *                    (x); ADD SUB MUL DIV MIN MAX (x, y); the same for F64.
 *                    F32_DEMOTE_F64 F64_PROMOTE_F32
 *                    {F32,F64}_CONVERT_{I32,I64}_{S,U} (x)
 *     {I32,I64}_TRUNC_SAT_{F32,F64}_{S,U} (x)
 *                    the saturating conversion: 0 for NaN, else rounded to
 *                    zero and clamped.  It is also the value of the trapping
 *                    conversions, whose `traps` covers every clamped input.
 *   Traps
 *     NEVER          no trap
 *     TRAP(kind, c)  HD_TRAP_<kind> when c
 *     EITHER(t, u)   t if it traps, else u
 *
 * abs, neg and copysign are written with AND, OR and XOR: they keep the
 * payload and sign of a NaN, as reinterpretation does.
 */
#ifndef WASM_SEM_H
#define WASM_SEM_H

#include "heddle/abi.h"
#include "wasm/op.h"

/* Evaluates a row of num.def.
 *
 *   op      below OP_NUM_END
 *   arg     raw operand bits, as many as the row's sig has; 32-bit operands
 *           are read modulo 2^32
 *   result  raw result bits, zero-extended
 *   trap    which trap, when the instruction traps; else unchanged
 *
 * Returns false when it traps; then *result is unchanged.
 */
bool num_eval(enum op op, const uint64_t arg[], uint64_t *result,
	      enum hd_trap_kind *trap);

#endif
