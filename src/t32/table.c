/* table.c - compiles t32.def into masks and slices, once.
 *
 * The diagrams are parsed here and nowhere else; a mistake in one is a
 * failed assertion at the first use of the table, in every test.
 */
#include "t32/table.h"

#include <assert.h>
#include <stddef.h>
#include <threads.h>

/* The vocabulary of the flags and needs columns. */
enum {
	V7M = T32_V7M, DSP = T32_DSP, FP = T32_FP, FPDP = T32_FP | T32_FPDP,
	FPV5 = T32_FPV5, V8M = T32_V8M,
	NONE = 0, STICKY_Q = T32_F_Q,
	NZCV_FP = T32_F_N | T32_F_Z | T32_F_C | T32_F_V,
};
#define NZ(x)                  (T32_F_N | T32_F_Z)
#define NZC(x, carry)          (T32_F_N | T32_F_Z | T32_F_C)
#define NZCV_ADD(x, y, carry)  (T32_F_N | T32_F_Z | T32_F_C | T32_F_V)
#define SPECIAL_NZCV(i, x)     (T32_F_N | T32_F_Z | T32_F_C | T32_F_V | T32_F_Q)
#define GE_OF(op, n, m)        T32_F_GE
#define OUTSIDE_IT(flags)      (T32_F_IT | (flags))
#define NOT_IN_IT(flags)       (T32_F_NOT_IT | (flags))

