/* bytes.c - words as bytes.
 *
 * A word made of known bytes is the sum b0 + 2^8 b1 + 2^16 b2 + 2^24 b3 of terms
 * of at most 255: nothing carries, so that each can be taken out again.
 */
#include "prove/term.h"

enum { MOST_DEPTH = 6 };

static uint32_t high(const struct terms *z, term t)
{
	const struct term_node *i = term_at(z, t);

	return i->op == TM_CONST ? i->imm : i->hi;
}

/* The bytes of a sum that is one; bytes that are missing are of its constant.  All
 * that is there 2^24 times, or a multiple of that, is the highest byte: of it no
 * more than eight bits count. */
static bool is_cat(struct terms *z, term t, term b[4])
{
	const struct term_node i = *term_at(z, t);

	if (i.op != TM_SUM)
		return false;
	for (unsigned k = 0; k < 3; k++)
		b[k] = 0;
	b[3] = term_const(z, i.imm >> 24);
	for (unsigned n = 0; n < i.n; n += 2) {
		uint32_t coef = z->pool.at[i.args + n];
		term x = z->pool.at[i.args + n + 1];
		unsigned k = coef == 1 ? 0 : coef == 1u << 8 ? 1 :
			     coef == 1u << 16 ? 2 : 3;
		if (k == 3 && coef << 8)
			return false;
		if (k == 3) {
			b[3] = term_mul_add(z, x, coef >> 24, b[3]);
			continue;
		}
		if (b[k] || high(z, x) > 255 || (i.imm >> 8 * k & 255))
			return false;
		b[k] = x;
	}
	b[3] = term_andk(z, b[3], 255);
	for (unsigned k = 0; k < 3; k++)
		if (!b[k])
			b[k] = term_const(z, i.imm >> 8 * k & 255);
	return true;
}

static term plain_byte(struct terms *z, term t, unsigned k)
{
	return term_andk(z, term_shiftk(z, TM_SHR, t, 8 * k), 255);
}

static term known_byte(struct terms *z, term t, unsigned k, unsigned depth);

/* A bitwise operation, where one side is known. */
static term byte_of_bits(struct terms *z, const struct term_node *i,
			 unsigned k, unsigned depth)
{
	bool known = false;
	term r = 0;

	for (unsigned n = 0; n < i->n; n++) {
		term x = z->pool.at[i->args + n];
		term b = known_byte(z, x, k, depth);
		known |= b != 0;
		b = b ? b : plain_byte(z, x, k);
		r = r ? term_bits(z, (enum term_op)i->op, r, b) : b;
	}
	return known ? r : 0;
}

/* The byte, where it is less than a piece cut out of t; else 0. */
static term known_byte(struct terms *z, term t, unsigned k, unsigned depth)
{
	const struct term_node i = *term_at(z, t);
	term b[4], x, y;

	if (i.op == TM_CONST)
		return term_const(z, i.imm >> 8 * k & 255);
	if (i.hi <= 255)
		return k ? term_const(z, 0) : t;
	if (is_cat(z, t, b))
		return b[k];
	if (depth == 0)
		return 0;
	switch (i.op) {
	case TM_AND: case TM_OR: case TM_XOR:
		return byte_of_bits(z, &i, k, depth - 1);
	case TM_ITE:
		x = known_byte(z, term_arg(z, t, 1), k, depth - 1);
		y = x ? known_byte(z, term_arg(z, t, 2), k, depth - 1) : 0;
		return y ? term_ite(z, term_arg(z, t, 0), x, y) : 0;
	case TM_REV:
		return known_byte(z, term_arg(z, t, 0), 3 - k, depth - 1);
	default:
		return 0;
	}
}

term term_byte(struct terms *z, term t, unsigned k)
{
	term b = known_byte(z, t, k, MOST_DEPTH);

	return b ? b : plain_byte(z, t, k);
}

term term_half(struct terms *z, term t, unsigned k)
{
	term lo = known_byte(z, t, 2 * k, MOST_DEPTH);
	term hi = lo ? known_byte(z, t, 2 * k + 1, MOST_DEPTH) : 0;

	return hi ? term_mul_add(z, hi, 256, lo) :
	       term_andk(z, term_shiftk(z, TM_SHR, t, 16 * k), 0xffff);
}

/* The word whose lowest byte b is; 0 when that cannot be seen. */
static term whole(struct terms *z, term b)
{
	const struct term_node i = *term_at(z, b);
	uint32_t k;

	if (i.op == TM_AND && i.n == 2 &&
	    term_is_const(z, term_arg(z, b, 1), &k) && k == 255)
		return term_arg(z, b, 0);
	if (i.op == TM_AND && i.n == 2 &&
	    term_is_const(z, term_arg(z, b, 0), &k) && k == 255)
		return term_arg(z, b, 1);
	return 0;
}

term term_cat(struct terms *z, const term b[4])
{
	term w = whole(z, b[0]), r = term_const(z, 0);
	unsigned k = 1;

	while (w && k < 4 && plain_byte(z, w, k) == b[k])
		k++;
	if (w && k == 4)
		return w;
	for (k = 0; k < 4; k++)
		r = term_mul_add(z, b[k], 1u << 8 * k, r);
	return r;
}

/* --- memories, byte by byte ----------------------------------------------------- */

term term_load_bytes(struct terms *z, unsigned bits, term token, term address)
{
	term b[4];

	for (unsigned k = 0; k < 4; k++)
		b[k] = 8 * k < bits ? term_load(z, 8, token,
						term_addk(z, address, k))
				    : term_const(z, 0);
	return term_cat(z, b);
}

/* The lowest byte of a value, with choices outermost. */
static term low_byte(struct terms *z, term t, unsigned depth)
{
	const struct term_node i = *term_at(z, t);

	if (i.op != TM_ITE || depth == 0)
		return term_andk(z, t, 255);
	term c = term_arg(z, t, 0), x = term_arg(z, t, 1);
	term y = term_arg(z, t, 2);
	return term_ite(z, c, low_byte(z, x, depth - 1),
			low_byte(z, y, depth - 1));
}

term term_low_byte(struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);
	term inner = i.op == TM_AND && i.n == 2 ? whole(z, t) : 0;

	return low_byte(z, inner ? inner : t, MOST_DEPTH);
}

term term_store_bytes(struct terms *z, unsigned bits, term token, term address,
		      term value)
{
	for (unsigned k = 0; 8 * k < bits; k++)
		token = term_store(z, 8, token, term_addk(z, address, k),
				   term_byte(z, value, k));
	return token;
}
