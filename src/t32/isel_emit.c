/* isel_emit.c - making operations, and placing what many of them share. */
#include "t32/isel.h"

struct mir_ins *isel_put(struct isel *s, enum mop op, unsigned ndef, unsigned nuse,
		    const vreg *v)
{
	struct mir_func *f = s->f;
	uint32_t first = f->opnds.n;

	for (unsigned k = 0; k < ndef + nuse; k++)
		vec_push(f->arena, &f->opnds,
			 (struct mir_opnd){ v[k], REG_NONE });
	vec_push(s->a, &s->pool,
		 (struct mir_ins){ .op = (uint16_t)op,
				   .ndef = (uint16_t)ndef,
				   .nuse = (uint16_t)nuse,
				   .opnd = first,
				   .at = ir_at(s->ir, s->cr)->at });
	return &vec_last(&s->pool);
}

struct mir_ins *isel_put1(struct isel *s, enum mop op, vreg d, vreg a)
{
	return isel_put(s, op, 1, 1, (vreg[]){ d, a });
}

struct mir_ins *isel_put2(struct isel *s, enum mop op, vreg d, vreg a, vreg b)
{
	return isel_put(s, op, 1, 2, (vreg[]){ d, a, b });
}

struct mir_ins *isel_put3(struct isel *s, enum mop op, vreg d, vreg a, vreg b,
		     vreg c)
{
	return isel_put(s, op, 1, 3, (vreg[]){ d, a, b, c });
}

void isel_put_ri(struct isel *s, enum mop op, vreg d, vreg a, uint32_t imm)
{
	isel_put1(s, op, d, a)->imm = (int32_t)imm;
}

void isel_put_shift(struct isel *s, vreg d, vreg a, unsigned type, unsigned amount)
{
	isel_put1(s, MOP_SHIFT_I, d, a)->imm = (int32_t)MIR_SHIFT(type, amount);
}

vreg isel_fresh(struct isel *s, enum mir_class c)
{
	return mir_vreg_new(s->f, c);
}

vreg isel_gpr(struct isel *s)
{
	return isel_fresh(s, MIR_G);
}

/* --- shared values ------------------------------------------------------ */

static blk common_dominator(const struct isel *s, blk a, blk b)
{
	const struct ir_cfg *c = s->cfg;

	while (a != b) {
		while (c->order[a] > c->order[b])
			a = c->idom[a];
		while (c->order[b] > c->order[a])
			b = c->idom[b];
	}
	return a;
}

/* Earlier of two places in one block; 0 is the end. */
static ref earlier(const struct isel *s, ref a, ref b)
{
	if (!a || !b)
		return a ? a : b;
	return s->pos[a] < s->pos[b] ? a : b;
}

/* Notes a use before instruction r of block b (0: at its end). */
static void pend_use(struct isel *s, struct pend *p, blk b, ref r)
{
	if (!p->used) {
		p->used = true;
		p->block = b;
		p->before = r;
		return;
	}
	blk d = common_dominator(s, p->block, b);
	if (d == p->block && d == b)
		p->before = earlier(s, p->before, r);
	else if (d == b)
		p->before = r;
	else if (d != p->block)
		p->before = 0;
	p->block = d;
}

/* The slot of map m at key, made when new; *is_new says so. */
static struct pend *pend_at(struct isel *s, struct map *m, uint64_t key,
			    bool *is_new)
{
	uint32_t *slot = map_put(m, key);

	*is_new = !*slot;
	if (*is_new) {
		vec_push(s->a, &s->pends, (struct pend){ 0 });
		*slot = s->pends.n;
	}
	return &s->pends.at[*slot - 1];
}

vreg isel_konst(struct isel *s, uint32_t k)
{
	bool is_new;
	struct pend *p = pend_at(s, &s->pend_map, k, &is_new);

	if (is_new)
		*p = (struct pend){ .kind = PEND_CONST, .imm = (int32_t)k,
				    .v = isel_gpr(s) };
	pend_use(s, p, s->cb, s->cr);
	return p->v;
}

static struct pend *addr_pend(struct isel *s, uint32_t sym, uint32_t off)
{
	bool is_new;
	uint64_t key = (uint64_t)(sym + 1) << 32 | off;
	struct pend *p = pend_at(s, &s->pend_map, key, &is_new);

	if (is_new)
		*p = (struct pend){ .kind = PEND_ADDR, .sym = sym,
				    .imm = (int32_t)off, .v = isel_gpr(s) };
	return p;
}

vreg isel_addr_sym(struct isel *s, uint32_t sym, uint32_t off)
{
	struct pend *p = addr_pend(s, sym, off);

	pend_use(s, p, s->cb, s->cr);
	return p->v;
}

vreg isel_addr_of(struct isel *s, enum sym_kind k, uint32_t index, uint32_t off)
{
	return isel_addr_sym(s, mir_sym(s->f, k, index, 0, NULL), off);
}

