/* form.c - transforms between operands and encoding fields.
 *
 * A transform is a pair of functions, op to field and field to op, written
 * side by side.  Each refuses what the other would not give back, so that
 * every operand has one encoding and every encoding one meaning.  What must
 * hold between operands is said once, for both directions.
 */
#include "t32/form.h"

#include <stddef.h>

typedef const struct t32_operand operand;

static uint32_t ones(unsigned width)
{
	return (1u << width) - 1;	/* no field has 32 bits */
}

static unsigned popcount(uint32_t x)
{
	unsigned n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

static unsigned leading_zeros(uint32_t x)
{
	unsigned n = 0;

	for (; n < 32 && !(x >> 31); x <<= 1)
		n++;
	return n;
}

static uint32_t ror(uint32_t x, unsigned by)
{
	return by ? x >> by | x << (32 - by) : x;
}

static bool plain(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	int64_t v = (int64_t)op[k] - o->bias;

	if (v < 0 || v % o->scale)
		return false;
	*field = (uint32_t)(v / o->scale);
	return *field <= ones(o->width);
}

static bool unplain(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	op[k] = (int32_t)(field * o->scale + o->bias);
	return true;
}

static bool to_32(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	*field = (uint32_t)op[k] & 31;
	return o->width == 5 && op[k] >= 1 && op[k] <= 32;
}

static bool unto_32(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	op[k] = field ? (int32_t)field : 32;
	return o->width == 5;
}

/* A byte; a byte repeated as 00XY00XY, XY00XY00 or XYXYXYXY; or a byte with
 * its top bit set, rotated right by 8 to 31.  Source: DDI 0403E, "Modified
 * immediate constants in Thumb instructions".
 */
static bool modimm(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	uint32_t v = (uint32_t)op[k], byte = v & 0xff;
	unsigned rotation;

	(void)o;
	if (v == byte) {
		*field = byte;
	} else if (v == byte * 0x00010001u) {
		*field = 0x100 | byte;
	} else if (v == (v >> 8 & 0xff) * 0x01000100u) {
		*field = 0x200 | (v >> 8 & 0xff);
	} else if (v == byte * 0x01010101u) {
		*field = 0x300 | byte;
	} else {
		rotation = 8 + leading_zeros(v);
		if (rotation > 31)
			return false;
		byte = ror(v, 32 - rotation);
		if (byte > 0xff)
			return false;
		*field = rotation << 7 | (byte & 0x7f);
	}
	return true;
}

static bool unmodimm(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	static const uint32_t repeat[] = { 1, 0x00010001, 0x01000100,
					   0x01010101 };
	uint32_t byte = field & 0xff;

	(void)o;
	if (field >> 10) {
		op[k] = (int32_t)ror(0x80 | (field & 0x7f), field >> 7);
		return true;
	}
	op[k] = (int32_t)(byte * repeat[field >> 8]);
	return byte || !(field >> 8);
}

/* a:b:cdefgh is sign a, exponent NOT b, b repeated, cd, fraction efgh. */
static uint32_t vexpand(uint32_t field, unsigned repeats, unsigned zeros)
{
	uint32_t b = field >> 6 & 1,
		 exponent = b ? ones(repeats) : ones(1) << repeats;

	return ((field >> 7) << (repeats + 1) | exponent) << (6 + zeros) |
	       (field & 0x3f) << zeros;
}

static bool vfind(uint32_t v, unsigned repeats, unsigned zeros, uint32_t *field)
{
	*field = (v >> 31) << 7 | (~v >> 30 & 1) << 6 | (v >> zeros & 0x3f);
	return vexpand(*field, repeats, zeros) == v;
}

static bool vimm32(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	(void)o;
	return vfind((uint32_t)op[k], 5, 19, field);
}

static bool unvimm32(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = (int32_t)vexpand(field, 5, 19);
	return true;
}

static bool vimm64(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	(void)o;
	return vfind((uint32_t)op[k], 8, 16, field);
}

static bool unvimm64(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = (int32_t)vexpand(field, 8, 16);
	return true;
}

/* Zero is written with the add bit; "#-0" is nobody's. */
static bool updown(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	bool add = op[k] >= 0;
	uint32_t size = add ? (uint32_t)op[k] : 0u - (uint32_t)op[k];

	*field = size / o->scale | (uint32_t)add << (o->width - 1);
	return size % o->scale == 0 && size / o->scale <= ones(o->width - 1u);
}

static bool unupdown(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	bool add = field >> (o->width - 1);
	int32_t size = (int32_t)((field & ones(o->width - 1u)) * o->scale);

	op[k] = add ? size : -size;
	return add || size;
}

static bool negative(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	*field = 0u - (uint32_t)op[k];
	return *field <= ones(o->width);
}

static bool unnegative(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = -(int32_t)field;
	return true;
}

static bool branch(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	int64_t limit = (int64_t)o->scale << (o->width - 1);

	*field = (uint32_t)(op[k] / o->scale) & ones(o->width);
	return op[k] % o->scale == 0 && op[k] >= -limit && op[k] < limit;
}

static bool unbranch(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	int32_t sign = (int32_t)(1u << (o->width - 1));

	op[k] = ((int32_t)(field ^ (uint32_t)sign) - sign) * o->scale;
	return true;
}

/* J1 and J2 are the two bits below the sign, each inverted when the sign
 * bit is clear.
 */
static uint32_t swap_j(uint32_t field)
{
	return field >> 23 & 1 ? field : field ^ 3u << 21;
}

static bool branch_j(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	if (!branch(o, op, k, field))
		return false;
	*field = swap_j(*field);
	return true;
}

static bool unbranch_j(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	return unbranch(o, swap_j(field), op, k);
}

/* ror #0 is rrx, which has rows of its own. */
static bool shift(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	int32_t type = op[k - 1];
	int32_t low = type == T32_LSL ? 0 : 1;
	int32_t high = type == T32_LSL || type == T32_ROR ? 31 : 32;

	(void)o;
	*field = (uint32_t)op[k] & 31;
	return op[k] >= low && op[k] <= high;
}

static bool unshift(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	int32_t type = op[k - 1];

	(void)o;
	op[k] = (int32_t)field;
	if (!field && (type == T32_LSR || type == T32_ASR))
		op[k] = 32;
	return field || type != T32_ROR;
}

static bool width(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	*field = (uint32_t)op[k] - 1;
	return *field <= ones(o->width);
}

static bool unwidth(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = (int32_t)field + 1;
	return true;
}

static bool msb(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	*field = (uint32_t)op[k - 1] + (uint32_t)op[k] - 1;
	return *field <= ones(o->width);
}

static bool unmsb(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = (int32_t)field - op[k - 1] + 1;
	return true;
}

/* push and pop: bit 8 of the field is lr or pc. */
static bool list_top(unsigned top, int32_t list, uint32_t *field)
{
	uint32_t v = (uint32_t)list;

	*field = (v & 0xff) | (v >> top & 1) << 8;
	return !(v & ~(0xffu | 1u << top));
}

static int32_t unlist_top(unsigned top, uint32_t field)
{
	return (int32_t)((field & 0xff) | field >> 8 << top);
}

static bool list_lr(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	(void)o;
	return list_top(14, op[k], field);
}

static bool unlist_lr(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = unlist_top(14, field);
	return true;
}

static bool list_pc(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	(void)o;
	return list_top(15, op[k], field);
}

static bool unlist_pc(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	(void)o;
	op[k] = unlist_top(15, field);
	return true;
}

/* The operand has a 1 above one "opposite" bit per instruction, the first
 * lowest.  The field has the low bit of each further instruction's
 * condition, the second highest, then a 1.
 */
static bool it(operand *o, const int32_t *op, unsigned k, uint32_t *field)
{
	uint32_t pattern = (uint32_t)op[k], first = (uint32_t)op[k - 1] & 1;
	unsigned n = 31 - leading_zeros(pattern | 1);

	(void)o;
	if (n < 1 || n > 4 || pattern & 1)
		return false;
	*field = 1u << (4 - n);
	for (unsigned i = 1; i < n; i++)
		*field |= ((pattern >> i & 1) ^ first) << (4 - i);
	return true;
}

static bool unit(operand *o, uint32_t field, int32_t *op, unsigned k)
{
	uint32_t pattern, first = (uint32_t)op[k - 1] & 1;
	unsigned n = 4;

	(void)o;
	if (!field)
		return false;	/* a hint, not IT */
	while (!(field >> (4 - n) & 1))
		n--;
	pattern = 1u << n;
	for (unsigned i = 1; i < n; i++)
		pattern |= ((field >> (4 - i) & 1) ^ first) << i;
	op[k] = (int32_t)pattern;
	return true;
}

/* What must hold between the operands, of which k is the last. */

static bool always(const int32_t *op, unsigned k)
{
	(void)op, (void)k;
	return true;
}

static bool nonzero(const int32_t *op, unsigned k)
{
	return op[k] != 0;
}

static bool distinct(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] != op[1];
}