static const struct source {
	const char *name, *mnemonic, *bits, *syntax;
	uint8_t form, flags, needs;
} source[] = {
#define T(id, mnemonic, bits, operands, form, value, flags, needs) \
	{ #id, mnemonic, bits, operands, T32_FORM_##form, flags, needs },
#include "t32/t32.def"
};

static struct t32_row rows[T32_COUNT];
static once_flag have_rows = ONCE_FLAG_INIT;
static once_flag have_buckets = ONCE_FLAG_INIT;

/* Candidates by the top 12 bits of the first halfword. */
enum { BUCKETS = 4096, ENTRIES = 12288 };
static uint16_t bucket[BUCKETS + 1], entry[ENTRIES];

static bool is_field(char c)
{
	return c >= 'a' && c <= 'z';
}

static unsigned popcount(uint32_t x)
{
	unsigned n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

/* Reads the diagram: fixed bits into the row, and for each encoding bit,
 * highest first, its letter or '0' or '1' into letter[].  Returns the
 * number of bits.
 */
static unsigned read_diagram(const char *bits, char letter[32],
                             struct t32_row *row)
{
	unsigned n = 0;

	for (const char *p = bits; *p; p++) {
		if (*p == ' ' || *p == '|')
			continue;
		assert(n < 32 && (*p == '0' || *p == '1' || is_field(*p)));
		letter[n++] = *p;
		row->mask = row->mask << 1 | !is_field(*p);
		row->match = row->match << 1 | (*p == '1');
	}
	assert(n == 16 || n == 32);
	row->halfwords = (uint8_t)(n / 16);
	return n;
}

/* Appends the encoding bits of one letter to the operand, lowest field bit
 * `from`.  Returns the bits appended.
 */
static unsigned add_slices(struct t32_operand *o, char c, const char *letter,
                           unsigned n, unsigned from)
{
	unsigned width = 0;

	for (unsigned at = 0; at < n; at++) {
		struct t32_slice *last = &o->slice[o->nslices];

		if (letter[n - 1 - at] != c)
			continue;
		if (width && last[-1].at + last[-1].width == at) {
			last[-1].width++;
		} else {
			assert(o->nslices < T32_SLICES);
			*last = (struct t32_slice){
				.at = (uint8_t)at, .width = 1,
				.from = (uint8_t)(from + width),
			};
			o->nslices++;
		}
		width++;
	}
	assert(width > 0);
	return width;
}

static int class_of(char c)
{
	static const char letters[] = "RPQSD#HCLEFYMB";
	static const uint8_t class[] = {
		T32_REG, T32_REG_SP, T32_REG_ANY, T32_SREG, T32_DREG, T32_IMM,
		T32_SHTYPE, T32_CONDITION, T32_LIST, T32_SLIST, T32_DLIST,
		T32_SYSREG, T32_ITMASK, T32_TARGET,
	};

	for (size_t i = 0; i < sizeof class; i++)
		if (letters[i] == c)
			return class[i];
	return c == '@' ? T32_IMM : -1;
}

static uint8_t number(const char **p)
{
	unsigned v = 0;

	for (; **p >= '0' && **p <= '9'; ++*p)
		v = v * 10 + (unsigned)(**p - '0');
	return (uint8_t)v;
}

/* Reads one operand token whose letters start at p.  Returns its end. */
static const char *read_operand(const char *p, const char *letter, unsigned n,
                                struct t32_operand *o)
{
	const char *end = p;

	o->letter = *p;
	o->scale = 1;
	while (is_field(*end))
		end++;
	for (const char *q = end; q-- > p;)
		o->width = (uint8_t)(o->width +
		                     add_slices(o, *q, letter, n, o->width));
	if (*end == '=') {
		add_slices(o, end[1], letter, n, 0);
		end += 2;
	}
	if (*end == '*') {
		end++;
		o->scale = number(&end);
	}
	if (*end == '+') {
		end++;
		o->bias = number(&end);
	}
	return end;
}

static void read_row(const struct source *s, struct t32_row *row)
{
	char letter[32];
	unsigned n = read_diagram(s->bits, letter, row);

	row->mnemonic = s->mnemonic;
	row->syntax = s->syntax;
	row->flags = s->flags;
	row->needs = s->needs;
	for (const char *p = s->syntax; *p;) {
		int class = class_of(*p++);

		if (class < 0 || !is_field(*p))
			continue;
		assert(row->noperands < T32_OPERANDS);
		struct t32_operand *o = &row->operand[row->noperands++];
		o->kind = (enum t32_class)class;
		p = read_operand(p, letter, n, o);
	}
	if (row->noperands)
		row->operand[row->noperands - 1].form = (enum t32_form)s->form;
}

/* The next of a row's encodings' top 12 bits behind `top`, or the first behind -1; BUCKETS
 * when there is none. */
static uint32_t next_top(const struct t32_row *row, uint32_t top)
{
	const unsigned shift = row->halfwords == 1 ? 4 : 20;
	const uint32_t fixed = row->mask >> shift & (BUCKETS - 1);

	do {
		/* counting through the bits that are not fixed */
		top = top == UINT32_MAX ? 0 : (top | fixed) + 1;
		if (top >= BUCKETS)
			return BUCKETS;
		top = (top & ~fixed) | (row->match >> shift & fixed);
	} while ((row->halfwords == 2) != t32_is_wide((uint16_t)(top << 4)));
	return top;
}

/* All rows, those with most fixed bits first. */
static void sort_rows(uint16_t order[T32_COUNT])
{
	unsigned n = 0;

	for (unsigned bits = 32; bits > 0; bits--)
		for (unsigned id = 0; id < T32_COUNT; id++)
			if (popcount(rows[id].mask) == bits)
				order[n++] = (uint16_t)id;
	assert(n == T32_COUNT);
}

static void build_rows(void)
{
	for (unsigned id = 0; id < T32_COUNT; id++)
		read_row(&source[id], &rows[id]);
}

/* Only decoding needs these; compiling should not wait for them. */
static void build_buckets(void)
{
	uint16_t order[T32_COUNT], end[BUCKETS];

	call_once(&have_rows, build_rows);
	sort_rows(order);
	for (unsigned k = 0; k < T32_COUNT; k++)
		for (uint32_t top = UINT32_MAX;
		     (top = next_top(&rows[order[k]], top)) < BUCKETS;)
			bucket[top + 1]++;
	for (uint32_t top = 0; top < BUCKETS; top++) {
		bucket[top + 1] = (uint16_t)(bucket[top + 1] + bucket[top]);
		end[top] = bucket[top];
	}
	assert(bucket[BUCKETS] <= ENTRIES);
	for (unsigned k = 0; k < T32_COUNT; k++)
		for (uint32_t top = UINT32_MAX;
		     (top = next_top(&rows[order[k]], top)) < BUCKETS;)
			entry[end[top]++] = order[k];
}

const struct t32_row *t32_row(enum t32 id)
{
	call_once(&have_rows, build_rows);
	assert((unsigned)id < T32_COUNT);
	return &rows[id];
}

unsigned t32_candidates(uint16_t hw1, const uint16_t **ids)
{
	unsigned top = hw1 >> 4;

	call_once(&have_buckets, build_buckets);
	*ids = &entry[bucket[top]];
	return bucket[top + 1] - bucket[top];
}

const char *t32_id_name(enum t32 id)
{
	return source[id].name;
}
