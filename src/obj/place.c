/* place.c - addends in the bytes that a relocation applies to. */
#include "obj/place.h"

#include "obj/obj.h"
#include "t32/decode.h"
#include "t32/encode.h"

enum field { WORD, WORD31, BRANCH, BRANCH_C, MOV16 };

static bool describe(unsigned type, enum field *f, int32_t *bias)
{
	switch (type) {
#define RELOC(id, number, field, offset) \
	case number:                     \
		*f = field;              \
		*bias = offset;          \
		return true;
#include "obj/reloc.def"
	default:
		return false;
	}
}

static uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void put32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* The instruction at p, when it is one the field may be part of; *k is the
 * operand that holds the addend.
 */
static bool holder(const uint8_t *p, size_t n, enum field f,
                   struct t32_insn *in, unsigned *k)
{
	if (!t32_decode(p, n, in))
		return false;
	*k = in->noperands - 1u;
	switch (f) {
	case BRANCH:
		return in->id == T32_BL || in->id == T32_B;
	case BRANCH_C:
		return in->id == T32_B_C;
	case MOV16:
		return in->id == T32_MOVW || in->id == T32_MOVT;
	case WORD:
	case WORD31:
		break;
	}
	return false;
}

static bool put_operand(uint8_t *p, size_t n, enum field f, int32_t v)
{
	struct t32_insn in;
	unsigned k, halfwords;
	uint32_t word;

	if (!holder(p, n, f, &in, &k))
		return false;
	if (f == MOV16) {
		if (v < INT16_MIN || v > INT16_MAX)
			return false;
		v &= 0xffff;
	}
	in.operand[k] = v;
	if (!t32_encode(in.id, in.operand, &word, &halfwords))
		return false;
	t32_store(p, word, halfwords);
	return true;
}

bool obj_place_put(uint8_t *p, size_t n, unsigned type, int32_t addend)
{
	enum field f;
	int32_t bias;
	int64_t v;

	if (!describe(type, &f, &bias) || n < 4)
		return false;
	v = (int64_t)addend + bias;
	if (v < INT32_MIN)
		return false;
	switch (f) {
	case WORD:
		put32(p, (uint32_t)addend);
		return true;
	case WORD31:
		if (addend < -(1 << 30) || addend >= 1 << 30)
			return false;
		put32(p, (get32(p) & 0x80000000) |
				 ((uint32_t)addend & 0x7fffffff));
		return true;
	default:
		return put_operand(p, n, f, (int32_t)v);
	}
}

bool obj_place_get(const uint8_t *p, size_t n, unsigned type, int32_t *addend)
{
	struct t32_insn in;
	enum field f;
	int32_t bias;
	unsigned k;

	if (!describe(type, &f, &bias) || n < 4)
		return false;
	if (f == WORD) {
		*addend = (int32_t)get32(p);
		return true;
	}
	if (f == WORD31) {
		uint32_t v = get32(p) & 0x7fffffff;

		*addend = (int32_t)(v ^ 0x40000000) - 0x40000000;
		return true;
	}
	if (!holder(p, n, f, &in, &k))
		return false;
	*addend = f == MOV16 ? (int32_t)((in.operand[k] ^ 0x8000) - 0x8000)
			     : in.operand[k] - bias;
	return true;
}
