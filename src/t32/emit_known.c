/* emit_known.c - constants and addresses made of those in registers.
 *
 * A constant that needs a literal is 6 bytes of code or 8, its neighbour in
 * another register and an addition 2 or 4.  What registers hold is followed
 * forwards along the edges, over allocated code; where ways meet, what they
 * agree on.
 */
#include "base/compiler.h"
#include "t32/emit.h"

enum { REGS = 16, ROUNDS = 16 };
#define PLAIN UINT32_MAX		/* sym of a number */
#define UNKNOWN (UINT32_MAX - 1)

struct known {
	bool reached, again;	/* again: to be followed (once more) */
	struct { uint32_t sym; int32_t v; } reg[REGS];
};

static void forget(struct known *k, unsigned r)
{
	if (r < REGS)
		k->reg[r].sym = UNKNOWN;
}

static void forget_all(struct known *k)
{
	for (unsigned r = 0; r < REGS; r++)
		forget(k, r);
	k->reached = k->again = true;
}

/* Leaves in a what both say. */
static void meet(struct known *a, const struct known *b)
{
	if (!a->reached) {
		*a = *b;
		a->reached = a->again = true;
	}
	for (unsigned r = 0; r < REGS; r++)
		if (a->reg[r].sym != UNKNOWN && (a->reg[r].sym != b->reg[r].sym ||
						 a->reg[r].v != b->reg[r].v)) {
			forget(a, r);
			a->again = true;
		}
}

/* A constant or an address that is one literal. */
static bool is_fixed(const struct mir_func *f, const struct mir_ins *i)
{
	return i->op == MOP_CONST ||
	       (i->op == MOP_ADDR && !f->syms.at[i->sym].in_instance);
}

static uint32_t symbol(const struct mir_ins *i)
{
	return i->op == MOP_CONST ? PLAIN : i->sym;
}

static void copy(const struct mir_func *f, struct known *k, const struct mir_ins *i)
{
	struct known was = *k;

	for (unsigned n = 0; n < i->ndef; n++) {
		unsigned d = f->vregs.at[mir_def(f, i, n)->v].reg;
		unsigned s = f->vregs.at[mir_use(f, i, n)->v].reg;
		forget(k, d);
		if (d < REGS && s < REGS)
			k->reg[d] = was.reg[s];
	}
}

/* What i leaves in the registers. */
static void step(const struct mir_func *f, struct known *k, const struct mir_ins *i)
{
	if ((mop_info[i->op].flags & MOP_C) || i->op == MOP_FUEL) {
		for (unsigned r = 0; r < 4; r++)
			forget(k, r);
		forget(k, REG_LR);
	}
	if (i->op == MOP_MOV || i->op == MOP_PARMOVE)
		copy(f, k, i);
	else
		for (unsigned n = 0; n < i->ndef; n++)
			forget(k, f->vregs.at[mir_def(f, i, n)->v].reg);
	if (is_fixed(f, i)) {
		unsigned d = f->vregs.at[mir_def(f, i, 0)->v].reg;
		k->reg[d].sym = symbol(i);
		k->reg[d].v = i->imm;
	}
	forget(k, REG_IP);	/* emission's own */
}

/* Follows what is to be followed; is there more? */
static bool round_of(const struct mir_func *f, struct known *in)
{
	bool more = false;

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *m = &f->blocks.at[b];
		if (!in[b].again)
			continue;
		in[b].again = false;
		struct known k = in[b];
		for (uint32_t n = 0; n < m->ins.n; n++)
			step(f, &k, &m->ins.at[n]);
		for (uint32_t n = 0; n < m->nedges; n++)
			if (m->edge[n].to)
				meet(&in[m->edge[n].to], &k);
	}
	for (uint32_t b = 0; b < f->blocks.n; b++)
		more |= in[b].again;
	return more;
}

static uint64_t key(const struct mir_ins *i)
{
	return (uint64_t)symbol(i) << 32 | (uint32_t)i->imm;
}

/* How often each constant is made: a literal goes with the only one. */
static void count_fixed(struct emit *e)
{
	const struct mir_func *f = e->f;

	map_init(&e->fixed, e->s.arena);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			if (is_fixed(f, &f->blocks.at[b].ins.at[k]))
				++*map_put(&e->fixed, key(&f->blocks.at[b].ins.at[k]));
}

/* Does it make what its register holds? */
static bool is_there(const struct mir_func *f, const struct known *k,
		     const struct mir_ins *i)
{
	if (!is_fixed(f, i))
		return false;
	const unsigned d = f->vregs.at[mir_def(f, i, 0)->v].reg;
	return k->reg[d].sym == symbol(i) && k->reg[d].v == i->imm;
}

