/* prove/term.h - terms: what machine words, conditions and memories are.
 *
 * A term is an index into a table where equal terms are one entry, so that
 * equality of what the builders normalise alike is equality of numbers.  Words
 * have 32 bits and compute modulo 2^32; a 64-bit value is two of them.  A
 * token stands for the contents of a memory or for the events so far.
 *
 * Normal forms.  Sums are linear: a constant and distinct terms with non-zero
 * coefficients, ordered.  AND, OR, XOR and BAND are flat and ordered.  EQ0 is
 * the only equality.  Constants stand on the right of ULT and SLT.  Of two
 * equivalent forms of a comparison, that with the smaller numbers is kept.
 */
#ifndef PROVE_TERM_H
#define PROVE_TERM_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

typedef uint32_t term;		/* 0 is none */

enum term_sort { SORT_WORD, SORT_BOOL, SORT_TOKEN };

enum term_op {
#define TERM(id, smt) TM_##id,
#include "prove/term.def"
	TM_COUNT
};

struct term_node {
	uint8_t op, sort;
	uint16_t n;		/* arguments */
	uint32_t imm;		/* constant, number of a variable, function ... */
	uint32_t args;		/* in the pool */
	uint32_t lo, hi;	/* unsigned bounds of every value */
	term base;		/* offset.c: what differs in its constant alone, or 0 */
};

struct terms {
	struct arena *arena;
	VEC(struct term_node) nodes;
	VEC(uint32_t) pool;
	term *slot;
	uint32_t nslots;
	uint32_t nvars;
	uint64_t effort;	/* terms asked for, whether new or not */
	uint64_t most;		/* effort at which the arena gives up; 0 none */
	term yes, no;
	/* What a choice of words is besides, or 0: sem_wasm.h. */
	term (*choose)(struct terms *z, term c, term x, term y);
	bool bytes;		/* memories hold bytes only: wider accesses are several */
	struct map first_of;	/* hash of what it is but for its constant, to the first */
	VEC(uint32_t) lin;	/* scratch of sums */
	struct arena *scratch;	/* of what one question needs; or NULL */
	/* What was simplified last, by what was known then: simplify.c. */
	struct term_known { uint32_t state; term t, simple; } *known;
	uint32_t states;	/* numbers given to what is known: facts.h */
};

void terms_init(struct terms *z, struct arena *a);

static inline const struct term_node *term_at(const struct terms *z, term t)
{
	return &z->nodes.at[t];
}
static inline term term_arg(const struct terms *z, term t, unsigned k)
{
	return z->pool.at[z->nodes.at[t].args + k];
}
bool term_is_const(const struct terms *z, term t, uint32_t *k);
/* t = base + *k with base without constant part; 0 when t is constant. */
term term_split(struct terms *z, term t, uint32_t *k);

/* --- leaves --------------------------------------------------------------- */

term term_const(struct terms *z, uint32_t k);
/* A new variable; of a word, all values are in [lo, hi]. */
term term_var(struct terms *z, enum term_sort s, uint32_t lo, uint32_t hi);
/* The address of a symbol of the object: nothing is linked at 0 to 3. */
term term_sym(struct terms *z, uint32_t symbol);
/* An uninterpreted function: equal arguments give equal results. */
term term_uf(struct terms *z, enum term_sort s, uint32_t f, const term *arg,
	     unsigned n);
/* The same with bounds that hold for every result; one value alone is that. */
term term_uf_in(struct terms *z, uint32_t f, const term *arg, unsigned n,
		uint32_t lo, uint32_t hi);

/* --- words ----------------------------------------------------------------- */

/* x * k + y */
term term_mul_add(struct terms *z, term x, uint32_t k, term y);
/* k and n / 2 terms, each behind how often it is there, in any order. */
term term_sum(struct terms *z, uint32_t k, const uint32_t *part, uint32_t n);
/* The constant of a sum and how often each part is there, or-ed: where its lowest
 * bits are 0, those of the sum are.  Of another term all ones. */
uint32_t term_factors(const struct terms *z, term t);
/* t / k, k with sign and not 0, when every part of t is divisible; 0 when not. */
term term_divided(struct terms *z, term t, uint32_t k);
term term_add(struct terms *z, term x, term y);
term term_sub(struct terms *z, term x, term y);
term term_addk(struct terms *z, term x, uint32_t k);
term term_not(struct terms *z, term x);
term term_mul(struct terms *z, term x, term y);
/* TM_UMULH, TM_SMULH, TM_UDIV (x / 0 = 0), TM_SDIV (SMIN / -1 = SMIN). */
term term_arith(struct terms *z, enum term_op op, term x, term y);
/* TM_AND, TM_OR, TM_XOR */
term term_bits(struct terms *z, enum term_op op, term x, term y);
term term_andk(struct terms *z, term x, uint32_t k);
/* Amounts of 32 and more give 0, or the sign; TM_ROR counts modulo 32. */
term term_shift(struct terms *z, enum term_op op, term x, term n);
term term_shiftk(struct terms *z, enum term_op op, term x, uint32_t n);
/* TM_CLZ, TM_RBIT, TM_REV */
term term_unary(struct terms *z, enum term_op op, term x);
/* The low n bits, sign-extended. */
term term_sext(struct terms *z, term x, unsigned n);
/* Words, or tokens, or conditions. */
term term_ite(struct terms *z, term c, term x, term y);

/* --- conditions ------------------------------------------------------------- */

term term_eq(struct terms *z, term x, term y);
term term_ult(struct terms *z, term x, term y);
term term_slt(struct terms *z, term x, term y);
term term_bnot(struct terms *z, term c);
term term_band(struct terms *z, term c, term d);
term term_bor(struct terms *z, term c, term d);
/* 1 or 0. */
term term_bool(struct terms *z, term c);
/* Is x + y + c, c a condition, 2^32 or more? */
term term_carry(struct terms *z, term x, term y, term c);

/* --- memories ---------------------------------------------------------------- */

/* bits is 8, 16 or 32; zero-extended. */
term term_load(struct terms *z, unsigned bits, term token, term address);
term term_store(struct terms *z, unsigned bits, term token, term address,
		term value);

/* --- bytes: bytes.c ----------------------------------------------------------------- */

/* Byte k, halfword k of a word. */
term term_byte(struct terms *z, term t, unsigned k);
term term_half(struct terms *z, term t, unsigned k);
/* The word of four bytes, lowest first. */
term term_cat(struct terms *z, const term b[4]);
/* The lowest byte as it is stored when z->bytes. */
term term_low_byte(struct terms *z, term t);
/* What term_load and term_store are when z->bytes. */
term term_load_bytes(struct terms *z, unsigned bits, term token, term address);
term term_store_bytes(struct terms *z, unsigned bits, term token, term address,
		      term value);

/* --- rewriting: facts.c ------------------------------------------------------- */

/* Rebuilds a node over other arguments. */
term term_rebuild(struct terms *z, term t, const term *arg);

/* t with every term that is in `value` replaced; results are put there too. */
struct map;
term term_replace(struct terms *z, struct map *value, term t);

/* --- inside term.c, sum.c and normal.c ------------------------------------------------ */

struct term_shape {
	enum term_op op;
	enum term_sort sort;
	uint32_t imm;
	uint32_t lo, hi;
};
term term_make(struct terms *z, const struct term_shape *s, const term *arg,
	       unsigned n);
/* The term of that shape, or 0 when there is none yet; its bounds do not count. */
term term_find(const struct terms *z, const struct term_shape *s,
	       const term *arg, unsigned n);

#endif
