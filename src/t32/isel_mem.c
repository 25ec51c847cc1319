/* isel_mem.c - loads, stores, bounds, globals.
 *
 * An access to wasm address a + off becomes one of
 *
 *   [K, a]              K holds the storage address + off, out of loops
 *   [base, #off]        base holds the storage address of memory + a: when several
 *                       offsets of the same a are accessed
 *   [x, y, lsl #n]      a = p + (i << n), p the same in every iteration
 *
 * Sums wrap modulo 2^32 like the wasm addresses they come from; that the
 * access is inside the memory was checked before, or proved.  Doubleword and
 * floating-point accesses need word alignment and have no register offset.
 */
#include "t32/isel.h"

struct access {
	bool store;
	uint8_t type;		/* enum type of the value */
	uint8_t bytes;
	bool sext;
};

static const struct access access_row[] = {
#define IS_LOAD false
#define IS_STORE true
#define IS_S true
#define IS_U false
#define IS_NONE false
#define M(id, code, text, kind, type, bytes, ext) \
	{ IS_##kind, T_##type, bytes, IS_##ext },
#include "wasm/mem.def"
};

static const struct access *access_of(const struct ir_ins *i)
{
	return &access_row[i->op - OP_NUM_END];
}

static bool before(const struct isel *s, ref a, ref b)
{
	blk x = ir_at(s->ir, a)->block, y = ir_at(s->ir, b)->block;

	return x == y ? s->pos[a] < s->pos[b] : ir_dominates(s->cfg, x, y);
}

/* Behind i' = i + c, [K - c, i'] lets i and i' share a register. */
static struct place stepped(const struct isel *s, ref access, struct place p)
{
	ref next = s->step[p.base];

	if (!next || s->accesses[p.base] >= 2 || !before(s, next, access))
		return p;
	const struct ir_ins *k = ir_at(s->ir, ir_at(s->ir, next)->arg[1]);
	return (struct place){ next, p.off - (uint32_t)k->imm };
}

struct place isel_place_of(const struct isel *s, ref access)
{
	const struct ir_ins *i = ir_at(s->ir, access);
	struct place p = { i->arg[0], (uint32_t)i->imm };

	for (;;) {
		struct word w = isel_word_of(s, p.base, 0);
		const struct ir_ins *a = ir_at(s->ir, p.base);
		if (!w.r)
			return (struct place){ 0, p.off + w.k };
		if (a->op != OP_I32_ADD ||
		    s->uses[p.base] != s->mem_uses[p.base])
			return stepped(s, access, p);
		const struct ir_ins *k = ir_at(s->ir, a->arg[1]);
		if (k->op != IR_CONST)
			return p;
		p.off += (uint32_t)k->imm;
		p.base = a->arg[0];
	}
}

/* --- addresses ----------------------------------------------------------------- */

struct address {
	vreg base, index;	/* index 0: [base, #imm] */
	int32_t imm;		/* or the shift of index */
};

/* Is r the same in every iteration of the innermost loop around here? */
static bool invariant(const struct isel *s, ref r)
{
	blk h = s->cfg->loop[s->cb];

	return h != UINT32_MAX &&
	       !ir_dominates(s->cfg, h, ir_at(s->ir, r)->block);
}

/* The index i of an address, with its shift when only this access wants it. */
static void put_index(struct isel *s, struct word i, bool only,
		      struct address *out)
{
	struct node n;

	out->imm = 0;
	if (only && isel_sub_node(s, i, OP_I32_SHL, &n) && !n.b.r && n.b.k <= 3) {
		out->imm = (int32_t)n.b.k;
		i = n.a;
	}
	out->index = isel_use_word(s, i);
}

/* a = p + (i << n) with p invariant, wanted as an address only. */
static bool indexed(struct isel *s, uint32_t mem, struct place p,
		    struct address *out)
{
	const struct ir_ins *a = ir_at(s->ir, p.base);

	if (a->op != OP_I32_ADD || s->uses[p.base] != s->mem_uses[p.base])
		return false;
	for (unsigned k = 0; k < 2; k++) {
		if (!invariant(s, a->arg[k]))
			continue;
		struct word i = isel_word_of(s, a->arg[1 - k], 0);
		if (!i.r)
			continue;
		out->base = isel_native(s, mem, a->arg[k], p.off);
		put_index(s, i, s->uses[p.base] == 1, out);
		return true;
	}
	return false;
}

/* Splits an offset into what isel_native() adds and an immediate in [low, high]. */
static struct address offset(struct isel *s, uint32_t mem, struct place p,
			     int32_t low, int32_t high)
{
	int32_t off = (int32_t)p.off;

	uint32_t imm = p.off & (uint32_t)high;
	const uint32_t *least = map_get(&s->least, isel_page(p));
	const uint32_t *near = map_get(&s->near, isel_page(p));
	/* Immediates of 16-bit encodings are small: counted from the first of a
	 * page, when there are enough to pay for that address. */
	bool pays = near && *near >= NEAR_PAYS;
	if (p.base && off >= low && off <= high && !pays)
		return (struct address){ isel_native(s, mem, p.base, 0), 0, off };
	if (least && (p.off & 4095) - *least <= (uint32_t)high &&
	    (p.base || pays))
		imm = (p.off & 4095) - *least;
	return (struct address){ isel_native(s, mem, p.base, p.off - imm), 0,
				 (int32_t)imm };
}

/* A few offsets from an address that changes in this loop: a register for each
 * costs less than an addition each time round, while there are enough.  Where
 * an addition serves more than two, it costs little and the constants much. */
static bool spreads(const struct isel *s, struct place p)
{
	enum { FEW = 2, ENOUGH = 8 };
	blk h = s->cfg->loop[s->cb];
	const uint32_t *near = map_get(&s->pages, isel_page(p));

	return s->accesses[p.base] < MANY && (!near || *near <= FEW) &&
	       h != UINT32_MAX &&
	       s->cfg->loop[ir_at(s->ir, p.base)->block] == h &&
	       s->spread[h] <= ENOUGH;
}

/* The address of an access by LDR and STR of core registers. */
static struct address plain_address(struct isel *s, ref r)
{
	uint32_t mem = ir_at(s->ir, r)->aux;
	struct place p = isel_place_of(s, r);
	struct address a = { 0 };

	if (!p.base || (s->accesses[p.base] >= 2 && !spreads(s, p)))
		return offset(s, mem, p, -255, 4095);
	if (indexed(s, mem, p, &a))
		return a;
	a.base = isel_addr_of(s, SYM_MEMORY, mem, p.off);
	put_index(s, isel_word_of(s, p.base, 0), true, &a);
	return a;
}

/* [base, #imm] with imm and imm + 4 allowed in any form. */
static struct address pair_address(struct isel *s, ref r)
{
	struct place p = isel_place_of(s, r);
	struct address a = offset(s, ir_at(s->ir, r)->aux, p, -252, 1020);

	return a;
}

static bool word_aligned(const struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct place p = isel_place_of(s, r);

	return (i->flags & IR_ALIGNED) || (!p.base && p.off % 4 == 0);
}

static void put_load(struct isel *s, vreg d, struct address a, unsigned bytes,
		     bool sext)
{
	struct mir_ins *i = a.index ?
		isel_put2(s, MOP_LDR_RR, d, a.base, a.index) :
		isel_put1(s, MOP_LDR_RI, d, a.base);

	i->imm = a.imm;
	i->aux = (uint32_t)MIR_MEM((int)bytes, sext);
}

static void put_store(struct isel *s, vreg v, struct address a, unsigned bytes)
{
	struct mir_ins *i = a.index ?
		isel_put(s, MOP_STR_RR, 0, 3, (vreg[]){ v, a.base, a.index }) :
		isel_put(s, MOP_STR_RI, 0, 2, (vreg[]){ v, a.base });

	i->imm = a.imm;
	i->aux = (uint32_t)MIR_MEM((int)bytes, false);
}

void isel_load_to(struct isel *s, vreg d, vreg base, int32_t off)
{
	put_load(s, d, (struct address){ base, 0, off }, 4, false);
}

vreg isel_load_word(struct isel *s, vreg base, int32_t off)
{
	vreg d = isel_gpr(s);

	isel_load_to(s, d, base, off);
	return d;
}

void isel_store_word(struct isel *s, vreg value, vreg base, int32_t off)
{
	put_store(s, value, (struct address){ base, 0, off }, 4);
}

/* Loads both, either or none of the words at a. */
static void load_pair(struct isel *s, vreg lo, vreg hi, struct address a,
		      bool aligned)
{
	if (lo && hi && aligned && a.imm % 4 == 0) {
		struct mir_ins *i = isel_put(s, MOP_LDRD, 2, 1,
					(vreg[]){ lo, hi, a.base });
		i->imm = a.imm;
		return;
	}
	if (lo)
		put_load(s, lo, a, 4, false);
	a.imm += 4;
	if (hi)
		put_load(s, hi, a, 4, false);
}

static void store_pair(struct isel *s, vreg lo, vreg hi, struct address a,
		       bool aligned)
{
	if (aligned && a.imm % 4 == 0) {
		isel_put(s, MOP_STRD, 0, 3, (vreg[]){ lo, hi, a.base })->imm = a.imm;
		return;
	}
	put_store(s, lo, a, 4);
	a.imm += 4;
	put_store(s, hi, a, 4);
}

/* --- loads and stores -------------------------------------------------------------- */

static void load_float(struct isel *s, ref r, enum mir_class c)
{
	unsigned bytes = c == MIR_D ? 8 : 4;
	vreg d = s->lo[r];

	if (word_aligned(s, r)) {
		struct address a = pair_address(s, r);
		if (a.imm % 4 == 0) {
			put_load(s, d, a, bytes, false);
			return;
		}
	}
	vreg lo = isel_gpr(s);
	if (c == MIR_S) {
		put_load(s, lo, plain_address(s, r), 4, false);
		isel_put1(s, MOP_FMOV_SG, d, lo);
		return;
	}
	vreg hi = isel_gpr(s);
	load_pair(s, lo, hi, pair_address(s, r), false);
	isel_put2(s, MOP_FMOV_DGG, d, lo, hi);
}

void sel_load(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const struct access *m = access_of(i);
	enum mir_class c = isel_class_of(s, (enum type)m->type);

	if (!s->lo[r] && !s->hi[r])
		return;
	if (c != MIR_G) {
		load_float(s, r, c);
	} else if (m->bytes == 8) {
		load_pair(s, s->lo[r], s->hi[r], pair_address(s, r),
			  word_aligned(s, r));
	} else {
		vreg d = isel_def(s, r, 0);
		put_load(s, d, plain_address(s, r), m->bytes, m->sext);
		if (s->hi[r])
			isel_put_shift(s, s->hi[r], d, SH_ASR, 31);
	}
}

static void store_float(struct isel *s, ref r, enum mir_class c)
{
	vreg v = isel_use(s, ir_at(s->ir, r)->arg[1]);

	if (word_aligned(s, r)) {
		struct address a = pair_address(s, r);
		if (a.imm % 4 == 0) {
			put_store(s, v, a, c == MIR_D ? 8 : 4);
			return;
		}
	}
	vreg lo = isel_gpr(s);
	if (c == MIR_S) {
		isel_put1(s, MOP_FMOV_GS, lo, v);
		put_store(s, lo, plain_address(s, r), 4);
		return;
	}
	vreg hi = isel_gpr(s);
	isel_put(s, MOP_FMOV_GGD, 2, 1, (vreg[]){ lo, hi, v });
	store_pair(s, lo, hi, pair_address(s, r), false);
}

/* The word a store of `bytes` keeps the low part of: extension and masking of
 * higher bits in between are superfluous. */
static struct word narrow_value(struct isel *s, ref v, unsigned bytes)
{
	struct word w = isel_word_of(s, v, 0);
	struct node n;

	for (;;) {
		if (bytes == 4 || !isel_absorbs(s, w) || !isel_node_of(s, w, &n))
			return w;
		uint32_t mask = bytes == 1 ? 0xff : 0xffff;
		bool drop = n.op == OP_I32_EXTEND16_S ||
			    (n.op == OP_I32_EXTEND8_S && bytes == 1) ||
			    (n.op == OP_I32_AND && !n.b.r &&
			     (n.b.k & mask) == mask);
		if (!drop)
			return w;
		w = n.a;
	}
}

void sel_store(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const struct access *m = access_of(i);
	enum mir_class c = isel_class_of(s, (enum type)m->type);

	if (c != MIR_G) {
		store_float(s, r, c);
	} else if (m->bytes == 8) {
		vreg lo = isel_use_half(s, i->arg[1], 0);
		vreg hi = isel_use_half(s, i->arg[1], 1);
		store_pair(s, lo, hi, pair_address(s, r), word_aligned(s, r));
	} else {
		vreg v = isel_use_word(s, narrow_value(s, i->arg[1], m->bytes));
		put_store(s, v, plain_address(s, r), m->bytes);
	}
}

/* --- bounds -------------------------------------------------------------------------- */

static void always_trap(struct isel *s, enum hd_trap_kind kind)
{
	struct cond_part p = { CMP_RI, CS, 1, { isel_konst(s, 0) }, 0 };

	isel_put_trap(s, &p, kind);
}

struct word isel_memory_bytes(struct isel *s, uint32_t mem)
{
	const struct ir_memory_facts *m = &s->mod->memory[mem];

	if (m->fixed)
		return kword(m->bytes > UINT32_MAX ? UINT32_MAX :
						     (uint32_t)m->bytes);
	return rword(isel_load_word(s, isel_addr_of(s, SYM_MEMORY_SIZE, mem, 0), 0));
}

/* What remains of `size` behind `used`; traps when there is less. */
static struct word room(struct isel *s, struct word size, struct word used,
			enum hd_trap_kind kind)
{
	struct node n = { OP_I32_SUB, size, used };

	if (!size.r && !used.r) {
		if (used.k > size.k)
			always_trap(s, kind);
		return kword(used.k > size.k ? 0 : size.k - used.k);
	}
	isel_trap_if(s, used, size, HI, kind);
	vreg left = isel_gpr(s);
	sel_node(s, &n, left);
	return rword(left);
}

/* Traps when w > limit. */
static void trap_above(struct isel *s, struct word w, struct word limit,
		       enum hd_trap_kind kind)
{
	if (limit.r || w.r) {
		if (limit.r || limit.k != UINT32_MAX)
			isel_trap_if(s, w, limit, HI, kind);
	} else if (w.k > limit.k) {
		always_trap(s, kind);
	}
}

void isel_check_range(struct isel *s, struct word a, struct word n,
		 struct word size, enum hd_trap_kind kind)
{
	/* The constant first: the room behind it is often a constant too. */
	if (!a.r && !a.k)
		trap_above(s, n, size, kind);
	else if (!n.r)
		trap_above(s, a, room(s, size, n, kind), kind);
	else
		trap_above(s, n, room(s, size, a, kind), kind);
}

/* The greatest address `end` bytes before the end of memory mem. */
static bool limit_of(struct isel *s, uint32_t mem, uint64_t end,
		     struct word *limit)
{
	const struct ir_memory_facts *m = &s->mod->memory[mem];

	if (end > m->capacity || end > UINT32_MAX)
		return false;
	if (m->fixed) {
		uint64_t left = m->bytes - end;
		*limit = kword(left > UINT32_MAX ? UINT32_MAX : (uint32_t)left);
		return end <= m->bytes;
	}
	struct word have = isel_memory_bytes(s, mem);
	struct node n = { OP_I32_SUB, have, kword((uint32_t)end) };
	if (end > m->bytes) {
		*limit = room(s, have, n.b, HD_TRAP_MEMORY_BOUNDS);
		return true;
	}
	vreg left = isel_gpr(s);
	sel_node(s, &n, left);
	*limit = rword(left);
	return true;
}

/* Known to hold without looking at the size. */
static bool within_least(const struct isel *s, const struct ir_ins *i)
{
	struct word a = isel_word_of(s, i->arg[0], 0);

	return i->op == IR_BOUNDS && !a.r &&
	       a.k + i->imm <= s->mod->memory[i->aux].bytes;
}

void sel_bounds(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct word a = isel_word_of(s, i->arg[0], 0), limit;

	if (s->o->no_bounds || (i->flags & IR_NO_TRAP) || within_least(s, i))
		return;
	if (!limit_of(s, i->aux, i->imm, &limit)) {
		always_trap(s, HD_TRAP_MEMORY_BOUNDS);
		return;
	}
	if (i->op == IR_BOUNDS) {
		trap_above(s, a, limit, HD_TRAP_MEMORY_BOUNDS);
		return;
	}
	struct word n = isel_word_of(s, i->arg[1], 0);
	isel_check_range(s, a, n, limit, HD_TRAP_MEMORY_BOUNDS);
}

/* --- globals ---------------------------------------------------------------------------- */

void sel_global(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool get = i->op == IR_GLOBAL_GET;
	enum type t = (enum type)s->mod->wasm->globals.at[i->aux].type;
	enum mir_class c = isel_class_of(s, t);

	if (get && !s->lo[r] && !s->hi[r])
		return;
	struct address a = { isel_addr_of(s, SYM_GLOBAL, i->aux, 0), 0, 0 };
	if (isel_is_pair(s, t) && get) {
		load_pair(s, s->lo[r], s->hi[r], a, true);
	} else if (isel_is_pair(s, t)) {
		vreg lo = isel_use_half(s, i->arg[0], 0);
		store_pair(s, lo, isel_use_half(s, i->arg[0], 1), a, true);
	} else if (get) {
		put_load(s, s->lo[r], a, c == MIR_D ? 8 : 4, false);
	} else {
		put_store(s, isel_use(s, i->arg[0]), a, c == MIR_D ? 8 : 4);
	}
}
