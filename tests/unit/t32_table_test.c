/* t32_table_test.c - t32.def as a whole: diagrams, overlaps, limits. */
#include <stdio.h>
#include <string.h>

#include "t32/encode.h"
#include "t32/decode.h"

static int failures;

static void check(bool ok, const char *what, const char *row)
{
	if (!ok && ++failures <= 20)
		printf("not ok - %s: %s\n", what, row);
}

static uint32_t rnd(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

/* Every bit that is not fixed belongs to exactly one operand. */
static void diagrams(void)
{
	for (unsigned id = 0; id < T32_COUNT; id++) {
		const struct t32_row *row = t32_row((enum t32)id);
		uint32_t seen = row->mask,
			 all = row->halfwords == 1 ? 0xffff : ~0u;
		bool once = true;

		for (unsigned k = 0; k < row->noperands; k++)
			for (unsigned i = 0; i < row->operand[k].nslices; i++) {
				const struct t32_slice *s =
					&row->operand[k].slice[i];
				uint32_t bits = ((1u << s->width) - 1) << s->at;

				once = once && !(seen & bits);
				seen |= bits;
			}
		check(once && seen == all, "diagram and operands disagree",
		      t32_id_name((enum t32)id));
		check(row->halfwords == 1 ||
			      t32_is_wide((uint16_t)(row->match >> 16)),
		      "not a 32-bit prefix", t32_id_name((enum t32)id));
	}
}

/* All 16-bit encodings: at most one row each, and back again. */
static void narrow(void)
{
	unsigned known = 0;

	for (uint32_t word = 0; word < 0xe800; word++) {
		struct t32_insn in;
		unsigned n = 0;

		for (unsigned id = 0; id < T32_COUNT; id++) {
			uint32_t again;
			unsigned halfwords;

			if (t32_row((enum t32)id)->halfwords != 1 ||
			    !t32_decode_as((enum t32)id, word, &in))
				continue;
			check(t32_encode(in.id, in.operand, &again,
					 &halfwords) &&
				      again == word,
			      "not its own inverse", t32_id_name(in.id));
			n++;
		}
		check(n <= 1, "two rows decode one halfword",
		      t32_id_name(in.id));
		known += n;
	}
	printf("ok - %u of %u halfwords decode\n", known, 0xe800);
}

/* Rows whose fixed bits do not exclude each other: no word that both
 * decode may be found.
 */
static void overlaps(void)
{
	unsigned pairs = 0;

	for (unsigned a = 0; a < T32_COUNT; a++)
		for (unsigned b = a + 1; b < T32_COUNT; b++) {
			const struct t32_row *x = t32_row((enum t32)a);
			const struct t32_row *y = t32_row((enum t32)b);
			uint32_t fixed = x->mask | y->mask;
			struct t32_insn in;

			if (x->halfwords != y->halfwords || x->halfwords == 1 ||
			    (x->match ^ y->match) & x->mask & y->mask)
				continue;
			pairs++;
			for (unsigned i = 0; i < 2000; i++) {
				uint32_t word =
					x->match | y->match | (rnd() & ~fixed);

				check(!t32_decode_as((enum t32)a, word, &in) ||
				      !t32_decode_as((enum t32)b, word, &in),
				      "overlaps", t32_id_name((enum t32)a));
			}
		}
	printf("ok - %u pairs of rows are told apart by their operands\n",
	       pairs);
}

static const struct limit {
	enum t32 id;
	int32_t op[T32_OPERANDS];
	bool fits;
	uint32_t word;
} limits[] = {
	/* from the architecture manual's tables and the assembler */
	{ T32_MOVS_I_N,   { 0, 255 },                true,  0x20ff },
	{ T32_MOVS_I_N,   { 0, 256 },                false, 0 },
	{ T32_MOVS_I_N,   { 8, 1 },                  false, 0 },
	{ T32_MOVS_I_N,   { 0, -1 },                 false, 0 },
	{ T32_ADDS_I3_N,  { 0, 1, 7 },               true,  0x1dc8 },
	{ T32_ADDS_I3_N,  { 1, 1, 7 },               false, 0 },
	{ T32_MOV_I,      { 0, 0x00ab00ab },         true,  0xf04f10ab },
	{ T32_MOV_I,      { 0, -1 },                 true,  0xf04f30ff },
	{ T32_MOV_I,      { 0, 0x1fe },              true,  0xf44f70ff },
	{ T32_MOV_I,      { 0, 0x101 },              false, 0 },
	{ T32_MOV_I,      { 0, INT32_MIN },          true,  0xf04f4000 },
	{ T32_MOV_I,      { 13, 1 },                 false, 0 },
	{ T32_LSRS_I_N,   { 0, 1, 32 },              true,  0x0808 },
	{ T32_LSRS_I_N,   { 0, 1, 0 },               false, 0 },
	{ T32_LSLS_I_N,   { 0, 1, 0 },               false, 0 },
	{ T32_ADD_R,      { 0, 1, 2, T32_ROR, 0 },   false, 0 },
	{ T32_ADD_R,      { 0, 1, 2, T32_ASR, 32 },  true,  0xeb010022 },
	{ T32_ADD_R,      { 0, 1, 2, T32_LSL, 32 },  false, 0 },
	{ T32_ADD_R,      { 0, 1, 2, 4, 1 },         false, 0 },
	{ T32_CMP_H_N,    { 0, 1 },                  false, 0 },
	{ T32_CMP_H_N,    { 0, 8 },                  true,  0x4540 },
	{ T32_LDR_I_N,    { 0, 1, 124 },             true,  0x6fc8 },
	{ T32_LDR_I_N,    { 0, 1, 128 },             false, 0 },
	{ T32_LDR_I_N,    { 0, 1, 2 },               false, 0 },
	{ T32_LDR_I,      { 0, 1, 4095 },            true,  0xf8d10fff },
	{ T32_LDR_I,      { 0, 15, 0 },              false, 0 },
	{ T32_LDR_NEG,    { 0, 1, -255 },            true,  0xf8510cff },
	{ T32_LDR_NEG,    { 0, 1, 0 },               false, 0 },
	{ T32_LDR_PRE,    { 1, 1, 4 },               false, 0 },
	{ T32_STR_PRE,    { 4, 13, -4 },             true,  0xf84d4d04 },
	{ T32_LDRD_I,     { 0, 1, 2, -1020 },        true,  0xe95201ff },
	{ T32_LDRD_I,     { 0, 1, 2, 1024 },         false, 0 },
	{ T32_LDRD_I,     { 1, 1, 2, 0 },            false, 0 },
	{ T32_STRD_I,     { 1, 1, 2, 0 },            true,  0xe9c21100 },
	{ T32_B_N,        { -2048 },                 true,  0xe400 },
	{ T32_B_N,        { 2046 },                  true,  0xe3ff },
	{ T32_B_N,        { 2048 },                  false, 0 },
	{ T32_B_N,        { 1 },                     false, 0 },
	{ T32_B_C_N,      { T32_NE, 254 },           true,  0xd17f },
	{ T32_B_C_N,      { T32_AL, 0 },             false, 0 },
	{ T32_B_C,        { T32_EQ, -1048576 },      true,  0xf4008000 },
	{ T32_B_C,        { T32_EQ, 1048576 },       false, 0 },
	{ T32_BL,         { -16777216 },             true,  0xf400d000 },
	{ T32_BL,         { 16777214 },              true,  0xf3ffd7ff },
	{ T32_BL,         { 16777216 },              false, 0 },
	{ T32_CBZ,        { 0, 126 },                true,  0xb3f8 },
	{ T32_CBZ,        { 0, -2 },                 false, 0 },
	{ T32_IT,         { T32_EQ, 0x2 },           true,  0xbf08 },
	{ T32_IT,         { T32_NE, 0x6 },           true,  0xbf14 },
	{ T32_IT,         { T32_EQ, 0x3 },           false, 0 },
	{ T32_PUSH_N,     { 0x40f0 },                true,  0xb5f0 },
	{ T32_PUSH_N,     { 0x0100 },                false, 0 },
	{ T32_PUSH_N,     { 0 },                     false, 0 },
	{ T32_PUSH,       { 0x4ff0 },                true,  0xe92d4ff0 },
	{ T32_PUSH,       { 0x0100 },                false, 0 },
	{ T32_POP,        { 0xcff0 },                false, 0 },
	{ T32_UBFX,       { 0, 1, 31, 1 },           true,  0xf3c170c0 },
	{ T32_UBFX,       { 0, 1, 31, 2 },           false, 0 },
	{ T32_BFI,        { 0, 1, 8, 8 },            true,  0xf361200f },
	{ T32_BFI,        { 0, 1, 8, 0 },            false, 0 },
	{ T32_UMULL,      { 0, 0, 1, 2 },            false, 0 },
	{ T32_SSAT,       { 0, 32, 1, T32_LSL, 0 },  true,  0xf301001f },
	{ T32_SSAT,       { 0, 0, 1, T32_LSL, 0 },   false, 0 },
	{ T32_SSAT,       { 0, 8, 1, T32_ASR, 0 },   false, 0 },
	{ T32_VMOV_I_F,   { 0, 0x3f800000 },         true,  0xeeb70a00 },
	{ T32_VMOV_I_F,   { 0, 0x3f800001 },         false, 0 },
	{ T32_VMOV_I_F,   { 0, 0 },                  false, 0 },
	{ T32_VMOV_I_D,   { 0, 0x40000000 },         true,  0xeeb00b00 },
	{ T32_VPUSH_F,    { 16, 16 },                true,  0xed2d8a10 },
	{ T32_VPUSH_F,    { 31, 2 },                 false, 0 },
	{ T32_VPUSH_D,    { 8, 8 },                  true,  0xed2d8b10 },
	{ T32_VPUSH_D,    { 8, 9 },                  false, 0 },
	{ T32_VLDR_F,     { 0, 1, -1020 },           true,  0xed110aff },
	{ T32_VLDR_F,     { 0, 1, 2 },               false, 0 },
};

static void edges(void)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const struct limit *l = &limits[i];
		unsigned halfwords;
		uint32_t word = 0;
		bool fits = t32_encode(l->id, l->op, &word, &halfwords);

		if (fits == l->fits && fits == t32_fits(l->id, l->op) &&
		    word == l->word)
			continue;
		failures++;
		printf("not ok - %s (line %u): %s %08x\n", t32_id_name(l->id),
		       (unsigned)i, fits ? "fits" : "refused", (unsigned)word);
	}
}

