/* words.h - the vocabulary of t32.def, bound to the functions of machine.c.
 *
 * x is the context of the instruction, the operands are locals of the function
 * that expands the table, ge receives the GE flags of packed operations.
 */
#ifndef TESTS_T32_WORDS_H
#define TESTS_T32_WORDS_H

#define U(x) ((uint32_t)(x))
#define K(c) U(c)
#define CARRY carry_of(x->M)
#define SP x->M->r[13]
#define PC (x->M->r[15] + 4)
#define PC4 (PC & ~3u)
#define FPSCR x->M->fpflags
#define SMIN 0x80000000u

#define ADD(p, q) U((p) + (q))
#define SUB(p, q) U((p) - (q))
#define MUL(p, q) U(U(p) * U(q))
#define AND(p, q) (U(p) & U(q))
#define OR(p, q)  (U(p) | U(q))
#define XOR(p, q) (U(p) ^ U(q))
#define NOT(p)    (~U(p))
#define ADC(p, q, c) U((p) + (q) + (c))
#define SHL(p, q) shl(U(p), q)
#define SHR(p, q) shr(U(p), q)
#define SAR(p, q) sar(U(p), q)
#define ROR(p, q) ror(U(p), q)
#define SHL_C(p, q) shift_c(U(p), T32_LSL, q, CARRY)
#define SHR_C(p, q) shift_c(U(p), T32_LSR, q, CARRY)
#define SAR_C(p, q) shift_c(U(p), T32_ASR, q, CARRY)
#define ROR_C(p, q) shift_c(U(p), T32_ROR, q, CARRY)
#define SHIFT(p, type, q) shift(U(p), type, q)
#define SHIFT_C(p, type, q) shift_c(U(p), type, q, CARRY)
#define RRX(p, c) (U(p) >> 1 | (uint32_t)(c) << 31)
#define IMM_C(i) imm_c(U(i), CARRY)
#define UDIV0(p, q) (U(q) ? U(p) / U(q) : 0)
#define SDIV0(p, q) (U(q) ? U((int64_t)(int32_t)(p) / (int32_t)(q)) : 0)
#define CLZ(p) clz(U(p))
#define RBIT(p) rbit(U(p))
#define REV(p) rev(U(p))
#define REV16(p) ror(rev(U(p)), 16)
#define SEXT8(p) U(sext(U(p), 8))
#define SEXT16(p) U(sext(U(p), 16))
#define ZEXT8(p) (U(p) & 0xff)
#define ZEXT16(p) (U(p) & 0xffff)
#define LOW8(p) (U(p) & 0xff)
#define BOT(p) SEXT16(p)
#define TOP(p) SAR(p, 16)
#define EXTRACT_S(p, lsb, width) U(sext(U(p) >> (lsb), (unsigned)(width)))
#define EXTRACT_U(p, lsb, width) get_bits(U(p), (unsigned)(lsb), (unsigned)(width))
#define INSERT(p, q, lsb, width) insert(U(p), U(q), lsb, width)
#define SSAT(p, n) ssat((int32_t)(p), n)
#define USAT(p, n) usat((int32_t)(p), n)
#define SSAT16(p, n) halves(ssat((int16_t)((p) >> 16), n), ssat((int16_t)(p), n))
#define USAT16(p, n) halves(usat((int16_t)((p) >> 16), n), usat((int16_t)(p), n))
#define SQADD(p, q) ssat((int64_t)(int32_t)(p) + (int32_t)(q), 32)
#define SQSUB(p, q) ssat((int64_t)(int32_t)(p) - (int32_t)(q), 32)
#define CAT(high, low) ((uint64_t)U(high) << 32 | U(low))
#define HI(p) U((p) >> 32)
#define LO(p) U(p)
#define SMUL64(p, q) ((uint64_t)((int64_t)(int32_t)(p) * (int32_t)(q)))
#define UMUL64(p, q) ((uint64_t)U(p) * U(q))
#define ADD64(p, q) ((p) + (q))
#define SUB64(p, q) ((p) - (q))
#define SAR64(p, n) ((uint64_t)((int64_t)(p) >> (n)))
#define ZEXT64(p) ((uint64_t)U(p))
#define EQ(p, q) ((p) == (q))
#define NE(p, q) ((p) != (q))
#define COND(c) machine_holds(x->M, (enum t32_cond)(c))
#define ITE(c, p, q) ((c) ? (p) : (q))
#define SPAN(list) span(list)
#define SPAN32(n) U((n) * 4)
#define SPAN64(n) U((n) * 8)
#define SXTB16(p) halves(SEXT8((p) >> 16), SEXT8(p))
#define UXTB16(p) halves(ZEXT8((p) >> 16), ZEXT8(p))
#define ADD16(p, q) lanes(U(p), U(q), 16, false, PLAIN_LANES, 0, &ge)
#define USAD8(p, q) usad8(U(p), U(q))
#define SELECT_GE(p, q) select_ge(U(p), U(q), x->M->apsr)

