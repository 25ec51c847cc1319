/* encode.c - operands to Thumb-2 machine code.
 *
 * Each operand becomes its field (form.c), each slice of a field moves to
 * its place in the encoding (table.c).
 */
#include "t32/encode.h"

#include "t32/form.h"

static uint32_t place(const struct t32_operand *o, uint32_t field)
{
	uint32_t word = 0;

	for (unsigned i = 0; i < o->nslices; i++) {
		const struct t32_slice *s = &o->slice[i];

		word |= (field >> s->from & ((1u << s->width) - 1)) << s->at;
	}
	return word;
}

bool t32_encode(enum t32 id, const int32_t operand[], uint32_t *word,
                unsigned *halfwords)
{
	const struct t32_row *row = t32_row(id);
	uint32_t bits = row->match, field;

	for (unsigned k = 0; k < row->noperands; k++) {
		const struct t32_operand *o = &row->operand[k];

		if (!t32_form_encode(o, operand, k, &field))
			return false;
		bits |= place(o, field);
	}
	*word = bits;
	*halfwords = row->halfwords;
	return true;
}

bool t32_fits(enum t32 id, const int32_t operand[])
{
	const struct t32_row *row = t32_row(id);
	uint32_t field;

	for (unsigned k = 0; k < row->noperands; k++)
		if (!t32_form_encode(&row->operand[k], operand, k, &field))
			return false;
	return true;
}

size_t t32_store(uint8_t *p, uint32_t word, unsigned halfwords)
{
	for (unsigned h = 0; h < halfwords; h++) {
		uint32_t half = word >> 16 * (halfwords - 1 - h);

		p[2 * h] = (uint8_t)half;
		p[2 * h + 1] = (uint8_t)(half >> 8);
	}
	return 2 * halfwords;
}

bool t32_is_modimm(uint32_t v)
{
	static const struct t32_operand o = {
		.kind = T32_IMM, .form = T32_FORM_MODIMM,
	};
	const int32_t op[] = { (int32_t)v };
	uint32_t field;

	return t32_form_encode(&o, op, 0, &field);
}