/* A modified immediate is found exactly when one of the 4096 encodings
 * means it.
 */
static void immediates(void)
{
	static const uint32_t twist[] = { 0,     1,       2,         0x80,
					  0x100, 0x10000, 0x80000000 };
	unsigned n = 0;

	for (uint32_t field = 0; field < 4096; field++) {
		uint32_t word = 0xf04f0000 | (field & 0x800) << 15 |
		                (field & 0x700) << 4 | (field & 0xff);
		struct t32_insn in;

		if (!t32_decode_as(T32_MOV_I, word, &in))
			continue;
		check(t32_is_modimm((uint32_t)in.operand[1]), "modimm",
		      "MOV_I");
		n++;
		for (size_t i = 1; i < sizeof twist / sizeof *twist; i++) {
			int32_t op[] = { 0, (int32_t)((uint32_t)in.operand[1] +
						      twist[i]) };
			struct t32_insn back;
			unsigned halfwords;

			if (t32_encode(T32_MOV_I, op, &word, &halfwords))
				check(t32_decode_as(T32_MOV_I, word, &back) &&
					      back.operand[1] == op[1],
				      "modimm", "MOV_I");
		}
	}
	printf("ok - %u modified immediates\n", n);
}

int main(void)
{
	diagrams();
	narrow();
	overlaps();
	edges();
	immediates();
	printf("# %u rows, %d failures\n", (unsigned)T32_COUNT, failures);
	return failures != 0;
}