bool emit_only_jumps(const struct emit *e, uint32_t block)
{
	const struct mir_block *b = &e->f->blocks.at[block];

	if (vec_last(&b->ins).op != MOP_JUMP)
		return false;
	for (uint32_t k = 0; k + 1 < b->ins.n; k++)
		if (!is_there(e->f, &e->known[block], &b->ins.at[k]))
			return false;
	return true;
}

void emit_known_plan(struct emit *e)
{
	const struct mir_func *f = e->f;
	unsigned rounds = 0;

	e->known = arena_array(e->s.arena, struct known, f->blocks.n + 1);
	count_fixed(e);
	forget_all(&e->known[0]);
	while (round_of(f, e->known) && ++rounds < ROUNDS)
		;
	for (uint32_t b = 0; b < f->blocks.n; b++)
		if (rounds == ROUNDS || !e->known[b].reached)
			forget_all(&e->known[b]);
}

void emit_known_enter(struct emit *e, uint32_t block)
{
	e->known[e->f->blocks.n] = e->known[block];
}

void emit_known_step(struct emit *e, const struct mir_ins *i)
{
	step(e->f, &e->known[e->f->blocks.n], i);
}

bool emit_is_known(const struct emit *e, unsigned r)
{
	return e->known[e->f->blocks.n].reg[r].sym != UNKNOWN;
}

/* Bytes of i as it stands; a literal that others need too counts a little more
 * than none. */
static unsigned plain_size(const struct emit *e, const struct mir_ins *i)
{
	const uint32_t v = (uint32_t)i->imm;
	const bool low = is_low(emit_def(e, i, 0));

	if (i->op == MOP_CONST && v < 256 && low)
		return 2;
	if (i->op == MOP_CONST &&
	    (v < 65536 || t32_is_modimm(v) || t32_is_modimm(~v)))
		return 4;
	return (low ? 2u : 4u) + (*map_get(&e->fixed, key(i)) == 1 ? 4u : 1u);
}

/* Bytes of an addition of k that is one instruction; 0: there is none. */
static unsigned add_size(unsigned d, unsigned n, uint32_t k)
{
	const uint32_t most = k >> 31 ? 0 - k : k;

	if (k == 0)
		return 2;
	if (is_low(d) && is_low(n) && most < (d == n ? 256 : 8))
		return 2;
	return most < 4096 || t32_is_modimm(k) || t32_is_modimm(0 - k) ? 4 : 0;
}

/* v = the number n shifted, negated or complemented, in 16 bits: is there a
 * way, and *id, *amount. */
static bool find_short(uint32_t v, uint32_t n, enum t32 *id, int32_t *amount)
{
	*amount = 0;
	*id = v == ~n ? T32_MVNS_R_N : T32_RSBS_I_N;
	if (v == ~n || v == 0 - n)
		return true;
	for (*amount = 1; *amount < 32; ++*amount) {
		const uint32_t signs = n >> 31 ? ~(UINT32_MAX >> *amount) : 0;
		*id = v == n << *amount ? T32_LSLS_I_N :
		      v == n >> *amount ? T32_LSRS_I_N : T32_ASRS_I_N;
		if (*id != T32_ASRS_I_N || v == (n >> *amount | signs))
			return true;
	}
	return false;
}

static bool emit_short(struct emit *e, unsigned d, uint32_t v)
{
	const struct known *k = &e->known[e->f->blocks.n];
	enum t32 id;
	int32_t by;

	for (unsigned r = 0; r < 8 && is_low(d); r++) {
		if (k->reg[r].sym != PLAIN ||
		    !find_short(v, (uint32_t)k->reg[r].v, &id, &by))
			continue;
		if (by)
			ASM3(&e->s, id, (int32_t)d, (int32_t)r, by);
		else
			ASM2(&e->s, id, (int32_t)d, (int32_t)r);
		return true;
	}
	return false;
}

bool emit_derived(struct emit *e, const struct mir_ins *i)
{
	const struct known *k = &e->known[e->f->blocks.n];
	unsigned from = REG_NONE;

	if (!is_fixed(e->f, i))
		return false;
	if (is_there(e->f, k, i))
		return true;
	const unsigned d = emit_def(e, i, 0);
	unsigned least = plain_size(e, i);
	for (unsigned r = 0; r < REGS; r++) {
		if (k->reg[r].sym != symbol(i) || r == REG_SP)
			continue;
		const unsigned size = add_size(d, r, (uint32_t)i->imm -
						     (uint32_t)k->reg[r].v);
		if (size && size < least) {
			least = size;
			from = r;
		}
	}
	if (least > 2 && i->op == MOP_CONST && emit_short(e, d, (uint32_t)i->imm))
		return true;
	if (from == REG_NONE)
		return false;
	const uint32_t by = (uint32_t)i->imm - (uint32_t)k->reg[from].v;
	if (by == 0)
		emit_mov(e, d, from);
	else
		emit_add_imm(e, d, from, (int32_t)by);
	return true;
}
