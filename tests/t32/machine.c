/* machine.c - the value and flags columns of t32.def as host arithmetic. */
#include "machine.h"

#include <math.h>
#include <string.h>

typedef struct machine mach;

static uint32_t get_bits(uint32_t x, unsigned low, unsigned n)
{
	return x >> low & (uint32_t)((1ull << n) - 1);
}

static int64_t sext(uint64_t x, unsigned bits)
{
	return (int64_t)(x << (64 - bits)) >> (64 - bits);
}

/* --- shifts ----------------------------------------------------------------*/

static uint32_t shl(uint32_t x, uint64_t n)
{
	return n > 31 ? 0 : x << n;
}

static uint32_t shr(uint32_t x, uint64_t n)
{
	return n > 31 ? 0 : x >> n;
}

static uint32_t sar(uint32_t x, uint64_t n)
{
	return (uint32_t)((int64_t)(int32_t)x >> (n > 31 ? 31 : n));
}

static uint32_t ror(uint32_t x, uint64_t n)
{
	n &= 31;
	return n ? x >> n | x << (32 - n) : x;
}

static uint32_t shift(uint32_t x, uint64_t type, uint64_t n)
{
	switch (type) {
	case T32_LSL: return shl(x, n);
	case T32_LSR: return shr(x, n);
	case T32_ASR: return sar(x, n);
	default:      return ror(x, n);
	}
}

static bool shift_c(uint32_t x, uint64_t type, uint64_t n, bool carry)
{
	if (n == 0)
		return carry;
	switch (type) {
	case T32_LSL: return n <= 32 && (uint64_t)x << n >> 32 & 1;
	case T32_LSR: return shr(x, n - 1) & 1;
	case T32_ASR: return sar(x, n - 1) & 1;
	default:      return ror(x, n) >> 31;
	}
}

static bool imm_c(uint32_t i, bool carry)
{
	bool rotated = i > 0xff && i != (i & 0xff) * 0x00010001u &&
	               i != (i >> 8 & 0xff) * 0x01000100u &&
	               i != (i & 0xff) * 0x01010101u;

	return rotated ? i >> 31 : carry;
}

/* --- bits ------------------------------------------------------------------*/

static uint32_t clz(uint32_t x)
{
	uint32_t n = 0;

	for (; n < 32 && !(x >> 31); x <<= 1)
		n++;
	return n;
}

static uint32_t rbit(uint32_t x)
{
	uint32_t y = 0;

	for (int i = 0; i < 32; i++)
		y = y << 1 | (x >> i & 1);
	return y;
}

static uint32_t rev(uint32_t x)
{
	return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24;
}

static uint32_t insert(uint32_t old, uint32_t x, uint64_t lsb, uint64_t width)
{
	uint32_t mask = (uint32_t)(((1ull << width) - 1) << lsb);

	return (old & ~mask) | (x << lsb & mask);
}

static uint32_t span(uint64_t list)
{
	uint32_t n = 0;

	for (; list; list &= list - 1)
		n += 4;
	return n;
}

/* --- saturation and lanes --------------------------------------------------*/

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

static uint32_t ssat(int64_t x, uint64_t bits)
{
	return (uint32_t)clamp(x, -(1ll << (bits - 1)),
			       (1ll << (bits - 1)) - 1);
}

static uint32_t usat(int64_t x, uint64_t bits)
{
	return (uint32_t)clamp(x, 0, (1ll << bits) - 1);
}

static uint32_t halves(uint32_t high, uint32_t low)
{
	return high << 16 | (low & 0xffff);
}

enum lane_kind { PLAIN_LANES, SATURATE, HALVE };

/* Lanes of n and m, added where the lane's bit of `sub` is clear.  *ge gets the
 * GE flags: sums that carried, or that are not negative.
 */
static uint32_t lanes(uint32_t n, uint32_t m, unsigned width, bool is_signed,
                      enum lane_kind kind, unsigned sub, uint32_t *ge)
{
	uint32_t r = 0;

	*ge = 0;
	for (unsigned i = 0; i < 32 / width; i++) {
		int64_t x = get_bits(n, i * width, width);
		int64_t y = get_bits(m, i * width, width);
		bool minus = sub >> i & 1, flag;

		if (is_signed) {
			x = sext((uint64_t)x, width);
			y = sext((uint64_t)y, width);
		}
		x = minus ? x - y : x + y;
		flag = is_signed || minus ? x >= 0 : x >> width;
		*ge |= (flag ? (1u << width / 8) - 1 : 0) << i * width / 8;
		if (kind == SATURATE)
			x = is_signed ? (int64_t)(int32_t)ssat(x, width)
			              : (int64_t)usat(x, width);
		if (kind == HALVE)
			x >>= 1;
		r |= get_bits((uint32_t)x, 0, width) << i * width;
	}
	return r;
}

static uint32_t usad8(uint32_t n, uint32_t m)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < 32; i += 8) {
		uint32_t x = get_bits(n, i, 8), y = get_bits(m, i, 8);

		sum += x > y ? x - y : y - x;
	}
	return sum;
}

