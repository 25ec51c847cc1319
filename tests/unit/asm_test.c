/* asm_test.c - layout of assembled functions: every branch, literal and table
 * entry reaches what it names, at sizes around each limit of the encodings.
 *
 * The expectation is computed from the finished bytes by the decoder alone.
 */
#include "t32/asm.h"
#include "t32/decode.h"
#include "tap.h"

static uint64_t seed;

static uint32_t rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* What a function of random items should do, in the order of its items. */
enum want { WANT_BRANCH, WANT_LITERAL, WANT_TABLE };

struct wish {
	enum want what;
	uint32_t item;		/* marks: a MOVW with this number comes before */
	label to;
	uint32_t value;
	uint32_t first, n;	/* table: labels */
};

struct plan {
	struct arena a;
	struct asm_buf s;
	VEC(struct wish) wishes;
	VEC(label) labels, table;
	uint32_t nlabels;
};

enum { MARK = 11 };

static void mark(struct plan *p)
{
	ASM2(&p->s, T32_MOVW, MARK, (int32_t)p->wishes.n % 65536);
}

static void filler(struct plan *p, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		ASM0(&p->s, T32_NOP);
}

static void add_wish(struct plan *p, struct wish w)
{
	vec_push(&p->a, &p->wishes, w);
}

static void one(struct plan *p)
{
	label to = p->labels.at[rnd(p->labels.n)];

	mark(p);
	switch (rnd(5)) {
	case 0:
		asm_branch(&p->s, (enum cond)rnd(14), to);
		add_wish(p, (struct wish){ WANT_BRANCH, .to = to });
		break;
	case 1:
		asm_branch(&p->s, AL, to);
		add_wish(p, (struct wish){ WANT_BRANCH, .to = to });
		break;
	case 2:
		if (asm_bound(&p->s, to)) {
			asm_branch(&p->s, EQ, to);
		} else {
			asm_cbz(&p->s, rnd(2) ? EQ : NE, rnd(8), to);
		}
		add_wish(p, (struct wish){ WANT_BRANCH, .to = to });
		break;
	case 3: {
		uint32_t v = 0x10001u * (1 + rnd(50)) + 0x1234567;
		asm_const(&p->s, rnd(11), v, false);
		add_wish(p, (struct wish){ WANT_LITERAL, .value = v });
		break;
	}
	default: {
		label l[20];
		uint32_t n = 1 + rnd(20);
		struct wish w = { WANT_TABLE, .first = p->table.n, .n = n };
		for (uint32_t k = 0; k < n; k++) {
			l[k] = p->labels.at[rnd(p->labels.n)];
			vec_push(&p->a, &p->table, l[k]);
		}
		asm_table(&p->s, rnd(8), l, n);
		add_wish(p, w);
	}
	}
}

static void build(struct plan *p, uint32_t items, uint32_t gap)
{
	for (uint32_t k = 0; k < 12; k++)
		vec_push(&p->a, &p->labels, asm_label(&p->s));
	uint32_t bound = 0;
	for (uint32_t k = 0; k < items; k++) {
		if (k * 12 / items >= bound && bound < 12)
			asm_bind(&p->s, p->labels.at[bound++]);
		one(p);
		filler(p, rnd(gap));
	}
	while (bound < 12)
		asm_bind(&p->s, p->labels.at[bound++]);
	ASM1(&p->s, T32_BX, REG_LR);
}

/* --- reading it back ----------------------------------------------------------- */

static bool decode(const struct t32_code *c, uint32_t at, struct t32_insn *i)
{
	return at < c->n && t32_decode(c->bytes + at, c->n - at, i);
}

/* Where control goes that takes the branch at `at` (and an inverted one over
 * it); UINT32_MAX when there is none. */
static uint32_t branch_target(const struct t32_code *c, uint32_t at)
{
	struct t32_insn i;

	if (!decode(c, at, &i))
		return UINT32_MAX;
	switch (i.id) {
	case T32_CMP_I_N:
		return branch_target(c, at + 2);
	case T32_B_N: case T32_B:
		return at + 4 + (uint32_t)i.operand[0];
	case T32_CBZ: case T32_CBNZ:
		return at + 4 + (uint32_t)i.operand[1];
	case T32_B_C: return at + 4 + (uint32_t)i.operand[1];
	case T32_B_C_N: {
		struct t32_insn next;
		uint32_t to = at + 4 + (uint32_t)i.operand[1];
		if (to == at + 6 && decode(c, at + 2, &next) &&
		    next.id == T32_B)
			return at + 6 + (uint32_t)next.operand[0];
		return to;
	}
	default:
		return UINT32_MAX;
	}
}

