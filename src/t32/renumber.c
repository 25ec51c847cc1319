/* renumber.c - the registers that must be saved anyway, handed out again.
 *
 * Colouring gives the low ones to what is used often in time.  Which names the
 * saved registers (and lr, where nothing writes it behind our back) have is
 * free afterwards: r4-r7 go to those values whose instructions then have 16
 * bits.  Only whole registers change places, so what was right stays right.
 */
#include "t32/alloc.h"
#include "t32/encode.h"

enum { CANDIDATES = 9 };	/* r4-r11, lr */
static const uint8_t name[CANDIDATES] = { 4, 5, 6, 7, 8, 9, 10, 11, REG_LR };
enum { LOW = 0x0f, SETS = 1 << CANDIDATES };

struct renumber {
	const struct mir_func *f;
	unsigned free;		/* candidates that can change places */
	uint32_t count[SETS];	/* instructions short when this set is low */
};

static unsigned reg_of(const struct mir_func *f, const struct mir_opnd *o)
{
	return f->vregs.at[o->v].reg;
}

static bool is_literal(uint32_t v)
{
	return v >= 65536 && !t32_is_modimm(v) && !t32_is_modimm(~v);
}

/* Is there an encoding of 16 bits for low registers where there is none for
 * high ones?  Not for comparisons. */
static bool shortens(const struct mir_func *f, const struct mir_ins *i)
{
	unsigned d = i->ndef ? reg_of(f, mir_def(f, i, 0)) : REG_NONE;
	unsigned n = i->nuse ? reg_of(f, mir_use(f, i, 0)) : REG_NONE;
	unsigned m = i->nuse > 1 ? reg_of(f, mir_use(f, i, 1)) : REG_NONE;
	uint32_t size = i->aux & 0xff;
	int32_t k = i->imm < 0 && i->imm != INT32_MIN ? -i->imm : i->imm;

	switch (i->op) {
	case MOP_CONST: return (uint32_t)i->imm < 256 || is_literal((uint32_t)i->imm);
	case MOP_ADDR: case MOP_SPILL: case MOP_RELOAD: return true;
	case MOP_ADD_RR: return i->imm == 0 && d != n && d != m;
	case MOP_SUB_RR: case MOP_MVN_R: case MOP_RSB_RI: case MOP_LDR_RR:
	case MOP_STR_RR: case MOP_UXTB: case MOP_UXTH: case MOP_SXTB: case MOP_SXTH:
		return i->imm == 0;
	case MOP_REV: case MOP_REV16: return true;
	case MOP_AND_RR: case MOP_ORR_RR: case MOP_EOR_RR: case MOP_MUL:
		return i->imm == 0 && (d == n || d == m);
	case MOP_BIC_RR: return i->imm == 0 && d == n;
	case MOP_SHIFT_R: return d == n;
	case MOP_SHIFT_I: return i->imm >> 8 != SH_ROR;
	case MOP_ADD_RI: case MOP_SUB_RI:
		return k >= 0 && k < (d == n ? 256 : 8);
	case MOP_LDR_RI: case MOP_STR_RI:
		return size && size <= 4 && !(i->aux >> 8) && i->imm >= 0 &&
		       (uint32_t)i->imm % size == 0 && (uint32_t)i->imm / size < 32;
	default: return false;
	}
}

/* How many of the first operands must be low for a short form; 0: none. */
static unsigned operands(const struct mir_func *f, const struct mir_ins *i)
{
	switch (i->op) {
	case MOP_CMP_BR: case MOP_CMP_SET: case MOP_CMP_SEL: case MOP_CMP_TRAP:
	case MOP_CMP_OP:
		if (i->cmp == CMP_RI && i->imm >= 0 && i->imm < 256)
			return 1;
		return i->cmp == TST_RR && i->imm == 0 ? 2 : 0;
	default:
		return shortens(f, i) ? i->ndef + i->nuse : 0;
	}
}

/* Counts i under the set of candidates it would want to be low. */
static void count_ins(struct renumber *c, const struct mir_ins *i)
{
	const struct mir_func *f = c->f;
	unsigned n = operands(f, i), set = 0;
	bool compares = n && n < (unsigned)i->ndef + i->nuse;

	for (unsigned k = 0; k < n; k++) {
		unsigned r = reg_of(f, compares ? mir_use(f, i, k) :
						  mir_def(f, i, k));
		if (r < 4)
			continue;
		unsigned at = r == REG_LR ? 8 : r - 4;
		if (at >= CANDIDATES)
			return;
		if (c->free >> at & 1)
			set |= 1u << at;
		else if (r >= 8)
			return;
	}
	c->count[set]++;
}

static void look(struct renumber *c)
{
	const struct mir_func *f = c->f;
	bool lr = !f->calls;

	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			lr &= f->blocks.at[b].ins.at[k].op != MOP_FUEL;
	for (unsigned k = 0; k < CANDIDATES; k++)
		if ((f->used & ~f->reserved) >> name[k] & 1 && (lr || k < 8))
			c->free |= 1u << k;
	for (uint32_t k = 0; k < f->opnds.n; k++)
		for (unsigned n = 0; n < CANDIDATES; n++)
			if (f->opnds.at[k].fix == name[n])
				c->free &= ~(1u << n);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			count_ins(c, &f->blocks.at[b].ins.at[k]);
}

static unsigned members(unsigned set)
{
	unsigned n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

static uint32_t gain(const struct renumber *c, unsigned low)
{
	uint32_t sum = 0;

	for (unsigned s = 0; s < SETS; s++)
		if (!(s & ~low))
			sum += c->count[s];
	return sum;
}

/* Those of `low` that are high change places with low ones not in it. */
static void exchange(struct mir_func *f, unsigned free, unsigned low)
{
	uint8_t to[64];
	unsigned up = free & LOW & ~low;

	for (unsigned r = 0; r < 64; r++)
		to[r] = (uint8_t)r;
	for (unsigned k = 4; k < CANDIDATES; k++) {
		if (!(low >> k & 1))
			continue;
		unsigned other = 0;
		while (!(up >> other & 1))
			other++;
		up &= up - 1;
		to[name[k]] = name[other];
		to[name[other]] = name[k];
	}
	for (vreg v = 1; v < f->vregs.n; v++)
		if (f->vregs.at[v].reg < 64)
			f->vregs.at[v].reg = to[f->vregs.at[v].reg];
}

void alloc_renumber(struct mir_func *f)
{
	struct renumber c = { .f = f };

	look(&c);
	unsigned best = c.free & LOW, lows = members(best);
	if (best == c.free || lows == 0)
		return;
	uint32_t most = gain(&c, best);
	for (unsigned s = 0; s < SETS; s++) {
		if (s & ~c.free || members(s) != lows)
			continue;
		uint32_t g = gain(&c, s);
		if (g > most) {
			most = g;
			best = s;
		}
	}
	exchange(f, c.free, best);
}