static bool base1(const int32_t *op, unsigned k)
{
	(void)k;
	return op[1] != op[0];
}

static bool base2(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] != op[1] && op[2] != op[0] && op[2] != op[1];
}

/* asr #0 would be ssat16. */
static bool sat_shift(const int32_t *op, unsigned k)
{
	return op[k - 1] == T32_LSL || op[k] != 0;
}

static bool in_word(const int32_t *op, unsigned k)
{
	return op[k] >= 1 && op[k - 1] + op[k] <= 32;
}

static bool members(const int32_t *op, unsigned k)
{
	return op[k] != 0;
}

static bool has_base(const int32_t *op, unsigned k)
{
	return op[k] >> op[k - 1] & 1;
}

static bool low_wb(const int32_t *op, unsigned k)
{
	return op[k] && !has_base(op, k);
}

static bool stored(const int32_t *op, unsigned k)
{
	uint32_t list = (uint32_t)op[k];

	return !(list & 0xa000) && popcount(list) >= 2;
}

static bool stored_wb(const int32_t *op, unsigned k)
{
	return stored(op, k) && !has_base(op, k);
}

static bool loaded(const int32_t *op, unsigned k)
{
	uint32_t list = (uint32_t)op[k];

	return !(list & 0x2000) && (list & 0xc000) != 0xc000 &&
	       popcount(list) >= 2;
}