static uint32_t word_at(const struct t32_code *c, uint32_t at, unsigned n)
{
	uint32_t v = 0;

	for (unsigned k = n; k-- > 0;)
		v = v << 8 | c->bytes[at + k];
	return v;
}

static bool literal_ok(const struct t32_code *c, uint32_t at, uint32_t value)
{
	struct t32_insn i;

	if (!decode(c, at, &i) ||
	    (i.id != T32_LDR_LIT && i.id != T32_LDR_LIT_N))
		return false;
	uint32_t from = ((at + 4) & ~3u) + (uint32_t)i.operand[1];
	return from + 4 <= c->n && word_at(c, from, 4) == value;
}

/* Follows a hop placed for entries that lie behind or too far. */
static bool lands(const struct plan *p, const struct t32_code *c, uint32_t at,
		  label to)
{
	uint32_t want = p->s.labels.at[to];

	return at == want || branch_target(c, at) == want;
}

static bool table_ok(const struct plan *p, const struct t32_code *c,
		     uint32_t at, const struct wish *w)
{
	struct t32_insn i;

	if (!decode(c, at, &i) || (i.id != T32_TBB_PC && i.id != T32_TBH_PC))
		return false;
	unsigned width = i.id == T32_TBB_PC ? 1 : 2;
	for (uint32_t k = 0; k < w->n; k++) {
		uint32_t hop = at + 4 + 2 * word_at(c, at + 4 + k * width, width);
		uint32_t again = branch_target(c, hop);
		label to = p->table.at[w->first + k];
		if (!lands(p, c, hop, to) &&
		    (again == UINT32_MAX || !lands(p, c, again, to)))
			return false;
	}
	return true;
}

static bool wish_ok(const struct plan *p, const struct t32_code *c,
		    uint32_t at, const struct wish *w)
{
	switch (w->what) {
	case WANT_BRANCH:
		return branch_target(c, at) == p->s.labels.at[w->to];
	case WANT_LITERAL:
		return literal_ok(c, at, w->value);
	default:
		return table_ok(p, c, at, w);
	}
}

static bool in_data(const struct t32_code *c, uint32_t at, uint32_t *end)
{
	for (uint32_t k = 0; k < c->data.n; k++)
		if (at >= c->data.at[k].begin && at < c->data.at[k].end) {
			*end = c->data.at[k].end;
			return true;
		}
	return false;
}

/* Walks the code; behind each mark stands the item it announces. */
static bool verify(const struct plan *p, const struct t32_code *c)
{
	uint32_t at = 0, next = 0, end = 0;
	struct t32_insn i;

	while (at < c->n) {
		if (in_data(c, at, &end)) {
			at = end;
			continue;
		}
		if (!decode(c, at, &i))
			return false;
		at += i.size;
		if (i.id != T32_MOVW || i.operand[0] != MARK)
			continue;
		if ((uint32_t)i.operand[1] != next % 65536)
			return false;
		/* a forced pool may stand between mark and item */
		uint32_t item = at;
		struct t32_insn hop;
		if (decode(c, at, &hop) && (hop.id == T32_B_N || hop.id == T32_B) &&
		    in_data(c, at + hop.size + 2u, &end) &&
		    branch_target(c, at) == end)
			item = end;
		if (!wish_ok(p, c, item, &p->wishes.at[next]) &&
		    !wish_ok(p, c, at, &p->wishes.at[next]))
			return false;
		next++;
	}
	return next == p->wishes.n;
}

static void try(uint32_t items, uint32_t gap, unsigned rounds, const char *name)
{
	unsigned good = 0;

	for (unsigned r = 0; r < rounds; r++) {
		struct plan p = { 0 };
		struct t32_code c = { 0 };
		seed = r * 7919u + items * 31u + gap;
		arena_init(&p.a, NULL);
		asm_init(&p.s, &p.a);
		build(&p, items, gap);
		asm_finish(&p.s, &c);
		good += verify(&p, &c);
		arena_fini(&p.a);
	}
	ok(good == rounds, "%s: %u of %u layouts hold", name, good, rounds);
}

int main(void)
{
	try(20, 4, 200, "short functions");
	try(60, 30, 200, "around the narrow branches' reach");
	try(300, 60, 50, "several literal pools");
	try(40, 3000, 20, "beyond byte and halfword tables");
	try(24, 60000, 4, "beyond conditional branches");
	return done();
}