#define LANES8(p, q, s, kind, sub) lanes(U(p), U(q), 8, s, kind, sub, &ge)
#define LANES16(p, q, s, kind, sub) lanes(U(p), U(q), 16, s, kind, sub, &ge)
#define SADD8(p, q)   LANES8(p, q, true, PLAIN_LANES, 0)
#define SSUB8(p, q)   LANES8(p, q, true, PLAIN_LANES, 15)
#define UADD8(p, q)   LANES8(p, q, false, PLAIN_LANES, 0)
#define USUB8(p, q)   LANES8(p, q, false, PLAIN_LANES, 15)
#define QADD8(p, q)   LANES8(p, q, true, SATURATE, 0)
#define QSUB8(p, q)   LANES8(p, q, true, SATURATE, 15)
#define UQADD8(p, q)  LANES8(p, q, false, SATURATE, 0)
#define UQSUB8(p, q)  LANES8(p, q, false, SATURATE, 15)
#define SHADD8(p, q)  LANES8(p, q, true, HALVE, 0)
#define SHSUB8(p, q)  LANES8(p, q, true, HALVE, 15)
#define UHADD8(p, q)  LANES8(p, q, false, HALVE, 0)
#define UHSUB8(p, q)  LANES8(p, q, false, HALVE, 15)
#define SADD16(p, q)  LANES16(p, q, true, PLAIN_LANES, 0)
#define SSUB16(p, q)  LANES16(p, q, true, PLAIN_LANES, 3)
#define UADD16(p, q)  LANES16(p, q, false, PLAIN_LANES, 0)
#define USUB16(p, q)  LANES16(p, q, false, PLAIN_LANES, 3)
#define QADD16(p, q)  LANES16(p, q, true, SATURATE, 0)
#define QSUB16(p, q)  LANES16(p, q, true, SATURATE, 3)
#define UQADD16(p, q) LANES16(p, q, false, SATURATE, 0)
#define UQSUB16(p, q) LANES16(p, q, false, SATURATE, 3)
#define SHADD16(p, q) LANES16(p, q, true, HALVE, 0)
#define SHSUB16(p, q) LANES16(p, q, true, HALVE, 3)
#define UHADD16(p, q) LANES16(p, q, false, HALVE, 0)
#define UHSUB16(p, q) LANES16(p, q, false, HALVE, 3)
#define SASX(p, q)    LANES16(p, ROR(q, 16), true, PLAIN_LANES, 1)
#define SSAX(p, q)    LANES16(p, ROR(q, 16), true, PLAIN_LANES, 2)
#define UASX(p, q)    LANES16(p, ROR(q, 16), false, PLAIN_LANES, 1)
#define USAX(p, q)    LANES16(p, ROR(q, 16), false, PLAIN_LANES, 2)
#define QASX(p, q)    LANES16(p, ROR(q, 16), true, SATURATE, 1)
#define QSAX(p, q)    LANES16(p, ROR(q, 16), true, SATURATE, 2)
#define UQASX(p, q)   LANES16(p, ROR(q, 16), false, SATURATE, 1)
#define UQSAX(p, q)   LANES16(p, ROR(q, 16), false, SATURATE, 2)
#define SHASX(p, q)   LANES16(p, ROR(q, 16), true, HALVE, 1)
#define SHSAX(p, q)   LANES16(p, ROR(q, 16), true, HALVE, 2)
#define UHASX(p, q)   LANES16(p, ROR(q, 16), false, HALVE, 1)
#define UHSAX(p, q)   LANES16(p, ROR(q, 16), false, HALVE, 2)