static uint32_t select_ge(uint32_t n, uint32_t m, uint32_t apsr)
{
	uint32_t r = 0;

	for (unsigned i = 0; i < 4; i++)
		r |= ((apsr >> (16 + i) & 1 ? n : m) >> i * 8 & 0xff) << i * 8;
	return r;
}

/* --- floats ----------------------------------------------------------------*/

static double to_f(unsigned w, uint64_t bits)
{
	uint32_t low = (uint32_t)bits;
	double d;
	float f;

	if (w == 32) {
		memcpy(&f, &low, 4);
		return (double)f;
	}
	memcpy(&d, &bits, 8);
	return d;
}

static uint64_t from_f(unsigned w, double d)
{
	float f = (float)d;
	uint64_t bits = 0;

	memcpy(&bits, w == 32 ? (void *)&f : (void *)&d, w / 8);
	return bits;
}

/* A double holds the exact sum, product, quotient or root of two floats well
 * enough that rounding twice is rounding once.
 */
static uint64_t arith(unsigned w, char op, uint64_t x, uint64_t y)
{
	double a = to_f(w, x), b = to_f(w, y);

	switch (op) {
	case '+': return from_f(w, a + b);
	case '-': return from_f(w, a - b);
	case '*': return from_f(w, a * b);
	default:  return from_f(w, a / b);
	}
}

static uint64_t fused(unsigned w, uint64_t x, uint64_t y, uint64_t z)
{
	float f;
	uint32_t bits;

	if (w == 64)
		return from_f(w, fma(to_f(w, x), to_f(w, y), to_f(w, z)));
	f = fmaf((float)to_f(w, x), (float)to_f(w, y), (float)to_f(w, z));
	memcpy(&bits, &f, 4);
	return bits;
}

static uint64_t neg(unsigned w, uint64_t x)
{
	return x ^ 1ull << (w - 1);
}

static bool is_signalling(unsigned w, uint64_t x)
{
	return isnan(to_f(w, x)) && !(x >> (w == 32 ? 22 : 51) & 1);
}

/* The number, unless only the other is one; zeros are ordered by sign. */
static uint64_t pick(unsigned w, uint64_t x, uint64_t y, bool greater)
{
	double a = to_f(w, x), b = to_f(w, y);

	if (is_signalling(w, x) || is_signalling(w, y))
		return is_signalling(w, x) ? x : y;
	if (isnan(a) || isnan(b))
		return isnan(a) ? y : x;
	if (a == b)
		return !!signbit(a) == greater ? y : x;
	return (a > b) == greater ? x : y;
}

static double rounded(char mode, double d)
{
	switch (mode) {
	case 'Z': return trunc(d);
	case 'A': return round(d);
	case 'P': return ceil(d);
	case 'M': return floor(d);
	default:  return rint(d);
	}
}

static uint32_t to_int(unsigned w, uint64_t x, char mode, bool is_signed)
{
	double d = rounded(mode, to_f(w, x));

	if (isnan(d))
		return 0;
	if (is_signed)
		return d <= -2147483648.0 ? 0x80000000u
		     : d >= 2147483647.0 ? 0x7fffffffu : (uint32_t)(int32_t)d;
	return d <= 0 ? 0 : d >= 4294967295.0 ? 0xffffffffu : (uint32_t)d;
}

static uint32_t compare(unsigned w, uint64_t x, uint64_t y)
{
	double a = to_f(w, x), b = to_f(w, y);

	if (isnan(a) || isnan(b))
		return 3u << 28;
	return a == b ? 6u << 28 : a < b ? 8u << 28 : 2u << 28;
}

/* --- state -----------------------------------------------------------------*/

static bool carry_of(const mach *M)
{
	return M->apsr >> 29 & 1;
}

bool machine_holds(const struct machine *M, enum t32_cond cond)
{
	bool n = M->apsr >> 31, z = M->apsr >> 30 & 1, c = carry_of(M);
	bool v = M->apsr >> 28 & 1;
	const bool base[] = { z, c, n, v, c && !z, n == v, n == v && !z, true };

	return base[cond >> 1] != (cond & 1);
}

static uint64_t load(mach *M, unsigned bits, uint32_t at)
{
	uint64_t v = 0;
	uint32_t off = at - M->base;

	if (!M->hit || at < M->first)
		M->first = at;
	M->hit = true;
	if (off > WINDOW - bits / 8) {
		M->outside = true;
		return 0;
	}
	memcpy(&v, &M->mem[off], bits / 8);
	return v;
}

static void store(mach *M, unsigned bits, uint32_t at, uint64_t v)
{
	load(M, bits, at);
	if (at - M->base <= WINDOW - bits / 8)
		memcpy(&M->mem[at - M->base], &v, bits / 8);
}

static void jump(mach *M, uint32_t target)
{
	M->jumped = true;
	M->target = target;
}

/* To Arm state there is no way on these cores. */
static void jump_bx(mach *M, uint32_t v)
{
	M->beyond |= !(v & 1);
	jump(M, v & ~1u);
}