vreg isel_fconst(struct isel *s, enum mir_class c, uint64_t bits)
{
	bool is_new;
	/* Singles share the map of words, behind the keys of all symbols. */
	struct pend *p = c == MIR_S ?
		pend_at(s, &s->pend_map, bits | (uint64_t)UINT32_MAX << 32,
			&is_new) :
		pend_at(s, &s->fconst_map, bits, &is_new);

	if (is_new)
		*p = (struct pend){ .kind = PEND_FCONST,
				    .imm = (int32_t)(uint32_t)bits,
				    .imm2 = (int32_t)(uint32_t)(bits >> 32),
				    .v = isel_fresh(s, c) };
	pend_use(s, p, s->cb, s->cr);
	return p->v;
}

/* The sum of pending value `base` and wasm address a. */
static uint32_t sum_pend(struct isel *s, uint32_t base, ref a)
{
	bool is_new;
	struct pend *p = pend_at(s, &s->native_map, (uint64_t)a << 32 | base,
				 &is_new);
	uint32_t at = (uint32_t)(p - s->pends.at);

	if (is_new) {
		uint8_t level = (uint8_t)(s->pends.at[base].level + 1);
		*p = (struct pend){ .kind = PEND_NATIVE, .level = level,
				    .a = a, .addr = base, .v = isel_gpr(s) };
		isel_use(s, a);
	}
	return at;
}

static uint32_t native_pend(struct isel *s, uint32_t mem, ref a, uint32_t off)
{
	uint32_t sym = mir_sym(s->f, SYM_MEMORY, mem, 0, NULL);
	struct word w = a ? isel_word_of(s, a, 0) : kword(0);

	if (!w.r)
		off += w.k;
	uint32_t addr = (uint32_t)(addr_pend(s, sym, off) - s->pends.at);
	return w.r ? sum_pend(s, addr, a) : addr;
}

/* a = x + y, wanted as an address only, x the same in every iteration of the
 * loop around here: sets both. */
static bool split_sum(const struct isel *s, ref a, ref *x, ref *y)
{
	const struct ir_ins *i = a ? ir_at(s->ir, a) : NULL;
	blk h = s->cfg->loop[s->cb];

	if (!i || i->op != OP_I32_ADD || h == UINT32_MAX ||
	    s->uses[a] != s->mem_uses[a])
		return false;
	for (unsigned k = 0; k < 2; k++) {
		*x = i->arg[k];
		*y = i->arg[1 - k];
		if (!ir_dominates(s->cfg, h, ir_at(s->ir, *x)->block) &&
		    ir_dominates(s->cfg, h, ir_at(s->ir, *y)->block) &&
		    isel_word_of(s, *y, 0).r)
			return true;
	}
	return false;
}

vreg isel_native(struct isel *s, uint32_t mem, ref a, uint32_t off)
{
	uint32_t at;
	ref x, y;

	if (split_sum(s, a, &x, &y))
		at = sum_pend(s, native_pend(s, mem, x, off), y);
	else
		at = native_pend(s, mem, a, off);
	pend_use(s, &s->pends.at[at], s->cb, s->cr);
	return s->pends.at[at].v;
}

/* Moves a pending value out of loops, as far up as `limit` (the block that
 * defines what it is made of; the entry for constants). */
static void hoist(struct isel *s, struct pend *p, blk limit)
{
	const struct ir_cfg *c = s->cfg;

	for (;;) {
		blk h = c->loop[p->block];
		if (h == UINT32_MAX || p->block == limit)
			return;
		blk up = c->idom[h];
		if (!ir_dominates(c, limit, up))
			return;
		p->block = up;
		p->before = 0;
	}
}

void isel_place_pending(struct isel *s)
{
	for (unsigned level = PEND_LEVELS; level-- > 0;)
		for (uint32_t k = 0; k < s->pends.n; k++) {
			struct pend *p = &s->pends.at[k];
			if (!p->used || p->level != level)
				continue;
			hoist(s, p, level ? ir_at(s->ir, p->a)->block : 0);
			if (level)
				pend_use(s, &s->pends.at[p->addr], p->block,
					 p->before);
		}
}

void isel_put_pend(struct isel *s, uint32_t block, const struct pend *p)
{
	struct mir_ins *i;
	vreg v[3] = { p->v };

	switch (p->kind) {
	case PEND_NATIVE:
		v[1] = s->pends.at[p->addr].v;
		v[2] = isel_use(s, p->a);
		mir_add(s->f, block, MOP_ADD_RR, 1, 2, v);
		return;
	case PEND_ADDR:
		i = mir_add(s->f, block, MOP_ADDR, 1, 0, v);
		i->sym = p->sym;
		break;
	case PEND_FCONST:
		i = mir_add(s->f, block, MOP_FCONST, 1, 0, v);
		break;
	default:
		i = mir_add(s->f, block, MOP_CONST, 1, 0, v);
		break;
	}
	i->imm = p->imm;
	i->imm2 = p->imm2;
}