#define FADD(w, p, q) arith(w, '+', p, q)
#define FSUB(w, p, q) arith(w, '-', p, q)
#define FMUL(w, p, q) arith(w, '*', p, q)
#define FDIV(w, p, q) arith(w, '/', p, q)
#define FSQRT(w, p) from_f(w, sqrt(to_f(w, p)))
#define FNEG(w, p) neg(w, p)
#define FABS(w, p) ((p) & ~(1ull << (w - 1)))
#define FFMA(w, p, q, r) fused(w, p, q, r)
#define FCMP(w, p, q) compare(w, p, q)
#define FMAXNM(w, p, q) pick(w, p, q, true)
#define FMINNM(w, p, q) pick(w, p, q, false)
#define FRINT_R(w, p) from_f(w, rounded('N', to_f(w, p)))
#define FRINT_X(w, p) FRINT_R(w, p)
#define FRINT_N(w, p) FRINT_R(w, p)
#define FRINT_Z(w, p) from_f(w, rounded('Z', to_f(w, p)))
#define FRINT_A(w, p) from_f(w, rounded('A', to_f(w, p)))
#define FRINT_P(w, p) from_f(w, rounded('P', to_f(w, p)))
#define FRINT_M(w, p) from_f(w, rounded('M', to_f(w, p)))
#define FWIDEN(p) from_f(64, to_f(32, p))
#define FNARROW(p) from_f(32, to_f(64, p))
#define FFROM_S(w, p) from_f(w, (w) == 32 ? (double)(float)(int32_t)(p) : (double)(int32_t)(p))
#define FFROM_U(w, p) from_f(w, (w) == 32 ? (double)(float)U(p) : (double)U(p))
#define FTO_S_Z(w, p) to_int(w, p, 'Z', true)
#define FTO_S_R(w, p) to_int(w, p, 'N', true)
#define FTO_S_N(w, p) to_int(w, p, 'N', true)
#define FTO_S_A(w, p) to_int(w, p, 'A', true)
#define FTO_S_P(w, p) to_int(w, p, 'P', true)
#define FTO_S_M(w, p) to_int(w, p, 'M', true)
#define FTO_U_Z(w, p) to_int(w, p, 'Z', false)
#define FTO_U_R(w, p) to_int(w, p, 'N', false)
#define FTO_U_N(w, p) to_int(w, p, 'N', false)
#define FTO_U_A(w, p) to_int(w, p, 'A', false)
#define FTO_U_P(w, p) to_int(w, p, 'P', false)
#define FTO_U_M(w, p) to_int(w, p, 'M', false)
#define LANE(v, i) U((v) >> 32 * (i))
#define NEXT(v) x->M->s[number(x, #v[0]) + 1]

#define LOAD(w, at) load(x->M, w, U(at))
#define LOADA(at) load(x->M, 32, U(at))
#define VLOAD(w, at) load(x->M, w, U(at))
#define SPECIAL(i) (x->M->beyond = true, (i))
#define TARGET(i) (PC + U(i))

#define NOTHING ((void)0)
#define THEN(p, q) p; q
#define SET(r, v) set(x, #r[0], v)
#define SETSP(v) (void)(SP = U(v) & ~3u)
#define SET64(low, high, v) \
	do { uint64_t both = (v); set(x, #low[0], both); set(x, #high[0], both >> 32); } while (0)
#define SETV(r, v) set_v(x, #r[0], v)
#define SETV2(r, v, w) \
	(void)(x->M->s[number(x, #r[0])] = U(v), x->M->s[number(x, #r[0]) + 1] = U(w))
#define SETLANE(r, i, v) (void)(x->M->s[2 * number(x, #r[0]) + (int32_t)(i)] = U(v))
#define STORE(w, at, v) store(x->M, w, U(at), v)
#define STOREA(at, v) store(x->M, 32, U(at), v)
#define VSTORE(w, at, v) store(x->M, w, U(at), v)
#define LOADM(at, list) load_list(x, at, list)
#define STOREM(at, list) store_list(x, at, list)
#define VLOADM(w, at, r, n) move_vlist(x, w, at, #r[0], n, true)
#define VSTOREM(w, at, r, n) move_vlist(x, w, at, #r[0], n, false)
#define SETFPFLAGS(v) (void)(x->M->fpflags = (v))
#define BARRIER NOTHING
#define CLEAREXCL NOTHING
#define SETEXCL NOTHING
#define BEYOND (void)(x->M->beyond = true)
#define SETFPSCR(v) (void)(v), BEYOND
#define STOREX(w, at, v, r) (void)(at), (void)(v), BEYOND
#define JUMP(at) (void)(at), BEYOND
#define JUMP_IF(c, at) (void)(c), (void)(at), BEYOND
#define JUMP_BX(v) (void)(v), BEYOND
#define CALL(at) (void)(at), BEYOND
#define CALL_BX(v) (void)(v), BEYOND
#define IT_BLOCK(c, mask) (void)(c), (void)(mask), BEYOND
#define SETSPECIAL(i, v) (void)(i), (void)(v), BEYOND
#define WAIT BEYOND
#define BREAK(i) (void)(i), BEYOND
#define SUPERVISOR(i) (void)(i), BEYOND
#define UNDEFINED(i) (void)(i), BEYOND

#define NONE NOTHING
#define STICKY_Q NOTHING
#define NZ(v) nz(x->M, U(v))
#define NZC(v, c) nzc(x->M, U(v), c)
#define NZCV_ADD(p, q, c) nzcv(x->M, U(p), U(q), c)
#define OUTSIDE_IT(f) f
#define NOT_IN_IT(f) f
#define GE_OF(op, n, m) (op(n, m), set_flags(x->M, 15u << 16, ge << 16))
#define NZCV_FP set_flags(x->M, 15u << 28, x->M->fpflags)
#define SPECIAL_NZCV(i, v) NOTHING

#endif