static bool loaded_wb(const int32_t *op, unsigned k)
{
	return loaded(op, k) && !has_base(op, k);
}

/* 1 to 16 d registers or 1 to 32 s registers; a d register's number is at
 * most 15, so its lists end there.
 */
static bool in_file(const int32_t *op, unsigned k)
{
	return op[k] >= 1 && op[k - 1] + op[k] <= 32;
}

static bool one_high(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] > 7 || op[1] > 7;
}

static bool status(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] != op[1] && op[0] != op[2];
}

static bool next_of_0(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] != 31;
}

static bool next_of_2(const int32_t *op, unsigned k)
{
	(void)k;
	return op[0] != op[1] && op[2] != 31;
}

/* What a register, list or other operand may be, whatever its form. */
static bool in_class(operand *o, const int32_t *op, unsigned k)
{
	int32_t v = op[k];

	switch (o->kind) {
	case T32_REG:
		return v != 13 && v != 15;
	case T32_REG_SP:
		return v != 15;
	case T32_CONDITION:
		return v < T32_AL;
	case T32_DLIST:
		return op[k - 1] + v <= 16;
	case T32_SYSREG:
		return v == 0 || v == 5 || v == 8 || v == 9 ||
		       (v >= 16 && v <= 20);
	default:
		return true;
	}
}

static const struct {
	bool (*encode)(operand *, const int32_t *, unsigned, uint32_t *);
	bool (*decode)(operand *, uint32_t, int32_t *, unsigned);
	bool (*holds)(const int32_t *, unsigned);
} forms[] = {
#define FORM(id, encode, decode, holds) { encode, decode, holds },
#include "t32/form.def"
};

bool t32_form_encode(operand *o, const int32_t op[], unsigned k,
		     uint32_t *field)
{
	return forms[o->form].encode(o, op, k, field) && in_class(o, op, k) &&
	       forms[o->form].holds(op, k);
}

bool t32_form_decode(operand *o, uint32_t field, int32_t op[], unsigned k)
{
	return forms[o->form].decode(o, field, op, k) && in_class(o, op, k) &&
	       forms[o->form].holds(op, k);
}