struct ctx {
	mach *M;
	const struct t32_insn *in;
	const struct t32_row *row;
};

static int32_t number(const struct ctx *x, char letter)
{
	int k = t32_operand_at(x->row, letter);

	return k < 0 ? 0 : x->in->operand[k];
}

static uint64_t read_v(const mach *M, enum t32_class class, int32_t i)
{
	if (class == T32_SREG)
		return M->s[i];
	return M->s[2 * i] | (uint64_t)M->s[2 * i + 1] << 32;
}

/* The contents of the operand with that letter. */
static uint64_t value_of(const struct ctx *x, char letter)
{
	int k = t32_operand_at(x->row, letter);

	if (k < 0)
		return 0;
	switch (x->row->operand[k].kind) {
	case T32_SREG:
	case T32_DREG:
		return read_v(x->M, x->row->operand[k].kind,
			      x->in->operand[k]);
	case T32_SHTYPE:
	case T32_CONDITION:
		return (uint64_t)x->in->operand[k];
	default:
		return x->M->r[x->in->operand[k]];
	}
}

static uint64_t immediate(const struct ctx *x, unsigned i)
{
	int k = t32_immediate_at(x->row, i);

	return k < 0 ? 0 : (uint32_t)x->in->operand[k];
}

static void set(const struct ctx *x, char letter, uint64_t v)
{
	int32_t r = number(x, letter);

	x->M->r[r] = (uint32_t)v & (r == 13 ? ~3u : ~0u);
}

static void set_v_at(const struct ctx *x, enum t32_class class, int32_t i,
                     uint64_t v)
{
	if (class == T32_SREG) {
		x->M->s[i] = (uint32_t)v;
	} else {
		x->M->s[2 * i] = (uint32_t)v;
		x->M->s[2 * i + 1] = (uint32_t)(v >> 32);
	}
}

static void set_v(const struct ctx *x, char letter, uint64_t v)
{
	int k = t32_operand_at(x->row, letter);

	set_v_at(x, x->row->operand[k].kind, x->in->operand[k], v);
}

static void load_list(const struct ctx *x, uint64_t at, uint64_t list)
{
	for (unsigned r = 0; r < 16; r++)
		if (list >> r & 1) {
			x->M->r[r] = (uint32_t)load(x->M, 32, (uint32_t)at);
			at += 4;
		}
	x->M->beyond |= list >> 15 & 1;
}

static void store_list(const struct ctx *x, uint64_t at, uint64_t list)
{
	for (unsigned r = 0; r < 16; r++)
		if (list >> r & 1) {
			store(x->M, 32, (uint32_t)at, x->M->r[r]);
			at += 4;
		}
}

static void move_vlist(const struct ctx *x, unsigned w, uint64_t at,
		       char letter, uint64_t n, bool loads)
{
	enum t32_class class = w == 32 ? T32_SREG : T32_DREG;

	for (int32_t i = 0; i < (int32_t)n; i++, at += w / 8) {
		int32_t r = number(x, letter) + i;

		if (loads)
			set_v_at(x, class, r, load(x->M, w, (uint32_t)at));
		else
			store(x->M, w, (uint32_t)at, read_v(x->M, class, r));
	}
}

static void set_flags(mach *M, uint32_t mask, uint32_t bits)
{
	M->apsr = (M->apsr & ~mask) | (bits & mask);
}

static void nz(mach *M, uint32_t v)
{
	set_flags(M, 3u << 30, (v & 1u << 31) | (uint32_t)!v << 30);
}

static void nzc(mach *M, uint32_t v, bool c)
{
	nz(M, v);
	set_flags(M, 1u << 29, (uint32_t)c << 29);
}

static void nzcv(mach *M, uint32_t x, uint32_t y, bool carry)
{
	uint64_t u = (uint64_t)x + y + carry;
	int64_t s = (int64_t)(int32_t)x + (int32_t)y + carry;

	nzc(M, (uint32_t)u, u >> 32);
	set_flags(M, 1u << 28, (uint32_t)(s != (int32_t)u) << 28);
}

#include "words.h"

void machine_step(struct machine *M, const struct t32_insn *in)
{
	const struct ctx context = { M, in, t32_row(in->id) }, *x = &context;
	const uint64_t a = value_of(x, 'a'), d = value_of(x, 'd');
	const uint64_t h = value_of(x, 'h'), l = value_of(x, 'l');
	const uint64_t m = value_of(x, 'm'), n = value_of(x, 'n');
	const uint64_t r = value_of(x, 'r'), t = value_of(x, 't');
	const uint64_t u = value_of(x, 'u'), c = value_of(x, 'c');
	const uint64_t I = immediate(x, 0), J = immediate(x, 1);
	uint32_t ge = 0;

#define T(id, mnemonic, bits, operands, form, value, flags, needs) \
	case T32_##id:                                             \
		value;                                             \
		flags;                                             \
		break;
	switch (in->id) {
#include "t32/t32.def"
	case T32_COUNT:
		break;
	}
}
