/* decode.c - Thumb-2 machine code to operands.
 *
 * The first halfword selects a short list of rows; the first whose fixed
 * bits agree and whose operands all have a meaning is the instruction.
 * Rows do not overlap (a test), so their order does not matter.
 */
#include "t32/decode.h"

#include "t32/form.h"

/* Collects a field.  False when a register that is encoded twice is not
 * the same in both places.
 */
static bool gather(const struct t32_operand *o, uint32_t word, uint32_t *field)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < o->nslices; i++) {
		const struct t32_slice *s = &o->slice[i];

		v |= (word >> s->at & ((1u << s->width) - 1)) << s->from;
	}
	for (unsigned i = 0; i < o->nslices; i++) {
		const struct t32_slice *s = &o->slice[i];

		if (((v >> s->from ^ word >> s->at) & ((1u << s->width) - 1)))
			return false;
	}
	*field = v;
	return true;
}

bool t32_decode_as(enum t32 id, uint32_t word, struct t32_insn *out)
{
	const struct t32_row *row = t32_row(id);
	uint32_t field;

	if ((word & row->mask) != row->match)
		return false;
	for (unsigned k = 0; k < row->noperands; k++) {
		const struct t32_operand *o = &row->operand[k];

		if (!gather(o, word, &field) ||
		    !t32_form_decode(o, field, out->operand, k))
			return false;
	}
	out->id = id;
	out->size = (uint8_t)(row->halfwords * 2);
	out->noperands = row->noperands;
	out->word = word;
	return true;
}

bool t32_decode(const uint8_t *p, size_t n, struct t32_insn *out)
{
	const uint16_t *ids;
	uint16_t hw1;
	uint32_t word;

	if (n < 2)
		return false;
	hw1 = (uint16_t)(p[0] | p[1] << 8);
	word = hw1;
	if (t32_is_wide(hw1)) {
		if (n < 4)
			return false;
		word = word << 16 | p[2] | (uint32_t)p[3] << 8;
	}
	for (unsigned left = t32_candidates(hw1, &ids); left > 0; left--, ids++)
		if (t32_decode_as((enum t32)*ids, word, out))
			return true;
	return false;
}

static bool is_named(enum t32_class class)
{
	return class <= T32_DREG || class == T32_SHTYPE ||
	       class == T32_CONDITION;
}

int t32_operand_at(const struct t32_row *row, char letter)
{
	for (int k = 0; k < row->noperands; k++)
		if (is_named(row->operand[k].kind) &&
		    row->operand[k].letter == letter)
			return k;
	return -1;
}

int t32_immediate_at(const struct t32_row *row, unsigned i)
{
	for (int k = 0; k < row->noperands; k++)
		if (!is_named(row->operand[k].kind) && i-- == 0)
			return k;
	return -1;
}
